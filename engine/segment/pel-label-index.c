/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-label-index.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#include "engine/core/pel-arena.h"

struct PelLabelIndex
{
  PelLabelRun *runs;
  PelLabelEntry *entries;
  guint n_entries;
};

typedef struct
{
  PelLabelRun *runs;
  gsize n, room;
} RunList;

static gboolean
set_no_memory (GError **error)
{
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                       _ ("there is not enough memory to list the cells"));
  return FALSE;
}

static gboolean
add_run (RunList *list, guint32 label, gint y, gint x0, gint x1)
{
  if (list->n == list->room)
    {
      gsize room = list->room > 0 ? 2 * list->room : 4096;
      PelLabelRun *runs =
          room < G_MAXUINT32 ? g_try_realloc_n (list->runs, room, sizeof *runs) : NULL;

      if (!runs)
        return FALSE;
      list->runs = runs;
      list->room = room;
    }
  list->runs[list->n++] = (PelLabelRun){ label, y, x0, x1 };
  return TRUE;
}

static gboolean
add_row (RunList *list, const guint32 *row, gint width, gint x, gint y, guint32 only)
{
  for (gint i = 0; i < width;)
    {
      guint32 label = row[i];
      gint start = i;

      while (i < width && row[i] == label)
        i++;
      if (label == 0 || (only != 0 && label != only))
        continue;
      if (!add_run (list, label, y, x + start, x + i))
        return FALSE;
    }
  return TRUE;
}

static gboolean
collect (RunList *list,
         const PelLabels *labels,
         const PelRect *area,
         guint32 only,
         GCancellable *cancellable,
         GError **error)
{
  guint32 *row = pel_try_alloc ((gsize)area->width, sizeof *row, error);
  gboolean ok = TRUE;

  if (!row)
    return FALSE;
  for (gint y = area->y; ok && y < area->y + area->height; y++)
    {
      const PelRect line = { area->x, y, area->width, 1 };

      pel_labels_read (labels, &line, row, (gsize)area->width);
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        ok = FALSE;
      else if (!add_row (list, row, area->width, area->x, y, only))
        ok = set_no_memory (error);
    }
  pel_aligned_free (row);
  return ok;
}

/* Sorts by 16 bits of the label, keeping the order of equals. */
static void
sort_by_bits (const PelLabelRun *from, PelLabelRun *to, gsize n, guint shift, guint *starts)
{
  guint sum = 0;

  memset (starts, 0, 65536 * sizeof *starts);
  for (gsize i = 0; i < n; i++)
    starts[(from[i].label >> shift) & 0xffff]++;
  for (guint i = 0; i < 65536; i++)
    {
      guint count = starts[i];

      starts[i] = sum;
      sum += count;
    }
  for (gsize i = 0; i < n; i++)
    to[starts[(from[i].label >> shift) & 0xffff]++] = from[i];
}

/* Brings the runs of each label together, in reading order. */
static gboolean
sort_runs (RunList *list, GError **error)
{
  guint32 max = 0;
  gboolean is_sorted = TRUE;

  for (gsize i = 0; i < list->n; i++)
    {
      is_sorted = is_sorted && list->runs[i].label >= max;
      max = MAX (max, list->runs[i].label);
    }
  if (is_sorted)
    return TRUE;

  PelLabelRun *other = g_try_new (PelLabelRun, list->n);
  guint *starts = g_try_new (guint, 65536);
  gboolean ok = other && starts;
  for (guint shift = 0; ok && shift < 32 && (shift == 0 || max >> shift != 0); shift += 16)
    {
      PelLabelRun *sorted = other;

      sort_by_bits (list->runs, sorted, list->n, shift, starts);
      other = list->runs;
      list->runs = sorted;
    }
  g_free (starts);
  g_free (other);
  return ok || set_no_memory (error);
}

static gboolean
make_entries (PelLabelIndex *self, gsize n_runs, GError **error)
{
  guint n = 0;

  for (gsize i = 0; i < n_runs; i++)
    n += i == 0 || self->runs[i].label != self->runs[i - 1].label;
  self->entries = g_try_new (PelLabelEntry, MAX (n, 1));
  if (!self->entries)
    return set_no_memory (error);

  for (gsize i = 0; i < n_runs;)
    {
      const PelLabelRun *first = &self->runs[i];
      PelLabelEntry entry = { first->label, first };
      gint left = first->x0, right = first->x1;

      for (; i < n_runs && self->runs[i].label == entry.label; i++)
        {
          left = MIN (left, self->runs[i].x0);
          right = MAX (right, self->runs[i].x1);
          entry.n_pixels += (guint64)(self->runs[i].x1 - self->runs[i].x0);
          entry.n_runs++;
        }
      entry.bounds = (PelRect){ left, first->y, right - left, self->runs[i - 1].y + 1 - first->y };
      self->entries[self->n_entries++] = entry;
    }
  return TRUE;
}

