/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-trainer-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include "engine/core/pel-error.h"
#include "engine/io/pel-file.h"
#include "engine/nn/pel-flow-loss.h"
#include "engine/nn/pel-loss.h"

#define PAUSE_POLL_US 20000
/* Gradients longer than this are shortened to it. */
#define MAX_GRADIENT 10.0
/* With a time limit: the share of it that one validation may take, and that all of them may. */
#define ONE_VALIDATION 0.03
#define ALL_VALIDATIONS 0.12
/* With a time limit: the most of it that judging and tuning the last model may take. */
#define JUDGING 0.25
/* Time of the last validation and of tuning, in validations. */
#define TUNE_FACTOR 6.0
/* The least time of tuning, in validations: it predicts once, and cuts. */
#define TUNING 1.5
/* Time of judging the average as well. */
#define AVERAGE_FACTOR 1.0
/* How much faster the rest is gone through when more training is in vain. */
#define SHORTER 4
/* Steps after which their duration is believed. */
#define LIMIT_STEPS 10

static gboolean
has_limit (const PelTrainer *self)
{
  return self->config.time_limit_s > 0.0;
}

/* Steps in all; 0 where only the clock ends the run. */
static guint64
total_steps (const PelTrainer *self)
{
  if (self->state.last_step > 0)
    return self->state.last_step;
  return (guint64)self->config.epochs * self->config.steps_per_epoch;
}

double
pel_trainer_get_seconds_left (const PelTrainer *self)
{
  return has_limit (self) ? self->config.time_limit_s -
                                pel_clock_get_seconds (&self->run->clock, g_get_monotonic_time ())
                          : (double)INFINITY;
}

/* Seconds that judging and writing the last model will take. */
static double
reserve_seconds (const PelTrainer *self)
{
  const PelTrainRun *run = self->run;
  double statistics = pel_trainer_get_statistics_seconds (self);
  /* Once to judge the model; once, and cutting several times, to tune it. Training comes first
   * where the limit is too short for all of it: what there is no time for is left out. */
  double factor = TUNE_FACTOR + (self->average != NULL ? AVERAGE_FACTOR : 0.0);
  double judging = factor * pel_trainer_get_validation_seconds (self);
  if (has_limit (self))
    judging = MIN (judging, JUDGING * self->config.time_limit_s);
  return statistics + judging + run->step_seconds + 0.5;
}

static void
update_fraction (PelTrainer *self)
{
  const PelTrainState *state = &self->state;
  guint64 total = total_steps (self);
  /* Where the rest was shortened, it goes on from there. */
  double fraction = 0.0;
  if (total > state->short_step)
    fraction = state->short_fraction + (1.0 - state->short_fraction) *
                                           (double)(state->step - state->short_step) /
                                           (double)(total - state->short_step);
  if (has_limit (self))
    {
      double by_clock = pel_clock_get_fraction (&self->run->clock, g_get_monotonic_time (),
                                                reserve_seconds (self));
      /* What is known of the time needed at the end changes; the rate never goes back up. */
      fraction = MAX (MAX (fraction, by_clock), self->state.fraction);
    }
  self->state.fraction = MIN (fraction, 1.0);
}

static void
update_seconds (PelTrainer *self)
{
  PelTrainRun *run = self->run;
  self->state.seconds = run->seconds_before +
                        pel_clock_get_seconds (&run->clock, g_get_monotonic_time ()) -
                        run->clock.prepared_s;
}

