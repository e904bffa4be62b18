/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PelTurn:
 * @cos: of the angle
 * @sin: of the angle
 * @dx: what is added after turning, so that the turned rectangle begins at 0
 * @dy: the same
 * @width: of the upright rectangle around the turned one
 * @height: of it
 *
 * How a rectangle from the origin to its size lies when it is turned clockwise (y points down):
 * x' = cos x - sin y + dx, y' = sin x + cos y + dy. At right angles cosine and sine are exact.
 */
typedef struct
{
  double cos, sin;
  double dx, dy;
  double width, height;
} PelTurn;

/* @angle: in degrees, any */
void pel_turn_init (PelTurn *self, double angle, double width, double height);

/* To at least 0 and less than 360; within a tenth of a degree of a right angle exactly that. */
double pel_turn_normalise (double angle);

void pel_turn_apply (const PelTurn *self, double x, double y, double *out_x, double *out_y);
void pel_turn_undo (const PelTurn *self, double x, double y, double *out_x, double *out_y);

G_END_DECLS
