/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "app/document/pel-prediction-files.h"
#include "engine/io/pel-labels-io.h"
#include "engine/train/pel-model.h"
#include "tests/document/pel-test-model.h"
#include "tests/document/pel-test-util.h"

#define WIDTH 256
#define HEIGHT 192
#define N_IMAGES 4

typedef struct
{
  char *root, *folder, *model;
  PelProject *project;
  PelJobRunner *runner;
} Fixture;

static const PelCutOptions first_cut = { 0.5, 4, 0.0, 0.5 };

/* Soft discs: the higher the threshold, the smaller the cells; one in five is small. */
static PelImage *
make_probability (guint width, guint height)
{
  g_autofree float *plane = g_new (float, (gsize)width *height);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        double r = hypot (x % 32 - 16.0, y % 32 - 16.0);
        double radius = (x / 32 + y / 32) % 5 == 0 ? 5.0 : 11.0;

        plane[(gsize)y * width + x] = (float)(1.0 / (1.0 + exp ((r - radius) / 2.0)));
      }
  return pel_probability_image_new (plane, NULL, PEL_SEPARATOR_BORDER, width, height);
}

static char *
get_path (Fixture *fixture, guint index)
{
  return g_strdup_printf ("%s/predictions/m/i%u.tif", fixture->folder, index);
}

static void
store_prediction (Fixture *fixture, guint index)
{
  g_autofree char *path = get_path (fixture, index);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *prob = pel_prediction_sibling (path, ".prob.tif");
  g_autoptr (PelImage) probability = make_probability (WIDTH, HEIGHT);
  g_autoptr (PelLabels) labels = pel_probability_image_cut (probability, &first_cut, NULL, NULL);
  PelPredictionSettings settings = { .cut = first_cut,
                                     .magnification = 1.5,
                                     .error_scale = { 7, { 1, 2, 3, 4, 5 } } };

  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  g_assert_true (pel_image_save_float_tiff (prob, pel_image_get_plane (probability, 0), WIDTH,
                                            HEIGHT, 0, 0, NULL));
  g_assert_true (pel_prediction_settings_write (path, &settings, NULL));
  g_assert_true (pel_labels_save_tiff (labels, path, 0, 0, NULL));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PelImportReport) report = NULL;
  g_autofree char *set = NULL;
  g_autofree char *models = NULL;

  fixture->root = test_make_folder ();
  fixture->folder = g_build_filename (fixture->root, "project", NULL);
  models = g_build_filename (fixture->folder, "models", NULL);
  fixture->model = g_build_filename (models, "m.safetensors", NULL);
  set = g_build_filename (fixture->root, "set", NULL);
  for (guint i = 0; i < N_IMAGES; i++)
    {
      g_autofree char *image = g_strdup_printf ("%s/i%u.png", set, i);

      test_write_image (image, WIDTH, HEIGHT, i);
    }
  fixture->project = test_create (fixture->folder);
  report = test_import (fixture->project, set, PEL_IMPORT_COPY);
  test_write_model (fixture->model, 4, 5);
  for (guint i = 0; i < N_IMAGES; i++)
    store_prediction (fixture, i);
  pel_project_set_current_model (fixture->project, "m");
  test_load (pel_project_get_image (fixture->project, 0));
  fixture->runner = pel_job_runner_new (1);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->runner != NULL)
    g_assert_finalize_object (fixture->runner);
  if (fixture->project != NULL)
    g_assert_finalize_object (fixture->project);
  test_remove_tree (fixture->root);
  g_free (fixture->root);
  g_free (fixture->folder);
  g_free (fixture->model);
}

static GPtrArray *
list_images (Fixture *fixture)
{
  GPtrArray *images = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < N_IMAGES; i++)
    g_ptr_array_add (images, g_object_ref (pel_project_get_image (fixture->project, i)));
  return images;
}

static PelCutJob *
start (Fixture *fixture, const PelCutOptions *options)
{
  g_autoptr (GPtrArray) images = list_images (fixture);
  PelCutJob *job = pel_cut_job_new (fixture->project, images, "m", options);

  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  return job;
}

static void
finish (Fixture *fixture, PelCutJob *job, PelJobState state)
{
  test_wait_for (pel_job_get_is_finished (PEL_JOB (job)));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, state);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
}

