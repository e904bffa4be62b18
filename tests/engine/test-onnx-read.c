/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "engine/io/pel-protobuf.h"
#include "engine/onnx/pel-onnx-numbers.h"
#include "engine/pel-engine.h"

/* Networks of ONNX files as models: our own, others' (tests/data/onnx, whose script tells how they
 * were made), and files that are none. */

static char *folder;

/* ---- our own come back as they were ---- */

typedef struct
{
  guint in_channels, base_channels, depth, opset;
  PelTask task;
  PelPolarity polarity;
  gint channel;
  PelUpsampling upsampling;
} Case;

static const Case cases[] = {
  { 1, 16, 3, 13, PEL_TASK_CELLS, PEL_POLARITY_AUTO, -1 },
  { 3, 5, 2, 17, PEL_TASK_MASK, PEL_POLARITY_KEEP, -1 },
  { 2, 8, 4, 15, PEL_TASK_CELLS, PEL_POLARITY_KEEP, -1 },
  { 1, 1, 1, 14, PEL_TASK_MASK, PEL_POLARITY_AUTO, 2 },
  { 1, 2, 7, 16, PEL_TASK_CELLS, PEL_POLARITY_AUTO, 0 },
  { 1, 4, 3, 13, PEL_TASK_CELLS, PEL_POLARITY_AUTO, -1, PEL_UPSAMPLING_HALF_PIXEL },
  { 1, 16, 2, 17, PEL_TASK_MASK, PEL_POLARITY_KEEP, -1, PEL_UPSAMPLING_ALIGN_CORNERS },
  { 1, 3, 2, 15, PEL_TASK_MASK, PEL_POLARITY_KEEP, -1, PEL_UPSAMPLING_ASYMMETRIC },
};

static PelModel *
make_model (const Case *c)
{
  PelTrainConfig config;
  PelModelInfo info;
  PelModel *model;
  PelUnet *unet;
  PelRandom random;
  g_autoptr (GError) error = NULL;

  pel_train_config_init_preset (&config, PEL_PRESET_BALANCED);
  config.in_channels = c->in_channels;
  config.base_channels = c->base_channels;
  config.depth = c->depth;
  config.task = c->task;
  config.polarity = c->polarity;
  config.channel = c->channel;
  config.upsampling = c->upsampling;
  config.zoom = 0.75;
  config.low_percentile = 0.35;
  model = pel_model_new (&config, &error);
  g_assert_no_error (error);
  info = *pel_model_get_info (model);
  info.threshold = 0.37;
  info.min_size = 29;
  info.min_share = 0.11;
  info.separation = 0.63;
  info.um_per_px = 0.325;
  info.typical_diameter = 1.0 / 3.0;
  info.images = 12;
  info.cells = 345;
  info.created = 1700000000;
  pel_model_set_info (model, &info);
  unet = pel_model_get_unet (model);
  pel_random_init (&random, 5, 6);
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *parameter = pel_unet_get_parameter (unet, i);

      for (gsize k = 0; k < parameter->n_values && parameter->rank == 1; k++)
        parameter->value[k] = (float)pel_random_range (&random, 1e-9, 1.0);
    }
  return model;
}

