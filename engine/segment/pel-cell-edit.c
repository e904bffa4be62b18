/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-cell-edit.h"

#include <math.h>
#include <string.h>

#include "engine/core/pel-arena.h"
#include "engine/image/pel-label-map.h"
#include "engine/segment/pel-distance.h"
#include "engine/segment/pel-label-index.h"
#include "engine/segment/pel-region.h"

/* A pixel that a cell may grow over. */
typedef struct
{
  gint x, y;
  guint32 label;
  float distance;
} Claim;

typedef struct
{
  const PelLabels *labels;
  PelLabelMap *map; /* what becomes of them */
  guint amount;
  GArray *claims; /* Claim, when growing */
  PelLabelPieces pieces;
} Edit;

/* A cell and its surroundings. */
typedef struct
{
  PelRect area;
  gsize n;
  guint32 *labels;
  guint8 *inside;
} Block;

static void
block_clear (Block *block)
{
  pel_aligned_free (block->labels);
  pel_aligned_free (block->inside);
}

/* The cell's bounds and @margin pixels more on each side, as far as the image goes. */
static gboolean
block_init (Block *block, const Edit *edit, const PelLabelEntry *entry, gint margin, GError **error)
{
  const PelRect all = { 0, 0, (gint)pel_labels_get_width (edit->labels),
                        (gint)pel_labels_get_height (edit->labels) };

  *block =
      (Block){ .area = { entry->bounds.x - margin, entry->bounds.y - margin,
                         entry->bounds.width + 2 * margin, entry->bounds.height + 2 * margin } };
  pel_rect_intersect (&block->area, &all, &block->area);
  block->n = (gsize)block->area.width * (gsize)block->area.height;
  block->labels = pel_try_alloc (block->n, sizeof *block->labels, error);
  block->inside = block->labels ? pel_try_alloc (block->n, 1, error) : NULL;
  if (!block->inside)
    return FALSE;
  pel_labels_read (edit->labels, &block->area, block->labels, (gsize)block->area.width);
  for (gsize i = 0; i < block->n; i++)
    block->inside[i] = block->labels[i] == entry->label;
  return TRUE;
}

/* Makes the map's pixels of the cell those of @inside: takes background, gives up the rest. */
static void
apply (Edit *edit, const Block *block, guint32 label, const guint8 *inside)
{
  const PelRect *area = &block->area;

  if (!memchr (inside, 1, block->n))
    return;
  for (gint y = 0; y < area->height; y++)
    {
      const gsize row = (gsize)y * (gsize)area->width;

      for (gint x = 0; x < area->width; x++)
        {
          const guint32 before = block->labels[row + (gsize)x];
          const gint at_x = area->x + x, at_y = area->y + y;

          if (inside[row + (gsize)x] && before == 0)
            pel_label_map_fill_span (edit->map, at_y, at_x, at_x + 1, label);
          else if (!inside[row + (gsize)x] && before == label)
            pel_label_map_fill_span (edit->map, at_y, at_x, at_x + 1, 0);
        }
    }
}

static gboolean
fill_holes (Edit *edit, const PelLabelEntry *entry, GError **error)
{
  Block block;
  gboolean ok = block_init (&block, edit, entry, 0, error);
  guint32 *filled = ok ? pel_try_alloc (block.n, sizeof *filled, error) : NULL;

  ok = filled != NULL;
  if (ok)
    {
      memcpy (filled, block.labels, block.n * sizeof *filled);
      ok = pel_fill_holes (filled, (guint)block.area.width, (guint)block.area.height,
                           (gsize)block.area.width, entry->label, error) >= 0;
    }
  for (gsize i = 0; ok && i < block.n; i++)
    block.inside[i] = filled[i] == entry->label;
  if (ok)
    apply (edit, &block, entry->label, block.inside);
  pel_aligned_free (filled);
  block_clear (&block);
  return ok;
}

