/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "app/document/pel-import-cells-job.h"
#include "engine/io/pel-geojson.h"
#include "engine/io/pel-labels-io.h"
#include "tests/document/pel-test-fixture.h"
#include "tests/document/pel-test-model.h"

typedef TestFixture Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_fixture_set_up (fixture, 96, 64, 5, 4);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_fixture_tear_down (fixture);
}

static PelTrainingJob *
new_training (Fixture *fixture, guint epochs, const char *name, gboolean resume)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (fixture->project);
  g_autofree char *path = g_strdup_printf ("%s/models/%s.safetensors", fixture->folder, name);
  PelTrainConfig config;

  test_small_config (&config, epochs, 4);
  return pel_training_job_new (&config, items, path, NULL, resume);
}

static void
count_call (gpointer instance, guint *n)
{
  (*n)++;
}

static void
count_point (PelTrainingJob *job, const PelCurvePoint *point, guint *n)
{
  g_assert_true (isfinite (point->loss));
  (*n)++;
}

static void
assert_done (gpointer job)
{
  const GError *error = pel_job_get_error (job);

  if (error != NULL)
    g_test_message ("%s", error->message);
  g_assert_cmpint (pel_job_get_state (job), ==, PEL_JOB_STATE_DONE);
}

#define finished(job) pel_job_get_is_finished (PEL_JOB (job))

/* Trains a model that the other tests can predict with. */
static void
train (Fixture *fixture, const char *name)
{
  PelTrainingJob *job = new_training (fixture, 2, name, FALSE);

  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (finished (job));
  assert_done (job);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_object_unref (job);
}

static void
test_train (Fixture *fixture, gconstpointer data)
{
  PelTrainingJob *job = new_training (fixture, 3, "m", FALSE);
  g_autofree char *resume =
      g_build_filename (fixture->folder, "models", "m.resume.safetensors", NULL);
  GListModel *models = pel_project_get_models (fixture->project);
  guint n_points = 0, n_finished = 0, n_saved = 0, n;
  g_autoptr (PelModelEntry) entry = NULL;

  g_signal_connect (job, "point", G_CALLBACK (count_point), &n_points);
  g_signal_connect (job, "finished", G_CALLBACK (count_call), &n_finished);
  g_signal_connect (job, "model-saved", G_CALLBACK (count_call), &n_saved);
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_QUEUED);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  g_assert_true (pel_job_runner_get_training (fixture->runner) == PEL_JOB (job));
  test_wait_for (finished (job));
  assert_done (job);
  g_assert_cmpuint (n_finished, ==, 1);
  g_assert_cmpuint (n_points, ==, 3);
  g_assert_cmpuint (n_saved, >=, 1);
  pel_training_job_get_curve (job, &n);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpuint (pel_training_job_get_n_images (job), ==, 3);
  g_assert_cmpuint (pel_training_job_get_n_validation_images (job), ==, 1);
  g_assert_cmpuint (pel_training_job_get_n_cells (job), ==, 18);
  g_assert_false (g_file_test (resume, G_FILE_TEST_EXISTS));
  g_assert_null (pel_job_runner_get_training (fixture->runner));
  g_assert_cmpuint (g_list_model_get_n_items (models), ==, 0);
  pel_project_refresh_models (fixture->project);
  test_wait_for (g_list_model_get_n_items (models) == 1);
  entry = g_list_model_get_item (models, 0);
  g_assert_cmpstr (pel_model_entry_get_name (entry), ==, "m");
  g_assert_cmpstr (pel_model_entry_get_task (entry), ==, "cells");
  g_assert_null (pel_model_entry_get_problem (entry));
  g_assert_false (pel_model_entry_get_resumable (entry));
  pel_model_entry_get_curve (entry, &n);
  g_assert_cmpuint (n, >, 0);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_clear_object (&entry);
  g_assert_finalize_object (job);
}

