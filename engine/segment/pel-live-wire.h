/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/core/pel-error.h"

/**
 * PelLiveWire:
 *
 * The cheapest ways from one sample to every other of a block, where it is cheap to follow edges:
 * the "live wire" of Mortensen and Barrett (Intelligent scissors, 1995). Found once by Dijkstra's
 * method; the way to another place is then read off at the cost of its length, so that it can
 * follow a pointer. Never changes once made: one owner, any thread may read it.
 */
typedef struct PelLiveWire PelLiveWire;

/**
 * pel_live_wire_new:
 * @edge: @width x @height values from 0 (no edge) to 1, row by row, as from
 *   pel_edge_map_from_image()
 * @width: columns
 * @height: rows
 * @x: column of the sample to begin at
 * @y: its row
 * @cancellable: (nullable): polled now and then
 * @error: return location for a `GError`
 *
 * Ways lead from sample to sample along edges or corners. A step costs its length times the mean
 * of the costs of its two ends, and a sample costs 1/64 + (1 - edge)^2. Costs are kept in 1024ths.
 *
 * Returns: (transfer full) (nullable): the ways, or %NULL with `PEL_ENGINE_ERROR_BAD_SHAPE`,
 *   `PEL_ENGINE_ERROR_NO_MEMORY` or `G_IO_ERROR_CANCELLED`
 */
PelLiveWire *pel_live_wire_new (const float *edge,
                                guint width,
                                guint height,
                                guint x,
                                guint y,
                                GCancellable *cancellable,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

void pel_live_wire_free (PelLiveWire *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelLiveWire, pel_live_wire_free)

/**
 * pel_live_wire_get_cost:
 * @self: ways
 * @x: column
 * @y: row
 *
 * Returns: what the cheapest way there costs
 */
double pel_live_wire_get_cost (const PelLiveWire *self, guint x, guint y);

/**
 * pel_live_wire_get_path:
 * @self: ways
 * @x: column of the sample to end at
 * @y: its row
 *
 * Returns: (transfer full): column and row (gint32) of each sample of the way, from where it begins
 *   to @x, @y, both included
 */
GArray *pel_live_wire_get_path (const PelLiveWire *self, guint x, guint y)
    G_GNUC_WARN_UNUSED_RESULT;
