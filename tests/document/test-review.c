/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "engine/io/pel-labels-io.h"
#include "tests/document/pel-test-util.h"

#define WIDTH 320
#define HEIGHT 240

typedef struct
{
  char *root;
  char *folder;
  PelProject *project;
  PelImageDocument *image;
  PelReview *review;
  guint32 *pixels; /* the prediction */
} Fixture;

static void
open_again (Fixture *fixture)
{
  fixture->project = test_open (fixture->folder);
  fixture->image = pel_project_get_image (fixture->project, 0);
  test_load (fixture->image);
  fixture->review = pel_image_document_get_review (fixture->image);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (PelImportReport) report = NULL;

  fixture->root = test_make_folder ();
  fixture->folder = g_build_filename (fixture->root, "project", NULL);
  path = g_build_filename (fixture->root, "a.png", NULL);
  test_write_image (path, WIDTH, HEIGHT, 0);
  fixture->project = test_create (fixture->folder);
  report = test_import (fixture->project, path, PEL_IMPORT_COPY);
  fixture->image = pel_project_get_image (fixture->project, 0);
  test_load (fixture->image);
  fixture->review = pel_image_document_get_review (fixture->image);
  fixture->pixels = g_new0 (guint32, WIDTH * HEIGHT);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->project != NULL)
    g_assert_finalize_object (fixture->project);
  test_remove_tree (fixture->root);
  g_free (fixture->root);
  g_free (fixture->folder);
  g_free (fixture->pixels);
}

static void
box (Fixture *fixture, guint x, guint y, guint width, guint height, guint32 label)
{
  for (guint i = y; i < y + height; i++)
    for (guint k = x; k < x + width; k++)
      fixture->pixels[i * WIDTH + k] = label;
}

static PelLabels *
make_labels (Fixture *fixture)
{
  return pel_labels_new_from_data (WIDTH, HEIGHT, fixture->pixels, WIDTH, NULL);
}

static void
wait_settled (Fixture *fixture)
{
  PelCellList *cells = pel_image_document_get_prediction_cells (fixture->image);

  pel_review_get_n_cells (fixture->review);
  g_list_model_get_n_items (G_LIST_MODEL (cells));
  test_wait_for (!pel_cell_list_get_updating (cells) && !pel_review_get_updating (fixture->review));
}

/* Fifteen like cells in rows, of which 3 is small. */
static void
predict (Fixture *fixture)
{
  g_autoptr (PelLabels) labels = NULL;

  memset (fixture->pixels, 0, sizeof (guint32) * WIDTH * HEIGHT);
  for (guint i = 0; i < 15; i++)
    if (i == 2)
      box (fixture, 24 + i % 5 * 60, 24 + i / 5 * 70, 6, 6, i + 1);
    else
      box (fixture, 20 + i % 5 * 60, 20 + i / 5 * 70, 28 + i % 3, 29, i + 1);
  labels = make_labels (fixture);
  pel_image_document_set_prediction (fixture->image, labels, NULL, 0.5, "m");
  wait_settled (fixture);
}

static const PelReviewCell *
get (Fixture *fixture, guint32 label)
{
  gint index = pel_review_find (fixture->review, label, TRUE);

  g_assert_cmpint (index, >=, 0);
  return pel_review_get_cell (fixture->review, (guint)index);
}

