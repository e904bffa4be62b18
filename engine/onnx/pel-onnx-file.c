/* SPDX-License-Identifier: MIT */
#include "engine/onnx/pel-onnx-file.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-protobuf-reader.h"

/* More than any U-Net has. */
#define MAX_NODES 20000
#define MAX_TENSORS 20000
#define MAX_VALUES 20000
#define MAX_METADATA 1000
#define MAX_LINKS 64
#define MAX_ATTRIBUTES 64
#define MAX_INTS 4096
#define MAX_NAME 4096
#define MAX_TEXT (1 << 20)

/* Fields of onnx.proto. */
enum
{
  MODEL_PRODUCER_NAME = 2,
  MODEL_GRAPH = 7,
  MODEL_OPSET_IMPORT = 8,
  MODEL_METADATA = 14,
  OPSET_DOMAIN = 1,
  OPSET_VERSION = 2,
  ENTRY_KEY = 1,
  ENTRY_VALUE = 2,
  GRAPH_NODE = 1,
  GRAPH_INITIALIZER = 5,
  GRAPH_INPUT = 11,
  GRAPH_OUTPUT = 12,
  NODE_INPUT = 1,
  NODE_OUTPUT = 2,
  NODE_NAME = 3,
  NODE_OP_TYPE = 4,
  NODE_ATTRIBUTE = 5,
  NODE_DOMAIN = 7,
  ATTRIBUTE_NAME = 1,
  ATTRIBUTE_F = 2,
  ATTRIBUTE_I = 3,
  ATTRIBUTE_S = 4,
  ATTRIBUTE_T = 5,
  ATTRIBUTE_INTS = 8,
  TENSOR_DIMS = 1,
  TENSOR_DATA_TYPE = 2,
  TENSOR_FLOAT_DATA = 4,
  TENSOR_INT32_DATA = 5,
  TENSOR_INT64_DATA = 7,
  TENSOR_NAME = 8,
  TENSOR_RAW_DATA = 9,
  TENSOR_DOUBLE_DATA = 10,
  TENSOR_EXTERNAL_DATA = 13,
  TENSOR_DATA_LOCATION = 14,
  VALUE_NAME = 1,
  VALUE_TYPE = 2,
  TYPE_TENSOR = 1,
  TENSOR_TYPE_ELEMENT = 1,
  TENSOR_TYPE_SHAPE = 2,
  SHAPE_DIM = 1,
  DIM_VALUE = 1,
};

/* ---- freeing ---- */

static void
tensor_free (gpointer data)
{
  PelOnnxTensor *tensor = data;

  if (tensor == NULL)
    return;
  g_free (tensor->name);
  g_free (tensor->location);
  g_clear_pointer (&tensor->ints, g_array_unref);
  g_free (tensor);
}

static void
attribute_free (gpointer data)
{
  PelOnnxAttribute *attribute = data;

  g_free (attribute->name);
  g_free (attribute->s);
  g_clear_pointer (&attribute->ints, g_array_unref);
  tensor_free (attribute->tensor);
  g_free (attribute);
}

static void
node_free (gpointer data)
{
  PelOnnxNode *node = data;

  g_free (node->name);
  g_free (node->op);
  g_free (node->domain);
  g_ptr_array_unref (node->inputs);
  g_ptr_array_unref (node->outputs);
  g_ptr_array_unref (node->attributes);
  g_free (node);
}

static void
value_free (gpointer data)
{
  PelOnnxValue *value = data;

  g_free (value->name);
  g_free (value);
}

void
pel_onnx_file_free (PelOnnxFile *self)
{
  if (self == NULL)
    return;
  g_free (self->producer);
  g_hash_table_unref (self->metadata);
  g_hash_table_unref (self->tensors);
  g_ptr_array_unref (self->nodes);
  g_ptr_array_unref (self->inputs);
  g_ptr_array_unref (self->outputs);
  g_bytes_unref (self->bytes);
  g_clear_pointer (&self->data, g_bytes_unref);
  g_free (self);
}

/* ---- reading: each function takes one message, and says whether it could be read ---- */

static gboolean
take_text (PelProtobufReader *reader, char **text, gsize most)
{
  g_free (*text);
  *text = pel_protobuf_reader_text (reader, most);
  return *text != NULL;
}

static gboolean
take_name (PelProtobufReader *reader, GPtrArray *names)
{
  char *text = names->len < MAX_LINKS ? pel_protobuf_reader_text (reader, MAX_NAME) : NULL;

  if (text != NULL)
    g_ptr_array_add (names, text);
  return text != NULL;
}

