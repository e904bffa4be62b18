/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-turn.h"

#include <math.h>

#define SNAP 0.1

double
pel_turn_normalise (double angle)
{
  double right;

  if (!isfinite (angle))
    return 0;
  right = round (angle / 90) * 90;
  if (fabs (angle - right) < SNAP)
    angle = right;
  angle = fmod (angle, 360);
  return angle < 0 ? angle + 360 : angle;
}

void
pel_turn_init (PelTurn *self, double angle, double width, double height)
{
  const double quarters = angle / 90;

  if (quarters == floor (quarters))
    {
      static const double cosines[] = { 1, 0, -1, 0 };
      const gint quarter = (gint)fmod (quarters, 4);

      self->cos = cosines[(quarter + 4) % 4];
      self->sin = cosines[(quarter + 3) % 4];
    }
  else
    {
      self->cos = cos (angle * G_PI / 180);
      self->sin = sin (angle * G_PI / 180);
    }
  self->dx = MAX (0, -self->cos * width) + MAX (0, self->sin * height);
  self->dy = MAX (0, -self->sin * width) + MAX (0, -self->cos * height);
  self->width = fabs (self->cos) * width + fabs (self->sin) * height;
  self->height = fabs (self->sin) * width + fabs (self->cos) * height;
}

void
pel_turn_apply (const PelTurn *self, double x, double y, double *out_x, double *out_y)
{
  *out_x = self->cos * x - self->sin * y + self->dx;
  *out_y = self->sin * x + self->cos * y + self->dy;
}

void
pel_turn_undo (const PelTurn *self, double x, double y, double *out_x, double *out_y)
{
  x -= self->dx;
  y -= self->dy;
  *out_x = self->cos * x + self->sin * y;
  *out_y = self->cos * y - self->sin * x;
}
