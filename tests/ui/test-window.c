/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-history-list.h"
#include "ui/window/pel-window.h"

#include <string.h>

#include <glib/gstdio.h>

#include "tests/ui/pel-widget-test.h"
#include "ui/canvas/pel-canvas-view.h"
#include "ui/keys/pel-command.h"
#include "ui/pages/pel-cell-view.h"
#include "ui/pages/pel-review-page.h"
#include "ui/pages/pel-start-page.h"
#include "ui/pages/pel-train-page.h"
#include "ui/tools/pel-tool.h"
#include "ui/window/pel-image-list.h"
#include "ui/window/pel-status-bar.h"

#define N_IMAGES 3

typedef struct
{
  char *path;
  PelWindow *window;
  PelWorkspace *workspace;
} Fixture;

static void
write_image (const char *folder, guint index)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 96, 80);
  g_autofree char *path = g_strdup_printf ("%s/cells-%u.png", folder, index);
  g_autoptr (GError) error = NULL;

  gdk_pixbuf_fill (pixbuf, 0x40404000 + (index << 12));
  gdk_pixbuf_save (pixbuf, path, "png", &error, NULL);
  g_assert_no_error (error);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_folder (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *images = NULL;

  fixture->path = g_dir_make_tmp ("pel-window-XXXXXX", &error);
  g_assert_no_error (error);
  images = g_build_filename (fixture->path, "images", NULL);
  g_assert_cmpint (g_mkdir (images, 0777), ==, 0);
  for (guint i = 1; i <= N_IMAGES; i++)
    write_image (images, i);
  fixture->window = pel_window_new (NULL);
  fixture->workspace = pel_window_get_workspace (fixture->window);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  PelProject *project = pel_workspace_get_project (fixture->workspace);
  PelWindow *window = fixture->window;

  if (project != NULL)
    g_assert_true (pel_project_close (project, NULL));
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *)&window);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  for (guint i = 0; i < 100 && window != NULL; i++)
    pel_widget_test_run (20);
  g_assert_null (window);
  remove_folder (fixture->path);
  g_free (fixture->path);
}

/* Hints follow when the main loop has nothing better to do. */
static void
wait_for_step (Fixture *fixture, PelNextStep step)
{
  for (guint i = 0; i < 250 && pel_workspace_get_next_step (fixture->workspace) != step; i++)
    pel_widget_test_run (20);
  g_assert_cmpint (pel_workspace_get_next_step (fixture->workspace), ==, step);
}

static void
open_project (Fixture *fixture)
{
  g_autoptr (GFile) folder = g_file_new_for_path (fixture->path);
  PelImageDocument *document;

  pel_window_open_folder (fixture->window, folder);
  for (guint i = 0; i < 500 && pel_workspace_get_project (fixture->workspace) == NULL; i++)
    pel_widget_test_run (10);
  g_assert_nonnull (pel_workspace_get_project (fixture->workspace));
  document = pel_workspace_get_document (fixture->workspace);
  g_assert_nonnull (document);
  for (guint i = 0; i < 500 && !pel_image_document_get_loaded (document); i++)
    pel_widget_test_run (10);
  g_assert_true (pel_image_document_get_loaded (document));
  wait_for_step (fixture, PEL_NEXT_STEP_PAINT);
}

static gboolean
is_enabled (PelWindow *window, const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (window), action);
}

static void
activate (Fixture *fixture, const char *action)
{
  g_assert_true (is_enabled (fixture->window, action));
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), action, NULL);
}

static void
wait_for_jobs (Fixture *fixture)
{
  PelJobRunner *runner = pel_workspace_get_runner (fixture->workspace);

  for (guint i = 0; i < 500 && pel_job_runner_get_busy (runner); i++)
    pel_widget_test_run (10);
  g_assert_false (pel_job_runner_get_busy (runner));
}

typedef gboolean (*Check) (GtkWidget *widget, gpointer data);