static guint
index_of (Fixture *fixture, guint32 label)
{
  return (guint)pel_review_find (fixture->review, label, TRUE);
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  const PelReviewCell *first;
  double last = 1.0;

  predict (fixture);
  g_assert_cmpuint (pel_review_get_n_cells (fixture->review), ==, 15);
  g_assert_cmpuint (pel_review_get_n_waiting (fixture->review), ==, 15);
  for (guint i = 0; i < 15; i++)
    {
      const PelReviewCell *cell = pel_review_get_cell (fixture->review, i);

      g_assert_cmpfloat (cell->doubt.doubt, <=, last);
      last = cell->doubt.doubt;
      g_assert_cmpuint (fixture->pixels[cell->inner_y * WIDTH + cell->inner_x], ==, cell->label);
    }
  first = pel_review_get_cell (fixture->review, 0);
  g_assert_cmpuint (first->label, ==, 3);
  g_assert_cmpint (first->doubt.reason, ==, PEL_DOUBT_SMALL);
  g_assert_cmpuint (first->size, ==, 36);
  g_assert_cmpfloat_with_epsilon (first->x, 24 + 2 * 60 + 2.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (first->diameter, 2 * sqrt (36 / G_PI), 0.05);
  g_assert_cmpint (pel_review_get_current (fixture->review), ==, -1);
  g_assert_true (pel_review_step (fixture->review, 1));
  g_assert_cmpint (pel_review_get_current (fixture->review), ==, 0);
  g_assert_true (pel_review_step (fixture->review, -1));
  g_assert_cmpint (pel_review_get_current (fixture->review), ==, 14);
  g_assert_true (pel_review_step (fixture->review, 1));
  g_assert_cmpint (pel_review_get_current (fixture->review), ==, 0);
}

/* Verdicts count at once, are found again by comparing, and are undone. */
static void
test_verdicts (Fixture *fixture, gconstpointer data)
{
  PelMask *mask = pel_image_document_get_mask (fixture->image);
  PelUndo *undo = pel_image_document_get_undo (fixture->image);

  predict (fixture);
  g_assert_true (pel_review_accept (fixture->review, index_of (fixture, 1)));
  g_assert_true (pel_review_is_hidden (fixture->review, 1));
  g_assert_true (pel_review_reject (fixture->review, index_of (fixture, 2)));
  g_assert_true (pel_review_is_hidden (fixture->review, 2));
  g_assert_cmpuint (pel_review_get_n_waiting (fixture->review), ==, 13);
  g_assert_cmpuint (pel_mask_get_n_cells (mask), ==, 1);
  g_assert_cmpuint (pel_mask_get_label (mask, 25, 25), !=, 0);
  g_assert_cmpuint (pel_undo_get_n_steps (undo), ==, 2);
  g_assert_cmpstr (pel_undo_get_undo_name (undo), ==, "Reject Predicted Cell");
  wait_settled (fixture);
  g_assert_cmpint (get (fixture, 1)->state, ==, PEL_REVIEW_STATE_ACCEPTED);
  g_assert_cmpint (get (fixture, 2)->state, ==, PEL_REVIEW_STATE_REJECTED);
  g_assert_cmpuint (pel_review_get_n_waiting (fixture->review), ==, 13);
  /* Once is enough. */
  g_assert_false (pel_review_accept (fixture->review, index_of (fixture, 1)));
  g_assert_false (pel_review_reject (fixture->review, index_of (fixture, 2)));
  g_assert_cmpuint (pel_undo_get_n_steps (undo), ==, 2);

  g_assert_true (pel_undo_undo (undo, NULL));
  wait_settled (fixture);
  g_assert_cmpint (get (fixture, 2)->state, ==, PEL_REVIEW_STATE_WAITING);
  g_assert_false (pel_review_is_hidden (fixture->review, 2));
  /* What was undone is in question again. */
  g_assert_cmpint (pel_review_get_current (fixture->review), ==, (gint)index_of (fixture, 2));
  g_assert_true (pel_undo_redo (undo, NULL));
  g_assert_true (pel_undo_undo (undo, NULL));
  g_assert_true (pel_undo_undo (undo, NULL));
  wait_settled (fixture);
  g_assert_cmpuint (pel_review_get_n_waiting (fixture->review), ==, 15);
  g_assert_cmpuint (pel_mask_get_n_cells (mask), ==, 0);
}

/* What was rejected can be accepted after all. */
static void
test_change_of_mind (Fixture *fixture, gconstpointer data)
{
  PelMask *mask = pel_image_document_get_mask (fixture->image);

  predict (fixture);
  g_assert_true (pel_review_reject (fixture->review, index_of (fixture, 5)));
  g_assert_true (pel_review_accept (fixture->review, index_of (fixture, 5)));
  wait_settled (fixture);
  g_assert_cmpint (get (fixture, 5)->state, ==, PEL_REVIEW_STATE_ACCEPTED);
  g_assert_cmpuint (pel_mask_get_n_cells (mask), ==, 1);
  g_assert_true (pel_review_reject (fixture->review, index_of (fixture, 5)));
  wait_settled (fixture);
  g_assert_cmpint (get (fixture, 5)->state, ==, PEL_REVIEW_STATE_REJECTED);
  g_assert_cmpuint (pel_mask_get_n_cells (mask), ==, 0);
  g_assert_cmpuint (pel_mask_get_max_label (mask), ==, 0);
}

/* What was taken all at once still waits for a look, and a correction is one. Until then it is the
 * model's. */
static void
test_bulk (Fixture *fixture, gconstpointer data)
{
  PelMask *mask = pel_image_document_get_mask (fixture->image);
  PelCellInfo info;
  guint32 label;

  predict (fixture);
  g_assert_cmpuint (test_accept (fixture->image, 0), ==, 15);
  wait_settled (fixture);
  g_assert_cmpuint (pel_review_get_n_waiting (fixture->review), ==, 15);
  g_assert_cmpuint (pel_image_document_get_n_from_model (fixture->image), ==, 15);
  g_assert_true (pel_review_is_hidden (fixture->review, 7));
  label = get (fixture, 7)->mask_label;
  g_assert_true (pel_review_accept (fixture->review, index_of (fixture, 7)));
  g_assert_true (pel_mask_get_cell_info (mask, label, &info));
  g_assert_true (info.reviewed);
  g_assert_cmpuint (pel_mask_get_n_cells (mask), ==, 15);
  g_assert_cmpuint (pel_image_document_get_n_from_model (fixture->image), ==, 14);
  label = get (fixture, 8)->mask_label;
  g_assert_true (pel_review_reject (fixture->review, index_of (fixture, 8)));
  g_assert_false (pel_mask_has_label (mask, label));
  /* By hand: a corner is taken off. */
  {
    const PelReviewCell *cell = get (fixture, 9);
    PelDab dab = { cell->bounds.x, cell->bounds.y, 5, cell->bounds.x, cell->bounds.y, 5, 0,
                   TRUE,           FALSE };

    pel_mask_begin_stroke (mask, "Erase");
    pel_mask_paint (mask, &dab);
    pel_mask_end_stroke (mask, pel_image_document_get_undo (fixture->image));
  }
  wait_settled (fixture);
  g_assert_cmpint (get (fixture, 7)->state, ==, PEL_REVIEW_STATE_ACCEPTED);
  g_assert_cmpint (get (fixture, 8)->state, ==, PEL_REVIEW_STATE_REJECTED);
  g_assert_cmpint (get (fixture, 9)->state, ==, PEL_REVIEW_STATE_ACCEPTED);
  g_assert_cmpuint (pel_review_get_n_waiting (fixture->review), ==, 12);
  g_assert_cmpuint (pel_image_document_get_n_from_model (fixture->image), ==, 12);
  /* What the user made is not taken away by a word about the model. */
  g_assert_false (pel_review_reject (fixture->review, index_of (fixture, 9)));

  /* Without the prediction the mask's cells are looked through all the same. */
  pel_image_document_set_prediction (fixture->image, NULL, NULL, 0.5, "m");
  wait_settled (fixture);
  g_assert_cmpuint (pel_review_get_n_cells (fixture->review), ==, 14);
  g_assert_cmpuint (pel_review_get_n_waiting (fixture->review), ==, 12);
}

/* All of it is there again when the project is opened anew, also for another prediction. */
static void
test_remembered (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "predictions", "m", NULL);
  g_autofree char *path = g_build_filename (folder, "a.tif", NULL);
  g_autoptr (PelLabels) labels = NULL;

  predict (fixture);
  labels = make_labels (fixture);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  g_assert_true (pel_labels_save_tiff (labels, path, 0, 0, NULL));
  pel_project_set_current_model (fixture->project, "m");
  g_assert_true (pel_review_accept (fixture->review, index_of (fixture, 4)));
  g_assert_true (pel_review_reject (fixture->review, index_of (fixture, 6)));
  g_assert_true (pel_review_reject (fixture->review, index_of (fixture, 7)));
  g_assert_true (pel_undo_undo (pel_image_document_get_undo (fixture->image), NULL));
  test_flush (fixture->project);
  g_assert_finalize_object (g_steal_pointer (&fixture->project));

  open_again (fixture);
  wait_settled (fixture);
  g_assert_cmpuint (pel_review_get_n_cells (fixture->review), ==, 15);
  g_assert_cmpint (get (fixture, 4)->state, ==, PEL_REVIEW_STATE_ACCEPTED);
  g_assert_cmpint (get (fixture, 6)->state, ==, PEL_REVIEW_STATE_REJECTED);
  g_assert_cmpint (get (fixture, 7)->state, ==, PEL_REVIEW_STATE_WAITING);
  /* The history came along. */
  g_assert_true (pel_undo_redo (pel_image_document_get_undo (fixture->image), NULL));
  wait_settled (fixture);
  g_assert_cmpint (get (fixture, 7)->state, ==, PEL_REVIEW_STATE_REJECTED);

  /* Other numbers, about the same cells: the verdicts hold for the places. */
  for (guint i = 0; i < WIDTH * HEIGHT; i++)
    fixture->pixels[i] = fixture->pixels[i] != 0 ? 40 - fixture->pixels[i] : 0;
  g_clear_pointer (&labels, pel_labels_unref);
  labels = make_labels (fixture);
  pel_image_document_set_prediction (fixture->image, labels, NULL, 0.5, "m");
  wait_settled (fixture);
  g_assert_cmpint (get (fixture, 36)->state, ==, PEL_REVIEW_STATE_ACCEPTED);
  g_assert_cmpint (get (fixture, 34)->state, ==, PEL_REVIEW_STATE_REJECTED);
  g_assert_cmpint (get (fixture, 33)->state, ==, PEL_REVIEW_STATE_REJECTED);
  g_assert_cmpuint (pel_review_get_n_waiting (fixture->review), ==, 12);
  /* One large cell instead of a rejected small one is another question. */
  box (fixture, 15, 85, 120, 60, 50);
  g_clear_pointer (&labels, pel_labels_unref);
  labels = make_labels (fixture);
  pel_image_document_set_prediction (fixture->image, labels, NULL, 0.5, "m");
  wait_settled (fixture);
  g_assert_cmpint (get (fixture, 50)->state, ==, PEL_REVIEW_STATE_WAITING);
}

