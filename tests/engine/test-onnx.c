/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "engine/pel-engine.h"

/* What the ONNX file holds, read back field by field. Where PELLICLE_DOORS names a folder, models,
 * inputs and what the engine makes of them are left there, for tests/doors/check-onnx.py. */

typedef struct
{
  guint in_channels, base_channels, depth;
  PelTask task;
  guint n, h, w;
  PelSeparator separator;
} Case;

static const Case cases[] = {
  { 1, 16, 3, PEL_TASK_CELLS, 1, 48, 80 },
  { 3, 5, 2, PEL_TASK_MASK, 2, 20, 36 },
  { 2, 8, 4, PEL_TASK_CELLS, 1, 64, 32 },
  { 1, 8, 3, PEL_TASK_CELLS, 2, 40, 48, PEL_SEPARATOR_FLOWS },
};

/* A model whose running statistics, too, are no round numbers. */
static PelModel *
make_model (const Case *c)
{
  PelTrainConfig config;
  g_autoptr (GError) error = NULL;
  PelRandom random;
  PelModel *model;
  PelUnet *unet;

  pel_train_config_init_preset (&config, PEL_PRESET_QUICK);
  config.in_channels = c->in_channels;
  config.base_channels = c->base_channels;
  config.depth = c->depth;
  config.task = c->task;
  config.separator = c->separator;
  model = pel_model_new (&config, &error);
  g_assert_no_error (error);
  unet = pel_model_get_unet (model);
  pel_random_init (&random, 7, 8);
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *parameter = pel_unet_get_parameter (unet, i);

      for (gsize k = 0; k < parameter->n_values && parameter->rank == 1; k++)
        {
          float step = (float)pel_random_range (&random, -0.2, 0.2);

          parameter->value[k] += step;
          if (g_str_has_suffix (parameter->name, "running_var"))
            parameter->value[k] = fabsf (parameter->value[k]) + 0.2f;
        }
    }
  return model;
}

/* ---- a reader of Protocol Buffers ---- */

typedef struct
{
  const guint8 *at, *end;
  guint field, wire;
  guint64 number;
  const guint8 *data;
  guint64 length;
} Fields;

static guint64
read_varint (Fields *fields)
{
  guint64 value = 0;

  for (guint shift = 0;; shift += 7)
    {
      g_assert_true (fields->at < fields->end && shift < 64);
      value |= (guint64)(*fields->at & 0x7f) << shift;
      if ((*fields->at++ & 0x80) == 0)
        return value;
    }
}

static gboolean
next_field (Fields *fields)
{
  guint64 key;

  if (fields->at == fields->end)
    return FALSE;
  key = read_varint (fields);
  fields->field = (guint)(key >> 3);
  fields->wire = (guint)(key & 7);
  if (fields->wire == 0)
    fields->number = read_varint (fields);
  else
    {
      g_assert_true (fields->wire == 2 || fields->wire == 5);
      fields->length = fields->wire == 5 ? 4 : read_varint (fields);
      g_assert_cmpuint (fields->length, <=, (guint64)(fields->end - fields->at));
      fields->data = fields->at;
      fields->at += fields->length;
    }
  return TRUE;
}

static Fields
enter (const Fields *fields)
{
  return (Fields){ .at = fields->data, .end = fields->data + fields->length };
}

static char *
get_text (const Fields *fields)
{
  return g_strndup ((const char *)fields->data, fields->length);
}

/* ---- what the graph holds ---- */

static void
check_node (const Fields *graph, GHashTable *known, GHashTable *ops)
{
  g_autoptr (GPtrArray) outputs = g_ptr_array_new ();
  guint n_inputs = 0;

  for (Fields node = enter (graph); next_field (&node);)
    {
      char *text = node.field <= 4 ? get_text (&node) : NULL;

      if (node.field == 1)
        {
          /* What is taken was made before, or given. */
          g_assert_true (g_hash_table_contains (known, text));
          n_inputs++;
        }
      if (node.field == 2)
        g_ptr_array_add (outputs, text);
      else if (node.field == 4)
        g_hash_table_insert (
            ops, text, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (ops, text)) + 1));
      else
        g_free (text);
    }
  g_assert_cmpuint (n_inputs, >, 0);
  g_assert_cmpuint (outputs->len, ==, 1);
  g_assert_true (g_hash_table_add (known, outputs->pdata[0]));
}

