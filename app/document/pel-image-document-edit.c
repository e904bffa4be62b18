/* SPDX-License-Identifier: MIT */
/* Edits of a whole mask that are worked out in a thread. */
#include "app/document/pel-image-document-private.h"
#include "app/document/pel-mask-draft-private.h"
#include "app/document/pel-mask.h"
#include "app/document/pel-task.h"

/* While the user draws, an edit waits for so many milliseconds before it looks again. */
#define WAIT_MS 50

typedef struct
{
  PelMask *mask;
  char *name;
  PelMaskEditFunc func;
  gpointer data;
  GDestroyNotify destroy;
  PelMaskDraft *draft; /* nullable */
} Edit;

static void begin_edit (GTask *task);

static void
edit_free (gpointer data)
{
  Edit *edit = data;

  if (edit->destroy != NULL)
    edit->destroy (edit->data);
  g_clear_pointer (&edit->draft, pel_mask_draft_let_go);
  g_object_unref (edit->mask);
  g_free (edit->name);
  g_free (edit);
}

static gboolean
edit_in_thread (gpointer data, GCancellable *cancellable, GError **error)
{
  Edit *edit = data;

  pel_mask_draft_set_cancellable (edit->draft, cancellable);
  if (!edit->func (edit->draft, edit->data, cancellable, error))
    return FALSE;
  pel_mask_draft_finish (edit->draft);
  /* What was cancelled meanwhile is an error by itself. */
  return TRUE;
}

gboolean
pel_image_document_is_writable (PelImageDocument *self)
{
  return self->host != NULL && !self->host->read_only;
}

/* Nothing that is painted after that would ever be written. */
static gboolean
is_closed (PelImageDocument *self, const Edit *edit)
{
  return !pel_image_document_is_writable (self) || self->mask != edit->mask;
}

static gboolean
try_again (gpointer data)
{
  begin_edit (data);
  return G_SOURCE_REMOVE;
}

static void
on_worked_out (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  PelImageDocument *self = PEL_IMAGE_DOCUMENT (source);
  Edit *edit = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_error (task, error);
  else if (is_closed (self, edit))
    g_task_return_boolean (task, FALSE);
  else if (!pel_mask_draft_is_current (edit->draft, edit->mask))
    /* Somebody painted meanwhile: on what is there now, once the hand rests. */
    g_timeout_add (WAIT_MS, try_again, g_steal_pointer (&task));
  else
    g_task_return_boolean (task,
                           pel_mask_apply_draft (edit->mask, edit->draft, edit->name, self->undo));
}

/* Takes the task. */
static void
begin_edit (GTask *task)
{
  PelImageDocument *self = g_task_get_source_object (task);
  Edit *edit = g_task_get_task_data (task);
  g_autoptr (GTask) work = NULL;

  if (is_closed (self, edit) || g_task_return_error_if_cancelled (task))
    {
      if (!g_task_had_error (task))
        g_task_return_boolean (task, FALSE);
      g_object_unref (task);
      return;
    }
  if (pel_mask_in_stroke (edit->mask))
    {
      g_timeout_add (WAIT_MS, try_again, task);
      return;
    }
  g_clear_pointer (&edit->draft, pel_mask_draft_let_go);
  edit->draft = pel_mask_draft_new (edit->mask);
  work = g_task_new (self, g_task_get_cancellable (task), on_worked_out, task);
  g_task_set_task_data (work, edit, NULL);
  pel_task_run (work, edit_in_thread);
}

void
pel_image_document_edit_async (PelImageDocument *self,
                               const char *name,
                               PelMaskEditFunc func,
                               gpointer data,
                               GDestroyNotify destroy,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task;
  Edit *edit;

  g_return_if_fail (PEL_IS_IMAGE_DOCUMENT (self));
  g_return_if_fail (self->mask != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  edit = g_new0 (Edit, 1);
  edit->mask = g_object_ref (self->mask);
  edit->name = g_strdup (name);
  edit->func = func;
  edit->data = data;
  edit->destroy = destroy;
  g_task_set_task_data (task, edit, edit_free);
  begin_edit (task);
}

gboolean
pel_image_document_edit_finish (PelImageDocument *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
