/* SPDX-License-Identifier: MIT */
#include "engine/infer/pel-predict.h"

#include "engine/core/pel-arena.h"
#include "engine/infer/pel-cut.h"

void
pel_predict_options_init (PelPredictOptions *options)
{
  g_return_if_fail (options != NULL);
  *options = (PelPredictOptions){ .threshold = -1.0,
                                  .min_size = -1,
                                  .min_share = -1.0,
                                  .separation = -1.0,
                                  .channel = PEL_PREDICT_MODEL_CHANNEL };
}

/* Fills in what the options leave to the model. */
static void
choose (PelPrediction *self, const PelModel *model, const PelPredictOptions *options)
{
  if (model != NULL)
    {
      const PelModelInfo *info = pel_model_get_info (model);
      self->threshold = info->threshold;
      self->min_size = info->min_size;
      self->min_share = info->min_share;
      self->separation = info->separation;
    }
  if (options->threshold >= 0.0)
    self->threshold = MIN (options->threshold, 1.0);
  if (options->min_size >= 0)
    {
      self->min_size = (guint)options->min_size;
      self->min_share = 0.0;
    }
  if (options->min_share >= 0.0)
    self->min_share = MIN (options->min_share, 1.0);
  if (options->separation >= 0.0)
    self->separation = MIN (options->separation, 1.0);
}

/* Cuts the probabilities into labels, as the settings in @self tell. */
static gboolean
segment (PelPrediction *self, GCancellable *cancellable, GError **error)
{
  PelCutOptions cut = { .threshold = self->threshold,
                        .min_size = self->min_size,
                        .min_share = self->min_share,
                        .separation = self->separation };
  PelLabels *labels = pel_cut_cells (self->foreground, self->border, self->width, self->height,
                                     &cut, cancellable, error);
  if (labels == NULL)
    return FALSE;
  g_clear_pointer (&self->labels, pel_labels_unref);
  self->labels = labels;
  return TRUE;
}

PelPrediction *
pel_predict_image (PelModel *model,
                   PelImage *image,
                   const PelPredictOptions *options,
                   PelPool *pool,
                   GCancellable *cancellable,
                   PelProgressFunc func,
                   gpointer data,
                   GError **error)
{
  g_return_val_if_fail (model != NULL && image != NULL && pool != NULL, NULL);
  PelPredictOptions defaults;
  if (options == NULL)
    {
      pel_predict_options_init (&defaults);
      options = &defaults;
    }
  PelNormalisation normalisation = *pel_model_get_normalisation (model);
  if (options->channel != PEL_PREDICT_MODEL_CHANNEL)
    normalisation.channel = MAX (options->channel, PEL_CHANNEL_LUMINANCE);
  PelImageScale scale;
  if (!pel_normalisation_measure (&normalisation, image, &scale, error))
    return NULL;

  g_autoptr (PelPrediction) self = g_new0 (PelPrediction, 1);
  self->width = pel_image_get_width (image);
  self->height = pel_image_get_height (image);
  self->task = pel_model_get_task (model);
  self->error_scale = pel_model_get_info (model)->error_scale;
  gsize n = (gsize)self->width * self->height;
  self->foreground = pel_try_alloc (n, sizeof (float), error);
  if (self->foreground == NULL)
    return NULL;
  if (self->task == PEL_TASK_CELLS)
    {
      self->border = pel_try_alloc (n, sizeof (float), error);
      if (self->border == NULL)
        return NULL;
    }
  PelRect area = { 0, 0, (gint)self->width, (gint)self->height };
  choose (self, model, options);
  if (!pel_tiler_run (pel_model_get_unet (model), &normalisation, image, &scale, &area,
                      options->tile, options->flips, pool, self->foreground, self->border,
                      cancellable, func, data, error) ||
      !segment (self, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
pel_prediction_resegment (PelPrediction *self,
                          const PelModel *model,
                          const PelPredictOptions *options,
                          GCancellable *cancellable,
                          GError **error)
{
  g_return_val_if_fail (self != NULL && options != NULL, FALSE);
  PelPrediction before = *self;
  choose (self, model, options);
  if (segment (self, cancellable, error))
    return TRUE;
  *self = before;
  return FALSE;
}

void
pel_prediction_free (PelPrediction *self)
{
  if (self == NULL)
    return;
  pel_aligned_free (self->foreground);
  pel_aligned_free (self->border);
  g_clear_pointer (&self->labels, pel_labels_unref);
  g_free (self);
}
