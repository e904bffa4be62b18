/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/core/pel-error.h"

/**
 * pel_watershed:
 * @relief: height of each pixel, @width x @height, row by row; basins are low. Values that are
 *   not finite count as the highest
 * @mask: (nullable): 0 where no label may flow
 * @width: columns
 * @height: rows
 * @labels: (inout): seeds on entry, 0 elsewhere; on return every pixel of @mask that can be
 *   reached from a seed through @mask along edges has the label that reached it first
 * @cancellable: (nullable): polled regularly
 * @error: return location for a `GError`
 *
 * Seeded watershed by priority flooding (Barnes, Lehman and Mulla 2014; the ordered queue is
 * Meyer's of 1991): pixels are taken in the order of their height, those of one height in the
 * order in which they were reached. Heights are divided into 4096 steps, so the queue costs
 * constant time. There is no line of background between regions.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_BAD_SHAPE`, `PEL_ENGINE_ERROR_NO_MEMORY` or
 *   `G_IO_ERROR_CANCELLED`; @labels is then partly flooded
 */
gboolean pel_watershed (const float *relief,
                        const guint8 *mask,
                        guint width,
                        guint height,
                        guint32 *labels,
                        GCancellable *cancellable,
                        GError **error);
