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
 * @sensitivity: the tolerance is the standard deviation of the smoothed samples, divided by this;
 *   2 is a good start
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
 * The samples like the one in the middle that hang together with it along edges. Unless exact, the
 * samples are smoothed by a Gaussian of 4 samples first, alike is what differs from the seed by
 * no more than the tolerance, and gaps narrower than 5 samples are closed afterwards. So how coarse
 * the region is depends on the scale of the samples, as in the wand of QuPath.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_NO_MEMORY`; nothing is inside then
 */
gboolean pel_wand_grow (const float *samples,
                        const PelWandOptions *options,
                        guint8 *inside,
                        GError **error);
