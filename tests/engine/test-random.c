/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-random.h"

#include <math.h>

/* The known answers that the authors of Philox publish with their library (Random123,
 * kat_vectors): counter, key, result. */
static const guint32 known[][10] = {
  { 0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 },
  { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d, 0x41c83b0e,
    0xa20bc7c6, 0x6d5451fd },
  { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09, 0x94fdcceb,
    0x5001e420, 0x24126ea1 },
};

static void
test_known (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      guint32 out[4];

      pel_philox4x32 (known[i], known[i] + 4, out);
      for (guint j = 0; j < 4; j++)
        g_assert_cmphex (out[j], ==, known[i][6 + j]);
    }
}

/* Key, stream and counter are all in the block, in full width. */
static void
test_streams (void)
{
  static const guint64 keys[][2] = {
    { 1, 1 }, { 1, 2 }, { 2, 1 }, { 1, 1ull << 40 }, { 1ull << 40, 1 }
  };
  guint32 first[G_N_ELEMENTS (keys)];

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      PelRandom random, again;

      pel_random_init (&random, keys[i][0], keys[i][1]);
      first[i] = pel_random_u32 (&random);
      for (gsize j = 0; j < i; j++)
        g_assert_cmphex (first[i], !=, first[j]);

      /* A copy continues like the original. */
      pel_random_normal (&random);
      again = random;
      for (guint j = 0; j < 9; j++)
        g_assert_true (pel_random_normal (&random) == pel_random_normal (&again));
      g_assert_cmphex (pel_random_u32 (&random), ==, pel_random_u32 (&again));
    }
}

static void
test_uniform (void)
{
  PelRandom random;
  double sum = 0, squares = 0;
  guint n = 200000, low = 0;

  pel_random_init (&random, 7, 0);
  for (guint i = 0; i < n; i++)
    {
      double u = pel_random_uniform (&random);

      g_assert_true (u >= 0 && u < 1);
      sum += u;
      squares += u * u;
      low += u < 0.125;
    }
  /* Four deviations of each estimate. */
  g_assert_cmpfloat (fabs (sum / n - 0.5), <, 4 * sqrt (1.0 / 12 / n));
  g_assert_cmpfloat (fabs (squares / n - 1.0 / 3), <, 4 * sqrt (4.0 / 45 / n));
  g_assert_cmpfloat (fabs ((double)low / n - 0.125), <, 4 * sqrt (0.125 * 0.875 / n));
}

static void
test_normal (void)
{
  PelRandom random;
  double moments[5] = { 0 };
  guint n = 200000;

  pel_random_init (&random, 8, 0);
  for (guint i = 0; i < n; i++)
    {
      double x = pel_random_normal (&random), power = 1;

      g_assert_true (isfinite (x));
      for (guint j = 1; j <= 4; j++)
        moments[j] += power *= x;
    }
  g_assert_cmpfloat (fabs (moments[1] / n), <, 4 * sqrt (1.0 / n));
  g_assert_cmpfloat (fabs (moments[2] / n - 1), <, 4 * sqrt (2.0 / n));
  g_assert_cmpfloat (fabs (moments[3] / n), <, 4 * sqrt (15.0 / n));
  g_assert_cmpfloat (fabs (moments[4] / n - 3), <, 4 * sqrt (96.0 / n));
}

static void
test_below (void)
{
  PelRandom random;
  guint counts[7] = { 0 }, n = 70000;

  pel_random_init (&random, 9, 0);
  for (guint i = 0; i < n; i++)
    counts[pel_random_below (&random, 7)]++;
  for (guint i = 0; i < 7; i++)
    g_assert_cmpfloat (fabs (counts[i] - n / 7.0), <, 4 * sqrt (n / 7.0));
  for (guint i = 0; i < 100; i++)
    {
      double x = pel_random_range (&random, -2, 3);

      g_assert_cmpuint (pel_random_below (&random, 1), ==, 0);
      g_assert_true (x >= -2 && x < 3);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/random/known", test_known);
  g_test_add_func ("/random/streams", test_streams);
  g_test_add_func ("/random/uniform", test_uniform);
  g_test_add_func ("/random/normal", test_normal);
  g_test_add_func ("/random/below", test_below);
  return g_test_run ();
}