/* Where another model sees something else. */
static void
test_second_model (Fixture *fixture, gconstpointer data)
{
  g_autofree char *mine = g_build_filename (fixture->folder, "predictions", "m", NULL);
  g_autofree char *other = g_build_filename (fixture->folder, "predictions", "n", NULL);
  g_autofree char *path = g_build_filename (other, "a.tif", NULL);
  g_autoptr (PelLabels) labels = NULL;

  predict (fixture);
  g_assert_null (pel_review_get_other_model (fixture->review));
  g_assert_true (isnan (get (fixture, 10)->agreement));
  box (fixture, 20 + 4 * 60, 20 + 70, 30, 29, 0);  /* 10 is not there */
  box (fixture, 20 + 4 * 60, 20 + 140, 30, 15, 0); /* of 15 a half */
  labels = make_labels (fixture);
  g_assert_cmpint (g_mkdir_with_parents (mine, 0777), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (other, 0777), ==, 0);
  g_assert_true (pel_labels_save_tiff (labels, path, 0, 0, NULL));
  pel_project_set_current_model (fixture->project, "m");
  predict (fixture);
  g_assert_cmpstr (pel_review_get_other_model (fixture->review), ==, "n");
  g_assert_cmpint (get (fixture, 10)->doubt.reason, ==, PEL_DOUBT_MISSING);
  g_assert_cmpint (get (fixture, 15)->doubt.reason, ==, PEL_DOUBT_DISAGREES);
  g_assert_cmpfloat_with_epsilon (get (fixture, 15)->agreement, 14.0 / 29.0, 0.02);
  g_assert_cmpfloat (get (fixture, 11)->agreement, ==, 1.0);
}

