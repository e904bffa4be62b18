/* SPDX-License-Identifier: MIT */
#include "app/document/pel-quality-job.h"

#include <glib/gi18n-lib.h>

#include "app/document/pel-document-error.h"
#include "app/document/pel-document-files.h"
#include "app/document/pel-image-document-private.h"
#include "app/document/pel-job-private.h"
#include "app/document/pel-mask.h"
#include "app/document/pel-model-entry-private.h"
#include "app/document/pel-project.h"
#include "engine/infer/pel-predict.h"
#include "engine/io/pel-image-io.h"
#include "engine/io/pel-labels-io.h"
#include "engine/train/pel-model.h"

typedef struct
{
  char *name;
  PelDocumentPaths paths;
  PelImage *image; /* nullable */
  PelLabels *mask; /* nullable */
  char *stored;    /* predictions/MODEL/NAME.tif */
} QualityItem;

/* An error before its image is known by more than its place. */
typedef struct
{
  guint index;
  PelQualityError error;
} FoundError;

typedef struct
{
  GArray *items; /* of QualityItem */
  char *model_path;

  /* Written by the thread, read when it has ended. */
  PelScores scores;
  gboolean done;
  GArray *found; /* of FoundError */
  GPtrArray *warnings;
} QualityWork;

typedef struct
{
  QualityWork *work;
  PelJobContext *context;
  PelPool *pool;
  PelModel *model; /* read when it is needed */
  guint index;
  gint64 started;
} Quality;

struct _PelQualityJob
{
  PelJob parent_instance;

  PelProject *project;
  char *model_name;
  gboolean held_out;
  GPtrArray *images;
  GArray *errors; /* of PelQualityError */
  QualityWork work;
};

G_DEFINE_FINAL_TYPE (PelQualityJob, pel_quality_job, PEL_TYPE_JOB)

static void
item_clear (gpointer data)
{
  QualityItem *item = data;

  g_free (item->name);
  g_free (item->stored);
  pel_document_paths_clear (&item->paths);
  g_clear_pointer (&item->image, pel_image_unref);
  g_clear_pointer (&item->mask, pel_labels_unref);
}

static void
error_clear (gpointer data)
{
  PelQualityError *error = data;

  g_clear_object (&error->image);
}

/* In the thread */

static void
tell_progress (double fraction, gpointer data)
{
  Quality *quality = data;
  guint n = quality->work->items->len;
  double done = (quality->index + fraction) / n;
  double seconds = (double)(g_get_monotonic_time () - quality->started) / 1e6;

  pel_job_context_report (quality->context, CLAMP (done, 0, 1),
                          done > 0.02 ? seconds / done * (1 - done) : -1,
                          g_array_index (quality->work->items, QualityItem, quality->index).name);
}

static gboolean
complete_item (QualityItem *item, GCancellable *cancellable, GError **error)
{
  PelDocumentLoad *load;
  gboolean good;

  if (item->mask != NULL)
    return TRUE;
  load = g_new0 (PelDocumentLoad, 1);
  pel_document_paths_copy (&item->paths, &load->paths);
  g_clear_pointer (&load->paths.prediction, g_free);
  load->want_mask = TRUE;
  load->read_only = TRUE;
  load->cancellable = cancellable;
  pel_document_load_run (load);
  good = load->error == NULL;
  if (good)
    {
      g_clear_pointer (&item->image, pel_image_unref);
      item->image = g_steal_pointer (&load->image);
      item->mask = load->external != NULL ? g_steal_pointer (&load->external)
                                          : g_steal_pointer (&load->labels);
    }
  else
    g_propagate_error (error, g_steal_pointer (&load->error));
  pel_document_load_free (load);
  return good;
}

static guint64
get_time (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = g_file_query_info (file, "time::modified", 0, NULL, NULL);

  return info != NULL ? g_file_info_get_attribute_uint64 (info, "time::modified") : 0;
}

