/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

#include "engine/train/pel-train-config.h"

/* What a BioImage.IO package says about itself, as far as this program can do it. */

/**
 * PelPackageFile:
 * @name: an entry of the archive
 * @sha256: (nullable): what its hash must be
 */
typedef struct
{
  char *name, *sha256;
} PelPackageFile;

/**
 * PelPackageCard:
 * @weights: the network as ONNX
 * @input: a test picture, without a name where there is none
 * @output: what comes out of it
 * @roles: (nullable): what the results are, as pel_onnx_read() takes it
 * @scaling: how grey values are prepared
 * @low_percentile: for %PEL_SCALING_PERCENTILES
 * @high_percentile: for %PEL_SCALING_PERCENTILES
 * @factor: for %PEL_SCALING_FIXED
 * @offset: for %PEL_SCALING_FIXED
 * @is_limited: whether percentiles are limited to -1 and 2, as they are here
 * @um_per_px: size of a pixel, 0 where it is not told
 *
 * A description. One owner.
 */
typedef struct
{
  PelPackageFile weights, input, output;
  char *roles;
  PelScaling scaling;
  double low_percentile, high_percentile, factor, offset;
  gboolean is_limited;
  double um_per_px;
} PelPackageCard;

/**
 * pel_package_card_init:
 * @self: (out): the card
 * @root: the description, of format 0.4 or 0.5, not trusted
 * @error: return location for a `GError`
 *
 * Understood are packages of one picture of axes batch, channel, row and column, and one result of
 * the same, with weights as ONNX; preparation by percentiles, mean and deviation of each channel,
 * or fixed factors; a sigmoid afterwards, which is what probabilities are here anyway.
 *
 * Returns: `FALSE` with `PEL_ENGINE_ERROR_UNSUPPORTED` or `PEL_ENGINE_ERROR_BAD_FILE` set, which
 * says what is not understood
 */
gboolean pel_package_card_init (PelPackageCard *self, JsonNode *root, GError **error);
void pel_package_card_clear (PelPackageCard *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PelPackageCard, pel_package_card_clear)
