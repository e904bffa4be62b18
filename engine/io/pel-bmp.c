/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-image-io-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Windows bitmaps. gdk-pixbuf gives colours only, and a mask's labels are its palette indices, so
 * the uncompressed bitmaps with a palette are read here and the others left to gdk-pixbuf. */

#define FILE_HEADER 14
#define MIN_INFO_HEADER 40
#define COMPRESSION_NONE 0
#define COMPRESSION_RLE8 1
#define COMPRESSION_RLE4 2

static guint32
get_u32 (const guint8 *p)
{
  return (guint32)p[0] | (guint32)p[1] << 8 | (guint32)p[2] << 16 | (guint32)p[3] << 24;
}

static PelImage *
read_indices (const guint8 *data,
              gsize length,
              gsize pixels,
              const PelImageInfo *info,
              gboolean bottom_up,
              GError **error)
{
  gsize stride = ((gsize)info->width * info->bits + 31) / 32 * 4;

  if (pixels > length || (length - pixels) / stride < info->height)
    {
      pel_image_io_set_damaged (error, _ ("it is cut off"));
      return NULL;
    }
  PelImage *image = pel_image_new (info->width, info->height, 1, PEL_SAMPLE_U8, error);
  if (image == NULL)
    return NULL;

  guint8 *out = pel_image_get_writable_plane (image, 0);
  guint per_byte = 8 / info->bits;
  guint mask = (1u << info->bits) - 1;
  for (guint y = 0; y < info->height; y++)
    {
      const guint8 *row = data + pixels + stride * (bottom_up ? info->height - 1 - y : y);
      for (guint x = 0; x < info->width; x++, out++)
        {
          guint shift = 8 - info->bits * (x % per_byte + 1);
          *out = (guint8)(row[x / per_byte] >> shift & mask);
        }
    }
  pel_image_set_bits (image, info->bits);
  return image;
}

static PelImage *
apply_colours (PelImage *indices,
               const guint8 *data,
               gsize length,
               gsize table,
               guint n_colours,
               GError **error)
{
  guint16 palette[3 * 256];

  if (table + 4 * (gsize)n_colours > length)
    n_colours = table < length ? (guint)((length - table) / 4) : 0;
  for (guint i = 0; i < n_colours; i++)
    for (guint c = 0; c < 3; c++)
      palette[3 * i + c] = (guint16)(data[table + 4 * i + 2 - c] * 257);
  return pel_image_apply_palette (indices, palette, n_colours, error);
}

gboolean
pel_bmp_read (const PelReadRequest *request, PelImageInfo *info, PelImage **image, GError **error)
{
  g_autofree char *contents = NULL;
  gsize length = 0;

  if (!g_file_get_contents (request->path, &contents, &length, error))
    return FALSE;
  const guint8 *data = (const guint8 *)contents;
  if (length < FILE_HEADER + MIN_INFO_HEADER || get_u32 (data + FILE_HEADER) < MIN_INFO_HEADER)
    return pel_pixbuf_read (request, info, image, error);

  gint32 width = (gint32)get_u32 (data + FILE_HEADER + 4);
  gint32 height = (gint32)get_u32 (data + FILE_HEADER + 8);
  guint bits = (guint)data[FILE_HEADER + 14] | (guint)data[FILE_HEADER + 15] << 8;
  guint32 compression = get_u32 (data + FILE_HEADER + 16);
  if (width <= 0 || height == 0 || height == G_MININT32)
    {
      pel_image_io_set_damaged (error, _ ("its width or height is not possible"));
      return FALSE;
    }
  /* Runs are at most 255 pixels for two bytes; whatever else there is is not compressed. */
  guint64 n_bytes = (guint64)width * (guint64)ABS ((gint64)height) * MAX (bits, 1) / 8;
  gboolean runs = compression == COMPRESSION_RLE8 || compression == COMPRESSION_RLE4;
  if (!pel_image_io_check_expansion (request, n_bytes, runs ? 128 : 1, error))
    return FALSE;
  if (compression != COMPRESSION_NONE || (bits != 1 && bits != 4 && bits != 8))
    return pel_pixbuf_read (request, info, image, error);

  info->format = "BMP";
  info->width = (guint)width;
  info->height = (guint)ABS (height);
  info->pages = info->positions = info->position_channels = info->channels = 1;
  info->bits = bits;
  info->sample_format = PEL_SAMPLE_FORMAT_UINT;
  info->is_palette = TRUE;
  info->orientation = 1;
  info->calibration = "none";
  if (!pel_image_check_size (info->width, info->height, 1, 1, error))
    return FALSE;
  if (request->mode == PEL_READ_FACTS)
    return TRUE;

  PelImage *indices = read_indices (data, length, get_u32 (data + 10), info, height > 0, error);
  if (indices != NULL && request->mode == PEL_READ_SHOWN)
    {
      guint n_colours = get_u32 (data + FILE_HEADER + 32);
      if (n_colours == 0 || n_colours > 1u << bits)
        n_colours = 1u << bits;
      gsize table = FILE_HEADER + (gsize)get_u32 (data + FILE_HEADER);
      indices = apply_colours (indices, data, length, table, n_colours, error);
    }
  *image = indices;
  return indices != NULL;
}
