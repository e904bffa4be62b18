/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/segment/pel-label-index.h"

/**
 * PelSplitPart:
 * @cell: the label of the cell it was cut from
 * @runs: its pixels, in reading order; each with @cell as its label
 * @n_runs: number of runs
 * @n_pixels: number of pixels
 *
 * A part that gets a label of its own.
 */
typedef struct
{
  guint32 cell;
  const PelLabelRun *runs;
  guint n_runs;
  guint64 n_pixels;
} PelSplitPart;

/**
 * PelSplit:
 *
 * What a line cuts off the cells that it crosses. One owner; any thread may read it.
 */
typedef struct PelSplit PelSplit;

/**
 * pel_split_new:
 * @labels: labels
 * @xy: x and y of each corner of an open line, in image pixels
 * @n_points: number of corners
 * @min_pixels: parts with fewer pixels, those under the line not counted, are left with the cell
 * @error: return location for a `GError`
 *
 * Finds the cells that the line really separates. A line that ends inside a cell, only touches
 * its border or runs into a hole leaves the cell whole. A cell that falls into several pieces
 * already is judged piece by piece.
 *
 * The cut has no width: what lies under the line goes to the part it touches, in the fewest steps
 * from pixel to pixel along edges. The largest part of a piece remains what it is (the first in
 * reading order among equals) and is not in the result.
 *
 * Returns: (transfer full) (nullable): the parts, or %NULL with `PEL_ENGINE_ERROR_NO_MEMORY`
 */
PelSplit *pel_split_new (const PelLabels *labels,
                         const double *xy,
                         guint n_points,
                         guint min_pixels,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

void pel_split_free (PelSplit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelSplit, pel_split_free)

/**
 * pel_split_get_parts:
 * @self: a split
 * @n_parts: (out): how many
 *
 * Returns: (transfer none) (array length=n_parts): the parts, in the order in which the line meets
 *   their cells; those of a cell in reading order
 */
const PelSplitPart *pel_split_get_parts (const PelSplit *self, guint *n_parts);
