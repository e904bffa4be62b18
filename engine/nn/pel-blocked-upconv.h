/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-blocked-layer.h"

/* 2x2 transposed convolution of stride 2, as products over bands of input rows; the definition is
 * that of pel-upconv.h. */

/**
 * PelBlockedUpconv:
 * @context: what to compute with
 * @plane: sizes of the input; the output's rows and columns are twice as many
 * @input: what is read
 * @out_blocks: blocks written
 * @weight: (in, out, 2, 2)
 * @bias: (out); forward only
 * @y: the result; forward only
 * @dy: the loss's derivative by y; backward only, as what follows
 * @dx: becomes the derivative by what was read
 * @d_weight: becomes the derivative by the weights
 * @d_bias: becomes the derivative by the bias
 *
 * One layer to be computed. Nothing is owned.
 */
typedef struct
{
  const PelBlockedContext *context;
  const PelBlockedPlane *plane;
  const PelBlockedPart *input;
  guint out_blocks;
  const float *weight, *bias;
  float *y;
  const float *dy;
  float *dx, *d_weight, *d_bias;
} PelBlockedUpconv;

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

/* Both return `FALSE` where they were cancelled. */
gboolean pel_blocked_upconv_forward (const PelBlockedUpconv *layer);
gboolean pel_blocked_upconv_backward (const PelBlockedUpconv *layer);
