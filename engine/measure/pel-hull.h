/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * pel_hull:
 * @xy: (inout): x and y of each point; sorted on return
 * @n_points: number of points
 * @hull: (out caller-allocates): room for @n_points + 1 points
 *
 * The convex hull by Andrew's monotone chain (1979), without points on its edges, clockwise as
 * seen with y downwards.
 *
 * Returns: the number of corners
 */
gsize pel_hull (double *xy, gsize n_points, double *hull);

/**
 * PelFeret:
 * @max: largest distance between two parallel lines that hold the shape
 * @max_angle: its direction, in degrees from 0 to below 180, anticlockwise as seen
 * @min: the smallest such distance
 * @min_angle: its direction
 * @area: area of the hull
 *
 * Caliper diameters of a convex shape.
 */
typedef struct
{
  double max, max_angle;
  double min, min_angle;
  double area;
} PelFeret;

/**
 * pel_feret:
 * @hull: corners from pel_hull(), possibly scaled
 * @n_points: number of corners
 * @feret: (out): the diameters; all 0 for fewer than two corners
 *
 * Rotating calipers (Shamos 1978; Toussaint 1983), with y downwards.
 */
void pel_feret (const double *hull, gsize n_points, PelFeret *feret);

/**
 * pel_angle_seen:
 * @dx: a direction, rightwards
 * @dy: the same, downwards
 *
 * Returns: the angle of the line in degrees from 0 to below 180, anticlockwise as seen
 */
double pel_angle_seen (double dx, double dy);