PelLabelIndex *
pel_label_index_new (const PelLabels *labels,
                     const PelRect *area,
                     guint32 label,
                     GCancellable *cancellable,
                     GError **error)
{
  PelRect in = { 0, 0, (gint)pel_labels_get_width (labels), (gint)pel_labels_get_height (labels) };
  RunList list = { NULL };
  PelLabelIndex *self;
  gboolean ok = TRUE;

  if (!area || pel_rect_intersect (area, &in, &in))
    ok = collect (&list, labels, &in, label, cancellable, error) && sort_runs (&list, error);
  self = g_new0 (PelLabelIndex, 1);
  self->runs = list.runs;
  if (!ok || !make_entries (self, list.n, error))
    g_clear_pointer (&self, pel_label_index_free);
  return self;
}

void
pel_label_index_free (PelLabelIndex *self)
{
  if (!self)
    return;
  g_free (self->entries);
  g_free (self->runs);
  g_free (self);
}

const PelLabelEntry *
pel_label_index_get_entries (const PelLabelIndex *self, guint *n_entries)
{
  *n_entries = self->n_entries;
  return self->entries;
}

const PelLabelEntry *
pel_label_index_find (const PelLabelIndex *self, guint32 label)
{
  guint low = 0, high = self->n_entries;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (self->entries[middle].label < label)
        low = middle + 1;
      else
        high = middle;
    }
  return low < self->n_entries && self->entries[low].label == label ? &self->entries[low] : NULL;
}

/* ---- pieces ---- */

static guint
root_of (guint *parent, guint i)
{
  while (parent[i] != i)
    {
      parent[i] = parent[parent[i]];
      i = parent[i];
    }
  return i;
}

/* Joins the runs that touch along an edge, or with a reach of 1 at a corner too: parent[i] is i for
 * the first run of each piece, else an earlier one of the same piece. */
static void
join_runs (const PelLabelEntry *entry, gint reach, guint *parent)
{
  const PelLabelRun *runs = entry->runs;
  guint above = 0;

  for (guint i = 0; i < entry->n_runs; i++)
    {
      parent[i] = i;
      /* Skip the runs above that end before this one begins. */
      while (above < i && (runs[above].y < runs[i].y - 1 || (runs[above].y == runs[i].y - 1 &&
                                                             runs[above].x1 + reach <= runs[i].x0)))
        above++;
      for (guint j = above; j < i && runs[j].y == runs[i].y - 1 && runs[j].x0 < runs[i].x1 + reach;
           j++)
        {
          guint a = root_of (parent, i), b = root_of (parent, j);

          parent[MAX (a, b)] = MIN (a, b);
        }
    }
}

gboolean
pel_label_pieces_find (PelLabelPieces *self,
                       const PelLabelEntry *entry,
                       PelConnectivity connectivity,
                       GError **error)
{
  const guint n = entry->n_runs;

  if (n > self->room)
    {
      pel_label_pieces_clear (self);
      /* Three numbers a run: the order, the ends, and a place to work in. */
      self->order = g_try_malloc_n (n, 3 * sizeof (guint));
      if (!self->order)
        return set_no_memory (error);
      self->room = n;
      self->ends = self->order + n;
    }

  guint *piece = self->order + 2 * self->room;
  join_runs (entry, connectivity == PEL_CONNECTIVITY_8 ? 1 : 0, piece);
  self->n_pieces = 0;
  for (guint i = 0; i < n; i++)
    {
      if (piece[i] == i)
        {
          piece[i] = self->n_pieces++;
          self->ends[piece[i]] = 0;
        }
      else
        {
          piece[i] = piece[piece[i]];
        }
      self->ends[piece[i]]++;
    }
  /* Sizes to starts; filling then moves each start to its end. */
  for (guint i = 0, sum = 0; i < self->n_pieces; i++)
    {
      guint count = self->ends[i];

      self->ends[i] = sum;
      sum += count;
    }
  for (guint i = 0; i < n; i++)
    self->order[self->ends[piece[i]]++] = i;
  return TRUE;
}

void
pel_label_pieces_clear (PelLabelPieces *self)
{
  g_clear_pointer (&self->order, g_free);
  self->ends = NULL;
  self->n_pieces = 0;
  self->room = 0;
}
