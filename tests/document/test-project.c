/* SPDX-License-Identifier: MIT */
#include <json-glib/json-glib.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/document/pel-cell-list-private.h"
#include "app/document/pel-image-document-private.h"
#include "engine/io/pel-labels-io.h"
#include "tests/document/pel-test-util.h"

typedef TestFolder Fixture;

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = test_folder_get_path (fixture, "in/a.png");
  g_autofree char *b = test_folder_get_path (fixture, "in/b.png");
  g_autofree char *in = test_folder_get_path (fixture, "in");
  g_autofree char *file = g_build_filename (fixture->project, "project.json", NULL);
  g_autofree char *hash = NULL;
  g_autoptr (PelImportReport) report = NULL;
  PelProject *project = test_create (fixture->project);
  PelImageDocument *image;
  PelRect region = { 3, 4, 50, 60 };
  const PelRect *regions;
  PelChannelDisplay display = { 10, 200, 1.5, TRUE };
  PelCellInfo info;
  guint n_regions;

  test_write_image (a, 130, 70, 1);
  test_write_image (b, 64, 64, 2);
  report = test_import (project, in, PEL_IMPORT_COPY);
  g_assert_cmpuint (report->n_images, ==, 2);
  g_assert_cmpuint (report->n_skipped, ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (project)), ==, 2);
  image = pel_project_find_image (project, "a");
  g_assert_nonnull (image);
  g_assert_cmpuint (pel_image_document_get_width (image), ==, 130);
  g_assert_cmpint (pel_image_document_get_state (image), ==, PEL_IMAGE_STATE_UNLABELLED);
  test_load (image);
  test_paint (image, 30, 30, 9, 1);
  test_paint (image, 60, 30, 9, 2);
  g_assert_cmpuint (pel_image_document_get_n_cells (image), ==, 2);
  g_assert_cmpint (pel_image_document_get_state (image), ==, PEL_IMAGE_STATE_IN_WORK);
  pel_cell_info_init (&info);
  info.class_name = g_intern_string ("round");
  info.reviewed = TRUE;
  pel_mask_set_cell_info (pel_image_document_get_mask (image), 2, &info, "Review",
                          pel_image_document_get_undo (image));
  pel_image_document_set_validation (image, TRUE);
  pel_image_document_set_group (image, "control");
  pel_image_document_set_complete_regions (image, &region, 1);
  pel_image_document_set_calibration (image, 0.5, 0.25);
  pel_image_document_set_display (image, 0, &display);
  pel_project_set_setting (project, "colour", "blue");
  pel_project_set_definitions (project, PEL_DEFINITIONS_CELLPROFILER);
  test_flush (project);
  g_assert_false (pel_project_get_saving (project));
  hash = test_hash_mask (image);
  g_assert_finalize_object (project);

  /* What another program or a newer one put into the file stays there. */
  {
    g_autoptr (JsonParser) parser = json_parser_new ();
    g_autofree char *text = NULL;
    JsonObject *root;

    g_assert_true (json_parser_load_from_file (parser, file, NULL));
    root = json_node_get_object (json_parser_get_root (parser));
    json_object_set_string_member (root, "lab_book", "page 12");
    json_object_set_int_member (
        json_array_get_object_element (json_object_get_array_member (root, "images"), 1), "passage",
        7);
    text = json_to_string (json_parser_get_root (parser), TRUE);
    g_assert_true (g_file_set_contents (file, text, -1, NULL));
  }

  project = test_open (fixture->project);
  g_assert_false (pel_project_get_read_only (project));
  g_assert_cmpuint (pel_project_get_n_recovered (project), ==, 0);
  g_assert_cmpstr (pel_project_get_setting (project, "colour"), ==, "blue");
  g_assert_cmpint (pel_project_get_definitions (project), ==, PEL_DEFINITIONS_CELLPROFILER);
  image = pel_project_find_image (project, "a");
  g_assert_cmpint (pel_cell_list_get_definitions (pel_image_document_get_cells (image)), ==,
                   PEL_DEFINITIONS_CELLPROFILER);
  g_assert_cmpuint (pel_image_document_get_n_cells (image), ==, 2);
  g_assert_true (pel_image_document_get_validation (image));
  g_assert_cmpstr (pel_image_document_get_group (image), ==, "control");
  g_assert_cmpfloat (pel_image_document_get_um_x (image), ==, 0.5);
  g_assert_cmpfloat (pel_image_document_get_um_y (image), ==, 0.25);
  regions = pel_image_document_get_complete_regions (image, &n_regions);
  g_assert_cmpuint (n_regions, ==, 1);
  g_assert_cmpmem (regions, sizeof *regions, &region, sizeof region);
  display = (PelChannelDisplay){ 0 };
  pel_image_document_get_display (image, 0, &display);
  g_assert_cmpfloat (display.high, ==, 200);
  g_assert_true (display.invert);
  test_load (image);
  {
    g_autofree char *again = test_hash_mask (image);
    g_assert_cmpstr (again, ==, hash);
  }
  g_assert_true (pel_mask_get_cell_info (pel_image_document_get_mask (image), 2, &info));
  g_assert_cmpstr (info.class_name, ==, "round");
  g_assert_true (info.reviewed);
  /* The history survived, too. */
  g_assert_cmpuint (pel_undo_get_position (pel_image_document_get_undo (image)), ==, 3);
  g_assert_true (pel_undo_go_to (pel_image_document_get_undo (image), 0, NULL));
  g_assert_cmpuint (pel_image_document_get_n_cells (image), ==, 0);
  g_assert_true (pel_undo_go_to (pel_image_document_get_undo (image), 3, NULL));
  {
    g_autofree char *again = test_hash_mask (image);
    g_assert_cmpstr (again, ==, hash);
  }
  pel_project_set_setting (project, "colour", NULL);
  test_flush (project);
  g_assert_finalize_object (project);

  {
    g_autoptr (JsonParser) parser = json_parser_new ();
    JsonObject *root;

    g_assert_true (json_parser_load_from_file (parser, file, NULL));
    root = json_node_get_object (json_parser_get_root (parser));
    g_assert_cmpstr (json_object_get_string_member (root, "lab_book"), ==, "page 12");
    g_assert_cmpint (
        json_object_get_int_member (
            json_array_get_object_element (json_object_get_array_member (root, "images"), 1),
            "passage"),
        ==, 7);
    g_assert_false (
        json_object_has_member (json_object_get_object_member (root, "settings"), "colour"));
  }
}

