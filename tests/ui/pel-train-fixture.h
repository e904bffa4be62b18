/* SPDX-License-Identifier: MIT */
#pragma once

/* A window with a project of six painted images, for tests of what is around trainings. */

#include "engine/io/pel-labels-io.h"
#include "engine/train/pel-model.h"
#include "engine/train/pel-train-config.h"
#include "tests/document/pel-test-model.h"
#include "tests/document/pel-test-util.h"
#include "tests/ui/pel-widget-test.h"
#include "ui/window/pel-window.h"

#define TRAIN_N_IMAGES 6

typedef struct
{
  char *root;
  PelWindow *window; /* NULL once it was closed */
  PelWorkspace *workspace;
  PelProject *project;
} TrainFixture;

/* Has a new window open the folder of the fixture, which takes a while. */
static inline void
train_open_unchecked (TrainFixture *fixture)
{
  g_autoptr (GFile) folder = g_file_new_for_path (fixture->root);

  fixture->window = g_object_ref_sink (g_object_new (PEL_TYPE_WINDOW, NULL));
  fixture->workspace = g_object_ref (pel_window_get_workspace (fixture->window));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1200, 800);
  gtk_window_present (GTK_WINDOW (fixture->window));
  pel_window_open_folder (fixture->window, folder);
}

static inline void
train_open (TrainFixture *fixture)
{
  train_open_unchecked (fixture);
  test_wait_for (pel_workspace_get_editable (fixture->workspace));
  fixture->project = g_object_ref (pel_workspace_get_project (fixture->workspace));
}

static inline void
train_set_up (TrainFixture *fixture, gconstpointer data)
{
  g_autoptr (PelLabels) labels = test_disc_labels (96, 64, 0);
  g_autofree char *masks = NULL;

  fixture->root = test_make_folder ();
  masks = g_build_filename (fixture->root, "masks", NULL);
  g_mkdir_with_parents (masks, 0777);
  for (guint i = 0; i < TRAIN_N_IMAGES; i++)
    {
      g_autofree char *image = g_strdup_printf ("%s/images/i%u.png", fixture->root, i);
      g_autofree char *mask = g_strdup_printf ("%s/i%u.tif", masks, i);

      test_write_image (image, 96, 64, 0);
      g_assert_true (pel_labels_save_tiff (labels, mask, 0, 0, NULL));
    }
  train_open (fixture);
  g_assert_cmpuint (pel_project_get_n_images (fixture->project), ==, TRAIN_N_IMAGES);
}

/* Closes the window while whatever runs goes on. */
static inline void
train_close (TrainFixture *fixture)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  pel_widget_test_run (20);
  g_assert_finalize_object (g_steal_pointer (&fixture->window));
}

static inline void
train_leave (TrainFixture *fixture)
{
  pel_project_close (fixture->project, NULL);
  if (fixture->window != NULL)
    train_close (fixture);
  /* Whatever was on its way has come back. */
  test_wait_for (G_OBJECT (fixture->workspace)->ref_count == 1);
  g_assert_finalize_object (fixture->workspace);
  g_assert_finalize_object (fixture->project);
}

/* As if the program were started again. */
static inline void
train_open_again (TrainFixture *fixture)
{
  train_leave (fixture);
  train_open (fixture);
}

static inline void
train_tear_down (TrainFixture *fixture, gconstpointer data)
{
  train_leave (fixture);
  test_remove_tree (fixture->root);
  g_free (fixture->root);
}

static inline gboolean
train_is_busy (TrainFixture *fixture)
{
  return pel_job_runner_get_busy (pel_workspace_get_runner (fixture->workspace));
}

/* A model in the project that learnt nothing, with a history of three rows. */
static inline void
train_add_model (TrainFixture *fixture, const char *name, guint n_images, double ap)
{
  g_autofree char *folder = pel_project_get_models_path (fixture->project);
  g_autofree char *path = g_strdup_printf ("%s/%s.safetensors", folder, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (PelModel) model = NULL;
  PelTrainConfig config;
  PelModelInfo info;

  test_small_config (&config, 1, 3);
  model = pel_model_new (&config, &error);
  g_assert_no_error (error);
  info = *pel_model_get_info (model);
  info.images = n_images;
  info.cells = 10 * n_images;
  info.created = 1000000 + n_images;
  pel_model_set_info (model, &info);
  for (guint i = 1; i <= 3; i++)
    {
      PelHistoryRow row = { .step = 100 * i,
                            .epoch = i,
                            .seconds = 60.0 * i,
                            .loss = 1.0 / i,
                            .val_loss = 1.0 / i,
                            .val_dice = 0.9 * ap,
                            .val_ap50 = ap * i / 3.0 };

      pel_model_add_history (model, &row);
    }
  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  g_assert_true (pel_model_save (model, path, &error));
  g_assert_no_error (error);
  pel_project_refresh_models (fixture->project);
  test_wait_for (pel_project_find_model (fixture->project, name) != NULL);
}
