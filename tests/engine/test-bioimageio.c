/* SPDX-License-Identifier: MIT */
#include <archive.h>
#include <archive_entry.h>
#include <glib/gstdio.h>
#include <string.h>

#include "engine/pel-engine.h"

/* Packages of models, unpacked again by hand. Where PELLICLE_DOORS names a folder they are left
 * there, for tests/doors/check-bioimageio.py, which tries whether other programs take them. */

static const char *const files[] = { "rdf.yaml",       "README.md",       "cover.png",
                                     "test-input.npy", "test-output.npy", "weights.onnx" };

typedef struct
{
  guint in_channels, depth;
  PelTask task;
  PelPolarity polarity;
  gint channel;
  double um, zoom;
} Case;

static const Case cases[] = {
  { 1, 2, PEL_TASK_CELLS, PEL_POLARITY_AUTO, -1, 0.0, 1.0 },
  { 3, 1, PEL_TASK_MASK, PEL_POLARITY_KEEP, 0, 0.65, 0.5 },
  { 1, 6, PEL_TASK_CELLS, PEL_POLARITY_KEEP, 1, 0.1, 1.0 },
};

static const char *const authors[] = { "Ada “A.” Example; Institute of \"Quotes\"", "Bo", NULL };

static char *folder;

static PelModel *
make_model (const Case *c)
{
  PelTrainConfig config;
  PelModelInfo info;
  PelModel *model;
  g_autoptr (GError) error = NULL;

  pel_train_config_init_preset (&config, PEL_PRESET_QUICK);
  config.separator = PEL_SEPARATOR_BORDER;
  config.in_channels = c->in_channels;
  config.base_channels = 4;
  config.depth = c->depth;
  config.task = c->task;
  config.polarity = c->polarity;
  config.channel = c->channel;
  config.zoom = c->zoom;
  model = pel_model_new (&config, &error);
  g_assert_no_error (error);
  info = *pel_model_get_info (model);
  info.um_per_px = c->um;
  info.images = 7;
  info.cells = 99;
  info.threshold = 0.45;
  pel_model_set_info (model, &info);
  return model;
}

static char *
write_package (PelModel *model, const char *name)
{
  PelModelCard card = { .name = "Cells of tests",
                        .description = "What: it is for\n- \"all\" of it\\",
                        .authors = authors,
                        .licence = "CC-BY-4.0" };
  char *path = g_build_filename (folder, name, NULL);
  PelPool *pool = pel_pool_new (2);
  g_autoptr (GError) error = NULL;

  g_assert_true (
      pel_bioimageio_write (model, &card, path, PEL_ONNX_DEFAULT_OPSET, pool, NULL, &error));
  g_assert_no_error (error);
  pel_pool_free (pool);
  return path;
}

/* (element-type utf8 GBytes): all entries, each of a name of its own */
static GHashTable *
unpack (const char *path)
{
  GHashTable *entries =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  struct archive *archive = archive_read_new ();
  struct archive_entry *entry;

  g_assert_cmpint (archive_read_support_format_zip (archive), ==, ARCHIVE_OK);
  g_assert_cmpint (archive_read_open_filename (archive, path, 65536), ==, ARCHIVE_OK);
  while (archive_read_next_header (archive, &entry) == ARCHIVE_OK)
    {
      gsize length = (gsize)archive_entry_size (entry);
      guint8 *data = g_malloc (length + 1);

      g_assert_cmpint (archive_read_data (archive, data, length + 1), ==, (gssize)length);
      g_assert_true (g_hash_table_insert (entries, g_strdup (archive_entry_pathname (entry)),
                                          g_bytes_new_take (data, length)));
    }
  g_assert_cmpint (archive_errno (archive), ==, 0);
  archive_read_free (archive);
  return entries;
}

static char *
get_text (GHashTable *entries, const char *name)
{
  GBytes *bytes = g_hash_table_lookup (entries, name);

  g_assert_nonnull (bytes);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* The text between quotes after @key in @line. */
static char *
get_quoted (const char *line, const char *key)
{
  g_autofree char *start = g_strconcat (key, ": \"", NULL);
  const char *value = strstr (line, start);

  if (value == NULL)
    return NULL;
  value += strlen (start);
  g_assert_true (g_str_has_suffix (value, "\""));
  return g_strndup (value, strlen (value) - 1);
}

/* Every file but the description itself is named in it once, with the hash that it has. */
static void
check_hashes (GHashTable *entries, const char *rdf)
{
  g_auto (GStrv) lines = g_strsplit (rdf, "\n", -1);
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *name = get_quoted (lines[i], "source");

      if (name == NULL)
        continue;
      GBytes *bytes = g_hash_table_lookup (entries, name);
      g_autofree char *told = get_quoted (lines[i + 1], "sha256");
      g_assert_nonnull (bytes);
      g_autofree char *found = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
      g_assert_cmpstr (told, ==, found);
      n++;
    }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (files) - 1);
}

