/* SPDX-License-Identifier: MIT */
#include "app/document/pel-training-job.h"

#include <glib/gi18n-lib.h>

#include "app/document/pel-job-private.h"
#include "app/document/pel-model-entry-private.h"
#include "app/document/pel-training-work.h"

struct _PelTrainingJob
{
  PelJob parent_instance;

  PelTrainingWork *work;
  char *model_name;
  gboolean paused;
  gboolean has_model;

  /* Copies for the main thread. */
  PelTrainProgress progress;
  PelDatasetCounts counts;
  guint n_parts;
  guint64 needed_bytes;
  guint n_skipped;
  char *skipped_reason;
  char *init_text;
  GArray *curve;
  PelTrainingPreview preview;
  GPtrArray *items; /* the last handed over */
  gboolean pending;
};

G_DEFINE_FINAL_TYPE (PelTrainingJob, pel_training_job, PEL_TYPE_JOB)

enum
{
  SIGNAL_PROGRESS,
  SIGNAL_POINT,
  SIGNAL_MODEL_SAVED,
  SIGNAL_PREVIEW,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
take_preview (PelTrainingJob *self, PelTrainingPreview *fresh)
{
  pel_training_preview_clear (&self->preview);
  self->preview = *fresh;
  g_signal_emit (self, signals[SIGNAL_PREVIEW], 0);
}

static void
pel_training_job_update (PelJob *job)
{
  PelTrainingJob *self = PEL_TRAINING_JOB (job);
  PelTrainingWork *work = self->work;
  g_autoptr (GArray) points = NULL;
  PelTrainingPreview preview = { 0 };
  gboolean was_waiting = pel_training_job_get_is_waiting (self);
  gboolean has_preview, saved, pending;

  pthread_mutex_lock (&work->lock);
  if (work->has_progress)
    self->progress = work->progress;
  if (work->has_counts)
    self->counts = work->counts;
  self->n_parts = work->n_parts;
  self->n_skipped = work->n_skipped;
  self->needed_bytes = work->needed_bytes;
  if (self->skipped_reason == NULL)
    self->skipped_reason = g_strdup (work->skipped_reason);
  if (self->init_text == NULL)
    self->init_text = g_strdup (work->init_text);
  points = g_steal_pointer (&work->points);
  work->points = g_array_new (FALSE, FALSE, sizeof (PelCurvePoint));
  pending = work->fresh_items != NULL;
  saved = work->model_saved;
  work->model_saved = FALSE;
  has_preview = work->preview_fresh;
  if (has_preview)
    {
      preview = work->preview;
      work->preview = (PelTrainingPreview){ 0 };
      work->preview_fresh = FALSE;
    }
  pthread_mutex_unlock (&work->lock);
  self->pending = pending;
  g_signal_emit (self, signals[SIGNAL_PROGRESS], 0);
  /* It is paused only now, or goes on. */
  if (pel_training_job_get_is_waiting (self) != was_waiting)
    g_object_notify (G_OBJECT (self), "state");
  for (guint i = 0; i < points->len; i++)
    {
      PelCurvePoint *point = &g_array_index (points, PelCurvePoint, i);

      g_array_append_vals (self->curve, point, 1);
      g_signal_emit (self, signals[SIGNAL_POINT], 0, point);
    }
  if (saved)
    {
      self->has_model = TRUE;
      g_signal_emit (self, signals[SIGNAL_MODEL_SAVED], 0);
    }
  if (has_preview)
    take_preview (self, &preview);
}

static void
pel_training_job_finalize (GObject *object)
{
  PelTrainingJob *self = PEL_TRAINING_JOB (object);

  pel_training_work_free (self->work);
  g_free (self->model_name);
  g_free (self->skipped_reason);
  g_free (self->init_text);
  g_array_unref (self->curve);
  pel_training_preview_clear (&self->preview);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  G_OBJECT_CLASS (pel_training_job_parent_class)->finalize (object);
}

static guint
add_signal (PelTrainingJobClass *klass, const char *name, guint n_arguments)
{
  return g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, n_arguments, G_TYPE_POINTER);
}

