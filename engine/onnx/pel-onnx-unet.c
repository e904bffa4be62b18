/* SPDX-License-Identifier: MIT */
#include "engine/onnx/pel-onnx-unet.h"

#include <glib/gi18n-lib.h>

/* How many times the file's weights our network may have, and how many more than that. */
#define MOST_TIMES 16.0
#define MOST_MORE 1e6
#define MAX_BASE_CHANNELS 512

static gboolean
refuse_place (GError **error, const PelOnnxStep *step)
{
  return pel_onnx_refuse (
      error, step->node,
      step->node == NULL
          ? _ ("the modules of a U-Net were not found in it; export a network of modules of one or "
               "two convolutions with ReLU, max-pooling between them, and joins on the way up")
          : _ ("it stands where Pellicle’s network has none; export a U-Net of modules of one or "
               "two convolutions, each followed by ReLU, max-pooling between them, and joins on "
               "the way up"));
}

static gboolean
is_channelwise (const PelOnnxStep *step)
{
  return step->kind == PEL_ONNX_NORM || step->kind == PEL_ONNX_SCALE;
}

static gboolean
is_mix (const PelOnnxStep *step)
{
  return step->kind == PEL_ONNX_CONV && step->kernel == 1;
}

/* Goes back over norms and scales, which are put into @chain in the order of the work. */
static gboolean
take_chain (const PelOnnxStep **step, PelOnnxChain *chain, GError **error)
{
  const PelOnnxStep *at = *step;
  guint n = 0;

  while (is_channelwise (at))
    {
      at = at->from[0];
      n++;
    }
  if (n + chain->n > PEL_ONNX_MAX_CHAIN)
    return refuse_place (error, *step);
  for (guint i = chain->n; i-- > 0;)
    chain->steps[i + n] = chain->steps[i];
  chain->n += n;
  for (at = *step; is_channelwise (at); at = at->from[0])
    chain->steps[--n] = at;
  *step = at;
  return TRUE;
}

/* What lies below norms and scales. */
static const PelOnnxStep *
look_below (const PelOnnxStep *step)
{
  while (is_channelwise (step))
    step = step->from[0];
  return step;
}

/* ---- modules ---- */

static gboolean
take_unit (const PelOnnxStep **step, PelOnnxUnit *unit, GError **error)
{
  if (!take_chain (step, &unit->after, error))
    return FALSE;
  if ((*step)->kind != PEL_ONNX_RELU)
    return refuse_place (error, *step);
  *step = (*step)->from[0];
  if (!take_chain (step, &unit->before, error))
    return FALSE;
  if ((*step)->kind != PEL_ONNX_CONV)
    return refuse_place (error, *step);
  unit->conv = *step;
  unit->channels = unit->conv->channels;
  *step = (*step)->from[0];
  return TRUE;
}

/* What comes out of a ReLU stays as it is in another: a second unit that changes nothing. What
 * follows the ReLU must then follow the second one. */
static void
double_unit (PelOnnxModule *module)
{
  module->units[0] = module->units[1];
  module->units[1] =
      (PelOnnxUnit){ .channels = module->units[0].channels, .after = module->units[0].after };
  module->units[0].after = (PelOnnxChain){ .n = 0 };
}

/* Leaves @step at what goes into the module. */
static gboolean
take_module (const PelOnnxStep **step, PelOnnxModule *module, GError **error)
{
  const PelOnnxStep *below;

  *module = (PelOnnxModule){ .units = { { .conv = NULL } } };
  if (!take_unit (step, &module->units[1], error))
    return FALSE;
  below = look_below (*step);
  if (below->kind == PEL_ONNX_RELU)
    return take_unit (step, &module->units[0], error);
  double_unit (module);
  return TRUE;
}

/* ---- the way up ---- */

/* Whether the picture grows somewhere above the next ReLU. */
static gboolean
grows (const PelOnnxStep *step)
{
  while (is_channelwise (step) || is_mix (step))
    step = step->from[0];
  return step->kind == PEL_ONNX_UPCONV || step->kind == PEL_ONNX_REPEAT ||
         step->kind == PEL_ONNX_INTERPOLATE;
}

