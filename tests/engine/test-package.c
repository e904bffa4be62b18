/* SPDX-License-Identifier: MIT */
#include <archive.h>
#include <archive_entry.h>
#include <glib/gstdio.h>
#include <string.h>

#include "engine/infer/pel-package-card.h"
#include "engine/infer/pel-package-read.h"
#include "engine/io/pel-npy-tensor.h"
#include "engine/io/pel-yaml.h"
#include "engine/io/pel-zip-writer.h"
#include "engine/pel-engine.h"

/* BioImage.IO packages as models: our own, others' (tests/data/packages, whose script tells how
 * they were made), and what is refused. */

static char *folder;

static void
assert_told (const GError *error, const char *words)
{
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strchr (error->message, '\n'));
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” does not tell of “%s”", error->message, words);
}

/* ---- YAML ---- */

static JsonNode *
parse (const char *text, GError **error)
{
  return pel_yaml_parse ((const guint8 *)text, strlen (text), error);
}

static void
test_yaml (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = parse ("# a remark\n"
                                     "name: \"A: b\\n\"\n"
                                     "list:\n- 1.5\n- {x: y, z: [1, 2]}\n"
                                     "empty: ~\n"
                                     "folded: >\n  one\n  two\n",
                                     &error);

  g_assert_no_error (error);
  JsonObject *object = json_node_get_object (root);
  g_assert_cmpstr (json_object_get_string_member (object, "name"), ==, "A: b\n");
  JsonArray *list = json_object_get_array_member (object, "list");
  g_assert_cmpstr (json_array_get_string_element (list, 0), ==, "1.5");
  JsonArray *inner = json_object_get_array_member (json_array_get_object_element (list, 1), "z");
  g_assert_cmpstr (json_array_get_string_element (inner, 1), ==, "2");
  g_assert_true (json_object_get_null_member (object, "empty"));
  g_assert_cmpstr (json_object_get_string_member (object, "folded"), ==, "one two\n");
}

/* Nothing grows, nests or repeats without end. */
static void
test_bad_yaml (void)
{
  g_autoptr (GString) bomb = g_string_new ("a: &a [x, x, x, x, x, x, x, x, x]\n");
  g_autoptr (GString) deep = g_string_new ("a: ");
  g_autoptr (GString) many = g_string_new ("a:\n");
  g_autofree char *large = g_strnfill (3 << 20, 'x');

  for (char c = 'b'; c < 'l'; c++)
    g_string_append_printf (bomb, "%c: &%c [*%c, *%c, *%c, *%c]\n", c, c, c - 1, c - 1, c - 1,
                            c - 1);
  for (guint i = 0; i < 2000; i++)
    g_string_append_c (deep, '[');
  for (guint i = 0; i < 60000; i++)
    g_string_append (many, "- 1\n");
  const struct
  {
    const char *text, *words;
  } bad[] = {
    { bomb->str, "line 2" },    { deep->str, "more than" },   { many->str, "more than" },
    { large, "1 MiB" },         { "a: 1\na: 2\n", "line 2" }, { "? [1]\n: 2\n", "name" },
    { "a: \"\\0\"\n", "text" }, { "a: [1\n", "YAML" },        { "a: 1\n---\nb: 2\n", "no more" },
    { "", "one description" },  { "a: \xff\xfe\n", "YAML" },  { "a: *b\n", "refers" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (bad[i].text, &error));
      assert_told (error, bad[i].words);
    }
}

/* ---- arrays ---- */

static GByteArray *
make_npy (const char *header, gsize n_bytes)
{
  GByteArray *file = g_byte_array_new ();
  guint8 size[2] = { (guint8)strlen (header), (guint8)(strlen (header) >> 8) };
  g_autofree guint8 *values = g_malloc0 (n_bytes + 1);

  for (gsize i = 0; i < n_bytes; i++)
    values[i] = (guint8)i;
  g_byte_array_append (file, (const guint8 *)"\x93NUMPY\x01\x00", 8);
  g_byte_array_append (file, size, 2);
  g_byte_array_append (file, (const guint8 *)header, (guint)strlen (header));
  g_byte_array_append (file, values, (guint)n_bytes);
  return file;
}

