/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-image-io.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-image-io-private.h"

static char *folder;

static char *
sample (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "data", "formats", name, NULL);
}

static void
test_candidates (void)
{
  static const char *const yes[] = { "a.tif", "a.TIFF",    "x/a.png",      "a.JPG",     "a.b.jpeg",
                                     "a.bmp", "a.ome.tif", "größe µm.png", "a.prob.png" };
  static const char *const no[] = {
    "a.prob.tif", "A.PROB.TIF", "a.overlay.png", ".a.png", "x/.a.tif", "Thumbs.db", "a",
    "a.txt",      "tif",        "a.tif.part",    "a.czi",  ".tif",     "a."
  };

  for (guint i = 0; i < G_N_ELEMENTS (yes); i++)
    g_assert_true (pel_image_path_is_candidate (yes[i]));
  for (guint i = 0; i < G_N_ELEMENTS (no); i++)
    g_assert_false (pel_image_path_is_candidate (no[i]));
}

static void
test_stems (void)
{
  static const char *const cases[][2] = {
    { "x/a.tif", "a" },       { "a.ome.tif", "a" },     { "a.OME.TIFF", "a" },
    { "a.ome.png", "a.ome" }, { "a.b.c.png", "a.b.c" }, { "a", "a" },
    { ".hidden", ".hidden" }, { ".ome.tif", ".ome" },   { "/x.y/größe 1.jpg", "größe 1" }
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *stem = pel_image_get_stem (cases[i][0]);
      g_assert_cmpstr (stem, ==, cases[i][1]);
    }
}

static void
assert_refused (const char *name, const char *content, gsize length, const char *word)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, content, (gssize)length, NULL));
  g_assert_null (pel_image_load (path, 0, NULL, &error));
  g_assert_nonnull (error);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_assert_nonnull (strstr (error->message, word));
  g_remove (path);
}

/* Makers' formats are told by content or by name, and refused with the way out. */
static void
test_vendors (void)
{
  assert_refused ("a.czi", "ZISRAWFILE\0\0\0\0\0\0", 16, "OME-TIFF");
  assert_refused ("renamed.tif", "ZISRAWFILE\0\0\0\0\0\0", 16, "OME-TIFF");
  assert_refused ("a.nd2", "\xda\xce\xbe\x0a\0\0\0\0", 8, "OME-TIFF");
  assert_refused ("a.lif", "\x70\0\0\0\1\0\0\0\x2a\0\0\0", 12, "OME-TIFF");
  assert_refused ("b.lif", "whatever", 8, "OME-TIFF");
  assert_refused ("a.oib", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "OME-TIFF");
}

