/* SPDX-License-Identifier: MIT */
#include "engine/pel-engine.h"

#include <math.h>
#include <string.h>

#define W 70
#define H 60

static guint32 plane[W * H];
static float map[W * H];

/* Patches of a few labels with holes and single pixels, and a smooth random map. */
static PelLabels *
random_scene (GRand *rand)
{
  const PelRect clip = { 0, 0, W, H };
  double phase[6];

  memset (plane, 0, sizeof plane);
  for (guint i = 0; i < 60; i++)
    {
      gint x0 = g_rand_int_range (rand, 0, W), y0 = g_rand_int_range (rand, 0, H);
      gint r = g_rand_int_range (rand, 0, 9);
      guint32 label = i % 3 ? (guint32)g_rand_int_range (rand, 1, 6) : 0;

      for (gint y = MAX (y0 - r, 0); y <= MIN (y0 + r, clip.height - 1); y++)
        {
          for (gint x = MAX (x0 - r, 0); x <= MIN (x0 + r, clip.width - 1); x++)
            {
              if (hypot (x - x0, y - y0) <= r)
                plane[y * W + x] = label;
            }
        }
    }
  for (guint i = 0; i < 6; i++)
    phase[i] = g_rand_double_range (rand, 0, 6);
  for (gint y = 0; y < H; y++)
    {
      for (gint x = 0; x < W; x++)
        {
          double z = sin (x * 0.3 + phase[0]) + cos (y * 0.27 + phase[1]) +
                     sin ((x + y) * 0.15 + phase[2]) + 0.8;

          map[y * W + x] = (float)(1 / (1 + exp (-2 * z)));
        }
    }
  return pel_labels_new_from_data (W, H, plane, W, NULL);
}

static double
ring_area (const float *xy, guint n)
{
  double area = 0;

  for (guint i = 0; i < n; i++)
    {
      guint j = (i + 1) % n;

      area += (double)xy[2 * i] * (double)xy[2 * j + 1] - (double)xy[2 * j] * (double)xy[2 * i + 1];
    }
  return area / 2;
}

static void
set_pixels (gint y, gint x0, gint x1, gpointer data)
{
  guint8 *seen = data;

  for (gint x = x0; x < x1; x++)
    seen[y * W + x]++;
}

/* The pixels whose centres a cell's rings enclose. */
static void
enclosed (const PelContourSet *set, const PelContourCell *cell, guint8 *seen)
{
  const PelContourRing *rings = pel_contour_set_get_rings (set);
  const float *points = pel_contour_set_get_points (set);
  const PelRect clip = { 0, 0, W, H };
  g_autoptr (GArray) xy = g_array_new (FALSE, FALSE, sizeof (double));
  g_autofree gsize *ends = g_new (gsize, cell->n_rings + 1);

  memset (seen, 0, W * H);
  for (guint r = 0; r < cell->n_rings; r++)
    {
      const PelContourRing *ring = &rings[cell->first_ring + r];

      for (guint i = 0; i < 2 * ring->n_points; i++)
        {
          double value = (double)points[2 * ring->first_point + i];
          g_array_append_val (xy, value);
        }
      ends[r] = xy->len / 2;
    }
  g_assert_true (pel_raster_rings ((const double *)(gconstpointer)xy->data, ends, cell->n_rings,
                                   PEL_FILL_EVEN_ODD, &clip, set_pixels, seen));
}

/* Pixel edges enclose exactly the label's pixels, in corners only, holes turning the other way. */
static void
test_pixel_edges (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (31);

  for (guint round = 0; round < 60; round++)
    {
      g_autoptr (PelLabels) labels = random_scene (rand);
      g_autoptr (PelContourSet) set = pel_contours_trace (labels, NULL, NULL, NULL, NULL);
      const float *points = pel_contour_set_get_points (set);
      guint8 seen[W * H];
      guint n_cells, n_pixels = 0;
      const PelContourCell *cells = pel_contour_set_get_cells (set, &n_cells);

      for (guint c = 0; c < n_cells; c++)
        {
          double area = 0;
          guint n = 0;

          g_assert_true (pel_contour_set_find (set, cells[c].label) == &cells[c]);
          enclosed (set, &cells[c], seen);
          for (guint i = 0; i < W * H; i++)
            {
              g_assert_cmpint (seen[i], ==, plane[i] == cells[c].label);
              n += seen[i];
            }
          n_pixels += n;
          for (guint r = cells[c].first_ring; r < cells[c].first_ring + cells[c].n_rings; r++)
            {
              const PelContourRing *ring = &pel_contour_set_get_rings (set)[r];

              area += ring_area (points + 2 * ring->first_point, ring->n_points);
              for (guint i = 0; i < ring->n_points; i++)
                {
                  const float *a = points + 2 * (ring->first_point + i);
                  const float *b = points + 2 * (ring->first_point + (i + 1) % ring->n_points);

                  g_assert_true (a[0] == floorf (a[0]) && a[1] == floorf (a[1]));
                  g_assert_true ((a[0] == b[0]) != (a[1] == b[1]));
                }
            }
          g_assert_cmpfloat (area, ==, n);
        }
      for (guint i = 0; i < W * H; i++)
        n_pixels -= plane[i] != 0;
      g_assert_cmpuint (n_pixels, ==, 0);
      g_assert_null (pel_contour_set_find (set, 77));
    }
}