/* Reads an array of floats as its header tells. */
static void
read_array (GHashTable *entries, const char *name, PelTensor *tensor)
{
  GBytes *bytes = g_hash_table_lookup (entries, name);
  gsize length, n;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  guint16 header;
  guint shape[4];

  g_assert_cmpmem (data, 8, "\x93NUMPY\x01\x00", 8);
  memcpy (&header, data + 8, 2);
  header = GUINT16_FROM_LE (header);
  g_assert_cmpuint ((10 + header) % 64, ==, 0);
  g_assert_cmpuint (data[10 + header - 1], ==, '\n');
  g_autofree char *text = g_strndup ((const char *)data + 10, header);
  g_assert_cmpint (sscanf (text,
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (%u, %u, %u, %u), }",
                           &shape[0], &shape[1], &shape[2], &shape[3]),
                   ==, 4);
  g_assert_true (
      pel_tensor_init (tensor, (PelShape){ shape[0], shape[1], shape[2], shape[3] }, NULL));
  g_assert_true (pel_shape_count (tensor->shape, &n));
  g_assert_cmpuint (length, ==, 10u + header + n * sizeof (float));
  memcpy (tensor->data, data + 10 + header, n * sizeof (float));
}

/* The picture goes the way of any image: percentiles of its channels, then the network. */
static void
check_tensors (GHashTable *entries, PelModel *model)
{
  PelNormalisation normalisation = *pel_model_get_normalisation (model);
  PelUnet *unet = pel_model_get_unet (model);
  PelTensor input = { 0 }, output = { 0 }, scores = { 0 }, prepared = { 0 };
  PelPool *pool = pel_pool_new (1);
  PelImageScale scale;
  float most = 0.0f, least = 1.0f;

  read_array (entries, "test-input.npy", &input);
  read_array (entries, "test-output.npy", &output);
  const PelShape *s = &input.shape;
  gsize plane = (gsize)s->h * s->w;
  g_assert_cmpuint (s->c, ==, normalisation.in_channels);
  g_assert_cmpuint (s->h, !=, s->w);
  g_assert_true (pel_tensor_init (&scores, output.shape, NULL));
  g_assert_true (pel_tensor_init (&prepared, *s, NULL));
  PelImage *image = pel_image_new (s->w, s->h, s->c, PEL_SAMPLE_F32, NULL);
  for (guint c = 0; c < s->c; c++)
    memcpy (pel_image_get_writable_plane (image, c), input.data + c * plane,
            plane * sizeof (float));
  /* The only channel there is. */
  if (s->c == 1)
    normalisation.channel = 0;
  g_assert_true (pel_normalisation_measure (&normalisation, image, &scale, NULL));
  g_assert_false (scale.turned);
  for (guint c = 0; c < s->c; c++)
    pel_normalisation_read (&normalisation, image, &scale, c,
                            &(PelRect){ 0, 0, (gint)s->w, (gint)s->h }, prepared.data + c * plane);
  g_assert_true (pel_unet_plan (unet, *s, PEL_PHASE_PREDICT, pool, NULL));
  g_assert_true (pel_unet_forward (unet, &prepared, &scores));
  for (gsize i = 0; i < output.shape.c * plane; i++)
    {
      float p = pel_sigmoid (scores.data[i]);

      g_assert_cmpfloat_with_epsilon ((double)p, (double)output.data[i], 2e-4);
      most = MAX (most, output.data[i]);
      least = MIN (least, output.data[i]);
    }
  g_assert_cmpfloat (most, >, least);
  pel_unet_unplan (unet);
  pel_image_unref (image);
  pel_pool_free (pool);
  pel_tensor_clear (&input);
  pel_tensor_clear (&output);
  pel_tensor_clear (&scores);
  pel_tensor_clear (&prepared);
}

/* The network is the one that goes out alone, too. */
static void
check_weights (GHashTable *entries, PelModel *model)
{
  g_autofree char *path = g_build_filename (folder, "alone.onnx", NULL);
  g_autofree char *content = NULL;
  GBytes *bytes = g_hash_table_lookup (entries, "weights.onnx");
  gsize length;

  g_assert_true (pel_onnx_write (model, path, PEL_ONNX_DEFAULT_OPSET, NULL));
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), content, length);
  g_remove (path);
}

