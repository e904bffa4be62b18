/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-unet-private.h"

#include "engine/nn/pel-conv.h"
#include "engine/nn/pel-head.h"
#include "engine/nn/pel-pooling.h"
#include "engine/nn/pel-upconv.h"

static PelLayerContext
get_context (const PelUnet *self)
{
  return (PelLayerContext){
    .pool = self->pool,
    .cancellable = self->cancellable,
    .kernels = self->kernels,
    .shared = pel_arena_get (self->arena, self->shared_buffer),
    .scratch = pel_arena_get (self->arena, self->scratch_buffer),
    .scratch_bytes = self->scratch_bytes,
  };
}

static const float *
get_value (const PelUnet *self, guint index)
{
  return self->parameters[index].value;
}

static float *
get_gradient (const PelUnet *self, guint index)
{
  return self->parameters[index].gradient;
}

/* What a unit made, as the next layer reads it. */
static PelPlanes
get_planes (const PelUnetUnit *unit)
{
  return (PelPlanes){ unit->r, unit->out, unit->norm.scale, unit->norm.shift };
}

static gboolean
is_second (guint index)
{
  return index % 2 == 1;
}

static gboolean
is_on_the_way_up (const PelUnet *self, guint index)
{
  return index >= 2 * self->config.depth + 2;
}

/* What a unit reads: the unit before it, the pooled level above, the input, or on the way up the
 * skip connection followed by the transposed convolution's result. */
