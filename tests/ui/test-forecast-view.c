/* SPDX-License-Identifier: MIT */
#include "tests/ui/pel-train-fixture.h"
#include "ui/pages/pel-forecast-text.h"
#include "ui/pages/pel-forecast-view.h"
#include "ui/pages/pel-train-page.h"

/* What is to be expected, on the page and by every way that it may end. */

static PelForecastView *
get_view (TrainFixture *fixture)
{
  GtkWidget *page = pel_widget_test_find (GTK_WIDGET (fixture->window), PEL_TYPE_TRAIN_PAGE);

  pel_window_set_mode (fixture->window, "train");
  pel_widget_test_run (20);
  return PEL_FORECAST_VIEW (pel_widget_test_find (page, PEL_TYPE_FORECAST_VIEW));
}

static void
start (TrainFixture *fixture, PelForecastView *view, const char *init_path)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (fixture->project);
  PelTrainConfig config;

  test_small_config (&config, 0, 3);
  pel_train_config_set_time_limit (&config, 300.0);
  pel_forecast_view_start (view, &config, items, init_path);
}

static void
click_button (PelForecastView *view)
{
  g_signal_emit_by_name (pel_widget_test_find (GTK_WIDGET (view), GTK_TYPE_BUTTON), "clicked");
}

static void
test_done (TrainFixture *fixture, gconstpointer data)
{
  PelForecastView *view = get_view (fixture);
  g_autofree char *first = NULL;
  gboolean guided = FALSE;

  g_assert_cmpstr (pel_forecast_view_get_summary (view), ==, "");
  start (fixture, view, NULL);
  g_assert_true (pel_forecast_view_get_running (view));
  test_wait_for (!pel_forecast_view_get_running (view));
  first = g_strdup (pel_forecast_view_get_summary (view));
  g_assert_nonnull (strstr (first, "steps in 5:00"));
  g_assert_nonnull (strstr (pel_forecast_view_get_expectation (view), "held-out"));

  /* Another time needs no other trial, and the first model is told about. */
  pel_forecast_view_set_limit (view, 1200.0);
  g_assert_nonnull (strstr (pel_forecast_view_get_summary (view), "steps in 20:00"));
  g_assert_false (pel_forecast_view_get_running (view));
  /* Its steps are few, so it guides for some limits alone. */
  train_add_model (fixture, "early", 3, 0.6);
  for (double seconds = 1.0; seconds < 10000.0 && !guided; seconds *= 1.5)
    {
      pel_forecast_view_set_limit (view, seconds);
      guided = strstr (pel_forecast_view_get_expectation (view), "“early”") != NULL;
    }
  g_assert_true (guided);
  pel_forecast_view_set_limit (view, 1e6);
  g_assert_null (strstr (pel_forecast_view_get_expectation (view), "“early”"));

  /* Other settings make it worthless. */
  pel_forecast_view_reset (view);
  g_assert_cmpstr (pel_forecast_view_get_summary (view), ==, "");
  g_assert_cmpstr (pel_forecast_view_get_expectation (view), ==, "");
}

static void
test_failed (TrainFixture *fixture, gconstpointer data)
{
  PelForecastView *view = get_view (fixture);

  start (fixture, view, "/nowhere/model.safetensors");
  test_wait_for (!pel_forecast_view_get_running (view));
  g_assert_nonnull (strstr (pel_forecast_view_get_summary (view), "/nowhere/model.safetensors"));
  g_assert_cmpstr (pel_forecast_view_get_expectation (view), ==, "");
}

static void
test_cancelled (TrainFixture *fixture, gconstpointer data)
{
  PelForecastView *view = get_view (fixture);

  start (fixture, view, NULL);
  pel_widget_test_run (50);
  click_button (view);
  g_assert_false (pel_forecast_view_get_running (view));
  g_assert_cmpstr (pel_forecast_view_get_summary (view), ==, "");
  test_wait_for (!train_is_busy (fixture));
  g_assert_cmpstr (pel_forecast_view_get_summary (view), ==, "");
}

