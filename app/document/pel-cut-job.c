/* SPDX-License-Identifier: MIT */
#include "app/document/pel-cut-job.h"

#include <glib/gi18n-lib.h>

#include "app/document/pel-document-error.h"
#include "app/document/pel-image-document-private.h"
#include "app/document/pel-job-private.h"
#include "app/document/pel-prediction-files.h"
#include "app/document/pel-project.h"
#include "engine/io/pel-file-group.h"
#include "engine/io/pel-labels-io.h"

/* One image: what the main thread knows, and what the thread makes of it. */
typedef struct
{
  char *path;            /* of its labels */
  PelImage *probability; /* nullable: where it is in memory */
  double um_x, um_y;
  PelCutOptions options;

  PelPredictionSettings before, after;
  PelLabels *labels; /* fresh; nullable */
  gboolean done, failed;
} CutItem;

typedef struct
{
  GArray *items; /* of CutItem */
  pthread_mutex_t lock;
  guint n_finished; /* items that the main thread may look at; under the lock */
} CutWork;

struct _PelCutJob
{
  PelJob parent_instance;

  PelProject *project;
  GPtrArray *images; /* as the items */
  char *model_name;
  guint n_taken, n_done, n_failed;
  CutWork work;
};

G_DEFINE_FINAL_TYPE (PelCutJob, pel_cut_job, PEL_TYPE_JOB)

static void
item_clear (gpointer data)
{
  CutItem *item = data;

  g_free (item->path);
  g_clear_pointer (&item->probability, pel_image_unref);
  g_clear_pointer (&item->labels, pel_labels_unref);
}

static CutItem *
get_item (const CutWork *work, guint index)
{
  return &g_array_index (work->items, CutItem, index);
}

/* In the thread */

/* Labels and what they were cut by belong together. */
static gboolean
write_item (CutItem *item, GError **error)
{
  g_autoptr (PelFileGroup) group = pel_file_group_begin ();

  return pel_prediction_settings_write (item->path, &item->after, error) &&
         pel_labels_save_tiff (item->labels, item->path, item->um_x, item->um_y, error) &&
         pel_file_group_commit (group, error);
}

static gboolean
cut_item (CutItem *item, GCancellable *cancellable, GError **error)
{
  g_autoptr (PelImage) probability = item->probability != NULL
                                         ? pel_image_ref (item->probability)
                                         : pel_prediction_read_probability (item->path, 0, 0);

  pel_prediction_settings_read (item->path, &item->before);
  item->after = item->before;
  item->after.cut = item->options;
  item->after.cut.apart = item->before.cut.apart;
  if (item->options.min_share < 0.0)
    item->after.cut.min_share = item->before.cut.min_share;
  if (probability == NULL)
    {
      g_set_error (error, PEL_DOCUMENT_ERROR, PEL_DOCUMENT_ERROR_BAD_PROJECT, "%s: %s", item->path,
                   _ ("There are no probabilities to cut; predict the image again."));
      return FALSE;
    }
  item->labels = pel_probability_image_cut (probability, &item->after.cut, cancellable, error);
  return item->labels != NULL && write_item (item, error);
}

static void
cut_in_thread (PelJobContext *context, gpointer data, PelPool *pool, GError **error)
{
  CutWork *work = data;
  gint64 started = g_get_monotonic_time ();

  for (guint i = 0; i < work->items->len; i++)
    {
      CutItem *item = get_item (work, i);
      g_autoptr (GError) problem = NULL;
      double done = (i + 1.0) / work->items->len, seconds;

      if (g_cancellable_set_error_if_cancelled (context->cancellable, error))
        return;
      item->done = cut_item (item, context->cancellable, &problem);
      if (!item->done && (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
                          g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_NO_SPACE)))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return;
        }
      item->failed = !item->done;
      if (item->failed)
        g_debug ("%s", problem->message);
      pthread_mutex_lock (&work->lock);
      work->n_finished = i + 1;
      pthread_mutex_unlock (&work->lock);
      seconds = (double)(g_get_monotonic_time () - started) / 1e6;
      pel_job_context_report (context, done, seconds / done * (1.0 - done), NULL);
    }
}

/* On the main thread */

/* What is on show follows, unless it is another prediction by now. */
static void
take_item (PelCutJob *self, CutItem *item, PelImageDocument *image)
{
  if (item->failed)
    {
      self->n_failed++;
      return;
    }
  self->n_done++;
  if (image->loaded && image->probability != NULL &&
      (item->probability == NULL || item->probability == image->probability) &&
      g_strcmp0 (image->model_name, self->model_name) == 0)
    {
      g_autoptr (PelImage) probability = pel_image_ref (image->probability);

      pel_image_document_set_prediction_settings (image, &item->after);
      pel_image_document_set_prediction (image, item->labels, probability,
                                         item->after.cut.threshold, self->model_name);
    }
  g_clear_pointer (&item->labels, pel_labels_unref);
  g_clear_pointer (&item->probability, pel_image_unref);
}

