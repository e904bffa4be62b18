/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/measure/pel-measure.h"

typedef struct
{
  guint32 label;
  PelLabelOrigin origin;
  PelRect bounds;
} PelCellRow;

struct PelCellTable
{
  guint n_cells;
  PelDefinitions definitions;
  double um_x, um_y; /* 0 where either is not known */
  PelCellRow *rows;
  double *values;    /* PEL_N_QUANTITIES a row */
  double *values_um; /* the same in µm; NULL without a calibration */
};

/* A table with room for its rows, which are not set yet. */
PelCellTable *pel_cell_table_new (guint n_cells, double um_x, double um_y, GError **error);
