/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-error.h"

/**
 * pel_distance_transform:
 * @mask: @width x @height, row by row; 0 is background
 * @width: columns
 * @height: rows
 * @out: (out): for each pixel the Euclidean distance from its centre to the centre of the
 *   nearest background pixel; 0 on background, infinity where the image has no background
 * @error: return location for a `GError`
 *
 * Exact, in time that grows with the number of pixels: a lower envelope of parabolas along each
 * row over the distances within each column (Felzenszwalb and Huttenlocher, Distance transforms
 * of sampled functions, Theory of Computing 8, 2012). Outside the image counts as nothing, not
 * as background.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_BAD_SHAPE` or `PEL_ENGINE_ERROR_NO_MEMORY`
 */
gboolean pel_distance_transform (const guint8 *mask,
                                 guint width,
                                 guint height,
                                 float *out,
                                 GError **error);
