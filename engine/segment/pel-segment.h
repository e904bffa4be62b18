/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/image/pel-labels.h"

/**
 * PelSegmentOptions:
 * @threshold: foreground probability from which a pixel belongs to a cell, 0 to 1
 * @min_size: cells of fewer pixels are left out
 * @separation: how readily touching cells are split, 0 (never) to 1; 0.5 takes the border
 *   probability at its word. No effect without a border probability
 */
typedef struct
{
  float threshold;
  guint min_size;
  float separation;
} PelSegmentOptions;

/**
 * PEL_SEGMENT_OPTIONS_DEFAULT:
 *
 * Initialiser: threshold 0.5, cells of at least 16 pixels, separation 0.5.
 */
#define PEL_SEGMENT_OPTIONS_DEFAULT                                                                \
  {                                                                                                \
    0.5f, 16, 0.5f                                                                                 \
  }

/**
 * pel_segment_cells:
 * @foreground: probability of being in a cell, @width x @height, row by row; a value that is
 *   not a number is background
 * @border: (nullable): probability of lying where two cells meet, same size
 * @width: columns
 * @height: rows
 * @options: how to cut
 * @cancellable: (nullable): polled between rows
 * @error: return location for a `GError`
 *
 * Turns a network's probabilities into cells, numbered from 1 by their first pixel in reading
 * order. Without @border a cell is a 4-connected part of the foreground. With it, each part of
 * the foreground is divided among its seeds, the 4-connected parts of
 * foreground - 2 * separation * border above the threshold, cut once more where they narrow to
 * less than 0.4 * separation of their width (see pel_necks_cut()), by a watershed that stays within
 * the foreground; seeds smaller than a quarter of @min_size do not count, and a part
 * without any seed stays one cell. The same input gives the same labels.
 *
 * Takes up to 17 bytes of memory a pixel while it works.
 *
 * Returns: (transfer full) (nullable): the cells, or %NULL with `PEL_ENGINE_ERROR_BAD_SHAPE`,
 *   `PEL_ENGINE_ERROR_NO_MEMORY` or `G_IO_ERROR_CANCELLED`
 */
PelLabels *pel_segment_cells (const float *foreground,
                              const float *border,
                              guint width,
                              guint height,
                              const PelSegmentOptions *options,
                              GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
