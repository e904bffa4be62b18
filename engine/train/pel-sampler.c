/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-sampler.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>
#include "engine/core/pel-arena.h"
#include "engine/core/pel-error.h"
#include "engine/segment/pel-flow-field.h"
#include "engine/train/pel-look.h"
#include "engine/train/pel-targets.h"
#include "engine/train/pel-warp.h"

#define MAX_TURNS 4
#define MAX_WEIGHT 16

/* Streams of the seed: patches are numbered below, orders from here on. */
#define ORDER_STREAM (G_GUINT64_CONSTANT (1) << 62)
#define PLAIN_STREAM (G_GUINT64_CONSTANT (1) << 61)

typedef struct
{
  const PelSample *sample;
  PelImageScale scale;
  PelFlowField *field; /* made when the image comes up first, where cells are parted by flows */
} Source;

struct PelSampler
{
  PelDataset *dataset;
  PelTrainConfig config;
  PelNormalisation normalisation;
  guint64 stream; /* that the patches' numbers are added to */
  gboolean plain; /* without flows: nobody learns from it */
  Source *sources;
  guint n_sources;
  guint *turns; /* indices of sources, each as often as it has turns */
  guint n_turns;
  guint *order; /* @turns, shuffled for @round */
  guint64 round;
  GArray *pixels; /* scratch, floats and labels of the area behind a patch */
  GArray *labels;
  float *scratch;
  GArray *flows; /* two signed bytes a pixel of it */
  guint32 *patch_labels;
};

static gboolean
batch_init_all (PelBatch *batch, const PelTrainConfig *config, GError **error)
{
  guint n = config->batch, p = config->patch;
  guint out = pel_train_config_get_n_outputs (config);
  return pel_tensor_init (&batch->input, (PelShape){ n, config->in_channels, p, p }, error) &&
         pel_tensor_init (&batch->targets, (PelShape){ n, out, p, p }, error) &&
         pel_tensor_init (&batch->weights, (PelShape){ n, 1, p, p }, error);
}

gboolean
pel_batch_init (PelBatch *batch, const PelTrainConfig *config, GError **error)
{
  g_return_val_if_fail (batch != NULL && config != NULL, FALSE);
  *batch = (PelBatch){ 0 };
  if (batch_init_all (batch, config, error))
    return TRUE;
  pel_batch_clear (batch);
  return FALSE;
}

void
pel_batch_clear (PelBatch *batch)
{
  g_return_if_fail (batch != NULL);
  pel_tensor_clear (&batch->input);
  pel_tensor_clear (&batch->targets);
  pel_tensor_clear (&batch->weights);
}

/* How often an image comes up in a round: the square root of its patches, so that one large image
 * does not drown many small ones, and more often where its kind is rare, if that is wanted. */
static guint
turns_of (const PelSample *sample, guint patch, double weight)
{
  double area = (double)pel_image_get_width (sample->image) * pel_image_get_height (sample->image);
  double turns = floor (sqrt (area / (4.0 * patch * patch)) + 0.5);
  turns = CLAMP (turns, 1.0, (double)MAX_TURNS);
  return (guint)CLAMP (floor (turns * weight + 0.5), 1.0, (double)(MAX_TURNS * MAX_WEIGHT));
}

/* How much more each of the sources is to be seen than those of the commonest kind. */
static double *
weigh_sources (const PelSampler *self)
{
  double *weights = g_new (double, self->n_sources + 1);
  g_autofree PelLook *looks = NULL;
  for (guint i = 0; i < self->n_sources; i++)
    weights[i] = 1.0;
  if (!(self->config.kind_balance > 0.0))
    return weights;
  looks = g_new (PelLook, self->n_sources + 1);
  for (guint i = 0; i < self->n_sources; i++)
    pel_look_measure (self->sources[i].sample->image, &looks[i]);
  pel_look_weigh (looks, self->n_sources, self->config.kind_balance, weights);
  return weights;
}

