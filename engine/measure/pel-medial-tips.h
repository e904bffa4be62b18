/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* Points of an outline that are looked at. */
#define PEL_MEDIAL_MAX_RING 512

/* The two ends of a shape that are farthest apart within it, and a way between them. */
typedef struct PelTipsScratch PelTipsScratch;

PelTipsScratch *pel_tips_scratch_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pel_tips_scratch_free (PelTipsScratch *self);

/**
 * pel_tips_find:
 * @self: memory
 * @ring: x and y of the points of a closed outline
 * @n_ring: number of points, up to %PEL_MEDIAL_MAX_RING
 * @area: its area, above 0
 * @tips: (out) (array fixed-size=2): indices of the ends
 * @n_path: (out): points on the way
 *
 * In a shape that is nearly convex the ends are its two points farthest apart. In others they are
 * looked for on a coarse grid of some 256 cells within the shape, as those with the longest
 * shortest way between them.
 *
 * Returns: (transfer none) (nullable): x and y of the way's points, from the first end to the
 *   second, or %NULL where there is none
 */
const double *pel_tips_find (PelTipsScratch *self,
                             const double *ring,
                             guint n_ring,
                             double area,
                             guint tips[2],
                             guint *n_path);