static void
report (PelTrainer *self, PelTrainStage stage, gboolean epoch_done, gboolean is_best)
{
  PelTrainRun *run = self->run;
  if (run->func == NULL)
    return;
  const PelTrainState *state = &self->state;
  guint per_epoch = self->config.steps_per_epoch;
  double left = -1.0;
  guint64 total = total_steps (self);
  if (has_limit (self))
    left = MAX (self->config.time_limit_s -
                    pel_clock_get_seconds (&run->clock, g_get_monotonic_time ()),
                0.0) +
           pel_trainer_get_asked_seconds (self);
  else if (run->step_seconds > 0.0 && total >= state->step)
    {
      double epochs_left = (double)(total - state->step) / per_epoch;
      left = (double)(total - state->step) * run->step_seconds +
             epochs_left * (run->validate_seconds + pel_trainer_get_statistics_seconds (self));
    }
  if (stage == PEL_TRAIN_STAGE_DONE)
    left = 0.0;
  if (has_limit (self) && run->step_seconds > 0.0)
    {
      guint64 guess = state->step + (guint64)(MAX (left, 0.0) / run->step_seconds);
      total = total > 0 ? MIN (total, guess) : guess;
    }
  PelTrainProgress progress = {
    .stage = stage,
    .step = (guint)state->step,
    .n_steps = (guint)total,
    .epoch = (guint)(state->step / per_epoch),
    .n_epochs = (guint)((total + per_epoch - 1) / per_epoch),
    .fraction = stage == PEL_TRAIN_STAGE_DONE ? 1.0 : state->fraction,
    .learning_rate = pel_schedule_get_rate (self->config.learning_rate, state->fraction),
    .loss = state->loss_count > 0 ? state->loss_sum / state->loss_count : run->last_loss,
    .val_loss = state->val_loss,
    .val_dice = state->val_dice,
    .val_ap50 = state->val_ap50,
    .seconds = state->seconds,
    .seconds_left = left,
    .samples_per_second = run->step_seconds > 0.0 ? self->config.batch / run->step_seconds : 0.0,
    .memory = self->memory,
    .waited = run->feeder != NULL ? pel_feeder_get_waited (run->feeder) : 0.0,
    .has_validation = run->validator != NULL,
    .val_share = run->validator != NULL ? pel_validator_get_share (run->validator) : 1.0,
    .epoch_done = epoch_done,
    .is_best = is_best,
    .n_renewals = run->n_renewals,
    .is_shortened = state->is_shortened,
    .is_untuned = run->is_untuned,
  };
  run->func (&progress, run->data);
}

/* One step. Weights, the optimiser and the statistics change only at its end, so a step that is
 * cancelled leaves everything as it was. */
static PelTrainOutcome
train_step (PelTrainer *self, const PelBatch *batch, GError **error)
{
  PelTrainRun *run = self->run;
  PelUnet *unet = pel_model_get_unet (self->model);
  if (!pel_unet_forward (unet, &batch->input, &run->scores))
    return PEL_TRAIN_CANCELLED;
  double loss = pel_train_config_has_flows (&self->config)
                    ? pel_flow_loss (self->config.loss, &run->scores, &batch->targets,
                                     &batch->weights, &run->d_scores, self->pool)
                    : pel_loss (self->config.loss, &run->scores, &batch->targets, &batch->weights,
                                NULL, &run->d_scores, self->pool);
  if (!isfinite (loss))
    return pel_trainer_set_diverged (error);
  if (!pel_unet_backward (unet, &run->d_scores) || g_cancellable_is_cancelled (run->cancellable))
    return PEL_TRAIN_CANCELLED;
  double norm = pel_unet_get_gradient_norm (unet);
  if (!isfinite (norm))
    return pel_trainer_set_diverged (error);
  if (norm > MAX_GRADIENT)
    pel_unet_scale_gradients (unet, (float)(MAX_GRADIENT / norm));
  double rate = pel_schedule_get_rate (self->config.learning_rate, self->state.fraction);
  pel_optimizer_step (self->optimizer, (float)rate);
  pel_unet_commit_statistics (unet);
  if (self->average != NULL)
    pel_average_add (self->average, unet);
  self->state.step++;
  self->state.loss_sum += loss;
  self->state.loss_count++;
  return PEL_TRAIN_DONE;
}

static gboolean
is_finished (const PelTrainer *self)
{
  guint64 total = total_steps (self);
  if (total > 0 && self->state.step >= total)
    return TRUE;
  /* However short the time, one step is made, so that there is a model. */
  return has_limit (self) && self->state.step > 0 && self->run->step_seconds > 0.0 &&
         self->state.fraction >= 1.0;
}

