/* SPDX-License-Identifier: MIT */
#include "engine/pel-engine.h"

#include <math.h>
#include <string.h>

#define W 60
#define H 50

static guint8 seen[W * H];

static void
mark (gint y, gint x0, gint x1, gpointer data)
{
  const PelRect *clip = data;

  g_assert_cmpint (x0, <, x1);
  g_assert_cmpint (x0, >=, clip->x);
  g_assert_cmpint (x1, <=, clip->x + clip->width);
  g_assert_cmpint (y, >=, clip->y);
  g_assert_cmpint (y, <, clip->y + clip->height);
  for (gint x = x0; x < x1; x++)
    g_assert_cmpint (seen[y * W + x]++, ==, 0);
}

static PelRect
random_clip (GRand *rand)
{
  PelRect clip = { 0, 0, W, H };

  if (g_rand_boolean (rand))
    clip = (PelRect){ g_rand_int_range (rand, 0, 30), g_rand_int_range (rand, 0, 20),
                      g_rand_int_range (rand, 0, 30), g_rand_int_range (rand, 0, 30) };
  return clip;
}

static gboolean
in_clip (const PelRect *clip, gint x, gint y)
{
  return x >= clip->x && y >= clip->y && x < clip->x + clip->width && y < clip->y + clip->height;
}

/* Discs at halves and quarters of pixels, where squares are exact numbers. */
static void
test_disc (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (21);

  for (guint round = 0; round < 500; round++)
    {
      double cx = g_rand_int_range (rand, -40, 280) / 4.0,
             cy = g_rand_int_range (rand, -40, 240) / 4.0;
      double r = g_rand_int_range (rand, 0, 100) / 4.0;
      PelRect clip = random_clip (rand);

      memset (seen, 0, sizeof seen);
      pel_raster_disc (cx, cy, r, &clip, mark, &clip);
      for (gint y = 0; y < H; y++)
        {
          for (gint x = 0; x < W; x++)
            {
              double dx = x + 0.5 - cx, dy = y + 0.5 - cy;
              gboolean inside = dx * dx + dy * dy <= r * r && in_clip (&clip, x, y);

              g_assert_cmpint (seen[y * W + x], ==, inside);
            }
        }
    }
}

/* How far a point is outside of the hull of two discs: below 0 inside. The least, over the
 * discs between the two, of the distance to one of them; the function is convex. */
static double
outside_capsule (double x, double y, const double *c0, const double *c1)
{
  double low = 0, high = 1;

  for (guint i = 0; i < 100; i++)
    {
      double t[2] = { low + (high - low) / 3, high - (high - low) / 3 }, d[2];

      for (guint k = 0; k < 2; k++)
        d[k] = hypot (x - c0[0] - t[k] * (c1[0] - c0[0]), y - c0[1] - t[k] * (c1[1] - c0[1])) -
               (c0[2] + t[k] * (c1[2] - c0[2]));
      if (d[0] < d[1])
        high = t[1];
      else
        low = t[0];
    }
  return hypot (x - c0[0] - low * (c1[0] - c0[0]), y - c0[1] - low * (c1[1] - c0[1])) -
         (c0[2] + low * (c1[2] - c0[2]));
}

static void
test_capsule (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (22);

  for (guint round = 0; round < 300; round++)
    {
      double c[2][3];
      PelRect clip = random_clip (rand);

      for (guint i = 0; i < 2; i++)
        {
          c[i][0] = g_rand_double_range (rand, -10, W + 10);
          c[i][1] = g_rand_double_range (rand, -10, H + 10);
          c[i][2] = g_rand_double_range (rand, 0, round % 3 ? 12 : 40);
        }
      if (round % 7 == 0)
        c[1][1] = c[0][1];
      memset (seen, 0, sizeof seen);
      pel_raster_capsule (c[0][0], c[0][1], c[0][2], c[1][0], c[1][1], c[1][2], &clip, mark, &clip);
      for (gint y = 0; y < H; y++)
        {
          for (gint x = 0; x < W; x++)
            {
              double outside = outside_capsule (x + 0.5, y + 0.5, c[0], c[1]);

              if (fabs (outside) > 1e-6)
                g_assert_cmpint (seen[y * W + x], ==, outside < 0 && in_clip (&clip, x, y));
            }
        }
    }
}

