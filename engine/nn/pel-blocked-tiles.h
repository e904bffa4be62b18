/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-blocked-layer.h"

/* Winograd tiles of a batch, counted through all images: for pel-blocked-conv.c and
 * pel-blocked-conv-weight.c. */

static inline guint
pel_tiles_per_image (const PelBlockedPlane *plane)
{
  return ((plane->h + 3) / 4) * ((plane->w + 3) / 4);
}

static inline guint
pel_tiles_count (const PelBlockedPlane *plane)
{
  return plane->n * pel_tiles_per_image (plane);
}

static inline guint
pel_tiles_round (guint n)
{
  return (n + PEL_TILE_GROUP - 1) / PEL_TILE_GROUP * PEL_TILE_GROUP;
}

/* Floats from point to point: @n_blocks blocks of @n rows, and a cache line more, so that the 36
 * points do not fall on the same sets of the cache. */
static inline gsize
pel_tiles_point (guint n_blocks, guint n)
{
  return (gsize)n_blocks * n * PEL_LANES + PEL_LANES;
}

/**
 * PelTilesPlaneFunc:
 * @image: which image
 * @first: first tile in it
 * @n: tiles
 * @offset: how many tiles of the run came before
 */
typedef void (*PelTilesPlaneFunc) (guint image, guint first, guint n, guint offset, gpointer data);

/* Cuts a run of tiles where it passes from image to image. */
static inline void
pel_tiles_foreach_image (const PelBlockedPlane *plane,
                         guint first,
                         guint n,
                         PelTilesPlaneFunc func,
                         gpointer data)
{
  guint per_image = pel_tiles_per_image (plane);
  guint done = 0;

  while (done < n)
    {
      guint at = first + done;
      guint here = MIN (n - done, per_image - at % per_image);

      func (at / per_image, at % per_image, here, done, data);
      done += here;
    }
}

/**
 * pel_tiles_read_input:
 * @context: what to compute with
 * @plane: sizes
 * @input: (array fixed-size=2): what is read
 * @block: which block, counted through both parts
 * @first: first tile
 * @n: tiles
 * @v: (out): where point 0 of the first tile goes
 * @point: floats from point to point
 *
 * Transforms the inputs of a run of tiles of one block.
 */
void pel_tiles_read_input (const PelBlockedContext *context,
                           const PelBlockedPlane *plane,
                           const PelBlockedPart input[2],
                           guint block,
                           guint first,
                           guint n,
                           float *v,
                           gsize point);

/**
 * pel_blocked_conv_weight_add_space:
 * @plane: sizes
 * @in_blocks: blocks read
 * @out_blocks: blocks written
 * @space: (inout): raised to what the gradient of the weights needs
 */
void pel_blocked_conv_weight_add_space (const PelBlockedPlane *plane,
                                        guint in_blocks,
                                        guint out_blocks,
                                        PelBlockedSpace *space);
