/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/canvas/pel-canvas.h"

G_BEGIN_DECLS

/**
 * PelCanvasView:
 *
 * The canvas with what floats on it: the tool palette at the left, zoom controls and the
 * minimap below at the right, the scale bar below at the left, scrollbars. This is what the
 * window embeds; give it document and display through its canvas.
 */
#define PEL_TYPE_CANVAS_VIEW (pel_canvas_view_get_type ())
G_DECLARE_FINAL_TYPE (PelCanvasView, pel_canvas_view, PEL, CANVAS_VIEW, GtkWidget)

GtkWidget *pel_canvas_view_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer none): the canvas, for documents, tools and signals. */
PelCanvas *pel_canvas_view_get_canvas (PelCanvasView *self);

/* Property `show-tools`: whether the palette is there (hidden while reviewing, say). */
gboolean pel_canvas_view_get_show_tools (PelCanvasView *self);
void pel_canvas_view_set_show_tools (PelCanvasView *self, gboolean show);

G_END_DECLS
