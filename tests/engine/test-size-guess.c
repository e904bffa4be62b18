/* SPDX-License-Identifier: MIT */
#include <math.h>
#include "engine/core/pel-random.h"
#include "engine/image/pel-rescale.h"
#include "engine/infer/pel-cut.h"
#include "engine/infer/pel-predict.h"
#include "engine/infer/pel-size-guess.h"
#include "engine/io/pel-image-io.h"
#include "engine/segment/pel-cell-form.h"

#define SIDE 256
#define KNOWN 22.0

static const PelKnownSizes known_sizes = { KNOWN, KNOWN, KNOWN };

/* Probabilities of discs in rows, with @inside in their middle and falling off at their edge. */
static float *
new_discs (double diameter, float inside, guint *n_discs)
{
  float *plane = g_new0 (float, SIDE *SIDE);
  double pitch = 1.5 * diameter + 2.0;

  *n_discs = 0;
  for (double cy = pitch / 2; cy + pitch / 2 <= SIDE; cy += pitch)
    for (double cx = pitch / 2; cx + pitch / 2 <= SIDE; cx += pitch, ++*n_discs)
      for (guint i = 0; i < SIDE * SIDE; i++)
        {
          double from = hypot (i % SIDE + 0.5 - cx, i / SIDE + 0.5 - cy) - diameter / 2;

          if (from < 2.0)
            plane[i] = MAX (plane[i], inside * (float)CLAMP (0.5 - from, 0.0, 1.0));
        }
  return plane;
}

/* What a network would tell that finds cells surely where they are 0.5 to 2 times as large as it
 * knows them, and less and less so beyond. */
static PelSizeProbe
look (double diameter, double octaves)
{
  double seen = diameter * exp2 (octaves);
  double beyond = MAX (0.0, fabs (log2 (seen / KNOWN)) - 1.0);
  guint n_discs;
  g_autofree float *plane = new_discs (seen, (float)(0.97 - 0.12 * beyond), &n_discs);
  PelCutOptions cut = { .threshold = 0.4, .min_size = 4 };
  g_autoptr (PelLabels) labels = pel_cut_cells (plane, NULL, SIDE, SIDE, &cut, NULL, NULL);
  PelSizeTally tally = { 0 };

  g_assert_true (pel_size_tally_add (&tally, labels, plane, NULL));
  PelSizeProbe probe = pel_size_tally_finish (&tally, octaves);
  g_assert_cmpuint (probe.n_cells, ==, n_discs);
  pel_size_tally_clear (&tally);
  return probe;
}

static void
test_tally (void)
{
  for (double diameter = 8.0; diameter < 60.0; diameter *= 1.7)
    {
      PelSizeProbe probe = look (diameter, 0.0);

      g_assert_cmpfloat (fabs (probe.diameter / diameter - 1.0), <, 0.08);
      g_assert_cmpfloat (probe.confidence, >, 0.6);
      g_assert_cmpfloat (probe.confidence, <, 0.98);
    }

  /* Two windows are told together, and a window without cells adds nothing. */
  const guint32 plane[] = { 1, 1, 0, 2, 1, 1, 0, 0 };
  const float foreground[] = { 0.5f, 0.7f, 0.0f, 1.0f, 0.6f, 0.6f, 0.0f, 0.0f };
  g_autoptr (PelLabels) labels = pel_labels_new_from_data (4, 2, plane, 4, NULL);
  g_autoptr (PelLabels) none = pel_labels_new (4, 2, NULL);
  PelSizeTally tally = { 0 };
  g_assert_true (pel_size_tally_add (&tally, labels, foreground, NULL));
  g_assert_true (pel_size_tally_add (&tally, none, foreground, NULL));
  g_assert_true (pel_size_tally_add (&tally, labels, foreground, NULL));
  PelSizeProbe probe = pel_size_tally_finish (&tally, 1.0);
  g_assert_cmpuint (probe.n_cells, ==, 4);
  g_assert_cmpfloat (probe.octaves, ==, 1.0);
  g_assert_cmpfloat_with_epsilon (probe.diameter, (2 * sqrt (4 / G_PI) + 2 * sqrt (1 / G_PI)) / 2,
                                  1e-9);
  g_assert_cmpfloat_with_epsilon (probe.confidence, (0.6 + 1.0) / 2, 1e-6);
  pel_size_tally_clear (&tally);
}