static void
pel_cut_job_update (PelJob *job)
{
  PelCutJob *self = PEL_CUT_JOB (job);
  guint n_finished;

  pthread_mutex_lock (&self->work.lock);
  n_finished = self->work.n_finished;
  pthread_mutex_unlock (&self->work.lock);
  for (; self->n_taken < n_finished; self->n_taken++)
    take_item (self, get_item (&self->work, self->n_taken),
               g_ptr_array_index (self->images, self->n_taken));
}

/* The images' probabilities were only borrowed. */
static void
pel_cut_job_ended (PelJob *job, const GError *error)
{
  PelCutJob *self = PEL_CUT_JOB (job);

  for (guint i = 0; i < self->work.items->len; i++)
    {
      CutItem *item = get_item (&self->work, i);

      g_clear_pointer (&item->probability, pel_image_unref);
      g_clear_pointer (&item->labels, pel_labels_unref);
    }
}

static void
pel_cut_job_finalize (GObject *object)
{
  PelCutJob *self = PEL_CUT_JOB (object);

  g_array_unref (self->work.items);
  pthread_mutex_destroy (&self->work.lock);
  g_clear_object (&self->project);
  g_ptr_array_unref (self->images);
  g_free (self->model_name);
  G_OBJECT_CLASS (pel_cut_job_parent_class)->finalize (object);
}

static void
pel_cut_job_class_init (PelCutJobClass *klass)
{
  PelJobClass *job_class = PEL_JOB_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_cut_job_finalize;
  job_class->work = cut_in_thread;
  job_class->update = pel_cut_job_update;
  job_class->ended = pel_cut_job_ended;
}

static void
pel_cut_job_init (PelCutJob *self)
{
  pthread_mutex_init (&self->work.lock, NULL);
  self->images = g_ptr_array_new_with_free_func (g_object_unref);
  self->work.items = g_array_new (FALSE, TRUE, sizeof (CutItem));
  g_array_set_clear_func (self->work.items, item_clear);
  pel_job_set_work (PEL_JOB (self), &self->work);
}

static PelCutJob *
new_job (PelProject *project, const char *model_name)
{
  PelCutJob *self = g_object_new (PEL_TYPE_CUT_JOB, NULL);

  self->project = g_object_ref (project);
  self->model_name = g_strdup (model_name);
  return self;
}

static void
add_image (PelCutJob *self, PelImageDocument *image, const PelCutOptions *options)
{
  g_autofree char *folder = pel_project_get_predictions_path (self->project, self->model_name);
  CutItem item = { .path = g_strdup_printf ("%s/%s.tif", folder, image->name),
                   .um_x = pel_image_document_get_um_x (image),
                   .um_y = pel_image_document_get_um_y (image),
                   .options = *options };

  if (!g_file_test (item.path, G_FILE_TEST_IS_REGULAR))
    {
      g_free (item.path);
      return;
    }
  if (image->probability != NULL && g_strcmp0 (image->model_name, self->model_name) == 0)
    item.probability = pel_image_ref (image->probability);
  g_array_append_val (self->work.items, item);
  g_ptr_array_add (self->images, g_object_ref (image));
}

static void
set_title (PelCutJob *self)
{
  g_autofree char *title = g_strdup_printf (
      ngettext ("Cutting %u image into cells", "Cutting %u images into cells", self->images->len),
      self->images->len);

  pel_job_set_title (PEL_JOB (self), title);
}

PelCutJob *
pel_cut_job_new (PelProject *project,
                 GPtrArray *images,
                 const char *model_name,
                 const PelCutOptions *options)
{
  g_return_val_if_fail (PEL_IS_PROJECT (project), NULL);
  g_return_val_if_fail (images != NULL && model_name != NULL && options != NULL, NULL);

  PelCutJob *self = new_job (project, model_name);

  for (guint i = 0; i < images->len; i++)
    add_image (self, g_ptr_array_index (images, i), options);
  set_title (self);
  return self;
}

PelCutJob *
pel_cut_job_new_undo (PelCutJob *self)
{
  g_return_val_if_fail (PEL_IS_CUT_JOB (self), NULL);

  PelCutJob *undo = new_job (self->project, self->model_name);

  for (guint i = 0; i < self->n_taken; i++)
    if (get_item (&self->work, i)->done)
      add_image (undo, g_ptr_array_index (self->images, i), &get_item (&self->work, i)->before.cut);
  set_title (undo);
  return undo;
}

guint
pel_cut_job_get_n_done (PelCutJob *self)
{
  g_return_val_if_fail (PEL_IS_CUT_JOB (self), 0);

  return self->n_done;
}

guint
pel_cut_job_get_n_failed (PelCutJob *self)
{
  g_return_val_if_fail (PEL_IS_CUT_JOB (self), 0);

  return self->n_failed;
}
