/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "engine/io/pel-cell-polygons.h"
#include "engine/io/pel-cell-set.h"

/* One region of interest as ImageJ keeps it: the content of a .roi file. */

/**
 * pel_roi_encode:
 * @polygons: cells
 * @cell: one of them
 * @position: the slice of the stack that it belongs to, from 1; 0 for none
 * @rgb: the colour of its outline
 *
 * A cell that is one polygon becomes a traced region, whose corners lie on the corners of pixels;
 * one with holes or several pieces, or beyond what ImageJ's 16-bit coordinates hold, a composite
 * one. Its area in ImageJ is the number of its pixels.
 *
 * Returns: (transfer full): the bytes
 */
GByteArray *pel_roi_encode (const PelCellPolygons *polygons,
                            const PelPolygonCell *cell,
                            guint position,
                            const guint8 rgb[3]) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_roi_decode:
 * @data: the content of a .roi file, not trusted
 * @length: its bytes
 * @name: (nullable): what the region is called; where it is a number it becomes the label
 * @cells: receives the region as a cell of its image 0
 *
 * Polygons, freehand and traced outlines, rectangles with their rounded corners, ovals and
 * composites become cells; lines, points and texts are counted as skipped.
 *
 * Returns: whether @data is sound
 */
gboolean pel_roi_decode (const guint8 *data, gsize length, const char *name, PelCellSet *cells);
