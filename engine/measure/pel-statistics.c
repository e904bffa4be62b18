/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

/* A range that this many parts have not finished is sorted, so that no order of values is slow. */
#define MAX_PARTS 64

static void
swap (double *a, double *b)
{
  double kept = *a;

  *a = *b;
  *b = kept;
}

/* Puts the value that would be at @k, were they sorted, there, no larger one before it and no
 * smaller one behind (Hoare 1961, with the median of three). */
static void
select_value (double *values, guint n, guint k)
{
  guint low = 0, high = n - 1;

  for (guint part = 0; low < high; part++)
    {
      guint middle = low + (high - low) / 2, i = low, j = high;
      double pivot;

      if (part == MAX_PARTS)
        {
          qsort (values + low, high - low + 1, sizeof *values, compare_doubles);
          return;
        }
      if (values[middle] < values[low])
        swap (&values[middle], &values[low]);
      if (values[high] < values[low])
        swap (&values[high], &values[low]);
      if (values[high] < values[middle])
        swap (&values[high], &values[middle]);
      pivot = values[middle];
      for (;;)
        {
          while (values[i] < pivot)
            i++;
          while (values[j] > pivot)
            j--;
          if (i >= j)
            break;
          swap (&values[i++], &values[j--]);
        }
      /* No value up to j is above the pivot, none behind is below it. */
      if (k <= j)
        high = j;
      else
        low = j + 1;
    }
}

double
pel_quantile_select (double *values, guint n, double q)
{
  double place = q * (n - 1), next = INFINITY;
  guint low = (guint)place;

  g_return_val_if_fail (n > 0 && q >= 0 && q <= 1, (double)NAN);

  select_value (values, n, low);
  if (low + 1 >= n || place <= low)
    return values[low];
  for (guint i = low + 1; i < n; i++)
    next = MIN (next, values[i]);
  return values[low] + (place - low) * (next - values[low]);
}

void
pel_summary_compute (const double *values, guint n, PelSummary *summary)
{
  g_autofree double *kept = g_new (double, MAX (n, 1));
  guint n_kept = 0;
  double sum = 0, squares = 0, reach;

  *summary = (PelSummary){ 0 };
  for (guint i = 0; i < n; i++)
    {
      if (isfinite (values[i]))
        kept[n_kept++] = values[i];
    }
  if (n_kept == 0)
    return;
  summary->n = n_kept;
  summary->min = INFINITY;
  summary->max = -INFINITY;
  for (guint i = 0; i < n_kept; i++)
    {
      sum += kept[i];
      summary->min = MIN (summary->min, kept[i]);
      summary->max = MAX (summary->max, kept[i]);
    }
  summary->mean = sum / n_kept;
  for (guint i = 0; i < n_kept; i++)
    squares += (kept[i] - summary->mean) * (kept[i] - summary->mean);
  summary->sd = n_kept > 1 ? sqrt (squares / (n_kept - 1)) : (double)NAN;
  summary->q1 = pel_quantile_select (kept, n_kept, 0.25);
  summary->median = pel_quantile_select (kept, n_kept, 0.5);
  summary->q3 = pel_quantile_select (kept, n_kept, 0.75);
  reach = 1.5 * (summary->q3 - summary->q1);
  summary->low_whisker = summary->q1;
  summary->high_whisker = summary->q3;
  for (guint i = 0; i < n_kept; i++)
    {
      if (kept[i] >= summary->q1 - reach)
        summary->low_whisker = MIN (summary->low_whisker, kept[i]);
      if (kept[i] <= summary->q3 + reach)
        summary->high_whisker = MAX (summary->high_whisker, kept[i]);
    }
}

/* ---- Mann and Whitney ---- */

typedef struct
{
  double value;
  gboolean is_first;
} Ranked;

static int
compare_ranked (const void *a, const void *b)
{
  return compare_doubles (&((const Ranked *)a)->value, &((const Ranked *)b)->value);
}

