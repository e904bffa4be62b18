/* SPDX-License-Identifier: MIT */
#include "engine/infer/pel-predict.h"

#include <math.h>
#include <string.h>
#include "engine/core/pel-arena.h"
#include "engine/image/pel-rescale.h"
#include "engine/infer/pel-cut.h"
#include "engine/infer/pel-size-guess.h"
#include "engine/infer/pel-zoom.h"

/* Images with more pixels have the network's maps given back before they are cut into cells. */
#define UNPLAN_PIXELS ((gsize)4 << 20)
/* Of the time, where the size of the cells is looked for first. */
#define GUESS_SHARE 0.5

void
pel_predict_options_init (PelPredictOptions *options)
{
  g_return_if_fail (options != NULL);
  *options = (PelPredictOptions){ .threshold = -1.0,
                                  .min_size = -1,
                                  .min_share = -1.0,
                                  .separation = -1.0,
                                  .n_views = 1,
                                  .channel = PEL_PREDICT_MODEL_CHANNEL };
}

static double
get_um (const PelImage *image, const PelPredictOptions *options)
{
  return options->um_per_px > 0.0 ? options->um_per_px : pel_image_get_um_x (image);
}

/* Pixels of the image per pixel of those that the model was trained on. */
static double
get_magnification (const PelModel *model, const PelImage *image, const PelPredictOptions *options)
{
  const PelModelInfo *info = pel_model_get_info (model);
  double um = get_um (image, options), magnification = 1.0;
  if (options->diameter > 0.0 && info->typical_diameter > 0.0)
    magnification = options->diameter / info->typical_diameter;
  else if (um > 0.0 && info->um_per_px > 0.0)
    magnification = info->um_per_px / um;
  /* Pixel sizes are rarely told better than this. */
  if (options->diameter <= 0.0 && fabs (magnification - 1.0) < 0.1)
    magnification = 1.0;
  double zoom = pel_train_config_get_zoom (pel_model_get_config (model));
  return CLAMP (magnification, zoom / PEL_MAX_ZOOM, zoom / PEL_MIN_ZOOM);
}

double
pel_predict_get_zoom (const PelModel *model,
                      const PelImage *image,
                      const PelPredictOptions *options)
{
  g_return_val_if_fail (model != NULL && image != NULL && options != NULL, 1.0);
  return pel_train_config_get_zoom (pel_model_get_config (model)) /
         get_magnification (model, image, options);
}

/* Fills in what the options leave to the model. */
static void
choose (PelPrediction *self, const PelModel *model, const PelPredictOptions *options)
{
  if (model != NULL)
    {
      const PelModelInfo *info = pel_model_get_info (model);
      self->threshold = info->threshold;
      self->min_size =
          (guint)floor (info->min_size * self->magnification * self->magnification + 0.5);
      self->min_share = info->min_share;
      self->separation = info->separation;
      self->by_form = info->by_form && options->separation < 0.0;
      self->apart = info->apart;
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
                        .separation = self->separation,
                        .by_form = self->by_form,
                        .apart = self->apart,
                        .separator = self->separator };
  PelLabels *labels = pel_cut_cells_by_form (self->foreground, self->parting, self->width,
                                             self->height, &cut, cancellable, error);
  if (labels == NULL)
    return FALSE;
  self->min_share = cut.min_share;
  self->separation = cut.separation;
  self->stretched = cut.by_form;
  g_clear_pointer (&self->labels, pel_labels_unref);
  self->labels = labels;
  return TRUE;
}

/* A part of the work, told as such. */
typedef struct
{
  PelProgressFunc func;
  gpointer data;
  double start, share;
} Part;

static void
tell_part (double fraction, gpointer data)
{
  const Part *part = data;
  if (part->func != NULL)
    part->func (part->start + part->share * fraction, part->data);
}

gboolean
pel_predict_guesses_size (const PelModelInfo *info, double um_per_px, double diameter)
{
  g_return_val_if_fail (info != NULL, FALSE);
  if (!(info->typical_diameter > 0.0) || diameter > 0.0)
    return FALSE;
  if (diameter == PEL_PREDICT_GUESS_SIZE)
    return TRUE;
  gboolean told = um_per_px > 0.0 && info->um_per_px > 0.0;
  return diameter == 0.0 && info->guess_size && !told;
}