/* The first widget below @widget, itself included, that passes. */
static GtkWidget *
find (GtkWidget *widget, Check check, gpointer data)
{
  if (check (widget, data))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, check, data);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
has_type (GtkWidget *widget, gpointer type)
{
  return g_type_is_a (G_OBJECT_TYPE (widget), GPOINTER_TO_SIZE (type));
}

static gpointer
find_type (Fixture *fixture, GType type)
{
  return find (GTK_WIDGET (fixture->window), has_type, GSIZE_TO_POINTER (type));
}

static void
test_without_project (Fixture *fixture, gconstpointer data)
{
  static const char *const off[] = { "undo",       "redo",           "save", "next-image",
                                     "train",      "predict",        "mode", "accept-all",
                                     "export-csv", "accept-selected" };

  for (gsize i = 0; i < G_N_ELEMENTS (off); i++)
    g_assert_false (is_enabled (fixture->window, off[i]));
  g_assert_true (is_enabled (fixture->window, "open"));
  g_assert_true (is_enabled (fixture->window, "import"));
  g_assert_true (gtk_widget_get_mapped (find_type (fixture, PEL_TYPE_START_PAGE)));
  g_assert_false (gtk_widget_get_mapped (find_type (fixture, PEL_TYPE_CANVAS_VIEW)));
}

static void
test_open (Fixture *fixture, gconstpointer data)
{
  PelImageList *list = find_type (fixture, PEL_TYPE_IMAGE_LIST);
  g_autofree char *name = g_path_get_basename (fixture->path);

  open_project (fixture);
  g_assert_true (g_str_has_prefix (gtk_window_get_title (GTK_WINDOW (fixture->window)), name));
  g_assert_cmpuint (pel_image_list_get_n_visible (list), ==, N_IMAGES);
  g_assert_true (gtk_widget_get_mapped (find_type (fixture, PEL_TYPE_CANVAS_VIEW)));
  g_assert_true (is_enabled (fixture->window, "mode"));
  g_assert_true (is_enabled (fixture->window, "export-csv"));
  g_assert_false (is_enabled (fixture->window, "undo"));
  g_assert_false (is_enabled (fixture->window, "predict"));
  g_assert_cmpint (pel_workspace_get_next_step (fixture->workspace), ==, PEL_NEXT_STEP_PAINT);

  pel_image_list_set_filter (list, 1 + PEL_IMAGE_STATE_LABELLED);
  g_assert_cmpuint (pel_image_list_get_n_visible (list), ==, 0);
  pel_image_list_set_filter (list, 1 + PEL_IMAGE_STATE_UNLABELLED);
  g_assert_cmpuint (pel_image_list_get_n_visible (list), ==, N_IMAGES);
}

static void
test_walk_images (Fixture *fixture, gconstpointer data)
{
  open_project (fixture);
  g_assert_cmpint (pel_workspace_get_position (fixture->workspace), ==, 0);
  activate (fixture, "next-image");
  activate (fixture, "next-image");
  g_assert_cmpint (pel_workspace_get_position (fixture->workspace), ==, 2);
  activate (fixture, "next-image");
  g_assert_cmpint (pel_workspace_get_position (fixture->workspace), ==, 2);
  activate (fixture, "previous-image");
  g_assert_cmpint (pel_workspace_get_position (fixture->workspace), ==, 1);
}

static void
paint_cell (Fixture *fixture, guint32 label, double x, double y)
{
  PelImageDocument *document = pel_workspace_get_document (fixture->workspace);
  PelMask *mask = pel_image_document_get_mask (document);
  const PelDab dab = { x, y, 6.0, x, y, 6.0, label, FALSE, FALSE };

  pel_mask_begin_stroke (mask, "Paint");
  pel_mask_paint (mask, &dab);
  g_assert_true (pel_mask_end_stroke (mask, pel_image_document_get_undo (document)));
}

