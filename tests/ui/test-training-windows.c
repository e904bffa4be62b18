/* SPDX-License-Identifier: MIT */
#include "tests/ui/pel-train-fixture.h"
#include "ui/window/pel-augment-window.h"
#include "ui/window/pel-learning-window.h"

/* The windows of random changes and of the learning curve, by every way that their work may end. */

static PelAugmentWindow *
open_augment (TrainFixture *fixture)
{
  PelTrainConfig config;
  GtkWidget *window;

  train_config (&config, 1);
  window = pel_augment_window_new (fixture->workspace, &config, NULL, GTK_WINDOW (fixture->window));
  gtk_window_present (GTK_WINDOW (window));
  return PEL_AUGMENT_WINDOW (window);
}

static void
close_window (gpointer window)
{
  gtk_window_close (GTK_WINDOW (window));
  pel_widget_test_run (20);
}

static void
test_augment_done (TrainFixture *fixture, gconstpointer data)
{
  PelAugmentWindow *window = open_augment (fixture);
  GtkWidget *picture;
  g_autoptr (GdkPaintable) first = NULL;

  g_assert_true (pel_augment_window_get_drawing (window));
  test_wait_for (!pel_augment_window_get_drawing (window));
  g_assert_cmpstr (pel_augment_window_get_page (window), ==, "result");
  g_assert_cmpuint (pel_augment_window_get_n_drawn (window), ==, 1);
  picture = train_find (GTK_WIDGET (window), GTK_TYPE_PICTURE);
  g_set_object (&first, gtk_picture_get_paintable (GTK_PICTURE (picture)));
  g_assert_nonnull (first);
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (first), ==, 64);

  /* Drawn again: what was shown stays until there is something else. */
  pel_augment_window_draw_again (window);
  g_assert_cmpstr (pel_augment_window_get_page (window), ==, "result");
  g_assert_true (gtk_picture_get_paintable (GTK_PICTURE (picture)) == first);
  test_wait_for (!pel_augment_window_get_drawing (window));
  g_assert_cmpuint (pel_augment_window_get_n_drawn (window), ==, 2);
  g_assert_true (gtk_picture_get_paintable (GTK_PICTURE (picture)) != first);
  close_window (window);
}

static void
test_augment_failed (TrainFixture *fixture, gconstpointer data)
{
  PelAugmentWindow *window;

  for (guint i = 0; i < TRAIN_N_IMAGES; i++)
    pel_image_document_set_validation (pel_project_get_image (fixture->project, i), TRUE);
  window = open_augment (fixture);
  test_wait_for (!pel_augment_window_get_drawing (window));
  g_assert_cmpstr (pel_augment_window_get_page (window), ==, "problem");
  /* It can be tried again. */
  for (guint i = 0; i < TRAIN_N_IMAGES; i++)
    pel_image_document_set_validation (pel_project_get_image (fixture->project, i), FALSE);
  pel_augment_window_draw_again (window);
  test_wait_for (!pel_augment_window_get_drawing (window));
  g_assert_cmpstr (pel_augment_window_get_page (window), ==, "result");
  close_window (window);
}

static void
test_augment_cancelled (TrainFixture *fixture, gconstpointer data)
{
  PelAugmentWindow *window = open_augment (fixture);

  pel_job_runner_cancel_all (pel_workspace_get_runner (fixture->workspace));
  test_wait_for (!pel_augment_window_get_drawing (window));
  /* Unless it was faster. */
  g_assert_cmpstr (pel_augment_window_get_page (window), ==,
                   pel_augment_window_get_n_drawn (window) > 0 ? "result" : "problem");
  close_window (window);
}

/* Only the last one is shown. */
static void
test_augment_superseded (TrainFixture *fixture, gconstpointer data)
{
  PelAugmentWindow *window = open_augment (fixture);

  pel_augment_window_draw_again (window);
  pel_augment_window_draw_again (window);
  test_wait_for (!pel_augment_window_get_drawing (window));
  g_assert_cmpuint (pel_augment_window_get_n_drawn (window), ==, 1);
  g_assert_cmpstr (pel_augment_window_get_page (window), ==, "result");
  test_wait_for (!train_is_busy (fixture));
  close_window (window);
}

static void
test_augment_closed (TrainFixture *fixture, gconstpointer data)
{
  gpointer window = open_augment (fixture);

  g_object_add_weak_pointer (window, &window);
  close_window (window);
  g_assert_null (window);
  test_wait_for (!train_is_busy (fixture));
  /* And with the whole window. */
  open_augment (fixture);
  train_close (fixture);
  test_wait_for (!train_is_busy (fixture));
}

/* By the action, as the button does it. */
static void
test_augment_action (TrainFixture *fixture, gconstpointer data)
{
  GListModel *windows = gtk_window_get_toplevels ();
  guint n = g_list_model_get_n_items (windows);

  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "augmentation", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (windows), ==, n + 1);
  test_wait_for (!train_is_busy (fixture));
}

/* The learning curve */

static PelLearningWindow *
open_learning (TrainFixture *fixture, guint epochs)
{
  PelTrainConfig config;
  GtkWidget *window = pel_learning_window_new (fixture->workspace, GTK_WINDOW (fixture->window));

  train_config (&config, epochs);
  pel_learning_window_set_plan (PEL_LEARNING_WINDOW (window), &config, NULL);
  pel_learning_window_set_minutes (PEL_LEARNING_WINDOW (window), 0.0);
  gtk_window_present (GTK_WINDOW (window));
  return PEL_LEARNING_WINDOW (window);
}

