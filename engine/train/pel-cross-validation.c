/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-cross-validation.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include "engine/core/pel-error.h"

#define DEAL_STREAM 0x666f6c64u

struct PelCrossValidation
{
  PelDataset *dataset;
  PelTrainConfig config;
  PelModel *init;
  PelPool *pool;
  guint *order; /* images that count, shuffled */
  guint n_images;
  guint n_folds;
  double time_limit_s;
  gint64 started_us; /* 0 once the time before the first fold was taken off */
  GArray *folds;     /* PelScores of the folds done */
  PelEvaluation *evaluation;
};

PelCrossValidation *
pel_cross_validation_new (PelDataset *dataset,
                          const PelTrainConfig *config,
                          guint n_folds,
                          double time_limit_s,
                          gint64 started_us,
                          PelModel *init,
                          PelPool *pool,
                          GError **error)
{
  g_return_val_if_fail (dataset != NULL && config != NULL && pool != NULL, NULL);
  guint n = pel_dataset_get_n_samples (dataset);
  g_autoptr (PelCrossValidation) self = g_new0 (PelCrossValidation, 1);
  PelTrainConfig checked = *config;
  self->dataset = pel_dataset_ref (dataset);
  self->config = *config;
  self->init = init;
  self->pool = pool;
  self->n_folds = n_folds;
  self->time_limit_s = time_limit_s;
  self->started_us = started_us > 0 ? started_us : g_get_monotonic_time ();
  self->folds = g_array_new (FALSE, FALSE, sizeof (PelScores));
  self->evaluation = pel_evaluation_new ();
  self->order = g_new (guint, MAX (n, 1));
  if (time_limit_s > 0.0)
    pel_train_config_set_time_limit (&checked, time_limit_s);
  if (!pel_train_config_check (&checked, error))
    return NULL;
  if (n_folds < 2 || n_folds > PEL_MAX_FOLDS)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
                   _ ("The number of folds is %u; it must be from 2 to %u."), n_folds,
                   PEL_MAX_FOLDS);
      return NULL;
    }
  for (guint i = 0; i < n; i++)
    if (pel_sample_counts (pel_dataset_get_sample (dataset, i)))
      self->order[self->n_images++] = i;
  if (self->n_images < n_folds)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_SAMPLES,
                   /* Translators: a number of annotated images, and of folds */
                   _ ("There are fewer annotated images (%u) than folds (%u); ask for fewer folds, "
                      "or annotate more images."),
                   self->n_images, n_folds);
      return NULL;
    }
  pel_trial_shuffle (self->order, self->n_images, config->seed, DEAL_STREAM);
  return g_steal_pointer (&self);
}

void
pel_cross_validation_free (PelCrossValidation *self)
{
  if (self == NULL)
    return;
  pel_dataset_unref (self->dataset);
  g_free (self->order);
  g_clear_pointer (&self->folds, g_array_unref);
  pel_evaluation_free (self->evaluation);
  g_free (self);
}

guint
pel_cross_validation_get_n_folds (const PelCrossValidation *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->n_folds;
}

double
pel_cross_validation_get_fold_limit (const PelCrossValidation *self)
{
  g_return_val_if_fail (self != NULL, 0.0);
  return self->time_limit_s > 0.0 ? self->time_limit_s / self->n_folds : 0.0;
}

/* Images of a fold: those from begin_of (fold) up to begin_of (fold + 1). */
static guint
begin_of (const PelCrossValidation *self, guint fold)
{
  return (guint)((guint64)self->n_images * fold / self->n_folds);
}

static gboolean
run_fold (PelCrossValidation *self, PelTrialSeries *series, guint fold, GError **error)
{
  guint begin = begin_of (self, fold), end = begin_of (self, fold + 1), n_test = end - begin;
  g_autofree guint *train = g_new (guint, self->n_images);
  PelScores scores;
  memcpy (train, self->order, begin * sizeof (guint));
  memcpy (train + begin, self->order + end, (self->n_images - end) * sizeof (guint));
  g_autoptr (PelEvaluation) evaluation =
      pel_trial_run (series, train, self->n_images - n_test, self->order + begin, n_test,
                     self->config.seed + fold, NULL, error);
  if (evaluation == NULL)
    return FALSE;
  pel_evaluation_get_total (evaluation, &scores);
  g_array_append_val (self->folds, scores);
  pel_evaluation_append (self->evaluation, evaluation);
  pel_trial_report_done (series);
  return TRUE;
}

gboolean
pel_cross_validation_run (PelCrossValidation *self,
                          GCancellable *cancellable,
                          PelTrialFunc func,
                          gpointer data,
                          GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  PelTrialSeries series = { .dataset = self->dataset,
                            .config = &self->config,
                            .init = self->init,
                            .pool = self->pool,
                            .run_limit_s = pel_cross_validation_get_fold_limit (self),
                            .n_runs = self->n_folds,
                            .n_done = self->folds->len,
                            .cancellable = cancellable,
                            .func = func,
                            .data = data };
  /* Reading the images took a part of the time. */
  if (self->time_limit_s > 0.0 && self->started_us > 0)
    {
      double spent = (double)(g_get_monotonic_time () - self->started_us) / 1e6;
      series.run_limit_s = MAX (series.run_limit_s - spent / series.n_runs, 1.0);
      self->started_us = 0;
    }
  for (guint fold = self->folds->len; fold < self->n_folds; fold++)
    if (!run_fold (self, &series, fold, error))
      return FALSE;
  return TRUE;
}

guint
pel_cross_validation_get_n_done (const PelCrossValidation *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->folds->len;
}

void
pel_cross_validation_get_fold (const PelCrossValidation *self, guint fold, PelScores *scores)
{
  g_return_if_fail (self != NULL && scores != NULL && fold < self->folds->len);
  *scores = g_array_index (self->folds, PelScores, fold);
}

const PelEvaluation *
pel_cross_validation_get_evaluation (const PelCrossValidation *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->evaluation;
}
