/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * pel_rand_score:
 * @predicted: predicted regions, row by row; 0 is their background
 * @truth: true ones, of as many pixels; what is 0 does not count
 * @n_pixels: number of pixels
 *
 * The foreground-restricted Rand score of Arganda-Carreras et al., Crowdsourcing the creation of
 * image segmentation algorithms for connectomics, Frontiers in Neuroanatomy 9:142, 2015: with p_ij
 * the share of the truth's foreground pixels that lie in region i of the prediction and region j of
 * the truth, s_i and t_j its sums, V = 2 sum p_ij^2 / (sum s_i^2 + sum t_j^2). A pixel of the
 * truth's foreground that the prediction calls background is a region of its own, as its background
 * is not one region.
 *
 * Returns: 0 to 1, or not a number where the truth has no foreground
 */
double pel_rand_score (const guint32 *predicted, const guint32 *truth, gsize n_pixels);
