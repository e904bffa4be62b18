/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-layer.h"

/* 2x2 max-pooling of stride 2. */

/**
 * pel_pooling_forward:
 * @context: what to compute with
 * @input: (n, channels, 2h, 2w)
 * @n: images
 * @h: rows of the output
 * @w: columns of the output
 * @output: (out): (n, channels, h, w), the largest value of each 2x2 block
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_pooling_forward (const PelLayerContext *context,
                              const PelPlanes *input,
                              guint n,
                              guint h,
                              guint w,
                              float *output);

/**
 * pel_pooling_backward:
 * @context: what to compute with
 * @input: what pel_pooling_forward() read
 * @n: images
 * @h: rows of the output
 * @w: columns of the output
 * @d_output: (n, channels, h, w): the loss's derivative by the output
 * @d_input: (inout): (n, channels, 2h, 2w): the derivative is added where the largest value
 *   stood, the first of equals
 *
 * Returns: `FALSE` where it was cancelled
 */
gboolean pel_pooling_backward (const PelLayerContext *context,
                               const PelPlanes *input,
                               guint n,
                               guint h,
                               guint w,
                               const float *d_output,
                               float *d_input);
