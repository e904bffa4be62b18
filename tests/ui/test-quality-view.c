/* SPDX-License-Identifier: MIT */
#include "app/document/pel-model-edit.h"
#include "tests/ui/pel-window-test.h"
#include "ui/window/pel-quality-view.h"

/* A model is judged beside the picture, and all that may come between. */

static void
set_up (WindowTest *test, gconstpointer data)
{
  window_test_set_up (test, 2, 320, 16);
}

static void
tear_down (WindowTest *test, gconstpointer data)
{
  window_test_tear_down (test);
}

static PelQualityView *
find_view (GtkWidget *widget)
{
  if (PEL_IS_QUALITY_VIEW (widget))
    return PEL_QUALITY_VIEW (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      PelQualityView *view = find_view (child);

      if (view != NULL)
        return view;
    }
  return NULL;
}

/* (transfer none): what the action shows in the inspector */
static PelQualityView *
open_view (WindowTest *test)
{
  PelQualityView *view;

  window_test_activate (test, "quality", NULL);
  view = find_view (GTK_WIDGET (test->window));
  g_assert_nonnull (view);
  g_assert_true (gtk_widget_get_child_visible (GTK_WIDGET (view)));
  return view;
}

static void
close_view (PelQualityView *view)
{
  g_object_add_weak_pointer (G_OBJECT (view), (gpointer *)&view);
  pel_quality_view_close (view);
  test_wait_for (view == NULL);
}

static void
test_finished (WindowTest *test, gconstpointer data)
{
  gint width = gtk_widget_get_width (GTK_WIDGET (test->canvas));
  PelQualityView *view = open_view (test);

  g_assert_cmpstr (pel_quality_view_get_page (view), ==, "running");
  window_test_wait_idle (test);
  pel_widget_test_run (100);
  /* The picture keeps its place. */
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (test->canvas)), ==, width);
  g_assert_cmpstr (pel_quality_view_get_page (view), ==, "result");
  /* A network that learned nothing is wrong, and the view says where. */
  g_assert_cmpuint (pel_quality_view_get_n_errors (view), >, 0);
  g_assert_true (pel_canvas_has_marks (test->canvas));
  pel_quality_view_show_error (view, pel_quality_view_get_n_errors (view) - 1);
  test_wait_for (pel_workspace_get_editable (test->workspace));
  g_assert_true (pel_canvas_has_marks (test->canvas));
  close_view (view);
  g_assert_false (pel_canvas_has_marks (test->canvas));
}

static void
test_failed (WindowTest *test, gconstpointer data)
{
  PelQualityView *view;

  window_test_spoil_model (test, "m1");
  view = open_view (test);
  window_test_wait_idle (test);
  g_assert_cmpstr (pel_quality_view_get_page (view), ==, "problem");
  g_assert_false (pel_canvas_has_marks (test->canvas));
  close_view (view);
}

static void
test_cancelled (WindowTest *test, gconstpointer data)
{
  PelQualityView *view;
  PelJob *job;

  window_test_hold (test);
  view = open_view (test);
  pel_job_cancel (window_test_wait_running (test, PEL_TYPE_QUALITY_JOB, &job));
  window_test_release (test);
  window_test_wait_idle (test);
  g_assert_cmpstr (pel_quality_view_get_page (view), ==, "problem");
  close_view (view);
  test_wait_for (job == NULL);
}

/* Going back stops the work that only the view asked for. */
static void
test_closed (WindowTest *test, gconstpointer data)
{
  PelQualityView *view;
  PelJob *job;

  window_test_hold (test);
  view = open_view (test);
  window_test_wait_running (test, PEL_TYPE_QUALITY_JOB, &job);
  close_view (view);
  window_test_release (test);
  test_wait_for (job == NULL);
  g_assert_false (pel_job_runner_get_busy (pel_workspace_get_runner (test->workspace)));
}

/* A second question while the first is worked on: the newest view counts. */
static void
test_superseded (WindowTest *test, gconstpointer data)
{
  PelProject *project = pel_workspace_get_project (test->workspace);
  PelQualityView *first, *second;
  PelJob *job;

  window_test_hold (test);
  first = open_view (test);
  g_object_add_weak_pointer (G_OBJECT (first), (gpointer *)&first);
  window_test_wait_running (test, PEL_TYPE_QUALITY_JOB, &job);
  pel_workspace_set_model (test->workspace, pel_project_find_model (project, "m2"));
  second = open_view (test);
  window_test_release (test);
  /* The one before went, and its work with it. */
  test_wait_for (job == NULL);
  test_wait_for (first == NULL);
  window_test_wait_idle (test);
  g_assert_cmpstr (pel_quality_view_get_page (second), ==, "result");
  g_assert_nonnull (strstr (pel_quality_view_get_title (second), "m2"));
  g_assert_true (pel_canvas_has_marks (test->canvas));
  close_view (second);
}

/* The project goes while it is judged; the view goes with it. */
static void
test_project_closed (WindowTest *test, gconstpointer data)
{
  g_autoptr (PelProject) project = g_object_ref (pel_workspace_get_project (test->workspace));
  PelQualityView *view;
  PelJob *job;

  window_test_hold (test);
  view = open_view (test);
  g_object_add_weak_pointer (G_OBJECT (view), (gpointer *)&view);
  window_test_wait_running (test, PEL_TYPE_QUALITY_JOB, &job);
  pel_workspace_set_project (test->workspace, NULL);
  window_test_release (test);
  test_wait_for (view == NULL);
  test_wait_for (job == NULL);
  pel_workspace_set_project (test->workspace, project);
}

/* Another mode has its page back, and no marks of this one stay. */
static void
test_mode_changed (WindowTest *test, gconstpointer data)
{
  PelQualityView *view = open_view (test);
  PelProject *project = pel_workspace_get_project (test->workspace);
  const char *mode = pel_window_get_mode (test->window);
  g_autoptr (GError) error = NULL;

  g_object_add_weak_pointer (G_OBJECT (view), (gpointer *)&view);
  window_test_wait_idle (test);
  g_assert_true (pel_canvas_has_marks (test->canvas));
  /* The model is told by its name of now. */
  g_assert_true (
      pel_project_rename_model (project, pel_project_find_model (project, "m1"), "better", &error));
  g_assert_no_error (error);
  g_assert_nonnull (strstr (pel_quality_view_get_title (view), "better"));
  pel_window_set_mode (test->window, g_strcmp0 (mode, "train") == 0 ? "review" : "train");
  test_wait_for (view == NULL);
  g_assert_false (pel_canvas_has_marks (test->canvas));
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func)                                                                            \
  g_test_add ("/quality-view/" name, WindowTest, NULL, set_up, func, tear_down)
  ADD ("finished", test_finished);
  ADD ("failed", test_failed);
  ADD ("cancelled", test_cancelled);
  ADD ("closed", test_closed);
  ADD ("mode-changed", test_mode_changed);
  ADD ("superseded", test_superseded);
  ADD ("project-closed", test_project_closed);
#undef ADD
  return g_test_run ();
}
