/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

/**
 * pel_yaml_parse:
 * @data: YAML, not trusted
 * @length: its bytes, at most 1 MiB
 * @error: return location for a `GError`
 *
 * Reads one document of plain YAML as a tree: mappings become objects, sequences arrays, scalars
 * strings as they stand, and empty or null ones null. Texts that refer to other parts of
 * themselves, keys that are there twice or are no scalars, and more than 20 000 nodes or 32 levels
 * are refused.
 *
 * Returns: (transfer full) (nullable): the tree, or `NULL` with `PEL_ENGINE_ERROR_BAD_FILE` set;
 * the message names the line and not the file
 */
JsonNode *pel_yaml_parse (const guint8 *data, gsize length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
