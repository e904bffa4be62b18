/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-unet-private.h"

#include "engine/nn/pel-conv.h"
#include "engine/nn/pel-head.h"
#include "engine/nn/pel-interpolation.h"
#include "engine/nn/pel-pooling.h"
#include "engine/nn/pel-upconv.h"

/* The steps on plain maps (n, channels, h, w), with OpenBLAS for the products: any number of
 * channels, any processor. */

static PelLayerContext
get_context (const PelUnet *self)
{
  return (PelLayerContext){
    .pool = self->pool,
    .cancellable = self->cancellable,
    .kernels = self->kernels,
    .shared = self->shared,
    .scratch = (char *)self->scratch,
    .scratch_bytes = self->schedule->scratch_bytes,
  };
}

/* What a unit made, as the next layer reads it. */
static PelPlanes
get_planes (const PelUnetUnit *unit)
{
  return (PelPlanes){ unit->r, unit->out, unit->norm.scale, unit->norm.shift };
}

/* What a unit reads: the unit before it, the pooled level above, the input, or on the way up the
 * skip connection followed by the transposed convolution's result. */
static void
get_input (const PelUnet *self, guint index, PelPlanes input[2])
{
  guint level = self->units[index].level;

  input[1] = (PelPlanes){ NULL, 0, NULL, NULL };
  if (pel_unet_is_second (index))
    input[0] = get_planes (&self->units[index - 1]);
  else if (pel_unet_is_on_the_way_up (self, index))
    {
      input[0] = get_planes (&self->units[pel_unet_get_down_unit (level) + 1]);
      input[1] = (PelPlanes){ self->ups[level].y, self->units[index].in[1], NULL, NULL };
    }
  else if (level > 0)
    input[0] = (PelPlanes){ self->pools[level - 1].y, self->units[index].in[0], NULL, NULL };
  else
    input[0] = (PelPlanes){ self->seen.data, self->config.in_channels, NULL, NULL };
}

/* Where the derivative by what a unit read goes. */
static void
get_d_input (const PelUnet *self, guint index, float *dx[2])
{
  guint level = self->units[index].level;

  dx[1] = NULL;
  if (pel_unet_is_second (index))
    dx[0] = self->units[index - 1].dy;
  else if (pel_unet_is_on_the_way_up (self, index))
    {
      dx[0] = self->units[pel_unet_get_down_unit (level) + 1].dy;
      dx[1] = self->ups[level].dy;
    }
  else
    dx[0] = level > 0 ? self->pools[level - 1].dy : NULL;
}

static PelConvShape
get_conv_shape (const PelUnet *self, const PelUnetUnit *unit)
{
  return (PelConvShape){ self->input.n, self->input.h >> unit->level, self->input.w >> unit->level,
                         unit->in[0] + unit->in[1], unit->out };
}

static PelUpconvShape
get_upconv_shape (const PelUnet *self, guint level)
{
  guint channels = pel_unet_get_channels (self, level);

  return (PelUpconvShape){ self->input.n, self->input.h >> (level + 1),
                           self->input.w >> (level + 1), 2 * channels, channels };
}

static PelHeadShape
get_head_shape (const PelUnet *self)
{
  return (PelHeadShape){ self->input.n, (gsize)self->input.h * self->input.w,
                         self->config.base_channels, self->config.out_channels };
}

static gboolean
forward_unit (PelUnet *self, guint index, gboolean again)
{
  PelLayerContext context = get_context (self);
  const PelUnetUnit *unit = &self->units[index];
  PelConvShape shape = get_conv_shape (self, unit);
  PelPlanes input[2];

  get_input (self, index, input);
  if (!pel_conv_forward (
          &context, &shape, input, pel_unet_get_value (self, unit->first + PEL_UNET_WEIGHT),
          pel_unet_get_value (self, unit->first + PEL_UNET_BIAS), unit->r, self->sums))
    return FALSE;

  if (again)
    return TRUE;
  if (self->phase == PEL_PHASE_TRAIN)
    pel_norm_use_batch (&unit->norm, self->sums, (gsize)shape.n * shape.h * shape.w);
  else
    pel_norm_use_running (&unit->norm,
                          pel_unet_get_value (self, unit->first + PEL_UNET_RUNNING_MEAN),
                          pel_unet_get_value (self, unit->first + PEL_UNET_RUNNING_VARIANCE));
  return TRUE;
}