static void
test_arrays (void)
{
  static const char good[] = "{'descr': '<u2', 'fortran_order': False, 'shape': (2, 3), }\n";
  static const struct
  {
    const char *header;
    gsize n_bytes;
  } bad[] = {
    { "{'descr': '<u2', 'fortran_order': False, 'shape': (2, 3), }\n", 11 },
    { "{'descr': '<u2', 'fortran_order': True, 'shape': (2, 3), }\n", 12 },
    { "{'descr': '>u2', 'fortran_order': False, 'shape': (2, 3), }\n", 12 },
    { "{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }\n", 12 },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1), }\n", 4 },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (999999, 999999, 999999, 999999), }\n",
      8 },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4), }\n", 0 },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 4), }\n", 4 },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (1", 4 },
    { "nothing", 4 },
  };
  g_autoptr (GByteArray) file = make_npy (good, 12);
  g_autoptr (GError) error = NULL;
  PelTensor tensor;

  g_assert_true (pel_npy_to_tensor (&tensor, file->data, file->len, &error));
  g_assert_no_error (error);
  g_assert_true (pel_shape_equal (tensor.shape, (PelShape){ 1, 1, 2, 3 }));
  for (guint i = 0; i < 6; i++)
    g_assert_cmpfloat (tensor.data[i], ==, (float)(2 * i + 256 * (2 * i + 1)));
  pel_tensor_clear (&tensor);
  for (guint i = 0; i < file->len; i++)
    {
      g_autofree guint8 *cut = g_memdup2 (file->data, i + 1);

      if (i + 1 < file->len)
        g_assert_false (pel_npy_to_tensor (&tensor, cut, i + 1, NULL));
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GByteArray) one = make_npy (bad[i].header, bad[i].n_bytes);
      g_autoptr (GError) told = NULL;

      g_assert_false (pel_npy_to_tensor (&tensor, one->data, one->len, &told));
      assert_told (told, "NumPy");
    }
}

/* ---- our own come back ---- */

static PelModel *
load (const char *path, const char *outputs, GPtrArray *notes, GError **error)
{
  PelPool *pool = pel_pool_new (2);
  PelModel *model = pel_package_load (path, outputs, notes, pool, NULL, error);

  pel_pool_free (pool);
  return model;
}

