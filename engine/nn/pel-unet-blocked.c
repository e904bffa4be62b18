/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-unet-private.h"

#include "engine/core/pel-cpu.h"
#include "engine/nn/pel-blocked-conv.h"
#include "engine/nn/pel-blocked-ends.h"
#include "engine/nn/pel-blocked-pixels.h"
#include "engine/nn/pel-blocked-upconv.h"
#include "engine/nn/pel-interpolation.h"

/* The steps on blocked maps, with Winograd's convolutions: where the processor has vectors for
 * them, and channels come in whole blocks. */

gboolean
pel_unet_can_block (const PelUnetConfig *config)
{
  return config->base_channels % PEL_LANES == 0 &&
         (pel_cpu_get_flags () & (PEL_CPU_AVX2 | PEL_CPU_AVX512)) != 0;
}

static PelBlockedContext
get_context (const PelUnet *self)
{
  return (PelBlockedContext){
    .pool = self->pool,
    .cancellable = self->cancellable,
    .kernels = self->blocked_kernels,
    .shared = self->shared,
    .scratch = self->scratch,
    .scratch_size = self->schedule->scratch_bytes / sizeof (float),
  };
}

static PelBlockedPlane
halve (PelShape input, guint level)
{
  return (PelBlockedPlane){ input.n, input.h >> level, input.w >> level };
}

static PelBlockedPlane
get_plane (const PelUnet *self, guint level)
{
  return halve (self->input, level);
}

/* What a unit made, as the next layer reads it. */
static PelBlockedPart
get_part (const PelUnetUnit *unit)
{
  return (PelBlockedPart){ unit->r, unit->out / PEL_LANES, unit->norm.scale, unit->norm.shift };
}

static gboolean
is_first (guint index)
{
  return index == 0;
}

/* What a unit reads; the very first reads the image and is not asked. */
static void
get_input (const PelUnet *self, guint index, PelBlockedPart input[2])
{
  const PelUnetUnit *unit = &self->units[index];

  input[1] = (PelBlockedPart){ 0 };
  if (pel_unet_is_second (index))
    input[0] = get_part (&self->units[index - 1]);
  else if (pel_unet_is_on_the_way_up (self, index))
    {
      input[0] = get_part (&self->units[pel_unet_get_down_unit (unit->level) + 1]);
      input[1] = (PelBlockedPart){ self->ups[unit->level].y, unit->in[1] / PEL_LANES, NULL, NULL };
    }
  else
    input[0] =
        (PelBlockedPart){ self->pools[unit->level - 1].y, unit->in[0] / PEL_LANES, NULL, NULL };
}

/* Where the derivative by what a unit read goes. */
static void
get_d_input (const PelUnet *self, guint index, PelBlockedPart dx[2])
{
  const PelUnetUnit *unit = &self->units[index];

  dx[0] = (PelBlockedPart){ .n_blocks = unit->in[0] / PEL_LANES };
  dx[1] = (PelBlockedPart){ .n_blocks = unit->in[1] / PEL_LANES };
  if (pel_unet_is_second (index))
    dx[0].data = self->units[index - 1].dy;
  else if (pel_unet_is_on_the_way_up (self, index))
    {
      dx[0].data = self->units[pel_unet_get_down_unit (unit->level) + 1].dy;
      dx[1].data = self->ups[unit->level].dy;
    }
  else
    dx[0].data = self->pools[unit->level - 1].dy;
}

static PelUnetSpace
get_space (const PelUnet *self, PelShape input, PelPhase phase)
{
  gboolean train = phase == PEL_PHASE_TRAIN;
  PelBlockedSpace space = { 0, 0 };
  PelBlockedPlane top = halve (input, 0);

  pel_blocked_first_add_space (&top, self->config.in_channels, self->units[0].out / PEL_LANES,
                               train, &space);
  for (guint i = 0; i < self->n_units; i++)
    {
      const PelUnetUnit *unit = &self->units[i];
      PelBlockedPlane plane = halve (input, unit->level);

      if (!is_first (i))
        pel_blocked_conv_add_space (&plane, (unit->in[0] + unit->in[1]) / PEL_LANES,
                                    unit->out / PEL_LANES, train, &space);
      if (train)
        pel_blocked_norm_add_space (&plane, unit->out / PEL_LANES, &space);
    }
  for (guint level = 0; level < self->config.depth; level++)
    {
      PelBlockedPlane plane = halve (input, level + 1);
      guint out_blocks = pel_unet_get_channels (self, level) / PEL_LANES;

      pel_blocked_upconv_add_space (&plane, 2 * out_blocks, out_blocks, train, &space);
    }
  pel_blocked_head_add_space (&top, self->config.base_channels / PEL_LANES,
                              self->config.out_channels, &space);
  return (PelUnetSpace){ space.shared * sizeof (float), space.scratch * sizeof (float), 0 };
}

