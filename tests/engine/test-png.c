/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <png.h>
#include <string.h>
#include <unistd.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-image-io.h"

static char *folder;

typedef struct
{
  guint width, height;
  int colour, bits, interlace;
  const png_color *palette;
  int n_colours;
  guint per_metre;
} Layout;

static guint
channels_of (int colour)
{
  return colour == PNG_COLOR_TYPE_RGB          ? 3
         : colour == PNG_COLOR_TYPE_RGB_ALPHA  ? 4
         : colour == PNG_COLOR_TYPE_GRAY_ALPHA ? 2
                                               : 1;
}

/* The sample that the test files hold: every place its own, and all bits in use. */
static guint
sample_at (const Layout *layout, guint x, guint y, guint c)
{
  guint top = (1u << layout->bits) - 1;
  guint v = (x * 2654435761u ^ y * 40503u ^ c * 977u) >> 7;
  return layout->palette != NULL ? v % (guint)layout->n_colours : v & top;
}

/* Writes with libpng alone, one sample after another, packed as the standard says. */
static char *
write_png (const Layout *layout)
{
  char *path = g_build_filename (folder, "test.png", NULL);
  FILE *stream = g_fopen (path, "wbe");
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct (png);
  guint n = channels_of (layout->colour);
  gsize row_bytes = ((gsize)layout->width * n * (guint)layout->bits + 7) / 8;
  g_autofree guint8 *data = g_malloc0 (row_bytes * layout->height);
  g_autofree png_bytep *rows = g_new (png_bytep, layout->height);

  for (guint y = 0; y < layout->height; y++)
    {
      rows[y] = data + row_bytes * y;
      for (guint i = 0; i < layout->width * n; i++)
        {
          guint v = sample_at (layout, i / n, y, i % n);
          if (layout->bits == 16)
            {
              rows[y][2 * i] = (guint8)(v >> 8);
              rows[y][2 * i + 1] = (guint8)v;
            }
          else
            {
              guint bit = i * (guint)layout->bits;
              rows[y][bit / 8] |= (guint8)(v << (8 - (guint)layout->bits - bit % 8));
            }
        }
    }
  png_init_io (png, stream);
  png_set_IHDR (png, info, layout->width, layout->height, layout->bits, layout->colour,
                layout->interlace, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (layout->palette != NULL)
    png_set_PLTE (png, info, layout->palette, layout->n_colours);
  if (layout->per_metre != 0)
    png_set_pHYs (png, info, layout->per_metre, layout->per_metre, PNG_RESOLUTION_METER);
  png_write_info (png, info);
  png_write_image (png, rows);
  png_write_end (png, info);
  png_destroy_write_struct (&png, &info);
  fclose (stream);
  return path;
}

static void
assert_pixels (const Layout *layout, const PelImage *image, guint scale)
{
  guint n = channels_of (layout->colour);

  g_assert_cmpuint (pel_image_get_n_channels (image), ==, n);
  for (guint c = 0; c < n; c++)
    for (guint y = 0; y < layout->height; y++)
      for (guint x = 0; x < layout->width; x++)
        {
          gsize i = (gsize)y * layout->width + x;
          const void *plane = pel_image_get_plane (image, c);
          guint v = layout->bits == 16 ? ((const guint16 *)plane)[i] : ((const guint8 *)plane)[i];
          g_assert_cmpuint (v, ==, sample_at (layout, x, y, c) * scale);
        }
}

/* Every colour type at every depth, plain and interlaced, sample by sample. */
static void
test_depths (void)
{
  static const struct
  {
    int colour, bits;
    guint shown_scale;
  } kinds[] = {
    { PNG_COLOR_TYPE_GRAY, 1, 1 },        { PNG_COLOR_TYPE_GRAY, 2, 85 },
    { PNG_COLOR_TYPE_GRAY, 4, 17 },       { PNG_COLOR_TYPE_GRAY, 8, 1 },
    { PNG_COLOR_TYPE_GRAY, 16, 1 },       { PNG_COLOR_TYPE_RGB, 8, 1 },
    { PNG_COLOR_TYPE_RGB, 16, 1 },        { PNG_COLOR_TYPE_GRAY_ALPHA, 8, 1 },
    { PNG_COLOR_TYPE_GRAY_ALPHA, 16, 1 }, { PNG_COLOR_TYPE_RGB_ALPHA, 8, 1 },
    { PNG_COLOR_TYPE_RGB_ALPHA, 16, 1 },
  };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (kinds); i++)
    {
      Layout layout = { .width = 37,
                        .height = 21,
                        .colour = kinds[i / 2].colour,
                        .bits = kinds[i / 2].bits,
                        .interlace = i % 2 == 0 ? PNG_INTERLACE_NONE : PNG_INTERLACE_ADAM7 };
      g_autofree char *path = write_png (&layout);
      g_autoptr (GError) error = NULL;
      g_auto (PelImageInfo) info = { 0 };
      g_autoptr (PelImage) shown = pel_image_load (path, 0, NULL, &error);
      g_assert_no_error (error);
      g_autoptr (PelImage) stored = pel_image_load_stored (path, 0, NULL, &info, &error);
      g_assert_no_error (error);

      assert_pixels (&layout, shown, kinds[i / 2].shown_scale);
      assert_pixels (&layout, stored, 1);
      g_assert_cmpuint (info.bits, ==, (guint)layout.bits);
      g_assert_cmpint (pel_image_get_sample_type (shown), ==,
                       layout.bits == 16 ? PEL_SAMPLE_U16 : PEL_SAMPLE_U8);
      g_assert_cmpint (pel_image_has_alpha (shown), ==,
                       (layout.colour & PNG_COLOR_MASK_ALPHA) != 0);
      g_assert_cmpint (pel_image_is_rgb (shown), ==, (layout.colour & PNG_COLOR_MASK_COLOR) != 0);
      g_remove (path);
    }
}

