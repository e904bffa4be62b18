/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "app/document/pel-document-error.h"
#include "app/document/pel-project-private.h"
#include "engine/io/pel-file.h"

#define PROGRESS_MS 100

typedef struct
{
  PelProject *project;
  char **paths;
  PelImportRun *run;
  PelImportProgress progress;
  gpointer progress_data;
  guint progress_source;
  PelWorker *worker;
  GTask *task;
} ImportWork;

void
pel_import_report_free (PelImportReport *report)
{
  if (report == NULL)
    return;
  g_ptr_array_unref (report->warnings);
  g_free (report);
}

static void
import_in_thread (gpointer data)
{
  ImportWork *work = data;
  g_autoptr (PelImportPlan) plan =
      pel_import_plan_new ((const char *const *)work->paths, work->run->flags);

  pel_import_run_go (work->run, plan);
}

static gboolean
tell_progress (gpointer data)
{
  ImportWork *work = data;

  work->progress (work->project, (guint)g_atomic_int_get (&work->run->done),
                  (guint)g_atomic_int_get (&work->run->total), work->progress_data);
  return G_SOURCE_CONTINUE;
}

static ImportWork *
import_work_new (PelProject *self, GPtrArray *files, PelImportFlags flags)
{
  ImportWork *work = g_new0 (ImportWork, 1);
  g_autofree char *masks = pel_project_build_path (self, self->masks_folder, NULL);

  work->project = g_object_ref (self);
  work->paths = g_new0 (char *, files->len + 1);
  for (guint i = 0, n = 0; i < files->len; i++)
    {
      char *path = g_file_get_path (g_ptr_array_index (files, i));

      if (path != NULL)
        work->paths[n++] = path;
    }
  work->run = pel_import_run_new (self->path, masks, flags);
  for (guint i = 0; i < self->images->len; i++)
    {
      PelImageDocument *image = g_ptr_array_index (self->images, i);

      g_hash_table_add (work->run->taken, pel_import_fold_name (image->name));
    }
  return work;
}

static void
import_work_free (ImportWork *work)
{
  g_clear_handle_id (&work->progress_source, g_source_remove);
  g_strfreev (work->paths);
  pel_import_run_free (work->run);
  g_object_unref (work->project);
  g_free (work);
}

/* What came in, as entries and as an account. NULL where there is nothing. */
static PelImportReport *
take_results (ImportWork *work, GError **error)
{
  PelImportRun *run = work->run;
  PelImportReport *report;

  pel_project_add_items (work->project, run->items);
  if (run->items->len == 0 && run->cancellable != NULL &&
      g_cancellable_set_error_if_cancelled (run->cancellable, error))
    return NULL;
  if (run->items->len == 0)
    {
      g_set_error (error, PEL_DOCUMENT_ERROR, PEL_DOCUMENT_ERROR_NO_IMAGES, "%s",
                   run->warnings->len > 0
                       ? (const char *)g_ptr_array_index (run->warnings, 0)
                       : _ ("No image was found there; Pellicle reads TIFF, PNG, JPEG and BMP."));
      return NULL;
    }
  report = g_new0 (PelImportReport, 1);
  report->n_images = run->items->len;
  report->n_masks = run->n_masks;
  report->n_skipped = run->n_skipped;
  report->warnings = g_ptr_array_ref (run->warnings);
  return report;
}

static gboolean
make_images_folder (PelProject *self, GError **error)
{
  g_autofree char *path = pel_project_build_path (self, "images", NULL);

  if (g_mkdir_with_parents (path, 0777) == 0)
    return TRUE;
  pel_file_set_error (error, path, errno);
  return FALSE;
}

static void
import_done (gpointer data)
{
  ImportWork *work = data;
  PelWorker *worker = work->worker;
  g_autoptr (GTask) task = work->task;
  GError *error = NULL;
  PelImportReport *report;

  if (work->progress != NULL)
    tell_progress (work);
  report = take_results (work, &error);
  import_work_free (work);
  if (report != NULL)
    g_task_return_pointer (task, report, (GDestroyNotify)pel_import_report_free);
  else
    g_task_return_error (task, error);
  pel_worker_free (worker);
}

void
pel_project_import_async (PelProject *self,
                          GPtrArray *files,
                          PelImportFlags flags,
                          PelImportProgress progress,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  g_return_if_fail (PEL_IS_PROJECT (self));
  g_return_if_fail (files != NULL);

  GTask *task = g_task_new (self, cancellable, callback, data);
  GError *error = NULL;
  ImportWork *work;

  /* What came in before a cancel stays, so a cancel alone is no failure. */
  g_task_set_check_cancellable (task, FALSE);
  if (!pel_project_check_writable (self, &error) || !make_images_folder (self, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  work = import_work_new (self, files, flags);
  work->task = task;
  work->run->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  work->progress = progress;
  work->progress_data = data;
  if (progress != NULL)
    work->progress_source = g_timeout_add (PROGRESS_MS, tell_progress, work);
  work->worker = pel_worker_new ("pel-import");
  pel_worker_push (work->worker, import_in_thread, import_done, work);
}

PelImportReport *
pel_project_import_finish (PelProject *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

PelImportReport *
pel_project_import (PelProject *self, GPtrArray *files, PelImportFlags flags, GError **error)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);
  g_return_val_if_fail (files != NULL, NULL);

  ImportWork *work;
  PelImportReport *report;

  if (!pel_project_check_writable (self, error) || !make_images_folder (self, error))
    return NULL;
  work = import_work_new (self, files, flags);
  import_in_thread (work);
  report = take_results (work, error);
  import_work_free (work);
  return report;
}
