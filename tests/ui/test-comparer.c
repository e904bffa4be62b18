/* SPDX-License-Identifier: MIT */
#include "app/document/pel-model-edit.h"
#include "tests/ui/pel-window-test.h"

/* Two models side by side, and all that may come between the question and the answer. */

static void
set_up (WindowTest *test, gconstpointer data)
{
  window_test_set_up (test, 2, 448, 16);
}

static void
tear_down (WindowTest *test, gconstpointer data)
{
  window_test_tear_down (test);
}

static GtkWidget *
get_card (WindowTest *test)
{
  GtkWidget *card =
      window_test_find (GTK_WIDGET (test->window), window_test_has_class, "pel-compare");

  g_assert_nonnull (card);
  return card;
}

static GtkDropDown *
get_choice (WindowTest *test, int side)
{
  const GType type = GTK_TYPE_DROP_DOWN;
  GtkWidget *box = gtk_grid_get_child_at (GTK_GRID (get_card (test)), 1 + side, 0);

  return GTK_DROP_DOWN (window_test_find (box, window_test_is_type, &type));
}

static const char *
get_value (WindowTest *test, int side, int row)
{
  GtkWidget *label = gtk_grid_get_child_at (GTK_GRID (get_card (test)), 1 + side, 1 + row);

  return gtk_label_get_text (GTK_LABEL (label));
}

/* Nothing says any more that an answer is coming. */
static void
assert_settled (WindowTest *test, gboolean comparing)
{
  GtkWidget *spinner = gtk_grid_get_child_at (GTK_GRID (get_card (test)), 0, 0);

  g_assert_cmpint (pel_canvas_is_comparing (test->canvas), ==, comparing);
  g_assert_true (GTK_IS_SPINNER (spinner));
  g_assert_false (gtk_widget_get_visible (spinner));
  g_assert_null (window_test_find (get_card (test), window_test_reads, "…"));
}

static const char *
get_chosen_name (WindowTest *test, int side)
{
  return gtk_string_object_get_string (gtk_drop_down_get_selected_item (get_choice (test, side)));
}

static void
test_finished (WindowTest *test, gconstpointer data)
{
  window_test_activate (test, "compare-with", "m2");
  g_assert_true (pel_comparer_get_active (test->window->comparer));
  g_assert_nonnull (window_test_find (get_card (test), window_test_reads, "…"));
  g_assert_cmpstr (get_chosen_name (test, 0), ==, "m1");
  g_assert_cmpstr (get_chosen_name (test, 1), ==, "m2");
  window_test_wait_idle (test);
  assert_settled (test, TRUE);
  g_assert_cmpuint (test->n_failures, ==, 0);
  /* The image is complete, so both are judged by it. */
  for (int side = 0; side < 2; side++)
    g_assert_cmpstr (get_value (test, side, 2), !=, "–");

  window_test_activate (test, "zoom-in", NULL);
  g_assert_true (pel_canvas_is_comparing (test->canvas));
  pel_comparer_stop (test->window->comparer);
  g_assert_false (pel_canvas_is_comparing (test->canvas));
  g_assert_false (gtk_widget_get_visible (get_card (test)));
}

static void
test_failed (WindowTest *test, gconstpointer data)
{
  window_test_spoil_model (test, "m2");
  window_test_activate (test, "compare-with", "m2");
  window_test_wait_idle (test);
  g_assert_cmpuint (test->n_failures, ==, 1);
  assert_settled (test, FALSE);
}

static void
test_cancelled (WindowTest *test, gconstpointer data)
{
  PelJob *job;

  window_test_hold (test);
  window_test_activate (test, "compare-with", "m2");
  pel_job_cancel (window_test_wait_running (test, PEL_TYPE_COMPARE_JOB, &job));
  window_test_release (test);
  window_test_wait_idle (test);
  assert_settled (test, FALSE);
  g_assert_cmpuint (test->n_failures, ==, 0);
  /* It can be asked again, and what was stopped holds no memory then. */
  pel_comparer_stop (test->window->comparer);
  test_wait_for (job == NULL);
  window_test_activate (test, "compare-with", "m2");
  window_test_wait_idle (test);
  assert_settled (test, TRUE);
}

