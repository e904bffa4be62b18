/* SPDX-License-Identifier: MIT */
#include "engine/infer/pel-onnx.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/infer/pel-onnx-graph.h"
#include "engine/io/pel-file.h"
#include "engine/io/pel-json-text.h"
#include "engine/io/pel-protobuf.h"
#include "engine/nn/pel-flow-loss.h"
#include "engine/train/pel-model-private.h"

#define INPUT "image"
#define OUTPUT "probabilities"
#define IR_VERSION 7
#define ELEMENT_FLOAT 1

/* Protocol Buffers cannot hold more in one file. */
#define MAX_BYTES ((guint64)G_MAXINT32)

/* Fields of onnx.proto. */
enum
{
  MODEL_IR_VERSION = 1,
  MODEL_PRODUCER_NAME = 2,
  MODEL_PRODUCER_VERSION = 3,
  MODEL_DOMAIN = 4,
  MODEL_DOC_STRING = 6,
  MODEL_GRAPH = 7,
  MODEL_OPSET_IMPORT = 8,
  MODEL_METADATA = 14,
  OPSET_DOMAIN = 1,
  OPSET_VERSION = 2,
  ENTRY_KEY = 1,
  ENTRY_VALUE = 2,
  GRAPH_NAME = 2,
  GRAPH_INITIALIZER = 5,
  GRAPH_INPUT = 11,
  GRAPH_OUTPUT = 12,
  TENSOR_DIMS = 1,
  TENSOR_DATA_TYPE = 2,
  TENSOR_NAME = 8,
  TENSOR_RAW_DATA = 9,
  VALUE_NAME = 1,
  VALUE_TYPE = 2,
  TYPE_TENSOR = 1,
  TENSOR_TYPE_ELEMENT = 1,
  TENSOR_TYPE_SHAPE = 2,
  SHAPE_DIM = 1,
  DIM_VALUE = 1,
  DIM_PARAM = 2,
};

/* The same in English in every locale: the file is for programs, and for readers anywhere. */
static const char description[] =
    "U-Net that finds cells, made with Pellicle. Input \"image\": float32 (batch, channel, "
    "height, width), height and width multiples of pellicle.multiple_of. Bring an image to "
    "pellicle.zoom times its size first. An RGB image is made grey as 0.299 R + 0.587 G + 0.114"
    " B if there is one channel; if there are three, an image without colours, or with only one"
    " hue from dark to bright, is given as that grey three times. Prepare each channel: value ="
    " (grey - low) / (high - low), where low and high are the percentiles of its finite grey "
    "values that pellicle.preprocessing names; where polarity is \"auto\" and the median of "
    "value is above 0.5 (its mean over channels), value = 1 - value; then values are limited to"
    " -1 to 2. Where its scaling is \"deviations\" instead, value = (grey - mean) / standard "
    "deviation of the channel, and where it is \"fixed\", value = grey * factor + offset. At "
    "its edges an image is mirrored without repeating the last pixel. Output \"probabilities\":"
    " float32 (batch, output, height, width), outputs as pellicle.outputs names them. flow_down "
    "and "
    "flow_right are no probabilities but a vector of about length 1, in pixels down and to the "
    "right, along the way to the middle of the pixel's cell. A pixel "
    "belongs to a cell from pellicle.threshold on.";

/* ---- what is said about the network ---- */

static void
add_dim (GByteArray *shape, const char *name, guint value)
{
  g_autoptr (GByteArray) dim = g_byte_array_new ();

  if (name != NULL)
    pel_protobuf_add_string (dim, DIM_PARAM, name);
  else
    pel_protobuf_add_int (dim, DIM_VALUE, value);
  pel_protobuf_add_message (shape, SHAPE_DIM, dim);
}

static void
add_value (GByteArray *graph, guint field, const char *name, guint channels)
{
  g_autoptr (GByteArray) value = g_byte_array_new ();
  g_autoptr (GByteArray) type = g_byte_array_new ();
  g_autoptr (GByteArray) tensor = g_byte_array_new ();
  g_autoptr (GByteArray) shape = g_byte_array_new ();

  add_dim (shape, "batch", 0);
  add_dim (shape, NULL, channels);
  add_dim (shape, "height", 0);
  add_dim (shape, "width", 0);
  pel_protobuf_add_int (tensor, TENSOR_TYPE_ELEMENT, ELEMENT_FLOAT);
  pel_protobuf_add_message (tensor, TENSOR_TYPE_SHAPE, shape);
  pel_protobuf_add_message (type, TYPE_TENSOR, tensor);
  pel_protobuf_add_string (value, VALUE_NAME, name);
  pel_protobuf_add_message (value, VALUE_TYPE, type);
  pel_protobuf_add_message (graph, field, value);
}