static void
pel_training_job_class_init (PelTrainingJobClass *klass)
{
  PelJobClass *job_class = PEL_JOB_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_training_job_finalize;
  job_class->work = pel_training_work_run;
  job_class->update = pel_training_job_update;

  signals[SIGNAL_PROGRESS] = add_signal (klass, "progress", 0);
  signals[SIGNAL_POINT] = add_signal (klass, "point", 1);
  signals[SIGNAL_MODEL_SAVED] = add_signal (klass, "model-saved", 0);
  signals[SIGNAL_PREVIEW] = add_signal (klass, "preview", 0);
}

static void
pel_training_job_init (PelTrainingJob *self)
{
  self->work = pel_training_work_new ();
  self->curve = g_array_new (FALSE, FALSE, sizeof (PelCurvePoint));
  pel_job_set_work (PEL_JOB (self), self->work);
}

PelTrainingJob *
pel_training_job_new (const PelTrainConfig *config,
                      GPtrArray *items,
                      const char *model_path,
                      const char *init_path,
                      gboolean resume)
{
  g_return_val_if_fail (config != NULL && items != NULL && model_path != NULL, NULL);

  PelTrainingJob *self = g_object_new (PEL_TYPE_TRAINING_JOB, NULL);
  g_autofree char *title = NULL;

  self->work->config = *config;
  self->work->items = g_ptr_array_ref (items);
  self->items = g_ptr_array_ref (items);
  self->work->model_path = g_strdup (model_path);
  self->work->init_path = g_strdup (init_path);
  self->work->resume = resume;
  self->model_name = pel_model_name_from_path (model_path);
  /* Translators: the name of a model */
  title = g_strdup_printf (_ ("Training “%s”"), self->model_name);
  pel_job_set_title (PEL_JOB (self), title);
  return self;
}

void
pel_training_job_set_hold_out (PelTrainingJob *self, double share)
{
  g_return_if_fail (PEL_IS_TRAINING_JOB (self));
  g_return_if_fail (pel_job_get_state (PEL_JOB (self)) == PEL_JOB_STATE_QUEUED);

  self->work->hold_out = CLAMP (share, 0, 0.9);
}

void
pel_training_job_set_goes_on (PelTrainingJob *self, gboolean goes_on)
{
  g_return_if_fail (PEL_IS_TRAINING_JOB (self));
  g_return_if_fail (pel_job_get_state (PEL_JOB (self)) == PEL_JOB_STATE_QUEUED);

  self->work->goes_on = goes_on != FALSE;
}

void
pel_training_job_offer_items (PelTrainingJob *self, GPtrArray *items)
{
  g_return_if_fail (PEL_IS_TRAINING_JOB (self));
  g_return_if_fail (items != NULL);

  if (pel_job_get_is_finished (PEL_JOB (self)) || pel_training_items_equal (self->items, items))
    return;
  g_ptr_array_unref (self->items);
  self->items = g_ptr_array_ref (items);
  self->pending = TRUE;
  pel_training_work_offer (self->work, items);
  g_signal_emit (self, signals[SIGNAL_PROGRESS], 0);
}

gboolean
pel_training_job_get_pending (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), FALSE);

  return self->pending && !pel_job_get_is_finished (PEL_JOB (self));
}

guint
pel_training_job_get_n_renewals (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), 0);

  return self->progress.n_renewals;
}

gboolean
pel_training_job_get_is_shortened (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), FALSE);

  return self->progress.is_shortened;
}

gboolean
pel_training_job_get_is_untuned (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), FALSE);

  return self->progress.is_untuned;
}

gboolean
pel_training_job_extend (PelTrainingJob *self, double seconds)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), FALSE);
  g_return_val_if_fail (seconds > 0, FALSE);

  if (pel_job_get_is_finished (PEL_JOB (self)) || !pel_training_work_extend (self->work, seconds))
    return FALSE;
  pel_job_context_add_time (pel_job_get_context (PEL_JOB (self)), seconds);
  return TRUE;
}

