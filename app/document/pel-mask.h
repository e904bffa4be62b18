/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-document-types.h"

G_BEGIN_DECLS

/**
 * PelDab:
 * @x0, @y0, @radius0: where the dab begins, in image pixels (pixel i covers [i, i + 1))
 * @x1, @y1, @radius1: where it ends; the same values for a plain disc
 * @label: the cell to paint, 1 or more; for an eraser the only cell it takes from, 0 for all
 * @erase: whether to set background instead
 * @protect: whether to leave the pixels of other cells alone
 *
 * A disc drawn along a line while its radius changes evenly. A pixel belongs to it when its centre
 * does, so a row of dabs whose ends meet has no gaps however fast the hand was.
 */
typedef struct
{
  double x0, y0, radius0;
  double x1, y1, radius1;
  guint32 label;
  gboolean erase;
  gboolean protect;
} PelDab;

#define PEL_TYPE_MASK (pel_mask_get_type ())
G_DECLARE_FINAL_TYPE (PelMask, pel_mask, PEL, MASK, GObject)

/**
 * PelMask:
 *
 * The user's labels of one image: 0 is background, every other value a cell. Main thread only.
 *
 * All changes to pixels happen in a stroke, which becomes one undo step. What other threads need
 * they get from pel_mask_snapshot(). The mask also keeps what is known of each cell beside its
 * pixels, see [struct@CellInfo], so that both are undone together.
 *
 * Signals: `changed` (const PelRect *area) after pixels changed, also by undo;
 * `infos-changed` after classes, origins or review marks changed, or cells came or went.
 * Properties: `n-cells`, `revision`.
 */
PelMask *pel_mask_new (guint width, guint height) G_GNUC_WARN_UNUSED_RESULT;
PelMask *pel_mask_new_from_labels (PelLabels *labels) G_GNUC_WARN_UNUSED_RESULT;

guint pel_mask_get_width (PelMask *self);
guint pel_mask_get_height (PelMask *self);
/* Grows by one with every change to the pixels. */
guint64 pel_mask_get_revision (PelMask *self);
/* How many labels have at least one pixel. */
guint pel_mask_get_n_cells (PelMask *self);
guint32 pel_mask_get_max_label (PelMask *self);
/* The label at a pixel; 0 outside the image. */
guint32 pel_mask_get_label (PelMask *self, gint x, gint y);
gboolean pel_mask_has_label (PelMask *self, guint32 label);
gsize pel_mask_get_label_size (PelMask *self, guint32 label);
/* One more than the largest in use, or the smallest unused where that would leave 16 bits. */
guint32 pel_mask_get_free_label (PelMask *self);
/* (transfer full): every label in use, ascending; an array of guint32 */
GArray *pel_mask_list_labels (PelMask *self) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_mask_snapshot:
 * @self: a mask
 *
 * A frozen view of the labels as of now. Costs one reference per 256 tiles, never pixels.
 *
 * Returns: (transfer full): labels that may be read from any thread
 */
PelLabels *pel_mask_snapshot (PelMask *self) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_mask_begin_stroke:
 * @self: a mask without an open stroke
 * @name: the undo step's name as the user will read it, translated ("Paint cell 12")
 *
 * Opens a stroke. Everything until pel_mask_end_stroke() is undone as one.
 */
void pel_mask_begin_stroke (PelMask *self, const char *name);
gboolean pel_mask_in_stroke (PelMask *self);

/* What a stroke may consist of; `changed` reports the area of each that changed a pixel. */
void pel_mask_paint (PelMask *self, const PelDab *dab);
/* @xy: @n_points pairs; even-odd rule, pixel centres decide; the polygon closes itself. */
void pel_mask_paint_polygon (PelMask *self,
                             const double *xy,
                             guint n_points,
                             guint32 label,
                             gboolean erase,
                             gboolean protect);
/* Pixels @x0 <= x < @x1 of row @y. */
void pel_mask_fill_span (PelMask *self, gint y, gint x0, gint x1, guint32 label, gboolean protect);
/* Sets @label wherever @inside is not 0. @inside has @area's size and @stride bytes a row. */
void pel_mask_fill_region (PelMask *self,
                           const PelRect *area,
                           const guint8 *inside,
                           gsize stride,
                           guint32 label,
                           gboolean protect);
