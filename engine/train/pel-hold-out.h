/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/train/pel-dataset.h"

/**
 * pel_dataset_new_parts_held_out:
 * @self: a collection; unchanged
 * @share: of each image that is held out, above 0 and below 1
 * @seed: at which side
 * @error: return location for a `GError`
 *
 * For collections of few images: cuts a strip off one side of each image that counts whole, at
 * the left, right, top or bottom, and holds it out. Cells on the line end there in both parts.
 * Images that do not count whole, or have no cells in one of the parts, or would leave a strip
 * narrower than 48 pixels, stay as they are.
 *
 * Returns: (transfer full) (nullable): the collection, or %NULL with `PEL_ENGINE_ERROR_NO_MEMORY`
 *   set
 */
PelDataset *pel_dataset_new_parts_held_out (const PelDataset *self,
                                            double share,
                                            guint64 seed,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_dataset_hold_out_some:
 * @self: a collection that nobody trains on yet
 * @seed: which
 * @error: return location for a `GError`
 *
 * What a training holds out where nobody says otherwise, to choose the best weights and how
 * probabilities are cut: a fifth of the images where there are four or more, else a quarter of
 * each by pel_dataset_new_parts_held_out(). Nothing more where some are held out already.
 *
 * Returns: (transfer full) (nullable): @self, changed, or a collection in its place; %NULL with
 *   `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
PelDataset *pel_dataset_hold_out_some (PelDataset *self, guint64 seed, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