static void
test_import_messy (Fixture *fixture, gconstpointer data)
{
  g_autofree char *in = test_folder_get_path (fixture, "in");
  g_autofree char *one = test_folder_get_path (fixture, "in/cell.png");
  g_autofree char *two = test_folder_get_path (fixture, "in/sub/Cell.png");
  g_autofree char *three = test_folder_get_path (fixture, "in/sub/sub/cell.png");
  g_autofree char *hidden = test_folder_get_path (fixture, "in/.hidden.png");
  g_autofree char *thumbs = test_folder_get_path (fixture, "in/Thumbs.db");
  g_autofree char *text = test_folder_get_path (fixture, "in/notes.txt");
  g_autofree char *broken = test_folder_get_path (fixture, "in/broken.png");
  g_autofree char *odd = test_folder_get_path (fixture, "in/sub/größe µm: 1?.png");
  g_autoptr (PelImportReport) report = NULL;
  PelProject *project = test_create (fixture->project);
  gboolean names_broken = FALSE;

  test_write_image (one, 40, 40, 1);
  test_write_image (two, 40, 40, 2);
  test_write_image (three, 40, 40, 3);
  test_write_image (odd, 40, 40, 4);
  test_write_image (hidden, 40, 40, 5);
  g_assert_true (g_file_set_contents (thumbs, "x", 1, NULL));
  g_assert_true (g_file_set_contents (text, "x", 1, NULL));
  g_assert_true (g_file_set_contents (broken, "\x89PNG\r\n\x1a\nrubbish", -1, NULL));
  report = test_import (project, in, PEL_IMPORT_COPY);
  g_assert_cmpuint (report->n_images, ==, 4);
  g_assert_cmpuint (report->n_skipped, ==, 1);
  for (guint i = 0; i < report->warnings->len; i++)
    names_broken |= strstr (g_ptr_array_index (report->warnings, i), "broken.png") != NULL;
  g_assert_true (names_broken);
  g_assert_nonnull (pel_project_find_image (project, "cell"));
  g_assert_nonnull (pel_project_find_image (project, "Cell-2"));
  g_assert_nonnull (pel_project_find_image (project, "cell-3"));
  g_assert_nonnull (pel_project_find_image (project, "größe µm_ 1_"));
  for (guint i = 0; i < pel_project_get_n_images (project); i++)
    test_load (pel_project_get_image (project, i));
  g_assert_finalize_object (project);
}