/* Overwrites the labels of an area. @stride counts values. */
void pel_mask_write (PelMask *self, const PelRect *area, const guint32 *labels, gsize stride);

/**
 * pel_mask_end_stroke:
 * @self: a mask with an open stroke
 * @undo: (nullable): the history that gets the step
 *
 * Closes the stroke. Cells that gained or lost pixels become `hand` where they are new and
 * `corrected` where they came from a model.
 *
 * Returns: whether anything had changed; otherwise no step was made
 */
gboolean pel_mask_end_stroke (PelMask *self, PelUndo *undo);
/* Puts everything back as it was before the stroke. */
void pel_mask_cancel_stroke (PelMask *self);

/* Whole edits: each is one undo step of its own, and must not be called within a stroke.
 * They return whether anything changed. */
/* The labels' size must be the mask's. Origins and review marks of surviving labels are kept. */
gboolean pel_mask_replace (PelMask *self, PelLabels *labels, const char *name, PelUndo *undo);
gboolean pel_mask_delete_labels (PelMask *self,
                                 const guint32 *labels,
                                 guint n_labels,
                                 PelUndo *undo);
/* (transfer full): what deleting them is called in the history */
char *pel_mask_name_deletion (const guint32 *labels, guint n_labels) G_GNUC_WARN_UNUSED_RESULT;
/* How many tiles of 64x64 pixels an edit of these cells looks at: what it costs. Edits that cost
 * more than a frame belong in a thread, see pel_image_document_edit_async(). */
gsize pel_mask_count_tiles_around (PelMask *self, const guint32 *labels, guint n_labels);
/* Gives the pixels of several cells one label: merging, or changing a number. */
gboolean pel_mask_merge_labels (PelMask *self,
                                const guint32 *labels,
                                guint n_labels,
                                guint32 into,
                                const char *name,
                                PelUndo *undo);

/* Gives a cell another number; what is known of it goes with it. @to must not be in use. */
gboolean pel_mask_change_label (PelMask *self,
                                guint32 from,
                                guint32 to,
                                const char *name,
                                PelUndo *undo);

/**
 * pel_mask_renumber:
 * @self: a mask without an open stroke
 * @name: the undo step's name
 * @undo: (nullable): the history that gets the step
 *
 * Gives the cells the numbers from 1 on without gaps, in the order of those they have. What is
 * known of a cell goes with it.
 *
 * Returns: whether any number is another
 */
gboolean pel_mask_renumber (PelMask *self, const char *name, PelUndo *undo);

/**
 * pel_mask_split_cells:
 * @self: a mask without an open stroke
 * @xy: @n_points pairs, an open line in image pixels
 * @n_points: number of corners
 * @name: the undo step's name
 * @undo: (nullable): the history that gets the step
 * @error: return location for a `GError`
 *
 * Cuts the cells that the line really separates, see pel_split_new(). The new cells get the next
 * free labels, and the class of the cell they come from.
 *
 * Returns: how many cells there are more, or -1 with `PEL_ENGINE_ERROR_NO_MEMORY`
 */
gint pel_mask_split_cells (PelMask *self,
                           const double *xy,
                           guint n_points,
                           const char *name,
                           PelUndo *undo,
                           GError **error);

/* What is known of a cell; FALSE and a fresh record where nothing is. */
gboolean pel_mask_get_cell_info (PelMask *self, guint32 label, PelCellInfo *info);
/* Outside a stroke one undo step called @name, inside a part of the stroke. */
void pel_mask_set_cell_info (PelMask *self,
                             guint32 label,
                             const PelCellInfo *info,
                             const char *name,
                             PelUndo *undo);

/**
 * pel_mask_reject:
 * @self: a mask without an open stroke
 * @label: the cell of the mask that was taken from the prediction, or 0
 * @verdict: a record with a @rejected_size
 * @name: the undo step's name
 * @undo: (nullable): the history that gets the step
 *
 * Remembers that what a model took for a cell is none, and takes its cell away, in one step.
 *
 * Returns: the label under which the record is kept; it has no pixels
 */
guint32 pel_mask_reject (PelMask *self,
                         guint32 label,
                         const PelCellInfo *verdict,
                         const char *name,
                         PelUndo *undo);

G_END_DECLS
