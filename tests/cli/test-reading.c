/* SPDX-License-Identifier: MIT */
#include "tests/cli/program.h"

#include <math.h>
#include <string.h>

#include "engine/pel-engine.h"

/* Several label images are read while others are measured. What comes out is the same as one after
 * the other, in the same order, and a file that cannot be read stops neither. */

#define N_IMAGES 7
#define SIZE 160
#define PITCH 20
#define BROKEN_LABELS 2
#define WRONG_IMAGE 4
#define BROKEN_PROBABILITY 5

typedef struct
{
  char *labels, *images, *probabilities, *out;
} Folders;

/* Discs of another size in each image. */
static void
write_image (const Folders *folders, guint index)
{
  g_autofree guint32 *plane = g_new0 (guint32, SIZE * SIZE);
  g_autofree float *map = g_new (float, SIZE *SIZE);
  g_autofree float *grey = g_new (float, SIZE *SIZE);
  g_autofree char *name = g_strdup_printf ("i%u.tif", index);
  g_autofree char *map_name = g_strdup_printf ("i%u.prob.tif", index);
  g_autofree char *labels_path = g_build_filename (folders->labels, name, NULL);
  g_autofree char *image_path = g_build_filename (folders->images, name, NULL);
  g_autofree char *map_path = g_build_filename (folders->probabilities, map_name, NULL);
  guint image_size = index == WRONG_IMAGE ? SIZE / 2 : SIZE;
  g_autoptr (GError) error = NULL;

  for (gint y = 0; y < SIZE; y++)
    for (gint x = 0; x < SIZE; x++)
      {
        double d = 4.2 + 0.6 * index - hypot (x % PITCH - 9.7, y % PITCH - 10.2);

        map[y * SIZE + x] = (float)(1 / (1 + exp (-d)));
        grey[y * SIZE + x] = 100 * map[y * SIZE + x] + (float)index;
        if (d >= 0)
          plane[y * SIZE + x] = (guint32)(1 + y / PITCH * (SIZE / PITCH) + x / PITCH);
      }
  g_autoptr (PelLabels) labels = pel_labels_new_from_data (SIZE, SIZE, plane, SIZE, NULL);
  pel_labels_save_tiff (labels, labels_path, 0.5, 0.5, &error);
  g_assert_no_error (error);
  pel_image_save_float_tiff (image_path, grey, image_size, image_size, 0, 0, &error);
  g_assert_no_error (error);
  pel_image_save_float_tiff (map_path, map, SIZE, SIZE, 0, 0, &error);
  g_assert_no_error (error);
  if (index == BROKEN_LABELS)
    g_assert_true (g_file_set_contents (labels_path, "II*", 3, NULL));
  if (index == BROKEN_PROBABILITY)
    g_assert_true (g_file_set_contents (map_path, "II*", 3, NULL));
}

static char *
measure (const Folders *folders, const char *threads, GBytes **table)
{
  g_auto (ProgramRun) run = { 0 };
  g_autofree char *csv = g_strdup_printf ("%s/%s.csv", folders->out, threads);
  g_autofree char *name = g_strdup_printf ("%s.csv", threads);

  program_run (&run,
               "measure --quiet --labels %s --images %s --probabilities %s --csv %s --threads %s",
               folders->labels, folders->images, folders->probabilities, csv, threads);
  g_assert_cmpint (run.status, ==, 1);
  *table = program_read (folders->out, name);
  return g_strdup (run.errors);
}

