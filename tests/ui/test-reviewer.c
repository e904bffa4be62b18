/* SPDX-License-Identifier: MIT */
#include "tests/document/pel-test-util.h"
#include "tests/ui/pel-widget-test.h"
#include "ui/canvas/pel-canvas-private.h"
#include "ui/canvas/pel-canvas-view.h"
#include "ui/canvas/pel-color-legend.h"
#include "ui/window/pel-window.h"

#define WIDTH 320
#define HEIGHT 240

typedef struct
{
  char *root;
  PelWindow *window;
  PelWorkspace *workspace;
  PelImageDocument *document;
  PelReview *review;
  PelCanvas *canvas;
} Fixture;

static void
predict (Fixture *fixture)
{
  g_autofree guint32 *pixels = g_new0 (guint32, WIDTH * HEIGHT);
  g_autoptr (PelLabels) labels = NULL;

  for (guint i = 0; i < 12; i++)
    {
      guint size = i == 4 ? 8 : 30 + i % 3;

      for (guint y = 0; y < size; y++)
        for (guint x = 0; x < size; x++)
          pixels[(20 + i / 4 * 70 + y) * WIDTH + 20 + i % 4 * 70 + x] = i + 1;
    }
  labels = pel_labels_new_from_data (WIDTH, HEIGHT, pixels, WIDTH, NULL);
  pel_image_document_set_prediction (fixture->document, labels, NULL, 0.5, "m");
}

static void
wait_settled (Fixture *fixture)
{
  PelCellList *cells = pel_image_document_get_prediction_cells (fixture->document);

  pel_review_get_n_cells (fixture->review);
  pel_widget_test_run (120);
  test_wait_for (!pel_cell_list_get_updating (cells) && !pel_review_get_updating (fixture->review));
}

static GtkWidget *
find_canvas (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (PEL_IS_CANVAS (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); found == NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_canvas (child);
  return found;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;

  fixture->root = test_make_folder ();
  folder = g_build_filename (fixture->root, "cells", NULL);
  path = g_build_filename (folder, "a.png", NULL);
  test_write_image (path, WIDTH, HEIGHT, 0);
  file = g_file_new_for_path (folder);
  fixture->window = g_object_ref_sink (g_object_new (PEL_TYPE_WINDOW, NULL));
  fixture->workspace = pel_window_get_workspace (fixture->window);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1200, 800);
  gtk_window_present (GTK_WINDOW (fixture->window));
  pel_window_open_folder (fixture->window, file);
  test_wait_for (pel_workspace_get_editable (fixture->workspace));
  fixture->document = pel_workspace_get_document (fixture->workspace);
  fixture->review = pel_image_document_get_review (fixture->document);
  fixture->canvas = PEL_CANVAS (find_canvas (GTK_WIDGET (fixture->window)));
  predict (fixture);
  wait_settled (fixture);
  pel_window_set_mode (fixture->window, "review");
  pel_widget_test_run (50);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  PelProject *project = pel_workspace_get_project (fixture->workspace);

  pel_project_close (project, NULL);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  pel_widget_test_run (20);
  g_assert_finalize_object (fixture->window);
  test_remove_tree (fixture->root);
  g_free (fixture->root);
}

static void
activate (Fixture *fixture, const char *name)
{
  g_assert_true (g_action_group_get_action_enabled (G_ACTION_GROUP (fixture->window), name));
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), name, NULL);
}

/* As the keyboard does it, by way of the controllers of the widgets around the canvas. */
static gboolean
press_key (Fixture *fixture, guint keyval)
{
  GtkWidget *view = gtk_widget_get_ancestor (GTK_WIDGET (fixture->canvas), PEL_TYPE_CANVAS_VIEW);
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (view);
  gboolean handled = FALSE;

  for (guint i = 0; !handled && i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", keyval, 0, 0, &handled);
    }
  return handled;
}

