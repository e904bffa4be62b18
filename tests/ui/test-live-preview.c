/* SPDX-License-Identifier: MIT */
#include "tests/ui/pel-window-test.h"

/* What a training shows on the picture while it runs, and all that may come between. */

static void
set_up (WindowTest *test, gconstpointer data)
{
  window_test_set_up (test, 3, 160, 4);
}

static void
tear_down (WindowTest *test, gconstpointer data)
{
  window_test_tear_down (test);
}

static PelTrainingJob *
train (WindowTest *test, const char *name)
{
  PelProject *project = pel_workspace_get_project (test->workspace);
  g_autoptr (GPtrArray) items = pel_project_list_training_items (project);
  g_autofree char *path = window_test_model_path (test, name);
  g_autoptr (PelTrainingJob) job = NULL;
  PelTrainConfig config;

  test_small_config (&config, 1000000, 4);
  job = pel_training_job_new (&config, items, path, NULL, FALSE);
  pel_job_runner_submit (pel_workspace_get_runner (test->workspace), PEL_JOB (job));
  return job; /* the runner holds it */
}

static GtkWidget *
get_button (WindowTest *test)
{
  return pel_live_preview_get_button (test->window->live_preview);
}

static gboolean
button_reads (WindowTest *test, const char *text)
{
  return window_test_find (get_button (test), window_test_reads, text) != NULL;
}

#define wait_for_preview(test)                                                                     \
  test_wait_for (pel_canvas_get_has_preview ((test)->canvas) && !(test)->canvas->preview_stale)

static void
stop (WindowTest *test)
{
  pel_job_cancel (window_test_find_job (test, PEL_TYPE_TRAINING_JOB));
  window_test_wait_idle (test);
}

static void
test_shown (WindowTest *test, gconstpointer data)
{
  g_assert_false (gtk_widget_get_visible (get_button (test)));
  train (test, "t");
  g_assert_true (gtk_widget_get_visible (get_button (test)));
  wait_for_preview (test);
  g_assert_false (button_reads (test, "Preview is coming…"));

  /* Off: nothing of it is on the picture, nor made; on again: it comes back. */
  window_test_activate (test, "show-preview", NULL);
  g_assert_false (pel_canvas_shows_preview (test->canvas));
  test_wait_for (button_reads (test, "Preview is off"));
  window_test_activate (test, "show-preview", NULL);
  wait_for_preview (test);
  g_assert_true (pel_canvas_shows_preview (test->canvas));
  stop (test);
}

/* The view moves while a preview is made: the old one is dimmed until the new one is there. */
static void
test_superseded (WindowTest *test, gconstpointer data)
{
  train (test, "t");
  wait_for_preview (test);
  pel_canvas_zoom_at (test->canvas, 16.0, NULL);
  pel_widget_test_run (50);
  pel_canvas_scroll_by (test->canvas, 4000, 4000);
  pel_canvas_scroll_by (test->canvas, -8000, -8000);
  pel_canvas_zoom_to_fit (test->canvas);
  wait_for_preview (test);
  /* Another image: nothing of the former one is shown on it. */
  g_assert_true (pel_workspace_step (test->workspace, 1, FALSE));
  g_assert_false (pel_canvas_get_has_preview (test->canvas));
  test_wait_for (pel_workspace_get_editable (test->workspace));
  wait_for_preview (test);
  stop (test);
}

/* Stopped: the last one stays, dimmed, until a prediction takes its place. */
static void
test_cancelled (WindowTest *test, gconstpointer data)
{
  PelImageDocument *document = pel_workspace_get_document (test->workspace);
  g_autoptr (PelLabels) labels = test_disc_labels (160, 160, 0);
  PelJob *job = PEL_JOB (train (test, "t"));

  g_object_add_weak_pointer (G_OBJECT (job), (gpointer *)&job);
  wait_for_preview (test);
  pel_job_cancel (job);
  window_test_wait_idle (test);
  test_wait_for (job == NULL);
  g_assert_true (pel_canvas_get_has_preview (test->canvas));
  g_assert_true (test->canvas->preview_stale);
  g_assert_true (gtk_widget_get_visible (get_button (test)));
  pel_image_document_set_prediction (document, labels, NULL, 0.5, "m1");
  g_assert_false (pel_canvas_get_has_preview (test->canvas));
  g_assert_false (gtk_widget_get_visible (get_button (test)));
}

/* A training that cannot begin leaves nothing behind. */
static void
test_failed (WindowTest *test, gconstpointer data)
{
  PelJob *job;

  {
    g_autoptr (GPtrArray) none = g_ptr_array_new ();
    g_autofree char *path = window_test_model_path (test, "t");
    PelTrainConfig config;

    pel_train_config_init_preset (&config, PEL_PRESET_QUICK);
    job = PEL_JOB (pel_training_job_new (&config, none, path, NULL, FALSE));
  }
  pel_job_runner_submit (pel_workspace_get_runner (test->workspace), job);
  test_wait_for (pel_job_get_is_finished (job));
  g_assert_cmpint (pel_job_get_state (job), ==, PEL_JOB_STATE_FAILED);
  window_test_wait_idle (test);
  g_assert_false (pel_canvas_get_has_preview (test->canvas));
  g_assert_false (gtk_widget_get_visible (get_button (test)));
  g_assert_finalize_object (job);
}

/* tear_down() closes the window while it trains. */
static void
test_closed (WindowTest *test, gconstpointer data)
{
  train (test, "t");
  wait_for_preview (test);
  pel_canvas_zoom_at (test->canvas, 8.0, NULL);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func)                                                                            \
  g_test_add ("/live-preview/" name, WindowTest, NULL, set_up, func, tear_down)
  ADD ("shown", test_shown);
  ADD ("superseded", test_superseded);
  ADD ("cancelled", test_cancelled);
  ADD ("failed", test_failed);
  ADD ("closed", test_closed);
#undef ADD
  return g_test_run ();
}
