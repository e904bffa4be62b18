/* SPDX-License-Identifier: MIT */
#include "app/document/pel-compare-job.h"
#include "app/document/pel-rank-job.h"
#include "tests/ui/pel-window-test.h"
#include "ui/canvas/pel-canvas-private.h"
#include "ui/pages/pel-next-view.h"
#include "ui/window/pel-window-private.h"

/* Which image to annotate next, worked out behind the window, and what may come in between. */

static void
set_up (WindowTest *test, gconstpointer data)
{
  PelProject *project;

  window_test_set_up (test, 3, 160, 4);
  project = pel_workspace_get_project (test->workspace);
  /* Those that are complete need no more work. */
  for (guint i = 0; i < 3; i++)
    pel_image_document_set_complete (pel_project_get_image (project, i), FALSE);
  window_test_activate (test, "predict-all", NULL);
  window_test_wait_idle (test);
}

static void
tear_down (WindowTest *test, gconstpointer data)
{
  window_test_tear_down (test);
}

/* Shows the page that it stands on. */
static PelNextView *
show_view (WindowTest *test)
{
  const GType type = PEL_TYPE_NEXT_VIEW;

  pel_window_set_mode (test->window, "review");
  return PEL_NEXT_VIEW (window_test_find (GTK_WIDGET (test->window), window_test_is_type, &type));
}

static void
test_finished (WindowTest *test, gconstpointer data)
{
  PelNextView *view = show_view (test);
  PelImageDocument *before = pel_workspace_get_document (test->workspace);

  test_wait_for (pel_next_view_get_n_rows (view) == 3);
  pel_next_view_go (view);
  test_wait_for (pel_workspace_get_document (test->workspace) != before);
  g_assert_cmpuint (test->n_failures, ==, 0);
}

/* The share of the canvas that a part takes, along the side where it takes more. */
static double
get_share (PelCanvas *canvas, const PelRect *part)
{
  graphene_rect_t box;

  pel_canvas_from_image (
      canvas,
      &GRAPHENE_RECT_INIT ((float)part->x, (float)part->y, (float)part->width, (float)part->height),
      &box);
  return MAX ((double)box.size.width / gtk_widget_get_width (GTK_WIDGET (canvas)),
              (double)box.size.height / gtk_widget_get_height (GTK_WIDGET (canvas)));
}

/* A part that is to be painted fills the view and is framed, and a word is offered, until another
 * image is shown. */
static void
test_part (WindowTest *test, gconstpointer data)
{
  const PelRect part = { 96, 32, 40, 40 };
  PelImageDocument *image = pel_workspace_get_document (test->workspace);

  test_wait_for (pel_workspace_get_editable (test->workspace));
  pel_workspace_show_part (test->workspace, &part, TRUE);
  /* It glides there. */
  test_wait_for (get_share (test->canvas, &part) > 0.75);
  g_assert_true (pel_canvas_has_marks (test->canvas));
  g_assert_true (pel_workspace_step (test->workspace, 1, FALSE));
  g_assert_true (pel_workspace_get_document (test->workspace) != image);
  g_assert_false (pel_canvas_has_marks (test->canvas));

  /* The offer takes its own frame along, and what others have marked instead it leaves alone. */
  for (guint others = 0; others < 2; others++)
    {
      const PelCanvasMark mark = { .area = part, .color = 0xff0000, .text = "false" };

      test_wait_for (pel_workspace_get_editable (test->workspace));
      pel_workspace_show_part (test->workspace, &part, TRUE);
      test_wait_for (pel_canvas_has_marks (test->canvas));
      if (others)
        pel_canvas_set_marks (test->canvas, &mark, 1);
      g_signal_emit_by_name (pel_toaster_get_newest (test->window->toaster), "dismissed");
      g_assert_true (pel_canvas_has_marks (test->canvas) == (others > 0));
    }
}

/* Shows the page, and has an answer that is asked for anew wait behind other work, which is held.
 */
