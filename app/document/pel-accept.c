/* SPDX-License-Identifier: MIT */
#include "app/document/pel-accept.h"

#include <glib/gi18n-lib.h>

#include "app/document/pel-cell-list-private.h"
#include "app/document/pel-image-document-private.h"
#include "app/document/pel-mask-draft-private.h"
#include "app/document/pel-task.h"

/* Between two looks at whether to go on. */
#define TILES_AT_ONCE 64

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
  PelLabels *mask, *prediction;
  GHashTable *counts;    /* of the mask: label → PelLabelCount */
  GHashTable *infos;     /* of the mask: label → PelCellInfo */
  GHashTable *only;      /* predicted labels, or NULL for all */
  PelRect area;          /* tiles in which predicted cells are looked for */
  GHashTable *predicted; /* label → Predicted */
  GHashTable *overlaps;  /* predicted label and mask label → number of pixels */
  GHashTable *covered;   /* model's cells in the mask → pixels that taken cells cover */
  GHashTable *tiles;     /* where there may be other labels than before */
} Accept;

static void
accept_init (Accept *accept, PelLabels *mask, PelLabels *prediction, GHashTable *only)
{
  accept->mask = mask;
  accept->prediction = prediction;
  accept->only = only;
  accept->predicted = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  accept->overlaps = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  accept->covered = g_hash_table_new (NULL, NULL);
  accept->tiles = g_hash_table_new (NULL, NULL);
}

static void
accept_clear (Accept *accept)
{
  g_hash_table_unref (accept->predicted);
  g_hash_table_unref (accept->overlaps);
  g_hash_table_unref (accept->covered);
  g_hash_table_unref (accept->tiles);
}

/* A cell without a record was drawn by hand. */
static gboolean
is_users (const Accept *accept, guint32 label)
{
  const PelCellInfo *info = g_hash_table_lookup (accept->infos, LABEL_KEY (label));

  return info == NULL || pel_cell_info_is_users (info);
}

static gsize
size_of (const Accept *accept, guint32 label)
{
  const PelLabelCount *count = g_hash_table_lookup (accept->counts, LABEL_KEY (label));

  return count != NULL ? count->n : 0;
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
  const PelLabelTile *painted = pel_labels_peek_tile (accept->mask, tile);
  guint32 label, old;
  gboolean wanted = FALSE;
  guint begin = 0;

  if (pel_label_tile_is_constant (fresh, &label))
    {
      if (!is_wanted (accept, label))
        return;
      if (pel_label_tile_is_constant (painted, &old))
        {
          add_pixels (accept, label, old, PEL_LABEL_TILE_PIXELS);
          g_hash_table_add (accept->tiles, GUINT_TO_POINTER (tile));
          return;
        }
    }
  pel_label_tile_read (fresh, new_pixels);
  pel_label_tile_read (painted, old_pixels);
  for (guint i = 1; i <= PEL_LABEL_TILE_PIXELS; i++)
    {
      if (i < PEL_LABEL_TILE_PIXELS && new_pixels[i] == new_pixels[begin] &&
          old_pixels[i] == old_pixels[begin])
        continue;
      if (is_wanted (accept, new_pixels[begin]))
        {
          add_pixels (accept, new_pixels[begin], old_pixels[begin], i - begin);
          wanted = TRUE;
        }
      begin = i;
    }
  if (wanted)
    g_hash_table_add (accept->tiles, GUINT_TO_POINTER (tile));
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

      if (is_users (accept, old) && 2 * *(const gsize *)value >= size_of (accept, old))
        cell->same_cell = TRUE;
    }
}

static gint
compare_keys (gconstpointer a, gconstpointer b)
{
  guint32 x = GPOINTER_TO_UINT (a), y = GPOINTER_TO_UINT (b);

  return x < y ? -1 : x > y;
}