guint
pel_onnx_type_get_size (PelOnnxType type)
{
  switch (type)
    {
    case PEL_ONNX_FLOAT:
    case PEL_ONNX_INT32:
      return 4;
    case PEL_ONNX_INT64:
    case PEL_ONNX_DOUBLE:
      return 8;
    case PEL_ONNX_FLOAT16:
      return 2;
    case PEL_ONNX_BOOL:
      return 1;
    default:
      return 0;
    }
}

/* Whether the numbers that are there are as many as the sizes say. */
static void
check_tensor (PelOnnxTensor *tensor, gsize n_bytes, gboolean elsewhere)
{
  guint size = pel_onnx_type_get_size (tensor->type);

  tensor->n = 1;
  for (guint i = 0; i < tensor->rank; i++)
    if (!g_uint64_checked_mul (&tensor->n, tensor->n, tensor->dims[i]))
      tensor->problem = N_ ("its size is no size");
  if (tensor->problem != NULL)
    return;
  tensor->elsewhere = elsewhere;
  if (elsewhere)
    tensor->problem = N_ ("its numbers lie in another file");
  else if (size == 0)
    tensor->problem = N_ ("its numbers are of a kind that is not read");
  else if (tensor->raw != NULL ? tensor->n != n_bytes / size || n_bytes % size != 0
                               : tensor->n != (tensor->ints != NULL ? tensor->ints->len : 0))
    tensor->problem = N_ ("it has more or fewer numbers than its size says");
}

/* Numbers of four or eight bytes, packed together as raw data are. */
static gboolean
take_packed (PelOnnxTensor *tensor, PelProtobufReader *reader, gsize *n_bytes)
{
  if (reader->wire == PEL_PROTOBUF_LENGTH)
    {
      tensor->raw = reader->data;
      *n_bytes = reader->length;
      return TRUE;
    }
  tensor->problem = N_ ("its numbers are not packed");
  return reader->wire == PEL_PROTOBUF_32 || reader->wire == PEL_PROTOBUF_64;
}

static gboolean
take_ints (PelProtobufReader *reader, GArray **ints)
{
  if (*ints == NULL)
    *ints = g_array_new (FALSE, FALSE, sizeof (gint64));
  return pel_protobuf_reader_ints (reader, *ints, MAX_INTS);
}

static gboolean
take_dims (PelProtobufReader *reader, PelOnnxTensor *tensor)
{
  g_autoptr (GArray) dims = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (!pel_protobuf_reader_ints (reader, dims, PEL_ONNX_MAX_RANK - tensor->rank))
    return FALSE;
  for (guint i = 0; i < dims->len; i++)
    {
      gint64 dim = g_array_index (dims, gint64, i);

      if (dim < 0)
        return FALSE;
      tensor->dims[tensor->rank++] = (guint64)dim;
    }
  return TRUE;
}

/* Where the numbers lie in another file, one thing said at a time. */
static gboolean
take_place (PelProtobufReader *outer, PelOnnxTensor *tensor)
{
  g_autofree char *key = NULL, *value = NULL;
  PelProtobufReader reader;
  gboolean good = pel_protobuf_reader_enter (outer, &reader);

  while (good && pel_protobuf_reader_next (&reader))
    if (reader.field == ENTRY_KEY)
      good = take_text (&reader, &key, MAX_NAME);
    else if (reader.field == ENTRY_VALUE)
      good = take_text (&reader, &value, MAX_NAME);
  if (!good || reader.damaged || key == NULL || value == NULL)
    return FALSE;
  if (strcmp (key, "location") == 0)
    {
      g_free (tensor->location);
      tensor->location = g_steal_pointer (&value);
    }
  else if (strcmp (key, "offset") == 0)
    return g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64, &tensor->offset, NULL);
  else if (strcmp (key, "length") == 0)
    return g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64, &tensor->length, NULL);
  return TRUE;
}

static gboolean
read_tensor_fields (PelOnnxTensor *tensor, PelProtobufReader *reader)
{
  gboolean good = TRUE, elsewhere = FALSE;
  gsize n_bytes = 0;

  while (good && pel_protobuf_reader_next (reader))
    switch (reader->field)
      {
      case TENSOR_DIMS:
        good = take_dims (reader, tensor);
        break;
      case TENSOR_DATA_TYPE:
        tensor->type = (PelOnnxType)MIN (reader->number, G_MAXINT);
        break;
      case TENSOR_NAME:
        good = take_text (reader, &tensor->name, MAX_NAME);
        break;
      case TENSOR_RAW_DATA:
      case TENSOR_FLOAT_DATA:
      case TENSOR_DOUBLE_DATA:
        good = take_packed (tensor, reader, &n_bytes);
        break;
      case TENSOR_INT32_DATA:
      case TENSOR_INT64_DATA:
        good = take_ints (reader, &tensor->ints);
        break;
      case TENSOR_EXTERNAL_DATA:
        good = take_place (reader, tensor);
        break;
      case TENSOR_DATA_LOCATION:
        elsewhere = reader->number != 0;
        break;
      default:
        break;
      }
  check_tensor (tensor, n_bytes, elsewhere);
  return good && !reader->damaged;
}

