/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <math.h>

#include "app/document/pel-training-follow.h"
#include "engine/train/pel-trainer.h"
#include "tests/document/pel-test-fixture.h"
#include "tests/document/pel-test-model.h"

/* What may happen to a training while it runs: masks change, time is added, it is stopped and goes
 * on, another one takes its place, the project is closed. */

typedef TestFixture Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_fixture_set_up (fixture, 96, 64, 6, 5);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_fixture_tear_down (fixture);
}

static char *
model_path (Fixture *fixture)
{
  return g_build_filename (fixture->folder, "models", "m.safetensors", NULL);
}

/* A tiny network; @seconds 0 for @epochs alone. */
static void
init_config (PelTrainConfig *config, guint epochs, double seconds)
{
  test_small_config (config, epochs, 4);
  if (seconds > 0)
    {
      pel_train_config_set_time_limit (config, seconds);
      config->epochs = epochs;
    }
}

static PelTrainingJob *
new_training (Fixture *fixture, guint epochs, double seconds, gboolean resume)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (fixture->project);
  g_autofree char *path = model_path (fixture);
  PelTrainConfig config;

  init_config (&config, epochs, seconds);
  return pel_training_job_new (&config, items, path, NULL, resume);
}

/* Of a training that is to come to its end. */
#define SHARE_SECONDS 4.0

#define finished(job) pel_job_get_is_finished (PEL_JOB (job))

static void
stop (Fixture *fixture, PelTrainingJob *job)
{
  pel_job_cancel (PEL_JOB (job));
  test_wait_for (finished (job));
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_CANCELLED);
}

/* Painted while it trains: the next epoch learns it, and what was held out stays held out. */
static void
test_new_masks_join (Fixture *fixture, gconstpointer data)
{
  PelTrainingJob *job = new_training (fixture, 1000000, 0, FALSE);
  PelImageDocument *bare = pel_project_get_image (fixture->project, 5);
  PelImageDocument *painted = pel_project_get_image (fixture->project, 0);
  guint n_images, n_held_out, n_cells;

  pel_training_job_follow (job, fixture->project);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (pel_training_job_get_epoch (job) >= 1);
  n_images = pel_training_job_get_n_images (job);
  n_held_out = pel_training_job_get_n_validation_images (job);
  n_cells = pel_training_job_get_n_cells (job);
  g_assert_cmpuint (n_images, ==, 4);
  g_assert_cmpuint (n_held_out, ==, 1);
  g_assert_false (pel_training_job_get_pending (job));

  /* Looking at an image is no change. */
  test_load (painted);
  {
    g_autoptr (GPtrArray) same = pel_project_list_training_items (fixture->project);

    pel_training_job_offer_items (job, same);
    g_assert_false (pel_training_job_get_pending (job));
  }
  test_load (bare);
  test_paint (bare, 16, 16, 8, 1);
  test_paint (bare, 48, 16, 8, 2);
  test_wait_for (pel_training_job_get_n_renewals (job) == 1);
  g_assert_cmpuint (pel_training_job_get_n_images (job), ==, n_images + 1);
  g_assert_cmpuint (pel_training_job_get_n_cells (job), ==, n_cells + 2);
  g_assert_cmpuint (pel_training_job_get_n_validation_images (job), ==, n_held_out);
  test_wait_for (!pel_training_job_get_pending (job));

  /* Corrected, in an image that was there before. */
  test_paint (bare, 80, 16, 8, 3);
  test_wait_for (pel_training_job_get_n_renewals (job) == 2);
  g_assert_cmpuint (pel_training_job_get_n_cells (job), ==, n_cells + 3);
  stop (fixture, job);
  /* Once it is over nothing is handed to it any more. */
  test_paint (bare, 16, 48, 8, 4);
  test_flush (fixture->project);
  for (gint64 end = g_get_monotonic_time () + 1300000; g_get_monotonic_time () < end;)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  g_assert_false (pel_training_job_get_pending (job));
  g_assert_finalize_object (job);
}