static void
add_metadata (GByteArray *out, const char *key, const char *text)
{
  g_autoptr (GByteArray) entry = g_byte_array_new ();

  pel_protobuf_add_string (entry, ENTRY_KEY, key);
  pel_protobuf_add_string (entry, ENTRY_VALUE, text);
  pel_protobuf_add_message (out, MODEL_METADATA, entry);
}

static void
add_metadata_number (GByteArray *out, const char *key, double value)
{
  g_autoptr (GString) text = g_string_new (NULL);

  pel_json_append_number (text, value);
  add_metadata (out, key, text->str);
}

static void
add_preprocessing (GByteArray *out, const PelNormalisation *n)
{
  g_autoptr (GString) text = g_string_new ("{\"low_percentile\":");

  pel_json_append_number (text, n->low_percentile);
  g_string_append (text, ",\"high_percentile\":");
  pel_json_append_number (text, n->high_percentile);
  g_string_append_printf (text, ",\"polarity\":\"%s\",\"channels\":%u,\"channel\":",
                          n->polarity == PEL_POLARITY_AUTO ? "auto" : "keep", n->in_channels);
  if (n->channel < 0)
    g_string_append (text, "\"luminance\"");
  else
    g_string_append_printf (text, "%d", n->channel);
  g_string_append_printf (text, ",\"scaling\":\"%s\"", pel_scaling_to_string (n->scaling));
  if (n->scaling == PEL_SCALING_PERCENTILES)
    g_string_append (text, ",\"least\":-1,\"most\":2");
  else if (n->scaling == PEL_SCALING_FIXED)
    {
      g_string_append (text, ",\"factor\":");
      pel_json_append_number (text, n->factor);
      g_string_append (text, ",\"offset\":");
      pel_json_append_number (text, n->offset);
    }
  g_string_append_c (text, '}');
  add_metadata (out, "pellicle.preprocessing", text->str);
}

static void
add_facts (GByteArray *out, PelModel *model)
{
  const PelModelInfo *info = pel_model_get_info (model);
  const PelUnetConfig *config = pel_unet_get_config (pel_model_get_unet (model));
  g_autofree char *json = pel_train_config_to_json (pel_model_get_config (model));
  g_autofree char *facts = pel_model_info_to_json (info);

  add_preprocessing (out, pel_model_get_normalisation (model));
  add_metadata_number (out, "pellicle.multiple_of", (double)(1u << config->depth));
  add_metadata (out, "pellicle.outputs",
                pel_model_get_task (model) != PEL_TASK_CELLS ? "[\"cell\"]"
                : pel_train_config_has_flows (pel_model_get_config (model))
                    ? "[\"cell\",\"flow_down\",\"flow_right\"]"
                    : "[\"cell\",\"border\"]");
  add_metadata_number (out, "pellicle.threshold", info->threshold);
  add_metadata_number (out, "pellicle.min_size_px", info->min_size);
  add_metadata_number (out, "pellicle.separation", info->separation);
  if (info->um_per_px > 0)
    add_metadata_number (out, "pellicle.um_per_px", info->um_per_px);
  if (info->typical_diameter > 0)
    add_metadata_number (out, "pellicle.typical_diameter_px", info->typical_diameter);
  add_metadata_number (out, "pellicle.zoom",
                       pel_train_config_get_zoom (pel_model_get_config (model)));
  add_metadata (out, "pellicle.info", facts);
  add_metadata (out, "pellicle.training", json);
}

/* ---- weights ---- */

/**
 * Tensor:
 * @head: the field of the graph up to the values
 * @values: (array length=n): the values
 * @own: (nullable): the same where they are not the network's as they are
 *
 * A parameter as the file has it.
 */
typedef struct
{
  GByteArray *head;
  const float *values;
  float *own;
  gsize n;
} Tensor;

static void
tensor_clear (gpointer data)
{
  Tensor *self = data;

  g_byte_array_unref (self->head);
  g_free (self->own);
}

/* Of a 1x1 convolution as the network keeps it, (in, out, 2, 2) with four places the same, what
 * ONNX has: (out, in, 1, 1). */
static float *
turn_mix (const PelParameter *parameter)
{
  guint n_in = parameter->shape.n, n_out = parameter->shape.c;
  float *turned = g_new (float, (gsize)n_in *n_out);

  for (guint o = 0; o < n_out; o++)
    for (guint i = 0; i < n_in; i++)
      turned[(gsize)o * n_in + i] = parameter->value[((gsize)i * n_out + o) * 4];
  return turned;
}

