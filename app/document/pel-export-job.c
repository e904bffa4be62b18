/* SPDX-License-Identifier: MIT */
#include "app/document/pel-export-job.h"

#include <errno.h>
#include <string.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "app/document/pel-document-error.h"
#include "app/document/pel-job-private.h"
#include "app/document/pel-mask-private.h"
#include "engine/io/pel-csv.h"
#include "engine/io/pel-file.h"
#include "engine/io/pel-image-io.h"
#include "engine/io/pel-labels-io.h"
#include "engine/measure/pel-measure-csv.h"

typedef struct
{
  GArray *items; /* of PelExportItem */
  PelExportSource source;
  char *path;
  gboolean csv;
  PelRules *rules;
  PelMeasureReport *report;

  /* Written by the thread, read when it has ended. */
  guint n_cells, n_images, n_without_scale;
  GPtrArray *warnings;
} ExportWork;

struct _PelExportJob
{
  PelJob parent_instance;

  GPtrArray *images;
  ExportWork work;
};

G_DEFINE_FINAL_TYPE (PelExportJob, pel_export_job, PEL_TYPE_JOB)

static void
clear_item (gpointer data)
{
  pel_export_item_clear (data);
}

/* In the thread */

static gboolean
write_rows (ExportWork *work,
            PelCsv *csv,
            const PelExportItem *item,
            PelLabels *labels,
            gboolean predicted,
            PelPool *pool,
            GCancellable *cancellable,
            GError **error)
{
  PelMeasureCsvSource source = { .image = item->name,
                                 .page = item->paths.page + 1,
                                 .group = item->group,
                                 .get_class = pel_export_item_get_class,
                                 .user_data = predicted ? NULL : item->infos,
                                 .rules = work->rules };
  PelMeasuredImage image;
  g_autoptr (PelCellTable) table =
      pel_export_item_measure (item, labels, predicted, pool, cancellable, error);

  if (table == NULL)
    return FALSE;
  pel_measure_write_csv_rows (csv, table, &source);
  pel_export_item_describe (item, predicted, &image);
  pel_measure_report_add (work->report, &image, table);
  work->n_cells += pel_cell_table_get_n_cells (table);
  work->n_without_scale += !pel_cell_table_get_calibration (table, NULL, NULL);
  return TRUE;
}

static gboolean
write_labels (ExportWork *work, const PelExportItem *item, PelLabels *labels, GError **error)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.tif", work->path, item->name);
  g_autoptr (GHashTable) counts = pel_labels_count (labels);

  work->n_cells += g_hash_table_size (counts);
  return pel_labels_save_tiff (labels, path, item->um_x, item->um_y, error);
}

static void
export_item (ExportWork *work,
             PelExportItem *item,
             PelCsv *csv,
             PelPool *pool,
             GCancellable *cancellable,
             GError **error)
{
  PelLabels *labels;
  gboolean predicted;

  if (!pel_export_item_complete (item, error))
    return;
  predicted = pel_export_item_choose (item, work->source, &labels);
  if (labels == NULL)
    return; /* there is no prediction: nothing to write, and nothing wrong */
  if (csv != NULL ? write_rows (work, csv, item, labels, predicted, pool, cancellable, error)
                  : write_labels (work, item, labels, error))
    work->n_images++;
}

static void
export_in_thread (PelJobContext *context, gpointer data, PelPool *pool, GError **error)
{
  ExportWork *work = data;
  g_autofree char *folder = work->csv ? g_path_get_dirname (work->path) : g_strdup (work->path);
  g_autoptr (PelCsv) csv = NULL;

  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      pel_file_set_error (error, folder, errno);
      return;
    }
  if (work->csv)
    {
      csv = pel_csv_new (work->path, error);
      if (csv == NULL)
        return;
      pel_measure_write_csv_header (csv);
    }
  for (guint i = 0; i < work->items->len; i++)
    {
      PelExportItem *item = &g_array_index (work->items, PelExportItem, i);
      g_autoptr (GError) problem = NULL;

      if (g_cancellable_set_error_if_cancelled (context->cancellable, error))
        return;
      pel_job_context_report (context, (double)i / work->items->len, -1, item->name);
      export_item (work, item, csv, pool, context->cancellable, &problem);
      if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return;
        }
      if (problem != NULL)
        g_ptr_array_add (work->warnings, g_strdup (problem->message));
      pel_export_item_clear (item);
    }
  if (work->n_images == 0)
    {
      g_set_error (error, PEL_DOCUMENT_ERROR, PEL_DOCUMENT_ERROR_NO_IMAGES, "%s",
                   work->warnings->len > 0
                       ? (const char *)g_ptr_array_index (work->warnings, 0)
                       : _ ("There are no cells to export yet; paint some, or predict them."));
      return;
    }
  if (csv != NULL && pel_csv_finish (csv, error))
    pel_measure_report_write (work->report, work->path, error);
}