/* Cells of any size are brought near the known one, and those near it are left as they are. */
static void
test_choose (void)
{
  for (double diameter = 8.0; diameter < 90.0; diameter *= 1.25)
    {
      PelSizeProbe probes[] = { look (diameter, 0.0), look (diameter, -1.0),
                                look (MIN (diameter, 60.0), 1.0) };
      double octaves = pel_size_choose (probes, diameter < 30.0 ? 3 : 2, &known_sizes);
      double seen = diameter * exp2 (octaves);

      g_test_message ("%.1f pixels: %+.2f octaves", diameter, octaves);
      g_assert_cmpfloat (seen, >, 0.68 * KNOWN);
      g_assert_cmpfloat (seen, <, 1.85 * KNOWN);
      if (diameter > 0.85 * KNOWN && diameter < 1.2 * KNOWN)
        g_assert_cmpfloat (octaves, ==, 0.0);
    }
}

static void
test_choose_nothing (void)
{
  /* No cells, too few, and cells that are not found surely. */
  const PelSizeProbe nothing[] = { { 0.0, 0, 0.0, 0.0 }, { -1.0, 2, 20.0, 0.99 } };
  const PelSizeProbe unsure[] = { { 0.0, 30, 9.0, 0.6 }, { 1.0, 30, 20.0, 0.78 } };
  const PelSizeProbe alone[] = { { 0.0, 0, 0.0, 0.0 }, { 1.0, 40, 20.0, 0.88 } };
  const PelSizeProbe sure[] = { { 0.0, 0, 0.0, 0.0 }, { 1.0, 40, 20.0, 0.96 } };

  g_assert_cmpfloat (pel_size_choose (nothing, 0, &known_sizes), ==, 0.0);
  g_assert_cmpfloat (pel_size_choose (nothing, 2, &known_sizes), ==, 0.0);
  g_assert_cmpfloat (pel_size_choose (unsure, 2, &known_sizes), ==, 0.0);
  g_assert_cmpfloat (pel_size_choose (alone, 2, &known_sizes), ==, 0.0);
  g_assert_cmpfloat (pel_size_choose (sure, 2, &known_sizes), ==, 1.0);
}

/* Of two that are equally good, the one that agrees with a third on the size is taken. */
static void
test_choose_agreement (void)
{
  const PelSizeProbe probes[] = { { 0.0, 50, 11.0, 0.85 },
                                  { -1.0, 50, 20.0, 0.87 },
                                  { 1.0, 50, 22.0, 0.87 } };
  const PelSizeProbe large[] = { { 0.0, 20, 40.0, 0.85 },
                                 { -1.0, 20, 20.0, 0.85 },
                                 { 1.0, 20, 22.0, 0.86 } };

  g_assert_cmpfloat (pel_size_choose (probes, 3, &known_sizes), ==, 1.0);
  g_assert_cmpfloat (pel_size_choose (large, 3, &known_sizes), ==, -1.0);

  /* However large or small: within bounds. */
  const PelSizeProbe huge[] = { { 0.0, 5, 5000.0, 0.95 } }, dots[] = { { 0.0, 500, 1.2, 0.95 } };
  g_assert_cmpfloat (pel_size_choose (huge, 1, &known_sizes), ==, -1.0);
  g_assert_cmpfloat (pel_size_choose (dots, 1, &known_sizes), ==, 1.0);
}

/* Round cells are shown no larger than they need be; long ones, and those of which nothing is
 * known, as they were looked at. */
static void
test_choose_enough (void)
{
  const PelSizeProbe first = { 0.0, 40, 14.0, 0.85, 0.0 };
  const PelSizeProbe round[] = { first, { 1.0, 20, 28.0, 0.94, 1.3 } };
  const PelSizeProbe stretched[] = { first, { 1.0, 20, 28.0, 0.94, 3.5 } };
  const PelSizeProbe unknown[] = { first, { 1.0, 20, 28.0, 0.94, 0.0 } };
  const PelSizeProbe small[] = { first, { 1.0, 20, 19.0, 0.94, 1.3 } };
  double octaves = pel_size_choose (round, 2, &known_sizes);

  g_assert_cmpfloat (octaves, <, 0.75);
  g_assert_cmpfloat (14.0 * exp2 (octaves), >, 0.85 * KNOWN);
  g_assert_cmpfloat (14.0 * exp2 (octaves), <=, KNOWN);
  g_assert_cmpfloat (pel_size_choose (stretched, 2, &known_sizes), ==, 1.0);
  g_assert_cmpfloat (pel_size_choose (unknown, 2, &known_sizes), ==, 1.0);
  g_assert_cmpfloat (pel_size_choose (small, 2, &known_sizes), ==, 1.0);
}

