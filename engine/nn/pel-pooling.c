/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-pooling.h"

/* A piece is some planes: their number only balances the load, each output stands alone. */
#define PIECE_VALUES 16384

typedef struct
{
  const PelLayerContext *context;
  const PelPlanes *input;
  guint n_planes, h, w, planes_per_piece;
  float *output;
  const float *d_output;
  float *d_input;
} Pooling;

static void
piece (guint item, guint worker, gpointer data)
{
  const Pooling *self = data;
  const PelKernels *kernels = self->context->kernels;
  gsize w = self->w, plane = (gsize)self->h * w;
  guint end = MIN ((item + 1) * self->planes_per_piece, self->n_planes);

  for (guint p = item * self->planes_per_piece; p < end; p++)
    {
      guint c = p % self->input->channels;
      float scale = self->input->scale != NULL ? self->input->scale[c] : 1.0f;
      float shift = self->input->shift != NULL ? self->input->shift[c] : 0.0f;

      for (guint y = 0; y < self->h; y++)
        {
          gsize above = p * plane * 4 + (gsize)y * w * 4;
          gsize below = above + w * 2;
          gsize out = p * plane + (gsize)y * w;

          if (self->output != NULL)
            kernels->max_pool (self->output + out, self->input->data + above,
                               self->input->data + below, w, scale, shift);
          else
            kernels->max_pool_backward (self->d_input + above, self->d_input + below,
                                        self->d_output + out, self->input->data + above,
                                        self->input->data + below, w, scale, shift);
        }
    }
}

static gboolean
run (Pooling *self)
{
  gsize plane = (gsize)self->h * self->w;

  self->planes_per_piece = (guint)MAX (1, PIECE_VALUES / plane);
  return pel_pool_run (self->context->pool,
                       (self->n_planes + self->planes_per_piece - 1) / self->planes_per_piece,
                       piece, self, self->context->cancellable);
}

gboolean
pel_pooling_forward (const PelLayerContext *context,
                     const PelPlanes *input,
                     guint n,
                     guint h,
                     guint w,
                     float *output)
{
  Pooling pooling = {
    .context = context,
    .input = input,
    .n_planes = n * input->channels,
    .h = h,
    .w = w,
    .output = output,
  };

  return run (&pooling);
}

gboolean
pel_pooling_backward (const PelLayerContext *context,
                      const PelPlanes *input,
                      guint n,
                      guint h,
                      guint w,
                      const float *d_output,
                      float *d_input)
{
  Pooling pooling = {
    .context = context,
    .input = input,
    .n_planes = n * input->channels,
    .h = h,
    .w = w,
    .d_output = d_output,
    .d_input = d_input,
  };

  return run (&pooling);
}
