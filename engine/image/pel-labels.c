/* SPDX-License-Identifier: MIT */
#include "engine/image/pel-labels-private.h"

#include <string.h>
#include <glib/gi18n-lib.h>

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

PelLabels *
pel_labels_alloc (guint width, guint height, GError **error)
{
  if (!check_size (width, height, error))
    return NULL;

  guint n_x = (width + PEL_LABEL_TILE_SIZE - 1) / PEL_LABEL_TILE_SIZE;
  guint n_y = (height + PEL_LABEL_TILE_SIZE - 1) / PEL_LABEL_TILE_SIZE;
  /* At most 2^14 by 2^14 tiles: no overflow. */
  PelLabels *self = g_try_malloc (sizeof *self + (gsize)n_x * n_y * sizeof (PelLabelTile *));
  if (!self)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                   _ ("there is not enough memory for a label image of %u x %u pixels"), width,
                   height);
      return NULL;
    }
  atomic_init (&self->n_refs, 1);
  self->width = width;
  self->height = height;
  self->n_tiles_x = n_x;
  self->n_tiles_y = n_y;
  return self;
}

PelLabels *
pel_labels_new (guint width, guint height, GError **error)
{
  PelLabels *self = pel_labels_alloc (width, height, error);
  if (!self)
    return NULL;

  PelLabelTile *empty = pel_label_tile_new_constant (0);
  gsize n = (gsize)self->n_tiles_x * self->n_tiles_y;

  for (gsize i = 0; i < n; i++)
    self->tiles[i] = pel_label_tile_ref (empty);
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
  PelLabels *self = pel_labels_alloc (width, height, error);
  if (!self)
    return NULL;

  PelLabelTile *empty = pel_label_tile_new_constant (0);
  for (guint ty = 0; ty < self->n_tiles_y; ty++)
    {
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
          if (pel_label_tile_is_constant (tile, &label) && label == 0)
            {
              pel_label_tile_unref (tile);
              tile = pel_label_tile_ref (empty);
            }
          self->tiles[(gsize)ty * self->n_tiles_x + tx] = tile;
        }
    }
  pel_label_tile_unref (empty);
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

  gsize n = (gsize)self->n_tiles_x * self->n_tiles_y;
  for (gsize i = 0; i < n; i++)
    pel_label_tile_unref (self->tiles[i]);
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
  const PelLabelTile *tile = self->tiles[(gsize)(y / size) * self->n_tiles_x + x / size];
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
    case PEL_TILE_CONSTANT:
    default:
      for (guint i = 0; i < n; i++)
        out[i] = tile->value;
    }
}

void
pel_label_tiles_read (PelLabelTile *const *tiles,
                      guint width,
                      guint height,
                      const PelRect *rect,
                      guint32 *out,
                      gsize stride)
{
  const gint size = PEL_LABEL_TILE_SIZE;
  const guint n_tiles_x = (width + PEL_LABEL_TILE_SIZE - 1) / PEL_LABEL_TILE_SIZE;
  const PelRect all = { 0, 0, (gint)width, (gint)height };
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
      PelLabelTile *const *tile_row = tiles + (gsize)(y / size) * n_tiles_x;

      for (gint x = in.x; x < in.x + in.width;)
        {
          gint n = MIN (size - x % size, in.x + in.width - x);

          read_tile_row (tile_row[x / size], (guint)(y % size), (guint)(x % size), (guint)n, row);
          row += n;
          x += n;
        }
    }
}

void
pel_labels_read (const PelLabels *self, const PelRect *rect, guint32 *out, gsize stride)
{
  pel_label_tiles_read (self->tiles, self->width, self->height, rect, out, stride);
}

guint32
pel_labels_get_max (const PelLabels *self)
{
  gsize n = (gsize)self->n_tiles_x * self->n_tiles_y;
  guint32 max = 0;

  for (gsize i = 0; i < n; i++)
    max = MAX (max, pel_label_tile_get_max (self->tiles[i]));
  return max;
}

gboolean
pel_labels_equal (const PelLabels *a, const PelLabels *b)
{
  gsize n = (gsize)a->n_tiles_x * a->n_tiles_y;

  if (a == b)
    return TRUE;
  if (a->width != b->width || a->height != b->height)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      if (!pel_label_tile_equal (a->tiles[i], b->tiles[i]))
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
  g_assert (tile < (gsize)self->n_tiles_x * self->n_tiles_y);
  return self->tiles[tile];
}

gboolean
pel_labels_same_tile (const PelLabels *a, const PelLabels *b, guint tile)
{
  return pel_labels_peek_tile (a, tile) == pel_labels_peek_tile (b, tile);
}
