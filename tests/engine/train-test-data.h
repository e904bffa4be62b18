/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include "engine/core/pel-random.h"
#include "engine/train/pel-dataset.h"

/* An image of bright discs of different sizes on a noisy background, some of them touching, with
 * their labels: the same for the same number. */
static inline void
make_synthetic (guint size, guint64 number, PelImage **image, PelLabels **labels)
{
  PelRandom random;
  pel_random_init (&random, 1234, number);
  *image = pel_image_new (size, size, 1, PEL_SAMPLE_U8, NULL);
  guint8 *pixels = pel_image_get_writable_plane (*image, 0);
  g_autofree guint32 *plane = g_new0 (guint32, (gsize)size * size);
  for (guint k = 1; k <= size * size / 500; k++)
    {
      double cx = pel_random_range (&random, 0.0, size), cy = pel_random_range (&random, 0.0, size);
      double radius = pel_random_range (&random, 4.0, 7.0);
      gboolean is_free = TRUE;
      for (guint i = 0; i < size * size; i++)
        if (hypot (i % size + 0.5 - cx, i / size + 0.5 - cy) <= radius && plane[i] != 0)
          is_free = FALSE;
      for (guint i = 0; is_free && i < size * size; i++)
        if (hypot (i % size + 0.5 - cx, i / size + 0.5 - cy) <= radius)
          plane[i] = k;
    }
  for (guint i = 0; i < size * size; i++)
    pixels[i] = (guint8)CLAMP ((plane[i] != 0 ? 150.0 : 50.0) + 15.0 * pel_random_normal (&random),
                               0.0, 255.0);
  *labels = pel_labels_new_from_data (size, size, plane, size, NULL);
}

static inline PelDataset *
new_synthetic (guint n_train, guint n_validation, guint size)
{
  PelDataset *dataset = pel_dataset_new ();
  for (guint i = 0; i < n_train + n_validation; i++)
    {
      g_autoptr (PelImage) image = NULL;
      g_autoptr (PelLabels) labels = NULL;
      make_synthetic (size, i, &image, &labels);
      gboolean added =
          pel_dataset_add (dataset, "synthetic", image, labels, NULL, 0, TRUE, i >= n_train, NULL);
      g_assert_true (added);
    }
  return dataset;
}

/* A network that a test can train: two levels, four channels. */
static inline void
init_tiny (PelTrainConfig *config)
{
  pel_train_config_init_preset (config, PEL_PRESET_QUICK);
  /* Whichever is usual: what is measured here was measured so. */
  config->separator = PEL_SEPARATOR_BORDER;
  config->base_channels = 4;
  config->depth = 2;
  config->patch = 48;
  config->batch = 4;
  config->epochs = 4;
  config->steps_per_epoch = 10;
  config->learning_rate = 0.02;
  config->seed = 11;
}

/* The folder that this program's files go to, made when it is first asked for. */
static inline char **
test_folder (void)
{
  static char *folder = NULL;
  if (folder == NULL)
    folder = g_dir_make_tmp ("pellicle-test-XXXXXX", NULL);
  return &folder;
}

static inline char *
test_path (const char *name)
{
  return g_build_filename (*test_folder (), name, NULL);
}

static inline void
remove_test_files (void)
{
  char **folder = test_folder ();
  GDir *dir = g_dir_open (*folder, 0, NULL);
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    {
      g_autofree char *path = g_build_filename (*folder, name, NULL);
      g_unlink (path);
    }
  g_dir_close (dir);
  g_rmdir (*folder);
  g_clear_pointer (folder, g_free);
}