static void
test_refused (void)
{
  static const char deep[] = "P5\n# a comment 9\n2 2 65535\n\0\0\0\0\0\0\0";
  g_autofree char *missing = g_build_filename (folder, "missing.tif", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (pel_image_load (missing, 0, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "missing.tif"));
  g_clear_error (&error);
  g_assert_null (pel_image_load (folder, 0, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);

  assert_refused ("empty.png", "", 0, "empty");
  assert_refused ("text.jpg", "hello", 5, "not an image");
  assert_refused ("deep.pgm", deep, sizeof deep, "8 bits");
  assert_refused ("bad.bmp", "BM", 2, "not an image");

  g_autofree char *path = sample ("gen_gray16.png");
  g_clear_error (&error);
  g_assert_null (pel_image_load (path, 1, NULL, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT);
}

static void
test_cancel (void)
{
  static const char *const names[] = { "gen_gray16.png", "gen_imagej_um.tif",
                                       "gen_rgb_progressive.jpg", "gen_u16_tiled_bigtiff.tif",
                                       "gen_trunc_imagej_stack.tif" };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_cancellable_cancel (cancellable);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = sample (names[i]);
      g_autoptr (GError) error = NULL;
      g_assert_null (pel_image_load (path, 0, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

/* A picture of 3 x 2, its stored rows ABC and DEF, as each EXIF orientation shows it. */
static void
test_orientation (void)
{
  static const struct
  {
    guint width;
    const char *upright;
  } truth[] = { { 3, "ABCDEF" }, { 3, "CBAFED" }, { 3, "FEDCBA" }, { 3, "DEFABC" },
                { 2, "ADBECF" }, { 2, "DAEBFC" }, { 2, "FCEBDA" }, { 2, "CFBEAD" } };

  for (guint i = 0; i < 8; i++)
    {
      PelImage *image = pel_image_new (3, 2, 1, PEL_SAMPLE_U8, NULL);
      memcpy (pel_image_get_writable_plane (image, 0), "ABCDEF", 6);
      pel_image_set_um (image, 1.0, 2.0, "test");
      g_autoptr (PelImage) upright = pel_image_make_upright (image, i + 1, NULL);
      g_assert_cmpuint (pel_image_get_width (upright), ==, truth[i].width);
      g_assert_cmpmem (pel_image_get_plane (upright, 0), 6, truth[i].upright, 6);
      g_assert_cmpfloat (pel_image_get_um_x (upright), ==, i < 4 ? 1.0 : 2.0);
    }
}

static void
test_jpeg (void)
{
  g_autofree char *turned = sample ("gen_exif_orientation6.jpg");
  g_autofree char *grey = sample ("gen_gray_q90.jpg");
  g_autofree char *inks = sample ("gen_cmyk.jpg");
  g_autofree char *plain = sample ("gen_rgb_progressive.jpg");
  g_autoptr (GError) error = NULL;
  g_auto (PelImageInfo) info = { 0 };

  g_assert_true (pel_image_probe (turned, &info, &error));
  g_assert_cmpuint (info.width, ==, 160);
  g_assert_cmpuint (info.orientation, ==, 6);
  g_autoptr (PelImage) upright = pel_image_load (turned, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pel_image_get_width (upright), ==, 120);
  g_assert_cmpuint (pel_image_get_height (upright), ==, 160);

  g_autoptr (PelImage) one = pel_image_load (grey, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pel_image_get_n_channels (one), ==, 1);

  /* The same picture through inks and back. */
  g_autoptr (PelImage) from_inks = pel_image_load (inks, 0, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (PelImage) colours = pel_image_load (plain, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (pel_image_is_rgb (from_inks));
  double sum = 0.0;
  for (guint c = 0; c < 3; c++)
    for (guint i = 0; i < 160 * 120; i++)
      sum += ABS (((const guint8 *)pel_image_get_plane (from_inks, c))[i] -
                  ((const guint8 *)pel_image_get_plane (colours, c))[i]);
  g_assert_cmpfloat (sum / (3 * 160 * 120), <, 3.0);
}

/* A bitmap of 3 x 2 by hand: bottom row first, colours as blue, green, red. */
static void
test_bmp (void)
{
  static const guint8 rgb[] = {
    'B', 'M', 78, 0, 0, 0, 0, 0, 0,  0, 54, 0, 0, 0, 40, 0,  0,  0,  3,  0,  0,  0,  2,  0, 0, 0,
    1,   0,   24, 0, 0, 0, 0, 0, 24, 0, 0,  0, 0, 0, 0,  0,  0,  0,  0,  0,  0,  0,  0,  0, 0, 0,
    0,   0,   1,  2, 3, 4, 5, 6, 7,  8, 9,  0, 0, 0, 11, 12, 13, 14, 15, 16, 17, 18, 19, 0, 0, 0,
  };
  static const guint8 palette[] = {
    'B', 'M', 78,  0,   0,   0, 0, 0, 0, 0, 70,   0,    0, 0, 40,   0,    0,  0, 3, 0,
    0,   0,   2,   0,   0,   0, 1, 0, 4, 0, 0,    0,    0, 0, 8,    0,    0,  0, 0, 0,
    0,   0,   0,   0,   0,   0, 4, 0, 0, 0, 0,    0,    0, 0, 10,   20,   30, 0, 1, 1,
    1,   0,   250, 240, 230, 0, 0, 0, 0, 0, 0x01, 0x20, 0, 0, 0x32, 0x10, 0,  0,
  };
  g_autofree char *path = g_build_filename (folder, "a.bmp", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, (const char *)rgb, sizeof rgb, NULL));
  g_autoptr (PelImage) colour = pel_image_load (path, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pel_image_get_n_channels (colour), ==, 3);
  g_assert_cmpmem (pel_image_get_plane (colour, 0), 6, "\x0d\x10\x13\3\6\11", 6);
  g_assert_cmpmem (pel_image_get_plane (colour, 2), 6, "\x0b\x0e\x11\1\4\7", 6);

  g_assert_true (g_file_set_contents (path, (const char *)palette, sizeof palette, NULL));
  g_autoptr (PelImage) indices = pel_image_load_stored (path, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (pel_image_get_plane (indices, 0), 6, "\3\2\1\0\1\2", 6);
  g_autoptr (PelImage) shown = pel_image_load (path, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (pel_image_get_plane (shown, 0), 6, "\0\346\1\36\1\346", 6);
  g_remove (path);
}

/* Sizes that a file of its length cannot hold are refused at once, whatever the machine. */
static void
test_large (void)
{
  static const guint8 png[] = {
    0x89, 'P',  'N',  'G',  13,   10,   26, 10, 0,    0,    0,   13,  'I', 'H',
    'D',  'R',  0,    0,    0x4e, 0x20, 0,  0,  0x4e, 0x20, 8,   0,   0,   0,
    0,    0xc6, 0x1b, 0x19, 0xe5, 0,    0,  0,  10,   'I',  'D', 'A', 'T',
  };
  assert_refused ("claims.png", (const char *)png, sizeof png, "too short");

  static const guint8 tiff[] = {
    'I', 'I', 42, 0, 8, 0, 0, 0, 7,    0,    0, 1, 4,  0, 1, 0, 0, 0, 0x80, 0x1a, 6, 0, /* width
                                                                                           400000 */
    1,   1,   4,  0, 1, 0, 0, 0, 0x80, 0x1a, 6, 0,                                      /* height */
    2,   1,   3,  0, 1, 0, 0, 0, 8,    0,    0, 0,                                      /* bits */
    3,   1,   3,  0, 1, 0, 0, 0, 8,    0,    0, 0, /* deflate */
    6,   1,   3,  0, 1, 0, 0, 0, 1,    0,    0, 0, 17, 1, 4, 0, 1, 0, 0,    0,    8, 0, 0,
    0,   23,  1,  4, 0, 1, 0, 0, 0,    20,   0, 0, 0,  0, 0, 0, 0,
  };
  gint64 begin = g_get_monotonic_time ();
  assert_refused ("claims.tif", (const char *)tiff, sizeof tiff, "claims.tif");
  g_assert_cmpint (g_get_monotonic_time () - begin, <, G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pel-image-io-XXXXXX", NULL);
  g_test_add_func ("/image-io/candidates", test_candidates);
  g_test_add_func ("/image-io/stems", test_stems);
  g_test_add_func ("/image-io/vendors", test_vendors);
  g_test_add_func ("/image-io/refused", test_refused);
  g_test_add_func ("/image-io/cancel", test_cancel);
  g_test_add_func ("/image-io/orientation", test_orientation);
  g_test_add_func ("/image-io/jpeg", test_jpeg);
  g_test_add_func ("/image-io/bmp", test_bmp);
  g_test_add_func ("/image-io/large", test_large);
  int result = g_test_run ();
  g_rmdir (folder);
  g_free (folder);
  return result;
}
