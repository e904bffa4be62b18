/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-augment-preview.h"

#include "engine/core/pel-arena.h"
#include "engine/train/pel-sampler.h"
#include "engine/train/pel-trainer.h"

#define MAX_PATCHES 256

struct PelAugmentPreview
{
  guint side, n_patches;
  guint8 *pixels;  /* 2 x n x side x side x 3: each patch before and after */
  guint32 *labels; /* 2 x n x side x side */
};

/* One channel is grey, three and more are shown as red, green and blue, two as the first two. */
static void
to_display (const float *input, guint n_channels, gsize n, guint8 *out)
{
  for (gsize i = 0; i < n; i++)
    for (guint k = 0; k < 3; k++)
      {
        float value = 0.0f;

        if (n_channels == 1)
          value = input[i];
        else if (k < n_channels)
          value = input[k * n + i];
        out[3 * i + k] = (guint8)(CLAMP (value, 0.0f, 1.0f) * 255.0f + 0.5f);
      }
}

static gboolean
fill (PelAugmentPreview *self,
      PelSampler *sampler,
      guint n_channels,
      guint64 first,
      GCancellable *cancellable,
      GError **error)
{
  gsize n = (gsize)self->side * self->side;
  float *input = pel_try_alloc (n, n_channels * sizeof (float), error);
  gboolean good = input != NULL;

  for (guint i = 0; good && i < 2 * self->n_patches; i++)
    {
      good = !g_cancellable_set_error_if_cancelled (cancellable, error);
      if (!good)
        break;
      pel_sampler_read_patch (sampler, first + i / 2, i % 2 == 1, input, self->labels + i * n);
      to_display (input, n_channels, n, self->pixels + 3 * n * i);
    }
  pel_aligned_free (input);
  return good;
}

PelAugmentPreview *
pel_augment_preview_new (PelDataset *dataset,
                         const PelTrainConfig *config,
                         PelModel *init,
                         guint64 first,
                         guint n_patches,
                         GCancellable *cancellable,
                         GError **error)
{
  g_return_val_if_fail (dataset != NULL && config != NULL, NULL);
  g_return_val_if_fail (n_patches >= 1 && n_patches <= MAX_PATCHES, NULL);
  PelTrainConfig complete = *config;
  if (!pel_train_config_check (config, error))
    return NULL;
  pel_trainer_complete_config (&complete, dataset, init);
  PelNormalisation normalisation = { .scaling = complete.scaling,
                                     .factor = complete.grey_factor,
                                     .offset = complete.grey_offset,
                                     .low_percentile = complete.low_percentile,
                                     .high_percentile = complete.high_percentile,
                                     .polarity = complete.polarity,
                                     .in_channels = complete.in_channels,
                                     .channel = complete.channel };
  g_autoptr (PelDataset) scaled = pel_dataset_new_rescaled (dataset, complete.zoom, error);
  if (scaled == NULL)
    return NULL;
  g_autoptr (PelSampler) sampler =
      pel_sampler_new (scaled, &complete, &normalisation, cancellable, error);
  if (sampler == NULL)
    return NULL;

  g_autoptr (PelAugmentPreview) self = g_new0 (PelAugmentPreview, 1);
  self->side = complete.patch;
  self->n_patches = n_patches;
  gsize n = (gsize)self->side * self->side * n_patches;
  self->pixels = pel_try_alloc (n, 2 * 3, error);
  self->labels = self->pixels ? pel_try_alloc (n, 2 * sizeof (guint32), error) : NULL;
  if (self->labels == NULL ||
      !fill (self, sampler, complete.in_channels, first, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
pel_augment_preview_free (PelAugmentPreview *self)
{
  if (self == NULL)
    return;
  pel_aligned_free (self->pixels);
  pel_aligned_free (self->labels);
  g_free (self);
}

guint
pel_augment_preview_get_side (const PelAugmentPreview *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->side;
}

guint
pel_augment_preview_get_n_patches (const PelAugmentPreview *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->n_patches;
}

void
pel_augment_preview_get_patch (const PelAugmentPreview *self, guint index, PelAugmentPatch *patch)
{
  g_return_if_fail (self != NULL && patch != NULL && index < self->n_patches);
  gsize n = (gsize)self->side * self->side, at = 2 * (gsize)index * n;
  *patch = (PelAugmentPatch){ .before = self->pixels + 3 * at,
                              .after = self->pixels + 3 * (at + n),
                              .labels_before = self->labels + at,
                              .labels_after = self->labels + at + n };
}