/* At the end of an epoch: judges what was learnt where there is time for it, and writes it down. */
static PelTrainOutcome
finish_epoch (PelTrainer *self, gboolean judge, GError **error)
{
  PelTrainRun *run = self->run;
  PelTrainState *state = &self->state;
  PelTrainJudgement judgement = { .result = { .loss = NAN, .dice = NAN, .ap50 = NAN } };
  if (judge)
    {
      report (self, PEL_TRAIN_STAGE_VALIDATING, FALSE, FALSE);
      PelTrainOutcome outcome = pel_trainer_judge (self, is_finished (self), &judgement, error);
      if (outcome != PEL_TRAIN_DONE)
        return outcome;
    }
  update_seconds (self);
  PelHistoryRow row = { .step = (guint)state->step,
                        .epoch = (guint)(state->step / self->config.steps_per_epoch),
                        .seconds = state->seconds,
                        .loss = state->loss_count > 0 ? state->loss_sum / state->loss_count
                                                      : (double)NAN,
                        .val_loss = judgement.result.loss,
                        .val_dice = judgement.result.dice,
                        .val_ap50 = judgement.result.ap50 };
  pel_model_add_history (self->model, &row);
  if (judgement.better && !pel_trainer_write_best (self, error))
    return PEL_TRAIN_FAILED;
  report (self, PEL_TRAIN_STAGE_TRAINING, TRUE, judgement.better);
  run->last_loss = row.loss;
  state->loss_sum = 0.0;
  state->loss_count = 0;
  return PEL_TRAIN_DONE;
}

/* At the end: chooses how the best model's probabilities are cut into cells. Where other programs
 * took the time that was kept for it, fewer images must do. */
static PelTrainOutcome
tune_best (PelTrainer *self, GError **error)
{
  PelTrainRun *run = self->run;
  if (run->validator == NULL || self->best == NULL)
    return PEL_TRAIN_DONE;
  double share =
      pel_trainer_get_seconds_left (self) / (TUNING * pel_trainer_get_validation_seconds (self));
  run->is_untuned = share * pel_validator_get_n_images (run->validator) < 1.0;
  if (run->is_untuned)
    return PEL_TRAIN_DONE;
  report (self, PEL_TRAIN_STAGE_VALIDATING, FALSE, FALSE);
  g_autoptr (GError) local = NULL;
  PelModelInfo info = *pel_model_get_info (self->model);
  gboolean good = pel_validator_tune (run->validator, self->best, MIN (share, 1.0), self->pool,
                                      run->cancellable, &info, &local);
  pel_unet_unplan (pel_model_get_unet (self->best));
  if (good)
    pel_model_set_info (self->model, &info);
  else if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return PEL_TRAIN_CANCELLED;
  else
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return PEL_TRAIN_FAILED;
    }
  return PEL_TRAIN_DONE;
}

static PelTrainOutcome
write_state (PelTrainer *self, GError **error)
{
  self->run->resume_written_us = g_get_monotonic_time ();
  return pel_trainer_write_resume (self, self->run->resume_path, error) ? PEL_TRAIN_DONE
                                                                        : PEL_TRAIN_FAILED;
}

/* Waits while the user wants it; the time does not count. */
static PelTrainOutcome
wait_while_paused (PelTrainer *self, GError **error)
{
  PelTrainRun *run = self->run;
  if (!atomic_load (&self->paused))
    return PEL_TRAIN_DONE;
  gint64 before = g_get_monotonic_time ();
  if (self->state.step > 0 && write_state (self, error) == PEL_TRAIN_FAILED)
    return PEL_TRAIN_FAILED;
  report (self, PEL_TRAIN_STAGE_PAUSED, FALSE, FALSE);
  while (atomic_load (&self->paused) && !g_cancellable_is_cancelled (run->cancellable))
    g_usleep (PAUSE_POLL_US);
  run->clock.paused_us += g_get_monotonic_time () - before;
  report (self, PEL_TRAIN_STAGE_TRAINING, FALSE, FALSE);
  return PEL_TRAIN_DONE;
}

