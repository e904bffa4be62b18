/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelOverlap:
 * @predicted: a predicted region, from 1; 0 is its background
 * @truth: a true region, from 1; 0 is its background
 * @n_pixels: pixels that both share
 *
 * A pair of regions that share pixels.
 */
typedef struct
{
  guint32 predicted, truth;
  guint64 n_pixels;
} PelOverlap;

/**
 * pel_number_regions:
 * @plane: (inout): labels; on return numbered from 1 in the order of their first pixels
 * @n_pixels: number of pixels
 * @n_regions: (out): number of labels but 0
 */
void pel_number_regions (guint32 *plane, gsize n_pixels, guint32 *n_regions);

/**
 * pel_overlaps_count:
 * @predicted: regions, numbered from 1
 * @truth: others, of as many pixels
 * @n_pixels: number of pixels
 *
 * Returns: (transfer full) (element-type PelOverlap): every pair that shares pixels, background
 *   included, by rising true region and then by rising predicted region
 */
GArray *pel_overlaps_count (const guint32 *predicted, const guint32 *truth, gsize n_pixels);

/**
 * pel_overlaps_match:
 * @overlaps: (element-type PelOverlap): all pairs
 * @predicted_sizes: pixels of each predicted region
 * @n_predicted: number of predicted regions
 * @truth_sizes: pixels of each true region
 * @n_truth: number of true regions
 * @percent: least intersection over union in percent, at least 50
 * @partner: (out caller-allocates): for each true region, from 1, the predicted region that it is
 *   matched with, or 0
 *
 * The largest one-to-one matching of regions whose IoU is at least the threshold. Taking pairs
 * as they come is enough. Above one half no region has two candidates. At one half a region
 * has two only if they halve it between them and lie within it, and then
 * neither of the two has another candidate. Counts are compared as whole numbers, so that no
 * pair is lost to rounding.
 *
 * Returns: the number of matches
 */
guint32 pel_overlaps_match (const GArray *overlaps,
                            const guint64 *predicted_sizes,
                            guint32 n_predicted,
                            const guint64 *truth_sizes,
                            guint32 n_truth,
                            guint percent,
                            guint32 *partner);
