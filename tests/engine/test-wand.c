/* SPDX-License-Identifier: MIT */
/* The wand on pictures whose answer is known, and against direct sums. */
#include "engine/pel-engine.h"

#include <math.h>
#include <string.h>

#include "engine/segment/pel-wand.h"

#define SIZE PEL_WAND_SIZE
#define N (SIZE * SIZE)
#define MIDDLE (SIZE / 2)

static const PelWandOptions usual = { FALSE, 1.25 };
static const PelWandOptions exact = { TRUE, 1.25 };

static guint
count (const guint8 *inside)
{
  guint n = 0;

  for (guint i = 0; i < N; i++)
    {
      g_assert_cmpuint (inside[i], <=, 1);
      n += inside[i];
    }
  return n;
}

/* A bright noisy disc on a dark noisy ground is found, and the ground is not. */
static void
test_disc (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autofree float *samples = g_new (float, N);
  g_autofree guint8 *inside = g_new (guint8, N);
  guint n_wrong = 0;

  for (gint i = 0; i < N; i++)
    {
      double distance = hypot (i % SIZE - MIDDLE, i / SIZE - MIDDLE);

      samples[i] = (float)((distance < 40 ? 180 : 60) + g_rand_double_range (rand, -30, 30));
    }
  g_assert_true (pel_wand_grow (samples, &usual, inside, NULL));
  for (gint i = 0; i < N; i++)
    {
      double distance = hypot (i % SIZE - MIDDLE, i / SIZE - MIDDLE);

      if (distance < 34)
        g_assert_cmpuint (inside[i], ==, 1);
      if (distance > 46)
        g_assert_cmpuint (inside[i], ==, 0);
      n_wrong += inside[i] != (distance < 40);
    }
  /* The smoothed edge is as wide as the Gaussian: a ring of four samples at most is missing. */
  g_assert_cmpfloat (n_wrong, <, G_PI * (40 * 40 - 36 * 36));
}

/* Exact: the one value, along edges only. */
static void
test_exact (void)
{
  g_autofree float *samples = g_new (float, N);
  g_autofree guint8 *inside = g_new (guint8, N);

  for (gint i = 0; i < N; i++)
    samples[i] = i % SIZE == MIDDLE || i / SIZE == MIDDLE + 3 ? 7 : 8;
  samples[(MIDDLE + 10) * SIZE + MIDDLE + 1] = 7;
  samples[(MIDDLE + 11) * SIZE + MIDDLE + 2] = 7; /* touches at a corner */
  samples[10 * SIZE + MIDDLE] = 7.001f;
  g_assert_true (pel_wand_grow (samples, &exact, inside, NULL));
  for (gint i = 0; i < N; i++)
    {
      gint x = i % SIZE, y = i / SIZE;
      gboolean want =
          (x == MIDDLE && y > 10) || y == MIDDLE + 3 || (x == MIDDLE + 1 && y == MIDDLE + 10);

      g_assert_cmpuint (inside[i], ==, want);
    }
}

/* A Gaussian as one sum for each sample. */
static void
blur (const double *in, double sigma, double *out)
{
  const gint reach = (gint)(3 * sigma + 0.5);

  for (gint y = 0; y < SIZE; y++)
    for (gint x = 0; x < SIZE; x++)
      {
        double sum = 0, total = 0;

        for (gint v = MAX (y - reach, 0); v <= MIN (y + reach, SIZE - 1); v++)
          for (gint u = MAX (x - reach, 0); u <= MIN (x + reach, SIZE - 1); u++)
            {
              double weight = exp (-((u - x) * (u - x) + (v - y) * (v - y)) / (2 * sigma * sigma));

              sum += weight * in[v * SIZE + u];
              total += weight;
            }
        out[y * SIZE + x] = sum / total;
      }
}

static double
get_deviation (const double *values)
{
  double mean = 0, variance = 0;

  for (guint i = 0; i < N; i++)
    mean += values[i] / N;
  for (guint i = 0; i < N; i++)
    variance += (values[i] - mean) * (values[i] - mean) / N;
  return sqrt (variance);
}

