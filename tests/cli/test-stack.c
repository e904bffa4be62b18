/* SPDX-License-Identifier: MIT */
#include "app/document/pel-project.h"
#include "tests/cli/program.h"

#include <math.h>
#include <string.h>
#include <glib/gstdio.h>

#include "engine/pel-engine.h"

/* A stack from ImageJ, three points in time with two channels each, measured page by page: what the
 * table says of a page is what is in that page and channel, and nothing else. */

#define STACK "gen_imagej_t3_c2"
#define N_PAGES 3

/* Two cells, another place on each page; the second page has one only. */
static PelLabels *
make_labels (guint width, guint height, guint page)
{
  g_autofree guint32 *pixels = g_new0 (guint32, (gsize)width * height);
  g_autoptr (GError) error = NULL;
  PelLabels *labels;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        double dx = x - 40.0 - 9 * page, dy = y - 50.0;

        if (dx * dx + dy * dy < 100)
          pixels[y * width + x] = 1;
        else if (page != 1 && x >= 100 && x < 120 && y >= 30 + page && y < 40 + page)
          pixels[y * width + x] = 2;
      }
  labels = pel_labels_new_from_data (width, height, pixels, width, &error);
  g_assert_no_error (error);
  return labels;
}

static double
mean_of (PelImage *image, PelLabels *labels, guint32 label, guint channel)
{
  guint width = pel_image_get_width (image), height = pel_image_get_height (image), n = 0;
  PelRect all = { 0, 0, (gint)width, (gint)height };
  g_autofree float *values = g_new (float, (gsize)width *height);
  double sum = 0;

  pel_image_read_float (image, (gint)channel, &all, values, width);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      if (pel_labels_get (labels, (gint)x, (gint)y) == label)
        {
          sum += (double)values[y * width + x];
          n++;
        }
  g_assert_cmpuint (n, >, 0);
  return sum / n;
}

static guint
find_column (char **names, const char *name)
{
  for (guint i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], name) == 0)
      return i;
  g_assert_not_reached ();
}

static void
check_table (const char *folder, const char *name, const char *stack, guint channel)
{
  g_autoptr (GBytes) bytes = program_read (folder, name);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_auto (GStrv) names = g_strsplit (g_strchomp (lines[0]), ",", -1);
  guint n = 1;

  for (guint page = 0; page < N_PAGES; page++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PelImage) image = pel_image_load (stack, page, NULL, &error);
      g_autoptr (PelLabels) labels = NULL;

      g_assert_no_error (error);
      g_assert_cmpuint (pel_image_get_n_channels (image), ==, 2);
      labels = make_labels (pel_image_get_width (image), pel_image_get_height (image), page);
      for (guint32 label = 1; label <= (page == 1 ? 1 : 2); label++, n++)
        {
          g_auto (GStrv) values = g_strsplit (lines[n], ",", -1);
          g_autofree char *image_name = g_strdup_printf (STACK "_p%03u", page + 1);

          g_assert_cmpstr (values[find_column (names, "image")], ==, image_name);
          g_assert_cmpint (atoi (values[find_column (names, "page")]), ==, (int)page + 1);
          g_assert_cmpint (atoi (values[find_column (names, "cell")]), ==, (int)label);
          g_assert_cmpfloat_with_epsilon (
              g_ascii_strtod (values[find_column (names, "mean_intensity")], NULL),
              mean_of (image, labels, label, channel), 1e-3);
          g_assert_cmpfloat_with_epsilon (
              g_ascii_strtod (values[find_column (names, "um_per_px_x")], NULL), 0.65, 1e-4);
          if (label == 1)
            g_assert_cmpfloat_with_epsilon (
                g_ascii_strtod (values[find_column (names, "centroid_x_px")], NULL),
                40.0 + 9 * page, 1e-6);
        }
    }
  g_assert_cmpstr (lines[n], ==, "");
}

static void
test_pages (void)
{
  char *folder = program_make_folder ();
  g_autofree char *masks = g_build_filename (folder, "masks", NULL);
  g_autofree char *stack = program_data ("formats/" STACK ".tif");

  g_assert_cmpint (g_mkdir (masks, 0777), ==, 0);
  for (guint page = 0; page < N_PAGES; page++)
    {
      g_autofree char *path = g_strdup_printf ("%s/" STACK "_p%03u.tif", masks, page + 1);
      g_autoptr (PelLabels) labels = make_labels (160, 120, page);

      g_assert_true (pel_labels_save_tiff (labels, path, 0, 0, NULL));
    }
  for (guint channel = 0; channel < 2; channel++)
    {
      g_autofree char *csv = g_build_filename (folder, "cells.csv", NULL);
      g_autofree char *line = g_strdup_printf (
          "measure --quiet --labels %%s --images %%s --channel %u --csv %%s", channel + 1);
      g_auto (ProgramRun) run = { 0 };

      program_run (&run, line, masks, stack, csv);
      program_assert_done (&run);
      check_table (folder, "cells.csv", stack, channel);
    }
  program_remove_folder (folder);
}