static GBytes *export(PelModel *model, guint opset)
{
  g_autofree char *path = g_build_filename (folder, "model.onnx", NULL);
  g_autoptr (GError) error = NULL;
  char *content;
  gsize length;

  g_assert_true (pel_onnx_write (model, path, opset, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  g_remove (path);
  return g_bytes_new_take (content, length);
}

static void
assert_same (PelModel *a, PelModel *b)
{
  const PelModelInfo *x = pel_model_get_info (a), *y = pel_model_get_info (b);
  const PelNormalisation *m = pel_model_get_normalisation (a);
  const PelNormalisation *n = pel_model_get_normalisation (b);
  g_autofree char *p = pel_train_config_to_json (pel_model_get_config (a));
  g_autofree char *q = pel_train_config_to_json (pel_model_get_config (b));
  PelUnet *u = pel_model_get_unet (a), *v = pel_model_get_unet (b);

  g_assert_cmpstr (p, ==, q);
  g_assert_cmpfloat (x->threshold, ==, y->threshold);
  g_assert_cmpuint (x->min_size, ==, y->min_size);
  g_assert_cmpfloat (x->min_share, ==, y->min_share);
  g_assert_cmpfloat (x->separation, ==, y->separation);
  g_assert_cmpfloat (x->um_per_px, ==, y->um_per_px);
  g_assert_cmpfloat (x->typical_diameter, ==, y->typical_diameter);
  g_assert_cmpuint (x->cells, ==, y->cells);
  g_assert_cmpint (x->created, ==, y->created);
  g_assert_cmpfloat (m->low_percentile, ==, n->low_percentile);
  g_assert_cmpfloat (m->high_percentile, ==, n->high_percentile);
  g_assert_cmpint (m->polarity, ==, n->polarity);
  g_assert_cmpint (m->channel, ==, n->channel);
  g_assert_cmpuint (pel_unet_get_n_parameters (u), ==, pel_unet_get_n_parameters (v));
  for (guint i = 0; i < pel_unet_get_n_parameters (u); i++)
    {
      const PelParameter *s = pel_unet_get_parameter (u, i);
      const PelParameter *t = pel_unet_get_parameter (v, i);

      g_assert_cmpstr (s->name, ==, t->name);
      g_assert_cmpmem (s->value, s->n_values * sizeof (float), t->value,
                       t->n_values * sizeof (float));
    }
}

static void
test_own (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PelModel) model = make_model (&cases[i]);
      g_autoptr (GBytes) bytes = export(model, cases[i].opset);
      g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GError) error = NULL;
      g_autoptr (PelModel) back = pel_onnx_read (bytes, NULL, notes, &error);

      g_assert_no_error (error);
      assert_same (model, back);
      g_assert_cmpuint (notes->len, ==, 0);
    }
}

/* The ready-made model on an image: every pixel of the prediction the same. */
static void
test_prediction (void)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "..", "data", "models", "ready-made.safetensors", NULL);
  g_autofree char *image_path =
      g_test_build_filename (G_TEST_DIST, "..", "data", "sample", "images", "t98g_12.png", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PelModel) model = pel_model_load (path, &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) bytes = export(model, PEL_ONNX_DEFAULT_OPSET);
  g_autoptr (PelModel) back = pel_onnx_read (bytes, NULL, NULL, &error);
  g_assert_no_error (error);
  PelImage *image = pel_image_load (image_path, 0, NULL, &error);
  g_assert_no_error (error);
  PelPool *pool = pel_pool_new (2);
  g_autoptr (PelPrediction) a =
      pel_predict_image (model, image, NULL, pool, NULL, NULL, NULL, NULL);
  g_autoptr (PelPrediction) b = pel_predict_image (back, image, NULL, pool, NULL, NULL, NULL, NULL);
  gsize n = (gsize)a->width * a->height * sizeof (float);

  g_assert_cmpmem (a->foreground, n, b->foreground, n);
  n *= pel_separator_get_n_planes (a->separator);
  g_assert_cmpmem (a->parting, n, b->parting, n);
  g_assert_true (pel_labels_equal (a->labels, b->labels));
  pel_pool_free (pool);
  pel_image_unref (image);
}

/* ---- what others made ---- */

static GBytes *
read_sample (const char *name, const char *suffix)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "onnx", file, NULL);
  char *content;
  gsize length;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  return g_bytes_new_take (content, length);
}

static void
draw_picture (PelTensor *picture)
{
  const PelShape *s = &picture->shape;
  float *value = picture->data;

  for (guint c = 0; c < s->c; c++)
    for (guint y = 0; y < s->h; y++)
      for (guint x = 0; x < s->w; x++)
        *value++ = (float)((73 * x + 151 * y + 337 * c) % 256) / 255.0f;
}

/* What our network makes of it, against result @row of the file. */
static double
compare (PelModel *model, PelShape in, guint output, const float *expected)
{
  PelUnet *unet = pel_model_get_unet (model);
  guint n_out = pel_unet_get_config (unet)->out_channels;
  gsize plane = (gsize)in.h * in.w;
  PelTensor picture = { 0 }, scores = { 0 };
  PelPool *pool = pel_pool_new (1);
  double worst = 0.0;

  g_assert_true (pel_tensor_init (&picture, in, NULL));
  g_assert_true (pel_tensor_init (&scores, (PelShape){ 1, n_out, in.h, in.w }, NULL));
  draw_picture (&picture);
  g_assert_true (pel_unet_plan (unet, in, PEL_PHASE_PREDICT, pool, NULL));
  g_assert_true (pel_unet_forward (unet, &picture, &scores));
  for (gsize i = 0; i < plane; i++)
    worst =
        MAX (worst, (double)fabsf (pel_sigmoid (scores.data[output * plane + i]) - expected[i]));
  pel_unet_unplan (unet);
  pel_tensor_clear (&picture);
  pel_tensor_clear (&scores);
  pel_pool_free (pool);
  return worst;
}

