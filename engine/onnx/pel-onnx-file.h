/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* What an ONNX file holds, field by field; what it means is for others. */

#define PEL_ONNX_MAX_RANK 8

/* The kinds of numbers that are read (TensorProto.DataType). */
typedef enum
{
  PEL_ONNX_FLOAT = 1,
  PEL_ONNX_INT32 = 6,
  PEL_ONNX_INT64 = 7,
  PEL_ONNX_BOOL = 9,
  PEL_ONNX_FLOAT16 = 10,
  PEL_ONNX_DOUBLE = 11,
} PelOnnxType;

/**
 * PelOnnxTensor:
 * @name: what nodes call it; "" in attributes
 * @type: of its numbers
 * @rank: how many axes
 * @dims: their sizes
 * @n: the product of the sizes; checked against the bytes that are there
 * @raw: (nullable): the numbers, little-endian and not always aligned, in the file's bytes
 * @ints: (nullable) (element-type gint64): the numbers, where the file holds them as such
 * @elsewhere: whether they lie in another file
 * @location: (nullable): the file that they lie in, where that is another one
 * @offset: where they begin in it
 * @length: how many bytes they take there, 0 for all that follow
 * @problem: (nullable): why it cannot be used; static
 *
 * An array of constants.
 */
typedef struct
{
  char *name;
  PelOnnxType type;
  guint rank;
  guint64 dims[PEL_ONNX_MAX_RANK];
  guint64 n;
  const guint8 *raw;
  GArray *ints;
  gboolean elsewhere;
  char *location;
  guint64 offset, length;
  const char *problem;
} PelOnnxTensor;

/**
 * PelOnnxAttribute:
 * @name: what it is called
 * @i: a whole number
 * @f: a number
 * @s: (nullable): a text
 * @ints: (nullable) (element-type gint64): whole numbers
 * @tensor: (nullable): an array
 *
 * Something said about a node; the fields that do not apply are 0.
 */
typedef struct
{
  char *name;
  gint64 i;
  float f;
  char *s;
  GArray *ints;
  PelOnnxTensor *tensor;
} PelOnnxAttribute;

/**
 * PelOnnxNode:
 * @name: for messages: its own name, or that of what it makes
 * @op: what it does
 * @inputs: (element-type utf8): what it takes; "" where something is left out
 * @outputs: (element-type utf8): what it makes
 * @attributes: (element-type PelOnnxAttribute): what is said about it
 */
typedef struct
{
  char *name, *op, *domain;
  GPtrArray *inputs, *outputs, *attributes;
} PelOnnxNode;

/**
 * PelOnnxValue:
 * @name: what nodes call it
 * @type: of its numbers
 * @rank: how many axes; 0 where that is not told
 * @dims: their sizes; 0 where they are free
 *
 * What the network is given, or gives.
 */
typedef struct
{
  char *name;
  guint type;
  guint rank;
  guint64 dims[PEL_ONNX_MAX_RANK];
} PelOnnxValue;

/**
 * PelOnnxFile:
 * @opset: version of ONNX's own operators
 * @producer: (nullable): the program that wrote it
 * @metadata: (element-type utf8 utf8): what it wrote beside the network
 * @nodes: (element-type PelOnnxNode): in the order of the work
 * @tensors: (element-type utf8 PelOnnxTensor): the constants, by name
 * @inputs: (element-type PelOnnxValue): what it is given; without constants
 * @outputs: (element-type PelOnnxValue): what it gives
 *
 * One owner. Tensors point into the bytes that were parsed.
 */
typedef struct
{
  GBytes *bytes, *data;
  gint64 opset;
  char *producer;
  GHashTable *metadata;
  GPtrArray *nodes;
  GHashTable *tensors;
  GPtrArray *inputs, *outputs;
} PelOnnxFile;

/**
 * pel_onnx_file_parse:
 * @bytes: a file's content, not trusted; a reference is kept
 * @error: return location for a `GError`
 *
 * Reads an ONNX file. Counts and lengths are limited, and an array's size is compared with the
 * bytes that are there before anything is believed. Memory taken is a small multiple of the file's
 * size at most.
 *
 * Returns: (transfer full) (nullable): the content, or `NULL` with
 *   `PEL_ENGINE_ERROR_BAD_CHECKPOINT` set; the message does not name the file
 */
PelOnnxFile *pel_onnx_file_parse (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pel_onnx_file_free (PelOnnxFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelOnnxFile, pel_onnx_file_free)

/**
 * pel_onnx_file_load_data:
 * @self: a file
 * @folder: (type filename): where it lies
 * @error: return location for a `GError`
 *
 * Reads the file beside it that some programs put the constants into, where there is one. Only one
 * is read, of a plain name in the same folder; what reaches beyond its end stays unusable.
 *
 * Returns: `FALSE` with @error set where it cannot be read
 */
gboolean pel_onnx_file_load_data (PelOnnxFile *self, const char *folder, GError **error);

/* Bytes of a number of that kind, or 0 where it is not read. */
guint pel_onnx_type_get_size (PelOnnxType type);

/* (nullable) (transfer none): the attribute called @name */
const PelOnnxAttribute *pel_onnx_node_get (const PelOnnxNode *self, const char *name);
/* Its whole number, or @otherwise where there is none. */
gint64 pel_onnx_node_get_int (const PelOnnxNode *self, const char *name, gint64 otherwise);
/* Its text, or @otherwise. */
const char *pel_onnx_node_get_text (const PelOnnxNode *self,
                                    const char *name,
                                    const char *otherwise);
/* (nullable): what it takes in place @i; NULL where that is left out */
const char *pel_onnx_node_get_input (const PelOnnxNode *self, guint i);

/* One of the numbers of a tensor without a problem, @i below its @n. */
double pel_onnx_tensor_get (const PelOnnxTensor *self, guint64 i);
