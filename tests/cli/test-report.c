/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <glib/gstdio.h>

#include "engine/io/pel-labels-io.h"
#include "tests/cli/program.h"

#define SIDE 64

/* Reports of folders of labels, as PDF. */

typedef struct
{
  char *folder, *labels, *images, *pdf;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sample = g_test_build_filename (G_TEST_DIST, "..", "data", "sample", NULL);

  fixture->folder = program_make_folder ();
  fixture->labels = g_build_filename (sample, "masks", NULL);
  fixture->images = g_build_filename (sample, "images", NULL);
  fixture->pdf = g_build_filename (fixture->folder, "report.pdf", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  program_remove_folder (fixture->folder);
  g_free (fixture->labels);
  g_free (fixture->images);
  g_free (fixture->pdf);
}

/* The report's words as another program reads them, or NULL where that is not installed; checks
 * that it is a whole PDF file. */
static char *
read_words (Fixture *fixture)
{
  g_autoptr (GBytes) bytes = program_read (fixture->folder, "report.pdf");
  const char *content = g_bytes_get_data (bytes, NULL);
  gsize length = g_bytes_get_size (bytes);
  char *arguments[] = { "pdftotext", "-layout", fixture->pdf, "-", NULL };
  g_autofree char *program = g_find_program_in_path ("pdftotext");
  char *words = NULL;

  g_assert_cmpuint (length, >, 1000);
  g_assert_true (g_str_has_prefix (content, "%PDF-"));
  g_assert_nonnull (g_strrstr_len (content + length - 16, 16, "%%EOF"));
  if (program == NULL)
    return NULL;
  g_assert_true (g_spawn_sync (NULL, arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &words, NULL,
                               NULL, NULL));
  return words;
}

static guint
count_pages (const char *words)
{
  guint n = 0;

  for (const char *c = words; *c != '\0'; c++)
    n += *c == '\f';
  return n;
}

/* The number in @column of the row of all images in a summary. */
static double
get_median (Fixture *fixture, const char *unit)
{
  g_autoptr (GBytes) bytes = program_read (fixture->folder, "summary.csv");
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autofree char *start = g_strdup_printf (",,equivalent_diameter,%s,", unit);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], start))
      {
        g_auto (GStrv) fields = g_strsplit (lines[i], ",", -1);

        return g_ascii_strtod (fields[7], NULL);
      }
  g_assert_not_reached ();
}

/* A page for each image and one for all; what they say is what the command measure says. */
static void
test_labels (Fixture *fixture, gconstpointer data)
{
  g_auto (ProgramRun) each = { 0 };
  g_auto (ProgramRun) one = { 0 };
  g_autofree char *words = NULL, *bare = NULL;

  program_run (&each,
               "report --labels %s --images %s --out %s --each --pixel-size 0.5 --rule "
               "'stretched: stretch > 2' --paper a4",
               fixture->labels, fixture->images, fixture->pdf);
  program_assert_done (&each);
  g_assert_nonnull (strstr (each.output, "4 images"));
  words = read_words (fixture);
  program_run (&one, "report --quiet --labels %s/t98g_12.tif --out %s --definitions imagej",
               fixture->labels, fixture->pdf);
  program_assert_done (&one);
  g_assert_cmpstr (one.output, ==, "");
  bare = read_words (fixture);
  if (words == NULL)
    {
      g_test_skip ("pdftotext is not installed");
      return;
    }
  g_assert_cmpuint (count_pages (words), ==, 5);
  g_assert_nonnull (strstr (words, "t98g_12"));
  g_assert_nonnull (strstr (words, "0.5 µm per pixel (--pixel-size)"));
  g_assert_nonnull (strstr (words, "stretched: stretch > 2"));
  g_assert_cmpuint (count_pages (bare), ==, 1);
  g_assert_nonnull (strstr (bare, "No scale is known"));
  g_assert_nonnull (strstr (bare, "definitions of ImageJ"));
  g_assert_nonnull (strstr (bare, "Cells are those of label images (1 image)"));
}

