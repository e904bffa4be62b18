/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-protobuf-reader.h"

#include <string.h>

#define LARGEST_FIELD ((1u << 29) - 1)

void
pel_protobuf_reader_init (PelProtobufReader *self, const guint8 *data, gsize length)
{
  g_return_if_fail (self != NULL && (data != NULL || length == 0));

  *self = (PelProtobufReader){ .at = data, .end = length > 0 ? data + length : data };
}

static gboolean
set_damaged (PelProtobufReader *self)
{
  self->damaged = TRUE;
  self->at = self->end;
  return FALSE;
}

/* Seven bits to a byte, the lowest first, 64 bits in all. */
static gboolean
read_varint (const guint8 **at, const guint8 *end, guint64 *value)
{
  *value = 0;
  for (guint shift = 0; shift < 64 && *at < end; shift += 7)
    {
      guint8 byte = *(*at)++;

      if (shift == 63 && (byte & 0x7e) != 0)
        return FALSE;
      *value |= (guint64)(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
read_fixed (PelProtobufReader *self, gsize n)
{
  if ((gsize)(self->end - self->at) < n)
    return set_damaged (self);
  self->number = 0;
  for (gsize i = 0; i < n; i++)
    self->number |= (guint64)self->at[i] << (8 * i);
  self->at += n;
  return TRUE;
}

static gboolean
read_length (PelProtobufReader *self)
{
  guint64 length;

  if (!read_varint (&self->at, self->end, &length) || length > (guint64)(self->end - self->at))
    return set_damaged (self);
  self->data = self->at;
  self->length = (gsize)length;
  self->at += length;
  return TRUE;
}

gboolean
pel_protobuf_reader_next (PelProtobufReader *self)
{
  guint64 key;

  g_return_val_if_fail (self != NULL, FALSE);

  if (self->at == self->end)
    return FALSE;
  if (!read_varint (&self->at, self->end, &key) || key >> 3 == 0 || key >> 3 > LARGEST_FIELD)
    return set_damaged (self);
  self->field = (guint32)(key >> 3);
  self->wire = (guint)(key & 7);
  self->number = 0;
  self->data = NULL;
  self->length = 0;
  switch (self->wire)
    {
    case PEL_PROTOBUF_VARINT:
      return read_varint (&self->at, self->end, &self->number) || set_damaged (self);
    case PEL_PROTOBUF_64:
      return read_fixed (self, 8);
    case PEL_PROTOBUF_32:
      return read_fixed (self, 4);
    case PEL_PROTOBUF_LENGTH:
      return read_length (self);
    default: /* groups, which nobody writes any more */
      return set_damaged (self);
    }
}

gboolean
pel_protobuf_reader_enter (PelProtobufReader *self, PelProtobufReader *inner)
{
  g_return_val_if_fail (self != NULL && inner != NULL, FALSE);

  if (self->wire != PEL_PROTOBUF_LENGTH)
    return set_damaged (self);
  pel_protobuf_reader_init (inner, self->data, self->length);
  return TRUE;
}

char *
pel_protobuf_reader_text (PelProtobufReader *self, gsize most)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->wire == PEL_PROTOBUF_LENGTH && self->length <= most &&
      g_utf8_validate_len ((const char *)self->data, self->length, NULL))
    return g_strndup ((const char *)self->data, self->length);
  set_damaged (self);
  return NULL;
}

gboolean
pel_protobuf_reader_ints (PelProtobufReader *self, GArray *out, guint most)
{
  const guint8 *at, *end;
  guint64 number;

  g_return_val_if_fail (self != NULL && out != NULL, FALSE);

  if (self->wire == PEL_PROTOBUF_VARINT)
    {
      if (out->len >= most)
        return set_damaged (self);
      g_array_append_val (out, self->number);
      return TRUE;
    }
  if (self->wire != PEL_PROTOBUF_LENGTH)
    return set_damaged (self);
  at = self->data;
  end = at + self->length;
  while (at < end)
    {
      if (out->len >= most || !read_varint (&at, end, &number))
        return set_damaged (self);
      g_array_append_val (out, number);
    }
  return TRUE;
}

float
pel_protobuf_reader_float (const PelProtobufReader *self)
{
  guint32 bits = (guint32)self->number;
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}
