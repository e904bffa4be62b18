/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "app/document/pel-document-types.h"
#include "engine/image/pel-labels.h"

G_BEGIN_DECLS

/**
 * PelMaskDraft:
 *
 * An edit of a whole mask, worked out in a thread: it holds the mask as it was, what becomes of it,
 * and all that the history and the journal need to know, so that the main thread only exchanges a
 * few pointers, however many tiles there are. One owner.
 */
typedef struct PelMaskDraft PelMaskDraft;

/* (transfer full): of the mask as it is now; main thread, outside a stroke */
PelMaskDraft *pel_mask_draft_new (PelMask *mask) G_GNUC_WARN_UNUSED_RESULT;
void pel_mask_draft_free (PelMaskDraft *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelMaskDraft, pel_mask_draft_free)

/* (transfer none): the labels as they were */
PelLabels *pel_mask_draft_get_before (PelMaskDraft *self);

/* How far the work is, 0 to 1; called in the thread that works. */
typedef void (*PelMaskDraftReport) (double fraction, gpointer data);
/* Who is told, and for an edit of some length: how much of finding out what becomes of the labels
 * is done. */
void pel_mask_draft_watch (PelMaskDraft *self, PelMaskDraftReport report, gpointer data);
void pel_mask_draft_report (PelMaskDraft *self, double fraction);

/* What may become of them; one of these, in any thread. */
/* @labels: of the mask's size. Records of surviving labels are kept. */
void pel_mask_draft_set_labels (PelMaskDraft *self, PelLabels *labels);
/* Gives the pixels of several cells one label, or none with @into 0. */
gboolean pel_mask_draft_map (PelMaskDraft *self,
                             const guint32 *labels,
                             guint n_labels,
                             guint32 into,
                             GError **error);
/* The numbers from 1 on without gaps, in the order of those there are; records go with them. */
gboolean pel_mask_draft_renumber (PelMaskDraft *self, GError **error);

/**
 * pel_mask_draft_replace:
 * @self: a draft
 * @labels: of the mask's size
 * @base: (nullable): the mask when @labels were asked for
 * @error: return location for a `GError`
 *
 * Lets @labels take the place of @base. Pixels that were painted since then stay as they are; a
 * cell that they belong to keeps its number where @labels have the same cell, or none, under it,
 * and gets a free one where that is another cell.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_NO_MEMORY`
 */
gboolean pel_mask_draft_replace (PelMaskDraft *self,
                                 PelLabels *labels,
                                 PelLabels *base,
                                 GError **error);

/* How many cells the edit is about, for who asked for it. */
void pel_mask_draft_set_count (PelMaskDraft *self, guint n);
guint pel_mask_draft_get_count (PelMaskDraft *self);

/* What is known of a cell; FALSE and a fresh record where nothing is. */
gboolean pel_mask_draft_get_info (PelMaskDraft *self, guint32 label, PelCellInfo *info);
/* What shall be known of it. Others go with their cells, and models' cells that change become
 * corrected ones. */
void pel_mask_draft_set_info (PelMaskDraft *self, guint32 label, const PelCellInfo *info);

/* Works out tiles, counts and records; in any thread, once, after one of the above. */
void pel_mask_draft_finish (PelMaskDraft *self);

/* Whether the mask is still as the draft knows it, and no stroke is open. */
gboolean pel_mask_draft_is_current (PelMaskDraft *self, PelMask *mask);

/**
 * pel_mask_apply_draft:
 * @self: the mask of @draft, see pel_mask_draft_is_current()
 * @draft: finished; holds nothing any more afterwards
 * @name: the undo step's name
 * @undo: (nullable): the history that gets the step
 *
 * Returns: whether anything changed; otherwise no step was made
 */
gboolean pel_mask_apply_draft (PelMask *self, PelMaskDraft *draft, const char *name, PelUndo *undo);

/**
 * PelMaskEditFunc:
 * @draft: to be given labels
 * @data: what was passed
 * @cancellable: (nullable): to be polled
 * @error: return location for a `GError`
 *
 * Says what becomes of a mask; called in a thread, again where somebody painted meanwhile.
 *
 * Returns: %FALSE with @error set where that could not be found out
 */
typedef gboolean (*PelMaskEditFunc) (PelMaskDraft *draft,
                                     gpointer data,
                                     GCancellable *cancellable,
                                     GError **error);

/**
 * pel_image_document_edit_async:
 * @self: a document with a mask
 * @name: the undo step's name, copied
 * @func: called in a thread
 * @data: (transfer full): for @func
 * @destroy: (nullable): frees @data
 * @cancellable: (nullable): to give up
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Edits the whole mask without keeping the main thread: one step that can be undone. An edit that
 * was overtaken by a stroke is worked out again, once the hand rests.
 */
void pel_image_document_edit_async (PelImageDocument *self,
                                    const char *name,
                                    PelMaskEditFunc func,
                                    gpointer data,
                                    GDestroyNotify destroy,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
/* Whether anything changed; FALSE without an error also where the image was closed meanwhile. */
gboolean pel_image_document_edit_finish (PelImageDocument *self,
                                         GAsyncResult *result,
                                         GError **error);

G_END_DECLS