static PelOnnxTensor *
read_tensor (PelProtobufReader *outer)
{
  PelProtobufReader reader;
  PelOnnxTensor *tensor;

  if (!pel_protobuf_reader_enter (outer, &reader))
    return NULL;
  tensor = g_new0 (PelOnnxTensor, 1);
  tensor->name = g_strdup ("");
  if (read_tensor_fields (tensor, &reader))
    return tensor;
  tensor_free (tensor);
  return NULL;
}

static gboolean
read_attribute (PelProtobufReader *outer, PelOnnxAttribute *attribute)
{
  PelProtobufReader reader;
  gboolean good = pel_protobuf_reader_enter (outer, &reader);

  while (good && pel_protobuf_reader_next (&reader))
    switch (reader.field)
      {
      case ATTRIBUTE_NAME:
        good = take_text (&reader, &attribute->name, MAX_NAME);
        break;
      case ATTRIBUTE_F:
        attribute->f = pel_protobuf_reader_float (&reader);
        break;
      case ATTRIBUTE_I:
        attribute->i = (gint64)reader.number;
        break;
      case ATTRIBUTE_S:
        good = take_text (&reader, &attribute->s, MAX_NAME);
        break;
      case ATTRIBUTE_INTS:
        good = take_ints (&reader, &attribute->ints);
        break;
      case ATTRIBUTE_T:
        tensor_free (attribute->tensor);
        attribute->tensor = read_tensor (&reader);
        good = attribute->tensor != NULL;
        break;
      default:
        break;
      }
  return good && !reader.damaged && attribute->name != NULL;
}

static gboolean
take_attribute (PelProtobufReader *reader, GPtrArray *attributes)
{
  PelOnnxAttribute *attribute = g_new0 (PelOnnxAttribute, 1);

  g_ptr_array_add (attributes, attribute);
  return attributes->len <= MAX_ATTRIBUTES && read_attribute (reader, attribute);
}

static gboolean
read_node (PelProtobufReader *outer, PelOnnxNode *node)
{
  PelProtobufReader reader;
  gboolean good = pel_protobuf_reader_enter (outer, &reader);

  while (good && pel_protobuf_reader_next (&reader))
    switch (reader.field)
      {
      case NODE_INPUT:
        good = take_name (&reader, node->inputs);
        break;
      case NODE_OUTPUT:
        good = take_name (&reader, node->outputs);
        break;
      case NODE_NAME:
        good = take_text (&reader, &node->name, MAX_NAME);
        break;
      case NODE_OP_TYPE:
        good = take_text (&reader, &node->op, MAX_NAME);
        break;
      case NODE_DOMAIN:
        good = take_text (&reader, &node->domain, MAX_NAME);
        break;
      case NODE_ATTRIBUTE:
        good = take_attribute (&reader, node->attributes);
        break;
      default:
        break;
      }
  if (!good || reader.damaged || node->op == NULL || node->outputs->len == 0)
    return FALSE;
  if (node->name == NULL || node->name[0] == '\0')
    {
      g_free (node->name);
      node->name = g_strdup (node->outputs->pdata[0]);
    }
  return TRUE;
}

static gboolean
take_node (PelProtobufReader *reader, GPtrArray *nodes)
{
  PelOnnxNode *node = g_new0 (PelOnnxNode, 1);

  node->inputs = g_ptr_array_new_with_free_func (g_free);
  node->outputs = g_ptr_array_new_with_free_func (g_free);
  node->attributes = g_ptr_array_new_with_free_func (attribute_free);
  g_ptr_array_add (nodes, node);
  return nodes->len <= MAX_NODES && read_node (reader, node);
}

static gboolean
take_tensor (PelProtobufReader *reader, GHashTable *tensors)
{
  PelOnnxTensor *tensor = g_hash_table_size (tensors) < MAX_TENSORS ? read_tensor (reader) : NULL;

  return tensor != NULL && g_hash_table_replace (tensors, tensor->name, tensor);
}