/* FIELDS: read NAME OPTION ROLES CHANNELS ROWS COLUMNS */
static void
check_read (char **fields)
{
  PelOnnxReadOptions options = PEL_ONNX_READ_OPTIONS_DEFAULT;
  g_autoptr (GBytes) bytes = read_sample (fields[1], ".onnx");
  g_autoptr (GBytes) results = read_sample (fields[1], ".f32");
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) roles = g_strsplit (fields[3], ",", -1);
  PelShape in = { 1, (guint)atoi (fields[4]), (guint)atoi (fields[5]), (guint)atoi (fields[6]) };
  gsize plane = (gsize)in.h * in.w;
  const float *expected = g_bytes_get_data (results, NULL);
  gboolean borders = strstr (fields[3], "border") != NULL;

  options.outputs = strcmp (fields[2], "-") == 0 ? NULL : fields[2];
  g_autoptr (PelModel) model = pel_onnx_read (bytes, &options, notes, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (results), ==, g_strv_length (roles) * plane * sizeof (float));
  g_assert_cmpint (pel_model_get_task (model), ==, borders ? PEL_TASK_CELLS : PEL_TASK_MASK);
  g_assert_cmpuint (notes->len, >=, 1);
  for (guint i = 0; roles[i] != NULL; i++)
    {
      gboolean cell = strcmp (roles[i], "cell") == 0;
      double worst;

      if (!cell && strcmp (roles[i], "border") != 0)
        continue;
      worst = compare (model, in, cell ? 0 : 1, expected + i * plane);
      g_test_message ("%s, %s: at most %.2g apart", fields[1], roles[i], worst);
      g_assert_cmpfloat (worst, <, 1e-4);
    }
}

static void
assert_told (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_cmpuint (strlen (error->message), >, 20);
}

/* FIELDS: refuse NAME OPTION OPERATOR WORDS… */
static void
check_refused (char **fields)
{
  PelOnnxReadOptions options = PEL_ONNX_READ_OPTIONS_DEFAULT;
  g_autoptr (GBytes) bytes = read_sample (fields[1], ".onnx");
  g_autoptr (GError) error = NULL;
  g_autofree char *op = g_strdup_printf ("(%s)", fields[3]);
  g_autofree char *words = g_strjoinv (" ", fields + 4);

  options.outputs = strcmp (fields[2], "-") == 0 ? NULL : fields[2];
  g_assert_null (pel_onnx_read (bytes, &options, NULL, &error));
  assert_told (error);
  g_test_message ("%s: %s", fields[1], error->message);
  g_assert_nonnull (strstr (error->message, words));
  if (strcmp (fields[3], "-") != 0)
    g_assert_nonnull (strstr (error->message, op));
}

static void
test_samples (void)
{
  g_autoptr (GBytes) list = read_sample ("samples", ".txt");
  g_autofree char *text = g_strndup (g_bytes_get_data (list, NULL), g_bytes_get_size (list));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n_read = 0, n_refused = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], " ", -1);

      if (g_strcmp0 (fields[0], "read") == 0)
        {
          check_read (fields);
          n_read++;
        }
      else if (g_strcmp0 (fields[0], "refuse") == 0)
        {
          check_refused (fields);
          n_refused++;
        }
    }
  g_assert_cmpuint (n_read, >=, 20);
  g_assert_cmpuint (n_refused, >=, 15);
}