/* As pel_mask_get_free_label(). */
static guint32
find_free_label (const Accept *accept)
{
  GHashTableIter iter;
  gpointer key;
  guint32 max = 0, label = 1;

  g_hash_table_iter_init (&iter, accept->counts);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    max = MAX (max, GPOINTER_TO_UINT (key));
  if (max < G_MAXUINT16)
    return max + 1;
  while (g_hash_table_contains (accept->counts, LABEL_KEY (label)))
    label++;
  return label;
}

/* Gives the cells that are taken their labels. */
static guint
choose_cells (Accept *accept)
{
  g_autoptr (GList) labels = g_list_sort (g_hash_table_get_keys (accept->predicted), compare_keys);
  guint32 fresh = find_free_label (accept);
  guint n = 0;

  for (GList *l = labels; l != NULL; l = l->next)
    {
      Predicted *cell = g_hash_table_lookup (accept->predicted, l->data);

      if (cell->same_cell || 2 * cell->on_users > cell->total)
        continue;
      while (g_hash_table_contains (accept->counts, LABEL_KEY (fresh)))
        fresh++;
      cell->fresh = fresh++;
      n++;
    }
  return n;
}

static void
find_covered (Accept *accept)
{
  const guint n_x = pel_labels_get_n_tiles_x (accept->mask);
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
      const PelLabelCount *count = g_hash_table_lookup (accept->counts, key);

      if (2 * GPOINTER_TO_SIZE (value) < count->n)
        {
          g_hash_table_iter_remove (&iter);
          continue;
        }
      for (gint y = count->tiles.y; y < count->tiles.y + count->tiles.height; y++)
        for (gint x = count->tiles.x; x < count->tiles.x + count->tiles.width; x++)
          g_hash_table_add (accept->tiles, GUINT_TO_POINTER ((guint)y * n_x + (guint)x));
    }
}

/* What shall become of the mask: afterwards read_tile() tells it of all @tiles. 0 where no cell is
 * taken, and where it was cancelled. */
static guint
decide (Accept *accept, PelMaskDraft *draft, GCancellable *cancellable)
{
  const guint n_x = pel_labels_get_n_tiles_x (accept->mask);
  const guint n_tiles = (guint)accept->area.width * (guint)accept->area.height;
  guint n;

  for (guint i = 0; i < n_tiles; i++)
    {
      const guint x = (guint)accept->area.x + i % (guint)accept->area.width;
      const guint y = (guint)accept->area.y + i / (guint)accept->area.width;

      if (draft != NULL && i % TILES_AT_ONCE == 0)
        {
          if (g_cancellable_is_cancelled (cancellable))
            return 0;
          pel_mask_draft_report (draft, 0.2 + 0.5 * i / n_tiles);
        }
      count_tile (accept, y * n_x + x);
    }
  find_same_cells (accept);
  n = choose_cells (accept);
  if (n > 0)
    find_covered (accept);
  return n;
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

/* Whether the tile's labels are others than before. */
static gboolean
read_tile (Accept *accept, guint tile, guint32 *pixels)
{
  guint32 new_pixels[PEL_LABEL_TILE_PIXELS];
  guint32 last_new = 0, last_old = 0, last = 0;
  gboolean differs = FALSE;

  pel_label_tile_read (pel_labels_peek_tile (accept->prediction, tile), new_pixels);
  pel_label_tile_read (pel_labels_peek_tile (accept->mask, tile), pixels);
  for (guint i = 0; i < PEL_LABEL_TILE_PIXELS; i++)
    {
      if (i == 0 || new_pixels[i] != last_new || pixels[i] != last_old)
        {
          last_new = new_pixels[i];
          last_old = pixels[i];
          last = merge_pixel (accept, last_new, last_old);
        }
      differs |= last != pixels[i];
      pixels[i] = last;
    }
  return differs;
}

/* What is known of a cell that was taken. */
static void
fill_info (const Accept *accept, const PelCellTable *table, guint32 label, PelCellInfo *info)
{
  gint row = table != NULL ? pel_cell_table_find (table, label) : -1;

  pel_cell_info_init (info);
  info->origin = PEL_CELL_ORIGIN_MODEL;
  /* Who takes cells by themselves has looked at them. */
  info->reviewed = accept->only != NULL;
  if (row >= 0)
    {
      double confidence = pel_cell_table_get (table, (guint)row, PEL_QUANTITY_EDGE_CONFIDENCE);

      if (confidence >= 0)
        info->confidence = MIN (confidence, 1);
    }
}

/* ---- the whole mask, in a thread ---- */

typedef struct
{
  PelLabels *prediction;
  PelCellData *cells; /* nullable */
  GHashTable *only;   /* nullable */
} Wish;

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  pel_labels_unref (wish->prediction);
  g_clear_pointer (&wish->cells, pel_cell_data_unref);
  g_clear_pointer (&wish->only, g_hash_table_unref);
  g_free (wish);
}