static void
test_threads (void)
{
  char *folder = program_make_folder ();
  Folders folders = { g_build_filename (folder, "labels", NULL),
                      g_build_filename (folder, "images", NULL),
                      g_build_filename (folder, "probabilities", NULL),
                      g_build_filename (folder, "out", NULL) };
  static const char *const threads[] = { "1", "2", "5" };
  g_autoptr (GBytes) first = NULL;
  g_autofree char *first_errors = NULL;

  g_mkdir_with_parents (folders.labels, 0700);
  g_mkdir_with_parents (folders.images, 0700);
  g_mkdir_with_parents (folders.probabilities, 0700);
  for (guint i = 0; i < N_IMAGES; i++)
    write_image (&folders, i);

  first_errors = measure (&folders, threads[0], &first);
  for (guint i = 1; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr (GBytes) table = NULL;
      g_autofree char *errors = measure (&folders, threads[i], &table);

      g_assert_true (g_bytes_equal (table, first));
      g_assert_cmpstr (errors, ==, first_errors);
    }

  /* Each file that is wrong is named once, in order, and the cells of the others are there. */
  g_auto (GStrv) complaints = g_strsplit (g_strchomp (first_errors), "\n", -1);
  g_autofree char *text = g_strndup (g_bytes_get_data (first, NULL), g_bytes_get_size (first));
  g_auto (GStrv) lines = g_strsplit (g_strchomp (text), "\n", -1);
  const guint per_image = SIZE / PITCH * (SIZE / PITCH);

  g_assert_cmpuint (g_strv_length (complaints), ==, 3);
  g_assert_nonnull (strstr (complaints[0], "labels/i2.tif"));
  g_assert_nonnull (strstr (complaints[1], "images/i4.tif"));
  g_assert_nonnull (strstr (complaints[2], "probabilities/i5.prob.tif"));
  g_assert_cmpuint (g_strv_length (lines), ==, 1 + 4 * per_image);
  for (guint i = 0; i < 4 * per_image; i++)
    {
      static const guint good[] = { 0, 1, 3, 6 };
      g_autofree char *begin =
          g_strdup_printf ("i%u,1,%u,", good[i / per_image], 1 + i % per_image);

      g_assert_true (g_str_has_prefix (lines[1 + i], begin));
    }
  g_free (folders.labels);
  g_free (folders.images);
  g_free (folders.probabilities);
  g_free (folders.out);
  program_remove_folder (folder);
}

/* Every table names whose definitions its numbers follow, where they are not Pellicle's. */
static void
test_definitions (void)
{
  char *folder = program_make_folder ();
  Folders folders = { g_build_filename (folder, "labels", NULL),
                      g_build_filename (folder, "images", NULL),
                      g_build_filename (folder, "probabilities", NULL), NULL };
  static const char *const names[] = { "pellicle", "imagej", "cellprofiler" };
  static const char *const tables[] = { "cells.csv", "cells.images.csv", "summary.csv" };

  g_mkdir_with_parents (folders.labels, 0700);
  g_mkdir_with_parents (folders.images, 0700);
  g_mkdir_with_parents (folders.probabilities, 0700);
  write_image (&folders, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_auto (ProgramRun) run = { 0 };

      program_run (&run,
                   "measure --quiet --labels %s --csv %s/cells.csv --summary %s/summary.csv "
                   "--definitions %s --threads 1",
                   folders.labels, folder, folder, names[i]);
      program_assert_done (&run);
      for (guint k = 0; k < G_N_ELEMENTS (tables); k++)
        {
          g_autoptr (GBytes) bytes = program_read (folder, tables[k]);
          g_autofree char *text =
              g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
          g_auto (GStrv) lines = g_strsplit (g_strchomp (text), "\n", -1);
          g_autofree char *end = g_strconcat (",", names[i], NULL);

          g_assert_cmpuint (g_strv_length (lines), >, 1);
          g_assert_true (g_str_has_suffix (lines[0], ",definitions") == (i > 0));
          for (guint line = 1; lines[line] != NULL; line++)
            {
              g_assert_true (g_str_has_suffix (lines[line], end) == (i > 0));
              /* Who made the cells, a file of labels does not tell. */
              g_assert_true ((strstr (lines[line], ",file,") != NULL) == (k == 1));
            }
        }
    }
  g_free (folders.labels);
  g_free (folders.images);
  g_free (folders.probabilities);
  program_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reading/threads", test_threads);
  g_test_add_func ("/reading/definitions", test_definitions);
  return g_test_run ();
}
