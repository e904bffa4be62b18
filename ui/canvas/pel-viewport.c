/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-viewport.h"

#include <math.h>

/* Room around a fitted image, in widget pixels. */
#define FIT_MARGIN 12.0
#define FIT_ZOOM_MAX 4.0

/* How far an edge may go: an image larger than the widget may be moved until its edge is in the
 * middle, one of half the widget's size or less stays in the middle, with a steady transition. */
static double
clamp_axis (double position, double size, double view)
{
  double middle = (view - size) / 2;
  double slack;

  if (size >= view)
    return CLAMP (position, view / 2 - size, view / 2);
  slack = view / 2 * CLAMP (2 * size / view - 1, 0, 1);
  return CLAMP (position, middle - slack, middle + slack);
}

static void
place (PelViewport *self, double x, double y)
{
  x = clamp_axis (x, self->image_width * self->zoom, self->width);
  y = clamp_axis (y, self->image_height * self->zoom, self->height);
  self->x = round (x * self->device_scale) / self->device_scale;
  self->y = round (y * self->device_scale) / self->device_scale;
}

void
pel_viewport_init (PelViewport *self)
{
  *self = (PelViewport){ .zoom = 1, .fitted = TRUE, .device_scale = 1 };
}

double
pel_viewport_get_fit_zoom (const PelViewport *self)
{
  double zoom;

  if (self->image_width == 0 || self->width <= 0 || self->height <= 0)
    return 1;
  zoom = MIN (MAX (self->width - 2 * FIT_MARGIN, 16) / self->image_width,
              MAX (self->height - 2 * FIT_MARGIN, 16) / self->image_height);
  return CLAMP (zoom, PEL_VIEWPORT_ZOOM_MIN, FIT_ZOOM_MAX);
}

void
pel_viewport_fit (PelViewport *self)
{
  self->fitted = TRUE;
  self->zoom = pel_viewport_get_fit_zoom (self);
  place (self, (self->width - self->image_width * self->zoom) / 2,
         (self->height - self->image_height * self->zoom) / 2);
}

void
pel_viewport_set_image_size (PelViewport *self, guint width, guint height)
{
  self->image_width = width;
  self->image_height = height;
  pel_viewport_fit (self);
}

void
pel_viewport_set_widget_size (PelViewport *self, double width, double height, gint device_scale)
{
  double x = self->x + (width - self->width) / 2;
  double y = self->y + (height - self->height) / 2;

  self->width = width;
  self->height = height;
  self->device_scale = MAX (device_scale, 1);
  if (self->fitted)
    pel_viewport_fit (self);
  else
    place (self, x, y);
}

double
pel_viewport_step_zoom (const PelViewport *self, double factor)
{
  double zoom = self->zoom * factor;

  if ((self->zoom - 1) * (zoom - 1) < -1e-9 || fabs (zoom - 1) < 0.01)
    return 1;
  return zoom;
}

void
pel_viewport_zoom_at (PelViewport *self, double zoom, double fixed_x, double fixed_y)
{
  double image_x = (fixed_x - self->x) / self->zoom;
  double image_y = (fixed_y - self->y) / self->zoom;

  if (!isfinite (zoom))
    return;
  self->zoom = CLAMP (zoom, PEL_VIEWPORT_ZOOM_MIN, PEL_VIEWPORT_ZOOM_MAX);
  self->fitted = FALSE;
  place (self, fixed_x - image_x * self->zoom, fixed_y - image_y * self->zoom);
}

void
pel_viewport_scroll (PelViewport *self, double dx, double dy)
{
  self->fitted = FALSE;
  place (self, self->x - dx, self->y - dy);
}

void
pel_viewport_center (PelViewport *self, double zoom, double image_x, double image_y)
{
  self->zoom = CLAMP (zoom, PEL_VIEWPORT_ZOOM_MIN, PEL_VIEWPORT_ZOOM_MAX);
  self->fitted = FALSE;
  place (self, self->width / 2 - image_x * self->zoom, self->height / 2 - image_y * self->zoom);
}

void
pel_viewport_to_image (const PelViewport *self,
                       double x,
                       double y,
                       double *image_x,
                       double *image_y)
{
  *image_x = (x - self->x) / self->zoom;
  *image_y = (y - self->y) / self->zoom;
}

PelRect
pel_viewport_get_scaled_area (const PelViewport *self)
{
  return (PelRect){ (gint)lround (-self->x * self->device_scale),
                    (gint)lround (-self->y * self->device_scale),
                    (gint)ceil (self->width * self->device_scale),
                    (gint)ceil (self->height * self->device_scale) };
}

void
pel_viewport_get_visible (const PelViewport *self, graphene_rect_t *visible)
{
  graphene_rect_init (visible, (float)(-self->x / self->zoom), (float)(-self->y / self->zoom),
                      (float)(self->width / self->zoom), (float)(self->height / self->zoom));
}
