/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-loss.h"

#include "engine/core/pel-cpu.h"
#include "engine/kernels/pel-kernels.h"

#include <math.h>
#include <string.h>

/* Keeps Dice defined where a batch holds no cell. */
#define DICE_SMOOTHING 1.0
/* Values that a thread works on at a time. */
#define VALUES_PER_PIECE 8192
#define MOST_CHANNELS 64

float
pel_sigmoid (float score)
{
  double x = (double)score;

  if (x >= 0)
    return (float)(1.0 / (1.0 + exp (-x)));
  return (float)(exp (x) / (1.0 + exp (x)));
}

/* A channel's part in the derivatives, as loss_gradient() takes it. */
typedef struct
{
  float entropy, dice, dice_slope;
} Share;

/* Pieces are stretches of the planes, one plane after the other. */
typedef struct
{
  const PelKernels *kernels;
  const PelTensor *scores, *targets, *weights;
  PelTensor *d_scores;
  gsize plane;
  guint n_stretches;
  double (*sums)[5]; /* [piece]: those of loss_sums(), and the pixels' weights */
  Share shares[MOST_CHANNELS];
} Loss;

typedef struct
{
  guint channel;
  gsize offset, n;
  const float *weights;
} Piece;

static Piece
get_piece (const Loss *self, guint item)
{
  guint image = item / self->n_stretches / self->scores->shape.c;
  gsize first = (gsize)(item % self->n_stretches) * VALUES_PER_PIECE;

  return (Piece){
    .channel = item / self->n_stretches % self->scores->shape.c,
    .offset = item / self->n_stretches * self->plane + first,
    .n = MIN (VALUES_PER_PIECE, self->plane - first),
    .weights = self->weights != NULL ? self->weights->data + image * self->plane + first : NULL,
  };
}

static void
sum_piece (guint item, guint worker, gpointer data)
{
  const Loss *self = data;
  Piece piece = get_piece (self, item);
  double *sums = self->sums[item];

  memset (sums, 0, sizeof self->sums[item]);
  self->kernels->loss_sums (
      self->scores->data + piece.offset, self->targets->data + piece.offset, piece.weights,
      self->d_scores != NULL ? self->d_scores->data + piece.offset : NULL, piece.n, sums);
  sums[4] = piece.weights != NULL ? self->kernels->sum (piece.weights, piece.n) : (double)piece.n;
}

static void
derive_piece (guint item, guint worker, gpointer data)
{
  const Loss *self = data;
  Piece piece = get_piece (self, item);
  const Share *share = &self->shares[piece.channel];

  self->kernels->loss_gradient (self->d_scores->data + piece.offset,
                                self->targets->data + piece.offset, piece.weights, piece.n,
                                share->entropy, share->dice, share->dice_slope);
}

static gboolean
check (const PelTensor *scores, const PelTensor *targets, const PelTensor *weights)
{
  PelShape shape = scores->shape;

  return shape.c <= MOST_CHANNELS && pel_shape_equal (shape, targets->shape) &&
         (weights == NULL ||
          pel_shape_equal (weights->shape, (PelShape){ shape.n, 1, shape.h, shape.w }));
}

double
pel_loss (PelLossKind kind,
          const PelTensor *scores,
          const PelTensor *targets,
          const PelTensor *weights,
          const float *channel_weights,
          PelTensor *d_scores,
          PelPool *pool)
{
  PelShape shape = scores->shape;
  Loss self = {
    .kernels = pel_kernels_select (pel_cpu_get_flags ()),
    .scores = scores,
    .targets = targets,
    .weights = weights,
    .d_scores = d_scores,
    .plane = (gsize)shape.h * shape.w,
  };
  guint n_pieces;
  g_autofree double (*sums)[5] = NULL;
  double all_channels = 0, loss = 0;

  g_return_val_if_fail (check (scores, targets, weights), 0);
  g_return_val_if_fail (d_scores == NULL || pel_shape_equal (shape, d_scores->shape), 0);

  self.n_stretches = (guint)((self.plane + VALUES_PER_PIECE - 1) / VALUES_PER_PIECE);
  n_pieces = shape.n * shape.c * self.n_stretches;
  self.sums = sums = g_malloc (n_pieces * sizeof *sums);
  pel_pool_run (pool, n_pieces, sum_piece, &self, NULL);
  for (guint c = 0; c < shape.c; c++)
    all_channels += channel_weights != NULL ? (double)channel_weights[c] : 1.0;

  for (guint c = 0; c < shape.c; c++)
    {
      double share = channel_weights != NULL ? (double)channel_weights[c] : 1.0;
      double total[5] = { 0 }, top, bottom;

      for (guint i = 0; i < n_pieces; i++)
        for (guint k = 0; k < 5 && i / self.n_stretches % shape.c == c; k++)
          total[k] += sums[i][k];
      /* Where nothing counts there is no loss. */
      if (share == 0 || total[4] == 0)
        continue;
      share /= all_channels;
      if (kind != PEL_LOSS_DICE)
        {
          loss += share * total[0] / total[4];
          self.shares[c].entropy = (float)(share / total[4]);
        }
      if (kind != PEL_LOSS_BCE)
        {
          top = 2 * total[1] + DICE_SMOOTHING;
          bottom = total[2] + total[3] + DICE_SMOOTHING;
          loss += share * (1 - top / bottom);
          self.shares[c].dice = (float)(share * top / (bottom * bottom));
          self.shares[c].dice_slope = (float)(2 * share / bottom);
        }
    }
  if (d_scores != NULL)
    pel_pool_run (pool, n_pieces, derive_piece, &self, NULL);
  return loss;
}
