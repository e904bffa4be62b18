/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>

#include "app/document/pel-forecast-job.h"
#include "app/document/pel-lessons.h"
#include "app/document/pel-model-entry-private.h"
#include "tests/document/pel-test-fixture.h"
#include "tests/document/pel-test-model.h"

/* What a training that has not begun will come to: the arithmetic, and the trial. */

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

static PelForecastJob *
new_job (Fixture *fixture, double seconds)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (fixture->project);
  PelTrainConfig config;
  PelForecastJob *job;

  test_small_config (&config, 0, 5);
  pel_train_config_set_time_limit (&config, 300.0);
  job = pel_forecast_job_new (&config, items, NULL);
  pel_forecast_job_set_seconds (job, seconds);
  return job;
}

#define finished(job) pel_job_get_is_finished (PEL_JOB (job))

/* Nothing of a trial stays on the disk. */
static void
assert_clean (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (g_get_tmp_dir (), 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_false (g_str_has_prefix (name, "pellicle-trial-"));
  g_assert_cmpuint (g_list_model_get_n_items (pel_project_get_models (fixture->project)), ==, 0);
}

static PelForecastJob *
try_for (Fixture *fixture, double seconds, PelForecast *forecast)
{
  PelForecastJob *job = new_job (fixture, seconds);

  g_assert_false (pel_forecast_job_get_forecast (job, forecast));
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  g_assert_null (pel_job_runner_get_training (fixture->runner));
  test_wait_for (finished (job));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_DONE);
  g_assert_true (pel_forecast_job_get_forecast (job, forecast));
  return job;
}

static void
test_done (Fixture *fixture, gconstpointer data)
{
  PelForecast forecast;
  PelForecastJob *job = try_for (fixture, 1.5, &forecast);

  /* A machine so slow that no epoch fits gets longer. */
  if (!isfinite (forecast.val_dice))
    {
      test_wait_for (!pel_job_runner_get_busy (fixture->runner));
      g_assert_finalize_object (job);
      job = try_for (fixture, 15, &forecast);
    }
  g_assert_cmpuint (forecast.n_steps, >, 0);
  g_assert_cmpfloat (forecast.step_seconds, >, 0.0);
  g_assert_cmpfloat (forecast.step_seconds, <, 60.0);
  g_assert_cmpfloat (forecast.preparing_seconds, >, 0.0);
  g_assert_cmpuint (forecast.base_channels, ==, 4);
  g_assert_cmpuint (forecast.batch, ==, 2);
  g_assert_cmpfloat (forecast.step_pixels, ==, 2 * 32 * 32);
  g_assert_cmpuint (forecast.epoch_steps, ==, 5);
  g_assert_cmpuint (forecast.fixed_steps, ==, 0);
  /* One of the five is held out, as a training would do it; none is marked for that. */
  g_assert_cmpuint (forecast.n_images, ==, 4);
  g_assert_cmpfloat (forecast.held_out_pixels, >, 0.0);
  g_assert_cmpuint (forecast.bytes, >, 0);
  g_assert_true (isfinite (forecast.val_dice));
  for (guint i = 0; i < 5; i++)
    g_assert_false (
        pel_image_document_get_validation (pel_project_get_image (fixture->project, i)));
  assert_clean (fixture);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);
}

