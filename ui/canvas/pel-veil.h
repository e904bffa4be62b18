/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-rect.h"
#include "engine/image/pel-image.h"

G_BEGIN_DECLS

#define PEL_VEIL_LEVELS 64

/**
 * PelVeil:
 * @plane: one F32 channel with values from 0 to 1, as large as @area; borrowed
 * @area: which part of the picture it covers, in image pixels
 * @color: premultiplied native-endian 0xAARRGGBB for the values 0, 1/64, … 1
 *
 * A map laid over the picture in one colour, denser where its values say so.
 */
typedef struct
{
  PelImage *plane;
  PelRect area;
  guint32 color[PEL_VEIL_LEVELS + 1];
} PelVeil;

/**
 * pel_veil_draw:
 * @self: the veil
 * @scale: scaled pixels per image pixel
 * @tile: scaled pixels of the tile
 * @out: the tile's pixels, of which those within the area are set
 * @stride: pixels from one row of @out to the next
 *
 * Values between the map's pixels are interpolated. Any thread.
 *
 * Returns: %FALSE where nothing of the area is in the tile
 */
gboolean pel_veil_draw (const PelVeil *self,
                        double scale,
                        const PelRect *tile,
                        guint32 *out,
                        gsize stride);

/* @alpha: 0 to 1. @color: red, green and blue, 0 to 1. Returns: a premultiplied pixel. */
guint32 pel_veil_make_color (double alpha, const double color[3]);

G_END_DECLS
