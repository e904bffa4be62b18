/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-trainer-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>
#include <time.h>
#include "engine/core/pel-error.h"
#include "engine/image/pel-rescale.h"
#include "engine/train/pel-look.h"

/* Patches of a step together, in pixels, where the batch is to be chosen. */
#define STEP_PIXELS (8 * 128 * 128)
#define MIN_PATCH 128
#define MAX_PATCH 256
/* Cells across a patch, where its size is to be chosen. */
#define CELLS_ACROSS 6.0
/* How far the border class reaches, where it is to be chosen. */
#define DIAMETERS_PER_REACH 14.0
/* At most a minute is lost, the step in progress and the writing included. */
#define RESUME_INTERVAL_US (45 * G_USEC_PER_SEC)
/* Where the zoom is to be chosen: the diameter that large cells are brought to in the network's
 * pixels, and the least that is gained by it. */
#define NETWORK_DIAMETER 28.0
#define WORTHWHILE_ZOOM 0.75
#define SMALLEST_ZOOM 0.125
#define LARGEST_ZOOM 4.0
/* Gaps between cells that shrinking would lose, in pixels, and the share of the background that
 * makes an image one of membranes. */
#define THIN_GAP 10
#define THIN_SHARE 0.3

/* Where the network is to see colours: how coloured an image is then, how many hues it has at
 * least, and in what share of the images. Stained tissue has 0.05 to 0.55 and 0.06 to 0.4, a
 * camera's own tint of grey objects 0.02 to 0.1. */
#define COLOURED 0.05
#define SEVERAL_HUES 0.05
#define COLOURED_SHARE 0.1

static guint
round_up (double value, guint unit)
{
  return (guint)ceil (value / unit) * unit;
}

/* Fewer cells do not tell how large they usually are. */
#define FEWEST_CELLS 10

/* Rounded, so that it is told in few digits. */
static double
round_zoom (double zoom)
{
  return floor (CLAMP (zoom, SMALLEST_ZOOM, LARGEST_ZOOM) * 64.0 + 0.5) / 64.0;
}

/* Cells of the size that a model to start from knows; else large ones are shrunk, as the network
 * then sees whole cells and many more of them in the same time. */
static double
choose_zoom (const PelTrainConfig *config, const PelDataset *dataset, PelModel *init)
{
  double diameter = pel_dataset_get_typical_diameter (dataset);
  if (config->task == PEL_TASK_MASK || !(diameter > 0.0))
    return 1.0;
  double known = init != NULL ? pel_model_get_info (init)->typical_diameter *
                                    pel_train_config_get_zoom (pel_model_get_config (init))
                              : 0.0;
  if (known > 0.0)
    {
      double zoom = round_zoom (known / diameter);
      return fabs (zoom - 1.0) > 0.2 ? zoom : 1.0;
    }
  double zoom = round_zoom (NETWORK_DIAMETER / diameter);
  if (zoom > WORTHWHILE_ZOOM || pel_dataset_get_thin_share (dataset, THIN_GAP) > THIN_SHARE)
    return 1.0;
  return zoom;
}

/* A patch shows several cells and what is between them, and is not much larger than the images. */
static guint
choose_patch (const PelTrainConfig *config, const PelDataset *dataset)
{
  guint unit = MAX (32u, 1u << config->depth), side = 0;
  for (guint i = 0; i < pel_dataset_get_n_samples (dataset); i++)
    {
      const PelSample *sample = pel_dataset_get_sample (dataset, i);
      guint longer =
          MAX (pel_image_get_width (sample->image), pel_image_get_height (sample->image));
      side = MAX (side, longer);
    }
  side = pel_rescale_length (side, config->zoom);
  double wanted = CELLS_ACROSS * config->zoom * pel_dataset_get_typical_diameter (dataset);
  guint patch = round_up (CLAMP (wanted, MIN_PATCH, MAX_PATCH), unit);
  return MIN (patch, MAX (round_up (side, unit), unit));
}

/* Of the usual rate, where a model that tells the same is only to be adapted: at the full one, a
 * few minutes on a few images make it worse (see tests/bench/results.md). */
#define ADAPTING_RATE 0.125

static double
choose_rate (const PelTrainConfig *config, PelModel *init)
{
  /* Wider networks want smaller steps. */
  double width = sqrt (16.0 / config->base_channels);
  double rate = config->optimizer == PEL_OPTIMIZER_SGD ? 0.05 * width : 4e-3 * MIN (width, 1.0);
  gboolean adapts = init != NULL && pel_model_get_task (init) == config->task &&
                    (config->task == PEL_TASK_MASK ||
                     pel_model_get_config (init)->separator == config->separator);
  return adapts ? ADAPTING_RATE * rate : rate;
}

