/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-blocked-pixels.h"

#include <string.h>

/* A piece is a stretch of a plane that fits a second-level cache with its companions. */
#define PIXELS_PER_PIECE 4096

/* --- normalisation --- */

typedef struct
{
  const PelBlockedContext *context;
  guint n_blocks, n_stretches;
  gsize pixels; /* of a plane */
  float *r;
  const float *dy;
  float *partials; /* [image][stretch][block][32] */
  float *factors, *slopes, *terms;
} Norm;

static guint
get_n_stretches (gsize pixels)
{
  return (guint)((pixels + PIXELS_PER_PIECE - 1) / PIXELS_PER_PIECE);
}

void
pel_blocked_norm_add_space (const PelBlockedPlane *plane, guint n_blocks, PelBlockedSpace *space)
{
  gsize n_pieces = (gsize)plane->n * get_n_stretches ((gsize)plane->h * plane->w);

  pel_blocked_space_add (space, (n_pieces * 32 + 3 * PEL_LANES) * n_blocks, 0);
}

typedef struct
{
  guint block;
  gsize offset, n;
  float *sums;
} Piece;

static Piece
get_piece (const Norm *self, guint item)
{
  guint stretch = item / self->n_blocks % self->n_stretches;
  gsize image = item / self->n_blocks / self->n_stretches;
  gsize first = (gsize)stretch * PIXELS_PER_PIECE;
  Piece piece = { .block = item % self->n_blocks };

  piece.offset = ((image * self->n_blocks + piece.block) * self->pixels + first) * PEL_LANES;
  piece.n = MIN (PIXELS_PER_PIECE, self->pixels - first);
  piece.sums = self->partials + (gsize)item * 32;
  memset (piece.sums, 0, 32 * sizeof (float));
  return piece;
}

static void
sum_piece (guint item, guint worker, gpointer data)
{
  const Norm *self = data;
  Piece piece = get_piece (self, item);

  self->context->kernels->sums_with (self->dy + piece.offset, self->r + piece.offset, piece.n,
                                     piece.sums);
}

static void
apply_piece (guint item, guint worker, gpointer data)
{
  const Norm *self = data;
  Piece piece = get_piece (self, item);
  gsize channel = (gsize)piece.block * PEL_LANES;

  self->context->kernels->norm_relu_backward (
      self->dy + piece.offset, self->r + piece.offset, piece.n, self->factors + channel,
      self->slopes + channel, self->terms + channel, piece.sums);
}

static double
add_up (const Norm *self, guint n_pieces, guint block, guint which)
{
  double sum = 0;

  for (guint i = 0; i < n_pieces; i++)
    sum += (double)self->partials[((gsize)i * self->n_blocks + block) * 32 + which];
  return sum;
}