static void
check_palette (const png_color *palette, guint n_channels)
{
  Layout layout = { .width = 9,
                    .height = 5,
                    .colour = PNG_COLOR_TYPE_PALETTE,
                    .bits = 2,
                    .palette = palette,
                    .n_colours = 4 };
  g_autofree char *path = write_png (&layout);
  g_autoptr (GError) error = NULL;
  g_autoptr (PelImage) stored = pel_image_load_stored (path, 0, NULL, NULL, &error);
  g_autoptr (PelImage) shown = pel_image_load (path, 0, NULL, &error);

  g_assert_no_error (error);
  assert_pixels (&layout, stored, 1);
  g_assert_cmpuint (pel_image_get_n_channels (shown), ==, n_channels);
  for (guint i = 0; i < 45; i++)
    {
      guint index = ((const guint8 *)pel_image_get_plane (stored, 0))[i];
      const guint8 colour[] = { palette[index].red, palette[index].green, palette[index].blue };
      for (guint c = 0; c < n_channels; c++)
        g_assert_cmpuint (((const guint8 *)pel_image_get_plane (shown, c))[i], ==, colour[c]);
    }
  g_remove (path);
}

/* Colours and falling greys are looked up; a palette that only rises in light is left alone. */
static void
test_palette (void)
{
  static const png_color colours[] = {
    { 9, 8, 7 }, { 200, 10, 30 }, { 0, 20, 0 }, { 255, 255, 255 }
  };
  static const png_color greys[] = {
    { 255, 255, 255 }, { 99, 99, 99 }, { 98, 98, 98 }, { 0, 0, 0 }
  };
  static const png_color green[] = { { 0, 0, 0 }, { 0, 80, 0 }, { 0, 160, 0 }, { 0, 255, 0 } };
  Layout layout = { .width = 9,
                    .height = 5,
                    .colour = PNG_COLOR_TYPE_PALETTE,
                    .bits = 2,
                    .palette = green,
                    .n_colours = 4 };
  g_autoptr (GError) error = NULL;

  check_palette (colours, 3);
  check_palette (greys, 1);
  g_autofree char *path = write_png (&layout);
  g_autoptr (PelImage) lookup = pel_image_load (path, 0, NULL, &error);
  g_assert_no_error (error);
  assert_pixels (&layout, lookup, 1);
  g_remove (path);
}

/* pHYs is only ever a suggestion, and none where it is a printer's resolution. */
static void
test_resolution (void)
{
  static const struct
  {
    guint per_metre;
    double um;
  } cases[] = { { 1538462, 0.65 }, { 2835, 0.0 }, { 3780, 0.0 }, { 11811, 0.0 }, { 100000, 10.0 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Layout layout = { .width = 3,
                        .height = 2,
                        .colour = PNG_COLOR_TYPE_GRAY,
                        .bits = 8,
                        .per_metre = cases[i].per_metre };
      g_autofree char *path = write_png (&layout);
      g_auto (PelImageInfo) info = { 0 };
      g_assert_true (pel_image_probe (path, &info, NULL));
      g_assert_cmpfloat (info.um_x, ==, 0.0);
      g_assert_cmpfloat_with_epsilon (info.suggested_um_x, cases[i].um, 1e-5);
      g_remove (path);
    }
}

/* Cut anywhere, a file is refused; or, when only its end mark is gone, read in full. */
static void
test_truncated (void)
{
  Layout layout = { .width = 20, .height = 20, .colour = PNG_COLOR_TYPE_RGB, .bits = 16 };
  g_autofree char *path = write_png (&layout);
  g_autofree char *content = NULL;
  gsize length;
  guint n_read = 0;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  for (gsize cut = 0; cut < length; cut += 1 + cut / 16)
    {
      g_autoptr (GError) error = NULL;
      g_assert_true (g_file_set_contents (path, content, (gssize)cut, NULL));
      g_autoptr (PelImage) image = pel_image_load (path, 0, NULL, &error);
      if (image != NULL)
        n_read++;
      else
        g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE);
    }
  g_assert_cmpuint (n_read, <=, 1);
  g_remove (path);
}

static void
test_write (void)
{
  guint8 rgba[7 * 3 * 4 + 8];
  g_autofree char *path = g_build_filename (folder, "über.png", NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < sizeof rgba; i++)
    rgba[i] = (guint8)(i * 31);
  /* Rows longer than the picture is wide. */
  g_assert_true (pel_image_save_png_rgba (path, rgba, 6, 3, 7 * 4, &error));
  g_assert_no_error (error);
  g_autoptr (PelImage) image = pel_image_load (path, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (pel_image_is_rgb (image) && pel_image_has_alpha (image));
  for (guint c = 0; c < 4; c++)
    for (guint i = 0; i < 18; i++)
      g_assert_cmpuint (((const guint8 *)pel_image_get_plane (image, c))[i], ==,
                        rgba[i / 6 * 28 + i % 6 * 4 + c]);
  g_remove (path);

  g_assert_false (pel_image_save_png_rgba ("/proc/no/x.png", rgba, 6, 3, 28, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pel-png-XXXXXX", NULL);
  g_test_add_func ("/png/depths", test_depths);
  g_test_add_func ("/png/palette", test_palette);
  g_test_add_func ("/png/resolution", test_resolution);
  g_test_add_func ("/png/truncated", test_truncated);
  g_test_add_func ("/png/write", test_write);
  int result = g_test_run ();
  g_rmdir (folder);
  g_free (folder);
  return result;
}