/* Painting makes undo possible, and after enough cells training is the next step. */
static void
test_paint_and_undo (Fixture *fixture, gconstpointer data)
{
  PelTrainPage *train = find_type (fixture, PEL_TYPE_TRAIN_PAGE);

  open_project (fixture);
  g_assert_false (pel_train_page_get_can_start (train));
  for (guint i = 0; i < PEL_ENOUGH_CELLS; i++)
    paint_cell (fixture, i + 1, 10.0 + 15.0 * i, 40.0);
  wait_for_step (fixture, PEL_NEXT_STEP_TRAIN);
  g_assert_true (is_enabled (fixture->window, "undo"));
  g_assert_true (pel_train_page_get_can_start (train));
  g_assert_cmpint (pel_workspace_get_next_step (fixture->workspace), ==, PEL_NEXT_STEP_TRAIN);

  activate (fixture, "undo");
  wait_for_step (fixture, PEL_NEXT_STEP_PAINT);
  g_assert_cmpuint (pel_workspace_count_cells (fixture->workspace, NULL), ==, PEL_ENOUGH_CELLS - 1);
  g_assert_true (is_enabled (fixture->window, "redo"));
  g_assert_cmpint (pel_workspace_get_next_step (fixture->workspace), ==, PEL_NEXT_STEP_PAINT);
  activate (fixture, "redo");
  g_assert_cmpuint (pel_workspace_count_cells (fixture->workspace, NULL), ==, PEL_ENOUGH_CELLS);
}

/* The list of steps jumps, and says where the image is. */
static void
test_history (Fixture *fixture, gconstpointer data)
{
  PelHistoryList *list = find_type (fixture, PEL_TYPE_HISTORY_LIST);
  PelUndo *undo;

  open_project (fixture);
  for (guint i = 0; i < 5; i++)
    paint_cell (fixture, i + 1, 10.0 + 15.0 * i, 40.0);
  undo = pel_image_document_get_undo (pel_workspace_get_document (fixture->workspace));
  g_assert_nonnull (list);
  pel_history_list_set_undo (list, undo);
  for (guint round = 0; round < 3; round++)
    {
      static const guint positions[] = { 1, 5, 0 };

      pel_history_list_go_to (list, positions[round]);
      while (pel_history_list_is_going (list))
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (pel_undo_get_position (undo), ==, positions[round]);
      g_assert_cmpuint (pel_workspace_count_cells (fixture->workspace, NULL), ==, positions[round]);
    }
  activate (fixture, "history");
  pel_widget_test_run (50);
  activate (fixture, "redo");
}

/* Rows follow the picture after its next frame. */
static void
wait_for_rows (PelCellView *view)
{
  for (guint i = 0; i < 500 && (i == 0 || pel_cell_view_get_updating (view)); i++)
    pel_widget_test_run (10);
  g_assert_false (pel_cell_view_get_updating (view));
}