guint64
pel_training_job_get_needed_bytes (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), 0);

  return self->needed_bytes;
}

guint
pel_training_job_get_n_skipped (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), 0);

  return self->n_skipped;
}

const char *
pel_training_job_get_skipped_reason (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), NULL);

  return self->skipped_reason;
}

const char *
pel_training_job_get_init_text (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), NULL);

  return self->init_text;
}

const char *
pel_training_job_get_model_path (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), NULL);

  return self->work->model_path;
}

const char *
pel_training_job_get_model_name (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), NULL);

  return self->model_name;
}

gboolean
pel_training_job_get_has_model (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), FALSE);

  return self->has_model;
}

guint
pel_training_job_get_n_images (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), 0);

  return self->counts.images - MIN (self->counts.validation_images, self->counts.images);
}

guint
pel_training_job_get_n_validation_images (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), 0);

  return self->counts.validation_images;
}

guint
pel_training_job_get_n_parts (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), 0);

  return self->n_parts;
}

guint
pel_training_job_get_n_regions (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), 0);

  return self->counts.regions;
}

guint
pel_training_job_get_n_cells (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), 0);

  return self->counts.cells;
}

guint
pel_training_job_get_step (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), 0);

  return self->progress.step;
}

guint
pel_training_job_get_n_steps (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), 0);

  return self->progress.n_steps;
}

guint
pel_training_job_get_epoch (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), 0);

  return self->progress.epoch;
}

guint
pel_training_job_get_n_epochs (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), 0);

  return self->progress.n_epochs;
}

double
pel_training_job_get_seconds (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), 0);

  return self->progress.seconds;
}

double
pel_training_job_get_samples_per_second (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), 0);

  return self->progress.samples_per_second;
}

double
pel_training_job_get_val_share (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), 1.0);

  return self->progress.val_share > 0.0 ? self->progress.val_share : 1.0;
}

const PelCurvePoint *
pel_training_job_get_curve (PelTrainingJob *self, guint *n_points)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), NULL);

  *n_points = self->curve->len;
  return (const PelCurvePoint *)self->curve->data;
}

gboolean
pel_training_job_get_paused (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), FALSE);

  return self->paused;
}

gboolean
pel_training_job_get_is_waiting (PelTrainingJob *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), FALSE);

  /* One that was told to stop while it waited is not about to wait. */
  return self->paused &&
         (self->progress.stage == PEL_TRAIN_STAGE_PAUSED ||
          g_cancellable_is_cancelled (pel_job_get_context (PEL_JOB (self))->cancellable));
}

void
pel_training_job_set_paused (PelTrainingJob *self, gboolean paused)
{
  g_return_if_fail (PEL_IS_TRAINING_JOB (self));

  paused = paused != FALSE;
  if (self->paused == paused || pel_job_get_is_finished (PEL_JOB (self)))
    return;
  self->paused = paused;
  pel_training_work_set_paused (self->work, paused);
  pel_job_set_paused_state (PEL_JOB (self), paused);
}

void
pel_training_job_request_preview (PelTrainingJob *self, PelImage *image, const PelRect *area)
{
  g_return_if_fail (PEL_IS_TRAINING_JOB (self));

  pel_training_work_request (self->work, image, area);
}

gboolean
pel_training_job_get_preview (PelTrainingJob *self, PelTrainingGlimpse *glimpse)
{
  g_return_val_if_fail (PEL_IS_TRAINING_JOB (self), FALSE);
  g_return_val_if_fail (glimpse != NULL, FALSE);

  const PelTrainingPreview *preview = &self->preview;

  *glimpse =
      (PelTrainingGlimpse){ .image = preview->image,
                            .area = preview->area,
                            .labels = preview->labels,
                            .outlines = preview->outlines,
                            .probability = preview->probability,
                            .step = preview->step,
                            .is_current = pel_training_work_is_wanted (self->work, preview) };
  return preview->image != NULL;
}