/* A model that learnt from images of several sizes minds none of them. */
static void
test_choose_range (void)
{
  const PelKnownSizes range = { KNOWN, 10.0, 45.0 };
  const PelSizeProbe small[] = { { 0.0, 40, 11.0, 0.9, 0.0 }, { 1.0, 20, 22.0, 0.92, 1.3 } };
  const PelSizeProbe large[] = { { 0.0, 40, 44.0, 0.9, 0.0 }, { -1.0, 20, 22.0, 0.905, 0.0 } };
  const PelSizeProbe beyond[] = { { 0.0, 40, 5.0, 0.85, 0.0 }, { 1.0, 20, 10.0, 0.92, 1.3 } };

  g_assert_cmpfloat (pel_size_choose (small, 2, &range), ==, 0.0);
  g_assert_cmpfloat (pel_size_choose (large, 2, &range), ==, 0.0);
  g_assert_cmpfloat (pel_size_choose (small, 2, &known_sizes), >, 0.5);
  g_assert_cmpfloat (pel_size_choose (large, 2, &known_sizes), ==, -1.0);
  g_assert_cmpfloat (pel_size_choose (beyond, 2, &range), ==, 1.0);
}

static void
fill (guint32 *plane, guint32 label, guint x0, guint y0, guint width, guint height)
{
  for (guint y = y0; y < y0 + height; y++)
    for (guint x = x0; x < x0 + width; x++)
      plane[y * SIDE + x] = label;
}

static void
test_form (void)
{
  g_autofree guint32 *plane = g_new0 (guint32, SIDE * SIDE);
  double spread;
  guint n_discs;

  g_autoptr (PelLabels) none = pel_labels_new (SIDE, SIDE, NULL);
  g_assert_true (pel_cell_form_measure (none, &spread, NULL));
  g_assert_cmpfloat (spread, ==, 0.0);

  g_autofree float *discs = new_discs (40.0, 1.0f, &n_discs);
  PelCutOptions cut = { .threshold = 0.5, .min_size = 4 };
  g_autoptr (PelLabels) round = pel_cut_cells (discs, NULL, SIDE, SIDE, &cut, NULL, NULL);
  g_assert_true (pel_cell_form_measure (round, &spread, NULL));
  g_assert_cmpfloat (fabs (spread - 1.0), <, 0.15);

  fill (plane, 1, 10, 10, 60, 60);
  g_autoptr (PelLabels) square = pel_labels_new_from_data (SIDE, SIDE, plane, SIDE, NULL);
  g_assert_true (pel_cell_form_measure (square, &spread, NULL));
  g_assert_cmpfloat (fabs (spread - 4.0 / G_PI), <, 0.15);

  /* Two that touch are two. */
  fill (plane, 1, 10, 10, 180, 30);
  fill (plane, 0, 10, 40, 60, 30);
  fill (plane, 2, 10, 40, 180, 30);
  g_autoptr (PelLabels) bars = pel_labels_new_from_data (SIDE, SIDE, plane, SIDE, NULL);
  g_assert_true (pel_cell_form_measure (bars, &spread, NULL));
  g_assert_cmpfloat (fabs (spread - 6.0 * 4.0 / G_PI), <, 0.8);
}

/* Long cells that touch end to end: the border between them, too weak for the usual cut, parts
 * them. Discs keep the usual cut. */