/* Leaves @step at what the way up begins with. */
static gboolean
take_up (const PelOnnxStep **step, PelOnnxUp *up, GError **error)
{
  up->channels = (*step)->channels;
  if (!take_chain (step, &up->last, error))
    return FALSE;
  if (is_mix (*step))
    {
      up->mix = *step;
      *step = (*step)->from[0];
      if (!take_chain (step, &up->first, error))
        return FALSE;
    }
  if ((*step)->kind != PEL_ONNX_REPEAT && (*step)->kind != PEL_ONNX_UPCONV &&
      (*step)->kind != PEL_ONNX_INTERPOLATE)
    return refuse_place (error, *step);
  up->twice = *step;
  *step = (*step)->from[0];
  if (up->twice->kind == PEL_ONNX_UPCONV)
    return up->mix == NULL || refuse_place (error, up->mix);
  /* It is all the same whether channels are mixed before pixels are repeated or interpolated, or
   * after. */
  if (up->mix == NULL && is_mix (look_below (*step)))
    {
      if (!take_chain (step, &up->last, error))
        return FALSE;
      up->mix = *step;
      *step = (*step)->from[0];
    }
  return TRUE;
}

static gboolean
take_join (const PelOnnxStep **step, PelOnnxUp *up, GError **error)
{
  const PelOnnxStep *join = *step;
  gboolean first = grows (join->from[0]), second = grows (join->from[1]);

  if (first == second)
    return refuse_place (error, join);
  *up = (PelOnnxUp){ .join = join, .up_first = first, .skip = join->from[first ? 1 : 0] };
  *step = join->from[first ? 0 : 1];
  return take_up (step, up, error);
}

/* The size is doubled the same way on all levels, or ours cannot do it. */
static gboolean
find_upsampling (PelOnnxUnet *self, GError **error)
{
  self->upsampling = self->ups[0].twice->upsampling;
  for (guint level = 1; level < self->depth; level++)
    if (self->ups[level].twice->upsampling != self->upsampling)
      return pel_onnx_refuse (error, self->ups[level].twice->node,
                              _ ("it doubles the size in another way than the other levels do; "
                                 "export a network that interpolates on all levels alike, or on "
                                 "none"));
  return TRUE;
}

/* ---- all of it ---- */

static gboolean
take_head (const PelOnnxStep **step, PelOnnxUnet *self, GError **error)
{
  self->activation = PEL_ONNX_INPUT;
  if ((*step)->kind == PEL_ONNX_SIGMOID || (*step)->kind == PEL_ONNX_SOFTMAX ||
      (*step)->kind == PEL_ONNX_FLOWS)
    {
      self->activation = (*step)->kind;
      *step = (*step)->from[0];
    }
  if (!take_chain (step, &self->scores, error))
    return FALSE;
  if (!is_mix (*step))
    return pel_onnx_refuse (error, (*step)->node,
                            _ ("a U-Net of Pellicle’s ends with a 1×1 convolution, and sigmoid or "
                               "softmax; export one that does so"));
  self->head = *step;
  *step = (*step)->from[0];
  return TRUE;
}

static gboolean
take_way_up (const PelOnnxStep **step, PelOnnxUnet *self, GError **error)
{
  for (;;)
    {
      PelOnnxModule module;

      if (!take_module (step, &module, error))
        return FALSE;
      if ((*step)->kind != PEL_ONNX_JOIN)
        {
          self->down[self->depth] = module;
          return TRUE;
        }
      if (self->depth == PEL_ONNX_MAX_DEPTH)
        return refuse_place (error, *step);
      self->up[self->depth] = module;
      if (!take_join (step, &self->ups[self->depth], error))
        return FALSE;
      self->depth++;
    }
}