gboolean
pel_blocked_norm_backward (const PelBlockedContext *context,
                           const PelNorm *norm,
                           const PelBlockedPlane *plane,
                           double *sums,
                           gboolean have_sums,
                           float *r,
                           const float *dy,
                           float *d_gamma,
                           float *d_beta,
                           float *d_bias)
{
  Norm self = {
    .context = context,
    .n_blocks = norm->channels / PEL_LANES,
    .pixels = (gsize)plane->h * plane->w,
    .r = r,
    .dy = dy,
  };
  double count = (double)plane->n * (double)self.pixels;
  guint n_pieces;

  self.n_stretches = get_n_stretches (self.pixels);
  n_pieces = plane->n * self.n_stretches;
  self.factors = context->shared;
  self.slopes = self.factors + norm->channels;
  self.terms = self.slopes + norm->channels;
  self.partials = self.terms + norm->channels;

  if (!have_sums)
    {
      if (!pel_pool_run (context->pool, n_pieces * self.n_blocks, sum_piece, &self,
                         context->cancellable))
        return FALSE;
      for (guint block = 0; block < self.n_blocks; block++)
        for (guint i = 0; i < 32; i++)
          sums[block * 32 + i] = add_up (&self, n_pieces, block, i);
    }

  /* With x = (r - mean)·inv_std and N values of a channel, the derivative by r is
   * gamma·inv_std·(dy - Σ dy / N - x·Σ (dy·x) / N), here as factor·dy + slope·r + term. */
  for (guint c = 0; c < norm->channels; c++)
    {
      const double *s = sums + c / PEL_LANES * 32 + c % PEL_LANES;
      double mean = (double)norm->mean[c], inv_std = (double)norm->inv_std[c];
      double products = (s[PEL_LANES] - mean * s[0]) * inv_std;
      double factor = (double)norm->gamma[c] * inv_std;
      double slope = -factor * inv_std * products / count;

      d_beta[c] = (float)s[0];
      d_gamma[c] = (float)products;
      self.factors[c] = (float)factor;
      self.slopes[c] = (float)slope;
      self.terms[c] = (float)(-factor * s[0] / count - slope * mean);
    }

  if (!pel_pool_run (context->pool, n_pieces * self.n_blocks, apply_piece, &self,
                     context->cancellable))
    return FALSE;
  for (guint c = 0; c < norm->channels; c++)
    d_bias[c] = (float)add_up (&self, n_pieces, c / PEL_LANES, c % PEL_LANES);
  return TRUE;
}

/* --- pooling --- */

typedef struct
{
  const PelBlockedContext *context;
  const PelBlockedPlane *plane;
  const PelBlockedPart *input;
  float *output;
  const float *d_output;
  float *d_input;
  guint rows, n_bands;
} Pooling;

static gboolean
run_pooling (Pooling *self, PelPoolFunc func)
{
  const PelBlockedPlane *plane = self->plane;

  self->rows = MAX (1, PIXELS_PER_PIECE / 4 / plane->w);
  self->n_bands = (plane->h + self->rows - 1) / self->rows;
  return pel_pool_run (self->context->pool, plane->n * self->input->n_blocks * self->n_bands, func,
                       self, self->context->cancellable);
}

static void
pool_band (guint item, guint worker, gpointer data)
{
  const Pooling *self = data;
  guint band = item % self->n_bands;
  gsize index = item / self->n_bands; /* image and block */
  gsize channel = index % self->input->n_blocks * PEL_LANES;
  guint end = MIN ((band + 1) * self->rows, self->plane->h);
  gsize row = (gsize)self->plane->w * PEL_LANES;
  gsize plane = row * self->plane->h;
  const float *scale = self->input->scale != NULL ? self->input->scale + channel : NULL;
  const float *shift = self->input->shift != NULL ? self->input->shift + channel : NULL;

  for (guint y = band * self->rows; y < end; y++)
    {
      const float *row0 = self->input->data + index * plane * 4 + (gsize)y * row * 4;
      const float *row1 = row0 + row * 2;
      gsize pooled = index * plane + y * row;

      if (self->output != NULL)
        {
          self->context->kernels->max_pool (self->output + pooled, row0, row1, self->plane->w,
                                            scale, shift);
        }
      else
        {
          float *d0 = self->d_input + (row0 - self->input->data);

          self->context->kernels->max_pool_backward (d0, d0 + row * 2, self->d_output + pooled,
                                                     row0, row1, self->plane->w, scale, shift);
        }
    }
}

gboolean
pel_blocked_pooling_forward (const PelBlockedContext *context,
                             const PelBlockedPlane *plane,
                             const PelBlockedPart *input,
                             float *output)
{
  Pooling pooling = { .context = context, .plane = plane, .input = input, .output = output };

  return run_pooling (&pooling, pool_band);
}

gboolean
pel_blocked_pooling_backward (const PelBlockedContext *context,
                              const PelBlockedPlane *plane,
                              const PelBlockedPart *input,
                              const float *d_output,
                              float *d_input)
{
  Pooling pooling = {
    .context = context,
    .plane = plane,
    .input = input,
    .d_output = d_output,
    .d_input = d_input,
  };

  return run_pooling (&pooling, pool_band);
}
