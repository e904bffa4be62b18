/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/measure/pel-cell-figures.h"

/**
 * PelPeerScratch:
 *
 * Memory for one thread that computes figures by other programs' definitions. Zero-initialise;
 * clear at the end.
 */
typedef struct
{
  PelLabelPieces pieces;
  guint8 *plane;
  gsize plane_room;
  double *points, *hull;
  gsize points_room;
} PelPeerScratch;

void pel_peer_scratch_clear (PelPeerScratch *self);

/**
 * pel_peer_figures_set:
 * @self: (inout): figures from pel_cell_figures_set_pixels() and pel_cell_figures_set_hull() at
 * this scale, which are changed to what the definitions say
 * @definitions: whose definitions
 * @entry: the label's pixels
 * @scale_x: width of a pixel
 * @scale_y: height of a pixel
 * @scratch: memory
 *
 * The outline that ImageJ traces keeps pixels together that touch at a corner, starts at the right
 * end of the first row, and counts every second corner between sides of one pixel; where it starts
 * matters to the count. CellProfiler's perimeter is the one of Benkrid and Crookes (2000).
 *
 * Returns: %FALSE where there was not enough memory
 */
gboolean pel_peer_figures_set (PelCellFigures *self,
                               PelDefinitions definitions,
                               const PelLabelEntry *entry,
                               double scale_x,
                               double scale_y,
                               PelPeerScratch *scratch);
