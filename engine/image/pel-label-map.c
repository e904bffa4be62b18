/* SPDX-License-Identifier: MIT */
#include "engine/image/pel-label-map.h"

#include <string.h>

#include "engine/image/pel-labels-private.h"

/* The map is a PelLabels that nobody else ever holds: its tiles may be replaced, and a tile may
 * be written to while the map has the only reference to it. */
struct PelLabelMap
{
  PelLabels *labels;
};

static const guint size = PEL_LABEL_TILE_SIZE;

static PelLabelMap *
map_new_take (PelLabels *labels)
{
  PelLabelMap *self;

  if (!labels)
    return NULL;
  self = g_new (PelLabelMap, 1);
  self->labels = labels;
  return self;
}

PelLabelMap *
pel_label_map_new (guint width, guint height, GError **error)
{
  return map_new_take (pel_labels_new (width, height, error));
}

PelLabelMap *
pel_label_map_new_from_labels (const PelLabels *labels, GError **error)
{
  g_return_val_if_fail (labels != NULL, NULL);
  return map_new_take (pel_labels_copy (labels, error));
}

void
pel_label_map_free (PelLabelMap *self)
{
  if (!self)
    return;
  pel_labels_unref (self->labels);
  g_free (self);
}

guint
pel_label_map_get_width (const PelLabelMap *self)
{
  return self->labels->width;
}

guint
pel_label_map_get_height (const PelLabelMap *self)
{
  return self->labels->height;
}

guint
pel_label_map_get_n_tiles_x (const PelLabelMap *self)
{
  return self->labels->n_tiles_x;
}

guint
pel_label_map_get_n_tiles_y (const PelLabelMap *self)
{
  return self->labels->n_tiles_y;
}

PelLabels *
pel_label_map_snapshot (PelLabelMap *self)
{
  GError *error = NULL;
  PelLabels *snapshot = pel_labels_copy (self->labels, &error);

  /* One pointer a leaf, where the map already has as much: not a size that a file chose. */
  if (!snapshot)
    g_error ("%s", error->message);
  return snapshot;
}

guint32
pel_label_map_get (const PelLabelMap *self, gint x, gint y)
{
  return pel_labels_get (self->labels, x, y);
}

void
pel_label_map_read (const PelLabelMap *self, const PelRect *rect, guint32 *out, gsize stride)
{
  pel_labels_read (self->labels, rect, out, stride);
}

/* The tile at slot, ready to be written to with labels up to max. */
static PelLabelTile *
writable_tile (PelLabelTile **slot, guint32 max)
{
  PelLabelTile *tile = *slot;
  PelTileKind kind = tile->kind;

  if (kind <= PEL_TILE_FEW)
    {
      /* These hold any label; what they become depends on the largest. */
      max = MAX (max, pel_label_tile_get_max (tile));
      kind = PEL_TILE_U16;
    }
  if (max > G_MAXUINT16)
    kind = PEL_TILE_U32;
  if (tile->kind != kind || !pel_label_tile_is_exclusive (tile))
    {
      *slot = pel_label_tile_copy_as (tile, kind);
      pel_label_tile_unref (tile);
    }
  atomic_store_explicit (&(*slot)->max_label, PEL_TILE_MAX_UNKNOWN, memory_order_relaxed);
  return *slot;
}

static void
fill_in_tile (PelLabels *labels, gsize index, guint y, guint x, guint n, guint32 label)
{
  const PelLabelTile *old = pel_labels_tile_at (labels, index);
  guint at = y * size + x, same = 0;

  while (same < n && pel_label_tile_at (old, at + same) == label)
    same++;
  if (same == n)
    return;

  PelLabelTile *tile = writable_tile (pel_labels_get_slot (labels, index), label);
  if (tile->kind == PEL_TILE_U16)
    {
      for (guint i = same; i < n; i++)
        pel_label_tile_u16 (tile)[at + i] = (guint16)label;
    }
  else
    {
      for (guint i = same; i < n; i++)
        pel_label_tile_u32 (tile)[at + i] = label;
    }
}

void
pel_label_map_fill_span (PelLabelMap *self, gint y, gint x0, gint x1, guint32 label)
{
  PelLabels *labels = self->labels;

  if (y < 0 || (guint)y >= labels->height)
    return;
  x0 = MAX (x0, 0);
  x1 = MIN (x1, (gint)labels->width);
  const gsize row = (gsize)((guint)y / size) * labels->n_tiles_x;
  for (guint x = (guint)x0, n; x0 < x1 && x < (guint)x1; x += n)
    {
      n = MIN (size - x % size, (guint)x1 - x);
      fill_in_tile (labels, row + x / size, (guint)y % size, x % size, n, label);
    }
}