/* Stains are told apart by their hue, which luminance loses. The first convolution alone grows. */
static gboolean
wants_colour (const PelTrainConfig *config, const PelDataset *dataset)
{
  guint n = pel_dataset_get_n_samples (dataset), coloured = 0;
  if (config->in_channels != 1 || config->channel >= 0)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      PelImage *image = pel_dataset_get_sample (dataset, i)->image;
      PelLook look;
      /* Several channels that are no colours could not be shown to such a network. */
      if (!pel_image_is_rgb (image) &&
          pel_image_get_n_channels (image) > (pel_image_has_alpha (image) ? 2 : 1))
        return FALSE;
      pel_look_measure (image, &look);
      coloured += look.colour > COLOURED && look.hues > SEVERAL_HUES;
    }
  return coloured > 0 && coloured >= COLOURED_SHARE * n;
}

static void
choose_polarity (PelTrainConfig *config, const PelDataset *dataset, PelModel *init)
{
  if (config->polarity != PEL_POLARITY_CHOOSE)
    return;
  const PelNormalisation *given = init != NULL ? pel_model_get_normalisation (init) : NULL;
  if (given != NULL && given->in_channels == config->in_channels)
    {
      config->polarity = given->polarity;
      return;
    }
  PelNormalisation normalisation = { .scaling = config->scaling,
                                     .factor = config->grey_factor,
                                     .offset = config->grey_offset,
                                     .low_percentile = config->low_percentile,
                                     .high_percentile = config->high_percentile,
                                     .in_channels = config->in_channels,
                                     .channel = config->channel };
  gboolean mixed;
  config->polarity = pel_dataset_choose_polarity (dataset, &normalisation, &mixed);
  /* Where both contrasts occur and the image alone does not tell which it is, the network has to
   * know both for every image. */
  if (mixed && config->polarity == PEL_POLARITY_KEEP && config->preset != PEL_PRESET_SEED)
    config->augment.invert_share = MAX (config->augment.invert_share, 0.5);
}

void
pel_trainer_complete_config (PelTrainConfig *config, const PelDataset *dataset, PelModel *init)
{
  g_return_if_fail (config != NULL && dataset != NULL);
  if (config->choose_colour && wants_colour (config, dataset))
    config->in_channels = 3;
  config->choose_colour = FALSE;
  if (config->in_channels > 1)
    config->channel = PEL_CHANNEL_LUMINANCE;
  if (!(config->zoom > 0.0))
    config->zoom = choose_zoom (config, dataset, init);
  if (config->patch == 0)
    config->patch = choose_patch (config, dataset);
  if (config->batch == 0)
    {
      double batch = (double)STEP_PIXELS / ((double)config->patch * config->patch);
      config->batch = (guint)CLAMP (floor (batch + 0.5), 2.0, 16.0);
    }
  if (config->border_reach == 0)
    {
      double reach =
          config->zoom * pel_dataset_get_typical_diameter (dataset) / DIAMETERS_PER_REACH;
      config->border_reach = (guint)CLAMP (floor (reach + 0.5), 2.0, 5.0);
    }
  if (config->steps_per_epoch == 0)
    config->steps_per_epoch = 25;
  if (!(config->learning_rate > 0.0))
    config->learning_rate = choose_rate (config, init);
  choose_polarity (config, dataset, init);
}

void
pel_trainer_describe_model (PelTrainer *self)
{
  PelModel *model = self->model;
  const PelDataset *dataset = self->dataset;
  PelModelInfo info = *pel_model_get_info (model);
  PelDatasetCounts counts;
  pel_dataset_get_counts (dataset, &counts);
  info.um_per_px = pel_dataset_get_um_per_px (dataset);
  info.typical_diameter = pel_dataset_get_typical_diameter (dataset);
  pel_dataset_get_diameter_range (dataset, &info.smallest_diameter, &info.largest_diameter);
  info.guess_size = self->config.task == PEL_TASK_CELLS && info.smallest_diameter > 0.0 &&
                    counts.cells >= FEWEST_CELLS;
  info.apart = pel_dataset_cells_lie_apart (dataset);
  info.images = counts.images - counts.validation_images;
  info.cells = counts.cells;
  /* Half the smallest cells seen, so that they are still found when drawn a little small. */
  info.min_size = (guint)CLAMP (0.5 * pel_dataset_get_small_area (dataset), 4.0, 1e6);
  info.min_share = MIN (info.min_share, 0.5 * pel_dataset_get_smallest_share (dataset));
  pel_model_set_info (model, &info);
}

