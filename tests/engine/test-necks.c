/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-necks.h"

#include <glib.h>
#include <math.h>
#include "engine/core/pel-random.h"
#include "engine/segment/pel-components.h"

enum
{
  W = 160,
  H = 90
};

static gboolean
in_disc (guint x, guint y, double cx, double cy, double radius)
{
  return hypot (x + 0.5 - cx, y + 0.5 - cy) <= radius;
}

static guint32
cut (guint32 *labels, float ratio)
{
  g_autoptr (GError) error = NULL;
  g_autofree float *distance = g_new (float, W *H);
  guint32 n = 0;
  gboolean good = pel_necks_cut (labels, W, H, ratio, distance, &n, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (good);
  return n;
}

/* Two discs of radius 20 that meet in a bridge of half-width @half, both drawn @scale times. */
static void
draw_discs (guint32 *labels, double half, double scale)
{
  for (guint i = 0; i < W * H; i++)
    {
      guint x = i % W, y = i / W;
      gboolean bridge = fabs (y + 0.5 - 45.0) <= half * scale && x >= 40 && x < 120;
      labels[i] = in_disc (x, y, 80 - 26 * scale, 45, 20 * scale) ||
                          in_disc (x, y, 80 + 26 * scale, 45, 20 * scale) ||
                          (bridge && fabs (x + 0.5 - 80.0) <= 26 * scale)
                      ? 1
                      : 0;
    }
}

/* A neck is cut when it is narrower than the ratio says, whatever the size of the cells. */
static void
test_discs (void)
{
  guint32 labels[W * H];
  for (double scale = 0.5; scale <= 1.5; scale += 0.5)
    {
      draw_discs (labels, 5.0, scale);
      g_assert_cmpuint (cut (labels, 0.4f), ==, 2);
      g_assert_cmpuint (labels[45 * W + 80 - (guint)(26 * scale)], ==, 1);
      g_assert_cmpuint (labels[45 * W + 80 + (guint)(26 * scale)], ==, 2);
      draw_discs (labels, 11.0, scale);
      g_assert_cmpuint (cut (labels, 0.4f), ==, 1);
      draw_discs (labels, 5.0, scale);
      g_assert_cmpuint (cut (labels, 0.0f), ==, 1);
    }
}

/* A stretched cell, a bent one and one with arms have no necks: their width changes slowly. */
static void
test_stretched (void)
{
  guint32 labels[W * H];
  for (guint i = 0; i < W * H; i++)
    {
      guint x = i % W, y = i / W;
      double r = hypot (x + 0.5 - 80.0, y + 0.5 - 70.0);
      labels[i] = (y >= 4 && y < 14 && x > 5 && x < 150) || (r > 38 && r < 50 && y < 70) ? 1 : 0;
    }
  guint32 n;
  gboolean good = pel_components_plane (labels, W, H, PEL_CONNECTIVITY_4, labels, &n, NULL);
  g_assert_true (good);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (cut (labels, 0.4f), ==, 2);

  for (guint i = 0; i < W * H; i++)
    {
      double dx = i % W + 0.5 - 80.0, dy = i / W + 0.5 - 45.0;
      double arm = 3.0 + 0.1 * MAX (0.0, 40.0 - hypot (dx, dy));
      gboolean star = hypot (dx, dy) < 40.0 && (fabs (dx) < arm || fabs (dy) < arm);
      labels[i] = star || hypot (dx, dy) < 12.0 ? 1 : 0;
    }
  g_assert_cmpuint (cut (labels, 0.4f), ==, 1);
}

/* On noise: pixels stay where they are, pieces stay inside one label, and more are cut the higher
 * the ratio is. */
static void
test_noise (void)
{
  PelRandom random;
  pel_random_init (&random, 5, 0);
  guint32 before[W * H], after[W * H], last = 0;
  for (guint i = 0; i < W * H; i++)
    before[i] = pel_random_uniform (&random) < 0.7;
  guint32 n_before;
  gboolean good = pel_components_plane (before, W, H, PEL_CONNECTIVITY_4, before, &n_before, NULL);
  g_assert_true (good);
  for (float ratio = 0.0f; ratio <= 1.0f; ratio += 0.25f)
    {
      for (guint i = 0; i < W * H; i++)
        after[i] = before[i];
      guint32 n = cut (after, ratio);
      g_autofree guint32 *owner = g_new0 (guint32, n + 1);
      for (guint i = 0; i < W * H; i++)
        {
          g_assert_true ((before[i] == 0) == (after[i] == 0));
          g_assert_cmpuint (after[i], <=, n);
          if (after[i] == 0)
            continue;
          if (owner[after[i]] == 0)
            owner[after[i]] = before[i];
          g_assert_cmpuint (owner[after[i]], ==, before[i]);
        }
      for (guint32 k = 1; k <= n; k++)
        g_assert_cmpuint (owner[k], !=, 0);
      g_assert_cmpuint (n, >=, MAX (n_before, last));
      if (ratio == 0.0f)
        g_assert_cmpuint (n, ==, n_before);
      last = n;
    }
}

/* Nothing at all, and nothing but one label. */
static void
test_plain (void)
{
  guint32 labels[W * H] = { 0 };
  g_assert_cmpuint (cut (labels, 0.4f), ==, 0);
  for (guint i = 0; i < W * H; i++)
    labels[i] = 7;
  g_assert_cmpuint (cut (labels, 0.4f), ==, 1);
  g_assert_cmpuint (labels[W * H / 2], ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/necks/discs", test_discs);
  g_test_add_func ("/necks/stretched", test_stretched);
  g_test_add_func ("/necks/noise", test_noise);
  g_test_add_func ("/necks/plain", test_plain);
  return g_test_run ();
}