static void
check_own (PelTask task,
           guint in_channels,
           PelPolarity polarity,
           PelScaling scaling,
           PelUpsampling upsampling)
{
  g_autofree char *path = g_build_filename (folder, "own.zip", NULL);
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  PelModelCard card = { .name = "Our own model" };
  PelTrainConfig config;
  PelModelInfo info;
  PelPool *pool = pel_pool_new (2);

  pel_train_config_init_preset (&config, PEL_PRESET_QUICK);
  config.base_channels = 4;
  config.depth = 2;
  config.task = task;
  config.in_channels = in_channels;
  config.choose_colour = FALSE;
  config.polarity = polarity;
  config.scaling = scaling;
  config.grey_factor = 0.001;
  config.grey_offset = -0.5;
  config.upsampling = upsampling;
  config.zoom = 0.5;
  config.low_percentile = 0.75;
  g_autoptr (PelModel) model = pel_model_new (&config, &error);
  g_assert_no_error (error);
  info = *pel_model_get_info (model);
  info.um_per_px = 0.65;
  info.threshold = 0.41;
  pel_model_set_info (model, &info);
  g_assert_true (
      pel_bioimageio_write (model, &card, path, PEL_ONNX_DEFAULT_OPSET, pool, NULL, &error));
  g_assert_no_error (error);
  g_autoptr (PelModel) back = load (path, NULL, notes, &error);
  g_assert_no_error (error);
  g_autofree char *before = pel_train_config_to_json (pel_model_get_config (model));
  g_autofree char *after = pel_train_config_to_json (pel_model_get_config (back));
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpfloat (pel_model_get_info (back)->um_per_px, ==, 0.65);
  g_assert_cmpfloat (pel_model_get_info (back)->threshold, ==, 0.41);
  g_assert_cmpint (pel_model_get_normalisation (back)->scaling, ==, scaling);
  /* The test picture was compared: to the last digit, as the weights are the same. */
  g_assert_cmpuint (notes->len, ==, 1);
  const char *within = strstr (notes->pdata[0], "within ");
  g_assert_nonnull (within);
  g_assert_cmpfloat (g_ascii_strtod (within + strlen ("within "), NULL), <, 1e-4);

  /* On an image, too. */
  PelImage *image = pel_image_new (64, 64, 1, PEL_SAMPLE_U16, NULL);
  guint16 *plane = pel_image_get_writable_plane (image, 0);
  for (guint i = 0; i < 64 * 64; i++)
    plane[i] = (guint16)(500 + 73 * i % 997);
  g_autoptr (PelPrediction) a =
      pel_predict_image (model, image, NULL, pool, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (PelPrediction) b =
      pel_predict_image (back, image, NULL, pool, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (a->foreground, 64 * 64 * sizeof (float), b->foreground,
                   64 * 64 * sizeof (float));
  pel_image_unref (image);
  pel_pool_free (pool);
  g_remove (path);
}

static void
test_own (void)
{
  check_own (PEL_TASK_CELLS, 1, PEL_POLARITY_AUTO, PEL_SCALING_PERCENTILES,
             PEL_UPSAMPLING_TRANSPOSED);
  check_own (PEL_TASK_MASK, 1, PEL_POLARITY_KEEP, PEL_SCALING_DEVIATIONS,
             PEL_UPSAMPLING_HALF_PIXEL);
  check_own (PEL_TASK_CELLS, 1, PEL_POLARITY_KEEP, PEL_SCALING_FIXED, PEL_UPSAMPLING_ALIGN_CORNERS);
  /* For colours: the channels of the test picture are the network's inputs, one for one. */
  check_own (PEL_TASK_CELLS, 3, PEL_POLARITY_AUTO, PEL_SCALING_PERCENTILES,
             PEL_UPSAMPLING_TRANSPOSED);
  check_own (PEL_TASK_MASK, 3, PEL_POLARITY_KEEP, PEL_SCALING_DEVIATIONS,
             PEL_UPSAMPLING_TRANSPOSED);
}

/* ---- others' ---- */

static char *
get_path (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".zip", NULL);

  return g_test_build_filename (G_TEST_DIST, "data", "packages", file, NULL);
}

/* What NumPy and ONNX Runtime make of a picture, ours makes too. */
static void
test_others (void)
{
  g_autofree char *list =
      g_test_build_filename (G_TEST_DIST, "data", "packages", "packages.txt", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents (list, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], " ", -1);
      g_autofree char *path = NULL;
      g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GError) error = NULL;

      if (fields[0] == NULL || fields[0][0] == '#' || fields[1] == NULL)
        continue;
      path = get_path (fields[0]);
      g_autoptr (PelModel) model = load (path, NULL, notes, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (pel_scaling_to_string (pel_model_get_normalisation (model)->scaling), ==,
                       fields[1]);
      for (guint k = 0; k < notes->len; k++)
        g_test_message ("%s: %s", fields[0], (const char *)notes->pdata[k]);
      g_assert_cmpfloat (pel_model_get_info (model)->um_per_px, ==,
                         strcmp (fields[0], "version-4") == 0 ? 0 : 0.25);
      n++;
    }
  g_assert_cmpuint (n, >=, 5);
}

/* ---- what is refused ---- */

/* A copy of a package with its description changed, and another picture where @picture is not NULL.
 */
static char *
change (const char *name, const char *from, const char *to)
{
  g_autofree char *source = get_path (name);
  char *path = g_build_filename (folder, "changed.zip", NULL);
  g_autoptr (PelZipWriter) writer = pel_zip_writer_new (path, NULL);
  struct archive *archive = archive_read_new ();
  struct archive_entry *entry;
  gboolean found = FALSE;

  g_assert_cmpint (archive_read_support_format_zip (archive), ==, ARCHIVE_OK);
  g_assert_cmpint (archive_read_open_filename (archive, source, 65536), ==, ARCHIVE_OK);
  while (archive_read_next_header (archive, &entry) == ARCHIVE_OK)
    {
      gsize length = (gsize)archive_entry_size (entry);
      g_autofree char *data = g_malloc0 (length + 1);
      const char *entry_name = archive_entry_pathname (entry);

      g_assert_cmpint (archive_read_data (archive, data, length + 1), ==, (gssize)length);
      if (strcmp (entry_name, "rdf.yaml") == 0)
        {
          g_autoptr (GString) text = g_string_new (data);

          found = g_string_replace (text, from, to, 0) > 0;
          g_assert_true (
              pel_zip_writer_add (writer, entry_name, (guint8 *)text->str, text->len, NULL));
        }
      else
        g_assert_true (pel_zip_writer_add (writer, entry_name, (guint8 *)data, length, NULL));
    }
  archive_read_free (archive);
  g_assert_true (found);
  g_assert_true (pel_zip_writer_finish (writer, NULL));
  return path;
}

