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
#include "app/document/pel-measure-work.h"
#include "engine/io/pel-csv.h"
#include "engine/io/pel-file.h"
#include "engine/io/pel-image-io.h"
#include "engine/io/pel-labels-io.h"
#include "engine/measure/pel-measure-csv.h"

/* One image as the thread sees it. What is not loaded is read there. */
typedef struct
{
  char *name;
  char *group;
  PelDocumentPaths paths;
  double um_x, um_y;
  PelImage *image;
  PelLabels *mask;
  GHashTable *infos;
  PelLabels *prediction;
  PelImage *probability;
  double threshold;
  PelErrorScale error_scale;
} ExportItem;

typedef struct
{
  GArray *items; /* of ExportItem */
  PelExportSource source;
  char *path;
  gboolean csv;

  /* Written by the thread, read when it has ended. */
  guint n_cells, n_images;
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
item_clear (gpointer data)
{
  ExportItem *item = data;

  g_free (item->name);
  g_free (item->group);
  pel_document_paths_clear (&item->paths);
  g_clear_pointer (&item->image, pel_image_unref);
  g_clear_pointer (&item->mask, pel_labels_unref);
  g_clear_pointer (&item->infos, g_hash_table_unref);
  g_clear_pointer (&item->prediction, pel_labels_unref);
  g_clear_pointer (&item->probability, pel_image_unref);
}

/* In the thread */

/* Reads what is not there yet. */
static gboolean
complete_item (ExportItem *item, GError **error)
{
  PelDocumentLoad *load;
  gboolean good;

  if (item->mask != NULL && item->image != NULL &&
      (item->prediction != NULL || item->paths.prediction == NULL))
    return TRUE;
  load = g_new0 (PelDocumentLoad, 1);
  pel_document_paths_copy (&item->paths, &load->paths);
  load->want_mask = item->mask == NULL;
  load->read_only = TRUE;
  pel_document_load_run (load);
  good = load->error == NULL;
  if (!good)
    g_propagate_error (error, g_steal_pointer (&load->error));
  else
    {
      g_clear_pointer (&item->image, pel_image_unref);
      item->image = g_steal_pointer (&load->image);
      if (item->mask == NULL)
        {
          /* What another program made of the mask goes before what we remember. */
          item->mask = load->external != NULL ? g_steal_pointer (&load->external)
                                              : g_steal_pointer (&load->labels);
          item->infos = g_steal_pointer (&load->infos);
        }
      if (item->prediction == NULL)
        {
          item->prediction = g_steal_pointer (&load->prediction);
          item->probability = g_steal_pointer (&load->probability);
          item->threshold = load->threshold;
          item->error_scale = load->error_scale;
        }
      if (item->um_x <= 0)
        {
          item->um_x = pel_image_get_um_x (item->image);
          item->um_y = pel_image_get_um_y (item->image);
        }
    }
  pel_document_load_free (load);
  return good;
}

/* Whether the cells come from the prediction; the labels to use in @labels, NULL for none. */
static gboolean
choose_labels (const ExportItem *item, PelExportSource source, PelLabels **labels)
{
  gboolean painted = item->mask != NULL && pel_labels_get_max (item->mask) > 0;
  gboolean predicted = source == PEL_EXPORT_PREDICTIONS || (source == PEL_EXPORT_BEST && !painted);

  if (predicted && item->prediction == NULL && source == PEL_EXPORT_BEST)
    predicted = FALSE;
  *labels = predicted ? item->prediction : item->mask;
  return predicted;
}

static const char *
class_of (guint32 label, gpointer data)
{
  const PelCellInfo *info = g_hash_table_lookup (data, GUINT_TO_POINTER (label));

  return info != NULL ? info->class_name : NULL;
}

static gboolean
write_rows (ExportWork *work,
            PelCsv *csv,
            const ExportItem *item,
            PelLabels *labels,
            gboolean predicted,
            PelPool *pool,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GHashTable) none = g_hash_table_new (NULL, NULL);
  PelMeasureInput input = { .labels = labels,
                            .image = item->image,
                            .probability = item->probability,
                            .infos = predicted || item->infos == NULL ? none : item->infos,
                            .default_origin =
                                predicted ? PEL_CELL_ORIGIN_MODEL : PEL_CELL_ORIGIN_HAND,
                            .threshold = item->threshold,
                            .error_scale = item->error_scale,
                            .um_x = item->um_x,
                            .um_y = item->um_y };
  PelMeasureCsvSource source = { .image = item->name,
                                 .page = item->paths.page + 1,
                                 .group = item->group,
                                 .get_class = class_of,
                                 .user_data = input.infos };
  g_autoptr (PelCellTable) table = pel_measure_input_run (&input, pool, cancellable, error);

  if (table == NULL)
    return FALSE;
  pel_measure_write_csv_rows (csv, table, &source);
  work->n_cells += pel_cell_table_get_n_cells (table);
  return TRUE;
}

