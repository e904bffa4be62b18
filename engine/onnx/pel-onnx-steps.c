/* SPDX-License-Identifier: MIT */
#include "engine/onnx/pel-onnx-steps.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/onnx/pel-onnx-walk.h"

/* A U-Net of depth 7 has some 120. */
#define MAX_STEPS 600
/* As many as models of this program can take. */
#define MAX_IN_CHANNELS 16
/* Letters of a name in a message. */
#define MAX_NAME 100

/* Sizes of pictures to try, where the file leaves them free: multiples of 2 to the 8th. */
static const double trials[PEL_ONNX_TRIALS][3] = { { 2, 768, 1280 }, { 3, 1792, 512 } };

/* A name from a file as part of a line: short, and without what would break it. */
static char *
make_plain (const char *name)
{
  GString *plain = g_string_new (NULL);
  guint n = 0;

  for (const char *c = name; *c != '\0' && n < MAX_NAME; c = g_utf8_next_char (c), n++)
    {
      gunichar letter = g_utf8_get_char (c);

      g_string_append_unichar (plain, g_unichar_isprint (letter) ? letter : '?');
    }
  if (n == MAX_NAME)
    g_string_append (plain, "…");
  return g_string_free (plain, FALSE);
}

gboolean
pel_onnx_refuse (GError **error, const PelOnnxNode *node, const char *why)
{
  g_autofree char *name = node != NULL ? make_plain (node->name) : NULL;
  g_autofree char *op = node != NULL ? make_plain (node->op) : NULL;

  if (node == NULL)
    g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED, why);
  else
    g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED,
                 /* Translators: a part of a network, what it does (an English word such as
                  * "Conv"), and a sentence about it. */
                 _ ("node “%s” (%s): %s"), name, op, why);
  return FALSE;
}

/* ---- what is known ---- */

const PelOnnxStep *
pel_onnx_walk_get_map (const PelOnnxWalk *self, const char *name)
{
  return name != NULL ? g_hash_table_lookup (self->maps, name) : NULL;
}

const PelOnnxTensor *
pel_onnx_walk_get_tensor (const PelOnnxWalk *self, const char *name)
{
  const PelOnnxTensor *tensor = name != NULL ? g_hash_table_lookup (self->constants, name) : NULL;

  if (tensor == NULL && name != NULL)
    tensor = g_hash_table_lookup (self->file->tensors, name);
  return tensor;
}

const PelOnnxNumbers *
pel_onnx_walk_get_numbers (PelOnnxWalk *self, const char *name)
{
  PelOnnxNumbers *numbers = name != NULL ? g_hash_table_lookup (self->numbers, name) : NULL;
  const PelOnnxTensor *tensor = NULL;

  if (numbers == NULL)
    tensor = pel_onnx_walk_get_tensor (self, name);
  if (tensor != NULL && (numbers = pel_onnx_numbers_new (tensor)) != NULL)
    g_hash_table_replace (self->numbers, (gpointer)name, numbers);
  return numbers;
}

PelOnnxStep *
pel_onnx_walk_add (PelOnnxWalk *self,
                   PelOnnxStepKind kind,
                   const PelOnnxNode *node,
                   const PelOnnxStep *from)
{
  PelOnnxStep *step;

  if (self->steps->all->len >= MAX_STEPS)
    return NULL;
  step = g_new0 (PelOnnxStep, 1);
  if (from != NULL)
    *step = *from;
  step->kind = kind;
  step->node = node;
  step->from[0] = from;
  step->from[1] = NULL;
  step->kernel = 0;
  step->upsampling = PEL_UPSAMPLING_TRANSPOSED;
  step->weight = step->bias = NULL;
  memset (step->norm, 0, sizeof step->norm);
  step->factor = step->summand = NULL;
  g_ptr_array_add (self->steps->all, step);
  if (node != NULL)
    g_hash_table_replace (self->maps, node->outputs->pdata[0], step);
  return step;
}

gboolean
pel_onnx_walk_alias (PelOnnxWalk *self, const PelOnnxNode *node, const PelOnnxStep *map)
{
  g_hash_table_replace (self->maps, node->outputs->pdata[0], (gpointer)map);
  return TRUE;
}

/* ---- sizes ---- */

/* The sizes of @map, or those from one axis up to another. */
static PelOnnxNumbers *
make_shape (const PelOnnxNode *node, const PelOnnxStep *map)
{
  PelOnnxNumbers *shape = g_new0 (PelOnnxNumbers, 1);
  gint64 start = pel_onnx_node_get_int (node, "start", 0);
  gint64 end = pel_onnx_node_get_int (node, "end", 4);

  start = CLAMP (start < 0 ? start + 4 : start, 0, 4);
  end = CLAMP (end < 0 ? end + 4 : end, start, 4);
  shape->rank = 1;
  shape->n = shape->dims[0] = (guint)(end - start);
  shape->dims[1] = 1;
  shape->whole = TRUE;
  for (guint t = 0; t < PEL_ONNX_TRIALS; t++)
    {
      const double sizes[4] = { map->n[t], map->channels, map->height[t], map->width[t] };

      memcpy (shape->values[t], sizes + start, shape->n * sizeof (double));
    }
  return shape;
}

static void
take_numbers (PelOnnxWalk *self, const PelOnnxNode *node, PelOnnxNumbers *numbers)
{
  if (numbers != NULL)
    g_hash_table_replace (self->numbers, node->outputs->pdata[0], numbers);
}

