/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/image/pel-labels.h"

/**
 * PelCornerRing:
 * @first_corner: index of its first corner
 * @n_corners: number of its corners; the last is joined to the first
 * @is_hole: whether it is a hole of the polygon that the last ring before it that is none begins
 */
typedef struct
{
  gsize first_corner, n_corners;
  gboolean is_hole;
} PelCornerRing;

/**
 * PelPolygonCell:
 * @label: a label
 * @n_pixels: its pixels
 * @bounds: the smallest block around them
 * @first_ring: index of its first ring
 * @n_rings: number of its rings
 * @n_polygons: those of them that are no holes
 */
typedef struct
{
  guint32 label;
  guint64 n_pixels;
  PelRect bounds;
  gsize first_ring, n_rings;
  guint n_polygons;
} PelPolygonCell;

/**
 * PelCellPolygons:
 *
 * The cells of a label image as simple polygons with holes, along the edges of their pixels:
 * whoever fills them by the centres of pixels gets the same labels back, pixel for pixel. No ring
 * passes through a point twice, as geographers' software demands; where a ring of pixels' edges
 * would, it is cut in two there. Outer rings run clockwise as seen, holes the other way.
 *
 * One owner; any thread may read it.
 */
typedef struct PelCellPolygons PelCellPolygons;

/**
 * pel_cell_polygons_new:
 * @labels: labels
 * @cancellable: (nullable): polled between cells
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): the polygons, or `NULL` with `PEL_ENGINE_ERROR_NO_MEMORY` or
 *   `G_IO_ERROR_CANCELLED`
 */
PelCellPolygons *pel_cell_polygons_new (const PelLabels *labels,
                                        GCancellable *cancellable,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pel_cell_polygons_free (PelCellPolygons *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelCellPolygons, pel_cell_polygons_free)

/* (transfer none): the cells, by rising label */
const PelPolygonCell *pel_cell_polygons_get_cells (const PelCellPolygons *self, guint *n_cells);
/* (transfer none): a cell's rings, each polygon's outer one before its holes */
const PelCornerRing *pel_cell_polygons_get_rings (const PelCellPolygons *self,
                                                  const PelPolygonCell *cell);
/* (transfer none): x and y of each corner of a ring */
const gint32 *pel_cell_polygons_get_corners (const PelCellPolygons *self,
                                             const PelCornerRing *ring);
