/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-labels-io.h"

#include <glib/gstdio.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-image-io.h"

static char *folder; /* for files made here */

static char *
sample (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "data", "formats", name, NULL);
}

static guint
count_labels (PelLabels *labels)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint y = 0; y < pel_labels_get_height (labels); y++)
    for (guint x = 0; x < pel_labels_get_width (labels); x++)
      if (pel_labels_get (labels, (gint)x, (gint)y) != 0)
        g_hash_table_add (seen, GUINT_TO_POINTER (pel_labels_get (labels, (gint)x, (gint)y)));
  return g_hash_table_size (seen);
}

static PelLabels *
load (const char *name, PelLabelsLoadFlags flags, PelLabelsReading expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = sample (name);
  PelLabelsReading reading;
  PelLabels *labels = pel_labels_load_full (path, 0, flags, &reading, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (reading, ==, expected);
  return labels;
}

/* One mask of 18 cells in many disguises, against the one with the numbers 1 to 18. */
static void
test_disguises (void)
{
  static const struct
  {
    const char *name;
    guint factor, offset;
  } cases[] = {
    { "gen_mask_labels_f32.tif", 1, 0 },
    { "gen_mask_palette_index.png", 1, 0 },
    { "gen_mask_labels16_sparse_ids.png", 300, 7 },
    { "gen_mask_labels_u32.tif", 70000, 0 },
  };
  g_autoptr (PelLabels) plain = load ("gen_mask_labels8.png", 0, PEL_LABELS_READING_LABELS);

  g_assert_cmpuint (count_labels (plain), ==, 18);
  g_assert_cmpuint (pel_labels_get_max (plain), ==, 18);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PelLabels) other = load (cases[i].name, 0, PEL_LABELS_READING_LABELS);
      g_assert_cmpuint (pel_labels_get_width (other), ==, 160);
      g_assert_cmpuint (pel_labels_get_height (other), ==, 120);
      for (gint y = 0; y < 120; y++)
        for (gint x = 0; x < 160; x++)
          {
            guint32 truth = pel_labels_get (plain, x, y);
            g_assert_cmpuint (pel_labels_get (other, x, y), ==,
                              truth == 0 ? 0 : truth * cases[i].factor + cases[i].offset);
          }
    }
}

/* Foreground in its forms gives the same 4-connected parts, of the pixels of the labels. */
static void
test_foreground (void)
{
  g_autoptr (PelLabels) plain = load ("gen_mask_labels8.png", 0, PEL_LABELS_READING_LABELS);
  g_autoptr (PelLabels) first = load ("gen_mask_0_255.png", 0, PEL_LABELS_READING_FOREGROUND);
  g_autoptr (PelLabels) ones = load ("gen_mask_0_1.png", 0, PEL_LABELS_READING_FOREGROUND);
  g_autoptr (PelLabels) red = load ("gen_mask_rgb_red.png", 0, PEL_LABELS_READING_FOREGROUND);
  g_autoptr (PelLabels) jpeg = load ("gen_mask_jpeg.jpg", 0, PEL_LABELS_READING_LOSSY);
  g_autoptr (PelLabels) inverted =
      load ("gen_mask_inverted.png", PEL_LABELS_LOAD_INVERT, PEL_LABELS_READING_FOREGROUND);

  g_assert_cmpuint (count_labels (first), >=, 10);
  g_assert_cmpuint (count_labels (first), <=, 18);
  for (gint y = 0; y < 120; y++)
    for (gint x = 0; x < 160; x++)
      g_assert_cmpint (pel_labels_get (first, x, y) != 0, ==, pel_labels_get (plain, x, y) != 0);
  g_assert_true (pel_labels_equal (first, ones));
  g_assert_true (pel_labels_equal (first, red));
  g_assert_true (pel_labels_equal (first, jpeg));
  g_assert_true (pel_labels_equal (first, inverted));

  /* Unasked, what is white stays foreground: one large part around the cells. */
  g_autoptr (PelLabels) unasked = load ("gen_mask_inverted.png", 0, PEL_LABELS_READING_FOREGROUND);
  g_assert_cmpuint (pel_labels_get (unasked, 0, 0), !=, 0);
  g_autoptr (PelLabels) empty = load ("gen_mask_all_zero.png", 0, PEL_LABELS_READING_EMPTY);
  g_assert_cmpuint (pel_labels_get_max (empty), ==, 0);
}

