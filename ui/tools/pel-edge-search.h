/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/segment/pel-live-wire.h"
#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelEdgeSearch:
 *
 * The ways along edges from one point of the picture to all around it, at the scale of the zoom:
 * what the smart edge reads its outline off. Never changes; main thread.
 */
typedef struct PelEdgeSearch PelEdgeSearch;

void pel_edge_search_free (PelEdgeSearch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelEdgeSearch, pel_edge_search_free)

/* Whether edges come from the model: it has to have seen the image, and its prediction to be
 * shown. */
gboolean pel_edge_search_uses_model (PelTool *tool);

/**
 * pel_edge_search_find_strongest:
 * @tool: a tool with a document
 * @x: (inout): image pixels
 * @y: (inout): image pixels
 *
 * Moves a point to the strongest edge within a few screen pixels, if there is any. Takes a fraction
 * of a millisecond.
 */
void pel_edge_search_find_strongest (PelTool *tool, double *x, double *y);

/**
 * pel_edge_search_async:
 * @tool: a tool with a document
 * @x: where the ways begin, in image pixels
 * @y: where the ways begin
 * @cancellable: (nullable): to give up
 * @callback: called on the main thread
 * @data: for @callback
 *
 * Looks in a thread; takes some hundredths of a second.
 */
void pel_edge_search_async (PelTool *tool,
                            double x,
                            double y,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer data);
/* (transfer full) (nullable): %NULL where it was cancelled, or memory was short */
PelEdgeSearch *pel_edge_search_finish (GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_edge_search_get_path:
 * @self: ways
 * @x: where to, in image pixels
 * @y: where to
 *
 * Beyond what was looked at the way goes straight on.
 *
 * Returns: (transfer full): x and y (double) of points from the beginning to @x, @y, slightly
 *   smoothed
 */
GArray *pel_edge_search_get_path (PelEdgeSearch *self, double x, double y)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
