/* SPDX-License-Identifier: MIT */
#include "engine/pel-engine.h"
#include "engine/segment/pel-cells-apart.h"

#include <math.h>
#include <string.h>

/* Random planes in patches, so that parts have interesting shapes. */
static void
random_plane (GRand *rand, guint w, guint h, guint n_values, guint32 *out)
{
  for (guint i = 0; i < w * h; i++)
    {
      gboolean copy = g_rand_int_range (rand, 0, 3) > 0;

      if (copy && i % w > 0 && g_rand_boolean (rand))
        out[i] = out[i - 1];
      else if (copy && i >= w)
        out[i] = out[i - w];
      else
        out[i] = (guint32)g_rand_int_range (rand, 0, (gint)n_values);
    }
}

/* ---- components ---- */

static void
flood_reference (const guint32 *values, guint32 *out, gint w, gint h, gint at, guint32 n, gint conn)
{
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (gint));

  out[at] = n;
  g_array_append_val (stack, at);
  while (stack->len > 0)
    {
      gint p = g_array_index (stack, gint, stack->len - 1);

      g_array_set_size (stack, stack->len - 1);
      for (gint dy = -1; dy <= 1; dy++)
        {
          for (gint dx = -1; dx <= 1; dx++)
            {
              gint x = p % w + dx, y = p / w + dy, q = y * w + x;

              if (x < 0 || y < 0 || x >= w || y >= h || (conn == 4 && dx != 0 && dy != 0))
                continue;
              if (out[q] == 0 && values[q] == values[p])
                {
                  out[q] = n;
                  g_array_append_val (stack, q);
                }
            }
        }
    }
}

static void
test_components (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  const gint sizes[][2] = { { 1, 1 }, { 1, 17 }, { 23, 1 }, { 2, 2 }, { 31, 29 }, { 130, 67 } };

  for (guint round = 0; round < 60; round++)
    {
      gint w = sizes[round % 6][0], h = sizes[round % 6][1];
      gint conn = round % 2 ? 4 : 8;
      g_autofree guint32 *values = g_new (guint32, w * h);
      g_autofree guint32 *expected = g_new0 (guint32, w * h);
      g_autofree guint32 *parts = g_new (guint32, w * h);
      guint32 n = 0, n_parts;

      random_plane (rand, (guint)w, (guint)h, 2 + round % 3, values);
      for (gint i = 0; i < w * h; i++)
        {
          if (values[i] != 0 && expected[i] == 0)
            flood_reference (values, expected, w, h, i, ++n, conn);
        }
      g_assert_true (pel_components_plane (values, (guint)w, (guint)h, (PelConnectivity)conn, parts,
                                           &n_parts, NULL));
      g_assert_cmpuint (n_parts, ==, n);
      g_assert_cmpmem (parts, sizeof *parts * w * h, expected, sizeof *parts * w * h);

      g_autoptr (PelLabels) labels =
          pel_labels_new_from_data ((guint)w, (guint)h, values, (gsize)w, NULL);
      g_autoptr (PelLabels) split = pel_components (labels, (PelConnectivity)conn, NULL);
      g_autoptr (PelLabels) want =
          pel_labels_new_from_data ((guint)w, (guint)h, expected, (gsize)w, NULL);
      g_assert_true (pel_labels_equal (split, want));

      /* In place. */
      g_assert_true (pel_components_plane (values, (guint)w, (guint)h, (PelConnectivity)conn,
                                           values, NULL, NULL));
      g_assert_cmpmem (values, sizeof *parts * w * h, expected, sizeof *parts * w * h);
    }
}

/* ---- distance ---- */

