/* SPDX-License-Identifier: MIT */
#include "tests/engine/flow-shapes.h"

#include "engine/infer/pel-cut.h"

enum
{
  SIDE = SHAPES_SIDE,
  N = SIDE * SIDE
};

static PelLabels *
cut (const float *planes, guint min_size, double separation)
{
  PelCutOptions options = { .threshold = 0.5,
                            .min_size = min_size,
                            .separation = separation,
                            .separator = PEL_SEPARATOR_FLOWS };
  return pel_cut_cells (planes, planes + N, SIDE, SIDE, &options, NULL, NULL);
}

static guint32 *
read_all (const PelLabels *labels)
{
  PelRect all = { 0, 0, SIDE, SIDE };
  guint32 *out = g_new (guint32, N);
  pel_labels_read (labels, &all, out, SIDE);
  return out;
}

/* The intersection over union of a true cell with the one that has most of it. */
static double
best_match (const guint32 *truth, const guint32 *found, guint32 label)
{
  double best = 0.0;
  for (guint32 other = 1; other < 64; other++)
    {
      guint both = 0, either = 0;
      for (gint i = 0; i < N; i++)
        {
          both += truth[i] == label && found[i] == other;
          either += truth[i] == label || found[i] == other;
        }
      if (both > 0)
        best = MAX (best, (double)both / either);
    }
  return best;
}

/* True planes become the cells that they were made of, whatever their form. */
static void
test_forms (void)
{
  g_autofree guint32 *truth = new_shapes ();
  g_autofree float *planes = new_true_planes (truth, SIDE, SIDE);
  const double separations[] = { 0.5, 0.75, 1.0 };
  for (guint k = 0; k < G_N_ELEMENTS (separations); k++)
    {
      g_autoptr (PelLabels) labels = cut (planes, 0, separations[k]);
      g_autofree guint32 *found = read_all (labels);
      g_assert_cmpuint (pel_labels_get_max (labels), ==, 9);
      for (guint32 label = 1; label <= 9; label++)
        g_assert_cmpfloat (best_match (truth, found, label), >, 0.97);
      /* No hole, and nothing beyond the foreground. */
      for (gint i = 0; i < N; i++)
        g_assert_true ((found[i] != 0) == (truth[i] != 0));
    }
}

/* Numbers run from 1 in the order of first pixels, twice alike. */
static void
test_order (void)
{
  g_autofree guint32 *truth = new_shapes ();
  g_autofree float *planes = new_true_planes (truth, SIDE, SIDE);
  g_autoptr (PelLabels) labels = cut (planes, 0, 0.5);
  g_autoptr (PelLabels) again = cut (planes, 0, 0.5);
  g_autofree guint32 *found = read_all (labels), *other = read_all (again);
  guint32 highest = 0;
  g_assert_cmpmem (found, N * sizeof *found, other, N * sizeof *other);
  for (gint i = 0; i < N; i++)
    {
      g_assert_cmpuint (found[i], <=, highest + 1);
      highest = MAX (highest, found[i]);
    }
}

/* Separation: at 0 all that touches is one, and at 1 what parts at all is two. */
static void
test_separation (void)
{
  g_autofree guint32 *truth = new_shapes ();
  g_autofree float *planes = new_true_planes (truth, SIDE, SIDE);
  g_autoptr (PelLabels) never = cut (planes, 0, 0.0);
  /* The discs, and the long bars, touch. */
  g_assert_cmpuint (pel_labels_get_max (never), ==, 7);

  /* Flows that part less and less are cut less readily. */
  double last = 0.0;
  for (gint weak = 1; weak <= 3; weak++)
    {
      g_autofree float *weaker = g_memdup2 (planes, 3 * N * sizeof (float));
      double least = 0.0;
      for (gint i = N; i < 3 * N; i++)
        weaker[i] *= 1.0f - 0.2f * (float)weak;
      for (gint step = 0; step <= 20 && least == 0.0; step++)
        {
          g_autoptr (PelLabels) labels = cut (weaker, 0, step / 20.0);
          if (pel_labels_get_max (labels) == 9)
            least = step / 20.0;
        }
      g_assert_cmpfloat (least, >, last);
      last = least;
    }
}

/* Small cells are left out where they stand alone; a fragment beside a cell becomes part of it. */
static void
test_small (void)
{
  g_autofree guint32 *truth = new_shapes ();
  g_autofree float *planes = new_true_planes (truth, SIDE, SIDE);
  g_autoptr (PelLabels) labels = cut (planes, 20, 0.5);
  g_autofree guint32 *found = read_all (labels);
  g_assert_cmpuint (pel_labels_get_max (labels), ==, 8);
  g_assert_cmpuint (found[150 * SIDE + 70], ==, 0);

  /* Some pixels at the edge of a disc that point out of it. */
  for (gint y = 18; y < 22; y++)
    for (gint x = 7; x < 10; x++)
      planes[2 * N + y * SIDE + x] = -1.0f;
  g_autoptr (PelLabels) healed = cut (planes, 20, 1.0);
  g_autofree guint32 *whole = read_all (healed);
  g_assert_cmpuint (pel_labels_get_max (healed), ==, 8);
  g_assert_cmpfloat (best_match (truth, whole, 1), >, 0.97);
}

