/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-unet-private.h"

#include "engine/core/pel-error.h"

#include <glib/gi18n-lib.h>

/* Sizes up to which indices of rows, pixels and pieces fit their types with room to spare. */
#define MAX_SIDE 65536
#define MAX_PIXELS (1u << 30)

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

/* Sets the pointers whose buffers begin with an op. */
void
pel_unet_point (const PelUnetSchedule *schedule, guint op)
{
  for (guint i = 0; i < schedule->ops[op].n_makes; i++)
    *schedule->ops[op].makes[i].slot =
        pel_arena_get (schedule->arena, schedule->ops[op].makes[i].buffer);
}

gboolean
pel_unet_plan (PelUnet *self, PelShape input, PelPhase phase, PelPool *pool, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (pool != NULL, FALSE);

  if (self->planned && pel_shape_equal (self->input, input) && self->phase == phase &&
      self->pool == pool && (phase == PEL_PHASE_PREDICT || self->schedule->memory == self->memory))
    return TRUE;

  pel_unet_unplan (self);
  if (!check_input (self, input, error))
    return FALSE;

  self->schedule =
      pel_unet_schedule_new (self, input, phase, self->memory, pel_pool_get_n_threads (pool));
  if (!pel_arena_commit (self->schedule->arena, error))
    {
      pel_unet_unplan (self);
      return FALSE;
    }
  self->input = input;
  self->phase = phase;
  self->pool = pool;
  self->shared = pel_arena_get (self->schedule->arena, self->schedule->shared);
  self->scratch = pel_arena_get (self->schedule->arena, self->schedule->scratch);
  self->turned = pel_arena_get (self->schedule->arena, self->schedule->turned);
  for (guint i = 0; i < self->schedule->n_ops; i++)
    pel_unet_point (self->schedule, i);
  self->planned = TRUE;
  return TRUE;
}

void
pel_unet_unplan (PelUnet *self)
{
  g_clear_pointer (&self->schedule, pel_unet_schedule_free);
  for (guint i = 0; i < self->n_parameters; i++)
    self->parameters[i].gradient = NULL;
  self->planned = FALSE;
  self->forwarded = FALSE;
  self->pool = NULL;
}

gsize
pel_unet_get_planned_bytes (const PelUnet *self)
{
  gsize bytes = self->n_values * sizeof (float);

  if (self->schedule != NULL)
    bytes += pel_arena_get_bytes (self->schedule->arena);
  return bytes;
}

gsize
pel_unet_measure_plan (PelUnet *self,
                       PelShape input,
                       PelPhase phase,
                       PelUnetMemory memory,
                       guint n_threads)
{
  PelUnetSchedule *schedule = pel_unet_schedule_new (self, input, phase, memory, n_threads);
  gsize bytes = pel_arena_measure (schedule->arena);

  pel_unet_schedule_free (schedule);
  if (!g_size_checked_add (&bytes, bytes, self->n_values * sizeof (float)))
    return G_MAXSIZE;
  return bytes;
}

void
pel_unet_set_memory (PelUnet *self, PelUnetMemory memory)
{
  self->memory = memory;
}

PelUnetMemory
pel_unet_get_memory (const PelUnet *self)
{
  return self->memory;
}
