/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>
#include "engine/infer/pel-tiler.h"

/* Zooms within which nothing is gained by bringing an image to another size. */
#define PEL_ZOOM_TOLERANCE 0.03
#define PEL_MIN_ZOOM 0.0625
#define PEL_MAX_ZOOM 8.0

/**
 * pel_zoom_run:
 * @tiler: how to look
 * @image: what to look at
 * @area: the pixels wanted, inside @image
 * @zoom: pixels that the network sees per pixel of @image
 * @foreground: (out): area's width x height probabilities, row by row
 * @parting: (out) (nullable): planes of the other outputs, as for pel_tiler_run()
 * @error: return location for a `GError`
 *
 * pel_tiler_run() on an image brought to the size of cells that the network knows; probabilities
 * are brought back to the image's own pixels. Measures the image's grey values itself.
 *
 * Returns: %FALSE with an error of pel_normalisation_measure() or pel_tiler_run() set
 */
gboolean pel_zoom_run (const PelTiler *tiler,
                       PelImage *image,
                       const PelRect *area,
                       double zoom,
                       float *foreground,
                       float *parting,
                       GError **error);

/**
 * pel_zoom_look:
 * @tiler: how to look
 * @image: what to look at
 * @area: the part of it, inside it; it is mirrored at its own edges
 * @zoom: pixels that the network sees per pixel of @image
 * @width: (out): columns that the network saw
 * @height: (out): rows
 * @error: return location for a `GError`
 *
 * As pel_zoom_run(), without bringing the probabilities back to the image's pixels.
 *
 * Returns: (transfer full) (nullable): @width x @height probabilities row by row, and after them as
 *   many of each other output; free with pel_aligned_free(). Else %NULL
 */
float *pel_zoom_look (const PelTiler *tiler,
                      PelImage *image,
                      const PelRect *area,
                      double zoom,
                      guint *width,
                      guint *height,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
