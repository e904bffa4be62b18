/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-trial.h"

#include <glib/gstdio.h>
#include <math.h>
#include "engine/core/pel-arena.h"
#include "engine/core/pel-random.h"
#include "engine/infer/pel-predict.h"
#include "engine/train/pel-hold-out.h"

/* Before the first model was scored: the share of its time that scoring may need. */
#define SCORING 0.15

void
pel_spread_init (PelSpread *spread, const double *values, guint n_values)
{
  g_return_if_fail (spread != NULL && (values != NULL || n_values == 0));
  double sum = 0.0, squares = 0.0;
  *spread = (PelSpread){ .mean = NAN, .sd = NAN, .min = NAN, .max = NAN };
  for (guint i = 0; i < n_values; i++)
    {
      if (!isfinite (values[i]))
        continue;
      spread->min = spread->n > 0 ? MIN (spread->min, values[i]) : values[i];
      spread->max = spread->n > 0 ? MAX (spread->max, values[i]) : values[i];
      sum += values[i];
      spread->n++;
    }
  if (spread->n == 0)
    return;
  spread->mean = sum / spread->n;
  for (guint i = 0; i < n_values; i++)
    if (isfinite (values[i]))
      squares += (values[i] - spread->mean) * (values[i] - spread->mean);
  if (spread->n > 1)
    spread->sd = sqrt (squares / (spread->n - 1));
}

void
pel_trial_shuffle (guint *indices, guint n, guint64 seed, guint64 stream)
{
  PelRandom random;
  pel_random_init (&random, seed, stream);
  for (guint i = n; i > 1; i--)
    {
      guint j = pel_random_below (&random, i), swapped = indices[i - 1];
      indices[i - 1] = indices[j];
      indices[j] = swapped;
    }
}

static void
report (PelTrialSeries *series,
        double run_fraction,
        const PelTrainProgress *training,
        gboolean done)
{
  if (series->func == NULL)
    return;
  double left = -1.0, now = (double)(g_get_monotonic_time () - series->started_us) / 1e6;
  double per_run = series->run_limit_s;
  if (!(per_run > 0.0) && series->n_timed > 0)
    per_run = series->run_seconds / series->n_timed;
  else if (!(per_run > 0.0) && run_fraction > 0.02)
    per_run = now / run_fraction;
  if (per_run > 0.0)
    left = per_run * (series->n_runs - series->n_done) - (done ? 0.0 : MIN (now, per_run));
  PelTrialProgress progress = { .run = done ? series->n_done - 1 : series->n_done,
                                .n_runs = series->n_runs,
                                .n_images = series->n_images,
                                .fraction =
                                    MIN ((series->n_done + run_fraction) / series->n_runs, 1.0),
                                .seconds_left = left,
                                .run_done = done,
                                .training = training };
  series->func (&progress, series->data);
}

static void
on_training (const PelTrainProgress *training, gpointer data)
{
  PelTrialSeries *series = data;
  report (series, (1.0 - SCORING) * training->fraction, training, FALSE);
}

void
pel_trial_report_done (PelTrialSeries *series)
{
  g_return_if_fail (series != NULL && series->n_done < series->n_runs);
  series->n_timed++;
  series->run_seconds += (double)(g_get_monotonic_time () - series->started_us) / 1e6;
  series->n_done++;
  report (series, 0.0, NULL, TRUE);
}

/* 0 where it is not known whether there is a cell; NULL where all is known. */
static gboolean
read_known (const PelSample *sample, guint ring, guint8 **known, GError **error)
{
  *known = NULL;
  if (sample->complete)
    return TRUE;
  PelRect all = { 0, 0, (gint)pel_image_get_width (sample->image),
                  (gint)pel_image_get_height (sample->image) };
  gsize n = (gsize)all.width * (gsize)all.height;
  guint32 *labels = pel_try_alloc (n, sizeof (guint32), error);
  *known = labels != NULL ? pel_try_alloc (n, 1, error) : NULL;
  if (*known != NULL)
    {
      pel_sample_read_labels (sample, &all, ring, labels);
      for (gsize i = 0; i < n; i++)
        (*known)[i] = labels[i] != PEL_LABEL_IGNORED;
    }
  pel_aligned_free (labels);
  return *known != NULL;
}