static void
check_share (PelJob *job, guint *n_told)
{
  double left = pel_job_get_seconds_left (job);

  if (left < 0.0 || pel_job_get_is_finished (job))
    return;
  g_assert_cmpfloat (pel_job_get_fraction (job), <=, 1.0 - left / SHARE_SECONDS + 1e-3);
  ++*n_told;
}

/* The bar is never ahead of the time: what is kept for the last check is not done yet. */
static void
test_share (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (fixture->project);
  g_autofree char *path = model_path (fixture);
  PelTrainConfig config;
  PelTrainingJob *job;
  guint n_told = 0;

  init_config (&config, 0, SHARE_SECONDS);
  /* A training whose rest is shortened goes by its steps. */
  config.patience = 0.0;
  job = pel_training_job_new (&config, items, path, NULL, FALSE);

  g_signal_connect (job, "progress", G_CALLBACK (check_share), &n_told);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (finished (job));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_DONE);
  g_assert_cmpuint (n_told, >=, 2);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);
}

/* Time is put on top while it runs; what is left is what a stopped training goes on with. */
static void
test_time (Fixture *fixture, gconstpointer data)
{
  PelTrainingJob *job = new_training (fixture, 0, 1000, FALSE);
  g_autofree char *path = model_path (fixture);
  g_autofree char *resume = pel_trainer_resume_path (path);
  PelTrainConfig config;
  double left;
  guint step;

  /* Also before it has begun. */
  g_assert_true (pel_training_job_extend (job, 500));
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (pel_training_job_get_step (job) > 2);
  test_wait_for (pel_job_get_seconds_left (PEL_JOB (job)) > 1000);
  g_assert_true (pel_training_job_extend (job, 2000));
  test_wait_for (pel_job_get_seconds_left (PEL_JOB (job)) > 3000);
  g_assert_cmpfloat (pel_job_get_seconds_left (PEL_JOB (job)), <=, 3500);
  g_assert_cmpuint (pel_training_job_get_needed_bytes (job), >, 100000);
  test_wait_for (pel_training_job_get_epoch (job) >= 1);
  stop (fixture, job);
  step = pel_training_job_get_step (job);
  left = pel_job_get_seconds_left (PEL_JOB (job));
  g_assert_false (pel_training_job_extend (job, 10));
  g_assert_finalize_object (job);

  g_assert_true (pel_trainer_read_resume_config (resume, &config, NULL));
  g_assert_cmpfloat (config.time_limit_s, <=, left);
  g_assert_cmpfloat (config.time_limit_s, >, 3000);
  job = new_training (fixture, 0, config.time_limit_s, TRUE);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (pel_training_job_get_step (job) > step + 2);
  g_assert_cmpfloat (pel_job_get_seconds_left (PEL_JOB (job)), <=, left);
  stop (fixture, job);
  g_assert_finalize_object (job);
}

/* Killed before there was a first model: what there is goes on, and then is a model. */
static void
test_unfinished (Fixture *fixture, gconstpointer data)
{
  PelTrainingJob *job = new_training (fixture, 1000000, 0, FALSE);
  GListModel *unfinished = pel_project_get_unfinished (fixture->project);
  g_autofree char *path = model_path (fixture);
  g_autofree char *resume = pel_trainer_resume_path (path);
  g_autofree char *taken = NULL;
  PelTrainConfig config;
  guint step;

  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (pel_training_job_get_epoch (job) >= 1);
  stop (fixture, job);
  step = pel_training_job_get_step (job);
  g_assert_finalize_object (job);
  pel_project_refresh_models (fixture->project);
  test_wait_for (pel_project_find_model (fixture->project, "m") != NULL);
  g_assert_cmpuint (g_list_model_get_n_items (unfinished), ==, 0);

  g_assert_cmpint (g_unlink (path), ==, 0);
  pel_project_refresh_models (fixture->project);
  test_wait_for (g_list_model_get_n_items (unfinished) == 1);
  g_assert_null (pel_project_find_model (fixture->project, "m"));
  {
    g_autoptr (PelModelEntry) entry = g_list_model_get_item (unfinished, 0);

    g_assert_cmpstr (pel_model_entry_get_name (entry), ==, "m");
    g_assert_cmpstr (pel_model_entry_get_path (entry), ==, path);
    g_assert_true (pel_model_entry_get_resumable (entry));
  }
  /* Nor does another training take its name. */
  taken = pel_project_new_model_path (fixture->project, "m");
  g_assert_cmpstr (taken, !=, path);

  g_assert_true (pel_trainer_read_resume_config (resume, &config, NULL));
  job = new_training (fixture, step / config.steps_per_epoch + 2, 0, TRUE);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (finished (job));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_DONE);
  g_assert_cmpuint (pel_training_job_get_step (job), >, step);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);
  pel_project_refresh_models (fixture->project);
  test_wait_for (pel_project_find_model (fixture->project, "m") != NULL);
  test_wait_for (g_list_model_get_n_items (unfinished) == 0);
}

