/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-cell-table-private.h"

#include <math.h>
#include <glib/gi18n-lib.h>

PelCellTable *
pel_cell_table_new (guint n_cells, double um_x, double um_y, GError **error)
{
  PelCellTable *self = g_new0 (PelCellTable, 1);
  gsize n_values = (gsize)MAX (n_cells, 1) * PEL_N_QUANTITIES;
  gboolean is_calibrated = um_x > 0 && um_y > 0 && isfinite (um_x) && isfinite (um_y);

  self->n_cells = n_cells;
  self->rows = g_try_new0 (PelCellRow, MAX (n_cells, 1));
  self->values = g_try_new0 (double, n_values);
  if (is_calibrated)
    {
      self->um_x = um_x;
      self->um_y = um_y;
      self->values_um = g_try_new0 (double, n_values);
    }
  if (!self->rows || !self->values || (is_calibrated && !self->values_um))
    {
      pel_cell_table_free (self);
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                   _ ("there is not enough memory for the measurements of %u cells"), n_cells);
      return NULL;
    }
  return self;
}

void
pel_cell_table_free (PelCellTable *self)
{
  if (!self)
    return;
  g_free (self->rows);
  g_free (self->values);
  g_free (self->values_um);
  g_free (self);
}

guint
pel_cell_table_get_n_cells (const PelCellTable *self)
{
  return self->n_cells;
}

guint32
pel_cell_table_get_label (const PelCellTable *self, guint row)
{
  g_return_val_if_fail (row < self->n_cells, 0);
  return self->rows[row].label;
}

gint
pel_cell_table_find (const PelCellTable *self, guint32 label)
{
  guint low = 0, high = self->n_cells;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (self->rows[middle].label < label)
        low = middle + 1;
      else
        high = middle;
    }
  return low < self->n_cells && self->rows[low].label == label ? (gint)low : -1;
}

double
pel_cell_table_get (const PelCellTable *self, guint row, PelQuantityId id)
{
  g_return_val_if_fail (row < self->n_cells && id < PEL_N_QUANTITIES, (double)NAN);
  return self->values[(gsize)row * PEL_N_QUANTITIES + id];
}

double
pel_cell_table_get_um (const PelCellTable *self, guint row, PelQuantityId id)
{
  g_return_val_if_fail (row < self->n_cells && id < PEL_N_QUANTITIES, (double)NAN);
  return self->values_um ? self->values_um[(gsize)row * PEL_N_QUANTITIES + id] : (double)NAN;
}

PelLabelOrigin
pel_cell_table_get_origin (const PelCellTable *self, guint row)
{
  g_return_val_if_fail (row < self->n_cells, PEL_LABEL_ORIGIN_UNKNOWN);
  return self->rows[row].origin;
}

const PelRect *
pel_cell_table_get_bounds (const PelCellTable *self, guint row)
{
  g_return_val_if_fail (row < self->n_cells, NULL);
  return &self->rows[row].bounds;
}

PelDefinitions
pel_cell_table_get_definitions (const PelCellTable *self)
{
  return self->definitions;
}

gboolean
pel_cell_table_get_calibration (const PelCellTable *self, double *um_x, double *um_y)
{
  if (um_x)
    *um_x = self->um_x;
  if (um_y)
    *um_y = self->um_y;
  return self->values_um != NULL;
}
