/* SPDX-License-Identifier: MIT */
#include "engine/infer/pel-onnx-graph.h"

#include "engine/io/pel-protobuf.h"
#include "engine/nn/pel-norm.h"

/* Fields of onnx.proto. */
enum
{
  GRAPH_NODE = 1,
  NODE_INPUT = 1,
  NODE_OUTPUT = 2,
  NODE_NAME = 3,
  NODE_OP_TYPE = 4,
  NODE_ATTRIBUTE = 5,
  ATTRIBUTE_NAME = 1,
  ATTRIBUTE_F = 2,
  ATTRIBUTE_I = 3,
  ATTRIBUTE_S = 4,
  ATTRIBUTE_INTS = 8,
  ATTRIBUTE_TYPE = 20,
};
enum
{
  TYPE_FLOAT = 1,
  TYPE_INT = 2,
  TYPE_STRING = 3,
  TYPE_INTS = 7,
};

/* ---- attributes ---- */

static GByteArray *
begin_attribute (const char *name, guint type)
{
  GByteArray *attribute = g_byte_array_new ();

  pel_protobuf_add_string (attribute, ATTRIBUTE_NAME, name);
  pel_protobuf_add_int (attribute, ATTRIBUTE_TYPE, type);
  return attribute;
}

static void
end_attribute (GByteArray *node, GByteArray *attribute)
{
  pel_protobuf_add_message (node, NODE_ATTRIBUTE, attribute);
  g_byte_array_unref (attribute);
}

/* The same value for rows and columns, or all four sides. ONNX wants these unpacked. */
static void
add_ints (GByteArray *node, const char *name, gint64 value, guint n)
{
  GByteArray *attribute = begin_attribute (name, TYPE_INTS);

  for (guint i = 0; i < n; i++)
    pel_protobuf_add_int (attribute, ATTRIBUTE_INTS, value);
  end_attribute (node, attribute);
}

static void
add_int (GByteArray *node, const char *name, gint64 value)
{
  GByteArray *attribute = begin_attribute (name, TYPE_INT);

  pel_protobuf_add_int (attribute, ATTRIBUTE_I, value);
  end_attribute (node, attribute);
}

static void
add_float (GByteArray *node, const char *name, float value)
{
  GByteArray *attribute = begin_attribute (name, TYPE_FLOAT);

  pel_protobuf_add_float (attribute, ATTRIBUTE_F, value);
  end_attribute (node, attribute);
}

static void
add_text (GByteArray *node, const char *name, const char *value)
{
  GByteArray *attribute = begin_attribute (name, TYPE_STRING);

  pel_protobuf_add_string (attribute, ATTRIBUTE_S, value);
  end_attribute (node, attribute);
}

/* ---- nodes ---- */

/* Begins a node that makes @output of what is called @inputs, a list ended by NULL. */
static GByteArray *
begin_node (const char *op, const char *output, const char *const *inputs)
{
  GByteArray *node = g_byte_array_new ();

  for (guint i = 0; inputs[i] != NULL; i++)
    pel_protobuf_add_string (node, NODE_INPUT, inputs[i]);
  pel_protobuf_add_string (node, NODE_OUTPUT, output);
  pel_protobuf_add_string (node, NODE_NAME, output);
  pel_protobuf_add_string (node, NODE_OP_TYPE, op);
  return node;
}

static void
end_node (PelOnnxGraph *self, GByteArray *node)
{
  pel_protobuf_add_message (self->nodes, GRAPH_NODE, node);
  g_byte_array_unref (node);
}

/* (transfer none): the name MODULE.NAME of a parameter, now used */
static const char *
use (PelOnnxGraph *self, const char *module, const char *name)
{
  char *full = g_strconcat (module, ".", name, NULL);

  g_hash_table_add (self->used, full);
  return full;
}

/* A convolution that keeps the size, ReLU, batch normalisation; returns what it made. */
static char *
add_unit (PelOnnxGraph *self, const char *module, guint which, const char *input)
{
  g_autofree char *conv = g_strdup_printf ("%s.conv%u", module, which);
  g_autofree char *relu = g_strdup_printf ("%s.relu%u", module, which);
  char *norm = g_strdup_printf ("%s.norm%u", module, which);
  const char *conv_in[] = { input, use (self, conv, "weight"), use (self, conv, "bias"), NULL };
  const char *relu_in[] = { conv, NULL };
  const char *norm_in[] = { relu,
                            use (self, norm, "weight"),
                            use (self, norm, "bias"),
                            use (self, norm, "running_mean"),
                            use (self, norm, "running_var"),
                            NULL };
  GByteArray *node = begin_node ("Conv", conv, conv_in);

  add_ints (node, "kernel_shape", 3, 2);
  add_ints (node, "strides", 1, 2);
  add_ints (node, "pads", 1, 4);
  end_node (self, node);
  end_node (self, begin_node ("Relu", relu, relu_in));
  node = begin_node ("BatchNormalization", norm, norm_in);
  add_float (node, "epsilon", (float)PEL_NORM_EPS);
  end_node (self, node);
  return norm;
}

static char *
add_module (PelOnnxGraph *self, const char *module, const char *input)
{
  g_autofree char *first = add_unit (self, module, 0, input);

  return add_unit (self, module, 1, first);
}