/* The prediction may be another by now, and this the last who knows the old one. */
static void
let_go_wish (gpointer wish)
{
  pel_task_let_go (wish_free, wish);
}

static gboolean
write_draft (Accept *accept,
             const Wish *wish,
             PelMaskDraft *draft,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (PelLabelMap) map = pel_label_map_new_from_labels (accept->mask, error);
  g_autoptr (PelLabels) labels = NULL;
  guint32 pixels[PEL_LABEL_TILE_PIXELS];
  GHashTableIter iter;
  gpointer key, value;
  guint n = 0;

  if (map == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, accept->tiles);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const guint tile = GPOINTER_TO_UINT (key);

      if (n++ % TILES_AT_ONCE == 0)
        {
          if (g_cancellable_set_error_if_cancelled (cancellable, error))
            return FALSE;
          pel_mask_draft_report (draft, 0.7 + 0.3 * n / g_hash_table_size (accept->tiles));
        }
      if (read_tile (accept, tile, pixels))
        pel_label_tile_unref (
            pel_label_map_swap_tile (map, tile, pel_label_tile_new (pixels, PEL_LABEL_TILE_SIZE)));
    }
  labels = pel_label_map_snapshot (map);
  pel_mask_draft_set_labels (draft, labels);
  g_hash_table_iter_init (&iter, accept->predicted);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const Predicted *cell = value;
      PelCellInfo info;

      if (cell->fresh == 0)
        continue;
      fill_info (accept, wish->cells != NULL ? wish->cells->table : NULL, GPOINTER_TO_UINT (key),
                 &info);
      pel_mask_draft_set_info (draft, cell->fresh, &info);
    }
  return TRUE;
}

static gboolean
accept_draft (PelMaskDraft *draft, gpointer data, GCancellable *cancellable, GError **error)
{
  const Wish *wish = data;
  PelLabels *before = pel_mask_draft_get_before (draft);
  g_autoptr (GHashTable) counts = pel_labels_count (before);
  Accept accept = { .counts = counts, .infos = draft->infos_before };
  gboolean good;
  guint n;

  accept_init (&accept, before, wish->prediction, wish->only);
  accept.area = (PelRect){ 0, 0, (gint)pel_labels_get_n_tiles_x (before),
                           (gint)pel_labels_get_n_tiles_y (before) };
  n = decide (&accept, draft, cancellable);
  good = !g_cancellable_set_error_if_cancelled (cancellable, error);
  if (good && n > 0)
    good = write_draft (&accept, wish, draft, cancellable, error);
  else if (good)
    pel_mask_draft_set_labels (draft, before);
  pel_mask_draft_set_count (draft, n);
  accept_clear (&accept);
  return good;
}

static gboolean
fits (PelImageDocument *image)
{
  return image->mask != NULL && image->prediction != NULL &&
         pel_labels_get_width (image->prediction) == pel_mask_get_width (image->mask) &&
         pel_labels_get_height (image->prediction) == pel_mask_get_height (image->mask);
}