static void
test_failed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GPtrArray) items = pel_project_list_training_items (fixture->project);
  PelTrainConfig config;
  PelForecast forecast;

  test_small_config (&config, 0, 5);
  for (guint i = 0; i < 2; i++)
    {
      PelForecastJob *job =
          pel_forecast_job_new (&config, i == 0 ? none : items, i == 0 ? NULL : "/none/at all");

      pel_job_runner_submit (fixture->runner, PEL_JOB (job));
      test_wait_for (finished (job));
      g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_FAILED);
      if (i == 0)
        g_assert_error (pel_job_get_error (PEL_JOB (job)), PEL_ENGINE_ERROR,
                        PEL_ENGINE_ERROR_NO_SAMPLES);
      else
        g_assert_nonnull (strstr (pel_job_get_error (PEL_JOB (job))->message, "/none/at all"));
      g_assert_false (pel_forecast_job_get_forecast (job, &forecast));
      test_wait_for (!pel_job_runner_get_busy (fixture->runner));
      g_assert_finalize_object (job);
    }
  assert_clean (fixture);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  PelForecastJob *job = new_job (fixture, 600.0);
  PelForecast forecast;

  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (pel_job_get_fraction (PEL_JOB (job)) > 0.0);
  pel_job_cancel (PEL_JOB (job));
  test_wait_for (finished (job));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_CANCELLED);
  g_assert_false (pel_forecast_job_get_forecast (job, &forecast));
  /* The answer comes at once, and its thread tidies up after that. */
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  assert_clean (fixture);
  g_assert_finalize_object (job);
}

/* A newer one waits for its turn, and one that is given up before that does nothing. */
static void
test_superseded (Fixture *fixture, gconstpointer data)
{
  PelForecastJob *first = new_job (fixture, 600.0);
  PelForecastJob *second = new_job (fixture, 600.0);
  PelForecastJob *third = new_job (fixture, 1.0);
  PelForecast forecast;

  pel_job_runner_submit (fixture->runner, PEL_JOB (first));
  pel_job_runner_submit (fixture->runner, PEL_JOB (second));
  pel_job_runner_submit (fixture->runner, PEL_JOB (third));
  test_wait_for (pel_job_get_fraction (PEL_JOB (first)) > 0.0);
  g_assert_cmpint (pel_job_get_state (PEL_JOB (second)), ==, PEL_JOB_STATE_QUEUED);
  pel_job_cancel (PEL_JOB (second));
  pel_job_cancel (PEL_JOB (first));
  test_wait_for (finished (third));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (first)), ==, PEL_JOB_STATE_CANCELLED);
  g_assert_cmpint (pel_job_get_state (PEL_JOB (second)), ==, PEL_JOB_STATE_CANCELLED);
  g_assert_false (pel_forecast_job_get_forecast (second, &forecast));
  g_assert_true (pel_forecast_job_get_forecast (third, &forecast));
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (first);
  g_assert_finalize_object (second);
  g_assert_finalize_object (third);
}

/* The window is closed meanwhile, and with it the runner goes. */
static void
test_closed (Fixture *fixture, gconstpointer data)
{
  PelForecastJob *job = new_job (fixture, 600.0);

  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (pel_job_get_fraction (PEL_JOB (job)) > 0.0);
  g_assert_finalize_object (g_steal_pointer (&fixture->runner));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_CANCELLED);
  assert_clean (fixture);
  g_assert_finalize_object (job);
}

/* The arithmetic */

static void
test_steps (void)
{
  PelForecast forecast = {
    .step_seconds = 0.125, .preparing_seconds = 2.0, .step_pixels = 8 * 128 * 128, .epoch_steps = 25
  };
  guint without, with;

  /* (100 - 2 - 0.5 - 4 x 0.125) / 0.125 */
  without = pel_forecast_count_steps (&forecast, 100.0);
  g_assert_cmpuint (without, ==, 776);
  g_assert_cmpuint (pel_forecast_count_steps (&forecast, 1.0), ==, 1);
  forecast.fixed_steps = 500;
  g_assert_cmpuint (pel_forecast_count_steps (&forecast, 100.0), ==, 500);
  g_assert_cmpuint (pel_forecast_count_steps (&forecast, 20.0), ==, 136);
  forecast.fixed_steps = 0;

  /* Judging takes a part, but never more than the trainer lets it. */
  forecast.judging_seconds = 0.5;
  forecast.judged_pixels = 1e5;
  forecast.held_out_pixels = 1e5;
  with = pel_forecast_count_steps (&forecast, 100.0);
  g_assert_cmpuint (with, <, without);
  forecast.held_out_pixels = 1e12;
  g_assert_cmpuint (pel_forecast_count_steps (&forecast, 100.0), <, with);
  g_assert_cmpuint (pel_forecast_count_steps (&forecast, 100.0), >, without / 2);
  /* More time is never fewer steps. */
  for (double seconds = 1.0, last = 0.0; seconds < 5000.0; seconds *= 1.3)
    {
      double n = pel_forecast_count_steps (&forecast, seconds);

      g_assert_cmpfloat (n, >=, last);
      last = n;
    }
}