static void
test_distance (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);

  for (gint round = 0; round < 40; round++)
    {
      gint w = g_rand_int_range (rand, 1, 50), h = g_rand_int_range (rand, 1, 50);
      gint n_holes = round == 0 ? 0 : g_rand_int_range (rand, 1, 30);
      g_autofree guint8 *mask = g_malloc (w * h);
      g_autofree float *out = g_new (float, w *h);

      memset (mask, 1, w * h);
      for (gint i = 0; i < n_holes; i++)
        mask[g_rand_int_range (rand, 0, w * h)] = 0;
      g_assert_true (pel_distance_transform (mask, (guint)w, (guint)h, out, NULL));
      for (gint p = 0; p < w * h; p++)
        {
          gint best = G_MAXINT;

          for (gint q = 0; q < w * h; q++)
            {
              gint dx = p % w - q % w, dy = p / w - q / w;

              if (!mask[q])
                best = MIN (best, dx * dx + dy * dy);
            }
          if (best == G_MAXINT)
            g_assert_true (isinf (out[p]));
          else
            g_assert_cmpfloat (out[p], ==, (float)sqrt (best));
        }
    }
}

/* ---- watershed ---- */

/* The lowest pass over which each pixel is reached from any seed: repeated relaxation. */
static void
pass_heights (const float *relief,
              const guint8 *mask,
              const guint32 *seeds,
              gint w,
              gint h,
              float *out)
{
  gboolean changed = TRUE;

  for (gint i = 0; i < w * h; i++)
    out[i] = seeds[i] ? relief[i] : INFINITY;
  while (changed)
    {
      changed = FALSE;
      for (gint i = 0; i < w * h; i++)
        {
          const gint near[4] = { i - w, i + w, i % w > 0 ? i - 1 : -1, i % w < w - 1 ? i + 1 : -1 };

          for (guint k = 0; k < 4; k++)
            {
              if (near[k] < 0 || near[k] >= w * h || !mask[i])
                continue;
              float pass = MAX (out[near[k]], relief[i]);
              if (pass < out[i])
                {
                  out[i] = pass;
                  changed = TRUE;
                }
            }
        }
    }
}

static void
test_watershed (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (gint round = 0; round < 40; round++)
    {
      gint w = g_rand_int_range (rand, 1, 40), h = g_rand_int_range (rand, 1, 40);
      gint n_seeds = g_rand_int_range (rand, 1, 6);
      g_autofree float *relief = g_new (float, w *h);
      g_autofree float *any = g_new (float, w *h);
      g_autofree float *own = g_new (float, w *h);
      g_autofree guint8 *mask = g_malloc (w * h);
      g_autofree guint32 *seeds = g_new0 (guint32, w * h);
      g_autofree guint32 *labels = g_new (guint32, w * h);
      g_autofree guint32 *one = g_new (guint32, w * h);

      /* Whole numbers from 0 to 4095 fall exactly on the queue's steps. */
      for (gint i = 0; i < w * h; i++)
        {
          relief[i] = (float)g_rand_int_range (rand, 0, 8) * 512;
          mask[i] = g_rand_int_range (rand, 0, 10) > 0;
        }
      for (gint i = 1; i <= n_seeds; i++)
        {
          gint at = g_rand_int_range (rand, 0, w * h);

          mask[at] = 1;
          seeds[at] = (guint32)i;
        }
      memcpy (labels, seeds, sizeof *labels * w * h);
      g_assert_true (pel_watershed (relief, mask, (guint)w, (guint)h, labels, NULL, NULL));

      pass_heights (relief, mask, seeds, w, h, any);
      for (gint i = 0; i < w * h; i++)
        {
          if (seeds[i])
            g_assert_cmpuint (labels[i], ==, seeds[i]);
          g_assert_cmpint (labels[i] != 0, ==, isfinite (any[i]));
        }
      /* No pixel could have been reached by a lower pass from another seed, and each region hangs
       * together with its seed through itself. */
      for (guint32 label = 1; label <= (guint32)n_seeds; label++)
        {
          g_autofree guint8 *region = g_malloc (w * h);

          for (gint i = 0; i < w * h; i++)
            {
              one[i] = seeds[i] == label;
              region[i] = labels[i] == label;
            }
          pass_heights (relief, region, one, w, h, own);
          for (gint i = 0; i < w * h; i++)
            {
              if (region[i])
                g_assert_cmpfloat (own[i], ==, any[i]);
            }
        }
    }
}

