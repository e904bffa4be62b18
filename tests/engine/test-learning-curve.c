/* SPDX-License-Identifier: MIT */
#include <string.h>
#include "engine/core/pel-error.h"
#include "engine/train/pel-cross-validation.h"
#include "engine/train/pel-learning-curve.h"
#include "tests/engine/train-test-data.h"

static void
init_short (PelTrainConfig *config)
{
  init_tiny (config);
  config->epochs = 1;
  config->steps_per_epoch = 6;
}

static void
assert_no_files (void)
{
  g_autoptr (GDir) dir = g_dir_open (*test_folder (), 0, NULL);
  g_assert_null (g_dir_read_name (dir));
}

static PelLearningCurve *
new_curve (PelDataset *dataset, const PelLearningOptions *options, PelPool *pool)
{
  g_autoptr (GError) error = NULL;
  PelLearningCurve *curve = pel_learning_curve_new (dataset, options, NULL, pool, &error);
  g_assert_no_error (error);
  return curve;
}

/* What is chosen: halves of what is left beside the images held out, and as much as time allows. */
static void
test_plan (void)
{
  g_autoptr (PelDataset) free = new_synthetic (24, 0, 32);
  g_autoptr (PelDataset) fixed = new_synthetic (20, 5, 32);
  g_autoptr (PelDataset) few = new_synthetic (3, 0, 32);
  PelPool *pool = pel_pool_new (1);
  PelLearningOptions options;
  guint n;
  pel_learning_options_init (&options);
  {
    g_autoptr (PelLearningCurve) curve = new_curve (free, &options, pool);
    const guint *sizes = pel_learning_curve_get_sizes (curve, &n);
    const guint wanted[] = { 2, 4, 9, 18 };
    g_assert_cmpmem (sizes, n * sizeof (guint), wanted, sizeof wanted);
    g_assert_cmpuint (pel_learning_curve_get_n_held_out (curve), ==, 6);
    g_assert_cmpuint (pel_learning_curve_get_n_repeats (curve), ==, 3);
    g_assert_cmpfloat (pel_learning_curve_get_run_limit (curve), ==, 0.0);
  }
  options.time_limit_s = 120.0;
  {
    g_autoptr (PelLearningCurve) curve = new_curve (fixed, &options, pool);
    const guint *sizes = pel_learning_curve_get_sizes (curve, &n);
    const guint wanted[] = { 10, 20 };
    g_assert_cmpmem (sizes, n * sizeof (guint), wanted, sizeof wanted);
    g_assert_cmpuint (pel_learning_curve_get_n_held_out (curve), ==, 5);
    g_assert_cmpuint (pel_learning_curve_get_n_repeats (curve), ==, 2);
    g_assert_cmpfloat (pel_learning_curve_get_run_limit (curve), ==, 30.0);
  }
  const guint sizes[] = { 7, 3, 7 };
  options.sizes = sizes;
  options.n_sizes = 3;
  options.repeats = 4;
  {
    g_autoptr (PelLearningCurve) curve = new_curve (fixed, &options, pool);
    g_autoptr (PelLearningCurve) same = new_curve (fixed, &options, pool);
    options.config.seed++;
    g_autoptr (PelLearningCurve) other = new_curve (fixed, &options, pool);
    const guint wanted[] = { 3, 7 };
    const guint *found = pel_learning_curve_get_sizes (curve, &n);
    g_assert_cmpmem (found, n * sizeof (guint), wanted, sizeof wanted);
    g_assert_cmpstr (pel_learning_curve_get_key (curve), ==, pel_learning_curve_get_key (same));
    g_assert_cmpstr (pel_learning_curve_get_key (curve), !=, pel_learning_curve_get_key (other));
  }
  g_autoptr (GError) error = NULL;
  const guint too_many[] = { 21 };
  options.sizes = too_many;
  options.n_sizes = 1;
  g_assert_null (pel_learning_curve_new (fixed, &options, NULL, pool, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT);
  g_clear_error (&error);
  options.n_sizes = 0;
  g_assert_null (pel_learning_curve_new (few, &options, NULL, pool, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_SAMPLES);
  pel_pool_free (pool);
}

typedef struct
{
  GCancellable *cancellable;
  guint stop_in; /* trial in which to stop */
  guint n_done;
  double fraction;
} Watch;

static void
on_progress (const PelTrialProgress *progress, gpointer data)
{
  Watch *watch = data;
  g_assert_cmpfloat (progress->fraction, >=, watch->fraction - 1e-9);
  g_assert_cmpfloat (progress->fraction, <=, 1.0);
  watch->fraction = progress->fraction;
  watch->n_done += progress->run_done;
  if (watch->cancellable != NULL && progress->run == watch->stop_in && progress->training != NULL &&
      progress->training->step == 3)
    g_cancellable_cancel (watch->cancellable);
}

/* Stopped and gone on with, here and in another session, the figures are the same. */
static void
test_run (void)
{
  g_autoptr (PelDataset) dataset = new_synthetic (8, 0, 64);
  PelPool *pool = pel_pool_new (2);
  PelLearningOptions options;
  const guint sizes[] = { 2, 4 };
  pel_learning_options_init (&options);
  init_short (&options.config);
  options.sizes = sizes;
  options.n_sizes = 2;
  options.repeats = 2;
  g_autoptr (PelLearningCurve) whole = new_curve (dataset, &options, pool);
  g_autoptr (PelLearningCurve) first = new_curve (dataset, &options, pool);
  g_autoptr (PelLearningCurve) second = new_curve (dataset, &options, pool);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Watch watch = { 0 };
  guint n, n_first;

  g_assert_true (pel_learning_curve_run (whole, NULL, on_progress, &watch, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (watch.n_done, ==, 4);
  g_assert_cmpfloat (watch.fraction, ==, 1.0);
  assert_no_files ();

  watch = (Watch){ .cancellable = cancellable, .stop_in = 1 };
  g_assert_false (pel_learning_curve_run (first, cancellable, on_progress, &watch, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_no_files ();
  const PelLearningRun *done = pel_learning_curve_get_runs (first, &n_first);
  g_assert_cmpuint (n_first, ==, 1);
  g_assert_cmpuint (done[0].n_images, ==, 4);
  g_assert_true (pel_learning_curve_add_run (second, &done[0]));
  g_assert_false (pel_learning_curve_add_run (second, &done[0]));
  g_assert_true (pel_learning_curve_run (first, NULL, NULL, NULL, NULL));
  watch = (Watch){ 0 };
  g_assert_true (pel_learning_curve_run (second, NULL, on_progress, &watch, NULL));
  g_assert_cmpuint (watch.n_done, ==, 3);

  const PelLearningRun *a = pel_learning_curve_get_runs (whole, &n);
  const PelLearningRun *b = pel_learning_curve_get_runs (first, &n);
  const PelLearningRun *c = pel_learning_curve_get_runs (second, &n);
  g_assert_cmpuint (n, ==, 4);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (a[i].n_images, ==, i % 2 == 0 ? 4 : 2);
      g_assert_cmpuint (a[i].repeat, ==, i / 2);
      g_assert_cmpuint (a[i].n_held_out, ==, 2);
      g_assert_cmpuint (a[i].n_cells, >, 0);
      g_assert_cmpfloat (a[i].ap50, ==, b[i].ap50);
      g_assert_cmpfloat (a[i].dice, ==, b[i].dice);
      g_assert_cmpfloat (a[i].dice, ==, c[i].dice);
    }
  g_autofree PelLearningPoint *points = pel_learning_curve_get_points (whole, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (points[0].n_images, ==, 2);
  g_assert_cmpuint (points[1].dice.n, ==, 2);
  g_assert_cmpfloat (fabs (points[1].dice.mean - 0.5 * (a[0].dice + a[2].dice)), <, 1e-12);
  g_assert_cmpfloat (fabs (points[1].dice.sd - fabs (a[0].dice - a[2].dice) / sqrt (2.0)), <,
                     1e-12);
  pel_pool_free (pool);
}

/* Figures made up: three numbers of images, three repeats. */
static void
judge (const double ap50[3][3], PelLearningAdvice *advice, char **text)
{
  g_autoptr (PelDataset) dataset = new_synthetic (16, 4, 32);
  PelPool *pool = pel_pool_new (1);
  PelLearningOptions options;
  const guint sizes[] = { 4, 8, 16 };
  pel_learning_options_init (&options);
  options.sizes = sizes;
  options.n_sizes = 3;
  options.repeats = 3;
  g_autoptr (PelLearningCurve) curve = new_curve (dataset, &options, pool);
  pel_learning_curve_get_advice (curve, advice);
  g_assert_cmpint (advice->verdict, ==, PEL_LEARNING_UNKNOWN);
  for (guint i = 0; i < 3; i++)
    for (guint k = 0; k < 3; k++)
      {
        PelLearningRun run = { .n_images = sizes[i],
                               .repeat = k,
                               .ap50 = ap50[i][k],
                               .ap75 = 0.1,
                               .dice = 0.5,
                               .diameter_mape = 7.0 };
        g_assert_true (pel_learning_curve_add_run (curve, &run));
      }
  pel_learning_curve_get_advice (curve, advice);
  *text = pel_learning_curve_describe (curve);
  g_test_message ("%s", *text);
  pel_pool_free (pool);
}

static void
test_advice (void)
{
  PelLearningAdvice advice;
  {
    /* Gains of 0.12 and then 0.08, 0.09 and 0.10: their deviation is 0.01, over three repeats. */
    const double rising[3][3] = { { 0.40, 0.41, 0.42 },
                                  { 0.52, 0.53, 0.54 },
                                  { 0.60, 0.62, 0.64 } };
    g_autofree char *text = NULL;
    judge (rising, &advice, &text);
    g_assert_cmpint (advice.verdict, ==, PEL_LEARNING_HELPS);
    g_assert_cmpfloat (fabs (advice.gain - 0.09), <, 1e-12);
    g_assert_cmpfloat (fabs (advice.margin - 1.886 * 0.01 / sqrt (3.0)), <, 1e-9);
    g_assert_cmpfloat (fabs (advice.expected - 0.09 * 0.75), <, 1e-9);
    g_assert_nonnull (strstr (text, "With 16 images the AP50 on images held out is 0.62."));
    g_assert_nonnull (strstr (text, "would help: twice as many may bring another +0.07."));
  }
  {
    const double flat[3][3] = { { 0.60, 0.60, 0.60 },
                                { 0.70, 0.70, 0.71 },
                                { 0.702, 0.70, 0.709 } };
    g_autofree char *text = NULL;
    judge (flat, &advice, &text);
    g_assert_cmpint (advice.verdict, ==, PEL_LEARNING_SATURATED);
    g_assert_nonnull (strstr (text, "hardly help"));
  }
  {
    const double slow[3][3] = { { 0.60, 0.60, 0.60 },
                                { 0.65, 0.65, 0.65 },
                                { 0.670, 0.671, 0.669 } };
    g_autofree char *text = NULL;
    judge (slow, &advice, &text);
    g_assert_cmpint (advice.verdict, ==, PEL_LEARNING_HELPS_LITTLE);
    g_assert_cmpfloat (fabs (advice.expected - 0.008), <, 1e-9);
  }
  {
    /* A gain that is none has no minus before its zeros. */
    const double level[3][3] = { { 0.6, 0.61, 0.6 }, { 0.7002, 0.71, 0.7 }, { 0.7, 0.71, 0.7 } };
    g_autofree char *text = NULL;
    judge (level, &advice, &text);
    g_assert_cmpfloat (advice.gain, <, 0.0);
    g_assert_nonnull (strstr (text, "changed by +0.000 with"));
  }
  {
    const double wild[3][3] = { { 0.50, 0.60, 0.40 }, { 0.55, 0.50, 0.61 }, { 0.50, 0.66, 0.58 } };
    g_autofree char *text = NULL;
    judge (wild, &advice, &text);
    g_assert_cmpint (advice.verdict, ==, PEL_LEARNING_UNCLEAR);
  }
  {
    const double falling[3][3] = { { 0.60, 0.60, 0.60 }, { 0.5, 0.5, 0.5 }, { 0.4, 0.41, 0.40 } };
    g_autofree char *text = NULL;
    judge (falling, &advice, &text);
    g_assert_cmpint (advice.verdict, ==, PEL_LEARNING_UNCLEAR);
    g_assert_nonnull (strstr (text, "too short"));
  }
}

/* Every image is scored once. */
static void
test_folds (void)
{
  g_autoptr (PelDataset) dataset = new_synthetic (6, 1, 64);
  PelPool *pool = pel_pool_new (2);
  PelTrainConfig config;
  init_short (&config);
  g_autoptr (GError) error = NULL;
  g_autoptr (PelCrossValidation) folds =
      pel_cross_validation_new (dataset, &config, 3, 0.0, 0, NULL, pool, &error);
  g_assert_no_error (error);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Watch watch = { .cancellable = cancellable, .stop_in = 2 };
  g_assert_false (pel_cross_validation_run (folds, cancellable, on_progress, &watch, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (pel_cross_validation_get_n_done (folds), ==, 2);
  g_assert_true (pel_cross_validation_run (folds, NULL, NULL, NULL, NULL));
  g_assert_cmpuint (pel_cross_validation_get_n_done (folds), ==, 3);
  assert_no_files ();

  PelScores total, scores;
  guint n_images = 0, n_truth = 0, n_cells = 0, n_listed;
  pel_evaluation_get_total (pel_cross_validation_get_evaluation (folds), &total);
  pel_evaluation_get_images (pel_cross_validation_get_evaluation (folds), &n_listed);
  for (guint i = 0; i < 3; i++)
    {
      pel_cross_validation_get_fold (folds, i, &scores);
      n_images += scores.n_images;
      n_truth += scores.n_truth;
      g_assert_cmpuint (scores.n_images, >=, 2);
    }
  for (guint i = 0; i < 7; i++)
    n_cells += pel_dataset_get_sample (dataset, i)->n_cells;
  g_assert_cmpuint (n_images, ==, 7);
  g_assert_cmpuint (n_listed, ==, 7);
  g_assert_cmpuint (total.n_images, ==, 7);
  g_assert_cmpuint (total.n_truth, ==, n_truth);
  g_assert_cmpuint (n_truth, ==, n_cells);

  g_clear_error (&error);
  g_assert_null (pel_cross_validation_new (dataset, &config, 8, 0.0, 0, NULL, pool, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_SAMPLES);
  g_clear_error (&error);
  g_assert_null (pel_cross_validation_new (dataset, &config, 1, 0.0, 0, NULL, pool, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT);
  pel_pool_free (pool);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* Where the trials put their models, so that it is seen whether they take them away. */
  g_setenv ("TMPDIR", *test_folder (), TRUE);
  g_test_add_func ("/learning-curve/plan", test_plan);
  g_test_add_func ("/learning-curve/run", test_run);
  g_test_add_func ("/learning-curve/advice", test_advice);
  g_test_add_func ("/cross-validation/folds", test_folds);
  int status = g_test_run ();
  remove_test_files ();
  return status;
}
