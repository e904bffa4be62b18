/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>
#include "engine/core/pel-pool.h"
#include "engine/core/pel-rect.h"
#include "engine/image/pel-image.h"
#include "engine/nn/pel-unet.h"
#include "engine/segment/pel-separator.h"
#include "engine/train/pel-normalisation.h"

/**
 * PelProgressFunc:
 * @fraction: done, 0 to 1
 * @data: the caller's
 *
 * Called on the thread that works, with no lock held.
 */
typedef void (*PelProgressFunc) (double fraction, gpointer data);

/**
 * PelTileAxis:
 * @start: image coordinate of the first tile's first pixel; negative where it lies in the mirrored
 *   margin
 * @size: of a tile
 * @step: from one tile to the next
 * @n: tiles
 * @overlap: pixels that neighbours share
 *
 * How tiles lie along one axis. Positions are multiples of the network's pooling apart, so that
 * every tile pools the same pixels together.
 */
typedef struct
{
  gint start;
  gint size;
  gint step;
  gint n;
  gint overlap;
} PelTileAxis;

/**
 * pel_tile_axis_init:
 * @axis: (out): how tiles lie
 * @first: first pixel wanted
 * @length: pixels wanted
 * @unit: what sizes must be a multiple of: 2 to the network's depth
 * @tile: largest side of a tile
 *
 * Covers the pixels wanted and a margin around them with as few tiles as needed, all of one size.
 */
void pel_tile_axis_init (PelTileAxis *axis, gint first, gint length, gint unit, gint tile);

/**
 * pel_tile_axis_get_weight:
 * @axis: how tiles lie
 * @index: a tile
 * @i: a pixel in it, from 0
 *
 * Returns: how much the tile counts there; the weights of all tiles at one pixel sum to 1. Zero
 *   close to a neighbour's side, where this tile sees too little around the pixel
 */
float pel_tile_axis_get_weight (const PelTileAxis *axis, gint index, gint i);

/**
 * PelTiler:
 * @unet: a network; stays planned for the tiles
 * @normalisation: how grey values reach it
 * @separator: what its outputs after the first are
 * @tile: largest side of a tile in the network's pixels; 0 chooses by what memory is free, but
 *   always the same for %PEL_UPSAMPLING_ALIGN_CORNERS, where the result depends on it
 * @n_views: of the image to average: 1 shows it as it is, 4 mirrored and turned by half as well,
 *   %PEL_N_VIEWS turned by quarters too
 * @pool: threads to compute on
 * @cancellable: (nullable): stops the work
 * @func: (nullable): told about the progress
 * @data: for @func
 *
 * How a network looks at images. Everything in it is the caller's, and must live as long as it is
 * used.
 */
typedef struct
{
  PelUnet *unet;
  const PelNormalisation *normalisation;
  PelSeparator separator;
  guint tile;
  guint n_views;
  PelPool *pool;
  GCancellable *cancellable;
  PelProgressFunc func;
  gpointer data;
} PelTiler;

/**
 * pel_tiler_run:
 * @self: how to look
 * @image: what to look at
 * @scale: what pel_normalisation_measure() told about @image
 * @area: the pixels wanted, inside @image
 * @foreground: (out): area's width x height probabilities, row by row
 * @parting: (out) (nullable): planes of the same size, one after the other, of the other outputs,
 *   as the separator has them: the border's probability, or flows
 * @error: return location for a `GError`
 *
 * Computes probabilities tile by tile. Pixels outside the image are mirrored at its edge; tiles
 * overlap and are blended. Flows are averaged as vectors, so they are shorter where tiles or views
 * disagree.
 *
 * Returns: %FALSE with `G_IO_ERROR_CANCELLED` or `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
gboolean pel_tiler_run (const PelTiler *self,
                        PelImage *image,
                        const PelImageScale *scale,
                        const PelRect *area,
                        float *foreground,
                        float *parting,
                        GError **error);
