/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelProtobufReader:
 * @field: number of the field that was read last
 * @wire: how its bytes are meant; see #PelProtobufWire
 * @number: its value, where it is a number; floats as their bits
 * @data: its bytes, where it has a length
 * @length: how many
 * @damaged: whether reading ended because the bytes are no message
 *
 * Walks over the fields of a Protocol Buffers message in memory, which must outlive it. Nothing is
 * copied and nothing is trusted: a field never reaches beyond the message.
 */
typedef struct
{
  guint32 field;
  guint wire;
  guint64 number;
  const guint8 *data;
  gsize length;
  gboolean damaged;
  const guint8 *at, *end; /* private */
} PelProtobufReader;

typedef enum
{
  PEL_PROTOBUF_VARINT = 0,
  PEL_PROTOBUF_64 = 1,
  PEL_PROTOBUF_LENGTH = 2,
  PEL_PROTOBUF_32 = 5,
} PelProtobufWire;

void pel_protobuf_reader_init (PelProtobufReader *self, const guint8 *data, gsize length);

/* The next field; FALSE at the end, and where the rest is damaged. */
gboolean pel_protobuf_reader_next (PelProtobufReader *self);

/* The message in the field that was read last. FALSE, and @self damaged, where it holds none. */
gboolean pel_protobuf_reader_enter (PelProtobufReader *self, PelProtobufReader *inner);

/**
 * pel_protobuf_reader_text:
 * @self: a reader
 * @most: bytes at most
 *
 * Returns: (transfer full) (nullable): the text in the field that was read last, or `NULL`, and
 *   @self damaged, where it is longer or no UTF-8
 */
char *pel_protobuf_reader_text (PelProtobufReader *self, gsize most) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_protobuf_reader_ints:
 * @self: a reader
 * @out: (element-type gint64): receives the numbers in the field that was read last, one or many
 *   packed together
 * @most: how many @out may hold
 *
 * Returns: `FALSE`, and @self damaged, where there are more, or none can be read
 */
gboolean pel_protobuf_reader_ints (PelProtobufReader *self, GArray *out, guint most);

/* The float whose bits the field that was read last holds. */
float pel_protobuf_reader_float (const PelProtobufReader *self);
