/* SPDX-License-Identifier: MIT */
#include "tests/engine/flow-shapes.h"

#include "engine/infer/pel-view.h"
#include "engine/nn/pel-flow-loss.h"
#include "engine/train/pel-warp.h"

static gint
compare (gconstpointer a, gconstpointer b)
{
  float p = *(const float *)a, q = *(const float *)b;
  return p < q ? -1 : p > q;
}

/* Degrees between two directions, both down first. */
static float
angle_between (float ay, float ax, float by, float bx)
{
  float dot = (ay * by + ax * bx) / (hypotf (ay, ax) * hypotf (by, bx));
  return acosf (CLAMP (dot, -1.0f, 1.0f)) * (float)(180.0 / G_PI);
}

/* Cellpose's own way, in its plainest form: a unit of heat comes to one pixel in every step, each
 * pixel of the cell becomes the mean of the nine around it, and what leaves the cell is lost. */
static double *
spread_heat (const guint32 *labels, guint32 label, gint middle, guint n_steps)
{
  enum
  {
    N = SHAPES_SIDE * SHAPES_SIDE
  };
  double *heat = g_new0 (double, N), *next = g_new0 (double, N);
  for (guint step = 0; step < n_steps; step++)
    {
      heat[middle] += 1.0;
      for (gint y = 1; y + 1 < SHAPES_SIDE; y++)
        for (gint x = 1; x + 1 < SHAPES_SIDE; x++)
          {
            gint at = y * SHAPES_SIDE + x;
            double sum = 0.0;
            for (gint dy = -1; dy <= 1 && labels[at] == label; dy++)
              for (gint dx = -1; dx <= 1; dx++)
                sum += heat[at + dy * SHAPES_SIDE + dx];
            next[at] = sum / 9.0;
          }
      double *swap = heat;
      heat = next;
      next = swap;
    }
  g_free (next);
  return heat;
}

/* The directions are about those of heat that spreads from the same middle. */
static void
test_heat (void)
{
  const guint32 cells[] = { 1, 2, 3, 4, 8 };
  enum
  {
    N = SHAPES_SIDE * SHAPES_SIDE
  };
  g_autofree guint32 *labels = new_shapes ();
  g_autofree float *planes = new_true_planes (labels, SHAPES_SIDE, SHAPES_SIDE);
  const float *down = planes + N, *right = planes + 2 * N;
  for (guint c = 0; c < G_N_ELEMENTS (cells); c++)
    {
      gint middle = -1;
      for (gint i = 0; i < N; i++)
        if (labels[i] == cells[c] && down[i] == 0.0f && right[i] == 0.0f)
          {
            /* One place where ways end. */
            g_assert_cmpint (middle, ==, -1);
            middle = i;
          }
      g_assert_cmpint (middle, >, 0);
      g_autofree double *heat = spread_heat (labels, cells[c], middle, 500);
      g_autoptr (GArray) angles = g_array_new (FALSE, FALSE, sizeof (float));
      for (gint i = 0; i < N; i++)
        {
          if (labels[i] != cells[c] || i == middle)
            continue;
          double up = heat[i - SHAPES_SIDE], below = heat[i + SHAPES_SIDE];
          double before = heat[i - 1], after = heat[i + 1];
          float angle =
              angle_between (down[i], right[i], (float)(log (below + 1e-30) - log (up + 1e-30)),
                             (float)(log (after + 1e-30) - log (before + 1e-30)));
          g_assert_cmpfloat (fabsf (hypotf (down[i], right[i]) - 1.0f), <, 1e-5f);
          g_array_append_val (angles, angle);
        }
      g_array_sort (angles, compare);
      g_test_message ("cell %u: half within %.1f degrees, nine of ten within %.1f", cells[c],
                      (double)g_array_index (angles, float, angles->len / 2),
                      (double)g_array_index (angles, float, angles->len * 9 / 10));
      g_assert_cmpfloat (g_array_index (angles, float, angles->len / 2), <, 20.0f);
      g_assert_cmpfloat (g_array_index (angles, float, angles->len * 9 / 10), <, 45.0f);
    }
}

/* Where two cells touch, the ways part on both sides of the whole edge. */
static void
test_parting (void)
{
  enum
  {
    N = SHAPES_SIDE * SHAPES_SIDE
  };
  g_autofree guint32 *labels = new_shapes ();
  g_autofree float *planes = new_true_planes (labels, SHAPES_SIDE, SHAPES_SIDE);
  guint n = 0;
  for (gint x = 12; x < 66; x++)
    {
      gint above = 67 * SHAPES_SIDE + x, below = 68 * SHAPES_SIDE + x;
      g_assert_cmpuint (labels[above], ==, 8);
      g_assert_cmpuint (labels[below], ==, 9);
      g_assert_cmpfloat (planes[N + above], <, -0.6f);
      g_assert_cmpfloat (planes[N + below], >, 0.6f);
      n++;
    }
  g_assert_cmpuint (n, ==, 54);
}