static void
test_import_masks (Fixture *fixture, gconstpointer data)
{
  g_autofree char *in = test_folder_get_path (fixture, "set");
  g_autoptr (PelImportReport) report = NULL;
  g_autoptr (PelLabels) labels = test_disc_labels (96, 64, 0);
  g_autoptr (PelLabels) wrong = test_disc_labels (64, 64, 0);
  PelProject *project = test_create (fixture->project);
  PelImageDocument *image;

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("set/images/i%u.png", i);
      g_autofree char *mask = g_strdup_printf ("set/masks/i%u.tif", i);
      g_autofree char *image_path = test_folder_get_path (fixture, name);
      g_autofree char *mask_path = test_folder_get_path (fixture, mask);
      g_autofree char *folder = g_path_get_dirname (mask_path);

      test_write_image (image_path, 96, 64, 0);
      g_mkdir_with_parents (folder, 0777);
      if (i < 2)
        g_assert_true (pel_labels_save_tiff (i == 0 ? labels : wrong, mask_path, 0, 0, NULL));
    }
  report = test_import (project, in, PEL_IMPORT_COPY);
  g_assert_cmpuint (report->n_images, ==, 3);
  g_assert_cmpuint (report->n_masks, ==, 1);
  g_assert_cmpuint (report->warnings->len, >=, 1);
  image = pel_project_find_image (project, "i0");
  g_assert_cmpint (pel_image_document_get_state (image), ==, PEL_IMAGE_STATE_LABELLED);
  g_assert_cmpuint (pel_image_document_get_n_cells (image), ==, 6);
  test_load (image);
  {
    g_autofree char *expected = test_hash_labels (labels);
    g_autofree char *hash = test_hash_mask (image);

    g_assert_cmpstr (hash, ==, expected);
  }
  g_assert_cmpint (pel_image_document_get_state (pel_project_find_image (project, "i1")), ==,
                   PEL_IMAGE_STATE_UNLABELLED);
  g_assert_finalize_object (project);
}

/* A folder that nobody made with Pellicle: its own files are never written. */
static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = test_folder_get_path (fixture, "data");
  g_autofree char *image_path = test_folder_get_path (fixture, "data/images/x.png");
  g_autofree char *mask_path = test_folder_get_path (fixture, "data/masks/x.tif");
  g_autofree char *masks = test_folder_get_path (fixture, "data/masks");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *hash = NULL;
  g_autoptr (PelLabels) labels = test_disc_labels (96, 64, 0);
  gsize length, length_after;
  PelProject *project;
  PelImageDocument *image;

  test_write_image (image_path, 96, 64, 0);
  g_mkdir_with_parents (masks, 0777);
  g_assert_true (pel_labels_save_tiff (labels, mask_path, 0, 0, NULL));
  g_assert_true (g_file_get_contents (mask_path, &before, &length, NULL));
  project = test_open (folder);
  g_assert_cmpuint (pel_project_get_n_images (project), ==, 1);
  image = pel_project_get_image (project, 0);
  g_assert_true (pel_image_document_get_complete (image));
  test_load (image);
  g_assert_cmpuint (pel_image_document_get_n_cells (image), ==, 6);
  test_paint (image, 5, 5, 4, 77);
  hash = test_hash_mask (image);
  test_flush (project);
  g_assert_finalize_object (project);
  g_assert_true (g_file_get_contents (mask_path, &after, &length_after, NULL));
  g_assert_cmpmem (before, length, after, length_after);

  project = test_open (folder);
  image = pel_project_get_image (project, 0);
  g_assert_cmpuint (pel_project_get_n_images (project), ==, 1);
  test_load (image);
  {
    g_autofree char *again = test_hash_mask (image);
    g_assert_cmpstr (again, ==, hash);
  }
  g_assert_finalize_object (project);
}