/* Other models are chosen, then another image, while the former answer is on its way. */
static void
test_superseded (WindowTest *test, gconstpointer data)
{
  PelJob *first, *second;

  window_test_hold (test);
  window_test_activate (test, "compare-with", "m2");
  window_test_wait_running (test, PEL_TYPE_COMPARE_JOB, &first);
  gtk_drop_down_set_selected (get_choice (test, 0),
                              gtk_drop_down_get_selected (get_choice (test, 1)));
  /* It waits behind the former, which has been asked to stop. */
  second = g_list_model_get_item (
      pel_job_runner_get_jobs (pel_workspace_get_runner (test->workspace)), 1);
  g_assert_true (second != NULL && second != first);
  g_object_add_weak_pointer (G_OBJECT (second), (gpointer *)&second);
  g_object_unref (second);
  g_assert_true (pel_workspace_step (test->workspace, 1, FALSE));
  window_test_release (test);
  test_wait_for (first == NULL);
  test_wait_for (second == NULL);
  test_wait_for (pel_workspace_get_editable (test->workspace));
  test_wait_for (pel_canvas_is_comparing (test->canvas));
  window_test_wait_idle (test);
  assert_settled (test, TRUE);
  /* One model on both sides: the same cells. */
  g_assert_cmpstr (get_value (test, 0, 0), ==, get_value (test, 1, 0));
  g_assert_cmpuint (test->n_failures, ==, 0);
}

/* A model comes or goes while two others are compared: those two stay. */
static void
test_list_changed (WindowTest *test, gconstpointer data)
{
  PelProject *project = pel_workspace_get_project (test->workspace);
  g_autofree char *path = window_test_model_path (test, "a3");
  g_autofree char *cells = NULL;

  window_test_activate (test, "compare-with", "m2");
  window_test_wait_idle (test);
  cells = g_strdup (get_value (test, 1, 0));
  test_write_model (path, 8, 3);
  pel_project_refresh_models (project);
  test_wait_for (g_list_model_get_n_items (pel_project_get_models (project)) == 3);
  g_assert_cmpstr (get_chosen_name (test, 0), ==, "m1");
  g_assert_cmpstr (get_chosen_name (test, 1), ==, "m2");
  /* Asked anew, as after another image, it is the same two. */
  g_assert_true (pel_workspace_step (test->workspace, 1, FALSE));
  test_wait_for (pel_workspace_get_editable (test->workspace));
  g_assert_true (pel_workspace_step (test->workspace, -1, FALSE));
  test_wait_for (pel_canvas_is_comparing (test->canvas));
  window_test_wait_idle (test);
  g_assert_cmpstr (get_value (test, 1, 0), ==, cells);
}

/* tear_down() closes it. */
static void
test_closed (WindowTest *test, gconstpointer data)
{
  PelJob *job;

  window_test_hold (test);
  window_test_activate (test, "compare-with", "m2");
  window_test_wait_running (test, PEL_TYPE_COMPARE_JOB, &job);
  g_object_remove_weak_pointer (G_OBJECT (job), (gpointer *)&job);
}

/* The two have their names of now; where one goes there is nothing to compare. */
static void
test_renamed (WindowTest *test, gconstpointer data)
{
  PelProject *project = pel_workspace_get_project (test->workspace);
  g_autoptr (GError) error = NULL;

  window_test_activate (test, "compare-with", "m2");
  window_test_wait_idle (test);
  g_assert_true (
      pel_project_rename_model (project, pel_project_find_model (project, "m2"), "better", &error));
  g_assert_no_error (error);
  pel_widget_test_run (50);
  g_assert_cmpstr (get_chosen_name (test, 0), ==, "m1");
  g_assert_cmpstr (get_chosen_name (test, 1), ==, "better");
  g_assert_cmpstr (get_value (test, 1, 2), !=, "–");
  assert_settled (test, TRUE);
  g_assert_true (
      pel_project_delete_model (project, pel_project_find_model (project, "better"), &error));
  test_wait_for (!pel_comparer_get_active (test->window->comparer));
  g_assert_false (pel_canvas_is_comparing (test->canvas));
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func) g_test_add ("/comparer/" name, WindowTest, NULL, set_up, func, tear_down)
  ADD ("finished", test_finished);
  ADD ("failed", test_failed);
  ADD ("cancelled", test_cancelled);
  ADD ("superseded", test_superseded);
  ADD ("renamed", test_renamed);
  ADD ("list-changed", test_list_changed);
  ADD ("closed", test_closed);
#undef ADD
  return g_test_run ();
}