static void
test_cut_by_form (void)
{
  g_autofree float *foreground = g_new0 (float, SIDE *SIDE);
  g_autofree float *border = g_new0 (float, SIDE *SIDE);
  PelCutOptions options = {
    .threshold = 0.5, .min_size = 4, .min_share = 0.05, .separation = 0.5, .by_form = TRUE
  };

  for (guint y = 0; y < SIDE; y++)
    for (guint x = 10; x < SIDE - 10; x++)
      if (y < 240 && y % 40 >= 10 && y % 40 < 25)
        {
          foreground[y * SIDE + x] = 0.95f;
          border[y * SIDE + x] = x / 2 == SIDE / 4 ? 0.35f : 0.0f;
        }
  PelCutOptions usual = options;
  g_autoptr (PelLabels) joined =
      pel_cut_cells (foreground, border, SIDE, SIDE, &options, NULL, NULL);
  g_autoptr (PelLabels) parted =
      pel_cut_cells_by_form (foreground, border, SIDE, SIDE, &options, NULL, NULL);
  g_assert_cmpuint (pel_labels_get_max (joined), ==, 6);
  g_assert_cmpuint (pel_labels_get_max (parted), ==, 12);
  g_assert_true (options.by_form);
  g_assert_cmpfloat (options.separation, ==, 1.0);
  g_assert_cmpfloat (options.min_share, >, usual.min_share);
  /* What it says it did is what it did. */
  g_autoptr (PelLabels) again =
      pel_cut_cells (foreground, border, SIDE, SIDE, &options, NULL, NULL);
  g_assert_cmpuint (pel_labels_get_max (again), ==, 12);

  options = usual;
  options.by_form = FALSE;
  g_autoptr (PelLabels) told =
      pel_cut_cells_by_form (foreground, border, SIDE, SIDE, &options, NULL, NULL);
  g_assert_cmpuint (pel_labels_get_max (told), ==, 6);

  guint n_discs;
  g_autofree float *discs = new_discs (24.0, 0.95f, &n_discs);
  g_autofree float *between = g_new0 (float, SIDE *SIDE);
  options = usual;
  g_autoptr (PelLabels) round =
      pel_cut_cells_by_form (discs, between, SIDE, SIDE, &options, NULL, NULL);
  g_assert_cmpuint (pel_labels_get_max (round), ==, n_discs);
  g_assert_false (options.by_form);
  g_assert_cmpfloat (options.separation, ==, usual.separation);
  g_assert_cmpfloat (options.min_share, ==, usual.min_share);
}

/* The ready-made model on a part of a sample image, as it is and made smaller: the same cells, told
 * by nobody how large they are. */
static void
test_ready_model (void)
{
  g_autofree char *model_path =
      g_test_build_filename (G_TEST_DIST, "..", "data", "models", "ready-made.safetensors", NULL);
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "..", "data", "sample", "images", "t98g_12.png", NULL);
  const double scales[] = { 1.0, 0.6, 0.36 };
  g_autoptr (PelModel) model = pel_model_load (model_path, NULL);
  g_autoptr (PelImage) image = pel_image_load (path, 0, NULL, NULL);
  g_autoptr (PelPool) pool = pel_pool_new (2);
  PelRect part = { 200, 200, 600, 600 };
  double first = 0.0;
  guint n_cells = 0;

  g_assert_nonnull (model);
  g_assert_nonnull (image);
  g_assert_true (pel_model_get_info (model)->guess_size);
  for (guint i = 0; i < G_N_ELEMENTS (scales); i++)
    {
      guint side = pel_rescale_length (600, scales[i]);
      g_autoptr (PelImage) shown = pel_rescale_image (image, &part, side, side, NULL);
      g_autoptr (PelPrediction) found =
          pel_predict_image (model, shown, NULL, pool, NULL, NULL, NULL, NULL);

      g_assert_nonnull (found);
      g_assert_true (found->guessed);
      g_test_message ("%.2f: magnification %.2f, %u cells", scales[i], found->magnification,
                      pel_labels_get_max (found->labels));
      if (i == 0)
        {
          first = found->magnification;
          n_cells = pel_labels_get_max (found->labels);
          g_assert_cmpfloat (first, >, 1.4);
          g_assert_cmpuint (n_cells, >, 10);

          /* What was found can be told, with the same result. */
          PelPredictOptions options;
          pel_predict_options_init (&options);
          options.diameter = first * pel_model_get_info (model)->typical_diameter;
          g_autoptr (PelPrediction) told =
              pel_predict_image (model, shown, &options, pool, NULL, NULL, NULL, NULL);
          g_assert_false (told->guessed);
          g_assert_cmpfloat_with_epsilon (told->magnification, first, 1e-9);
          for (guint k = 0; k < side * side; k++)
            g_assert_cmpfloat (fabsf (told->foreground[k] - found->foreground[k]), <, 1e-4f);

          options.diameter = PEL_PREDICT_MODEL_SIZE;
          g_autoptr (PelPrediction) known =
              pel_predict_image (model, shown, &options, pool, NULL, NULL, NULL, NULL);
          g_assert_false (known->guessed);
          g_assert_cmpfloat (known->magnification, ==, 1.0);
          continue;
        }
      /* As large in the network's eyes, within what it does not mind. */
      g_assert_cmpfloat (found->magnification, <=, first);
      g_assert_cmpfloat (fabs (log2 (found->magnification / (first * scales[i]))), <, 0.85);
      g_assert_cmpuint (pel_labels_get_max (found->labels), >, n_cells * 6 / 10);
      g_assert_cmpuint (pel_labels_get_max (found->labels), <, n_cells * 16 / 10);
    }
}

