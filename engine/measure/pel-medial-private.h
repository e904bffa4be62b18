/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/measure/pel-medial-tips.h"
#include "engine/measure/pel-medial.h"

/* The line in the middle of a shape (pel-medial.c) and what is measured along it
 * (pel-medial-axis.c). */

#define PEL_MEDIAL_MAX_STEPS 64
#define PEL_MEDIAL_MAX_SEGMENTS (PEL_MEDIAL_MAX_RING + 4)

typedef struct
{
  double x, y;
} PelMedialPoint;

struct PelMedialScratch
{
  PelTipsScratch *tips;
  PelMedialPoint ring[PEL_MEDIAL_MAX_SEGMENTS];
  guint n_ring;
  guint tip[2]; /* indices into the ring */
  /* The ring's segments, twice over, so that any run of them is one: where each begins, where it
   * goes, and one over its squared length. */
  double x[2 * PEL_MEDIAL_MAX_SEGMENTS], y[2 * PEL_MEDIAL_MAX_SEGMENTS];
  double ex[2 * PEL_MEDIAL_MAX_SEGMENTS], ey[2 * PEL_MEDIAL_MAX_SEGMENTS],
      inverse[2 * PEL_MEDIAL_MAX_SEGMENTS];
  PelMedialPoint path[PEL_MEDIAL_MAX_STEPS + 1], moved[PEL_MEDIAL_MAX_STEPS + 1];
  double radius[PEL_MEDIAL_MAX_STEPS + 1];
  guint n_steps;
};

double pel_medial_get_length (const PelMedialScratch *self);

/* A point of the line, counted from one of its ends. */
PelMedialPoint pel_medial_get_node (const PelMedialScratch *self, guint which, guint i);

/* The point at some way along the line from one of its ends. */
PelMedialPoint pel_medial_get_point (const PelMedialScratch *self, guint which, double way);

/* Distances to the two sides that the tips part. */
void pel_medial_nearest_sides (const PelMedialScratch *self,
                               PelMedialPoint p,
                               double distance[2],
                               PelMedialPoint foot[2]);

/* Moves a point to where both sides are equally far: Newton's method on the difference of the
 * distances, whose gradient is that of the unit vectors from the feet. Told is by which share of
 * the width it was nearer to one side. */
PelMedialPoint pel_medial_centre (const PelMedialScratch *self, PelMedialPoint p, double *off);

/* The distance of the nearest of the segments first to end, where end may run past the ring's last,
 * and which that is. */
double pel_medial_find_nearest (const PelMedialScratch *self,
                                guint first,
                                guint end,
                                PelMedialPoint p,
                                guint *at);

/* The nearest point of a segment. */
PelMedialPoint pel_medial_find_foot (const PelMedialScratch *self, guint at, PelMedialPoint p);

/* The axis with the radii at its ends is the length, the mean radius along it the width.
 * @pixel: the side of a pixel where the outline comes from pixels, else 0 */
void pel_medial_measure_axis (const PelMedialScratch *self, double pixel, PelMedial *medial);
