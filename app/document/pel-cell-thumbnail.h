/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-document-types.h"

G_BEGIN_DECLS

#define PEL_CELL_THUMBNAIL_MAX 128

/**
 * PelCellLevels:
 * @low: of each colour, the sample that is shown black
 * @high: the one that is shown in full
 *
 * The contrast of an image's thumbnails; the second and third count for colour images only.
 */
typedef struct
{
  double low[3], high[3];
} PelCellLevels;

/**
 * pel_cell_levels_find:
 * @self: (out): the levels
 * @image: an image
 *
 * Finds the contrast that the thumbnails of all cells of an image share: its outer half per cent of
 * samples is black and white; colours keep the range of their type. Looks at many pixels: for a
 * thread.
 */
void pel_cell_levels_find (PelCellLevels *self, PelImage *image);

/**
 * pel_cell_thumbnail_make:
 * @image: the image
 * @labels: its cells, of the same size
 * @label: one of them
 * @bounds: the smallest block with all of it
 * @levels: the contrast
 * @size: width and height of the picture, at most %PEL_CELL_THUMBNAIL_MAX
 *
 * Draws a cell with a little of what is around it, its edge marked. Small cells are enlarged, large
 * ones reduced by the mean of what falls into a pixel. Any thread.
 *
 * Returns: (transfer full) (nullable): @size rows of @size pixels: red, green, blue, opacity, a
 * byte each; %NULL where there is no memory
 */
GBytes *pel_cell_thumbnail_make (const PelImage *image,
                                 const PelLabels *labels,
                                 guint32 label,
                                 const PelRect *bounds,
                                 const PelCellLevels *levels,
                                 guint size) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