static void
test_cancel_and_resume (Fixture *fixture, gconstpointer data)
{
  PelTrainingJob *job = new_training (fixture, 100000, "m", FALSE);
  g_autofree char *resume =
      g_build_filename (fixture->folder, "models", "m.resume.safetensors", NULL);
  guint n_points = 0, n;
  gint64 asked;

  g_signal_connect (job, "point", G_CALLBACK (count_point), &n_points);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (n_points >= 2);
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_RUNNING);

  pel_training_job_set_paused (job, TRUE);
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_PAUSED);
  test_wait_for (g_file_test (resume, G_FILE_TEST_EXISTS));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  n = n_points;
  for (gint64 end = g_get_monotonic_time () + 300000; g_get_monotonic_time () < end;)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (n_points, <=, n + 1);
  pel_training_job_set_paused (job, FALSE);
  n = n_points;
  test_wait_for (n_points > n + 1);

  asked = g_get_monotonic_time ();
  pel_job_cancel (PEL_JOB (job));
  pel_job_cancel (PEL_JOB (job));
  test_wait_for (finished (job));
  g_test_message ("stopped after %.3f s", (double)(g_get_monotonic_time () - asked) / 1e6);
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_CANCELLED);
  g_assert_null (pel_job_get_error (PEL_JOB (job)));
  g_assert_true (pel_training_job_get_has_model (job));
  g_assert_true (g_file_test (pel_training_job_get_model_path (job), G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (resume, G_FILE_TEST_EXISTS));
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);

  /* It goes on where it was, with the curves that it had. */
  n = n_points;
  n_points = 0;
  job = new_training (fixture, 100000, "m", TRUE);
  g_signal_connect (job, "point", G_CALLBACK (count_point), &n_points);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (n_points > 0 && pel_training_job_get_epoch (job) > 2);
  pel_job_cancel (PEL_JOB (job));
  test_wait_for (finished (job));
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);
}

static void
test_training_fails (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) none =
      g_ptr_array_new_with_free_func ((GDestroyNotify)pel_training_item_free);
  g_autofree char *path = g_build_filename (fixture->folder, "models", "x.safetensors", NULL);
  PelTrainConfig config;
  PelTrainingJob *job;
  guint n_finished = 0;

  test_small_config (&config, 1, 4);
  g_ptr_array_add (none, pel_training_item_new ("gone", "/nowhere/at/all.png", 0));
  job = pel_training_job_new (&config, none, path, NULL, FALSE);
  g_signal_connect (job, "finished", G_CALLBACK (count_call), &n_finished);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (finished (job));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_FAILED);
  g_assert_error (pel_job_get_error (PEL_JOB (job)), PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_SAMPLES);
  g_assert_cmpuint (pel_training_job_get_n_skipped (job), ==, 1);
  g_assert_nonnull (strstr (pel_training_job_get_skipped_reason (job), "gone"));
  g_assert_cmpuint (n_finished, ==, 1);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);
}

/* Jobs that wait can be given up at once, and the runner may go while one works. */
static void
test_queue (Fixture *fixture, gconstpointer data)
{
  PelTrainingJob *first = new_training (fixture, 100000, "a", FALSE);
  PelTrainingJob *second = new_training (fixture, 1, "b", FALSE);
  guint n_finished = 0, n_steps = 0;

  g_signal_connect (first, "progress", G_CALLBACK (count_call), &n_steps);
  g_signal_connect (second, "finished", G_CALLBACK (count_call), &n_finished);
  pel_job_runner_submit (fixture->runner, PEL_JOB (first));
  pel_job_runner_submit (fixture->runner, PEL_JOB (second));
  test_wait_for (pel_training_job_get_step (first) > 0);
  g_assert_cmpuint (g_list_model_get_n_items (pel_job_runner_get_jobs (fixture->runner)), ==, 2);
  pel_job_cancel (PEL_JOB (second));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (second)), ==, PEL_JOB_STATE_CANCELLED);
  g_assert_cmpuint (n_finished, ==, 1);
  pel_training_job_set_paused (first, TRUE);
  /* As when the program is closed. */
  g_assert_finalize_object (g_steal_pointer (&fixture->runner));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (first)), ==, PEL_JOB_STATE_CANCELLED);
  g_assert_cmpuint (n_finished, ==, 1);
  g_assert_finalize_object (first);
  g_assert_finalize_object (second);
}

static void
test_preview (Fixture *fixture, gconstpointer data)
{
  PelTrainingJob *job = new_training (fixture, 100000, "m", FALSE);
  PelImageDocument *image = pel_project_get_image (fixture->project, 4);
  PelRect area = { 8, 8, 64, 48 }, other = { 0, 0, 32, 32 };
  PelTrainingGlimpse got;
  guint n = 0, before;

  test_load (image);
  g_signal_connect (job, "preview", G_CALLBACK (count_call), &n);
  pel_training_job_request_preview (job, pel_image_document_get_image (image), &area);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (n >= 2);
  g_assert_true (pel_training_job_get_preview (job, &got));
  g_assert_true (got.image == pel_image_document_get_image (image));
  g_assert_cmpmem (&got.area, sizeof got.area, &area, sizeof area);
  g_assert_cmpuint (pel_image_get_width (got.probability), ==, 64);
  g_assert_cmpuint (pel_labels_get_height (got.labels), ==, 48);
  g_assert_cmpuint (got.step, >=, 5);
  g_assert_true (got.is_current);

  /* Another wish: what is there is no longer what is wanted, until the next is made. */
  pel_training_job_request_preview (job, got.image, &other);
  g_assert_true (pel_training_job_get_preview (job, &got));
  g_assert_false (got.is_current);
  while (!got.is_current)
    {
      before = n;
      test_wait_for (n > before);
      g_assert_true (pel_training_job_get_preview (job, &got));
    }
  g_assert_cmpmem (&got.area, sizeof got.area, &other, sizeof other);
  pel_job_cancel (PEL_JOB (job));
  test_wait_for (finished (job));
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);
}