static PelNextView *
show_waiting (WindowTest *test, PelJob **job)
{
  PelNextView *view = show_view (test);

  test_wait_for (pel_next_view_get_n_rows (view) == 3);
  window_test_wait_idle (test);
  window_test_hold (test);
  window_test_activate (test, "compare-with", "m2");
  test_wait_for (window_test_find_job (test, PEL_TYPE_COMPARE_JOB) != NULL &&
                 pel_job_get_state (window_test_find_job (test, PEL_TYPE_COMPARE_JOB)) ==
                     PEL_JOB_STATE_RUNNING);
  g_object_notify (G_OBJECT (test->workspace), "model");
  test_wait_for (window_test_find_job (test, PEL_TYPE_RANK_JOB) != NULL);
  *job = window_test_find_job (test, PEL_TYPE_RANK_JOB);
  g_object_add_weak_pointer (G_OBJECT (*job), (gpointer *)job);
  return view;
}

/* Asked for before it is known, it is gone to as soon as it is. */
static void
test_waited_for (WindowTest *test, gconstpointer data)
{
  PelImageDocument *before = pel_workspace_get_document (test->workspace);
  PelJob *job;
  PelNextView *view = show_waiting (test, &job);

  g_object_remove_weak_pointer (G_OBJECT (job), (gpointer *)&job);
  pel_next_view_go (view);
  pel_widget_test_run (50);
  g_assert_true (pel_workspace_get_document (test->workspace) == before);
  window_test_release (test);
  test_wait_for (pel_workspace_get_document (test->workspace) != before);
}

/* Stopped from outside: nobody is taken anywhere, now or when there is an answer later. */
static void
test_cancelled (WindowTest *test, gconstpointer data)
{
  PelImageDocument *before = pel_workspace_get_document (test->workspace);
  PelJob *job;
  PelNextView *view = show_waiting (test, &job);

  g_object_remove_weak_pointer (G_OBJECT (job), (gpointer *)&job);
  pel_next_view_go (view);
  pel_job_cancel (job);
  window_test_release (test);
  window_test_wait_idle (test);
  window_test_activate (test, "predict", NULL);
  window_test_wait_idle (test);
  test_wait_for (pel_next_view_get_n_rows (view) == 3);
  g_assert_true (pel_workspace_get_document (test->workspace) == before);
}

/* Another model is taken meanwhile: the answer about the former one is not shown. */
static void
test_superseded (WindowTest *test, gconstpointer data)
{
  PelProject *project = pel_workspace_get_project (test->workspace);
  PelJob *job;
  PelNextView *view = show_waiting (test, &job);

  /* It has predicted nothing yet. */
  pel_project_set_current_model (project, "m2");
  pel_workspace_set_model (test->workspace, pel_project_find_model (project, "m2"));
  window_test_release (test);
  test_wait_for (job == NULL);
  window_test_wait_idle (test);
  pel_widget_test_run (50);
  g_assert_cmpuint (pel_next_view_get_n_rows (view), ==, 0);
}

static void
test_left (WindowTest *test, gconstpointer data)
{
  g_autoptr (PelProject) project = g_object_ref (pel_workspace_get_project (test->workspace));
  PelJob *job;
  PelNextView *view = show_waiting (test, &job);

  pel_next_view_go (view);
  pel_workspace_set_project (test->workspace, NULL);
  g_assert_cmpuint (pel_next_view_get_n_rows (view), ==, 0);
  window_test_release (test);
  test_wait_for (job == NULL);
  pel_workspace_set_project (test->workspace, project);
}

/* The window is closed in the middle of it. */
static void
test_closed (WindowTest *test, gconstpointer data)
{
  PelJob *job;

  pel_next_view_go (show_waiting (test, &job));
  g_object_remove_weak_pointer (G_OBJECT (job), (gpointer *)&job);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func) g_test_add ("/next-view/" name, WindowTest, NULL, set_up, func, tear_down)
  ADD ("finished", test_finished);
  ADD ("part", test_part);
  ADD ("waited-for", test_waited_for);
  ADD ("cancelled", test_cancelled);
  ADD ("superseded", test_superseded);
  ADD ("left", test_left);
  ADD ("closed", test_closed);
#undef ADD
  return g_test_run ();
}