/* A model in a file, with a score for each of so many steps. */
static PelModelEntry *
make_entry (const char *root,
            const char *name,
            guint base,
            guint n_points,
            guint step,
            double first,
            double last)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.safetensors", root, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (PelModel) model = NULL;
  PelTrainConfig config;
  PelModelInfo info;

  test_small_config (&config, 0, 5);
  config.base_channels = base;
  config.epochs = 1;
  model = pel_model_new (&config, &error);
  g_assert_no_error (error);
  info = *pel_model_get_info (model);
  info.images = n_points;
  pel_model_set_info (model, &info);
  for (guint i = 0; i < n_points; i++)
    {
      double share = n_points > 1 ? (double)i / (n_points - 1) : 1.0;
      PelHistoryRow row = { .step = (i + 1) * step,
                            .epoch = i + 1,
                            .seconds = i,
                            .loss = 0.5,
                            .val_loss = 0.5,
                            .val_dice = 0.9,
                            .val_ap50 = first + share * (last - first) };

      pel_model_add_history (model, &row);
    }
  g_assert_true (pel_model_save (model, path, &error));
  g_assert_no_error (error);
  return pel_model_entry_new (pel_model_facts_read (path), NULL);
}

static void
test_expectation (void)
{
  g_autofree char *root = test_make_folder ();
  g_autofree char *bad = g_build_filename (root, "bad.safetensors", NULL);
  g_autoptr (GListStore) models = g_list_store_new (PEL_TYPE_MODEL_ENTRY);
  g_autoptr (PelModelEntry) a = make_entry (root, "a", 4, 10, 100, 0.1, 1.0);
  g_autoptr (PelModelEntry) other = make_entry (root, "other", 8, 10, 100, 0.99, 0.99);
  g_autoptr (PelModelEntry) brief = make_entry (root, "brief", 4, 1, 100, 0.05, 0.05);
  g_autoptr (PelModelEntry) b = make_entry (root, "b", 4, 4, 100, 0.6, 0.3);
  g_autoptr (PelModelEntry) broken = NULL;
  PelForecast forecast = { .task = PEL_TASK_CELLS, .base_channels = 4 };
  PelExpectation expectation;

  g_assert_true (g_file_set_contents (bad, "no model", -1, NULL));
  broken = pel_model_entry_new (pel_model_facts_read (bad), NULL);
  g_assert_nonnull (pel_model_entry_get_problem (broken));
  g_list_store_append (models, other);
  g_list_store_append (models, broken);
  pel_forecast_expect (&forecast, 500, G_LIST_MODEL (models), &expectation);
  g_assert_cmpuint (expectation.n_models, ==, 0);

  g_list_store_append (models, a);
  g_list_store_append (models, brief);
  pel_forecast_expect (&forecast, 500, G_LIST_MODEL (models), &expectation);
  g_assert_cmpuint (expectation.n_models, ==, 1);
  g_assert_cmpstr (expectation.name, ==, "a");
  g_assert_cmpfloat_with_epsilon (expectation.low, 0.5, 1e-6);
  g_assert_cmpfloat (expectation.high, ==, expectation.low);
  g_assert_cmpuint (expectation.n_images, ==, 10);
  g_assert_cmpuint (expectation.n_steps, ==, 500);
  /* More steps than it made, but not too many more. */
  pel_forecast_expect (&forecast, 2000, G_LIST_MODEL (models), &expectation);
  g_assert_cmpuint (expectation.n_models, ==, 1);
  g_assert_cmpuint (expectation.n_steps, ==, 1000);
  pel_forecast_expect (&forecast, 20000, G_LIST_MODEL (models), &expectation);
  g_assert_cmpuint (expectation.n_models, ==, 0);
  /* For so few steps the short one is a guide. */
  pel_forecast_expect (&forecast, 100, G_LIST_MODEL (models), &expectation);
  g_assert_cmpuint (expectation.n_models, ==, 2);
  g_assert_null (expectation.name);
  g_assert_cmpfloat_with_epsilon (expectation.low, 0.05, 1e-6);
  g_assert_cmpfloat_with_epsilon (expectation.high, 0.1, 1e-6);

  /* The best one up to there, even where it was worse later. */
  g_list_store_append (models, b);
  pel_forecast_expect (&forecast, 500, G_LIST_MODEL (models), &expectation);
  g_assert_cmpuint (expectation.n_models, ==, 2);
  g_assert_cmpfloat_with_epsilon (expectation.high, 0.6, 1e-6);
  forecast.task = PEL_TASK_MASK;
  pel_forecast_expect (&forecast, 500, G_LIST_MODEL (models), &expectation);
  g_assert_cmpuint (expectation.n_models, ==, 0);
  test_remove_tree (root);
}

