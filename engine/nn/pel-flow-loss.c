/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-flow-loss.h"

#define N_OUTPUTS 3u
/* Pixels that a thread works on at a time. */
#define PIXELS_PER_PIECE 8192

typedef struct
{
  const PelTensor *scores, *targets, *weights;
  PelTensor *d_scores;
  gsize plane;
  guint n_stretches;
  double (*sums)[2]; /* [piece]: of weighted squares, and of weights */
  double factor;     /* of a difference in the derivative */
} Flows;

/* A stretch of one image's pixels. */
typedef struct
{
  gsize first, n, offset; /* @offset: of the image's first plane of flows */
  const float *weights;
} Piece;

static Piece
get_piece (const Flows *self, guint item)
{
  gsize image = item / self->n_stretches;
  gsize first = (gsize)(item % self->n_stretches) * PIXELS_PER_PIECE;
  return (Piece){
    .first = first,
    .n = MIN (PIXELS_PER_PIECE, self->plane - first),
    .offset = (image * N_OUTPUTS + 1) * self->plane,
    .weights = self->weights != NULL ? self->weights->data + image * self->plane + first : NULL,
  };
}

static void
sum_piece (guint item, guint worker, gpointer data)
{
  const Flows *self = data;
  Piece piece = get_piece (self, item);
  double squares = 0.0, weights = 0.0;
  for (guint c = 0; c + 1 < N_OUTPUTS; c++)
    {
      gsize at = piece.offset + c * self->plane + piece.first;
      const float *scores = self->scores->data + at, *targets = self->targets->data + at;
      for (gsize i = 0; i < piece.n; i++)
        {
          float weight = piece.weights != NULL ? piece.weights[i] : 1.0f;
          float apart = scores[i] - PEL_FLOW_SCALE * targets[i];
          squares += (double)(weight * apart * apart);
          weights += (double)weight;
        }
    }
  self->sums[item][0] = squares;
  self->sums[item][1] = weights;
}

static void
derive_piece (guint item, guint worker, gpointer data)
{
  const Flows *self = data;
  Piece piece = get_piece (self, item);
  float factor = (float)self->factor;
  for (guint c = 0; c + 1 < N_OUTPUTS; c++)
    {
      gsize at = piece.offset + c * self->plane + piece.first;
      const float *scores = self->scores->data + at, *targets = self->targets->data + at;
      float *out = self->d_scores->data + at;
      for (gsize i = 0; i < piece.n; i++)
        out[i] = factor * (piece.weights != NULL ? piece.weights[i] : 1.0f) *
                 (scores[i] - PEL_FLOW_SCALE * targets[i]);
    }
}

float
pel_output_read (float score, guint output, gboolean has_flows)
{
  return has_flows && output > 0 ? score / PEL_FLOW_SCALE : pel_sigmoid (score);
}

double
pel_flow_loss (PelLossKind kind,
               const PelTensor *scores,
               const PelTensor *targets,
               const PelTensor *weights,
               PelTensor *d_scores,
               PelPool *pool)
{
  static const float foreground_alone[N_OUTPUTS] = { 1.0f, 0.0f, 0.0f };
  PelShape shape = scores->shape;
  g_return_val_if_fail (shape.c == N_OUTPUTS && pel_shape_equal (shape, targets->shape), 0.0);
  Flows self = { .scores = scores,
                 .targets = targets,
                 .weights = weights,
                 .d_scores = d_scores,
                 .plane = (gsize)shape.h * shape.w };
  double loss = pel_loss (kind, scores, targets, weights, foreground_alone, d_scores, pool);
  double squares = 0.0, all = 0.0;

  self.n_stretches = (guint)((self.plane + PIXELS_PER_PIECE - 1) / PIXELS_PER_PIECE);
  guint n_pieces = shape.n * self.n_stretches;
  g_autofree double (*sums)[2] = g_malloc (n_pieces * sizeof *sums);
  self.sums = sums;
  pel_pool_run (pool, n_pieces, sum_piece, &self, NULL);
  for (guint i = 0; i < n_pieces; i++)
    {
      squares += sums[i][0];
      all += sums[i][1];
    }
  /* Where nothing counts there is no loss. */
  self.factor = all > 0.0 ? 1.0 / all : 0.0;
  if (d_scores != NULL)
    pel_pool_run (pool, n_pieces, derive_piece, &self, NULL);
  return loss + 0.5 * squares * self.factor;
}
