/* SPDX-License-Identifier: MIT */
#include "app/document/pel-training-job.h"
#include "engine/train/pel-trainer.h"
#include "tests/ui/pel-train-fixture.h"
#include "ui/window/pel-window-private.h"

/* Going on with a training that was stopped: what it was like is read behind the window, and much
 * may happen until that is there. */

static void
count_failure (PelWorkspace *workspace,
               const char *heading,
               const char *body,
               const char *details,
               guint *n)
{
  (*n)++;
}

static PelTrainingJob *
get_training (TrainFixture *fixture)
{
  PelJob *job = pel_job_runner_get_training (pel_workspace_get_runner (fixture->workspace));

  return job != NULL ? PEL_TRAINING_JOB (job) : NULL;
}

static char *
get_path (TrainFixture *fixture)
{
  g_autofree char *folder = pel_project_get_models_path (fixture->project);

  return g_build_filename (folder, "m.safetensors", NULL);
}

/* A training of the project that was stopped; returns after how many steps. */
static guint
stop_a_training (TrainFixture *fixture)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (fixture->project);
  g_autofree char *path = get_path (fixture);
  g_autoptr (PelTrainingJob) job = NULL;
  PelTrainConfig config;

  test_small_config (&config, 100000, 4);
  job = pel_training_job_new (&config, items, path, NULL, FALSE);
  pel_job_runner_submit (pel_workspace_get_runner (fixture->workspace), PEL_JOB (job));
  test_wait_for (pel_training_job_get_step (job) >= 3);
  pel_job_cancel (PEL_JOB (job));
  test_wait_for (!train_is_busy (fixture));
  pel_project_refresh_models (fixture->project);
  test_wait_for (pel_project_find_model (fixture->project, "m") != NULL &&
                 pel_model_entry_get_resumable (pel_project_find_model (fixture->project, "m")));
  return pel_training_job_get_step (job);
}

static void
activate (TrainFixture *fixture)
{
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "resume-training", NULL);
}

static void
stop (TrainFixture *fixture)
{
  pel_job_cancel (PEL_JOB (get_training (fixture)));
  test_wait_for (!train_is_busy (fixture));
}

static void
test_goes_on (TrainFixture *fixture, gconstpointer data)
{
  guint before = stop_a_training (fixture);

  activate (fixture);
  test_wait_for (get_training (fixture) != NULL);
  g_assert_cmpstr (pel_training_job_get_model_name (get_training (fixture)), ==, "m");
  test_wait_for (pel_training_job_get_step (get_training (fixture)) > before);
  stop (fixture);
}

/* What was kept of it cannot be read: that is told, and nothing runs. */
static void
test_failed (TrainFixture *fixture, gconstpointer data)
{
  g_autofree char *path = get_path (fixture);
  g_autofree char *resume = pel_trainer_resume_path (path);
  guint n_failures = 0;

  stop_a_training (fixture);
  g_assert_true (g_file_set_contents (resume, "spoilt", -1, NULL));
  g_signal_connect (fixture->workspace, "failure", G_CALLBACK (count_failure), &n_failures);
  activate (fixture);
  test_wait_for (n_failures == 1);
  g_assert_null (get_training (fixture));
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  g_signal_handlers_disconnect_by_data (fixture->workspace, &n_failures);
}

/* Stopped again before its first step, it can go on all the same. */
static void
test_cancelled (TrainFixture *fixture, gconstpointer data)
{
  guint before = stop_a_training (fixture);

  activate (fixture);
  test_wait_for (get_training (fixture) != NULL);
  stop (fixture);
  activate (fixture);
  test_wait_for (get_training (fixture) != NULL);
  test_wait_for (pel_training_job_get_step (get_training (fixture)) > before);
  stop (fixture);
}

/* Asked twice before the first answer is there: one training. */
static void
test_superseded (TrainFixture *fixture, gconstpointer data)
{
  GListModel *jobs = pel_job_runner_get_jobs (pel_workspace_get_runner (fixture->workspace));

  stop_a_training (fixture);
  activate (fixture);
  activate (fixture);
  test_wait_for (get_training (fixture) != NULL);
  pel_widget_test_run (100);
  for (guint i = 0, n = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (PelJob) job = g_list_model_get_item (jobs, i);

      n += PEL_IS_TRAINING_JOB (job);
      g_assert_cmpuint (n, <=, 1);
    }
  stop (fixture);
}

/* The window goes before the answer is there: nothing begins. */
static void
test_closed (TrainFixture *fixture, gconstpointer data)
{
  stop_a_training (fixture);
  activate (fixture);
  train_close (fixture);
  pel_widget_test_run (100);
  g_assert_null (get_training (fixture));
}

/* The project is left before the answer is there. */
static void
test_left (TrainFixture *fixture, gconstpointer data)
{
  stop_a_training (fixture);
  activate (fixture);
  pel_workspace_set_project (fixture->workspace, NULL);
  pel_widget_test_run (100);
  g_assert_null (get_training (fixture));
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func)                                                                            \
  g_test_add ("/going-on/" name, TrainFixture, NULL, train_set_up, func, train_tear_down)
  ADD ("finished", test_goes_on);
  ADD ("failed", test_failed);
  ADD ("cancelled", test_cancelled);
  ADD ("superseded", test_superseded);
  ADD ("closed", test_closed);
  ADD ("left", test_left);
#undef ADD
  return g_test_run ();
}
