/* SPDX-License-Identifier: MIT */
/* What changes while a training goes on: more time, newer labels; and a finished model that is
 * trained further. */
#include "engine/train/pel-trainer-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include "engine/core/pel-error.h"

gboolean
pel_trainer_continue_from (PelTrainer *self, PelModel *model, GError **error)
{
  g_return_val_if_fail (self != NULL && model != NULL && self->run == NULL, FALSE);
  const PelUnetConfig *mine = pel_unet_get_config (pel_model_get_unet (self->model));
  const PelUnetConfig *other = pel_unet_get_config (pel_model_get_unet (model));
  guint n_rows;
  const PelHistoryRow *rows = pel_model_get_history (model, &n_rows);
  if (mine->in_channels != other->in_channels || mine->out_channels != other->out_channels ||
      mine->base_channels != other->base_channels || mine->depth != other->depth ||
      mine->upsampling != other->upsampling)
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
                           _ ("A model is trained on with a network of its own size; start a new "
                              "model from it to change that."));
      return FALSE;
    }
  PelModel *best = pel_model_duplicate (model, error);
  if (best == NULL)
    return FALSE;
  pel_model_free (self->best);
  self->best = best;
  self->continues = TRUE;
  self->state.has_best = TRUE;
  pel_model_clear_history (self->model);
  for (guint i = 0; i < n_rows; i++)
    pel_model_add_history (self->model, &rows[i]);
  if (n_rows > 0)
    {
      const PelHistoryRow *last = &rows[n_rows - 1];
      double seconds = MAX (last->seconds, 0.0);
      self->state.step = last->step;
      self->state.seconds = seconds;
      self->continued_loss = isfinite (last->loss) ? last->loss : 0.0;
      if (self->config.time_limit_s > 0.0)
        self->state.fraction = seconds / (seconds + self->config.time_limit_s);
      if (self->config.epochs > 0)
        self->config.epochs += last->step / self->config.steps_per_epoch;
    }
  return TRUE;
}

/* Stands in the place of what is asked for once nothing can be given any more. */
#define CLOSED G_MAXUINT64

gboolean
pel_trainer_extend (PelTrainer *self, double seconds)
{
  g_return_val_if_fail (self != NULL && seconds > 0.0 && seconds < 1e9, FALSE);
  guint64 asked = atomic_load (&self->extension_ms);
  do
    if (asked == CLOSED)
      return FALSE;
  while (!atomic_compare_exchange_weak (&self->extension_ms, &asked,
                                        asked + (guint64)(1000.0 * seconds)));
  return TRUE;
}

double
pel_trainer_get_asked_seconds (PelTrainer *self)
{
  guint64 asked = atomic_load (&self->extension_ms);
  return asked == CLOSED ? 0.0 : (double)asked / 1000.0;
}

void
pel_trainer_open_extension (PelTrainer *self)
{
  guint64 closed = CLOSED;
  atomic_compare_exchange_strong (&self->extension_ms, &closed, 0);
}

gboolean
pel_trainer_close_extension (PelTrainer *self)
{
  guint64 asked = 0;
  return atomic_compare_exchange_strong (&self->extension_ms, &asked, CLOSED) || asked == CLOSED;
}

void
pel_trainer_move_limit (PelTrainer *self, double now, double seconds)
{
  PelTrainRun *run = self->run;
  self->config.time_limit_s += seconds;
  run->clock.limit_s = self->config.time_limit_s;
  run->clock.before = self->state.fraction;
  run->seconds_before += now - run->clock.prepared_s;
  run->clock.prepared_s = now;
  /* Shares of the time are counted from there as well. */
  run->all_validate_seconds = 0.0;
  run->preview_seconds = 0.0;
}

gboolean
pel_trainer_take_extension (PelTrainer *self)
{
  PelTrainRun *run = self->run;
  PelTrainState *state = &self->state;
  double more = (double)atomic_exchange (&self->extension_ms, 0) / 1000.0;
  if (!(more > 0.0) || !(self->config.time_limit_s > 0.0))
    return FALSE;
  double now = pel_clock_get_seconds (&run->clock, g_get_monotonic_time ());
  double left = MAX (self->config.time_limit_s - now, 0.0);
  /* The last check may have taken longer than there was time: that is not taken from the new. */
  double over = MAX (now - self->config.time_limit_s, 0.0);
  /* The time that the schedule was made for, of which a fraction is done. */
  double planned = state->fraction < 1.0 ? left / (1.0 - state->fraction) : state->seconds;
  state->fraction *= planned / (planned + more);
  /* What stood still may move again. */
  state->is_shortened = FALSE;
  state->short_step = state->last_step = 0;
  state->short_fraction = 0.0;
  state->stalled = 0.0;
  state->n_stalled = 0;
  state->judged_at = state->fraction;
  pel_trainer_move_limit (self, now, more + over);
  if (run->limited)
    pel_trainer_limit_validation (self);
  return TRUE;
}

