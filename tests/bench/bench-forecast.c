/* SPDX-License-Identifier: MIT */
#include "app/document/pel-document.h"

/* How right the forecast of a training is:
 *
 *     bench-forecast PROJECT SECONDS…
 *
 * makes the short trial that the window makes, with the quick preset, then for each time limit a
 * training, and prints the steps foretold and made. The project is not changed but for a model
 * "forecast-bench", which is written anew each time. */

static void
wait_for (PelJobRunner *runner)
{
  while (pel_job_runner_get_busy (runner))
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
report_error (PelJob *job)
{
  if (pel_job_get_state (job) == PEL_JOB_STATE_DONE)
    return FALSE;
  g_printerr ("%s\n",
              pel_job_get_error (job) != NULL ? pel_job_get_error (job)->message : "stopped");
  return TRUE;
}

static gboolean
compare (PelProject *project, PelJobRunner *runner, const PelForecast *forecast, double seconds)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (project);
  g_autofree char *folder = pel_project_get_models_path (project);
  g_autofree char *path = g_build_filename (folder, "forecast-bench.safetensors", NULL);
  g_autoptr (PelTrainingJob) job = NULL;
  PelTrainConfig config;
  guint foretold = pel_forecast_count_steps (forecast, seconds), made;

  pel_train_config_init_preset (&config, PEL_PRESET_QUICK);
  pel_train_config_set_time_limit (&config, seconds);
  job = pel_training_job_new (&config, items, path, NULL, FALSE);
  pel_job_runner_submit (runner, PEL_JOB (job));
  wait_for (runner);
  if (report_error (PEL_JOB (job)))
    return FALSE;
  made = pel_training_job_get_step (job);
  g_print ("%.0f,%u,%u,%+.1f\n", seconds, foretold, made,
           100.0 * ((double)foretold / MAX (made, 1) - 1.0));
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GFile) folder = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PelProject) project = NULL;
  g_autoptr (PelJobRunner) runner = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (PelForecastJob) trial = NULL;
  PelTrainConfig config;
  PelForecast forecast;
  gboolean good;

  if (argc < 3)
    {
      g_printerr ("usage: bench-forecast PROJECT SECONDS…\n");
      return 2;
    }
  folder = g_file_new_for_commandline_arg (argv[1]);
  project = pel_project_open (folder, &error);
  if (project == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  runner = pel_job_runner_new (0);
  items = pel_project_list_training_items (project);
  pel_train_config_init_preset (&config, PEL_PRESET_QUICK);
  pel_train_config_set_time_limit (&config, 300.0);
  trial = pel_forecast_job_new (&config, items, NULL);
  pel_job_runner_submit (runner, PEL_JOB (trial));
  wait_for (runner);
  good = !report_error (PEL_JOB (trial)) && pel_forecast_job_get_forecast (trial, &forecast);
  if (good)
    g_print ("trial: %u steps of %.4f s, preparing %.2f s, judging %.2f s\n"
             "seconds,foretold,made,error %%\n",
             forecast.n_steps, forecast.step_seconds, forecast.preparing_seconds,
             forecast.judging_seconds);
  for (int i = 2; good && i < argc; i++)
    good = compare (project, runner, &forecast, g_ascii_strtod (argv[i], NULL));
  return good ? 0 : 1;
}
