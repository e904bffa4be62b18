/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <tiffio.h>
#include <unistd.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-image-io.h"
#include "engine/io/pel-tiff-text.h"

static char *folder;

typedef struct
{
  guint width, height, samples, bits, format, planar, compression, photometric, tile;
  const char *mode;
} Layout;

static guint64
sample_at (const Layout *layout, guint x, guint y, guint c)
{
  guint64 v =
      ((guint64)x * 0x9e3779b97f4a7c15u) ^ ((guint64)y * 0xc2b2ae3d27d4eb4fu) ^ (c * 0x165667b1u);
  return layout->bits >= 64 ? v : v >> 11 & (((guint64)1 << layout->bits) - 1);
}

/* A row of samples as the bits of the file: big end first below a byte, else the machine's order.
 */
static void
fill_row (const Layout *layout, guint8 *row, guint x0, guint n, guint y, gint channel)
{
  guint samples = channel < 0 ? layout->samples : 1;

  for (guint i = 0; i < n * samples; i++)
    {
      guint64 v =
          sample_at (layout, x0 + i / samples, y, channel < 0 ? i % samples : (guint)channel);
      /* libtiff swaps 16, 24, 32 and 64 bits for the file, and leaves 40, 48 and 56 to us. */
      gboolean ours = layout->bits % 8 == 0 && layout->bits > 32 && layout->bits < 64 &&
                      g_strcmp0 (layout->mode, "wb") == 0;
      if (layout->bits % 8 == 0)
        for (guint b = 0; b < layout->bits / 8; b++)
          row[i * layout->bits / 8 + (ours ? layout->bits / 8 - 1 - b : b)] = (guint8)(v >> 8 * b);
      else
        for (guint b = 0; b < layout->bits; b++)
          {
            guint at = i * layout->bits + b;
            if ((v >> (layout->bits - 1 - b) & 1) != 0)
              row[at / 8] |= (guint8)(0x80 >> at % 8);
          }
    }
}

static char *
write_tiff (const Layout *layout)
{
  char *path = g_build_filename (folder, "test.tif", NULL);
  TIFF *tiff = TIFFOpen (path, layout->mode != NULL ? layout->mode : "wl");
  gboolean separate = layout->planar == PLANARCONFIG_SEPARATE;
  guint n_passes = separate ? layout->samples : 1;

  TIFFSetField (tiff, TIFFTAG_IMAGEWIDTH, layout->width);
  TIFFSetField (tiff, TIFFTAG_IMAGELENGTH, layout->height);
  TIFFSetField (tiff, TIFFTAG_BITSPERSAMPLE, layout->bits);
  TIFFSetField (tiff, TIFFTAG_SAMPLESPERPIXEL, layout->samples);
  TIFFSetField (tiff, TIFFTAG_SAMPLEFORMAT, layout->format);
  TIFFSetField (tiff, TIFFTAG_PLANARCONFIG, layout->planar);
  TIFFSetField (tiff, TIFFTAG_COMPRESSION, layout->compression);
  TIFFSetField (tiff, TIFFTAG_PHOTOMETRIC, layout->photometric);
  if (layout->tile > 0)
    {
      TIFFSetField (tiff, TIFFTAG_TILEWIDTH, layout->tile);
      TIFFSetField (tiff, TIFFTAG_TILELENGTH, layout->tile);
    }
  else
    TIFFSetField (tiff, TIFFTAG_ROWSPERSTRIP, 5);
  for (guint pass = 0; pass < n_passes; pass++)
    if (layout->tile == 0)
      for (guint y = 0; y < layout->height; y++)
        {
          g_autofree guint8 *row = g_malloc0 ((gsize)TIFFScanlineSize (tiff) + 8);
          fill_row (layout, row, 0, layout->width, y, separate ? (gint)pass : -1);
          g_assert_cmpint (TIFFWriteScanline (tiff, row, y, (guint16)pass), ==, 1);
        }
    else
      for (guint y = 0; y < layout->height; y += layout->tile)
        for (guint x = 0; x < layout->width; x += layout->tile)
          {
            g_autofree guint8 *tile = g_malloc0 ((gsize)TIFFTileSize (tiff) + 8);
            for (guint i = 0; i < layout->tile; i++)
              fill_row (layout, tile + i * (gsize)TIFFTileRowSize (tiff), x, layout->tile, y + i,
                        separate ? (gint)pass : -1);
            g_assert_cmpint (TIFFWriteTile (tiff, tile, x, y, 0, (guint16)pass), >, 0);
          }
  TIFFClose (tiff);
  return path;
}