gboolean
pel_trainer_judge_best (PelTrainer *self, GError **error)
{
  PelTrainRun *run = self->run;
  PelValidation result;
  if (!run->judge_best)
    return TRUE;
  run->judge_best = FALSE;
  if (run->validator == NULL || self->best == NULL)
    return TRUE;
  gint64 before = g_get_monotonic_time ();
  gboolean good =
      pel_validator_run (run->validator, self->best, self->pool, run->cancellable, &result, error);
  pel_unet_unplan (pel_model_get_unet (self->best));
  run->all_validate_seconds += (double)(g_get_monotonic_time () - before) / 1e6;
  if (good)
    self->state.best_score = pel_validation_get_score (&result, self->config.task);
  return good;
}

static gboolean
same_regions (const PelSample *a, const PelSample *b)
{
  if (a->complete != b->complete || a->n_regions != b->n_regions)
    return FALSE;
  for (guint i = 0; i < a->n_regions; i++)
    if (a->regions[i].x != b->regions[i].x || a->regions[i].y != b->regions[i].y ||
        a->regions[i].width != b->regions[i].width || a->regions[i].height != b->regions[i].height)
      return FALSE;
  return TRUE;
}

static const PelSample *
next_held_out (const PelDataset *dataset, guint *index)
{
  while (*index < pel_dataset_get_n_samples (dataset))
    {
      const PelSample *sample = pel_dataset_get_sample (dataset, (*index)++);
      if (sample->validation)
        return sample;
    }
  return NULL;
}

/* Whether models are judged on the very same images and labels. */
static gboolean
same_held_out (const PelDataset *a, const PelDataset *b)
{
  guint i = 0, k = 0;
  for (;;)
    {
      const PelSample *one = next_held_out (a, &i), *other = next_held_out (b, &k);
      if (one == NULL || other == NULL)
        return one == other;
      if (one->image != other->image || one->labels != other->labels || !same_regions (one, other))
        return FALSE;
    }
}

/* What a run makes of a data set; belongs to nobody until it is taken. */
typedef struct
{
  PelSampler *sampler;
  PelSampler *statistics;
  PelValidator *validator;
} Parts;

static gboolean
make_parts (PelTrainer *self, PelDataset *dataset, Parts *parts, GError **error)
{
  const PelNormalisation *normalisation = pel_model_get_normalisation (self->model);
  GCancellable *cancellable = self->run->cancellable;
  g_autoptr (PelSampler) sampler =
      pel_sampler_new (dataset, &self->config, normalisation, cancellable, error);
  g_autoptr (PelSampler) statistics =
      sampler != NULL ? pel_sampler_new_plain (sampler, error) : NULL;
  g_autoptr (GError) local = NULL;
  if (statistics == NULL)
    return FALSE;
  parts->validator = pel_validator_new (dataset, &self->config, normalisation, cancellable, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  parts->sampler = g_steal_pointer (&sampler);
  parts->statistics = g_steal_pointer (&statistics);
  return TRUE;
}

gboolean
pel_trainer_renew_data (PelTrainer *self, GError **error)
{
  PelTrainRun *run = self->run;
  Parts parts = { 0 };
  g_autoptr (GError) local = NULL;
  g_autoptr (PelDataset) fresh = self->data_func != NULL ? self->data_func (self->data_data) : NULL;
  if (fresh == NULL)
    return TRUE;
  g_autoptr (PelDataset) scaled = pel_dataset_new_rescaled (fresh, self->config.zoom, &local);
  if (scaled == NULL || !make_parts (self, scaled, &parts, &local))
    {
      /* What cannot be learnt from is left alone; what was there before can. */
      if (!g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  /* The feeder's thread uses the sampler. */
  pel_feeder_free (run->feeder);
  pel_sampler_free (run->sampler);
  pel_sampler_free (run->statistics);
  pel_validator_free (run->validator);
  run->sampler = parts.sampler;
  run->statistics = parts.statistics;
  run->validator = parts.validator;
  run->judge_best |= !same_held_out (self->dataset, fresh);
  pel_dataset_unref (self->dataset);
  self->dataset = g_steal_pointer (&fresh);
  pel_dataset_unref (self->scaled);
  self->scaled = g_steal_pointer (&scaled);
  run->n_renewals++;
  pel_trainer_describe_model (self);
  if (run->limited)
    pel_trainer_limit_validation (self);
  run->feeder = pel_feeder_new (run->sampler, &self->config, self->state.step, error);
  return run->feeder != NULL && pel_trainer_judge_best (self, error);
}

void
pel_trainer_set_data_func (PelTrainer *self, PelTrainDataFunc func, gpointer data)
{
  g_return_if_fail (self != NULL && self->run == NULL);
  self->data_func = func;
  self->data_data = data;
}
