/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/image/pel-labels.h"

/**
 * pel_labels_grow:
 * @labels: labels
 * @probability: as many values as @labels has pixels, row by row
 * @level: background of this probability and more is taken
 * @max_steps: how many pixels far to go
 * @cancellable: (nullable): polled between rows
 * @error: return location for a `GError`
 *
 * Gives background pixels to the label that reaches them in the fewest steps from pixel to pixel
 * along edges, through background of at least @level; between labels that are as near, to the
 * one that comes first in reading order.
 *
 * Returns: (transfer full) (nullable): the grown labels, or %NULL with
 *   `PEL_ENGINE_ERROR_NO_MEMORY` or `G_IO_ERROR_CANCELLED`
 */
PelLabels *pel_labels_grow (const PelLabels *labels,
                            const float *probability,
                            float level,
                            guint max_steps,
                            GCancellable *cancellable,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
