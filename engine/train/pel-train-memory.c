/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-trainer-private.h"

#include <glib/gi18n-lib.h>
#include "engine/core/pel-error.h"
#include "engine/core/pel-free-memory.h"

/* Of the memory that is free: what the fast plan may take, and what the lean one may. */
#define SHARE_FOR_FAST 0.75
#define SHARE_FOR_LEAN 0.95
/* Batches: two with the feeder, one for the norms' statistics. */
#define N_BATCHES 3
/* A pixel's direction in a PelFlowField, and making one of a pixel's label, where the largest cell
 * fills the image. */
#define BYTES_PER_FLOW 2.0
#define BYTES_TO_FIND_FLOWS 26.0

/* What the trainer has taken already. */
static double
get_held_bytes (PelTrainer *self)
{
  double values = (double)pel_unet_get_planned_bytes (pel_model_get_unet (self->candidate));
  double states = 0.0;

  for (guint i = 0; i < pel_optimizer_get_n_state (self->optimizer); i++)
    states += 4.0 * (double)pel_optimizer_get_state (self->optimizer, i)->n_values;
  return (self->average != NULL ? 3.0 : 2.0) * values + states;
}

/* The directions that flows are learnt from, of all images, and what finding them takes for the
 * largest. */
static double
get_field_bytes (const PelTrainer *self)
{
  double pixels = 0.0, largest = 0.0;

  for (guint i = 0; i < pel_dataset_get_n_samples (self->scaled); i++)
    {
      const PelSample *sample = pel_dataset_get_sample (self->scaled, i);

      double area =
          (double)pel_image_get_width (sample->image) * pel_image_get_height (sample->image);

      pixels += area;
      largest = MAX (largest, area);
    }
  if (!pel_train_config_has_flows (&self->config))
    return 0.0;
  return BYTES_PER_FLOW * pixels + BYTES_TO_FIND_FLOWS * largest;
}

/* All of it: the plan's network, the optimiser's states, the candidate, judged on a tile beside,
 * the best model, the average, the batches, scores and their derivatives, and flows. */
static double
get_needed_bytes (PelTrainer *self, PelUnetMemory plan)
{
  const PelTrainConfig *c = &self->config;
  PelUnet *unet = pel_model_get_unet (self->model);
  guint n_threads = pel_pool_get_n_threads (self->pool);
  guint side = MAX (PEL_VALIDATION_TILE, 1u << c->depth);
  PelShape patches = { c->batch, c->in_channels, c->patch, c->patch };
  PelShape tile = { 1, c->in_channels, side, side };
  double values = (double)pel_unet_get_planned_bytes (pel_model_get_unet (self->candidate));
  double pixels = (double)c->batch * c->patch * c->patch;
  double outputs = pel_train_config_get_n_outputs (c);

  return (double)pel_unet_measure_plan (unet, patches, PEL_PHASE_TRAIN, plan, n_threads) +
         (double)pel_unet_measure_plan (unet, tile, PEL_PHASE_PREDICT, plan, n_threads) + values +
         (get_held_bytes (self) - 2.0 * values) +
         4.0 * pixels * (N_BATCHES * (c->in_channels + outputs + 1.0) + 2.0 * outputs) +
         get_field_bytes (self);
}

static gboolean
set_too_much (double needed, double available, gboolean is_limit, GError **error)
{
  g_autofree char *wanted = g_format_size ((guint64)needed);
  g_autofree char *there = g_format_size ((guint64)available);

  if (is_limit)
    g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                 /* Translators: two amounts of memory such as "2.1 GB". */
                 _ ("Training with these settings needs at least %s of memory, but may use only "
                    "%s; choose a smaller patch, batch or network, or allow more."),
                 wanted, there);
  else
    g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                 /* Translators: two amounts of memory such as "2.1 GB". */
                 _ ("Training with these settings needs at least %s of memory, but only %s are "
                    "free; choose a smaller patch, batch or network, or close other programs."),
                 wanted, there);
  return FALSE;
}

gboolean
pel_trainer_plan_memory (PelTrainer *self, PelTrainMemory *memory, GError **error)
{
  double fast, lean, held, available;

  g_return_val_if_fail (self != NULL, FALSE);

  fast = get_needed_bytes (self, PEL_UNET_FAST);
  lean = get_needed_bytes (self, PEL_UNET_LEAN);
  if (self->config.memory_limit > 0)
    {
      available = (double)self->config.memory_limit;
      if (lean > available)
        return set_too_much (lean, available, TRUE, error);
      self->memory.plan = fast <= available ? PEL_UNET_FAST : PEL_UNET_LEAN;
    }
  else
    {
      held = get_held_bytes (self);
      available = pel_free_memory_measure ();
      if (lean - held > SHARE_FOR_LEAN * available)
        return set_too_much (lean - held, available, FALSE, error);
      self->memory.plan = fast - held <= SHARE_FOR_FAST * available ? PEL_UNET_FAST : PEL_UNET_LEAN;
    }
  self->memory.bytes = (gsize)(self->memory.plan == PEL_UNET_FAST ? fast : lean);
  pel_unet_set_memory (pel_model_get_unet (self->model), self->memory.plan);
  if (memory != NULL)
    *memory = self->memory;
  return TRUE;
}

gsize
pel_trainer_get_needed_bytes (PelTrainer *self)
{
  g_return_val_if_fail (self != NULL, 0);

  if (pel_trainer_plan_memory (self, NULL, NULL))
    return self->memory.bytes;
  return (gsize)MIN (get_needed_bytes (self, PEL_UNET_LEAN), (double)G_MAXSSIZE);
}