/* A row that is chosen is chosen on the picture, and the other way round. */
static void
test_selection (Fixture *fixture, gconstpointer data)
{
  PelDisplay *display = pel_workspace_get_display (fixture->workspace);
  PelCellView *view = g_object_ref_sink (g_object_new (PEL_TYPE_CELL_VIEW, NULL));
  const PelQuantityId columns[] = { PEL_QUANTITY_AREA };
  const guint32 second = 7;
  GtkWidget *column_view;
  GtkSelectionModel *model;
  g_autoptr (GtkColumnViewColumn) label_column = NULL;
  PelCellList *cells;
  const guint32 *labels;
  guint n;

  open_project (fixture);
  paint_cell (fixture, 3, 20.0, 20.0);
  paint_cell (fixture, 7, 60.0, 20.0);
  cells = pel_image_document_get_cells (pel_workspace_get_document (fixture->workspace));
  for (guint i = 0; i < 500 && g_list_model_get_n_items (G_LIST_MODEL (cells)) < 2; i++)
    pel_widget_test_run (10);
  pel_cell_view_set_columns (view, columns, 1, 1);
  pel_cell_view_set_workspace (view, fixture->workspace);
  pel_cell_view_set_cells (view, cells, FALSE, FALSE);
  wait_for_rows (view);
  g_assert_cmpuint (pel_cell_view_get_n_rows (view), ==, 2);

  column_view = find (GTK_WIDGET (view), has_type, GSIZE_TO_POINTER (GTK_TYPE_COLUMN_VIEW));
  model = gtk_column_view_get_model (GTK_COLUMN_VIEW (column_view));
  label_column =
      g_list_model_get_item (gtk_column_view_get_columns (GTK_COLUMN_VIEW (column_view)), 0);
  pel_display_set_selection (display, (const guint32[]){ 3, 7 }, 2);
  pel_display_set_selection (display, &second, 1);
  wait_for_rows (view);
  g_assert_false (gtk_selection_model_is_selected (model, 0));
  g_assert_true (gtk_selection_model_is_selected (model, 1));

  gtk_selection_model_select_item (model, 0, TRUE);
  labels = pel_display_get_selection (display, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (labels[0], ==, 3);
  /* All of them, in whichever order the table has them. */
  gtk_column_view_sort_by_column (GTK_COLUMN_VIEW (column_view), label_column, GTK_SORT_DESCENDING);
  wait_for_rows (view);
  g_assert_false (gtk_selection_model_is_selected (model, 0));
  g_assert_true (gtk_selection_model_is_selected (model, 1));
  gtk_selection_model_select_all (model);
  labels = pel_display_get_selection (display, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_true (labels[0] == 3 && labels[1] == 7);
  /* A row that is chosen counts more than what was selected elsewhere just before. */
  pel_display_set_selection (display, &second, 1);
  gtk_selection_model_select_item (model, 1, TRUE);
  wait_for_rows (view);
  labels = pel_display_get_selection (display, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (labels[0], ==, 3);
  g_assert_false (gtk_selection_model_is_selected (model, 0));
  g_assert_true (gtk_selection_model_is_selected (model, 1));

  activate (fixture, "delete-selected");
  wait_for_jobs (fixture);
  g_assert_cmpuint (pel_workspace_count_cells (fixture->workspace, NULL), ==, 1);
  /* Closed before it could follow. */
  pel_display_set_selection (display, &second, 1);
  g_assert_finalize_object (view);
  pel_widget_test_run (20);
}

/* Edits are worked out in a thread. */
static void
wait_for_revision (PelMask *mask, guint64 before)
{
  for (guint i = 0; i < 500 && pel_mask_get_revision (mask) == before; i++)
    pel_widget_test_run (10);
  g_assert_cmpuint (pel_mask_get_revision (mask), >, before);
}

/* Edits go to the selected cells, or to all; each is one step with a name. */
static void
test_edit_cells (Fixture *fixture, gconstpointer data)
{
  PelDisplay *display = pel_workspace_get_display (fixture->workspace);
  GActionGroup *actions = G_ACTION_GROUP (fixture->window);
  const guint32 first = 3;
  PelMask *mask;
  PelUndo *undo;
  gsize sizes[2];
  guint64 revision;

  g_assert_false (is_enabled (fixture->window, "fill-holes"));
  open_project (fixture);
  undo = pel_image_document_get_undo (pel_workspace_get_document (fixture->workspace));
  mask = pel_image_document_get_mask (pel_workspace_get_document (fixture->workspace));
  paint_cell (fixture, 3, 20.0, 20.0);
  paint_cell (fixture, 7, 60.0, 20.0);
  sizes[0] = pel_mask_get_label_size (mask, 3);
  sizes[1] = pel_mask_get_label_size (mask, 7);

  pel_display_set_selection (display, &first, 1);
  revision = pel_mask_get_revision (mask);
  g_action_group_activate_action (actions, "grow-cells", g_variant_new_int32 (2));
  wait_for_revision (mask, revision);
  g_assert_cmpuint (pel_mask_get_label_size (mask, 3), >, sizes[0]);
  g_assert_cmpuint (pel_mask_get_label_size (mask, 7), ==, sizes[1]);
  g_assert_cmpstr (pel_undo_get_undo_name (undo), ==, "Grow 1 cell by 2 px");
  activate (fixture, "undo");
  g_assert_cmpuint (pel_mask_get_label_size (mask, 3), ==, sizes[0]);

  pel_display_set_selection (display, NULL, 0);
  revision = pel_mask_get_revision (mask);
  g_action_group_activate_action (actions, "shrink-cells", g_variant_new_int32 (1));
  wait_for_revision (mask, revision);
  g_assert_cmpuint (pel_mask_get_label_size (mask, 3), <, sizes[0]);
  g_assert_cmpuint (pel_mask_get_label_size (mask, 7), <, sizes[1]);
  g_assert_cmpstr (pel_undo_get_undo_name (undo), ==, "Shrink 2 cells by 1 px");

  /* Painted while the work is done: both stay. */
  revision = pel_mask_get_revision (mask);
  g_action_group_activate_action (actions, "grow-cells", g_variant_new_int32 (1));
  paint_cell (fixture, 9, 40.0, 50.0);
  wait_for_revision (mask, pel_mask_get_revision (mask));
  g_assert_true (pel_mask_has_label (mask, 9));
  g_assert_cmpuint (pel_mask_get_label_size (mask, 9), >, sizes[0]);

  /* Nothing to do is no step. */
  revision = pel_mask_get_revision (mask);
  activate (fixture, "fill-holes");
  activate (fixture, "keep-largest");
  pel_widget_test_run (200);
  g_assert_cmpuint (pel_mask_get_revision (mask), ==, revision);

  g_assert_false (is_enabled (fixture->window, "merge-cells"));
  pel_display_set_selection (display, (const guint32[]){ 3, 9 }, 2);
  activate (fixture, "merge-cells");
  g_assert_cmpuint (pel_mask_get_n_cells (mask), ==, 2);
  revision = pel_mask_get_revision (mask);
  activate (fixture, "relabel");
  wait_for_revision (mask, revision);
  g_assert_cmpuint (pel_mask_get_max_label (mask), ==, 2);
  g_assert_cmpuint (pel_mask_get_label (mask, 60, 20), ==, 2);
  activate (fixture, "undo");
  g_assert_cmpuint (pel_mask_get_max_label (mask), ==, 7);
  activate (fixture, "redo");
  g_assert_cmpuint (pel_mask_get_max_label (mask), ==, 2);
}

/* A prediction of two cells for the image on show. */
static void
predict_two (Fixture *fixture)
{
  g_autofree guint32 *pixels = g_new0 (guint32, 96 * 80);
  g_autoptr (PelLabels) labels = NULL;

  for (guint y = 10; y < 30; y++)
    for (guint x = 10; x < 30; x++)
      {
        pixels[y * 96 + x] = 1;
        pixels[y * 96 + x + 40] = 2;
      }
  labels = pel_labels_new_from_data (96, 80, pixels, 96, NULL);
  pel_image_document_set_prediction (pel_workspace_get_document (fixture->workspace), labels, NULL,
                                     0.5, "m");
  pel_widget_test_run (20);
}

static void
count_toast (PelWorkspace *workspace, AdwToast *toast, guint *n)
{
  (*n)++;
}

/* Predicted cells come into the mask in a thread: all of them once however often one asks. */
static void
test_accept (Fixture *fixture, gconstpointer data)
{
  PelMask *mask;
  PelUndo *undo;
  guint n_toasts = 0;

  open_project (fixture);
  mask = pel_image_document_get_mask (pel_workspace_get_document (fixture->workspace));
  undo = pel_image_document_get_undo (pel_workspace_get_document (fixture->workspace));
  predict_two (fixture);
  g_signal_connect (fixture->workspace, "toast", G_CALLBACK (count_toast), &n_toasts);
  activate (fixture, "accept-all");
  activate (fixture, "accept-all");
  wait_for_jobs (fixture);
  g_assert_cmpuint (pel_mask_get_n_cells (mask), ==, 2);
  g_assert_cmpuint (pel_undo_get_position (undo), ==, 1);
  g_assert_cmpuint (n_toasts, ==, 1);
  activate (fixture, "undo");
  g_assert_cmpuint (pel_mask_get_n_cells (mask), ==, 0);
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "accept-cell",
                                  g_variant_new_uint32 (2));
  wait_for_jobs (fixture);
  g_assert_cmpuint (pel_mask_get_n_cells (mask), ==, 1);
  g_assert_cmpuint (pel_mask_get_label (mask, 60, 20), !=, 0);
  g_signal_handlers_disconnect_by_data (fixture->workspace, &n_toasts);
}

static gboolean
reads (GtkWidget *widget, gpointer text)
{
  return GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_label (GTK_LABEL (widget)), text);
}

static gboolean
shows_toast (Fixture *fixture, const char *text)
{
  return find (find_type (fixture, ADW_TYPE_TOAST_OVERLAY), reads, (gpointer)text) != NULL;
}

static void
note_action (PelWorkspace *workspace, AdwToast *toast, char **action)
{
  /* It does not go by itself. */
  adw_toast_set_timeout (toast, 0);
  g_free (*action);
  *action = g_strdup (adw_toast_get_action_name (toast));
}

/* What a message offers to take back is a step of the image in view, never of another one. */
static void
test_accept_elsewhere (Fixture *fixture, gconstpointer data)
{
  PelProject *project;
  PelImageDocument *first, *second;
  g_autofree char *action = g_strdup ("none yet");

  open_project (fixture);
  project = pel_workspace_get_project (fixture->workspace);
  first = pel_workspace_get_document (fixture->workspace);
  second = pel_project_get_image (project, 1);
  g_assert_true (first != second);
  predict_two (fixture);
  g_signal_connect (fixture->workspace, "toast", G_CALLBACK (note_action), &action);
  activate (fixture, "accept-all");
  pel_workspace_set_document (fixture->workspace, second);
  wait_for_jobs (fixture);
  g_assert_cmpuint (pel_image_document_get_n_cells (first), ==, 2);
  g_assert_null (action);

  pel_workspace_set_document (fixture->workspace, first);
  activate (fixture, "undo");
  activate (fixture, "accept-all");
  wait_for_jobs (fixture);
  g_assert_cmpstr (action, ==, "win.undo");
  g_assert_true (shows_toast (fixture, "2 cells accepted"));
  pel_workspace_set_document (fixture->workspace, second);
  for (guint i = 0; i < 500 && shows_toast (fixture, "2 cells accepted"); i++)
    pel_widget_test_run (10);
  g_assert_false (shows_toast (fixture, "2 cells accepted"));
  g_signal_handlers_disconnect_by_data (fixture->workspace, &action);
}

/* Closing the window right after that loses nothing. */
static void
test_accept_and_close (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GFile) folder = g_file_new_for_path (fixture->path);
  g_autoptr (PelWorkspace) workspace = g_object_ref (fixture->workspace);
  PelWindow *window = fixture->window;

  open_project (fixture);
  predict_two (fixture);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *)&window);
  activate (fixture, "accept-all");
  gtk_window_close (GTK_WINDOW (window));
  for (guint i = 0; i < 500 && window != NULL; i++)
    pel_widget_test_run (10);
  g_assert_null (window);
  g_clear_object (&workspace);

  fixture->window = pel_window_new (NULL);
  fixture->workspace = pel_window_get_workspace (fixture->window);
  gtk_window_present (GTK_WINDOW (fixture->window));
  pel_window_open_folder (fixture->window, folder);
  for (guint i = 0; i < 500 && pel_workspace_get_project (fixture->workspace) == NULL; i++)
    pel_widget_test_run (10);
  g_assert_cmpuint (pel_workspace_count_cells (fixture->workspace, NULL), ==, 2);
}

