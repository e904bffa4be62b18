/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/io/pel-image-io.h"
#include "engine/io/pel-labels-io.h"
#include "tests/engine/cell-pictures.h"

/* The sample files with some bytes changed, lost or added. Whatever comes out but a crash, a hang,
 * or an error without words is right. PELLICLE_FUZZ sets the number of files tried, PELLICLE_SEED
 * where the random numbers begin; both have fixed values otherwise. For label images
 * PELLICLE_FUZZ_SECONDS sets how long each of their formats is tried, and PELLICLE_FUZZ_FORMAT
 * which (tif or png). */

#define DEFAULT_ITERATIONS 3000
#define DEFAULT_SECONDS 1.5
/* Of the processor's time, so that a machine with other work does not count as a hang. */
#define MAX_SECONDS 20

static const guint32 interesting[] = {
  0, 1, 2, 0x7f, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff
};

static void
mutate (GRand *random, GByteArray *file)
{
  guint n = (guint)g_rand_int_range (random, 1, 12);

  for (guint i = 0; i < n && file->len > 0; i++)
    {
      /* Headers and tags, at either end, deserve most of it. */
      guint near = (guint)g_rand_int_range (random, 0, 3);
      guint reach = near == 2 ? file->len : MIN (file->len, 400);
      guint at = (guint)g_rand_int_range (random, 0, (gint32)reach);
      if (near == 1)
        at = file->len - 1 - at;
      guint32 value = interesting[g_rand_int_range (random, 0, G_N_ELEMENTS (interesting))];
      switch (g_rand_int_range (random, 0, 6))
        {
        case 0:
          file->data[at] ^= (guint8)(1u << g_rand_int_range (random, 0, 8));
          break;
        case 1:
          file->data[at] = (guint8)g_rand_int (random);
          break;
        case 2:
          memcpy (file->data + at, &value, MIN (4, file->len - at));
          break;
        case 3:
          value = GUINT32_SWAP_LE_BE (value);
          memcpy (file->data + at, &value, MIN (4, file->len - at));
          break;
        case 4:
          if (g_rand_int_range (random, 0, 4) == 0)
            g_byte_array_set_size (file, at);
          break;
        default:
          value = (guint32)g_rand_int_range (random, 1, 9);
          g_byte_array_remove_range (file, at, MIN (file->len - at, value));
          break;
        }
    }
}

static void
assert_told (GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_cmpuint (strlen (error->message), >, 20);
}

static void
try_file (const char *path)
{
  g_auto (PelImageInfo) info = { 0 };
  GError *error = NULL;
  double min, max;

  if (!pel_image_probe (path, &info, &error))
    {
      assert_told (error);
      g_clear_error (&error);
    }
  for (guint i = 0; i < CLAMP (info.positions, 1, 3); i++)
    {
      g_autoptr (PelImage) image = pel_image_load (path, i, NULL, &error);
      if (image == NULL)
        {
          assert_told (error);
          g_clear_error (&error);
          continue;
        }
      double low, high;
      pel_image_get_percentiles (image, PEL_CHANNEL_LUMINANCE, 0.1, 99.9, &low, &high);
      g_assert_false (low > high);
    }
  if (!pel_image_probe_range (path, &min, &max, &error))
    {
      assert_told (error);
      g_clear_error (&error);
    }
  g_autoptr (PelLabels) labels = pel_labels_load (path, 0, NULL, &error);
  if (labels == NULL)
    {
      assert_told (error);
      g_clear_error (&error);
    }
}

static double
get_cpu_seconds (void)
{
  return (double)clock () / CLOCKS_PER_SEC;
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
test_mutations (void)
{
  const char *count = g_getenv ("PELLICLE_FUZZ"), *seed = g_getenv ("PELLICLE_SEED");
  const char *larger = g_getenv ("PELLICLE_SAMPLES");
  guint n = count != NULL ? (guint)atoi (count) : DEFAULT_ITERATIONS;
  g_autofree char *dir = larger != NULL
                             ? g_build_filename (larger, "formats", NULL)
                             : g_test_build_filename (G_TEST_DIST, "data", "formats", NULL);
  g_autofree char *folder = g_dir_make_tmp ("pel-fuzz-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "mutant", NULL);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) listing = g_dir_open (dir, 0, NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (seed != NULL ? (guint32)atoi (seed) : 20261122);
  double slowest = 0;

  /* Reading a mutant of the 400-megapixel file takes seconds each time. */
  for (const char *name; (name = g_dir_read_name (listing)) != NULL;)
    if (pel_image_path_is_candidate (name) && strstr (name, "bomb") == NULL)
      g_ptr_array_add (files, g_build_filename (dir, name, NULL));
  g_assert_cmpuint (files->len, >, 50);
  /* The order of a folder's files is not the same everywhere. */
  g_ptr_array_sort (files, compare_paths);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *content = NULL;
      gsize length;
      const char *name = files->pdata[g_rand_int_range (random, 0, (gint32)files->len)];
      g_assert_true (g_file_get_contents (name, &content, &length, NULL));
      g_autoptr (GByteArray) file = g_byte_array_new ();
      g_byte_array_append (file, (const guint8 *)content, (guint)length);
      mutate (random, file);
      g_assert_true (g_file_set_contents_full (path, (const char *)file->data, (gssize)file->len,
                                               G_FILE_SET_CONTENTS_NONE, 0600, NULL));
      double begin = get_cpu_seconds ();
      try_file (path);
      double took = get_cpu_seconds () - begin;
      if (took > slowest)
        {
          slowest = took;
          g_test_message ("%s: file %u took %.2f s", name, i, took);
        }
      g_assert_cmpfloat (took, <, MAX_SECONDS);
    }
  g_remove (path);
  g_rmdir (folder);
}

/* ---- label images ---- */

/* The checksum that PNG's chunks end with (ISO 3309). */
static guint32
get_crc (const guint8 *bytes, gsize n)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < n; i++)
    {
      crc ^= bytes[i];
      for (guint k = 0; k < 8; k++)
        crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
  return ~crc;
}

