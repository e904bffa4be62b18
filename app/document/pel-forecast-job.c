/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE

#include "app/document/pel-forecast-job.h"

#include <math.h>
#include <stdlib.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-job-private.h"
#include "app/document/pel-training-data.h"
#include "engine/core/pel-thread.h"
#include "engine/train/pel-trial.h"

/* As every training does it, where no image is marked for it. */
#define HOLD_OUT 0.2
/* The share of the time limit that one judgement may take, by the trainer's own rule. */
#define ONE_JUDGEMENT 0.03

typedef struct
{
  /* Set before it begins: */
  PelTrainConfig config;
  GPtrArray *items;
  char *init_path;
  double seconds;

  /* The thread's, read by the main thread when it has ended: */
  PelForecast forecast;
  gboolean done;
} Work;

struct _PelForecastJob
{
  PelJob parent_instance;

  Work work;
};

G_DEFINE_FINAL_TYPE (PelForecastJob, pel_forecast_job, PEL_TYPE_JOB)

/* In the thread */

typedef struct
{
  PelJobContext *context;
  Work *work;
  GArray *steps; /* of double: their durations in seconds */
  gint64 started_us;
  gint64 trial_us;
  gint64 last_us;      /* of the report before */
  gint64 judgement_us; /* when the one under way began, or 0 */
  guint last_step;
  gboolean is_first;
} Run;

static void
skip_item (const char *message, gpointer data)
{
  /* The training itself tells which images it leaves out. */
}

static void
training_progressed (const PelTrainProgress *progress, gpointer data)
{
  Run *run = data;
  PelForecast *forecast = &run->work->forecast;
  gint64 now = g_get_monotonic_time ();
  double gone = (double)(now - run->trial_us) / G_USEC_PER_SEC;

  if (progress->stage == PEL_TRAIN_STAGE_TRAINING && run->is_first)
    {
      forecast->preparing_seconds = (double)(now - run->started_us) / G_USEC_PER_SEC;
      run->is_first = FALSE;
    }
  else if (progress->stage == PEL_TRAIN_STAGE_TRAINING && progress->step == run->last_step + 1)
    {
      double seconds = (double)(now - run->last_us) / G_USEC_PER_SEC;

      g_array_append_val (run->steps, seconds);
    }
  if (progress->stage == PEL_TRAIN_STAGE_VALIDATING && run->judgement_us == 0)
    run->judgement_us = now;
  else if (progress->epoch_done && run->judgement_us > 0)
    {
      if (isfinite (progress->val_loss))
        forecast->judging_seconds = (double)(now - run->judgement_us) / G_USEC_PER_SEC;
      run->judgement_us = 0;
    }
  forecast->n_steps = progress->step;
  forecast->bytes = progress->memory.bytes;
  forecast->val_dice = progress->has_validation ? progress->val_dice : (double)NAN;
  forecast->val_ap50 = progress->has_validation ? progress->val_ap50 : (double)NAN;
  run->last_us = now;
  run->last_step = progress->step;
  pel_job_context_report (run->context, CLAMP (gone / run->work->seconds, 0.0, 1.0),
                          MAX (run->work->seconds - gone, 0.0), _ ("Making a few steps"));
}