PelTrainer *
pel_trainer_new (const PelTrainConfig *config,
                 PelDataset *dataset,
                 PelModel *init,
                 PelPool *pool,
                 GError **error)
{
  g_return_val_if_fail (config != NULL && dataset != NULL && pool != NULL, NULL);
  PelDatasetCounts counts;
  if (!pel_train_config_check (config, error))
    return NULL;
  pel_dataset_get_counts (dataset, &counts);
  if (counts.images == counts.validation_images)
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_SAMPLES,
                           _ ("There is nothing to train on; paint some cells, or mark an image as "
                              "complete, and try again."));
      return NULL;
    }
  if (counts.cells == 0)
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_SAMPLES,
                           _ ("There is not one cell in the images to train on, and a model would "
                              "learn to find none; paint some, or check that the masks belong to "
                              "these images."));
      return NULL;
    }

  g_autoptr (PelTrainer) self = g_new0 (PelTrainer, 1);
  pthread_mutex_init (&self->preview_mutex, NULL);
  self->resume_interval_us = RESUME_INTERVAL_US;
  atomic_init (&self->paused, FALSE);
  atomic_init (&self->extension_ms, 0);
  self->config = *config;
  self->pool = pool;
  self->state = (PelTrainState){ .val_loss = NAN, .val_dice = NAN, .val_ap50 = NAN };
  pel_trainer_complete_config (&self->config, dataset, init);
  self->dataset = pel_dataset_ref (dataset);
  self->scaled = pel_dataset_new_rescaled (dataset, self->config.zoom, error);
  if (self->scaled == NULL)
    return NULL;
  self->model = pel_model_new (&self->config, error);
  if (self->model == NULL)
    return NULL;
  pel_trainer_describe_model (self);
  if (init != NULL)
    {
      self->has_init = TRUE;
      pel_init_take_weights (self->model, init, &self->init);
    }
  self->candidate = pel_model_duplicate (self->model, error);
  if (self->candidate == NULL)
    return NULL;
  if (self->config.averaging > 0.0)
    {
      self->average =
          pel_average_new (pel_model_get_unet (self->model), self->config.averaging, error);
      if (self->average == NULL)
        return NULL;
    }

  PelOptimizerConfig method;
  pel_optimizer_config_init (&method, self->config.optimizer);
  method.weight_decay = self->config.weight_decay;
  method.momentum = self->config.momentum;
  self->optimizer = pel_optimizer_new (&method, pel_model_get_unet (self->model), error);
  if (self->optimizer == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

void
pel_trainer_free (PelTrainer *self)
{
  if (self == NULL)
    return;
  g_assert (self->run == NULL);
  pel_optimizer_free (self->optimizer);
  pel_model_free (self->model);
  pel_model_free (self->candidate);
  pel_average_free (self->average);
  pel_model_free (self->best);
  pel_dataset_unref (self->dataset);
  pel_dataset_unref (self->scaled);
  g_clear_pointer (&self->preview_image, pel_image_unref);
  pthread_mutex_destroy (&self->preview_mutex);
  g_free (self);
}

const PelTrainConfig *
pel_trainer_get_config (const PelTrainer *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return &self->config;
}

gboolean
pel_trainer_get_init_report (const PelTrainer *self, PelInitReport *report)
{
  g_return_val_if_fail (self != NULL && report != NULL, FALSE);
  *report = self->init;
  return self->has_init;
}

char *
pel_trainer_resume_path (const char *model_path)
{
  g_return_val_if_fail (model_path != NULL, NULL);
  const char *end = ".safetensors";
  gsize length = strlen (model_path);
  if (g_str_has_suffix (model_path, end))
    length -= strlen (end);
  return g_strdup_printf ("%.*s.resume.safetensors", (int)length, model_path);
}

void
pel_trainer_set_resume_interval (PelTrainer *self, double seconds)
{
  g_return_if_fail (self != NULL && self->run == NULL && seconds >= 0.0);
  self->resume_interval_us = (gint64)(seconds * G_USEC_PER_SEC);
}

void
pel_trainer_set_paused (PelTrainer *self, gboolean paused)
{
  g_return_if_fail (self != NULL);
  atomic_store (&self->paused, paused != FALSE);
}

PelModel *
pel_trainer_steal_best (PelTrainer *self)
{
  g_return_val_if_fail (self != NULL && self->run == NULL, NULL);
  return g_steal_pointer (&self->best);
}