/* On the main thread */

static gboolean
pel_export_job_prepare (PelJob *job, GError **error)
{
  PelExportJob *self = PEL_EXPORT_JOB (job);

  self->work.report = pel_measure_report_new (self->work.rules);
  for (guint i = 0; i < self->images->len; i++)
    {
      PelImageDocument *image = g_ptr_array_index (self->images, i);
      PelExportItem item;

      if (!pel_export_item_init (&item, image, error))
        return FALSE;
      g_array_append_val (self->work.items, item);
    }
  return TRUE;
}

static void
pel_export_job_finalize (GObject *object)
{
  PelExportJob *self = PEL_EXPORT_JOB (object);

  g_array_unref (self->work.items);
  g_free (self->work.path);
  pel_rules_free (self->work.rules);
  pel_measure_report_free (self->work.report);
  g_ptr_array_unref (self->work.warnings);
  g_ptr_array_unref (self->images);
  G_OBJECT_CLASS (pel_export_job_parent_class)->finalize (object);
}

static void
pel_export_job_class_init (PelExportJobClass *klass)
{
  PelJobClass *job_class = PEL_JOB_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_export_job_finalize;
  job_class->prepare = pel_export_job_prepare;
  job_class->work = export_in_thread;
}

static void
pel_export_job_init (PelExportJob *self)
{
  self->images = g_ptr_array_new_with_free_func (g_object_unref);
  self->work.items = g_array_new (FALSE, FALSE, sizeof (PelExportItem));
  g_array_set_clear_func (self->work.items, clear_item);
  self->work.rules = pel_rules_new ();
  self->work.warnings = g_ptr_array_new_with_free_func (g_free);
  pel_job_set_work (PEL_JOB (self), &self->work);
}

static PelExportJob *
export_job_new (GPtrArray *images,
                PelExportSource source,
                const char *path,
                gboolean csv,
                const char *title)
{
  PelExportJob *self = g_object_new (PEL_TYPE_EXPORT_JOB, NULL);

  for (guint i = 0; i < images->len; i++)
    g_ptr_array_add (self->images, g_object_ref (g_ptr_array_index (images, i)));
  self->work.source = source;
  self->work.path = g_strdup (path);
  self->work.csv = csv;
  pel_job_set_title (PEL_JOB (self), title);
  return self;
}

PelExportJob *
pel_export_job_new_csv (GPtrArray *images, PelExportSource source, const char *path)
{
  g_return_val_if_fail (images != NULL && path != NULL, NULL);

  return export_job_new (images, source, path, TRUE, _ ("Exporting measurements"));
}

PelExportJob *
pel_export_job_new_labels (GPtrArray *images, PelExportSource source, const char *folder)
{
  g_return_val_if_fail (images != NULL && folder != NULL, NULL);

  return export_job_new (images, source, folder, FALSE, _ ("Exporting label images"));
}

void
pel_export_job_set_rules (PelExportJob *self, const PelRules *rules)
{
  g_return_if_fail (PEL_IS_EXPORT_JOB (self));

  pel_rules_free (self->work.rules);
  self->work.rules = rules != NULL ? pel_rules_copy (rules) : pel_rules_new ();
}

guint
pel_export_job_get_n_without_scale (PelExportJob *self)
{
  g_return_val_if_fail (PEL_IS_EXPORT_JOB (self), 0);

  return pel_job_get_is_finished (PEL_JOB (self)) ? self->work.n_without_scale : 0;
}

const char *
pel_export_job_get_path (PelExportJob *self)
{
  g_return_val_if_fail (PEL_IS_EXPORT_JOB (self), NULL);

  return self->work.path;
}

guint
pel_export_job_get_n_cells (PelExportJob *self)
{
  g_return_val_if_fail (PEL_IS_EXPORT_JOB (self), 0);

  return pel_job_get_is_finished (PEL_JOB (self)) ? self->work.n_cells : 0;
}

guint
pel_export_job_get_n_images (PelExportJob *self)
{
  g_return_val_if_fail (PEL_IS_EXPORT_JOB (self), 0);

  return pel_job_get_is_finished (PEL_JOB (self)) ? self->work.n_images : 0;
}

GPtrArray *
pel_export_job_get_warnings (PelExportJob *self)
{
  g_return_val_if_fail (PEL_IS_EXPORT_JOB (self), NULL);

  return self->work.warnings;
}
