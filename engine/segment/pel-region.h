/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/image/pel-labels.h"
#include "engine/image/pel-raster.h"

/**
 * pel_fill_holes:
 * @labels: (inout): a block of labels
 * @width: columns
 * @height: rows
 * @stride: labels from one row to the next
 * @label: the label whose holes to fill, or 0 for those of every label
 * @error: return location for a `GError`
 *
 * A hole is a 4-connected part of the background that does not reach the edge of the block and
 * touches one label only. To fill the holes of one cell, pass its bounding box.
 *
 * Returns: the number of pixels filled, or -1 with `PEL_ENGINE_ERROR_NO_MEMORY`
 */
gint64 pel_fill_holes (guint32 *labels,
                       guint width,
                       guint height,
                       gsize stride,
                       guint32 label,
                       GError **error);

/**
 * pel_flood_region:
 * @labels: labels
 * @x: column of the pixel to begin at
 * @y: its row
 * @clip: (nullable): pixels outside it are not entered
 * @func: receives the region's rows, each pixel once, in no promised order
 * @data: passed to @func
 * @error: return location for a `GError`
 *
 * Finds the 4-connected region of the one label that the pixel has, background included.
 * Calls nothing where the pixel is outside the image or the clip.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_NO_MEMORY`
 */
gboolean pel_flood_region (const PelLabels *labels,
                           gint x,
                           gint y,
                           const PelRect *clip,
                           PelSpanFunc func,
                           gpointer data,
                           GError **error);
