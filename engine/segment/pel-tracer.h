/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/segment/pel-label-index.h"

/**
 * PelTracer:
 *
 * Follows the outline of one cell after another, for pel_contours_trace() and for measuring.
 * Holds the points of the cell traced last and the memory for the next. One owner, one
 * thread.
 */
typedef struct PelTracer PelTracer;

/**
 * PEL_TRACER_PIXEL_EDGES:
 *
 * In place of a level: follow the edges of the pixels, whatever their probability.
 */
#define PEL_TRACER_PIXEL_EDGES (-1.0f)

/**
 * pel_tracer_new:
 * @labels: the labels; must stay
 * @probability: (nullable): the probabilities; must stay
 *
 * Returns: (transfer full): a tracer
 */
PelTracer *pel_tracer_new (const PelLabels *labels, const float *probability)
    G_GNUC_WARN_UNUSED_RESULT;

void pel_tracer_free (PelTracer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelTracer, pel_tracer_free)

/**
 * pel_tracer_trace:
 * @self: a tracer
 * @entry: the cell, from an index of the tracer's labels
 * @level: the probability to follow, or %PEL_TRACER_PIXEL_EDGES
 * @error: return location for a `GError`
 *
 * Replaces the rings by those of the cell, piece by piece.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_NO_MEMORY`
 */
gboolean pel_tracer_trace (PelTracer *self,
                           const PelLabelEntry *entry,
                           float level,
                           GError **error);

/**
 * pel_tracer_get_points:
 * @self: a tracer
 * @n_points: (out): number of points of all rings together
 *
 * Returns: (transfer none): x and y of each point
 */
const double *pel_tracer_get_points (const PelTracer *self, gsize *n_points);

/**
 * pel_tracer_get_ring_ends:
 * @self: a tracer
 * @n_rings: (out): number of rings
 *
 * Returns: (transfer none): for each ring the number of points up to and with its last
 */
const gsize *pel_tracer_get_ring_ends (const PelTracer *self, gsize *n_rings);

/**
 * pel_tracer_get_n_pieces:
 * @self: a tracer
 *
 * Returns: the number of 4-connected pieces of the label that was traced
 */
guint pel_tracer_get_n_pieces (const PelTracer *self);