static gboolean
take_way_down (const PelOnnxStep **step, PelOnnxUnet *self, GError **error)
{
  for (guint level = self->depth; level-- > 0;)
    {
      const PelOnnxUp *up = &self->ups[level];

      if ((*step)->kind != PEL_ONNX_POOL)
        return refuse_place (error, *step);
      *step = (*step)->from[0];
      if (*step != up->skip)
        return pel_onnx_refuse (error, up->join->node,
                                _ ("it does not join what is pooled at its level; export a U-Net "
                                   "that joins the result of each module before max-pooling"));
      if (!take_module (step, &self->down[level], error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_input (const PelOnnxStep *step, PelOnnxUnet *self, GError **error)
{
  const PelOnnxStep *first = step;

  if (!take_chain (&step, &self->input, error))
    return FALSE;
  if (step->kind != PEL_ONNX_INPUT)
    return refuse_place (error, step);
  self->in_channels = step->channels;
  for (guint i = 0; i < self->input.n; i++)
    for (guint c = 0; c < step->channels; c++)
      if (self->input.steps[i]->summand[c] != 0.0)
        return pel_onnx_refuse (error, first->node,
                                _ ("it shifts the grey values of the picture, which Pellicle does "
                                   "before the network; export the network without this step"));
  return TRUE;
}

/* The fewest channels at the first level of which a network that doubles them has @channels here.
 */
static void
raise_base (PelOnnxUnet *self, guint channels, guint level)
{
  guint unit = 1u << level;

  self->base_channels = MAX (self->base_channels, (channels + unit - 1) / unit);
}

static void
find_base (PelOnnxUnet *self)
{
  self->base_channels = 1;
  for (guint level = 0; level <= self->depth; level++)
    for (guint i = 0; i < 2; i++)
      {
        raise_base (self, self->down[level].units[i].channels, level);
        if (level < self->depth)
          raise_base (self, self->up[level].units[i].channels, level);
      }
  for (guint level = 0; level < self->depth; level++)
    raise_base (self, self->ups[level].channels, level);
}

gboolean
pel_onnx_unet_recognise (PelOnnxUnet *self, const PelOnnxSteps *steps, GError **error)
{
  g_return_val_if_fail (self != NULL && steps != NULL, FALSE);

  const PelOnnxStep *step = steps->output;

  *self = (PelOnnxUnet){ .depth = 0 };
  if (!take_head (&step, self, error) || !take_way_up (&step, self, error))
    return FALSE;
  if (self->depth == 0)
    return pel_onnx_refuse (error, NULL,
                            _ ("it is no U-Net: nothing is pooled and joined again; train a "
                               "network here"));
  if (!take_way_down (&step, self, error) || !take_input (step, self, error) ||
      !find_upsampling (self, error))
    return FALSE;
  find_base (self);
  return TRUE;
}

/* ---- its size ---- */

static double
count_weights (const PelOnnxUnet *self, guint out_channels)
{
  double n = (double)self->base_channels * out_channels;

  for (guint level = 0; level <= self->depth; level++)
    {
      double c = (double)self->base_channels * (1u << level);
      double in = level == 0 ? self->in_channels : c / 2.0;

      n += 9.0 * c * (in + c);
      if (level < self->depth)
        n += 9.0 * c * (2.0 * c + c) + 4.0 * 2.0 * c * c;
    }
  return n;
}

static double
count_file (const PelOnnxFile *file)
{
  gsize length =
      g_bytes_get_size (file->bytes) + (file->data != NULL ? g_bytes_get_size (file->data) : 0);

  return (double)length / sizeof (float);
}

gboolean
pel_onnx_unet_check_size (const PelOnnxUnet *self,
                          const PelOnnxFile *file,
                          guint out_channels,
                          GError **error)
{
  g_return_val_if_fail (self != NULL && file != NULL, FALSE);

  if (self->base_channels <= MAX_BASE_CHANNELS &&
      count_weights (self, out_channels) <= MOST_TIMES * count_file (file) + MOST_MORE)
    return TRUE;
  return pel_onnx_refuse (error, NULL,
                          _ ("its channels do not double from level to level, so that Pellicle’s "
                             "network would have to be many times as large to hold it; train a "
                             "network here, or export one that doubles them"));
}
