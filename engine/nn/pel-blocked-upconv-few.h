/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-blocked-upconv.h"

/* The transposed convolution of pel-blocked-upconv.h where pixels are few and weights many. Its
 * functions call these. */

void pel_blocked_upconv_few_add_space (const PelBlockedPlane *plane,
                                       guint in_blocks,
                                       guint out_blocks,
                                       gboolean train,
                                       PelBlockedSpace *space);
gboolean pel_blocked_upconv_few_forward (const PelBlockedUpconv *layer);
gboolean pel_blocked_upconv_few_backward (const PelBlockedUpconv *layer);
