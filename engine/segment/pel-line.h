/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/image/pel-labels.h"

/**
 * PelPixelFunc:
 * @x: column
 * @y: row
 * @data: what the caller passed
 *
 * Receives a pixel.
 */
typedef void (*PelPixelFunc) (gint x, gint y, gpointer data);

/**
 * pel_line_walk:
 * @xy: x and y of each corner, in image pixels
 * @n_points: number of corners; one alone is a line of one pixel
 * @clip: pixels outside it are left out
 * @func: receives the pixels in the order of the line; those that the line comes back to, again
 * @data: passed to @func
 *
 * The pixels under an open line of straight parts: an unbroken row in which neighbours touch along
 * an edge or at a corner, so that no path from pixel to pixel along edges leads through it. Parts
 * with a coordinate that is not finite are left out. Which of two pixels a part takes that runs
 * between them may depend on @clip.
 */
void pel_line_walk (const double *xy,
                    guint n_points,
                    const PelRect *clip,
                    PelPixelFunc func,
                    gpointer data);

/**
 * pel_line_find_labels:
 * @labels: labels
 * @xy: x and y of each corner, in image pixels
 * @n_points: number of corners
 *
 * Returns: (transfer full): the labels under the line as guint32, each once, in the order in which
 *   the line meets them, without the background
 */
GArray *pel_line_find_labels (const PelLabels *labels, const double *xy, guint n_points)
    G_GNUC_WARN_UNUSED_RESULT;
