/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-image-io-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "engine/core/pel-error.h"

/* JPEG through gdk-pixbuf, which tells neither the number of channels nor, before it decodes, the
 * size: both are read here from the frame header (ITU-T T.81, annex B). */

/* A block of 64 pixels takes a bit at least, for the first of its coefficients. */
#define MAX_EXPANSION 512

enum
{
  MARKER_SOF0 = 0xc0,
  MARKER_SOF15 = 0xcf,
  MARKER_DHT = 0xc4,
  MARKER_JPG = 0xc8,
  MARKER_DAC = 0xcc,
  MARKER_RST0 = 0xd0,
  MARKER_SOI = 0xd8,
  MARKER_EOI = 0xd9,
  MARKER_SOS = 0xda,
  MARKER_APP1 = 0xe1,
  MARKER_APP14 = 0xee,
  MARKER_TEM = 0x01,
};

static guint
get_u16 (const guint8 *p, gboolean little)
{
  return little ? (guint)p[0] | (guint)p[1] << 8 : (guint)p[0] << 8 | (guint)p[1];
}

static guint32
get_u32 (const guint8 *p, gboolean little)
{
  return little ? (guint32)get_u16 (p + 2, TRUE) << 16 | get_u16 (p, TRUE)
                : (guint32)get_u16 (p, FALSE) << 16 | get_u16 (p + 2, FALSE);
}

/* The orientation in an EXIF segment: tag 274 of the first directory; 1 if it is not there. */
static guint
exif_orientation (const guint8 *data, gsize length)
{
  if (length < 14 || memcmp (data, "Exif\0\0", 6) != 0)
    return 1;
  data += 6;
  length -= 6;
  gboolean little = data[0] == 'I';
  gsize offset = get_u32 (data + 4, little);
  if (offset > length - 2)
    return 1;
  guint n = get_u16 (data + offset, little);
  for (guint i = 0; i < n; i++)
    {
      gsize entry = offset + 2 + 12 * (gsize)i;
      if (entry + 12 > length)
        break;
      if (get_u16 (data + entry, little) == 274)
        {
          guint value = get_u16 (data + entry + 8, little);
          return value >= 1 && value <= 8 ? value : 1;
        }
    }
  return 1;
}

/* Walks the segments up to the frame header. */
static gboolean
read_header (FILE *stream, PelImageInfo *info, gboolean *is_ycck)
{
  g_autofree guint8 *segment = g_malloc (65536);

  if (fgetc (stream) != 0xff || fgetc (stream) != MARKER_SOI)
    return FALSE;
  for (;;)
    {
      int byte = fgetc (stream);
      if (byte != 0xff)
        return FALSE;
      int marker;
      do
        marker = fgetc (stream);
      while (marker == 0xff);
      if (marker == EOF || marker == MARKER_EOI || marker == MARKER_SOS)
        return FALSE;
      if ((marker >= MARKER_RST0 && marker <= MARKER_SOI) || marker == MARKER_TEM)
        continue;

      guint8 size[2];
      if (fread (size, 1, 2, stream) != 2 || get_u16 (size, FALSE) < 2)
        return FALSE;
      gsize length = get_u16 (size, FALSE) - 2;
      if (fread (segment, 1, length, stream) != length)
        return FALSE;
      if (marker == MARKER_APP1)
        {
          if (length >= 6 && memcmp (segment, "Exif\0\0", 6) == 0)
            info->orientation = exif_orientation (segment, length);
        }
      else if (marker == MARKER_APP14)
        {
          /* Adobe's: the last byte says how the colours were transformed. */
          if (length >= 12 && memcmp (segment, "Adobe", 5) == 0)
            *is_ycck = segment[11] == 2;
        }
      else if (marker >= MARKER_SOF0 && marker <= MARKER_SOF15 && marker != MARKER_DHT &&
               marker != MARKER_JPG && marker != MARKER_DAC)
        {
          if (length < 6)
            return FALSE;
          info->bits = segment[0];
          info->height = get_u16 (segment + 1, FALSE);
          info->width = get_u16 (segment + 3, FALSE);
          info->channels = segment[5];
          return info->width > 0 && info->height > 0;
        }
    }
}

gboolean
pel_jpeg_read (const PelReadRequest *request, PelImageInfo *info, PelImage **image, GError **error)
{
  FILE *stream = g_fopen (request->path, "rbe");
  if (stream == NULL)
    {
      int errsv = errno;
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errsv), g_strerror (errsv));
      return FALSE;
    }
  info->orientation = 1;
  gboolean is_ycck = FALSE;
  gboolean sound = read_header (stream, info, &is_ycck);
  fclose (stream);
  if (!sound)
    {
      pel_image_io_set_damaged (error, _ ("its header is cut off or broken"));
      return FALSE;
    }
  if (info->bits != 8 || (info->channels != 1 && info->channels != 3 && info->channels != 4))
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED,
                           _ ("JPEG of this kind is not supported; save it as TIFF or PNG"));
      return FALSE;
    }

  info->format = "JPEG";
  info->pages = info->positions = info->position_channels = 1;
  info->sample_format = PEL_SAMPLE_FORMAT_UINT;
  info->is_rgb = info->channels == 3;
  info->is_lossy = TRUE;
  info->calibration = "none";
  /* Ours and those of the decoder or of a conversion. */
  if (!pel_image_check_size (info->width, info->height, 8, 1, error))
    return FALSE;
  if (!pel_image_io_check_expansion (request, (guint64)info->width * info->height, MAX_EXPANSION,
                                     error))
    return FALSE;
  if (request->mode == PEL_READ_FACTS)
    return TRUE;

  PelImage *loaded;
  if (info->channels == 4)
    {
      loaded = pel_jpeg_load_inks (request, info, is_ycck, error);
      if (loaded != NULL && request->mode == PEL_READ_SHOWN)
        loaded = pel_image_cmyk_to_rgb (loaded, error);
    }
  else
    loaded = pel_pixbuf_load (request, info->channels, error);
  if (loaded != NULL && request->mode == PEL_READ_SHOWN)
    loaded = pel_image_make_upright (loaded, info->orientation, error);
  *image = loaded;
  return loaded != NULL;
}
