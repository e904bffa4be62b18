/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-layer.h"

/* 3x3 convolution that keeps the size (a border of zeros around what is read), as products of the
 * weight matrix with columns of gathered neighbourhoods, made for a band of rows at a time.
 *
 * y[n][o][i][j] = bias[o] + Σ over c, u, v of weight[o][c][u][v] · x[n][c][i + u - 1][j + v - 1]
 */

/**
 * PelConvShape:
 * @n: images
 * @h: rows, of input and output
 * @w: columns, of input and output
 * @in_channels: planes read, of both parts together
 * @out_channels: planes written
 */
typedef struct
{
  guint n, h, w;
  guint in_channels, out_channels;
} PelConvShape;

/**
 * pel_conv_add_space:
 * @shape: sizes of a convolution
 * @train: whether the backward functions are needed too
 * @space: (inout): raised to what this layer needs
 */
void pel_conv_add_space (const PelConvShape *shape, gboolean train, PelLayerSpace *space);

/**
 * pel_conv_forward:
 * @context: what to compute with
 * @shape: sizes
 * @input: (array fixed-size=2): what is read: the channels of the first, then those of the second,
 *   which may have none
 * @weight: (out, in, 3, 3)
 * @bias: (out)
 * @r: (out): receives max (y, 0), (n, out, h, w)
 * @sums: (out) (array): for each output channel the sum of @r and the sum of its squares
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_conv_forward (const PelLayerContext *context,
                           const PelConvShape *shape,
                           const PelPlanes input[2],
                           const float *weight,
                           const float *bias,
                           float *r,
                           double *sums);

/**
 * pel_conv_backward_input:
 * @context: what to compute with
 * @shape: sizes
 * @dy: the loss's derivative by y, (n, out, h, w)
 * @weight: (out, in, 3, 3)
 * @turned: room for as many floats as @weight has
 * @dx: (array fixed-size=2): where the derivative by each part of the input goes
 * @dx_channels: (array fixed-size=2): each part's channels, `in_channels` together
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_conv_backward_input (const PelLayerContext *context,
                                  const PelConvShape *shape,
                                  const float *dy,
                                  const float *weight,
                                  float *turned,
                                  float *const dx[2],
                                  const guint dx_channels[2]);

/**
 * pel_conv_backward_weight:
 * @context: what to compute with
 * @shape: sizes
 * @input: (array fixed-size=2): what was read
 * @dy: the loss's derivative by y, (n, out, h, w)
 * @d_weight: (out): receives the derivative by the weights
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_conv_backward_weight (const PelLayerContext *context,
                                   const PelConvShape *shape,
                                   const PelPlanes input[2],
                                   const float *dy,
                                   float *d_weight);