static void
set_up_few (Fixture *fixture, gconstpointer data)
{
  test_fixture_set_up (fixture, 224, 192, 3, 2);
}

static void
run_to_end (Fixture *fixture, PelTrainingJob *job, guint n_parts)
{
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (finished (job));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_DONE);
  g_assert_cmpuint (pel_training_job_get_n_images (job), ==, 2);
  g_assert_cmpuint (pel_training_job_get_n_parts (job), ==, n_parts);
  g_assert_cmpuint (pel_training_job_get_n_validation_images (job), ==, n_parts);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);
}

/* Of two images a quarter of each is held out, whatever joins them. */
static void
test_few_images (Fixture *fixture, gconstpointer data)
{
  PelTrainingJob *job = new_training (fixture, 1000000, 0, FALSE);
  PelImageDocument *bare = pel_project_get_image (fixture->project, 2);
  guint n_cells;

  pel_training_job_follow (job, fixture->project);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (pel_training_job_get_epoch (job) >= 1);
  g_assert_cmpuint (pel_training_job_get_n_images (job), ==, 2);
  g_assert_cmpuint (pel_training_job_get_n_parts (job), ==, 2);
  g_assert_cmpuint (pel_training_job_get_n_validation_images (job), ==, 2);
  n_cells = pel_training_job_get_n_cells (job);
  g_assert_cmpuint (n_cells, <, 2 * 7 * 6);
  test_load (bare);
  test_paint (bare, 16, 16, 8, 1);
  test_paint (bare, 48, 16, 8, 2);
  test_wait_for (pel_training_job_get_n_renewals (job) == 1);
  g_assert_cmpuint (pel_training_job_get_n_images (job), ==, 3);
  g_assert_cmpuint (pel_training_job_get_n_parts (job), ==, 2);
  g_assert_cmpuint (pel_training_job_get_n_validation_images (job), ==, 2);
  g_assert_cmpuint (pel_training_job_get_n_cells (job), ==, n_cells + 2);
  stop (fixture, job);
  g_assert_finalize_object (job);
}

/* And again when the model goes on; the seeds' preset learns from all it is given. */
static void
test_few_images_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (fixture->project);
  g_autofree char *path = model_path (fixture);
  PelTrainConfig config;
  PelTrainingJob *job;

  run_to_end (fixture, new_training (fixture, 2, 0, FALSE), 2);
  job = new_training (fixture, 1, 0, FALSE);
  pel_training_job_set_goes_on (job, TRUE);
  run_to_end (fixture, job, 2);

  init_config (&config, 1, 0);
  config.preset = PEL_PRESET_SEED;
  run_to_end (fixture, pel_training_job_new (&config, items, path, NULL, FALSE), 0);
  job = new_training (fixture, 1, 0, FALSE);
  pel_training_job_set_goes_on (job, TRUE);
  run_to_end (fixture, job, 0);
}