/* A project has an image for each page, and its table says which. */
static void
test_project (void)
{
  char *folder = program_make_folder ();
  g_autofree char *project = g_build_filename (folder, "project", NULL);
  g_autofree char *images = g_build_filename (project, "images", NULL);
  g_autofree char *masks = g_build_filename (project, "masks", NULL);
  g_autofree char *copy = g_build_filename (images, STACK ".tif", NULL);
  g_autofree char *csv = g_build_filename (folder, "cells.csv", NULL);
  g_autofree char *json_path = g_build_filename (project, "project.json", NULL);
  g_autofree char *stack = program_data ("formats/" STACK ".tif");
  g_autoptr (GString) json = g_string_new ("{\"format\": 1, \"images\": [");
  g_autofree char *content = NULL;
  g_auto (ProgramRun) run = { 0 };
  gsize length;

  g_assert_cmpint (g_mkdir_with_parents (images, 0777), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (masks, 0777), ==, 0);
  g_assert_true (g_file_get_contents (stack, &content, &length, NULL));
  g_assert_true (g_file_set_contents (copy, content, (gssize)length, NULL));
  for (guint page = 0; page < N_PAGES; page++)
    {
      g_autofree char *path = g_strdup_printf ("%s/" STACK "_p%03u.tif", masks, page + 1);
      g_autoptr (PelLabels) labels = make_labels (160, 120, page);

      g_assert_true (pel_labels_save_tiff (labels, path, 0, 0, NULL));
      g_string_append_printf (json,
                              "%s{\"name\": \"" STACK "_p%03u\", \"path\": \"images/" STACK
                              ".tif\", \"page\": %u}",
                              page > 0 ? ", " : "", page + 1, page + 1);
    }
  g_string_append (json, "]}");
  g_assert_true (g_file_set_contents (json_path, json->str, -1, NULL));
  program_run (&run, "measure --quiet --project %s --csv %s", project, csv);
  program_assert_done (&run);
  check_table (folder, "cells.csv", stack, 0);

  /* While a window has it open it is measured and written for others all the same, and not
   * changed. */
  {
    g_autofree char *out = g_build_filename (folder, "out", NULL);
    g_autofree char *page = g_build_filename (folder, "page.pdf", NULL);
    g_autofree char *label = g_build_filename (out, STACK "_p001.tif", NULL);
    g_autofree char *before = NULL, *after = NULL;
    g_autoptr (GFile) file = g_file_new_for_path (project);
    g_autoptr (PelProject) open = pel_project_open (file, NULL);
    g_auto (ProgramRun) again = { 0 };
    g_auto (ProgramRun) report = { 0 };
    g_auto (ProgramRun) export = { 0 };
    g_auto (ProgramRun) import = { 0 };

    g_assert_nonnull (open);
    g_assert_false (pel_project_get_read_only (open));
    g_assert_true (g_file_get_contents (csv, &before, NULL, NULL));
    g_assert_cmpint (g_unlink (csv), ==, 0);
    program_run (&again, "measure --quiet --project %s --csv %s", project, csv);
    program_assert_done (&again);
    g_assert_true (g_file_get_contents (csv, &after, NULL, NULL));
    g_assert_cmpstr (before, ==, after);
    program_run (&report, "report --quiet --project %s --out %s", project, page);
    program_assert_done (&report);
    program_run (&export, "export --quiet --project %s --format tiff --out %s", project, out);
    program_assert_done (&export);
    program_run (&import, "import --quiet --project %s %s", project, label);
    program_assert_error (&import, 1, "another window or program");
    g_assert_true (pel_project_close (open, NULL));
  }
  program_remove_folder (folder);
}

/* An image without a cell leaves the program and comes back without one. */
static void
test_empty (void)
{
  static const char *const formats[] = { "tiff",    "png",  "cp-masks", "npy",
                                         "geojson", "coco", "rle",      "roi" };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      char *folder = program_make_folder ();
      g_autofree char *masks = g_build_filename (folder, "masks", NULL);
      g_autofree char *images = g_build_filename (folder, "images", NULL);
      g_autofree char *mask = g_build_filename (masks, "none.tif", NULL);
      g_autofree char *image = g_build_filename (images, "none.png", NULL);
      g_autofree char *out = g_build_filename (folder, "out", NULL);
      g_autofree char *back = g_build_filename (folder, "back", NULL);
      g_autofree char *again = g_build_filename (back, "none.tif", NULL);
      g_autofree char *line = g_strdup_printf (
          "export --quiet --labels %%s --images %%s --format %s --out %%s", formats[i]);
      g_autofree guint8 *pixels = g_malloc0 (33 * 21 * 4);
      g_autoptr (PelLabels) empty = pel_labels_new (33, 21, NULL);
      g_autoptr (PelLabels) read = NULL;
      g_autoptr (GError) error = NULL;
      g_auto (ProgramRun) gone = { 0 };
      g_auto (ProgramRun) come = { 0 };

      g_mkdir (masks, 0777);
      g_mkdir (images, 0777);
      g_assert_true (pel_labels_save_tiff (empty, mask, 0, 0, NULL));
      g_assert_true (pel_image_save_png_rgba (image, pixels, 33, 21, 33 * 4, NULL));
      program_run (&gone, line, masks, images, out);
      program_assert_done (&gone);
      program_run (&come, "import --quiet --images %s --out %s %s", images, back, out);
      program_assert_done (&come);
      read = pel_labels_load (again, 0, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (pel_labels_equal (read, empty));
      program_remove_folder (folder);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stack/pages", test_pages);
  g_test_add_func ("/stack/project", test_project);
  g_test_add_func ("/stack/empty", test_empty);
  return g_test_run ();
}