/* A second trial takes the place of the first, and a training that of both. */
static void
test_superseded (TrainFixture *fixture, gconstpointer data)
{
  PelForecastView *view = get_view (fixture);
  GListModel *jobs = pel_job_runner_get_jobs (pel_workspace_get_runner (fixture->workspace));
  g_autoptr (PelJob) first = NULL;

  start (fixture, view, NULL);
  first = g_list_model_get_item (jobs, 0);
  start (fixture, view, NULL);
  g_assert_true (pel_forecast_view_get_running (view));
  test_wait_for (pel_job_get_is_finished (first));
  g_assert_cmpint (pel_job_get_state (first), ==, PEL_JOB_STATE_CANCELLED);
  g_assert_true (pel_forecast_view_get_running (view));
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "train", NULL);
  g_assert_nonnull (pel_job_runner_get_training (pel_workspace_get_runner (fixture->workspace)));
  g_assert_false (pel_forecast_view_get_running (view));
  pel_job_cancel (pel_job_runner_get_training (pel_workspace_get_runner (fixture->workspace)));
  test_wait_for (!train_is_busy (fixture));
}

static void
test_closed (TrainFixture *fixture, gconstpointer data)
{
  PelForecastView *view = get_view (fixture);

  start (fixture, view, NULL);
  pel_widget_test_run (50);
  train_close (fixture);
  test_wait_for (!train_is_busy (fixture));
}

/* The button reads the page, and a control that is changed makes what was measured worthless. */
static void
test_page (TrainFixture *fixture, gconstpointer data)
{
  PelForecastView *view = get_view (fixture);
  PelTrainPage *page =
      PEL_TRAIN_PAGE (gtk_widget_get_ancestor (GTK_WIDGET (view), PEL_TYPE_TRAIN_PAGE));
  g_autoptr (GError) error = NULL;
  g_autofree char *init_path = NULL;
  PelTrainConfig config;

  click_button (view);
  g_assert_true (pel_forecast_view_get_running (view));
  click_button (view);
  g_assert_false (pel_forecast_view_get_running (view));
  test_wait_for (!train_is_busy (fixture));

  /* Starting from a model, the page shows its shape. */
  train_add_model (fixture, "narrow", 3, 0.6);
  pel_train_page_start_from (page, pel_project_find_model (fixture->project, "narrow"));
  g_assert_true (pel_train_page_read_plan (page, &config, &init_path, &error));
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (init_path, "narrow.safetensors"));
  g_assert_cmpuint (config.base_channels, ==, 4);
  g_assert_cmpuint (config.depth, ==, 2);
  /* It stays chosen when there is a newer one, and so does what was said of it. */
  train_add_model (fixture, "newer", 9, 0.6);
  g_clear_pointer (&init_path, g_free);
  g_assert_true (pel_train_page_read_plan (page, &config, &init_path, &error));
  g_assert_true (g_str_has_suffix (init_path, "narrow.safetensors"));
}

/* What is told without a held-out image, and of a training with a fixed end. */
static void
test_texts (void)
{
  PelForecast forecast = { .task = PEL_TASK_MASK,
                           .step_seconds = 0.5,
                           .epoch_steps = 10,
                           .fixed_steps = 1000,
                           .n_steps = 8,
                           .bytes = 300000000,
                           .val_dice = NAN,
                           .val_ap50 = NAN };
  g_autofree char *whole = pel_forecast_describe_steps (&forecast, 1000.0);
  g_autofree char *part = pel_forecast_describe_steps (&forecast, 100.0);
  g_autofree char *unknown = pel_forecast_describe_quality (&forecast, 100.0, NULL);
  g_autofree char *trial = NULL;

  g_assert_nonnull (strstr (whole, "The 1000 steps take about 8:20"));
  g_assert_nonnull (strstr (part, "of 1000 steps"));
  g_assert_nonnull (strstr (part, "300"));
  g_assert_nonnull (strstr (unknown, "no image is held out"));
  forecast.val_dice = 0.41;
  trial = pel_forecast_describe_quality (&forecast, 100.0, NULL);
  g_assert_nonnull (strstr (trial, "Dice 0.41"));
  g_assert_nonnull (strstr (trial, "8 steps"));
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func)                                                                            \
  g_test_add ("/forecast-view/" name, TrainFixture, NULL, train_set_up, func, train_tear_down)
  g_test_add_func ("/forecast-view/texts", test_texts);
  ADD ("done", test_done);
  ADD ("failed", test_failed);
  ADD ("cancelled", test_cancelled);
  ADD ("superseded", test_superseded);
  ADD ("closed", test_closed);
  ADD ("page", test_page);
#undef ADD
  return g_test_run ();
}