/* A finished model is trained further under its own name. */
static void
test_goes_on (Fixture *fixture, gconstpointer data)
{
  PelTrainingJob *job = new_training (fixture, 3, 0, FALSE);
  guint n;

  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (finished (job));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_DONE);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);

  job = new_training (fixture, 2, 0, FALSE);
  pel_training_job_set_goes_on (job, TRUE);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (finished (job));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_DONE);
  g_assert_cmpuint (pel_training_job_get_step (job), ==, 20);
  /* What it learnt before is not held out now, where it would look better than it is. */
  g_assert_cmpuint (pel_training_job_get_n_validation_images (job), ==, 0);
  pel_training_job_get_curve (job, &n);
  g_assert_cmpuint (n, ==, 5);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);

  /* One that is not there cannot go on. */
  {
    g_autofree char *path = model_path (fixture);

    g_unlink (path);
  }
  job = new_training (fixture, 2, 0, FALSE);
  pel_training_job_set_goes_on (job, TRUE);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (finished (job));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_FAILED);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);
}

/* Everything that was asked for is let go of when the program ends in the middle. */
static void
test_closed (Fixture *fixture, gconstpointer data)
{
  PelTrainingJob *job = new_training (fixture, 1000000, 0, FALSE);
  PelImageDocument *image = pel_project_get_image (fixture->project, 5);
  PelRect area = { 0, 0, 64, 64 };
  g_autofree char *path = model_path (fixture);
  g_autofree char *resume = pel_trainer_resume_path (path);
  g_autoptr (PelModel) model = NULL;

  test_load (image);
  pel_training_job_follow (job, fixture->project);
  pel_training_job_request_preview (job, pel_image_document_get_image (image), &area);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (pel_training_job_get_step (job) >= 6);
  test_paint (image, 16, 16, 8, 1);
  g_assert_true (pel_training_job_extend (job, 100));
  g_assert_finalize_object (g_steal_pointer (&fixture->runner));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_CANCELLED);
  g_assert_finalize_object (g_steal_pointer (&fixture->project));
  g_assert_finalize_object (job);
  model = pel_model_load (path, NULL);
  g_assert_nonnull (model);
  g_assert_true (g_file_test (resume, G_FILE_TEST_EXISTS));
}

/* Stopping answers at once whatever it is doing: reading, training, judging, making a preview. */
static void
test_cancel_anywhere (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (g_test_rand_int ());
  PelImageDocument *image = pel_project_get_image (fixture->project, 5);
  gint64 longest = 0;

  test_load (image);
  for (guint round = 0; round < 20; round++)
    {
      PelTrainingJob *job = new_training (fixture, 1000000, 0, FALSE);
      gint64 until = g_get_monotonic_time () + g_rand_int_range (random, 0, 120000);
      gint64 asked;

      pel_training_job_request_preview (job, pel_image_document_get_image (image), NULL);
      pel_job_runner_submit (fixture->runner, PEL_JOB (job));
      while (g_get_monotonic_time () < until)
        if (!g_main_context_iteration (NULL, FALSE))
          g_usleep (500);
      asked = g_get_monotonic_time ();
      stop (fixture, job);
      longest = MAX (longest, g_get_monotonic_time () - asked);
      /* One that was cancelled before its turn is let go of when that comes. */
      test_wait_for (G_OBJECT (job)->ref_count == 1);
      g_assert_finalize_object (job);
    }
  g_test_message ("the longest answer took %.3f s", (double)longest / 1e6);
}

static PelModelEntry *
find (Fixture *fixture, const char *name)
{
  return pel_project_find_model (fixture->project, name);
}

