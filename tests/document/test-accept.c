/* SPDX-License-Identifier: MIT */
#include "tests/document/pel-test-util.h"

#define WIDTH 200
#define HEIGHT 150

typedef struct
{
  char *root;
  PelProject *project;
  PelImageDocument *image;
  guint32 *pixels; /* the prediction */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  g_autoptr (PelImportReport) report = NULL;

  fixture->root = test_make_folder ();
  folder = g_build_filename (fixture->root, "project", NULL);
  path = g_build_filename (fixture->root, "a.png", NULL);
  test_write_image (path, WIDTH, HEIGHT, 0);
  fixture->project = test_create (folder);
  report = test_import (fixture->project, path, PEL_IMPORT_COPY);
  fixture->image = pel_project_get_image (fixture->project, 0);
  test_load (fixture->image);
  fixture->pixels = g_new0 (guint32, WIDTH * HEIGHT);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->project);
  test_remove_tree (fixture->root);
  g_free (fixture->root);
  g_free (fixture->pixels);
}

static void
box (Fixture *fixture, guint x, guint y, guint width, guint height, guint32 label)
{
  for (guint i = y; i < y + height; i++)
    for (guint k = x; k < x + width; k++)
      fixture->pixels[i * WIDTH + k] = label;
}

static void
predict (Fixture *fixture)
{
  g_autoptr (PelLabels) labels =
      pel_labels_new_from_data (WIDTH, HEIGHT, fixture->pixels, WIDTH, NULL);

  pel_image_document_set_prediction (fixture->image, labels, NULL, 0.5, "m");
}

static void
draw_box (Fixture *fixture, gint x, gint y, gint width, gint height, guint32 label)
{
  PelMask *mask = pel_image_document_get_mask (fixture->image);

  pel_mask_begin_stroke (mask, "Draw");
  for (gint i = y; i < y + height; i++)
    pel_mask_fill_span (mask, i, x, x + width, label, FALSE);
  pel_mask_end_stroke (mask, pel_image_document_get_undo (fixture->image));
}

static guint32
at (Fixture *fixture, gint x, gint y)
{
  return pel_mask_get_label (pel_image_document_get_mask (fixture->image), x, y);
}

static void
test_all (Fixture *fixture, gconstpointer data)
{
  PelMask *mask = pel_image_document_get_mask (fixture->image);
  PelUndo *undo = pel_image_document_get_undo (fixture->image);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  PelCellInfo info;
  guint32 label;

  draw_box (fixture, 10, 10, 20, 20, 1);  /* by hand: overlapped a little by predicted 5 */
  draw_box (fixture, 60, 10, 20, 20, 2);  /* by hand: nearly the same as predicted 6 */
  draw_box (fixture, 100, 10, 10, 10, 3); /* by hand: inside predicted 7 */
  before = test_hash_mask (fixture->image);
  box (fixture, 25, 10, 20, 20, 5);
  box (fixture, 61, 11, 20, 20, 6);
  box (fixture, 95, 5, 40, 40, 7);
  box (fixture, 150, 100, 20, 20, 8); /* touches nothing */
  box (fixture, 18, 12, 4, 4, 9);     /* a crumb wholly inside the drawn cell 1 */
  predict (fixture);
  g_assert_cmpuint (test_accept (fixture->image, 0), ==, 2);
  g_assert_cmpuint (pel_mask_get_n_cells (mask), ==, 5);
  for (guint32 k = 1; k <= 3; k++)
    g_assert_cmpuint (pel_mask_get_label_size (mask, k), ==, k == 3 ? 100 : 400);
  label = at (fixture, 40, 15);
  g_assert_cmpuint (label, >, 3);
  g_assert_cmpuint (pel_mask_get_label_size (mask, label), ==, 300);
  g_assert_cmpuint (at (fixture, 27, 15), ==, 1);
  g_assert_true (pel_mask_get_cell_info (mask, label, &info));
  g_assert_cmpint (info.origin, ==, PEL_CELL_ORIGIN_MODEL);
  g_assert_false (info.reviewed);
  g_assert_cmpuint (at (fixture, 80, 30), ==, 0);
  g_assert_cmpuint (at (fixture, 130, 40), ==, 0);
  g_assert_cmpuint (pel_mask_get_label_size (mask, at (fixture, 155, 105)), ==, 400);
  after = test_hash_mask (fixture->image);
  /* One step. */
  g_assert_true (pel_undo_undo (undo, NULL));
  {
    g_autofree char *hash = test_hash_mask (fixture->image);
    g_assert_cmpstr (hash, ==, before);
  }
  g_assert_true (pel_undo_redo (undo, NULL));
  {
    g_autofree char *hash = test_hash_mask (fixture->image);
    g_assert_cmpstr (hash, ==, after);
  }
}

