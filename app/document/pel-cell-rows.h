/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-cell-list.h"

G_BEGIN_DECLS

/* Columns of rows beside the quantities, which have their ids. */
#define PEL_CELL_COLUMN_LABEL (-1)
#define PEL_CELL_COLUMN_CLASS (-2)

/* Up to so many cells are put in order at once; more in a thread. */
#define PEL_CELL_ROWS_AT_ONCE 2000

#define PEL_TYPE_CELL_ROWS (pel_cell_rows_get_type ())
G_DECLARE_FINAL_TYPE (PelCellRows, pel_cell_rows, PEL, CELL_ROWS, GObject)

/**
 * PelCellRows:
 *
 * A `GListModel` of [class@Cell]: those cells of a list that a filter lets through, in the order of
 * one column, as a table shows them. Main thread only. Of many cells the new order is found in a
 * thread while the old rows stay as they were, so that 100 000 cells cost the main thread no more
 * than a dozen; `items-changed` tells when it is there. A row's [class@Cell] is made when somebody
 * asks for it.
 *
 * Property: `updating` (another order is on its way).
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

/* The label at a position, 0 beyond the end: without an object for it. */
guint32 pel_cell_rows_get_label (PelCellRows *self, guint position);

gboolean pel_cell_rows_get_updating (PelCellRows *self);

G_END_DECLS
