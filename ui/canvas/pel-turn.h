/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-rect.h"
#include "ui/canvas/pel-tile-source.h"

G_BEGIN_DECLS

/**
 * PelTurn:
 * @cos: of the angle; exactly 0 or ±1 for quarter turns
 * @sin: of the angle
 * @x: where the image's upper left corner comes to lie in the picture
 * @y: the same
 * @width: of the picture, at least 1
 * @height: of the picture, at least 1
 *
 * How an image is turned. It has been scaled before, and lies in the smallest picture that holds
 * it. All lengths are device pixels, those of the picture whole ones, so that an upright image and
 * one turned by quarters lie on the pixels of the screen. A value; any thread.
 */
typedef struct
{
  double cos, sin;
  gint x, y;
  gint width, height;
} PelTurn;

/* @degrees: clockwise; @width, @height: of the scaled image */
void pel_turn_init (PelTurn *self, double degrees, double width, double height);
gboolean pel_turn_is_upright (const PelTurn *self);

/* From the scaled image to the picture, and back. */
void pel_turn_forward (const PelTurn *self, double x, double y, double *to_x, double *to_y);
void pel_turn_back (const PelTurn *self, double x, double y, double *to_x, double *to_y);

/* The pixels of the picture that an area of the scaled image touches. */
void pel_turn_get_bounds (const PelTurn *self, const PelRect *area, PelRect *bounds);
/* The pixels of the scaled image that are needed to draw an area of the picture; may reach beyond
 * the image. */
void pel_turn_get_sources (const PelTurn *self, const PelRect *area, PelRect *sources);

/**
 * pel_turn_pick_row:
 * @from: pixels, row by row
 * @stride: pixels from one row of @from to the next
 * @x: where the first pixel comes from, in 65536ths of a pixel from the upper left corner of @from
 * @y: the same
 * @dx: the step to the next one
 * @dy: the same
 * @out: (out) (array length=n): each the pixel that its place lies in
 * @n: how many
 *
 * Rougher than what pel_turn_draw() does between four pixels, and several times as fast. All places
 * on the way must lie in @from.
 */
void pel_turn_pick_row (const guint32 *from,
                        gint stride,
                        gint x,
                        gint y,
                        gint dx,
                        gint dy,
                        guint32 *out,
                        gint n);

/**
 * pel_turn_draw:
 * @source: what draws the image upright
 * @scene: of @source
 * @scale: device pixels per image pixel
 * @width: of the scaled image, in whole pixels
 * @height: of the scaled image
 * @area: which part of the picture
 * @out: (out): premultiplied native-endian 0xAARRGGBB, row by row
 * @stride: pixels from one row of @out to the next
 *
 * Draws a part of the turned picture: the upright image at the same scale, each pixel between the
 * four nearest, or exactly one of them for quarter turns. Beside the image an opaque source shows
 * %PEL_TILE_SURROUND, another one nothing. Any thread.
 *
 * Returns: %FALSE where nothing but transparency was left
 */
gboolean pel_turn_draw (const PelTurn *self,
                        const PelTileSource *source,
                        gconstpointer scene,
                        double scale,
                        gint width,
                        gint height,
                        const PelRect *area,
                        guint32 *out,
                        gsize stride);

G_END_DECLS
