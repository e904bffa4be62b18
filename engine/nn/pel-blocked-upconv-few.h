/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-blocked-layer.h"

/* The transposed convolution of pel-blocked-upconv.h where pixels are few and weights many. Its
 * functions, which take the same arguments, call these. */

void pel_blocked_upconv_few_add_space (const PelBlockedPlane *plane,
                                       guint in_blocks,
                                       guint out_blocks,
                                       gboolean train,
                                       PelBlockedSpace *space);
gboolean pel_blocked_upconv_few_forward (const PelBlockedContext *context,
                                         const PelBlockedPlane *plane,
                                         const PelBlockedPart *input,
                                         const float *weight,
                                         const float *bias,
                                         guint out_blocks,
                                         float *y);
gboolean pel_blocked_upconv_few_backward (const PelBlockedContext *context,
                                          const PelBlockedPlane *plane,
                                          const PelBlockedPart *input,
                                          const float *dy,
                                          guint out_blocks,
                                          const float *weight,
                                          float *dx,
                                          float *d_weight,
                                          float *d_bias);