static int
compare_seconds (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

/* The first step also fetches weights and patches into the caches; where there are others it does
 * not count. */
static double
find_median (GArray *steps)
{
  double *values = (double *)(gpointer)steps->data;
  guint n = steps->len;

  if (n > 1)
    {
      values++;
      n--;
    }
  qsort (values, n, sizeof *values, compare_seconds);
  return n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

static double
count_held_out_pixels (const PelDataset *dataset, const PelTrainConfig *config)
{
  double pixels = 0.0, zoom = pel_train_config_get_zoom (config);

  for (guint i = 0; i < pel_dataset_get_n_samples (dataset); i++)
    {
      const PelSample *sample = pel_dataset_get_sample (dataset, i);

      if (sample->validation)
        pixels += zoom * zoom * pel_image_get_width (sample->image) *
                  pel_image_get_height (sample->image);
    }
  return config->validation_pixels > 0 ? MIN (pixels, (double)config->validation_pixels) : pixels;
}

/* What is known of the network and the images once the trial is over. */
static void
complete (Run *run, const PelDataset *dataset, const PelModel *model)
{
  PelForecast *forecast = &run->work->forecast;
  const PelTrainConfig *config = pel_model_get_config (model);
  PelDatasetCounts counts;

  pel_dataset_get_counts (dataset, &counts);
  forecast->task = config->task;
  forecast->separator = config->separator;
  forecast->base_channels = config->base_channels;
  forecast->batch = config->batch;
  forecast->step_pixels = (double)config->batch * config->patch * config->patch;
  forecast->epoch_steps = config->steps_per_epoch;
  forecast->fixed_steps = run->work->config.epochs * config->steps_per_epoch;
  forecast->step_seconds = find_median (run->steps);
  forecast->held_out_pixels = count_held_out_pixels (dataset, config);
  forecast->judged_pixels =
      MIN (forecast->held_out_pixels,
           ONE_JUDGEMENT * run->work->seconds / forecast->step_seconds * forecast->step_pixels);
  forecast->n_images = counts.images - MIN (counts.validation_images, counts.images);
  run->work->done = TRUE;
}

static void
forecast_in_thread (PelJobContext *context, gpointer data, PelPool *pool, GError **error)
{
  Work *work = data;
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (double));
  Run run = { .context = context,
              .work = work,
              .steps = steps,
              .started_us = g_get_monotonic_time (),
              .is_first = TRUE };
  g_autoptr (PelTrainingData) source = pel_training_data_new (skip_item, NULL);
  g_autoptr (PelDataset) dataset = NULL;
  g_autoptr (PelModel) init = NULL;
  g_autoptr (PelModel) model = NULL;
  PelTrainConfig config = work->config;
  gboolean changed;

  /* On Linux this is the thread alone: like a training, it gives way to the window. */
  pel_thread_give_way (PEL_THREAD_LONG);
  pel_job_context_report (context, 0, -1, _ ("Reading the images"));
  if (work->init_path != NULL)
    {
      init = pel_training_read_init (work->init_path, &config, error);
      if (init == NULL)
        return;
    }
  dataset =
      pel_training_data_read (source, work->items, HOLD_OUT, pel_train_config_holds_out (&config),
                              config.seed, &changed, context->cancellable, error);
  if (dataset == NULL)
    return;
  pel_train_config_set_time_limit (&config, work->seconds);
  config.started_us = run.trial_us = g_get_monotonic_time ();
  model = pel_trial_train (&config, dataset, init, pool, context->cancellable, training_progressed,
                           &run, error);
  if (model != NULL && steps->len > 0)
    complete (&run, dataset, model);
}

/* The main thread */

static void
pel_forecast_job_finalize (GObject *object)
{
  PelForecastJob *self = PEL_FORECAST_JOB (object);

  g_clear_pointer (&self->work.items, g_ptr_array_unref);
  g_free (self->work.init_path);
  G_OBJECT_CLASS (pel_forecast_job_parent_class)->finalize (object);
}

static void
pel_forecast_job_class_init (PelForecastJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pel_forecast_job_finalize;
  PEL_JOB_CLASS (klass)->work = forecast_in_thread;
  PEL_JOB_CLASS (klass)->leaves_nothing = TRUE;
}

static void
pel_forecast_job_init (PelForecastJob *self)
{
  self->work.seconds = PEL_FORECAST_SECONDS;
  self->work.forecast = (PelForecast){ .val_dice = NAN, .val_ap50 = NAN };
  pel_job_set_work (PEL_JOB (self), &self->work);
  pel_job_set_title (PEL_JOB (self), _ ("Short trial"));
}

PelForecastJob *
pel_forecast_job_new (const PelTrainConfig *config, GPtrArray *items, const char *init_path)
{
  PelForecastJob *self;

  g_return_val_if_fail (config != NULL && items != NULL, NULL);

  self = g_object_new (PEL_TYPE_FORECAST_JOB, NULL);
  self->work.config = *config;
  self->work.items = g_ptr_array_ref (items);
  self->work.init_path = g_strdup (init_path);
  return self;
}

void
pel_forecast_job_set_seconds (PelForecastJob *self, double seconds)
{
  g_return_if_fail (PEL_IS_FORECAST_JOB (self));
  g_return_if_fail (seconds > 0.0);
  g_return_if_fail (pel_job_get_state (PEL_JOB (self)) == PEL_JOB_STATE_QUEUED);

  self->work.seconds = seconds;
}

gboolean
pel_forecast_job_get_forecast (PelForecastJob *self, PelForecast *forecast)
{
  g_return_val_if_fail (PEL_IS_FORECAST_JOB (self), FALSE);
  g_return_val_if_fail (forecast != NULL, FALSE);

  if (pel_job_get_state (PEL_JOB (self)) != PEL_JOB_STATE_DONE || !self->work.done)
    return FALSE;
  *forecast = self->work.forecast;
  return TRUE;
}