/* Images dropped on the window join the project as copies. */
static void
test_import (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *outside = g_build_filename (fixture->path, "outside", NULL);
  g_autofree char *path = g_build_filename (outside, "cells-9.png", NULL);
  PelProject *project;

  open_project (fixture);
  project = pel_workspace_get_project (fixture->workspace);
  g_assert_cmpint (g_mkdir (outside, 0777), ==, 0);
  write_image (outside, 9);
  g_ptr_array_add (files, g_file_new_for_path (path));
  pel_window_add_files (fixture->window, files);
  for (guint i = 0; i < 500 && pel_project_get_n_images (project) == N_IMAGES; i++)
    pel_widget_test_run (10);
  g_assert_cmpuint (pel_project_get_n_images (project), ==, N_IMAGES + 1);
  g_assert_nonnull (pel_project_find_image (project, "cells-9"));
  g_assert_cmpstr (pel_image_document_get_path (pel_project_find_image (project, "cells-9")), !=,
                   path);
}

static void
on_failure (PelWorkspace *workspace,
            const char *heading,
            const char *body,
            const char *details,
            guint *n)
{
  g_assert_true (g_str_has_suffix (body, "."));
  g_assert_nonnull (details);
  (*n)++;
}

/* A folder without images is refused in words, and the window stays as it was. */
static void
test_cannot_open (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->path, "empty", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  guint n_failures = 0;

  g_assert_cmpint (g_mkdir (path, 0777), ==, 0);
  g_signal_connect (fixture->workspace, "failure", G_CALLBACK (on_failure), &n_failures);
  pel_window_open_folder (fixture->window, folder);
  for (guint i = 0; i < 500 && n_failures == 0; i++)
    pel_widget_test_run (10);
  g_assert_cmpuint (n_failures, ==, 1);
  g_assert_null (pel_workspace_get_project (fixture->workspace));
  g_assert_true (gtk_widget_get_mapped (find_type (fixture, PEL_TYPE_START_PAGE)));
  g_signal_handlers_disconnect_by_data (fixture->workspace, &n_failures);
}

