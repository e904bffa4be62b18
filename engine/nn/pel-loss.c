/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-loss.h"

#include <math.h>

/* Keeps Dice defined where a batch holds no cell. */
#define DICE_SMOOTHING 1.0

static double
sigmoid (double score)
{
  if (score >= 0)
    return 1.0 / (1.0 + exp (-score));
  return exp (score) / (1.0 + exp (score));
}

float
pel_sigmoid (float score)
{
  return (float)sigmoid ((double)score);
}

/* One channel of a batch: image after image, and what each value counts. */
typedef struct
{
  const PelTensor *scores, *targets, *weights;
  PelTensor *d_scores;
  guint channel;
  gsize plane;
} Channel;

static gsize
get_offset (const Channel *self, guint n)
{
  return ((gsize)n * self->scores->shape.c + self->channel) * self->plane;
}

static double
get_weight (const Channel *self, guint n, gsize i)
{
  return self->weights != NULL ? (double)self->weights->data[n * self->plane + i] : 1.0;
}

static double
sum_weights (const PelTensor *weights, gsize count)
{
  double sum = 0;

  if (weights == NULL)
    return (double)count;
  for (gsize i = 0; i < count; i++)
    sum += (double)weights->data[i];
  return sum;
}

/* Adds factor·w·(cross-entropy)'; returns the sum of w·cross-entropy. */
static double
add_bce (const Channel *self, double factor)
{
  double sum = 0;

  for (guint n = 0; n < self->scores->shape.n; n++)
    {
      gsize offset = get_offset (self, n);

      for (gsize i = 0; i < self->plane; i++)
        {
          double w = get_weight (self, n, i);
          double x = (double)self->scores->data[offset + i];
          double t = (double)self->targets->data[offset + i];

          if (w == 0)
            continue;
          /* -t·log p - (1 - t)·log (1 - p) with p = sigmoid (x). */
          sum += w * (fmax (x, 0) - x * t + log1p (exp (-fabs (x))));
          if (self->d_scores != NULL)
            self->d_scores->data[offset + i] += (float)(factor * w * (sigmoid (x) - t));
        }
    }
  return sum;
}

/* Adds factor·(1 - Dice)'; returns 1 - Dice. */
static double
add_dice (const Channel *self, double factor)
{
  double overlap = 0, predicted = 0, wanted = 0, top, bottom;

  for (guint n = 0; n < self->scores->shape.n; n++)
    {
      gsize offset = get_offset (self, n);

      for (gsize i = 0; i < self->plane; i++)
        {
          double w = get_weight (self, n, i);
          double t = (double)self->targets->data[offset + i];
          double p;

          if (w == 0)
            continue;
          p = sigmoid ((double)self->scores->data[offset + i]);
          overlap += w * p * t;
          predicted += w * p;
          wanted += w * t;
        }
    }
  top = 2 * overlap + DICE_SMOOTHING;
  bottom = predicted + wanted + DICE_SMOOTHING;

  if (self->d_scores != NULL)
    for (guint n = 0; n < self->scores->shape.n; n++)
      {
        gsize offset = get_offset (self, n);

        for (gsize i = 0; i < self->plane; i++)
          {
            double w = get_weight (self, n, i);
            double t = (double)self->targets->data[offset + i];
            double p;

            if (w == 0)
              continue;
            p = sigmoid ((double)self->scores->data[offset + i]);
            self->d_scores->data[offset + i] +=
                (float)(factor * w * p * (1 - p) * (top / bottom - 2 * t) / bottom);
          }
      }
  return 1 - top / bottom;
}

double
pel_loss (PelLossKind kind,
          const PelTensor *scores,
          const PelTensor *targets,
          const PelTensor *weights,
          const float *channel_weights,
          PelTensor *d_scores)
{
  PelShape shape = scores->shape;
  gsize plane = (gsize)shape.h * shape.w;
  gsize count = shape.n * plane;
  double pixel_weight, channel_weight = 0, loss = 0;

  g_return_val_if_fail (pel_shape_equal (shape, targets->shape), 0);
  g_return_val_if_fail (
      weights == NULL ||
          pel_shape_equal (weights->shape, (PelShape){ shape.n, 1, shape.h, shape.w }),
      0);
  g_return_val_if_fail (d_scores == NULL || pel_shape_equal (shape, d_scores->shape), 0);

  if (d_scores != NULL)
    for (gsize i = 0; i < count * shape.c; i++)
      d_scores->data[i] = 0.0f;

  pixel_weight = sum_weights (weights, count);
  for (guint c = 0; c < shape.c; c++)
    channel_weight += channel_weights != NULL ? (double)channel_weights[c] : 1.0;
  if (pixel_weight == 0 || channel_weight == 0)
    return 0;

  for (guint c = 0; c < shape.c; c++)
    {
      Channel channel = { scores, targets, weights, d_scores, c, plane };
      double share = (channel_weights != NULL ? (double)channel_weights[c] : 1.0) / channel_weight;

      if (share == 0)
        continue;
      if (kind != PEL_LOSS_DICE)
        loss += share * add_bce (&channel, share / pixel_weight) / pixel_weight;
      if (kind != PEL_LOSS_BCE)
        loss += share * add_dice (&channel, share);
    }
  return loss;
}