static GByteArray *
make_tensor (const char *name, const gint64 *dims, guint rank, gint64 type, gsize n_bytes)
{
  GByteArray *tensor = g_byte_array_new ();
  g_autofree guint8 *zeros = g_malloc0 (n_bytes + 1);

  for (guint i = 0; i < rank; i++)
    pel_protobuf_add_int (tensor, 1, dims[i]);
  pel_protobuf_add_int (tensor, 2, type);
  pel_protobuf_add_string (tensor, 8, name);
  pel_protobuf_add_head (tensor, 9, n_bytes);
  g_byte_array_append (tensor, zeros, (guint)n_bytes);
  return tensor;
}

/* input → one node → output, with a tensor that is said to be something */
static GByteArray *
make_file (const char *op, const GByteArray *tensor, gint64 opset)
{
  GByteArray *file = g_byte_array_new ();
  g_autoptr (GByteArray) graph = g_byte_array_new ();
  g_autoptr (GByteArray) node = g_byte_array_new ();
  g_autoptr (GByteArray) import = g_byte_array_new ();

  pel_protobuf_add_string (node, 1, "image");
  pel_protobuf_add_string (node, 1, "w");
  pel_protobuf_add_string (node, 2, "out");
  pel_protobuf_add_string (node, 4, op);
  pel_protobuf_add_message (graph, 1, node);
  if (tensor != NULL)
    pel_protobuf_add_message (graph, 5, tensor);
  for (guint field = 11; field <= 12; field++)
    {
      g_autoptr (GByteArray) value = g_byte_array_new ();
      g_autoptr (GByteArray) type = g_byte_array_new ();
      g_autoptr (GByteArray) array = g_byte_array_new ();
      g_autoptr (GByteArray) shape = g_byte_array_new ();

      for (guint i = 0; i < 4; i++)
        {
          g_autoptr (GByteArray) dim = g_byte_array_new ();

          pel_protobuf_add_int (dim, 1, i == 1 ? 1 : 64);
          pel_protobuf_add_message (shape, 1, dim);
        }
      pel_protobuf_add_int (array, 1, 1);
      pel_protobuf_add_message (array, 2, shape);
      pel_protobuf_add_message (type, 1, array);
      pel_protobuf_add_string (value, 1, field == 11 ? "image" : "out");
      pel_protobuf_add_message (value, 2, type);
      pel_protobuf_add_message (graph, field, value);
    }
  pel_protobuf_add_string (import, 1, "");
  pel_protobuf_add_int (import, 2, opset);
  pel_protobuf_add_message (file, 8, import);
  pel_protobuf_add_message (file, 7, graph);
  return file;
}

/* The same network with its weights in another file beside it, as newer exporters write it. */
static void
test_external (void)
{
  g_autoptr (GBytes) network = read_sample ("external", ".onnx");
  g_autoptr (GBytes) weights = read_sample ("external", ".data");
  g_autoptr (GBytes) whole = read_sample ("padded-folded", ".onnx");
  g_autofree char *path = g_build_filename (folder, "a.onnx", NULL);
  g_autofree char *beside = g_build_filename (folder, "external.data", NULL);
  g_autoptr (GError) error = NULL;
  const char *data = g_bytes_get_data (weights, NULL);
  gssize n = (gssize)g_bytes_get_size (weights);

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (network, NULL),
                                      (gssize)g_bytes_get_size (network), NULL));
  g_assert_null (pel_onnx_load (path, NULL, NULL, &error));
  assert_told (error);
  g_assert_nonnull (strstr (error->message, "external.data"));
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (beside, data, n, NULL));
  g_autoptr (PelModel) a = pel_onnx_load (path, NULL, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (PelModel) b = pel_onnx_read (whole, NULL, NULL, NULL);
  assert_same (a, b);
  /* Cut short, or only in memory. */
  g_assert_true (g_file_set_contents (beside, data, n - 1, NULL));
  g_assert_null (pel_onnx_load (path, NULL, NULL, &error));
  assert_told (error);
  g_clear_error (&error);
  g_assert_null (pel_onnx_read (network, NULL, NULL, &error));
  g_assert_nonnull (strstr (error->message, "another file"));
  g_remove (path);
  g_remove (beside);
}

