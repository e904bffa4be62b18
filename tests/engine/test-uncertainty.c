/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "engine/pel-engine.h"

static void
test_expected_dice (void)
{
  const float sure[] = { 1, 1, 0, 0, 0, 1 };
  const float none[] = { 0, 0, 0 };
  const float some[] = { 0.8f, 0.6f, 0.3f, 0.1f, NAN, 2.0f };

  g_assert_cmpfloat (pel_expected_dice (sure, 6, 0.5), ==, 1.0);
  g_assert_cmpfloat (pel_expected_dice (none, 3, 0.5), ==, 1.0);
  g_assert_cmpfloat (pel_expected_dice (NULL, 0, 0.5), ==, 1.0);
  /* 2 (0.8 + 0.6 + 1) / (3 + 0.8 + 0.6 + 0.3 + 0.1 + 1) */
  g_assert_cmpfloat_with_epsilon (pel_expected_dice (some, 6, 0.5), 4.8 / 5.8, 1e-6);
  /* Nothing is called foreground, but some is expected. */
  g_assert_cmpfloat (pel_expected_dice (some + 2, 2, 0.5), ==, 0.0);
}

/* Against drawing pixels by their probabilities, many times. */
static void
test_expected_dice_drawn (void)
{
  enum
  {
    N = 4000,
    TIMES = 200
  };
  g_autofree float *p = g_new (float, N);
  double mean = 0.0;

  for (guint i = 0; i < N; i++)
    p[i] = (float)pow (g_test_rand_double (), i % 2 == 0 ? 0.3 : 4.0);
  for (guint k = 0; k < TIMES; k++)
    {
      guint both = 0, called = 0, is = 0;

      for (guint i = 0; i < N; i++)
        {
          gboolean truth = g_test_rand_double () < (double)p[i], said = p[i] >= 0.5f;

          both += truth && said;
          called += said;
          is += truth;
        }
      mean += 2.0 * both / (called + is) / TIMES;
    }
  g_assert_cmpfloat_with_epsilon (pel_expected_dice (p, N, 0.5), mean, 0.005);
}

/* Against looking everywhere. */
static void
test_part (void)
{
  enum
  {
    W = 150,
    H = 110,
    SIDE = 32
  };
  g_autofree float *p = g_new (float, W *H);
  PelRect part;
  double found, best = 0.0;

  for (guint i = 0; i < W * H; i++)
    p[i] = i % 3 == 0 ? 0.02f : 0.98f;
  for (guint y = 60; y < 90; y++)
    for (guint x = 100; x < 130; x++)
      p[y * W + x] = 0.5f;
  found = pel_uncertain_part (p, W, H, SIDE, &part);
  g_assert_cmpint (part.width, ==, SIDE);
  g_assert_cmpint (part.height, ==, SIDE);
  for (guint y = 0; y + SIDE <= H; y++)
    for (guint x = 0; x + SIDE <= W; x++)
      {
        double sum = 0.0;

        for (guint j = 0; j < SIDE; j++)
          for (guint i = 0; i < SIDE; i++)
            sum += 1.0 - fabs (2.0 * (double)p[(y + j) * W + x + i] - 1.0);
        best = MAX (best, sum / (SIDE * SIDE));
      }
  g_assert_cmpfloat_with_epsilon (found, best, 0.05);
  g_assert_cmpint (ABS (part.x + SIDE / 2 - 115), <=, 3);
  g_assert_cmpint (ABS (part.y + SIDE / 2 - 75), <=, 3);

  /* A part larger than the image is the image. */
  pel_uncertain_part (p, W, H, 4096, &part);
  g_assert_cmpint (part.x + part.y, ==, 0);
  g_assert_cmpint (part.width, ==, W);
  g_assert_cmpint (part.height, ==, H);
  g_assert_cmpfloat (pel_uncertain_part (p, 1, 1, 64, &part), >=, 0.0);
  g_assert_cmpint (part.width, ==, 1);
}

/* By hand, values that are no probabilities among them. */
static void
test_map (void)
{
  float p[] = { 0.0f, 1.0f, 0.5f, 0.25f, 0.9f, NAN, -3.0f, 7.0f };
  const double expected[] = { 0.0, 0.0, 1.0, 0.5, 0.2, 0.0, 0.0, 0.0 };

  pel_uncertainty_map (p, G_N_ELEMENTS (p), p);
  for (guint i = 0; i < G_N_ELEMENTS (p); i++)
    g_assert_cmpfloat_with_epsilon (p[i], expected[i], 1e-6);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/uncertainty/expected-dice", test_expected_dice);
  g_test_add_func ("/uncertainty/expected-dice-drawn", test_expected_dice_drawn);
  g_test_add_func ("/uncertainty/map", test_map);
  g_test_add_func ("/uncertainty/part", test_part);
  return g_test_run ();
}
