/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "app/document/pel-cell-list.h"
#include "app/document/pel-review.h"
#include "ui/canvas/pel-display.h"
#include "ui/canvas/pel-outlines.h"
#include "ui/canvas/pel-viewport.h"

G_BEGIN_DECLS

/**
 * PelCellMarks:
 *
 * What is written beside the cells of one list: diameters in rounded tags with leader lines, never
 * over one another, fewer when the cells are small on the screen; and the highlight of one cell.
 * The layout is made for a scale, where cells come into view, and kept, so panning only moves it.
 * Main thread only.
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
 * pel_cell_marks_place:
 * @widget: for its font
 * @view: where the image is
 * @area: what is about to be drawn, in widget coordinates; may be larger than the widget
 * @taken: (element-type graphene_rect_t) (inout): where other tags are, in widget coordinates;
 *   those that are written are added
 *
 * Chooses the tags for the next frame: those of the cells in @area, but none over one of @taken. Of
 * very many that are new not all may be laid out yet: see pel_cell_marks_is_behind().
 */
void pel_cell_marks_place (PelCellMarks *self,
                           GtkWidget *widget,
                           const PelViewport *view,
                           const graphene_rect_t *area,
                           GArray *taken);

/* Whether there are more tags than were chosen: they come with the next frames. */
gboolean pel_cell_marks_is_behind (PelCellMarks *self);

/* Writes the tags that were chosen. */
void pel_cell_marks_snapshot (PelCellMarks *self,
                              GtkWidget *widget,
                              GtkSnapshot *snapshot,
                              const PelViewport *view);

/**
 * pel_cell_marks_stamp_tiles:
 * @tiles: which tiles, counted from the picture's upper left
 * @side: of a tile, in device pixels
 * @device_scale: device pixels per widget pixel
 * @stamps: (inout) (array): row by row; what is not 0 tells other tags from these
 *
 * Mixes into the stamp of each tile what the tags that were chosen write on it.
 */
void pel_cell_marks_stamp_tiles (PelCellMarks *self,
                                 const PelRect *tiles,
                                 gint side,
                                 gint device_scale,
                                 guint64 *stamps);

/* Writes the part of the chosen tags that is on @area of the picture, which is in device pixels
 * and lies at the origin of @cr. */
void pel_cell_marks_draw_area (PelCellMarks *self,
                               GtkWidget *widget,
                               cairo_t *cr,
                               const PelRect *area,
                               gint device_scale);

/* Before the highlights of a frame are reserved. */
void pel_cell_marks_forget_highlights (PelCellMarks *self);
/* Adds the place of a highlight's tag to @taken, so that others keep away; the cell's own tag,
 * which says the same, is left out. */
void pel_cell_marks_reserve_highlight (PelCellMarks *self,
                                       GtkWidget *widget,
                                       const PelViewport *view,
                                       guint32 label,
                                       GArray *taken);

/* Draws one cell's outline bright, with a tag of its number and diameter above it. */
void pel_cell_marks_snapshot_highlight (PelCellMarks *self,
                                        GtkWidget *widget,
                                        GtkSnapshot *snapshot,
                                        const PelViewport *view,
                                        guint32 label);

/* How many tags were chosen for the last frame. */
guint pel_cell_marks_get_n_shown (PelCellMarks *self);

G_END_DECLS
