/* SPDX-License-Identifier: MIT */
/* The smart edge's map and ways: against plain relaxation, and on pictures with a known edge. */
#include "engine/pel-engine.h"

#include <math.h>

static void
fill_random (float *values, guint n, guint seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  for (guint i = 0; i < n; i++)
    values[i] = (float)g_rand_double (random);
}

static double
get_step (const float *edge, guint width, gint x, gint y, gint u, gint v)
{
  double a = 1 - (double)edge[(guint)y * width + (guint)x];
  double b = 1 - (double)edge[(guint)v * width + (guint)u];

  return hypot (u - x, v - y) * (2.0 / 64 + a * a + b * b) / 2;
}

/* Costs by relaxing every step until nothing changes any more. */
static void
relax (const float *edge, gint width, gint height, gint x0, gint y0, double *costs)
{
  gboolean changed = TRUE;

  for (gint i = 0; i < width * height; i++)
    costs[i] = G_MAXDOUBLE;
  costs[y0 * width + x0] = 0;
  while (changed)
    {
      changed = FALSE;
      for (gint y = 0; y < height; y++)
        for (gint x = 0; x < width; x++)
          for (gint v = MAX (y - 1, 0); v <= MIN (y + 1, height - 1); v++)
            for (gint u = MAX (x - 1, 0); u <= MIN (x + 1, width - 1); u++)
              {
                double cost = costs[y * width + x];

                if ((u == x && v == y) || cost == G_MAXDOUBLE)
                  continue;
                cost += get_step (edge, (guint)width, x, y, u, v);
                if (cost < costs[v * width + u] - 1e-12)
                  {
                    costs[v * width + u] = cost;
                    changed = TRUE;
                  }
              }
    }
}

static void
test_costs (void)
{
  enum
  {
    WIDTH = 43,
    HEIGHT = 31,
  };
  g_autofree float *edge = g_new (float, WIDTH *HEIGHT);
  g_autofree double *costs = g_new (double, WIDTH *HEIGHT);

  for (guint seed = 1; seed <= 5; seed++)
    {
      gint x0 = (gint)(seed * 7 % WIDTH), y0 = (gint)(seed * 11 % HEIGHT);
      g_autoptr (PelLiveWire) wire = NULL;

      fill_random (edge, WIDTH * HEIGHT, seed);
      relax (edge, WIDTH, HEIGHT, x0, y0, costs);
      wire = pel_live_wire_new (edge, WIDTH, HEIGHT, (guint)x0, (guint)y0, NULL, NULL);
      g_assert_nonnull (wire);
      for (gint y = 0; y < HEIGHT; y++)
        for (gint x = 0; x < WIDTH; x++)
          {
            g_autoptr (GArray) path = pel_live_wire_get_path (wire, (guint)x, (guint)y);
            const gint32 *xy = (const gint32 *)(void *)path->data;
            double cost = pel_live_wire_get_cost (wire, (guint)x, (guint)y), sum = 0;
            guint n = path->len / 2;

            /* Rounded to 1024ths at each step. */
            g_assert_cmpfloat_with_epsilon (cost, costs[y * WIDTH + x], 0.001 * n + 1e-9);
            g_assert_cmpint (xy[0], ==, x0);
            g_assert_cmpint (xy[1], ==, y0);
            g_assert_cmpint (xy[2 * n - 2], ==, x);
            g_assert_cmpint (xy[2 * n - 1], ==, y);
            for (guint i = 1; i < n; i++)
              {
                g_assert_cmpint (ABS (xy[2 * i] - xy[2 * i - 2]), <=, 1);
                g_assert_cmpint (ABS (xy[2 * i + 1] - xy[2 * i - 1]), <=, 1);
                sum +=
                    get_step (edge, WIDTH, xy[2 * i - 2], xy[2 * i - 1], xy[2 * i], xy[2 * i + 1]);
              }
            g_assert_cmpfloat_with_epsilon (sum, cost, 0.001 * n + 1e-9);
          }
    }
}