/* What there is to learn from, and that images are held out once and for good. */
static void
test_lessons (Fixture *fixture, gconstpointer data)
{
  PelLessons lessons;
  guint held_out = G_MAXUINT;

  pel_project_count_lessons (fixture->project, &lessons);
  g_assert_cmpuint (lessons.images, ==, 5);
  g_assert_cmpuint (lessons.complete, ==, 5);
  g_assert_cmpuint (lessons.held_out, ==, 0);
  g_assert_true (pel_project_get_can_teach (fixture->project));
  pel_project_hold_some_out (fixture->project, 7);
  pel_project_count_lessons (fixture->project, &lessons);
  g_assert_cmpuint (lessons.images, ==, 4);
  g_assert_cmpuint (lessons.held_out, ==, 1);
  for (guint i = 0; i < 5; i++)
    if (pel_image_document_get_validation (pel_project_get_image (fixture->project, i)))
      held_out = i;
  pel_project_hold_some_out (fixture->project, 8);
  pel_project_count_lessons (fixture->project, &lessons);
  g_assert_cmpuint (lessons.held_out, ==, 1);
  g_assert_true (
      pel_image_document_get_validation (pel_project_get_image (fixture->project, held_out)));
  for (guint i = 0; i < 5; i++)
    pel_image_document_set_validation (pel_project_get_image (fixture->project, i), TRUE);
  g_assert_false (pel_project_get_can_teach (fixture->project));
}

/* Gives every cell the history of one that a prediction brought, and of so many of them that the
 * user accepted them one by one. */
static void
take_from_model (PelImageDocument *image, guint n_reviewed)
{
  g_autoptr (GArray) labels = NULL;

  test_load (image);
  labels = pel_mask_list_labels (pel_image_document_get_mask (image));
  for (guint i = 0; i < labels->len; i++)
    {
      PelCellInfo info;

      pel_cell_info_init (&info);
      info.origin = PEL_CELL_ORIGIN_MODEL;
      info.reviewed = i < n_reviewed;
      pel_mask_set_cell_info (pel_image_document_get_mask (image),
                              g_array_index (labels, guint32, i), &info, "Accept",
                              pel_image_document_get_undo (image));
    }
  g_assert_cmpuint (pel_image_document_get_n_from_model (image), ==,
                    labels->len - MIN (n_reviewed, labels->len));
}

/* A model is not judged on what a model has found: such images are passed over, also when the
 * project is opened again and none is loaded. */