/* Half of the difference of the neighbours, of which those beyond the edge count as the sample. */
static double
get_slope (const double *values, gint x, gint y, gint dx, gint dy)
{
  const gint u = CLAMP (x + dx, 0, SIZE - 1), v = CLAMP (y + dy, 0, SIZE - 1);
  const gint s = CLAMP (x - dx, 0, SIZE - 1), t = CLAMP (y - dy, 0, SIZE - 1);

  return (values[v * SIZE + u] - values[t * SIZE + s]) / 2;
}

/* What it costs to get to each sample: every way is lengthened until none gets cheaper. */
static void
find_ways (const double *costs, double *ways)
{
  gboolean more = TRUE;

  for (gint i = 0; i < N; i++)
    ways[i] = i == N / 2 ? 0 : G_MAXDOUBLE;
  while (more)
    {
      more = FALSE;
      for (gint i = 0; i < N; i++)
        for (gint side = 0; side < 9; side++)
          {
            const gint x = i % SIZE + side % 3 - 1, y = i / SIZE + side / 3 - 1;
            const gint from = y * SIZE + x;
            double way;

            if (x < 0 || y < 0 || x >= SIZE || y >= SIZE || ways[from] == G_MAXDOUBLE)
              continue;
            way = ways[from] + hypot (side % 3 - 1, side / 3 - 1) * (costs[from] + costs[i]) / 2;
            if (way < ways[i])
              {
                ways[i] = way;
                more = TRUE;
              }
          }
    }
}

/* The whole thing again as sums over every sample. */
static void
test_reference (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (6);
  g_autofree float *samples = g_new (float, N);
  g_autofree double *plain = g_new (double, N);
  g_autofree double *smooth = g_new (double, N);
  g_autofree double *rough = g_new (double, N);
  g_autofree double *edges = g_new (double, N);
  g_autofree double *costs = g_new (double, N);
  g_autofree guint8 *inside = g_new (guint8, N);
  g_autofree guint8 *want = g_new0 (guint8, N);
  g_autofree guint8 *wide = g_new0 (guint8, N);
  guint n_off = 0;
  double bright_spread, rough_spread, deviation;

  for (gint i = 0; i < N; i++)
    {
      samples[i] = (float)(50 * sin (i % SIZE / 9.0) * cos (i / SIZE / 13.0) +
                           g_rand_double_range (rand, -8, 8) * (1.2 + sin (i % SIZE / 21.0)));
      plain[i] = (double)samples[i];
    }
  deviation = get_deviation (plain);
  blur (plain, 1.5, smooth);
  for (guint i = 0; i < N; i++)
    smooth[i] = (plain[i] - smooth[i]) * (plain[i] - smooth[i]);
  blur (smooth, 3, rough);
  blur (plain, 4, smooth);
  blur (plain, 2, edges);
  for (guint i = 0; i < N; i++)
    rough[i] = log (sqrt (rough[i]) + 1e-3 * deviation);
  bright_spread = get_deviation (smooth);
  g_assert_cmpfloat (bright_spread, >, 0.3 * deviation);
  rough_spread = get_deviation (rough);
  g_assert_cmpfloat (rough_spread, >, 0.3);
  for (gint i = 0; i < N; i++)
    {
      const double brighter = (smooth[i] - smooth[N / 2]) / bright_spread;
      const double smoother = MIN ((rough[i] - rough[N / 2]) / rough_spread, 0);
      const double steep = 2 / deviation *
                           hypot (get_slope (edges, i % SIZE, i / SIZE, 1, 0),
                                  get_slope (edges, i % SIZE, i / SIZE, 0, 1));

      costs[i] = 0.25 * brighter * brighter + smoother * smoother + 0.25 * steep * steep + 0.04;
    }
  find_ways (costs, plain);
  for (guint i = 0; i < N; i++)
    want[i] = plain[i] <= 6.65 / (1.25 * 1.25);
  for (guint pass = 0; pass < 2; pass++)
    {
      memcpy (wide, want, N);
      for (gint i = 0; i < N; i++)
        for (gint dy = -2; dy <= 2; dy++)
          for (gint dx = -2; dx <= 2; dx++)
            {
              gint x = i % SIZE + dx, y = i / SIZE + dy;

              if (dx * dx + dy * dy <= 4 && x >= 0 && y >= 0 && x < SIZE && y < SIZE &&
                  wide[y * SIZE + x] == (pass == 0))
                want[i] = pass == 0;
            }
    }
  g_assert_true (pel_wand_grow (samples, &usual, inside, NULL));
  for (guint i = 0; i < N; i++)
    n_off += inside[i] != want[i];
  /* Single precision may fall on the other side of the tolerance here and there. */
  g_assert_cmpuint (n_off, <, 20);
  g_assert_cmpuint (count (inside), >, 200);
  g_assert_cmpuint (count (inside), <, N - 200);
}

