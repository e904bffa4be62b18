/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-rle.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>

struct PelRunIndex
{
  GArray *cells; /* PelRunCell */
  GArray *runs;  /* PelCellRun */
};

/* A run with its label, before runs are gathered by label. */
typedef struct
{
  PelCellRun run;
  guint32 label;
} LabelledRun;

static int
compare_runs (const void *a, const void *b)
{
  const LabelledRun *x = a, *y = b;

  if (x->label != y->label)
    return x->label < y->label ? -1 : 1;
  return x->run.start < y->run.start ? -1 : x->run.start > y->run.start;
}

static void
add_run (GArray *found, guint32 label, guint64 start, guint64 length)
{
  LabelledRun *last = found->len > 0 ? &g_array_index (found, LabelledRun, found->len - 1) : NULL;
  LabelledRun run = { { start, length }, label };

  if (last != NULL && last->label == label && last->run.start + last->run.length == start)
    last->run.length += length;
  else
    g_array_append_val (found, run);
}

/* The runs of @n columns, row-major in @block. */
static void
scan_columns (GArray *found, const guint32 *block, guint x0, guint n, guint height)
{
  for (guint x = 0; x < n; x++)
    for (guint y = 0, from = 0; y < height; from = y)
      {
        guint32 label = block[(gsize)y * PEL_LABEL_TILE_SIZE + x];

        while (y < height && block[(gsize)y * PEL_LABEL_TILE_SIZE + x] == label)
          y++;
        if (label != 0)
          add_run (found, label, (guint64)(x0 + x) * height + from, y - from);
      }
}

/* The block around a run: all rows where it spans columns. */
static void
add_bounds (PelRunCell *cell, const PelCellRun *run, guint height)
{
  guint64 last = run->start + run->length - 1;
  gint x0 = (gint)(run->start / height), x1 = (gint)(last / height);
  gint y0 = (gint)(run->start % height), y1 = (gint)(last % height);
  PelRect rect = { x0, y0, x1 - x0 + 1, y1 - y0 + 1 };

  if (x0 != x1)
    {
      rect.y = 0;
      rect.height = (gint)height;
    }
  pel_rect_union (&cell->bounds, &rect, &cell->bounds);
  cell->n_pixels += run->length;
}

static void
gather (PelRunIndex *self, GArray *found, guint height)
{
  /* An image without cells has no array to sort. */
  if (found->len > 0)
    qsort (found->data, found->len, sizeof (LabelledRun), compare_runs);
  for (guint i = 0; i < found->len; i++)
    {
      const LabelledRun *run = &g_array_index (found, LabelledRun, i);

      if (i == 0 || run[-1].label != run->label)
        {
          PelRunCell cell = { .label = run->label, .first_run = i };

          g_array_append_val (self->cells, cell);
        }
      PelRunCell *cell = &g_array_index (self->cells, PelRunCell, self->cells->len - 1);

      cell->n_runs++;
      add_bounds (cell, &run->run, height);
      g_array_append_val (self->runs, run->run);
    }
}

PelRunIndex *
pel_run_index_new (const PelLabels *labels, GCancellable *cancellable, GError **error)
{
  guint width = pel_labels_get_width (labels), height = pel_labels_get_height (labels);
  g_autoptr (PelRunIndex) self = g_new0 (PelRunIndex, 1);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (LabelledRun));
  g_autofree guint32 *block = g_try_new (guint32, (gsize)height * PEL_LABEL_TILE_SIZE);

  self->cells = g_array_new (FALSE, TRUE, sizeof (PelRunCell));
  self->runs = g_array_new (FALSE, FALSE, sizeof (PelCellRun));
  if (block == NULL)
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                           _ ("there is not enough memory to write its cells; close other programs "
                              "and try again"));
      return NULL;
    }
  for (guint x = 0; x < width; x += PEL_LABEL_TILE_SIZE)
    {
      const PelRect strip = { (gint)x, 0, PEL_LABEL_TILE_SIZE, (gint)height };

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      pel_labels_read (labels, &strip, block, PEL_LABEL_TILE_SIZE);
      scan_columns (found, block, x, MIN (PEL_LABEL_TILE_SIZE, width - x), height);
    }
  gather (self, found, height);
  return g_steal_pointer (&self);
}

void
pel_run_index_free (PelRunIndex *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->cells);
  g_array_unref (self->runs);
  g_free (self);
}

const PelRunCell *
pel_run_index_get_cells (const PelRunIndex *self, guint *n_cells)
{
  *n_cells = self->cells->len;
  return (const PelRunCell *)(gconstpointer)self->cells->data;
}

const PelCellRun *
pel_run_index_get_runs (const PelRunIndex *self, const PelRunCell *cell)
{
  return &g_array_index (self->runs, PelCellRun, cell->first_run);
}

/* ---- packed text ---- */

char *
pel_rle_pack (const guint64 *counts, gsize n_counts)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < n_counts; i++)
    {
      gint64 value = (gint64)counts[i];
      gboolean more = TRUE;

      if (i > 2)
        value -= (gint64)counts[i - 2];
      while (more)
        {
          gint bits = (gint)(value & 0x1f);

          value >>= 5;
          /* The fifth bit is the sign: the rest is left out once it tells nothing new. */
          more = (bits & 0x10) != 0 ? value != -1 : value != 0;
          g_string_append_c (text, (char)((more ? bits | 0x20 : bits) + '0'));
        }
    }
  return g_string_free (text, FALSE);
}

gboolean
pel_rle_unpack (const char *text, GArray *counts)
{
  guint from = counts->len;

  while (*text != '\0')
    {
      guint64 bits = 0;
      gint64 value;
      guint shift = 0;
      gint c;

      do
        {
          c = *text++ - '0';
          if (c < 0 || c > 0x3f || shift > 50)
            return FALSE;
          bits |= (guint64)(c & 0x1f) << shift;
          shift += 5;
        }
      while ((c & 0x20) != 0);
      if ((c & 0x10) != 0)
        bits |= G_MAXUINT64 << shift;
      value = (gint64)bits;
      if (counts->len - from > 2)
        value += (gint64)g_array_index (counts, guint64, counts->len - 2);
      if (value < 0 || value > ((gint64)1 << 50))
        return FALSE;
      g_array_append_val (counts, value);
    }
  return TRUE;
}
