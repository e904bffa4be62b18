/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-document-error.h"
#include "app/document/pel-image-document-private.h"
#include "app/document/pel-mask-private.h"

/* Every step goes to the journal at once. The mask file follows when the hand has rested this long.
 */
#define IDLE_SECONDS 4
#define RETRY_SECONDS 5

/* One record on its way to the journal. */
typedef struct
{
  PelImageDocument *document;
  char *path;
  PelUndoStep *step;       /* NULL for a move; main thread only */
  PelJournalStep *content; /* NULL for a move */
  PelLabels *base;         /* nullable: the mask before the first step */
  gboolean has_hash;
  guint8 hash[PEL_JOURNAL_HASH_SIZE];
  guint position;
  gboolean retry; /* the first of those that failed */
  goffset offset;
  gsize length;
  GError *error;
} Append;

static void
append_free (Append *append)
{
  g_free (append->path);
  g_clear_pointer (&append->step, pel_undo_step_unref);
  g_clear_pointer (&append->content, pel_journal_step_free);
  g_clear_pointer (&append->base, pel_labels_unref);
  g_clear_error (&append->error);
  g_object_unref (append->document);
  g_free (append);
}

/* After a failure nothing more is written until the failed record was tried again, so that the
 * journal keeps its order. `journal_broken` belongs to the writer thread. */
static void
append_in_thread (gpointer data)
{
  Append *append = data;
  gboolean good;

  if (append->retry)
    append->document->journal_broken = FALSE;
  if (append->document->journal_broken)
    {
      g_set_error_literal (&append->error, G_IO_ERROR, G_IO_ERROR_PENDING, "");
      return;
    }
  if (append->content != NULL)
    good = pel_journal_append_step (
        append->path, append->base, append->has_hash ? append->hash : NULL, append->content,
        append->position, &append->offset, &append->length, &append->error);
  else
    good = pel_journal_append_move (append->path, append->position, &append->error);
  append->document->journal_broken = !good;
  if (!good)
    return;
  /* Of a large step that takes a while, so here. */
  g_clear_pointer (&append->content, pel_journal_step_free);
  g_clear_pointer (&append->base, pel_labels_unref);
}

static void push_append (PelImageDocument *self, Append *append);

void
pel_image_document_saving_changed (PelImageDocument *self)
{
  pel_image_document_emit_dirty (self);
  if (self->host != NULL)
    self->host->saving_changed (self->host->project, self);
}

static void
try_again (PelImageDocument *self)
{
  gboolean first = TRUE;
  GQueue failed = self->failed;
  Append *append;

  g_queue_init (&self->failed);
  while ((append = g_queue_pop_head (&failed)) != NULL)
    {
      append->retry = first;
      first = FALSE;
      g_clear_error (&append->error);
      push_append (self, append);
    }
}

static gboolean
retry_now (gpointer data)
{
  PelImageDocument *self = data;

  self->retry_source = 0;
  if (self->host != NULL)
    try_again (self);
  return G_SOURCE_REMOVE;
}

static void
append_done (gpointer data)
{
  Append *append = data;
  PelImageDocument *self = append->document;

  self->n_appending--;
  if (append->error == NULL || self->host == NULL)
    {
      if (append->step != NULL && append->error == NULL)
        {
          append->step->offset = append->offset;
          append->step->length = append->length;
        }
      if (self->undo != NULL)
        pel_undo_trim (self->undo);
      pel_image_document_saving_changed (self);
      append_free (append);
      return;
    }
  if (!g_error_matches (append->error, G_IO_ERROR, G_IO_ERROR_PENDING))
    pel_image_document_emit_save_failed (self, append->error->message);
  g_queue_push_tail (&self->failed, append);
  if (self->retry_source == 0)
    self->retry_source = g_timeout_add_seconds (RETRY_SECONDS, retry_now, self);
}

static void
push_append (PelImageDocument *self, Append *append)
{
  self->n_appending++;
  pel_worker_push (self->host->writer, append_in_thread, append_done, append);
}

static Append *
append_new (PelImageDocument *self, guint position)
{
  Append *append = g_new0 (Append, 1);
  PelDocumentPaths paths = { 0 };

  self->host->fill_paths (self->host->project, self, &paths);
  append->document = g_object_ref (self);
  append->path = g_steal_pointer (&paths.journal);
  append->position = position;
  pel_document_paths_clear (&paths);
  return append;
}

