/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "app/document/pel-cell.h"

G_BEGIN_DECLS

#define PEL_TYPE_CELL_LIST (pel_cell_list_get_type ())
G_DECLARE_FINAL_TYPE (PelCellList, pel_cell_list, PEL, CELL_LIST, GObject)

/**
 * PelCellList:
 *
 * The measured cells of a mask or of a prediction, as a `GListModel` of [class@Cell], ordered by
 * label. Main thread only. It follows its labels by itself, a moment after they change, measured
 * in a worker thread; `items-changed` tells when new numbers are there.
 *
 * Properties: `updating` (new numbers are on their way), `n-cells`. Signal: `classes-changed` where
 * the rules of the project give cells other classes.
 */

/* (transfer none) (nullable): the numbers of all cells; valid until the next `items-changed` */
const PelCellTable *pel_cell_list_get_table (PelCellList *self);
/* (transfer none) (nullable): their outlines in image pixels; valid until the next `items-changed`
 */
const PelContourSet *pel_cell_list_get_contours (PelCellList *self);
/* (transfer none) (nullable): the labels that were measured */
PelLabels *pel_cell_list_get_labels (PelCellList *self);
gboolean pel_cell_list_get_updating (PelCellList *self);
/* The row of a label, or -1. */
gint pel_cell_list_find (PelCellList *self, guint32 label);
/* What pel_cell_get_class_name() and pel_cell_get_confidence() say of a row, without an object. */
const char *pel_cell_list_get_class (PelCellList *self, guint row);
double pel_cell_list_get_confidence (PelCellList *self, guint row);

G_END_DECLS