/* With a time limit, epochs that would spend too much of it on validation go unjudged. */
static gboolean
should_judge (const PelTrainer *self)
{
  const PelTrainRun *run = self->run;
  if (!has_limit (self))
    return TRUE;
  double trained =
      pel_clock_get_seconds (&run->clock, g_get_monotonic_time ()) - run->clock.prepared_s;
  return run->all_validate_seconds + run->validate_seconds <= ALL_VALIDATIONS * trained;
}

void
pel_trainer_limit_validation (PelTrainer *self)
{
  PelTrainRun *run = self->run;
  if (!has_limit (self) || run->validator == NULL)
    return;
  double batch = (double)self->config.batch * self->config.patch * self->config.patch;
  double pixels = ONE_VALIDATION * self->config.time_limit_s / run->step_seconds * batch;
  if (self->config.validation_pixels > 0)
    pixels = MIN (pixels, (double)self->config.validation_pixels);
  pel_validator_set_max_pixels (run->validator, (gsize)CLAMP (pixels, 1.0, 1e15));
}

/* When the score has stood still for long, what is left is not simply cut off: the last part, in
 * which the rate falls, still gains. It is gone through in a quarter of the time instead. */
static void
shorten_rest (PelTrainer *self)
{
  PelTrainRun *run = self->run;
  PelTrainState *state = &self->state;
  guint64 total = total_steps (self);
  state->is_shortened = TRUE;
  if (total > state->step)
    {
      guint64 left = (total - state->step + SHORTER - 1) / SHORTER;
      state->short_step = state->step;
      state->short_fraction = state->fraction;
      state->last_step = state->step + left;
    }
  if (has_limit (self))
    {
      double now = pel_clock_get_seconds (&run->clock, g_get_monotonic_time ());
      double left = pel_trainer_get_seconds_left (self) - reserve_seconds (self);
      pel_trainer_move_limit (self, now, -MAX (left, 0.0) * (1.0 - 1.0 / SHORTER));
    }
}

/* As many as there is time for. */
static PelTrainOutcome
make_steps (PelTrainer *self, GError **error)
{
  PelTrainRun *run = self->run;
  PelTrainState *state = &self->state;
  PelTrainOutcome outcome;
  guint n_steps = 0;
  while (!is_finished (self))
    {
      outcome = wait_while_paused (self, error);
      if (outcome != PEL_TRAIN_DONE)
        return outcome;
      pel_trainer_take_extension (self);
      pel_trainer_preview_if_due (self);
      gint64 before = g_get_monotonic_time ();
      g_autoptr (GError) local = NULL;
      const PelBatch *batch = pel_feeder_take (run->feeder, run->cancellable, &local);
      if (batch == NULL && local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return PEL_TRAIN_FAILED;
        }
      if (batch == NULL)
        return PEL_TRAIN_CANCELLED;
      outcome = train_step (self, batch, error);
      if (outcome != PEL_TRAIN_DONE)
        return outcome;

      double seconds = (double)(g_get_monotonic_time () - before) / 1e6;
      gboolean first = !(run->step_seconds > 0.0);
      run->step_seconds = first ? seconds : 0.9 * run->step_seconds + 0.1 * seconds;
      update_seconds (self);
      update_fraction (self);
      report (self, PEL_TRAIN_STAGE_TRAINING, FALSE, FALSE);
      /* After a few steps their duration is known. */
      if (!run->limited && (++n_steps >= LIMIT_STEPS || is_finished (self)))
        {
          run->limited = TRUE;
          pel_trainer_limit_validation (self);
          if (!pel_trainer_judge_best (self, error))
            return pel_trainer_outcome_of (error);
        }
      if (state->step % self->config.steps_per_epoch == 0 && !is_finished (self))
        {
          outcome = finish_epoch (self, should_judge (self), error);
          if (outcome != PEL_TRAIN_DONE)
            return outcome;
          if (!pel_trainer_renew_data (self, error))
            return pel_trainer_outcome_of (error);
          if (pel_trainer_is_in_vain (self))
            shorten_rest (self);
          update_fraction (self);
        }
      if (g_get_monotonic_time () - run->resume_written_us > self->resume_interval_us)
        {
          outcome = write_state (self, error);
          if (outcome != PEL_TRAIN_DONE)
            return outcome;
        }
    }
  return PEL_TRAIN_DONE;
}

