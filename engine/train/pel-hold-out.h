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
 * PelHeldSide:
 *
 * Of which side of an image a strip is held out.
 */
typedef enum
{
  PEL_HELD_SIDE_LEFT,
  PEL_HELD_SIDE_RIGHT,
  PEL_HELD_SIDE_TOP,
  PEL_HELD_SIDE_BOTTOM,
  PEL_HELD_SIDE_NONE
} PelHeldSide;

/* The share of each image that pel_dataset_hold_out_some() holds out of few images. */
#define PEL_HELD_SHARE 0.25

/**
 * pel_dataset_choose_held_sides:
 * @self: a collection
 * @share: as for pel_dataset_new_parts_held_out()
 * @seed: at which side
 * @sides: (out caller-allocates): one for each sample
 *
 * What pel_dataset_new_parts_held_out() chooses, for those that have to cut newer labels of the
 * same images at the same sides.
 */
void pel_dataset_choose_held_sides (const PelDataset *self,
                                    double share,
                                    guint64 seed,
                                    PelHeldSide *sides);

/**
 * pel_dataset_new_sides_held_out:
 * @self: a collection; unchanged
 * @share: as for pel_dataset_new_parts_held_out()
 * @sides: one for each sample. One that does not count whole, or is too small, is left as it is
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): the collection, in which a sample's rest comes before its
 *   strip; %NULL with `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
PelDataset *pel_dataset_new_sides_held_out (const PelDataset *self,
                                            double share,
                                            const PelHeldSide *sides,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_dataset_wants_parts:
 * @self: a collection
 *
 * Returns: whether none of its images is held out and they are too few to hold whole ones out
 */
gboolean pel_dataset_wants_parts (const PelDataset *self);

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
