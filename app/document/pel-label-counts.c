/* SPDX-License-Identifier: MIT */
#include "app/document/pel-mask-private.h"

GHashTable *
pel_label_counts_new (void)
{
  return g_hash_table_new_full (NULL, NULL, NULL, g_free);
}

void
pel_label_counts_add (GHashTable *counts, guint32 label, gssize n, const PelRect *tiles)
{
  PelLabelCount *count = g_hash_table_lookup (counts, LABEL_KEY (label));

  if (count == NULL)
    {
      count = g_new0 (PelLabelCount, 1);
      g_hash_table_insert (counts, LABEL_KEY (label), count);
    }
  count->n = (gsize)((gssize)count->n + n);
  if (count->n == 0)
    g_hash_table_remove (counts, LABEL_KEY (label));
  else if (n > 0)
    pel_rect_union (&count->tiles, tiles, &count->tiles);
}

static void
add_run (GHashTable *counts, guint32 label, gssize n, const PelRect *tiles, GHashTable *touched)
{
  if (label == 0)
    return;
  if (touched != NULL && !g_hash_table_contains (touched, LABEL_KEY (label)))
    g_hash_table_insert (touched, LABEL_KEY (label),
                         GUINT_TO_POINTER (g_hash_table_contains (counts, LABEL_KEY (label))));
  pel_label_counts_add (counts, label, n, tiles);
}

void
pel_label_counts_add_tile (GHashTable *counts,
                           const PelLabelTile *tile,
                           gint tile_x,
                           gint tile_y,
                           gssize sign,
                           GHashTable *touched)
{
  const PelRect tiles = { tile_x, tile_y, 1, 1 };
  guint32 pixels[PEL_LABEL_TILE_PIXELS];
  guint32 label;
  guint begin = 0;

  if (pel_label_tile_is_constant (tile, &label))
    {
      add_run (counts, label, sign * PEL_LABEL_TILE_PIXELS, &tiles, touched);
      return;
    }
  pel_label_tile_read (tile, pixels);
  for (guint i = 1; i <= PEL_LABEL_TILE_PIXELS; i++)
    {
      if (i < PEL_LABEL_TILE_PIXELS && pixels[i] == pixels[begin])
        continue;
      add_run (counts, pixels[begin], sign * (gssize)(i - begin), &tiles, touched);
      begin = i;
    }
}

GHashTable *
pel_labels_count (const PelLabels *labels)
{
  GHashTable *counts = pel_label_counts_new ();
  guint n_x = pel_labels_get_n_tiles_x (labels), n_y = pel_labels_get_n_tiles_y (labels);

  for (guint i = 0; i < n_x * n_y; i++)
    pel_label_counts_add_tile (counts, pel_labels_peek_tile (labels, i), (gint)(i % n_x),
                               (gint)(i / n_x), 1, NULL);
  return counts;
}