/* (transfer full) (nullable): numbers that belong to this prediction */
static PelCellData *
ref_cells (PelImageDocument *image)
{
  PelCellData *cells = pel_cell_list_ref_data (image->prediction_cells);

  if (cells != NULL && cells->labels != image->prediction)
    g_clear_pointer (&cells, pel_cell_data_unref);
  return cells;
}

PelEditJob *
pel_accept_job_new (PelImageDocument *image, const guint32 *labels, guint n_labels)
{
  Wish *wish;

  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (image), NULL);

  if (!fits (image))
    return NULL;
  wish = g_new0 (Wish, 1);
  wish->prediction = pel_labels_ref (image->prediction);
  wish->cells = ref_cells (image);
  if (labels != NULL)
    wish->only = g_hash_table_new (NULL, NULL);
  for (guint i = 0; labels != NULL && i < n_labels; i++)
    g_hash_table_add (wish->only, LABEL_KEY (labels[i]));
  return pel_edit_job_new (image, _ ("Accepting predicted cells"),
                           labels == NULL  ? _ ("Accept Prediction")
                           : n_labels == 1 ? _ ("Accept Predicted Cell")
                                           : _ ("Accept Predicted Cells"),
                           accept_draft, wish, let_go_wish);
}

/* ---- one cell, at once ---- */

static void
write_stroke (Accept *accept, PelImageDocument *image, guint32 label)
{
  const Predicted *cell = g_hash_table_lookup (accept->predicted, LABEL_KEY (label));
  PelCellData *cells = ref_cells (image);
  guint32 pixels[PEL_LABEL_TILE_PIXELS];
  GHashTableIter iter;
  gpointer key;
  PelCellInfo info;

  pel_mask_begin_stroke (image->mask, _ ("Accept Predicted Cell"));
  g_hash_table_iter_init (&iter, accept->tiles);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      PelRect area = pel_mask_tile_area (image->mask, GPOINTER_TO_UINT (key));

      if (read_tile (accept, GPOINTER_TO_UINT (key), pixels))
        pel_mask_write (image->mask, &area, pixels, PEL_LABEL_TILE_SIZE);
    }
  fill_info (accept, cells != NULL ? cells->table : NULL, label, &info);
  pel_mask_set_cell_info (image->mask, cell->fresh, &info, NULL, NULL);
  pel_mask_end_stroke (image->mask, image->undo);
  g_clear_pointer (&cells, pel_cell_data_unref);
}

gboolean
pel_image_document_accept_cell (PelImageDocument *self, guint32 label, const PelRect *bounds)
{
  g_autoptr (GHashTable) only = NULL;
  g_autoptr (PelLabels) mask = NULL;
  g_autoptr (PelLabels) prediction = NULL;
  Accept accept = { 0 };
  PelRect area;
  gint right, bottom;
  guint n;

  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), FALSE);

  if (label == 0 || !fits (self) || pel_mask_in_stroke (self->mask))
    return FALSE;
  area = pel_mask_full_area (self->mask);
  if (!pel_rect_intersect (&area, bounds, &area))
    return FALSE;
  only = g_hash_table_new (NULL, NULL);
  g_hash_table_add (only, LABEL_KEY (label));
  mask = pel_mask_snapshot (self->mask);
  prediction = pel_labels_ref (self->prediction);
  accept.counts = self->mask->counts;
  accept.infos = self->mask->infos;
  accept_init (&accept, mask, prediction, only);
  right = (area.x + area.width - 1) / PEL_LABEL_TILE_SIZE;
  bottom = (area.y + area.height - 1) / PEL_LABEL_TILE_SIZE;
  accept.area.x = area.x / PEL_LABEL_TILE_SIZE;
  accept.area.y = area.y / PEL_LABEL_TILE_SIZE;
  accept.area.width = right - accept.area.x + 1;
  accept.area.height = bottom - accept.area.y + 1;
  n = decide (&accept, NULL, NULL);
  if (n > 0)
    write_stroke (&accept, self, label);
  accept_clear (&accept);
  return n > 0;
}
