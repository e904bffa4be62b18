/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-error.h"
#include "engine/core/pel-random.h"
#include "engine/nn/pel-checkpoint.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static GBytes *
make_file (const char *header, guint64 length, gsize n_data)
{
  GByteArray *file = g_byte_array_new ();
  guint8 prefix[8];

  for (guint i = 0; i < 8; i++)
    prefix[i] = (guint8)(length >> (8 * i));
  g_byte_array_append (file, prefix, 8);
  g_byte_array_append (file, (const guint8 *)header, (guint)strlen (header));
  for (gsize i = 0; i < n_data; i++)
    {
      guint8 byte = (guint8)i;

      g_byte_array_append (file, &byte, 1);
    }
  return g_byte_array_free_to_bytes (file);
}

static PelSafetensors *
parse (const char *header, gsize n_data, GError **error)
{
  g_autoptr (GBytes) bytes = make_file (header, strlen (header), n_data);

  return pel_safetensors_new_from_bytes (bytes, error);
}

#define A(shape, offsets)                                                                          \
  "\"a\":{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

static void
test_foreign (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PelSafetensors) foreign =
      parse ("{ \"b/c\": {\"data_offsets\":[8,12],\"dtype\":\"F16\",\"shape\":[2,1]},"
             "\"__metadata__\":{\"format\":\"pt \\u00e9\\\"/* #\"},"
             "\"none\":{\"dtype\":\"I64\",\"shape\":[3,0],\"data_offsets\":[8,8]},"
             "\"a\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]}}   ",
             12, &error);
  PelSafetensorsInfo info;
  float value = 7;

  g_assert_no_error (error);
  g_assert_cmpuint (pel_safetensors_get_n_arrays (foreign), ==, 3);
  g_assert_cmpstr (pel_safetensors_get_metadata (foreign, "format"), ==, "pt é\"/* #");
  g_assert_null (pel_safetensors_get_metadata (foreign, "other"));
  g_assert_true (pel_safetensors_lookup (foreign, "b/c", &info));
  g_assert_cmpstr (info.dtype, ==, "F16");
  g_assert_cmpuint (info.rank, ==, 2);
  g_assert_cmpuint (info.shape[0], ==, 2);
  g_assert_cmpuint (info.n_bytes, ==, 4);
  g_assert_cmpuint (info.data[0], ==, 8);
  g_assert_true (pel_safetensors_lookup (foreign, "a", &info));
  g_assert_cmpuint (info.rank, ==, 0);
  g_assert_cmpuint (info.n_bytes, ==, 8);
  g_assert_true (pel_safetensors_lookup (foreign, "none", &info));
  g_assert_cmpuint (info.n_bytes, ==, 0);
  g_assert_false (pel_safetensors_lookup (foreign, "__metadata__", NULL));
  g_assert_false (pel_safetensors_read_floats (foreign, "a", 0, NULL, &value, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT);
  g_assert_true (value == 7.0f);
}

