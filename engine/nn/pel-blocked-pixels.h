/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-blocked-layer.h"
#include "engine/nn/pel-norm.h"

/* Layers that take pixel by pixel: batch normalisation's way back and 2x2 max-pooling. The
 * definitions are those of pel-norm.h and pel-pooling.h. */

/**
 * pel_blocked_norm_add_space:
 * @plane: sizes
 * @n_blocks: blocks of the map
 * @space: (inout): raised to what pel_blocked_norm_backward() needs
 */
void pel_blocked_norm_add_space (const PelBlockedPlane *plane,
                                 guint n_blocks,
                                 PelBlockedSpace *space);

/**
 * pel_blocked_norm_backward:
 * @context: what to compute with
 * @norm: the layer, with a batch's statistics
 * @plane: sizes
 * @sums: (inout) (array): for each block 16 sums of @dy, then 16 sums of its product with @r;
 *   filled in here unless @have_sums
 * @have_sums: whether whoever made @dy filled in @sums
 * @r: (inout): on entry what the ReLU made, on return the loss's derivative by what went into it
 * @dy: the loss's derivative by the layer's output
 * @d_gamma: (out) (array): derivative by gamma
 * @d_beta: (out) (array): derivative by beta
 * @d_bias: (out) (array): derivative by the bias of the convolution before
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_blocked_norm_backward (const PelBlockedContext *context,
                                    const PelNorm *norm,
                                    const PelBlockedPlane *plane,
                                    double *sums,
                                    gboolean have_sums,
                                    float *r,
                                    const float *dy,
                                    float *d_gamma,
                                    float *d_beta,
                                    float *d_bias);

/**
 * pel_blocked_pooling_forward:
 * @context: what to compute with
 * @plane: sizes of the output; the input's rows and columns are twice as many
 * @input: what is read
 * @output: (out): the largest of each 2x2 pixels
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_blocked_pooling_forward (const PelBlockedContext *context,
                                      const PelBlockedPlane *plane,
                                      const PelBlockedPart *input,
                                      float *output);

/**
 * pel_blocked_pooling_backward:
 * @context: what to compute with
 * @plane: sizes of the output
 * @input: what was read
 * @d_output: the loss's derivative by the output
 * @d_input: (inout): the derivative by what was read; it is added to
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_blocked_pooling_backward (const PelBlockedContext *context,
                                       const PelBlockedPlane *plane,
                                       const PelBlockedPart *input,
                                       const float *d_output,
                                       float *d_input);
