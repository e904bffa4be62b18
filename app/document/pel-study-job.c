/* SPDX-License-Identifier: MIT */
#include "app/document/pel-study-job.h"

#include <glib/gi18n-lib.h>

#include "app/document/pel-job-private.h"

typedef struct
{
  GArray *items;      /* of PelExportItem */
  GPtrArray *results; /* of PelStudyImage; written by the thread, read when it has ended */
} StudyWork;

struct _PelStudyJob
{
  PelJob parent_instance;

  GPtrArray *images;
  StudyWork work;
};

G_DEFINE_FINAL_TYPE (PelStudyJob, pel_study_job, PEL_TYPE_JOB)

static void
clear_item (gpointer data)
{
  pel_export_item_clear (data);
}

static void
study_image_free (gpointer data)
{
  PelStudyImage *image = data;

  g_free (image->name);
  g_free (image->group);
  pel_cell_table_free (image->table);
  g_clear_pointer (&image->infos, g_hash_table_unref);
  g_free (image);
}

static void
study_in_thread (PelJobContext *context, gpointer data, PelPool *pool, GError **error)
{
  StudyWork *work = data;

  for (guint i = 0; i < work->items->len; i++)
    {
      PelExportItem *item = &g_array_index (work->items, PelExportItem, i);
      PelStudyImage *image = g_new0 (PelStudyImage, 1);
      PelLabels *labels = NULL;

      g_ptr_array_add (work->results, image);
      image->name = g_strdup (item->name);
      image->group = g_strdup (item->group != NULL ? item->group : "");
      pel_job_context_report (context, (double)i / work->items->len, -1, item->name);
      if (pel_export_item_complete (item, context->cancellable, NULL))
        image->predicted = pel_export_item_choose (item, PEL_EXPORT_BEST, &labels);
      if (labels != NULL)
        image->table = pel_export_item_measure (item, labels, image->predicted, pool,
                                                context->cancellable, NULL);
      if (!image->predicted)
        image->infos = g_steal_pointer (&item->infos);
      if (g_cancellable_set_error_if_cancelled (context->cancellable, error))
        return;
      pel_export_item_clear (item);
    }
}

static gboolean
pel_study_job_prepare (PelJob *job, GError **error)
{
  PelStudyJob *self = PEL_STUDY_JOB (job);

  return pel_export_items_add (self->work.items, self->images, error);
}

static void
pel_study_job_finalize (GObject *object)
{
  PelStudyJob *self = PEL_STUDY_JOB (object);

  g_array_unref (self->work.items);
  g_ptr_array_unref (self->work.results);
  g_ptr_array_unref (self->images);
  G_OBJECT_CLASS (pel_study_job_parent_class)->finalize (object);
}

static void
pel_study_job_class_init (PelStudyJobClass *klass)
{
  PelJobClass *job_class = PEL_JOB_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_study_job_finalize;
  job_class->prepare = pel_study_job_prepare;
  job_class->work = study_in_thread;
  job_class->leaves_nothing = TRUE;
}

static void
pel_study_job_init (PelStudyJob *self)
{
  self->images = g_ptr_array_new_with_free_func (g_object_unref);
  self->work.items = g_array_new (FALSE, FALSE, sizeof (PelExportItem));
  g_array_set_clear_func (self->work.items, clear_item);
  self->work.results = g_ptr_array_new_with_free_func (study_image_free);
  pel_job_set_work (PEL_JOB (self), &self->work);
}

PelStudyJob *
pel_study_job_new (GPtrArray *images)
{
  PelStudyJob *self = g_object_new (PEL_TYPE_STUDY_JOB, NULL);

  for (guint i = 0; i < images->len; i++)
    g_ptr_array_add (self->images, g_object_ref (g_ptr_array_index (images, i)));
  pel_job_set_title (PEL_JOB (self), _ ("Measuring all images"));
  return self;
}

GPtrArray *
pel_study_job_get_images (PelStudyJob *self)
{
  g_return_val_if_fail (PEL_IS_STUDY_JOB (self), NULL);

  return self->work.results;
}
