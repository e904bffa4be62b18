/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-rand-score.h"

#include <math.h>

#include "engine/measure/pel-overlaps.h"

static gint
compare_predicted (gconstpointer a, gconstpointer b)
{
  const PelOverlap *p = a, *q = b;

  return (p->predicted > q->predicted) - (p->predicted < q->predicted);
}

double
pel_rand_score (const guint32 *predicted, const guint32 *truth, gsize n_pixels)
{
  double joint = 0, by_predicted = 0, by_truth = 0, sum = 0;

  g_return_val_if_fail (predicted != NULL && truth != NULL, NAN);
  g_autoptr (GArray) overlaps = pel_overlaps_count (predicted, truth, n_pixels);
  const PelOverlap *pairs = (const PelOverlap *)(gconstpointer)overlaps->data;
  for (guint i = 0; i < overlaps->len; i++)
    {
      double n = (double)pairs[i].n_pixels;

      if (pairs[i].truth == 0)
        continue;
      sum = i > 0 && pairs[i - 1].truth == pairs[i].truth ? sum + n : n;
      if (i + 1 == overlaps->len || pairs[i + 1].truth != pairs[i].truth)
        by_truth += sum * sum;
      /* Its background is n regions of one pixel. */
      joint += pairs[i].predicted == 0 ? n : n * n;
    }
  g_array_sort (overlaps, compare_predicted);
  sum = 0;
  for (guint i = 0; i < overlaps->len; i++)
    {
      double n = pairs[i].truth != 0 ? (double)pairs[i].n_pixels : 0;

      if (pairs[i].predicted == 0)
        by_predicted += n;
      else
        {
          sum = i > 0 && pairs[i - 1].predicted == pairs[i].predicted ? sum + n : n;
          if (i + 1 == overlaps->len || pairs[i + 1].predicted != pairs[i].predicted)
            by_predicted += sum * sum;
        }
    }
  return by_truth > 0 ? 2 * joint / (by_predicted + by_truth) : (double)NAN;
}
