/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include "engine/core/pel-rect.h"

/**
 * pel_expected_dice:
 * @foreground: probabilities, in any order
 * @n_pixels: how many
 * @threshold: from which a pixel counts as foreground
 *
 * The Dice score that a prediction would have against the truth if its probabilities were true and
 * pixels independent, with expected counts in place of counts: twice the sum of the probabilities
 * of the pixels called foreground, by the number of these and the sum of all probabilities. 1 means
 * that the model is sure of every pixel. Values that are not numbers count as 0.
 *
 * Returns: 0 to 1; 1 where there is no foreground and none expected
 */
double pel_expected_dice (const float *foreground, gsize n_pixels, double threshold);

/**
 * pel_uncertainty_map:
 * @foreground: probabilities, in any order
 * @n_pixels: how many
 * @uncertainty: (out caller-allocates) (array length=n_pixels): 1 - |2p - 1| = 2 min (p, 1 - p) for
 *   each pixel: 0 where the model is sure, 1 at a probability of one half; may be @foreground
 *
 * One minus the margin between the two classes, the usual measure for choosing what to annotate
 * (Settles, Active Learning Literature Survey, 2009). Where the probabilities are averages over
 * views of the image, their disagreement counts too. Values that are not numbers count as 0.
 */
void pel_uncertainty_map (const float *foreground, gsize n_pixels, float *uncertainty);

/**
 * pel_uncertain_part:
 * @foreground: probabilities, row by row
 * @width: columns
 * @height: rows
 * @side: side of the part, clamped to the image
 * @part: (out): the part
 *
 * Looks for the square in which the model is least sure: where the sum of 1 - |2p - 1| is
 * greatest, on a grid of sixteenths of @side. The first in reading order among equals.
 *
 * Returns: the mean of 1 - |2p - 1| there, 0 to 1
 */
double pel_uncertain_part (const float *foreground,
                           guint width,
                           guint height,
                           guint side,
                           PelRect *part);
