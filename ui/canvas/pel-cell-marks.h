/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "app/document/pel-cell-list.h"
#include "app/document/pel-review.h"
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

/* Cells that are not tagged, because the mask shows them or the user rejected them; to be called
 * again when that changes. @review: (nullable) */
void pel_cell_marks_set_review (PelCellMarks *self, PelReview *review);

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
 * @taken: (element-type graphene_rect_t) (inout): where other tags are, in widget coordinates;
 *   those that are written are added
 *
 * Writes the tags of the cells in view, but none over another.
 */
void pel_cell_marks_snapshot (PelCellMarks *self,
                              GtkWidget *widget,
                              GtkSnapshot *snapshot,
                              double zoom,
                              const graphene_point_t *offset,
                              guint width,
                              guint height,
                              GArray *taken);

/* Adds the place of a highlight's tag to @taken, so that others keep away. */
void pel_cell_marks_reserve_highlight (PelCellMarks *self,
                                       GtkWidget *widget,
                                       double zoom,
                                       const graphene_point_t *offset,
                                       guint32 label,
                                       GArray *taken);

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