/* Headers that must be refused; each has 16 bytes of data. */
static const char *const hostile[] = {
  "",
  "{",
  "[]",
  "null",
  "\"text\"",
  "{]",
  "{}}",
  "{}",
  "{ // a comment\n" A ("[4]", "[0,16]") "}",
  "{" A ("[4]", "[0,16]") "} trailing",
  "{" A ("[4]", "[0,16]") ",\"b\":1}",
  "{" A ("[4]", "[0,16]") ",\"b\":[]}",
  "{" A ("[4]", "[0,16]") ",\"b\":{}}",
  "{" A ("[4]", "[0,16]") ",\"b\":null}",
  "{" A ("[4]", "[0,16]") ",\"__metadata__\":[]}",
  "{" A ("[4]", "[0,16]") ",\"__metadata__\":{\"a\":1}}",
  "{" A ("[4]", "[0,16]") ",\"__metadata__\":{\"a\":{}}}",
  /* Places: outside, before, backwards, not the size, overlapping, with gaps, no numbers. */
  "{" A ("[5]", "[0,20]") "}",
  "{" A ("[4]", "[-16,0]") "}",
  "{" A ("[4]", "[16,0]") "}",
  "{" A ("[4]", "[0,12]") "}",
  "{" A ("[3]", "[0,16]") "}",
  "{" A ("[3]", "[0,12]") "}",
  "{" A ("[3]", "[4,16]") "}",
  "{" A ("[4]", "[0]") "}",
  "{" A ("[4]", "[0,16,16]") "}",
  "{" A ("[4]", "[0,16.0]") "}",
  "{" A ("[4]", "[0,\"16\"]") "}",
  "{" A ("[4]", "\"0,16\"") "}",
  "{" A ("[4]", "[0,18446744073709551632]") "}",
  "{" A ("[4]", "[0,16]") ",\"b\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
  "{" A ("[3]", "[0,12]") ",\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}",
  "{" A ("[1]", "[0,4]") ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}}",
  "{" A ("[4]", "[0,16]") ",\"b\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[8,8]}}",
  /* Sizes whose product overflows to something harmless. */
  "{" A ("[4294967296,4294967296]", "[0,0]") "}",
  "{" A ("[4611686018427387905]", "[0,4]") "}",
  "{" A ("[9223372036854775807,9223372036854775807,4]", "[0,16]") "}",
  "{" A ("[-4]", "[0,16]") "}",
  "{" A ("[-2,-2]", "[0,16]") "}",
  "{" A ("[4.0]", "[0,16]") "}",
  "{" A ("[\"4\"]", "[0,16]") "}",
  "{" A ("[1,1,1,1,1,1,1,1,4]", "[0,16]") "}",
  "{" A ("{}", "[0,16]") "}",
  "{" A ("4", "[0,16]") "}",
  "{\"a\":{\"dtype\":\"F31\",\"shape\":[4],\"data_offsets\":[0,16]}}",
  "{\"a\":{\"dtype\":32,\"shape\":[4],\"data_offsets\":[0,16]}}",
  "{\"a\":{\"dtype\":[],\"shape\":[4],\"data_offsets\":[0,16]}}",
  "{\"a\":{\"shape\":[4],\"data_offsets\":[0,16]}}",
  "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,16]}}",
  "{\"a\":{\"dtype\":\"F32\",\"shape\":[4]}}",
  "{\"a\":{\"dtype\":\"F32\",\"shape\":[[4]],\"data_offsets\":[0,16]}}",
  "{\"a\xff\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
};

static void
test_hostile (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PelSafetensors) file = parse (hostile[i], 16, &error);

      if (file != NULL)
        g_test_message ("taken: %s", hostile[i]);
      g_assert_null (file);
      g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT);
    }
}

static void
assert_refused (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pel_safetensors_new_from_bytes (bytes, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT);
}

static void
test_lengths (void)
{
  static const guint64 lengths[] = { 0,          1,          3,           100,
                                     1ull << 32, 1ull << 63, G_MAXUINT64, G_MAXUINT64 - 7 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (GBytes) bytes = make_file ("{}", lengths[i], 0);

      assert_refused (bytes);
    }
  for (gsize n = 0; n < 10; n++)
    {
      g_autoptr (GBytes) whole = make_file ("{}", 2, 0);
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (whole, 0, n);

      assert_refused (part);
    }
}

/* A million brackets would exhaust the stack of a reader that recurses. */
static void
test_nesting (void)
{
  for (guint i = 0; i < 2; i++)
    {
      gsize n = 1000000;
      g_autofree char *header = g_malloc (n + 1);
      g_autoptr (GBytes) bytes = NULL;

      memset (header, '[', n);
      memcpy (header, "{\"a\":", 5);
      if (i == 1)
        for (gsize j = 5; j + 5 < n; j += 5)
          memcpy (header + j, "{\"a\":", 5);
      header[n] = 0;
      bytes = make_file (header, n, 0);
      assert_refused (bytes);
    }
}

