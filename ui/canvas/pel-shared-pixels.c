/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-shared-pixels.h"

#ifdef GDK_WINDOWING_X11
#include <cairo-xlib.h>
#include <gdk/x11/gdkx.h>

/* Cairo shares nothing that is smaller than a few pages. */
#define PIECE_SIDE 128

cairo_surface_t *
pel_shared_pixels_hold (GdkSurface *surface)
{
  GdkDisplay *display = gdk_surface_get_display (surface);
  const int scale = gdk_surface_get_scale_factor (surface);
  Display *xdisplay;
  cairo_surface_t *server, *frame, *piece;

  if (!GDK_IS_X11_DISPLAY (display))
    return NULL;
  xdisplay = gdk_x11_display_get_xdisplay (display);
  server = cairo_xlib_surface_create (xdisplay, DefaultRootWindow (xdisplay),
                                      DefaultVisual (xdisplay, DefaultScreen (xdisplay)), 1, 1);
  /* The pool is made as large as the first thing in it asks for. */
  frame = cairo_surface_create_similar_image (server, CAIRO_FORMAT_ARGB32,
                                              MAX (gdk_surface_get_width (surface) * scale, 1),
                                              MAX (gdk_surface_get_height (surface) * scale, 1));
  piece = cairo_surface_create_similar_image (server, CAIRO_FORMAT_ARGB32, PIECE_SIDE, PIECE_SIDE);
  cairo_surface_destroy (frame);
  cairo_surface_destroy (server);
  return piece;
}
#else
cairo_surface_t *
pel_shared_pixels_hold (GdkSurface *surface)
{
  return NULL;
}
#endif