static const PelReviewCell *
get_current (Fixture *fixture)
{
  gint index = pel_review_get_current (fixture->review);

  g_assert_cmpint (index, >=, 0);
  return pel_review_get_cell (fixture->review, (guint)index);
}

static guint32
get_selected (Fixture *fixture)
{
  guint n;
  const guint32 *labels =
      pel_display_get_predicted_selection (pel_workspace_get_display (fixture->workspace), &n);

  return n == 1 ? labels[0] : 0;
}

static void
get_middle (Fixture *fixture, double *x, double *y)
{
  graphene_rect_t visible;

  pel_canvas_get_visible (fixture->canvas, &visible);
  *x = (double)(visible.origin.x + visible.size.width / 2);
  *y = (double)(visible.origin.y + visible.size.height / 2);
}

static void
test_walk (Fixture *fixture, gconstpointer data)
{
  double x, y;
  guint32 first;

  g_assert_cmpuint (pel_review_get_n_waiting (fixture->review), ==, 12);
  pel_canvas_zoom_at (fixture->canvas, 6.0, NULL);
  activate (fixture, "review-next");
  first = get_current (fixture)->label;
  g_assert_cmpuint (first, ==, 5);
  g_assert_cmpuint (get_selected (fixture), ==, first);
  get_middle (fixture, &x, &y);
  g_assert_cmpfloat_with_epsilon (x, get_current (fixture)->x, 6.0);
  g_assert_cmpfloat_with_epsilon (y, get_current (fixture)->y, 6.0);
  activate (fixture, "review-next");
  g_assert_cmpuint (get_current (fixture)->label, !=, first);
  g_assert_cmpuint (get_selected (fixture), ==, get_current (fixture)->label);
  get_middle (fixture, &x, &y);
  g_assert_cmpfloat_with_epsilon (x, get_current (fixture)->x, 6.0);
  activate (fixture, "review-previous");
  g_assert_cmpuint (get_current (fixture)->label, ==, first);
}

/* What is chosen on the picture is in question, and the view stays. */
static void
test_choose (Fixture *fixture, gconstpointer data)
{
  const guint32 label = 9;
  double before[2], after[2];

  pel_canvas_zoom_at (fixture->canvas, 6.0, NULL);
  get_middle (fixture, &before[0], &before[1]);
  pel_display_set_predicted_selection (pel_workspace_get_display (fixture->workspace), &label, 1);
  g_assert_cmpuint (get_current (fixture)->label, ==, 9);
  get_middle (fixture, &after[0], &after[1]);
  g_assert_cmpfloat (before[0], ==, after[0]);
  g_assert_cmpfloat (before[1], ==, after[1]);
}

static void
test_keys (Fixture *fixture, gconstpointer data)
{
  PelMask *mask = pel_image_document_get_mask (fixture->document);
  guint32 first, second;

  /* Nothing is in question yet. */
  g_assert_false (press_key (fixture, GDK_KEY_Return));
  activate (fixture, "review-next");
  first = get_current (fixture)->label;
  g_assert_true (press_key (fixture, GDK_KEY_Return));
  g_assert_cmpuint (pel_mask_get_n_cells (mask), ==, 1);
  second = get_current (fixture)->label;
  g_assert_cmpuint (second, !=, first);
  g_assert_true (press_key (fixture, GDK_KEY_Delete));
  g_assert_cmpuint (pel_mask_get_n_cells (mask), ==, 1);
  g_assert_cmpuint (get_current (fixture)->label, !=, second);
  g_assert_cmpuint (pel_review_get_n_waiting (fixture->review), ==, 10);
  wait_settled (fixture);
  g_assert_cmpuint (pel_review_get_n_waiting (fixture->review), ==, 10);

  /* Undoing goes back to the cell that it is about. */
  activate (fixture, "undo");
  wait_settled (fixture);
  g_assert_cmpuint (get_current (fixture)->label, ==, second);
  g_assert_cmpuint (get_selected (fixture), ==, second);
  /* Elsewhere the keys mean what they always do. */
  pel_window_set_mode (fixture->window, "annotate");
  g_assert_false (press_key (fixture, GDK_KEY_Return));
  g_assert_false (press_key (fixture, GDK_KEY_Delete));
}