/* A file that would have its weights read from elsewhere. */
static void
test_elsewhere (void)
{
  static const char *const places[] = { "../x", "/etc/passwd", "a/b", ".hidden", "", ".." };
  static const gint64 dims[4] = { 1, 1, 3, 3 };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (GByteArray) tensor = make_tensor ("w", dims, 4, 1, 0);
      g_autoptr (GByteArray) entry = g_byte_array_new ();
      g_autofree char *path = g_build_filename (folder, "a.onnx", NULL);
      g_autoptr (GError) error = NULL;

      pel_protobuf_add_string (entry, 1, "location");
      pel_protobuf_add_string (entry, 2, places[i]);
      pel_protobuf_add_message (tensor, 13, entry);
      pel_protobuf_add_int (tensor, 14, 1);
      g_autoptr (GByteArray) file = make_file ("Conv", tensor, 13);
      g_assert_true (g_file_set_contents (path, (const char *)file->data, (gssize)file->len, NULL));
      g_assert_null (pel_onnx_load (path, NULL, NULL, &error));
      g_assert_nonnull (strstr (error->message, "another file"));
      g_remove (path);
    }
}

static void
test_outputs (void)
{
  static const char *const bad[] = {
    "", "cell", "cell,cell", "border,background", "cell,cells", "cell,border,x", "CELL,border"
  };
  g_autoptr (GBytes) bytes = read_sample ("two-scores", ".onnx");
  PelOnnxReadOptions options = PEL_ONNX_READ_OPTIONS_DEFAULT;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      options.outputs = bad[i];
      g_assert_null (pel_onnx_read (bytes, &options, NULL, &error));
      g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT);
      assert_told (error);
    }
  /* Two scores can also be meant one by one. */
  options.outputs = "border, cell";
  options.polarity = PEL_POLARITY_AUTO;
  options.low_percentile = 2.0;
  g_autoptr (PelModel) model = pel_onnx_read (bytes, &options, NULL, NULL);
  g_assert_nonnull (model);
  g_assert_cmpint (pel_model_get_task (model), ==, PEL_TASK_CELLS);
  g_assert_cmpint (pel_model_get_normalisation (model)->polarity, ==, PEL_POLARITY_AUTO);
  g_assert_cmpfloat (pel_model_get_normalisation (model)->low_percentile, ==, 2.0);
}

/* ---- files that are none ---- */

static void
assert_refused (const void *data, gsize length, const char *part)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  g_autoptr (GError) error = NULL;
  g_autoptr (PelModel) model = pel_onnx_read (bytes, NULL, NULL, &error);

  g_assert_null (model);
  assert_told (error);
  if (part != NULL && strstr (error->message, part) == NULL)
    g_error ("“%s” does not tell of “%s”", error->message, part);
}

static void
test_cut_short (void)
{
  g_autoptr (GBytes) bytes = read_sample ("padded", ".onnx");
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  for (gsize n = 0; n < length; n += n < 400 ? 1 : 37)
    assert_refused (data, n, NULL);
}