static void
test_modes (Fixture *fixture, gconstpointer data)
{
  static const char *const modes[] = { "train", "review", "measure", "annotate" };

  open_project (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr (GVariant) state = NULL;

      g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "mode",
                                      g_variant_new_string (modes[i]));
      pel_widget_test_run (20);
      g_assert_cmpstr (pel_window_get_mode (fixture->window), ==, modes[i]);
      state = g_action_group_get_action_state (G_ACTION_GROUP (fixture->window), "mode");
      g_assert_cmpstr (g_variant_get_string (state, NULL), ==, modes[i]);
      g_assert_true (gtk_widget_get_mapped (find_type (fixture, PEL_TYPE_CANVAS_VIEW)));
    }
}

static void
test_status_bar (Fixture *fixture, gconstpointer data)
{
  PelStatusBar *bar = find_type (fixture, PEL_TYPE_STATUS_BAR);

  open_project (fixture);
  paint_cell (fixture, 4, 30.0, 30.0);
  pel_status_bar_set_hover (bar, 30.5, 31.9, "1034", 4);
  g_assert_true (g_str_has_prefix (pel_status_bar_get_text (bar), "30, 31  ·  1034  ·  cell 4"));
  pel_status_bar_set_tool_status (bar, "50.0 px");
  g_assert_true (g_str_has_prefix (pel_status_bar_get_text (bar), "50.0 px  ·  30, 31"));
  pel_status_bar_set_hover (bar, -1.0, -1.0, "", 0);
  g_assert_cmpstr (pel_status_bar_get_text (bar), ==, "50.0 px");
  pel_status_bar_set_tool_status (bar, NULL);
  g_assert_cmpstr (pel_status_bar_get_text (bar), ==, "");
}

