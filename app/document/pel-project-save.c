/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-document-error.h"
#include "app/document/pel-mask.h"
#include "app/document/pel-project-private.h"
#include "engine/io/pel-file.h"

/* After a change project.json waits this long for more of them. */
#define WRITE_DELAY_MS 700
/* While another program's mask is worked into ours, one who waits looks again after this. */
#define EXTERNAL_MS 50

/* project.json */

typedef struct
{
  PelProject *project;
  char *path;
  char *text;
  GError *error;
} WriteWork;

static void
write_in_thread (gpointer data)
{
  WriteWork *work = data;

  pel_file_write_atomic (work->path, work->text, strlen (work->text), &work->error);
}

static void
write_done (gpointer data)
{
  WriteWork *work = data;
  PelProject *self = work->project;

  if (self != NULL)
    {
      self->n_writing--;
      if (work->error != NULL)
        {
          pel_project_report_failure (self, work->error->message);
          self->unwritten = TRUE;
        }
      pel_project_update_saving (self);
    }
  g_free (work->path);
  g_free (work->text);
  g_clear_error (&work->error);
  g_free (work);
}

static gboolean
write_now (gpointer data)
{
  PelProject *self = data;
  WriteWork *work;

  self->write_source = 0;
  if (!self->unwritten)
    return G_SOURCE_REMOVE;
  self->unwritten = FALSE;
  work = g_new0 (WriteWork, 1);
  /* The worker is drained before the project goes, so no reference is needed. */
  work->project = self;
  work->path = pel_project_build_path (self, PEL_PROJECT_FILE, NULL);
  work->text = pel_project_write_json (self);
  self->n_writing++;
  pel_worker_push (self->host.writer, write_in_thread, write_done, work);
  return G_SOURCE_REMOVE;
}

void
pel_project_schedule_write (PelProject *self)
{
  if (self->host.read_only || self->closed)
    return;
  self->unwritten = TRUE;
  if (self->write_source == 0)
    self->write_source = g_timeout_add (WRITE_DELAY_MS, write_now, self);
  pel_project_update_saving (self);
}

/* Writing all that waits */

gboolean
pel_project_check_writable (PelProject *self, GError **error)
{
  if (!self->host.read_only)
    return TRUE;
  g_set_error (error, PEL_DOCUMENT_ERROR, PEL_DOCUMENT_ERROR_READ_ONLY, "%s",
               self->read_only_reason != NULL ? self->read_only_reason
                                              : _ ("The project was closed."));
  return FALSE;
}

/* Other programs' masks that are on their way into ours, at once: nobody waits for a thread. */
static gboolean
finish_external (PelProject *self)
{
  gboolean any = FALSE;

  for (guint i = 0; i < self->images->len; i++)
    any |= pel_image_document_finish_external (g_ptr_array_index (self->images, i));
  return any;
}

static gboolean
has_external (PelProject *self)
{
  for (guint i = 0; i < self->images->len; i++)
    {
      const PelImageDocument *image = g_ptr_array_index (self->images, i);

      if (image->external != NULL)
        return TRUE;
    }
  return FALSE;
}

/* Starts whatever is due; FALSE where nothing was left to start. */
static gboolean
start_writing (PelProject *self)
{
  gboolean started = FALSE;

  for (guint i = 0; i < self->images->len; i++)
    {
      started |= pel_image_document_save (g_ptr_array_index (self->images, i));
      started |= pel_image_document_write_prediction (g_ptr_array_index (self->images, i));
    }
  if (self->unwritten && !self->host.read_only)
    {
      g_clear_handle_id (&self->write_source, g_source_remove);
      write_now (self);
      started = TRUE;
    }
  return started;
}

/* A stroke in the hand becomes a step before the project goes. */
static void
end_strokes (PelProject *self)
{
  for (guint i = 0; i < self->images->len; i++)
    {
      PelImageDocument *image = g_ptr_array_index (self->images, i);

      if (image->mask != NULL && pel_mask_in_stroke (image->mask))
        pel_mask_end_stroke (image->mask, image->undo);
    }
}

static gboolean
flushed (PelProject *self, GError **error)
{
  if (!pel_project_get_saving (self))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
               self->last_error != NULL ? self->last_error
                                        : _ ("Not everything could be written."));
  return FALSE;
}

gboolean
pel_project_flush (PelProject *self, GError **error)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), FALSE);

  if (self->host.read_only)
    return TRUE;
  g_clear_pointer (&self->last_error, g_free);
  pel_worker_drain (self->host.writer);
  /* Writing may bring more to write (a mask that another program changed), but not for ever. */
  for (guint i = 0; i < 4 && (finish_external (self) | start_writing (self)); i++)
    pel_worker_drain (self->host.writer);
  return flushed (self, error);
}

typedef struct
{
  PelProject *project;
  GTask *task;
  guint rounds;
} FlushWork;

static void
flush_in_thread (gpointer data)
{
}

static void flush_done (gpointer data);

static gboolean
look_again (gpointer data)
{
  flush_done (data);
  return G_SOURCE_REMOVE;
}

static void
flush_done (gpointer data)
{
  FlushWork *work = data;
  PelProject *self = work->project;
  GError *error = NULL;

  if (!self->closed && has_external (self))
    {
      g_timeout_add (EXTERNAL_MS, look_again, work);
      return;
    }
  if (!self->closed && work->rounds++ < 4 && start_writing (self))
    {
      pel_worker_push (self->host.writer, flush_in_thread, flush_done, work);
      return;
    }
  /* What is being painted since is no failure: it is written in its turn. */
  if (self->last_error == NULL || flushed (self, &error))
    g_task_return_boolean (work->task, TRUE);
  else
    g_task_return_error (work->task, error);
  g_object_unref (work->task);
  g_free (work);
}

void
pel_project_flush_async (PelProject *self,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  g_return_if_fail (PEL_IS_PROJECT (self));

  FlushWork *work;
  GTask *task = g_task_new (self, cancellable, callback, data);

  if (self->host.read_only)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  g_clear_pointer (&self->last_error, g_free);
  work = g_new0 (FlushWork, 1);
  work->project = self; /* the task holds a reference */
  work->task = task;
  pel_worker_push (self->host.writer, flush_in_thread, flush_done, work);
}

gboolean
pel_project_flush_finish (PelProject *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
pel_project_close (PelProject *self, GError **error)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), FALSE);

  gboolean good;

  if (self->closed)
    return TRUE;
  pel_worker_drain (self->host.reader);
  end_strokes (self);
  good = pel_project_flush (self, error);
  if (!good)
    return FALSE;
  self->closed = TRUE;
  self->host.read_only = TRUE;
  if (self->lock >= 0)
    close (self->lock);
  self->lock = -1;
  g_object_notify (G_OBJECT (self), "read-only");
  return TRUE;
}