static void
tensor_init (Tensor *self, const PelUnetConfig *config, const PelParameter *parameter)
{
  gboolean is_mix = config->upsampling != PEL_UPSAMPLING_TRANSPOSED && parameter->rank == 4 &&
                    parameter->shape.h == 2;
  const PelShape *s = &parameter->shape;
  const guint sizes[4] = { is_mix ? s->c : s->n, is_mix ? s->n : s->c, is_mix ? 1 : s->h,
                           is_mix ? 1 : s->w };
  g_autoptr (GByteArray) head = g_byte_array_new ();

  self->n = parameter->n_values / (is_mix ? 4 : 1);
  self->own = is_mix ? turn_mix (parameter) : NULL;
  self->values = is_mix ? self->own : parameter->value;
  for (guint i = 0; i < parameter->rank; i++)
    pel_protobuf_add_int (head, TENSOR_DIMS, sizes[i]);
  pel_protobuf_add_int (head, TENSOR_DATA_TYPE, ELEMENT_FLOAT);
  pel_protobuf_add_string (head, TENSOR_NAME, parameter->name);
  pel_protobuf_add_head (head, TENSOR_RAW_DATA, self->n * sizeof (float));
  self->head = g_byte_array_new ();
  pel_protobuf_add_head (self->head, GRAPH_INITIALIZER, head->len + self->n * sizeof (float));
  g_byte_array_append (self->head, head->data, head->len);
}

static gboolean
write_values (PelOnnxSink sink, gpointer data, const Tensor *tensor, GError **error)
{
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  return sink (tensor->values, tensor->n * sizeof (float), data, error);
#else
  for (gsize i = 0; i < tensor->n; i++)
    {
      guint32 bits;

      memcpy (&bits, &tensor->values[i], sizeof bits);
      bits = GUINT32_TO_LE (bits);
      if (!sink (&bits, sizeof bits, data, error))
        return FALSE;
    }
  return TRUE;
#endif
}

static gboolean
write_weights (PelOnnxSink sink, gpointer data, GArray *tensors, GError **error)
{
  for (guint i = 0; i < tensors->len; i++)
    {
      const Tensor *tensor = &g_array_index (tensors, Tensor, i);

      if (!sink (tensor->head->data, tensor->head->len, data, error) ||
          !write_values (sink, data, tensor, error))
        return FALSE;
    }
  return TRUE;
}

/* All tensors, and how long the graph gets by them. */
static GArray *
make_tensors (PelUnet *unet, guint64 *length)
{
  guint n = pel_unet_get_n_parameters (unet);
  GArray *tensors = g_array_sized_new (FALSE, TRUE, sizeof (Tensor), n);

  g_array_set_clear_func (tensors, tensor_clear);
  g_array_set_size (tensors, n);
  for (guint i = 0; i < n; i++)
    {
      Tensor *tensor = &g_array_index (tensors, Tensor, i);

      tensor_init (tensor, pel_unet_get_config (unet), pel_unet_get_parameter (unet, i));
      *length += tensor->head->len + tensor->n * sizeof (float);
    }
  return tensors;
}

static void
add_constant (GByteArray *graph,
              const char *name,
              const float *values,
              guint n_values,
              const guint *sizes,
              guint rank)
{
  g_autoptr (GByteArray) tensor = g_byte_array_new ();

  for (guint i = 0; i < rank; i++)
    pel_protobuf_add_int (tensor, TENSOR_DIMS, sizes[i]);
  pel_protobuf_add_int (tensor, TENSOR_DATA_TYPE, ELEMENT_FLOAT);
  pel_protobuf_add_string (tensor, TENSOR_NAME, name);
  pel_protobuf_add_head (tensor, TENSOR_RAW_DATA, n_values * sizeof *values);
  for (guint i = 0; i < n_values; i++)
    {
      guint32 bits;

      memcpy (&bits, &values[i], sizeof bits);
      bits = GUINT32_TO_LE (bits);
      g_byte_array_append (tensor, (const guint8 *)&bits, sizeof bits);
    }
  pel_protobuf_add_message (graph, GRAPH_INITIALIZER, tensor);
}

/* By how much a map grows where the network interpolates. */
static void
add_scales (GByteArray *graph)
{
  static const float scales[] = { 1.0f, 1.0f, 2.0f, 2.0f };
  static const guint size = G_N_ELEMENTS (scales);

  add_constant (graph, PEL_ONNX_SCALES, scales, size, &size, 1);
}

