/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdatomic.h>

#include "engine/image/pel-labels.h"

/* What pel-labels.c and pel-label-map.c share: how tiles are stored and changed. */

typedef enum
{
  PEL_TILE_CONSTANT,
  /* 1, 2, 4 or 8 bits a pixel, as few as will do, and a table of the labels: never written to in
   * place */
  PEL_TILE_FEW,
  PEL_TILE_U16,
  PEL_TILE_U32,
} PelTileKind;

#define PEL_TILE_MAX_UNKNOWN G_MAXUINT64

struct PelLabelTile
{
  atomic_uint n_refs;
  PelTileKind kind;
  guint32 value;              /* of a constant tile; how many labels the table has */
  guint32 shift;              /* of a tile of few: 1 << shift bits a pixel, the first lowest */
  _Atomic guint64 max_label;  /* PEL_TILE_MAX_UNKNOWN until somebody asks */
  _Alignas(16) guint8 data[]; /* bits, u16 or u32, row by row; nothing for a constant tile */
};

/* So many tiles are counted as one: a snapshot of an image with 100 000 tiles takes references to
 * 400 leaves. */
#define PEL_LABEL_LEAF_BITS 8
#define PEL_LABEL_LEAF_TILES (1u << PEL_LABEL_LEAF_BITS)

/* Never changes while more than one holds it. */
typedef struct
{
  atomic_uint n_refs;
  PelLabelTile *tiles[PEL_LABEL_LEAF_TILES]; /* NULL beyond the last tile of the image */
} PelLabelLeaf;

struct PelLabels
{
  atomic_uint n_refs;
  guint width, height;
  guint n_tiles_x, n_tiles_y;
  guint n_leaves;
  PelLabelLeaf *leaves[];
};

static inline PelLabelTile *
pel_labels_tile_at (const PelLabels *self, gsize tile)
{
  return self->leaves[tile >> PEL_LABEL_LEAF_BITS]->tiles[tile & (PEL_LABEL_LEAF_TILES - 1)];
}

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

/* The labels that the bits of a tile of few stand for. */
static inline guint32 *
pel_label_tile_table (const PelLabelTile *tile)
{
  return (guint32 *)(gpointer)(tile->data + (PEL_LABEL_TILE_PIXELS >> (3 - tile->shift)));
}

static inline guint32
pel_label_tile_few_at (const PelLabelTile *tile, const guint32 *table, guint shift, guint index)
{
  const guint within = (index & ((8u >> shift) - 1)) << shift;
  const guint mask = (1u << (1u << shift)) - 1;

  return table[(guint)tile->data[index >> (3 - shift)] >> within & mask];
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
    case PEL_TILE_FEW:
      return pel_label_tile_few_at (tile, pel_label_tile_table (tile), tile->shift, index);
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

/* @n pixels of a tile of few labels from @at on. */
void pel_label_tile_read_few (const PelLabelTile *tile, guint at, guint n, guint32 *out);

/* Whether the same pixels may fit into a smaller kind of tile: FALSE is certain. */
gboolean pel_label_tile_may_shrink (const PelLabelTile *tile);

/* A copy of tile, widened to kind (not that of few labels), that may be written to. */
PelLabelTile *pel_label_tile_copy_as (const PelLabelTile *tile, PelTileKind kind);

/* Labels that share all their tiles with others. */
PelLabels *pel_labels_copy (const PelLabels *labels, GError **error);

/* Where a tile of labels that nobody else holds is kept, so that it may be replaced; the leaf is
 * copied if somebody else has it too. */
PelLabelTile **pel_labels_get_slot (PelLabels *self, gsize tile);
