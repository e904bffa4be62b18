/* SPDX-License-Identifier: MIT */
#include "app/document/pel-predict-job.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "app/document/pel-document-files.h"
#include "app/document/pel-image-document-private.h"
#include "app/document/pel-job-private.h"
#include "app/document/pel-model-entry-private.h"
#include "app/document/pel-project.h"
#include "engine/infer/pel-predict.h"
#include "engine/io/pel-file-group.h"
#include "engine/io/pel-file.h"
#include "engine/io/pel-image-io.h"
#include "engine/io/pel-labels-io.h"

/* One image as the thread sees it. */
/* So many images are told of by name. */
#define MAX_PROBLEMS 20

typedef struct
{
  char *name;
  char *path;
  guint page;
  PelImage *image; /* nullable: where its pixels are loaded already */
  char *target;    /* nullable: where its labels go */
  double um_x, um_y;
} PredictItem;

/* One answer on its way to the main thread. */
typedef struct
{
  guint index;
  PelLabels *labels;
  PelImage *probability;
  PelPredictionSettings settings;
  char *problem; /* set where it failed */
} PredictResult;

typedef struct
{
  GArray *items; /* of PredictItem */
  char *model_path;
  PelPredictOverrides overrides;

  pthread_mutex_t lock;
  GQueue results; /* of PredictResult; under the lock */
} PredictWork;

struct _PelPredictJob
{
  PelJob parent_instance;

  PelProject *project;
  GPtrArray *images;
  char *model_name;
  guint n_done, n_failed;
  GString *problems; /* a line for each that failed */
  PredictWork work;
};

G_DEFINE_FINAL_TYPE (PelPredictJob, pel_predict_job, PEL_TYPE_JOB)

enum
{
  SIGNAL_PREDICTED,
  SIGNAL_IMAGE_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
item_clear (gpointer data)
{
  PredictItem *item = data;

  g_free (item->name);
  g_free (item->path);
  g_free (item->target);
  g_clear_pointer (&item->image, pel_image_unref);
}

static void
result_free (PredictResult *result)
{
  g_clear_pointer (&result->labels, pel_labels_unref);
  g_clear_pointer (&result->probability, pel_image_unref);
  g_free (result->problem);
  g_free (result);
}

/* In the thread */

typedef struct
{
  PelJobContext *context;
  PredictWork *work;
  guint index;
  gint64 started;
} Progress;

static void
tell_progress (double fraction, gpointer data)
{
  Progress *progress = data;
  const PredictItem *item = &g_array_index (progress->work->items, PredictItem, progress->index);
  double done = (progress->index + fraction) / progress->work->items->len;
  double seconds = (double)(g_get_monotonic_time () - progress->started) / 1e6;

  pel_job_context_report (progress->context, CLAMP (done, 0, 1),
                          done > 0.02 ? seconds / done * (1 - done) : -1, item->name);
}

static PelPredictionSettings
get_settings (const PelPrediction *prediction)
{
  return (PelPredictionSettings){ .cut = { .threshold = prediction->threshold,
                                           .min_size = prediction->min_size,
                                           .min_share = prediction->min_share,
                                           .separation = prediction->separation,
                                           .apart = prediction->apart },
                                  .magnification = prediction->magnification,
                                  .guessed = prediction->guessed,
                                  .stretched = prediction->stretched,
                                  .error_scale = prediction->error_scale };
}

static gboolean
save_prediction (const PredictItem *item, const PelPrediction *prediction, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (item->target);
  PelPredictionSettings settings = get_settings (prediction);

  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      pel_file_set_error (error, folder, errno);
      return FALSE;
    }
  /* These belong together. */
  g_autoptr (PelFileGroup) group = pel_file_group_begin ();

  return pel_prediction_write_planes (item->target, prediction, item->um_x, item->um_y, error) &&
         pel_prediction_settings_write (item->target, &settings, error) &&
         pel_labels_save_tiff (prediction->labels, item->target, item->um_x, item->um_y, error) &&
         pel_file_group_commit (group, error);
}