static GPtrArray *
all_images (PelProject *project)
{
  GPtrArray *images = g_ptr_array_new ();

  for (guint i = 0; i < pel_project_get_n_images (project); i++)
    g_ptr_array_add (images, pel_project_get_image (project, i));
  return images;
}

static void
count_failed (PelPredictJob *job, PelImageDocument *image, const char *message, guint *n)
{
  g_assert_cmpstr (pel_image_document_get_name (image), ==, "i1");
  g_assert_nonnull (strstr (message, "i1"));
  (*n)++;
}

static void
test_predict (Fixture *fixture, gconstpointer data)
{
  g_autofree char *model = g_build_filename (fixture->folder, "models", "m.safetensors", NULL);
  g_autofree char *lost = g_build_filename (fixture->folder, "images", "i1.png", NULL);
  g_autofree char *labels = g_build_filename (fixture->folder, "predictions", "m", "i4.tif", NULL);
  g_autofree char *prob =
      g_build_filename (fixture->folder, "predictions", "m", "i4.prob.tif", NULL);
  g_autofree char *csv = g_build_filename (fixture->folder, "exports", "cells.csv", NULL);
  g_autofree char *out = g_build_filename (fixture->folder, "exports", "labels", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) images = all_images (fixture->project);
  PelImageDocument *image = pel_project_get_image (fixture->project, 4);
  PelPredictJob *job;
  PelExportJob *export;
  guint n_failed = 0, n_predicted = 0, n_lines = 0;
  g_autoptr (PelLabels) exported = NULL;

  train (fixture, "m");
  g_assert_cmpint (g_unlink (lost), ==, 0);
  test_load (image);
  job = pel_predict_job_new (fixture->project, images, model, NULL);
  g_signal_connect (job, "image-failed", G_CALLBACK (count_failed), &n_failed);
  g_signal_connect (image, "prediction-changed", G_CALLBACK (count_call), &n_predicted);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (finished (job));
  assert_done (job);
  g_assert_cmpuint (n_failed, ==, 1);
  g_assert_nonnull (strstr (pel_predict_job_get_problems (job), "i1.png: "));
  g_assert_null (strchr (pel_predict_job_get_problems (job), '\n'));
  g_assert_cmpuint (pel_predict_job_get_n_done (job), ==, 4);
  g_assert_cmpuint (n_predicted, >=, 1);
  g_assert_true (g_file_test (labels, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (prob, G_FILE_TEST_EXISTS));
  g_assert_nonnull (pel_image_document_get_prediction_labels (image));
  g_assert_nonnull (pel_image_document_get_probability (image));
  g_assert_cmpstr (pel_project_get_current_model (fixture->project), ==, "m");
  g_assert_cmpint (pel_image_document_get_state (image), ==, PEL_IMAGE_STATE_PREDICTED);
  g_assert_cmpuint (pel_image_document_get_n_cells (image), ==, 0);
  g_assert_true (
      pel_image_document_get_has_prediction (pel_project_get_image (fixture->project, 0)));
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);

  /* One table of all cells, in which one bad image stops nothing. */
  export = pel_export_job_new_csv (images, PEL_EXPORT_MASKS, csv);
  pel_job_runner_submit (fixture->runner, PEL_JOB (export));
  test_wait_for (finished (export));
  assert_done (export);
  g_assert_cmpuint (pel_export_job_get_n_cells (export), ==, 18);
  g_assert_cmpuint (pel_export_job_get_warnings (export)->len, ==, 1);
  g_assert_true (g_file_get_contents (csv, &text, NULL, NULL));
  for (const char *p = text; *p != '\0'; p++)
    n_lines += *p == '\n';
  g_assert_cmpuint (n_lines, ==, 19);
  g_assert_true (g_str_has_prefix (text, "image,page,cell,class,group,centroid_x_px,"));
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (export);

  export = pel_export_job_new_labels (images, PEL_EXPORT_MASKS, out);
  pel_job_runner_submit (fixture->runner, PEL_JOB (export));
  test_wait_for (finished (export));
  assert_done (export);
  {
    g_autofree char *path = g_build_filename (out, "i0.tif", NULL);
    g_autoptr (PelLabels) expected = test_disc_labels (96, 64, 0);

    exported = pel_labels_load (path, 0, NULL, NULL);
    g_assert_true (pel_labels_equal (exported, expected));
  }
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (export);

  /* A second time, but given up; and the project is closed meanwhile. */
  job = pel_predict_job_new (fixture->project, images, model, NULL);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  pel_job_cancel (PEL_JOB (job));
  g_assert_true (pel_project_close (fixture->project, NULL));
  test_wait_for (finished (job));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_CANCELLED);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_clear_object (&fixture->runner); /* waits for the thread, which still holds the job */
  g_assert_finalize_object (job);
}