/* The thread lets go of it a moment after it has told its end. */
static void
drop (PelCutJob *job)
{
  g_object_add_weak_pointer (G_OBJECT (job), (gpointer *)&job);
  g_object_unref (job);
  test_wait_for (job == NULL);
}

static char *
hash_file (Fixture *fixture, guint index)
{
  g_autofree char *path = get_path (fixture, index);
  g_autoptr (PelLabels) labels = pel_labels_load (path, 0, NULL, NULL);

  g_assert_nonnull (labels);
  return test_hash_labels (labels);
}

static char *
hash_cut (const PelCutOptions *options)
{
  g_autoptr (PelImage) probability = make_probability (WIDTH, HEIGHT);
  g_autoptr (PelLabels) labels = pel_probability_image_cut (probability, options, NULL, NULL);

  return test_hash_labels (labels);
}

static void
assert_cut (Fixture *fixture, guint index, const PelCutOptions *options)
{
  g_autofree char *path = get_path (fixture, index);
  g_autofree char *found = hash_file (fixture, index);
  g_autofree char *expected = hash_cut (options);
  PelPredictionSettings settings;

  g_assert_cmpstr (found, ==, expected);
  g_assert_true (pel_prediction_settings_read (path, &settings));
  g_assert_cmpfloat_with_epsilon (settings.cut.threshold, options->threshold, 1e-9);
  g_assert_cmpuint (settings.cut.min_size, ==, options->min_size);
  g_assert_cmpfloat_with_epsilon (settings.cut.separation, options->separation, 1e-9);
  /* What belongs to the prediction itself stays. */
  g_assert_cmpfloat_with_epsilon (settings.magnification, 1.5, 1e-9);
  g_assert_cmpuint (settings.error_scale.n_cells, ==, 7);
}

/* Settings */

static void
test_settings (void)
{
  g_autofree char *root = test_make_folder ();
  g_autofree char *path = g_build_filename (root, "a.tif", NULL);
  g_autofree char *json = g_build_filename (root, "a.json", NULL);
  static const char *const hostile[] = {
    "",
    "[]",
    "{",
    "null",
    "{\"threshold\": 7, \"min_size\": -1, \"separation\": 1e300}",
    "{\"threshold\": [], \"min_size\": {}, \"separation\": null, \"min_share\": \"x\"}",
    "{\"threshold\": -0.1, \"min_share\": 2, \"magnification\": 0}",
  };
  PelPredictionSettings settings = { .cut = { 0.35, 77, 0.12, 0.25, .apart = TRUE },
                                     .magnification = 2.0,
                                     .error_scale = PEL_ERROR_SCALE_NONE },
                        read;

  g_assert_true (pel_prediction_settings_write (path, &settings, NULL));
  g_assert_true (pel_prediction_settings_read (path, &read));
  g_assert_cmpfloat (read.cut.threshold, ==, 0.35);
  g_assert_cmpuint (read.cut.min_size, ==, 77);
  g_assert_cmpfloat (read.cut.min_share, ==, 0.12);
  g_assert_cmpfloat (read.cut.separation, ==, 0.25);
  g_assert_true (read.cut.apart);
  g_assert_cmpfloat (read.magnification, ==, 2.0);
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_assert_true (g_file_set_contents (json, hostile[i], -1, NULL));
      pel_prediction_settings_read (path, &read);
      g_assert_cmpfloat (read.cut.threshold, ==, 0.5);
      g_assert_cmpuint (read.cut.min_size, ==, 0);
      g_assert_cmpfloat (read.cut.min_share, <, 0.0);
      g_assert_cmpfloat (read.cut.separation, ==, 0.5);
      g_assert_false (read.cut.apart);
      g_assert_cmpfloat (read.magnification, ==, 1.0);
    }
  test_remove_tree (root);
}

/* All images */

