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

void
pel_viewport_get_extent (const PelViewport *self, double *width, double *height)
{
  *width = self->image_width * self->zoom;
  *height = self->image_height * self->zoom;
}

static void
place (PelViewport *self, double x, double y)
{
  double width, height;

  pel_viewport_get_extent (self, &width, &height);
  x = clamp_axis (x, width, self->width);
  y = clamp_axis (y, height, self->height);
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
  double width, height;

  self->fitted = TRUE;
  self->zoom = pel_viewport_get_fit_zoom (self);
  pel_viewport_get_extent (self, &width, &height);
  place (self, (self->width - width) / 2, (self->height - height) / 2);
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

/* Puts an image point at a place of the widget. */
static void
place_point (PelViewport *self, double image_x, double image_y, double at_x, double at_y)
{
  double x, y;

  pel_viewport_to_picture (self, image_x, image_y, &x, &y);
  place (self, at_x - x, at_y - y);
}

void
pel_viewport_zoom_at (PelViewport *self, double zoom, double fixed_x, double fixed_y)
{
  double image_x, image_y;

  if (!isfinite (zoom))
    return;
  pel_viewport_to_image (self, fixed_x, fixed_y, &image_x, &image_y);
  self->zoom = CLAMP (zoom, PEL_VIEWPORT_ZOOM_MIN, PEL_VIEWPORT_ZOOM_MAX);
  self->fitted = FALSE;
  place_point (self, image_x, image_y, fixed_x, fixed_y);
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
  place_point (self, image_x, image_y, self->width / 2, self->height / 2);
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

void
pel_viewport_to_picture (const PelViewport *self,
                         double image_x,
                         double image_y,
                         double *x,
                         double *y)
{
  *x = image_x * self->zoom;
  *y = image_y * self->zoom;
}

void
pel_viewport_from_image (const PelViewport *self,
                         double image_x,
                         double image_y,
                         double *x,
                         double *y)
{
  pel_viewport_to_picture (self, image_x, image_y, x, y);
  *x += self->x;
  *y += self->y;
}

void
pel_viewport_get_bounds (const PelViewport *self,
                         const graphene_rect_t *area,
                         graphene_rect_t *bounds)
{
  double x, y;

  pel_viewport_from_image (self, (double)area->origin.x, (double)area->origin.y, &x, &y);
  graphene_rect_init (bounds, (float)x, (float)y, (float)((double)area->size.width * self->zoom),
                      (float)((double)area->size.height * self->zoom));
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
