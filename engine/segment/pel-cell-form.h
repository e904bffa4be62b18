/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/image/pel-labels.h"

/* Nuclei spread by 1.1 to 2.1, cells of the phase contrast by 2.2 to 3.5; see
 * tests/bench/results.md. */
#define PEL_FAR_FROM_ROUND 2.15

/**
 * pel_cell_form_measure:
 * @labels: cells
 * @spread: (out): how far cells are from round: the area of a cell over that of the largest disc
 *   inside it, limited to 20, averaged over the cells' pixels. 1 for discs, 1.3 for squares, 4/pi
 *   times their length over their width for long rectangles; 0 without cells
 * @error: return location for a `GError`
 *
 * Of a large image five windows are looked at.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
gboolean pel_cell_form_measure (const PelLabels *labels, double *spread, GError **error);