/* The project goes while cells are being compared; a newer prediction overtakes an older. */
static void
test_closed_and_superseded (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PelReview) review = g_object_ref (fixture->review);
  g_autoptr (PelLabels) one = NULL;
  g_autoptr (PelLabels) two = NULL;
  g_autoptr (PelImageDocument) image = g_object_ref (fixture->image);

  pel_review_get_n_cells (review);
  box (fixture, 10, 10, 20, 20, 1);
  one = make_labels (fixture);
  box (fixture, 50, 10, 20, 20, 2);
  two = make_labels (fixture);
  for (guint i = 0; i < 20; i++)
    {
      pel_image_document_set_prediction (image, i % 2 == 0 ? one : two, NULL, 0.5, "m");
      for (guint k = 0; k < i; k++)
        {
          g_main_context_iteration (NULL, FALSE);
          g_usleep (1000);
        }
    }
  wait_settled (fixture);
  g_assert_cmpuint (pel_review_get_n_cells (review), ==, 2);

  pel_image_document_set_prediction (image, one, NULL, 0.5, "m");
  g_assert_true (pel_review_get_updating (review));
  g_assert_finalize_object (g_steal_pointer (&fixture->project));
  g_assert_false (pel_review_get_updating (review));
  g_assert_false (pel_review_accept (review, 0));
  g_assert_false (pel_review_reject (review, 0));
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* A read-only project is looked at, not judged. */
static void
test_read_only (Fixture *fixture, gconstpointer data)
{
  PelProject *second;
  PelImageDocument *image;
  PelReview *review;
  g_autoptr (PelLabels) labels = NULL;

  test_flush (fixture->project);
  second = test_open (fixture->folder);
  image = pel_project_get_image (second, 0);
  review = pel_image_document_get_review (image);
  g_assert_true (pel_project_get_read_only (second));
  test_load (image);
  box (fixture, 10, 10, 20, 20, 1);
  labels = make_labels (fixture);
  pel_image_document_set_prediction (image, labels, NULL, 0.5, "m");
  pel_review_get_n_cells (review);
  test_wait_for (pel_review_get_n_cells (review) == 1);
  g_assert_false (pel_review_accept (review, 0));
  g_assert_false (pel_review_reject (review, 0));
  g_assert_finalize_object (second);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/review/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("order", test_order);
  ADD ("verdicts", test_verdicts);
  ADD ("change-of-mind", test_change_of_mind);
  ADD ("bulk", test_bulk);
  ADD ("remembered", test_remembered);
  ADD ("second-model", test_second_model);
  ADD ("closed-and-superseded", test_closed_and_superseded);
  ADD ("read-only", test_read_only);
#undef ADD
  return g_test_run ();
}
