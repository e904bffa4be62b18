/* SPDX-License-Identifier: MIT */
#include "engine/image/pel-labels-private.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#include "engine/core/pel-stop.h"

static gboolean
check_size (guint width, guint height, GError **error)
{
  if (width >= 1 && height >= 1 && width <= PEL_LABELS_MAX_SIZE && height <= PEL_LABELS_MAX_SIZE)
    return TRUE;
  g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
               /* Translators: width, height, and the most of either */
               _ ("a label image cannot have %u x %u pixels; from 1 to %u each way are possible"),
               width, height, PEL_LABELS_MAX_SIZE);
  return FALSE;
}

static gsize
count_tiles (const PelLabels *self)
{
  return (gsize)self->n_tiles_x * self->n_tiles_y;
}

static PelLabels *
set_no_memory (guint width, guint height, GError **error)
{
  g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
               _ ("there is not enough memory for a label image of %u x %u pixels"), width, height);
  return NULL;
}

/* Labels whose leaves are not set. */
static PelLabels *
labels_alloc (guint width, guint height, GError **error)
{
  if (!check_size (width, height, error))
    return NULL;

  guint n_x = (width + PEL_LABEL_TILE_SIZE - 1) / PEL_LABEL_TILE_SIZE;
  guint n_y = (height + PEL_LABEL_TILE_SIZE - 1) / PEL_LABEL_TILE_SIZE;
  /* At most 2^14 by 2^14 tiles: no overflow. */
  guint n_leaves = (n_x * n_y + PEL_LABEL_LEAF_TILES - 1) >> PEL_LABEL_LEAF_BITS;
  PelLabels *self = g_try_malloc (sizeof *self + n_leaves * sizeof (PelLabelLeaf *));

  if (!self)
    return set_no_memory (width, height, error);
  atomic_init (&self->n_refs, 1);
  self->width = width;
  self->height = height;
  self->n_tiles_x = n_x;
  self->n_tiles_y = n_y;
  self->n_leaves = n_leaves;
  return self;
}

static PelLabelLeaf *
leaf_ref (PelLabelLeaf *leaf)
{
  atomic_fetch_add_explicit (&leaf->n_refs, 1, memory_order_relaxed);
  return leaf;
}

static void
leaf_unref (PelLabelLeaf *leaf)
{
  if (atomic_fetch_sub_explicit (&leaf->n_refs, 1, memory_order_acq_rel) != 1)
    return;
  for (guint i = 0; i < PEL_LABEL_LEAF_TILES && leaf->tiles[i]; i++)
    pel_label_tile_unref (leaf->tiles[i]);
  g_free (leaf);
}

PelLabels *
pel_labels_copy (const PelLabels *labels, GError **error)
{
  PelLabels *copy = labels_alloc (labels->width, labels->height, error);

  if (!copy)
    return NULL;
  for (guint i = 0; i < labels->n_leaves; i++)
    copy->leaves[i] = leaf_ref (labels->leaves[i]);
  return copy;
}

PelLabelTile **
pel_labels_get_slot (PelLabels *self, gsize tile)
{
  PelLabelLeaf **slot = &self->leaves[tile >> PEL_LABEL_LEAF_BITS];

  /* Pairs with the release in leaf_unref(), as for tiles. */
  if (atomic_load_explicit (&(*slot)->n_refs, memory_order_acquire) != 1)
    {
      PelLabelLeaf *copy = g_new (PelLabelLeaf, 1);

      atomic_init (&copy->n_refs, 1);
      memcpy (copy->tiles, (*slot)->tiles, sizeof copy->tiles);
      for (guint i = 0; i < PEL_LABEL_LEAF_TILES && copy->tiles[i]; i++)
        pel_label_tile_ref (copy->tiles[i]);
      leaf_unref (*slot);
      *slot = copy;
    }
  return &(*slot)->tiles[tile & (PEL_LABEL_LEAF_TILES - 1)];
}

/* A leaf of @n times the same tile. */
static PelLabelLeaf *
leaf_new (PelLabelTile *tile, guint n)
{
  PelLabelLeaf *leaf = g_new0 (PelLabelLeaf, 1);

  atomic_init (&leaf->n_refs, 1);
  for (guint i = 0; i < n; i++)
    leaf->tiles[i] = pel_label_tile_ref (tile);
  return leaf;
}

PelLabels *
pel_labels_new (guint width, guint height, GError **error)
{
  PelLabels *self = labels_alloc (width, height, error);
  if (!self)
    return NULL;

  /* One leaf stands for all that are full and empty, until somebody paints there. */
  PelLabelTile *empty = pel_label_tile_new_constant (0);
  PelLabelLeaf *full = leaf_new (empty, PEL_LABEL_LEAF_TILES);
  const guint rest = (guint)(count_tiles (self) & (PEL_LABEL_LEAF_TILES - 1));

  for (guint i = 0; i < self->n_leaves; i++)
    self->leaves[i] =
        i + 1 == self->n_leaves && rest > 0 ? leaf_new (empty, rest) : leaf_ref (full);
  leaf_unref (full);
  pel_label_tile_unref (empty);
  return self;
}

