/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * pel_model_file_read:
 * @path: (type filename): a file, not trusted
 * @least: bytes that it must have
 * @error: return location for a `GError`
 *
 * Reads an ordinary file whole. Errors do not name it.
 *
 * Returns: (transfer full) (nullable): its bytes, or `NULL` with
 *   `PEL_ENGINE_ERROR_BAD_CHECKPOINT`, `PEL_ENGINE_ERROR_NO_MEMORY` or a `G_FILE_ERROR` set
 */
GBytes *pel_model_file_read (const char *path, gsize least, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
