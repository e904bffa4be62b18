/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-split.h"

#include <string.h>

#include "engine/core/pel-arena.h"
#include "engine/segment/pel-components.h"
#include "engine/segment/pel-line.h"
#include "engine/segment/pel-region.h"

/* How far around the line a piece is looked for at first; doubled as long as it goes on. */
#define FIRST_REACH 192

struct PelSplit
{
  GArray *parts; /* PelSplitPart */
};

typedef struct
{
  gint x, y;
  gboolean done;
} LinePixel;

/* A connected piece of a cell that the line passes through. */
typedef struct
{
  const PelLabels *labels;
  PelRect clip;
  gboolean open; /* goes on beyond the clip */
  GArray *runs;  /* PelLabelRun */
  PelRect bounds;
} Piece;

/* The piece within its bounds: for each pixel the part, 0 outside and under the line. */
typedef struct
{
  guint32 *parts;
  guint8 *inside;
  guint32 *queue;
  gsize n_queue;
  guint64 *sizes;
  guint n_parts;
} Work;

static void
take_run (gint y, gint x0, gint x1, gpointer data)
{
  Piece *piece = data;
  const PelRect *clip = &piece->clip;
  PelLabelRun run = { pel_labels_get (piece->labels, x0, y), y, x0, x1 };
  PelRect area = { x0, y, x1 - x0, 1 };

  g_array_append_val (piece->runs, run);
  pel_rect_union (&piece->bounds, &area, &piece->bounds);
  if ((x0 == clip->x && x0 > 0) || (y == clip->y && y > 0) ||
      (x1 == clip->x + clip->width && x1 < (gint)pel_labels_get_width (piece->labels)) ||
      (y == clip->y + clip->height - 1 && y < (gint)pel_labels_get_height (piece->labels) - 1))
    piece->open = TRUE;
}

static gboolean
find_piece (Piece *piece, gint x, gint y, GError **error)
{
  const PelRect all = { 0, 0, (gint)pel_labels_get_width (piece->labels),
                        (gint)pel_labels_get_height (piece->labels) };
  gint reach = FIRST_REACH;

  do
    {
      piece->clip = (PelRect){ x - reach, y - reach, 2 * reach + 1, 2 * reach + 1 };
      pel_rect_intersect (&piece->clip, &all, &piece->clip);
      piece->open = FALSE;
      piece->bounds = (PelRect){ 0 };
      g_array_set_size (piece->runs, 0);
      if (!pel_flood_region (piece->labels, x, y, &piece->clip, take_run, piece, error))
        return FALSE;
      reach *= 2;
    }
  while (piece->open);
  return TRUE;
}

/* The place of a pixel of the line within the bounds. */
static gboolean
locate (const LinePixel *pixel, const PelRect *bounds, gsize *at)
{
  gint x = pixel->x - bounds->x, y = pixel->y - bounds->y;

  if (x < 0 || y < 0 || x >= bounds->width || y >= bounds->height)
    return FALSE;
  *at = (gsize)y * (gsize)bounds->width + (gsize)x;
  return TRUE;
}

static void
give (Work *work, gsize at, guint32 part)
{
  if (!work->inside[at] || work->parts[at] != 0)
    return;
  work->parts[at] = part;
  work->sizes[part]++;
  work->queue[work->n_queue++] = (guint32)at;
}

/* Lets the parts grow over what lay under the line, and over parts too small to count. */
static void
close_cut (Work *work, guint width, guint height)
{
  const gsize n = (gsize)width * height;

  for (gsize i = 0; i < n; i++)
    {
      if (work->parts[i] != 0)
        work->queue[work->n_queue++] = (guint32)i;
    }
  for (gsize i = 0; i < work->n_queue; i++)
    {
      gsize at = work->queue[i];
      guint x = (guint)(at % width), y = (guint)(at / width);

      if (y > 0)
        give (work, at - width, work->parts[at]);
      if (x > 0)
        give (work, at - 1, work->parts[at]);
      if (x + 1 < width)
        give (work, at + 1, work->parts[at]);
      if (y + 1 < height)
        give (work, at + width, work->parts[at]);
    }
}

/* Sorts out the parts that count. Returns how many there are. */
static guint
count_parts (Work *work, gsize n_pixels, guint min_pixels)
{
  guint n = 0;

  for (gsize i = 0; i < n_pixels; i++)
    work->sizes[work->parts[i]]++;
  for (guint part = 1; part <= work->n_parts; part++)
    n += work->sizes[part] >= min_pixels;
  for (gsize i = 0; i < n_pixels; i++)
    {
      if (work->parts[i] != 0 && work->sizes[work->parts[i]] < min_pixels)
        work->parts[i] = 0;
    }
  for (guint part = 1; part <= work->n_parts; part++)
    {
      if (work->sizes[part] < min_pixels)
        work->sizes[part] = 0;
    }
  return n;
}

static void
add_part (PelSplit *self, const Work *work, const PelRect *bounds, guint32 cell, guint32 part)
{
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (PelLabelRun));
  PelSplitPart result = { .cell = cell, .n_pixels = work->sizes[part] };

  for (gint y = 0; y < bounds->height; y++)
    {
      const guint32 *row = work->parts + (gsize)y * (gsize)bounds->width;

      for (gint x = 0; x < bounds->width; x++)
        {
          PelLabelRun run = { cell, bounds->y + y, bounds->x + x, 0 };

          if (row[x] != part)
            continue;
          while (x < bounds->width && row[x] == part)
            x++;
          run.x1 = bounds->x + x;
          g_array_append_val (runs, run);
        }
    }
  result.n_runs = runs->len;
  result.runs = (PelLabelRun *)(void *)g_array_free (g_steal_pointer (&runs), FALSE);
  g_array_append_val (self->parts, result);
}

