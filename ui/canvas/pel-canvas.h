/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>
#include "engine/core/pel-rect.h"
#include "ui/canvas/pel-display.h"
#include "ui/canvas/pel-preview-scene.h"
#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

#define PEL_CANVAS_ZOOM_MIN 0.005
#define PEL_CANVAS_ZOOM_MAX 64.0

/**
 * PelCanvas:
 *
 * The picture: image, labels, predicted edges, diameters, and the tool in the hand. One widget
 * for the life of the window; documents come and go.
 *
 * Zoom is in widget pixels per image pixel; the view may be turned by any angle. The view always
 * lies on whole device pixels, so at 100 %, 200 %, … every image pixel is crisp.
 *
 * Signals:
 *  - "hover-changed" (double x, double y, const char *value, guint label): the pointer is over
 *    image pixel (floor x, floor y); @value is its value as text, "" outside the image, where
 *    @x and @y are negative; @label is the mask's label, or the prediction's where the mask has
 *    none and the prediction is shown, or 0.
 *  - "zoom-changed" (): the zoom, the angle or the visible part is another.
 *  - "context-menu" (double x, double y, guint label): right click without moving, or the Menu
 *    key, at widget coordinates @x, @y. The selection has been set to the cell there. Return
 *    %TRUE if handled; else the `context-menu` model is shown.
 *  - "cell-activated" (guint label): double click with the select tool.
 *  - "announced" (const char *text): what a key did, see pel_canvas_announce().
 *  - "cross-hair-moved" (): it moved, came or went.
 *  - "colors-changed" (): the cells' colours tell something else, or by another scale.
 *
 * Properties: `document`, `display`, `tool-id`, `zoom` (read/write), `context-menu` (GMenuModel).
 */
#define PEL_TYPE_CANVAS (pel_canvas_get_type ())
G_DECLARE_FINAL_TYPE (PelCanvas, pel_canvas, PEL, CANVAS, GtkWidget)

GtkWidget *pel_canvas_new (void) G_GNUC_WARN_UNUSED_RESULT;

PelImageDocument *pel_canvas_get_document (PelCanvas *self);

/**
 * pel_canvas_set_document:
 * @document: (nullable): what to show; its image may still be loading
 *
 * Shows another document; each keeps its place, zoom and angle for as long as the canvas lives. A
 * stroke in the hand is ended, not lost.
 */
void pel_canvas_set_document (PelCanvas *self, PelImageDocument *document);
PelDisplay *pel_canvas_get_display (PelCanvas *self);
void pel_canvas_set_display (PelCanvas *self, PelDisplay *display);

PelTool *pel_canvas_get_tool (PelCanvas *self);
void pel_canvas_set_tool (PelCanvas *self, PelTool *tool);

/**
 * pel_canvas_set_tool_id:
 *
 * Takes a tool by its id; each is made once and kept. Unknown ids are ignored.
 */
void pel_canvas_set_tool_id (PelCanvas *self, const char *id);
const char *pel_canvas_get_tool_id (PelCanvas *self);

GMenuModel *pel_canvas_get_context_menu (PelCanvas *self);
void pel_canvas_set_context_menu (PelCanvas *self, GMenuModel *menu);

/* Whether the pointer and the keys leave the mask alone; tools that only look still work. */
void pel_canvas_set_read_only (PelCanvas *self, gboolean read_only);

double pel_canvas_get_zoom (PelCanvas *self);

/**
 * pel_canvas_zoom_at:
 * @zoom: widget pixels per image pixel; clamped
 * @fixed: (nullable): the widget point whose image point stays under it; %NULL is the middle
 */
void pel_canvas_zoom_at (PelCanvas *self, double zoom, const graphene_point_t *fixed);
void pel_canvas_zoom_in (PelCanvas *self);
void pel_canvas_zoom_out (PelCanvas *self);

/**
 * pel_canvas_zoom_to_fit:
 *
 * Shows the whole image and keeps it fitted while the widget is resized, until the view is
 * moved by hand.
 */
void pel_canvas_zoom_to_fit (PelCanvas *self);

/* How many widget pixels at the left something lies on: a fitted image and the cross-hair keep
 * clear of them. */
void pel_canvas_set_inset (PelCanvas *self, double inset);

/**
 * pel_canvas_zoom_to_rect:
 * @area: in image pixels
 * @glide: move there in a fifth of a second instead of at once (at once where animations are off)
 *
 * Brings @area into view with some room around it. Used to walk from cell to cell: if @area
 * fits at the present zoom and is no smaller than a twelfth of the view, the zoom stays.
 */
void pel_canvas_zoom_to_rect (PelCanvas *self, const PelRect *area, gboolean glide);
/* The same for a part of the image that is to be worked on: it fills the view. */
void pel_canvas_zoom_to_part (PelCanvas *self, const PelRect *area, gboolean glide);

/**
 * pel_canvas_set_angle:
 * @degrees: by how much the image is turned clockwise from upright
 * @fixed: (nullable): the widget point whose image point stays under it; %NULL is the middle
 *
 * Turns the view, not the image. A fitted image stays fitted.
 */
