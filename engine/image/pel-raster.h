/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-rect.h"

/* Shapes to rows of pixels. Pixel i covers [i, i + 1) and its centre is i + 0.5; a pixel belongs
 * to a shape when its centre does. Coordinates that are not finite give no pixels, and no shape
 * gives a pixel outside its clip, however far it reaches. */

/**
 * PelSpanFunc:
 * @y: row
 * @x0: first column
 * @x1: the column after the last; greater than @x0
 * @data: what the caller passed
 *
 * Receives a row of pixels. No pixel comes twice in one call of a raster function.
 */
typedef void (*PelSpanFunc) (gint y, gint x0, gint x1, gpointer data);

/**
 * PelFillRule:
 * @PEL_FILL_NON_ZERO: inside is what the outline winds around, so that a lasso that crosses
 *   itself leaves no hole
 * @PEL_FILL_EVEN_ODD: inside is what an odd number of edges encloses, so that inner rings are
 *   holes whatever their direction
 */
typedef enum
{
  PEL_FILL_NON_ZERO,
  PEL_FILL_EVEN_ODD,
} PelFillRule;

/**
 * pel_raster_disc:
 * @cx: centre
 * @cy: centre
 * @radius: radius in pixels; a pixel whose centre lies on the circle is inside
 * @clip: pixels outside it are left out
 * @func: called once a row, from the top
 * @data: passed to @func
 */
void pel_raster_disc (double cx,
                      double cy,
                      double radius,
                      const PelRect *clip,
                      PelSpanFunc func,
                      gpointer data);

/**
 * pel_raster_capsule:
 * @x0: centre of the first disc
 * @y0: centre of the first disc
 * @r0: its radius
 * @x1: centre of the second disc
 * @y1: centre of the second disc
 * @r1: its radius
 * @clip: pixels outside it are left out
 * @func: called once a row, from the top
 * @data: passed to @func
 *
 * The convex hull of two discs: what a round brush covers when it moves straight from one to
 * the other while its radius changes evenly.
 */
void pel_raster_capsule (double x0,
                         double y0,
                         double r0,
                         double x1,
                         double y1,
                         double r1,
                         const PelRect *clip,
                         PelSpanFunc func,
                         gpointer data);

/**
 * pel_raster_polygon:
 * @xy: x and y of each corner; the last is joined to the first
 * @n_points: number of corners
 * @rule: what counts as inside
 * @clip: pixels outside it are left out
 * @func: called from the top row down, left to right
 * @data: passed to @func
 *
 * A centre that lies exactly on an edge belongs to the shape on its right, or below it: two
 * polygons that share an edge share no pixel and leave none out.
 *
 * Returns: %FALSE where there was not enough memory; @func was not called then
 */
gboolean pel_raster_polygon (const double *xy,
                             gsize n_points,
                             PelFillRule rule,
                             const PelRect *clip,
                             PelSpanFunc func,
                             gpointer data);

/**
 * pel_raster_rings:
 * @xy: x and y of each corner, ring after ring
 * @ring_ends: for each ring the number of corners up to and with its last
 * @n_rings: number of rings
 * @rule: what counts as inside
 * @clip: pixels outside it are left out
 * @func: called from the top row down, left to right
 * @data: passed to @func
 *
 * As pel_raster_polygon() for a shape of several closed rings, holes among them.
 *
 * Returns: %FALSE where there was not enough memory; @func was not called then
 */
gboolean pel_raster_rings (const double *xy,
                           const gsize *ring_ends,
                           gsize n_rings,
                           PelFillRule rule,
                           const PelRect *clip,
                           PelSpanFunc func,
                           gpointer data);
