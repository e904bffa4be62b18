/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-layer.h"

/* The 1x1 convolution at the end: y[n][o][p] = bias[o] + Σ over c of weight[o][c] · x[n][c][p]. */

/**
 * PelHeadShape:
 * @n: images
 * @plane: values of a plane
 * @in_channels: planes read
 * @out_channels: planes written
 */
typedef struct
{
  guint n;
  gsize plane;
  guint in_channels, out_channels;
} PelHeadShape;

/**
 * pel_head_add_space:
 * @shape: sizes
 * @space: (inout): raised to what this layer needs
 */
void pel_head_add_space (const PelHeadShape *shape, PelLayerSpace *space);

/**
 * pel_head_forward:
 * @context: what to compute with
 * @shape: sizes
 * @input: what is read
 * @weight: (out, in)
 * @bias: (out)
 * @y: (out): (n, out, plane)
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_head_forward (const PelLayerContext *context,
                           const PelHeadShape *shape,
                           const PelPlanes *input,
                           const float *weight,
                           const float *bias,
                           float *y);

/**
 * pel_head_backward:
 * @context: what to compute with
 * @shape: sizes
 * @input: what was read
 * @dy: the loss's derivative by y
 * @weight: (out, in)
 * @dx: (out): (n, in, plane): the derivative by the input
 * @d_weight: (out): the derivative by the weights
 * @d_bias: (out): the derivative by the biases
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_head_backward (const PelLayerContext *context,
                            const PelHeadShape *shape,
                            const PelPlanes *input,
                            const float *dy,
                            const float *weight,
                            float *dx,
                            float *d_weight,
                            float *d_bias);
