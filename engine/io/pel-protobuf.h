/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* Fields of a Protocol Buffers message, appended to its bytes. A message within another is made
 * first, and then added as one field of it. */

/* A whole number: int32, int64, an enumeration. */
void pel_protobuf_add_int (GByteArray *out, guint field, gint64 value);
/* A fixed 32-bit float. */
void pel_protobuf_add_float (GByteArray *out, guint field, float value);
/* A text, UTF-8. */
void pel_protobuf_add_string (GByteArray *out, guint field, const char *text);
/* The bytes of another message. */
void pel_protobuf_add_message (GByteArray *out, guint field, const GByteArray *message);

/**
 * pel_protobuf_add_head:
 * @out: a message
 * @field: number of the field
 * @length: bytes that the caller will write after this head
 *
 * Begins a field of bytes that are too many to copy.
 */
void pel_protobuf_add_head (GByteArray *out, guint field, guint64 length);

/* How many bytes a field of @length bytes takes, its head included. */
guint64 pel_protobuf_get_size (guint field, guint64 length);
