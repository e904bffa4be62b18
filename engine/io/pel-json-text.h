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

/**
 * pel_json_is_shallow:
 * @text: what should be JSON, not trusted
 * @length: its bytes
 * @most: brackets within brackets at most
 *
 * The JSON reader of json-glib calls itself for each bracket, and takes a dialect with comments,
 * which a quote inside could hide brackets in. What is not trusted is to pass here first.
 *
 * Returns: whether brackets match, are not nested more deeply, and no comment begins
 */
gboolean pel_json_is_shallow (const char *text, gsize length, guint most);