/* What the channels of probabilities and of scores count where some of them are flows. */
static void
add_parts (GByteArray *graph)
{
  static const float cell[] = { 1.0f, 0.0f, 0.0f };
  static const float flows[] = { 0.0f, 1.0f / PEL_FLOW_SCALE, 1.0f / PEL_FLOW_SCALE };
  static const guint sizes[] = { G_N_ELEMENTS (cell), 1, 1 };

  add_constant (graph, PEL_ONNX_CELL_PART, cell, sizes[0], sizes, G_N_ELEMENTS (sizes));
  add_constant (graph, PEL_ONNX_FLOW_PART, flows, sizes[0], sizes, G_N_ELEMENTS (sizes));
}

/* Whether the graph takes every parameter that the network has, and no other. */
static gboolean
check_parameters (const PelOnnxGraph *graph, PelUnet *unet)
{
  guint n = pel_unet_get_n_parameters (unet);

  for (guint i = 0; i < n; i++)
    if (!g_hash_table_contains (graph->used, pel_unet_get_parameter (unet, i)->name))
      return FALSE;
  return g_hash_table_size (graph->used) == n;
}

/* ---- the file ---- */

static GByteArray *
make_head (PelModel *model, guint opset)
{
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GByteArray) import = g_byte_array_new ();

  pel_protobuf_add_int (out, MODEL_IR_VERSION, IR_VERSION);
  pel_protobuf_add_string (out, MODEL_PRODUCER_NAME, "Pellicle");
  pel_protobuf_add_string (out, MODEL_PRODUCER_VERSION, PEL_VERSION);
  pel_protobuf_add_string (out, MODEL_DOC_STRING, description);
  pel_protobuf_add_string (import, OPSET_DOMAIN, "");
  pel_protobuf_add_int (import, OPSET_VERSION, opset);
  pel_protobuf_add_message (out, MODEL_OPSET_IMPORT, import);
  add_facts (out, model);
  return out;
}

gboolean
pel_onnx_write_to (PelModel *model, guint opset, PelOnnxSink sink, gpointer data, GError **error)
{
  g_return_val_if_fail (model != NULL && sink != NULL, FALSE);
  g_return_val_if_fail (opset >= PEL_ONNX_MIN_OPSET && opset <= PEL_ONNX_MAX_OPSET, FALSE);

  PelUnet *unet = pel_model_get_unet (model);
  const PelUnetConfig *config = pel_unet_get_config (unet);
  gboolean has_flows = pel_train_config_has_flows (pel_model_get_config (model));
  g_auto (PelOnnxGraph) graph = { 0 };
  g_autoptr (GByteArray) head = make_head (model, opset);
  g_autoptr (GByteArray) ends = g_byte_array_new ();
  guint64 length = 0;

  pel_onnx_graph_init (&graph, config, has_flows, INPUT, OUTPUT);
  g_assert (check_parameters (&graph, unet));
  pel_protobuf_add_string (ends, GRAPH_NAME, "unet");
  add_value (ends, GRAPH_INPUT, INPUT, config->in_channels);
  add_value (ends, GRAPH_OUTPUT, OUTPUT, config->out_channels);
  if (config->upsampling != PEL_UPSAMPLING_TRANSPOSED)
    add_scales (ends);
  if (has_flows)
    add_parts (ends);
  g_autoptr (GArray) tensors = make_tensors (unet, &length);
  length += graph.nodes->len + ends->len;
  if (head->len + length > MAX_BYTES)
    {
      g_set_error_literal (
          error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED,
          _ ("the model is larger than the 2 GiB that an ONNX file can hold; train "
             "one with fewer channels"));
      return FALSE;
    }
  pel_protobuf_add_head (head, MODEL_GRAPH, length);
  return sink (head->data, head->len, data, error) &&
         sink (graph.nodes->data, graph.nodes->len, data, error) &&
         write_weights (sink, data, tensors, error) && sink (ends->data, ends->len, data, error);
}

static gboolean
write_to_file (const void *bytes, gsize length, gpointer file, GError **error)
{
  return pel_atomic_file_write (file, bytes, length, error);
}

gboolean
pel_onnx_write (PelModel *model, const char *path, guint opset, GError **error)
{
  g_return_val_if_fail (model != NULL && path != NULL, FALSE);

  g_autoptr (PelAtomicFile) file = pel_atomic_file_new (path, error);
  return file != NULL && pel_onnx_write_to (model, opset, write_to_file, file, error) &&
         pel_atomic_file_commit (file, error);
}
