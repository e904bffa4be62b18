/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

/**
 * pel_flow_regions_join:
 * @regions: (inout): @width x @height regions, row by row, 4-connected and numbered from 1; 0 is
 *   background. Becomes the cells, numbered from 1 in the order of their first pixels
 * @n_regions: how many
 * @flows: vectors, as for pel_flow_cut_cells()
 * @width: columns
 * @height: rows
 * @parted: how clearly flows must part where two cells meet, 0 to 1
 * @min_size: smaller cells are joined with the neighbour that they have most of their edge with, or
 *   left out where they have none
 * @cancellable: (nullable): polled between rows and between rounds of joining
 * @error: return location for a `GError`
 *
 * Joins regions until flows part between all that touch. How far they part is the mean, along the
 * edge, of half the difference of the two flows across it, a pixel within either side: 1 where they
 * point straight away from each other, 0 where they run side by side.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_NO_MEMORY` or `G_IO_ERROR_CANCELLED` set
 */
gboolean pel_flow_regions_join (guint32 *regions,
                                guint32 n_regions,
                                const float *flows,
                                guint width,
                                guint height,
                                float parted,
                                guint min_size,
                                GCancellable *cancellable,
                                GError **error);
