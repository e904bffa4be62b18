/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-rect.h"

G_BEGIN_DECLS

/* What an opaque layer shows beside the image: dark in both colour schemes, since images are judged
 * against it. */
#define PEL_TILE_SURROUND 0xff202022u

/* See #PelTileSource. */
typedef gboolean (*PelTileDrawFunc) (gconstpointer scene,
                                     double scale,
                                     const PelRect *area,
                                     guint32 *out,
                                     gsize stride);

/**
 * PelTileSource:
 * @is_opaque: whether every pixel is
 * @draw: fills @area (in scaled pixels, within the scaled image) with premultiplied native-endian
 *   0xAARRGGBB; returns %FALSE where it left nothing but transparency. Called on any thread
 * @ref: another reference to a scene, from the main thread
 * @unref: lets go of one, on any thread
 *
 * How a layer gets its pixels: pure functions of an immutable scene, so a worker needs no lock and
 * a result can be dropped at any time.
 */
typedef struct
{
  gboolean is_opaque;
  PelTileDrawFunc draw;
  gpointer (*ref) (gpointer scene);
  void (*unref) (gpointer scene);
} PelTileSource;

G_END_DECLS