/* A rough patch on ground that is as bright is found by its texture alone. */
static void
test_texture (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autofree float *samples = g_new (float, N);
  g_autofree guint8 *inside = g_new (guint8, N);
  guint n = 0, n_found = 0;

  for (gint i = 0; i < N; i++)
    {
      const double distance = hypot (i % SIZE - MIDDLE, i / SIZE - MIDDLE);
      const double noise = distance < 35 ? 30 : 5;

      samples[i] = (float)(120 + g_rand_double_range (rand, -noise, noise));
    }
  g_assert_true (pel_wand_grow (samples, &usual, inside, NULL));
  for (gint i = 0; i < N; i++)
    {
      const double distance = hypot (i % SIZE - MIDDLE, i / SIZE - MIDDLE);

      if (distance < 30)
        {
          n++;
          n_found += inside[i];
        }
      if (distance > 46)
        g_assert_cmpuint (inside[i], ==, 0);
    }
  /* Brightness tells nothing here, and is noise. */
  g_assert_cmpuint (n_found * 10, >, n * 9);
}

/* A bright rim between two places that are alike keeps them apart, also where it has gaps that the
 * eye closes: the way round is long. */
static void
test_rim (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (8);
  g_autofree float *samples = g_new (float, N);
  g_autofree guint8 *inside = g_new (guint8, N);
  guint n = 0, n_found = 0, n_beyond = 0;

  for (gint i = 0; i < N; i++)
    {
      const double x = i % SIZE - MIDDLE, y = i / SIZE - MIDDLE, distance = hypot (x, y);
      const gboolean gap = fabs (x) < 4;

      samples[i] = (float)(100 + g_rand_double_range (rand, -10, 10));
      if (fabs (distance - 30) < 3 && !gap)
        samples[i] += 60;
    }
  g_assert_true (pel_wand_grow (samples, &usual, inside, NULL));
  for (gint i = 0; i < N; i++)
    {
      const double distance = hypot (i % SIZE - MIDDLE, i / SIZE - MIDDLE);

      n += distance < 24;
      n_found += distance < 24 && inside[i];
      n_beyond += distance > 36 && inside[i];
    }
  g_assert_cmpuint (n_found * 100, >, n * 95);
  g_assert_cmpuint (n_beyond * 10, <, n);
}

/* Nothing outside the image, and nothing at all where the seed is. */
static void
test_outside (void)
{
  g_autofree float *samples = g_new (float, N);
  g_autofree guint8 *inside = g_new (guint8, N);

  for (gint i = 0; i < N; i++)
    samples[i] = i % SIZE < 60 ? NAN : 5;
  g_assert_true (pel_wand_grow (samples, &usual, inside, NULL));
  for (gint i = 0; i < N; i++)
    g_assert_cmpuint (inside[i], ==, i % SIZE >= 60);
  samples[N / 2] = INFINITY;
  g_assert_true (pel_wand_grow (samples, &exact, inside, NULL));
  g_assert_cmpuint (count (inside), ==, 0);
  g_assert_true (pel_wand_grow (samples, &usual, inside, NULL));
  g_assert_cmpuint (inside[N / 2], ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wand/disc", test_disc);
  g_test_add_func ("/wand/exact", test_exact);
  g_test_add_func ("/wand/reference", test_reference);
  g_test_add_func ("/wand/texture", test_texture);
  g_test_add_func ("/wand/rim", test_rim);
  g_test_add_func ("/wand/outside", test_outside);
  return g_test_run ();
}
