/* SPDX-License-Identifier: MIT */
#include "tests/bench/pel-bench-training.h"

#include "engine/io/pel-labels-io.h"

#define SIDE 1024
#define N_IMAGES 4
#define WARM_UP 3.0

static gboolean
set_flag (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

void
bench_run_for (double seconds)
{
  gboolean over = FALSE;

  g_timeout_add ((guint)(1000 * seconds), set_flag, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

char *
bench_make_project (const char *root, const char *name)
{
  char *folder = g_build_filename (root, name, NULL);
  g_autofree char *set_name = g_strconcat (name, "-set", NULL);
  g_autofree char *set = g_build_filename (root, set_name, NULL);
  g_autofree char *masks = g_build_filename (set, "masks", NULL);
  g_autoptr (PelLabels) labels = test_disc_labels (SIDE, SIDE, 0);
  g_autoptr (PelProject) project = NULL;
  g_autoptr (PelImportReport) report = NULL;

  g_mkdir_with_parents (masks, 0777);
  for (guint i = 0; i < N_IMAGES; i++)
    {
      g_autofree char *image = g_strdup_printf ("%s/images/i%u.png", set, i);
      g_autofree char *mask = g_strdup_printf ("%s/i%u.tif", masks, i);

      test_write_image (image, SIDE, SIDE, 0);
      g_assert_true (pel_labels_save_tiff (labels, mask, 0, 0, NULL));
    }
  project = test_create (folder);
  report = test_import (project, set, PEL_IMPORT_COPY);
  g_assert_true (pel_project_close (project, NULL));
  return folder;
}

PelTrainingJob *
bench_train (PelProject *project, PelJobRunner *runner, const char *name)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (project);
  g_autofree char *path = pel_project_new_model_path (project, name);
  PelTrainConfig config;
  PelTrainingJob *job;

  pel_train_config_init_preset (&config, PEL_PRESET_QUICK);
  pel_train_config_set_time_limit (&config, 3600);
  job = pel_training_job_new (&config, items, path, NULL, FALSE);
  pel_job_runner_submit (runner, PEL_JOB (job));
  while (pel_training_job_get_step (job) == 0)
    g_main_context_iteration (NULL, TRUE);
  bench_run_for (WARM_UP);
  return job;
}

void
bench_stop (PelTrainingJob *job, PelJobRunner *runner)
{
  pel_job_cancel (PEL_JOB (job));
  while (pel_job_runner_get_busy (runner))
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (job);
}
