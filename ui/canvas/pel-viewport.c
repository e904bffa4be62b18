/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-viewport.h"

#include <math.h>

/* Room around a fitted image, in widget pixels. */
#define FIT_MARGIN 12.0
#define FIT_ZOOM_MAX 4.0

/* Of an image that is smaller than the widget, how far its middle may be from the widget's: not at
 * all for one of half its size or less, with a steady transition. */
static double
get_slack (double size, double view)
{
  return view / 2 * CLAMP (2 * size / view - 1, 0, 1);
}

/* How far an edge may go: that of a larger image until it is in the middle of the widget. */
static double
clamp_axis (double position, double size, double view)
{
  double middle = (view - size) / 2;
  double slack;

  if (size >= view)
    return CLAMP (position, view / 2 - size, view / 2);
  slack = get_slack (size, view);
  return CLAMP (position, middle - slack, middle + slack);
}

/* The same of a turned image, along its own axes: corners of the picture may be empty. */
static void
clamp_turned (const PelViewport *self, double *x, double *y)
{
  const PelTurn *turn = &self->turn;
  const double c = fabs (turn->cos), s = fabs (turn->sin);
  const double width = self->image_width * self->zoom, height = self->image_height * self->zoom;
  const double view_width = c * self->width + s * self->height;
  const double view_height = s * self->width + c * self->height;
  const double reach_x = width >= view_width ? width / 2 : get_slack (width, view_width);
  const double reach_y = height >= view_height ? height / 2 : get_slack (height, view_height);
  double middle_x, middle_y, dx, dy, along, across;

  pel_viewport_to_picture (self, self->image_width / 2.0, self->image_height / 2.0, &middle_x,
                           &middle_y);
  dx = *x + middle_x - self->width / 2;
  dy = *y + middle_y - self->height / 2;
  along = turn->cos * dx + turn->sin * dy;
  across = turn->cos * dy - turn->sin * dx;
  along = CLAMP (along, -reach_x, reach_x);
  across = CLAMP (across, -reach_y, reach_y);
  *x = turn->cos * along - turn->sin * across + self->width / 2 - middle_x;
  *y = turn->sin * along + turn->cos * across + self->height / 2 - middle_y;
}

static void
update_turn (PelViewport *self)
{
  const double scale = self->zoom * self->device_scale;

  pel_turn_init (&self->turn, self->angle, self->image_width * scale, self->image_height * scale);
}

void
pel_viewport_get_extent (const PelViewport *self, double *width, double *height)
{
  if (pel_turn_is_upright (&self->turn))
    {
      *width = self->image_width * self->zoom;
      *height = self->image_height * self->zoom;
    }
  else
    {
      *width = self->turn.width / (double)self->device_scale;
      *height = self->turn.height / (double)self->device_scale;
    }
}

static void
place (PelViewport *self, double x, double y)
{
  double width, height;

  if (pel_turn_is_upright (&self->turn))
    {
      pel_viewport_get_extent (self, &width, &height);
      x = clamp_axis (x, width, self->width);
      y = clamp_axis (y, height, self->height);
    }
  else
    clamp_turned (self, &x, &y);
  self->x = round (x * self->device_scale) / self->device_scale;
  self->y = round (y * self->device_scale) / self->device_scale;
}

void
pel_viewport_init (PelViewport *self)
{
  *self = (PelViewport){ .zoom = 1, .fitted = TRUE, .device_scale = 1 };
  update_turn (self);
}

/* A narrow widget has no room to give away. */
static double
get_inset (const PelViewport *self)
{
  return MIN (self->inset, self->width / 4);
}

double
pel_viewport_get_fit_zoom (const PelViewport *self)
{
  const double c = fabs (self->turn.cos), s = fabs (self->turn.sin);
  double zoom;

  if (self->image_width == 0 || self->width <= 0 || self->height <= 0)
    return 1;
  zoom = MIN (MAX (self->width - get_inset (self) - 2 * FIT_MARGIN, 16) /
                  (c * self->image_width + s * self->image_height),
              MAX (self->height - 2 * FIT_MARGIN, 16) /
                  (s * self->image_width + c * self->image_height));
  return CLAMP (zoom, PEL_VIEWPORT_ZOOM_MIN, FIT_ZOOM_MAX);
}

void
pel_viewport_fit (PelViewport *self)
{
  double width, height;

  self->fitted = TRUE;
  self->zoom = pel_viewport_get_fit_zoom (self);
  update_turn (self);
  pel_viewport_get_extent (self, &width, &height);
  /* In the middle, or as near to it as it is clear of the inset. */
  place (self,
         MAX ((self->width - width) / 2, MIN (get_inset (self) + FIT_MARGIN, self->width - width)),
         (self->height - height) / 2);
}

void
pel_viewport_set_inset (PelViewport *self, double inset)
{
  self->inset = MAX (inset, 0);
  if (self->fitted)
    pel_viewport_fit (self);
}

void
pel_viewport_set_image_size (PelViewport *self, guint width, guint height)
{
  self->image_width = width;
  self->image_height = height;
  pel_viewport_fit (self);
}

void
pel_viewport_forget_image (PelViewport *self)
{
  self->angle = 0;
  update_turn (self);
  pel_viewport_set_image_size (self, 0, 0);
}