static void
test_kaggle (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = test_folder_get_path (fixture, "stage1");
  PelProject *project;
  PelImageDocument *image;

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *name = g_strdup_printf ("stage1/id%u/images/id%u.png", i, i);
      g_autofree char *image_path = test_folder_get_path (fixture, name);
      g_autofree char *masks = g_strdup_printf ("%s/id%u/masks", folder, i);

      test_write_image (image_path, 64, 64, 0);
      g_mkdir_with_parents (masks, 0777);
      for (guint k = 0; k < 3; k++)
        {
          g_autofree char *mask = g_strdup_printf ("%s/m%u.png", masks, k);
          guint8 rgba[64 * 64 * 4];

          for (guint p = 0; p < 64 * 64; p++)
            {
              gboolean inside = p / 64 >= 20 * k && p / 64 < 20 * k + 10 && p % 64 < 30;

              memset (rgba + 4 * p, inside ? 255 : 0, 3);
              rgba[4 * p + 3] = 255;
            }
          g_assert_true (pel_image_save_png_rgba (mask, rgba, 64, 64, 256, NULL));
        }
    }
  project = test_open (folder);
  g_assert_cmpuint (pel_project_get_n_images (project), ==, 2);
  image = pel_project_find_image (project, "id1");
  g_assert_nonnull (image);
  test_load (image);
  g_assert_cmpuint (pel_image_document_get_n_cells (image), ==, 3);
  g_assert_cmpuint (pel_mask_get_label_size (pel_image_document_get_mask (image), 1), ==, 300);
  g_assert_finalize_object (project);
}

static void
test_lock (Fixture *fixture, gconstpointer data)
{
  PelProject *project = test_create (fixture->project);
  g_autofree char *a = test_folder_get_path (fixture, "in/a.png");
  g_autoptr (PelImportReport) report = NULL;
  g_autoptr (GError) error = NULL;
  PelProject *second;
  PelImageDocument *image;

  test_write_image (a, 40, 40, 1);
  report = test_import (project, a, PEL_IMPORT_COPY);
  test_flush (project);
  second = test_open (fixture->project);
  g_assert_true (pel_project_get_read_only (second));
  g_assert_nonnull (pel_project_get_read_only_reason (second));
  {
    g_autoptr (GPtrArray) none = g_ptr_array_new ();

    g_assert_null (pel_project_import (second, none, PEL_IMPORT_COPY, &error));
    g_assert_error (error, PEL_DOCUMENT_ERROR, PEL_DOCUMENT_ERROR_READ_ONLY);
  }
  image = pel_project_get_image (second, 0);
  test_load (image);
  test_paint (image, 20, 20, 5, 1);
  test_flush (second);
  g_assert_finalize_object (second);

  /* Nothing of that was written. */
  image = pel_project_get_image (project, 0);
  test_load (image);
  g_assert_cmpuint (pel_image_document_get_n_cells (image), ==, 0);
  g_assert_true (pel_project_close (project, NULL));
  second = test_open (fixture->project);
  g_assert_false (pel_project_get_read_only (second));
  g_assert_finalize_object (second);
  g_assert_finalize_object (project);
}

/* A process that was killed keeps its lock until the last of its threads is put away, which takes a
 * while where the machine is busy: whoever starts the program again then must not find a project
 * that can only be looked at. Here a child's child stands for that thread. */
static void
test_lock_of_the_dead (Fixture *fixture, gconstpointer data)
{
  PelProject *project = test_create (fixture->project);
  g_autofree char *path = g_build_filename (fixture->project, ".pellicle", "lock", NULL);
  pid_t dead;

  g_assert_true (pel_project_close (project, NULL));
  g_assert_finalize_object (project);
  dead = fork ();
  if (dead == 0)
    {
      int lock = open (path, O_RDWR);
      char text[32];
      int n = snprintf (text, sizeof text, "%d\n", (int)getpid ());

      if (lock < 0 || flock (lock, LOCK_EX | LOCK_NB) != 0 || ftruncate (lock, 0) != 0 ||
          pwrite (lock, text, (size_t)n, 0) != n)
        _exit (1);
      if (fork () == 0)
        usleep (400000);
      _exit (0);
    }
  g_assert_cmpint (dead, >, 0);
  /* It has ended and is not taken note of: its number stays. */
  {
    siginfo_t info;

    g_assert_cmpint (waitid (P_PID, (id_t)dead, &info, WEXITED | WNOWAIT), ==, 0);
    g_assert_cmpint (info.si_status, ==, 0);
  }
  project = test_open (fixture->project);
  g_assert_false (pel_project_get_read_only (project));
  g_assert_finalize_object (project);
  g_assert_cmpint (waitpid (dead, NULL, 0), ==, dead);
}

