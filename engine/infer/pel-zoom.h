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
 * @unet: a network; stays planned for the tiles
 * @normalisation: how grey values reach it
 * @image: what to look at
 * @area: the pixels wanted, inside @image
 * @zoom: pixels that the network sees per pixel of @image
 * @tile: largest side of a tile in the network's pixels; 0 chooses
 * @n_views: of the image to average, as for pel_tiler_run()
 * @separator: what the network's outputs after the first are
 * @pool: threads to compute on
 * @foreground: (out): area's width x height probabilities, row by row
 * @parting: (out) (nullable): planes of the other outputs, as for pel_tiler_run()
 * @cancellable: (nullable): stops the work
 * @func: (nullable): told about the progress
 * @data: for @func
 * @error: return location for a `GError`
 *
 * pel_tiler_run() on an image brought to the size of cells that the network knows; probabilities
 * are brought back to the image's own pixels. Measures the image's grey values itself.
 *
 * Returns: %FALSE with an error of pel_normalisation_measure() or pel_tiler_run() set
 */
gboolean pel_zoom_run (PelUnet *unet,
                       const PelNormalisation *normalisation,
                       PelImage *image,
                       const PelRect *area,
                       double zoom,
                       guint tile,
                       guint n_views,
                       PelSeparator separator,
                       PelPool *pool,
                       float *foreground,
                       float *parting,
                       GCancellable *cancellable,
                       PelProgressFunc func,
                       gpointer data,
                       GError **error);

/**
 * pel_zoom_look:
 * @unet: a network; stays planned for the tiles
 * @normalisation: how grey values reach it
 * @image: what to look at
 * @area: the part of it, inside it; it is mirrored at its own edges
 * @zoom: pixels that the network sees per pixel of @image
 * @tile: largest side of a tile in the network's pixels; 0 chooses
 * @separator: what the network's outputs after the first are
 * @pool: threads to compute on
 * @width: (out): columns that the network saw
 * @height: (out): rows
 * @cancellable: (nullable): stops the work
 * @error: return location for a `GError`
 *
 * As pel_zoom_run(), without bringing the probabilities back to the image's pixels.
 *
 * Returns: (transfer full) (nullable): @width x @height probabilities row by row, and after them as
 *   many of each other output; free with pel_aligned_free(). Else %NULL
 */
float *pel_zoom_look (PelUnet *unet,
                      const PelNormalisation *normalisation,
                      PelImage *image,
                      const PelRect *area,
                      double zoom,
                      guint tile,
                      PelSeparator separator,
                      PelPool *pool,
                      guint *width,
                      guint *height,
                      GCancellable *cancellable,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
