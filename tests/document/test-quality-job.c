/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "engine/train/pel-model.h"
#include "tests/document/pel-test-fixture.h"
#include "tests/document/pel-test-model.h"

typedef struct
{
  TestFixture base;
  char *model;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_fixture_set_up (&fixture->base, 96, 64, 3, 3);
  fixture->model = g_build_filename (fixture->base.folder, "models", "m.safetensors", NULL);
  test_write_model (fixture->model, 4, 3);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_fixture_tear_down (&fixture->base);
  g_free (fixture->model);
}

static PelQualityJob *
run (Fixture *fixture, PelJobState state)
{
  PelQualityJob *job = pel_quality_job_new (fixture->base.project, fixture->model);

  pel_job_runner_submit (fixture->base.runner, PEL_JOB (job));
  test_wait_for (pel_job_get_is_finished (PEL_JOB (job)));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, state);
  test_wait_for (!pel_job_runner_get_busy (fixture->base.runner));
  return job;
}

/* A stored prediction of the image: the truth, but with one cell gone and two made one. */
static void
store_prediction (Fixture *fixture, const char *name)
{
  g_autofree char *folder = g_build_filename (fixture->base.folder, "predictions", "m", NULL);
  g_autofree char *path = g_strdup_printf ("%s/%s.tif", folder, name);
  g_autoptr (PelLabels) truth = test_disc_labels (96, 64, 0);
  g_autofree guint32 *pixels = g_new (guint32, 96 * 64);
  const PelRect all = { 0, 0, 96, 64 };
  g_autoptr (PelLabels) labels = NULL;

  pel_labels_read (truth, &all, pixels, 96);
  for (guint i = 0; i < 96 * 64; i++)
    if (pixels[i] == 1)
      pixels[i] = 0;
    else if (pixels[i] == 3)
      pixels[i] = 2;
  labels = pel_labels_new_from_data (96, 64, pixels, 96, NULL);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  g_assert_true (pel_labels_save_tiff (labels, path, 0, 0, NULL));
}

static guint
count_kind (PelQualityJob *job, PelCellErrorKind kind)
{
  const GArray *errors = pel_quality_job_get_errors (job);
  guint n = 0;

  for (guint i = 0; i < errors->len; i++)
    n += g_array_index (errors, PelQualityError, i).kind == kind;
  return n;
}

static void
test_figures (Fixture *fixture, gconstpointer data)
{
  PelImageDocument *image = pel_project_get_image (fixture->base.project, 1);
  PelQualityJob *job;
  PelScores scores;
  const PelQualityError *error;

  pel_image_document_set_validation (image, TRUE);
  store_prediction (fixture, "i1");
  job = run (fixture, PEL_JOB_STATE_DONE);
  g_assert_cmpstr (pel_quality_job_get_model_name (job), ==, "m");
  g_assert_true (pel_quality_job_get_held_out (job));
  g_assert_true (pel_quality_job_get_scores (job, &scores));
  g_assert_cmpuint (scores.n_images, ==, 1);
  g_assert_cmpuint (scores.n_truth, ==, 6);
  g_assert_cmpuint (scores.n_predicted, ==, 4);
  /* Of the two that were made one, each covers a half of it: one of them matches. */
  g_assert_cmpuint (scores.n_matched, ==, 4);
  g_assert_cmpfloat_with_epsilon (scores.ap50, 4.0 / 6.0, 1e-9);
  g_assert_cmpuint (count_kind (job, PEL_CELL_ERROR_MISSED), ==, 1);
  g_assert_cmpuint (count_kind (job, PEL_CELL_ERROR_MERGED), ==, 1);
  g_assert_cmpuint (count_kind (job, PEL_CELL_ERROR_FALSE), ==, 0);
  error = &g_array_index (pel_quality_job_get_errors (job), PelQualityError, 0);
  g_assert_true (error->image == image);
  g_assert_cmpint (error->kind, ==, PEL_CELL_ERROR_MISSED);
  g_assert_cmpint (error->box.x, ==, 8);
  g_assert_cmpint (error->box.y, ==, 8);
  g_assert_finalize_object (job);
}

/* Without a stored prediction the model is asked; one that is older than the model does not count.
 */
static void
test_predicts (Fixture *fixture, gconstpointer data)
{
  PelQualityJob *job;
  PelScores scores;

  job = run (fixture, PEL_JOB_STATE_DONE);
  g_assert_false (pel_quality_job_get_held_out (job));
  g_assert_true (pel_quality_job_get_scores (job, &scores));
  g_assert_cmpuint (scores.n_images, ==, 3);
  g_assert_cmpuint (scores.n_truth, ==, 18);
  g_assert_cmpuint (pel_quality_job_get_warnings (job)->len, ==, 0);
  g_assert_finalize_object (job);
}

static void
test_left_out (Fixture *fixture, gconstpointer data)
{
  g_autofree char *lost = g_build_filename (fixture->base.folder, "images", "i2.png", NULL);
  PelQualityJob *job;
  PelScores scores;

  g_assert_cmpint (g_unlink (lost), ==, 0);
  job = run (fixture, PEL_JOB_STATE_DONE);
  g_assert_true (pel_quality_job_get_scores (job, &scores));
  g_assert_cmpuint (scores.n_images, ==, 2);
  g_assert_cmpuint (pel_quality_job_get_warnings (job)->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (pel_quality_job_get_warnings (job), 0), "i2"));
  g_assert_finalize_object (job);
}

static void
test_failed (Fixture *fixture, gconstpointer data)
{
  PelQualityJob *job;
  PelScores scores;

  for (guint i = 0; i < 3; i++)
    pel_image_document_set_complete (pel_project_get_image (fixture->base.project, i), FALSE);
  job = run (fixture, PEL_JOB_STATE_FAILED);
  g_assert_error (pel_job_get_error (PEL_JOB (job)), PEL_DOCUMENT_ERROR,
                  PEL_DOCUMENT_ERROR_NO_IMAGES);
  g_assert_false (pel_quality_job_get_scores (job, &scores));
  g_assert_cmpuint (pel_quality_job_get_errors (job)->len, ==, 0);
  g_assert_finalize_object (job);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  PelQualityJob *job = pel_quality_job_new (fixture->base.project, fixture->model);

  pel_job_runner_submit (fixture->base.runner, PEL_JOB (job));
  test_wait_for (pel_job_get_state (PEL_JOB (job)) != PEL_JOB_STATE_QUEUED);
  pel_job_cancel (PEL_JOB (job));
  test_wait_for (pel_job_get_is_finished (PEL_JOB (job)));
  test_wait_for (!pel_job_runner_get_busy (fixture->base.runner));
  g_assert_finalize_object (job);
  /* The window is closed at once. */
  job = pel_quality_job_new (fixture->base.project, fixture->model);
  pel_job_runner_submit (fixture->base.runner, PEL_JOB (job));
  g_assert_finalize_object (g_steal_pointer (&fixture->base.runner));
  g_assert_true (pel_job_get_is_finished (PEL_JOB (job)));
  g_assert_finalize_object (job);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/quality/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("figures", test_figures);
  ADD ("predicts", test_predicts);
  ADD ("left-out", test_left_out);
  ADD ("failed", test_failed);
  ADD ("cancelled", test_cancelled);
#undef ADD
  return g_test_run ();
}
