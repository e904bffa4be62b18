/* SPDX-License-Identifier: MIT */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/nn/pel-norm.h"
#include "engine/onnx/pel-onnx-unet.h"

/**
 * Affine:
 * @factor: of each channel
 * @summand: of each channel
 *
 * What a chain of norms and scales comes to.
 */
typedef struct
{
  double *factor, *summand;
} Affine;

static Affine
affine_new (const PelOnnxChain *chain, guint channels)
{
  Affine self = { g_new (double, channels), g_new (double, channels) };

  for (guint c = 0; c < channels; c++)
    {
      self.factor[c] = 1.0;
      self.summand[c] = 0.0;
      for (guint i = 0; i < chain->n; i++)
        {
          const PelOnnxStep *step = chain->steps[i];

          self.factor[c] *= step->factor[c];
          self.summand[c] = self.summand[c] * step->factor[c] + step->summand[c];
        }
    }
  return self;
}

static void
affine_clear (Affine *self)
{
  g_free (self->factor);
  g_free (self->summand);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Affine, affine_clear)

static double
get_bias (const PelOnnxStep *conv, guint channel)
{
  return conv->bias != NULL ? pel_onnx_tensor_get (conv->bias, channel) : 0.0;
}

/* (transfer none): the values of the parameter MODULE.NAME */
static const PelParameter *
find (PelUnet *unet, const char *module, const char *name)
{
  g_autofree char *full = g_strconcat (module, ".", name, NULL);

  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *parameter = pel_unet_get_parameter (unet, i);

      if (strcmp (parameter->name, full) == 0)
        return parameter;
    }
  g_assert_not_reached ();
}

/* ---- units ---- */

/**
 * Source:
 * @n: channels that the file's convolution takes
 * @place: where they come in ours
 * @factor: (nullable): what they are multiplied with on the way
 */
typedef struct
{
  guint n;
  guint *place;
  const double *factor;
} Source;

static void
fill_conv (PelUnet *unet, const char *module, const PelOnnxUnit *unit, const Source *source)
{
  const PelParameter *weight = find (unet, module, "weight");
  const PelParameter *bias = find (unet, module, "bias");
  g_auto (Affine) before = affine_new (&unit->before, unit->channels);
  guint in = weight->shape.c, kernel = unit->conv != NULL ? unit->conv->kernel : 0;
  guint taps = kernel * kernel;

  for (guint o = 0; o < unit->channels; o++)
    {
      float *row = weight->value + (gsize)o * in * 9;

      /* One that changes nothing takes each channel from its own place. */
      if (unit->conv == NULL)
        {
          row[(gsize)o * 9 + 4] = 1.0f;
          continue;
        }
      for (guint i = 0; i < source->n; i++)
        for (guint k = 0; k < taps; k++)
          {
            double value =
                pel_onnx_tensor_get (unit->conv->weight, ((guint64)o * source->n + i) * taps + k);

            value *= before.factor[o] * (source->factor != NULL ? source->factor[i] : 1.0);
            row[(gsize)source->place[i] * 9 + (kernel == 3 ? k : 4)] = (float)value;
          }
      bias->value[o] = (float)(get_bias (unit->conv, o) * before.factor[o] + before.summand[o]);
    }
}

/* The file's own numbers where they stand for the same, so that what we wrote comes back as it
 * was. */
static gboolean
copy_norm (PelUnet *unet, const char *module, const PelOnnxUnit *unit)
{
  static const char *const names[PEL_ONNX_N_NORM] = { "weight", "bias", "running_mean",
                                                      "running_var" };
  const PelOnnxStep *norm = unit->after.n == 1 ? unit->after.steps[0] : NULL;

  if (norm == NULL || norm->kind != PEL_ONNX_NORM || (float)norm->epsilon != (float)PEL_NORM_EPS)
    return FALSE;
  for (guint i = 0; i < PEL_ONNX_N_NORM; i++)
    {
      const PelParameter *parameter = find (unet, module, names[i]);

      for (guint c = 0; c < unit->channels; c++)
        parameter->value[c] = (float)pel_onnx_tensor_get (norm->norm[i], c);
    }
  return TRUE;
}