/* From blocks of 16 sums and 16 sums of squares to pairs. */
static void
use_batch (const PelUnet *self, const PelUnetUnit *unit, const PelBlockedPlane *plane)
{
  g_autofree double *pairs = g_new (double, 2 * unit->out);

  for (guint c = 0; c < unit->out; c++)
    {
      pairs[2 * c] = self->sums[c / PEL_LANES * 32 + c % PEL_LANES];
      pairs[2 * c + 1] = self->sums[c / PEL_LANES * 32 + PEL_LANES + c % PEL_LANES];
    }
  pel_norm_use_batch (&unit->norm, pairs, (gsize)plane->n * plane->h * plane->w);
}

static gboolean
forward_unit (PelUnet *self, guint index, gboolean again)
{
  const PelUnetUnit *unit = &self->units[index];
  PelBlockedContext context = get_context (self);
  PelBlockedPlane plane = get_plane (self, unit->level);
  const float *weight = pel_unet_get_value (self, unit->first + PEL_UNET_WEIGHT);
  const float *bias = pel_unet_get_value (self, unit->first + PEL_UNET_BIAS);
  guint out_blocks = unit->out / PEL_LANES;
  gboolean done;

  if (is_first (index))
    {
      done = pel_blocked_first_forward (&context, &plane, self->seen.data, self->config.in_channels,
                                        weight, bias, out_blocks, unit->r, self->sums);
    }
  else
    {
      PelBlockedPart input[2];

      get_input (self, index, input);
      done = pel_blocked_conv_forward (&context, &plane, input, weight, bias, out_blocks, unit->r,
                                       self->sums);
    }
  self->have_sums = FALSE;
  if (!done || again)
    return done;

  if (self->phase == PEL_PHASE_TRAIN)
    use_batch (self, unit, &plane);
  else
    pel_norm_use_running (&unit->norm,
                          pel_unet_get_value (self, unit->first + PEL_UNET_RUNNING_MEAN),
                          pel_unet_get_value (self, unit->first + PEL_UNET_RUNNING_VARIANCE));
  return TRUE;
}

static gboolean
backward_norm (PelUnet *self, guint index)
{
  const PelUnetUnit *unit = &self->units[index];
  PelBlockedContext context = get_context (self);
  PelBlockedPlane plane = get_plane (self, unit->level);
  gboolean have_sums = self->have_sums;

  self->have_sums = FALSE;
  return pel_blocked_norm_backward (&context, &unit->norm, &plane, self->sums, have_sums, unit->r,
                                    unit->dy,
                                    pel_unet_get_gradient (self, unit->first + PEL_UNET_GAMMA),
                                    pel_unet_get_gradient (self, unit->first + PEL_UNET_BETA),
                                    pel_unet_get_gradient (self, unit->first + PEL_UNET_BIAS));
}

static gboolean
backward_weight (PelUnet *self, guint index)
{
  const PelUnetUnit *unit = &self->units[index];
  PelBlockedContext context = get_context (self);
  PelBlockedPlane plane = get_plane (self, unit->level);
  guint out_blocks = unit->out / PEL_LANES;
  float *d_weight = pel_unet_get_gradient (self, unit->first + PEL_UNET_WEIGHT);
  PelBlockedPart input[2];

  if (is_first (index))
    return pel_blocked_first_backward_weight (
        &context, &plane, self->seen.data, self->config.in_channels, unit->r, out_blocks, d_weight);
  get_input (self, index, input);
  return pel_blocked_conv_backward_weight (&context, &plane, input, unit->r, out_blocks, d_weight);
}

static gboolean
backward_input (PelUnet *self, guint index)
{
  const PelUnetUnit *unit = &self->units[index];
  PelBlockedContext context = get_context (self);
  PelBlockedPlane plane = get_plane (self, unit->level);
  const float *r = pel_unet_is_second (index) ? self->units[index - 1].r : NULL;
  PelBlockedPart dx[2];

  get_d_input (self, index, dx);
  self->have_sums = r != NULL;
  return pel_blocked_conv_backward_input (&context, &plane, unit->r, unit->out / PEL_LANES,
                                          pel_unet_get_value (self, unit->first + PEL_UNET_WEIGHT),
                                          dx, r, self->sums);
}

static gboolean
forward_pool (PelUnet *self, guint level)
{
  PelBlockedContext context = get_context (self);
  PelBlockedPlane plane = get_plane (self, level + 1);
  PelBlockedPart input = get_part (&self->units[pel_unet_get_down_unit (level) + 1]);

  return pel_blocked_pooling_forward (&context, &plane, &input, self->pools[level].y);
}

