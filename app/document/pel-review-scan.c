/* SPDX-License-Identifier: MIT */
#include "app/document/pel-review-scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/image/pel-labels.h"
#include "engine/io/pel-labels-io.h"

#define LABEL_KEY(label) GUINT_TO_POINTER (label)

/* A record is about a predicted cell whose size differs by this factor at most. */
#define SAME_SIZE 2.0

/* The pixels of one label. */
typedef struct
{
  guint64 size;
  double sum_x, sum_y;
  gint x0, y0, x1, y1;
  gint run_x, run_y; /* the middle of its longest row within a tile */
  guint run;
} Spot;

typedef struct
{
  PelReviewScan *scan;
  GHashTable *predicted, *painted; /* label → Spot */
  GHashTable *others;              /* label → number of pixels */
  GHashTable *on_mask, *on_other;  /* predicted label and another → number of pixels */
  GHashTable *notes;               /* predicted label → the record that rejects it */
  GHashTable *partners;            /* predicted label → Partner */
  GArray *cells;
  GArray *rated; /* of PelDoubtCell, as @cells */
} Scan;

/* What of the mask lies on a predicted cell. */
typedef struct
{
  guint64 covered;
  guint64 most;
  guint32 label; /* the cell of the mask that covers most of it */
  gboolean same; /* it covers half or more of a cell of the user's */
  double iou;    /* with the best of the other prediction */
} Partner;

static guint64
pair_key (guint32 a, guint32 b)
{
  return (guint64)a << 32 | b;
}

static void
add_pair (GHashTable *pairs, guint32 a, guint32 b, guint n)
{
  guint64 key = pair_key (a, b);
  guint64 *count = g_hash_table_lookup (pairs, &key);

  if (count == NULL)
    {
      count = g_new0 (guint64, 1);
      g_hash_table_insert (pairs, g_memdup2 (&key, sizeof key), count);
    }
  *count += n;
}

static void
add_run (GHashTable *spots, guint32 label, gint x, gint y, guint n)
{
  Spot *spot = g_hash_table_lookup (spots, LABEL_KEY (label));

  if (spot == NULL)
    {
      spot = g_new0 (Spot, 1);
      spot->x0 = spot->y0 = G_MAXINT;
      g_hash_table_insert (spots, LABEL_KEY (label), spot);
    }
  spot->size += n;
  spot->sum_x += n * (x + (n - 1) / 2.0);
  spot->sum_y += (double)n * y;
  spot->x0 = MIN (spot->x0, x);
  spot->y0 = MIN (spot->y0, y);
  spot->x1 = MAX (spot->x1, x + (gint)n);
  spot->y1 = MAX (spot->y1, y + 1);
  if (n > spot->run)
    {
      spot->run = n;
      spot->run_x = x + (gint)n / 2;
      spot->run_y = y;
    }
}

static gboolean
is_empty (const PelLabels *labels, guint tile)
{
  guint32 label;

  return labels == NULL ||
         (pel_label_tile_is_constant (pel_labels_peek_tile (labels, tile), &label) && label == 0);
}

static void
read_tile (const PelLabels *labels, guint tile, guint32 *out)
{
  if (labels != NULL)
    pel_label_tile_read (pel_labels_peek_tile (labels, tile), out);
  else
    memset (out, 0, PEL_LABEL_TILE_PIXELS * sizeof *out);
}

static void
scan_tile (Scan *self, guint tile)
{
  const PelReviewScan *scan = self->scan;
  guint32 fresh[PEL_LABEL_TILE_PIXELS], old[PEL_LABEL_TILE_PIXELS], other[PEL_LABEL_TILE_PIXELS];
  guint n_x = pel_labels_get_n_tiles_x (scan->mask);
  gint left = (gint)(tile % n_x * PEL_LABEL_TILE_SIZE);
  gint top = (gint)(tile / n_x * PEL_LABEL_TILE_SIZE);

  if (is_empty (scan->prediction, tile) && is_empty (scan->mask, tile) &&
      is_empty (scan->other, tile))
    return;
  read_tile (scan->prediction, tile, fresh);
  read_tile (scan->mask, tile, old);
  read_tile (scan->other, tile, other);
  for (guint y = 0; y < PEL_LABEL_TILE_SIZE; y++)
    {
      const guint row = y * PEL_LABEL_TILE_SIZE;
      guint begin = 0;

      for (guint x = 1; x <= PEL_LABEL_TILE_SIZE; x++)
        {
          const guint a = row + begin, b = row + x;
          guint n = x - begin;

          if (x < PEL_LABEL_TILE_SIZE && fresh[b] == fresh[a] && old[b] == old[a] &&
              other[b] == other[a])
            continue;
          if (fresh[a] != 0)
            add_run (self->predicted, fresh[a], left + (gint)begin, top + (gint)y, n);
          if (old[a] != 0)
            add_run (self->painted, old[a], left + (gint)begin, top + (gint)y, n);
          if (other[a] != 0)
            {
              guint64 size =
                  GPOINTER_TO_SIZE (g_hash_table_lookup (self->others, LABEL_KEY (other[a])));

              g_hash_table_insert (self->others, LABEL_KEY (other[a]), GSIZE_TO_POINTER (size + n));
            }
          if (fresh[a] != 0 && old[a] != 0)
            add_pair (self->on_mask, fresh[a], old[a], n);
          if (fresh[a] != 0 && other[a] != 0)
            add_pair (self->on_other, fresh[a], other[a], n);
          begin = x;
        }
    }
}

