/* SPDX-License-Identifier: MIT */
#include <glib/gi18n-lib.h>

#include "app/document/pel-cell-list-private.h"
#include "app/document/pel-image-document-private.h"
#include "app/document/pel-mask-private.h"

/* Taking predicted cells into the mask.
 *
 * A cell of the mask is the user's when it was drawn or corrected by hand, or reviewed; all others
 * came from a model and make way. A predicted cell is taken where at least half of it lies outside
 * the user's cells, and it does not cover half or more of one of them (then it is the same cell,
 * drawn better by hand). What of it lies on the user's cells is left to them. A model's earlier
 * cell goes where half or more of it is covered by cells that are taken; otherwise it keeps what is
 * not. */

typedef struct
{
  gsize total, on_users;
  gboolean same_cell;
  guint32 fresh; /* its label in the mask; 0 where it is not taken */
} Predicted;

typedef struct
{
  PelImageDocument *document;
  PelLabels *mask, *prediction;
  GHashTable *only;      /* predicted labels, or NULL for all */
  GHashTable *predicted; /* label → Predicted */
  GHashTable *overlaps;  /* predicted label and mask label → number of pixels */
  GHashTable *covered;   /* model's cells in the mask → pixels that taken cells cover */
} Accept;

static gboolean
is_users (Accept *accept, guint32 label)
{
  PelCellInfo info;

  pel_mask_get_cell_info (accept->document->mask, label, &info);
  return pel_cell_info_is_users (&info);
}

static guint64
pair_key (guint32 predicted, guint32 mask)
{
  return (guint64)predicted << 32 | mask;
}

static void
add_pixels (Accept *accept, guint32 label, guint32 old, gsize n)
{
  Predicted *cell = g_hash_table_lookup (accept->predicted, LABEL_KEY (label));
  guint64 key = pair_key (label, old);
  gsize *overlap;

  if (cell == NULL)
    {
      cell = g_new0 (Predicted, 1);
      g_hash_table_insert (accept->predicted, LABEL_KEY (label), cell);
    }
  cell->total += n;
  if (old == 0)
    return;
  if (is_users (accept, old))
    cell->on_users += n;
  overlap = g_hash_table_lookup (accept->overlaps, &key);
  if (overlap == NULL)
    {
      overlap = g_new0 (gsize, 1);
      g_hash_table_insert (accept->overlaps, g_memdup2 (&key, sizeof key), overlap);
    }
  *overlap += n;
}

static gboolean
is_wanted (const Accept *accept, guint32 label)
{
  return label != 0 &&
         (accept->only == NULL || g_hash_table_contains (accept->only, LABEL_KEY (label)));
}

static void
count_tile (Accept *accept, guint tile)
{
  guint32 new_pixels[PEL_LABEL_TILE_PIXELS], old_pixels[PEL_LABEL_TILE_PIXELS];
  const PelLabelTile *fresh = pel_labels_peek_tile (accept->prediction, tile);
  guint32 label;
  guint begin = 0;

  if (pel_label_tile_is_constant (fresh, &label) && !is_wanted (accept, label))
    return;
  pel_label_tile_read (fresh, new_pixels);
  pel_label_tile_read (pel_labels_peek_tile (accept->mask, tile), old_pixels);
  for (guint i = 1; i <= PEL_LABEL_TILE_PIXELS; i++)
    {
      if (i < PEL_LABEL_TILE_PIXELS && new_pixels[i] == new_pixels[begin] &&
          old_pixels[i] == old_pixels[begin])
        continue;
      if (is_wanted (accept, new_pixels[begin]))
        add_pixels (accept, new_pixels[begin], old_pixels[begin], i - begin);
      begin = i;
    }
}

static void
find_same_cells (Accept *accept)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, accept->overlaps);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      guint64 pair = *(const guint64 *)key;
      guint32 old = (guint32)pair;
      Predicted *cell = g_hash_table_lookup (accept->predicted, LABEL_KEY ((guint32)(pair >> 32)));

      if (is_users (accept, old) &&
          2 * *(const gsize *)value >= pel_mask_get_label_size (accept->document->mask, old))
        cell->same_cell = TRUE;
    }
}

static gint
compare_keys (gconstpointer a, gconstpointer b)
{
  guint32 x = GPOINTER_TO_UINT (a), y = GPOINTER_TO_UINT (b);

  return x < y ? -1 : x > y;
}

/* Gives the cells that are taken their labels. */
static guint
choose_cells (Accept *accept)
{
  g_autoptr (GList) labels = g_list_sort (g_hash_table_get_keys (accept->predicted), compare_keys);
  guint32 fresh = pel_mask_get_free_label (accept->document->mask);
  guint n = 0;

  for (GList *l = labels; l != NULL; l = l->next)
    {
      Predicted *cell = g_hash_table_lookup (accept->predicted, l->data);

      if (cell->same_cell || 2 * cell->on_users > cell->total)
        continue;
      while (pel_mask_has_label (accept->document->mask, fresh))
        fresh++;
      cell->fresh = fresh++;
      n++;
    }
  return n;
}

static void
find_covered (Accept *accept)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, accept->overlaps);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      guint64 pair = *(const guint64 *)key;
      guint32 old = (guint32)pair;
      const Predicted *cell =
          g_hash_table_lookup (accept->predicted, LABEL_KEY ((guint32)(pair >> 32)));
      gsize covered = GPOINTER_TO_SIZE (g_hash_table_lookup (accept->covered, LABEL_KEY (old)));

      if (cell->fresh != 0 && !is_users (accept, old))
        g_hash_table_insert (accept->covered, LABEL_KEY (old),
                             GSIZE_TO_POINTER (covered + *(const gsize *)value));
    }
  g_hash_table_iter_init (&iter, accept->covered);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      if (2 * GPOINTER_TO_SIZE (value) <
          pel_mask_get_label_size (accept->document->mask, GPOINTER_TO_UINT (key)))
        g_hash_table_iter_remove (&iter);
    }
}