static void
test_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree float *plane = g_new0 (float, 64 * 64);
  const PelSegmentOptions options = PEL_SEGMENT_OPTIONS_DEFAULT;

  g_cancellable_cancel (cancellable);
  g_assert_null (pel_segment_cells (plane, plane, 64, 64, &options, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* ---- cells ---- */

typedef struct
{
  double x, y, r;
} Disc;

/* A blurred step at each disc's rim, and a border where two rims are near. */
static void
draw_discs (const Disc *discs, guint n, guint w, guint h, float *foreground, float *border)
{
  for (guint y = 0; y < h; y++)
    {
      for (guint x = 0; x < w; x++)
        {
          double inside = -1e9, second = -1e9;

          for (guint i = 0; i < n; i++)
            {
              double d = discs[i].r - hypot (x + 0.5 - discs[i].x, y + 0.5 - discs[i].y);

              if (d > inside)
                {
                  second = inside;
                  inside = d;
                }
              else
                second = MAX (second, d);
            }
          foreground[y * w + x] = (float)(1 / (1 + exp (-2 * inside)));
          border[y * w + x] = (float)(1 / (1 + exp (-2 * (second + 2))));
        }
    }
}

static void
test_cells (void)
{
  const guint w = 100, h = 60;
  const Disc discs[] = { { 20, 25, 12 }, { 42, 25, 12 }, { 80, 30, 10 }, { 94, 54, 1.2 } };
  g_autofree float *foreground = g_new (float, w *h);
  g_autofree float *border = g_new (float, w *h);
  PelSegmentOptions options = PEL_SEGMENT_OPTIONS_DEFAULT;

  draw_discs (discs, G_N_ELEMENTS (discs), w, h, foreground, border);

  /* Without a border the touching pair is one cell; the speck is too small. */
  g_autoptr (PelLabels) parts = pel_segment_cells (foreground, NULL, w, h, &options, NULL, NULL);
  g_assert_cmpuint (pel_labels_get_max (parts), ==, 2);
  g_assert_cmpuint (pel_labels_get (parts, 20, 25), ==, pel_labels_get (parts, 42, 25));
  g_assert_cmpuint (pel_labels_get (parts, 94, 54), ==, 0);

  g_autoptr (PelLabels) cells = pel_segment_cells (foreground, border, w, h, &options, NULL, NULL);
  g_assert_cmpuint (pel_labels_get_max (cells), ==, 3);
  g_assert_cmpuint (pel_labels_get (cells, 20, 25), ==, 1);
  g_assert_cmpuint (pel_labels_get (cells, 42, 25), ==, 2);
  g_assert_cmpuint (pel_labels_get (cells, 80, 30), ==, 3);
  for (guint y = 0; y < h; y++)
    {
      for (guint x = 0; x < w; x++)
        {
          guint32 part = pel_labels_get (parts, (gint)x, (gint)y);
          guint32 cell = pel_labels_get (cells, (gint)x, (gint)y);

          /* The foreground is divided, not made smaller; the cut runs midway. */
          g_assert_cmpint (part != 0, ==, cell != 0);
          if (cell == 1 || cell == 2)
            g_assert_cmpint (ABS ((gint)x - 31) <= 1 || (cell == 1) == (x < 31), ==, 1);
        }
    }

  /* Separation 0 never splits; a minimum of 1 keeps the speck. */
  options.separation = 0;
  g_autoptr (PelLabels) whole = pel_segment_cells (foreground, border, w, h, &options, NULL, NULL);
  g_assert_true (pel_labels_equal (whole, parts));
  options.min_size = 1;
  g_autoptr (PelLabels) specks = pel_segment_cells (foreground, NULL, w, h, &options, NULL, NULL);
  g_assert_cmpuint (pel_labels_get_max (specks), ==, 3);

  /* A cell that the border covers entirely stays a cell. */
  for (guint i = 0; i < w * h; i++)
    border[i] = 1;
  options.separation = 1;
  g_autoptr (PelLabels) covered =
      pel_segment_cells (foreground, border, w, h, &options, NULL, NULL);
  g_assert_true (pel_labels_equal (covered, specks));

  /* What is not a number is background. */
  for (guint i = 0; i < w * h; i++)
    foreground[i] = NAN;
  g_autoptr (PelLabels) none = pel_segment_cells (foreground, border, w, h, &options, NULL, NULL);
  g_assert_cmpuint (pel_labels_get_max (none), ==, 0);
}

static void
test_speed (void)
{
  const guint n = 1024;
  g_autofree float *foreground = g_new (float, n *n);
  g_autofree float *border = g_new (float, n *n);
  PelSegmentOptions options = PEL_SEGMENT_OPTIONS_DEFAULT;

  for (guint y = 0; y < n; y++)
    {
      for (guint x = 0; x < n; x++)
        {
          double d = 10 - hypot (x % 18 - 8.5, y % 18 - 8.5);

          foreground[y * n + x] = (float)(1 / (1 + exp (-d)));
          border[y * n + x] = (float)(1 / (1 + exp (2 * d - 6)));
        }
    }
  gint64 start = g_get_monotonic_time ();
  g_autoptr (PelLabels) cells = pel_segment_cells (foreground, border, n, n, &options, NULL, NULL);
  g_test_message ("1024 x 1024, %u cells: %.1f ms", pel_labels_get_max (cells),
                  (double)(g_get_monotonic_time () - start) / 1000);
  g_assert_cmpuint (pel_labels_get_max (cells), >=, 56 * 56);
}

/* ---- holes and regions ---- */

static void
test_holes (void)
{
  static const char picture[] = "..........."
                                ".111.22222."
                                ".1.1.2...2."
                                ".11..2.3.2."
                                ".111.2...2."
                                ".1.12222222"
                                ".111.2.....";
  const guint w = 11, h = 7;
  guint32 labels[77], before[77];

  for (guint i = 0; i < w * h; i++)
    labels[i] = picture[i] == '.' ? 0 : (guint32)(picture[i] - '0');
  memcpy (before, labels, sizeof labels);

  /* The hole of 1 at (2,2) is open at (3,3); the ring of 2 holds another cell. */
  g_assert_cmpint (pel_fill_holes (labels, w, h, w, 2, NULL), ==, 0);
  g_assert_cmpint (pel_fill_holes (labels, w, h, w, 0, NULL), ==, 2);
  g_assert_cmpuint (labels[2 * w + 2], ==, 1);
  g_assert_cmpuint (labels[5 * w + 2], ==, 1);
  labels[2 * w + 2] = labels[5 * w + 2] = 0;
  g_assert_cmpmem (labels, sizeof labels, before, sizeof before);
}

typedef struct
{
  gint w;
  guint8 *seen;
} Painted;

static void
paint (gint y, gint x0, gint x1, gpointer data)
{
  Painted *painted = data;

  g_assert_cmpint (x0, <, x1);
  for (gint x = x0; x < x1; x++)
    g_assert_cmpint (painted->seen[y * painted->w + x]++, ==, 0);
}

static void
test_region (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);

  for (guint round = 0; round < 40; round++)
    {
      gint w = g_rand_int_range (rand, 1, 90), h = g_rand_int_range (rand, 1, 90);
      gint at = g_rand_int_range (rand, 0, w * h);
      g_autofree guint32 *values = g_new (guint32, w * h);
      g_autofree guint32 *expected = g_new0 (guint32, w * h);
      g_autofree guint8 *seen = g_new0 (guint8, w * h);
      Painted painted = { w, seen };

      random_plane (rand, (guint)w, (guint)h, 2, values);
      g_autoptr (PelLabels) labels =
          pel_labels_new_from_data ((guint)w, (guint)h, values, (gsize)w, NULL);
      flood_reference (values, expected, w, h, at, 1, 4);
      g_assert_true (pel_flood_region (labels, at % w, at / w, NULL, paint, &painted, NULL));
      for (gint i = 0; i < w * h; i++)
        g_assert_cmpint (seen[i], ==, (gint)expected[i]);

      memset (seen, 0, w * h);
      PelRect clip = { at % w, at / w, 1, 1 };
      g_assert_true (pel_flood_region (labels, at % w, at / w, &clip, paint, &painted, NULL));
      g_assert_cmpint (seen[at], ==, 1);
      g_assert_true (pel_flood_region (labels, -1, 5, NULL, paint, &painted, NULL));
    }
}

/* ---- setting apart ---- */

/* Whether a pixel shares a side with another cell. */
static gboolean
touches (const guint32 *plane, guint w, guint h, guint i)
{
  const guint32 v = plane[i];

  return (i % w > 0 && plane[i - 1] != 0 && plane[i - 1] != v) ||
         (i % w + 1 < w && plane[i + 1] != 0 && plane[i + 1] != v) ||
         (i >= w && plane[i - w] != 0 && plane[i - w] != v) ||
         (i + w < w * h && plane[i + w] != 0 && plane[i + w] != v);
}

/* None touch afterwards, nothing else changes, and the smallest cell keeps all it has. */
static void
test_set_apart (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint round = 0; round < 200; round++)
    {
      guint w = (guint)g_rand_int_range (rand, 1, 90), h = (guint)g_rand_int_range (rand, 1, 90);
      PelRect all = { 0, 0, (gint)w, (gint)h };
      g_autofree guint32 *before = g_new (guint32, w * h);
      g_autofree guint32 *after = g_new (guint32, w * h);
      guint n_before[9] = { 0 }, n_after[9] = { 0 }, renamed[9] = { 0 };
      guint32 last = 0;

      random_plane (rand, w, h, 9, before);
      g_autoptr (PelLabels) labels = pel_labels_new_from_data (w, h, before, w, NULL);
      g_autoptr (PelLabels) parted = pel_cells_set_apart (labels, NULL);
      g_autoptr (PelLabels) again = pel_cells_set_apart (parted, NULL);
      pel_labels_read (parted, &all, after, w);
      for (guint i = 0; i < w * h; i++)
        {
          n_before[before[i]]++;
          n_after[before[i]] += after[i] != 0;
          g_assert_false (after[i] != 0 && touches (after, w, h, i));
          g_assert_true (after[i] != 0 || before[i] == 0 || touches (before, w, h, i));
          if (after[i] == 0)
            continue;
          /* One number for one cell. */
          g_assert_true (renamed[before[i]] == 0 || renamed[before[i]] == after[i]);
          renamed[before[i]] = after[i];
        }
      for (guint k = 1; k < 9; k++)
        if (renamed[k] != 0)
          g_assert_cmpuint (renamed[k], ==, ++last);
      g_assert_true (again == parted);

      guint smallest = 0;
      for (guint k = 1; k < 9; k++)
        if (n_before[k] > 0 && (smallest == 0 || n_before[k] < n_before[smallest]))
          smallest = k;
      if (smallest > 0)
        g_assert_cmpuint (n_after[smallest], ==, n_before[smallest]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/segment/components", test_components);
  g_test_add_func ("/segment/distance", test_distance);
  g_test_add_func ("/segment/watershed", test_watershed);
  g_test_add_func ("/segment/cancel", test_cancel);
  g_test_add_func ("/segment/cells", test_cells);
  g_test_add_func ("/segment/speed", test_speed);
  g_test_add_func ("/segment/holes", test_holes);
  g_test_add_func ("/segment/region", test_region);
  g_test_add_func ("/segment/set-apart", test_set_apart);
  return g_test_run ();
}