/* Wrong checksums end the reading at once: what is behind them is reached with right ones. */
static void
mend_checksums (GByteArray *file)
{
  for (gsize at = 8; at + 12 <= file->len;)
    {
      guint8 *chunk = file->data + at;
      guint32 length = (guint32)chunk[0] << 24 | chunk[1] << 16 | chunk[2] << 8 | chunk[3], crc;

      if (length > file->len - at - 12)
        return;
      crc = get_crc (chunk + 4, (gsize)length + 4);
      for (guint i = 0; i < 4; i++)
        chunk[8 + length + i] = (guint8)(crc >> (24 - 8 * i));
      at += (gsize)length + 12;
    }
}

static void
add_seed (GPtrArray *seeds, const char *path)
{
  g_autofree char *content = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  g_ptr_array_add (
      seeds, g_byte_array_append (g_byte_array_new (), (const guint8 *)content, (guint)length));
}

/* Label files as the program writes them, small and with every kind of cell, and all samples of the
 * format that are not large. */
static GPtrArray *
list_seeds (const char *ending, const char *path)
{
  GPtrArray *seeds = g_ptr_array_new_with_free_func ((GDestroyNotify)g_byte_array_unref);
  g_autofree char *dir = g_test_build_filename (G_TEST_DIST, "data", "formats", NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) listing = g_dir_open (dir, 0, NULL);
  PelLabels *written[] = { make_hard_labels (), make_noise_labels (17, 11, 3, 5),
                           make_noise_labels (9, 70, 70000, 6) };

  for (guint i = 0; i < G_N_ELEMENTS (written); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean is_written = strcmp (ending, "tif") == 0
                                ? pel_labels_save_tiff (written[i], path, 0.5, 0.5, &error)
                                : pel_labels_save_png (written[i], path, 0.5, 0.5, &error);

      /* PNG has no room for the labels above 65535. */
      if (is_written)
        add_seed (seeds, path);
      else
        assert_told (error);
      pel_labels_unref (written[i]);
    }
  g_assert_cmpuint (seeds->len, >=, 2);
  for (const char *name; (name = g_dir_read_name (listing)) != NULL;)
    if (g_str_has_suffix (name, ending) && strstr (name, "bomb") == NULL)
      g_ptr_array_add (names, g_build_filename (dir, name, NULL));
  g_ptr_array_sort (names, compare_paths);
  for (guint i = 0; i < names->len; i++)
    add_seed (seeds, names->pdata[i]);
  g_remove (path);
  return seeds;
}

static gboolean
try_labels (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PelLabels) labels = pel_labels_load (path, 0, NULL, &error);

  if (labels == NULL)
    {
      assert_told (error);
      return FALSE;
    }
  /* What was read can be looked at everywhere. */
  for (guint i = 0; i < pel_labels_get_n_tiles_x (labels) * pel_labels_get_n_tiles_y (labels); i++)
    g_assert_cmpuint (pel_label_tile_get_max (pel_labels_peek_tile (labels, i)), <=,
                      pel_labels_get_max (labels));
  return TRUE;
}

static void
test_labels (gconstpointer data)
{
  const char *ending = data, *text = g_getenv ("PELLICLE_FUZZ_SECONDS");
  const char *only = g_getenv ("PELLICLE_FUZZ_FORMAT"), *seed = g_getenv ("PELLICLE_SEED");
  double seconds = text != NULL ? g_ascii_strtod (text, NULL) : DEFAULT_SECONDS, slowest = 0;
  double cpu_begin = get_cpu_seconds ();
  g_autofree char *folder = g_dir_make_tmp ("pel-fuzz-XXXXXX", NULL);
  g_autofree char *name = g_strconcat ("mutant.", ending, NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (seed != NULL ? (guint32)atoi (seed) : 20261123);
  g_autoptr (GPtrArray) seeds = list_seeds (ending, path);
  gint64 begin = g_get_monotonic_time ();
  guint n_tried = 0, n_read = 0;

  if (only != NULL && strcmp (only, ending) != 0)
    seconds = 0;
  while ((double)(g_get_monotonic_time () - begin) < seconds * G_USEC_PER_SEC)
    {
      const GByteArray *chosen = seeds->pdata[g_rand_int_range (random, 0, (gint32)seeds->len)];
      g_autoptr (GByteArray) file =
          g_byte_array_append (g_byte_array_new (), chosen->data, chosen->len);
      double before = get_cpu_seconds ();

      mutate (random, file);
      if (strcmp (ending, "png") == 0 && g_rand_int_range (random, 0, 4) > 0)
        mend_checksums (file);
      g_assert_true (g_file_set_contents_full (path, (const char *)file->data, (gssize)file->len,
                                               G_FILE_SET_CONTENTS_NONE, 0600, NULL));
      n_read += try_labels (path);
      n_tried++;
      slowest = MAX (slowest, get_cpu_seconds () - before);
      g_assert_cmpfloat (slowest, <, MAX_SECONDS);
    }
  g_test_message ("%s: %u files tried in %.0f s of the processor, %u of them read, the slowest in "
                  "%.3f s",
                  ending, n_tried, get_cpu_seconds () - cpu_begin, n_read, slowest);
  g_remove (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fuzz-readers/mutations", test_mutations);
  g_test_add_data_func ("/fuzz-readers/labels/tif", "tif", test_labels);
  g_test_add_data_func ("/fuzz-readers/labels/png", "png", test_labels);
  return g_test_run ();
}
