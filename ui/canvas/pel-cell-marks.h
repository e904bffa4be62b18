/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "app/document/pel-cell-list.h"
#include "ui/canvas/pel-display.h"
#include "ui/canvas/pel-outlines.h"

G_BEGIN_DECLS

/**
 * PelCellMarks:
 *
 * What is written beside the cells of one list: diameters in rounded tags with leader lines, never
 * over one another, fewer when the cells are small on the screen; and the highlight of one cell.
 * The layout is made for a scale and kept as render nodes, so panning only moves it. Main thread
 * only.
 */
typedef struct PelCellMarks PelCellMarks;

PelCellMarks *pel_cell_marks_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pel_cell_marks_free (PelCellMarks *self);

/* The list's numbers are other ones now; @list: (nullable) */
void pel_cell_marks_set_list (PelCellMarks *self, PelCellList *list);

/* Cells that are not tagged, because another list's tag stands there: where @labels is not 0 at a
 * cell's middle. (nullable) */
void pel_cell_marks_set_covered (PelCellMarks *self, PelLabels *labels);

/* Which number is written, and in which unit. */
void pel_cell_marks_set_quantity (PelCellMarks *self, PelDiameterKind kind, PelLengthUnit unit);

/* (nullable): the outlines, to draw or to hand to a worker */
PelOutlines *pel_cell_marks_get_outlines (PelCellMarks *self);

/**
 * pel_cell_marks_snapshot:
 * @widget: for its font
 * @snapshot: in widget coordinates
 * @zoom: widget pixels per image pixel
 * @offset: of the image in the widget
 * @width: the image's, in image pixels
 * @height: the image's
 *
 * Writes the tags of the cells in view.
 */
void pel_cell_marks_snapshot (PelCellMarks *self,
                              GtkWidget *widget,
                              GtkSnapshot *snapshot,
                              double zoom,
                              const graphene_point_t *offset,
                              guint width,
                              guint height);

/* Draws one cell's outline bright, with a tag of its number and diameter above it. */
void pel_cell_marks_snapshot_highlight (PelCellMarks *self,
                                        GtkWidget *widget,
                                        GtkSnapshot *snapshot,
                                        double zoom,
                                        const graphene_point_t *offset,
                                        guint32 label);

/* How many tags the last snapshot showed. */
guint pel_cell_marks_get_n_shown (PelCellMarks *self);

G_END_DECLS