static void
test_forged (void)
{
  static const struct
  {
    const char *op;
    gint64 dims[4];
    gsize n_bytes;
    gint64 type;
    const char *part;
  } forged[] = {
    { "Conv", { 1, 1, 3, 3 }, 36, 1, "(Conv)" }, /* no pads: it would shrink */
    { "Conv", { G_MAXINT64, 1, 3, 3 }, 36, 1, "weights" },
    { "Conv", { 1 << 30, 1 << 30, 1 << 30, 1 << 30 }, 0, 1, "weights" },
    { "Conv", { 4096, 1, 3, 3 }, 36, 1, "weights" },
    { "Conv", { 0, 1, 3, 3 }, 0, 1, "weights" },
    { "Conv", { 1, 1, 3, 3 }, 36, 99, "weights" },
    { "Conv", { 1, 1, 3, 3 }, 72, 7, "weights" },
    { "Conv", { 1, 2, 3, 3 }, 72, 1, "weights" },
    { "Conv", { 1, 1, 1000, 1000 }, 4000000, 1, "weights" },
    { "Softmax", { 1, 1, 1, 1 }, 4, 1, "(Softmax)" },
    { "Resize", { 1, 1, 1, 1 }, 4, 1, "(Resize)" },
    { "Pad", { 1, 1, 1, 8 }, 64, 7, "(Pad)" },
    { "Loop", { 1, 1, 1, 1 }, 4, 1, "(Loop)" },
    { "Mul", { 2, 1, 1, 1 }, 8, 1, "(Mul)" },
    { "Relu", { 1, 1, 1, 1 }, 4, 1, "(Relu)" },
    { "Identity", { 1, 1, 1, 1 }, 4, 1, "U-Net" },
    { "Concat", { 1, 1, 1, 1 }, 4, 1, "(Concat)" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (forged); i++)
    {
      g_autoptr (GByteArray) tensor =
          make_tensor ("w", forged[i].dims, 4, forged[i].type, forged[i].n_bytes);
      g_autoptr (GByteArray) file = make_file (forged[i].op, tensor, 13);

      assert_refused (file->data, file->len, forged[i].part);
    }
  g_autoptr (GByteArray) no_weights = make_file ("Conv", NULL, 13);
  assert_refused (no_weights->data, no_weights->len, "weights");
  g_autoptr (GByteArray) no_version = make_file ("Relu", NULL, 0);
  assert_refused (no_version->data, no_version->len, "no ONNX file");
  assert_refused ("{\"a\":1}", 7, "no ONNX file");
  assert_refused ("PK\x03\x04 and no more", 15, "no ONNX file");
}

/* Messages that claim more than there is, or nest where nothing may nest. */
static void
test_damaged (void)
{
  static const struct
  {
    guint8 bytes[14];
    guint n;
  } damaged[] = {
    { { 0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f }, 6 },                                /* a long graph */
    { { 0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 }, 11 }, /* longer */
    { { 0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f }, 11 }, /* no number */
    { { 0x3a, 0x02, 0x0a, 0x05 }, 4 },                                            /* within */
    { { 0x3b }, 1 },                                                              /* a group */
    { { 0x00, 0x01 }, 2 },                                                        /* no field */
    { { 0x39, 1, 2, 3 }, 4 },                                                     /* cut short */
    { { 0x3a, 0x80 }, 2 },
    { { 0x12, 0x02, 0xff, 0xfe }, 4 }, /* no text */
    { { 0x12, 0x01, 0x00 }, 3 },       /* a text that ends too early */
  };

  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++)
    assert_refused (damaged[i].bytes, damaged[i].n, "no ONNX file");
}

/* Twenty thousand and one nodes, tensors or texts. */
static void
test_many (void)
{
  static const guint fields[] = { 1, 5, 11 };

  for (guint k = 0; k < G_N_ELEMENTS (fields); k++)
    {
      g_autoptr (GByteArray) graph = g_byte_array_new ();
      g_autoptr (GByteArray) file = g_byte_array_new ();

      for (guint i = 0; i < 20001; i++)
        {
          g_autoptr (GByteArray) part = g_byte_array_new ();
          g_autofree char *name = g_strdup_printf ("%u", i);

          pel_protobuf_add_string (part, fields[k] == 5 ? 8 : 1, name);
          if (fields[k] == 1)
            {
              pel_protobuf_add_string (part, 2, name);
              pel_protobuf_add_string (part, 4, "Relu");
            }
          pel_protobuf_add_message (graph, fields[k], part);
        }
      pel_protobuf_add_message (file, 7, graph);
      assert_refused (file->data, file->len, "no ONNX file");
    }
}