static gboolean
collect_sources (PelSampler *self, GCancellable *cancellable, GError **error)
{
  guint n = pel_dataset_get_n_samples (self->dataset);
  g_autoptr (GArray) turns = g_array_new (FALSE, FALSE, sizeof (guint));
  self->sources = g_new0 (Source, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    {
      const PelSample *sample = pel_dataset_get_sample (self->dataset, i);
      if (sample->validation || !pel_sample_counts (sample))
        continue;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      Source *source = &self->sources[self->n_sources];
      source->sample = sample;
      if (!pel_normalisation_measure (&self->normalisation, sample->image, &source->scale, error))
        {
          g_prefix_error (error, "%s: ", sample->name);
          return FALSE;
        }
      self->n_sources++;
    }
  if (self->n_sources == 0)
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_SAMPLES,
                           _ ("There is nothing to train on; paint some cells, or mark an image as "
                              "complete, and try again."));
      return FALSE;
    }
  g_autofree double *weights = weigh_sources (self);
  for (guint i = 0; i < self->n_sources; i++)
    for (guint k = turns_of (self->sources[i].sample, self->config.patch, weights[i]); k > 0; k--)
      g_array_append_val (turns, i);
  self->n_turns = turns->len;
  self->turns = (guint *)(void *)g_array_free (g_steal_pointer (&turns), FALSE);
  self->order = g_new (guint, self->n_turns);
  self->round = G_MAXUINT64;
  return TRUE;
}

static gboolean
allocate_scratch (PelSampler *self, GError **error)
{
  gsize n = (gsize)self->config.patch * self->config.patch;
  self->pixels = g_array_new (FALSE, FALSE, sizeof (float));
  self->labels = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->flows = g_array_new (FALSE, FALSE, sizeof (gint8));
  return (self->scratch = pel_try_alloc (n, sizeof (float), error)) != NULL &&
         (self->patch_labels = pel_try_alloc (n, sizeof (guint32), error)) != NULL;
}