/* Directions turn with the picture, in all eight ways, and are mirrored at its edges. */
static void
test_turns (void)
{
  enum
  {
    W = 41,
    H = 33
  };
  g_autofree guint32 *labels = g_new0 (guint32, W * H);
  for (gint i = 0; i < W * H; i++)
    {
      gint x = i % W, y = i / W;
      labels[i] = hypot (x - 12, y - 14) < 9.3                   ? 1
                  : hypot ((x - 29) / 1.5, (y - 16) / 2.0) < 5.2 ? 7
                                                                 : 0;
    }
  g_autofree float *planes = new_true_planes (labels, W, H);
  for (guint view = 0; view < PEL_N_VIEWS; view++)
    {
      gboolean swapped = (view & PEL_VIEW_SWAPPED) != 0;
      gint w = swapped ? H : W, h = swapped ? W : H;
      g_autofree guint32 *turned = g_new0 (guint32, W * H);
      g_autofree gint *from = g_new0 (gint, W * H);
      for (gint y = 0; y < h; y++)
        for (gint x = 0; x < w; x++)
          {
            gint vx = view & PEL_VIEW_ACROSS ? w - 1 - x : x,
                 vy = view & PEL_VIEW_DOWN ? h - 1 - y : y;
            from[y * w + x] = swapped ? vx * W + vy : vy * W + vx;
            turned[y * w + x] = labels[from[y * w + x]];
          }
      g_autofree float *told = new_true_planes (turned, (guint)w, (guint)h);
      pel_view_turn_flows (view, told + W * H, W * H);
      for (gint i = 0; i < W * H; i++)
        for (gint c = 1; c < 3; c++)
          g_assert_cmpfloat (fabsf (told[c * W * H + i] - planes[c * W * H + from[i]]), <, 0.02f);
    }

  g_autoptr (PelFlowField) field = pel_flow_field_new (labels, W, H, NULL, NULL);
  PelRect area = { -15, -20, 80, 90 };
  g_autofree gint8 *down = g_new (gint8, 80 * 90), *right = g_new (gint8, 80 * 90);
  pel_flow_field_read (field, &area, down, right);
  guint n_mirrored = 0;
  for (gint y = 0; y < 90; y++)
    for (gint x = 0; x < 80; x++)
      {
        gint iy = y - 20, ix = x - 15;
        gint at = pel_mirror (iy, H) * W + pel_mirror (ix, W);
        float up = iy < 0 || (iy >= H && iy < 2 * H - 2) ? -1.0f : 1.0f;
        float left = ix < 0 || (ix >= W && ix < 2 * W - 2) ? -1.0f : 1.0f;
        g_assert_cmpfloat (fabsf (down[y * 80 + x] / 127.0f - up * planes[W * H + at]), <, 0.01f);
        g_assert_cmpfloat (fabsf (right[y * 80 + x] / 127.0f - left * planes[2 * W * H + at]), <,
                           0.01f);
        n_mirrored += up < 0.0f && down[y * 80 + x] != 0;
      }
  g_assert_cmpuint (n_mirrored, >, 100);
}

