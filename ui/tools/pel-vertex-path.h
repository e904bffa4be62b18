/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelVertexPath:
 *
 * An outline that can still be changed: points in image pixels, some of which are vertices to take
 * hold of. A polygon has nothing but vertices; what a hand drew freely keeps its points, and
 * between two vertices they follow. One vertex at most is selected, for the keys. Owned by its
 * tool; main thread.
 */
typedef struct PelVertexPath PelVertexPath;

PelVertexPath *pel_vertex_path_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pel_vertex_path_free (PelVertexPath *self);
void pel_vertex_path_clear (PelVertexPath *self);

guint pel_vertex_path_get_length (PelVertexPath *self);
guint pel_vertex_path_get_n_vertices (PelVertexPath *self);
void pel_vertex_path_get_point (PelVertexPath *self, guint i, double *x, double *y);
/* (transfer full): x and y (double) of every point, in order */
GArray *pel_vertex_path_list_points (PelVertexPath *self) G_GNUC_WARN_UNUSED_RESULT;

void pel_vertex_path_append (PelVertexPath *self, double x, double y, gboolean is_vertex);
/* Leaves the first @length points, and one at least. */
void pel_vertex_path_truncate (PelVertexPath *self, guint length);

/**
 * pel_vertex_path_close:
 * @self: at least three points
 * @tolerance: in image pixels
 *
 * Ends a freely drawn line: it is an area now, and the points that its shape hangs on become its
 * vertices, so that the polygon through them is nowhere further than @tolerance from the line
 * (Douglas and Peucker 1973, from the two points furthest apart).
 */
void pel_vertex_path_close (PelVertexPath *self, double tolerance);

/* A point's index, or -1: the nearest vertex within @reach image pixels. */
gint pel_vertex_path_find_vertex (PelVertexPath *self, double x, double y, double reach);

/**
 * pel_vertex_path_find_side:
 * @x, @y: image pixels
 * @reach: image pixels
 * @closed: whether the side from the last point to the first counts
 *
 * Returns: the index of the first point of the side that runs nearest by, or -1
 */
gint pel_vertex_path_find_side (PelVertexPath *self,
                                double x,
                                double y,
                                double reach,
                                gboolean closed);
/* Makes a vertex on a side; returns its index. */
guint pel_vertex_path_insert (PelVertexPath *self, guint side, double x, double y);
/* Moves a vertex; the points up to its neighbours follow, the less the further they are. */
void pel_vertex_path_move (PelVertexPath *self, guint vertex, double x, double y);
/* Takes a vertex away: a straight line is left between its neighbours. FALSE where fewer than
 * @n_least would be left. */
gboolean pel_vertex_path_remove (PelVertexPath *self, guint vertex, guint n_least);

/* Whether a point lies inside, by the even-odd rule. */
gboolean pel_vertex_path_contains (PelVertexPath *self, double x, double y);

gint pel_vertex_path_get_selected (PelVertexPath *self);
void pel_vertex_path_select (PelVertexPath *self, gint vertex);
/* Whether keys selected it, and not the pointer that took it. */
gboolean pel_vertex_path_get_walked (PelVertexPath *self);

/**
 * pel_vertex_path_key:
 * @keyval: a key
 * @state: modifiers
 * @view: where the outline is seen; an arrow moves by one widget pixel, with Shift by eight
 * @closed: whether the outline is an area
 *
 * What keys do to vertices: Home and End select the one before and after, the arrows move the
 * selected one, Insert sets one on the side after it, Delete and Backspace take it away. Escape
 * lets go of one that keys selected.
 *
 * Returns: whether the key meant a vertex
 */
gboolean pel_vertex_path_key (PelVertexPath *self,
                              guint keyval,
                              GdkModifierType state,
                              const PelViewport *view,
                              gboolean closed);

/**
 * pel_vertex_path_snapshot:
 * @follow: (nullable): where the line goes on to, in image pixels
 * @closed: draw it as an area
 * @hovered: a vertex that is drawn as the one to be taken, or -1
 */
void pel_vertex_path_snapshot (PelVertexPath *self,
                               GtkSnapshot *snapshot,
                               const PelViewport *view,
                               const GdkRGBA *color,
                               const graphene_point_t *follow,
                               gboolean closed,
                               gint hovered);

G_END_DECLS
