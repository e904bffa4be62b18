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
 */
#define PEL_TYPE_CELL_SELECTION (pel_cell_selection_get_type ())
G_DECLARE_FINAL_TYPE (PelCellSelection, pel_cell_selection, PEL, CELL_SELECTION, GObject)

PelCellSelection *pel_cell_selection_new (PelCellRows *rows) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
