/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-cell-list.h"
#include "app/document/pel-image-document.h"
#include "app/document/pel-mask.h"
#include "app/document/pel-undo.h"
#include "engine/image/pel-labels.h"
#include "engine/image/pel-raster.h"
#include "engine/segment/pel-region.h"
#include "ui/tools/pel-tool-private.h"

G_BEGIN_DECLS

/* What several tools and the canvas do to cells. All tolerate a document that is not loaded. */

/* (nullable): the mask, if there is a document and it is loaded */
PelMask *pel_tool_get_mask (PelTool *self);

/* The brush's radius in image pixels. */
double pel_tool_get_brush_radius (PelTool *self);

/**
 * pel_tool_choose_label:
 * @x: where painting would begin, in image pixels
 * @y: where painting would begin
 * @radius: how far around the current cell is looked for
 *
 * Which cell painting from here would make or extend: the cell under the pointer; on empty ground
 * the current one if it is near or `auto-new` is off; otherwise a new one. A cell just asked for
 * (pel_tool_new_cell()) and one picked while cells are not protected go before the one under the
 * pointer.
 *
 * Returns: a label, 0 if there is no mask
 */
guint32 pel_tool_choose_label (PelTool *self, double x, double y, double radius);

/* Makes the cell there the current one and selects it. Returns whether there is one. */
gboolean pel_tool_pick_at (PelImageDocument *document, PelDisplay *display, double x, double y);
void pel_tool_delete_at (PelImageDocument *document, PelDisplay *display, double x, double y);
void pel_tool_delete_labels (PelImageDocument *document,
                             PelDisplay *display,
                             const guint32 *labels,
                             guint n);
/* Makes cells one, with the label of the first of @labels, and selects it. Needs two at least;
 * returns whether anything was merged. */
gboolean pel_tool_merge_labels (PelImageDocument *document,
                                PelDisplay *display,
                                const guint32 *labels,
                                guint n);
/* The next stroke begins a new cell wherever it is. */
void pel_tool_new_cell (PelImageDocument *document, PelDisplay *display);

/* One undo step: @xy are @n points of an outline. */
void pel_tool_paint_outline (PelTool *self,
                             const double *xy,
                             guint n,
                             guint32 label,
                             gboolean erase,
                             const char *name);

/* A line with a dark casing under it, through @n points in widget coordinates. */
void pel_tool_append_line (GtkSnapshot *snapshot,
                           const graphene_point_t *points,
                           guint n,
                           gboolean closed,
                           const GdkRGBA *color);
/* A closed outline with a faint fill: what would become a cell. */
void pel_tool_append_area (GtkSnapshot *snapshot,
                           const graphene_point_t *points,
                           guint n,
                           const GdkRGBA *color);
/* A closed dashed line: a frame, not a cell. */
void pel_tool_append_dashes (GtkSnapshot *snapshot,
                             const graphene_point_t *points,
                             guint n,
                             const GdkRGBA *color);
/* Fills a rectangle, which may be turned, between four corners. */
void pel_tool_append_wash (GtkSnapshot *snapshot,
                           const graphene_point_t corners[4],
                           const GdkRGBA *color);
/* A small square that can be grabbed. */
void pel_tool_append_handle (GtkSnapshot *snapshot,
                             const graphene_point_t *at,
                             const GdkRGBA *color);
/* Round a handle: the one that the keys move. */
void pel_tool_append_ring (GtkSnapshot *snapshot, const graphene_point_t *at);
/* A short text in a dark rounded tag, centred at @x with its upper edge at @y. */
void pel_tool_append_text (GtkSnapshot *snapshot, const char *text, float x, float y);
void pel_tool_to_widget (const PelViewport *view, double x, double y, graphene_point_t *out);

G_END_DECLS
