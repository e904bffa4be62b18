/* SPDX-License-Identifier: MIT */
/* Masks that another program writes while the project is open. */
#include <string.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-image-document-private.h"
#include "app/document/pel-mask-draft.h"
#include "app/document/pel-mask-private.h"
#include "app/document/pel-task.h"
#include "engine/io/pel-labels-io.h"

/* Labels on their way into the mask. */
typedef struct
{
  PelLabels *labels;
  PelLabels *base; /* the mask that they replace; NULL until the thread has seen it */
} External;

static void
external_free (gpointer data)
{
  External *external = data;

  pel_labels_unref (external->labels);
  g_clear_pointer (&external->base, pel_labels_unref);
  g_free (external);
}

static void
let_go_external (gpointer external)
{
  pel_task_let_go (external_free, external);
}

/* In a thread, again where somebody painted meanwhile: that stays. */
static gboolean
replace_draft (PelMaskDraft *draft, gpointer data, GCancellable *cancellable, GError **error)
{
  External *external = data;

  if (external->base == NULL)
    external->base = pel_labels_ref (pel_mask_draft_get_before (draft));
  return pel_mask_draft_replace (draft, external->labels, external->base, error);
}

void
pel_image_document_forget_external (PelImageDocument *self)
{
  if (self->taking != NULL)
    g_cancellable_cancel (self->taking);
  g_clear_object (&self->taking);
  pel_task_let_go ((GDestroyNotify)pel_labels_unref, g_steal_pointer (&self->external));
}

/* @changed: whether the mask has other labels now than the file that was found */
static void
taken (PelImageDocument *self, gboolean changed)
{
  /* The same labels in another file: nothing to write but what was painted since. */
  if (!changed)
    self->saved_edits = self->external_edits;
  if (self->edits != self->saved_edits)
    pel_image_document_schedule_save (self);
  pel_image_document_saving_changed (self);
}

static void
on_replaced (GObject *source, GAsyncResult *result, gpointer data)
{
  PelImageDocument *self = PEL_IMAGE_DOCUMENT (source);
  g_autoptr (GError) error = NULL;
  const gboolean changed = pel_image_document_edit_finish (self, result, &error);

  /* A later file took the place of this one, or nobody could wait for it. */
  if (g_task_get_cancellable (G_TASK (result)) != self->taking)
    return;
  pel_image_document_forget_external (self);
  if (!pel_image_document_is_writable (self))
    return;
  if (error != NULL)
    {
      /* So that the file is found again before it is written over. */
      self->has_hash = FALSE;
      pel_image_document_emit_save_failed (self, error->message);
    }
  taken (self, changed || error != NULL);
}

/* On the spot. */
static gboolean
replace_now (PelImageDocument *self, PelLabels *labels)
{
  if (pel_mask_in_stroke (self->mask))
    pel_mask_end_stroke (self->mask, self->undo);
  return pel_mask_replace (self->mask, labels, _ ("Changes Made by Another Program"), self->undo);
}

void
pel_image_document_take_external (PelImageDocument *self, PelLabels *labels)
{
  External *external;

  pel_image_document_forget_external (self);
  self->external_edits = self->edits;
  if (!pel_image_document_is_writable (self))
    {
      if (!replace_now (self, labels))
        self->saved_edits = self->edits;
      return;
    }
  external = g_new0 (External, 1);
  external->labels = pel_labels_ref (labels);
  self->external = pel_labels_ref (labels);
  self->taking = g_cancellable_new ();
  pel_image_document_edit_async (self, _ ("Changes Made by Another Program"), replace_draft,
                                 external, let_go_external, self->taking, on_replaced, NULL);
  pel_image_document_saving_changed (self);
}

gboolean
pel_image_document_finish_external (PelImageDocument *self)
{
  g_autoptr (PelLabels) labels = self->external != NULL ? pel_labels_ref (self->external) : NULL;

  if (labels == NULL)
    return FALSE;
  pel_image_document_forget_external (self);
  self->external_edits = self->edits;
  taken (self, replace_now (self, labels));
  return TRUE;
}

/* Another program may have written the mask file while the project is open. */
typedef struct
{
  PelImageDocument *document;
  char *path;
  guint8 known[PEL_JOURNAL_HASH_SIZE];
  guint8 now[PEL_JOURNAL_HASH_SIZE];
  PelLabels *labels;
} CheckWork;

static void
check_in_thread (gpointer data)
{
  CheckWork *work = data;

  if (pel_journal_hash_file (work->path, work->now, NULL) &&
      memcmp (work->now, work->known, sizeof work->now) != 0)
    work->labels = pel_labels_load (work->path, 0, NULL, NULL);
}

static void
check_done (gpointer data)
{
  CheckWork *work = data;
  PelImageDocument *self = work->document;

  /* What we saved meanwhile is known by now, since one thread does both in turn. */
  if (self->host != NULL && work->labels != NULL && !self->saving &&
      memcmp (work->now, self->hash, sizeof work->now) != 0 &&
      pel_labels_get_width (work->labels) == pel_mask_get_width (self->mask) &&
      pel_labels_get_height (work->labels) == pel_mask_get_height (self->mask))
    {
      memcpy (self->hash, work->now, sizeof self->hash);
      self->has_hash = TRUE;
      pel_image_document_take_external (self, work->labels);
    }
  g_clear_pointer (&work->labels, pel_labels_unref);
  g_free (work->path);
  g_free (work);
  g_object_unref (self);
}

void
pel_image_document_check_external (PelImageDocument *self)
{
  PelDocumentPaths paths = { 0 };
  CheckWork *work;

  /* Without a mask it will be read with the image; a save under way looks for itself. */
  if (self->host == NULL || self->host->read_only || self->mask == NULL || self->saving)
    return;
  self->host->fill_paths (self->host->project, self, &paths);
  work = g_new0 (CheckWork, 1);
  work->document = g_object_ref (self);
  work->path = g_steal_pointer (&paths.mask);
  memcpy (work->known, self->hash, sizeof work->known);
  pel_document_paths_clear (&paths);
  pel_worker_push (self->host->writer, check_in_thread, check_done, work);
}
