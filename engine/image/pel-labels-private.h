/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdatomic.h>

#include "engine/image/pel-labels.h"

/* What pel-labels.c and pel-label-map.c share: how tiles are stored and changed. */

typedef enum
{
  PEL_TILE_CONSTANT,
  PEL_TILE_U16,
  PEL_TILE_U32,
} PelTileKind;

#define PEL_TILE_MAX_UNKNOWN G_MAXUINT64

struct PelLabelTile
{
  atomic_uint n_refs;
  PelTileKind kind;
  guint32 value;              /* of a constant tile */
  _Atomic guint64 max_label;  /* PEL_TILE_MAX_UNKNOWN until somebody asks */
  _Alignas(16) guint8 data[]; /* u16 or u32, row by row; nothing for a constant tile */
};

struct PelLabels
{
  atomic_uint n_refs;
  guint width, height;
  guint n_tiles_x, n_tiles_y;
  PelLabelTile *tiles[];
};

static inline guint16 *
pel_label_tile_u16 (const PelLabelTile *tile)
{
  return (guint16 *)(gpointer)tile->data;
}

static inline guint32 *
pel_label_tile_u32 (const PelLabelTile *tile)
{
  return (guint32 *)(gpointer)tile->data;
}

static inline guint32
pel_label_tile_at (const PelLabelTile *tile, guint index)
{
  switch (tile->kind)
    {
    case PEL_TILE_U16:
      return pel_label_tile_u16 (tile)[index];
    case PEL_TILE_U32:
      return pel_label_tile_u32 (tile)[index];
    case PEL_TILE_CONSTANT:
    default:
      return tile->value;
    }
}

/* Whether nobody else can see the tile. Pairs with the release in pel_label_tile_unref(): all
 * that another thread read through its reference happened before. */
static inline gboolean
pel_label_tile_is_exclusive (PelLabelTile *tile)
{
  return atomic_load_explicit (&tile->n_refs, memory_order_acquire) == 1;
}

/* A new tile of the given kind with its pixels not set; not for constant tiles. */
PelLabelTile *pel_label_tile_alloc (PelTileKind kind);

/* A copy of tile, widened to kind, that may be written to. */
PelLabelTile *pel_label_tile_copy_as (const PelLabelTile *tile, PelTileKind kind);

/* Labels with room for their tiles, which are not set yet. */
PelLabels *pel_labels_alloc (guint width, guint height, GError **error);

/* Reads a block through an array of tiles; outside the image labels read as 0. */
void pel_label_tiles_read (PelLabelTile *const *tiles,
                           guint width,
                           guint height,
                           const PelRect *rect,
                           guint32 *out,
                           gsize stride);
