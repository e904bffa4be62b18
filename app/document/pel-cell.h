/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-document-types.h"

G_BEGIN_DECLS

#define PEL_TYPE_CELL (pel_cell_get_type ())
G_DECLARE_FINAL_TYPE (PelCell, pel_cell, PEL, CELL, GObject)

/**
 * PelCell:
 *
 * One measured cell as a row of a [class@CellList]: a small object made when it is asked for.
 * Its numbers are those of the measurement it came from and never change.
 * Properties: `label`, `class-name`, `origin`, `reviewed`, `confidence`.
 */
guint32 pel_cell_get_label (PelCell *self);
/* The value of a quantity by its id (a PelQuantityId); NAN where it is empty. */
double pel_cell_get_value (PelCell *self, guint quantity);
/* The same in µm or µm²; NAN for quantities without a length and where there is no scale. */
double pel_cell_get_value_um (PelCell *self, guint quantity);
/* (nullable): the class that the user gave it, else that of the first rule that holds; interned */
const char *pel_cell_get_class_name (PelCell *self);
PelCellOrigin pel_cell_get_origin (PelCell *self);
gboolean pel_cell_get_reviewed (PelCell *self);
/* Negative where there is none. */
double pel_cell_get_confidence (PelCell *self);
void pel_cell_get_info (PelCell *self, PelCellInfo *info);
/* (transfer none): the smallest block of pixels with all of its label */
const PelRect *pel_cell_get_bounds (PelCell *self);

G_END_DECLS