static void
test_refused (void)
{
  static const struct
  {
    const char *name, *from, *to, *words;
  } changes[] = {
    { "deviations", "type: model", "type: dataset", "no model" },
    { "deviations", "format_version: 0.5.3", "format_version: 0.3.6", "0.3.6" },
    { "deviations", "zero_mean_unit_variance", "binarize", "binarize" },
    { "deviations", "  onnx:", "  torchscript:", "torchscript" },
    { "deviations", "source: weights.onnx", "source: https://zenodo.org/weights.onnx", "package" },
    { "deviations", "source: weights.onnx", "source: ../weights.onnx", "package" },
    { "deviations", "source: weights.onnx", "source: other.onnx", "other.onnx" },
    { "deviations", "source: test-input.npy", "source: /etc/passwd", "package" },
    { "deviations", "source: test-output.npy", "source: README.md", "hash" },
    { "deviations", "source: test-input.npy", "source: \"a\\e[2J\\nb.npy\"", "package" },
    { "deviations", "type: channel", "type: index", "axes" },
    { "deviations", "id: y\n", "id: z\n", "axes" },
    { "deviations", "- nucleus", "- cell\n    - cell", "results mean" },
    { "percentiles", "max_percentile: 99.0", "max_percentile: 40.0", "scale_range" },
    { "percentiles", "max: 2.0", "max: 1.0", "clip" },
    { "percentiles", "id: sigmoid", "id: softmax", "softmax" },
    { "percentiles", "dtype: float32", "dtype: uint8", "ensure_dtype" },
    { "fixed", "gain: 0.002", "gain: 0", "scale_linear" },
    { "fixed", "std: 0.6", "std: -1", "variance" },
    /* It is not what the package was tested with. */
    { "fixed", "gain: 0.002", "gain: 0.02", "something else" },
    { "version-4", "axes: bcyx", "axes: byxc", "axes" },
    { "version-4", "mode: per_sample", "mode: per_dataset", "zero_mean" },
    { "version-4", "\ninputs:\n- name", "\ninputs: []\nold:\n- name", "more than one" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autofree char *path = change (changes[i].name, changes[i].from, changes[i].to);
      g_autoptr (GError) error = NULL;

      g_assert_null (load (path, NULL, NULL, &error));
      assert_told (error, changes[i].words);
      g_remove (path);
    }
}

/* Archives that are cut, are none, or hold nothing of the kind. */
static void
test_archives (void)
{
  g_autofree char *source = get_path ("deviations");
  g_autofree char *content = NULL;
  g_autoptr (GError) gone = NULL;
  PelPool *pool = pel_pool_new (1);
  gsize length;

  g_assert_true (g_file_get_contents (source, &content, &length, NULL));
  for (gsize n = 0; n < length; n += 101)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (content, n);
      g_autoptr (GError) error = NULL;

      g_autoptr (PelModel) model = pel_package_read (bytes, NULL, NULL, pool, NULL, &error);

      /* All files are there before the archive's directory begins. */
      g_assert_true ((model == NULL) == (error != NULL));
      g_assert_true (model == NULL || n > length * 9 / 10);
    }
  pel_pool_free (pool);
  g_assert_null (load ("/nowhere/at/all.zip", NULL, NULL, &gone));
  assert_told (gone, "");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pel-package-XXXXXX", NULL);
  g_test_add_func ("/package/yaml", test_yaml);
  g_test_add_func ("/package/bad-yaml", test_bad_yaml);
  g_test_add_func ("/package/arrays", test_arrays);
  g_test_add_func ("/package/own", test_own);
  g_test_add_func ("/package/others", test_others);
  g_test_add_func ("/package/refused", test_refused);
  g_test_add_func ("/package/archives", test_archives);
  status = g_test_run ();
  g_rmdir (folder);
  g_free (folder);
  return status;
}