/* Counts by sums along the rows: sums[x] is how many of the first x pixels are the cell's. */
static gboolean
smooth (Edit *edit, const PelLabelEntry *entry, GError **error)
{
  const gint radius = (gint)edit->amount;
  gint reach[2 * PEL_CELL_EDIT_MAX_AMOUNT + 1];
  Block block;
  gboolean ok = block_init (&block, edit, entry, radius, error);
  const gint width = ok ? block.area.width : 0, height = ok ? block.area.height : 0;
  const gsize stride = (gsize)width + 1;
  const gint image_width = (gint)pel_labels_get_width (edit->labels);
  const gint image_height = (gint)pel_labels_get_height (edit->labels);
  guint32 *sums = ok ? pel_try_alloc (stride * (gsize)height, sizeof *sums, error) : NULL;
  guint8 *inside = sums ? pel_try_alloc (block.n, 1, error) : NULL;

  for (gint dy = -radius; dy <= radius; dy++)
    reach[dy + radius] = (gint)floor (sqrt ((double)(radius * radius - dy * dy)));
  for (gint y = 0; inside && y < height; y++)
    {
      sums[(gsize)y * stride] = 0;
      for (gint x = 0; x < width; x++)
        sums[(gsize)y * stride + (gsize)x + 1] =
            sums[(gsize)y * stride + (gsize)x] + block.inside[(gsize)y * (gsize)width + (gsize)x];
    }
  for (gint y = 0; inside && y < height; y++)
    {
      for (gint x = 0; x < width; x++)
        {
          guint n_cell = 0, n_all = 0;

          for (gint dy = -radius; dy <= radius; dy++)
            {
              const gint at_y = y + dy, image_y = block.area.y + at_y;
              const gint image_x = block.area.x + x;
              const gint x0 = MAX (x - reach[dy + radius], 0);
              const gint x1 = MIN (x + reach[dy + radius] + 1, width);

              if (image_y < 0 || image_y >= image_height)
                continue;
              n_all += (guint)(MIN (image_x + reach[dy + radius] + 1, image_width) -
                               MAX (image_x - reach[dy + radius], 0));
              if (at_y >= 0 && at_y < height)
                n_cell +=
                    sums[(gsize)at_y * stride + (gsize)x1] - sums[(gsize)at_y * stride + (gsize)x0];
            }
          inside[(gsize)y * (gsize)width + (gsize)x] = 2 * n_cell > n_all;
        }
    }
  /* What belongs to others stays theirs: apply() takes background only, but a cell that would be
   * left with nothing but their pixels would vanish. */
  for (gsize i = 0; inside && i < block.n; i++)
    inside[i] = inside[i] && (block.labels[i] == 0 || block.labels[i] == entry->label);
  if (inside)
    apply (edit, &block, entry->label, inside);
  ok = inside != NULL;
  pel_aligned_free (inside);
  pel_aligned_free (sums);
  block_clear (&block);
  return ok;
}

/* Distances from every pixel to the nearest one where @mask is 0. */
static float *
measure (const Block *block, const guint8 *mask, GError **error)
{
  float *distance = pel_try_alloc (block->n, sizeof *distance, error);

  if (distance && !pel_distance_transform (mask, (guint)block->area.width,
                                           (guint)block->area.height, distance, error))
    {
      pel_aligned_free (distance);
      distance = NULL;
    }
  return distance;
}

static gboolean
shrink (Edit *edit, const PelLabelEntry *entry, GError **error)
{
  Block block;
  float *distance = NULL;

  if (block_init (&block, edit, entry, 1, error))
    distance = measure (&block, block.inside, error);
  for (gsize i = 0; distance && i < block.n; i++)
    block.inside[i] = distance[i] > (float)edit->amount;
  if (distance)
    apply (edit, &block, entry->label, block.inside);
  pel_aligned_free (distance);
  block_clear (&block);
  return distance != NULL;
}

static gboolean
claim (Edit *edit, const PelLabelEntry *entry, GError **error)
{
  Block block;
  float *distance = NULL;

  if (block_init (&block, edit, entry, (gint)edit->amount, error))
    {
      for (gsize i = 0; i < block.n; i++)
        block.inside[i] = !block.inside[i];
      distance = measure (&block, block.inside, error);
    }
  for (gsize i = 0; distance && i < block.n; i++)
    {
      if (block.labels[i] == 0 && distance[i] <= (float)edit->amount)
        {
          Claim found = { block.area.x + (gint)(i % (gsize)block.area.width),
                          block.area.y + (gint)(i / (gsize)block.area.width), entry->label,
                          distance[i] };

          g_array_append_val (edit->claims, found);
        }
    }
  pel_aligned_free (distance);
  block_clear (&block);
  return distance != NULL;
}