/* Winding number and number of crossings to the right of a point. */
static void
count_crossings (const double *xy, gsize n, double x, double y, gint *winding, gint *crossings)
{
  *winding = *crossings = 0;
  for (gsize i = 0; i < n; i++)
    {
      const double *a = xy + 2 * i, *b = xy + 2 * ((i + 1) % n);

      if ((a[1] <= y) == (b[1] <= y))
        continue;
      if (a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) > x)
        {
          *crossings += 1;
          *winding += b[1] > a[1] ? 1 : -1;
        }
    }
}

static void
test_polygon (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (23);

  for (guint round = 0; round < 400; round++)
    {
      gsize n = (gsize)g_rand_int_range (rand, 0, 14);
      double xy[2 * 14];
      PelRect clip = random_clip (rand);
      PelFillRule rule = round % 2 ? PEL_FILL_NON_ZERO : PEL_FILL_EVEN_ODD;

      for (gsize i = 0; i < 2 * n; i++)
        xy[i] = g_rand_double_range (rand, -15, 75);
      memset (seen, 0, sizeof seen);
      g_assert_true (pel_raster_polygon (xy, n, rule, &clip, mark, &clip));
      for (gint y = 0; y < H; y++)
        {
          for (gint x = 0; x < W; x++)
            {
              gint winding, crossings;

              count_crossings (xy, n < 3 ? 0 : n, x + 0.5, y + 0.5, &winding, &crossings);
              gboolean inside = rule == PEL_FILL_NON_ZERO ? winding != 0 : crossings % 2;
              g_assert_cmpint (seen[y * W + x], ==, inside && in_clip (&clip, x, y));
            }
        }
    }
}

/* Triangles of a fan around a point share edges and corners: together they cover each pixel of
 * their union once, centres on edges included. */
static void
test_shared_edges (void)
{
  const double corners[][2] = {
    { 5.5, 5.5 }, { 40.5, 5.5 }, { 45.5, 30.5 }, { 20.5, 45.5 }, { 5.5, 30.5 }
  };
  const double middle[2] = { 20.5, 20.5 };
  PelRect clip = { 0, 0, W, H };
  guint8 fan[W * H];

  memset (seen, 0, sizeof seen);
  for (guint i = 0; i < 5; i++)
    {
      const double *a = corners[i], *b = corners[(i + 1) % 5];
      const double xy[6] = { middle[0], middle[1], a[0], a[1], b[0], b[1] };

      /* mark() fails where a pixel comes twice. */
      g_assert_true (pel_raster_polygon (xy, 3, PEL_FILL_NON_ZERO, &clip, mark, &clip));
    }
  memcpy (fan, seen, sizeof fan);
  memset (seen, 0, sizeof seen);
  g_assert_true (pel_raster_polygon (corners[0], 5, PEL_FILL_EVEN_ODD, &clip, mark, &clip));
  g_assert_cmpmem (fan, sizeof fan, seen, sizeof seen);
}

static void
test_hostile (void)
{
  const double bad[] = { NAN, 0, 10, 10, INFINITY, 3 };
  const double huge[] = { -1e300, -1e300, 1e300, -1e300, 1e300, 1e300, -1e300, 1e300 };
  PelRect clip = { 0, 0, W, H };

  memset (seen, 0, sizeof seen);
  pel_raster_disc (NAN, 0, 5, &clip, mark, &clip);
  pel_raster_disc (5, 5, INFINITY, &clip, mark, &clip);
  pel_raster_disc (5, 5, -1, &clip, mark, &clip);
  pel_raster_disc (1e18, 5, 3, &clip, mark, &clip);
  g_assert_true (pel_raster_polygon (bad, 3, PEL_FILL_NON_ZERO, &clip, mark, &clip));
  for (guint i = 0; i < W * H; i++)
    g_assert_cmpint (seen[i], ==, 0);
  pel_raster_disc (30, 25, 1e9, &clip, mark, &clip);
  for (guint i = 0; i < W * H; i++)
    g_assert_cmpint (seen[i], ==, 1);
  memset (seen, 0, sizeof seen);
  g_assert_true (pel_raster_polygon (huge, 4, PEL_FILL_NON_ZERO, &clip, mark, &clip));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/raster/disc", test_disc);
  g_test_add_func ("/raster/capsule", test_capsule);
  g_test_add_func ("/raster/polygon", test_polygon);
  g_test_add_func ("/raster/shared-edges", test_shared_edges);
  g_test_add_func ("/raster/hostile", test_hostile);
  return g_test_run ();
}
