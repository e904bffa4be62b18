/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * pel_json_append_string:
 * @out: JSON text so far
 * @value: a text; bytes that are not UTF-8 are replaced
 *
 * Appends @value as a JSON string, with its quotes.
 */
void pel_json_append_string (GString *out, const char *value);

/* Appends a number with as few digits as read back the same; null where it is not finite. */
void pel_json_append_number (GString *out, double value);