/* A size that is no fixed number is left 0. */
static gboolean
read_dim (PelProtobufReader *outer, guint64 *dim)
{
  PelProtobufReader reader;

  if (!pel_protobuf_reader_enter (outer, &reader))
    return FALSE;
  while (pel_protobuf_reader_next (&reader))
    if (reader.field == DIM_VALUE && reader.number <= G_MAXINT32)
      *dim = reader.number;
  return !reader.damaged;
}

/* ValueInfo, its Type, the Tensor's type, its Shape, and the Dims: one within the other. */
static gboolean
read_value (PelProtobufReader *outer, PelOnnxValue *value, guint level)
{
  PelProtobufReader reader;
  gboolean good = pel_protobuf_reader_enter (outer, &reader);

  while (good && pel_protobuf_reader_next (&reader))
    if (level == 0 && reader.field == VALUE_NAME)
      good = take_text (&reader, &value->name, MAX_NAME);
    else if (level == 2 && reader.field == TENSOR_TYPE_ELEMENT)
      value->type = (guint)MIN (reader.number, G_MAXINT);
    else if (level == 3 && reader.field == SHAPE_DIM)
      good = value->rank < PEL_ONNX_MAX_RANK && read_dim (&reader, &value->dims[value->rank++]);
    else if ((level == 0 && reader.field == VALUE_TYPE) ||
             (level == 1 && reader.field == TYPE_TENSOR) ||
             (level == 2 && reader.field == TENSOR_TYPE_SHAPE))
      good = read_value (&reader, value, level + 1);
  return good && !reader.damaged;
}

static gboolean
take_value (PelProtobufReader *reader, GPtrArray *values)
{
  PelOnnxValue *value = g_new0 (PelOnnxValue, 1);

  g_ptr_array_add (values, value);
  return values->len <= MAX_VALUES && read_value (reader, value, 0) && value->name != NULL;
}

static gboolean
read_graph (PelProtobufReader *outer, PelOnnxFile *self)
{
  PelProtobufReader reader;
  gboolean good = pel_protobuf_reader_enter (outer, &reader);

  while (good && pel_protobuf_reader_next (&reader))
    switch (reader.field)
      {
      case GRAPH_NODE:
        good = take_node (&reader, self->nodes);
        break;
      case GRAPH_INITIALIZER:
        good = take_tensor (&reader, self->tensors);
        break;
      case GRAPH_INPUT:
        good = take_value (&reader, self->inputs);
        break;
      case GRAPH_OUTPUT:
        good = take_value (&reader, self->outputs);
        break;
      default:
        break;
      }
  return good && !reader.damaged;
}

static gboolean
take_metadata (PelProtobufReader *outer, GHashTable *metadata)
{
  g_autofree char *key = NULL, *value = NULL;
  PelProtobufReader reader;
  gboolean good =
      g_hash_table_size (metadata) < MAX_METADATA && pel_protobuf_reader_enter (outer, &reader);

  while (good && pel_protobuf_reader_next (&reader))
    if (reader.field == ENTRY_KEY)
      good = take_text (&reader, &key, MAX_NAME);
    else if (reader.field == ENTRY_VALUE)
      good = take_text (&reader, &value, MAX_TEXT);
  if (!good || reader.damaged)
    return FALSE;
  if (key != NULL && value != NULL)
    g_hash_table_replace (metadata, g_steal_pointer (&key), g_steal_pointer (&value));
  return TRUE;
}

static gboolean
take_opset (PelProtobufReader *outer, gint64 *opset)
{
  g_autofree char *domain = NULL;
  PelProtobufReader reader;
  gint64 version = 0;
  gboolean good = pel_protobuf_reader_enter (outer, &reader);

  while (good && pel_protobuf_reader_next (&reader))
    if (reader.field == OPSET_DOMAIN)
      good = take_text (&reader, &domain, MAX_NAME);
    else if (reader.field == OPSET_VERSION)
      version = (gint64)reader.number;
  if (!good || reader.damaged)
    return FALSE;
  if (domain == NULL || domain[0] == '\0' || strcmp (domain, "ai.onnx") == 0)
    *opset = version;
  return TRUE;
}

static gboolean
read_model (PelProtobufReader *reader, PelOnnxFile *self)
{
  gboolean good = TRUE;

  while (good && pel_protobuf_reader_next (reader))
    switch (reader->field)
      {
      case MODEL_PRODUCER_NAME:
        good = take_text (reader, &self->producer, MAX_NAME);
        break;
      case MODEL_GRAPH:
        good = read_graph (reader, self);
        break;
      case MODEL_OPSET_IMPORT:
        good = take_opset (reader, &self->opset);
        break;
      case MODEL_METADATA:
        good = take_metadata (reader, self->metadata);
        break;
      default:
        break;
      }
  return good && !reader->damaged && self->nodes->len > 0 && self->opset > 0;
}

