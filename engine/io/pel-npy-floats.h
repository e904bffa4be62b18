/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-tensor.h"

/**
 * pel_npy_from_tensor:
 * @tensor: an array
 *
 * Returns: (transfer full): a `.npy` file, version 1.0, of four axes and little-endian float32
 */
GByteArray *pel_npy_from_tensor (const PelTensor *tensor) G_GNUC_WARN_UNUSED_RESULT;