/* What nobody understands is refused when the picture needs it, not before. */
static void
run_numbers (PelOnnxWalk *self, const PelOnnxNode *node)
{
  g_autofree const PelOnnxNumbers **inputs = g_new0 (const PelOnnxNumbers *, node->inputs->len + 1);

  for (guint i = 0; i < node->inputs->len; i++)
    inputs[i] = pel_onnx_walk_get_numbers (self, pel_onnx_node_get_input (node, i));
  take_numbers (self, node, pel_onnx_numbers_run (node, inputs, node->inputs->len));
}

/* ---- the walk ---- */

static gboolean
walk_node (PelOnnxWalk *self, const PelOnnxNode *node, GError **error)
{
  const PelOnnxStep *map = NULL;
  const PelOnnxAttribute *value;
  const PelOnnxTensor *tensor = pel_onnx_walk_get_tensor (self, pel_onnx_node_get_input (node, 0));

  for (guint i = 0; i < node->inputs->len && map == NULL; i++)
    map = pel_onnx_walk_get_map (self, pel_onnx_node_get_input (node, i));
  if (map != NULL && strcmp (node->op, "Shape") == 0)
    take_numbers (self, node, make_shape (node, map));
  else if (map != NULL)
    return pel_onnx_walk_layer (self, node, map, error);
  else if (strcmp (node->op, "Constant") == 0)
    {
      value = pel_onnx_node_get (node, "value");
      if (value != NULL && value->tensor != NULL)
        g_hash_table_replace (self->constants, node->outputs->pdata[0], value->tensor);
    }
  else if (strcmp (node->op, "Identity") == 0 && tensor != NULL)
    g_hash_table_replace (self->constants, node->outputs->pdata[0], (gpointer)tensor);
  else
    run_numbers (self, node);
  return TRUE;
}

/* Where the file leaves the picture's channels free, the first convolution tells. */
static guint64
find_channels (PelOnnxWalk *self, const PelOnnxValue *input)
{
  for (guint i = 0; input->dims[1] == 0 && i < self->file->nodes->len; i++)
    {
      const PelOnnxNode *node = self->file->nodes->pdata[i];
      const PelOnnxTensor *weight =
          pel_onnx_walk_get_tensor (self, pel_onnx_node_get_input (node, 1));

      if (strcmp (node->op, "Conv") == 0)
        return weight != NULL && weight->rank == 4 ? weight->dims[1] : 0;
    }
  return input->dims[1];
}

static gboolean
begin (PelOnnxWalk *self, GError **error)
{
  const PelOnnxValue *input;
  PelOnnxStep *step;
  guint64 channels;

  if (self->file->inputs->len != 1 || self->file->outputs->len != 1)
    return pel_onnx_refuse (error, NULL,
                            _ ("it takes or gives more than one array; export a network that makes "
                               "one result of one picture"));
  input = self->file->inputs->pdata[0];
  channels = find_channels (self, input);
  if (input->rank != 4 || channels < 1 || channels > MAX_IN_CHANNELS ||
      (input->type != PEL_ONNX_FLOAT && input->type != PEL_ONNX_FLOAT16))
    return pel_onnx_refuse (
        error, NULL,
        _ ("its input is no picture of floats with axes for batch, channel, row "
           "and column; export a network for flat pictures in this order"));
  step = pel_onnx_walk_add (self, PEL_ONNX_INPUT, NULL, NULL);
  step->channels = (guint)channels;
  for (guint t = 0; t < PEL_ONNX_TRIALS; t++)
    {
      step->n[t] = input->dims[0] > 0 ? (double)input->dims[0] : trials[t][0];
      step->height[t] = input->dims[2] > 0 ? (double)input->dims[2] : trials[t][1];
      step->width[t] = input->dims[3] > 0 ? (double)input->dims[3] : trials[t][2];
    }
  g_hash_table_replace (self->maps, input->name, step);
  return TRUE;
}

static gboolean
walk (PelOnnxWalk *self, GError **error)
{
  const PelOnnxValue *output;

  if (!begin (self, error))
    return FALSE;
  for (guint i = 0; i < self->file->nodes->len; i++)
    if (!walk_node (self, self->file->nodes->pdata[i], error))
      return FALSE;
  output = self->file->outputs->pdata[0];
  self->steps->output = pel_onnx_walk_get_map (self, output->name);
  if (self->steps->output == NULL)
    return pel_onnx_refuse (error, NULL,
                            _ ("its result is not made of its picture; export the network anew"));
  return TRUE;
}

static void
step_free (gpointer data)
{
  PelOnnxStep *step = data;

  g_free (step->factor);
  g_free (step->summand);
  g_free (step);
}

PelOnnxSteps *
pel_onnx_steps_new (const PelOnnxFile *file, GError **error)
{
  g_return_val_if_fail (file != NULL, NULL);

  g_autoptr (PelOnnxSteps) steps = g_new0 (PelOnnxSteps, 1);
  g_autoptr (GHashTable) maps = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) constants = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  PelOnnxWalk self = {
    .file = file, .steps = steps, .maps = maps, .constants = constants, .numbers = numbers
  };

  steps->all = g_ptr_array_new_with_free_func (step_free);
  return walk (&self, error) ? g_steal_pointer (&steps) : NULL;
}

void
pel_onnx_steps_free (PelOnnxSteps *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->all);
  g_free (self);
}