static PelTrainOutcome
train (PelTrainer *self, GError **error)
{
  PelTrainRun *run = self->run;
  PelTrainState *state = &self->state;
  PelTrainOutcome outcome = PEL_TRAIN_DONE;
  run->clock.prepared_s = pel_clock_get_seconds (&run->clock, g_get_monotonic_time ());
  run->resume_written_us = g_get_monotonic_time ();
  /* An older training of this name that was never finished is not this one. */
  if (state->step == 0 || self->continues)
    g_unlink (run->resume_path);
  update_fraction (self);
  if (state->step == 0 || self->continues)
    state->judged_at = state->fraction;
  report (self, PEL_TRAIN_STAGE_TRAINING, FALSE, FALSE);
  /* A run that was stopped between an epoch's last step and its judgement. */
  if (state->loss_count > 0 && state->step % self->config.steps_per_epoch == 0 &&
      !is_finished (self))
    outcome = finish_epoch (self, TRUE, error);
  if (outcome != PEL_TRAIN_DONE)
    return outcome;
  /* More time may be asked for as long as the last weights are being judged. */
  do
    {
      outcome = make_steps (self, error);
      if (outcome == PEL_TRAIN_DONE && state->loss_count > 0)
        outcome = finish_epoch (self, TRUE, error);
      if (outcome == PEL_TRAIN_DONE && !(pel_trainer_get_asked_seconds (self) > 0.0))
        outcome = tune_best (self, error);
    }
  while (outcome == PEL_TRAIN_DONE &&
         (pel_trainer_take_extension (self) || !pel_trainer_close_extension (self)));
  return outcome;
}

static gboolean
prepare_memory (PelTrainer *self, GError **error)
{
  PelTrainRun *run = self->run;
  const PelTrainConfig *c = &self->config;
  PelShape in = { c->batch, c->in_channels, c->patch, c->patch };
  PelShape out = { c->batch, pel_train_config_get_n_outputs (c), c->patch, c->patch };
  return pel_unet_plan (pel_model_get_unet (self->model), in, PEL_PHASE_TRAIN, self->pool, error) &&
         pel_tensor_init (&run->scores, out, error) &&
         pel_tensor_init (&run->d_scores, out, error) && pel_batch_init (&run->batch, c, error);
}

static gboolean
prepare (PelTrainer *self, GError **error)
{
  PelTrainRun *run = self->run;
  const PelTrainConfig *config = &self->config;
  const PelNormalisation *normalisation = pel_model_get_normalisation (self->model);
  g_autoptr (GError) local = NULL;
  if (!pel_trainer_plan_memory (self, NULL, error))
    return FALSE;
  report (self, PEL_TRAIN_STAGE_PREPARING, FALSE, FALSE);
  run->sampler = pel_sampler_new (self->scaled, config, normalisation, run->cancellable, error);
  if (run->sampler == NULL)
    return FALSE;
  run->statistics = pel_sampler_new_plain (run->sampler, error);
  if (run->statistics == NULL)
    return FALSE;
  run->validator =
      pel_validator_new (self->scaled, config, normalisation, run->cancellable, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!prepare_memory (self, error))
    return FALSE;
  run->feeder = pel_feeder_new (run->sampler, config, self->state.step, error);
  if (run->feeder == NULL)
    return FALSE;
  pel_unet_set_cancellable (pel_model_get_unet (self->model), run->cancellable);

  /* The best model of the part before, where a training goes on. */
  if (self->state.has_best && self->best == NULL)
    {
      self->best = pel_model_load (run->model_path, NULL);
      const PelUnetConfig *a = pel_unet_get_config (pel_model_get_unet (self->model));
      const PelUnetConfig *b =
          self->best != NULL ? pel_unet_get_config (pel_model_get_unet (self->best)) : NULL;
      if (b == NULL || a->in_channels != b->in_channels || a->depth != b->depth ||
          a->base_channels != b->base_channels || a->out_channels != b->out_channels ||
          a->upsampling != b->upsampling)
        {
          g_clear_pointer (&self->best, pel_model_free);
          self->state.has_best = FALSE;
        }
    }
  return TRUE;
}