static guint64
stored_sample (const PelImage *image, guint channel, gsize i)
{
  const void *plane = pel_image_get_plane (image, channel);
  switch (pel_sample_type_get_size (pel_image_get_sample_type (image)))
    {
    case 1:
      return ((const guint8 *)plane)[i];
    case 2:
      return ((const guint16 *)plane)[i];
    case 4:
      return ((const guint32 *)plane)[i];
    default:
      return ((const guint64 *)plane)[i];
    }
}

static void
check (const Layout *layout)
{
  g_autofree char *path = write_tiff (layout);
  g_autoptr (GError) error = NULL;
  g_auto (PelImageInfo) info = { 0 };
  g_autoptr (PelImage) image = pel_image_load_stored (path, 0, NULL, &info, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (info.bits, ==, layout->bits);
  g_assert_cmpuint (pel_image_get_n_channels (image), ==, layout->samples);
  guint64 size = pel_sample_type_get_size (pel_image_get_sample_type (image)) * 8;
  guint64 mask = size == 64 ? G_MAXUINT64 : ((guint64)1 << size) - 1;
  for (guint c = 0; c < layout->samples; c++)
    for (guint y = 0; y < layout->height; y++)
      for (guint x = 0; x < layout->width; x++)
        {
          guint64 truth = sample_at (layout, x, y, c);
          if (layout->format == SAMPLEFORMAT_INT && (truth >> (layout->bits - 1) & 1) != 0 &&
              layout->bits < 64)
            truth |= G_MAXUINT64 << layout->bits;
          g_assert_cmpuint (stored_sample (image, c, (gsize)y * layout->width + x), ==,
                            truth & mask);
        }
  g_remove (path);
}

/* Every depth, as integers with and without sign, in every arrangement. */
static void
test_depths (void)
{
  static const guint depths[] = { 1, 2, 3, 4, 7, 8, 9, 12, 16, 17, 24, 31, 32, 33, 48, 63, 64 };

  for (guint i = 0; i < G_N_ELEMENTS (depths); i++)
    for (guint kind = 0; kind < 12; kind++)
      {
        Layout layout = {
          .width = 35,
          .height = 19,
          .samples = kind % 3 == 0 ? 1 : 4,
          .bits = depths[i],
          .format = kind / 6 == 0 ? SAMPLEFORMAT_UINT : SAMPLEFORMAT_INT,
          .planar = kind % 3 == 2 ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG,
          .compression = kind % 2 == 0 ? COMPRESSION_NONE : COMPRESSION_ADOBE_DEFLATE,
          .photometric = PHOTOMETRIC_MINISBLACK,
          .tile = kind / 3 % 2 == 0 ? 0 : 16,
          .mode = kind == 4 ? "w8" : "wl",
        };
        check (&layout);
      }
}

/* Files of the other byte order hold the same numbers. */
static void
test_big_endian (void)
{
  static const guint depths[] = { 8, 12, 16, 24, 32, 40, 48, 64 };

  for (guint i = 0; i < G_N_ELEMENTS (depths); i++)
    {
      Layout layout = { .width = 13,
                        .height = 7,
                        .samples = 1,
                        .bits = depths[i],
                        .format = SAMPLEFORMAT_UINT,
                        .planar = PLANARCONFIG_CONTIG,
                        .compression = COMPRESSION_LZW,
                        .photometric = PHOTOMETRIC_MINISBLACK,
                        .mode = "wb" };
      check (&layout);
    }
}

/* Half floats, by values whose bits are known. */
static void
test_half (void)
{
  static const guint16 halves[] = {
    0x0000, 0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x7c00, 0x3555
  };
  static const double values[] = { 0.0,     1.0,     -2.0,     65504.0,
                                   0x1p-14, 0x1p-24, INFINITY, 0.333251953125 };
  g_autofree char *path = g_build_filename (folder, "half.tif", NULL);
  g_autoptr (GError) error = NULL;
  TIFF *tiff = TIFFOpen (path, "w");
  guint16 row[8];

  TIFFSetField (tiff, TIFFTAG_IMAGEWIDTH, 8);
  TIFFSetField (tiff, TIFFTAG_IMAGELENGTH, 1);
  TIFFSetField (tiff, TIFFTAG_BITSPERSAMPLE, 16);
  TIFFSetField (tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_IEEEFP);
  TIFFSetField (tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
  memcpy (row, halves, sizeof row);
  TIFFWriteScanline (tiff, row, 0, 0);
  TIFFClose (tiff);
  g_autoptr (PelImage) image = pel_image_load (path, 0, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 8; i++)
    g_assert_cmpfloat ((double)((const float *)pel_image_get_plane (image, 0))[i], ==, values[i]);
  g_remove (path);
}

/* 0 for white is turned over when shown, within the bits that are stored. */
static void
test_min_is_white (void)
{
  static const guint depths[] = { 1, 8, 12, 16, 32 };

  for (guint i = 0; i < G_N_ELEMENTS (depths); i++)
    {
      Layout layout = { .width = 9,
                        .height = 4,
                        .samples = 1,
                        .bits = depths[i],
                        .format = SAMPLEFORMAT_UINT,
                        .planar = PLANARCONFIG_CONTIG,
                        .compression = COMPRESSION_NONE,
                        .photometric = PHOTOMETRIC_MINISWHITE };
      check (&layout);
      g_autofree char *path = write_tiff (&layout);
      g_autoptr (PelImage) shown = pel_image_load (path, 0, NULL, NULL);
      guint64 top = ((guint64)1 << depths[i]) - 1;
      for (guint y = 0; y < 4; y++)
        for (guint x = 0; x < 9; x++)
          g_assert_cmpuint (stored_sample (shown, 0, y * 9 + x), ==,
                            top - sample_at (&layout, x, y, 0));
      g_remove (path);
    }
}

static void
test_unsupported (void)
{
  static const Layout layouts[] = {
    { 8, 8, 1, 64, SAMPLEFORMAT_COMPLEXIEEEFP, PLANARCONFIG_CONTIG, COMPRESSION_NONE,
      PHOTOMETRIC_MINISBLACK },
    { 8, 8, 1, 24, SAMPLEFORMAT_IEEEFP, PLANARCONFIG_CONTIG, COMPRESSION_NONE,
      PHOTOMETRIC_MINISBLACK },
    { 8, 8, 3, 8, SAMPLEFORMAT_UINT, PLANARCONFIG_CONTIG, COMPRESSION_NONE, PHOTOMETRIC_CIELAB },
  };
  for (guint i = 0; i < G_N_ELEMENTS (layouts); i++)
    {
      g_autofree char *path = write_tiff (&layouts[i]);
      g_autoptr (GError) error = NULL;
      g_assert_null (pel_image_load (path, 0, NULL, &error));
      g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED);
      g_remove (path);
    }
}

/* Pages of @n planes, plane i filled with i, with a description. */
static char *
write_stack (guint n, const char *description, const char *mode)
{
  char *path = g_build_filename (folder, "stack.tif", NULL);
  TIFF *tiff = TIFFOpen (path, mode);

  for (guint i = 0; i < n; i++)
    {
      guint16 row[6];
      TIFFSetField (tiff, TIFFTAG_IMAGEWIDTH, 6);
      TIFFSetField (tiff, TIFFTAG_IMAGELENGTH, 4);
      TIFFSetField (tiff, TIFFTAG_BITSPERSAMPLE, 16);
      TIFFSetField (tiff, TIFFTAG_ROWSPERSTRIP, 4);
      TIFFSetField (tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
      if (i == 0 && description != NULL)
        TIFFSetField (tiff, TIFFTAG_IMAGEDESCRIPTION, description);
      for (guint x = 0; x < 6; x++)
        row[x] = (guint16)i;
      for (guint y = 0; y < 4; y++)
        {
          guint16 copy[6];
          memcpy (copy, row, sizeof copy);
          TIFFWriteScanline (tiff, copy, y, 0);
        }
      TIFFWriteDirectory (tiff);
    }
  TIFFClose (tiff);
  return path;
}

static void
assert_position (const char *path, guint position, guint n, const guint *planes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PelImage) image = pel_image_load (path, position, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pel_image_get_n_channels (image), ==, n);
  for (guint c = 0; c < n; c++)
    for (guint i = 0; i < 24; i++)
      g_assert_cmpuint (((const guint16 *)pel_image_get_plane (image, c))[i], ==, planes[c]);
}

static void
test_imagej_stack (void)
{
  g_autofree char *path = write_stack (
      12,
      "ImageJ=1.53t\nimages=12\nchannels=2\nslices=3\nframes=2\nhyperstack=true\nmode=grayscale\n",
      "w");
  g_auto (PelImageInfo) info = { 0 };

  g_assert_true (pel_image_probe (path, &info, NULL));
  g_assert_cmpuint (info.pages, ==, 12);
  g_assert_cmpuint (info.positions, ==, 6);
  g_assert_cmpuint (info.position_channels, ==, 2);
  for (guint i = 0; i < 6; i++)
    assert_position (path, i, 2, (const guint[]){ 2 * i, 2 * i + 1 });
  g_autoptr (GError) error = NULL;
  g_assert_null (pel_image_load (path, 6, NULL, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT);
  g_remove (path);
}

/* ImageJ's stacks beyond 4 GiB: one directory, the planes one behind the other; either byte order,
 * whole and cut off within the third plane. */
static void
test_imagej_contiguous (void)
{
  for (guint big = 0; big < 2; big++)
    {
      const char *description = "ImageJ=1.53t\nimages=4\nslices=4\n";
      g_autofree char *path = write_stack (1, description, big ? "wb" : "wl");
      g_autofree char *content = NULL;
      gsize length;
      TIFF *tiff = TIFFOpen (path, "r");
      gsize offset = (gsize)TIFFGetStrileOffset (tiff, 0);
      TIFFClose (tiff);

      /* libtiff puts the plane before the directory: move it to the end and let it grow there. */
      g_assert_true (g_file_get_contents (path, &content, &length, NULL));
      g_autoptr (GByteArray) file = g_byte_array_new ();
      g_byte_array_append (file, (const guint8 *)content, (guint)length);
      guint32 begin = (guint32)length;
      for (guint i = 0; i < 4 * 24; i++)
        {
          guint16 v = big ? GUINT16_TO_BE (i / 24 + 300) : GUINT16_TO_LE (i / 24 + 300);
          g_byte_array_append (file, (const guint8 *)&v, 2);
        }
      guint n_entries_at = big ? GUINT32_FROM_BE (*(guint32 *)(void *)(file->data + 4))
                               : GUINT32_FROM_LE (*(guint32 *)(void *)(file->data + 4));
      gboolean moved = FALSE;
      for (guint at = n_entries_at + 2; at + 12 < length && !moved; at += 12)
        {
          guint16 tag;
          memcpy (&tag, file->data + at, 2);
          tag = big ? GUINT16_FROM_BE (tag) : GUINT16_FROM_LE (tag);
          guint32 value = big ? GUINT32_TO_BE (begin) : GUINT32_TO_LE (begin);
          if (tag == TIFFTAG_STRIPOFFSETS)
            {
              memcpy (file->data + at + 2, big ? "\0\4" : "\4\0", 2);
              memcpy (file->data + at + 8, &value, 4);
              moved = TRUE;
            }
        }
      g_assert_true (moved);
      g_assert_cmpuint (offset, <, length);

      g_auto (PelImageInfo) info = { 0 };
      g_assert_true (g_file_set_contents (path, (const char *)file->data, (gssize)file->len, NULL));
      g_assert_true (pel_image_probe (path, &info, NULL));
      g_assert_cmpuint (info.pages, ==, 4);
      g_assert_null (info.warning);
      for (guint i = 0; i < 4; i++)
        assert_position (path, i, 1, (const guint[]){ 300 + i });
      pel_image_info_clear (&info);

      g_assert_true (
          g_file_set_contents (path, (const char *)file->data, (gssize)file->len - 60, NULL));
      g_assert_true (pel_image_probe (path, &info, NULL));
      g_assert_cmpuint (info.pages, ==, 2);
      g_assert_nonnull (info.warning);
      assert_position (path, 1, 1, (const guint[]){ 301 });
      g_remove (path);
    }
}

static void
test_ome_stack (void)
{
  /* Z before C in the file, so channel c of slice z is page z + 3 c. */
  g_autofree char *path =
      write_stack (6,
                   "<?xml version=\"1.0\"?><ome:OME xmlns:ome=\"x\"><ome:Image><ome:Pixels "
                   "DimensionOrder=\"XYZCT\" SizeX=\"6\" SizeY=\"4\" SizeZ=\"3\" SizeC=\"2\" "
                   "SizeT=\"1\" PhysicalSizeX=\"650\" PhysicalSizeXUnit=\"nm\" "
                   "PhysicalSizeY=\"1.3\" PhysicalSizeZ=\"2\"><ome:TiffData/></ome:Pixels>"
                   "</ome:Image></ome:OME>",
                   "w");
  g_auto (PelImageInfo) info = { 0 };

  g_assert_true (pel_image_probe (path, &info, NULL));
  g_assert_cmpuint (info.positions, ==, 3);
  g_assert_cmpfloat_with_epsilon (info.um_x, 0.65, 1e-12);
  g_assert_cmpfloat_with_epsilon (info.um_y, 1.3, 1e-12);
  g_assert_cmpfloat_with_epsilon (info.z_step_um, 2.0, 1e-12);
  for (guint i = 0; i < 3; i++)
    assert_position (path, i, 2, (const guint[]){ i, i + 3 });
  g_remove (path);

  /* Planes in an order of their own, one of them in another file. */
  g_free (path);
  path = write_stack (
      3,
      "<OME><Image><Pixels DimensionOrder=\"XYCZT\" SizeX=\"6\" SizeY=\"4\" SizeZ=\"2\" "
      "SizeC=\"2\" SizeT=\"1\"><TiffData FirstC=\"1\" IFD=\"0\"><UUID "
      "FileName=\"stack.tif\">a</UUID></TiffData><TiffData IFD=\"2\"><UUID "
      "FileName=\"stack.tif\">a</UUID></TiffData><TiffData FirstZ=\"1\" IFD=\"1\"><UUID "
      "FileName=\"stack.tif\">a</UUID></TiffData><TiffData FirstZ=\"1\" FirstC=\"1\" "
      "IFD=\"0\"><UUID FileName=\"other.tif\">b</UUID></TiffData></Pixels></Image></OME>",
      "w");
  pel_image_info_clear (&info);
  g_assert_true (pel_image_probe (path, &info, NULL));
  g_assert_cmpuint (info.positions, ==, 1);
  g_assert_nonnull (info.warning);
  assert_position (path, 0, 2, (const guint[]){ 2, 0 });
  g_remove (path);
}

static void
assert_um (const char *description, double x, double y, guint unit, double um_x, double um_y)
{
  PelTiffText text;
  PelTiffResolution resolution = { x, y, unit };
  pel_tiff_text_parse (&text, description, &resolution, 1, 1, "a.tif");
  g_assert_cmpfloat_with_epsilon (text.um_x, um_x, 1e-9 * (1.0 + um_x));
  g_assert_cmpfloat_with_epsilon (text.um_y, um_y, 1e-9 * (1.0 + um_y));
  pel_tiff_text_clear (&text);
}

static void
test_calibration (void)
{
  g_assert_cmpfloat (pel_unit_to_um ("\\u00B5m"), ==, 1.0);
  g_assert_cmpfloat (pel_unit_to_um ("\\u03BCm"), ==, 1.0);
  g_assert_cmpfloat (pel_unit_to_um ("µm"), ==, 1.0);
  g_assert_cmpfloat (pel_unit_to_um (" Micron "), ==, 1.0);
  g_assert_cmpfloat (pel_unit_to_um ("pixel"), ==, 0.0);
  g_assert_cmpfloat (pel_unit_to_um ("\\u00zz"), ==, 0.0);

  assert_um ("ImageJ=1\nunit=micron\n", 2.0, 4.0, 1, 0.5, 0.25);
  assert_um ("ImageJ=1\nunit=nm\n", 0.01, 0.01, 1, 0.1, 0.1);
  assert_um ("ImageJ=1\nunit=mm\n", 1000.0, 1000.0, 1, 1.0, 1.0);
  assert_um ("ImageJ=1\nunit=inch\n", 25400.0, 25400.0, 1, 1.0, 1.0);
  assert_um ("ImageJ=1\nunit=um\n", 15384.6, 15384.6, 3, 1e4 / 15384.6, 1e4 / 15384.6);
  assert_um ("ImageJ=1\nunit=inch\n", 72.0, 72.0, 2, 0.0, 0.0);
  assert_um ("ImageJ=1\nunit=pixel\n", 2.0, 2.0, 1, 0.0, 0.0);
  assert_um ("ImageJ=1\nunit=um\n", 0.0, 0.0, 1, 0.0, 0.0);
  assert_um ("ImageJ=1\n", 2.0, 2.0, 3, 0.0, 0.0);
  assert_um ("unit=um", 2.0, 2.0, 1, 0.0, 0.0);
  assert_um (NULL, 2.0, 2.0, 1, 0.0, 0.0);
#define OME(ATTRIBUTES) "<OME><Image><Pixels SizeX='1' " ATTRIBUTES "/></Image></OME>"
  assert_um (OME ("PhysicalSizeX='0.5' PhysicalSizeY='0.25'"), 1, 1, 1, 0.5, 0.25);
  assert_um (OME ("PhysicalSizeX='4.2e-06' PhysicalSizeXUnit='m'"), 1, 1, 1, 4.2, 4.2);
  assert_um (OME ("PhysicalSizeX='1' PhysicalSizeXUnit='pixel'"), 1, 1, 1, 0.0, 0.0);
  assert_um (OME ("PhysicalSizeX='-3'"), 1, 1, 1, 0.0, 0.0);
  assert_um (OME ("PhysicalSizeX='nan'"), 1, 1, 1, 0.0, 0.0);
  /* Broken after the part that matters. */
  assert_um ("<OME><Image><Pixels PhysicalSizeX='0.5' SizeC='99999999' SizeT='4294967295'><Tiff", 1,
             1, 1, 0.5, 0.5);
}

static void
test_float_round_trip (void)
{
  g_autofree char *path = g_build_filename (folder, "p.prob.tif", NULL);
  g_autofree float *values = g_new (float, 301 * 77);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 301 * 77; i++)
    values[i] = (float)g_test_rand_double ();
  g_assert_true (pel_image_save_float_tiff (path, values, 301, 77, 0.65, 0.5, &error));
  g_assert_no_error (error);
  g_autoptr (PelImage) image = pel_image_load (path, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pel_image_get_sample_type (image), ==, PEL_SAMPLE_F32);
  g_assert_cmpmem (pel_image_get_plane (image, 0), 301 * 77 * 4, values, 301 * 77 * 4);
  g_assert_cmpfloat_with_epsilon (pel_image_get_um_x (image), 0.65, 1e-6);
  g_assert_cmpfloat_with_epsilon (pel_image_get_um_y (image), 0.5, 1e-6);
  g_remove (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pel-tiff-XXXXXX", NULL);
  TIFFSetWarningHandler (NULL);
  g_test_add_func ("/tiff/depths", test_depths);
  g_test_add_func ("/tiff/big-endian", test_big_endian);
  g_test_add_func ("/tiff/half", test_half);
  g_test_add_func ("/tiff/min-is-white", test_min_is_white);
  g_test_add_func ("/tiff/unsupported", test_unsupported);
  g_test_add_func ("/tiff/imagej-stack", test_imagej_stack);
  g_test_add_func ("/tiff/imagej-contiguous", test_imagej_contiguous);
  g_test_add_func ("/tiff/ome-stack", test_ome_stack);
  g_test_add_func ("/tiff/calibration", test_calibration);
  g_test_add_func ("/tiff/float-round-trip", test_float_round_trip);
  int result = g_test_run ();
  g_rmdir (folder);
  g_free (folder);
  return result;
}