/* Where nothing is known, nothing breaks. */
static void
test_odd_planes (void)
{
  g_autofree float *planes = g_new (float, 3 * N);
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  for (gint i = 0; i < 3 * N; i++)
    planes[i] = g_rand_int_range (rand, 0, 20) == 0   ? NAN
                : g_rand_int_range (rand, 0, 40) == 0 ? INFINITY
                                                      : (float)g_rand_double_range (rand, -2, 2);
  g_autoptr (PelLabels) noise = cut (planes, 4, 0.5);
  g_assert_nonnull (noise);

  /* Without flows each part is one cell, and a doubtful one where separation is asked for. */
  for (gint i = 0; i < 3 * N; i++)
    planes[i] = i < N && (i % SIDE) / 10 % 2 == 0 ? 1.0f : 0.0f;
  g_autoptr (PelLabels) still = cut (planes, 4, 0.2);
  g_assert_cmpuint (pel_labels_get_max (still), ==, 8);
  g_autoptr (PelLabels) doubtful = cut (planes, 4, 1.0);
  g_assert_cmpuint (pel_labels_get_max (doubtful), ==, 0);

  /* One row, one column, one pixel. */
  const guint sizes[][2] = { { 1, 1 }, { 1, 40 }, { 40, 1 }, { 2, 2 } };
  for (guint k = 0; k < G_N_ELEMENTS (sizes); k++)
    {
      guint n = sizes[k][0] * sizes[k][1];
      PelSegmentOptions options = { 0.5f, 0, 0.0f };
      g_autofree float *one = g_new (float, n), *flows = g_new (float, 2 * n);
      for (guint i = 0; i < n; i++)
        {
          one[i] = 1.0f;
          flows[i] = flows[n + i] = 0.7f;
        }
      g_autoptr (PelLabels) labels =
          pel_flow_cut_cells (one, flows, sizes[k][0], sizes[k][1], &options, NULL, NULL);
      g_assert_cmpuint (pel_labels_get_max (labels), ==, 1);
    }
}

static void
test_cancel (void)
{
  g_autofree float *planes = g_new0 (float, 3 * N);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  PelSegmentOptions options = PEL_SEGMENT_OPTIONS_DEFAULT;
  g_cancellable_cancel (cancellable);
  g_assert_null (
      pel_flow_cut_cells (planes, planes + N, SIDE, SIDE, &options, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* What a network says that has learnt nothing: tens of thousands of regions, of which one has
 * thousands of neighbours. It is cut in no more rounds than cells are, and no cell is too small. */
static void
test_noise (void)
{
  enum
  {
    WIDE = 1024,
    ALL = WIDE * WIDE
  };
  const PelRect whole = { 0, 0, WIDE, WIDE };
  g_autofree float *planes = g_new (float, 3 * ALL);
  g_autofree guint32 *found = g_new (guint32, ALL);
  g_autofree guint *sizes = g_new0 (guint, ALL + 1);
  PelCutOptions options = {
    .threshold = 0.5, .min_size = 400, .separation = 0.3, .separator = PEL_SEPARATOR_FLOWS
  };
  guint32 state = 1;
  for (gsize i = 0; i < ALL; i++)
    planes[i] = 0.9f;
  for (gsize i = ALL; i < 3 * ALL; i++)
    {
      state = state * 1664525u + 1013904223u;
      planes[i] = 0.4f * ((float)(state >> 8) / 16777216.0f - 0.5f);
    }
  g_autoptr (PelLabels) labels =
      pel_cut_cells (planes, planes + ALL, WIDE, WIDE, &options, NULL, NULL);
  g_assert_nonnull (labels);
  pel_labels_read (labels, &whole, found, WIDE);
  for (gsize i = 0; i < ALL; i++)
    sizes[found[i]]++;
  for (guint k = 1; k <= ALL; k++)
    g_assert_true (sizes[k] == 0 || sizes[k] >= 400);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flow-cut/forms", test_forms);
  g_test_add_func ("/flow-cut/order", test_order);
  g_test_add_func ("/flow-cut/separation", test_separation);
  g_test_add_func ("/flow-cut/small", test_small);
  g_test_add_func ("/flow-cut/odd-planes", test_odd_planes);
  g_test_add_func ("/flow-cut/noise", test_noise);
  g_test_add_func ("/flow-cut/cancel", test_cancel);
  return g_test_run ();
}