/* (transfer full) (nullable): what the model finds */
static PelLabels *
find_cells (Quality *quality, QualityItem *item, GError **error)
{
  GCancellable *cancellable = quality->context->cancellable;
  guint64 stored = get_time (item->stored);
  g_autoptr (PelPrediction) prediction = NULL;
  PelLabels *labels;

  if (stored > 0 && stored >= get_time (quality->work->model_path))
    {
      labels = pel_labels_load (item->stored, 0, cancellable, NULL);
      if (labels != NULL)
        return labels;
    }
  if (quality->model == NULL)
    quality->model = pel_model_load (quality->work->model_path, error);
  if (quality->model == NULL)
    return NULL;
  if (item->image == NULL)
    item->image = pel_image_load (item->paths.image, item->paths.page, cancellable, error);
  if (item->image == NULL)
    return NULL;
  prediction = pel_predict_image (quality->model, item->image, NULL, quality->pool, cancellable,
                                  tell_progress, quality, error);
  return prediction != NULL ? pel_labels_ref (prediction->labels) : NULL;
}

static gboolean
judge_item (Quality *quality, QualityItem *item, PelEvaluation *evaluation, GError **error)
{
  g_autoptr (PelLabels) labels = NULL;
  g_autoptr (PelCellErrors) errors = NULL;

  if (!complete_item (item, quality->context->cancellable, error))
    return FALSE;
  labels = find_cells (quality, item, error);
  if (labels == NULL)
    return FALSE;
  errors = pel_cell_errors_new (labels, item->mask, NULL, quality->context->cancellable, error);
  if (errors == NULL || !pel_evaluation_add (evaluation, item->name, labels, item->mask, error))
    return FALSE;
  for (guint i = 0; i < pel_cell_errors_get_n_errors (errors); i++)
    {
      const PelCellError *wrong = pel_cell_errors_get (errors, i);
      FoundError found = { .index = quality->index,
                           .error = { .kind = wrong->kind,
                                      .box = wrong->box,
                                      .n_truth = wrong->n_truth,
                                      .n_predicted = wrong->n_predicted } };

      g_array_append_val (quality->work->found, found);
    }
  return TRUE;
}

static void
quality_in_thread (PelJobContext *context, gpointer data, PelPool *pool, GError **error)
{
  QualityWork *work = data;
  Quality quality = { .work = work, .context = context, .pool = pool };
  g_autoptr (PelEvaluation) evaluation = pel_evaluation_new ();

  quality.started = g_get_monotonic_time ();
  for (guint i = 0; i < work->items->len && *error == NULL; i++)
    {
      QualityItem *item = &g_array_index (work->items, QualityItem, i);
      g_autoptr (GError) problem = NULL;

      if (g_cancellable_set_error_if_cancelled (context->cancellable, error))
        break;
      quality.index = i;
      tell_progress (0, &quality);
      if (judge_item (&quality, item, evaluation, &problem))
        work->done = TRUE;
      else if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_propagate_error (error, g_steal_pointer (&problem));
      else
        g_ptr_array_add (work->warnings, g_strdup_printf ("%s: %s", item->name, problem->message));
      item_clear (item);
      *item = (QualityItem){ 0 };
    }
  g_clear_pointer (&quality.model, pel_model_free);
  if (*error == NULL && !work->done)
    g_set_error_literal (error, PEL_DOCUMENT_ERROR, PEL_DOCUMENT_ERROR_NO_IMAGES,
                         g_ptr_array_index (work->warnings, 0));
  if (*error == NULL)
    pel_evaluation_get_total (evaluation, &work->scores);
  work->scores.name = NULL;
}

/* On the main thread */

static void
add_items (PelQualityJob *self, gboolean held_out)
{
  g_autofree char *folder = pel_project_get_predictions_path (self->project, self->model_name);

  for (guint i = 0; i < pel_project_get_n_images (self->project); i++)
    {
      PelImageDocument *image = pel_project_get_image (self->project, i);
      QualityItem item = { 0 };

      if (!image->complete || image->host == NULL || (held_out && !image->validation))
        continue;
      item.name = g_strdup (image->name);
      item.stored = g_strdup_printf ("%s/%s.tif", folder, image->name);
      image->host->fill_paths (image->host->project, image, &item.paths);
      if (image->image != NULL)
        item.image = pel_image_ref (image->image);
      if (image->mask != NULL)
        item.mask = pel_mask_snapshot (image->mask);
      g_array_append_val (self->work.items, item);
      g_ptr_array_add (self->images, g_object_ref (image));
    }
}

