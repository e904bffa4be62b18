/* SPDX-License-Identifier: MIT */
/* Masks that another program changes while a project is open. */
#include "app/document/pel-image-document-private.h"
#include "engine/io/pel-labels-io.h"
#include "tests/document/pel-test-util.h"

typedef TestFolder Fixture;

/* A project with one open image, whose mask another program writes: what that program has. */
static PelProject *
open_and_write_theirs (Fixture *fixture, char **their_hash)
{
  g_autofree char *a = test_folder_get_path (fixture, "in/a.png");
  g_autofree char *mask_path = g_build_filename (fixture->project, "masks", "a.tif", NULL);
  g_autoptr (PelImportReport) report = NULL;
  g_autoptr (PelLabels) theirs = test_disc_labels (96, 64, 3);
  PelProject *project = test_create (fixture->project);
  PelImageDocument *image;

  test_write_image (a, 96, 64, 1);
  report = test_import (project, a, PEL_IMPORT_COPY);
  image = pel_project_get_image (project, 0);
  test_load (image);
  test_paint (image, 20, 20, 5, 1);
  test_flush (project);
  g_assert_true (pel_labels_save_tiff (theirs, mask_path, 0, 0, NULL));
  *their_hash = test_hash_labels (theirs);
  return project;
}

/* What is painted while another program's mask is worked in stays, and none is written before. */
static void
test_external_superseded (Fixture *fixture, gconstpointer data)
{
  g_autofree char *their_hash = NULL;
  PelProject *project = open_and_write_theirs (fixture, &their_hash);
  PelImageDocument *image = pel_project_get_image (project, 0);
  PelMask *mask = pel_image_document_get_mask (image);
  PelUndo *undo = pel_image_document_get_undo (image);
  g_autofree char *mask_path = g_build_filename (fixture->project, "masks", "a.tif", NULL);
  g_autoptr (PelLabels) later = test_disc_labels (96, 64, 7);
  g_autoptr (PelLabels) expected = NULL;
  g_autoptr (PelLabels) now = NULL;
  const PelDab dab = { 80, 50, 4, 80, 50, 4, 900, FALSE, FALSE };

  pel_image_document_check_external (image);
  test_wait_for (image->external != NULL);
  g_assert_true (pel_image_document_get_dirty (image));
  g_assert_false (pel_image_document_save (image));
  /* A hand that draws keeps it waiting. */
  pel_mask_begin_stroke (mask, "Paint");
  for (guint i = 0; i < 200; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_nonnull (image->external);
  g_assert_false (pel_image_document_save (image));
  /* A later file takes the place of the first. */
  g_assert_true (pel_labels_save_tiff (later, mask_path, 0, 0, NULL));
  pel_image_document_check_external (image);
  {
    PelLabels *first = image->external;
    test_wait_for (image->external != first);
  }
  pel_mask_paint (mask, &dab);
  pel_mask_end_stroke (mask, undo);
  test_wait_for (image->external == NULL);
  now = pel_mask_snapshot (mask);
  g_assert_cmpuint (pel_undo_get_position (undo), ==, 3);
  g_assert_true (pel_labels_equal (now, later));
  test_flush (project);
  expected = pel_labels_load (mask_path, 0, NULL, NULL);
  g_assert_true (pel_labels_equal (now, expected));
  g_assert_true (pel_undo_undo (undo, NULL));
  g_assert_cmpuint (pel_mask_get_label (mask, 80, 50), ==, 900);
  test_flush (project);
  g_assert_finalize_object (project);
}

/* Closed before it is worked in: it is there all the same, as a step. */
static void
test_external_closed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *their_hash = NULL;
  PelProject *project = open_and_write_theirs (fixture, &their_hash);
  PelImageDocument *image = pel_project_get_image (project, 0);
  g_autofree char *hash = NULL;

  pel_image_document_check_external (image);
  test_wait_for (image->external != NULL);
  g_assert_true (pel_project_close (project, NULL));
  g_assert_null (image->external);
  g_assert_finalize_object (project);
  /* What the thread found out meanwhile comes to nobody. */
  for (guint i = 0; i < 200; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  project = test_open (fixture->project);
  image = pel_project_get_image (project, 0);
  test_load (image);
  hash = test_hash_mask (image);
  g_assert_cmpstr (hash, ==, their_hash);
  g_assert_true (pel_undo_get_can_undo (pel_image_document_get_undo (image)));
  g_assert_finalize_object (project);
}

static void
test_external (Fixture *fixture, gconstpointer data)
{
  PelProject *project = test_create (fixture->project);
  g_autofree char *a = test_folder_get_path (fixture, "in/a.png");
  g_autofree char *mask_path = g_build_filename (fixture->project, "masks", "a.tif", NULL);
  g_autoptr (PelImportReport) report = NULL;
  g_autoptr (PelLabels) theirs = test_disc_labels (96, 64, 3);
  g_autofree char *their_hash = test_hash_labels (theirs);
  g_autofree char *ours = NULL;
  PelImageDocument *image;

  test_write_image (a, 96, 64, 1);
  report = test_import (project, a, PEL_IMPORT_COPY);
  image = pel_project_get_image (project, 0);
  test_load (image);
  test_paint (image, 20, 20, 5, 1);
  test_flush (project);
  ours = test_hash_mask (image);
  g_assert_finalize_object (project);

  /* While the project is closed. */
  g_assert_true (pel_labels_save_tiff (theirs, mask_path, 0, 0, NULL));
  project = test_open (fixture->project);
  image = pel_project_get_image (project, 0);
  test_load (image);
  {
    g_autofree char *hash = test_hash_mask (image);
    g_assert_cmpstr (hash, ==, their_hash);
  }
  g_assert_true (pel_undo_undo (pel_image_document_get_undo (image), NULL));
  {
    g_autofree char *hash = test_hash_mask (image);
    g_assert_cmpstr (hash, ==, ours);
  }
  test_flush (project);

  /* While it is open, and with work of ours that is not saved yet. */
  g_assert_true (pel_labels_save_tiff (theirs, mask_path, 0, 0, NULL));
  test_paint (image, 60, 30, 7, 2);
  g_free (g_steal_pointer (&ours));
  ours = test_hash_mask (image);
  test_flush (project);
  {
    g_autofree char *hash = test_hash_mask (image);
    g_assert_cmpstr (hash, ==, their_hash);
  }
  g_assert_true (pel_undo_undo (pel_image_document_get_undo (image), NULL));
  {
    g_autofree char *hash = test_hash_mask (image);
    g_assert_cmpstr (hash, ==, ours);
  }
  test_flush (project);

  /* While it is open and we do nothing: the change comes by itself. */
  {
    guint64 revision = pel_mask_get_revision (pel_image_document_get_mask (image));
    g_autofree char *hash = NULL;

    g_assert_true (pel_labels_save_tiff (theirs, mask_path, 0, 0, NULL));
    test_wait_for (pel_mask_get_revision (pel_image_document_get_mask (image)) != revision);
    hash = test_hash_mask (image);
    g_assert_cmpstr (hash, ==, their_hash);
  }
  g_assert_finalize_object (project);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func)                                                                            \
  g_test_add (path, Fixture, NULL, test_folder_set_up, func, test_folder_tear_down)
  ADD ("/external-mask/changed", test_external);
  ADD ("/external-mask/superseded", test_external_superseded);
  ADD ("/external-mask/closed", test_external_closed);
  return g_test_run ();
}
