/* SPDX-License-Identifier: MIT */
#include "app/document/pel-mask-private.h"

void
pel_label_counts_add (GHashTable *counts, guint32 label, gssize n)
{
  gsize count = GPOINTER_TO_SIZE (g_hash_table_lookup (counts, LABEL_KEY (label)));

  count = (gsize)((gssize)count + n);
  if (count == 0)
    g_hash_table_remove (counts, LABEL_KEY (label));
  else
    g_hash_table_insert (counts, LABEL_KEY (label), GSIZE_TO_POINTER (count));
}

void
pel_label_counts_add_tile (GHashTable *counts,
                           const PelLabelTile *tile,
                           gssize sign,
                           GHashTable *touched)
{
  guint32 pixels[PEL_LABEL_TILE_PIXELS];
  guint32 label;
  guint begin = 0;

  if (pel_label_tile_is_constant (tile, &label))
    {
      if (label == 0)
        return;
      if (touched != NULL && !g_hash_table_contains (touched, LABEL_KEY (label)))
        g_hash_table_insert (touched, LABEL_KEY (label),
                             GUINT_TO_POINTER (g_hash_table_contains (counts, LABEL_KEY (label))));
      pel_label_counts_add (counts, label, sign * PEL_LABEL_TILE_PIXELS);
      return;
    }
  pel_label_tile_read (tile, pixels);
  for (guint i = 1; i <= PEL_LABEL_TILE_PIXELS; i++)
    {
      if (i < PEL_LABEL_TILE_PIXELS && pixels[i] == pixels[begin])
        continue;
      label = pixels[begin];
      if (label != 0)
        {
          if (touched != NULL && !g_hash_table_contains (touched, LABEL_KEY (label)))
            g_hash_table_insert (
                touched, LABEL_KEY (label),
                GUINT_TO_POINTER (g_hash_table_contains (counts, LABEL_KEY (label))));
          pel_label_counts_add (counts, label, sign * (gssize)(i - begin));
        }
      begin = i;
    }
}

GHashTable *
pel_labels_count (const PelLabels *labels)
{
  GHashTable *counts = g_hash_table_new (NULL, NULL);
  guint n_tiles = pel_labels_get_n_tiles_x (labels) * pel_labels_get_n_tiles_y (labels);

  for (guint i = 0; i < n_tiles; i++)
    pel_label_counts_add_tile (counts, pel_labels_peek_tile (labels, i), 1, NULL);
  return counts;
}