static const PelCellInfo *
find_info (Scan *self, guint32 label)
{
  static const PelCellInfo unknown = { .origin = PEL_CELL_ORIGIN_HAND, .confidence = -1 };
  const PelCellInfo *info = g_hash_table_lookup (self->scan->infos, LABEL_KEY (label));

  return info != NULL ? info : &unknown;
}

static Partner *
get_partner (Scan *self, guint32 predicted)
{
  Partner *partner = g_hash_table_lookup (self->partners, LABEL_KEY (predicted));

  if (partner == NULL)
    {
      partner = g_new0 (Partner, 1);
      g_hash_table_insert (self->partners, LABEL_KEY (predicted), partner);
    }
  return partner;
}

static void
find_partners (Scan *self)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->on_mask);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      guint64 pair = *(const guint64 *)key, n = *(const guint64 *)value;
      guint32 label = (guint32)pair;
      Partner *partner = get_partner (self, (guint32)(pair >> 32));
      const Spot *spot = g_hash_table_lookup (self->painted, LABEL_KEY (label));

      partner->covered += n;
      partner->same |= pel_cell_info_is_users (find_info (self, label)) && 2 * n >= spot->size;
      if (n > partner->most || (n == partner->most && label < partner->label))
        {
          partner->most = n;
          partner->label = label;
        }
    }
  g_hash_table_iter_init (&iter, self->on_other);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      guint64 pair = *(const guint64 *)key, n = *(const guint64 *)value;
      guint32 predicted = (guint32)(pair >> 32);
      Partner *partner = get_partner (self, predicted);
      const Spot *spot = g_hash_table_lookup (self->predicted, LABEL_KEY (predicted));
      guint64 size =
          GPOINTER_TO_SIZE (g_hash_table_lookup (self->others, LABEL_KEY ((guint32)pair)));

      partner->iou = MAX (partner->iou, (double)n / (double)(spot->size + size - n));
    }
}

/* Records are told by a pixel and a size: the numbers of another prediction are others. */
static void
find_rejected (Scan *self)
{
  GHashTableIter iter;
  gpointer key, value;

  if (self->scan->prediction == NULL)
    return;
  g_hash_table_iter_init (&iter, self->scan->infos);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const PelCellInfo *info = value;
      guint32 label;
      const Spot *spot;

      if (info->rejected_size == 0)
        continue;
      label = pel_labels_get (self->scan->prediction, info->rejected_x, info->rejected_y);
      spot = g_hash_table_lookup (self->predicted, LABEL_KEY (label));
      if (spot != NULL && (double)spot->size <= SAME_SIZE * info->rejected_size &&
          info->rejected_size <= SAME_SIZE * (double)spot->size)
        g_hash_table_insert (self->notes, LABEL_KEY (label), key);
    }
}

static void
fill_place (PelReviewCell *cell, const Spot *spot)
{
  cell->x = spot->sum_x / (double)spot->size;
  cell->y = spot->sum_y / (double)spot->size;
  cell->bounds = (PelRect){ spot->x0, spot->y0, spot->x1 - spot->x0, spot->y1 - spot->y0 };
  cell->inner_x = spot->run_x;
  cell->inner_y = spot->run_y;
  cell->size = (guint32)MIN (spot->size, G_MAXUINT32);
  cell->diameter = 2.0 * sqrt ((double)spot->size / G_PI);
}