static void
check_cover (GHashTable *entries)
{
  GBytes *bytes = g_hash_table_lookup (entries, "cover.png");
  const guint8 *data = g_bytes_get_data (bytes, NULL);
  static const guint8 head[] = { 0x89, 'P', 'N', 'G',  '\r', '\n', 0x1a, '\n',
                                 0,    0,   3,   0x20, 0,    0,    0x01, 0x90 };

  g_assert_cmpuint (g_bytes_get_size (bytes), <, 500000);
  g_assert_cmpmem (data, 8, head, 8);
  g_assert_cmpmem (data + 16, 8, head + 8, 8);
}

/* Lines are `key: value`, `key:`, `- value` or a remark, two spaces for each level. */
static void
check_lines (const char *rdf)
{
  g_autoptr (GRegex) line =
      g_regex_new ("^(?:  )*(?:- )?(?:[a-z0-9_]+:(?: (?:\"(?:[^\"\\\\]|\\\\[\"\\\\/bfnrt]|\\\\u[0-"
                   "9a-fA-F]{4})*\"|-?[0-9.]+(?:e-[0-9]+)?|[a-z0-9_]+|\\[[^\\]]*\\]))?|\"[a-z0-9-]+"
                   "\"|[a-z0-9_]+)$",
                   0, 0, NULL);
  g_auto (GStrv) lines = g_strsplit (rdf, "\n", -1);

  g_assert_nonnull (line);
  g_assert_true (g_str_has_prefix (lines[0], "# "));
  for (guint i = 1; lines[i + 1] != NULL; i++)
    if (!g_regex_match (line, lines[i], 0, NULL))
      g_error ("no YAML of ours: %s", lines[i]);
}

static void
check_facts (const Case *c, const char *rdf, const char *readme)
{
  g_assert_nonnull (strstr (rdf, "license: \"CC-BY-4.0\"\n"));
  g_assert_nonnull (strstr (rdf, "min_percentile: 1\n"));
  g_assert_nonnull (strstr (rdf, "max_percentile: 99.8\n"));
  g_assert_nonnull (strstr (rdf, "threshold: 0.45\n"));
  g_assert_nonnull (strstr (rdf, "affiliation: \"Institute of \\\"Quotes\\\"\"\n"));
  g_assert_true ((strstr (rdf, "- border\n") != NULL) == (c->task == PEL_TASK_CELLS));
  g_assert_true ((strstr (rdf, "micrometer") != NULL) == (c->um > 0.0));
  g_assert_true ((strstr (rdf, "scale: 1.29999") != NULL) == (c->zoom == 0.5));
  g_assert_nonnull (strstr (readme, "percentiles 1 and 99.8"));
  g_assert_true ((strstr (readme, "1 - value") != NULL) == (c->polarity == PEL_POLARITY_AUTO));
  g_assert_true ((strstr (readme, "0.5 times their size") != NULL) == (c->zoom == 0.5));
}

static void
leave (const char *path, guint i)
{
  const char *doors = g_getenv ("PELLICLE_DOORS");
  g_autofree char *name = g_strdup_printf ("case%u.zip", i);
  g_autofree char *content = NULL;
  gsize length;

  if (doors != NULL)
    {
      g_autofree char *there = g_build_filename (doors, name, NULL);

      g_assert_true (g_file_get_contents (path, &content, &length, NULL));
      g_assert_true (g_file_set_contents (there, content, (gssize)length, NULL));
    }
  g_remove (path);
}

static void
test_packages (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PelModel) model = make_model (&cases[i]);
      g_autofree char *path = write_package (model, "package.zip");
      g_autoptr (GHashTable) entries = unpack (path);
      g_autofree char *rdf = get_text (entries, "rdf.yaml");
      g_autofree char *readme = get_text (entries, "README.md");

      g_assert_cmpuint (g_hash_table_size (entries), ==, G_N_ELEMENTS (files));
      check_hashes (entries, rdf);
      check_lines (rdf);
      check_facts (&cases[i], rdf, readme);
      check_tensors (entries, model);
      check_weights (entries, model);
      check_cover (entries);
      leave (path, i);
    }
}

/* The same model gives the same bytes, and what was there before is replaced. */
static void
test_again (void)
{
  g_autoptr (PelModel) model = make_model (&cases[0]);
  g_autofree char *path = write_package (model, "package.zip");
  g_autofree char *first = NULL, *second = NULL, *again = NULL;
  gsize n_first, n_second;

  g_assert_true (g_file_get_contents (path, &first, &n_first, NULL));
  again = write_package (model, "package.zip");
  g_assert_true (g_file_get_contents (again, &second, &n_second, NULL));
  g_assert_cmpmem (first, n_first, second, n_second);
  g_remove (path);
}

