/* SPDX-License-Identifier: MIT */
/* How good the weights are by now, which of them are kept, and when more training is in vain. */
#include "engine/train/pel-trainer-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include "engine/core/pel-error.h"

/* Batches that batch normalisation's statistics are measured on before a model is judged. */
#define STATISTICS_BATCHES 8
/* The score of a best model that was kept without being judged; any judged one is better. */
#define UNJUDGED -1.0
/* What a new score counts for in their trend, and what the trend must gain to have moved. One lucky
 * score while the rate is high is no sign that later ones stand still. */
#define TREND_SHARE 0.25
#define TREND_GAIN 0.0005
/* So often at least must a score have stood still, so that a few unlucky ones end nothing. */
#define FEWEST_STALLED 6
/* From here on the rate is so low that the weights hardly jump about. */
#define AVERAGED_UNTIL 0.7
/* Of a rest shorter than this nothing is saved. */
#define WORTHWHILE_REST 0.1

PelTrainOutcome
pel_trainer_set_diverged (GError **error)
{
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_DIVERGED,
                       _ ("Training has run away: the loss is no longer a number. The best model "
                          "so far was kept; try a smaller learning rate."));
  return PEL_TRAIN_FAILED;
}

PelTrainOutcome
pel_trainer_outcome_of (GError **error)
{
  if (error == NULL || !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return PEL_TRAIN_FAILED;
  g_clear_error (error);
  return PEL_TRAIN_CANCELLED;
}

double
pel_trainer_get_statistics_seconds (const PelTrainer *self)
{
  return 0.5 * STATISTICS_BATCHES * self->run->step_seconds;
}

double
pel_trainer_get_validation_seconds (const PelTrainer *self)
{
  const PelTrainRun *run = self->run;
  if (run->validator == NULL)
    return 0.0;
  if (run->validate_seconds > 0.0)
    return 1.2 * run->validate_seconds;
  /* A pixel costs less forward alone than in training; segmentation takes the difference. */
  double batch = (double)self->config.batch * self->config.patch * self->config.patch;
  return run->step_seconds * (double)pel_validator_get_n_pixels (run->validator) / batch;
}

/* Measures batch normalisation's statistics anew, on patches as prediction sees them. Where a limit
 * is so short that there is no time left, fewer must do. */
static PelTrainOutcome
measure_statistics (PelTrainer *self)
{
  PelTrainRun *run = self->run;
  PelUnet *unet = pel_model_get_unet (self->model);
  for (guint k = 0; k < STATISTICS_BATCHES; k++)
    {
      if (k > 0 && pel_trainer_get_seconds_left (self) < run->step_seconds)
        break;
      /* Cannot fail: it finds no flows, and nobody stops it. */
      if (!pel_sampler_fill (run->statistics, k, &run->batch, NULL, NULL))
        g_assert_not_reached ();
      if (!pel_unet_forward (unet, &run->batch.input, &run->scores))
        return PEL_TRAIN_CANCELLED;
      pel_unet_blend_statistics (unet, 1.0 / (k + 1.0));
    }
  return PEL_TRAIN_DONE;
}

static gboolean
is_finite (PelUnet *unet)
{
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *parameter = pel_unet_get_parameter (unet, i);
      for (gsize k = 0; k < parameter->n_values; k++)
        if (!isfinite (parameter->value[k]))
          return FALSE;
    }
  return TRUE;
}

gboolean
pel_trainer_take_candidate (PelTrainer *self)
{
  return pel_unet_copy_weights (pel_model_get_unet (self->candidate),
                                pel_model_get_unet (self->model));
}

/* Brings the weights to be judged into the candidate: the present ones or their average. */
static PelTrainOutcome
make_candidate (PelTrainer *self, gboolean averaged, GError **error)
{
  PelUnet *unet = pel_model_get_unet (self->model);
  if (averaged)
    pel_average_swap (self->average, unet);
  PelTrainOutcome outcome = measure_statistics (self);
  if (outcome == PEL_TRAIN_DONE && !pel_trainer_take_candidate (self))
    g_assert_not_reached ();
  if (averaged)
    pel_average_swap (self->average, unet);
  if (outcome == PEL_TRAIN_DONE && !is_finite (pel_model_get_unet (self->candidate)))
    return pel_trainer_set_diverged (error);
  return outcome;
}

gboolean
pel_trainer_keep_candidate (PelTrainer *self, GError **error)
{
  PelModel *kept = self->candidate;
  pel_unet_unplan (pel_model_get_unet (kept));
  if (self->best == NULL)
    {
      self->best = pel_model_duplicate (self->model, error);
      if (self->best == NULL)
        return FALSE;
    }
  self->candidate = self->best;
  self->best = kept;
  return TRUE;
}

gboolean
pel_trainer_write_best (PelTrainer *self, GError **error)
{
  guint n_rows;
  const PelHistoryRow *rows = pel_model_get_history (self->model, &n_rows);
  PelModelInfo info = *pel_model_get_info (self->model);
  info.created = g_get_real_time () / G_USEC_PER_SEC;
  pel_model_clear_history (self->best);
  for (guint i = 0; i < n_rows; i++)
    pel_model_add_history (self->best, &rows[i]);
  pel_model_set_info (self->best, &info);
  return pel_model_save (self->best, self->run->model_path, error);
}