static gboolean
pel_quality_job_prepare (PelJob *job, GError **error)
{
  PelQualityJob *self = PEL_QUALITY_JOB (job);

  add_items (self, TRUE);
  self->held_out = self->work.items->len > 0;
  if (!self->held_out)
    add_items (self, FALSE);
  if (self->work.items->len > 0)
    return TRUE;
  g_set_error_literal (error, PEL_DOCUMENT_ERROR, PEL_DOCUMENT_ERROR_NO_IMAGES,
                       _ ("There is no image to test on: hold some out for validation, and mark "
                          "them complete when every cell is painted."));
  return FALSE;
}

static void
pel_quality_job_ended (PelJob *job, const GError *error)
{
  PelQualityJob *self = PEL_QUALITY_JOB (job);

  for (guint i = 0; error == NULL && i < self->work.found->len; i++)
    {
      const FoundError *found = &g_array_index (self->work.found, FoundError, i);
      PelQualityError wrong = found->error;

      wrong.image = g_object_ref (g_ptr_array_index (self->images, found->index));
      g_array_append_val (self->errors, wrong);
    }
  g_array_set_size (self->work.found, 0);
  g_array_set_size (self->work.items, 0);
}

static void
pel_quality_job_finalize (GObject *object)
{
  PelQualityJob *self = PEL_QUALITY_JOB (object);

  g_array_unref (self->work.items);
  g_array_unref (self->work.found);
  g_ptr_array_unref (self->work.warnings);
  g_free (self->work.model_path);
  g_array_unref (self->errors);
  g_ptr_array_unref (self->images);
  g_free (self->model_name);
  g_clear_object (&self->project);
  G_OBJECT_CLASS (pel_quality_job_parent_class)->finalize (object);
}

static void
pel_quality_job_class_init (PelQualityJobClass *klass)
{
  PelJobClass *job_class = PEL_JOB_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_quality_job_finalize;
  job_class->prepare = pel_quality_job_prepare;
  job_class->work = quality_in_thread;
  job_class->leaves_nothing = TRUE;
  job_class->ended = pel_quality_job_ended;
}

static void
pel_quality_job_init (PelQualityJob *self)
{
  self->images = g_ptr_array_new_with_free_func (g_object_unref);
  self->errors = g_array_new (FALSE, FALSE, sizeof (PelQualityError));
  g_array_set_clear_func (self->errors, error_clear);
  self->work.items = g_array_new (FALSE, FALSE, sizeof (QualityItem));
  g_array_set_clear_func (self->work.items, item_clear);
  self->work.found = g_array_new (FALSE, FALSE, sizeof (FoundError));
  self->work.warnings = g_ptr_array_new_with_free_func (g_free);
  pel_job_set_work (PEL_JOB (self), &self->work);
}

PelQualityJob *
pel_quality_job_new (PelProject *project, const char *model_path)
{
  PelQualityJob *self;
  g_autofree char *title = NULL;

  g_return_val_if_fail (PEL_IS_PROJECT (project), NULL);
  g_return_val_if_fail (model_path != NULL, NULL);

  self = g_object_new (PEL_TYPE_QUALITY_JOB, NULL);
  self->project = g_object_ref (project);
  self->work.model_path = g_strdup (model_path);
  self->model_name = pel_model_name_from_path (model_path);
  /* Translators: %s is the name of a model. */
  title = g_strdup_printf (_ ("Testing “%s”"), self->model_name);
  pel_job_set_title (PEL_JOB (self), title);
  return self;
}

const char *
pel_quality_job_get_model_name (PelQualityJob *self)
{
  g_return_val_if_fail (PEL_IS_QUALITY_JOB (self), NULL);

  return self->model_name;
}

gboolean
pel_quality_job_get_held_out (PelQualityJob *self)
{
  g_return_val_if_fail (PEL_IS_QUALITY_JOB (self), FALSE);

  return self->held_out;
}

gboolean
pel_quality_job_get_scores (PelQualityJob *self, PelScores *scores)
{
  g_return_val_if_fail (PEL_IS_QUALITY_JOB (self), FALSE);

  if (pel_job_get_state (PEL_JOB (self)) != PEL_JOB_STATE_DONE)
    return FALSE;
  *scores = self->work.scores;
  return TRUE;
}

const GArray *
pel_quality_job_get_errors (PelQualityJob *self)
{
  g_return_val_if_fail (PEL_IS_QUALITY_JOB (self), NULL);

  return self->errors;
}

GPtrArray *
pel_quality_job_get_warnings (PelQualityJob *self)
{
  g_return_val_if_fail (PEL_IS_QUALITY_JOB (self), NULL);

  return self->work.warnings;
}
