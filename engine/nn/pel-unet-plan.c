/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-unet-private.h"

#include "engine/core/pel-error.h"

#include <glib/gi18n-lib.h>

/* Sizes up to which indices of rows, pixels and pieces fit their types with room to spare. */
#define MAX_SIDE 65536
#define MAX_PIXELS (1u << 30)

/* The steps of a run, for the lifetimes of buffers. Forward: at each level down two units and the
 * pooling, two units at the bottom, at each level up the transposed convolution and two units,
 * then the head. Backward is the same list from its end. */
static guint
get_n_steps (const PelUnet *self)
{
  return 6 * self->config.depth + 3;
}

static guint
get_down_step (guint level)
{
  return 3 * level;
}

static guint
get_up_step (const PelUnet *self, guint level)
{
  return 3 * self->config.depth + 2 + 3 * (self->config.depth - 1 - level);
}

static guint
get_unit_step (const PelUnet *self, guint index)
{
  guint level = self->units[index].level;

  if (index < 2 * self->config.depth + 2)
    return get_down_step (level) + index % 2;
  return get_up_step (self, level) + 1 + index % 2;
}

/* When the derivative of what a forward step made is computed. */
static guint
get_back_step (const PelUnet *self, guint step)
{
  return 2 * get_n_steps (self) - 1 - step;
}

static gboolean
check_input (const PelUnet *self, PelShape input, GError **error)
{
  guint multiple = 1u << self->config.depth;

  if (input.c != self->config.in_channels)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
                   /* Translators: both %u are numbers of channels. */
                   _ ("The network reads %u channels, but the image has %u."),
                   self->config.in_channels, input.c);
      return FALSE;
    }
  if (input.n == 0 || input.h == 0 || input.w == 0 || input.h % multiple != 0 ||
      input.w % multiple != 0)
    {
      g_set_error (
          error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
          /* Translators: width, height, and the number both must be multiples of. */
          _ ("A network of this depth can't work on %u×%u pixels: width and height must be "
             "multiples of %u."),
          input.w, input.h, multiple);
      return FALSE;
    }
  if (input.h > MAX_SIDE || input.w > MAX_SIDE || input.n > MAX_PIXELS ||
      (guint64)input.n * input.h * input.w > MAX_PIXELS)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
                   /* Translators: number of images, then width and height. */
                   _ ("%u images of %u×%u pixels are too many to be computed at once; choose a "
                      "smaller batch or smaller tiles."),
                   input.n, input.w, input.h);
      return FALSE;
    }
  return TRUE;
}

static gsize
count_pixels (const PelUnet *self, guint level)
{
  return (gsize)self->input.n * (self->input.h >> level) * (self->input.w >> level);
}

static guint
reserve (PelUnet *self, guint channels, guint level, guint first, guint last)
{
  return pel_arena_reserve (self->arena, count_pixels (self, level), channels * sizeof (float),
                            first, last);
}

/* The last forward step that reads what a unit made. */
static guint
get_last_reader (const PelUnet *self, guint index)
{
  guint step = get_unit_step (self, index);
  guint level = self->units[index].level;

  if (index < 2 * self->config.depth && index % 2 == 1)
    return get_up_step (self, level) + 1; /* the skip connection */
  return step + 1;
}

static void
reserve_buffers (PelUnet *self)
{
  gboolean train = self->phase == PEL_PHASE_TRAIN;

  for (guint i = 0; i < self->n_units; i++)
    {
      PelUnetUnit *unit = &self->units[i];
      guint step = get_unit_step (self, i);
      guint reader = get_last_reader (self, i);
      guint back = get_back_step (self, step);

      unit->r_buffer = reserve (self, unit->out, unit->level, step, train ? back : reader);
      if (train)
        unit->dy_buffer =
            reserve (self, unit->out, unit->level, get_back_step (self, reader), back);
    }
  for (guint level = 0; level < self->config.depth; level++)
    {
      guint channels = pel_unet_get_channels (self, level);
      PelUnetLink *links[2] = { &self->pools[level], &self->ups[level] };
      guint steps[2] = { get_down_step (level) + 2, get_up_step (self, level) };
      guint levels[2] = { level + 1, level };

      for (guint i = 0; i < 2; i++)
        {
          guint back = get_back_step (self, steps[i]);

          links[i]->y_buffer =
              reserve (self, channels, levels[i], steps[i], train ? back - 1 : steps[i] + 1);
          if (train)
            links[i]->dy_buffer = reserve (self, channels, levels[i], back - 1, back);
        }
    }
}

static void
reserve_working_memory (PelUnet *self)
{
  gboolean train = self->phase == PEL_PHASE_TRAIN;
  guint last = 2 * get_n_steps (self) - 1;
  PelUnetSpace space = self->steps->get_space (self);

  self->scratch_bytes = (space.scratch + 63) & ~(gsize)63;
  self->shared_buffer = pel_arena_reserve (self->arena, space.shared, 1, 0, last);
  self->scratch_buffer = pel_arena_reserve (self->arena, self->scratch_bytes,
                                            pel_pool_get_n_threads (self->pool), 0, last);
  if (train)
    self->turned_buffer =
        pel_arena_reserve (self->arena, space.turned, 1, get_n_steps (self), last);
}

static void
point_buffers (PelUnet *self)
{
  gboolean train = self->phase == PEL_PHASE_TRAIN;

  for (guint i = 0; i < self->n_units; i++)
    {
      PelUnetUnit *unit = &self->units[i];

      unit->r = pel_arena_get (self->arena, unit->r_buffer);
      unit->dy = train ? pel_arena_get (self->arena, unit->dy_buffer) : NULL;
    }
  for (guint level = 0; level < self->config.depth; level++)
    {
      PelUnetLink *links[2] = { &self->pools[level], &self->ups[level] };

      for (guint i = 0; i < 2; i++)
        {
          links[i]->y = pel_arena_get (self->arena, links[i]->y_buffer);
          links[i]->dy = train ? pel_arena_get (self->arena, links[i]->dy_buffer) : NULL;
        }
    }
  self->turned = train ? pel_arena_get (self->arena, self->turned_buffer) : NULL;
}

gboolean
pel_unet_plan (PelUnet *self, PelShape input, PelPhase phase, PelPool *pool, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (pool != NULL, FALSE);

  if (self->planned && pel_shape_equal (self->input, input) && self->phase == phase &&
      self->pool == pool)
    return TRUE;

  pel_unet_unplan (self);
  if (!check_input (self, input, error))
    return FALSE;
  if (phase == PEL_PHASE_TRAIN && !pel_unet_ensure_gradients (self, error))
    return FALSE;

  self->input = input;
  self->phase = phase;
  self->pool = pool;
  self->arena = pel_arena_new ();
  reserve_buffers (self);
  reserve_working_memory (self);
  if (!pel_arena_commit (self->arena, error))
    {
      pel_unet_unplan (self);
      return FALSE;
    }
  point_buffers (self);
  self->planned = TRUE;
  return TRUE;
}

void
pel_unet_unplan (PelUnet *self)
{
  g_clear_pointer (&self->arena, pel_arena_free);
  self->planned = FALSE;
  self->forwarded = FALSE;
  self->pool = NULL;
}

gsize
pel_unet_get_planned_bytes (const PelUnet *self)
{
  gsize bytes = self->n_values * sizeof (float);

  if (self->gradients != NULL)
    bytes *= 2;
  if (self->arena != NULL)
    bytes += pel_arena_get_bytes (self->arena);
  return bytes;
}