/* Pieces of a label each have their middle; a pixel alone has no way, nor has what is ignored. */
static void
test_pieces (void)
{
  enum
  {
    W = 30,
    H = 12
  };
  g_autofree guint32 *labels = g_new0 (guint32, W * H);
  for (gint y = 2; y < 9; y++)
    for (gint x = 0; x < 7; x++)
      {
        labels[y * W + 2 + x] = 4;
        labels[y * W + 12 + x] = 4;
        labels[y * W + 21 + x] = PEL_LABEL_IGNORED;
      }
  labels[11 * W + 29] = 9;
  g_autoptr (PelFlowField) field = pel_flow_field_new (labels, W, H, NULL, NULL);
  g_autofree float *down = g_new (float, W *H), *right = g_new (float, W *H);
  pel_flow_field_read_unit (field, down, right);
  for (gint y = 2; y < 9; y++)
    for (gint x = 0; x < 7; x++)
      {
        g_assert_cmpfloat (right[y * W + 2 + x] * (float)(3 - x), >=, 0.0f);
        g_assert_cmpfloat (right[y * W + 2 + x], ==, right[y * W + 12 + x]);
        g_assert_cmpfloat (right[y * W + 21 + x], ==, 0.0f);
      }
  g_assert_cmpfloat (right[5 * W + 2], ==, 1.0f);
  g_assert_cmpfloat (right[5 * W + 18], ==, -1.0f);
  g_assert_cmpfloat (hypotf (down[11 * W + 29], right[11 * W + 29]), ==, 0.0f);

  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_cancellable_cancel (cancellable);
  g_assert_null (pel_flow_field_new (labels, W, H, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Warped directions are those in which the warped cost of the way falls. */
static void
test_warp (void)
{
  enum
  {
    W = 200,
    PATCH = 96
  };
  PelAugmentConfig augment = { .flips = TRUE,
                               .rotation = 180.0,
                               .scale = 1.3,
                               .elastic = 25.0,
                               .elastic_grid = 3,
                               .warp_share = 1.0 };
  g_autofree guint32 *labels = g_new0 (guint32, W * W);
  g_autofree float *height = g_new0 (float, W *W);
  g_autofree gint8 *down = g_new0 (gint8, W * W), *right = g_new0 (gint8, W * W);
  for (gint i = 0; i < W * W; i++)
    {
      /* Falls towards a point, along a curve. */
      double x = i % W - 95.0, y = i / W - 104.0;
      double gx = 2.0 * x + 0.6 * y, gy = 3.0 * y + 0.6 * x, length = hypot (gx, gy);
      labels[i] = 3;
      height[i] = (float)(x * x + 1.5 * y * y + 0.6 * x * y);
      down[i] = length > 0.0 ? (gint8)lrint (-127.0 * gy / length) : 0;
      right[i] = length > 0.0 ? (gint8)lrint (-127.0 * gx / length) : 0;
    }
  for (guint seed = 1; seed <= 12; seed++)
    {
      PelRandom random;
      PelWarp warp;
      PelRect area;
      pel_random_init (&random, seed, 0);
      pel_warp_init (&warp, PATCH, 99.0, 101.0);
      pel_warp_randomise (&warp, &augment, &random);
      pel_warp_get_source (&warp, &area);
      gsize n = (gsize)area.width * (gsize)area.height;
      g_autofree guint32 *some_labels = g_new (guint32, n);
      g_autofree gint8 *some_down = g_new (gint8, n), *some_right = g_new (gint8, n);
      g_autofree float *some_height = g_new (float, n);
      for (gint y = 0; y < area.height; y++)
        for (gint x = 0; x < area.width; x++)
          {
            gint at = CLAMP (area.y + y, 0, W - 1) * W + CLAMP (area.x + x, 0, W - 1);
            some_labels[y * area.width + x] = labels[at];
            some_down[y * area.width + x] = down[at];
            some_right[y * area.width + x] = right[at];
            some_height[y * area.width + x] = height[at];
          }
      g_autofree float *flows = g_new (float, 2 * PATCH * PATCH);
      g_autofree float *warped = g_new (float, PATCH *PATCH);
      pel_warp_sample_flows (&warp, some_labels, some_down, some_right, &area, flows);
      pel_warp_sample (&warp, some_height, &area, 1, warped);
      guint far_off = 0, n_seen = 0;
      for (gint y = 1; y + 1 < PATCH; y++)
        for (gint x = 1; x + 1 < PATCH; x++)
          {
            gint at = y * PATCH + x;
            float fy = warped[at - PATCH] - warped[at + PATCH],
                  fx = warped[at - 1] - warped[at + 1];
            /* Close to the point pixels are too coarse. */
            if (warped[at] < 60.0f)
              continue;
            far_off += angle_between (flows[at], flows[PATCH * PATCH + at], fy, fx) > 3.0f;
            n_seen++;
          }
      g_assert_cmpuint (n_seen, >, PATCH * PATCH / 2);
      g_assert_cmpuint (100 * far_off, <=, n_seen);
    }
}

/* A neighbour of another label says nothing about a cell's own way, nor is there one outside. */
static void
test_warp_labels (void)
{
  enum
  {
    W = 40,
    PATCH = 16
  };
  g_autofree guint32 *labels = g_new0 (guint32, W * W);
  g_autofree gint8 *down = g_new0 (gint8, W * W), *right = g_new0 (gint8, W * W);
  for (gint i = 0; i < W * W; i++)
    {
      labels[i] = i % W < 20 ? 1 : i % W < 26 ? 2 : i % W < 30 ? PEL_LABEL_IGNORED : 0;
      right[i] = labels[i] == 1 ? -127 : 127;
    }
  PelWarp warp;
  PelRect all = { 0, 0, W, W };
  pel_warp_init (&warp, PATCH, 22.0 + 0.4, 20.0 + 0.3);
  g_autofree guint32 *patch = g_new (guint32, PATCH * PATCH);
  g_autofree float *flows = g_new (float, 2 * PATCH * PATCH);
  pel_warp_sample_labels (&warp, labels, &all, patch);
  pel_warp_sample_flows (&warp, labels, down, right, &all, flows);
  guint seen[3] = { 0 };
  for (gint i = 0; i < PATCH * PATCH; i++)
    {
      float wanted = patch[i] == 1 ? -1.0f : patch[i] == 2 ? 1.0f : 0.0f;
      g_assert_cmpfloat (flows[i], ==, 0.0f);
      g_assert_cmpfloat (fabsf (flows[PATCH * PATCH + i] - wanted), <, 1e-5f);
      seen[patch[i] == 1 ? 0 : patch[i] == 2 ? 1 : 2]++;
    }
  g_assert_true (seen[0] > 0 && seen[1] > 0 && seen[2] > 0);
}

/* The loss is what its definition says, and its derivative what differences tell. */
static void
test_loss (void)
{
  enum
  {
    IMAGES = 2,
    H = 9,
    W = 7,
    PIXELS = H * W,
    N = IMAGES * 3 * PIXELS
  };
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (GRand) rand = g_rand_new_with_seed (8);
  float scores[N], targets[N], weights[IMAGES * PIXELS], slopes[N];
  for (gint i = 0; i < N; i++)
    {
      gint channel = i / PIXELS % 3;
      scores[i] = (float)g_rand_double_range (rand, -3, 3);
      targets[i] =
          channel == 0 ? (float)g_rand_boolean (rand) : (float)g_rand_double_range (rand, -1, 1);
    }
  for (gint i = 0; i < IMAGES * PIXELS; i++)
    weights[i] = (float)g_rand_int_range (rand, 0, 3);
  PelShape shape = { IMAGES, 3, H, W };
  PelTensor s = { shape, scores }, t = { shape, targets }, d = { shape, slopes };
  PelTensor w = { { IMAGES, 1, H, W }, weights };
  const PelLossKind kinds[] = { PEL_LOSS_BCE, PEL_LOSS_DICE, PEL_LOSS_BCE_DICE };
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      double loss = pel_flow_loss (kinds[k], &s, &t, &w, &d, pool), squares = 0.0, all = 0.0;
      /* The foreground's part, on its own. */
      float one[IMAGES * PIXELS], one_target[IMAGES * PIXELS];
      for (gint i = 0; i < IMAGES; i++)
        {
          memcpy (one + i * PIXELS, scores + i * 3 * PIXELS, PIXELS * sizeof (float));
          memcpy (one_target + i * PIXELS, targets + i * 3 * PIXELS, PIXELS * sizeof (float));
          for (gint p = 0; p < 2 * PIXELS; p++)
            {
              gint at = i * 3 * PIXELS + PIXELS + p;
              double weight = (double)weights[i * PIXELS + p % PIXELS];
              double apart = (double)scores[at] - 5.0 * (double)targets[at];
              squares += weight * apart * apart;
              all += weight;
            }
        }
      PelTensor s1 = { { IMAGES, 1, H, W }, one }, t1 = { { IMAGES, 1, H, W }, one_target };
      double wanted = pel_loss (kinds[k], &s1, &t1, &w, NULL, NULL, pool) + 0.5 * squares / all;
      g_assert_cmpfloat_with_epsilon (loss, wanted, 1e-5);
      for (gint i = 0; i < N; i += 5)
        {
          float kept = scores[i];
          double step = 1e-2;
          scores[i] = kept + (float)step;
          double above = pel_flow_loss (kinds[k], &s, &t, &w, NULL, pool);
          scores[i] = kept - (float)step;
          double below = pel_flow_loss (kinds[k], &s, &t, &w, NULL, pool);
          scores[i] = kept;
          g_assert_cmpfloat_with_epsilon ((double)slopes[i], (above - below) / (2.0 * step), 2e-5);
        }
    }
  /* Where nothing counts there is no loss and no slope. */
  memset (weights, 0, sizeof weights);
  g_assert_cmpfloat (pel_flow_loss (PEL_LOSS_BCE_DICE, &s, &t, &w, &d, pool), ==, 0.0);
  for (gint i = 0; i < N; i++)
    g_assert_cmpfloat (slopes[i], ==, 0.0f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flow-field/heat", test_heat);
  g_test_add_func ("/flow-field/parting", test_parting);
  g_test_add_func ("/flow-field/turns", test_turns);
  g_test_add_func ("/flow-field/pieces", test_pieces);
  g_test_add_func ("/flow-field/warp", test_warp);
  g_test_add_func ("/flow-field/warp-labels", test_warp_labels);
  g_test_add_func ("/flow-field/loss", test_loss);
  return g_test_run ();
}
