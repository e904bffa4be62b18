/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-line.h"

#include <math.h>

/* Cuts off what lies beyond one side of the clip: the part of the segment where
 * @rate * t <= @room stays. */
static gboolean
cut_side (double rate, double room, double *t0, double *t1)
{
  if (rate == 0)
    return room >= 0;
  if (rate < 0)
    *t0 = MAX (*t0, room / rate);
  else
    *t1 = MIN (*t1, room / rate);
  return *t0 <= *t1;
}

/* Shortens a segment to what may touch pixels of the clip (Liang and Barsky 1984). */
static gboolean
clip_segment (const PelRect *clip, double *ends)
{
  const double dx = ends[2] - ends[0], dy = ends[3] - ends[1];
  double t0 = 0, t1 = 1;

  if (!isfinite (dx) || !isfinite (dy) || !cut_side (-dx, ends[0] - (clip->x - 1), &t0, &t1) ||
      !cut_side (dx, clip->x + clip->width + 1 - ends[0], &t0, &t1) ||
      !cut_side (-dy, ends[1] - (clip->y - 1), &t0, &t1) ||
      !cut_side (dy, clip->y + clip->height + 1 - ends[1], &t0, &t1))
    return FALSE;
  ends[2] = t1 < 1 ? ends[0] + t1 * dx : ends[2];
  ends[3] = t1 < 1 ? ends[1] + t1 * dy : ends[3];
  ends[0] = t0 > 0 ? ends[0] + t0 * dx : ends[0];
  ends[1] = t0 > 0 ? ends[1] + t0 * dy : ends[1];
  return TRUE;
}

/* One step a column or a row, whichever the segment crosses more of. */
static void
walk_segment (const double *ends, const PelRect *clip, PelPixelFunc func, gpointer data)
{
  const gint x0 = (gint)floor (ends[0]), y0 = (gint)floor (ends[1]);
  const gint dx = (gint)floor (ends[2]) - x0, dy = (gint)floor (ends[3]) - y0;
  const gint n = MAX (ABS (dx), ABS (dy));

  for (gint i = 0; i <= n; i++)
    {
      gint x = x0 + (n > 0 ? (gint)floor ((double)dx * i / n + 0.5) : 0);
      gint y = y0 + (n > 0 ? (gint)floor ((double)dy * i / n + 0.5) : 0);

      if (x >= clip->x && y >= clip->y && x < clip->x + clip->width && y < clip->y + clip->height)
        func (x, y, data);
    }
}

void
pel_line_walk (const double *xy,
               guint n_points,
               const PelRect *clip,
               PelPixelFunc func,
               gpointer data)
{
  g_return_if_fail (func != NULL && clip != NULL);

  for (guint i = 0; i < MAX (n_points, 2) - 1 && n_points > 0; i++)
    {
      const double *from = xy + 2 * (gsize)i, *to = xy + 2 * (gsize)MIN (i + 1, n_points - 1);
      double ends[4] = { from[0], from[1], to[0], to[1] };

      if (clip_segment (clip, ends))
        walk_segment (ends, clip, func, data);
    }
}

typedef struct
{
  const PelLabels *labels;
  GArray *found;
  GHashTable *seen;
  guint32 last;
} Search;

static void
meet_pixel (gint x, gint y, gpointer data)
{
  Search *search = data;
  guint32 label = pel_labels_get (search->labels, x, y);

  if (label != 0 && label != search->last &&
      g_hash_table_add (search->seen, GUINT_TO_POINTER (label)))
    g_array_append_val (search->found, label);
  search->last = label;
}

GArray *
pel_line_find_labels (const PelLabels *labels, const double *xy, guint n_points)
{
  const PelRect all = { 0, 0, (gint)pel_labels_get_width (labels),
                        (gint)pel_labels_get_height (labels) };
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  Search search = { labels, g_array_new (FALSE, FALSE, sizeof (guint32)), seen };

  pel_line_walk (xy, n_points, &all, meet_pixel, &search);
  return search.found;
}