/* Every button without text of its own says what it does, to the eye and to a reader. */
static gboolean
is_mute_button (GtkWidget *widget, gpointer data)
{
  GtkWidget *parent = gtk_widget_get_parent (widget);
  gboolean icon_only;

  if (!GTK_IS_BUTTON (widget) || parent == NULL)
    return FALSE;
  /* The parts of GTK's and libadwaita's own widgets are theirs to label. */
  if (GTK_IS_SPIN_BUTTON (parent) || GTK_IS_MENU_BUTTON (parent) || GTK_IS_DROP_DOWN (parent) ||
      GTK_IS_WINDOW_CONTROLS (parent) || g_str_has_prefix (G_OBJECT_TYPE_NAME (widget), "Adw") ||
      g_str_has_prefix (G_OBJECT_TYPE_NAME (parent), "Adw"))
    return FALSE;
  icon_only = gtk_button_get_icon_name (GTK_BUTTON (widget)) != NULL;
  if (!icon_only)
    return FALSE;
  if (gtk_widget_get_tooltip_text (widget) == NULL ||
      !gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL))
    {
      g_test_message ("button “%s” is mute", gtk_button_get_icon_name (GTK_BUTTON (widget)));
      return TRUE;
    }
  return FALSE;
}

/* So do sliders, number fields, switches and drop-downs. */
static gboolean
is_mute_control (GtkWidget *widget, gpointer data)
{
  if (!GTK_IS_SCALE (widget) && !GTK_IS_SPIN_BUTTON (widget) && !GTK_IS_SWITCH (widget) &&
      !GTK_IS_DROP_DOWN (widget) && !GTK_IS_ENTRY (widget))
    return FALSE;
  if (gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL) ||
      gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget),
                                        GTK_ACCESSIBLE_RELATION_LABELLED_BY))
    return FALSE;
  g_test_message ("%s “%s” is mute", G_OBJECT_TYPE_NAME (widget), gtk_widget_get_name (widget));
  return TRUE;
}

