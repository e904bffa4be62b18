/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-cell-list.h"

G_BEGIN_DECLS

/* Columns of rows beside the quantities, which have their ids. */
#define PEL_CELL_COLUMN_LABEL (-1)
#define PEL_CELL_COLUMN_CLASS (-2)

/* Up to so many cells are put in order at once; more in a thread. */
#define PEL_CELL_ROWS_AT_ONCE 2000

/* So many rows at most have widgets in a list: they are added and taken away a few at a time. */
#define PEL_CELL_ROWS_WITH_WIDGETS 200

/**
 * PelCellPlace:
 *
 * A position in [class@CellRows]. Which cell is there changes with the order, and the place does
 * not: so a table only fills other texts into the widgets that it has.
 */
#define PEL_TYPE_CELL_PLACE (pel_cell_place_get_type ())
G_DECLARE_FINAL_TYPE (PelCellPlace, pel_cell_place, PEL, CELL_PLACE, GObject)

guint pel_cell_place_get_position (PelCellPlace *self);

#define PEL_TYPE_CELL_ROWS (pel_cell_rows_get_type ())
G_DECLARE_FINAL_TYPE (PelCellRows, pel_cell_rows, PEL, CELL_ROWS, GObject)

/**
 * PelCellRows:
 *
 * A `GListModel` of [class@CellPlace]: those cells of a list that a filter lets through, in the
 * order of one column, as a table shows them. Main thread only. Of many cells the new order is
 * found in a thread while the old rows stay as they were, so that 100 000 cells cost the main
 * thread no more than a dozen. Then `reordered` tells that other cells are in the places, and
 * places come and go at the end, those that have widgets a few at a time.
 *
 * Property: `updating` (another order, or some places, are on their way). Signal: `reordered`.
 */
PelCellRows *pel_cell_rows_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* @list: (nullable): what to show; followed from now on */
void pel_cell_rows_set_list (PelCellRows *self, PelCellList *list);
/* (transfer none) (nullable) */
PelCellList *pel_cell_rows_get_list (PelCellRows *self);

/**
 * pel_cell_rows_set_filter:
 * @self: rows
 * @text: what to let through: a column with a limit, such as `stretch > 2` or `area_um2 < 300`, the
 *   beginning of a cell's number, or the beginning of its class; empty for all
 *
 * Returns: %FALSE where @text has a sign of comparison but is no such limit; all rows are then
 *   shown
 */
gboolean pel_cell_rows_set_filter (PelCellRows *self, const char *text);

/**
 * pel_cell_rows_set_order:
 * @self: rows
 * @column: a quantity, %PEL_CELL_COLUMN_LABEL or %PEL_CELL_COLUMN_CLASS
 * @um: whether lengths are compared in µm
 * @descending: from the largest to the smallest
 *
 * Sorts the rows. Empty values come last whichever way, equal ones by the cells' numbers.
 */
void pel_cell_rows_set_order (PelCellRows *self, int column, gboolean um, gboolean descending);

/* The position of the cell of that label, or -1. */
gint pel_cell_rows_find (PelCellRows *self, guint32 label);

/**
 * pel_cell_rows_mark:
 * @self: rows
 * @labels: (array length=n_labels): labels, rising
 * @n_labels: how many
 * @marks: (array length=n): set to 1 at the positions of those that are there
 * @n: how many positions there are marks for
 *
 * Returns: how many were marked
 */
guint pel_cell_rows_mark (PelCellRows *self,
                          const guint32 *labels,
                          guint n_labels,
                          guint8 *marks,
                          guint n);

/**
 * pel_cell_rows_get_marked:
 * @self: rows
 * @marks: (array length=n): not 0 at the positions that are asked for
 * @n: how many positions there are marks for
 * @n_labels: (out): how many labels
 *
 * The other way round: the labels of the cells at those positions, rising, without sorting them.
 *
 * Returns: (transfer full) (array length=n_labels): labels
 */
guint32 *pel_cell_rows_get_marked (PelCellRows *self, const guint8 *marks, guint n, guint *n_labels)
    G_GNUC_WARN_UNUSED_RESULT;

/* The cells that the filter lets through: what the list model has once it is not updating. */
guint pel_cell_rows_get_n_cells (PelCellRows *self);

/* (transfer full) (nullable): the cell at a position */
PelCell *pel_cell_rows_get_cell (PelCellRows *self, guint position) G_GNUC_WARN_UNUSED_RESULT;

/* The label at a position, 0 beyond the end: without an object for it. */
guint32 pel_cell_rows_get_label (PelCellRows *self, guint position);

gboolean pel_cell_rows_get_updating (PelCellRows *self);

G_END_DECLS
