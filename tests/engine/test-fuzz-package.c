/* SPDX-License-Identifier: MIT */
#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/infer/pel-package-card.h"
#include "engine/infer/pel-package-read.h"
#include "engine/io/pel-npy-tensor.h"
#include "engine/io/pel-yaml.h"
#include "tests/engine/mutants.h"

/* BioImage.IO packages with some bytes changed: their descriptions, their arrays, and the archives
 * as they are. Whatever comes out but a crash, a hang, or an error without words is right.
 * PELLICLE_FUZZ_SECONDS sets how many seconds of the processor it takes, PELLICLE_SEED where the
 * random numbers begin. Built with -Db_sanitize=address,undefined this is the fuzzer of the reader.
 */

#define DEFAULT_SECONDS 1.5
#define MAX_SECONDS 20

static const char *const words[] = { "type: model\n",
                                     "format_version: 0.5.3\n",
                                     "format_version: '0.4.10'\n",
                                     "axes: bcyx\n",
                                     "axes: [y, x]\n",
                                     "- id: scale_range\n",
                                     "- id: scale_linear\n",
                                     "- name: zero_mean_unit_variance\n",
                                     "kwargs: {gain: 1e300, offset: [1, 1]}",
                                     "kwargs: {min_percentile: 1, max_percentile: 99}",
                                     "kwargs: {mean: nan, std: 0}",
                                     "channel_names: [cell, border]",
                                     "test_tensor: {source: a.npy}",
                                     "weights: {onnx: {source: b.onnx, sha256: 12}}",
                                     "shape: {min: [1, 3, 8, 8]}",
                                     "inputs: ",
                                     "outputs: ",
                                     "&a [*a]",
                                     "!!python/object:os.system",
                                     "{{{{{{{{{{{{{{{{",
                                     "- - - - - - - -",
                                     "? ",
                                     "|\n  a",
                                     ">-\n",
                                     "\"\\u0000\"",
                                     "'descr': '<f8'",
                                     "(1, 1, 4, 4)",
                                     "PK\x03\x04",
                                     NULL };

static void
assert_told (GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_cmpuint (strlen (error->message), >, 10);
  g_error_free (error);
}

static gboolean
try_card (GBytes *bytes)
{
  g_auto (PelPackageCard) card = { 0 };
  GError *error = NULL;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_autoptr (JsonNode) root = NULL;

  if (length == 0)
    return FALSE;
  root = pel_yaml_parse (data, length, &error);
  if (root != NULL && pel_package_card_init (&card, root, &error))
    {
      g_assert_nonnull (card.weights.name);
      g_assert_null (strstr (card.weights.name, ".."));
      return TRUE;
    }
  assert_told (error);
  return FALSE;
}

static gboolean
try_array (GBytes *bytes)
{
  PelTensor tensor = { 0 };
  GError *error = NULL;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  if (length == 0)
    return FALSE;
  if (!pel_npy_to_tensor (&tensor, data, length, &error))
    {
      assert_told (error);
      return FALSE;
    }
  pel_tensor_clear (&tensor);
  return TRUE;
}

static gboolean
try_archive (GBytes *bytes, PelPool *pool)
{
  g_autoptr (PelModel) model = NULL;
  GError *error = NULL;

  model = pel_package_read (bytes, NULL, NULL, pool, NULL, &error);
  if (model == NULL)
    assert_told (error);
  return model != NULL;
}

/* ---- sound files to begin with ---- */

typedef struct
{
  GPtrArray *cards, *arrays, *archives; /* GByteArray */
} Seeds;

static void
add_seeds (Seeds *seeds, const char *path)
{
  struct archive *archive = archive_read_new ();
  struct archive_entry *entry;
  g_autofree char *content = NULL;
  GByteArray *whole = g_byte_array_new ();
  gsize length;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  g_byte_array_append (whole, (const guint8 *)content, (guint)length);
  g_ptr_array_add (seeds->archives, whole);
  g_assert_cmpint (archive_read_support_format_zip (archive), ==, ARCHIVE_OK);
  g_assert_cmpint (archive_read_open_memory (archive, content, length), ==, ARCHIVE_OK);
  while (archive_read_next_header (archive, &entry) == ARCHIVE_OK)
    {
      const char *name = archive_entry_pathname (entry);
      GPtrArray *kind = g_str_has_suffix (name, ".yaml")  ? seeds->cards
                        : g_str_has_suffix (name, ".npy") ? seeds->arrays
                                                          : NULL;
      GByteArray *file;

      if (kind == NULL)
        continue;
      file = g_byte_array_new ();
      g_byte_array_set_size (file, (guint)archive_entry_size (entry));
      g_assert_cmpint (archive_read_data (archive, file->data, file->len), ==, file->len);
      g_ptr_array_add (kind, file);
    }
  archive_read_free (archive);
}

static void
seeds_init (Seeds *seeds)
{
  static const char *const names[] = { "deviations", "percentiles", "fixed", "classes",
                                       "version-4" };

  seeds->cards = g_ptr_array_new_with_free_func ((GDestroyNotify)g_byte_array_unref);
  seeds->arrays = g_ptr_array_new_with_free_func ((GDestroyNotify)g_byte_array_unref);
  seeds->archives = g_ptr_array_new_with_free_func ((GDestroyNotify)g_byte_array_unref);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *file = g_strconcat (names[i], ".zip", NULL);
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "packages", file, NULL);

      add_seeds (seeds, path);
    }
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
  PelPool *pool = pel_pool_new (1);
  double begin = get_cpu_seconds (), slowest = 0;
  guint n_tried = 0, n_read = 0;
  Seeds seeds;

  seeds_init (&seeds);
  while (get_cpu_seconds () - begin < seconds)
    {
      /* Descriptions most often; archives hardly ever get through their checksums. */
      guint kind = pick (random, 16);
      GPtrArray *from = kind < 10 ? seeds.cards : kind < 15 ? seeds.arrays : seeds.archives;
      const GByteArray *sound = from->pdata[pick (random, from->len)];
      g_autoptr (GByteArray) file = g_byte_array_new ();
      g_autoptr (GBytes) bytes = NULL;
      double before;

      g_byte_array_append (file, sound->data, sound->len);
      for (guint i = 1 + pick (random, 6); i > 0; i--)
        mutate_once (random, words, from, file);
      bytes = g_bytes_new (file->data, file->len);
      before = get_cpu_seconds ();
      n_read += kind < 10   ? try_card (bytes)
                : kind < 15 ? try_array (bytes)
                            : try_archive (bytes, pool);
      n_tried++;
      slowest = MAX (slowest, get_cpu_seconds () - before);
      g_assert_cmpfloat (slowest, <, MAX_SECONDS);
    }
  g_test_message (
      "%u files tried in %.0f s of the processor, %u of them read, the slowest in %.3f s", n_tried,
      get_cpu_seconds () - begin, n_read, slowest);
  g_ptr_array_unref (seeds.cards);
  g_ptr_array_unref (seeds.arrays);
  g_ptr_array_unref (seeds.archives);
  pel_pool_free (pool);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fuzz-package/mutations", test_mutations);
  return g_test_run ();
}