static void
test_spill (Fixture *fixture, gconstpointer data)
{
  PelProject *project = test_create (fixture->project);
  g_autofree char *a = test_folder_get_path (fixture, "in/a.png");
  g_autoptr (PelImportReport) report = NULL;
  g_autoptr (GPtrArray) hashes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  PelImageDocument *image;
  PelUndo *undo;
  GError *error = NULL;

  test_write_image (a, 300, 200, 1);
  report = test_import (project, a, PEL_IMPORT_COPY);
  image = pel_project_get_image (project, 0);
  test_load (image);
  undo = pel_image_document_get_undo (image);
  pel_undo_set_budget (undo, 30000);
  g_ptr_array_add (hashes, test_hash_mask (image));
  for (guint i = 0; i < 80; i++)
    {
      test_paint (image, g_rand_double_range (random, 0, 300), g_rand_double_range (random, 0, 200),
                  g_rand_double_range (random, 1, 30), i + 1);
      g_ptr_array_add (hashes, test_hash_mask (image));
      if (i % 10 == 0)
        test_flush (project);
    }
  test_flush (project);
  g_assert_cmpuint (pel_undo_get_bytes (undo), <=, 30000 + 80 * 200);
  g_assert_cmpuint (pel_undo_get_n_steps (undo), ==, 80);
  g_assert_cmpuint (pel_undo_get_n_dropped (undo), ==, 0);
  for (gint i = 79; i >= 0; i--)
    {
      g_autofree char *hash = NULL;

      g_assert_true (pel_undo_undo (undo, &error));
      g_assert_no_error (error);
      hash = test_hash_mask (image);
      g_assert_cmpstr (hash, ==, g_ptr_array_index (hashes, i));
    }
  g_assert_true (pel_undo_go_to (undo, 80, &error));
  {
    g_autofree char *hash = test_hash_mask (image);
    g_assert_cmpstr (hash, ==, g_ptr_array_index (hashes, 80));
  }
  g_assert_finalize_object (project);
}

static void
opened (GObject *source, GAsyncResult *result, gpointer data)
{
  *(PelProject **)data = pel_project_open_finish (result, NULL);
}

static void
loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  guint *n = data;

  g_assert_true (pel_image_document_load_finish (PEL_IMAGE_DOCUMENT (source), result, NULL));
  (*n)++;
}

static void
count_call (gpointer instance, guint *n)
{
  (*n)++;
}

static void
test_async (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = test_folder_get_path (fixture, "in/a.png");
  g_autoptr (GFile) folder = g_file_new_for_path (fixture->project);
  g_autoptr (PelImportReport) report = NULL;
  PelProject *project = test_create (fixture->project);
  PelImageDocument *image;
  PelCellList *cells;
  guint n_loaded = 0, n_thumbs = 0, width, height;
  g_autoptr (PelCell) cell = NULL;

  test_write_image (a, 300, 200, 1);
  report = test_import (project, a, PEL_IMPORT_COPY);
  g_assert_finalize_object (project);
  project = NULL;
  pel_project_open_async (folder, NULL, opened, &project);
  test_wait_for (project != NULL);
  image = pel_project_get_image (project, 0);
  g_signal_connect (image, "thumbnail-changed", G_CALLBACK (count_call), &n_thumbs);
  g_assert_null (pel_image_document_get_thumbnail (image, &width, &height));
  pel_image_document_load_async (image, NULL, loaded, &n_loaded);
  pel_image_document_load_async (image, NULL, loaded, &n_loaded);
  test_wait_for (n_loaded == 2 && n_thumbs == 1);
  g_assert_nonnull (pel_image_document_get_thumbnail (image, &width, &height));
  g_assert_cmpuint (width, ==, 192);
  g_assert_cmpuint (height, ==, 128);

  cells = pel_image_document_get_cells (image);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (cells)), ==, 0);
  test_paint (image, 100, 100, 20, 5);
  test_wait_for (g_list_model_get_n_items (G_LIST_MODEL (cells)) == 1);
  cell = g_list_model_get_item (G_LIST_MODEL (cells), 0);
  g_assert_cmpuint (pel_cell_get_label (cell), ==, 5);
  g_assert_cmpfloat_with_epsilon (pel_cell_get_value (cell, PEL_QUANTITY_EQUIVALENT_DIAMETER), 40,
                                  0.3);
  g_assert_cmpint (pel_cell_get_origin (cell), ==, PEL_CELL_ORIGIN_HAND);
  g_assert_nonnull (pel_cell_list_get_contours (cells));
  pel_undo_undo (pel_image_document_get_undo (image), NULL);
  test_wait_for (g_list_model_get_n_items (G_LIST_MODEL (cells)) == 0);
  g_assert_finalize_object (project);
}