void
pel_viewport_restore (PelViewport *self, const PelViewport *memory)
{
  double x, y;

  pel_viewport_to_image (memory, memory->width / 2, memory->height / 2, &x, &y);
  self->angle = memory->angle;
  update_turn (self);
  pel_viewport_set_image_size (self, memory->image_width, memory->image_height);
  if (!memory->fitted)
    pel_viewport_center (self, memory->zoom, x, y);
}

void
pel_viewport_set_widget_size (PelViewport *self, double width, double height, gint device_scale)
{
  double x = self->x + (width - self->width) / 2;
  double y = self->y + (height - self->height) / 2;

  self->width = width;
  self->height = height;
  self->device_scale = MAX (device_scale, 1);
  update_turn (self);
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

static void
set_zoom (PelViewport *self, double zoom)
{
  self->zoom = CLAMP (zoom, PEL_VIEWPORT_ZOOM_MIN, PEL_VIEWPORT_ZOOM_MAX);
  self->fitted = FALSE;
  update_turn (self);
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
  set_zoom (self, zoom);
  place_point (self, image_x, image_y, fixed_x, fixed_y);
}

double
pel_viewport_step_angle (const PelViewport *self, double degrees)
{
  const double steps = self->angle / degrees;

  /* A hair before a multiple counts as on it. */
  return (floor (steps + 1e-6) + 1) * degrees;
}

void
pel_viewport_turn (PelViewport *self,
                   double degrees,
                   double image_x,
                   double image_y,
                   double at_x,
                   double at_y)
{
  if (!isfinite (degrees))
    return;
  self->angle = remainder (degrees, 360);
  if (self->angle <= -180)
    self->angle = 180;
  if (fabs (self->angle) < 1e-6)
    self->angle = 0;
  update_turn (self);
  if (self->fitted)
    pel_viewport_fit (self);
  else
    place_point (self, image_x, image_y, at_x, at_y);
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
  set_zoom (self, zoom);
  place_point (self, image_x, image_y, self->width / 2, self->height / 2);
}

void
pel_viewport_way_to_image (const PelViewport *self,
                           double dx,
                           double dy,
                           double *image_dx,
                           double *image_dy)
{
  *image_dx = (self->turn.cos * dx + self->turn.sin * dy) / self->zoom;
  *image_dy = (self->turn.cos * dy - self->turn.sin * dx) / self->zoom;
}

void
pel_viewport_way_from_image (const PelViewport *self,
                             double image_dx,
                             double image_dy,
                             double *dx,
                             double *dy)
{
  *dx = (self->turn.cos * image_dx - self->turn.sin * image_dy) * self->zoom;
  *dy = (self->turn.sin * image_dx + self->turn.cos * image_dy) * self->zoom;
}

void
pel_viewport_to_image (const PelViewport *self,
                       double x,
                       double y,
                       double *image_x,
                       double *image_y)
{
  pel_viewport_way_to_image (self, x - self->x - self->turn.x / (double)self->device_scale,
                             y - self->y - self->turn.y / (double)self->device_scale, image_x,
                             image_y);
}

void
pel_viewport_to_picture (const PelViewport *self,
                         double image_x,
                         double image_y,
                         double *x,
                         double *y)
{
  pel_viewport_way_from_image (self, image_x, image_y, x, y);
  *x += self->turn.x / (double)self->device_scale;
  *y += self->turn.y / (double)self->device_scale;
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

/* The box round a turned rectangle: its corner that was upper left, and the ways along its sides.
 */
static void
init_box (graphene_rect_t *box, double x, double y, const double ways[4])
{
  graphene_rect_init (box, (float)(x + MIN (ways[0], 0) + MIN (ways[2], 0)),
                      (float)(y + MIN (ways[1], 0) + MIN (ways[3], 0)),
                      (float)(fabs (ways[0]) + fabs (ways[2])),
                      (float)(fabs (ways[1]) + fabs (ways[3])));
}

void
pel_viewport_get_bounds (const PelViewport *self,
                         const graphene_rect_t *area,
                         graphene_rect_t *bounds)
{
  double x, y, ways[4];

  pel_viewport_from_image (self, (double)area->origin.x, (double)area->origin.y, &x, &y);
  pel_viewport_way_from_image (self, (double)area->size.width, 0, &ways[0], &ways[1]);
  pel_viewport_way_from_image (self, 0, (double)area->size.height, &ways[2], &ways[3]);
  init_box (bounds, x, y, ways);
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
  double x, y, ways[4];

  pel_viewport_to_image (self, 0, 0, &x, &y);
  pel_viewport_way_to_image (self, self->width, 0, &ways[0], &ways[1]);
  pel_viewport_way_to_image (self, 0, self->height, &ways[2], &ways[3]);
  init_box (visible, x, y, ways);
}

gboolean
pel_viewport_sees (const PelViewport *self, const graphene_rect_t *area)
{
  graphene_rect_t box;

  pel_viewport_get_bounds (self, area, &box);
  graphene_rect_normalize (&box);
  return box.origin.x >= -0.5f && box.origin.y >= -0.5f &&
         (double)(box.origin.x + box.size.width) <= self->width + 0.5 &&
         (double)(box.origin.y + box.size.height) <= self->height + 0.5;
}