static void
test_all (Fixture *fixture, gconstpointer data)
{
  const PelCutOptions options = { 0.8, 60, 0.0, 0.5 };
  PelImageDocument *shown = pel_project_get_image (fixture->project, 0);
  g_autofree char *before = hash_file (fixture, 1);
  g_autofree char *after = NULL;
  PelCutJob *job = start (fixture, &options);

  finish (fixture, job, PEL_JOB_STATE_DONE);
  g_assert_cmpuint (pel_cut_job_get_n_done (job), ==, N_IMAGES);
  g_assert_cmpuint (pel_cut_job_get_n_failed (job), ==, 0);
  for (guint i = 0; i < N_IMAGES; i++)
    assert_cut (fixture, i, &options);
  after = hash_file (fixture, 1);
  g_assert_cmpstr (before, !=, after);
  /* The one in memory shows it, the others are read as they are looked at. */
  {
    g_autofree char *show = test_hash_labels (pel_image_document_get_prediction_labels (shown));
    PelImageDocument *other = pel_project_get_image (fixture->project, 2);

    g_assert_cmpstr (show, ==, after);
    g_assert_cmpfloat (pel_image_document_get_prediction_threshold (shown), ==, 0.8);
    test_load (other);
    g_assert_cmpuint (pel_image_document_get_prediction_settings (other)->cut.min_size, ==, 60);
  }

  /* And back. */
  {
    PelCutJob *undo = pel_cut_job_new_undo (job);

    pel_job_runner_submit (fixture->runner, PEL_JOB (undo));
    finish (fixture, undo, PEL_JOB_STATE_DONE);
    for (guint i = 0; i < N_IMAGES; i++)
      assert_cut (fixture, i, &first_cut);
    drop (undo);
  }
  drop (job);
}

static void
test_failed (Fixture *fixture, gconstpointer data)
{
  const PelCutOptions options = { 0.7, 4, 0.0, 0.5 };
  g_autofree char *before = hash_file (fixture, 2);
  g_autofree char *after = NULL;
  g_autofree char *path = get_path (fixture, 2);
  g_autofree char *prob = pel_prediction_sibling (path, ".prob.tif");
  PelCutJob *job;

  g_assert_true (g_file_set_contents (prob, "not a picture", -1, NULL));
  job = start (fixture, &options);
  finish (fixture, job, PEL_JOB_STATE_DONE);
  g_assert_cmpuint (pel_cut_job_get_n_done (job), ==, N_IMAGES - 1);
  g_assert_cmpuint (pel_cut_job_get_n_failed (job), ==, 1);
  after = hash_file (fixture, 2);
  g_assert_cmpstr (before, ==, after);
  assert_cut (fixture, 3, &options);
  drop (job);
}

static void
on_first (PelJob *job, GParamSpec *pspec, gpointer data)
{
  if (pel_job_get_fraction (job) > 0.0)
    pel_job_cancel (job);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  const PelCutOptions options = { 0.7, 4, 0.0, 0.5 };
  PelCutJob *job = start (fixture, &options), *undo;
  guint n;

  /* Before its turn. */
  pel_job_cancel (PEL_JOB (job));
  finish (fixture, job, PEL_JOB_STATE_CANCELLED);
  g_assert_cmpuint (pel_cut_job_get_n_done (job), ==, 0);
  assert_cut (fixture, 0, &first_cut);
  drop (job);

  /* Midway: each image is cut in the one way or in the other, and all of it can be undone. */
  job = start (fixture, &options);
  g_signal_connect (job, "notify::fraction", G_CALLBACK (on_first), NULL);
  test_wait_for (pel_job_get_is_finished (PEL_JOB (job)));
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  n = pel_cut_job_get_n_done (job);
  g_assert_cmpuint (n, >, 0);
  for (guint i = 0; i < N_IMAGES; i++)
    assert_cut (fixture, i, i < n ? &options : &first_cut);
  undo = pel_cut_job_new_undo (job);
  pel_job_runner_submit (fixture->runner, PEL_JOB (undo));
  finish (fixture, undo, PEL_JOB_STATE_DONE);
  g_assert_cmpuint (pel_cut_job_get_n_done (undo), ==, n);
  for (guint i = 0; i < N_IMAGES; i++)
    assert_cut (fixture, i, &first_cut);
  drop (undo);
  drop (job);
}

/* A newer prediction on show is not replaced by a cut of the former one. */
static void
test_superseded (Fixture *fixture, gconstpointer data)
{
  const PelCutOptions options = { 0.8, 4, 0.0, 0.5 };
  PelImageDocument *shown = pel_project_get_image (fixture->project, 0);
  g_autoptr (PelLabels) labels = test_disc_labels (WIDTH, HEIGHT, 3);
  g_autoptr (PelImage) probability = make_probability (WIDTH, HEIGHT);
  PelCutJob *job = start (fixture, &options);

  pel_image_document_set_prediction (shown, labels, probability, 0.5, "m");
  finish (fixture, job, PEL_JOB_STATE_DONE);
  g_assert_true (pel_image_document_get_prediction_labels (shown) == labels);
  g_assert_true (pel_image_document_get_probability (shown) == probability);
  drop (job);
}