/* With a map, the outline encloses the centres of just those pixels of the label that reach
 * the level, and stays within half a pixel of the label towards others. */
static void
test_map (void)
{
  static const float levels[] = { 0.25f, 0.5f, 0.75f };
  g_autoptr (GRand) rand = g_rand_new_with_seed (32);

  for (guint round = 0; round < 60; round++)
    {
      g_autoptr (PelLabels) labels = random_scene (rand);
      PelContourOptions options = { levels[round % 3], NULL, 0 };
      g_autoptr (PelContourSet) set = pel_contours_trace (labels, map, &options, NULL, NULL);
      guint8 seen[W * H];
      guint n_cells;
      const PelContourCell *cells = pel_contour_set_get_cells (set, &n_cells);
      const float *points = pel_contour_set_get_points (set);

      for (guint c = 0; c < n_cells; c++)
        {
          enclosed (set, &cells[c], seen);
          for (guint i = 0; i < W * H; i++)
            g_assert_cmpint (seen[i], ==, plane[i] == cells[c].label && map[i] >= options.level);
          for (guint r = cells[c].first_ring; r < cells[c].first_ring + cells[c].n_rings; r++)
            {
              const PelContourRing *ring = &pel_contour_set_get_rings (set)[r];

              for (guint i = 0; i < ring->n_points; i++)
                {
                  const float *a = points + 2 * (ring->first_point + i);
                  gboolean near = FALSE;

                  g_assert_true (a[0] >= 0 && a[1] >= 0 && a[0] <= W && a[1] <= H);
                  /* Some pixel of the label has its centre less than a pixel and a half off. */
                  for (gint y = (gint)a[1] - 1; y <= (gint)a[1] + 1; y++)
                    {
                      for (gint x = (gint)a[0] - 1; x <= (gint)a[0] + 1; x++)
                        near |= pel_labels_get (labels, x, y) == cells[c].label;
                    }
                  g_assert_true (near);
                }
            }
        }

      /* One label of a part of the image. */
      const PelRect area = { 10, 5, 40, 40 };
      options.area = &area;
      options.label = 2;
      g_autoptr (PelContourSet) part = pel_contours_trace (labels, map, &options, NULL, NULL);
      cells = pel_contour_set_get_cells (part, &n_cells);
      g_assert_cmpuint (n_cells, <=, 1);
      if (n_cells == 1)
        g_assert_cmpuint (cells[0].label, ==, 2);
    }
}

/* A straight blurred edge is found where it is, whatever the level and the phase. */
static void
test_edge (void)
{
  for (guint step = 0; step < 10; step++)
    {
      const double edge = 20 + step / 10.0;
      static const float levels[] = { 0.25f, 0.5f, 0.75f };

      for (guint i = 0; i < W * H; i++)
        {
          double x = i % W + 0.5;

          map[i] = (float)(1 / (1 + exp (-(edge - x) / 0.8)));
          plane[i] = x < edge + 5;
        }
      g_autoptr (PelLabels) labels = pel_labels_new_from_data (W, H, plane, W, NULL);
      for (guint k = 0; k < 3; k++)
        {
          PelContourOptions options = { levels[k], NULL, 0 };
          g_autoptr (PelContourSet) set = pel_contours_trace (labels, map, &options, NULL, NULL);
          double level = (double)levels[k], truth = edge - 0.8 * log (level / (1 - level));

          g_assert_cmpfloat_with_epsilon ((double)pel_contour_set_find (set, 1)->bounds[2], truth,
                                          1e-3);
          g_assert_cmpfloat ((double)pel_contour_set_find (set, 1)->bounds[0], ==, 0);
        }
    }
}

/* Two labels that touch on a plateau: both outlines run along the edge between them. */
static void
test_touching (void)
{
  for (guint i = 0; i < W * H; i++)
    {
      gint x = i % W, y = (gint)i / W;
      gboolean in = x >= 10 && x < 50 && y >= 10 && y < 40;

      map[i] = in ? 0.95f : 0.02f;
      plane[i] = in ? (x < 30 ? 1 : 2) : 0;
    }
  g_autoptr (PelLabels) labels = pel_labels_new_from_data (W, H, plane, W, NULL);
  g_autoptr (PelContourSet) set = pel_contours_trace (labels, map, NULL, NULL, NULL);
  g_assert_cmpfloat ((double)pel_contour_set_find (set, 1)->bounds[2], ==, 30);
  g_assert_cmpfloat ((double)pel_contour_set_find (set, 2)->bounds[0], ==, 30);

  /* A label cut off within the plateau ends at its own edge, too. */
  for (guint i = 0; i < W * H; i++)
    plane[i] = plane[i] == 1 ? 1 : 0;
  g_autoptr (PelLabels) cut = pel_labels_new_from_data (W, H, plane, W, NULL);
  g_autoptr (PelContourSet) alone = pel_contours_trace (cut, map, NULL, NULL, NULL);
  g_assert_cmpfloat ((double)pel_contour_set_find (alone, 1)->bounds[2], ==, 30);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contour/pixel-edges", test_pixel_edges);
  g_test_add_func ("/contour/map", test_map);
  g_test_add_func ("/contour/edge", test_edge);
  g_test_add_func ("/contour/touching", test_touching);
  return g_test_run ();
}
