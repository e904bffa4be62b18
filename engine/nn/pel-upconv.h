/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-layer.h"

/* 2x2 transposed convolution of stride 2, as matrix products over bands of input rows.
 *
 * y[n][o][2i + u][2j + v] = bias[o] + Σ over c of weight[c][o][u][v] · x[n][c][i][j]
 */

/**
 * PelUpconvShape:
 * @n: images
 * @h: rows of the input; the output has twice as many
 * @w: columns of the input; the output has twice as many
 * @in_channels: planes read
 * @out_channels: planes written
 */
typedef struct
{
  guint n, h, w;
  guint in_channels, out_channels;
} PelUpconvShape;

/**
 * pel_upconv_add_space:
 * @shape: sizes
 * @train: whether the backward functions are needed too
 * @space: (inout): raised to what this layer needs
 */
void pel_upconv_add_space (const PelUpconvShape *shape, gboolean train, PelLayerSpace *space);

/**
 * pel_upconv_forward:
 * @context: what to compute with
 * @shape: sizes
 * @input: what is read
 * @weight: (in, out, 2, 2)
 * @bias: (out)
 * @y: (out): (n, out, 2h, 2w)
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_upconv_forward (const PelLayerContext *context,
                             const PelUpconvShape *shape,
                             const PelPlanes *input,
                             const float *weight,
                             const float *bias,
                             float *y);

/**
 * pel_upconv_backward_input:
 * @context: what to compute with
 * @shape: sizes
 * @dy: the loss's derivative by y
 * @weight: (in, out, 2, 2)
 * @dx: (out): (n, in, h, w): the derivative by the input
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_upconv_backward_input (const PelLayerContext *context,
                                    const PelUpconvShape *shape,
                                    const float *dy,
                                    const float *weight,
                                    float *dx);

/**
 * pel_upconv_backward_weight:
 * @context: what to compute with
 * @shape: sizes
 * @input: what was read
 * @dy: the loss's derivative by y
 * @d_weight: (out): receives the derivative by the weights
 * @d_bias: (out): receives the derivative by the biases
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_upconv_backward_weight (const PelLayerContext *context,
                                     const PelUpconvShape *shape,
                                     const PelPlanes *input,
                                     const float *dy,
                                     float *d_weight,
                                     float *d_bias);
