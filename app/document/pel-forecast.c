/* SPDX-License-Identifier: MIT */
#include "app/document/pel-forecast.h"

#include <math.h>

#include "app/document/pel-model-entry.h"

/* The trainer's own rules, see pel-train-run.c: the share of the time limit that one judgement may
 * take, that all of them may take of the training, and that judging the last model may; and how
 * many judgements that one counts as. */
#define ONE_JUDGEMENT 0.03
#define ALL_JUDGEMENTS 0.12
#define LAST_JUDGEMENT 0.25
#define LAST_FACTOR 7.2
/* Steps' worth of time that goes into measuring batch normalisation's statistics. */
#define STATISTICS_STEPS 3.0
/* A model that has made less than this share of the steps is no guide. */
#define GUIDE_SHARE 0.33

/* What one judgement will take where there is so much time. */
static double
judging_seconds (const PelForecast *self, double seconds)
{
  double statistics = MIN (STATISTICS_STEPS * self->step_seconds, self->judging_seconds);
  double allowed = ONE_JUDGEMENT * seconds / self->step_seconds * self->step_pixels;
  double pixels = MIN (self->held_out_pixels, allowed);

  if (!(self->judging_seconds > 0.0) || !(self->judged_pixels > 0.0))
    return 0.0;
  return statistics + (self->judging_seconds - statistics) * pixels / self->judged_pixels;
}

guint
pel_forecast_count_steps (const PelForecast *self, double seconds)
{
  double judging, share, last, steps;

  g_return_val_if_fail (self != NULL && self->step_seconds > 0.0, 1);

  judging = judging_seconds (self, seconds);
  share = MIN (ALL_JUDGEMENTS, judging / (self->epoch_steps * self->step_seconds + judging));
  last = MIN (LAST_FACTOR * judging, LAST_JUDGEMENT * seconds) +
         (STATISTICS_STEPS + 1.0) * self->step_seconds + 0.5;
  steps = (seconds - self->preparing_seconds - last) * (1.0 - share) / self->step_seconds;
  if (self->fixed_steps > 0)
    steps = MIN (steps, self->fixed_steps);
  return (guint)CLAMP (steps, 1.0, 1e9);
}

/* The best score of a model up to a step, with the step it made last before that; NaN where the
 * model is no guide. */
static double
score_at (PelModelEntry *entry, PelTask task, guint n_steps, guint *last_step)
{
  guint n;
  const PelCurvePoint *points = pel_model_entry_get_curve (entry, &n);
  double best = NAN;

  *last_step = 0;
  for (guint i = 0; i < n && points[i].step <= n_steps; i++)
    {
      double score = task == PEL_TASK_MASK ? points[i].val_dice : points[i].val_ap50;

      *last_step = points[i].step;
      if (isfinite (score) && !(score <= best))
        best = score;
    }
  return *last_step >= GUIDE_SHARE * n_steps ? best : (double)NAN;
}

void
pel_forecast_expect (const PelForecast *self,
                     guint n_steps,
                     GListModel *models,
                     PelExpectation *expectation)
{
  g_return_if_fail (self != NULL && expectation != NULL);
  g_return_if_fail (G_IS_LIST_MODEL (models));

  *expectation = (PelExpectation){ .low = NAN, .high = NAN };
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (PelModelEntry) entry = g_list_model_get_item (models, i);
      double score;
      guint step;

      if (pel_model_entry_get_problem (entry) != NULL ||
          pel_model_entry_get_base_channels (entry) != self->base_channels ||
          g_strcmp0 (pel_model_entry_get_task (entry), pel_task_to_string (self->task)) != 0 ||
          (self->task == PEL_TASK_CELLS &&
           pel_model_entry_get_separator (entry) != self->separator))
        continue;
      score = score_at (entry, self->task, n_steps, &step);
      if (!isfinite (score))
        continue;
      expectation->low = expectation->n_models > 0 ? MIN (expectation->low, score) : score;
      expectation->high = expectation->n_models > 0 ? MAX (expectation->high, score) : score;
      expectation->n_models++;
      /* The list holds the entry. */
      expectation->name = expectation->n_models == 1 ? pel_model_entry_get_name (entry) : NULL;
      expectation->n_images = pel_model_entry_get_info (entry)->images;
      expectation->n_steps = step;
    }
}
