/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/image/pel-labels.h"

/**
 * pel_cells_set_apart:
 * @labels: cells
 * @error: return location for a `GError`
 *
 * Leaves a line of background, one pixel wide, where two cells share a side of a pixel, so that
 * their foreground alone tells them apart. The larger of the two gives way, which changes it the
 * less; of equal ones the one with the higher number.
 *
 * Returns: (transfer full) (nullable): the cells, numbered from 1 in their order, or %NULL with
 *   `PEL_ENGINE_ERROR_NO_MEMORY` or, on a stoppable thread, `G_IO_ERROR_CANCELLED` set
 */
PelLabels *pel_cells_set_apart (PelLabels *labels, GError **error) G_GNUC_WARN_UNUSED_RESULT;
