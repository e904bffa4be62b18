/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-doubt.h"

#include <math.h>
#include <stdlib.h>

/* With fewer cells there is no telling what is usual. */
#define MIN_POPULATION 8
/* Less than this is not worth a word. */
#define NOTICEABLE 0.08

/* How a value lies among its like. */
typedef struct
{
  double median;
  double deviation; /* not a number where there are too few */
} Population;

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

/* Sorts the values. */
static double
find_median (double *values, guint n)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2.0;
}

/* @floor: cells that are all alike do not make small differences odd. */
static Population
describe (double *values, guint n, double floor)
{
  Population population = { NAN, NAN };

  if (n < MIN_POPULATION)
    return population;
  population.median = find_median (values, n);
  for (guint i = 0; i < n; i++)
    values[i] = fabs (values[i] - population.median);
  population.deviation = MAX (1.4826 * find_median (values, n), floor);
  return population;
}

/* In robust standard deviations, with its sign; 0 where it cannot be told. */
static double
get_distance (const Population *population, double value)
{
  double distance = (value - population->median) / population->deviation;

  return isfinite (distance) ? distance : 0.0;
}

/* 0 up to @from, rising to 1 at @to. */
static double
ramp (double value, double from, double to)
{
  return isfinite (value) ? CLAMP ((value - from) / (to - from), 0.0, 1.0) : 0.0;
}

static void
weigh (const PelDoubtCell *cell,
       const Population *size,
       const Population *solidity,
       const Population *stretch,
       double shares[PEL_N_DOUBTS])
{
  double away = get_distance (size, log (cell->diameter));
  double ragged = -get_distance (solidity, cell->solidity);
  double longish = get_distance (stretch, log (cell->stretch));

  for (guint i = 0; i < PEL_N_DOUBTS; i++)
    shares[i] = 0.0;
  shares[PEL_DOUBT_EDGE] = 0.95 * ramp (-cell->confidence, -0.85, -0.25);
  /* What the border cuts is small and odd for a reason. */
  if (!cell->touches_border)
    {
      shares[PEL_DOUBT_SMALL] = 0.9 * ramp (-away, 2.0, 5.0);
      shares[PEL_DOUBT_SHAPE] = 0.8 * MAX (ramp (ragged, 2.0, 6.0), ramp (longish, 2.0, 6.0));
    }
  shares[PEL_DOUBT_LARGE] = 0.9 * ramp (away, 2.0, 5.0);
  shares[PEL_DOUBT_PIECES] = cell->pieces > 1 ? 0.7 : 0.0;
  if (cell->agreement < 0.1)
    shares[PEL_DOUBT_MISSING] = 0.9;
  else
    shares[PEL_DOUBT_DISAGREES] = 0.9 * ramp (-cell->agreement, -0.85, -0.35);
  shares[PEL_DOUBT_BORDER] = cell->touches_border ? 0.1 : 0.0;
}

static PelDoubt
combine (const double shares[PEL_N_DOUBTS])
{
  PelDoubt doubt = { 0.0, PEL_DOUBT_NONE, PEL_DOUBT_NONE };
  double best = NOTICEABLE, next = NOTICEABLE, sure = 1.0;

  for (guint i = 1; i < PEL_N_DOUBTS; i++)
    {
      sure *= 1.0 - shares[i];
      if (shares[i] > best)
        {
          next = best;
          doubt.second = doubt.reason;
          best = shares[i];
          doubt.reason = (PelDoubtReason)i;
        }
      else if (shares[i] > next)
        {
          next = shares[i];
          doubt.second = (PelDoubtReason)i;
        }
    }
  doubt.doubt = 1.0 - sure;
  return doubt;
}

void
pel_doubt_read (const PelCellTable *table, guint row, PelDoubtCell *cell)
{
  double pieces = pel_cell_table_get (table, row, PEL_QUANTITY_PIECES);

  *cell = (PelDoubtCell){
    .confidence = pel_cell_table_get (table, row, PEL_QUANTITY_EDGE_CONFIDENCE),
    .diameter = pel_cell_table_get (table, row, PEL_QUANTITY_EQUIVALENT_DIAMETER),
    .solidity = pel_cell_table_get (table, row, PEL_QUANTITY_SOLIDITY),
    .stretch = pel_cell_table_get (table, row, PEL_QUANTITY_STRETCH),
    .pieces = pieces > 1.0 ? (guint)MIN (pieces, 1e6) : 1,
    .touches_border = pel_cell_table_get (table, row, PEL_QUANTITY_TOUCHES_BORDER) > 0.0,
    .agreement = NAN,
  };
}

void
pel_doubt_rate (const PelDoubtCell *cells, guint n_cells, PelDoubt *doubts)
{
  g_autofree double *sizes = g_new (double, MAX (n_cells, 1));
  g_autofree double *solidities = g_new (double, MAX (n_cells, 1));
  g_autofree double *stretches = g_new (double, MAX (n_cells, 1));
  Population size, solidity, stretch;
  guint n[3] = { 0 };

  g_return_if_fail (n_cells == 0 || (cells != NULL && doubts != NULL));

  for (guint i = 0; i < n_cells; i++)
    {
      if (cells[i].touches_border)
        continue;
      if (isfinite (log (cells[i].diameter)))
        sizes[n[0]++] = log (cells[i].diameter);
      if (isfinite (cells[i].solidity))
        solidities[n[1]++] = cells[i].solidity;
      if (isfinite (log (cells[i].stretch)))
        stretches[n[2]++] = log (cells[i].stretch);
    }
  size = describe (sizes, n[0], 0.1);
  solidity = describe (solidities, n[1], 0.03);
  stretch = describe (stretches, n[2], 0.1);
  for (guint i = 0; i < n_cells; i++)
    {
      double shares[PEL_N_DOUBTS];

      weigh (&cells[i], &size, &solidity, &stretch, shares);
      doubts[i] = combine (shares);
    }
}