static int
compare_figures (const void *a, const void *b)
{
  guint32 x = ((const PelReviewFigures *)a)->label, y = ((const PelReviewFigures *)b)->label;

  return (x > y) - (x < y);
}

static void
add_predicted (Scan *self, guint32 label, const Spot *spot)
{
  const PelReviewScan *scan = self->scan;
  const Partner *partner = g_hash_table_lookup (self->partners, LABEL_KEY (label));
  const PelReviewFigures *figures = NULL;
  const PelReviewFigures wanted = { .label = label };
  PelReviewCell cell = { .label = label, .predicted = TRUE };
  PelDoubtCell rated = { NAN, NAN, NAN, NAN, 1, FALSE, NAN };

  fill_place (&cell, spot);
  if (scan->figures != NULL)
    figures =
        bsearch (&wanted, scan->figures->data, scan->figures->len, sizeof wanted, compare_figures);
  if (figures != NULL)
    rated = figures->cell;
  else
    rated.diameter = cell.diameter;
  if (isfinite (rated.diameter))
    cell.diameter = rated.diameter;
  if (scan->other != NULL)
    rated.agreement = partner != NULL ? partner->iou : 0.0;
  cell.record = GPOINTER_TO_UINT (g_hash_table_lookup (self->notes, LABEL_KEY (label)));
  if (partner != NULL && (partner->same || 2 * partner->covered >= spot->size))
    {
      cell.covered = TRUE;
      cell.mask_label = partner->label;
      cell.state = pel_cell_info_is_users (find_info (self, partner->label))
                       ? PEL_REVIEW_STATE_ACCEPTED
                       : PEL_REVIEW_STATE_WAITING;
    }
  else if (cell.record != 0)
    cell.state = PEL_REVIEW_STATE_REJECTED;
  g_array_append_val (self->cells, cell);
  g_array_append_val (self->rated, rated);
}

/* Cells that a model gave to the mask and that this prediction does not have. */
static void
add_painted (Scan *self, guint32 label, const Spot *spot)
{
  const PelCellInfo *info = find_info (self, label);
  PelReviewCell cell = { .label = label, .mask_label = label };
  PelDoubtCell rated = { NAN, NAN, NAN, NAN, 1, FALSE, NAN };

  if (info->origin == PEL_CELL_ORIGIN_HAND)
    return;
  fill_place (&cell, spot);
  if (info->confidence >= 0)
    rated.confidence = info->confidence;
  rated.diameter = cell.diameter;
  if (self->scan->prediction != NULL)
    rated.agreement = 0.0;
  cell.state = pel_cell_info_is_users (info) ? PEL_REVIEW_STATE_ACCEPTED : PEL_REVIEW_STATE_WAITING;
  g_array_append_val (self->cells, cell);
  g_array_append_val (self->rated, rated);
}

static int
compare_cells (const void *a, const void *b)
{
  const PelReviewCell *x = a, *y = b;

  if (x->doubt.doubt != y->doubt.doubt)
    return x->doubt.doubt > y->doubt.doubt ? -1 : 1;
  if (x->predicted != y->predicted)
    return x->predicted ? -1 : 1;
  return (x->label > y->label) - (x->label < y->label);
}

static void
list_cells (Scan *self)
{
  g_autoptr (GHashTable) linked = g_hash_table_new (NULL, NULL);
  g_autofree PelDoubt *doubts = NULL;
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->predicted);
  while (g_hash_table_iter_next (&iter, &key, &value))
    add_predicted (self, GPOINTER_TO_UINT (key), value);
  for (guint i = 0; i < self->cells->len; i++)
    g_hash_table_add (linked, LABEL_KEY (g_array_index (self->cells, PelReviewCell, i).mask_label));
  g_hash_table_iter_init (&iter, self->painted);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (!g_hash_table_contains (linked, key))
      add_painted (self, GPOINTER_TO_UINT (key), value);

  doubts = g_new0 (PelDoubt, MAX (self->cells->len, 1));
  pel_doubt_rate ((const PelDoubtCell *)(gpointer)self->rated->data, self->rated->len, doubts);
  for (guint i = 0; i < self->cells->len; i++)
    {
      PelReviewCell *cell = &g_array_index (self->cells, PelReviewCell, i);
      const PelDoubtCell *rated = &g_array_index (self->rated, PelDoubtCell, i);

      cell->doubt = doubts[i];
      cell->confidence = rated->confidence;
      cell->agreement = rated->agreement;
    }
  if (self->cells->len > 1)
    qsort (self->cells->data, self->cells->len, sizeof (PelReviewCell), compare_cells);
}

