/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "app/document/pel-learning-job.h"
#include "tests/document/pel-test-fixture.h"
#include "tests/document/pel-test-model.h"

/* Learning curves and cross-validation of a project, as the window runs them. */

typedef TestFixture Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_fixture_set_up (fixture, 96, 64, 5, 5);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_fixture_tear_down (fixture);
}

static void
count_call (gpointer instance, guint *n)
{
  (*n)++;
}

#define finished(job) pel_job_get_is_finished (PEL_JOB (job))

static void
test_curve (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (fixture->project);
  PelTrainConfig config;
  guint n_news = 0, n_points;
  PelLearningAdvice advice;
  PelScores scores;

  test_small_config (&config, 1, 3);
  PelLearningJob *job = pel_learning_job_new (&config, items, 0, NULL);
  g_signal_connect (job, "news", G_CALLBACK (count_call), &n_news);
  g_assert_false (pel_learning_job_get_is_folds (job));
  g_assert_cmpstr (pel_learning_job_get_text (job), ==, "");
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  /* It is no training of the project's. */
  g_assert_null (pel_job_runner_get_training (fixture->runner));
  test_wait_for (finished (job));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_DONE);
  /* Four images to train on beside one held out, 4 and 2, three times. */
  g_assert_cmpuint (pel_learning_job_get_n_runs (job), ==, 6);
  g_assert_cmpuint (pel_learning_job_get_n_done (job), ==, 6);
  g_assert_cmpuint (n_news, >=, 1);
  const PelLearningPoint *points = pel_learning_job_get_points (job, &n_points);
  g_assert_cmpuint (n_points, ==, 2);
  g_assert_cmpuint (points[1].n_images, ==, 4);
  g_assert_cmpuint (points[1].dice.n, ==, 3);
  pel_learning_job_get_advice (job, &advice);
  g_assert_true (isfinite (advice.gain));
  g_assert_nonnull (strstr (pel_learning_job_get_text (job), "4 images"));
  g_assert_false (pel_learning_job_get_scores (job, &scores, NULL));
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);
}

static void
cancel_at_news (PelLearningJob *job, gpointer data)
{
  pel_job_cancel (PEL_JOB (job));
}

/* Cancelled, it keeps what it knows. */
static void
test_folds (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (fixture->project);
  PelTrainConfig config;
  PelScores scores;
  PelSpread ap50;

  test_small_config (&config, 1, 3);
  for (guint cancelled = 0; cancelled < 2; cancelled++)
    {
      /* Long enough that the first fold's news come before the end. */
      if (cancelled)
        config.epochs = 40;
      PelLearningJob *job = pel_learning_job_new_folds (&config, items, 5, 0, NULL);
      if (cancelled)
        g_signal_connect (job, "news", G_CALLBACK (cancel_at_news), NULL);
      pel_job_runner_submit (fixture->runner, PEL_JOB (job));
      test_wait_for (finished (job));
      g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==,
                       cancelled ? PEL_JOB_STATE_CANCELLED : PEL_JOB_STATE_DONE);
      g_assert_true (pel_learning_job_get_is_folds (job));
      g_assert_true (pel_learning_job_get_scores (job, &scores, &ap50));
      g_assert_cmpuint (scores.n_images, ==, pel_learning_job_get_n_done (job));
      if (cancelled)
        g_assert_cmpuint (scores.n_images, <, 5);
      else
        g_assert_cmpuint (scores.n_images, ==, 5);
      g_assert_cmpuint (ap50.n, ==, scores.n_images);
      g_assert_nonnull (strstr (pel_learning_job_get_text (job), "never saw it"));
      test_wait_for (!pel_job_runner_get_busy (fixture->runner));
      g_assert_finalize_object (job);
    }
}

static void
test_too_few (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (fixture->project);
  PelTrainConfig config;

  test_small_config (&config, 1, 3);
  PelLearningJob *job = pel_learning_job_new_folds (&config, items, 6, 0, NULL);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (finished (job));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_FAILED);
  g_assert_error (pel_job_get_error (PEL_JOB (job)), PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_SAMPLES);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/learning/curve", test_curve);
  ADD ("/learning/folds", test_folds);
  ADD ("/learning/too-few", test_too_few);
  return g_test_run ();
}