/* A second model's cells take the place of the first's, except of what the user touched. */
static void
test_again (Fixture *fixture, gconstpointer data)
{
  PelMask *mask = pel_image_document_get_mask (fixture->image);
  guint32 first, second, fresh;
  PelDab dab = { 115, 15, 2, 115, 15, 2, 0, FALSE, FALSE };

  box (fixture, 10, 10, 20, 20, 1);
  box (fixture, 110, 10, 20, 20, 2);
  predict (fixture);
  g_assert_cmpuint (test_accept (fixture->image, 0), ==, 2);
  first = at (fixture, 12, 12);
  second = at (fixture, 125, 25);
  /* The second is corrected by hand. */
  dab.erase = TRUE;
  pel_mask_begin_stroke (mask, "Erase");
  pel_mask_paint (mask, &dab);
  pel_mask_end_stroke (mask, pel_image_document_get_undo (fixture->image));
  memset (fixture->pixels, 0, sizeof (guint32) * WIDTH * HEIGHT);
  box (fixture, 14, 14, 22, 22, 40);
  box (fixture, 111, 11, 22, 22, 41);
  predict (fixture);
  g_assert_cmpuint (test_accept (fixture->image, 0), ==, 1);
  fresh = at (fixture, 20, 20);
  g_assert_cmpuint (fresh, !=, first);
  g_assert_cmpuint (pel_mask_get_label_size (mask, fresh), ==, 22 * 22);
  g_assert_false (pel_mask_has_label (mask, first));
  g_assert_cmpuint (at (fixture, 125, 25), ==, second);
  g_assert_cmpuint (at (fixture, 132, 32), ==, 0);
}

static void
test_one (Fixture *fixture, gconstpointer data)
{
  PelMask *mask = pel_image_document_get_mask (fixture->image);
  PelCellInfo info;

  box (fixture, 10, 10, 20, 20, 1);
  box (fixture, 40, 10, 20, 20, 2);
  predict (fixture);
  g_assert_cmpuint (test_accept (fixture->image, 2), ==, 1);
  g_assert_cmpuint (pel_mask_get_n_cells (mask), ==, 1);
  g_assert_cmpuint (at (fixture, 15, 15), ==, 0);
  g_assert_true (pel_mask_get_cell_info (mask, at (fixture, 45, 15), &info));
  g_assert_true (info.reviewed);
  g_assert_cmpuint (test_accept (fixture->image, 77), ==, 0);
  /* Once more is no second cell: the first was reviewed, so it is the user's now. */
  g_assert_cmpuint (test_accept (fixture->image, 2), ==, 0);
}

/* One cell at once gives the same mask as the job does, whatever lies there. */
static void
test_at_once (Fixture *fixture, gconstpointer data)
{
  PelUndo *undo = pel_image_document_get_undo (fixture->image);
  const PelRect bounds = { 50, 50, 70, 70 }, elsewhere = { 0, 0, 20, 20 };

  draw_box (fixture, 40, 40, 25, 25, 1);
  box (fixture, 100, 60, 30, 20, 3);
  predict (fixture);
  g_assert_cmpuint (test_accept (fixture->image, 0), ==, 1);
  /* Over the user's cell a little, over a model's more than half, beside a third. */
  memset (fixture->pixels, 0, sizeof (guint32) * WIDTH * HEIGHT);
  box (fixture, 50, 50, 70, 70, 5);
  box (fixture, 5, 5, 10, 10, 6);
  predict (fixture);
  g_assert_false (pel_image_document_accept_cell (fixture->image, 5, &elsewhere));
  g_assert_cmpuint (test_accept (fixture->image, 5), ==, 1);
  {
    g_autofree char *by_job = test_hash_mask (fixture->image);
    g_autofree char *at_once = NULL;
    const guint32 label = at (fixture, 90, 90);

    g_assert_cmpuint (at (fixture, 125, 65), ==, 0);
    g_assert_true (pel_undo_undo (undo, NULL));
    g_assert_cmpuint (at (fixture, 125, 65), !=, 0);
    g_assert_true (pel_image_document_accept_cell (fixture->image, 5, &bounds));
    at_once = test_hash_mask (fixture->image);
    g_assert_cmpstr (at_once, ==, by_job);
    g_assert_cmpuint (at (fixture, 90, 90), ==, label);
    g_assert_cmpuint (at (fixture, 8, 8), ==, 0);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/accept/all", Fixture, NULL, set_up, test_all, tear_down);
  g_test_add ("/accept/again", Fixture, NULL, set_up, test_again, tear_down);
  g_test_add ("/accept/one", Fixture, NULL, set_up, test_one, tear_down);
  g_test_add ("/accept/at-once", Fixture, NULL, set_up, test_at_once, tear_down);
  return g_test_run ();
}
