/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/train/pel-model.h"
#include "engine/train/pel-train-config.h"

/* A network small enough to be trained in a test, by @epochs alone. */
static inline void
test_small_config (PelTrainConfig *config, guint epochs, guint steps_per_epoch)
{
  pel_train_config_init_preset (config, PEL_PRESET_QUICK);
  config->separator = PEL_SEPARATOR_BORDER;
  config->base_channels = 4;
  config->depth = 2;
  config->patch = 32;
  config->batch = 2;
  config->epochs = epochs;
  config->steps_per_epoch = steps_per_epoch;
  config->seed = 1;
  config->time_limit_s = 0;
}

/* A network that was never trained finds something too, and always the same. */
static inline void
test_write_model (const char *path, guint base_channels, guint64 seed)
{
  PelTrainConfig config;
  g_autoptr (PelModel) model = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_path_get_dirname (path);

  pel_train_config_init_preset (&config, PEL_PRESET_QUICK);
  /* Of weights that nobody trained, flows would leave out every cell. */
  config.separator = PEL_SEPARATOR_BORDER;
  config.base_channels = base_channels;
  config.depth = 2;
  config.seed = seed;
  model = pel_model_new (&config, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  g_assert_true (pel_model_save (model, path, &error));
  g_assert_no_error (error);
}
