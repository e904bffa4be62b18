/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-sample.h"
#include "app/document/pel-project.h"
#include "tests/cli/program.h"

#include <string.h>

/* The sample project: a copy of one's own that is a whole project, and stays as it was left. */

static guint
count_children (GFile *folder)
{
  g_autofree char *path = g_file_get_path (folder);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_install (void)
{
  char *folder = program_make_folder ();
  g_autoptr (GFile) parent = g_file_new_for_path (folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) copy = pel_sample_install (parent, &error);
  g_autoptr (GFile) again = NULL;
  g_autoptr (PelProject) project = NULL;
  guint n_cells = 0, n_labelled = 0;

  g_assert_no_error (error);
  /* Nothing but the copy is left in its parent. */
  g_assert_cmpuint (count_children (parent), ==, 1);

  project = pel_project_open (copy, &error);
  g_assert_no_error (error);
  g_assert_false (pel_project_get_read_only (project));
  g_assert_cmpuint (pel_project_get_n_images (project), ==, 6);
  for (guint i = 0; i < 6; i++)
    {
      PelImageDocument *image = pel_project_get_image (project, i);

      g_assert_true (pel_image_document_load (image, &error));
      n_cells += pel_image_document_get_n_cells (image);
      n_labelled += pel_image_document_get_state (image) == PEL_IMAGE_STATE_LABELLED;
      if (i == 0)
        pel_image_document_set_group (image, "mine");
    }
  g_assert_cmpuint (n_labelled, ==, 4);
  g_assert_cmpuint (n_cells, ==, 187);
  g_assert_true (pel_project_close (project, &error));
  g_clear_object (&project);

  /* A copy that is there is kept, with what was done in it. */
  again = pel_sample_install (parent, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_equal (copy, again));
  project = pel_project_open (again, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pel_image_document_get_group (pel_project_get_image (project, 0)), ==, "mine");
  g_clear_object (&project);
  program_remove_folder (folder);
}

/* A place that cannot be written: an error, and no half a project. */
static void
test_no_place (void)
{
  char *folder = program_make_folder ();
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_autoptr (GFile) parent = g_file_new_for_path (file);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) copy = NULL;

  g_assert_true (g_file_set_contents (file, "in the way", -1, NULL));
  copy = pel_sample_install (parent, &error);
  g_assert_null (copy);
  g_assert_nonnull (error);
  program_remove_folder (folder);
}

/* Its licence goes with it. */
static void
test_licence (void)
{
  char *folder = program_make_folder ();
  g_autoptr (GFile) parent = g_file_new_for_path (folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) copy = pel_sample_install (parent, &error);
  g_autofree char *path = NULL;
  g_autoptr (GBytes) licence = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  path = g_file_get_path (copy);
  licence = program_read (path, "LICENSE.txt");
  text = g_strndup (g_bytes_get_data (licence, NULL), g_bytes_get_size (licence));
  g_assert_nonnull (strstr (text, "MIT License"));
  g_assert_nonnull (strstr (text, "Okinawa Institute of Science & Technology"));
  program_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sample/install", test_install);
  g_test_add_func ("/sample/no-place", test_no_place);
  g_test_add_func ("/sample/licence", test_licence);
  return g_test_run ();
}
