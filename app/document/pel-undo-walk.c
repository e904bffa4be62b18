/* SPDX-License-Identifier: MIT */
/* Going through the history without keeping the main thread. */
#include "app/document/pel-mask-draft-private.h"
#include "app/document/pel-task.h"
#include "app/document/pel-undo-private.h"

#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

/* Then the loop gets a turn. */
#define TURN_US 4000

typedef struct
{
  guint target;
  guint position; /* where it is */
  guint64 state;  /* of the mask */

  /* The step that is read. */
  char *path;
  goffset offset;
  gsize length;
  gboolean for_undo;
  PelMaskDraft *draft;
  PelUndoStep *step;
} Walk;

static gboolean go_on (gpointer data);

static void
forget_step (Walk *walk)
{
  g_clear_pointer (&walk->path, g_free);
  g_clear_pointer (&walk->draft, pel_mask_draft_let_go);
  g_clear_pointer (&walk->step, pel_undo_step_unref);
}

static void
walk_free (gpointer data)
{
  forget_step (data);
  g_free (data);
}

/* Takes the task. @error: (transfer full) (nullable) */
static void
arrive (GTask *task, gboolean good, GError *error)
{
  PelUndo *self = g_task_get_source_object (task);

  self->walking = FALSE;
  if (self->untold)
    pel_undo_moved (self);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, good);
  g_object_unref (task);
}

/* What older steps took is free, but in the C library's hands: it keeps a store for each thread,
 * and would ask for as much again for this one. */
static void
give_memory_back (void)
{
#ifdef __GLIBC__
  malloc_trim (0);
#endif
}

static gboolean
read_in_thread (gpointer data, GCancellable *cancellable, GError **error)
{
  Walk *walk = data;
  g_autoptr (PelJournalStep) content = NULL;

  give_memory_back ();
  content = pel_journal_read_step (walk->path, walk->offset, walk->length,
                                   walk->for_undo ? PEL_JOURNAL_BEFORE : PEL_JOURNAL_AFTER, error);
  if (content == NULL ||
      !pel_mask_draft_take_content (walk->draft, content, !walk->for_undo, error))
    return FALSE;
  pel_mask_draft_finish (walk->draft);
  return TRUE;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  PelUndo *self = PEL_UNDO (source);
  Walk *walk = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      arrive (task, FALSE, error);
      return;
    }
  if (!walk->step->resident && pel_mask_draft_is_current (walk->draft, self->mask))
    {
      PelStepWhole *whole = pel_mask_draft_steal (walk->draft);

      g_clear_pointer (&whole->content, pel_journal_step_free);
      pel_undo_step_set_whole (walk->step, whole);
    }
  forget_step (walk);
  go_on (task);
}

static void
read_step (GTask *task, PelUndoStep *step, char *path)
{
  PelUndo *self = g_task_get_source_object (task);
  Walk *walk = g_task_get_task_data (task);
  g_autoptr (GTask) work = g_task_new (self, NULL, on_read, task);

  /* What this walk has passed is as large as what comes. */
  pel_undo_trim (self);
  walk->path = path;
  walk->offset = step->offset;
  walk->length = step->length;
  walk->for_undo = walk->target < self->position;
  walk->step = pel_undo_step_ref (step);
  walk->draft = pel_mask_draft_new (self->mask);
  g_task_set_task_data (work, walk, NULL);
  pel_task_run (work, read_in_thread);
}

static gboolean
go_on (gpointer data)
{
  GTask *task = data;
  PelUndo *self = g_task_get_source_object (task);
  Walk *walk = g_task_get_task_data (task);
  const gint64 end = g_get_monotonic_time () + TURN_US;

  /* Somebody painted, or jumped elsewhere. */
  if (self->position != walk->position || self->mask->state != walk->state ||
      pel_mask_in_stroke (self->mask) || walk->target > self->steps->len)
    {
      arrive (task, FALSE, NULL);
      return G_SOURCE_REMOVE;
    }
  while (self->position != walk->target)
    {
      const gboolean for_undo = walk->target < self->position;
      PelUndoStep *step =
          g_ptr_array_index (self->steps, for_undo ? self->position - 1 : self->position);
      GError *error = NULL;
      char *path = NULL;

      if (!step->resident && step->length > self->small_record && self->store != NULL)
        path = self->store->dup_path (self, self->store_data);
      if (path != NULL)
        {
          read_step (task, step, path);
          return G_SOURCE_REMOVE;
        }
      if (!pel_undo_move_by_one (self, for_undo, &error))
        {
          arrive (task, FALSE, error);
          return G_SOURCE_REMOVE;
        }
      walk->position = self->position;
      walk->state = self->mask->state;
      if (g_get_monotonic_time () > end && self->position != walk->target)
        {
          g_idle_add (go_on, task);
          return G_SOURCE_REMOVE;
        }
    }
  arrive (task, TRUE, NULL);
  return G_SOURCE_REMOVE;
}

void
pel_undo_go_to_async (PelUndo *self, guint position, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task;
  Walk *walk;

  g_return_if_fail (PEL_IS_UNDO (self));
  g_return_if_fail (!self->walking);
  g_return_if_fail (position <= self->steps->len);

  task = g_task_new (self, NULL, callback, data);
  walk = g_new0 (Walk, 1);
  walk->target = position;
  walk->position = self->position;
  walk->state = self->mask->state;
  self->walking = TRUE;
  g_task_set_task_data (task, walk, walk_free);
  go_on (task);
}

gboolean
pel_undo_go_to_finish (PelUndo *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
pel_undo_is_walking (PelUndo *self)
{
  g_return_val_if_fail (PEL_IS_UNDO (self), FALSE);

  return self->walking;
}