/* Adds to what the skip connection brought. */
static gboolean
backward_pool (PelUnet *self, guint level)
{
  const PelUnetUnit *unit = &self->units[pel_unet_get_down_unit (level) + 1];
  PelBlockedContext context = get_context (self);
  PelBlockedPlane plane = get_plane (self, level + 1);
  PelBlockedPart input = get_part (unit);

  return pel_blocked_pooling_backward (&context, &plane, &input, self->pools[level].dy, unit->dy);
}

static PelInterpolation
get_interpolation (const PelUnet *self, guint level)
{
  return (PelInterpolation){ self->pool,
                             self->cancellable,
                             self->config.upsampling,
                             self->input.n * pel_unet_get_channels (self, level) / PEL_LANES,
                             self->input.h >> (level + 1),
                             self->input.w >> (level + 1),
                             PEL_LANES };
}

static gboolean
forward_up (PelUnet *self, guint level)
{
  const PelUnetLink *up = &self->ups[level];
  PelBlockedContext context = get_context (self);
  PelBlockedPlane plane = get_plane (self, level + 1);
  PelBlockedPart input = get_part (&self->units[pel_unet_get_unit_below (self, level)]);
  PelBlockedUpconv layer = { .context = &context,
                             .plane = &plane,
                             .input = &input,
                             .out_blocks = pel_unet_get_channels (self, level) / PEL_LANES,
                             .weight = pel_unet_get_value (self, up->first + PEL_UNET_WEIGHT),
                             .bias = pel_unet_get_value (self, up->first + PEL_UNET_BIAS),
                             .y = up->y };
  PelInterpolation interpolation = get_interpolation (self, level);

  return pel_blocked_upconv_forward (&layer) && (interpolation.kind == PEL_UPSAMPLING_TRANSPOSED ||
                                                 pel_interpolation_forward (&interpolation, up->y));
}

static gboolean
backward_up (PelUnet *self, guint level)
{
  const PelUnetLink *up = &self->ups[level];
  const PelUnetUnit *below = &self->units[pel_unet_get_unit_below (self, level)];
  PelBlockedContext context = get_context (self);
  PelBlockedPlane plane = get_plane (self, level + 1);
  PelBlockedPart input = get_part (below);
  PelBlockedUpconv layer = { .context = &context,
                             .plane = &plane,
                             .input = &input,
                             .out_blocks = pel_unet_get_channels (self, level) / PEL_LANES,
                             .weight = pel_unet_get_value (self, up->first + PEL_UNET_WEIGHT),
                             .dy = up->dy,
                             .dx = below->dy,
                             .d_weight = pel_unet_get_gradient (self, up->first + PEL_UNET_WEIGHT),
                             .d_bias = pel_unet_get_gradient (self, up->first + PEL_UNET_BIAS) };

  PelInterpolation interpolation = get_interpolation (self, level);
  gboolean interpolates = interpolation.kind != PEL_UPSAMPLING_TRANSPOSED;

  if ((interpolates && !pel_interpolation_backward (&interpolation, up->dy)) ||
      !pel_blocked_upconv_backward (&layer))
    return FALSE;
  if (interpolates)
    pel_interpolation_tie (layer.d_weight,
                           self->parameters[up->first + PEL_UNET_WEIGHT].n_values / 4);
  return TRUE;
}

static gboolean
forward_head (PelUnet *self, float *scores)
{
  PelBlockedContext context = get_context (self);
  PelBlockedPlane plane = get_plane (self, 0);
  PelBlockedPart last = get_part (&self->units[self->n_units - 1]);

  return pel_blocked_head_forward (
      &context, &plane, &last, pel_unet_get_value (self, self->head + PEL_UNET_WEIGHT),
      pel_unet_get_value (self, self->head + PEL_UNET_BIAS), self->config.out_channels, scores);
}

static gboolean
backward_head (PelUnet *self, const float *d_scores)
{
  const PelUnetUnit *unit = &self->units[self->n_units - 1];
  PelBlockedContext context = get_context (self);
  PelBlockedPlane plane = get_plane (self, 0);
  PelBlockedPart last = get_part (unit);

  self->have_sums = pel_blocked_head_backward (
      &context, &plane, &last, d_scores, pel_unet_get_value (self, self->head + PEL_UNET_WEIGHT),
      self->config.out_channels, unit->dy, self->sums,
      pel_unet_get_gradient (self, self->head + PEL_UNET_WEIGHT),
      pel_unet_get_gradient (self, self->head + PEL_UNET_BIAS));
  return self->have_sums;
}

const PelUnetSteps pel_unet_steps_blocked = {
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
