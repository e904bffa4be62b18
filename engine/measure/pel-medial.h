/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelMedial:
 * @length: length of the centre line from tip to tip
 * @mean_width: twice the mean distance from the medial axis to the outline
 * @max_width: diameter of the largest circle that fits; on an outline of pixels, where the corners
 *   of the steps make some place the widest, less what the widest point of a long axis is wider
 * than the widest three pixels of it
 *
 * How long and how wide a shape is along its centre line; in the unit of its points.
 */
typedef struct
{
  double length, mean_width, max_width;
} PelMedial;

/**
 * PelMedialScratch:
 *
 * Memory for pel_medial_measure(), some 200 kB; one thread at a time.
 */
typedef struct PelMedialScratch PelMedialScratch;

/**
 * pel_medial_scratch_new:
 *
 * Returns: (transfer full) (nullable): memory, or %NULL where there is not enough
 */
PelMedialScratch *pel_medial_scratch_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pel_medial_scratch_free (PelMedialScratch *self);

/**
 * pel_medial_measure:
 * @scratch: memory
 * @xy: x and y of the points of a closed outline, clockwise with y downwards; holes do not count
 * @n_points: number of points
 * @scale_x: what to multiply x with
 * @scale_y: what to multiply y with
 * @is_from_pixels: whether the outline is one of pel_medial_outline_from_edges()
 * @medial: (out): the measures; all 0 for an outline without an area
 *
 * The two ends of the shape that are farthest apart within it part the outline into two sides; the
 * centre line are the points as far from one side as from the other. That is the longest way
 * along the medial axis (Blum 1967), with a ray added at each end from the centre of the last
 * circle that touches both sides to the tip. On an outline of pixels, where each corner of a step
 * would end a branch, the circle that fits the cap best stands for the last one. So a rod bent to
 * a half ring, with round caps, has the length and width of the straight one.
 */
void pel_medial_measure (PelMedialScratch *scratch,
                         const double *xy,
                         gsize n_points,
                         double scale_x,
                         double scale_y,
                         gboolean is_from_pixels,
                         PelMedial *medial);
