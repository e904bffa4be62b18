/* SPDX-License-Identifier: MIT */
/* The table of a project is the same whichever images the user has looked at. */
#include <math.h>

#include "app/document/pel-prediction-files.h"
#include "engine/io/pel-image-io.h"
#include "tests/document/pel-test-fixture.h"

#define WIDTH 128
#define HEIGHT 96
#define N_IMAGES 3

/* A soft map whose half is at the discs' edge. */
static void
write_prediction (const char *folder, const char *name)
{
  g_autofree float *map = g_new0 (float, WIDTH *HEIGHT);
  g_autofree char *labels_path = g_strdup_printf ("%s/%s.tif", folder, name);
  g_autofree char *map_path = g_strdup_printf ("%s/%s.prob.tif", folder, name);
  g_autoptr (PelLabels) labels = test_disc_labels (WIDTH, HEIGHT, 0);
  PelPredictionSettings settings = { .cut = { 0.5, 0, -1.0, 0.5 },
                                     .magnification = 1.0,
                                     .error_scale = PEL_ERROR_SCALE_NONE };
  g_autoptr (GError) error = NULL;

  for (guint y = 0; y < HEIGHT; y++)
    for (guint x = 0; x < WIDTH; x++)
      {
        double dx = x % 32 - 16.0, dy = y % 32 - 16.0;

        map[y * WIDTH + x] = (float)CLAMP (0.5 + (9.0 - sqrt (dx * dx + dy * dy)) / 5.0, 0.0, 1.0);
      }
  pel_labels_save_tiff (labels, labels_path, 0, 0, &error);
  g_assert_no_error (error);
  pel_image_save_float_tiff (map_path, map, WIDTH, HEIGHT, 0, 0, &error);
  g_assert_no_error (error);
  g_assert_true (pel_prediction_settings_write (labels_path, &settings, NULL));
}

static char *
export_table (TestFixture *fixture)
{
  g_autoptr (GPtrArray) images = g_ptr_array_new ();
  g_autofree char *path = g_build_filename (fixture->root, "cells.csv", NULL);
  PelExportJob *job;
  char *text = NULL;

  for (guint i = 0; i < N_IMAGES; i++)
    g_ptr_array_add (images, pel_project_get_image (fixture->project, i));
  job = pel_export_job_new_csv (images, PEL_EXPORT_BEST, path);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (pel_job_get_is_finished (PEL_JOB (job)));
  g_assert_no_error (pel_job_get_error (PEL_JOB (job)));
  g_assert_cmpuint (pel_export_job_get_n_cells (job), ==, N_IMAGES * 12);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

/* Each cell's uncertainty is there. */
static void
assert_uncertain (const char *table)
{
  g_auto (GStrv) lines = g_strsplit (table, "\n", -1);
  g_auto (GStrv) columns = g_strsplit (lines[0], ",", -1);
  guint column = 0;

  while (g_strcmp0 (columns[column], "equivalent_diameter_err_px") != 0)
    column++;
  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], ",", -1);

      g_assert_cmpfloat (g_ascii_strtod (fields[column], NULL), >, 0.5);
    }
}

/* The first image is predicted only, the second has all its cells accepted, the third was never
 * looked at. */
static void
test_looked_at (void)
{
  TestFixture fixture;
  g_autofree char *folder = NULL, *before = NULL, *loaded = NULL, *left = NULL;

  test_fixture_set_up (&fixture, WIDTH, HEIGHT, N_IMAGES, 0);
  folder = g_build_filename (fixture.folder, "predictions", "m", NULL);
  g_mkdir_with_parents (folder, 0777);
  for (guint i = 0; i < N_IMAGES; i++)
    write_prediction (folder,
                      pel_image_document_get_name (pel_project_get_image (fixture.project, i)));
  pel_project_set_current_model (fixture.project, "m");
  before = export_table (&fixture);
  assert_uncertain (before);

  for (guint i = 0; i < 2; i++)
    test_load (pel_project_get_image (fixture.project, i));
  g_assert_cmpuint (test_accept (pel_project_get_image (fixture.project, 1), 0), ==, 12);
  loaded = export_table (&fixture);
  assert_uncertain (loaded);

  /* Left again: the labels stay in memory, the picture and the map do not. */
  for (guint i = 0; i < 2; i++)
    {
      PelImageDocument *image = pel_project_get_image (fixture.project, i);

      pel_image_document_release_pixels (image);
      g_assert_null (pel_image_document_get_probability (image));
      g_assert_nonnull (pel_image_document_get_prediction_labels (image));
    }
  left = export_table (&fixture);
  assert_uncertain (left);
  g_assert_true (g_str_equal (left, loaded)); /* too long to be printed */
  g_assert_true (pel_project_close (fixture.project, NULL));
  test_fixture_tear_down (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/export/looked-at", test_looked_at);
  return g_test_run ();
}
