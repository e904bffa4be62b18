/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-rand-score.h"
#include "engine/pel-engine.h"

#include <math.h>

static double
next_number (char **at)
{
  char *end;
  double value = g_ascii_strtod (*at, &end);

  g_assert_true (end != *at);
  *at = end;
  return value;
}

static PelLabels *
next_labels (char **at, guint w, guint h)
{
  g_autofree guint32 *plane = g_new (guint32, w * h);

  for (guint i = 0; i < w * h; i++)
    plane[i] = (guint32)next_number (at);
  return pel_labels_new_from_data (w, h, plane, w, NULL);
}

static void
check (const PelScores *scores, char **at)
{
  const double values[] = {
    scores->dice,      scores->iou,           scores->pixel_accuracy, scores->ap50,
    scores->ap75,      scores->ap50_95,       scores->f1_50,          scores->precision_50,
    scores->recall_50, scores->diameter_mape, scores->rand_foreground
  };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      double truth = next_number (at);

      g_test_message ("%u: %.9f, expected %.9f", i, values[i], truth);
      if (isnan (truth))
        g_assert_true (isnan (values[i]));
      else
        g_assert_cmpfloat_with_epsilon (values[i], truth, 1e-9);
    }
}

/* Scores that a program of its own computed from the definitions. */
static void
test_reference (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "evaluation.txt", NULL);
  g_autofree char *text = NULL;
  g_autoptr (PelEvaluation) evaluation = pel_evaluation_new ();
  PelScores total;
  guint n_images;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  char *at = text;
  guint n_pairs = (guint)next_number (&at);
  for (guint i = 0; i < n_pairs; i++)
    {
      guint w = (guint)next_number (&at), h = (guint)next_number (&at);
      g_autoptr (PelLabels) prediction = next_labels (&at, w, h);
      g_autoptr (PelLabels) truth = next_labels (&at, w, h);
      g_autofree char *name = g_strdup_printf ("image %u", i);

      g_assert_true (pel_evaluation_add (evaluation, name, prediction, truth, NULL));
      const PelScores *images = pel_evaluation_get_images (evaluation, &n_images);
      g_assert_cmpuint (n_images, ==, i + 1);
      g_assert_cmpstr (images[i].name, ==, name);
      check (&images[i], &at);
    }
  pel_evaluation_get_total (evaluation, &total);
  g_assert_cmpuint (total.n_images, ==, n_pairs);
  check (&total, &at);
}

static void
test_perfect (void)
{
  guint32 plane[24] = { 1, 1, 0, 9, 9, 0, 1, 1, 0, 9, 9, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2 };
  g_autoptr (PelLabels) labels = pel_labels_new_from_data (6, 4, plane, 6, NULL);
  g_autoptr (PelLabels) narrow = pel_labels_new (5, 4, NULL);
  g_autoptr (PelEvaluation) evaluation = pel_evaluation_new ();
  g_autoptr (GError) error = NULL;
  PelScores scores;

  pel_evaluation_get_total (evaluation, &scores);
  g_assert_true (isnan (scores.dice) && isnan (scores.ap50) && isnan (scores.f1_50));
  g_assert_false (pel_evaluation_add (evaluation, "a", narrow, labels, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE);
  g_assert_true (pel_evaluation_add (evaluation, "a", labels, labels, NULL));
  pel_evaluation_get_total (evaluation, &scores);
  g_assert_cmpuint (scores.n_images, ==, 1);
  g_assert_cmpuint (scores.n_matched, ==, 3);
  g_assert_cmpfloat (scores.dice, ==, 1);
  g_assert_cmpfloat (scores.ap50_95, ==, 1);
  g_assert_cmpfloat (scores.diameter_mape, ==, 0);
  g_assert_cmpfloat (scores.rand_foreground, ==, 1);
}

/* The definition by pairs of pixels: of those that lie in one region of either, how many lie in one
 * of both, each pixel paired with itself too. */
static double
rand_by_pairs (const guint32 *predicted, const guint32 *truth, guint n)
{
  double joint = 0, by_predicted = 0, by_truth = 0;

  for (guint a = 0; a < n; a++)
    for (guint b = 0; b < n; b++)
      {
        gboolean p = a == b || (predicted[a] != 0 && predicted[a] == predicted[b]);
        gboolean t = truth[a] == truth[b];

        if (truth[a] == 0 || truth[b] == 0)
          continue;
        joint += p && t;
        by_predicted += p;
        by_truth += t;
      }
  return by_truth > 0 ? 2 * joint / (by_predicted + by_truth) : (double)NAN;
}

static void
test_rand (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint round = 0; round < 100; round++)
    {
      guint32 predicted[150], truth[150];
      gint n_predicted = g_rand_int_range (rand, 1, 8), n_truth = g_rand_int_range (rand, 1, 8);

      for (guint i = 0; i < G_N_ELEMENTS (truth); i++)
        {
          gboolean runs_on = i > 0 && g_rand_int_range (rand, 0, 4) > 0;

          /* Numbers need not follow each other. */
          truth[i] = runs_on ? truth[i - 1] : 900u * (guint32)g_rand_int_range (rand, 0, n_truth);
          predicted[i] =
              runs_on ? predicted[i - 1] : 7u * (guint32)g_rand_int_range (rand, 0, n_predicted);
        }
      double wanted = rand_by_pairs (predicted, truth, G_N_ELEMENTS (truth));
      double found = pel_rand_score (predicted, truth, G_N_ELEMENTS (truth));
      if (isnan (wanted))
        g_assert_true (isnan (found));
      else
        g_assert_cmpfloat_with_epsilon (found, wanted, 1e-12);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/evaluation/reference", test_reference);
  g_test_add_func ("/evaluation/perfect", test_perfect);
  g_test_add_func ("/evaluation/rand", test_rand);
  return g_test_run ();
}
