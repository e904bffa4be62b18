/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-norm.h"

#include <math.h>

/* A piece is one stretch of one image's plane, of several channels where planes are small. */
#define PIECE_VALUES 16384

typedef struct
{
  guint n, channels;
  gsize plane;
  gsize per_stretch;
  guint n_stretches; /* of a plane */
  guint channels_per_piece, n_channel_pieces;
} Cut;

typedef struct
{
  const PelLayerContext *context;
  const PelNorm *norm;
  float *r;
  const float *dy;
  Cut cut;
  double *partial;                 /* [image][stretch][channel][2] */
  float *factors, *slopes, *terms; /* [channel] */
} Backward;

static Cut
get_cut (guint n, guint channels, gsize plane)
{
  Cut cut = { .n = n, .channels = channels, .plane = plane };

  cut.n_stretches = (guint)((plane + PIECE_VALUES - 1) / PIECE_VALUES);
  cut.per_stretch = (plane + cut.n_stretches - 1) / cut.n_stretches;
  cut.channels_per_piece = (guint)MAX (1, PIECE_VALUES / cut.per_stretch);
  cut.channels_per_piece = MIN (cut.channels_per_piece, channels);
  cut.n_channel_pieces = (channels + cut.channels_per_piece - 1) / cut.channels_per_piece;
  return cut;
}

static void
update_affine (const PelNorm *self)
{
  for (guint c = 0; c < self->channels; c++)
    {
      double inv_std = 1.0 / sqrt ((double)self->variance[c] + PEL_NORM_EPS);
      double scale = (double)self->gamma[c] * inv_std;

      self->inv_std[c] = (float)inv_std;
      self->scale[c] = (float)scale;
      self->shift[c] = (float)((double)self->beta[c] - (double)self->mean[c] * scale);
    }
}

void
pel_norm_use_batch (const PelNorm *self, const double *sums, gsize count)
{
  for (guint c = 0; c < self->channels; c++)
    {
      double mean = sums[2 * c] / (double)count;
      double variance = sums[2 * c + 1] / (double)count - mean * mean;

      self->mean[c] = (float)mean;
      /* Rounding can make it slightly negative; a NaN stays one. */
      self->variance[c] = variance < 0 ? 0.0f : (float)variance;
    }
  update_affine (self);
}

void
pel_norm_use_running (const PelNorm *self, const float *mean, const float *variance)
{
  for (guint c = 0; c < self->channels; c++)
    {
      self->mean[c] = mean[c];
      self->variance[c] = variance[c];
    }
  update_affine (self);
}

void
pel_norm_add_space (guint n, guint channels, gsize plane, PelLayerSpace *space)
{
  Cut cut = get_cut (n, channels, plane);

  pel_layer_space_add (space,
                       (gsize)n * cut.n_stretches * channels * 2 * sizeof (double) +
                           3 * channels * sizeof (float),
                       0);
}

static gboolean
run (Backward *self, PelPoolFunc func)
{
  return pel_pool_run (self->context->pool,
                       self->cut.n * self->cut.n_stretches * self->cut.n_channel_pieces, func, self,
                       self->context->cancellable);
}

/* Calls what follows for each channel of a piece. */
typedef struct
{
  guint channel, end;
  gsize image, stretch, count;
} Piece;

static Piece
get_piece (const Cut *cut, guint item)
{
  Piece piece;

  piece.channel = item % cut->n_channel_pieces * cut->channels_per_piece;
  piece.end = MIN (piece.channel + cut->channels_per_piece, cut->channels);
  piece.stretch = item / cut->n_channel_pieces % cut->n_stretches;
  piece.image = item / cut->n_channel_pieces / cut->n_stretches;
  piece.count = MIN (cut->per_stretch, cut->plane - piece.stretch * cut->per_stretch);
  return piece;
}

static gsize
get_offset (const Cut *cut, const Piece *piece, guint channel)
{
  return (piece->image * cut->channels + channel) * cut->plane + piece->stretch * cut->per_stretch;
}

static double *
get_partial (const Backward *self, const Piece *piece, guint channel)
{
  return self->partial +
         ((piece->image * self->cut.n_stretches + piece->stretch) * self->cut.channels + channel) *
             2;
}

static void
sums_piece (guint item, guint worker, gpointer data)
{
  const Backward *self = data;
  Piece piece = get_piece (&self->cut, item);

  for (guint c = piece.channel; c < piece.end; c++)
    {
      gsize offset = get_offset (&self->cut, &piece, c);
      double sums[2] = { 0, 0 };
      double *partial = get_partial (self, &piece, c);

      self->context->kernels->norm_sums (self->dy + offset, self->r + offset, piece.count,
                                         self->norm->mean[c], self->norm->inv_std[c], sums);
      partial[0] = sums[0];
      partial[1] = sums[1];
    }
}

static void
apply_piece (guint item, guint worker, gpointer data)
{
  const Backward *self = data;
  Piece piece = get_piece (&self->cut, item);

  for (guint c = piece.channel; c < piece.end; c++)
    {
      gsize offset = get_offset (&self->cut, &piece, c);

      get_partial (self, &piece, c)[0] = self->context->kernels->norm_relu_backward (
          self->dy + offset, self->r + offset, piece.count, self->norm->mean[c], self->factors[c],
          self->slopes[c], self->terms[c]);
    }
}

static double
add_up (const Backward *self, guint channel, guint which)
{
  gsize n = (gsize)self->cut.n * self->cut.n_stretches;
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += self->partial[(i * self->cut.channels + channel) * 2 + which];
  return sum;
}

/* With x = (r - mean)·inv_std and N values of a channel, the derivative by r is
 * gamma·inv_std·(dy - Σ dy / N - x·Σ (dy·x) / N). */
gboolean
pel_norm_backward (const PelLayerContext *context,
                   const PelNorm *self,
                   guint n,
                   gsize plane,
                   float *r,
                   const float *dy,
                   float *d_gamma,
                   float *d_beta,
                   float *d_bias)
{
  Backward backward = {
    .context = context,
    .norm = self,
    .r = r,
    .dy = dy,
    .cut = get_cut (n, self->channels, plane),
    .partial = context->shared,
  };
  double count = (double)n * (double)plane;

  backward.factors =
      (float *)(backward.partial + (gsize)n * backward.cut.n_stretches * self->channels * 2);
  backward.slopes = backward.factors + self->channels;
  backward.terms = backward.slopes + self->channels;

  if (!run (&backward, sums_piece))
    return FALSE;
  for (guint c = 0; c < self->channels; c++)
    {
      double sum = add_up (&backward, c, 0);
      double products = add_up (&backward, c, 1);
      double inv_std = (double)self->inv_std[c];
      double factor = (double)self->gamma[c] * inv_std;

      d_beta[c] = (float)sum;
      d_gamma[c] = (float)products;
      backward.factors[c] = (float)factor;
      backward.slopes[c] = (float)(-factor * inv_std * products / count);
      backward.terms[c] = (float)(-factor * sum / count);
    }

  if (!run (&backward, apply_piece))
    return FALSE;
  for (guint c = 0; c < self->channels; c++)
    d_bias[c] = (float)add_up (&backward, c, 0);
  return TRUE;
}
