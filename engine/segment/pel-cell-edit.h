/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/image/pel-labels.h"

/**
 * PelCellEdit:
 * @PEL_CELL_EDIT_FILL_HOLES: background that a cell encloses becomes part of it, see
 *   pel_fill_holes()
 * @PEL_CELL_EDIT_SMOOTH: a pixel belongs to a cell when more than half of the disc around it does,
 *   counted within the image; the disc's radius is the amount
 * @PEL_CELL_EDIT_GROW: background whose centre is no further than the amount from a cell's nearest
 *   pixel centre joins it, as long as it hangs together with the cell; between cells the nearer
 *   one has it, then the one with the lower label
 * @PEL_CELL_EDIT_SHRINK: a cell loses the pixels whose centres are no further than the amount from
 *   the nearest pixel centre that is not the cell's; the image's border is no such pixel
 * @PEL_CELL_EDIT_KEEP_LARGEST: of a cell in several pieces all but the largest go
 *
 * What can be done to cells without drawing. No edit takes a pixel from another cell, and a cell
 * that would lose its last pixel is left as it is.
 */
typedef enum
{
  PEL_CELL_EDIT_FILL_HOLES,
  PEL_CELL_EDIT_SMOOTH,
  PEL_CELL_EDIT_GROW,
  PEL_CELL_EDIT_SHRINK,
  PEL_CELL_EDIT_KEEP_LARGEST,
} PelCellEdit;

/**
 * PEL_CELL_EDIT_MAX_AMOUNT:
 *
 * The most pixels by which pel_labels_edit() smooths, grows or shrinks.
 */
#define PEL_CELL_EDIT_MAX_AMOUNT 64

/**
 * pel_labels_edit:
 * @labels: labels
 * @edit: what to do
 * @amount: in pixels, at most %PEL_CELL_EDIT_MAX_AMOUNT; of no account to the edits without one
 * @cells: (array length=n_cells) (nullable): the labels to do it to
 * @n_cells: how many; 0 for all cells
 * @cancellable: (nullable): polled between cells
 * @error: return location for a `GError`
 *
 * All cells are edited as they are in @labels, whatever becomes of their neighbours. Tiles in
 * which nothing changes are shared with @labels. Any thread.
 *
 * Returns: (transfer full) (nullable): the edited labels, or %NULL with
 *   `PEL_ENGINE_ERROR_NO_MEMORY` or `G_IO_ERROR_CANCELLED`
 */
PelLabels *pel_labels_edit (const PelLabels *labels,
                            PelCellEdit edit,
                            guint amount,
                            const guint32 *cells,
                            guint n_cells,
                            GCancellable *cancellable,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
