/* SPDX-License-Identifier: MIT */
#include "app/document/pel-report-job.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "app/document/pel-document-error.h"
#include "app/document/pel-export-item.h"
#include "app/document/pel-job-private.h"
#include "engine/io/pel-file.h"

typedef struct
{
  GArray *items; /* of PelExportItem */
  char *title, *path;
  gboolean each;
  PelRules *rules;
  PelQuantityId quantity;
  PelPaper paper;
  PelDefinitions definitions;
  gboolean has_definitions; /* that are not the project's */

  /* Written by the thread, read when it has ended. */
  guint n_images;
  GPtrArray *warnings;
} ReportWork;

struct _PelReportJob
{
  PelJob parent_instance;

  GPtrArray *images;
  ReportWork work;
};

G_DEFINE_FINAL_TYPE (PelReportJob, pel_report_job, PEL_TYPE_JOB)

static void
clear_item (gpointer data)
{
  pel_export_item_clear (data);
}

/* In the thread */

static gboolean
add_image (ReportWork *work,
           PelExportItem *item,
           PelSheet *own,
           PelSheet *all,
           PelPool *pool,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (PelCellTable) table = NULL;
  g_autoptr (PelContourSet) contours = NULL;
  PelContourOptions options = { .level = (float)item->threshold };
  PelMeasuredImage about;
  PelLabels *labels;
  const float *map = NULL;
  gboolean predicted;

  if (!pel_export_item_complete (item, cancellable, error))
    return FALSE;
  predicted = pel_export_item_choose (item, PEL_EXPORT_BEST, &labels);
  if (labels == NULL)
    return TRUE; /* there is no prediction: nothing to tell, and nothing wrong */
  table = pel_export_item_measure (item, labels, predicted, pool, cancellable, error);
  if (table == NULL)
    return FALSE;
  /* Other programs measure pixels. */
  if (item->definitions == PEL_DEFINITIONS_PELLICLE)
    map = pel_export_item_get_map (item, labels, predicted);
  contours = pel_contours_trace (labels, map, &options, cancellable, error);
  if (contours == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  pel_export_item_describe (item, predicted, &about);
  if (predicted)
    about.model = item->model;
  if (!pel_sheet_add (all, own, &about, item->image, contours, table, error))
    return FALSE;
  work->n_images++;
  return TRUE;
}

static void
report_in_thread (PelJobContext *context, gpointer data, PelPool *pool, GError **error)
{
  ReportWork *work = data;
  g_autofree char *folder = g_path_get_dirname (work->path);
  g_autoptr (PelSheetFile) file = NULL;
  g_autoptr (PelSheet) sheet = NULL;

  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      pel_file_set_error (error, folder, errno);
      return;
    }
  file = pel_sheet_file_new (work->path, work->title, work->paper, error);
  if (file == NULL)
    return;
  sheet = pel_sheet_new (work->title, work->quantity, work->rules, work->items->len);
  for (guint i = 0; i < work->items->len; i++)
    {
      PelExportItem *item = &g_array_index (work->items, PelExportItem, i);
      g_autoptr (GError) problem = NULL;
      g_autoptr (PelSheet) own =
          work->each ? pel_sheet_new (item->name, work->quantity, work->rules, 1) : NULL;

      if (g_cancellable_set_error_if_cancelled (context->cancellable, error))
        return;
      pel_job_context_report (context, (double)i / work->items->len, -1, item->name);
      add_image (work, item, own, sheet, pool, context->cancellable, &problem);
      if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return;
        }
      if (problem != NULL)
        g_ptr_array_add (work->warnings, g_strdup (problem->message));
      if (own != NULL && pel_sheet_get_n_images (own) > 0)
        pel_sheet_file_add (file, own);
      pel_export_item_clear (item);
    }
  if (work->n_images == 0)
    {
      g_set_error (error, PEL_DOCUMENT_ERROR, PEL_DOCUMENT_ERROR_NO_IMAGES, "%s",
                   work->warnings->len > 0
                       ? (const char *)g_ptr_array_index (work->warnings, 0)
                       : _ ("There are no cells to report on yet; paint some, or predict them."));
      return;
    }
  /* Drawing takes longer than anybody waits who has given up. */
  if (g_cancellable_set_error_if_cancelled (context->cancellable, error))
    return;
  /* A single image's own page says it all. */
  if (!work->each || work->n_images > 1)
    pel_sheet_file_add (file, sheet);
  if (!g_cancellable_set_error_if_cancelled (context->cancellable, error))
    pel_sheet_file_finish (file, error);
}