/* The numbers of an image without cells at its border are those of the command measure. */
static void
test_numbers (Fixture *fixture, gconstpointer data)
{
  g_autofree char *csv = g_build_filename (fixture->folder, "cells.csv", NULL);
  g_autofree char *summary = g_build_filename (fixture->folder, "summary.csv", NULL);
  g_autofree char *labels = g_build_filename (fixture->folder, "inside.tif", NULL);
  g_autofree char *words = NULL, *wanted = NULL;
  g_auto (ProgramRun) measured = { 0 };
  g_auto (ProgramRun) reported = { 0 };
  g_autofree guint32 *plane = g_new0 (guint32, SIDE * SIDE);

  /* Nine blocks of growing size. */
  for (guint i = 0; i < 9; i++)
    for (guint y = 0; y < 6 + i; y++)
      for (guint x = 0; x < 6 + i; x++)
        plane[(i / 3 * 21 + 2 + y) * SIDE + i % 3 * 21 + 2 + x] = i + 1;
  g_autoptr (PelLabels) cells = pel_labels_new_from_data (SIDE, SIDE, plane, SIDE, NULL);
  g_assert_true (pel_labels_save_tiff (cells, labels, 0, 0, NULL));
  program_run (&measured, "measure --quiet --labels %s --csv %s --summary %s --pixel-size 0.25",
               labels, csv, summary);
  program_assert_done (&measured);
  program_run (&reported, "report --quiet --labels %s --out %s --pixel-size 0.25", labels,
               fixture->pdf);
  program_assert_done (&reported);
  words = read_words (fixture);
  if (words == NULL)
    {
      g_test_skip ("pdftotext is not installed");
      return;
    }
  wanted = g_strdup_printf ("median %.2f", get_median (fixture, "um"));
  g_test_message ("%s", wanted);
  g_assert_nonnull (strstr (words, wanted));
  g_assert_nonnull (strstr (words, "1 image, 9 cells"));

  /* A scale that no microscope has is questioned, and taken all the same. */
  g_auto (ProgramRun) asked = { 0 };
  program_run (&asked, "report --quiet --labels %s --out %s --pixel-size 5000", labels,
               fixture->pdf);
  program_assert_error (&asked, 0, "this is 5000");
}

/* One bad file is told and the rest reported; nothing but bad ones writes nothing, and leaves what
 * was there. */
static void
test_bad (Fixture *fixture, gconstpointer data)
{
  g_autofree char *copy =
      g_strdup_printf ("cp -R '%s' '%s/labels'", fixture->labels, fixture->folder);
  g_autofree char *mixed = g_build_filename (fixture->folder, "labels", NULL);
  g_autofree char *bad = g_build_filename (mixed, "a.tif", NULL);
  g_auto (ProgramRun) some = { 0 };
  g_auto (ProgramRun) none = { 0 };
  g_autofree char *content = NULL;

  g_assert_cmpint (system (copy), ==, 0);
  g_assert_true (g_file_set_contents (bad, "II*\0 no picture", 16, NULL));
  program_run (&some, "report --quiet --labels %s --out %s", mixed, fixture->pdf);
  program_assert_error (&some, 1, "a.tif");
  g_free (read_words (fixture));
  g_assert_true (g_file_set_contents (fixture->pdf, "before", -1, NULL));
  program_run (&none, "report --quiet --labels %s --out %s", bad, fixture->pdf);
  program_assert_error (&none, 1, "a.tif");
  g_assert_true (g_file_get_contents (fixture->pdf, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "before");

  /* Nor is what was painted written over. */
  static const char *const commands[] = { "report --quiet --labels %s --out %s/./t98g_12.tif",
                                          "measure --quiet --labels %s --csv %s/./t98g_12.tif" };
  g_autofree char *painted = g_build_filename (mixed, "t98g_12.tif", NULL);
  g_autofree char *before = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (painted, &before, &length, NULL));
  g_assert_cmpint (g_remove (bad), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_auto (ProgramRun) over = { 0 };
      g_autofree char *after = NULL;
      gsize after_length;

      program_run (&over, commands[i], mixed, mixed);
      program_assert_error (&over, 1, "take the place");
      g_assert_true (g_file_get_contents (painted, &after, &after_length, NULL));
      g_assert_cmpmem (before, length, after, after_length);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *line, *words;
  } lines[] = {
    { "report --labels l --project p --out r.pdf", "--labels" },
    { "report --project p --pixel-size 2 --out r.pdf", "--pixel-size" },
    { "report --labels l --out r.pdf image", "image" },
    { "report --labels l", "--out" },
    { "report --labels l --out r.pdf --rule nothing", "--rule" },
    { "report --out r.pdf", "--labels" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_auto (ProgramRun) run = { 0 };

      program_run (&run, lines[i].line);
      program_assert_error (&run, 2, lines[i].words);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/report/labels", Fixture, NULL, set_up, test_labels, tear_down);
  g_test_add ("/report/numbers", Fixture, NULL, set_up, test_numbers, tear_down);
  g_test_add ("/report/bad", Fixture, NULL, set_up, test_bad, tear_down);
  g_test_add_func ("/report/refused", test_refused);
  return g_test_run ();
}