static gint
compare_claims (gconstpointer a, gconstpointer b)
{
  const Claim *first = a, *second = b;

  if (first->distance != second->distance)
    return first->distance < second->distance ? -1 : 1;
  if (first->label != second->label)
    return first->label < second->label ? -1 : 1;
  if (first->y != second->y)
    return first->y < second->y ? -1 : 1;
  return first->x < second->x ? -1 : first->x > second->x;
}

/* From the nearest claim to the furthest, so that every pixel finds its way to the cell already
 * taken, unless something is in between. */
static void
settle_claims (Edit *edit)
{
  g_array_sort (edit->claims, compare_claims);
  for (guint i = 0; i < edit->claims->len; i++)
    {
      const Claim *c = &g_array_index (edit->claims, Claim, i);

      if (pel_label_map_get (edit->map, c->x, c->y) == 0 &&
          (pel_label_map_get (edit->map, c->x - 1, c->y) == c->label ||
           pel_label_map_get (edit->map, c->x + 1, c->y) == c->label ||
           pel_label_map_get (edit->map, c->x, c->y - 1) == c->label ||
           pel_label_map_get (edit->map, c->x, c->y + 1) == c->label))
        pel_label_map_fill_span (edit->map, c->y, c->x, c->x + 1, c->label);
    }
}

static gboolean
keep_largest (Edit *edit, const PelLabelEntry *entry, GError **error)
{
  PelLabelPieces *pieces = &edit->pieces;
  guint64 most = 0;
  guint largest = 0;

  if (!pel_label_pieces_find (pieces, entry, PEL_CONNECTIVITY_4, error))
    return FALSE;
  for (guint p = 0; p < pieces->n_pieces; p++)
    {
      guint64 n = 0;

      for (guint i = p > 0 ? pieces->ends[p - 1] : 0; i < pieces->ends[p]; i++)
        n += (guint64)(entry->runs[pieces->order[i]].x1 - entry->runs[pieces->order[i]].x0);
      if (n > most)
        {
          most = n;
          largest = p;
        }
    }
  for (guint p = 0; p < pieces->n_pieces; p++)
    {
      for (guint i = p > 0 ? pieces->ends[p - 1] : 0; p != largest && i < pieces->ends[p]; i++)
        {
          const PelLabelRun *run = &entry->runs[pieces->order[i]];

          pel_label_map_fill_span (edit->map, run->y, run->x0, run->x1, 0);
        }
    }
  return TRUE;
}

static gboolean
edit_cell (Edit *edit, PelCellEdit what, const PelLabelEntry *entry, GError **error)
{
  switch (what)
    {
    case PEL_CELL_EDIT_FILL_HOLES:
      return fill_holes (edit, entry, error);
    case PEL_CELL_EDIT_SMOOTH:
      return smooth (edit, entry, error);
    case PEL_CELL_EDIT_GROW:
      return claim (edit, entry, error);
    case PEL_CELL_EDIT_SHRINK:
      return shrink (edit, entry, error);
    case PEL_CELL_EDIT_KEEP_LARGEST:
      return keep_largest (edit, entry, error);
    default:
      g_return_val_if_reached (FALSE);
    }
}

PelLabels *
pel_labels_edit (const PelLabels *labels,
                 PelCellEdit edit,
                 guint amount,
                 const guint32 *cells,
                 guint n_cells,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (PelLabelIndex) index =
      pel_label_index_new (labels, NULL, n_cells == 1 ? cells[0] : 0, cancellable, error);
  g_autoptr (PelLabelMap) map = index ? pel_label_map_new_from_labels (labels, error) : NULL;
  Edit work = { labels, map, MIN (amount, PEL_CELL_EDIT_MAX_AMOUNT) };
  const PelLabelEntry *entries;
  gboolean ok = TRUE;
  guint n;

  if (!map)
    return NULL;
  work.claims = g_array_new (FALSE, FALSE, sizeof (Claim));
  entries = pel_label_index_get_entries (index, &n);
  for (guint i = 0; ok && i < (n_cells > 0 ? n_cells : n); i++)
    {
      const PelLabelEntry *entry =
          n_cells > 0 ? pel_label_index_find (index, cells[i]) : &entries[i];

      ok = !g_cancellable_set_error_if_cancelled (cancellable, error) &&
           (!entry || edit_cell (&work, edit, entry, error));
    }
  if (ok)
    settle_claims (&work);
  g_array_unref (work.claims);
  pel_label_pieces_clear (&work.pieces);
  return ok ? pel_label_map_snapshot (map) : NULL;
}