/* Without held-out images the latest weights are kept; in place of a finished model that is trained
 * further, once they have learnt the images as well as it had, or at the end. */
static gboolean
replaces_unseen (const PelTrainer *self, gboolean is_last)
{
  const PelTrainState *state = &self->state;
  return !self->continues || is_last || !(self->continued_loss > 0.0) ||
         (state->loss_count > 0 && state->loss_sum / state->loss_count <= self->continued_loss);
}

/* Judges the present weights or their average, and makes them the best where they are. */
static PelTrainOutcome
judge (PelTrainer *self,
       gboolean averaged,
       gboolean is_last,
       PelTrainJudgement *judgement,
       GError **error)
{
  PelTrainRun *run = self->run;
  PelTrainState *state = &self->state;
  gint64 before = g_get_monotonic_time ();
  *judgement = (PelTrainJudgement){ .result = { .loss = NAN, .dice = NAN, .ap50 = NAN } };
  PelTrainOutcome outcome = make_candidate (self, averaged, error);
  if (outcome != PEL_TRAIN_DONE)
    return outcome;
  judgement->better = !state->has_best || (run->validator == NULL ? replaces_unseen (self, is_last)
                                                                  : state->best_score <= UNJUDGED);
  judgement->validated = run->validator != NULL && pel_trainer_get_validation_seconds (self) <=
                                                       pel_trainer_get_seconds_left (self);
  if (judgement->validated)
    {
      if (!pel_validator_run (run->validator, self->candidate, self->pool, run->cancellable,
                              &judgement->result, error))
        return pel_trainer_outcome_of (error);
      judgement->score = pel_validation_get_score (&judgement->result, self->config.task);
      judgement->better = !state->has_best || judgement->score > state->best_score;
      run->validate_seconds = (double)(g_get_monotonic_time () - before) / 1e6;
    }
  run->all_validate_seconds += (double)(g_get_monotonic_time () - before) / 1e6;
  if (!judgement->better)
    return PEL_TRAIN_DONE;
  if (judgement->validated)
    state->best_score = judgement->score;
  else if (run->validator != NULL)
    state->best_score = UNJUDGED;
  state->has_best = TRUE;
  return pel_trainer_keep_candidate (self, error) ? PEL_TRAIN_DONE : PEL_TRAIN_FAILED;
}

/* While the rate is high the average is the better one, later the weights themselves are
 * (measured); at the end both are judged. Without images held out nothing tells them apart, and the
 * weights are kept. */
static PelTrainOutcome
judge_all (PelTrainer *self, gboolean is_last, PelTrainJudgement *judgement, GError **error)
{
  gboolean averaged = self->average != NULL && pel_average_get_n_steps (self->average) > 0 &&
                      self->run->validator != NULL &&
                      (self->state.fraction < AVERAGED_UNTIL || is_last);
  PelTrainOutcome outcome = judge (self, averaged, is_last, judgement, error);
  if (outcome != PEL_TRAIN_DONE || !averaged || !is_last || !judgement->validated ||
      pel_trainer_get_validation_seconds (self) > pel_trainer_get_seconds_left (self))
    return outcome;
  PelTrainJudgement other;
  outcome = judge (self, FALSE, is_last, &other, error);
  other.better |= judgement->better;
  if (outcome == PEL_TRAIN_DONE && other.validated && other.score > judgement->score)
    *judgement = other;
  return outcome;
}

/* Counts how long neither the best score nor the trend of the scores has moved. */
static void
watch_score (PelTrainer *self, double score, gboolean better)
{
  PelTrainState *state = &self->state;
  gboolean is_first = !(state->trend > 0.0);
  state->trend = is_first ? score : state->trend + TREND_SHARE * (score - state->trend);
  gboolean rises = is_first || state->trend > state->best_trend + TREND_GAIN;
  if (rises)
    state->best_trend = state->trend;
  if (better || rises)
    {
      state->stalled = 0.0;
      state->n_stalled = 0;
    }
  else
    {
      state->stalled += MAX (state->fraction - state->judged_at, 0.0);
      state->n_stalled++;
    }
  state->judged_at = state->fraction;
}

gboolean
pel_trainer_is_in_vain (const PelTrainer *self)
{
  const PelTrainState *state = &self->state;
  return self->config.patience > 0.0 && !state->is_shortened && self->run->validator != NULL &&
         state->stalled >= self->config.patience && state->n_stalled >= FEWEST_STALLED &&
         1.0 - state->fraction >= WORTHWHILE_REST;
}

PelTrainOutcome
pel_trainer_judge (PelTrainer *self, gboolean is_last, PelTrainJudgement *judgement, GError **error)
{
  PelTrainState *state = &self->state;
  if (!pel_trainer_judge_best (self, error))
    return pel_trainer_outcome_of (error);
  PelTrainOutcome outcome = judge_all (self, is_last, judgement, error);
  if (outcome == PEL_TRAIN_DONE && judgement->validated)
    {
      state->val_loss = judgement->result.loss;
      state->val_dice = judgement->result.dice;
      state->val_ap50 = judgement->result.ap50;
      watch_score (self, judgement->score, judgement->better);
    }
  return outcome;
}
