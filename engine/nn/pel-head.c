/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-head.h"

#include <string.h>

#define PIECE_VALUES 4096

typedef struct
{
  const PelLayerContext *context;
  const PelHeadShape *shape;
  const PelPlanes *input;
  const float *weight;
  const float *bias;
  const float *dy;
  float *y;
  float *dx;
  guint n_stretches; /* of a plane */
  double *partial;   /* [piece][out][in + 1]: Σ dy·stored value, and last Σ dy */
} Head;

static guint
get_n_stretches (const PelHeadShape *shape)
{
  return (guint)((shape->plane + PIECE_VALUES - 1) / PIECE_VALUES);
}

void
pel_head_add_space (const PelHeadShape *shape, PelLayerSpace *space)
{
  pel_layer_space_add (space,
                       (gsize)shape->n * get_n_stretches (shape) * shape->out_channels *
                           (shape->in_channels + 1) * sizeof (double),
                       0);
}

static void
forward_piece (guint item, guint worker, gpointer data)
{
  const Head *self = data;
  const PelHeadShape *shape = self->shape;
  gsize image = item / self->n_stretches;
  gsize offset = (gsize)(item % self->n_stretches) * PIECE_VALUES;
  gsize count = MIN (PIECE_VALUES, shape->plane - offset);

  for (guint o = 0; o < shape->out_channels; o++)
    {
      const float *weight = self->weight + (gsize)o * shape->in_channels;
      float *y = self->y + (image * shape->out_channels + o) * shape->plane + offset;
      double bias = (double)self->bias[o];

      /* The input's affine part goes into the weights. */
      for (guint c = 0; c < shape->in_channels; c++)
        bias += self->input->shift != NULL ? (double)weight[c] * (double)self->input->shift[c] : 0;
      for (gsize i = 0; i < count; i++)
        y[i] = (float)bias;
      for (guint c = 0; c < shape->in_channels; c++)
        self->context->kernels->add_scaled (
            y, self->input->data + (image * shape->in_channels + c) * shape->plane + offset, count,
            self->input->scale != NULL ? weight[c] * self->input->scale[c] : weight[c]);
    }
}

static void
backward_piece (guint item, guint worker, gpointer data)
{
  const Head *self = data;
  const PelHeadShape *shape = self->shape;
  const PelKernels *kernels = self->context->kernels;
  gsize image = item / self->n_stretches;
  gsize offset = (gsize)(item % self->n_stretches) * PIECE_VALUES;
  gsize count = MIN (PIECE_VALUES, shape->plane - offset);
  guint in = shape->in_channels, out = shape->out_channels;
  double *partial = self->partial + (gsize)item * out * (in + 1);
  const float *dy = self->dy + image * out * shape->plane + offset;

  for (guint c = 0; c < in; c++)
    {
      gsize start = (image * in + c) * shape->plane + offset;

      memset (self->dx + start, 0, count * sizeof (float));
      for (guint o = 0; o < out; o++)
        {
          kernels->add_scaled (self->dx + start, dy + o * shape->plane, count,
                               self->weight[(gsize)o * in + c]);
          partial[(gsize)o * (in + 1) + c] =
              kernels->dot (dy + o * shape->plane, self->input->data + start, count);
        }
    }
  for (guint o = 0; o < out; o++)
    partial[(gsize)o * (in + 1) + in] = kernels->sum (dy + o * shape->plane, count);
}

gboolean
pel_head_forward (const PelLayerContext *context,
                  const PelHeadShape *shape,
                  const PelPlanes *input,
                  const float *weight,
                  const float *bias,
                  float *y)
{
  Head self = {
    .context = context,
    .shape = shape,
    .input = input,
    .weight = weight,
    .bias = bias,
    .y = y,
    .n_stretches = get_n_stretches (shape),
  };

  return pel_pool_run (context->pool, shape->n * self.n_stretches, forward_piece, &self,
                       context->cancellable);
}

gboolean
pel_head_backward (const PelLayerContext *context,
                   const PelHeadShape *shape,
                   const PelPlanes *input,
                   const float *dy,
                   const float *weight,
                   float *dx,
                   float *d_weight,
                   float *d_bias)
{
  Head self = {
    .context = context,
    .shape = shape,
    .input = input,
    .weight = weight,
    .dy = dy,
    .dx = dx,
    .n_stretches = get_n_stretches (shape),
    .partial = context->shared,
  };
  guint in = shape->in_channels, out = shape->out_channels;
  gsize n_pieces = (gsize)shape->n * self.n_stretches;

  if (!pel_pool_run (context->pool, (guint)n_pieces, backward_piece, &self, context->cancellable))
    return FALSE;

  for (guint o = 0; o < out; o++)
    {
      double sum_dy = 0;

      for (gsize piece = 0; piece < n_pieces; piece++)
        sum_dy += self.partial[(piece * out + o) * (in + 1) + in];
      d_bias[o] = (float)sum_dy;
      for (guint c = 0; c < in; c++)
        {
          double sum = 0;

          for (gsize piece = 0; piece < n_pieces; piece++)
            sum += self.partial[(piece * out + o) * (in + 1) + c];
          if (input->scale != NULL)
            sum = sum * (double)input->scale[c] + sum_dy * (double)input->shift[c];
          d_weight[(gsize)o * in + c] = (float)sum;
        }
    }
  return TRUE;
}
