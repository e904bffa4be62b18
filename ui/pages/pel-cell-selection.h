/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "app/document/pel-cell-rows.h"

G_BEGIN_DECLS

/**
 * PelCellSelection:
 *
 * Which places of [class@CellRows] are selected, for a table. GtkMultiSelection remembers an object
 * for every selected item, which 100 000 cells do not bear; this one knows positions only.
 *
 * A table has widgets for many more rows than are in sight, and styles all of them anew. So those
 * in sight are told at once that they are selected, and the others little by little.
 *
 * Signals: `changed` when the table selected others, not when pel_cell_selection_set_marks() did.
 */
#define PEL_TYPE_CELL_SELECTION (pel_cell_selection_get_type ())
G_DECLARE_FINAL_TYPE (PelCellSelection, pel_cell_selection, PEL, CELL_SELECTION, GObject)

/* Tells the first row in sight and how many there are. */
typedef void (*PelCellSelectionSight) (gpointer data, guint *first, guint *n);

PelCellSelection *pel_cell_selection_new (PelCellRows *rows) G_GNUC_WARN_UNUSED_RESULT;

/* @sight: (nullable): without it all rows are told at once */
void pel_cell_selection_set_sight (PelCellSelection *self,
                                   PelCellSelectionSight sight,
                                   gpointer data);

/* Other rows are in sight: they show at once what is selected. */
void pel_cell_selection_look_again (PelCellSelection *self);

/* @marks: (transfer full) (array length=n): not 0 at the positions that are selected; one for each
 * row */
void pel_cell_selection_set_marks (PelCellSelection *self, guint8 *marks, guint n);

/* Returns: (transfer none) (array length=n): the same; until the next change */
const guint8 *pel_cell_selection_get_marks (PelCellSelection *self, guint *n);

G_END_DECLS