static void
fill_norm (PelUnet *unet, const char *module, const PelOnnxUnit *unit)
{
  const PelParameter *gamma = find (unet, module, "weight");
  const PelParameter *beta = find (unet, module, "bias");
  const PelParameter *variance = find (unet, module, "running_var");
  g_auto (Affine) after = affine_new (&unit->after, unit->channels);

  for (gsize i = 0; i < variance->n_values; i++)
    variance->value[i] = 1.0f;
  if (copy_norm (unet, module, unit))
    return;
  for (guint c = 0; c < unit->channels; c++)
    {
      gamma->value[c] = (float)(after.factor[c] * sqrt (1.0 + PEL_NORM_EPS));
      beta->value[c] = (float)after.summand[c];
    }
}

static void
fill_unit (PelUnet *unet,
           const char *module,
           guint which,
           const PelOnnxUnit *unit,
           const Source *source)
{
  g_autofree char *conv = g_strdup_printf ("%s.conv%u", module, which);
  g_autofree char *norm = g_strdup_printf ("%s.norm%u", module, which);

  fill_conv (unet, conv, unit, source);
  fill_norm (unet, norm, unit);
}

/* The first unit takes its channels from @source, the second from the first. */
static void
fill_module (PelUnet *unet, const char *name, const PelOnnxModule *module, const Source *source)
{
  guint n = module->units[0].channels;
  g_autofree guint *place = g_new (guint, n);
  Source between = { n, place, NULL };

  for (guint i = 0; i < n; i++)
    place[i] = i;
  fill_unit (unet, name, 0, &module->units[0], source);
  fill_unit (unet, name, 1, &module->units[1], &between);
}

/* ---- the way up ---- */

/* A weight of what doubles the size, from channel @i to @o at one of the four places. */
static double
get_up_weight (const PelOnnxUp *up, guint i, guint o, guint place)
{
  if (up->twice->kind == PEL_ONNX_UPCONV)
    return pel_onnx_tensor_get (up->twice->weight, ((guint64)i * up->channels + o) * 4 + place);
  if (up->mix != NULL)
    return pel_onnx_tensor_get (up->mix->weight, (guint64)o * up->mix->from[0]->channels + i);
  return i == o ? 1.0 : 0.0;
}

static void
fill_up (PelUnet *unet, const char *name, const PelOnnxUp *up)
{
  g_autofree char *module = g_strconcat (name, ".transpose", NULL);
  const PelParameter *weight = find (unet, module, "weight");
  const PelParameter *bias = find (unet, module, "bias");
  const PelOnnxStep *conv = up->mix != NULL                      ? up->mix
                            : up->twice->kind == PEL_ONNX_UPCONV ? up->twice
                                                                 : NULL;
  guint in = conv != NULL ? conv->from[0]->channels : up->channels, out = weight->shape.c;
  g_auto (Affine) first = affine_new (&up->first, in);
  g_auto (Affine) last = affine_new (&up->last, up->channels);

  for (guint o = 0; o < up->channels; o++)
    {
      double sum = conv != NULL ? get_bias (conv, o) : 0.0;

      for (guint i = 0; i < in; i++)
        {
          for (guint place = 0; place < 4; place++)
            weight->value[((gsize)i * out + o) * 4 + place] =
                (float)(get_up_weight (up, i, o, place) * first.factor[i] * last.factor[o]);
          /* Nothing stands before a transposed convolution, so that one place stands for all. */
          if (first.summand[i] != 0.0)
            sum += get_up_weight (up, i, o, 0) * first.summand[i];
        }
      bias->value[o] = (float)(sum * last.factor[o] + last.summand[o]);
    }
}

