/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/segment/pel-segment.h"

/**
 * pel_flow_cut_cells:
 * @foreground: probability of being in a cell, @width x @height, row by row; a value that is not a
 *   number is background
 * @flows: two planes of the same size, one after the other: vectors, down and right, that point
 *   along the way to the middle of the pixel's cell
 * @width: columns
 * @height: rows
 * @options: how to cut. The separation tells how clearly the flows must part where two cells meet:
 *   by (1 - separation)^4, of which 1 is straight away from each other and 0 side by side
 * @cancellable: (nullable): polled between rows
 * @error: return location for a `GError`
 *
 * Turns what a network tells into cells, numbered from 1 by their first pixel in reading order, as
 * pel_segment_cells() does by another plane. All of the foreground belongs to some cell, so that
 * its outline is theirs, but for pieces smaller than the smallest cell that touch no other, and for
 * cells that are left out.
 *
 * Each pixel of the foreground follows the flow in steps of one pixel (Stringer et al., Nature
 * Methods 18, 2021, in 200 steps of the vector's length) until it comes to where another has
 * been: pixels that end together are a region. Then regions are joined, those first between which
 * the flows part least: where one cell has two ends, ways run side by side between them, and where
 * two cells touch they part. Last, cells are left out whose own ways to their middles, as
 * pel_flow_field_new() finds them, differ from the flows by more than 0.7 in the mean of squares,
 * or 0.35 / separation where that is more. The same input gives the same labels.
 *
 * Takes up to 20 bytes of memory a pixel while it works.
 *
 * Returns: (transfer full) (nullable): the cells, or %NULL with `PEL_ENGINE_ERROR_BAD_SHAPE`,
 *   `PEL_ENGINE_ERROR_NO_MEMORY` or `G_IO_ERROR_CANCELLED`
 */
PelLabels *pel_flow_cut_cells (const float *foreground,
                               const float *flows,
                               guint width,
                               guint height,
                               const PelSegmentOptions *options,
                               GCancellable *cancellable,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
