/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-tensor.h"

/**
 * pel_npy_to_tensor:
 * @self: (out caller-allocates): a tensor that holds nothing
 * @data: a `.npy` file, not trusted
 * @length: its bytes
 * @error: return location for a `GError`
 *
 * Reads an array of numbers of NumPy, of up to four axes in C order, little-endian or of single
 * bytes; missing axes come first, with one element. Free it with pel_tensor_clear().
 *
 * Returns: `FALSE` with `PEL_ENGINE_ERROR_BAD_FILE`, `UNSUPPORTED` or `NO_MEMORY` set and @self
 * empty
 */
gboolean pel_npy_to_tensor (PelTensor *self, const guint8 *data, gsize length, GError **error);