/* Round a blurry noisy disc the way keeps to its rim, though the straight line is much shorter. */
static void
test_follows_rim (void)
{
  enum
  {
    SIZE = 160,
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autofree float *samples = g_new (float, SIZE *SIZE);
  g_autofree float *edge = g_new (float, SIZE *SIZE);
  g_autoptr (PelLiveWire) wire = NULL;
  g_autoptr (GArray) path = NULL;
  const double radius = 50;

  for (gint i = 0; i < SIZE * SIZE; i++)
    {
      double distance = hypot (i % SIZE - 79.5, i / SIZE - 79.5);

      samples[i] = (float)(100 + 60 / (1 + exp ((distance - radius) / 2)) +
                           g_rand_double_range (random, -6, 6));
    }
  g_assert_true (pel_edge_map_from_image (samples, SIZE, SIZE, edge, NULL));
  wire = pel_live_wire_new (edge, SIZE, SIZE, 79 + 50, 79, NULL, NULL);
  path = pel_live_wire_get_path (wire, 79, 79 - 50);
  g_assert_cmpuint (path->len / 2, >, 50);
  for (guint i = 0; i < path->len; i += 2)
    {
      const gint32 *xy = &g_array_index (path, gint32, i);

      g_assert_cmpfloat (fabs (hypot (xy[0] - 79.5, xy[1] - 79.5) - radius), <, 3);
    }
}

static void
test_map (void)
{
  float samples[20 * 12], edge[20 * 12], louder[20 * 12];
  const float p[5] = { 0, 0.5f, 1, 0.1f, NAN }, border[5] = { 0.2f, 0, 0.9f, NAN, 0.25f };
  float from_model[5];

  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    samples[i] = i % 20 < 10 ? 40 : 90;
  g_assert_true (pel_edge_map_from_image (samples, 20, 12, edge, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      guint x = i % 20;

      if (x == 9 || x == 10)
        g_assert_cmpfloat (edge[i], >, 0.95f);
      else if (x < 3 || x > 16)
        g_assert_cmpfloat (edge[i], <, 0.05f);
      else
        g_assert_cmpfloat (edge[i], <, edge[i / 20 * 20 + 9]);
      samples[i] = 1000 + 40 * samples[i];
    }
  /* The unit of the samples is of no account; what is missing is no edge. */
  g_assert_true (pel_edge_map_from_image (samples, 20, 12, louder, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    g_assert_cmpfloat_with_epsilon (edge[i], louder[i], 0.01);
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    samples[i] = i % 20 < 10 ? 40 : NAN;
  g_assert_true (pel_edge_map_from_image (samples, 20, 12, edge, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    g_assert_cmpfloat (edge[i], ==, 0);

  {
    float both[2][20 * 12], seen[20 * 12];

    /* A step across in the one, a step down in the other, which would undo each other in a sum:
     * both are edges, the fainter one as much fainter as it is. */
    for (guint i = 0; i < 20 * 12; i++)
      {
        both[0][i] = i % 20 < 10 ? 0 : 1;
        both[1][i] = i % 20 < 10 ? 1 : i / 20 < 6 ? 0.4f : 0;
      }
    g_assert_true (pel_edge_map_from_channels (both[0], 2, 20, 12, seen, NULL));
    g_assert_true (pel_edge_map_from_image (both[0], 20, 12, edge, NULL));
    for (guint y = 0; y < 12; y++)
      g_assert_cmpfloat (seen[y * 20 + 9], >, 0.95f);
    g_assert_cmpfloat_with_epsilon (seen[5 * 20 + 17], 0.4f, 0.05f);
    g_assert_cmpfloat (edge[5 * 20 + 17], <, 0.05f);
    g_assert_cmpfloat (seen[5 * 20 + 2], <, 0.05f);
    /* A channel with nothing in it takes nothing away. */
    for (guint i = 0; i < 20 * 12; i++)
      both[1][i] = 7;
    g_assert_true (pel_edge_map_from_channels (both[0], 2, 20, 12, seen, NULL));
    for (guint i = 0; i < 20 * 12; i++)
      g_assert_cmpfloat_with_epsilon (seen[i], edge[i], 1e-4);
  }

  pel_edge_map_from_probability (p, NULL, 5, from_model);
  g_assert_cmpfloat (from_model[0], ==, 0);
  g_assert_cmpfloat (from_model[1], ==, 1);
  g_assert_cmpfloat (from_model[2], ==, 0);
  g_assert_cmpfloat_with_epsilon (from_model[3], 0.36, 1e-6);
  g_assert_cmpfloat (from_model[4], ==, 0);
  pel_edge_map_from_probability (p, border, 5, from_model);
  g_assert_cmpfloat (from_model[0], ==, 0.2f);
  g_assert_cmpfloat (from_model[2], ==, 0.9f);
  g_assert_cmpfloat_with_epsilon (from_model[3], 0.36, 1e-6);
  g_assert_cmpfloat (from_model[4], ==, 0.25f);
}

static void
test_read_scaled (void)
{
  g_autoptr (PelImage) image = pel_image_new (21, 13, 1, PEL_SAMPLE_U16, NULL);
  guint16 *plane = pel_image_get_writable_plane (image, 0);
  PelRect area = { -2, -1, 26, 16 };
  float out[26 * 16];

  for (guint i = 0; i < 21 * 13; i++)
    plane[i] = (guint16)(i * 37 % 501);
  pel_image_read_scaled (image, 0, 1, &area, out);
  for (gint y = 0; y < 16; y++)
    for (gint x = 0; x < 26; x++)
      {
        float value = out[y * 26 + x];
        gint u = x - 2, v = y - 1;

        if (u < 0 || v < 0 || u >= 21 || v >= 13)
          g_assert_true (isnan (value));
        else
          g_assert_cmpfloat (value, ==, plane[v * 21 + u]);
      }
  area = (PelRect){ 0, 0, 11, 7 };
  pel_image_read_scaled (image, 0, 2, &area, out);
  for (gint y = 0; y < 6; y++)
    for (gint x = 0; x < 10; x++)
      {
        guint sum = 0;

        for (gint k = 0; k < 4; k++)
          sum += plane[(2 * y + k / 2) * 21 + 2 * x + k % 2];
        g_assert_cmpfloat (out[y * 11 + x], ==, sum / 4.0);
      }
  /* Half a sample hangs over the edge: its middle is just outside. */
  g_assert_true (isnan (out[10]));
}

static void
test_refusals (void)
{
  float edge[4] = { 0, NAN, 2, -1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree float *large = g_new0 (float, 300 * 300);
  g_autoptr (PelLiveWire) wire = NULL;

  g_assert_null (pel_live_wire_new (edge, 2, 2, 2, 0, NULL, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE);
  g_clear_error (&error);
  g_assert_null (pel_live_wire_new (edge, 1u << 16, 1u << 16, 0, 0, NULL, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_null (pel_live_wire_new (large, 300, 300, 0, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  wire = pel_live_wire_new (edge, 2, 2, 0, 0, NULL, NULL);
  g_assert_cmpfloat_with_epsilon (pel_live_wire_get_cost (wire, 1, 0), 1 + 1.0 / 64, 0.001);
}

/* Flows part across the border between two cells, and nowhere else. */
static void
test_flow_edges (void)
{
  enum
  {
    W = 9,
    H = 5
  };
  float down[W * H] = { 0 }, right[W * H] = { 0 }, border[W * H];
  for (gint i = 0; i < W * H; i++)
    right[i] = i % W < 4 ? -1.0f : 1.0f;
  right[2 * W + 1] = NAN;
  pel_edge_map_part_flows (down, right, W, H, border);
  for (gint i = 0; i < W * H; i++)
    {
      gboolean between = i % W == 3 || i % W == 4;
      g_assert_cmpfloat (border[i], ==, between ? 1.0f : 0.0f);
    }
  /* Towards each other is no border. */
  for (gint i = 0; i < W * H; i++)
    right[i] = i % W < 4 ? 1.0f : -1.0f;
  pel_edge_map_part_flows (right, down, W, H, border);
  for (gint i = 0; i < W * H; i++)
    g_assert_cmpfloat (border[i], ==, 0.0f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live-wire/costs", test_costs);
  g_test_add_func ("/live-wire/follows-rim", test_follows_rim);
  g_test_add_func ("/live-wire/map", test_map);
  g_test_add_func ("/live-wire/read-scaled", test_read_scaled);
  g_test_add_func ("/live-wire/refusals", test_refusals);
  g_test_add_func ("/live-wire/flow-edges", test_flow_edges);
  return g_test_run ();
}