/* On the main thread */

static gboolean
pel_report_job_prepare (PelJob *job, GError **error)
{
  PelReportJob *self = PEL_REPORT_JOB (job);

  if (!pel_export_items_add (self->work.items, self->images, error))
    return FALSE;
  for (guint i = 0; self->work.has_definitions && i < self->work.items->len; i++)
    g_array_index (self->work.items, PelExportItem, i).definitions = self->work.definitions;
  return TRUE;
}

static void
pel_report_job_finalize (GObject *object)
{
  PelReportJob *self = PEL_REPORT_JOB (object);

  g_array_unref (self->work.items);
  g_free (self->work.title);
  g_free (self->work.path);
  pel_rules_free (self->work.rules);
  g_ptr_array_unref (self->work.warnings);
  g_ptr_array_unref (self->images);
  G_OBJECT_CLASS (pel_report_job_parent_class)->finalize (object);
}

static void
pel_report_job_class_init (PelReportJobClass *klass)
{
  PelJobClass *job_class = PEL_JOB_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_report_job_finalize;
  job_class->prepare = pel_report_job_prepare;
  job_class->work = report_in_thread;
  job_class->leaves_nothing = TRUE;
}

static void
pel_report_job_init (PelReportJob *self)
{
  self->images = g_ptr_array_new_with_free_func (g_object_unref);
  self->work.items = g_array_new (FALSE, FALSE, sizeof (PelExportItem));
  g_array_set_clear_func (self->work.items, clear_item);
  self->work.rules = pel_rules_new ();
  self->work.quantity = PEL_QUANTITY_EQUIVALENT_DIAMETER;
  self->work.paper = pel_paper_get_default ();
  self->work.warnings = g_ptr_array_new_with_free_func (g_free);
  pel_job_set_work (PEL_JOB (self), &self->work);
}

PelReportJob *
pel_report_job_new (GPtrArray *images, const char *title, const char *path)
{
  PelReportJob *self;

  g_return_val_if_fail (images != NULL && path != NULL, NULL);

  self = g_object_new (PEL_TYPE_REPORT_JOB, NULL);
  for (guint i = 0; i < images->len; i++)
    g_ptr_array_add (self->images, g_object_ref (g_ptr_array_index (images, i)));
  self->work.title = g_strdup (title);
  self->work.path = g_strdup (path);
  pel_job_set_title (PEL_JOB (self), _ ("Writing the report"));
  return self;
}

void
pel_report_job_set_each (PelReportJob *self, gboolean each)
{
  g_return_if_fail (PEL_IS_REPORT_JOB (self));

  self->work.each = each;
}

void
pel_report_job_set_rules (PelReportJob *self, const PelRules *rules)
{
  g_return_if_fail (PEL_IS_REPORT_JOB (self));

  pel_rules_free (self->work.rules);
  self->work.rules = rules != NULL ? pel_rules_copy (rules) : pel_rules_new ();
}

void
pel_report_job_set_quantity (PelReportJob *self, PelQuantityId quantity)
{
  g_return_if_fail (PEL_IS_REPORT_JOB (self));

  self->work.quantity = quantity;
}

void
pel_report_job_set_definitions (PelReportJob *self, PelDefinitions definitions)
{
  g_return_if_fail (PEL_IS_REPORT_JOB (self));

  self->work.definitions = definitions;
  self->work.has_definitions = TRUE;
}

void
pel_report_job_set_paper (PelReportJob *self, PelPaper paper)
{
  g_return_if_fail (PEL_IS_REPORT_JOB (self));

  self->work.paper = paper;
}

const char *
pel_report_job_get_path (PelReportJob *self)
{
  g_return_val_if_fail (PEL_IS_REPORT_JOB (self), NULL);

  return self->work.path;
}

guint
pel_report_job_get_n_images (PelReportJob *self)
{
  g_return_val_if_fail (PEL_IS_REPORT_JOB (self), 0);

  return pel_job_get_is_finished (PEL_JOB (self)) ? self->work.n_images : 0;
}

GPtrArray *
pel_report_job_get_warnings (PelReportJob *self)
{
  g_return_val_if_fail (PEL_IS_REPORT_JOB (self), NULL);

  return self->work.warnings;
}
