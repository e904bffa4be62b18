/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* Outlines with a shorter way around are steps and nothing else: as a whole they are a wave that
 * the low pass would take away, and their corners are the best that is known of them. */
#define PEL_MEDIAL_SHORTEST_OUTLINE 12

/**
 * pel_medial_outline_from_edges:
 * @corners: x and y of the corners of an outline along pixel edges
 * @n_corners: number of corners
 * @points: (element-type double): where x and y of the outline's points go, instead of its content
 *
 * The outline through the middles of the pixels' edges, freed of the steps of the pixels by a low
 * pass that does not shrink what is wider than them (Taubin 1995). Else the inner corners of the
 * steps, which are what lies nearest to the middle, would make a shape look thinner than it is, and
 * each corner of a step would look like the end of a branch.
 *
 * Returns: %FALSE where the way around is less than %PEL_MEDIAL_SHORTEST_OUTLINE pixel edges; the
 *   corners themselves are to be taken then
 */
gboolean pel_medial_outline_from_edges (const double *corners, gsize n_corners, GArray *points);