/* The newest prediction of the same image by another model, read once. */
static void
find_other (PelReviewScan *scan)
{
  g_autofree char *folder = scan->path != NULL ? g_path_get_dirname (scan->path) : NULL;
  g_autofree char *root = folder != NULL ? g_path_get_dirname (folder) : NULL;
  g_autofree char *own = folder != NULL ? g_path_get_basename (folder) : NULL;
  g_autofree char *file = scan->path != NULL ? g_path_get_basename (scan->path) : NULL;
  g_autofree char *best = NULL;
  g_autoptr (GDir) models = root != NULL ? g_dir_open (root, 0, NULL) : NULL;
  const char *name;
  gint64 best_time = 0;

  while (models != NULL && (name = g_dir_read_name (models)) != NULL)
    {
      g_autofree char *path = g_build_filename (root, name, file, NULL);
      g_autoptr (GFile) candidate = g_file_new_for_path (path);
      g_autoptr (GFileInfo) info = NULL;
      gint64 time;

      if (g_str_equal (name, own))
        continue;
      info = g_file_query_info (candidate, "time::modified,time::modified-usec", 0, NULL, NULL);
      if (info == NULL)
        continue;
      time = (gint64)g_file_info_get_attribute_uint64 (info, "time::modified") * G_USEC_PER_SEC +
             g_file_info_get_attribute_uint32 (info, "time::modified-usec");
      if (best != NULL && (time < best_time || (time == best_time && strcmp (path, best) > 0)))
        continue;
      g_free (best);
      best = g_steal_pointer (&path);
      best_time = time;
    }
  if (g_strcmp0 (best, scan->other_path) == 0 && best_time == scan->other_time)
    return;
  g_clear_pointer (&scan->other, pel_labels_unref);
  g_free (scan->other_path);
  scan->other_path = g_steal_pointer (&best);
  scan->other_time = best_time;
  if (scan->other_path != NULL)
    scan->other = pel_labels_load (scan->other_path, 0, NULL, NULL);
  if (scan->other != NULL &&
      (pel_labels_get_width (scan->other) != pel_labels_get_width (scan->mask) ||
       pel_labels_get_height (scan->other) != pel_labels_get_height (scan->mask)))
    g_clear_pointer (&scan->other, pel_labels_unref);
}

void
pel_review_scan_run (PelReviewScan *scan)
{
  Scan self = { .scan = scan };
  guint n_tiles = pel_labels_get_n_tiles_x (scan->mask) * pel_labels_get_n_tiles_y (scan->mask);
  gboolean cancelled = FALSE;

  find_other (scan);
  self.predicted = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self.painted = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self.others = g_hash_table_new (NULL, NULL);
  self.on_mask = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self.on_other = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self.notes = g_hash_table_new (NULL, NULL);
  self.partners = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self.cells = g_array_new (FALSE, FALSE, sizeof (PelReviewCell));
  self.rated = g_array_new (FALSE, FALSE, sizeof (PelDoubtCell));
  for (guint i = 0; i < n_tiles && !cancelled; i++)
    {
      scan_tile (&self, i);
      cancelled = i % 64 == 0 && g_cancellable_is_cancelled (scan->cancellable);
    }
  if (!cancelled)
    {
      find_partners (&self);
      find_rejected (&self);
      list_cells (&self);
      scan->cells = g_steal_pointer (&self.cells);
    }
  g_hash_table_unref (self.predicted);
  g_hash_table_unref (self.painted);
  g_hash_table_unref (self.others);
  g_hash_table_unref (self.on_mask);
  g_hash_table_unref (self.on_other);
  g_hash_table_unref (self.notes);
  g_hash_table_unref (self.partners);
  g_clear_pointer (&self.cells, g_array_unref);
  g_array_unref (self.rated);
}

void
pel_review_scan_clear (PelReviewScan *scan)
{
  g_clear_pointer (&scan->prediction, pel_labels_unref);
  g_clear_pointer (&scan->mask, pel_labels_unref);
  g_clear_pointer (&scan->figures, g_array_unref);
  g_clear_pointer (&scan->infos, g_hash_table_unref);
  g_clear_pointer (&scan->path, g_free);
  g_clear_pointer (&scan->other_path, g_free);
  g_clear_pointer (&scan->other, pel_labels_unref);
  g_clear_pointer (&scan->cells, g_array_unref);
  g_clear_object (&scan->cancellable);
}
