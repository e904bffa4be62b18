/* SPDX-License-Identifier: MIT */
#include "app/document/pel-learning-job.h"

#include <math.h>
#include <string.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-job-private.h"
#include "app/document/pel-training-data.h"

/* What is known so far. */
typedef struct
{
  guint n_done, n_runs, n_skipped;
  PelLearningPoint points[PEL_LEARNING_MAX_SIZES];
  guint n_points;
  PelLearningAdvice advice;
  char *text;
  PelScores scores; /* of the folds */
  PelSpread ap50;
  gboolean has_scores;
} Outcome;

/* The thread's plain data: the first block is set before it begins and then only read. */
typedef struct
{
  PelTrainConfig config;
  GPtrArray *items;
  guint n_folds; /* 0 for a learning curve */
  double time_limit_s;
  char *init_path;

  pthread_mutex_t lock;
  Outcome outcome; /* under the lock */
  gboolean fresh;
} Work;

struct _PelLearningJob
{
  PelJob parent_instance;

  Work work;
  Outcome outcome; /* the main thread's copy */
};

G_DEFINE_FINAL_TYPE (PelLearningJob, pel_learning_job, PEL_TYPE_JOB)

enum
{
  SIGNAL_NEWS,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* In the thread */

typedef struct
{
  PelJobContext *context;
  Work *work;
  PelLearningCurve *curve;   /* or */
  PelCrossValidation *folds; /* this */
} Run;

static void
skip_item (const char *message, gpointer data)
{
  Work *work = data;

  pthread_mutex_lock (&work->lock);
  work->outcome.n_skipped++;
  pthread_mutex_unlock (&work->lock);
}

static void
gather_curve (const PelLearningCurve *curve, Outcome *outcome)
{
  g_autofree PelLearningPoint *points = pel_learning_curve_get_points (curve, &outcome->n_points);

  memcpy (outcome->points, points, outcome->n_points * sizeof *points);
  pel_learning_curve_get_advice (curve, &outcome->advice);
  outcome->text = pel_learning_curve_describe (curve);
}

static void
gather_folds (const PelCrossValidation *folds, Outcome *outcome)
{
  guint n = pel_cross_validation_get_n_done (folds);
  double ap50[PEL_MAX_FOLDS];

  pel_evaluation_get_total (pel_cross_validation_get_evaluation (folds), &outcome->scores);
  for (guint i = 0; i < n; i++)
    {
      PelScores scores;

      pel_cross_validation_get_fold (folds, i, &scores);
      ap50[i] = scores.ap50;
    }
  pel_spread_init (&outcome->ap50, ap50, n);
  outcome->has_scores = TRUE;
  /* Translators: a number of images, then two scores from 0 to 1 */
  outcome->text = g_strdup_printf (
      ngettext ("%u image, scored by a model that never saw it: Dice %.2f, AP50 %.2f.",
                "%u images, each scored by a model that never saw it: Dice %.2f, AP50 %.2f.",
                outcome->scores.n_images),
      outcome->scores.n_images, outcome->scores.dice, outcome->scores.ap50);
}

static void
trial_progressed (const PelTrialProgress *progress, gpointer data)
{
  Run *run = data;
  Work *work = run->work;
  /* Translators: which training of how many, and on how many images */
  g_autofree char *message =
      g_strdup_printf (ngettext ("Training %u of %u, on %u image",
                                 "Training %u of %u, on %u images", progress->n_images),
                       progress->run + 1, progress->n_runs, progress->n_images);

  if (progress->run_done)
    {
      Outcome outcome = { .n_done = progress->run + 1, .n_runs = progress->n_runs };
      char *old;

      if (run->curve != NULL)
        gather_curve (run->curve, &outcome);
      else
        gather_folds (run->folds, &outcome);
      pthread_mutex_lock (&work->lock);
      outcome.n_skipped = work->outcome.n_skipped;
      old = work->outcome.text;
      work->outcome = outcome;
      work->fresh = TRUE;
      pthread_mutex_unlock (&work->lock);
      g_free (old);
    }
  pel_job_context_report (run->context, progress->fraction, progress->seconds_left, message);
}

static gboolean
run_trials (Run *run, PelDataset *dataset, PelModel *init, PelPool *pool, GError **error)
{
  const Work *work = run->work;
  GCancellable *cancellable = run->context->cancellable;
  gboolean done = FALSE;

  if (work->n_folds > 0)
    {
      run->folds =
          pel_cross_validation_new (dataset, &work->config, work->n_folds, work->time_limit_s,
                                    work->config.started_us, init, pool, error);
      done = run->folds != NULL &&
             pel_cross_validation_run (run->folds, cancellable, trial_progressed, run, error);
    }
  else
    {
      PelLearningOptions options;

      pel_learning_options_init (&options);
      options.config = work->config;
      options.time_limit_s = work->time_limit_s;
      options.started_us = work->config.started_us;
      run->curve = pel_learning_curve_new (dataset, &options, init, pool, error);
      done = run->curve != NULL &&
             pel_learning_curve_run (run->curve, cancellable, trial_progressed, run, error);
    }
  g_clear_pointer (&run->folds, pel_cross_validation_free);
  g_clear_pointer (&run->curve, pel_learning_curve_free);
  return done;
}

static void
learning_work (PelJobContext *context, gpointer data, PelPool *pool, GError **error)
{
  Work *work = data;
  Run run = { context, work };
  g_autoptr (PelTrainingData) source = pel_training_data_new (skip_item, work);
  g_autoptr (PelDataset) dataset = NULL;
  g_autoptr (PelModel) init = NULL;
  gboolean changed;

  work->config.started_us = g_get_monotonic_time ();
  pel_job_context_report (context, 0, -1, _ ("Reading the images"));
  if (work->init_path != NULL)
    {
      init = pel_training_read_init (work->init_path, &work->config, error);
      if (init == NULL)
        return;
    }
  dataset = pel_training_data_read (source, work->items, 0, FALSE, work->config.seed, &changed,
                                    context->cancellable, error);
  if (dataset != NULL)
    run_trials (&run, dataset, init, pool, error);
}

/* The main thread */

static void
pel_learning_job_update (PelJob *job)
{
  PelLearningJob *self = PEL_LEARNING_JOB (job);
  g_autofree char *old = NULL;
  gboolean fresh;

  pthread_mutex_lock (&self->work.lock);
  fresh = self->work.fresh;
  self->work.fresh = FALSE;
  self->outcome.n_skipped = self->work.outcome.n_skipped;
  if (fresh)
    {
      old = self->outcome.text;
      self->outcome = self->work.outcome;
      self->outcome.text = g_strdup (self->work.outcome.text);
    }
  pthread_mutex_unlock (&self->work.lock);
  if (fresh)
    g_signal_emit (self, signals[SIGNAL_NEWS], 0);
}

static void
pel_learning_job_finalize (GObject *object)
{
  PelLearningJob *self = PEL_LEARNING_JOB (object);

  g_clear_pointer (&self->work.items, g_ptr_array_unref);
  g_free (self->work.init_path);
  g_free (self->work.outcome.text);
  g_free (self->outcome.text);
  pthread_mutex_destroy (&self->work.lock);
  G_OBJECT_CLASS (pel_learning_job_parent_class)->finalize (object);
}

static void
pel_learning_job_class_init (PelLearningJobClass *klass)
{
  PelJobClass *job_class = PEL_JOB_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_learning_job_finalize;
  job_class->work = learning_work;
  job_class->update = pel_learning_job_update;
  signals[SIGNAL_NEWS] = g_signal_new ("news", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pel_learning_job_init (PelLearningJob *self)
{
  pthread_mutex_init (&self->work.lock, NULL);
  self->outcome.advice = (PelLearningAdvice){ .gain = NAN, .margin = NAN, .expected = NAN };
  pel_job_set_work (PEL_JOB (self), &self->work);
}

static PelLearningJob *
new_job (const PelTrainConfig *config,
         GPtrArray *items,
         guint n_folds,
         double time_limit_s,
         const char *init_path)
{
  PelLearningJob *self = g_object_new (PEL_TYPE_LEARNING_JOB, NULL);

  self->work.config = *config;
  self->work.items = g_ptr_array_ref (items);
  self->work.n_folds = n_folds;
  self->work.time_limit_s = time_limit_s;
  self->work.init_path = g_strdup (init_path);
  pel_job_set_title (PEL_JOB (self), n_folds > 0 ? _ ("Cross-validation") : _ ("Learning curve"));
  return self;
}

PelLearningJob *
pel_learning_job_new (const PelTrainConfig *config,
                      GPtrArray *items,
                      double time_limit_s,
                      const char *init_path)
{
  g_return_val_if_fail (config != NULL && items != NULL && time_limit_s >= 0, NULL);

  return new_job (config, items, 0, time_limit_s, init_path);
}

PelLearningJob *
pel_learning_job_new_folds (const PelTrainConfig *config,
                            GPtrArray *items,
                            guint n_folds,
                            double time_limit_s,
                            const char *init_path)
{
  g_return_val_if_fail (config != NULL && items != NULL && time_limit_s >= 0, NULL);
  g_return_val_if_fail (n_folds >= 2, NULL);

  return new_job (config, items, n_folds, time_limit_s, init_path);
}

gboolean
pel_learning_job_get_is_folds (PelLearningJob *self)
{
  g_return_val_if_fail (PEL_IS_LEARNING_JOB (self), FALSE);

  return self->work.n_folds > 0;
}

guint
pel_learning_job_get_n_done (PelLearningJob *self)
{
  g_return_val_if_fail (PEL_IS_LEARNING_JOB (self), 0);

  return self->outcome.n_done;
}

guint
pel_learning_job_get_n_runs (PelLearningJob *self)
{
  g_return_val_if_fail (PEL_IS_LEARNING_JOB (self), 0);

  return self->outcome.n_runs;
}

guint
pel_learning_job_get_n_skipped (PelLearningJob *self)
{
  g_return_val_if_fail (PEL_IS_LEARNING_JOB (self), 0);

  return self->outcome.n_skipped;
}

const PelLearningPoint *
pel_learning_job_get_points (PelLearningJob *self, guint *n_points)
{
  g_return_val_if_fail (PEL_IS_LEARNING_JOB (self) && n_points != NULL, NULL);

  *n_points = self->outcome.n_points;
  return self->outcome.points;
}

void
pel_learning_job_get_advice (PelLearningJob *self, PelLearningAdvice *advice)
{
  g_return_if_fail (PEL_IS_LEARNING_JOB (self) && advice != NULL);

  *advice = self->outcome.advice;
}

const char *
pel_learning_job_get_text (PelLearningJob *self)
{
  g_return_val_if_fail (PEL_IS_LEARNING_JOB (self), NULL);

  return self->outcome.text != NULL ? self->outcome.text : "";
}

gboolean
pel_learning_job_get_scores (PelLearningJob *self, PelScores *scores, PelSpread *ap50)
{
  g_return_val_if_fail (PEL_IS_LEARNING_JOB (self) && scores != NULL, FALSE);

  *scores = self->outcome.scores;
  if (ap50 != NULL)
    *ap50 = self->outcome.ap50;
  return self->outcome.has_scores;
}
