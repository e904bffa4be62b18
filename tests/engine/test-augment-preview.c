/* SPDX-License-Identifier: MIT */
#include <string.h>
#include "engine/core/pel-error.h"
#include "engine/train/pel-augment-preview.h"
#include "engine/train/pel-sampler.h"
#include "engine/train/pel-trainer.h"
#include "tests/engine/train-test-data.h"

/* The patches shown are those that the training is fed. */
static void
test_same_as_training (gconstpointer data)
{
  double zoom = *(const double *)data;
  g_autoptr (PelDataset) dataset = new_synthetic (3, 1, 96);
  PelTrainConfig config;
  init_tiny (&config);
  config.zoom = zoom;
  g_autoptr (PelDataset) scaled = pel_dataset_new_rescaled (dataset, zoom, NULL);
  PelNormalisation normalisation = { .low_percentile = config.low_percentile,
                                     .high_percentile = config.high_percentile,
                                     .in_channels = 1,
                                     .channel = -1 };
  g_autoptr (PelAugmentPreview) preview =
      pel_augment_preview_new (dataset, &config, NULL, 4, 8, NULL, NULL);
  g_assert_nonnull (preview);
  g_assert_cmpuint (pel_augment_preview_get_side (preview), ==, 48);
  g_assert_cmpuint (pel_augment_preview_get_n_patches (preview), ==, 8);
  PelTrainConfig complete = config;
  pel_trainer_complete_config (&complete, dataset, NULL);
  g_autoptr (PelSampler) sampler = pel_sampler_new (scaled, &complete, &normalisation, NULL, NULL);
  PelBatch batch;
  g_assert_true (pel_batch_init (&batch, &complete, NULL));
  guint n_changed = 0;
  for (guint i = 0; i < 8; i++)
    {
      PelAugmentPatch patch;
      if (i % 4 == 0)
        g_assert_true (pel_sampler_fill (sampler, 1 + i / 4, &batch, NULL, NULL));
      pel_augment_preview_get_patch (preview, i, &patch);
      const float *input = pel_tensor_image (&batch.input, i % 4);
      const float *foreground = pel_tensor_image (&batch.targets, i % 4);
      for (guint k = 0; k < 48 * 48; k++)
        {
          guint8 grey = (guint8)(CLAMP (input[k], 0.0f, 1.0f) * 255.0f + 0.5f);
          g_assert_cmpuint (patch.after[3 * k], ==, grey);
          g_assert_cmpuint (patch.after[3 * k + 2], ==, grey);
          g_assert_cmpuint (patch.labels_after[k] != 0, ==, foreground[k] > 0.0f);
        }
      n_changed += memcmp (patch.before, patch.after, 3 * 48 * 48) != 0;
    }
  g_assert_cmpuint (n_changed, >, 5);
  pel_batch_clear (&batch);
}

static void
fill_scene (PelImage *image, guint channel, guint8 *pixels)
{
  guint width = pel_image_get_width (image), height = pel_image_get_height (image);
  for (guint i = 0; i < width * height; i++)
    pixels[i] = (guint8)((i * (channel + 3) + i / width * 7) % 251);
}

/* Colour stays colour, and with everything off a patch is a part of its image. */
static void
test_colour (void)
{
  g_autoptr (PelImage) image = pel_image_new (64, 64, 3, PEL_SAMPLE_U8, NULL);
  g_autoptr (PelLabels) labels = pel_labels_new (64, 64, NULL);
  g_autoptr (PelDataset) dataset = pel_dataset_new ();
  guint8 *planes[3];
  for (guint c = 0; c < 3; c++)
    {
      planes[c] = pel_image_get_writable_plane (image, c);
      fill_scene (image, c, planes[c]);
    }
  g_assert_true (pel_dataset_add (dataset, "", image, labels, NULL, 0, TRUE, FALSE, NULL));
  PelTrainConfig config;
  init_tiny (&config);
  config.in_channels = 3;
  config.patch = 64;
  config.low_percentile = 0.0;
  config.high_percentile = 100.0;
  config.augment =
      (PelAugmentConfig){ .scale = 1.0, .elastic_grid = 2, .contrast = 1.0, .gamma = 1.0 };
  g_autoptr (PelAugmentPreview) preview =
      pel_augment_preview_new (dataset, &config, NULL, 0, 1, NULL, NULL);
  g_assert_nonnull (preview);
  PelAugmentPatch patch;
  pel_augment_preview_get_patch (preview, 0, &patch);
  g_assert_cmpmem (patch.before, 3 * 64 * 64, patch.after, 3 * 64 * 64);
  for (guint i = 0; i < 64 * 64; i++)
    for (guint c = 0; c < 3; c++)
      g_assert_cmpint (abs (patch.after[3 * i + c] - planes[c][i] * 255 / 250), <=, 1);
}

static void
test_refused (void)
{
  g_autoptr (PelDataset) empty = pel_dataset_new ();
  g_autoptr (PelDataset) dataset = new_synthetic (1, 0, 64);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  PelTrainConfig config;
  init_tiny (&config);
  g_assert_null (pel_augment_preview_new (empty, &config, NULL, 0, 4, NULL, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_SAMPLES);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_null (pel_augment_preview_new (dataset, &config, NULL, 0, 4, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  config.patch = 47;
  g_assert_null (pel_augment_preview_new (dataset, &config, NULL, 0, 4, NULL, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT);
}

static const double zooms[] = { 1.0, 0.75 };

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/augment-preview/same-as-training", &zooms[0], test_same_as_training);
  g_test_add_data_func ("/augment-preview/same-as-training-zoomed", &zooms[1],
                        test_same_as_training);
  g_test_add_func ("/augment-preview/colour", test_colour);
  g_test_add_func ("/augment-preview/refused", test_refused);
  return g_test_run ();
}
