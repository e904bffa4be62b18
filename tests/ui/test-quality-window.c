/* SPDX-License-Identifier: MIT */
#include "tests/ui/pel-window-test.h"
#include "ui/window/pel-quality-window.h"

/* A model is judged in a window of its own, and all that may come between. */

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

/* (transfer none): the window that the action opens */
static PelQualityWindow *
open_window (WindowTest *test)
{
  GListModel *windows = gtk_window_get_toplevels ();

  window_test_activate (test, "quality", NULL);
  for (guint i = g_list_model_get_n_items (windows); i > 0; i--)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i - 1);

      if (PEL_IS_QUALITY_WINDOW (window))
        return PEL_QUALITY_WINDOW (window);
    }
  g_assert_not_reached ();
}

static void
close_window (PelQualityWindow *window)
{
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *)&window);
  gtk_window_destroy (GTK_WINDOW (window));
  test_wait_for (window == NULL);
}

static void
test_finished (WindowTest *test, gconstpointer data)
{
  PelQualityWindow *window = open_window (test);

  g_assert_cmpstr (pel_quality_window_get_page (window), ==, "running");
  window_test_wait_idle (test);
  g_assert_cmpstr (pel_quality_window_get_page (window), ==, "result");
  /* A network that learned nothing is wrong, and the window says where. */
  g_assert_cmpuint (pel_quality_window_get_n_errors (window), >, 0);
  g_assert_true (pel_canvas_has_marks (test->canvas));
  pel_quality_window_show_error (window, pel_quality_window_get_n_errors (window) - 1);
  test_wait_for (pel_workspace_get_editable (test->workspace));
  g_assert_true (pel_canvas_has_marks (test->canvas));
  close_window (window);
  g_assert_false (pel_canvas_has_marks (test->canvas));
}

static void
test_failed (WindowTest *test, gconstpointer data)
{
  PelQualityWindow *window;

  window_test_spoil_model (test, "m1");
  window = open_window (test);
  window_test_wait_idle (test);
  g_assert_cmpstr (pel_quality_window_get_page (window), ==, "problem");
  g_assert_false (pel_canvas_has_marks (test->canvas));
  close_window (window);
}

static void
test_cancelled (WindowTest *test, gconstpointer data)
{
  PelQualityWindow *window;
  PelJob *job;

  window_test_hold (test);
  window = open_window (test);
  pel_job_cancel (window_test_wait_running (test, PEL_TYPE_QUALITY_JOB, &job));
  window_test_release (test);
  window_test_wait_idle (test);
  g_assert_cmpstr (pel_quality_window_get_page (window), ==, "problem");
  close_window (window);
  test_wait_for (job == NULL);
}

/* Closing the window stops the work that only it asked for. */
static void
test_window_closed (WindowTest *test, gconstpointer data)
{
  PelQualityWindow *window;
  PelJob *job;

  window_test_hold (test);
  window = open_window (test);
  window_test_wait_running (test, PEL_TYPE_QUALITY_JOB, &job);
  close_window (window);
  window_test_release (test);
  test_wait_for (job == NULL);
  g_assert_false (pel_job_runner_get_busy (pel_workspace_get_runner (test->workspace)));
}

/* A second question while the first is worked on: the newest window counts. */
static void
test_superseded (WindowTest *test, gconstpointer data)
{
  PelProject *project = pel_workspace_get_project (test->workspace);
  PelQualityWindow *first, *second;
  PelJob *job;

  window_test_hold (test);
  first = open_window (test);
  g_object_add_weak_pointer (G_OBJECT (first), (gpointer *)&first);
  window_test_wait_running (test, PEL_TYPE_QUALITY_JOB, &job);
  pel_workspace_set_model (test->workspace, pel_project_find_model (project, "m2"));
  second = open_window (test);
  window_test_release (test);
  /* The one before went, and its work with it. */
  test_wait_for (job == NULL);
  test_wait_for (first == NULL);
  window_test_wait_idle (test);
  g_assert_cmpstr (pel_quality_window_get_page (second), ==, "result");
  g_assert_nonnull (strstr (gtk_window_get_title (GTK_WINDOW (second)), "m2"));
  g_assert_true (pel_canvas_has_marks (test->canvas));
  close_window (second);
}

/* The project goes while it is judged; the window goes with it. */
static void
test_project_closed (WindowTest *test, gconstpointer data)
{
  g_autoptr (PelProject) project = g_object_ref (pel_workspace_get_project (test->workspace));
  PelQualityWindow *window;
  PelJob *job;

  window_test_hold (test);
  window = open_window (test);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *)&window);
  window_test_wait_running (test, PEL_TYPE_QUALITY_JOB, &job);
  pel_workspace_set_project (test->workspace, NULL);
  window_test_release (test);
  test_wait_for (window == NULL);
  test_wait_for (job == NULL);
  pel_workspace_set_project (test->workspace, project);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func)                                                                            \
  g_test_add ("/quality-window/" name, WindowTest, NULL, set_up, func, tear_down)
  ADD ("finished", test_finished);
  ADD ("failed", test_failed);
  ADD ("cancelled", test_cancelled);
  ADD ("window-closed", test_window_closed);
  ADD ("superseded", test_superseded);
  ADD ("project-closed", test_project_closed);
#undef ADD
  return g_test_run ();
}
