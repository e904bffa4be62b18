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
 * @sensitivity: what is alike differs by no more than a standard deviation divided by this, in
 *   brightness and texture together; 1.25 is a good start
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
 * The samples like the one in the middle that hang together with it along edges. Unless exact, two
 * numbers of each sample are compared: its brightness after a Gaussian of 4 samples, and its
 * texture, the logarithm of the mean deviation from a Gaussian of 1.5 samples, within one of 3.
 * Cells in phase contrast are as bright as what is round them, but rougher; what is rougher than
 * the seed is alike therefore. Both differences are divided by the standard deviation over all
 * samples, that of brightness counts 0.7 times, and alike is where the root of the sum of their
 * squares is no more than 1 / @sensitivity. Gaps narrower than 5 samples are closed afterwards. So
 * how coarse the region is depends on the scale of the samples, as in the wand of QuPath.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_NO_MEMORY`; nothing is inside then
 */
gboolean pel_wand_grow (const float *samples,
                        const PelWandOptions *options,
                        guint8 *inside,
                        GError **error);
