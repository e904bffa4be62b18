/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "app/document/pel-document-types.h"

G_BEGIN_DECLS

#define PEL_TYPE_UNDO (pel_undo_get_type ())
G_DECLARE_FINAL_TYPE (PelUndo, pel_undo, PEL, UNDO, GObject)

/**
 * PelUndo:
 *
 * The history of one mask. Main thread only. Each step holds the tiles that it replaced and swaps
 * them with the mask's, so one object undoes and redoes. Steps beyond the byte budget live in the
 * image's journal on disk and are read back when they are needed; where there is no journal the
 * oldest are dropped.
 *
 * Properties (all notify): `can-undo`, `can-redo`, `undo-name`, `redo-name`, `n-steps`, `position`.
 */
#define PEL_UNDO_DEFAULT_BUDGET (256u * 1024u * 1024u)

PelUndo *pel_undo_new (PelMask *mask) G_GNUC_WARN_UNUSED_RESULT;

gboolean pel_undo_get_can_undo (PelUndo *self);
gboolean pel_undo_get_can_redo (PelUndo *self);
/* (nullable): the name of the step that would be undone or redone, translated when it was made */
const char *pel_undo_get_undo_name (PelUndo *self);
const char *pel_undo_get_redo_name (PelUndo *self);

/* The history as a list: steps 0 … n-1, of which the first `position` are done. */
guint pel_undo_get_n_steps (PelUndo *self);
guint pel_undo_get_position (PelUndo *self);
const char *pel_undo_get_step_name (PelUndo *self, guint step);
/* How many steps were dropped for good: of the budget where there is no journal, or because the
 * journal had grown beyond PEL_JOURNAL_MAX_BYTES. */
guint pel_undo_get_n_dropped (PelUndo *self);
/* How many of them when the image was opened; so the user can be told. */
guint pel_undo_get_n_just_dropped (PelUndo *self);

gsize pel_undo_get_budget (PelUndo *self);
void pel_undo_set_budget (PelUndo *self, gsize bytes);
/* Memory held by steps at the moment. */
gsize pel_undo_get_bytes (PelUndo *self);

/**
 * pel_undo_undo:
 * @self: a history
 * @error: return location for an error
 *
 * Takes back the last step. Does nothing while a stroke is open.
 *
 * Returns: %FALSE where there is nothing to undo (no error set), or where a step could not be read
 *   back from disk (`PEL_DOCUMENT_ERROR_DAMAGED` or a `G_IO_ERROR`; the mask is unchanged)
 */
gboolean pel_undo_undo (PelUndo *self, GError **error);
gboolean pel_undo_redo (PelUndo *self, GError **error);
/* Undoes or redoes until @position steps are done. */
gboolean pel_undo_go_to (PelUndo *self, guint position, GError **error);

/**
 * pel_undo_go_to_async:
 * @self: a history that is not walking
 * @position: how many steps shall be done
 * @callback: called on the main thread
 * @data: for @callback
 *
 * As pel_undo_go_to() for a user who waits: steps that are on disk are read in a thread, and many
 * steps are taken a few at a time, so that the window goes on. An edit meanwhile ends it where it
 * is.
 */
void pel_undo_go_to_async (PelUndo *self,
                           guint position,
                           GAsyncReadyCallback callback,
                           gpointer data);
/* Whether it got there; FALSE without an error where an edit came between. */
gboolean pel_undo_go_to_finish (PelUndo *self, GAsyncResult *result, GError **error);
gboolean pel_undo_is_walking (PelUndo *self);

/* Forgets all steps; the mask stays as it is. */
void pel_undo_clear (PelUndo *self);

G_END_DECLS
