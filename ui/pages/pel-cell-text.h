/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-cell-rows.h"
#include "engine/measure/pel-quantity.h"

G_BEGIN_DECLS

/**
 * pel_quantity_get_heading:
 * @id: a quantity
 * @in_um: whether lengths are in µm
 *
 * Returns: (transfer full): its title with its unit, translated
 */
char *pel_quantity_get_heading (PelQuantityId id, gboolean in_um) G_GNUC_WARN_UNUSED_RESULT;

/* The same, short enough for the head of a column. */
/* The unit of its values, translated; %NULL for what has none. */
const char *pel_quantity_get_unit (PelQuantityId id, gboolean in_um);
char *pel_quantity_get_short_heading (PelQuantityId id, gboolean in_um) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_cell_format_value:
 * @cell: a cell
 * @column: a quantity, %PEL_CELL_COLUMN_LABEL or %PEL_CELL_COLUMN_CLASS
 * @in_um: whether lengths and areas are in µm
 *
 * Returns: (transfer full): what stands in the table: no more digits than a value deserves, nothing
 *   where it is empty
 */
char *pel_cell_format_value (PelCell *cell, int column, gboolean in_um) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