/* Leaves files as the outcome asks for. A cancelled run keeps its state, and a model at least as
 * good as the present one; one that ran away keeps its best model alone. */
static gboolean
settle (PelTrainer *self, PelTrainOutcome outcome, GError **error)
{
  PelTrainState *state = &self->state;
  if (state->step == 0 || (outcome == PEL_TRAIN_FAILED && self->best == NULL))
    return TRUE;
  /* What it was promised last is there for it when it goes on. */
  while (!pel_trainer_close_extension (self))
    pel_trainer_take_extension (self);
  report (self, PEL_TRAIN_STAGE_SAVING, FALSE, FALSE);
  if (outcome == PEL_TRAIN_CANCELLED && write_state (self, error) != PEL_TRAIN_DONE)
    return FALSE;
  if (self->best == NULL)
    {
      if (!pel_trainer_take_candidate (self) || !pel_trainer_keep_candidate (self, error))
        return FALSE;
    }
  return pel_trainer_write_best (self, error);
}

static void
clear_run (PelTrainer *self)
{
  PelTrainRun *run = self->run;
  pel_unet_set_cancellable (pel_model_get_unet (self->model), NULL);
  pel_unet_unplan (pel_model_get_unet (self->model));
  pel_unet_unplan (pel_model_get_unet (self->candidate));
  pel_feeder_free (run->feeder);
  pel_sampler_free (run->sampler);
  pel_sampler_free (run->statistics);
  pel_validator_free (run->validator);
  pel_batch_clear (&run->batch);
  pel_tensor_clear (&run->scores);
  pel_tensor_clear (&run->d_scores);
  g_free (run->resume_path);
  self->run = NULL;
}

gboolean
pel_trainer_run (PelTrainer *self,
                 const char *model_path,
                 GCancellable *cancellable,
                 PelTrainFunc func,
                 gpointer data,
                 GError **error)
{
  g_return_val_if_fail (self != NULL && model_path != NULL && self->run == NULL, FALSE);
  PelTrainRun run = { .model_path = model_path,
                      .resume_path = pel_trainer_resume_path (model_path),
                      .cancellable = cancellable,
                      .func = func,
                      .data = data,
                      .seconds_before = self->state.seconds,
                      .last_loss = (double)NAN,
                      .judge_best = self->state.has_best };
  run.clock.limit_s = self->config.time_limit_s;
  run.clock.started_us = self->config.started_us;
  run.clock.before = self->state.fraction < 1.0 ? self->state.fraction : 0.0;
  if (run.clock.started_us <= 0)
    run.clock.started_us = g_get_monotonic_time ();
  self->state.fraction = run.clock.before;
  self->run = &run;
  pel_trainer_open_extension (self);
  pel_atomic_file_sweep (model_path);
  pel_atomic_file_sweep (run.resume_path);

  g_autoptr (GError) local = NULL;
  PelTrainOutcome outcome = prepare (self, &local) ? train (self, &local) : PEL_TRAIN_FAILED;
  g_autoptr (GError) late = NULL;
  gboolean settled = settle (self, outcome, &late);
  /* Of a training that ran away there is nothing to go on from. */
  if ((outcome == PEL_TRAIN_DONE && settled) ||
      g_error_matches (local, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_DIVERGED))
    g_unlink (run.resume_path);
  if (outcome == PEL_TRAIN_DONE && settled)
    report (self, PEL_TRAIN_STAGE_DONE, FALSE, FALSE);
  clear_run (self);

  if (outcome == PEL_TRAIN_FAILED)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (!settled)
    g_propagate_error (error, g_steal_pointer (&late));
  else if (outcome == PEL_TRAIN_CANCELLED)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                         _ ("Training was stopped; the best model so far was kept."));
  return outcome == PEL_TRAIN_DONE && settled;
}