/* Noise that was smoothed looks like crowded cells where it is shown large enough, and is left
 * alone all the same. */
static void
test_noise (void)
{
  g_autofree char *model_path =
      g_test_build_filename (G_TEST_DIST, "..", "data", "models", "ready-made.safetensors", NULL);
  g_autoptr (PelModel) model = pel_model_load (model_path, NULL);
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (PelImage) noise = pel_image_new (SIDE / 4, SIDE / 4, 1, PEL_SAMPLE_U8, NULL);
  guint8 *grains = pel_image_get_writable_plane (noise, 0);
  PelRandom random;

  g_assert_nonnull (model);
  pel_random_init (&random, 11, 1);
  for (guint i = 0; i < SIDE * SIDE / 16; i++)
    grains[i] = (guint8)pel_random_below (&random, 256);
  for (guint blob = 4; blob <= 12; blob += 4)
    {
      guint side = SIDE / 4 * blob / 2;
      g_autoptr (PelImage) smooth = pel_rescale_image (noise, NULL, side, side, NULL);
      PelRect middle = { 0, 0, (gint)MIN (side, SIDE), (gint)MIN (side, SIDE) };
      g_autoptr (PelImage) image =
          pel_rescale_image (smooth, &middle, (guint)middle.width, (guint)middle.height, NULL);
      PelPredictOptions options;
      pel_predict_options_init (&options);
      g_autoptr (PelPrediction) found =
          pel_predict_image (model, image, &options, pool, NULL, NULL, NULL, NULL);
      options.diameter = PEL_PREDICT_MODEL_SIZE;
      g_autoptr (PelPrediction) plain =
          pel_predict_image (model, image, &options, pool, NULL, NULL, NULL, NULL);

      g_test_message ("blobs of %u pixels: %u cells at %.2f, %u as it is", blob,
                      pel_labels_get_max (found->labels), found->magnification,
                      pel_labels_get_max (plain->labels));
      g_assert_cmpuint (pel_labels_get_max (found->labels), <=,
                        pel_labels_get_max (plain->labels) + 20);
    }
}

/* An image without cells stays without, and as it is. */
static void
test_empty_image (void)
{
  g_autofree char *model_path =
      g_test_build_filename (G_TEST_DIST, "..", "data", "models", "ready-made.safetensors", NULL);
  g_autoptr (PelModel) model = pel_model_load (model_path, NULL);
  g_autoptr (PelImage) image = pel_image_new (150, 90, 1, PEL_SAMPLE_U8, NULL);
  g_autoptr (PelImage) dot = pel_image_new (3, 2, 1, PEL_SAMPLE_U8, NULL);
  g_autoptr (PelPool) pool = pel_pool_new (1);
  g_autoptr (PelPrediction) found =
      pel_predict_image (model, image, NULL, pool, NULL, NULL, NULL, NULL);
  g_autoptr (PelPrediction) tiny =
      pel_predict_image (model, dot, NULL, pool, NULL, NULL, NULL, NULL);

  g_assert_cmpfloat (found->magnification, ==, 1.0);
  g_assert_cmpuint (pel_labels_get_max (found->labels), ==, 0);
  g_assert_cmpfloat (tiny->magnification, ==, 1.0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/size-guess/tally", test_tally);
  g_test_add_func ("/size-guess/choose", test_choose);
  g_test_add_func ("/size-guess/choose-nothing", test_choose_nothing);
  g_test_add_func ("/size-guess/choose-agreement", test_choose_agreement);
  g_test_add_func ("/size-guess/choose-enough", test_choose_enough);
  g_test_add_func ("/size-guess/choose-range", test_choose_range);
  g_test_add_func ("/size-guess/noise", test_noise);
  g_test_add_func ("/size-guess/form", test_form);
  g_test_add_func ("/size-guess/cut-by-form", test_cut_by_form);
  g_test_add_func ("/size-guess/ready-model", test_ready_model);
  g_test_add_func ("/size-guess/empty-image", test_empty_image);
  return g_test_run ();
}
