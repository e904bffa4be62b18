/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui/pages/pel-cell-text.h"
#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelCellView:
 *
 * A table of measured cells with a picture of each, that can be filtered and sorted by every
 * column. What is selected in it is selected on the picture and the other way round; choosing a row
 * brings the cell into view. Rows are put in order and pictures drawn in threads.
 */
#define PEL_TYPE_CELL_VIEW (pel_cell_view_get_type ())
G_DECLARE_FINAL_TYPE (PelCellView, pel_cell_view, PEL, CELL_VIEW, GtkWidget)

/* @ids: (array length=n): the columns after the cell's number, of which the first @n_shown are
 * shown until the user chooses others */
void pel_cell_view_set_columns (PelCellView *self,
                                const PelQuantityId *ids,
                                guint n,
                                guint n_shown);
void pel_cell_view_set_workspace (PelCellView *self, PelWorkspace *workspace);

/**
 * pel_cell_view_set_cells:
 * @self: a table
 * @cells: (nullable): what to list
 * @predicted: whether they are the prediction's cells, not the mask's
 * @in_um: whether lengths and areas are shown in µm
 */
void pel_cell_view_set_cells (PelCellView *self,
                              PelCellList *cells,
                              gboolean predicted,
                              gboolean in_um);
PelCellList *pel_cell_view_get_cells (PelCellView *self);
guint pel_cell_view_get_n_rows (PelCellView *self);

/* Whether rows in another order, or of another filter, are on their way, or what was selected
 * elsewhere. */
gboolean pel_cell_view_get_updating (PelCellView *self);
/* Keeps the choice of columns in the user's settings; to be called before they are set. */
void pel_cell_view_remember_columns (PelCellView *self);

G_END_DECLS