static void
note_edit (PelImageDocument *self)
{
  self->edits++;
  pel_image_document_schedule_save (self);
  if (self->reviewed)
    return;
  pel_image_document_update_state (self);
}

/* Both sides of a step that the mask has just taken. */
static PelJournalStep *
journal_step (PelImageDocument *self, const PelUndoStep *step)
{
  PelJournalStep *content;
  GHashTable *infos = pel_mask_peek_infos (self->mask);

  if (step->whole != NULL)
    {
      /* Made in a thread already. */
      content = g_steal_pointer (&step->whole->content);
      g_free (content->name);
      content->name = g_strdup (step->name);
      return content;
    }
  content = pel_journal_step_new (step->name);

  for (guint i = 0; i < step->tiles->len; i++)
    {
      const PelStepTile *entry = &g_array_index (step->tiles, PelStepTile, i);
      PelJournalTile tile = { entry->tile, pel_label_tile_ref (entry->other),
                              pel_mask_ref_tile (self->mask, entry->tile) };

      g_array_append_val (content->tiles, tile);
    }
  for (guint i = 0; i < step->infos->len; i++)
    {
      const PelStepInfo *entry = &g_array_index (step->infos, PelStepInfo, i);
      const PelCellInfo *now = g_hash_table_lookup (infos, GUINT_TO_POINTER (entry->label));
      PelJournalInfo info = { .label = entry->label,
                              .had_before = entry->had,
                              .has_after = now != NULL,
                              .before = entry->info };

      if (now != NULL)
        info.after = *now;
      g_array_append_val (content->infos, info);
    }
  return content;
}

/* The mask as it was before a step: needed once, when the journal begins. */
static PelLabels *
labels_before (PelImageDocument *self, const PelUndoStep *step)
{
  g_autoptr (PelLabels) now = pel_mask_snapshot (self->mask);
  g_autoptr (PelLabelMap) map = pel_label_map_new_from_labels (now, NULL);

  if (step->whole != NULL)
    return pel_labels_ref (step->whole->labels);
  if (map == NULL)
    return NULL;
  for (guint i = 0; i < step->tiles->len; i++)
    {
      const PelStepTile *entry = &g_array_index (step->tiles, PelStepTile, i);

      pel_label_tile_unref (
          pel_label_map_swap_tile (map, entry->tile, pel_label_tile_ref (entry->other)));
    }
  return pel_label_map_snapshot (map);
}

static void
step_pushed (PelUndo *undo, PelUndoStep *step, gpointer data)
{
  PelImageDocument *self = data;
  Append *append;

  if (self->host == NULL || self->host->read_only)
    return;
  append = append_new (self, pel_undo_get_position (undo));
  append->step = pel_undo_step_ref (step);
  append->content = journal_step (self, step);
  if (!self->journal_exists)
    {
      append->base = labels_before (self, step);
      append->has_hash = self->has_hash;
      memcpy (append->hash, self->hash, sizeof append->hash);
      self->journal_exists = TRUE;
    }
  push_append (self, append);
  note_edit (self);
  pel_image_document_saving_changed (self);
}

static void
undo_moved (PelUndo *undo, guint position, gpointer data)
{
  PelImageDocument *self = data;

  if (self->host == NULL || self->host->read_only)
    return;
  push_append (self, append_new (self, position));
  note_edit (self);
  pel_image_document_saving_changed (self);
}

static gboolean
read_step (PelUndo *undo, PelUndoStep *step, gboolean for_undo, gpointer data, GError **error)
{
  PelImageDocument *self = data;
  g_autoptr (PelJournalStep) content = NULL;
  PelDocumentPaths paths = { 0 };

  if (self->host == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED,
                           _ ("The project was closed meanwhile."));
      return FALSE;
    }
  self->host->fill_paths (self->host->project, self, &paths);
  content = pel_journal_read_step (paths.journal, step->offset, step->length,
                                   for_undo ? PEL_JOURNAL_BEFORE : PEL_JOURNAL_AFTER, error);
  pel_document_paths_clear (&paths);
  if (content == NULL)
    return FALSE;
  for (guint i = 0; i < content->tiles->len; i++)
    {
      const PelJournalTile *tile = &g_array_index (content->tiles, PelJournalTile, i);

      if (pel_mask_has_tile (self->mask, tile->tile))
        pel_undo_step_add_tile (step, tile->tile,
                                pel_label_tile_ref (for_undo ? tile->before : tile->after));
    }
  for (guint i = 0; i < content->infos->len; i++)
    {
      const PelJournalInfo *info = &g_array_index (content->infos, PelJournalInfo, i);

      pel_undo_step_add_info (step, info->label, for_undo ? info->had_before : info->has_after,
                              for_undo ? &info->before : &info->after);
    }
  return TRUE;
}