/* As when the window closes: the jobs are stopped, and then the project goes. */
static void
test_closed (Fixture *fixture, gconstpointer data)
{
  const PelCutOptions options = { 0.8, 4, 0.0, 0.5 };
  PelCutJob *job = start (fixture, &options);

  pel_job_runner_cancel_all (fixture->runner);
  g_assert_true (pel_job_get_is_finished (PEL_JOB (job)));
  g_assert_true (pel_project_close (fixture->project, NULL));
  drop (job);
}

/* One image */

static void
test_keep (Fixture *fixture, gconstpointer data)
{
  PelImageDocument *shown = pel_project_get_image (fixture->project, 0);
  PelPredictionSettings settings = *pel_image_document_get_prediction_settings (shown);
  g_autoptr (PelImage) probability = pel_image_ref (pel_image_document_get_probability (shown));
  const PelCutOptions options = { 0.65, 9, 0.0, 0.5 };
  g_autoptr (PelLabels) labels = pel_probability_image_cut (probability, &options, NULL, NULL);

  settings.cut = options;
  pel_image_document_set_prediction_settings (shown, &settings);
  pel_image_document_set_prediction (shown, labels, probability, 0.65, "m");
  pel_image_document_keep_prediction (shown);
  /* Closing at once loses nothing. */
  g_assert_true (pel_project_close (fixture->project, NULL));
  g_assert_finalize_object (fixture->project);
  assert_cut (fixture, 0, &options);
  assert_cut (fixture, 1, &first_cut);

  fixture->project = test_open (fixture->folder);
  shown = pel_project_get_image (fixture->project, 0);
  test_load (shown);
  g_assert_cmpuint (pel_image_document_get_prediction_settings (shown)->cut.min_size, ==, 9);
  g_assert_cmpfloat (pel_image_document_get_prediction_threshold (shown), ==, 0.65);
}