static gboolean
score_image (PelTrialSeries *series,
             PelModel *model,
             const PelSample *sample,
             PelEvaluation *evaluation,
             GError **error)
{
  g_autoptr (PelPrediction) prediction = pel_predict_image (
      model, sample->image, NULL, series->pool, series->cancellable, NULL, NULL, error);
  guint8 *known = NULL;
  gboolean good = prediction != NULL && read_known (sample, series->config->ring, &known, error) &&
                  pel_evaluation_add_known (evaluation, sample->name, prediction->labels,
                                            sample->labels, known, error);
  pel_aligned_free (known);
  return good;
}

static PelEvaluation *
score (PelTrialSeries *series, PelModel *model, const guint *test, guint n_test, GError **error)
{
  g_autoptr (PelEvaluation) evaluation = pel_evaluation_new ();
  gint64 before = g_get_monotonic_time ();
  for (guint i = 0; i < n_test; i++)
    {
      report (series, 1.0 - SCORING + SCORING * i / n_test, NULL, FALSE);
      const PelSample *sample = pel_dataset_get_sample (series->dataset, test[i]);
      if (!score_image (series, model, sample, evaluation, error))
        {
          if (!g_cancellable_is_cancelled (series->cancellable))
            g_prefix_error (error, "%s: ", sample->name);
          return NULL;
        }
    }
  double seconds = (double)(g_get_monotonic_time () - before) / 1e6;
  if (n_test > 0)
    series->score_seconds = MAX (series->score_seconds, seconds / n_test);
  return g_steal_pointer (&evaluation);
}

PelModel *
pel_trial_train (const PelTrainConfig *config,
                 PelDataset *dataset,
                 PelModel *init,
                 PelPool *pool,
                 GCancellable *cancellable,
                 PelTrainFunc func,
                 gpointer data,
                 GError **error)
{
  g_return_val_if_fail (config != NULL && dataset != NULL && pool != NULL, NULL);
  g_autofree char *folder = g_dir_make_tmp ("pellicle-trial-XXXXXX", error);
  if (folder == NULL)
    return NULL;
  g_autofree char *path = g_build_filename (folder, "trial.safetensors", NULL);
  g_autofree char *resume = pel_trainer_resume_path (path);
  g_autoptr (PelTrainer) trainer = pel_trainer_new (config, dataset, init, pool, error);
  PelModel *model = NULL;
  if (trainer != NULL && pel_trainer_run (trainer, path, cancellable, func, data, error))
    model = pel_trainer_steal_best (trainer);
  g_unlink (path);
  g_unlink (resume);
  g_rmdir (folder);
  return model;
}

PelEvaluation *
pel_trial_run (PelTrialSeries *series,
               const guint *train,
               guint n_train,
               const guint *test,
               guint n_test,
               guint64 seed,
               guint *n_cells,
               GError **error)
{
  g_return_val_if_fail (series != NULL && train != NULL && n_train > 0, NULL);
  g_autoptr (PelDataset) subset = pel_dataset_new_subset (series->dataset, train, n_train);
  PelDatasetCounts counts;
  pel_dataset_get_counts (subset, &counts);
  if (n_cells != NULL)
    *n_cells = counts.cells;
  g_autoptr (PelDataset) parts = pel_train_config_holds_out (series->config)
                                     ? pel_dataset_hold_out_some (subset, seed, error)
                                     : pel_dataset_ref (subset);
  if (parts == NULL)
    return NULL;

  PelTrainConfig config = *series->config;
  series->started_us = g_get_monotonic_time ();
  series->n_images = n_train;
  config.seed = seed;
  config.started_us = series->started_us;
  /* Where both were given, the one that is reached first ends the training. */
  guint epochs = config.time_limit_s > 0.0 ? config.epochs : 0;
  config.time_limit_s = 0.0;
  if (series->run_limit_s > 0.0)
    {
      double scoring = series->score_seconds > 0.0 ? 1.2 * n_test * series->score_seconds
                                                   : SCORING * series->run_limit_s;
      pel_train_config_set_time_limit (
          &config, MAX (series->run_limit_s - scoring, 0.25 * series->run_limit_s));
      config.epochs = epochs;
    }
  g_autoptr (PelModel) model = pel_trial_train (&config, parts, series->init, series->pool,
                                                series->cancellable, on_training, series, error);
  return model != NULL ? score (series, model, test, n_test, error) : NULL;
}
