/* SPDX-License-Identifier: MIT */
#include "app/document/pel-export-job.h"

#include <errno.h>
#include <string.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "app/document/pel-document-error.h"
#include "app/document/pel-image-document-private.h"
#include "app/document/pel-job-private.h"
#include "app/document/pel-mask-private.h"
#include "engine/exchange/pel-exporter.h"
#include "engine/io/pel-csv.h"
#include "engine/io/pel-file.h"
#include "engine/io/pel-image-io.h"
#include "engine/measure/pel-measure-csv.h"

typedef struct
{
  GArray *items;       /* of PelExportItem */
  GByteArray *is_page; /* of each item: whether it is a page of a stack */
  PelExportSource source;
  char *path;
  gboolean csv;
  PelExportFormat format; /* of cells, where it is no table */
  PelRules *rules;
  PelDefinitions definitions;
  gboolean has_definitions; /* that are not the project's */
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
  pel_measure_write_csv_rows (csv, table, &source, pool);
  pel_export_item_describe (item, predicted, &image);
  pel_measure_report_add (work->report, &image, table);
  work->n_cells += pel_cell_table_get_n_cells (table);
  work->n_without_scale += !pel_cell_table_get_calibration (table, NULL, NULL);
  return TRUE;
}

/* (transfer full): the class of each label that has one */
static GHashTable *
list_classes (GHashTable *infos)
{
  GHashTable *classes = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer label, value;

  if (infos == NULL)
    return classes;
  g_hash_table_iter_init (&iter, infos);
  while (g_hash_table_iter_next (&iter, &label, &value))
    {
      const PelCellInfo *info = value;

      if (info->class_name != NULL)
        g_hash_table_insert (classes, label, (gpointer)info->class_name);
    }
  return classes;
}

static gboolean
write_cells (PelExporter *exporter,
             const ExportWork *work,
             const PelExportItem *item,
             gboolean is_page,
             PelLabels *labels,
             gboolean predicted,
             PelPool *pool,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GHashTable) classes = list_classes (predicted ? NULL : item->infos);
  g_autoptr (PelCellTable) table = NULL;
  PelExporterItem wanted = { .name = item->name,
                             .image_path = item->paths.image,
                             .page = is_page ? item->paths.page + 1 : 0,
                             .labels = labels,
                             .image = item->image,
                             .probability = pel_export_item_get_map (item, labels, predicted),
                             .measure = PEL_MEASURE_OPTIONS_DEFAULT,
                             .classes = classes };

  wanted.measure.um_x = item->um_x;
  wanted.measure.um_y = item->um_y;
  wanted.measure.threshold = (float)item->threshold;
  if (pel_export_format_get_info (work->format)->needs_table)
    {
      table = pel_export_item_measure (item, labels, predicted, pool, cancellable, error);
      if (table == NULL)
        return FALSE;
      wanted.table = table;
    }
  return pel_exporter_add (exporter, &wanted, pool, cancellable, error);
}

static void
export_item (ExportWork *work,
             PelExportItem *item,
             gboolean is_page,
             PelCsv *csv,
             PelExporter *exporter,
             PelPool *pool,
             GCancellable *cancellable,
             GError **error)
{
  PelLabels *labels;
  gboolean predicted;

  if (!pel_export_item_complete (item, cancellable, error))
    return;
  predicted = pel_export_item_choose (item, work->source, &labels);
  if (labels == NULL)
    return; /* there is no prediction: nothing to write, and nothing wrong */
  if (csv != NULL ? write_rows (work, csv, item, labels, predicted, pool, cancellable, error)
                  : write_cells (exporter, work, item, is_page, labels, predicted, pool,
                                 cancellable, error))
    work->n_images++;
}

static void
export_in_thread (PelJobContext *context, gpointer data, PelPool *pool, GError **error)
{
  ExportWork *work = data;
  g_autofree char *folder = g_path_get_dirname (work->path);
  g_autoptr (PelExporter) exporter = NULL;
  g_autoptr (PelCsv) csv = NULL;

  if (!work->csv)
    {
      exporter = pel_exporter_new (work->format, work->path, error);
      if (exporter == NULL)
        return;
    }
  else
    {
      if (g_mkdir_with_parents (folder, 0777) != 0)
        {
          pel_file_set_error (error, folder, errno);
          return;
        }
      csv = pel_csv_new (work->path, error);
      if (csv == NULL)
        return;
      pel_measure_write_csv_header (csv, work->definitions);
    }
  for (guint i = 0; i < work->items->len; i++)
    {
      PelExportItem *item = &g_array_index (work->items, PelExportItem, i);
      g_autoptr (GError) problem = NULL;

      if (g_cancellable_set_error_if_cancelled (context->cancellable, error))
        return;
      pel_job_context_report (context, (double)i / work->items->len, -1, item->name);
      export_item (work, item, work->is_page->data[i], csv, exporter, pool, context->cancellable,
                   &problem);
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
  if (exporter != NULL)
    {
      work->n_cells = pel_exporter_get_n_cells (exporter);
      pel_exporter_finish (exporter, error);
    }
  else if (pel_csv_finish (csv, error))
    pel_measure_report_write (work->report, work->path, error);
}

/* On the main thread */

/* Whether an image is a page of a stack: not its first, or another page of the file is here too. */
static gboolean
is_page (GPtrArray *images, const PelImageDocument *image)
{
  for (guint i = 0; image->page == 0 && i < images->len; i++)
    {
      const PelImageDocument *other = g_ptr_array_index (images, i);

      if (other->page > 0 && strcmp (other->path, image->path) == 0)
        return TRUE;
    }
  return image->page > 0;
}

static gboolean
pel_export_job_prepare (PelJob *job, GError **error)
{
  PelExportJob *self = PEL_EXPORT_JOB (job);

  self->work.report = pel_measure_report_new (self->work.rules);
  for (guint i = 0; i < self->images->len; i++)
    {
      PelImageDocument *image = g_ptr_array_index (self->images, i);
      guint8 page = is_page (self->images, image);
      PelExportItem item;

      if (!pel_export_item_init (&item, image, error))
        return FALSE;
      if (self->work.has_definitions)
        item.definitions = self->work.definitions;
      self->work.definitions = item.definitions;
      g_byte_array_append (self->work.is_page, &page, 1);
      g_array_append_val (self->work.items, item);
    }
  return TRUE;
}

static void
pel_export_job_finalize (GObject *object)
{
  PelExportJob *self = PEL_EXPORT_JOB (object);

  g_array_unref (self->work.items);
  g_byte_array_unref (self->work.is_page);
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
  self->work.is_page = g_byte_array_new ();
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
  return pel_export_job_new_cells (images, source, PEL_EXPORT_TIFF, folder);
}

PelExportJob *
pel_export_job_new_cells (GPtrArray *images,
                          PelExportSource source,
                          PelExportFormat format,
                          const char *path)
{
  PelExportJob *self;

  g_return_val_if_fail (images != NULL && path != NULL, NULL);

  self = export_job_new (images, source, path, FALSE, _ ("Exporting cells"));
  self->work.format = format;
  return self;
}

void
pel_export_job_set_rules (PelExportJob *self, const PelRules *rules)
{
  g_return_if_fail (PEL_IS_EXPORT_JOB (self));

  pel_rules_free (self->work.rules);
  self->work.rules = rules != NULL ? pel_rules_copy (rules) : pel_rules_new ();
}

void
pel_export_job_set_definitions (PelExportJob *self, PelDefinitions definitions)
{
  g_return_if_fail (PEL_IS_EXPORT_JOB (self));

  self->work.definitions = definitions;
  self->work.has_definitions = TRUE;
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
