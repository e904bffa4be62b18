/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-protobuf.h"

#include <string.h>

/* How the bytes after a field's number are meant. */
enum
{
  WIRE_VARINT = 0,
  WIRE_LENGTH = 2,
  WIRE_32 = 5,
};

/* Seven bits to a byte, the lowest first; the eighth says that more follow. */
static void
add_varint (GByteArray *out, guint64 value)
{
  guint8 bytes[10];
  guint n = 0;

  do
    {
      bytes[n++] = (guint8)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
      value >>= 7;
    }
  while (value != 0);
  g_byte_array_append (out, bytes, n);
}

static guint
get_varint_size (guint64 value)
{
  guint n = 1;

  while ((value >>= 7) != 0)
    n++;
  return n;
}

static void
add_key (GByteArray *out, guint field, guint wire)
{
  add_varint (out, field << 3 | wire);
}

void
pel_protobuf_add_int (GByteArray *out, guint field, gint64 value)
{
  add_key (out, field, WIRE_VARINT);
  add_varint (out, (guint64)value);
}

void
pel_protobuf_add_float (GByteArray *out, guint field, float value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  bits = GUINT32_TO_LE (bits);
  add_key (out, field, WIRE_32);
  g_byte_array_append (out, (const guint8 *)&bits, sizeof bits);
}

void
pel_protobuf_add_head (GByteArray *out, guint field, guint64 length)
{
  add_key (out, field, WIRE_LENGTH);
  add_varint (out, length);
}

void
pel_protobuf_add_string (GByteArray *out, guint field, const char *text)
{
  gsize n = strlen (text);

  pel_protobuf_add_head (out, field, n);
  g_byte_array_append (out, (const guint8 *)text, (guint)n);
}

void
pel_protobuf_add_message (GByteArray *out, guint field, const GByteArray *message)
{
  pel_protobuf_add_head (out, field, message->len);
  g_byte_array_append (out, message->data, message->len);
}

guint64
pel_protobuf_get_size (guint field, guint64 length)
{
  return get_varint_size (field << 3 | WIRE_LENGTH) + get_varint_size (length) + length;
}