PelLabels *
pel_labels_new_from_data (guint width,
                          guint height,
                          const guint32 *data,
                          gsize stride,
                          GError **error)
{
  const guint size = PEL_LABEL_TILE_SIZE;

  g_return_val_if_fail (data != NULL && stride >= width, NULL);
  PelLabels *self = pel_labels_new (width, height, error);
  if (!self)
    return NULL;

  for (guint ty = 0; ty < self->n_tiles_y; ty++)
    {
      if (pel_stop_asked (error))
        {
          pel_labels_unref (self);
          return NULL;
        }
      for (guint tx = 0; tx < self->n_tiles_x; tx++)
        {
          guint w = MIN (size, width - tx * size), h = MIN (size, height - ty * size);
          const guint32 *from = data + (gsize)ty * size * stride + tx * size;
          guint32 edge[PEL_LABEL_TILE_PIXELS];
          gsize from_stride = stride;
          PelLabelTile *tile;
          guint32 label;

          if (w < size || h < size)
            {
              memset (edge, 0, sizeof edge);
              for (guint y = 0; y < h; y++)
                memcpy (edge + y * size, from + y * stride, w * sizeof *edge);
              from = edge;
              from_stride = size;
            }
          tile = pel_label_tile_new (from, from_stride);
          /* Empty tiles are one and the same already. */
          if (!pel_label_tile_is_constant (tile, &label) || label != 0)
            {
              PelLabelTile **slot = pel_labels_get_slot (self, (gsize)ty * self->n_tiles_x + tx);
              PelLabelTile *old = *slot;

              *slot = tile;
              tile = old;
            }
          pel_label_tile_unref (tile);
        }
    }
  return self;
}

PelLabels *
pel_labels_ref (PelLabels *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  atomic_fetch_add_explicit (&self->n_refs, 1, memory_order_relaxed);
  return self;
}

void
pel_labels_unref (PelLabels *self)
{
  g_return_if_fail (self != NULL);
  if (atomic_fetch_sub_explicit (&self->n_refs, 1, memory_order_acq_rel) != 1)
    return;

  for (guint i = 0; i < self->n_leaves; i++)
    leaf_unref (self->leaves[i]);
  g_free (self);
}

guint
pel_labels_get_width (const PelLabels *self)
{
  return self->width;
}

guint
pel_labels_get_height (const PelLabels *self)
{
  return self->height;
}

guint32
pel_labels_get (const PelLabels *self, gint x, gint y)
{
  const guint size = PEL_LABEL_TILE_SIZE;

  if (x < 0 || y < 0 || (guint)x >= self->width || (guint)y >= self->height)
    return 0;
  const PelLabelTile *tile =
      pel_labels_tile_at (self, (gsize)(y / size) * self->n_tiles_x + x / size);
  return pel_label_tile_at (tile, (y % size) * size + x % size);
}

static void
read_tile_row (const PelLabelTile *tile, guint y, guint x, guint n, guint32 *out)
{
  guint at = y * PEL_LABEL_TILE_SIZE + x;

  switch (tile->kind)
    {
    case PEL_TILE_U16:
      for (guint i = 0; i < n; i++)
        out[i] = pel_label_tile_u16 (tile)[at + i];
      break;
    case PEL_TILE_U32:
      memcpy (out, pel_label_tile_u32 (tile) + at, n * sizeof *out);
      break;
    case PEL_TILE_FEW:
      pel_label_tile_read_few (tile, at, n, out);
      break;
    case PEL_TILE_CONSTANT:
    default:
      for (guint i = 0; i < n; i++)
        out[i] = tile->value;
    }
}

void
pel_labels_read (const PelLabels *self, const PelRect *rect, guint32 *out, gsize stride)
{
  const gint size = PEL_LABEL_TILE_SIZE;
  const PelRect all = { 0, 0, (gint)self->width, (gint)self->height };
  PelRect in;

  if (pel_rect_is_empty (rect))
    return;
  pel_rect_intersect (rect, &all, &in);
  if (in.width != rect->width || in.height != rect->height)
    {
      for (gint y = 0; y < rect->height; y++)
        memset (out + (gsize)y * stride, 0, (gsize)rect->width * sizeof *out);
    }
  if (pel_rect_is_empty (&in))
    return;

  for (gint y = in.y; y < in.y + in.height; y++)
    {
      guint32 *row = out + (gsize)(y - rect->y) * stride + (in.x - rect->x);
      const gsize tile_row = (gsize)(y / size) * self->n_tiles_x;

      for (gint x = in.x; x < in.x + in.width;)
        {
          gint n = MIN (size - x % size, in.x + in.width - x);

          read_tile_row (pel_labels_tile_at (self, tile_row + (gsize)(x / size)), (guint)(y % size),
                         (guint)(x % size), (guint)n, row);
          row += n;
          x += n;
        }
    }
}

guint32
pel_labels_get_max (const PelLabels *self)
{
  const gsize n = count_tiles (self);
  guint32 max = 0;

  for (gsize i = 0; i < n; i++)
    max = MAX (max, pel_label_tile_get_max (pel_labels_tile_at (self, i)));
  return max;
}

gboolean
pel_labels_equal (const PelLabels *a, const PelLabels *b)
{
  const gsize n = count_tiles (a);

  if (a == b)
    return TRUE;
  if (a->width != b->width || a->height != b->height)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      if (!pel_label_tile_equal (pel_labels_tile_at (a, i), pel_labels_tile_at (b, i)))
        return FALSE;
    }
  return TRUE;
}

guint
pel_labels_get_n_tiles_x (const PelLabels *self)
{
  return self->n_tiles_x;
}

guint
pel_labels_get_n_tiles_y (const PelLabels *self)
{
  return self->n_tiles_y;
}

PelLabelTile *
pel_labels_ref_tile (const PelLabels *self, guint tile)
{
  return pel_label_tile_ref (pel_labels_peek_tile (self, tile));
}

PelLabelTile *
pel_labels_peek_tile (const PelLabels *self, guint tile)
{
  g_assert (tile < count_tiles (self));
  return pel_labels_tile_at (self, tile);
}

gboolean
pel_labels_same_tile (const PelLabels *a, const PelLabels *b, guint tile)
{
  return pel_labels_peek_tile (a, tile) == pel_labels_peek_tile (b, tile);
}