static void
check_tensor (const Fields *graph, PelUnet *unet, GHashTable *known)
{
  const PelParameter *parameter = NULL;
  g_autofree char *name = NULL;
  gint64 dims[5];
  guint n_dims = 0;
  Fields raw = { 0 };

  for (Fields tensor = enter (graph); next_field (&tensor);)
    {
      if (tensor.field == 1)
        dims[n_dims++] = (gint64)tensor.number;
      else if (tensor.field == 2)
        g_assert_cmpuint (tensor.number, ==, 1);
      else if (tensor.field == 8)
        name = get_text (&tensor);
      else if (tensor.field == 9)
        raw = tensor;
    }
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    if (strcmp (pel_unet_get_parameter (unet, i)->name, name) == 0)
      parameter = pel_unet_get_parameter (unet, i);
  if (parameter == NULL)
    {
      /* What the channels count for, one value each. */
      g_assert_true (strcmp (name, "cell_part") == 0 || strcmp (name, "flow_part") == 0);
      g_assert_cmpuint (n_dims, ==, 3);
      g_assert_cmpint (dims[0], ==, 3);
      g_assert_cmpuint (raw.length, ==, 3 * sizeof (float));
      g_assert_true (g_hash_table_add (known, g_steal_pointer (&name)));
      return;
    }
  g_assert_cmpuint (n_dims, ==, parameter->rank);
  g_assert_cmpint (dims[0], ==, parameter->shape.n);
  g_assert_cmpmem (raw.data, raw.length, parameter->value, parameter->n_values * sizeof (float));
  g_assert_true (g_hash_table_add (known, g_steal_pointer (&name)));
}

static guint
count (GHashTable *ops, const char *op)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (ops, op));
}

/* Tensors stand behind the nodes, so they are read first. */
static void
check_graph (const Fields *model, PelUnet *unet, guint depth, gboolean has_flows)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) ops = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_hash_table_add (known, g_strdup ("image"));
  for (Fields graph = enter (model); next_field (&graph);)
    if (graph.field == 5)
      check_tensor (&graph, unet, known);
  g_assert_cmpuint (g_hash_table_size (known), ==,
                    1 + pel_unet_get_n_parameters (unet) + (has_flows ? 2 : 0));
  for (Fields graph = enter (model); next_field (&graph);)
    if (graph.field == 1)
      check_node (&graph, known, ops);
  g_assert_true (g_hash_table_contains (known, "probabilities"));
  g_assert_cmpuint (count (ops, "Conv"), ==, 2 * (2 * depth + 1) + 1);
  g_assert_cmpuint (count (ops, "Relu"), ==, 2 * (2 * depth + 1));
  g_assert_cmpuint (count (ops, "BatchNormalization"), ==, 2 * (2 * depth + 1));
  g_assert_cmpuint (count (ops, "MaxPool"), ==, depth);
  g_assert_cmpuint (count (ops, "ConvTranspose"), ==, depth);
  g_assert_cmpuint (count (ops, "Concat"), ==, depth);
  g_assert_cmpuint (count (ops, "Sigmoid"), ==, 1);
  g_assert_cmpuint (count (ops, "Mul"), ==, has_flows ? 2 : 0);
  g_assert_cmpuint (count (ops, "Add"), ==, has_flows ? 1 : 0);
}

static void
check_file (const char *path, PelModel *model, const Case *c, guint opset)
{
  g_autofree char *content = NULL;
  gsize length;
  gboolean has_graph = FALSE, has_opset = FALSE, has_preprocessing = FALSE;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  Fields fields = { .at = (const guint8 *)content, .end = (const guint8 *)content + length };
  while (next_field (&fields))
    {
      if (fields.field == 7)
        {
          has_graph = TRUE;
          check_graph (&fields, pel_model_get_unet (model), c->depth,
                       c->separator == PEL_SEPARATOR_FLOWS);
        }
      if (fields.field == 8)
        for (Fields import = enter (&fields); next_field (&import);)
          if (import.field == 2)
            has_opset = import.number == opset;
      if (fields.field == 14)
        for (Fields entry = enter (&fields); next_field (&entry);)
          {
            g_autofree char *text = get_text (&entry);

            if (strcmp (text, "pellicle.preprocessing") == 0)
              has_preprocessing = TRUE;
          }
    }
  g_assert_true (has_graph && has_opset && has_preprocessing);
}