static PredictResult *
predict_item (Progress *progress, PelModel *model, PelPool *pool, GError **error)
{
  PredictWork *work = progress->work;
  GCancellable *cancellable = progress->context->cancellable;
  const PredictItem *item = &g_array_index (work->items, PredictItem, progress->index);
  g_autoptr (PelImage) image = item->image != NULL
                                   ? pel_image_ref (item->image)
                                   : pel_image_load (item->path, item->page, cancellable, error);
  g_autoptr (PelPrediction) prediction = NULL;
  PelPredictOptions options;
  PredictResult *result;

  if (image == NULL)
    return NULL;
  pel_predict_options_init (&options);
  if (work->overrides.threshold >= 0)
    options.threshold = work->overrides.threshold;
  if (work->overrides.min_size >= 0)
    options.min_size = (gint)work->overrides.min_size;
  options.diameter = work->overrides.diameter;
  /* What the user said of the scale, or the file. */
  options.um_per_px = item->um_x;
  options.n_views = MAX (work->overrides.n_views, 1);
  if (work->overrides.separation >= 0)
    options.separation = work->overrides.separation;
  prediction =
      pel_predict_image (model, image, &options, pool, cancellable, tell_progress, progress, error);
  if (prediction == NULL)
    return NULL;
  if (item->target != NULL && !save_prediction (item, prediction, error))
    return NULL;
  result = g_new0 (PredictResult, 1);
  result->labels = pel_labels_ref (prediction->labels);
  result->probability =
      pel_probability_image_new (prediction->foreground, prediction->parting, prediction->separator,
                                 prediction->width, prediction->height);
  result->settings = get_settings (prediction);
  return result;
}

static void
predict_in_thread (PelJobContext *context, gpointer data, PelPool *pool, GError **error)
{
  PredictWork *work = data;
  Progress progress = { context, work, 0, g_get_monotonic_time () };
  g_autoptr (PelModel) model = pel_model_load (work->model_path, error);

  if (model == NULL)
    {
      g_prefix_error (error, "%s: ", work->model_path);
      return;
    }
  for (guint i = 0; i < work->items->len; i++)
    {
      g_autoptr (GError) problem = NULL;
      PredictResult *result;

      if (g_cancellable_set_error_if_cancelled (context->cancellable, error))
        return;
      progress.index = i;
      tell_progress (0, &progress);
      result = predict_item (&progress, model, pool, &problem);
      /* On a full disk the others would be computed for nothing. */
      if (result == NULL && (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
                             g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_NO_SPACE)))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return;
        }
      if (result == NULL)
        {
          result = g_new0 (PredictResult, 1);
          result->problem = g_strdup (problem->message);
        }
      result->index = i;
      pthread_mutex_lock (&work->lock);
      g_queue_push_tail (&work->results, result);
      pthread_mutex_unlock (&work->lock);
      pel_job_context_poke (context);
    }
}

/* On the main thread */

static gboolean
pel_predict_job_prepare (PelJob *job, GError **error)
{
  PelPredictJob *self = PEL_PREDICT_JOB (job);
  gboolean may_write = !pel_project_get_read_only (self->project);
  g_autofree char *folder = pel_project_get_predictions_path (self->project, self->model_name);

  for (guint i = 0; i < self->images->len; i++)
    {
      PelImageDocument *image = g_ptr_array_index (self->images, i);
      PredictItem item = { .name = g_strdup (image->name),
                           .path = g_strdup (image->path),
                           .page = image->page,
                           .um_x = pel_image_document_get_um_x (image),
                           .um_y = pel_image_document_get_um_y (image) };

      if (image->image != NULL)
        item.image = pel_image_ref (image->image);
      if (may_write)
        item.target = g_strdup_printf ("%s/%s.tif", folder, image->name);
      g_array_append_val (self->work.items, item);
    }
  return TRUE;
}

/* What is wrong with an image, by name. */
static void
note_problem (PelPredictJob *self, PelImageDocument *image, const char *problem)
{
  if (self->n_failed > MAX_PROBLEMS)
    {
      if (self->n_failed == MAX_PROBLEMS + 1)
        g_string_append (self->problems, "\n…");
      return;
    }
  if (self->problems->len > 0)
    g_string_append_c (self->problems, '\n');
  if (strstr (problem, image->name) == NULL)
    g_string_append_printf (self->problems, "%s: ", image->name);
  g_string_append (self->problems, problem);
}

static void
take_result (PelPredictJob *self, PredictResult *result)
{
  PelImageDocument *image = g_ptr_array_index (self->images, result->index);

  if (result->problem != NULL)
    {
      self->n_failed++;
      note_problem (self, image, result->problem);
      g_signal_emit (self, signals[SIGNAL_IMAGE_FAILED], 0, image, result->problem);
      return;
    }
  if (self->n_done++ == 0)
    pel_project_set_current_model (self->project, self->model_name);
  /* The pictures of a whole project would fill the memory: what nobody looks at stays on disk. */
  if (image->loaded || pel_project_get_read_only (self->project))
    {
      pel_image_document_set_prediction_settings (image, &result->settings);
      pel_image_document_set_prediction (image, result->labels, result->probability,
                                         result->settings.cut.threshold, self->model_name);
    }
  else if (image->host != NULL)
    {
      if (image->prediction != NULL)
        pel_image_document_set_prediction (image, NULL, NULL, 0.5, self->model_name);
      pel_image_document_set_has_prediction (image, TRUE);
    }
  g_signal_emit (self, signals[SIGNAL_PREDICTED], 0, image);
}

