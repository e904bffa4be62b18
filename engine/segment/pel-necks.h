/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

/**
 * pel_necks_cut:
 * @labels: (inout): @width x @height labels, row by row, each one 4-connected; 0 is background.
 *   Cut ones have new numbers, from 1 without gaps
 * @width: columns
 * @height: rows
 * @ratio: how narrow a neck must be, as a share of the smaller of the widths on its two sides, to
 *   be cut: 0 cuts nothing, 1 at every waist
 * @distance: scratch for @width x @height floats
 * @n_labels: (out): highest number
 * @cancellable: (nullable): polled now and then
 * @error: return location for a `GError`
 *
 * Cuts labels in two where they narrow. Pixels are taken in the order of their distance to the
 * background, farthest first, and joined to what they touch; where two regions meet at a distance
 * below @ratio of the lower of their highest ones, they stay apart. This is the watershed of the
 * distance map with basins joined by the relative height of their saddle, and has no length of its
 * own: cells twice as large are cut in the same places.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_NO_MEMORY` or `G_IO_ERROR_CANCELLED` set
 */
gboolean pel_necks_cut (guint32 *labels,
                        guint width,
                        guint height,
                        float ratio,
                        float *distance,
                        guint32 *n_labels,
                        GCancellable *cancellable,
                        GError **error);
