/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-error.h"

/**
 * pel_cell_likeness:
 * @samples: %PEL_CELL_GUESS_SIZE rows of as many values; those that are not finite lie outside the
 *   image
 * @likeness: (out): as many probabilities that the sample belongs to the cell at the middle
 * @error: return location for a `GError`
 *
 * Tells from brightness alone what hangs together with the middle of a block, also where a cell is
 * no brighter or darker than its surroundings but rougher, and has a bright rim, as in phase
 * contrast. Each sample is described by 22 numbers: brightness, gradient and roughness at several
 * scales, the same relative to the middle, and what lies on the straight way from there (brightest,
 * darkest, strongest step down and up, least rough). A network of two layers of 16 units makes a
 * probability of them; it was trained on the training images of `t98g-phase` and `dsb2018` by
 * tests/bench/fill-train.py. Brightness is taken relative to the block, so that neither its unit
 * nor its offset matters. Takes some hundredths of a second; any thread.
 *
 * Returns: %FALSE where all is flat (no error set), or with `PEL_ENGINE_ERROR_NO_MEMORY`
 */
gboolean pel_cell_likeness (const float *samples, float *likeness, GError **error);