void pel_canvas_set_angle (PelCanvas *self, double degrees, const graphene_point_t *fixed);
/* Above -180, up to 180; 0 is upright. */
double pel_canvas_get_angle (PelCanvas *self);
/* On to the next multiple of @degrees, clockwise for positive ones. */
void pel_canvas_turn_by (PelCanvas *self, double degrees);
void pel_canvas_turn_upright (PelCanvas *self);

/* Brings an image point into the middle. */
void pel_canvas_look_at (PelCanvas *self, double x, double y);

/* Moves the view by widget pixels; positive shows what is further right and down. */
void pel_canvas_scroll_by (PelCanvas *self, double dx, double dy);

/* The only two places where coordinates change space. */
void pel_canvas_to_image (PelCanvas *self, const graphene_point_t *in, graphene_point_t *out);
/* @out: the smallest upright box round it in a turned view */
void pel_canvas_from_image (PelCanvas *self, const graphene_rect_t *in, graphene_rect_t *out);

/* The visible part in image pixels, or of a turned view the smallest upright box round it; may
 * reach beyond the image. */
void pel_canvas_get_visible (PelCanvas *self, graphene_rect_t *visible);
/* Whether all of @area, which is in image pixels, is visible. */
gboolean pel_canvas_sees (PelCanvas *self, const graphene_rect_t *area);

/* The size of the image on show; FALSE and 0, 0 while there is none. */
gboolean pel_canvas_get_image_size (PelCanvas *self, guint *width, guint *height);

/**
 * pel_canvas_auto_levels:
 *
 * Stretches the contrast of each channel on show to its percentiles, and takes its gamma away.
 */
void pel_canvas_auto_levels (PelCanvas *self);

/**
 * pel_canvas_set_preview:
 * @scene: (nullable): what a training would predict of a part of the image on show; a reference is
 *   taken. %NULL for nothing
 *
 * Shows a preview in place of the prediction. It goes away with the image.
 */
void pel_canvas_set_preview (PelCanvas *self, PelPreviewScene *scene);
gboolean pel_canvas_get_has_preview (PelCanvas *self);
/* Whether the preview is of another part than is visible, or of earlier: it is dimmed then. */
void pel_canvas_set_preview_stale (PelCanvas *self, gboolean stale);

/**
 * pel_canvas_announce:
 * @text: a short sentence without a full stop
 *
 * Tells what a key did: a screen reader says it while the canvas has the focus, and whoever listens
 * to "announced" shows it.
 */
void pel_canvas_announce (PelCanvas *self, const char *text);

/**
 * pel_canvas_set_cross_hair:
 * @on: whether the keys move the pointer
 *
 * Shows a cross-hair in place of the mouse: the arrow keys move it (with Shift by one image pixel),
 * Space is the left button for as long as it is held and Shift+Space the right one, Ctrl+Space the
 * left one with Shift and Shift+Ctrl+Space that with Ctrl, so that every tool works from the
 * keyboard. It begins where the pointer is, or else where it was before or in the middle of the
 * view, and goes when the mouse moves.
 */
void pel_canvas_set_cross_hair (PelCanvas *self, gboolean on);
gboolean pel_canvas_get_cross_hair (PelCanvas *self);

/**
 * pel_canvas_set_comparison:
 * @left: (nullable): edges that are shown left of the divider; a reference is taken
 * @right: (nullable): edges right of it; %NULL together with @left ends the comparison
 *
 * Shows two predictions of the image side by side, in place of its own. They go away with it.
 */
void pel_canvas_set_comparison (PelCanvas *self, PelOutlines *left, PelOutlines *right);
gboolean pel_canvas_is_comparing (PelCanvas *self);
/* Where the divider is, in widget pixels from the left. */
void pel_canvas_set_compare_position (PelCanvas *self, double x);

/**
 * PelCanvasMark:
 * @area: what is meant, in image pixels
 * @color: 0xRRGGBB
 * @text: a word; static
 *
 * A box with a word over the picture.
 */
typedef struct
{
  PelRect area;
  guint32 color;
  const char *text;
} PelCanvasMark;

/**
 * pel_canvas_set_marks:
 * @boxes: (array length=n) (nullable): copied
 *
 * Marks parts of the image on show, until told otherwise. Meanwhile every predicted edge is drawn,
 * also where the mask has the cell.
 */
void pel_canvas_set_marks (PelCanvas *self, const PelCanvasMark *boxes, guint n);
/* (transfer none) (nullable) (array length=n): what is marked now; valid until it is set anew */
const PelCanvasMark *pel_canvas_get_marks (PelCanvas *self, guint *n);

/* Ends the stroke in the hand and paints no more until the next press. */
void pel_canvas_finish_stroke (PelCanvas *self);

/**
 * pel_canvas_is_settled:
 *
 * Returns: whether all that is visible has been composed at its final sharpness; for tests,
 *   benchmarks and screenshots
 */
gboolean pel_canvas_is_settled (PelCanvas *self);

G_END_DECLS