/* Renamed with all that belongs to it, deleted and brought back. */
static void
test_edit_models (Fixture *fixture, gconstpointer data)
{
  PelTrainingJob *job = new_training (fixture, 1000000, 0, FALSE);
  g_autofree char *models = pel_project_get_models_path (fixture->project);
  g_autofree char *resume = g_build_filename (models, "better.resume.safetensors", NULL);
  g_autofree char *old = pel_project_get_predictions_path (fixture->project, "m");
  g_autofree char *fresh = pel_project_get_predictions_path (fixture->project, "better");
  g_autofree char *deleted = NULL;
  g_autoptr (GError) error = NULL;

  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (pel_training_job_get_epoch (job) >= 1);
  stop (fixture, job);
  g_assert_finalize_object (job);
  pel_project_refresh_models (fixture->project);
  test_wait_for (find (fixture, "m") != NULL);
  g_assert_true (pel_model_entry_get_resumable (find (fixture, "m")));
  pel_project_set_current_model (fixture->project, "m");
  pel_project_set_model_note (fixture->project, "m", "blurry edges");
  g_assert_cmpint (g_mkdir_with_parents (old, 0777), ==, 0);

  g_assert_nonnull (pel_model_name_problem (""));
  g_assert_nonnull (pel_model_name_problem ("a/b"));
  g_assert_nonnull (pel_model_name_problem (".hidden"));
  g_assert_nonnull (pel_model_name_problem ("x.resume"));
  g_assert_null (pel_model_name_problem ("better"));
  g_assert_true (
      pel_project_rename_model (fixture->project, find (fixture, "m"), "better", &error));
  g_assert_no_error (error);
  test_wait_for (find (fixture, "better") != NULL && find (fixture, "m") == NULL);
  g_assert_true (g_file_test (resume, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (fresh, G_FILE_TEST_IS_DIR));
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_cmpstr (pel_project_get_current_model (fixture->project), ==, "better");
  g_assert_cmpstr (pel_image_document_get_model_name (pel_project_get_image (fixture->project, 0)),
                   ==, "better");
  g_assert_cmpstr (pel_project_get_model_note (fixture->project, "better"), ==, "blurry edges");
  g_assert_null (pel_project_get_model_note (fixture->project, "m"));

  g_assert_true (pel_project_delete_model (fixture->project, find (fixture, "better"), &error));
  test_wait_for (find (fixture, "better") == NULL);
  g_assert_false (g_file_test (resume, G_FILE_TEST_EXISTS));
  deleted = pel_project_get_deleted_model (fixture->project);
  g_assert_cmpstr (deleted, ==, "better");
  g_assert_true (pel_project_restore_model (fixture->project, &error));
  test_wait_for (find (fixture, "better") != NULL);
  g_assert_true (g_file_test (resume, G_FILE_TEST_EXISTS));
  g_assert_cmpstr (pel_project_get_model_note (fixture->project, "better"), ==, "blurry edges");

  /* A name that is taken is not taken away. */
  {
    g_autofree char *taken = g_build_filename (models, "taken.safetensors", NULL);

    g_assert_true (g_file_set_contents (taken, "x", 1, NULL));
    g_assert_false (
        pel_project_rename_model (fixture->project, find (fixture, "better"), "taken", &error));
    g_assert_error (error, PEL_DOCUMENT_ERROR, PEL_DOCUMENT_ERROR_EXISTS);
    g_clear_error (&error);
  }
  g_assert_nonnull (find (fixture, "better"));
  g_assert_true (pel_project_delete_model (fixture->project, find (fixture, "better"), &error));
  g_assert_true (pel_project_restore_model (fixture->project, &error));
  g_assert_false (pel_project_restore_model (fixture->project, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
on_compared (gpointer job, guint *n)
{
  (*n)++;
}

/* Two models on one image: done, failed, stopped, and one after another. */
static void
test_compare (Fixture *fixture, gconstpointer data)
{
  PelTrainingJob *training = new_training (fixture, 3, 0, FALSE);
  PelImageDocument *document = pel_project_get_image (fixture->project, 0);
  g_autofree char *path = model_path (fixture);
  g_autoptr (PelLabels) truth = NULL;
  PelCompareJob *job, *other;
  PelCompareSide sides[2];
  guint n_finished = 0, n_cells;
  PelImage *image;

  pel_job_runner_submit (fixture->runner, PEL_JOB (training));
  test_wait_for (finished (training));
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (training);
  test_load (document);
  image = pel_image_document_get_image (document);
  truth = pel_mask_snapshot (pel_image_document_get_mask (document));

  job = pel_compare_job_new (image, truth, path, path);
  g_assert_false (pel_compare_job_get_side (job, 0, &sides[0]));
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (finished (job));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_DONE);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (pel_compare_job_get_side (job, i, &sides[i]));
      pel_contour_set_get_cells (sides[i].outlines, &n_cells);
      g_assert_cmpuint (n_cells, ==, sides[i].n_cells);
      g_assert_true (isfinite (sides[i].ap50) && isfinite (sides[i].dice));
    }
  /* The same model says the same. */
  g_assert_cmpuint (sides[0].n_cells, ==, sides[1].n_cells);
  g_assert_cmpfloat (sides[0].dice, ==, sides[1].dice);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);

  /* Nothing painted to compare with, and a model that is not there. */
  job = pel_compare_job_new (image, NULL, path, "/nowhere/at/all.safetensors");
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (finished (job));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_FAILED);
  g_assert_nonnull (strstr (pel_job_get_error (PEL_JOB (job))->message, "nowhere"));
  g_assert_false (pel_compare_job_get_side (job, 0, &sides[0]));
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);

  /* Given up for another one, which answers alone. */
  job = pel_compare_job_new (image, truth, path, path);
  other = pel_compare_job_new (image, truth, path, path);
  g_signal_connect (other, "finished", G_CALLBACK (on_compared), &n_finished);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  pel_job_cancel (PEL_JOB (job));
  pel_job_runner_submit (fixture->runner, PEL_JOB (other));
  test_wait_for (finished (job) && finished (other));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_CANCELLED);
  g_assert_cmpint (pel_job_get_state (PEL_JOB (other)), ==, PEL_JOB_STATE_DONE);
  g_assert_cmpuint (n_finished, ==, 1);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);
  g_assert_finalize_object (other);

  /* The program ends while one works. */
  job = pel_compare_job_new (image, truth, path, path);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  g_assert_finalize_object (g_steal_pointer (&fixture->runner));
  g_assert_true (finished (job));
  g_assert_finalize_object (job);
}

