/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <glib/gstdio.h>

#include "engine/report/pel-sheet-private.h"
#include "engine/pel-engine.h"

#define SIZE 120

typedef struct
{
  char *folder, *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("pel-sheet-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "report.pdf", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static const char *
get_class (guint32 label, gpointer data)
{
  return label == 1 ? "round" : NULL;
}

/* Adds an image with squares of 10 to 20 pixels, the last of which touches the border. */
static void
add_image (PelSheet *sheet, const char *name, const char *group, double um)
{
  g_autofree guint32 *plane = g_new0 (guint32, SIZE * SIZE);
  g_autofree float *values = g_new (float, SIZE *SIZE);
  PelMeasureOptions options = PEL_MEASURE_OPTIONS_DEFAULT;
  PelMeasuredImage about = { .image = name,
                             .page = 1,
                             .group = group,
                             .calibration = "a stage micrometer",
                             .get_class = get_class };

  for (guint i = 0; i < 4; i++)
    for (guint y = 0; y < 10 + 3 * i; y++)
      for (guint x = 0; x < 10 + 3 * i; x++)
        plane[(y + (i == 3 ? 0 : 30 * i + 5)) * SIZE + x + 25 * i + 5] = i + 1;
  for (guint i = 0; i < SIZE * SIZE; i++)
    values[i] = (float)(i % SIZE);
  g_autoptr (PelLabels) labels = pel_labels_new_from_data (SIZE, SIZE, plane, SIZE, NULL);
  g_autoptr (PelImage) image = pel_image_new (SIZE, SIZE, 1, PEL_SAMPLE_F32, NULL);
  memcpy (pel_image_get_writable_plane (image, 0), values, SIZE * SIZE * sizeof *values);
  options.um_x = options.um_y = um;
  g_autoptr (PelCellTable) table =
      pel_measure_cells (labels, NULL, NULL, &options, NULL, NULL, NULL);
  g_autoptr (PelContourSet) contours = pel_contours_trace (labels, NULL, NULL, NULL, NULL);
  g_autoptr (GError) error = NULL;
  if (g_str_has_prefix (name, "bare"))
    about.width = about.height = SIZE;
  g_assert_true (
      pel_sheet_add (sheet, NULL, &about, about.width > 0 ? NULL : image, contours, table, &error));
  g_assert_no_error (error);
}

static PelSheet *
make_sheet (guint n_images, double um)
{
  PelSheet *sheet = pel_sheet_new ("Wells", PEL_QUANTITY_EQUIVALENT_DIAMETER, NULL, n_images);

  for (guint i = 0; i < n_images; i++)
    {
      g_autofree char *name = g_strdup_printf ("well %u", i);

      add_image (sheet, name, i % 2 ? "treated" : "control", um);
    }
  return sheet;
}

/* What the page says: the border left out, groups and classes apart, in µm where all are known. */
static void
test_numbers (void)
{
  g_autoptr (PelSheet) sheet = make_sheet (3, 0.5);
  const PelSheetBucket *control, *round;

  g_assert_cmpuint (sheet->n_cells, ==, 12);
  g_assert_cmpuint (sheet->n_at_border, ==, 3);
  g_assert_cmpuint (sheet->buckets->len, ==, 4);
  control = sheet->buckets->pdata[0];
  round = sheet->buckets->pdata[1];
  g_assert_cmpstr (control->group, ==, "control");
  g_assert_null (control->class_name);
  g_assert_cmpuint (control->px->len, ==, 6);
  g_assert_cmpuint (control->n_images, ==, 2);
  g_assert_cmpstr (round->class_name, ==, "round");
  g_assert_cmpuint (round->px->len, ==, 2);
  g_assert_true (pel_sheet_is_in_um (sheet));
  g_assert_true (pel_sheet_get_values (sheet, control) == control->um);

  g_autofree char *scale = pel_sheet_describe_scale (sheet);
  g_autofree char *methods = pel_sheet_describe_methods (sheet);
  g_assert_cmpstr (scale, ==, "0.5 µm per pixel (a stage micrometer).");
  g_assert_nonnull (strstr (methods, "definitions of Pellicle"));
  g_assert_nonnull (strstr (methods, "3 cells that touch the border"));

  /* One image without a scale, and nothing is told in µm. */
  add_image (sheet, "no scale", "control", 0);
  g_assert_false (pel_sheet_is_in_um (sheet));
  g_autofree char *heading = pel_sheet_get_heading (sheet);
  g_autofree char *mixed = pel_sheet_describe_scale (sheet);
  g_assert_cmpstr (heading, ==, "Equivalent diameter (px)");
  g_assert_nonnull (strstr (mixed, "1 image has no scale"));
}

/* Without an image the cells are drawn alone: light on dark, where they are. */
static void
test_cells_alone (void)
{
  g_autoptr (PelSheet) sheet = pel_sheet_new ("Wells", PEL_QUANTITY_EQUIVALENT_DIAMETER, NULL, 1);
  cairo_surface_t *shot = cairo_image_surface_create (CAIRO_FORMAT_RGB24, SIZE, SIZE);
  cairo_t *cr = cairo_create (shot);
  const guint32 *pixels;

  add_image (sheet, "bare labels", NULL, 0);
  const PelSheetPicture *picture = sheet->pictures->pdata[0];
  g_assert_cmpfloat (picture->width, ==, picture->height);
  cairo_scale (cr, SIZE / picture->width, SIZE / picture->height);
  cairo_set_source_surface (cr, picture->surface, 0, 0);
  cairo_paint (cr);
  cairo_surface_flush (shot);
  pixels = (const guint32 *)(gconstpointer)cairo_image_surface_get_data (shot);
  /* In the middle of the first square, of 10 pixels at (5, 5), and beside it. */
  g_assert_cmpuint (pixels[10 * SIZE + 10] & 0xff, >, 100);
  g_assert_cmpuint (pixels[22 * SIZE + 10] & 0xff, <, 50);
  cairo_destroy (cr);
  cairo_surface_destroy (shot);
}

/* Pages of all kinds are written whole; without the last step nothing is. */
static void
test_file (Fixture *fixture, gconstpointer data)
{
  static const guint n_images[] = { 1, 2, 24, 70 };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (n_images); i++)
    {
      g_autoptr (PelSheet) sheet = make_sheet (n_images[i], i % 2 ? 0.25 : 0);
      g_autoptr (PelSheetFile) file = pel_sheet_file_new (
          fixture->path, "Wells", i % 2 ? PEL_PAPER_LETTER : PEL_PAPER_A4, &error);
      g_autofree char *content = NULL;
      gsize length;

      g_assert_no_error (error);
      g_assert_cmpuint (sheet->pictures->len, ==, MIN (n_images[i], PEL_SHEET_MAX_PICTURES));
      pel_sheet_file_add (file, sheet);
      g_assert_true (pel_sheet_file_finish (file, &error));
      g_assert_no_error (error);
      g_assert_true (g_file_get_contents (fixture->path, &content, &length, NULL));
      g_assert_true (g_str_has_prefix (content, "%PDF-"));
      g_assert_nonnull (g_strrstr_len (content + length - 16, 16, "%%EOF"));
    }
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  {
    g_autoptr (PelSheet) sheet = make_sheet (1, 0);
    g_autoptr (PelSheetFile) file =
        pel_sheet_file_new (fixture->path, "Wells", PEL_PAPER_A4, &error);

    pel_sheet_file_add (file, sheet);
  }
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

/* A page without cells, and one where all are the same, can be drawn too. */
static void
test_bare (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PelSheet) bare = pel_sheet_new ("", PEL_QUANTITY_MAX_FERET, NULL, 0);
  g_autoptr (PelSheetFile) file = pel_sheet_file_new (fixture->path, "", PEL_PAPER_A4, NULL);
  g_autoptr (GError) error = NULL;

  pel_sheet_file_add (file, bare);
  g_assert_true (pel_sheet_file_finish (file, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sheet/numbers", test_numbers);
  g_test_add_func ("/sheet/cells-alone", test_cells_alone);
  g_test_add ("/sheet/file", Fixture, NULL, set_up, test_file, tear_down);
  g_test_add ("/sheet/bare", Fixture, NULL, set_up, test_bare, tear_down);
  return g_test_run ();
}
