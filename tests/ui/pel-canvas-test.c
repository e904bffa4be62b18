/* SPDX-License-Identifier: MIT */
#include "tests/ui/pel-canvas-test.h"

#include "ui/canvas/pel-canvas-view.h"

guint8
pel_canvas_test_pattern (guint x, guint y)
{
  return (guint8)(x * 7 + y * 13 + (x ^ y) * 3);
}

void
pel_canvas_test_set_up (PelCanvasTest *self,
                        GtkWidget *view,
                        guint width,
                        guint height,
                        guint8 (*pattern) (guint x, guint y))
{
  g_autoptr (PelImage) image = pel_test_image_new (width, height, pattern);
  PelChannelDisplay plain = { 0, 255, 1, FALSE };

  self->test_document = pel_test_document_new (image, NULL);
  self->document = pel_test_document_get (self->test_document);
  self->mask = pel_image_document_get_mask (self->document);
  pel_image_document_set_display (self->document, 0, &plain);
  self->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (self->window), 640, 480);
  self->view = view;
  self->canvas = PEL_IS_CANVAS_VIEW (view) ? pel_canvas_view_get_canvas (PEL_CANVAS_VIEW (view))
                                           : PEL_CANVAS (view);
  self->display = pel_canvas_get_display (self->canvas);
  gtk_window_set_child (GTK_WINDOW (self->window), view);
  pel_canvas_set_document (self->canvas, self->document);
}

void
pel_canvas_test_show (PelCanvasTest *self)
{
  gtk_window_present (GTK_WINDOW (self->window));
  pel_test_iterate (100);
  pel_test_settle (self->canvas);
}

void
pel_canvas_test_tear_down (PelCanvasTest *self)
{
  PelCanvas *canvas = g_object_ref (self->canvas);

  gtk_window_destroy (GTK_WINDOW (self->window));
  pel_test_iterate (100);
  g_assert_finalize_object (canvas);
  pel_test_document_free (self->test_document);
}