static char *
add_pool (PelOnnxGraph *self, const char *module, const char *input)
{
  char *pool = g_strconcat (module, ".pool", NULL);
  const char *in[] = { input, NULL };
  GByteArray *node = begin_node ("MaxPool", pool, in);

  add_ints (node, "kernel_shape", 2, 2);
  add_ints (node, "strides", 2, 2);
  end_node (self, node);
  return pool;
}

/* A 1x1 convolution and an interpolation; @result is what that is called. */
static void
add_interpolation (PelOnnxGraph *self,
                   PelUpsampling upsampling,
                   const char *module,
                   const char *below,
                   const char *result)
{
  g_autofree char *mix = g_strconcat (module, ".mix", NULL);
  g_autofree char *transpose = g_strconcat (module, ".transpose", NULL);
  const char *mix_in[] = { below, use (self, transpose, "weight"), use (self, transpose, "bias"),
                           NULL };
  const char *resize_in[] = { mix, "", PEL_ONNX_SCALES, NULL };
  GByteArray *node = begin_node ("Conv", mix, mix_in);

  add_ints (node, "kernel_shape", 1, 2);
  end_node (self, node);
  node = begin_node ("Resize", result, resize_in);
  add_text (node, "mode", "linear");
  add_text (node, "coordinate_transformation_mode",
            upsampling == PEL_UPSAMPLING_HALF_PIXEL      ? "half_pixel"
            : upsampling == PEL_UPSAMPLING_ALIGN_CORNERS ? "align_corners"
                                                         : "asymmetric");
  end_node (self, node);
}

/* Twice the size, behind the level's skip connection. */
static char *
add_up (PelOnnxGraph *self,
        PelUpsampling upsampling,
        const char *module,
        const char *skip,
        const char *below)
{
  g_autofree char *transpose = g_strconcat (module, ".transpose", NULL);
  char *concat = g_strconcat (module, ".concat", NULL);
  const char *concat_in[] = { skip, transpose, NULL };
  GByteArray *node;

  if (upsampling != PEL_UPSAMPLING_TRANSPOSED)
    add_interpolation (self, upsampling, module, below, transpose);
  else
    {
      const char *up_in[] = { below, use (self, transpose, "weight"), use (self, transpose, "bias"),
                              NULL };

      node = begin_node ("ConvTranspose", transpose, up_in);
      add_ints (node, "kernel_shape", 2, 2);
      add_ints (node, "strides", 2, 2);
      end_node (self, node);
    }
  node = begin_node ("Concat", concat, concat_in);
  add_int (node, "axis", 1);
  end_node (self, node);
  return concat;
}

/* The probability of a cell beside flows: each comes from its own channels of all the scores. */
static void
add_flows (PelOnnxGraph *self, const char *scores, const char *output)
{
  const char *sigmoid_in[] = { scores, NULL };
  const char *cell_in[] = { "chances", PEL_ONNX_CELL_PART, NULL };
  const char *flows_in[] = { scores, PEL_ONNX_FLOW_PART, NULL };
  const char *sum_in[] = { "cell", "flows", NULL };

  end_node (self, begin_node ("Sigmoid", "chances", sigmoid_in));
  end_node (self, begin_node ("Mul", "cell", cell_in));
  end_node (self, begin_node ("Mul", "flows", flows_in));
  end_node (self, begin_node ("Add", output, sum_in));
}

static void
add_head (PelOnnxGraph *self, gboolean has_flows, const char *input, const char *output)
{
  const char *head_in[] = { input, use (self, "head", "weight"), use (self, "head", "bias"), NULL };
  const char *sigmoid_in[] = { "scores", NULL };
  GByteArray *node = begin_node ("Conv", "scores", head_in);

  add_ints (node, "kernel_shape", 1, 2);
  end_node (self, node);
  if (has_flows)
    add_flows (self, "scores", output);
  else
    end_node (self, begin_node ("Sigmoid", output, sigmoid_in));
}

void
pel_onnx_graph_init (PelOnnxGraph *self,
                     const PelUnetConfig *config,
                     gboolean has_flows,
                     const char *input,
                     const char *output)
{
  g_autoptr (GPtrArray) skips = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *last = g_strdup (input);

  self->nodes = g_byte_array_new ();
  self->used = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint level = 0; level < config->depth; level++)
    {
      g_autofree char *module = g_strdup_printf ("down%u", level);
      char *skip = add_module (self, module, last);

      g_ptr_array_add (skips, skip);
      g_free (last);
      last = add_pool (self, module, skip);
    }
  for (guint level = config->depth + 1; level-- > 0;)
    {
      gboolean bottom = level == config->depth;
      g_autofree char *module = bottom ? g_strdup ("bottom") : g_strdup_printf ("up%u", level);
      g_autofree char *in =
          bottom ? g_strdup (last)
                 : add_up (self, config->upsampling, module, skips->pdata[level], last);

      g_free (last);
      last = add_module (self, module, in);
    }
  add_head (self, has_flows, last, output);
}

void
pel_onnx_graph_clear (PelOnnxGraph *self)
{
  g_clear_pointer (&self->nodes, g_byte_array_unref);
  g_clear_pointer (&self->used, g_hash_table_unref);
}
