/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/measure/pel-definitions.h"
#include "engine/measure/pel-hull.h"
#include "engine/measure/pel-medial.h"
#include "engine/measure/pel-quantity.h"
#include "engine/segment/pel-label-index.h"

/**
 * PelCellFigures:
 * @area: area of the contour, or number of pixels
 * @perimeter: length of the contour, holes included, or Crofton's estimate
 * @x: centroid, in the coordinates of pixel corners
 * @y: the same
 * @xx: second central moment over the area, along x
 * @xy: the mixed one
 * @yy: the one along y
 * @feret: caliper diameters and area of the convex hull
 * @medial: length and widths along the centre line
 * @n_pieces: 4-connected pieces of the label
 * @touches_border: whether the label reaches the edge of the image
 * @intensity_mean: of the label's pixels, as the other intensities; not a number without any
 * @intensity_sd: their standard deviation
 * @intensity_min: the lowest
 * @intensity_max: the highest
 * @edge_confidence: how sure the model is at the edge; not a number without a map
 * @definitions: whose figures these are
 * @wide: (nullable): the shape at probability 0.25
 * @narrow: (nullable): the shape at probability 0.75
 *
 * What the quantities of a cell are computed from; all in pixels, or all lengths in µm.
 */
struct PelCellFigures
{
  double area, perimeter;
  double x, y;
  double xx, xy, yy;
  PelFeret feret;
  PelMedial medial;
  guint n_pieces;
  gboolean touches_border;
  double intensity_mean, intensity_sd, intensity_min, intensity_max;
  double edge_confidence;
  PelDefinitions definitions;
  const PelCellFigures *wide, *narrow;
};

/**
 * PelFiguresScratch:
 *
 * Memory for one thread that computes figures. Zero-initialise; clear at the end.
 */
typedef struct
{
  double *points, *hull;
  gsize room;
} PelFiguresScratch;

void pel_figures_scratch_clear (PelFiguresScratch *self);

/**
 * pel_cell_figures_set_rings:
 * @self: (inout): figures; area, perimeter, centroid and moments are set
 * @xy: points of closed rings
 * @ring_ends: for each ring the number of points up to and with its last
 * @n_rings: number of rings; without any all is set to 0
 * @scale_x: what to multiply x with
 * @scale_y: what to multiply y with
 *
 * The figures of the area between rings, by Green's theorem.
 */
void pel_cell_figures_set_rings (PelCellFigures *self,
                                 const double *xy,
                                 const gsize *ring_ends,
                                 gsize n_rings,
                                 double scale_x,
                                 double scale_y);

/**
 * pel_cell_figures_set_pixels:
 * @self: (inout): figures; area, perimeter, centroid and moments are set
 * @entry: a label's pixels
 * @scale_x: width of a pixel
 * @scale_y: height of a pixel
 *
 * The figures of pixels, each counting as its centre. The perimeter is estimated by the
 * Crofton formula from the number of times that lines in four directions enter the shape, each
 * direction with its share of the half circle (Legland, Kiêu and Devaux 2007); for square pixels
 * that is the table of peers such as scikit-image. Of pixels one and a half times as long as wide
 * and longer, lines in two more directions are counted.
 */
void pel_cell_figures_set_pixels (PelCellFigures *self,
                                  const PelLabelEntry *entry,
                                  double scale_x,
                                  double scale_y);

/**
 * pel_cell_figures_set_hull:
 * @self: (inout): figures in pixels; their caliper diameters are set
 * @scaled: (inout) (nullable): the same cell's figures in µm
 * @xy: points whose convex hull to measure
 * @n_points: number of points
 * @scale_x: width of a pixel, for @scaled
 * @scale_y: height of a pixel, for @scaled
 * @scratch: memory
 *
 * Returns: %FALSE where there was not enough memory
 */
gboolean pel_cell_figures_set_hull (PelCellFigures *self,
                                    PelCellFigures *scaled,
                                    const double *xy,
                                    gsize n_points,
                                    double scale_x,
                                    double scale_y,
                                    PelFiguresScratch *scratch);
