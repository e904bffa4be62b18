/* SPDX-License-Identifier: MIT */
/* The view turns: by dragging round its middle, and by two fingers. */
#include "ui/canvas/pel-canvas-private.h"

#include <math.h>

/* Degrees. A drag or two fingers come to rest at a quarter so near to it. */
#define DRAG_REST 2.0
#define FINGER_REST 4.0
/* Two fingers that come together turn a little, which is not meant. */
#define FINGER_SLACK 10.0
/* Widget pixels from the middle within which a direction says nothing. */
#define BLIND 6.0

/* The nearest multiple of @step, where that is no further than @reach. */
static double
rest (double degrees, double step, double reach)
{
  const double nearest = round (degrees / step) * step;

  return fabs (degrees - nearest) <= reach ? nearest : degrees;
}

static gboolean
get_direction (PelCanvas *self, double x, double y, double *degrees)
{
  x -= self->view.width / 2;
  y -= self->view.height / 2;
  *degrees = atan2 (y, x) * 180 / G_PI;
  return hypot (x, y) >= BLIND;
}

void
pel_canvas_begin_turn (PelCanvas *self, double x, double y)
{
  self->turn_angle = self->view.angle;
  self->turn_begun = get_direction (self, x, y, &self->turn_direction);
  pel_viewport_to_image (&self->view, self->view.width / 2, self->view.height / 2, &self->turn_x,
                         &self->turn_y);
}

void
pel_canvas_drag_turn (PelCanvas *self, double x, double y, GdkModifierType state)
{
  double direction, degrees;

  if (!get_direction (self, x, y, &direction))
    return;
  if (self->turn_begun)
    self->turn_angle += remainder (direction - self->turn_direction, 360);
  self->turn_direction = direction;
  self->turn_begun = TRUE;
  degrees = state & GDK_CONTROL_MASK ? rest (self->turn_angle, PEL_CANVAS_TURN_STEP, 360)
                                     : rest (self->turn_angle, 90, DRAG_REST);
  pel_canvas_stop_glide (self);
  pel_canvas_hold_tiles (self);
  /* The point that was in the middle at first, so that many small turns do not move it. */
  pel_viewport_turn (&self->view, degrees, self->turn_x, self->turn_y, self->view.width / 2,
                     self->view.height / 2);
  pel_canvas_view_changed (self);
  pel_canvas_pointer_refresh (self);
}

void
pel_canvas_begin_finger_turn (PelCanvas *self)
{
  self->finger_angle = self->view.angle;
  self->finger_slack = NAN;
}

void
pel_canvas_finger_turn (PelCanvas *self, double radians, const graphene_point_t *middle)
{
  const double degrees = remainder (radians * 180 / G_PI, 360);

  if (isnan (self->finger_slack))
    {
      if (fabs (degrees) < FINGER_SLACK)
        return;
      self->finger_slack = degrees < 0 ? -FINGER_SLACK : FINGER_SLACK;
    }
  pel_canvas_hold_tiles (self);
  pel_canvas_set_angle (
      self, rest (self->finger_angle + degrees - self->finger_slack, 90, FINGER_REST), middle);
}
