/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "tests/document/pel-test-fixture.h"

#define N_IMAGES 4

typedef TestFixture Fixture;

/* The last image is large. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *image = NULL;
  g_autoptr (PelImportReport) report = NULL;

  test_fixture_set_up (fixture, 96, 64, N_IMAGES - 1, 0);
  image = g_build_filename (fixture->root, "large", "i3.png", NULL);
  test_write_image (image, 1600, 600, 0);
  report = test_import (fixture->project, image, PEL_IMPORT_COPY);
  g_assert_cmpuint (pel_project_get_n_images (fixture->project), ==, N_IMAGES);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_fixture_tear_down (fixture);
}

/* A prediction of the discs, with this probability inside. */
static void
write_prediction (Fixture *fixture, const char *model, guint index, float inside, guint seed)
{
  PelImageDocument *image = pel_project_get_image (fixture->project, index);
  guint width = index == N_IMAGES - 1 ? 1600 : 96, height = index == N_IMAGES - 1 ? 600 : 64;
  g_autofree char *folder = g_build_filename (fixture->folder, "predictions", model, NULL);
  g_autofree char *labels_path =
      g_strdup_printf ("%s/%s.tif", folder, pel_image_document_get_name (image));
  g_autofree char *prob_path =
      g_strdup_printf ("%s/%s.prob.tif", folder, pel_image_document_get_name (image));
  g_autoptr (PelLabels) labels = test_disc_labels (width, height, seed);
  g_autofree float *prob = g_new (float, width *height);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      prob[y * width + x] = pel_labels_get (labels, (gint)x, (gint)y) != 0 ? inside : 0.02f;
  /* Of the large one, a corner is least sure. */
  for (guint y = 400; y < height; y++)
    for (guint x = 1300; x < width; x++)
      prob[y * width + x] = 0.45f;
  g_assert_true (pel_labels_save_tiff (labels, labels_path, 0, 0, NULL));
  g_assert_true (pel_image_save_float_tiff (prob_path, prob, width, height, 0, 0, NULL));
}

static PelRankJob *
run (Fixture *fixture)
{
  PelRankJob *job = pel_rank_job_new (fixture->project, "m");

  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (pel_job_get_is_finished (PEL_JOB (job)));
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  return job;
}

static const PelRankEntry *
entry_at (PelRankJob *job, guint index)
{
  const GArray *entries = pel_rank_job_get_entries (job);

  g_assert_cmpuint (index, <, entries->len);
  return &g_array_index (entries, PelRankEntry, index);
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  PelRankJob *job;

  write_prediction (fixture, "m", 0, 0.95f, 0);
  write_prediction (fixture, "m", 1, 0.6f, 0);
  write_prediction (fixture, "m", 2, 0.75f, 0);
  job = run (fixture);
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_DONE);
  g_assert_cmpuint (pel_rank_job_get_entries (job)->len, ==, 3);
  g_assert_true (entry_at (job, 0)->image == pel_project_get_image (fixture->project, 1));
  g_assert_true (entry_at (job, 1)->image == pel_project_get_image (fixture->project, 2));
  g_assert_true (entry_at (job, 2)->image == pel_project_get_image (fixture->project, 0));
  g_assert_cmpint (entry_at (job, 0)->reason, ==, PEL_RANK_UNSURE);
  g_assert_cmpfloat (entry_at (job, 0)->score, >, entry_at (job, 1)->score);
  g_assert_cmpuint (entry_at (job, 0)->n_cells, ==, 6);
  g_assert_true (isnan (entry_at (job, 0)->agreement));
  g_assert_false (entry_at (job, 0)->has_part);
  g_assert_finalize_object (job);

  /* What is finished need not be annotated; what the other model sees otherwise rather. */
  pel_image_document_set_complete (pel_project_get_image (fixture->project, 1), TRUE);
  write_prediction (fixture, "n", 0, 0.95f, 11);
  {
    g_autofree char *model = g_build_filename (fixture->folder, "models", "n.safetensors", NULL);
    g_autofree char *models = g_path_get_dirname (model);

    /* A broken model file is a model all the same. */
    g_assert_cmpint (g_mkdir_with_parents (models, 0777), ==, 0);
    g_assert_true (g_file_set_contents (model, "x", 1, NULL));
    pel_project_refresh_models (fixture->project);
    test_wait_for (g_list_model_get_n_items (pel_project_get_models (fixture->project)) == 1);
  }
  job = run (fixture);
  g_assert_cmpuint (pel_rank_job_get_entries (job)->len, ==, 2);
  g_assert_true (entry_at (job, 0)->image == pel_project_get_image (fixture->project, 0));
  g_assert_cmpint (entry_at (job, 0)->reason, ==, PEL_RANK_DISAGREES);
  g_assert_cmpfloat (entry_at (job, 0)->agreement, <, 0.5);
  g_assert_finalize_object (job);
}

static void
test_part (Fixture *fixture, gconstpointer data)
{
  PelRankJob *job;
  const PelRankEntry *entry;

  write_prediction (fixture, "m", N_IMAGES - 1, 0.95f, 0);
  job = run (fixture);
  entry = entry_at (job, 0);
  g_assert_true (entry->has_part);
  g_assert_cmpint (entry->part.width, ==, PEL_RANK_PART);
  g_assert_cmpint (entry->part.height, ==, PEL_RANK_PART);
  g_assert_cmpint (entry->part.x, ==, 1600 - PEL_RANK_PART);
  g_assert_cmpint (entry->part.y, ==, 600 - PEL_RANK_PART);
  g_assert_finalize_object (job);
}

/* A file that cannot be read stops nothing. */
static void
test_bad_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path =
      g_build_filename (fixture->folder, "predictions", "m", "i0.prob.tif", NULL);
  PelRankJob *job;

  write_prediction (fixture, "m", 0, 0.6f, 0);
  write_prediction (fixture, "m", 1, 0.6f, 0);
  g_assert_true (g_file_set_contents (path, "not a picture", -1, NULL));
  job = run (fixture);
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_DONE);
  g_assert_cmpuint (pel_rank_job_get_entries (job)->len, ==, 1);
  g_assert_finalize_object (job);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  PelRankJob *job = pel_rank_job_new (fixture->project, "m");
  gint64 asked;

  write_prediction (fixture, "m", N_IMAGES - 1, 0.6f, 0);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (pel_job_get_state (PEL_JOB (job)) != PEL_JOB_STATE_QUEUED);
  asked = g_get_monotonic_time ();
  pel_job_cancel (PEL_JOB (job));
  test_wait_for (pel_job_get_is_finished (PEL_JOB (job)));
  g_test_message ("answered after %.3f s", (double)(g_get_monotonic_time () - asked) / 1e6);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  if (pel_job_get_state (PEL_JOB (job)) == PEL_JOB_STATE_CANCELLED)
    g_assert_cmpuint (pel_rank_job_get_entries (job)->len, ==, 0);
  g_assert_finalize_object (job);

  /* The window is closed while one waits. */
  job = pel_rank_job_new (fixture->project, "m");
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  g_assert_finalize_object (g_steal_pointer (&fixture->runner));
  g_assert_true (pel_job_get_is_finished (PEL_JOB (job)));
  g_assert_finalize_object (job);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/rank/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("order", test_order);
  ADD ("part", test_part);
  ADD ("bad-file", test_bad_file);
  ADD ("cancelled", test_cancelled);
#undef ADD
  return g_test_run ();
}