/* Writes the pixels of block, in image coordinates and inside one tile. */
static void
write_in_tile (PelLabels *image,
               gsize index,
               const PelRect *block,
               const guint32 *data,
               gsize stride)
{
  guint32 labels[PEL_LABEL_TILE_PIXELS];
  gboolean changed = FALSE;

  pel_label_tile_read (pel_labels_tile_at (image, index), labels);
  for (gint y = 0; y < block->height; y++)
    {
      guint32 *to = labels + ((guint)(block->y + y) % size) * size + (guint)block->x % size;
      const guint32 *from = data + (gsize)y * stride;
      gsize n = (gsize)block->width * sizeof *to;

      if (memcmp (to, from, n) != 0)
        {
          memcpy (to, from, n);
          changed = TRUE;
        }
    }
  if (changed)
    {
      PelLabelTile **slot = pel_labels_get_slot (image, index);

      pel_label_tile_unref (*slot);
      *slot = pel_label_tile_new (labels, size);
    }
}

void
pel_label_map_write (PelLabelMap *self, const PelRect *rect, const guint32 *data, gsize stride)
{
  PelLabels *labels = self->labels;
  const PelRect all = { 0, 0, (gint)labels->width, (gint)labels->height };
  PelRect in;

  if (!pel_rect_intersect (rect, &all, &in))
    return;
  for (gint y = in.y, h; y < in.y + in.height; y += h)
    {
      h = MIN ((gint)(size - (guint)y % size), in.y + in.height - y);
      for (gint x = in.x, w; x < in.x + in.width; x += w)
        {
          w = MIN ((gint)(size - (guint)x % size), in.x + in.width - x);
          PelRect block = { x, y, w, h };
          gsize tile = (gsize)((guint)y / size) * labels->n_tiles_x + (guint)x / size;

          write_in_tile (labels, tile, &block, data + (gsize)(y - rect->y) * stride + (x - rect->x),
                         stride);
        }
    }
}

void
pel_label_map_compact_tile (PelLabelMap *self, guint tile)
{
  const PelLabelTile *now = pel_labels_peek_tile (self->labels, tile);
  guint32 pixels[PEL_LABEL_TILE_PIXELS];
  PelLabelTile *compact, **slot;

  if (!pel_label_tile_may_shrink (now))
    return;
  pel_label_tile_read (now, pixels);
  compact = pel_label_tile_new (pixels, size);
  if (compact->kind < now->kind)
    {
      slot = pel_labels_get_slot (self->labels, tile);
      pel_label_tile_unref (*slot);
      *slot = compact;
    }
  else
    pel_label_tile_unref (compact);
}

void
pel_label_map_compact (PelLabelMap *self, const PelRect *rect)
{
  const PelLabels *labels = self->labels;
  PelRect in = { 0, 0, (gint)labels->width, (gint)labels->height };

  if (rect && !pel_rect_intersect (rect, &in, &in))
    return;
  for (guint ty = (guint)in.y / size; ty <= (guint)(in.y + in.height - 1) / size; ty++)
    for (guint tx = (guint)in.x / size; tx <= (guint)(in.x + in.width - 1) / size; tx++)
      pel_label_map_compact_tile (self, ty * labels->n_tiles_x + tx);
}

PelLabelTile *
pel_label_map_ref_tile (PelLabelMap *self, guint tile)
{
  return pel_labels_ref_tile (self->labels, tile);
}

PelLabelTile *
pel_label_map_peek_tile (const PelLabelMap *self, guint tile)
{
  return pel_labels_peek_tile (self->labels, tile);
}

/* Clears what the tile holds beyond the first w columns and h rows. */
static PelLabelTile *
clear_outside (PelLabelTile *tile, guint w, guint h)
{
  guint32 labels[PEL_LABEL_TILE_PIXELS];
  guint32 outside = 0;

  if (tile->kind == PEL_TILE_CONSTANT && tile->value == 0)
    return tile;
  pel_label_tile_read (tile, labels);
  for (guint y = 0; y < size; y++)
    {
      for (guint x = y < h ? w : 0; x < size; x++)
        {
          outside |= labels[y * size + x];
          labels[y * size + x] = 0;
        }
    }
  if (outside == 0)
    return tile;
  pel_label_tile_unref (tile);
  return pel_label_tile_new (labels, size);
}

PelLabelTile *
pel_label_map_swap_tile (PelLabelMap *self, guint tile, PelLabelTile *replacement)
{
  PelLabels *labels = self->labels;
  PelLabelTile *old = pel_labels_peek_tile (labels, tile);
  guint w = MIN (size, labels->width - tile % labels->n_tiles_x * size);
  guint h = MIN (size, labels->height - tile / labels->n_tiles_x * size);

  if (w < size || h < size)
    replacement = clear_outside (replacement, w, h);
  /* The reference of the leaf that may be copied here becomes the caller's. */
  *pel_labels_get_slot (labels, tile) = replacement;
  return old;
}

PelLabels *
pel_label_map_swap_all (PelLabelMap *self, PelLabels *replacement)
{
  PelLabels *old = self->labels;
  GError *error = NULL;

  g_return_val_if_fail (replacement->width == old->width && replacement->height == old->height,
                        NULL);
  self->labels = pel_labels_copy (replacement, &error);
  /* As much as a snapshot takes. */
  if (!self->labels)
    g_error ("%s", error->message);
  return old;
}

guint32
pel_label_map_get_max (const PelLabelMap *self)
{
  return pel_labels_get_max (self->labels);
}