static gboolean
backward_norm (PelUnet *self, guint index)
{
  PelLayerContext context = get_context (self);
  const PelUnetUnit *unit = &self->units[index];
  PelConvShape shape = get_conv_shape (self, unit);

  return pel_norm_backward (&context, &unit->norm, shape.n, (gsize)shape.h * shape.w, unit->r,
                            unit->dy, pel_unet_get_gradient (self, unit->first + PEL_UNET_GAMMA),
                            pel_unet_get_gradient (self, unit->first + PEL_UNET_BETA),
                            pel_unet_get_gradient (self, unit->first + PEL_UNET_BIAS));
}

static gboolean
backward_weight (PelUnet *self, guint index)
{
  PelLayerContext context = get_context (self);
  const PelUnetUnit *unit = &self->units[index];
  PelConvShape shape = get_conv_shape (self, unit);
  PelPlanes input[2];

  get_input (self, index, input);
  return pel_conv_backward_weight (&context, &shape, input, unit->r,
                                   pel_unet_get_gradient (self, unit->first + PEL_UNET_WEIGHT));
}

static gboolean
backward_input (PelUnet *self, guint index)
{
  PelLayerContext context = get_context (self);
  const PelUnetUnit *unit = &self->units[index];
  PelConvShape shape = get_conv_shape (self, unit);
  float *dx[2];

  get_d_input (self, index, dx);
  return pel_conv_backward_input (&context, &shape, unit->r,
                                  pel_unet_get_value (self, unit->first + PEL_UNET_WEIGHT),
                                  self->turned, dx, unit->in);
}

static gboolean
forward_pool (PelUnet *self, guint level)
{
  PelLayerContext context = get_context (self);
  PelPlanes input = get_planes (&self->units[pel_unet_get_down_unit (level) + 1]);

  return pel_pooling_forward (&context, &input, self->input.n, self->input.h >> (level + 1),
                              self->input.w >> (level + 1), self->pools[level].y);
}

/* Adds to what the skip connection brought. */
static gboolean
backward_pool (PelUnet *self, guint level)
{
  PelLayerContext context = get_context (self);
  const PelUnetUnit *unit = &self->units[pel_unet_get_down_unit (level) + 1];
  PelPlanes input = get_planes (unit);

  return pel_pooling_backward (&context, &input, self->input.n, self->input.h >> (level + 1),
                               self->input.w >> (level + 1), self->pools[level].dy, unit->dy);
}

static PelInterpolation
get_interpolation (const PelUnet *self, guint level)
{
  return (PelInterpolation){ self->pool,
                             self->cancellable,
                             self->config.upsampling,
                             self->input.n * pel_unet_get_channels (self, level),
                             self->input.h >> (level + 1),
                             self->input.w >> (level + 1),
                             1 };
}

static gboolean
forward_up (PelUnet *self, guint level)
{
  PelLayerContext context = get_context (self);
  const PelUnetLink *up = &self->ups[level];
  PelUpconvShape shape = get_upconv_shape (self, level);
  PelPlanes input = get_planes (&self->units[pel_unet_get_unit_below (self, level)]);
  PelInterpolation interpolation = get_interpolation (self, level);

  return pel_upconv_forward (&context, &shape, &input,
                             pel_unet_get_value (self, up->first + PEL_UNET_WEIGHT),
                             pel_unet_get_value (self, up->first + PEL_UNET_BIAS), up->y) &&
         (interpolation.kind == PEL_UPSAMPLING_TRANSPOSED ||
          pel_interpolation_forward (&interpolation, up->y));
}

