/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/io/pel-image-io.h"
#include "engine/io/pel-labels-io.h"

/* The sample files with some bytes changed, lost or added. Whatever comes out but a crash, a hang,
 * or an error without words is right. PELLICLE_FUZZ sets the number of files tried, PELLICLE_SEED
 * where the random numbers begin; both have fixed values otherwise. */

#define DEFAULT_ITERATIONS 3000
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
  gint64 slowest = 0;

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
      gint64 begin = g_get_monotonic_time ();
      try_file (path);
      gint64 took = g_get_monotonic_time () - begin;
      if (took > slowest)
        {
          slowest = took;
          g_test_message ("%s: file %u took %.2f s", name, i, (double)took / 1e6);
        }
      g_assert_cmpint (took, <, MAX_SECONDS * G_USEC_PER_SEC);
    }
  g_remove (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fuzz-readers/mutations", test_mutations);
  return g_test_run ();
}