/* By a reader of YAML that is not ours, where there is one. */
static void
test_yaml (void)
{
  g_autoptr (PelModel) model = make_model (&cases[1]);
  g_autofree char *path = write_package (model, "package.zip");
  g_autofree char *output = NULL;
  const char *const argv[] = {
    "python3", "-c",
    "import sys, zipfile\n"
    "try:\n    import yaml\nexcept ImportError:\n    sys.exit(77)\n"
    "d = yaml.safe_load(zipfile.ZipFile(sys.argv[1]).read('rdf.yaml'))\n"
    "i, o = d['inputs'][0], d['outputs'][0]\n"
    "assert d['description'] == 'What: it is for\\n- \"all\" of it\\\\', d['description']\n"
    "assert [a['name'] for a in d['authors']] == ['Ada \\u201cA.\\u201d Example', 'Bo']\n"
    "assert d['tags'][:2] == ['unet', '2d']\n"
    "assert [a['type'] for a in i['axes']] == ['batch', 'channel', 'space', 'space']\n"
    "assert len(i['axes'][1]['channel_names']) == 3\n"
    "assert i['preprocessing'][0]['kwargs']['max_percentile'] == 99.8\n"
    "assert i['preprocessing'][0]['kwargs']['axes'] == ['y', 'x']\n"
    "assert o['axes'][2]['size'] == {'tensor_id': 'image', 'axis_id': 'y', 'offset': 0}\n"
    "assert i['axes'][2]['size']['min'] > 2 * o['axes'][2]['halo']\n"
    "s = i['axes'][2]['scale']\n"
    "assert s == o['axes'][2]['scale'] and abs(s - 1.3) < 1e-6\n"
    "assert all(n * s / s == n for n in range(1, 100000))\n"
    "assert o['data']['range'] == [0.0, 1.0]\n"
    "print(d['weights']['onnx']['opset_version'])\n",
    path, NULL
  };
  g_autoptr (GError) error = NULL;
  int status;

  if (!g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL,
                     &status, &error))
    {
      g_test_skip ("no python3");
      g_remove (path);
      return;
    }
  g_remove (path);
  if (g_spawn_check_wait_status (status, &error))
    g_assert_cmpstr (output, ==, "15\n");
  else if (error->code == 77)
    g_test_skip ("python3 has no yaml");
  else
    g_test_fail_printf ("python3 did not read rdf.yaml: %s", error->message);
}

static void
test_card (void)
{
  static const char *const bad_author[] = { "A/B", NULL }, *const no_author[] = { "; x", NULL };
  static const char *const good_author[] = { "Ümit Ö.; İzmir", NULL };
  g_autofree char *long_text = g_strnfill (513, 'x');
  const struct
  {
    PelModelCard card;
    const char *part;
  } bad[] = {
    { { .name = "four" }, "“four”" },
    { { .name = "Zellkörper" }, "plain letters" },
    { { .name = "a/b/c/d/e" }, "plain letters" },
    { { .name = "Cells", .licence = "all rights" }, "SPDX" },
    { { .name = "Cells", .licence = "" }, "SPDX" },
    { { .name = "Cells", .description = long_text }, "512" },
    { { .name = "Cells", .description = "\xff" }, "no text" },
    { { .name = "Cells", .authors = bad_author }, "A/B" },
    { { .name = "Cells", .authors = no_author }, "; x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (pel_model_card_check (&bad[i].card, &error));
      g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT);
      g_assert_nonnull (strstr (error->message, bad[i].part));
    }
  PelModelCard good = { .name = "Cells", .authors = good_author, .licence = "GPL-2.0+" };
  g_assert_true (pel_model_card_check (&good, NULL));
  static const char *const names[] = { "", "a", "Zellkörper 3 (neu)", "x/y\\z.é", "日本語" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *clean = pel_model_card_clean_name (names[i]);

      good.name = clean;
      g_assert_true (pel_model_card_check (&good, NULL));
    }
}

/* A folder that is not there: an error, and nothing left behind. */
static void
test_failure (void)
{
  g_autoptr (PelModel) model = make_model (&cases[0]);
  PelModelCard card = { .name = "Cells" };
  PelPool *pool = pel_pool_new (1);
  g_autofree char *path = g_build_filename (folder, "none", "package.zip", NULL);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autofree char *other = g_build_filename (folder, "package.zip", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (pel_bioimageio_write (model, &card, path, 15, pool, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_cancellable_cancel (cancelled);
  g_assert_false (pel_bioimageio_write (model, &card, other, 15, pool, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (other, G_FILE_TEST_EXISTS));
  pel_pool_free (pool);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pel-bioimageio-XXXXXX", NULL);
  g_test_add_func ("/bioimageio/packages", test_packages);
  g_test_add_func ("/bioimageio/again", test_again);
  g_test_add_func ("/bioimageio/yaml", test_yaml);
  g_test_add_func ("/bioimageio/card", test_card);
  g_test_add_func ("/bioimageio/failure", test_failure);
  status = g_test_run ();
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
  return status;
}