/* Where the channels of a join come in ours, where the skip connection is always first. */
static guint *
make_places (const PelOnnxUp *up, guint width)
{
  guint n_skip = up->skip->channels;
  guint *place = g_new (guint, up->join->channels);

  for (guint i = 0; i < n_skip; i++)
    place[(up->up_first ? up->channels : 0) + i] = i;
  for (guint i = 0; i < up->channels; i++)
    place[(up->up_first ? 0 : n_skip) + i] = width + i;
  return place;
}

/* ---- all of it ---- */

static void
fill_head (const PelOnnxUnet *self, PelUnet *unet, const PelOnnxOutput *outputs)
{
  const PelParameter *weight = find (unet, "head", "weight");
  const PelParameter *bias = find (unet, "head", "bias");
  const PelOnnxStep *head = self->head;
  guint in = head->from[0]->channels, width = weight->shape.c;
  g_auto (Affine) scores = affine_new (&self->scores, head->channels);

  for (guint o = 0; o < weight->shape.n; o++)
    for (guint sign = 0; sign < 2; sign++)
      {
        gint row = sign == 0 ? outputs[o].plus : outputs[o].minus;
        double times = sign == 0 ? 1.0 : -1.0;

        if (row < 0)
          continue;
        for (guint i = 0; i < in; i++)
          weight->value[(gsize)o * width + i] +=
              (float)(times * scores.factor[row] *
                      pel_onnx_tensor_get (head->weight, (guint64)row * in + i));
        bias->value[o] += (float)(times * (get_bias (head, (guint)row) * scores.factor[row] +
                                           scores.summand[row]));
      }
}

static void
clear_all (PelUnet *unet)
{
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *parameter = pel_unet_get_parameter (unet, i);

      memset (parameter->value, 0, parameter->n_values * sizeof (float));
    }
}

static gboolean
check_all (PelUnet *unet, GError **error)
{
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *parameter = pel_unet_get_parameter (unet, i);
      gboolean square = g_str_has_suffix (parameter->name, ".running_var");

      for (gsize k = 0; k < parameter->n_values; k++)
        if (!isfinite (parameter->value[k]) || (square && parameter->value[k] < 0.0f))
          {
            g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT,
                                 _ ("a weight of it is no number that can be; train the network "
                                    "anew, or take another one"));
            return FALSE;
          }
    }
  return TRUE;
}

gboolean
pel_onnx_unet_fill (const PelOnnxUnet *self,
                    PelUnet *unet,
                    const PelOnnxOutput *outputs,
                    GError **error)
{
  g_return_val_if_fail (self != NULL && unet != NULL && outputs != NULL, FALSE);

  const PelUnetConfig *config = pel_unet_get_config (unet);
  guint most = MAX (self->in_channels, self->base_channels << self->depth);
  g_autofree guint *same = g_new (guint, most);
  g_auto (Affine) input = affine_new (&self->input, self->in_channels);

  g_return_val_if_fail (config->depth == self->depth, FALSE);
  g_return_val_if_fail (config->base_channels >= self->base_channels, FALSE);
  for (guint i = 0; i < most; i++)
    same[i] = i;
  clear_all (unet);
  for (guint level = 0; level <= self->depth; level++)
    {
      g_autofree char *down =
          level == self->depth ? g_strdup ("bottom") : g_strdup_printf ("down%u", level);
      Source source = { level == 0 ? self->in_channels : self->down[level - 1].units[1].channels,
                        same, level == 0 ? input.factor : NULL };

      fill_module (unet, down, &self->down[level], &source);
    }
  for (guint level = 0; level < self->depth; level++)
    {
      g_autofree char *up = g_strdup_printf ("up%u", level);
      g_autofree guint *place = make_places (&self->ups[level], config->base_channels << level);
      Source source = { self->ups[level].join->channels, place, NULL };

      fill_up (unet, up, &self->ups[level]);
      fill_module (unet, up, &self->up[level], &source);
    }
  fill_head (self, unet, outputs);
  return check_all (unet, error);
}