static gboolean
cut_piece (PelSplit *self,
           const Piece *piece,
           const GArray *pixels,
           guint min_pixels,
           Work *work,
           GError **error)
{
  const PelRect *bounds = &piece->bounds;
  const guint width = (guint)bounds->width, height = (guint)bounds->height;
  const gsize n = (gsize)width * height;
  guint32 largest = 0;

  work->parts = pel_try_alloc (n, sizeof *work->parts, error);
  work->inside = work->parts ? pel_try_alloc (n, 1, error) : NULL;
  work->queue = work->inside ? pel_try_alloc (n, sizeof *work->queue, error) : NULL;
  if (!work->queue)
    return FALSE;
  memset (work->inside, 0, n);
  for (guint i = 0; i < piece->runs->len; i++)
    {
      const PelLabelRun *run = &g_array_index (piece->runs, PelLabelRun, i);

      memset (work->inside + (gsize)(run->y - bounds->y) * width + (gsize)(run->x0 - bounds->x), 1,
              (gsize)(run->x1 - run->x0));
    }
  for (gsize i = 0; i < n; i++)
    work->parts[i] = work->inside[i];
  for (guint i = 0; i < pixels->len; i++)
    {
      gsize at;

      if (locate (&g_array_index (pixels, LinePixel, i), bounds, &at))
        work->parts[at] = 0;
    }
  if (!pel_components_plane (work->parts, width, height, PEL_CONNECTIVITY_4, work->parts,
                             &work->n_parts, error))
    return FALSE;
  work->sizes = pel_try_alloc ((gsize)work->n_parts + 1, sizeof *work->sizes, error);
  if (!work->sizes)
    return FALSE;
  memset (work->sizes, 0, ((gsize)work->n_parts + 1) * sizeof *work->sizes);
  if (count_parts (work, n, MAX (min_pixels, 1)) < 2)
    return TRUE;
  close_cut (work, width, height);
  work->sizes[0] = 0;
  for (guint32 part = 1; part <= work->n_parts; part++)
    {
      if (work->sizes[part] > work->sizes[largest])
        largest = part;
    }
  for (guint32 part = 1; part <= work->n_parts; part++)
    {
      if (part != largest && work->sizes[part] > 0)
        add_part (self, work, bounds, g_array_index (piece->runs, PelLabelRun, 0).label, part);
    }
  return TRUE;
}

static void
collect_pixel (gint x, gint y, gpointer data)
{
  LinePixel pixel = { x, y, FALSE };

  g_array_append_val (data, pixel);
}

/* The line's pixels in this piece need no further look. */
static void
mark_done (GArray *pixels, guint from, const PelRect *bounds, const guint8 *inside)
{
  for (guint i = from; i < pixels->len; i++)
    {
      LinePixel *pixel = &g_array_index (pixels, LinePixel, i);
      gsize at;

      if (locate (pixel, bounds, &at) && inside[at])
        pixel->done = TRUE;
    }
}

PelSplit *
pel_split_new (const PelLabels *labels,
               const double *xy,
               guint n_points,
               guint min_pixels,
               GError **error)
{
  const PelRect all = { 0, 0, (gint)pel_labels_get_width (labels),
                        (gint)pel_labels_get_height (labels) };
  g_autoptr (GArray) pixels = g_array_new (FALSE, FALSE, sizeof (LinePixel));
  g_autoptr (PelSplit) self = g_new0 (PelSplit, 1);
  Piece piece = { .labels = labels };
  gboolean ok = TRUE;

  self->parts = g_array_new (FALSE, FALSE, sizeof (PelSplitPart));
  piece.runs = g_array_new (FALSE, FALSE, sizeof (PelLabelRun));
  pel_line_walk (xy, n_points, &all, collect_pixel, pixels);
  for (guint i = 0; ok && i < pixels->len; i++)
    {
      const LinePixel *pixel = &g_array_index (pixels, LinePixel, i);
      Work work = { NULL };

      if (pixel->done || pel_labels_get (labels, pixel->x, pixel->y) == 0)
        continue;
      ok = find_piece (&piece, pixel->x, pixel->y, error) &&
           cut_piece (self, &piece, pixels, min_pixels, &work, error);
      if (ok)
        mark_done (pixels, i, &piece.bounds, work.inside);
      pel_aligned_free (work.parts);
      pel_aligned_free (work.inside);
      pel_aligned_free (work.queue);
      pel_aligned_free (work.sizes);
    }
  g_array_unref (piece.runs);
  return ok ? g_steal_pointer (&self) : NULL;
}

void
pel_split_free (PelSplit *self)
{
  if (!self)
    return;
  for (guint i = 0; i < self->parts->len; i++)
    g_free ((gpointer)g_array_index (self->parts, PelSplitPart, i).runs);
  g_array_unref (self->parts);
  g_free (self);
}

const PelSplitPart *
pel_split_get_parts (const PelSplit *self, guint *n_parts)
{
  *n_parts = self->parts->len;
  return (const PelSplitPart *)(void *)self->parts->data;
}