static void
test_held_out_by_hand (Fixture *fixture, gconstpointer data)
{
  PelLessons lessons;

  for (guint i = 0; i < 5; i++)
    if (i != 3)
      take_from_model (pel_project_get_image (fixture->project, i), 0);
  test_flush (fixture->project);
  g_assert_finalize_object (fixture->project);
  fixture->project = test_open (fixture->folder);
  for (guint i = 0; i < 5; i++)
    {
      PelImageDocument *image = pel_project_get_image (fixture->project, i);

      g_assert_false (pel_image_document_get_loaded (image));
      g_assert_cmpuint (pel_image_document_get_n_from_model (image), ==,
                        i == 3 ? 0 : pel_image_document_get_n_cells (image));
    }
  pel_project_hold_some_out (fixture->project, 7);
  g_assert_true (pel_image_document_get_validation (pel_project_get_image (fixture->project, 3)));
  pel_project_count_lessons (fixture->project, &lessons);
  g_assert_cmpuint (lessons.held_out, ==, 1);

  /* Nothing is left to judge on honestly. */
  pel_image_document_set_validation (pel_project_get_image (fixture->project, 3), FALSE);
  take_from_model (pel_project_get_image (fixture->project, 3), 0);
  pel_project_hold_some_out (fixture->project, 7);
  pel_project_count_lessons (fixture->project, &lessons);
  g_assert_cmpuint (lessons.held_out, ==, 0);
}

/* Somebody who accepted cells one by one has looked at them: where that is half of them or more,
 * the image is as good as one that was painted, also when it is not loaded. */
static void
test_held_out_reviewed (Fixture *fixture, gconstpointer data)
{
  PelImageDocument *image;
  PelLessons lessons;
  guint n_cells;

  for (guint i = 0; i < 5; i++)
    take_from_model (pel_project_get_image (fixture->project, i), 0);
  image = pel_project_get_image (fixture->project, 2);
  n_cells = pel_image_document_get_n_cells (image);
  g_assert_cmpuint (n_cells, >, 2);
  take_from_model (image, n_cells / 2 - (n_cells % 2 == 0));
  pel_project_hold_some_out (fixture->project, 7);
  pel_project_count_lessons (fixture->project, &lessons);
  g_assert_cmpuint (lessons.held_out, ==, 0);

  take_from_model (image, (n_cells + 1) / 2);
  test_flush (fixture->project);
  g_assert_finalize_object (fixture->project);
  fixture->project = test_open (fixture->folder);
  image = pel_project_get_image (fixture->project, 2);
  g_assert_false (pel_image_document_get_loaded (image));
  g_assert_cmpuint (pel_image_document_get_n_from_model (image), ==, n_cells / 2);
  pel_project_hold_some_out (fixture->project, 7);
  g_assert_true (pel_image_document_get_validation (image));
  pel_project_count_lessons (fixture->project, &lessons);
  g_assert_cmpuint (lessons.held_out, ==, 1);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *temporary = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  /* Trials of other programs must not be seen; GLib looks at the variable once. */
  temporary = g_mkdtemp (g_strdup (P_tmpdir "/pellicle-test-XXXXXX"));
  g_assert_nonnull (temporary);
  g_setenv ("TMPDIR", temporary, TRUE);
  g_test_add_func ("/forecast/steps", test_steps);
  g_test_add_func ("/forecast/expectation", test_expectation);
  ADD ("/forecast/held-out-by-hand", test_held_out_by_hand);
  ADD ("/forecast/held-out-reviewed", test_held_out_reviewed);
  ADD ("/forecast/done", test_done);
  ADD ("/forecast/failed", test_failed);
  ADD ("/forecast/cancelled", test_cancelled);
  ADD ("/forecast/superseded", test_superseded);
  ADD ("/forecast/closed", test_closed);
  ADD ("/forecast/lessons", test_lessons);
  status = g_test_run ();
  test_remove_tree (temporary);
  return status;
}
