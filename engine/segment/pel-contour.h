/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/core/pel-pool.h"
#include "engine/image/pel-labels.h"

/**
 * PelContourOptions:
 * @level: the probability that the contour follows, above 0 and below 1; unused without a map
 * @area: (nullable): look only here, or %NULL for the whole image
 * @label: the one label to trace, or 0 for all
 *
 * What pel_contours_trace() traces.
 */
typedef struct
{
  float level;
  const PelRect *area;
  guint32 label;
} PelContourOptions;

/**
 * PelContourRing:
 * @first_point: index of the first point
 * @n_points: number of points; the last is joined to the first
 *
 * A closed line. Outer rings run clockwise as seen, with y downwards, so that
 * their shoelace sum is positive; holes run the other way.
 */
typedef struct
{
  guint first_point, n_points;
} PelContourRing;

/**
 * PelContourCell:
 * @label: the cell's label
 * @first_ring: index of its first ring
 * @n_rings: number of its rings; 0 where the probability stays below the level
 * @bounds: left, top, right and bottom end of its rings
 */
typedef struct
{
  guint32 label;
  guint first_ring, n_rings;
  float bounds[4];
} PelContourCell;

/**
 * PelContourSet:
 *
 * The outlines of cells, in pixels of the image: pixel i covers [i, i + 1), its centre is
 * i + 0.5. Cells come in the order of their labels. Never changes once made, so any thread may
 * read it; atomically counted, since a large image has millions of points.
 */
typedef struct PelContourSet PelContourSet;

/**
 * pel_contours_trace:
 * @labels: the cells
 * @probability: (nullable): foreground probability, as many pixels as @labels, row by row
 * @options: (nullable): what to trace, or %NULL for all cells at probability 0.5
 * @cancellable: (nullable): polled between cells
 * @error: return location for a `GError`
 *
 * Without @probability an outline runs along the edges of the cell's pixels, through their
 * corners.
 *
 * With it, marching squares (Lorensen and Cline 1987, in two dimensions) follow the level
 * between pixel centres: the position between the centres of a pixel inside and one outside is
 * interpolated between the logits of their probabilities, which is exact for a logistic edge
 * and nearly so for any blurred step; where the map is free to say, a point between two such
 * positions follows the bend of the line. Inside is a pixel of the cell's label whose probability
 * is at least the level. The line never leaves the cell's label by more than the map itself says:
 * towards another label it stops at the edge between the two pixels, and so it does towards
 * background whose probability is not below the level. It never encloses the centre of a pixel
 * outside the label. Pixels that touch only at a corner are not joined.
 *
 * Time and memory grow with the cells' bounding boxes, not with the number of labels.
 *
 * Returns: (transfer full) (nullable): the outlines, or %NULL with
 *   `PEL_ENGINE_ERROR_NO_MEMORY` or `G_IO_ERROR_CANCELLED`
 */
PelContourSet *pel_contours_trace (const PelLabels *labels,
                                   const float *probability,
                                   const PelContourOptions *options,
                                   GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full) */
PelContourSet *pel_contour_set_ref (const PelContourSet *self) G_GNUC_WARN_UNUSED_RESULT;
/* @self: (nullable) */
void pel_contour_set_unref (PelContourSet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelContourSet, pel_contour_set_unref)

/**
 * pel_contour_set_get_cells:
 * @self: outlines
 * @n_cells: (out): number of cells
 *
 * Returns: (transfer none) (array length=n_cells): the cells, by rising label
 */
const PelContourCell *pel_contour_set_get_cells (const PelContourSet *self, guint *n_cells);

/**
 * pel_contour_set_find:
 * @self: outlines
 * @label: a label
 *
 * Returns: (transfer none) (nullable): the cell of that label, if it has any pixel
 */
const PelContourCell *pel_contour_set_find (const PelContourSet *self, guint32 label);

/**
 * pel_contour_set_get_rings:
 * @self: outlines
 *
 * Returns: (transfer none): the rings of all cells
 */
const PelContourRing *pel_contour_set_get_rings (const PelContourSet *self);

/**
 * pel_contour_set_get_points:
 * @self: outlines
 *
 * Returns: (transfer none): x and y of each point of all rings
 */
const float *pel_contour_set_get_points (const PelContourSet *self);
