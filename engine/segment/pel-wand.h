/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-error.h"

/**
 * PEL_WAND_SIZE:
 *
 * Columns and rows of the samples that the wand looks at; the seed is the one in the middle.
 */
#define PEL_WAND_SIZE 149

/**
 * PelWandOptions:
 * @exact: take only the seed's very value, without smoothing, tolerance or closing
 * @sensitivity: the larger, the nearer the region stays to the seed and to what is like it; 1.25 is
 *   a good start
 */
typedef struct
{
  gboolean exact;
  double sensitivity;
} PelWandOptions;

/**
 * pel_wand_grow:
 * @samples: %PEL_WAND_SIZE rows of as many values, at the scale that the user sees; values that are
 *   not finite lie outside the image and are never taken
 * @options: how much is alike
 * @inside: (out): as many bytes; 1 where the region is, 0 elsewhere
 * @error: return location for a `GError`
 *
 * The samples that are cheaply reached from the one in the middle, step by step. Three numbers make
 * a step expensive: how far the brightness after a Gaussian of 4 samples is from the seed's; how
 * much smoother than the seed it is there, by the logarithm of the mean deviation from a Gaussian
 * of 1.5 samples, within one of 3; and how steep the brightness after a Gaussian of 2 samples is.
 * Cells in phase contrast are as bright as what is round them, but rougher; what is rougher than
 * the seed costs nothing therefore, and the rim is where the way on gets expensive. The first two
 * are divided by their standard deviation over all samples, the slope by half of that of the
 * samples; their squares count 1/4, 1 and 1/4, and 0.04 is added, so that even ground ends as well.
 * A step costs the mean of its two ends times its length; inside is what Dijkstra's algorithm
 * reaches for 6.65 divided by the square of @sensitivity. Gaps narrower than 5 samples are closed
 * afterwards. So how coarse the region is depends on the scale of the samples, as in the wand of
 * QuPath.
 *
 * With @exact the samples with the value of the one in the middle that hang together with it along
 * edges.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_NO_MEMORY`; nothing is inside then
 */
gboolean pel_wand_grow (const float *samples,
                        const PelWandOptions *options,
                        guint8 *inside,
                        GError **error);