/* A network that starts from a model has its shape, whatever was asked for, and tells what was
 * kept.
 */
static void
test_starts_from (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (fixture->project);
  g_autofree char *first = g_build_filename (fixture->folder, "models", "first.safetensors", NULL);
  g_autofree char *path = model_path (fixture);
  g_autoptr (PelModel) model = NULL;
  PelTrainConfig config;
  PelTrainingJob *job;

  init_config (&config, 1, 0);
  job = pel_training_job_new (&config, items, first, NULL, FALSE);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (finished (job));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_DONE);
  g_assert_null (pel_training_job_get_init_text (job));
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);

  config.base_channels = 8;
  config.depth = 3;
  config.task = PEL_TASK_MASK;
  job = pel_training_job_new (&config, items, path, first, FALSE);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (finished (job));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_DONE);
  g_assert_nonnull (strstr (pel_training_job_get_init_text (job), "first"));
  g_assert_nonnull (strstr (pel_training_job_get_init_text (job), "All weights"));
  model = pel_model_load (path, NULL);
  g_assert_nonnull (model);
  g_assert_cmpuint (pel_model_get_config (model)->base_channels, ==, 4);
  g_assert_cmpuint (pel_model_get_config (model)->depth, ==, 2);
  g_assert_cmpint (pel_model_get_task (model), ==, PEL_TASK_CELLS);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/training/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("new-masks-join", test_new_masks_join);
  ADD ("starts-from", test_starts_from);
  ADD ("share", test_share);
  ADD ("time", test_time);
  ADD ("unfinished", test_unfinished);
  ADD ("goes-on", test_goes_on);
  g_test_add ("/training/few-images", Fixture, NULL, set_up_few, test_few_images, tear_down);
  g_test_add ("/training/few-images-again", Fixture, NULL, set_up_few, test_few_images_again,
              tear_down);
  ADD ("closed", test_closed);
  ADD ("cancel-anywhere", test_cancel_anywhere);
  ADD ("edit-models", test_edit_models);
  ADD ("compare", test_compare);
#undef ADD
  return g_test_run ();
}
