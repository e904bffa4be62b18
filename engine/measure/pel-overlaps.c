/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-overlaps.h"

#include <string.h>

void
pel_number_regions (guint32 *plane, gsize n_pixels, guint32 *n_regions)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (NULL, NULL);
  guint32 last = 0, last_number = 0;

  *n_regions = 0;
  for (gsize i = 0; i < n_pixels; i++)
    {
      if (plane[i] != last)
        {
          last = plane[i];
          last_number = 0;
          if (last != 0)
            {
              gpointer key = GUINT_TO_POINTER (last);

              last_number = GPOINTER_TO_UINT (g_hash_table_lookup (numbers, key));
              if (last_number == 0)
                {
                  last_number = ++*n_regions;
                  g_hash_table_insert (numbers, key, GUINT_TO_POINTER (last_number));
                }
            }
        }
      plane[i] = last_number;
    }
}

static gint
compare_overlaps (gconstpointer a, gconstpointer b)
{
  const PelOverlap *p = a, *q = b;

  if (p->truth != q->truth)
    return p->truth < q->truth ? -1 : 1;
  return (p->predicted > q->predicted) - (p->predicted < q->predicted);
}

GArray *
pel_overlaps_count (const guint32 *predicted, const guint32 *truth, gsize n_pixels)
{
  GArray *overlaps = g_array_new (FALSE, FALSE, sizeof (PelOverlap));
  guint n = 0;

  for (gsize i = 0; i < n_pixels;)
    {
      PelOverlap run = { predicted[i], truth[i], 0 };
      gsize start = i;

      while (i < n_pixels && predicted[i] == run.predicted && truth[i] == run.truth)
        i++;
      run.n_pixels = i - start;
      g_array_append_val (overlaps, run);
    }
  g_array_sort (overlaps, compare_overlaps);

  PelOverlap *pairs = (PelOverlap *)(gpointer)overlaps->data;
  for (guint i = 0; i < overlaps->len; i++)
    {
      if (n > 0 && compare_overlaps (&pairs[n - 1], &pairs[i]) == 0)
        pairs[n - 1].n_pixels += pairs[i].n_pixels;
      else
        pairs[n++] = pairs[i];
    }
  g_array_set_size (overlaps, n);
  return overlaps;
}

guint32
pel_overlaps_match (const GArray *overlaps,
                    const guint64 *predicted_sizes,
                    guint32 n_predicted,
                    const guint64 *truth_sizes,
                    guint32 n_truth,
                    guint percent,
                    guint32 *partner)
{
  g_autofree guint8 *is_taken = g_new0 (guint8, (gsize)n_predicted + 1);
  guint32 n_matched = 0;

  g_return_val_if_fail (percent >= 50, 0);
  memset (partner, 0, ((gsize)n_truth + 1) * sizeof *partner);
  for (guint i = 0; i < overlaps->len; i++)
    {
      const PelOverlap *o = &g_array_index (overlaps, PelOverlap, i);
      guint64 either = predicted_sizes[o->predicted] + truth_sizes[o->truth] - o->n_pixels;

      if (o->predicted == 0 || o->truth == 0 || o->n_pixels * 100 < either * percent ||
          partner[o->truth] != 0 || is_taken[o->predicted])
        continue;
      partner[o->truth] = o->predicted;
      is_taken[o->predicted] = TRUE;
      n_matched++;
    }
  return n_matched;
}