static gboolean
write_labels (ExportWork *work, const ExportItem *item, PelLabels *labels, GError **error)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.tif", work->path, item->name);
  g_autoptr (GHashTable) counts = pel_labels_count (labels);

  work->n_cells += g_hash_table_size (counts);
  return pel_labels_save_tiff (labels, path, item->um_x, item->um_y, error);
}

static void
export_item (ExportWork *work,
             ExportItem *item,
             PelCsv *csv,
             PelPool *pool,
             GCancellable *cancellable,
             GError **error)
{
  PelLabels *labels;
  gboolean predicted;

  if (!complete_item (item, error))
    return;
  predicted = choose_labels (item, work->source, &labels);
  if (labels == NULL)
    return; /* there is no prediction: nothing to write, and nothing wrong */
  if (csv != NULL ? write_rows (work, csv, item, labels, predicted, pool, cancellable, error)
                  : write_labels (work, item, labels, error))
    work->n_images++;
}

/* The file that explains the columns goes beside the table: measurements.csv,
 * measurements.columns.txt. */
static gboolean
write_companion (const char *csv_path, GError **error)
{
  g_autofree char *text = pel_measure_describe_columns ();
  gsize length = strlen (csv_path);
  g_autofree char *path = NULL;

  if (g_str_has_suffix (csv_path, ".csv"))
    length -= 4;
  path = g_strdup_printf ("%.*s.columns.txt", (int)length, csv_path);
  return pel_file_write_atomic (path, text, strlen (text), error);
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
      ExportItem *item = &g_array_index (work->items, ExportItem, i);
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
      item_clear (item);
      *item = (ExportItem){ 0 };
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
    write_companion (work->path, error);
}

/* On the main thread */

static gboolean
pel_export_job_prepare (PelJob *job, GError **error)
{
  PelExportJob *self = PEL_EXPORT_JOB (job);

  for (guint i = 0; i < self->images->len; i++)
    {
      PelImageDocument *image = g_ptr_array_index (self->images, i);
      ExportItem item = { .name = g_strdup (image->name),
                          .group = g_strdup (image->group),
                          .um_x = pel_image_document_get_um_x (image),
                          .um_y = pel_image_document_get_um_y (image),
                          .threshold = image->prediction_threshold,
                          .error_scale = image->error_scale };

      if (image->host == NULL)
        {
          item_clear (&item);
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED,
                               _ ("The project was closed meanwhile."));
          return FALSE;
        }
      image->host->fill_paths (image->host->project, image, &item.paths);
      if (!image->has_prediction)
        g_clear_pointer (&item.paths.prediction, g_free);
      if (image->image != NULL)
        item.image = pel_image_ref (image->image);
      if (image->mask != NULL)
        {
          item.mask = pel_mask_snapshot (image->mask);
          item.infos = pel_cell_infos_copy (pel_mask_peek_infos (image->mask));
        }
      if (image->prediction != NULL)
        item.prediction = pel_labels_ref (image->prediction);
      if (image->probability != NULL)
        item.probability = pel_image_ref (image->probability);
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
  self->work.items = g_array_new (FALSE, FALSE, sizeof (ExportItem));
  g_array_set_clear_func (self->work.items, item_clear);
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
