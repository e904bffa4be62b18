/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-init.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const PelParameter *
find_parameter (PelUnet *unet, const char *name)
{
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *parameter = pel_unet_get_parameter (unet, i);
      if (strcmp (parameter->name, name) == 0)
        return parameter;
    }
  return NULL;
}

/* Fills a convolution's weights from one with another number of inputs, so that equal inputs
 * bring the same sums. */
static void
spread_inputs (const PelParameter *to, const PelParameter *from)
{
  gsize area = (gsize)to->shape.h * to->shape.w;
  for (gsize o = 0; o < to->shape.n; o++)
    for (gsize k = 0; k < area; k++)
      {
        double sum = 0.0;
        for (gsize c = 0; c < from->shape.c; c++)
          sum += (double)from->value[(o * from->shape.c + c) * area + k];
        for (gsize c = 0; c < to->shape.c; c++)
          to->value[(o * to->shape.c + c) * area + k] = (float)(sum / to->shape.c);
      }
}

/* Copies the first @n_outputs outputs of the head's weights or biases. */
static gsize
take_outputs (const PelParameter *to, const PelParameter *from, guint n_outputs)
{
  gsize per_output = (gsize)to->shape.c * to->shape.h * to->shape.w;
  gsize n = MIN (MIN (to->n_values, from->n_values), per_output * n_outputs);

  memcpy (to->value, from->value, n * sizeof (float));
  return n;
}

/* Where the outputs lie in a parameter of the head: weights are (outputs, c, h, w). */
static gboolean
same_but_outputs (PelShape a, PelShape b)
{
  return a.c == b.c && a.h == b.h && a.w == b.w;
}

void
pel_init_take_weights (PelModel *model, PelModel *other, PelInitReport *report)
{
  g_return_if_fail (model != NULL && other != NULL);
  PelUnet *unet = pel_model_get_unet (model), *source = pel_model_get_unet (other);
  const PelUnetConfig *a = pel_unet_get_config (unet), *b = pel_unet_get_config (source);
  const PelTrainConfig *wanted = pel_model_get_config (model), *had = pel_model_get_config (other);
  /* A border is no flow, nor is it in a model of masks; the foreground is the same in all. */
  gboolean same_task = wanted->task == had->task && wanted->separator == had->separator;
  guint n_outputs = same_task ? MIN (a->out_channels, b->out_channels) : 1;
  PelInitReport result = { .inputs_before = b->in_channels,
                           .inputs = a->in_channels,
                           .outputs_before = b->out_channels,
                           .outputs = a->out_channels,
                           .base_before = b->base_channels,
                           .base = a->base_channels };
  gsize taken = 0, all = 0;

  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *to = pel_unet_get_parameter (unet, i);
      const PelParameter *from = find_parameter (source, to->name);
      gboolean is_head = g_str_has_prefix (to->name, "head.");

      all += to->n_values;
      if (from != NULL && pel_shape_equal (to->shape, from->shape) && (!is_head || same_task))
        {
          memcpy (to->value, from->value, to->n_values * sizeof (float));
          taken += to->n_values;
          result.n_whole++;
          if (is_head)
            result.outputs_kept = a->out_channels;
        }
      else if (from != NULL && is_head && same_but_outputs (to->shape, from->shape))
        {
          taken += take_outputs (to, from, n_outputs);
          result.n_adapted++;
          result.outputs_kept = n_outputs;
        }
      else if (from != NULL && g_str_has_prefix (to->name, "down0.conv0.") &&
               to->shape.n == from->shape.n && to->shape.h == from->shape.h &&
               to->shape.w == from->shape.w)
        {
          spread_inputs (to, from);
          taken += to->n_values;
          result.n_adapted++;
        }
      else
        result.n_fresh++;
    }
  pel_unet_tie_weights (unet);
  result.values = all > 0 ? (double)taken / (double)all : 0.0;
  if (report != NULL)
    *report = result;
}

static void
add_sentence (GString *text, char *sentence)
{
  if (text->len > 0)
    g_string_append_c (text, ' ');
  g_string_append (text, sentence);
  g_free (sentence);
}

char *
pel_init_report_describe (const PelInitReport *report)
{
  g_return_val_if_fail (report != NULL, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  const PelInitReport *r = report;

  if (r->n_fresh == 0 && r->n_adapted == 0)
    return g_strdup (_ ("All weights of the model to start from were taken over."));
  if (r->values < 0.01)
    return g_strdup_printf (_ ("No weights of the model to start from fit: its first module has %u "
                               "channels and the new one %u. The training starts afresh."),
                            r->base_before, r->base);
  add_sentence (text, g_strdup_printf (_ ("%.0f %% of the network’s weights come from the model to "
                                          "start from."),
                                       100.0 * r->values));
  if (r->inputs != r->inputs_before && r->n_adapted > 0)
    add_sentence (text, g_strdup_printf (_ ("Its first layer was spread from %u to %u input "
                                            "channels."),
                                         r->inputs_before, r->inputs));
  if (r->outputs_kept != r->outputs || r->outputs_before != r->outputs)
    /* Translators: three numbers of the outputs of a network */
    add_sentence (text, g_strdup_printf (_ ("Outputs: %u before, %u now, %u of them kept."),
                                         r->outputs_before, r->outputs, r->outputs_kept));
  if (r->base != r->base_before)
    add_sentence (text, g_strdup_printf (_ ("Its first module has %u channels and the new one %u."),
                                         r->base_before, r->base));
  if (r->n_fresh > 0)
    add_sentence (text,
                  g_strdup_printf (ngettext ("%u array of weights starts afresh.",
                                             "%u arrays of weights start afresh.", r->n_fresh),
                                   r->n_fresh));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
pel_init_adopt_shape (PelTrainConfig *config, const PelModel *model)
{
  g_return_if_fail (config != NULL && model != NULL);
  const PelTrainConfig *other = pel_model_get_config (model);
  const PelNormalisation *normalisation = pel_model_get_normalisation (model);

  config->task = other->task;
  config->separator = other->separator;
  config->base_channels = other->base_channels;
  config->depth = other->depth;
  config->upsampling = other->upsampling;
  config->in_channels = normalisation->in_channels;
  config->choose_colour = FALSE;
  config->channel = normalisation->channel;
  config->low_percentile = normalisation->low_percentile;
  config->high_percentile = normalisation->high_percentile;
  config->scaling = normalisation->scaling;
  config->grey_factor = normalisation->factor;
  config->grey_offset = normalisation->offset;
}