static void
test_everything_is_labelled (Fixture *fixture, gconstpointer data)
{
  open_project (fixture);
  g_assert_null (find (GTK_WIDGET (fixture->window), is_mute_button, NULL));
  g_assert_null (find (GTK_WIDGET (fixture->window), is_mute_control, NULL));
}

/* And a picture. */
static void
test_tools_have_commands (void)
{
  guint n;
  const PelToolInfo *infos = pel_tool_get_infos (&n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strconcat ("tool-", infos[i].id, NULL);
      const PelCommand *command = pel_command_find (id);

      g_assert_nonnull (command);
      g_assert_cmpstr (command->title, ==, infos[i].title);
      g_assert_true (gtk_icon_theme_has_icon (
          gtk_icon_theme_get_for_display (gdk_display_get_default ()), infos[i].icon_name));
    }
}

/* A page without a window goes away whole. */
static void
test_pages_finalize (void)
{
  GType types[] = { PEL_TYPE_START_PAGE, PEL_TYPE_TRAIN_PAGE, PEL_TYPE_REVIEW_PAGE };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      GtkWidget *page = g_object_ref_sink (g_object_new (types[i], NULL));

      g_assert_finalize_object (page);
    }
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func)                                                                            \
  g_test_add ("/ui/window/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("without-project", test_without_project);
  ADD ("open", test_open);
  ADD ("walk-images", test_walk_images);
  ADD ("paint-and-undo", test_paint_and_undo);
  ADD ("history", test_history);
  ADD ("selection", test_selection);
  ADD ("edit-cells", test_edit_cells);
  ADD ("accept", test_accept);
  ADD ("accept-elsewhere", test_accept_elsewhere);
  ADD ("accept-and-close", test_accept_and_close);
  ADD ("import", test_import);
  ADD ("cannot-open", test_cannot_open);
  ADD ("modes", test_modes);
  ADD ("status-bar", test_status_bar);
  ADD ("labelled", test_everything_is_labelled);
#undef ADD
  g_test_add_func ("/ui/tools-have-commands", test_tools_have_commands);
  g_test_add_func ("/ui/pages/finalize", test_pages_finalize);
  return g_test_run ();
}