/* All of them, to the end. */
static void
test_finish (Fixture *fixture, gconstpointer data)
{
  activate (fixture, "review-next");
  for (guint i = 0; i < 12; i++)
    activate (fixture, i % 3 == 0 ? "review-reject" : "review-accept");
  g_assert_cmpuint (pel_review_get_n_waiting (fixture->review), ==, 0);
  wait_settled (fixture);
  g_assert_cmpuint (pel_review_get_n_waiting (fixture->review), ==, 0);
  g_assert_cmpuint (pel_image_document_get_n_cells (fixture->document), ==, 8);
  g_assert_false (
      g_action_group_get_action_enabled (G_ACTION_GROUP (fixture->window), "review-next"));
}

static GtkWidget *
find_legend (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (PEL_IS_COLOR_LEGEND (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); found == NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_legend (child);
  return found;
}

/* Colours that tell something are told by a legend, and one scale serves both kinds of cells. */
static void
test_colors (Fixture *fixture, gconstpointer data)
{
  PelDisplay *display = pel_workspace_get_display (fixture->workspace);
  PelCellList *cells = pel_image_document_get_cells (fixture->document);
  GtkWidget *legend = find_legend (GTK_WIDGET (fixture->window));
  const PelCellColors *colors;
  const PelClassColor *classes;
  guint32 painted;
  double low, high;
  gboolean in_um;
  guint n;

  g_assert_false (gtk_widget_get_visible (legend));
  g_assert_true (
      pel_review_accept (fixture->review, (guint)pel_review_find (fixture->review, 5, TRUE)));
  wait_settled (fixture);
  test_wait_for (g_list_model_get_n_items (G_LIST_MODEL (cells)) == 1);
  pel_display_set_color_by (display, PEL_COLOR_BY_SIZE);
  g_assert_true (gtk_widget_get_visible (legend));
  colors = fixture->canvas->colors;
  g_assert_true (pel_cell_colors_get_range (colors, &low, &high, &in_um));
  g_assert_cmpfloat (low, >=, 8.0);
  g_assert_cmpfloat (low, <, 12.0);
  g_assert_cmpfloat (high, >, 30.0);
  g_assert_cmpfloat (high, <, 40.0);
  g_assert_false (in_um);
  painted = pel_mask_get_label (pel_image_document_get_mask (fixture->document), 22, 92);
  g_assert_cmpuint (painted, !=, 0);
  g_assert_cmphex (pel_cell_colors_get (colors, TRUE, 5), ==, pel_cell_colors_get_ramp (colors, 0));
  g_assert_cmphex (pel_cell_colors_get (colors, FALSE, painted), ==,
                   pel_cell_colors_get (colors, TRUE, 5));
  g_assert_cmphex (pel_cell_colors_get (colors, TRUE, 3), ==,
                   pel_cell_colors_get_ramp (colors, 1.0));
  g_assert_cmphex (pel_cell_colors_get (colors, TRUE, 99), ==,
                   pel_cell_colors_get (colors, FALSE, 99999));

  pel_display_set_color_by (display, PEL_COLOR_BY_CLASS);
  colors = fixture->canvas->colors;
  classes = pel_cell_colors_get_classes (colors, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_null (classes[0].name);
  g_assert_false (pel_cell_colors_get_range (colors, &low, &high, &in_um));
  pel_display_set_color_by (display, PEL_COLOR_BY_LABEL);
  g_assert_null (fixture->canvas->colors);
  g_assert_false (gtk_widget_get_visible (legend));
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func) g_test_add ("/reviewer/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("walk", test_walk);
  ADD ("choose", test_choose);
  ADD ("keys", test_keys);
  ADD ("finish", test_finish);
  ADD ("colors", test_colors);
#undef ADD
  return g_test_run ();
}