static char *
dup_journal_path (PelUndo *undo, gpointer data)
{
  PelImageDocument *self = data;
  PelDocumentPaths paths = { 0 };
  char *path = NULL;

  if (self->host == NULL)
    return NULL;
  self->host->fill_paths (self->host->project, self, &paths);
  path = g_steal_pointer (&paths.journal);
  pel_document_paths_clear (&paths);
  return path;
}

const PelUndoStore pel_image_document_undo_store = { step_pushed, undo_moved, read_step,
                                                     dup_journal_path };

/* The mask file */

typedef struct
{
  PelImageDocument *document;
  PelDocumentSave *save;
  guint64 edits;
} SaveWork;

static void
save_in_thread (gpointer data)
{
  SaveWork *work = data;

  pel_document_save_run (work->save);
}

static void
save_done (gpointer data)
{
  SaveWork *work = data;
  PelImageDocument *self = work->document;
  PelDocumentSave *save = work->save;

  self->saving = FALSE;
  self->has_hash = save->has_hash;
  memcpy (self->hash, save->hash, sizeof self->hash);
  if (self->host != NULL)
    {
      if (save->warning != NULL)
        pel_image_document_emit_save_failed (self, save->warning);
      if (save->error != NULL)
        pel_image_document_emit_save_failed (self, save->error->message);
      else if (save->external != NULL)
        pel_image_document_take_external (self, save->external);
      else
        self->saved_edits = work->edits;
      if (self->edits != self->saved_edits)
        pel_image_document_schedule_save (self);
      pel_image_document_saving_changed (self);
    }
  pel_document_save_free (save);
  g_free (work);
  g_object_unref (self);
}

gboolean
pel_image_document_save (PelImageDocument *self)
{
  SaveWork *work;
  PelDocumentSave *save;

  if (self->host == NULL || self->host->read_only || self->mask == NULL || self->saving ||
      self->edits == self->saved_edits || pel_mask_in_stroke (self->mask))
    return FALSE;
  /* Else the file would lose what another program wrote. */
  if (self->external != NULL)
    return FALSE;
  g_clear_handle_id (&self->save_source, g_source_remove);
  if (self->failed.length > 0)
    try_again (self);
  save = g_new0 (PelDocumentSave, 1);
  self->host->fill_paths (self->host->project, self, &save->paths);
  save->labels = pel_mask_snapshot (self->mask);
  save->infos = pel_cell_infos_copy (pel_mask_peek_infos (self->mask));
  save->position = pel_undo_get_position (self->undo);
  save->um_x = pel_image_document_get_um_x (self);
  save->um_y = pel_image_document_get_um_y (self);
  save->has_hash = self->has_hash;
  memcpy (save->hash, self->hash, sizeof save->hash);
  work = g_new0 (SaveWork, 1);
  work->document = g_object_ref (self);
  work->save = save;
  work->edits = self->edits;
  self->saving = TRUE;
  pel_worker_push (self->host->writer, save_in_thread, save_done, work);
  return TRUE;
}

static gboolean
save_when_idle (gpointer data)
{
  PelImageDocument *self = data;

  /* A stroke under way is not yet a step: it would be in the file and not in the journal. */
  if (self->mask != NULL && pel_mask_in_stroke (self->mask))
    return G_SOURCE_CONTINUE;
  self->save_source = 0;
  pel_image_document_save (self);
  return G_SOURCE_REMOVE;
}

void
pel_image_document_schedule_save (PelImageDocument *self)
{
  if (self->host == NULL || self->host->read_only)
    return;
  g_clear_handle_id (&self->save_source, g_source_remove);
  self->save_source = g_timeout_add_seconds (IDLE_SECONDS, save_when_idle, self);
}

gboolean
pel_image_document_is_saving (PelImageDocument *self)
{
  return self->saving || self->n_appending > 0;
}

void
pel_image_document_stop_saving (PelImageDocument *self)
{
  Append *append;

  g_clear_handle_id (&self->save_source, g_source_remove);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_clear_handle_id (&self->keep_source, g_source_remove);
  while ((append = g_queue_pop_head (&self->failed)) != NULL)
    append_free (append);
}