static void
test_learning_done (TrainFixture *fixture, gconstpointer data)
{
  PelLearningWindow *window = open_learning (fixture, 1);

  g_assert_cmpstr (pel_learning_window_get_page (window), ==, "start");
  pel_learning_window_start (window);
  g_assert_cmpstr (pel_learning_window_get_page (window), ==, "result");
  g_assert_true (pel_learning_window_get_running (window));
  test_wait_for (!pel_learning_window_get_running (window));
  g_assert_cmpstr (pel_learning_window_get_page (window), ==, "result");
  g_assert_cmpuint (pel_learning_window_get_n_points (window), >=, 2);
  g_assert_nonnull (strstr (pel_learning_window_get_advice (window), "images"));
  test_wait_for (!train_is_busy (fixture));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_learning_failed (TrainFixture *fixture, gconstpointer data)
{
  PelLearningWindow *window = open_learning (fixture, 1);

  for (guint i = 0; i + 1 < TRAIN_N_IMAGES; i++)
    pel_image_document_set_validation (pel_project_get_image (fixture->project, i), TRUE);
  pel_learning_window_start (window);
  test_wait_for (!pel_learning_window_get_running (window));
  g_assert_cmpstr (pel_learning_window_get_page (window), ==, "problem");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_learning_cancelled (TrainFixture *fixture, gconstpointer data)
{
  PelLearningWindow *window = open_learning (fixture, 100000);

  /* Before there is anything to tell. */
  pel_learning_window_start (window);
  pel_widget_test_run (50);
  pel_learning_window_stop (window);
  test_wait_for (!pel_learning_window_get_running (window));
  g_assert_cmpstr (pel_learning_window_get_page (window), ==, "start");
  gtk_window_destroy (GTK_WINDOW (window));

  /* What is known by then stays. */
  window = open_learning (fixture, 30);
  pel_learning_window_start (window);
  test_wait_for (pel_learning_window_get_n_points (window) > 0);
  pel_learning_window_stop (window);
  test_wait_for (!pel_learning_window_get_running (window));
  g_assert_cmpstr (pel_learning_window_get_page (window), ==, "result");
  g_assert_cmpuint (pel_learning_window_get_n_points (window), >, 0);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_learning_superseded (TrainFixture *fixture, gconstpointer data)
{
  PelLearningWindow *window = open_learning (fixture, 100000);
  GListModel *jobs = pel_job_runner_get_jobs (pel_workspace_get_runner (fixture->workspace));
  g_autoptr (PelJob) first = NULL;
  PelTrainConfig config;

  pel_learning_window_start (window);
  first = g_list_model_get_item (jobs, 0);
  train_config (&config, 1);
  pel_learning_window_set_plan (window, &config, NULL);
  pel_learning_window_start (window);
  test_wait_for (pel_job_get_is_finished (first));
  g_assert_cmpint (pel_job_get_state (first), ==, PEL_JOB_STATE_CANCELLED);
  test_wait_for (!pel_learning_window_get_running (window));
  g_assert_cmpuint (pel_learning_window_get_n_points (window), >=, 2);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
count_toast (PelWorkspace *workspace, gpointer toast, guint *n)
{
  (*n)++;
}

/* Closed, its work goes on and is announced; with the whole window, it ends. */
static void
test_learning_closed (TrainFixture *fixture, gconstpointer data)
{
  PelLearningWindow *window = open_learning (fixture, 1);
  guint n_toasts = 0;

  g_signal_connect (fixture->workspace, "toast", G_CALLBACK (count_toast), &n_toasts);
  pel_learning_window_start (window);
  gtk_window_close (GTK_WINDOW (window));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (window)));
  g_assert_true (pel_learning_window_get_running (window));
  test_wait_for (!pel_learning_window_get_running (window));
  g_assert_cmpuint (n_toasts, ==, 1);
  g_assert_cmpuint (pel_learning_window_get_n_points (window), >=, 2);

  window = open_learning (fixture, 100000);
  pel_learning_window_start (window);
  pel_widget_test_run (50);
  g_signal_handlers_disconnect_by_data (fixture->workspace, &n_toasts);
  train_close (fixture);
  test_wait_for (!train_is_busy (fixture));
}

/* The same window comes back, with what it knows. */
static void
test_learning_action (TrainFixture *fixture, gconstpointer data)
{
  GListModel *windows = gtk_window_get_toplevels ();
  guint n = g_list_model_get_n_items (windows);

  for (guint i = 0; i < 2; i++)
    {
      g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "learning-curve", NULL);
      g_assert_cmpuint (g_list_model_get_n_items (windows), ==, n + 1);
    }
  pel_workspace_set_project (fixture->workspace, NULL);
  pel_widget_test_run (20);
  g_assert_cmpuint (g_list_model_get_n_items (windows), ==, n);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func)                                                                            \
  g_test_add ("/training-windows/" name, TrainFixture, NULL, train_set_up, func, train_tear_down)
  ADD ("augment/done", test_augment_done);
  ADD ("augment/failed", test_augment_failed);
  ADD ("augment/cancelled", test_augment_cancelled);
  ADD ("augment/superseded", test_augment_superseded);
  ADD ("augment/closed", test_augment_closed);
  ADD ("augment/action", test_augment_action);
  ADD ("learning/done", test_learning_done);
  ADD ("learning/failed", test_learning_failed);
  ADD ("learning/cancelled", test_learning_cancelled);
  ADD ("learning/superseded", test_learning_superseded);
  ADD ("learning/closed", test_learning_closed);
  ADD ("learning/action", test_learning_action);
#undef ADD
  return g_test_run ();
}
