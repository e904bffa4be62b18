/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/io/pel-labels-io.h"
#include "tests/document/pel-test-util.h"

/* A project of images of discs, the first ones with masks, and threads to work on it. */
typedef struct
{
  char *root, *folder;
  PelProject *project;
  PelJobRunner *runner;
} TestFixture;

static inline void
test_fixture_set_up (TestFixture *fixture, guint width, guint height, guint n_images, guint n_masks)
{
  g_autofree char *set = NULL;
  g_autofree char *masks = NULL;
  g_autoptr (PelLabels) labels = test_disc_labels (width, height, 0);
  g_autoptr (PelImportReport) report = NULL;

  fixture->root = test_make_folder ();
  fixture->folder = g_build_filename (fixture->root, "project", NULL);
  set = g_build_filename (fixture->root, "set", NULL);
  masks = g_build_filename (set, "masks", NULL);
  g_mkdir_with_parents (masks, 0777);
  for (guint i = 0; i < n_images; i++)
    {
      g_autofree char *image = g_strdup_printf ("%s/images/i%u.png", set, i);
      g_autofree char *mask = g_strdup_printf ("%s/i%u.tif", masks, i);

      test_write_image (image, width, height, 0);
      if (i < n_masks)
        g_assert_true (pel_labels_save_tiff (labels, mask, 0, 0, NULL));
    }
  fixture->project = test_create (fixture->folder);
  report = test_import (fixture->project, set, PEL_IMPORT_COPY);
  g_assert_cmpuint (report->n_masks, ==, n_masks);
  fixture->runner = pel_job_runner_new (2);
}

/* A test may have let go of the project or the threads itself. */
static inline void
test_fixture_tear_down (TestFixture *fixture)
{
  if (fixture->runner != NULL)
    g_assert_finalize_object (fixture->runner);
  if (fixture->project != NULL)
    g_assert_finalize_object (fixture->project);
  test_remove_tree (fixture->root);
  g_free (fixture->root);
  g_free (fixture->folder);
}
