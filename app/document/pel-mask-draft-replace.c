/* SPDX-License-Identifier: MIT */
/* Labels from elsewhere in the place of a mask that may have been painted on meanwhile. */
#include "app/document/pel-mask-draft-private.h"
#include "engine/image/pel-label-map.h"

typedef struct
{
  PelMaskDraft *draft;
  PelLabels *labels, *base;
  GHashTable *painted; /* label of pixels painted since → its number in the result */
  GHashTable *taken;   /* labels that come, label → PelLabelCount */
} Replace;

typedef void (*PixelFunc) (Replace *self, guint32 now, guint32 base, guint32 fresh);

/* Calls @func once for each row of pixels that are alike and were painted since. */
static void
foreach_painted (Replace *self, guint tile, PixelFunc func)
{
  guint32 now[PEL_LABEL_TILE_PIXELS], base[PEL_LABEL_TILE_PIXELS], fresh[PEL_LABEL_TILE_PIXELS];

  pel_label_tile_read (pel_labels_peek_tile (self->draft->before, tile), now);
  pel_label_tile_read (pel_labels_peek_tile (self->base, tile), base);
  pel_label_tile_read (pel_labels_peek_tile (self->labels, tile), fresh);
  for (guint p = 0; p < PEL_LABEL_TILE_PIXELS; p++)
    {
      if (p > 0 && now[p] == now[p - 1] && base[p] == base[p - 1] && fresh[p] == fresh[p - 1])
        continue;
      func (self, now[p], base[p], fresh[p]);
    }
}

static gboolean
is_painted (const Replace *self, guint tile)
{
  const PelLabelTile *now = pel_labels_peek_tile (self->draft->before, tile);
  const PelLabelTile *base = pel_labels_peek_tile (self->base, tile);

  return now != base && !pel_label_tile_equal (now, base);
}

static void
note_painted (Replace *self, guint32 now, guint32 base, guint32 fresh)
{
  if (now != base && now != 0)
    g_hash_table_insert (self->painted, LABEL_KEY (now), NULL);
}

/* The same number at the same place is the same cell. */
static void
note_same (Replace *self, guint32 now, guint32 base, guint32 fresh)
{
  if (base == fresh && base != 0 && g_hash_table_contains (self->painted, LABEL_KEY (base)))
    g_hash_table_insert (self->painted, LABEL_KEY (base), LABEL_KEY (base));
}

static guint32
find_number (Replace *self, guint32 *free_number)
{
  GHashTableIter iter;
  gpointer key;

  if (*free_number == 0)
    {
      g_hash_table_iter_init (&iter, self->taken);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        *free_number = MAX (*free_number, GPOINTER_TO_UINT (key));
      g_hash_table_iter_init (&iter, self->painted);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        *free_number = MAX (*free_number, GPOINTER_TO_UINT (key));
    }
  return ++*free_number;
}

/* Cells that were painted on get numbers that no other cell has. */
static void
choose_numbers (Replace *self)
{
  GHashTableIter iter;
  gpointer key, value;
  guint32 free_number = 0;

  g_hash_table_iter_init (&iter, self->painted);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      PelCellInfo info;
      guint32 number;

      if (value != NULL)
        continue;
      if (!g_hash_table_contains (self->taken, key))
        {
          g_hash_table_iter_replace (&iter, key);
          continue;
        }
      number = find_number (self, &free_number);
      if (pel_mask_draft_get_info (self->draft, GPOINTER_TO_UINT (key), &info))
        pel_mask_draft_set_info (self->draft, number, &info);
      g_hash_table_iter_replace (&iter, LABEL_KEY (number));
    }
}

/* (transfer full): what was painted, over what comes */
static PelLabelTile *
merge_tile (Replace *self, guint tile)
{
  guint32 now[PEL_LABEL_TILE_PIXELS], base[PEL_LABEL_TILE_PIXELS], fresh[PEL_LABEL_TILE_PIXELS];

  pel_label_tile_read (pel_labels_peek_tile (self->draft->before, tile), now);
  pel_label_tile_read (pel_labels_peek_tile (self->base, tile), base);
  pel_label_tile_read (pel_labels_peek_tile (self->labels, tile), fresh);
  for (guint p = 0; p < PEL_LABEL_TILE_PIXELS; p++)
    if (now[p] != base[p])
      fresh[p] = GPOINTER_TO_UINT (g_hash_table_lookup (self->painted, LABEL_KEY (now[p])));
  return pel_label_tile_new (fresh, PEL_LABEL_TILE_SIZE);
}

static gboolean
replace_painted (Replace *self, GArray *tiles, guint n_tiles, GError **error)
{
  g_autoptr (PelLabelMap) map = NULL;

  for (guint i = 0; i < tiles->len; i++)
    foreach_painted (self, g_array_index (tiles, guint, i), note_painted);
  for (guint i = 0; g_hash_table_size (self->painted) > 0 && i < n_tiles; i++)
    foreach_painted (self, i, note_same);
  choose_numbers (self);
  map = pel_label_map_new_from_labels (self->labels, error);
  if (map == NULL)
    return FALSE;
  for (guint i = 0; i < tiles->len; i++)
    {
      const guint tile = g_array_index (tiles, guint, i);

      pel_label_tile_unref (pel_label_map_swap_tile (map, tile, merge_tile (self, tile)));
    }
  self->draft->after = pel_label_map_snapshot (map);
  return TRUE;
}

gboolean
pel_mask_draft_replace (PelMaskDraft *self, PelLabels *labels, PelLabels *base, GError **error)
{
  const guint n_tiles = pel_labels_get_n_tiles_x (labels) * pel_labels_get_n_tiles_y (labels);
  g_autoptr (GHashTable) painted = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) taken = NULL;
  g_autoptr (GArray) tiles = g_array_new (FALSE, FALSE, sizeof (guint));
  Replace replace = { self, labels, base, painted, NULL };

  g_return_val_if_fail (self->after == NULL, FALSE);

  for (guint i = 0; base != NULL && i < n_tiles; i++)
    if (is_painted (&replace, i))
      g_array_append_val (tiles, i);
  if (tiles->len == 0)
    {
      pel_mask_draft_set_labels (self, labels);
      return TRUE;
    }
  replace.taken = taken = pel_labels_count (labels);
  return replace_painted (&replace, tiles, n_tiles, error);
}
