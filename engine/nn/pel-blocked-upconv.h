/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-blocked-layer.h"

/* 2x2 transposed convolution of stride 2, as products over bands of input rows; the definition is
 * that of pel-upconv.h. */

/**
 * pel_blocked_upconv_add_space:
 * @plane: sizes of the input
 * @in_blocks: blocks read
 * @out_blocks: blocks written
 * @train: whether the backward function is needed too
 * @space: (inout): raised to what this layer needs
 */
void pel_blocked_upconv_add_space (const PelBlockedPlane *plane,
                                   guint in_blocks,
                                   guint out_blocks,
                                   gboolean train,
                                   PelBlockedSpace *space);

/**
 * pel_blocked_upconv_forward:
 * @context: what to compute with
 * @plane: sizes of the input; the output's rows and columns are twice as many
 * @input: what is read
 * @weight: (in, out, 2, 2)
 * @bias: (out)
 * @out_blocks: blocks written
 * @y: (out): the result
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_blocked_upconv_forward (const PelBlockedContext *context,
                                     const PelBlockedPlane *plane,
                                     const PelBlockedPart *input,
                                     const float *weight,
                                     const float *bias,
                                     guint out_blocks,
                                     float *y);

/**
 * pel_blocked_upconv_backward:
 * @context: what to compute with
 * @plane: sizes of the input
 * @input: what was read
 * @dy: the loss's derivative by y
 * @out_blocks: blocks of @dy
 * @weight: (in, out, 2, 2)
 * @dx: (out): the derivative by what was read
 * @d_weight: (out): the derivative by the weights
 * @d_bias: (out): the derivative by the bias
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_blocked_upconv_backward (const PelBlockedContext *context,
                                      const PelBlockedPlane *plane,
                                      const PelBlockedPart *input,
                                      const float *dy,
                                      guint out_blocks,
                                      const float *weight,
                                      float *dx,
                                      float *d_weight,
                                      float *d_bias);