static void
pel_predict_job_update (PelJob *job)
{
  PelPredictJob *self = PEL_PREDICT_JOB (job);

  for (;;)
    {
      PredictResult *result;

      pthread_mutex_lock (&self->work.lock);
      result = g_queue_pop_head (&self->work.results);
      pthread_mutex_unlock (&self->work.lock);
      if (result == NULL)
        return;
      take_result (self, result);
      result_free (result);
    }
}

static void
pel_predict_job_ended (PelJob *job, const GError *error)
{
  PelPredictJob *self = PEL_PREDICT_JOB (job);

  /* The images' pixels were only borrowed. */
  g_array_set_size (self->work.items, 0);
}

static void
pel_predict_job_finalize (GObject *object)
{
  PelPredictJob *self = PEL_PREDICT_JOB (object);

  g_array_unref (self->work.items);
  g_free (self->work.model_path);
  g_queue_clear_full (&self->work.results, (GDestroyNotify)result_free);
  pthread_mutex_destroy (&self->work.lock);
  g_clear_object (&self->project);
  g_ptr_array_unref (self->images);
  g_free (self->model_name);
  g_string_free (self->problems, TRUE);
  G_OBJECT_CLASS (pel_predict_job_parent_class)->finalize (object);
}

static void
pel_predict_job_class_init (PelPredictJobClass *klass)
{
  PelJobClass *job_class = PEL_JOB_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_predict_job_finalize;
  job_class->prepare = pel_predict_job_prepare;
  job_class->work = predict_in_thread;
  job_class->update = pel_predict_job_update;
  job_class->ended = pel_predict_job_ended;

  signals[SIGNAL_PREDICTED] =
      g_signal_new ("predicted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, PEL_TYPE_IMAGE_DOCUMENT);
  signals[SIGNAL_IMAGE_FAILED] =
      g_signal_new ("image-failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 2, PEL_TYPE_IMAGE_DOCUMENT, G_TYPE_STRING);
}

static void
pel_predict_job_init (PelPredictJob *self)
{
  pthread_mutex_init (&self->work.lock, NULL);
  g_queue_init (&self->work.results);
  self->work.items = g_array_new (FALSE, FALSE, sizeof (PredictItem));
  g_array_set_clear_func (self->work.items, item_clear);
  self->work.overrides = (PelPredictOverrides){ -1, -1, -1, 0, 1 };
  pel_job_set_work (PEL_JOB (self), &self->work);
}

PelPredictJob *
pel_predict_job_new (PelProject *project,
                     GPtrArray *images,
                     const char *model_path,
                     const PelPredictOverrides *overrides)
{
  g_return_val_if_fail (PEL_IS_PROJECT (project), NULL);
  g_return_val_if_fail (images != NULL && model_path != NULL, NULL);

  PelPredictJob *self = g_object_new (PEL_TYPE_PREDICT_JOB, NULL);
  g_autofree char *title = NULL;

  self->project = g_object_ref (project);
  self->images = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < images->len; i++)
    g_ptr_array_add (self->images, g_object_ref (g_ptr_array_index (images, i)));
  self->work.model_path = g_strdup (model_path);
  if (overrides != NULL)
    self->work.overrides = *overrides;
  self->model_name = pel_model_name_from_path (model_path);
  self->problems = g_string_new (NULL);
  title = g_strdup_printf (ngettext ("Predicting %u image", "Predicting %u images", images->len),
                           images->len);
  pel_job_set_title (PEL_JOB (self), title);
  return self;
}

guint
pel_predict_job_get_n_images (PelPredictJob *self)
{
  g_return_val_if_fail (PEL_IS_PREDICT_JOB (self), 0);

  return self->images->len;
}

guint
pel_predict_job_get_n_done (PelPredictJob *self)
{
  g_return_val_if_fail (PEL_IS_PREDICT_JOB (self), 0);

  return self->n_done;
}

guint
pel_predict_job_get_n_failed (PelPredictJob *self)
{
  g_return_val_if_fail (PEL_IS_PREDICT_JOB (self), 0);

  return self->n_failed;
}

const char *
pel_predict_job_get_problems (PelPredictJob *self)
{
  g_return_val_if_fail (PEL_IS_PREDICT_JOB (self), NULL);

  return self->problems->str;
}

const char *
pel_predict_job_get_model_name (PelPredictJob *self)
{
  g_return_val_if_fail (PEL_IS_PREDICT_JOB (self), NULL);

  return self->model_name;
}
