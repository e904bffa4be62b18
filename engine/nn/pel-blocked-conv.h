/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-blocked-layer.h"

/* 3x3 convolutions that keep the size (a border of zeros around what is read) by Winograd's
 * F(4x4, 3x3); the definitions are those of pel-conv.h. */

/**
 * pel_blocked_conv_add_space:
 * @plane: sizes
 * @in_blocks: blocks read
 * @out_blocks: blocks written
 * @train: whether the backward functions are needed too
 * @space: (inout): raised to what this layer needs
 */
void pel_blocked_conv_add_space (const PelBlockedPlane *plane,
                                 guint in_blocks,
                                 guint out_blocks,
                                 gboolean train,
                                 PelBlockedSpace *space);

/**
 * pel_blocked_conv_forward:
 * @context: what to compute with
 * @plane: sizes
 * @input: (array fixed-size=2): what is read, one part after the other
 * @weight: (out, in, 3, 3)
 * @bias: (out)
 * @out_blocks: blocks written
 * @r: (out): receives max (y, 0)
 * @sums: (out) (array): for each block 16 sums of @r, then 16 sums of its squares
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_blocked_conv_forward (const PelBlockedContext *context,
                                   const PelBlockedPlane *plane,
                                   const PelBlockedPart input[2],
                                   const float *weight,
                                   const float *bias,
                                   guint out_blocks,
                                   float *r,
                                   double *sums);

/**
 * pel_blocked_conv_backward_input:
 * @context: what to compute with
 * @plane: sizes
 * @dy: the loss's derivative by y
 * @out_blocks: blocks of @dy
 * @weight: (out, in, 3, 3)
 * @dx: (array fixed-size=2): where the derivative by the input goes; scale and shift unused
 * @r: (nullable): values like the first part's, of which @sums is to be known
 * @sums: (out) (array) (optional): where @r is given, for each block 16 sums of the derivative,
 *   then 16 sums of its product with @r
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_blocked_conv_backward_input (const PelBlockedContext *context,
                                          const PelBlockedPlane *plane,
                                          const float *dy,
                                          guint out_blocks,
                                          const float *weight,
                                          const PelBlockedPart dx[2],
                                          const float *r,
                                          double *sums);

/**
 * pel_blocked_conv_backward_weight:
 * @context: what to compute with
 * @plane: sizes
 * @input: (array fixed-size=2): what was read
 * @dy: the loss's derivative by y
 * @out_blocks: blocks of @dy
 * @d_weight: (out): receives the derivative by the weights
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_blocked_conv_backward_weight (const PelBlockedContext *context,
                                           const PelBlockedPlane *plane,
                                           const PelBlockedPart input[2],
                                           const float *dy,
                                           guint out_blocks,
                                           float *d_weight);