typedef struct
{
  PelImageDocument *image;
  GError *error;
  guint n_painted;
  gboolean finished;
} Saving;

static void
saved (GObject *source, GAsyncResult *result, gpointer data)
{
  Saving *saving = data;

  pel_project_flush_finish (PEL_PROJECT (source), result, &saving->error);
  saving->finished = TRUE;
}

static gboolean
paint_on (gpointer data)
{
  Saving *saving = data;

  /* Each stroke is written by itself: not faster than that goes. */
  if (saving->finished || saving->n_painted >= 40)
    return G_SOURCE_CONTINUE;
  saving->n_painted++;
  test_paint (saving->image, 10 + saving->n_painted % 280, 100, 5, 1 + saving->n_painted % 30);
  return G_SOURCE_CONTINUE;
}

/* Who goes on painting while it is saved is not told that it did not work; where it does not, it is
 * told all the same. */
static void
test_save_while_painting (Fixture *fixture, gconstpointer data)
{
  PelProject *project = test_create (fixture->project);
  g_autofree char *a = test_folder_get_path (fixture, "in/a.png");
  g_autofree char *masks = g_build_filename (fixture->project, "masks", NULL);
  g_autofree char *mask = g_build_filename (masks, "a.tif", NULL);
  g_autoptr (PelImportReport) report = NULL;
  Saving saving = { 0 };
  guint source;

  test_write_image (a, 300, 200, 1);
  report = test_import (project, a, PEL_IMPORT_COPY);
  saving.image = pel_project_get_image (project, 0);
  test_load (saving.image);
  source = g_timeout_add (5, paint_on, &saving);
  for (guint i = 0; i < 5; i++)
    {
      saving.finished = FALSE;
      saving.n_painted = 0;
      pel_project_flush_async (project, NULL, saved, &saving);
      paint_on (&saving);
      test_wait_for (saving.finished);
      g_assert_no_error (saving.error);
    }
  g_source_remove (source);
  g_assert_cmpuint (saving.n_painted, >, 0);
  test_flush (project);
  g_assert_true (g_file_test (mask, G_FILE_TEST_IS_REGULAR));

  g_assert_cmpint (g_unlink (mask), ==, 0);
  test_remove_tree (masks);
  g_assert_true (g_file_set_contents (masks, "in the way", -1, NULL));
  saving.finished = FALSE;
  /* Where nothing was painted yet: what changes nothing is not written. */
  test_paint (saving.image, 150, 150, 6, 31);
  pel_project_flush_async (project, NULL, saved, &saving);
  test_wait_for (saving.finished);
  g_assert_nonnull (saving.error);
  g_clear_error (&saving.error);
  g_assert_cmpint (g_unlink (masks), ==, 0);
  g_assert_cmpint (g_mkdir (masks, 0777), ==, 0);
  test_flush (project);
  g_assert_true (g_file_test (mask, G_FILE_TEST_IS_REGULAR));
  g_assert_finalize_object (project);
}

typedef struct
{
  PelImportReport *report;
  GError *error;
  guint done, total;
  gboolean finished;
} Importing;

static void
import_progressed (PelProject *project, guint done, guint total, gpointer data)
{
  Importing *importing = data;

  importing->done = done;
  importing->total = total;
}

static void
imported (GObject *source, GAsyncResult *result, gpointer data)
{
  Importing *importing = data;

  importing->report = pel_project_import_finish (PEL_PROJECT (source), result, &importing->error);
  importing->finished = TRUE;
}

