/* SPDX-License-Identifier: MIT */
#pragma once

#include <string.h>
#include <glib/gstdio.h>

#include "app/document/pel-document.h"
#include "engine/io/pel-image-io.h"

/* Helpers of the tests of documents. */

static inline void
test_remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *full = g_build_filename (path, name, NULL);

      if (g_file_test (full, G_FILE_TEST_IS_DIR) && !g_file_test (full, G_FILE_TEST_IS_SYMLINK))
        test_remove_tree (full);
      else
        g_unlink (full);
    }
  if (dir != NULL)
    g_dir_close (dir);
  g_rmdir (path);
}

/* A picture with bright discs on a dark ground, and some structure to tell pictures apart. */
static inline void
test_write_image (const char *path, guint width, guint height, guint seed)
{
  g_autofree guint8 *rgba = g_malloc ((gsize)width * height * 4);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        guint dx = (x + seed) % 32, dy = y % 32;
        gboolean inside = (dx - 16) * (dx - 16) + (dy - 16) * (dy - 16) < 81;
        guint8 value = (guint8)((inside ? 180 : 40) + (x * 7 + y * 13 + seed) % 20);

        memset (rgba + 4 * ((gsize)y * width + x), value, 3);
        rgba[4 * ((gsize)y * width + x) + 3] = 255;
      }
  g_assert_true (pel_image_save_png_rgba (path, rgba, width, height, (gsize)width * 4, &error));
  g_assert_no_error (error);
}

/* Labels for the discs of test_write_image(). */
static inline PelLabels *
test_disc_labels (guint width, guint height, guint seed)
{
  g_autofree guint32 *pixels = g_new0 (guint32, (gsize)width * height);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        guint dx = (x + seed) % 32, dy = y % 32;

        if ((dx - 16) * (dx - 16) + (dy - 16) * (dy - 16) < 81)
          pixels[(gsize)y * width + x] = (x + seed) / 32 + 1 + y / 32 * 100;
      }
  return pel_labels_new_from_data (width, height, pixels, width, NULL);
}

static inline char *
test_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("pellicle-test-XXXXXX", &error);

  g_assert_no_error (error);
  return path;
}

/* A folder for a test to work in, and the path of a project in it that is not there yet. */
typedef struct
{
  char *root;
  char *project;
} TestFolder;

static inline void
test_folder_set_up (TestFolder *self, gconstpointer data)
{
  self->root = test_make_folder ();
  self->project = g_build_filename (self->root, "My cells", NULL);
}

static inline void
test_folder_tear_down (TestFolder *self, gconstpointer data)
{
  test_remove_tree (self->root);
  g_free (self->root);
  g_free (self->project);
}

static inline char *
test_folder_get_path (const TestFolder *self, const char *name)
{
  return g_build_filename (self->root, name, NULL);
}

static inline PelProject *
test_open (const char *path)
{
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  PelProject *project = pel_project_open (folder, &error);

  g_assert_no_error (error);
  return project;
}

static inline PelProject *
test_create (const char *path)
{
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  PelProject *project = pel_project_create (folder, &error);

  g_assert_no_error (error);
  return project;
}

static inline PelImportReport *
test_import (PelProject *project, const char *path, PelImportFlags flags)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  PelImportReport *report;

  g_ptr_array_add (files, g_file_new_for_path (path));
  report = pel_project_import (project, files, flags, &error);
  g_assert_no_error (error);
  return report;
}

static inline void
test_load (PelImageDocument *image)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pel_image_document_load (image, &error));
  g_assert_no_error (error);
}

static inline void
test_flush (PelProject *project)
{
  g_autoptr (GError) error = NULL;

  pel_project_flush (project, &error);
  g_assert_no_error (error);
}

/* One stroke of a disc. */
static inline void
test_paint (PelImageDocument *image, double x, double y, double radius, guint32 label)
{
  PelDab dab = { x, y, radius, x, y, radius, label, FALSE, FALSE };

  pel_mask_begin_stroke (pel_image_document_get_mask (image), "Paint");
  pel_mask_paint (pel_image_document_get_mask (image), &dab);
  pel_mask_end_stroke (pel_image_document_get_mask (image), pel_image_document_get_undo (image));
}

static inline char *
test_hash_labels (PelLabels *labels)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint width = pel_labels_get_width (labels);
  g_autofree guint32 *row = g_new (guint32, width);

  for (guint y = 0; y < pel_labels_get_height (labels); y++)
    {
      PelRect rect = { 0, (gint)y, (gint)width, 1 };

      pel_labels_read (labels, &rect, row, width);
      g_checksum_update (checksum, (const guchar *)row, (gssize)(width * sizeof *row));
    }
  return g_strdup (g_checksum_get_string (checksum));
}

static inline char *
test_hash_mask (PelImageDocument *image)
{
  g_autoptr (PelLabels) labels = pel_mask_snapshot (pel_image_document_get_mask (image));

  return test_hash_labels (labels);
}

/* Lets the main loop run until something holds. The end is for what never will: a sanitizer on a
 * busy machine takes minutes. */
#define test_wait_for(condition)                                                                   \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 test_deadline = g_get_monotonic_time () + 600 * G_USEC_PER_SEC;                         \
    while (!(condition))                                                                           \
      {                                                                                            \
        if (!g_main_context_iteration (NULL, FALSE))                                               \
          g_usleep (1000);                                                                         \
        g_assert_cmpint (g_get_monotonic_time (), <, test_deadline);                               \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

/* Takes predicted cells into the mask, all of them where @label is 0: how many. */
static inline guint
test_accept (PelImageDocument *image, guint32 label)
{
  PelJobRunner *runner = pel_job_runner_new (1);
  PelEditJob *job =
      label == 0 ? pel_accept_job_new (image, NULL, 0) : pel_accept_job_new (image, &label, 1);
  guint n;

  pel_job_runner_submit (runner, PEL_JOB (job));
  test_wait_for (pel_job_get_is_finished (PEL_JOB (job)));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_DONE);
  g_assert_false (pel_job_runner_get_busy (runner));
  n = pel_edit_job_get_count (job);
  g_assert_true (pel_edit_job_get_changed (job) == (n > 0));
  g_assert_finalize_object (runner);
  g_assert_finalize_object (job);
  return n;
}
