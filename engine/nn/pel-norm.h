/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-layer.h"

/* Batch normalisation (Ioffe and Szegedy: "Batch normalization", ICML 2015) of values that a ReLU
 * made: y = gamma·(r - mean)·inv_std + beta for each channel, which readers apply as r·scale +
 * shift. */

/**
 * PEL_NORM_EPS:
 *
 * Added to a variance before its root is taken.
 */
#define PEL_NORM_EPS 1e-5

/**
 * PelNorm:
 * @channels: how many there are; each array has as many values
 * @gamma: (nullable): the learned factor
 * @beta: (nullable): the learned term
 * @mean: the mean in use
 * @variance: the variance in use, of the whole batch (not the unbiased one)
 * @inv_std: 1 / sqrt (variance + eps)
 * @scale: gamma·inv_std
 * @shift: beta - mean·scale
 */
typedef struct
{
  guint channels;
  const float *gamma;
  const float *beta;
  float *mean;
  float *variance;
  float *inv_std;
  float *scale;
  float *shift;
} PelNorm;

/**
 * pel_norm_use_batch:
 * @self: a layer
 * @sums: (array): for each channel the sum of its values and the sum of their squares
 * @count: how many values each channel has
 *
 * Sets the statistics to those of a batch.
 */
void pel_norm_use_batch (const PelNorm *self, const double *sums, gsize count);

/**
 * pel_norm_use_running:
 * @self: a layer
 * @mean: (array): running means
 * @variance: (array): running variances
 *
 * Sets the statistics to those gathered in training.
 */
void pel_norm_use_running (const PelNorm *self, const float *mean, const float *variance);

/**
 * pel_norm_add_space:
 * @n: images
 * @channels: planes of each
 * @plane: values of a plane
 * @space: (inout): raised to what pel_norm_backward() needs
 */
void pel_norm_add_space (guint n, guint channels, gsize plane, PelLayerSpace *space);

/**
 * pel_norm_backward:
 * @context: what to compute with
 * @self: the layer, with a batch's statistics
 * @n: images
 * @plane: values of a plane
 * @r: (inout): (n, channels, plane): on entry what the ReLU made, on return the loss's derivative
 * by what went into the ReLU, through the normalisation and its statistics
 * @dy: the loss's derivative by the layer's output
 * @d_gamma: (out) (array): derivative by gamma
 * @d_beta: (out) (array): derivative by beta
 * @d_bias: (out) (array): for each channel the sum of @r on return: the derivative by the bias of
 *   the convolution before
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_norm_backward (const PelLayerContext *context,
                            const PelNorm *self,
                            guint n,
                            gsize plane,
                            float *r,
                            const float *dy,
                            float *d_gamma,
                            float *d_beta,
                            float *d_bias);