static void
assert_refused (const char *path, gint code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_path_get_basename (path);

  g_assert_null (pel_labels_load (path, 0, NULL, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, code);
  g_assert_nonnull (strstr (error->message, name));
}

static void
test_refused (void)
{
  static const char *const names[] = { "gen_f32_0_1.tif", "gen_f32_nan_inf.tif",
                                       "gen_i16_negative.tif" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = sample (names[i]);
      assert_refused (path, PEL_ENGINE_ERROR_UNSUPPORTED);
    }
  g_autofree char *damaged = sample ("gen_trunc_png_half.png");
  assert_refused (damaged, PEL_ENGINE_ERROR_BAD_FILE);

  /* A probability map is not taken for labels. */
  float values[] = { 0.0f, 0.25f, 0.75f, 1.0f };
  g_autofree char *path = g_build_filename (folder, "a.prob.tif", NULL);
  g_assert_true (pel_image_save_float_tiff (path, values, 2, 2, 0, 0, NULL));
  assert_refused (path, PEL_ENGINE_ERROR_UNSUPPORTED);
  g_remove (path);
}

static void
test_colours (void)
{
  static const guint8 rgba[] = {
    0, 0, 0,   255, 200, 10, 0, 255, 10, 0, 0, 0, /* row 0: black, orange, dark red; no alpha */
    0, 0, 255, 255, 10,  0,  0, 255, 0,  0, 0, 255,
  };
  g_autofree char *path = g_build_filename (folder, "colours.png", NULL);
  g_autoptr (GError) error = NULL;
  PelLabelsReading reading;

  g_assert_true (pel_image_save_png_rgba (path, rgba, 3, 2, 12, &error));
  g_autoptr (PelLabels) labels = pel_labels_load_full (path, 0, 0, &reading, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (reading, ==, PEL_LABELS_READING_COLOURS);
  /* By code: blue 0000ff, red 0a0000, orange c80a00. */
  static const guint32 truth[] = { 0, 3, 2, 1, 2, 0 };
  for (gint i = 0; i < 6; i++)
    g_assert_cmpuint (pel_labels_get (labels, i % 3, i / 3), ==, truth[i]);
  g_remove (path);
}

static PelLabels *
make_labels (guint width, guint height, guint32 largest)
{
  g_autofree guint32 *data = g_new (guint32, (gsize)width * height);
  for (gsize i = 0; i < (gsize)width * height; i++)
    data[i] = g_test_rand_bit () ? (guint32)g_test_rand_int_range (0, 9) : 0;
  data[width * height / 2] = largest;
  return pel_labels_new_from_data (width, height, data, width, NULL);
}

static void
test_round_trip (void)
{
  static const struct
  {
    guint width, height;
    guint32 largest;
    guint bits;
  } cases[] = { { 1, 1, 1, 16 },         { 130, 67, 65535, 16 }, { 64, 64, 65536, 32 },
                { 37, 300, 400000, 32 }, { 5, 3, 0, 16 },        { 2000, 9, G_MAXUINT32, 32 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = g_build_filename (folder, "zelle µ.tif", NULL);
      g_autoptr (PelLabels) labels =
          make_labels (cases[i].width, cases[i].height, cases[i].largest);
      g_auto (PelImageInfo) info = { 0 };

      g_assert_true (pel_labels_save_tiff (labels, path, 0.65, 1.3, &error));
      g_assert_no_error (error);
      g_assert_true (pel_image_probe (path, &info, &error));
      g_assert_true (info.is_labels);
      g_assert_cmpuint (info.bits, ==, cases[i].bits);
      g_assert_cmpfloat_with_epsilon (info.um_x, 0.65, 1e-6);
      g_assert_cmpfloat_with_epsilon (info.um_y, 1.3, 1e-6);
      g_assert_cmpstr (info.calibration, ==, "ImageJ description");
      g_autoptr (PelLabels) again = pel_labels_load (path, 0, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (pel_labels_equal (labels, again));
      g_remove (path);
    }
}

/* One cell in two pieces stays one cell in a file of ours, and becomes two in anybody else's. */
static void
test_tag (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, "own.tif", NULL);
  static const guint32 data[] = { 5, 0, 5 };
  static const guint8 foreign[] = { 9, 9, 9, 255, 0, 0, 0, 255, 9, 9, 9, 255 };
  g_autoptr (PelLabels) labels = pel_labels_new_from_data (3, 1, data, 3, NULL);
  PelLabelsReading reading;

  g_assert_true (pel_labels_save_tiff (labels, path, 0, 0, &error));
  g_autoptr (PelLabels) own = pel_labels_load_full (path, 0, 0, &reading, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (reading, ==, PEL_LABELS_READING_OWN);
  g_assert_true (pel_labels_equal (labels, own));
  g_remove (path);

  g_assert_true (pel_image_save_png_rgba (path, foreign, 3, 1, 12, &error));
  g_autoptr (PelLabels) split = pel_labels_load_full (path, 0, 0, &reading, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (reading, ==, PEL_LABELS_READING_FOREGROUND);
  g_assert_cmpuint (pel_labels_get (split, 0, 0), ==, 1);
  g_assert_cmpuint (pel_labels_get (split, 2, 0), ==, 2);
  g_remove (path);
}

/* A folder with one file per cell: numbered by name, the later file has what is claimed twice. */
static void
test_folder (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *masks = g_build_filename (folder, "masks", NULL);
  g_autofree char *a = g_build_filename (masks, "a.png", NULL);
  g_autofree char *b = g_build_filename (masks, "b.png", NULL);
  static const guint8 first[] = { 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 255 };
  static const guint8 second[] = { 0, 0, 0, 255, 255, 255, 255, 255, 0, 0, 0, 255 };
  PelLabelsReading reading;

  g_assert_cmpint (g_mkdir (masks, 0700), ==, 0);
  assert_refused (masks, PEL_ENGINE_ERROR_NO_SAMPLES);
  g_assert_true (pel_image_save_png_rgba (b, second, 3, 1, 12, &error));
  g_assert_true (pel_image_save_png_rgba (a, first, 3, 1, 12, &error));
  g_autoptr (PelLabels) labels = pel_labels_load_full (masks, 0, 0, &reading, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (reading, ==, PEL_LABELS_READING_FOLDER);
  g_assert_cmpuint (pel_labels_get (labels, 0, 0), ==, 1);
  g_assert_cmpuint (pel_labels_get (labels, 1, 0), ==, 2);
  g_assert_cmpuint (pel_labels_get (labels, 2, 0), ==, 0);

  g_assert_true (pel_image_save_png_rgba (b, second, 1, 3, 4, &error));
  g_assert_null (pel_labels_load (masks, 0, NULL, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE);
  g_assert_nonnull (strstr (error->message, "b.png"));
  g_remove (a);
  g_remove (b);
  g_rmdir (masks);
}

static void
test_cancel (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *path = sample ("gen_mask_labels8.png");

  g_cancellable_cancel (cancellable);
  g_assert_null (pel_labels_load (path, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pel-labels-XXXXXX", NULL);
  g_test_add_func ("/labels-io/disguises", test_disguises);
  g_test_add_func ("/labels-io/foreground", test_foreground);
  g_test_add_func ("/labels-io/refused", test_refused);
  g_test_add_func ("/labels-io/colours", test_colours);
  g_test_add_func ("/labels-io/round-trip", test_round_trip);
  g_test_add_func ("/labels-io/tag", test_tag);
  g_test_add_func ("/labels-io/folder", test_folder);
  g_test_add_func ("/labels-io/cancel", test_cancel);
  int result = g_test_run ();
  g_rmdir (folder);
  g_free (folder);
  return result;
}
