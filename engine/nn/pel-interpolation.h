/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-pool.h"
#include "engine/nn/pel-unet.h"

/**
 * PelInterpolation:
 * @pool: who computes
 * @cancellable: (nullable): polled by the pool
 * @kind: between which pixels is interpolated; not %PEL_UPSAMPLING_TRANSPOSED
 * @n_planes: planes of the map, or of its blocks
 * @h: rows before they are doubled
 * @w: columns before they are doubled
 * @lanes: numbers of a pixel that lie together, 1 or %PEL_LANES
 *
 * Bilinear interpolation of a map whose pixels were repeated, two by two, by the transposed
 * convolution before it. Pixel k of a line lies at 2k and 2k + 1 of the doubled one; all that
 * interpolation changes is that the two pixels on both sides of a seam, 2k - 1 and 2k, become
 * mixtures of each other. So it needs no memory, and works along columns and rows one after the
 * other.
 */
typedef struct
{
  PelPool *pool;
  GCancellable *cancellable;
  PelUpsampling kind;
  guint n_planes, h, w, lanes;
} PelInterpolation;

/* Both work on a map of 2h x 2w pixels, in place; @dy is the loss's derivative by the result, and
 * becomes the one by what was interpolated. FALSE where they were cancelled. */
gboolean pel_interpolation_forward (const PelInterpolation *self, float *y);
gboolean pel_interpolation_backward (const PelInterpolation *self, float *dy);

/* Gives the four places of each of @n weights, or of their gradients, the mean of the four. Weights
 * whose places are the same repeat pixels; with gradients that are, they stay so. */
void pel_interpolation_tie (float *values, gsize n);