/* Tables of nothing, as long as a number can be: nobody may count through them. */
static void
test_empty_tables (void)
{
  static const gint64 tables[][2] = { { G_MAXUINT32, 0 }, { 0, G_MAXUINT32 }, { 0, 65 }, { 0, 1 } };
  const gint64 one = 1;
  PelOnnxNode node = { .op = (char *)"Slice" };
  g_autoptr (GPtrArray) attributes = g_ptr_array_new ();
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GByteArray) graph = g_byte_array_new ();
  g_autoptr (GByteArray) import = g_byte_array_new ();
  g_autoptr (GByteArray) relu = g_byte_array_new ();
  g_autoptr (GByteArray) start = make_tensor ("start", &one, 1, PEL_ONNX_INT64, 8);
  g_autoptr (PelOnnxFile) parsed = NULL;
  g_autoptr (GError) error = NULL;

  node.attributes = attributes;
  pel_protobuf_add_string (relu, 1, "image");
  pel_protobuf_add_string (relu, 2, "out");
  pel_protobuf_add_string (relu, 4, "Relu");
  pel_protobuf_add_message (graph, 1, relu);
  pel_protobuf_add_message (graph, 5, start);
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);
      g_autoptr (GByteArray) tensor = make_tensor (name, tables[i], 2, PEL_ONNX_INT64, 0);

      pel_protobuf_add_message (graph, 5, tensor);
    }
  pel_protobuf_add_int (import, 2, 13);
  pel_protobuf_add_message (file, 8, import);
  pel_protobuf_add_message (file, 7, graph);
  g_autoptr (GBytes) bytes = g_bytes_new (file->data, file->len);
  parsed = pel_onnx_file_parse (bytes, &error);
  g_assert_no_error (error);
  g_autofree PelOnnxNumbers *zero =
      pel_onnx_numbers_new (g_hash_table_lookup (parsed->tensors, "start"));
  g_assert_nonnull (zero);
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);
      g_autofree PelOnnxNumbers *numbers =
          pel_onnx_numbers_new (g_hash_table_lookup (parsed->tensors, name));
      const PelOnnxNumbers *inputs[] = { numbers, zero };
      g_autofree PelOnnxNumbers *part = NULL;

      /* The last one alone is small. */
      g_assert_true ((numbers != NULL) == (i == G_N_ELEMENTS (tables) - 1));
      part = pel_onnx_numbers_run (&node, inputs, G_N_ELEMENTS (inputs));
      g_assert_true ((part != NULL) == (numbers != NULL));
    }
}

/* What Pellicle wrote beside a network, changed by somebody. */
static void
test_metadata (void)
{
  g_autoptr (PelModel) model = make_model (&cases[3]);
  g_autoptr (GBytes) bytes = export(model, 15);
  g_autofree char *deep = g_strnfill (100000, '[');
  const struct
  {
    const char *key, *value;
  } changed[] = {
    { "pellicle.training", "" },
    { "pellicle.training", "[1]" },
    { "pellicle.training", deep },
    { "pellicle.training", "{\"depth\": 8}" },
    { "pellicle.training", "{\"depth\": 1, \"base_channels\": 400}" },
    { "pellicle.preprocessing", deep },
    { "pellicle.preprocessing", "{\"polarity\": 3}" },
    { "pellicle.preprocessing", "{\"polarity\": \"choose\"}" },
    { "pellicle.info", deep },
    { "pellicle.info", "{\"threshold\": 7}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (changed); i++)
    {
      g_autoptr (GByteArray) entry = g_byte_array_new ();
      g_autoptr (GByteArray) file = g_byte_array_new ();

      /* The later of two entries counts. */
      g_byte_array_append (file, g_bytes_get_data (bytes, NULL), (guint)g_bytes_get_size (bytes));
      pel_protobuf_add_string (entry, 1, changed[i].key);
      pel_protobuf_add_string (entry, 2, changed[i].value);
      pel_protobuf_add_message (file, 14, entry);
      assert_refused (file->data, file->len, "says about itself");
    }
}

static void
test_files (void)
{
  g_autofree char *none = g_build_filename (folder, "none.onnx", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (pel_onnx_load (none, NULL, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);
  g_assert_null (pel_onnx_load (folder, NULL, NULL, &error));
  assert_told (error);
  g_assert_true (pel_onnx_is_candidate ("a/b.ONNX"));
  g_assert_false (pel_onnx_is_candidate (".onnx"));
  g_assert_false (pel_onnx_is_candidate ("a.safetensors"));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pel-onnx-read-XXXXXX", NULL);
  g_test_add_func ("/onnx-read/own", test_own);
  g_test_add_func ("/onnx-read/prediction", test_prediction);
  g_test_add_func ("/onnx-read/samples", test_samples);
  g_test_add_func ("/onnx-read/external", test_external);
  g_test_add_func ("/onnx-read/elsewhere", test_elsewhere);
  g_test_add_func ("/onnx-read/outputs", test_outputs);
  g_test_add_func ("/onnx-read/cut-short", test_cut_short);
  g_test_add_func ("/onnx-read/forged", test_forged);
  g_test_add_func ("/onnx-read/damaged", test_damaged);
  g_test_add_func ("/onnx-read/many", test_many);
  g_test_add_func ("/onnx-read/empty-tables", test_empty_tables);
  g_test_add_func ("/onnx-read/metadata", test_metadata);
  g_test_add_func ("/onnx-read/files", test_files);
  status = g_test_run ();
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
  return status;
}