PelSampler *
pel_sampler_new (PelDataset *dataset,
                 const PelTrainConfig *config,
                 const PelNormalisation *normalisation,
                 GCancellable *cancellable,
                 GError **error)
{
  g_return_val_if_fail (dataset != NULL && config != NULL && normalisation != NULL, NULL);
  g_return_val_if_fail (config->patch > 0 && config->batch > 0, NULL);
  g_autoptr (PelSampler) self = g_new0 (PelSampler, 1);
  self->dataset = pel_dataset_ref (dataset);
  self->config = *config;
  self->normalisation = *normalisation;
  if (!allocate_scratch (self, error) || !collect_sources (self, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

PelSampler *
pel_sampler_new_plain (const PelSampler *other, GError **error)
{
  g_return_val_if_fail (other != NULL, NULL);
  const PelAugmentConfig *augment = &other->config.augment;
  g_autoptr (PelSampler) self = g_new0 (PelSampler, 1);
  self->dataset = pel_dataset_ref (other->dataset);
  self->config = other->config;
  self->config.augment = (PelAugmentConfig){ .flips = augment->flips,
                                             .scale = 1.0,
                                             .elastic_grid = 3,
                                             .contrast = 1.0,
                                             .gamma = 1.0,
                                             .invert_share = augment->invert_share };
  self->normalisation = other->normalisation;
  self->stream = PLAIN_STREAM;
  self->n_sources = other->n_sources;
  self->plain = TRUE;
  self->sources = g_new0 (Source, other->n_sources);
  for (guint i = 0; i < other->n_sources; i++)
    self->sources[i] = (Source){ other->sources[i].sample, other->sources[i].scale, NULL };
  self->n_turns = other->n_turns;
  self->turns = g_memdup2 (other->turns, other->n_turns * sizeof (guint));
  self->order = g_new (guint, other->n_turns);
  self->round = G_MAXUINT64;
  return allocate_scratch (self, error) ? g_steal_pointer (&self) : NULL;
}

void
pel_sampler_free (PelSampler *self)
{
  if (self == NULL)
    return;
  pel_dataset_unref (self->dataset);
  for (guint i = 0; i < self->n_sources; i++)
    pel_flow_field_free (self->sources[i].field);
  g_free (self->sources);
  g_free (self->turns);
  g_free (self->order);
  g_clear_pointer (&self->pixels, g_array_unref);
  g_clear_pointer (&self->labels, g_array_unref);
  g_clear_pointer (&self->flows, g_array_unref);
  pel_aligned_free (self->scratch);
  pel_aligned_free (self->patch_labels);
  g_free (self);
}

guint
pel_sampler_get_n_turns (const PelSampler *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->n_turns;
}

/* The image whose turn it is for the patch of this number. */
static Source *
source_of (PelSampler *self, guint64 number)
{
  guint64 round = number / self->n_turns;
  if (round != self->round)
    {
      PelRandom random;
      pel_random_init (&random, self->config.seed, ORDER_STREAM + round);
      for (guint i = 0; i < self->n_turns; i++)
        {
          guint j = pel_random_below (&random, i + 1);
          self->order[i] = self->order[j];
          self->order[j] = self->turns[i];
        }
      self->round = round;
    }
  return &self->sources[self->order[number % self->n_turns]];
}

/* A place that counts and has no cell to be drawn from: anywhere in the image or in a region. */
static void
choose_anywhere (const PelSample *sample, PelRandom *random, double *x, double *y)
{
  PelRect area = { 0, 0, (gint)pel_image_get_width (sample->image),
                   (gint)pel_image_get_height (sample->image) };
  if (!sample->complete)
    area = sample->regions[pel_random_below (random, sample->n_regions)];
  *x = area.x + pel_random_below (random, (guint32)area.width);
  *y = area.y + pel_random_below (random, (guint32)area.height);
}

/* Where the patch's centre lies: the corner between four pixels, so that a patch of even size
 * that is only flipped falls on whole pixels. */
static void
choose_centre (PelSampler *self, const PelSample *sample, PelRandom *random, double *x, double *y)
{
  gboolean at_cell = pel_random_uniform (random) < 0.75;
  gboolean anywhere = sample->complete || sample->n_regions > 0;
  if (sample->n_cells > 0 && (at_cell || !anywhere))
    {
      const PelCellSpot *spot = &sample->spots[pel_random_below (random, sample->n_cells)];
      double reach = self->config.patch / 3.0;
      *x = spot->x + floor (pel_random_range (random, -reach, reach));
      *y = spot->y + floor (pel_random_range (random, -reach, reach));
    }
  else
    choose_anywhere (sample, random, x, y);

  /* Patches that would reach far out of the image are moved back into it. */
  double half = self->config.patch / 2.0;
  double width = pel_image_get_width (sample->image), height = pel_image_get_height (sample->image);
  *x = width <= 2.0 * half ? floor (width / 2.0) : CLAMP (*x, floor (half), width - half);
  *y = height <= 2.0 * half ? floor (height / 2.0) : CLAMP (*y, floor (half), height - half);
}

/* The ways to the cells' middles in the whole image, so that a cell that the patch cuts keeps its
 * own. */
static gboolean
find_flows (Source *source, GCancellable *cancellable, GError **error)
{
  guint width = pel_labels_get_width (source->sample->labels);
  guint height = pel_labels_get_height (source->sample->labels);
  PelRect all = { 0, 0, (gint)width, (gint)height };
  if (source->field != NULL)
    return TRUE;
  guint32 *labels = pel_try_alloc ((gsize)width * height, sizeof *labels, error);
  if (labels != NULL)
    {
      pel_labels_read (source->sample->labels, &all, labels, width);
      source->field = pel_flow_field_new (labels, width, height, cancellable, error);
    }
  pel_aligned_free (labels);
  return source->field != NULL;
}

/* The flows of a patch, as it is warped. */
static void
draw_flows (PelSampler *self,
            const Source *source,
            const PelWarp *warp,
            const PelRect *area,
            const guint32 *labels,
            float *out)
{
  guint n_area = (guint)area->width * (guint)area->height;
  g_array_set_size (self->flows, 2 * n_area);
  gint8 *down = (gint8 *)(void *)self->flows->data, *right = down + n_area;
  pel_flow_field_read (source->field, area, down, right);
  pel_warp_sample_flows (warp, labels, down, right, area, out);
}

/* Reads the patch of a number: its normalised pixels, channel by channel, its labels and, where
 * they are wanted, its flows. */
static gboolean
draw_patch (PelSampler *self,
            guint64 number,
            const PelAugmentConfig *augment,
            float *input,
            guint32 *labels,
            float *flows,
            GCancellable *cancellable,
            GError **error)
{
  PelRandom random;
  pel_random_init (&random, self->config.seed, self->stream + number);
  Source *source = source_of (self, number);
  guint size = self->config.patch;
  if (flows != NULL && !find_flows (source, cancellable, error))
    return FALSE;

  double cx, cy;
  choose_centre (self, source->sample, &random, &cx, &cy);
  PelWarp warp;
  PelRect area;
  pel_warp_init (&warp, size, cx, cy);
  if (augment != NULL)
    pel_warp_randomise (&warp, augment, &random);
  pel_warp_get_source (&warp, &area);
  guint n_area = (guint)area.width * (guint)area.height, n_channels = self->config.in_channels;
  g_array_set_size (self->pixels, n_area * n_channels);
  g_array_set_size (self->labels, n_area);

  float *pixels = (float *)(void *)self->pixels->data;
  for (guint c = 0; c < n_channels; c++)
    pel_normalisation_read (&self->normalisation, source->sample->image, &source->scale, c, &area,
                            pixels + (gsize)c * n_area);
  pel_warp_sample (&warp, pixels, &area, n_channels, input);
  if (augment != NULL)
    pel_augment_intensity (augment, &random, input, self->scratch, size, self->config.in_channels);

  guint32 *area_labels = (guint32 *)(void *)self->labels->data;
  pel_sample_read_labels (source->sample, &area, self->config.ring, area_labels);
  pel_warp_sample_labels (&warp, area_labels, &area, labels);
  if (flows != NULL)
    draw_flows (self, source, &warp, &area, area_labels, flows);
  return TRUE;
}

static gboolean
fill_patch (PelSampler *self,
            guint64 number,
            PelBatch *batch,
            guint index,
            GCancellable *cancellable,
            GError **error)
{
  guint size = self->config.patch;
  gboolean has_flows = pel_train_config_has_flows (&self->config);
  float *targets = pel_tensor_image (&batch->targets, index);
  float *flows = has_flows ? targets + (gsize)size * size : NULL;

  if (has_flows && self->plain)
    memset (flows, 0, 2 * (gsize)size * size * sizeof *flows);
  if (!draw_patch (self, number, &self->config.augment, pel_tensor_image (&batch->input, index),
                   self->patch_labels, self->plain ? NULL : flows, cancellable, error))
    return FALSE;
  pel_targets_build (has_flows ? PEL_TASK_MASK : self->config.task, self->patch_labels, size, size,
                     self->config.border_reach, self->config.border_weight, targets,
                     pel_tensor_image (&batch->weights, index));
  return TRUE;
}

void
pel_sampler_read_patch (PelSampler *self,
                        guint64 number,
                        gboolean augmented,
                        float *input,
                        guint32 *labels)
{
  g_return_if_fail (self != NULL && input != NULL && labels != NULL);
  draw_patch (self, number, augmented ? &self->config.augment : NULL, input, labels, NULL, NULL,
              NULL);
}

gboolean
pel_sampler_fill (PelSampler *self,
                  guint64 step,
                  PelBatch *batch,
                  GCancellable *cancellable,
                  GError **error)
{
  g_return_val_if_fail (self != NULL && batch != NULL, FALSE);
  for (guint i = 0; i < self->config.batch; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (!fill_patch (self, step * self->config.batch + i, batch, i, cancellable, error))
        return FALSE;
    }
  return TRUE;
}