/* Whatever bytes are changed, the file is read or refused. */
static void
test_damage (void)
{
  g_autoptr (PelSafetensorsWriter) writer = pel_safetensors_writer_new ();
  g_autoptr (GBytes) bytes = NULL;
  float values[6] = { 1, 2, 3, 4, 5, 6 };
  guint64 shape[2] = { 2, 3 };
  const guint8 *data;
  gsize size;
  PelRandom random;
  guint read = 0;

  pel_safetensors_writer_add_metadata (writer, "key", "value");
  pel_safetensors_writer_add_floats (writer, "first", 2, shape, values);
  pel_safetensors_writer_add_floats (writer, "second", 1, shape, values);
  bytes = pel_safetensors_writer_to_bytes (writer, NULL);
  data = g_bytes_get_data (bytes, &size);

  pel_random_init (&random, 11, 0);
  for (guint i = 0; i < 20000; i++)
    {
      gsize kept = i % 3 == 0 ? pel_random_below (&random, (guint32)size + 1) : size;
      guint8 *copy = g_memdup2 (data, size);
      g_autoptr (GBytes) damaged = NULL;
      g_autoptr (PelSafetensors) file = NULL;
      g_autoptr (GError) error = NULL;

      for (guint j = pel_random_below (&random, 4); j > 0; j--)
        copy[pel_random_below (&random, (guint32)size)] = (guint8)pel_random_u32 (&random);
      damaged = g_bytes_new (copy, kept);
      g_free (copy);
      file = pel_safetensors_new_from_bytes (damaged, &error);
      g_assert_true ((file == NULL) == (error != NULL));
      if (file != NULL)
        {
          PelSafetensorsInfo info;
          guint sum = 0;

          read++;
          if (pel_safetensors_lookup (file, "first", &info))
            for (gsize j = 0; j < info.n_bytes; j++)
              sum += info.data[j];
          g_assert_cmpuint (sum, <=, info.n_bytes * 255);
        }
    }
  g_assert_cmpuint (read, >, 100);
}

static char *
make_folder (void)
{
  return g_dir_make_tmp ("pellicle-test-XXXXXX", NULL);
}

static void
test_round_trip (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.safetensors", NULL);
  g_autoptr (PelSafetensorsWriter) writer = pel_safetensors_writer_new ();
  g_autoptr (PelSafetensors) file = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree float *values = g_new (float, 100000), *again = g_new (float, 100000);
  guint64 shape[3] = { 10, 100, 100 }, other[3] = { 100, 10, 100 };
  guint8 raw[5] = { 0, 255, 7, 1, 2 };
  PelSafetensorsInfo info;
  g_autofree char *content = NULL;
  gsize length;

  for (guint i = 0; i < 100000; i++)
    values[i] = (float)i * 0.37f - 4e3f;
  pel_safetensors_writer_add_metadata (writer, "line", "one\ntwo \"three\" ä /* // {[");
  pel_safetensors_writer_add_metadata (writer, "twice", "old");
  pel_safetensors_writer_add_metadata (writer, "twice", "new");
  pel_safetensors_writer_add_bytes (writer, "raw", 5, raw);
  pel_safetensors_writer_add_floats (writer, "values", 3, shape, values);
  pel_safetensors_writer_add_bytes (writer, "nothing", 0, NULL);
  g_assert_true (pel_safetensors_writer_write (writer, path, &error));
  g_assert_no_error (error);

  /* What is written to a file and to memory is the same, and the data begin at a multiple of 8. */
  bytes = pel_safetensors_writer_to_bytes (writer, NULL);
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  g_assert_cmpmem (content, length, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_assert_cmpuint (content[0] % 8, ==, 0);

  file = pel_safetensors_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pel_safetensors_get_n_arrays (file), ==, 3);
  g_assert_cmpstr (pel_safetensors_get_metadata (file, "line"), ==,
                   "one\ntwo \"three\" ä /* // {[");
  g_assert_cmpstr (pel_safetensors_get_metadata (file, "twice"), ==, "new");
  g_assert_true (pel_safetensors_read_floats (file, "values", 3, shape, again, &error));
  g_assert_cmpmem (values, 400000, again, 400000);
  g_assert_true (pel_safetensors_lookup (file, "raw", &info));
  g_assert_cmpmem (info.data, info.n_bytes, raw, 5);

  g_assert_false (pel_safetensors_read_floats (file, "values", 3, other, again, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT);
  g_clear_error (&error);
  g_assert_false (pel_safetensors_read_floats (file, "values", 2, shape, again, &error));
  g_clear_error (&error);
  g_assert_false (pel_safetensors_read_floats (file, "raw", 1, shape, again, &error));
  g_clear_error (&error);
  g_assert_false (pel_safetensors_read_floats (file, "missing", 3, shape, again, &error));
  g_clear_error (&error);

  g_remove (path);
  g_rmdir (folder);
}

/* Folders, pipes, missing and empty files end in an error, not in a wait. */
static void
test_no_files (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *pipe = g_build_filename (folder, "pipe", NULL);
  g_autofree char *missing = g_build_filename (folder, "missing", NULL);
  g_autofree char *empty = g_build_filename (folder, "empty", NULL);
  const char *paths[] = { folder, pipe, missing, empty };

  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pel_safetensors_load (paths[i], &error));
      g_assert_nonnull (error);
    }
  g_remove (pipe);
  g_remove (empty);
  g_rmdir (folder);
}

