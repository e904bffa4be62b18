/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-blocked-ends.h"

#include <string.h>

#define PIXELS_PER_PIECE 4096

typedef struct
{
  const PelBlockedContext *context;
  const PelBlockedPlane *plane;
  const PelBlockedPart *input;
  guint out_channels, n_stretches;
  gsize pixels;
  float *weight; /* [block][out][16] */
  float *bias;   /* [out] */
  float *scores;
  const float *d_scores;
  float *dx;
  float *partials; /* [piece][block][out][16] */
} Head;

static guint
get_n_stretches (const PelBlockedPlane *plane)
{
  return (guint)(((gsize)plane->h * plane->w + PIXELS_PER_PIECE - 1) / PIXELS_PER_PIECE);
}

static void
point (Head *self)
{
  gsize weights = (gsize)self->input->n_blocks * self->out_channels * PEL_LANES;

  self->pixels = (gsize)self->plane->h * self->plane->w;
  self->n_stretches = get_n_stretches (self->plane);
  self->weight = self->context->shared;
  self->partials = self->weight + weights;
  self->bias = self->partials + weights * self->plane->n * self->n_stretches;
}

void
pel_blocked_head_add_space (const PelBlockedPlane *plane,
                            guint in_blocks,
                            guint out_channels,
                            PelBlockedSpace *space)
{
  gsize weights = (gsize)in_blocks * out_channels * PEL_LANES;

  pel_blocked_space_add (space,
                         weights * (1 + (gsize)plane->n * get_n_stretches (plane)) + out_channels,
                         (gsize)out_channels * 2);
}

static void
forward_piece (guint item, guint worker, gpointer data)
{
  const Head *self = data;
  guint image = item / self->n_stretches, n_blocks = self->input->n_blocks;
  gsize first = (gsize)(item % self->n_stretches) * PIXELS_PER_PIECE;
  gsize n = MIN (PIXELS_PER_PIECE, self->pixels - first);

  for (guint o = 0; o < self->out_channels; o++)
    {
      float *score = self->scores + ((gsize)image * self->out_channels + o) * self->pixels + first;

      for (gsize i = 0; i < n; i++)
        score[i] = self->bias[o];
      for (guint block = 0; block < n_blocks; block++)
        self->context->kernels->head_forward (
            pel_blocked_plane (self->input->data, self->plane, n_blocks, image, block) +
                first * PEL_LANES,
            self->weight + ((gsize)block * self->out_channels + o) * PEL_LANES, score, n);
    }
}

static void
backward_piece (guint item, guint worker, gpointer data)
{
  const Head *self = data;
  guint image = item / self->n_stretches, n_blocks = self->input->n_blocks;
  gsize first = (gsize)(item % self->n_stretches) * PIXELS_PER_PIECE;
  gsize n = MIN (PIXELS_PER_PIECE, self->pixels - first);
  gsize part = (gsize)self->out_channels * PEL_LANES;
  float *partials = self->partials + item * n_blocks * part;
  const float **ds = (const float **)(void *)pel_blocked_scratch (self->context, worker);

  memset (partials, 0, n_blocks * part * sizeof (float));
  for (guint o = 0; o < self->out_channels; o++)
    ds[o] = self->d_scores + ((gsize)image * self->out_channels + o) * self->pixels + first;
  for (guint block = 0; block < n_blocks; block++)
    {
      float *plane = pel_blocked_plane (self->input->data, self->plane, n_blocks, image, block);

      self->context->kernels->head_backward (
          ds, (int)self->out_channels, self->weight + block * part, plane + first * PEL_LANES,
          self->dx + (plane - self->input->data) + first * PEL_LANES, n, partials + block * part);
    }
}

static gboolean
run (Head *self, PelPoolFunc func)
{
  return pel_pool_run (self->context->pool, self->plane->n * self->n_stretches, func, self,
                       self->context->cancellable);
}

gboolean
pel_blocked_head_forward (const PelBlockedContext *context,
                          const PelBlockedPlane *plane,
                          const PelBlockedPart *input,
                          const float *weight,
                          const float *bias,
                          guint out_channels,
                          float *scores)
{
  Head self = {
    .context = context,
    .plane = plane,
    .input = input,
    .out_channels = out_channels,
    .scores = scores,
  };
  guint in = input->n_blocks * PEL_LANES;

  point (&self);
  /* The affine part of what is read goes into weights and bias. */
  for (guint o = 0; o < out_channels; o++)
    {
      double term = (double)bias[o];

      for (guint c = 0; c < in; c++)
        {
          float w = weight[(gsize)o * in + c];

          self.weight[((gsize)(c / PEL_LANES) * out_channels + o) * PEL_LANES + c % PEL_LANES] =
              input->scale != NULL ? w * input->scale[c] : w;
          if (input->shift != NULL)
            term += (double)w * (double)input->shift[c];
        }
      self.bias[o] = (float)term;
    }
  return run (&self, forward_piece);
}

gboolean
pel_blocked_head_backward (const PelBlockedContext *context,
                           const PelBlockedPlane *plane,
                           const PelBlockedPart *input,
                           const float *d_scores,
                           const float *weight,
                           guint out_channels,
                           float *dx,
                           double *sums,
                           float *d_weight,
                           float *d_bias)
{
  Head self = {
    .context = context,
    .plane = plane,
    .input = input,
    .out_channels = out_channels,
    .d_scores = d_scores,
    .dx = dx,
  };
  guint in = input->n_blocks * PEL_LANES;
  gsize part = (gsize)input->n_blocks * out_channels * PEL_LANES;

  point (&self);
  for (guint o = 0; o < out_channels; o++)
    for (guint c = 0; c < in; c++)
      self.weight[((gsize)(c / PEL_LANES) * out_channels + o) * PEL_LANES + c % PEL_LANES] =
          weight[(gsize)o * in + c];
  if (!run (&self, backward_piece))
    return FALSE;

  memset (sums, 0, (gsize)input->n_blocks * 32 * sizeof (double));
  for (guint o = 0; o < out_channels; o++)
    {
      double total = 0;

      for (guint image = 0; image < plane->n; image++)
        {
          const float *ds = d_scores + ((gsize)image * out_channels + o) * self.pixels;

          for (gsize i = 0; i < self.pixels; i++)
            total += (double)ds[i];
        }
      d_bias[o] = (float)total;

      for (guint c = 0; c < in; c++)
        {
          gsize at = ((gsize)(c / PEL_LANES) * out_channels + o) * PEL_LANES + c % PEL_LANES;
          double w = (double)weight[(gsize)o * in + c];
          double scale = input->scale != NULL ? (double)input->scale[c] : 1;
          double shift = input->shift != NULL ? (double)input->shift[c] : 0;
          double products = 0;
          double *s = sums + c / PEL_LANES * 32 + c % PEL_LANES;

          for (guint i = 0; i < plane->n * self.n_stretches; i++)
            products += (double)self.partials[i * part + at];
          d_weight[(gsize)o * in + c] = (float)(scale * products + shift * total);
          s[0] += w * total;
          s[PEL_LANES] += w * products;
        }
    }
  return TRUE;
}