/* One that has gone meanwhile is not brought back. */
static void
test_keep_gone (Fixture *fixture, gconstpointer data)
{
  PelImageDocument *shown = pel_project_get_image (fixture->project, 0);
  g_autofree char *path = get_path (fixture, 0);

  pel_image_document_keep_prediction (shown);
  g_assert_cmpint (g_unlink (path), ==, 0);
  test_flush (fixture->project);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* The model's own */

static void
on_model_cut (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **out = data;

  *out = g_object_ref (result);
}

static gboolean
set_model_cut (const char *path,
               const PelCutOptions *options,
               GCancellable *cancellable,
               PelCutOptions *before,
               GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pel_model_set_cut_async (path, options, cancellable, on_model_cut, &result);
  test_wait_for (result != NULL);
  return pel_model_set_cut_finish (result, before, error);
}

static void
test_model (Fixture *fixture, gconstpointer data)
{
  const PelCutOptions options = { 0.3, 55, 0.2, 0.75 };
  g_autoptr (PelModel) old = pel_model_load (fixture->model, NULL);
  g_autoptr (PelModel) now = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *missing = g_strconcat (fixture->model, ".none", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  PelModelInfo before = *pel_model_get_info (old), after;
  PelCutOptions was;

  g_assert_true (set_model_cut (fixture->model, &options, NULL, &was, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (was.threshold, ==, before.threshold);
  g_assert_cmpuint (was.min_size, ==, before.min_size);
  now = pel_model_load (fixture->model, NULL);
  after = *pel_model_get_info (now);
  g_assert_cmpfloat (after.threshold, ==, 0.3);
  g_assert_cmpuint (after.min_size, ==, 55);
  g_assert_cmpfloat (after.min_share, ==, 0.2);
  g_assert_cmpfloat (after.separation, ==, 0.75);
  /* All else is as it was, the weights bit by bit: back again, the file is the same. */
  after.threshold = before.threshold;
  after.min_size = before.min_size;
  after.min_share = before.min_share;
  after.separation = before.separation;
  g_assert_cmpmem (&after, sizeof after, &before, sizeof before);
  {
    g_autofree char *fresh = g_strconcat (fixture->model, ".fresh", NULL);
    g_autofree char *a = NULL;
    g_autofree char *b = NULL;
    gsize n, m;

    g_assert_true (pel_model_save (old, fresh, NULL));
    g_assert_true (set_model_cut (fixture->model, &was, NULL, NULL, NULL));
    g_assert_true (g_file_get_contents (fresh, &a, &n, NULL));
    g_assert_true (g_file_get_contents (fixture->model, &b, &m, NULL));
    g_assert_cmpmem (a, n, b, m);
  }

  g_assert_false (set_model_cut (missing, &options, NULL, NULL, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, missing));
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_false (set_model_cut (fixture->model, &options, cancellable, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  {
    g_autoptr (PelModel) same = pel_model_load (fixture->model, NULL);

    g_assert_cmpfloat (pel_model_get_info (same)->threshold, ==, before.threshold);
  }
}

/* What parts cells is stored beside the foreground, read back with it and cut as it was; another
 * kind of model leaves nothing of it. */
static void
test_flows (Fixture *fixture, gconstpointer data)
{
  enum
  {
    W = 48,
    H = 24,
    N = W * H
  };
  g_autofree char *path = get_path (fixture, 0);
  g_autofree char *down = pel_prediction_sibling (path, ".flow-down.prob.tif");
  g_autofree char *right = pel_prediction_sibling (path, ".flow-right.prob.tif");
  g_autofree char *border = pel_prediction_sibling (path, ".border.prob.tif");
  float foreground[N], parting[2 * N];
  PelPrediction prediction = { .width = W,
                               .height = H,
                               .foreground = foreground,
                               .parting = parting,
                               .separator = PEL_SEPARATOR_FLOWS };
  PelCutOptions options = { .threshold = 0.5, .min_size = 4, .separation = 0.5 };
  g_autoptr (GError) error = NULL;

  /* Two halves without a gap: only flows part them. */
  for (gint i = 0; i < N; i++)
    {
      double dx = (i % W < W / 2 ? 11.5 : 35.5) - i % W, dy = 11.5 - i / W;
      double length = hypot (dx, dy);

      foreground[i] = 1.0f;
      parting[i] = (float)(dy / length);
      parting[N + i] = (float)(dx / length);
    }
  g_assert_true (pel_prediction_write_planes (path, &prediction, 0.0, 0.0, &error));
  g_assert_no_error (error);
  g_autoptr (PelImage) stored = pel_prediction_read_probability (path, W, H);
  g_assert_cmpuint (pel_image_get_n_channels (stored), ==, 3);
  g_assert_cmpint (pel_probability_image_get_separator (stored), ==, PEL_SEPARATOR_FLOWS);
  g_assert_cmpmem (pel_image_get_plane (stored, 1), sizeof parting, parting, sizeof parting);
  g_autoptr (PelLabels) cells = pel_probability_image_cut (stored, &options, NULL, NULL);
  g_assert_cmpuint (pel_labels_get_max (cells), ==, 2);

  /* Half of them is nothing. */
  g_assert_cmpint (g_unlink (right), ==, 0);
  g_autoptr (PelImage) half = pel_prediction_read_probability (path, W, H);
  g_assert_cmpuint (pel_image_get_n_channels (half), ==, 1);

  prediction.separator = PEL_SEPARATOR_BORDER;
  g_assert_true (pel_prediction_write_planes (path, &prediction, 0.0, 0.0, NULL));
  g_assert_false (g_file_test (down, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (border, G_FILE_TEST_EXISTS));
  prediction.separator = PEL_SEPARATOR_FLOWS;
  g_assert_true (pel_prediction_write_planes (path, &prediction, 0.0, 0.0, NULL));
  g_assert_true (g_file_test (down, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (border, G_FILE_TEST_EXISTS));
  prediction.parting = NULL;
  g_assert_true (pel_prediction_write_planes (path, &prediction, 0.0, 0.0, NULL));
  g_assert_false (g_file_test (down, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (right, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cut/settings", test_settings);
#define ADD(name, func) g_test_add ("/cut/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("all", test_all);
  ADD ("failed", test_failed);
  ADD ("cancelled", test_cancelled);
  ADD ("superseded", test_superseded);
  ADD ("closed", test_closed);
  ADD ("keep", test_keep);
  ADD ("keep-gone", test_keep_gone);
  ADD ("model", test_model);
  ADD ("flows", test_flows);
#undef ADD
  return g_test_run ();
}