/* Older files name every constant among the inputs as well. */
static void
drop_constants (PelOnnxFile *self)
{
  for (guint i = self->inputs->len; i-- > 0;)
    {
      PelOnnxValue *value = self->inputs->pdata[i];

      if (g_hash_table_contains (self->tensors, value->name))
        g_ptr_array_remove_index (self->inputs, i);
    }
}

PelOnnxFile *
pel_onnx_file_parse (GBytes *bytes, GError **error)
{
  g_return_val_if_fail (bytes != NULL, NULL);

  g_autoptr (PelOnnxFile) self = g_new0 (PelOnnxFile, 1);
  PelProtobufReader reader;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  self->bytes = g_bytes_ref (bytes);
  self->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->tensors = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, tensor_free);
  self->nodes = g_ptr_array_new_with_free_func (node_free);
  self->inputs = g_ptr_array_new_with_free_func (value_free);
  self->outputs = g_ptr_array_new_with_free_func (value_free);
  pel_protobuf_reader_init (&reader, data, length);
  if (!read_model (&reader, self))
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT,
                           _ ("it is no ONNX file, or damaged; export the network anew"));
      return NULL;
    }
  drop_constants (self);
  return g_steal_pointer (&self);
}

/* ---- asking ---- */

const PelOnnxAttribute *
pel_onnx_node_get (const PelOnnxNode *self, const char *name)
{
  for (guint i = 0; i < self->attributes->len; i++)
    {
      const PelOnnxAttribute *attribute = self->attributes->pdata[i];

      if (strcmp (attribute->name, name) == 0)
        return attribute;
    }
  return NULL;
}

gint64
pel_onnx_node_get_int (const PelOnnxNode *self, const char *name, gint64 otherwise)
{
  const PelOnnxAttribute *attribute = pel_onnx_node_get (self, name);

  return attribute != NULL ? attribute->i : otherwise;
}

const char *
pel_onnx_node_get_text (const PelOnnxNode *self, const char *name, const char *otherwise)
{
  const PelOnnxAttribute *attribute = pel_onnx_node_get (self, name);

  return attribute != NULL && attribute->s != NULL ? attribute->s : otherwise;
}

const char *
pel_onnx_node_get_input (const PelOnnxNode *self, guint i)
{
  const char *name = i < self->inputs->len ? self->inputs->pdata[i] : NULL;

  return name != NULL && name[0] != '\0' ? name : NULL;
}

static double
half_to_double (guint bits)
{
  double sign = bits & 0x8000 ? -1.0 : 1.0, fraction = bits & 0x3ff;
  int exponent = (int)(bits >> 10 & 0x1f);

  if (exponent == 0)
    return sign * ldexp (fraction, -24);
  if (exponent == 31)
    return fraction != 0.0 ? (double)NAN : sign * (double)INFINITY;
  return sign * ldexp (1024.0 + fraction, exponent - 25);
}

static guint64
read_raw (const guint8 *at, guint size)
{
  guint64 bits = 0;

  for (guint i = 0; i < size; i++)
    bits |= (guint64)at[i] << (8 * i);
  return bits;
}

double
pel_onnx_tensor_get (const PelOnnxTensor *self, guint64 i)
{
  guint64 bits;
  guint32 low;
  float single;
  double wide;

  g_return_val_if_fail (self->problem == NULL && i < self->n, 0.0);

  if (self->raw == NULL)
    bits = (guint64)g_array_index (self->ints, gint64, i);
  else
    bits = read_raw (self->raw + i * pel_onnx_type_get_size (self->type),
                     pel_onnx_type_get_size (self->type));
  switch (self->type)
    {
    case PEL_ONNX_FLOAT:
      low = (guint32)bits;
      memcpy (&single, &low, sizeof single);
      return (double)single;
    case PEL_ONNX_DOUBLE:
      memcpy (&wide, &bits, sizeof wide);
      return wide;
    case PEL_ONNX_FLOAT16:
      return half_to_double ((guint)bits & 0xffff);
    case PEL_ONNX_INT32:
      return (double)(gint32)bits;
    case PEL_ONNX_BOOL:
      return bits != 0;
    case PEL_ONNX_INT64:
    default:
      return (double)(gint64)bits;
    }
}
