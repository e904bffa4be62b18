/* SPDX-License-Identifier: MIT */
#pragma once

#include "tests/ui/pel-ui-test.h"
#include "ui/canvas/pel-canvas-private.h"

G_BEGIN_DECLS

/**
 * PelCanvasTest:
 * @view: the canvas with all that stands round it, or the canvas itself
 *
 * A canvas in a window of its own, with an image and an empty mask.
 */
typedef struct
{
  GtkWidget *window;
  GtkWidget *view;
  PelCanvas *canvas;
  PelDisplay *display;
  PelTestDocument *test_document;
  PelImageDocument *document;
  PelMask *mask;
} PelCanvasTest;

/* No two neighbours alike, and 8 bits wide: an image that shows where each pixel went. */
guint8 pel_canvas_test_pattern (guint x, guint y);

/* @view: (transfer full): a new PelCanvas or PelCanvasView; @width and @height are the image's, and
 * @pattern its pixels, shown as they are. The window is not presented yet. */
void pel_canvas_test_set_up (PelCanvasTest *self,
                             GtkWidget *view,
                             guint width,
                             guint height,
                             guint8 (*pattern) (guint x, guint y));
/* Presents the window and waits until all is sharp. */
void pel_canvas_test_show (PelCanvasTest *self);
/* Asserts that the canvas is gone with its window. */
void pel_canvas_test_tear_down (PelCanvasTest *self);

G_END_DECLS