/* ---- for another program ---- */

static void
leave_floats (const char *folder, const char *name, const PelTensor *tensor)
{
  const PelShape *s = &tensor->shape;
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, (const char *)tensor->data,
                                      (gssize)((gsize)s->n * s->c * s->h * s->w * sizeof (float)),
                                      NULL));
}

static void
leave_results (const char *folder, const char *name, PelModel *model, const Case *c)
{
  PelUnet *unet = pel_model_get_unet (model);
  guint n_out = pel_unet_get_config (unet)->out_channels;
  PelPool *pool = pel_pool_new (2);
  PelTensor input = { 0 }, scores = { 0 };
  PelShape in = { c->n, c->in_channels, c->h, c->w }, out = { c->n, n_out, c->h, c->w };
  g_autofree char *in_name = g_strconcat (name, ".input", NULL);
  g_autofree char *out_name = g_strconcat (name, ".output", NULL);
  g_autofree char *sizes_name = g_strconcat (name, ".sizes", NULL);
  g_autofree char *sizes_path = g_build_filename (folder, sizes_name, NULL);
  g_autofree char *sizes =
      g_strdup_printf ("%u %u %u %u %u\n", c->n, c->in_channels, n_out, c->h, c->w);
  PelRandom random;

  g_assert_true (pel_tensor_init (&input, in, NULL));
  g_assert_true (pel_tensor_init (&scores, out, NULL));
  pel_random_init (&random, 1, 2);
  for (gsize i = 0; i < (gsize)in.n * in.c * in.h * in.w; i++)
    input.data[i] = (float)pel_random_uniform (&random);
  g_assert_true (pel_unet_plan (unet, in, PEL_PHASE_PREDICT, pool, NULL));
  g_assert_true (pel_unet_forward (unet, &input, &scores));
  for (gsize i = 0; i < (gsize)out.n * out.c * out.h * out.w; i++)
    {
      gboolean is_flow =
          c->separator == PEL_SEPARATOR_FLOWS && i / ((gsize)out.h * out.w) % out.c > 0;
      scores.data[i] = is_flow ? scores.data[i] / 5.0f : 1.0f / (1.0f + expf (-scores.data[i]));
    }
  leave_floats (folder, in_name, &input);
  leave_floats (folder, out_name, &scores);
  g_assert_true (g_file_set_contents (sizes_path, sizes, -1, NULL));
  pel_tensor_clear (&input);
  pel_tensor_clear (&scores);
  pel_unet_unplan (unet);
  pel_pool_free (pool);
}

static void
test_files (void)
{
  const char *doors = g_getenv ("PELLICLE_DOORS");
  g_autofree char *made = doors == NULL ? g_dir_make_tmp ("pel-onnx-XXXXXX", NULL) : NULL;
  const char *folder = doors != NULL ? doors : made;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PelModel) model = make_model (&cases[i]);
      g_autofree char *case_name = g_strdup_printf ("case%u", i);

      for (guint opset = PEL_ONNX_MIN_OPSET; opset <= PEL_ONNX_MAX_OPSET; opset++)
        {
          g_autoptr (GError) error = NULL;
          g_autofree char *name = g_strdup_printf ("%s-%u.onnx", case_name, opset);
          g_autofree char *path = g_build_filename (folder, name, NULL);

          g_assert_true (pel_onnx_write (model, path, opset, &error));
          g_assert_no_error (error);
          check_file (path, model, &cases[i], opset);
          if (doors == NULL)
            g_assert_cmpint (g_remove (path), ==, 0);
        }
      if (doors != NULL)
        leave_results (folder, case_name, model, &cases[i]);
    }
  if (made != NULL)
    g_assert_cmpint (g_rmdir (made), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/onnx/files", test_files);
  return g_test_run ();
}