static void
get_input (const PelUnet *self, guint index, PelPlanes input[2])
{
  guint level = self->units[index].level;

  input[1] = (PelPlanes){ NULL, 0, NULL, NULL };
  if (is_second (index))
    input[0] = get_planes (&self->units[index - 1]);
  else if (is_on_the_way_up (self, index))
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
  if (is_second (index))
    dx[0] = self->units[index - 1].dy;
  else if (is_on_the_way_up (self, index))
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

/* The unit that feeds the transposed convolution into @level. */
static guint
get_unit_below (const PelUnet *self, guint level)
{
  return pel_unet_get_up_unit (self, level) - 1;
}

static gboolean
forward_unit (PelUnet *self, const PelLayerContext *context, guint index)
{
  const PelUnetUnit *unit = &self->units[index];
  PelConvShape shape = get_conv_shape (self, unit);
  PelPlanes input[2];

  get_input (self, index, input);
  if (!pel_conv_forward (context, &shape, input, get_value (self, unit->first + PEL_UNET_WEIGHT),
                         get_value (self, unit->first + PEL_UNET_BIAS), unit->r, self->sums))
    return FALSE;

  if (self->phase == PEL_PHASE_TRAIN)
    pel_norm_use_batch (&unit->norm, self->sums, (gsize)shape.n * shape.h * shape.w);
  else
    pel_norm_use_running (&unit->norm, get_value (self, unit->first + PEL_UNET_RUNNING_MEAN),
                          get_value (self, unit->first + PEL_UNET_RUNNING_VARIANCE));
  return TRUE;
}

static gboolean
backward_unit (PelUnet *self, const PelLayerContext *context, guint index)
{
  const PelUnetUnit *unit = &self->units[index];
  PelConvShape shape = get_conv_shape (self, unit);
  PelPlanes input[2];
  float *dx[2];

  get_input (self, index, input);
  get_d_input (self, index, dx);
  if (!pel_norm_backward (context, &unit->norm, shape.n, (gsize)shape.h * shape.w, unit->r,
                          unit->dy, get_gradient (self, unit->first + PEL_UNET_GAMMA),
                          get_gradient (self, unit->first + PEL_UNET_BETA),
                          get_gradient (self, unit->first + PEL_UNET_BIAS)))
    return FALSE;
  if (!pel_conv_backward_weight (context, &shape, input, unit->dy,
                                 get_gradient (self, unit->first + PEL_UNET_WEIGHT)))
    return FALSE;
  /* Nobody asks for the derivative by the image. */
  if (dx[0] == NULL)
    return TRUE;
  return pel_conv_backward_input (context, &shape, unit->dy,
                                  get_value (self, unit->first + PEL_UNET_WEIGHT), self->turned, dx,
                                  unit->in);
}

static gboolean
forward_pool (PelUnet *self, const PelLayerContext *context, guint level)
{
  PelPlanes input = get_planes (&self->units[pel_unet_get_down_unit (level) + 1]);

  return pel_pooling_forward (context, &input, self->input.n, self->input.h >> (level + 1),
                              self->input.w >> (level + 1), self->pools[level].y);
}

/* Adds to what the skip connection brought. */
static gboolean
backward_pool (PelUnet *self, const PelLayerContext *context, guint level)
{
  const PelUnetUnit *unit = &self->units[pel_unet_get_down_unit (level) + 1];
  PelPlanes input = get_planes (unit);

  return pel_pooling_backward (context, &input, self->input.n, self->input.h >> (level + 1),
                               self->input.w >> (level + 1), self->pools[level].dy, unit->dy);
}

static gboolean
forward_up (PelUnet *self, const PelLayerContext *context, guint level)
{
  const PelUnetLink *up = &self->ups[level];
  PelUpconvShape shape = get_upconv_shape (self, level);
  PelPlanes input = get_planes (&self->units[get_unit_below (self, level)]);

  return pel_upconv_forward (context, &shape, &input, get_value (self, up->first + PEL_UNET_WEIGHT),
                             get_value (self, up->first + PEL_UNET_BIAS), up->y);
}

static gboolean
backward_up (PelUnet *self, const PelLayerContext *context, guint level)
{
  const PelUnetLink *up = &self->ups[level];
  const PelUnetUnit *below = &self->units[get_unit_below (self, level)];
  PelUpconvShape shape = get_upconv_shape (self, level);
  PelPlanes input = get_planes (below);

  return pel_upconv_backward_weight (context, &shape, &input, up->dy,
                                     get_gradient (self, up->first + PEL_UNET_WEIGHT),
                                     get_gradient (self, up->first + PEL_UNET_BIAS)) &&
         pel_upconv_backward_input (context, &shape, up->dy,
                                    get_value (self, up->first + PEL_UNET_WEIGHT), below->dy);
}

gboolean
pel_unet_forward (PelUnet *self, const PelTensor *input, PelTensor *scores)
{
  PelShape expected = self->input;
  PelLayerContext context;
  PelHeadShape head;
  PelPlanes last;

  expected.c = self->config.out_channels;
  g_return_val_if_fail (self->planned, FALSE);
  g_return_val_if_fail (pel_shape_equal (input->shape, self->input), FALSE);
  g_return_val_if_fail (pel_shape_equal (scores->shape, expected), FALSE);

  context = get_context (self);
  self->forwarded = FALSE;
  self->seen = *input;
  for (guint level = 0; level <= self->config.depth; level++)
    {
      guint unit = pel_unet_get_down_unit (level);

      if (!forward_unit (self, &context, unit) || !forward_unit (self, &context, unit + 1))
        return FALSE;
      if (level < self->config.depth && !forward_pool (self, &context, level))
        return FALSE;
    }
  for (guint level = self->config.depth; level-- > 0;)
    {
      guint unit = pel_unet_get_up_unit (self, level);

      if (!forward_up (self, &context, level) || !forward_unit (self, &context, unit) ||
          !forward_unit (self, &context, unit + 1))
        return FALSE;
    }

  head = get_head_shape (self);
  last = get_planes (&self->units[self->n_units - 1]);
  if (!pel_head_forward (&context, &head, &last, get_value (self, self->head + PEL_UNET_WEIGHT),
                         get_value (self, self->head + PEL_UNET_BIAS), scores->data))
    return FALSE;
  self->forwarded = TRUE;
  return TRUE;
}

gboolean
pel_unet_backward (PelUnet *self, const PelTensor *d_scores)
{
  PelShape expected = self->input;
  PelLayerContext context;
  const PelUnetUnit *last = &self->units[self->n_units - 1];
  PelHeadShape head;
  PelPlanes planes;

  expected.c = self->config.out_channels;
  g_return_val_if_fail (self->planned && self->forwarded, FALSE);
  g_return_val_if_fail (self->phase == PEL_PHASE_TRAIN, FALSE);
  g_return_val_if_fail (pel_shape_equal (d_scores->shape, expected), FALSE);

  context = get_context (self);
  head = get_head_shape (self);
  planes = get_planes (last);
  if (!pel_head_backward (&context, &head, &planes, d_scores->data,
                          get_value (self, self->head + PEL_UNET_WEIGHT), last->dy,
                          get_gradient (self, self->head + PEL_UNET_WEIGHT),
                          get_gradient (self, self->head + PEL_UNET_BIAS)))
    return FALSE;

  for (guint level = 0; level < self->config.depth; level++)
    {
      guint unit = pel_unet_get_up_unit (self, level);

      if (!backward_unit (self, &context, unit + 1) || !backward_unit (self, &context, unit) ||
          !backward_up (self, &context, level))
        return FALSE;
    }
  for (guint level = self->config.depth + 1; level-- > 0;)
    {
      guint unit = pel_unet_get_down_unit (level);

      if (level < self->config.depth && !backward_pool (self, &context, level))
        return FALSE;
      if (!backward_unit (self, &context, unit + 1) || !backward_unit (self, &context, unit))
        return FALSE;
    }
  return TRUE;
}
