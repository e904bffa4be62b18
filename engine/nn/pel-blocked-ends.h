/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-blocked-layer.h"

/* Where plain and blocked maps meet: the first convolution, which reads the image, and the head,
 * which writes scores. Both plain sides are (n, channels, h, w). The definitions are those of
 * pel-conv.h and pel-head.h. */

/**
 * pel_blocked_first_add_space:
 * @plane: sizes
 * @in_channels: planes read
 * @out_blocks: blocks written
 * @train: whether the backward function is needed too
 * @space: (inout): raised to what this layer needs
 */
void pel_blocked_first_add_space (const PelBlockedPlane *plane,
                                  guint in_channels,
                                  guint out_blocks,
                                  gboolean train,
                                  PelBlockedSpace *space);

/**
 * pel_blocked_first_forward:
 * @context: what to compute with
 * @plane: sizes
 * @image: plain planes
 * @in_channels: planes read
 * @weight: (out, in, 3, 3)
 * @bias: (out)
 * @out_blocks: blocks written
 * @r: (out): receives max (y, 0)
 * @sums: (out) (array): as pel_blocked_conv_forward()
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_blocked_first_forward (const PelBlockedContext *context,
                                    const PelBlockedPlane *plane,
                                    const float *image,
                                    guint in_channels,
                                    const float *weight,
                                    const float *bias,
                                    guint out_blocks,
                                    float *r,
                                    double *sums);

/**
 * pel_blocked_first_backward_weight:
 * @context: what to compute with
 * @plane: sizes
 * @image: plain planes
 * @in_channels: planes read
 * @dy: the loss's derivative by y
 * @out_blocks: blocks of @dy
 * @d_weight: (out): the derivative by the weights
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_blocked_first_backward_weight (const PelBlockedContext *context,
                                            const PelBlockedPlane *plane,
                                            const float *image,
                                            guint in_channels,
                                            const float *dy,
                                            guint out_blocks,
                                            float *d_weight);

/**
 * pel_blocked_head_add_space:
 * @plane: sizes
 * @in_blocks: blocks read
 * @out_channels: scores of a pixel
 * @space: (inout): raised to what this layer needs
 */
void pel_blocked_head_add_space (const PelBlockedPlane *plane,
                                 guint in_blocks,
                                 guint out_channels,
                                 PelBlockedSpace *space);

/**
 * pel_blocked_head_forward:
 * @context: what to compute with
 * @plane: sizes
 * @input: what is read, with scale and shift
 * @weight: (out, in)
 * @bias: (out)
 * @out_channels: scores of a pixel
 * @scores: (out): plain planes
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_blocked_head_forward (const PelBlockedContext *context,
                                   const PelBlockedPlane *plane,
                                   const PelBlockedPart *input,
                                   const float *weight,
                                   const float *bias,
                                   guint out_channels,
                                   float *scores);

/**
 * pel_blocked_head_backward:
 * @context: what to compute with
 * @plane: sizes
 * @input: what was read
 * @d_scores: the loss's derivative by the scores
 * @weight: (out, in)
 * @out_channels: scores of a pixel
 * @dx: (out): the derivative by what was read
 * @sums: (out) (array): for each block 16 sums of @dx, then 16 sums of its product with the
 *   stored values that were read
 * @d_weight: (out): the derivative by the weights
 * @d_bias: (out): the derivative by the bias
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_blocked_head_backward (const PelBlockedContext *context,
                                    const PelBlockedPlane *plane,
                                    const PelBlockedPart *input,
                                    const float *d_scores,
                                    const float *weight,
                                    guint out_channels,
                                    float *dx,
                                    double *sums,
                                    float *d_weight,
                                    float *d_bias);