static void
test_predict_fails (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) images = all_images (fixture->project);
  PelPredictJob *job =
      pel_predict_job_new (fixture->project, images, "/nowhere/model.safetensors", NULL);

  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (finished (job));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_FAILED);
  g_assert_nonnull (strstr (pel_job_get_error (PEL_JOB (job))->message, "model.safetensors"));
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);
}

/* Cells of another program: into an open mask as one step that can be undone, into the file of one
 * that is not open; a bad file between them stops nothing. */
static void
test_import_cells (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) images = all_images (fixture->project);
  g_autofree char *open_file = g_build_filename (fixture->root, "i0.geojson", NULL);
  g_autofree char *bad_file = g_build_filename (fixture->root, "i1.geojson", NULL);
  g_autofree char *closed_file = g_build_filename (fixture->root, "i4.geojson", NULL);
  g_autofree char *mask_file = g_build_filename (fixture->folder, "masks", "i4.tif", NULL);
  char *paths[] = { open_file, bad_file, closed_file, NULL };
  PelImageDocument *open = pel_project_get_image (fixture->project, 0);
  PelImageDocument *closed = pel_project_get_image (fixture->project, 4);
  g_autoptr (PelLabels) labels = test_disc_labels (96, 64, 3);
  PelImportCellsJob *job;

  g_assert_true (pel_geojson_write (open_file, labels, 0, NULL, NULL, NULL, NULL));
  g_assert_true (pel_geojson_write (closed_file, labels, 0, NULL, NULL, NULL, NULL));
  g_assert_true (g_file_set_contents (bad_file, "{\"features\":[{\"geometry\":7}]}", -1, NULL));
  test_load (open);
  g_autoptr (PelLabels) before = pel_mask_snapshot (pel_image_document_get_mask (open));
  g_assert_false (pel_labels_equal (before, labels));

  job = pel_import_cells_job_new (images, paths);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (finished (job));
  assert_done (job);
  g_assert_cmpuint (pel_import_cells_job_get_n_images (job), ==, 2);
  g_assert_cmpuint (pel_import_cells_job_get_n_failed (job), ==, 1);
  g_assert_cmpuint (pel_import_cells_job_get_warnings (job)->len, ==, 1);
  g_assert_nonnull (
      strstr (g_ptr_array_index (pel_import_cells_job_get_warnings (job), 0), "i1.geojson"));

  g_autoptr (PelLabels) after = pel_mask_snapshot (pel_image_document_get_mask (open));
  g_assert_true (pel_labels_equal (after, labels));
  g_assert_true (pel_undo_undo (pel_image_document_get_undo (open), NULL));
  g_autoptr (PelLabels) undone = pel_mask_snapshot (pel_image_document_get_mask (open));
  g_assert_true (pel_labels_equal (undone, before));

  g_autoptr (PelLabels) written = pel_labels_load (mask_file, 0, NULL, NULL);
  g_assert_nonnull (written);
  g_assert_true (pel_labels_equal (written, labels));
  g_assert_cmpuint (pel_image_document_get_n_cells (closed), >, 0);
  test_load (closed);
  g_autoptr (PelLabels) opened = pel_mask_snapshot (pel_image_document_get_mask (closed));
  g_assert_true (pel_labels_equal (opened, labels));
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/jobs/train", test_train);
  ADD ("/jobs/cancel-and-resume", test_cancel_and_resume);
  ADD ("/jobs/training-fails", test_training_fails);
  ADD ("/jobs/queue", test_queue);
  ADD ("/jobs/preview", test_preview);
  ADD ("/jobs/predict", test_predict);
  ADD ("/jobs/predict-fails", test_predict_fails);
  ADD ("/jobs/import-cells", test_import_cells);
  return g_test_run ();
}
