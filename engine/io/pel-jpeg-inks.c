/* SPDX-License-Identifier: MIT */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-tiff-private.h"

/* gdk-pixbuf gives a CMYK JPEG as red, green and blue, from which its inks cannot be had back.
 * libtiff decodes JPEG strips of any four channels as they are, so the file is handed to it as the
 * one strip of a TIFF file in memory. */

#define N_TAGS 9
#define HEADER_SIZE (8 + 2 + 12 * N_TAGS + 4 + 8)
#define MAX_FILE ((guint64)1 << 30)

static guint8 *
put_u16 (guint8 *p, guint value)
{
  p[0] = (guint8)value;
  p[1] = (guint8)(value >> 8);
  return p + 2;
}

static guint8 *
put_u32 (guint8 *p, guint32 value)
{
  return put_u16 (put_u16 (p, value & 0xffff), value >> 16);
}

/* An entry of a little-endian directory; a short value sits in the low half. */
static guint8 *
put_entry (guint8 *p, guint tag, guint type, guint32 count, guint32 value)
{
  return put_u32 (put_u32 (put_u16 (put_u16 (p, tag), type), count), value);
}

static void
write_header (guint8 *p, const PelImageInfo *info, guint32 length)
{
  const guint8 *start = p;
  guint32 bits_at = HEADER_SIZE - 8;

  memcpy (p, "II\x2a\0", 4);
  p = put_u16 (put_u32 (p + 4, 8), N_TAGS);
  p = put_entry (p, TIFFTAG_IMAGEWIDTH, TIFF_LONG, 1, info->width);
  p = put_entry (p, TIFFTAG_IMAGELENGTH, TIFF_LONG, 1, info->height);
  p = put_entry (p, TIFFTAG_BITSPERSAMPLE, TIFF_SHORT, 4, bits_at);
  p = put_entry (p, TIFFTAG_COMPRESSION, TIFF_SHORT, 1, COMPRESSION_JPEG);
  p = put_entry (p, TIFFTAG_PHOTOMETRIC, TIFF_SHORT, 1, PHOTOMETRIC_SEPARATED);
  p = put_entry (p, TIFFTAG_STRIPOFFSETS, TIFF_LONG, 1, HEADER_SIZE);
  p = put_entry (p, TIFFTAG_SAMPLESPERPIXEL, TIFF_SHORT, 1, 4);
  p = put_entry (p, TIFFTAG_ROWSPERSTRIP, TIFF_LONG, 1, info->height);
  p = put_entry (p, TIFFTAG_STRIPBYTECOUNTS, TIFF_LONG, 1, length);
  p = put_u32 (p, 0);
  for (guint i = 0; i < 4; i++)
    p = put_u16 (p, 8);
  g_assert (p == start + HEADER_SIZE);
}

static guint8
to_byte (float value)
{
  return (guint8)CLAMP (value + 0.5f, 0.0f, 255.0f);
}

/* Adobe stores inks turned over. In YCCK the first three are the luminance and chrominance of the
 * picture in red, green and blue (ITU-T T.871), which are the inks turned over twice. */
static void
to_inks (PelImage *image, gboolean is_ycck)
{
  gsize n = (gsize)pel_image_get_width (image) * pel_image_get_height (image);
  guint8 *plane[4];

  for (guint c = 0; c < 4; c++)
    plane[c] = pel_image_get_writable_plane (image, c);
  for (gsize i = 0; i < n; i++)
    {
      if (is_ycck)
        {
          float y = plane[0][i], cb = (float)plane[1][i] - 128.0f, cr = (float)plane[2][i] - 128.0f;
          plane[0][i] = to_byte (y + 1.402f * cr);
          plane[1][i] = to_byte (y - 0.344136f * cb - 0.714136f * cr);
          plane[2][i] = to_byte (y + 1.772f * cb);
        }
      else
        for (guint c = 0; c < 3; c++)
          plane[c][i] = 255 - plane[c][i];
      plane[3][i] = 255 - plane[3][i];
    }
}

PelImage *
pel_jpeg_load_inks (const PelReadRequest *request,
                    const PelImageInfo *info,
                    gboolean is_ycck,
                    GError **error)
{
  g_autofree char *contents = NULL;
  gsize length = 0;

  if (request->file_size > MAX_FILE)
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED,
                           _ ("JPEG of this kind is not supported; save it as TIFF or PNG"));
      return NULL;
    }
  if (!g_file_get_contents (request->path, &contents, &length, error))
    return NULL;
  g_autofree guint8 *file = g_try_malloc (HEADER_SIZE + length);
  if (file == NULL || length > MAX_FILE)
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                           _ ("there is not enough free memory to read it; close other programs "
                              "and try again"));
      return NULL;
    }
  write_header (file, info, (guint32)length);
  memcpy (file + HEADER_SIZE, contents, length);

  PelTiffHandle handle;
  PelTiffPage page;
  g_autoptr (PelImage) image = NULL;
  gboolean ok = FALSE;
  if (!pel_tiff_handle_open_memory (&handle, file, HEADER_SIZE + length))
    pel_image_io_set_damaged (error, _ ("its header is cut off or broken"));
  else if (pel_tiff_page_read_tags (&page, handle.tiff, length, error))
    {
      image = pel_image_new (info->width, info->height, 4, PEL_SAMPLE_U8, error);
      ok = image != NULL && pel_tiff_page_decode (&page, &handle, request, image, 0, error);
    }
  pel_tiff_handle_close (&handle);
  if (!ok)
    return NULL;
  to_inks (image, is_ycck);
  return g_steal_pointer (&image);
}