static gboolean
backward_up (PelUnet *self, guint level)
{
  PelLayerContext context = get_context (self);
  const PelUnetLink *up = &self->ups[level];
  const PelUnetUnit *below = &self->units[pel_unet_get_unit_below (self, level)];
  PelUpconvShape shape = get_upconv_shape (self, level);
  PelPlanes input = get_planes (below);
  PelInterpolation interpolation = get_interpolation (self, level);
  gboolean interpolates = interpolation.kind != PEL_UPSAMPLING_TRANSPOSED;
  float *d_weight = pel_unet_get_gradient (self, up->first + PEL_UNET_WEIGHT);

  if ((interpolates && !pel_interpolation_backward (&interpolation, up->dy)) ||
      !pel_upconv_backward_weight (&context, &shape, &input, up->dy, d_weight,
                                   pel_unet_get_gradient (self, up->first + PEL_UNET_BIAS)))
    return FALSE;
  if (interpolates)
    pel_interpolation_tie (d_weight, (gsize)shape.in_channels * shape.out_channels);
  return pel_upconv_backward_input (
      &context, &shape, up->dy, pel_unet_get_value (self, up->first + PEL_UNET_WEIGHT), below->dy);
}

static gboolean
forward_head (PelUnet *self, float *scores)
{
  PelLayerContext context = get_context (self);
  PelHeadShape head = get_head_shape (self);
  PelPlanes last = get_planes (&self->units[self->n_units - 1]);

  return pel_head_forward (&context, &head, &last,
                           pel_unet_get_value (self, self->head + PEL_UNET_WEIGHT),
                           pel_unet_get_value (self, self->head + PEL_UNET_BIAS), scores);
}

static gboolean
backward_head (PelUnet *self, const float *d_scores)
{
  PelLayerContext context = get_context (self);
  PelHeadShape head = get_head_shape (self);
  const PelUnetUnit *last = &self->units[self->n_units - 1];
  PelPlanes planes = get_planes (last);

  return pel_head_backward (&context, &head, &planes, d_scores,
                            pel_unet_get_value (self, self->head + PEL_UNET_WEIGHT), last->dy,
                            pel_unet_get_gradient (self, self->head + PEL_UNET_WEIGHT),
                            pel_unet_get_gradient (self, self->head + PEL_UNET_BIAS));
}

static PelUnetSpace
get_space (const PelUnet *self, PelShape input, PelPhase phase)
{
  gboolean train = phase == PEL_PHASE_TRAIN;
  PelLayerSpace space = { 0, 0 };
  guint n = input.n;
  gsize turned = 0;
  PelHeadShape head = { n, (gsize)input.h * input.w, self->config.base_channels,
                        self->config.out_channels };

  for (guint i = 0; i < self->n_units; i++)
    {
      const PelUnetUnit *unit = &self->units[i];
      guint h = input.h >> unit->level, w = input.w >> unit->level;
      PelConvShape shape = { n, h, w, unit->in[0] + unit->in[1], unit->out };

      pel_conv_add_space (&shape, train, &space);
      if (train)
        {
          pel_norm_add_space (n, unit->out, (gsize)h * w, &space);
          turned = MAX (turned, self->parameters[unit->first + PEL_UNET_WEIGHT].n_values);
        }
    }
  for (guint level = 0; level < self->config.depth; level++)
    {
      guint channels = pel_unet_get_channels (self, level);
      PelUpconvShape shape = { n, input.h >> (level + 1), input.w >> (level + 1), 2 * channels,
                               channels };

      pel_upconv_add_space (&shape, train, &space);
    }
  if (train)
    pel_head_add_space (&head, &space);

  return (PelUnetSpace){ space.shared, space.scratch, turned * sizeof (float) };
}

const PelUnetSteps pel_unet_steps_plain = {
  .get_space = get_space,
  .forward_unit = forward_unit,
  .backward_norm = backward_norm,
  .backward_weight = backward_weight,
  .backward_input = backward_input,
  .forward_pool = forward_pool,
  .backward_pool = backward_pool,
  .forward_up = forward_up,
  .backward_up = backward_up,
  .forward_head = forward_head,
  .backward_head = backward_head,
};