static const PelUnetConfig config = { .in_channels = 1,
                                      .base_channels = 3,
                                      .depth = 1,
                                      .out_channels = 2,
                                      .seed = 5 };

static PelSafetensors *
reread (PelSafetensorsWriter *writer)
{
  g_autoptr (GBytes) bytes = pel_safetensors_writer_to_bytes (writer, NULL);
  g_autoptr (GError) error = NULL;
  PelSafetensors *file = pel_safetensors_new_from_bytes (bytes, &error);

  g_assert_no_error (error);
  return file;
}

static gboolean
same_weights (PelUnet *a, PelUnet *b)
{
  for (guint i = 0; i < pel_unet_get_n_parameters (a); i++)
    {
      const PelParameter *x = pel_unet_get_parameter (a, i), *y = pel_unet_get_parameter (b, i);

      if (memcmp (x->value, y->value, x->n_values * sizeof (float)) != 0)
        return FALSE;
    }
  return TRUE;
}

static void
test_unet (void)
{
  PelUnetConfig wider = config, reseeded = config;
  g_autoptr (PelUnet) unet = pel_unet_new (&config, NULL), other = NULL, wide = NULL, kept = NULL;
  g_autoptr (PelSafetensorsWriter) writer = pel_safetensors_writer_new ();
  g_autoptr (PelSafetensors) file = NULL;
  g_autoptr (GError) error = NULL;

  reseeded.seed = 6;
  other = pel_unet_new (&reseeded, NULL);
  kept = pel_unet_new (&reseeded, NULL);
  wider.base_channels = 4;
  wide = pel_unet_new (&wider, NULL);
  pel_unet_save_to (unet, writer, "net.");
  file = reread (writer);
  g_assert_false (same_weights (unet, other));
  g_assert_true (pel_unet_load_from (other, file, "net.", &error));
  g_assert_true (same_weights (unet, other));

  g_assert_false (pel_unet_load_from (wide, file, "net.", &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT);
  g_clear_error (&error);
  g_assert_false (pel_unet_load_from (kept, file, "", &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT);
}

/* A damaged last value is found, and nothing has changed by then. */
static void
test_unsound_values (void)
{
  static const struct
  {
    const char *name;
    float value;
  } cases[] = {
    { "head.bias", INFINITY },
    { "up0.conv1.weight", NAN },
    { "up0.norm1.running_var", -1e-3f },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PelUnet) unet = pel_unet_new (&config, NULL), kept = NULL;
      g_autoptr (PelSafetensorsWriter) writer = pel_safetensors_writer_new ();
      g_autoptr (PelSafetensors) file = NULL;
      g_autoptr (GError) error = NULL;
      PelUnetConfig reseeded = config;

      for (guint j = 0; j < pel_unet_get_n_parameters (unet); j++)
        {
          const PelParameter *parameter = pel_unet_get_parameter (unet, j);

          if (g_str_equal (parameter->name, cases[i].name))
            parameter->value[parameter->n_values - 1] = cases[i].value;
        }
      pel_unet_save_to (unet, writer, "");
      file = reread (writer);

      reseeded.seed = 6;
      pel_unet_free (unet);
      unet = pel_unet_new (&reseeded, NULL);
      kept = pel_unet_new (&reseeded, NULL);
      g_assert_false (pel_unet_load_from (unet, file, "", &error));
      g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT);
      g_assert_true (same_weights (unet, kept));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/safetensors/foreign", test_foreign);
  g_test_add_func ("/safetensors/hostile", test_hostile);
  g_test_add_func ("/safetensors/lengths", test_lengths);
  g_test_add_func ("/safetensors/nesting", test_nesting);
  g_test_add_func ("/safetensors/damage", test_damage);
  g_test_add_func ("/safetensors/round-trip", test_round_trip);
  g_test_add_func ("/safetensors/no-files", test_no_files);
  g_test_add_func ("/safetensors/unet", test_unet);
  g_test_add_func ("/safetensors/unsound-values", test_unsound_values);
  return g_test_run ();
}