static void
test_import_async (Fixture *fixture, gconstpointer data)
{
  PelProject *project = test_create (fixture->project);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autofree char *nothing = test_folder_get_path (fixture, "nothing");
  Importing importing = { 0 };

  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *name = g_strdup_printf ("in/x%u.png", i);
      g_autofree char *path = test_folder_get_path (fixture, name);

      test_write_image (path, 64, 48, i);
      g_ptr_array_add (files, g_file_new_for_path (path));
    }
  pel_project_import_async (project, files, PEL_IMPORT_REFERENCE, import_progressed, NULL, imported,
                            &importing);
  test_wait_for (importing.finished);
  g_assert_no_error (importing.error);
  g_assert_cmpuint (importing.report->n_images, ==, 12);
  g_assert_cmpuint (importing.done, ==, 12);
  g_assert_cmpuint (importing.total, ==, 12);
  g_assert_cmpuint (pel_project_get_n_images (project), ==, 12);
  pel_import_report_free (importing.report);

  /* Given up before it began: nothing came in, and it is told so. */
  importing = (Importing){ 0 };
  g_cancellable_cancel (cancelled);
  pel_project_import_async (project, files, PEL_IMPORT_COPY, NULL, cancelled, imported, &importing);
  test_wait_for (importing.finished);
  g_assert_error (importing.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&importing.error);
  g_assert_cmpuint (pel_project_get_n_images (project), ==, 12);

  /* A folder without an image, and the project let go of meanwhile. */
  importing = (Importing){ 0 };
  g_mkdir_with_parents (nothing, 0777);
  g_ptr_array_set_size (files, 0);
  g_ptr_array_add (files, g_file_new_for_path (nothing));
  pel_project_import_async (project, files, PEL_IMPORT_COPY, NULL, NULL, imported, &importing);
  g_object_unref (project);
  test_wait_for (importing.finished);
  g_assert_error (importing.error, PEL_DOCUMENT_ERROR, PEL_DOCUMENT_ERROR_NO_IMAGES);
  g_clear_error (&importing.error);

  project = test_open (fixture->project);
  g_assert_false (pel_project_get_read_only (project));
  g_assert_cmpuint (pel_project_get_n_images (project), ==, 12);
  test_load (pel_project_find_image (project, "x11"));
  g_assert_finalize_object (project);
}

static void
test_bad_projects (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    gint code;
  } cases[] = {
    { "{ \"format\": 1, \"images\": [", PEL_DOCUMENT_ERROR_BAD_PROJECT },
    { "[1, 2]", PEL_DOCUMENT_ERROR_BAD_PROJECT },
    { "", PEL_DOCUMENT_ERROR_BAD_PROJECT },
    { "{ \"format\": 2 }", PEL_DOCUMENT_ERROR_NEWER_VERSION },
  };
  g_autoptr (GFile) folder = g_file_new_for_path (fixture->project);
  g_autofree char *file = g_build_filename (fixture->project, "project.json", NULL);
  g_autoptr (PelProject) project = NULL;

  g_mkdir_with_parents (fixture->project, 0777);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (file, cases[i].text, -1, NULL));
      g_assert_null (pel_project_open (folder, &error));
      g_assert_error (error, PEL_DOCUMENT_ERROR, cases[i].code);
    }
  /* Entries that make no sense, or that would write elsewhere, are left out. */
  g_assert_true (g_file_set_contents (
      file,
      "{ \"images\": [ 3, {}, { \"name\": \"../../evil\", \"path\": \"a.png\" },"
      " { \"name\": \"good\", \"path\": \"images/none.png\", \"page\": -4, \"cells\": \"x\","
      "   \"complete_regions\": [[1,2],[1,2,3,4],\"x\"] },"
      " { \"name\": \"good\", \"path\": \"twice.png\" } ] }",
      -1, NULL));
  project = test_open (fixture->project);
  g_assert_cmpuint (pel_project_get_n_images (project), ==, 1);
  {
    g_autoptr (GError) error = NULL;
    PelImageDocument *image = pel_project_get_image (project, 0);

    g_assert_false (pel_image_document_load (image, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
    g_assert_true (pel_image_document_get_missing (image));
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func)                                                                            \
  g_test_add (path, Fixture, NULL, test_folder_set_up, func, test_folder_tear_down)
  ADD ("/project/round-trip", test_round_trip);
  ADD ("/project/import-messy", test_import_messy);
  ADD ("/project/import-masks", test_import_masks);
  ADD ("/project/foreign", test_foreign);
  ADD ("/project/kaggle", test_kaggle);
  ADD ("/project/lock", test_lock);
  ADD ("/project/lock-of-the-dead", test_lock_of_the_dead);
  ADD ("/project/spill", test_spill);
  ADD ("/project/async", test_async);
  ADD ("/project/save-while-painting", test_save_while_painting);
  ADD ("/project/import-async", test_import_async);
  ADD ("/project/bad-projects", test_bad_projects);
  return g_test_run ();
}