/* Brings probabilities that were found on the way to the image's pixels. */
static gboolean
take_plane (const PelSizeGuess *guess,
            const float *plane,
            const PelPrediction *self,
            float *out,
            GError **error)
{
  if (guess->width != self->width || guess->height != self->height)
    return pel_rescale_plane (plane, guess->width, guess->height, out, self->width, self->height,
                              error);
  memcpy (out, plane, (gsize)self->width * self->height * sizeof *out);
  return TRUE;
}

/* Finds out the size of the cells; @done tells that the probabilities are there already. */
static gboolean
guess_size (PelPrediction *self,
            PelModel *model,
            const PelNormalisation *normalisation,
            PelImage *image,
            const PelPredictOptions *options,
            PelPool *pool,
            GCancellable *cancellable,
            const Part *part,
            gboolean *done,
            GError **error)
{
  PelSizeGuess guess;
  if (!pel_size_guess_run (&guess, model, normalisation, image, options->tile, pool, cancellable,
                           tell_part, (gpointer)part, error))
    return FALSE;
  self->guessed = TRUE;
  self->magnification = exp2 (-guess.octaves);
  *done = guess.foreground != NULL && options->n_views <= 1;
  gboolean good = !*done || take_plane (&guess, guess.foreground, self, self->foreground, error);
  for (guint k = 0;
       good && *done && self->parting != NULL && k < pel_separator_get_n_planes (self->separator);
       k++)
    good = take_plane (&guess, guess.parting + (gsize)k * guess.width * guess.height, self,
                       self->parting + (gsize)k * self->width * self->height, error);
  pel_size_guess_clear (&guess);
  return good;
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
  g_autoptr (PelPrediction) self = g_new0 (PelPrediction, 1);
  self->width = pel_image_get_width (image);
  self->height = pel_image_get_height (image);
  self->task = pel_model_get_task (model);
  self->error_scale = pel_model_get_info (model)->error_scale;
  gsize n = (gsize)self->width * self->height;
  self->foreground = pel_try_alloc (n, sizeof (float), error);
  if (self->foreground == NULL)
    return NULL;
  guint n_parting = pel_train_config_get_n_parting (pel_model_get_config (model));
  self->separator = pel_model_get_config (model)->separator;
  if (n_parting > 0)
    {
      self->parting = pel_try_alloc (n, n_parting * sizeof (float), error);
      if (self->parting == NULL)
        return NULL;
    }
  PelRect area = { 0, 0, (gint)self->width, (gint)self->height };
  Part looking = { func, data, 0.0, GUESS_SHARE }, whole = { func, data, 0.0, 1.0 };
  gboolean done = FALSE;
  self->magnification = get_magnification (model, image, options);
  if (pel_predict_guesses_size (pel_model_get_info (model), get_um (image, options),
                                options->diameter))
    {
      if (!guess_size (self, model, &normalisation, image, options, pool, cancellable, &looking,
                       &done, error))
        return NULL;
      whole = (Part){ func, data, GUESS_SHARE, 1.0 - GUESS_SHARE };
    }
  choose (self, model, options);
  double zoom = pel_train_config_get_zoom (pel_model_get_config (model)) / self->magnification;
  PelTiler tiler = { .unet = pel_model_get_unet (model),
                     .normalisation = &normalisation,
                     .separator = self->separator,
                     .tile = options->tile,
                     .n_views = options->n_views,
                     .pool = pool,
                     .cancellable = cancellable,
                     .func = tell_part,
                     .data = &whole };
  if (done)
    tell_part (1.0, &whole);
  else if (!pel_zoom_run (&tiler, image, &area, zoom, self->foreground, self->parting, error))
    return NULL;
  /* Cutting a large image takes as much again as the network's maps, which make room. */
  if (n > UNPLAN_PIXELS)
    pel_unet_unplan (pel_model_get_unet (model));
  if (!segment (self, cancellable, error))
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
  pel_aligned_free (self->parting);
  g_clear_pointer (&self->labels, pel_labels_unref);
  g_free (self);
}
