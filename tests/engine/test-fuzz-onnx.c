/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/pel-engine.h"
#include "tests/engine/mutants.h"

/* ONNX files with some bytes changed. Whatever comes out but a crash, a hang, a network that cannot
 * be run, or an error without words is right. PELLICLE_FUZZ_SECONDS sets how many seconds of the
 * processor it takes, PELLICLE_SEED where the random numbers begin. Built with
 * -Db_sanitize=address,undefined this is the fuzzer of the reader. */

#define DEFAULT_SECONDS 1.5
/* Of the processor's time: the machine may have other things to do. */
#define MAX_SECONDS 20

static const char *const words[] = { "Conv",
                                     "ConvTranspose",
                                     "BatchNormalization",
                                     "Relu",
                                     "MaxPool",
                                     "Concat",
                                     "Resize",
                                     "Upsample",
                                     "Pad",
                                     "Slice",
                                     "Shape",
                                     "Gather",
                                     "Reshape",
                                     "Transpose",
                                     "Unsqueeze",
                                     "Squeeze",
                                     "ConstantOfShape",
                                     "Div",
                                     "Mul",
                                     "Sub",
                                     "Add",
                                     "Sigmoid",
                                     "Softmax",
                                     "Identity",
                                     "\x22\x04Relu",
                                     "\x0a\x01",
                                     "\x12\x01",
                                     "\x3a\xff\xff\xff\xff\x07",
                                     "\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
                                     "\x08\x80\x80\x80\x80\x08",
                                     "\x10\x01",
                                     "\x10\x07",
                                     "\x4a\x04",
                                     "\xa0\x01\x07",
                                     "\x70\x01",
                                     "kernel_shape",
                                     "axis",
                                     NULL };

static char *folder;

static void
assert_told (GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_cmpuint (strlen (error->message), >, 20);
  g_error_free (error);
}

/* What was read can be run: one small picture, which may come out as anything. */
static void
run (PelModel *model, PelPool *pool)
{
  PelUnet *unet = pel_model_get_unet (model);
  const PelUnetConfig *config = pel_unet_get_config (unet);
  guint side = 1u << config->depth;
  PelShape in = { 1, config->in_channels, side, side };
  PelTensor picture = { 0 }, scores = { 0 };
  GError *error = NULL;

  if (config->depth > 4 || config->base_channels > 32)
    return;
  g_assert_true (pel_tensor_init (&picture, in, NULL));
  g_assert_true (
      pel_tensor_init (&scores, (PelShape){ 1, config->out_channels, side, side }, NULL));
  if (pel_unet_plan (unet, in, PEL_PHASE_PREDICT, pool, &error))
    g_assert_true (pel_unet_forward (unet, &picture, &scores));
  else
    assert_told (error);
  pel_tensor_clear (&picture);
  pel_tensor_clear (&scores);
}

static gboolean
try_file (const GByteArray *file, PelPool *pool)
{
  /* A copy of the exact size: reading beyond it is seen. */
  g_autoptr (GBytes) bytes = g_bytes_new (file->data, file->len);
  PelOnnxReadOptions options = PEL_ONNX_READ_OPTIONS_DEFAULT;
  GError *error = NULL;
  g_autoptr (PelModel) model = NULL;

  options.outputs = "background,cell";
  model = pel_onnx_read (bytes, &options, NULL, &error);
  if (model == NULL)
    {
      assert_told (g_steal_pointer (&error));
      model = pel_onnx_read (bytes, NULL, NULL, &error);
    }
  if (model == NULL)
    assert_told (error);
  else
    run (model, pool);
  return model != NULL;
}

/* ---- sound files to begin with ---- */

static void
add_file (GPtrArray *seeds, const char *path)
{
  g_autofree char *content = NULL;
  GByteArray *file = g_byte_array_new ();
  gsize length;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  g_byte_array_append (file, (const guint8 *)content, (guint)length);
  g_ptr_array_add (seeds, file);
}

static void
add_own (GPtrArray *seeds, guint depth, PelTask task)
{
  g_autofree char *path = g_build_filename (folder, "seed.onnx", NULL);
  g_autoptr (PelModel) model = NULL;
  PelTrainConfig config;

  pel_train_config_init_preset (&config, PEL_PRESET_QUICK);
  config.base_channels = 1;
  config.depth = depth;
  config.task = task;
  model = pel_model_new (&config, NULL);
  g_assert_true (pel_onnx_write (model, path, 13 + depth, NULL));
  add_file (seeds, path);
  g_remove (path);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *
make_seeds (void)
{
  GPtrArray *seeds = g_ptr_array_new_with_free_func ((GDestroyNotify)g_byte_array_unref);
  g_autofree char *dir = g_test_build_filename (G_TEST_DIST, "data", "onnx", NULL);
  g_autoptr (GDir) listing = g_dir_open (dir, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  g_assert_nonnull (listing);
  for (const char *name; (name = g_dir_read_name (listing)) != NULL;)
    if (g_str_has_suffix (name, ".onnx"))
      g_ptr_array_add (names, g_build_filename (dir, name, NULL));
  /* The order of a folder's files is not the same everywhere. */
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    add_file (seeds, names->pdata[i]);
  add_own (seeds, 1, PEL_TASK_MASK);
  add_own (seeds, 2, PEL_TASK_CELLS);
  return seeds;
}

static double
get_cpu_seconds (void)
{
  return (double)clock () / CLOCKS_PER_SEC;
}

static void
test_mutations (void)
{
  const char *text = g_getenv ("PELLICLE_FUZZ_SECONDS"), *seed = g_getenv ("PELLICLE_SEED");
  double seconds = text != NULL ? g_ascii_strtod (text, NULL) : DEFAULT_SECONDS;
  g_autoptr (GRand) random = g_rand_new_with_seed (seed != NULL ? (guint32)atoi (seed) : 20261123);
  g_autoptr (GPtrArray) seeds = make_seeds ();
  PelPool *pool = pel_pool_new (1);
  double begin = get_cpu_seconds (), slowest = 0;
  guint n_tried = 0, n_read = 0;

  while (get_cpu_seconds () - begin < seconds)
    {
      const GByteArray *sound = seeds->pdata[pick (random, seeds->len)];
      g_autoptr (GByteArray) file = g_byte_array_new ();
      double before;

      g_byte_array_append (file, sound->data, sound->len);
      for (guint i = 1 + pick (random, 8); i > 0; i--)
        mutate_once (random, words, seeds, file);
      before = get_cpu_seconds ();
      n_read += try_file (file, pool);
      n_tried++;
      slowest = MAX (slowest, get_cpu_seconds () - before);
      g_assert_cmpfloat (slowest, <, MAX_SECONDS);
    }
  g_test_message (
      "%u files tried in %.0f s of the processor, %u of them read, the slowest in %.3f s", n_tried,
      get_cpu_seconds () - begin, n_read, slowest);
  pel_pool_free (pool);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pel-fuzz-onnx-XXXXXX", NULL);
  g_test_add_func ("/fuzz-onnx/mutations", test_mutations);
  status = g_test_run ();
  g_rmdir (folder);
  g_free (folder);
  return status;
}