/* What becomes of one pixel. */
static guint32
merge_pixel (Accept *accept, guint32 fresh, guint32 old)
{
  const Predicted *cell =
      is_wanted (accept, fresh) ? g_hash_table_lookup (accept->predicted, LABEL_KEY (fresh)) : NULL;

  if (cell != NULL && cell->fresh != 0 && (old == 0 || !is_users (accept, old)))
    return cell->fresh;
  return g_hash_table_contains (accept->covered, LABEL_KEY (old)) ? 0 : old;
}

static void
write_tile (Accept *accept, guint tile)
{
  guint32 new_pixels[PEL_LABEL_TILE_PIXELS], old_pixels[PEL_LABEL_TILE_PIXELS];
  PelMask *mask = accept->document->mask;
  PelRect area = pel_mask_tile_area (mask, tile);
  guint32 last_new = 0, last_old = 0, last = 0;
  gboolean differs = FALSE;

  pel_label_tile_read (pel_labels_peek_tile (accept->prediction, tile), new_pixels);
  pel_label_tile_read (pel_labels_peek_tile (accept->mask, tile), old_pixels);
  for (guint i = 0; i < PEL_LABEL_TILE_PIXELS; i++)
    {
      if (i == 0 || new_pixels[i] != last_new || old_pixels[i] != last_old)
        {
          last_new = new_pixels[i];
          last_old = old_pixels[i];
          last = merge_pixel (accept, last_new, last_old);
        }
      differs |= last != old_pixels[i];
      old_pixels[i] = last;
    }
  if (differs)
    pel_mask_write (mask, &area, old_pixels, PEL_LABEL_TILE_SIZE);
}

static void
write_infos (Accept *accept)
{
  PelImageDocument *self = accept->document;
  const PelCellTable *table = NULL;
  GHashTableIter iter;
  gpointer key, value;

  /* Only numbers that belong to this prediction. */
  if (pel_cell_list_get_labels (self->prediction_cells) == accept->prediction)
    table = pel_cell_list_get_table (self->prediction_cells);
  g_hash_table_iter_init (&iter, accept->predicted);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const Predicted *cell = value;
      PelCellInfo info;
      gint row = table != NULL ? pel_cell_table_find (table, GPOINTER_TO_UINT (key)) : -1;

      if (cell->fresh == 0)
        continue;
      pel_cell_info_init (&info);
      info.origin = PEL_CELL_ORIGIN_MODEL;
      /* Who takes cells by themselves has looked at them. */
      info.reviewed = accept->only != NULL;
      if (row >= 0)
        {
          double confidence = pel_cell_table_get (table, (guint)row, PEL_QUANTITY_EDGE_CONFIDENCE);

          if (confidence >= 0)
            info.confidence = MIN (confidence, 1);
        }
      pel_mask_set_cell_info (self->mask, cell->fresh, &info, NULL, NULL);
    }
}

static guint
accept_cells (PelImageDocument *self, GHashTable *only)
{
  g_autoptr (PelLabels) mask = NULL;
  g_autoptr (PelLabels) prediction = NULL;
  Accept accept = { .document = self, .only = only };
  guint n_tiles, n = 0;

  if (self->mask == NULL || self->prediction == NULL || pel_mask_in_stroke (self->mask) ||
      pel_labels_get_width (self->prediction) != pel_mask_get_width (self->mask) ||
      pel_labels_get_height (self->prediction) != pel_mask_get_height (self->mask))
    return 0;
  accept.mask = mask = pel_mask_snapshot (self->mask);
  accept.prediction = prediction = pel_labels_ref (self->prediction);
  accept.predicted = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  accept.overlaps = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  accept.covered = g_hash_table_new (NULL, NULL);
  n_tiles = pel_labels_get_n_tiles_x (mask) * pel_labels_get_n_tiles_y (mask);
  for (guint i = 0; i < n_tiles; i++)
    count_tile (&accept, i);
  find_same_cells (&accept);
  n = choose_cells (&accept);
  if (n > 0)
    {
      find_covered (&accept);
      pel_mask_begin_stroke (self->mask, only == NULL ? _ ("Accept Prediction")
                                         : g_hash_table_size (only) == 1
                                             ? _ ("Accept Predicted Cell")
                                             : _ ("Accept Predicted Cells"));
      for (guint i = 0; i < n_tiles; i++)
        write_tile (&accept, i);
      write_infos (&accept);
      pel_mask_end_stroke (self->mask, self->undo);
    }
  g_hash_table_unref (accept.predicted);
  g_hash_table_unref (accept.overlaps);
  g_hash_table_unref (accept.covered);
  return n;
}

guint
pel_image_document_accept_prediction (PelImageDocument *self, guint32 label)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), 0);

  if (label == 0)
    return accept_cells (self, NULL);
  return pel_image_document_accept_cells (self, &label, 1);
}

guint
pel_image_document_accept_cells (PelImageDocument *self, const guint32 *labels, guint n_labels)
{
  g_autoptr (GHashTable) only = g_hash_table_new (NULL, NULL);

  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), 0);
  g_return_val_if_fail (labels != NULL || n_labels == 0, 0);

  for (guint i = 0; i < n_labels; i++)
    g_hash_table_add (only, LABEL_KEY (labels[i]));
  return n_labels > 0 ? accept_cells (self, only) : 0;
}