static guint
take (Ranked *all, guint n, const double *values, guint n_values, gboolean is_first)
{
  for (guint i = 0; i < n_values; i++)
    {
      if (isfinite (values[i]))
        all[n++] = (Ranked){ values[i], is_first };
    }
  return n;
}

/* Twice the mean rank of each value, so that ties keep whole numbers; the sum of the first group's,
 * and that of t³ - t over ties of t values. */
static double
rank (const Ranked *all, guint n, guint *doubled, double *tie_term)
{
  double sum = 0;

  *tie_term = 0;
  for (guint i = 0; i < n;)
    {
      guint end = i + 1;

      while (end < n && all[end].value == all[i].value)
        end++;
      double t = end - i;
      *tie_term += t * t * t - t;
      for (guint k = i; k < end; k++)
        {
          doubled[k] = i + 1 + end;
          sum += all[k].is_first ? doubled[k] : 0;
        }
      i = end;
    }
  return sum;
}

/* How many ways there are to choose n_first of the ranks with each sum: counts[k][s] after all
 * ranks. The share with a sum not above the given one, and not below it. */
static void
count_ways (const guint *doubled, guint n, guint n_first, double sum, double *below, double *above)
{
  const gsize width = (gsize)n * (n + 1) + 1;
  g_autofree double *counts = g_new0 (double, (gsize)(n_first + 1) * width);
  double all = 0;

  counts[0] = 1;
  for (guint i = 0; i < n; i++)
    {
      for (guint k = MIN (i + 1, n_first); k > 0; k--)
        {
          double *to = counts + k * width, *from = counts + (k - 1) * width;

          for (gsize s = width; s-- > doubled[i];)
            to[s] += from[s - doubled[i]];
        }
    }
  *below = *above = 0;
  for (gsize s = 0; s < width; s++)
    {
      double ways = counts[n_first * width + s];

      all += ways;
      *below += (double)s <= sum ? ways : 0;
      *above += (double)s >= sum ? ways : 0;
    }
  *below /= all;
  *above /= all;
}

static double
normal_p (double u, double n_a, double n_b, double tie_term)
{
  double n = n_a + n_b, middle = n_a * n_b / 2;
  double variance = n_a * n_b / 12 * (n + 1 - tie_term / (n * (n - 1)));
  double z = MAX (0, fabs (u - middle) - 0.5) / sqrt (variance);

  return MIN (1, erfc (z / G_SQRT2));
}

gboolean
pel_rank_test (const double *a, guint n_a, const double *b, guint n_b, PelRankTest *test)
{
  g_autofree Ranked *all = g_new (Ranked, MAX (n_a + n_b, 1));
  g_autofree guint *doubled = g_new (guint, MAX (n_a + n_b, 1));
  guint n_first = take (all, 0, a, n_a, TRUE), n = take (all, n_first, b, n_b, FALSE);
  double sum, ties;

  *test = (PelRankTest){ .n = { n_first, n - n_first } };
  if (n_first == 0 || n_first == n)
    return FALSE;
  qsort (all, n, sizeof *all, compare_ranked);
  if (all[0].value == all[n - 1].value)
    return FALSE;
  sum = rank (all, n, doubled, &ties);
  double pairs = (double)n_first * (n - n_first);
  test->u = sum / 2 - (double)n_first * (n_first + 1.0) / 2;
  test->superiority = test->u / pairs;
  test->delta = 2 * test->superiority - 1;
  test->is_exact = n <= PEL_RANK_TEST_EXACT;
  if (!test->is_exact)
    {
      test->p = normal_p (test->u, n_first, n - n_first, ties);
      return TRUE;
    }
  double below, above, ways = 1;
  count_ways (doubled, n, n_first, sum, &below, &above);
  test->p = MIN (1, 2 * MIN (below, above));
  for (guint i = 1; i <= n_first; i++)
    ways = ways * (n - n_first + i) / i;
  test->least_p = MIN (1, 2 / ways);
  return TRUE;
}
