/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-tiff-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "engine/core/pel-error.h"

/* LZW makes at most some 2700 bytes of one and deflate 1032. Only a blank fax, or a blank picture
 * of hundreds of megapixels in one of the newest compressors, exceeds it; that is refused unread.
 */
#define MAX_EXPANSION 3000
#define SMALL_PICTURE (16 << 20)

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED, message);
  return FALSE;
}

static guint16
get_tag (TIFF *tiff, ttag_t tag, guint16 otherwise)
{
  guint16 value = otherwise;
  return TIFFGetFieldDefaulted (tiff, tag, &value) == 1 ? value : otherwise;
}

static gboolean
choose_type (PelTiffPage *page, GError **error)
{
  guint size = page->bits <= 8 ? 0 : page->bits <= 16 ? 1 : page->bits <= 32 ? 2 : 3;

  if (page->bits < 1 || page->bits > 64)
    {
      pel_image_io_set_damaged (error, _ ("its number of bits per sample is not possible"));
      return FALSE;
    }
  switch (page->format)
    {
    case SAMPLEFORMAT_UINT:
    case SAMPLEFORMAT_VOID:
      page->format = SAMPLEFORMAT_UINT;
      page->type = PEL_SAMPLE_U8 + size;
      return TRUE;
    case SAMPLEFORMAT_INT:
      page->type = PEL_SAMPLE_I8 + size;
      return TRUE;
    case SAMPLEFORMAT_IEEEFP:
      if (page->bits == 16 || page->bits == 32 || page->bits == 64)
        {
          page->type = page->bits == 64 ? PEL_SAMPLE_F64 : PEL_SAMPLE_F32;
          return TRUE;
        }
      return refuse (
          error, _ ("floating-point samples of this size are not supported; save it with 32-bit "
                    "samples"));
    default:
      return refuse (error, _ ("complex numbers are not supported; save their magnitude instead"));
    }
}

static gboolean
check_photometric (PelTiffPage *page, TIFF *tiff, GError **error)
{
  guint16 n_extra = 0, *extra = NULL;
  guint16 ink = INKSET_CMYK;

  if (TIFFGetField (tiff, TIFFTAG_EXTRASAMPLES, &n_extra, &extra) == 1 && n_extra > 0 &&
      n_extra < page->samples)
    {
      page->n_extra = n_extra;
      page->has_alpha = extra[n_extra - 1] == EXTRASAMPLE_ASSOCALPHA ||
                        extra[n_extra - 1] == EXTRASAMPLE_UNASSALPHA;
    }
  switch (page->photometric)
    {
    case PHOTOMETRIC_MASK:
      page->photometric = PHOTOMETRIC_MINISBLACK;
      return TRUE;
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
      return TRUE;
    case PHOTOMETRIC_PALETTE:
      if (page->samples == 1 && page->bits <= 16 && page->format != SAMPLEFORMAT_IEEEFP)
        return TRUE;
      break;
    case PHOTOMETRIC_RGB:
      if (page->samples >= 3)
        return TRUE;
      break;
    case PHOTOMETRIC_SEPARATED:
      TIFFGetFieldDefaulted (tiff, TIFFTAG_INKSET, &ink);
      if (page->samples >= 4 && ink == INKSET_CMYK &&
          (page->type == PEL_SAMPLE_U8 || page->type == PEL_SAMPLE_U16) && page->bits % 8 == 0)
        return TRUE;
      break;
    case PHOTOMETRIC_YCBCR:
      /* JPEG's own colours: its decoder gives red, green and blue. */
      if (page->compression == COMPRESSION_JPEG && page->samples == 3)
        {
          TIFFSetField (tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
          page->photometric = PHOTOMETRIC_RGB;
          return TRUE;
        }
      break;
    default:
      break;
    }
  return refuse (error, _ ("its colour model is not supported; save it as grey or RGB"));
}

guint64
pel_tiff_page_get_n_bytes (const PelTiffPage *page)
{
  guint64 row = ((guint64)page->width * page->samples * page->bits + 7) / 8;
  return row * page->height;
}

gboolean
pel_tiff_page_read_tags (PelTiffPage *page, TIFF *tiff, guint64 file_size, GError **error)
{
  guint32 subfile = 0;

  *page = (PelTiffPage){ 0 };
  TIFFGetField (tiff, TIFFTAG_IMAGEWIDTH, &page->width);
  TIFFGetField (tiff, TIFFTAG_IMAGELENGTH, &page->height);
  page->samples = get_tag (tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  page->bits = get_tag (tiff, TIFFTAG_BITSPERSAMPLE, 1);
  page->format = get_tag (tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  page->planar = get_tag (tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  page->compression = get_tag (tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  page->is_tiled = TIFFIsTiled (tiff) != 0;
  page->is_big_endian = TIFFIsBigEndian (tiff) != 0;
  TIFFGetFieldDefaulted (tiff, TIFFTAG_SUBFILETYPE, &subfile);
  page->subfile_is_reduced = (subfile & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) != 0;
  if (TIFFGetField (tiff, TIFFTAG_PHOTOMETRIC, &page->photometric) != 1)
    page->photometric =
        page->samples == 3 || page->samples == 4 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;

  if (page->samples == 0)
    {
      pel_image_io_set_damaged (error, _ ("it has no samples"));
      return FALSE;
    }
  if (!choose_type (page, error))
    return FALSE;
  if (!pel_image_check_size (page->width, page->height, page->samples,
                             pel_sample_type_get_size (page->type), error))
    return FALSE;
  if (!TIFFIsCODECConfigured (page->compression) || page->compression == COMPRESSION_OJPEG)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED,
                   /* Translators: %u is the number of a compression method in the TIFF format */
                   _ ("its compression (number %u) is not supported; save it uncompressed or with "
                      "LZW"),
                   (guint)page->compression);
      return FALSE;
    }
  if (!check_photometric (page, tiff, error))
    return FALSE;

  guint64 bytes = pel_tiff_page_get_n_bytes (page);
  guint64 most =
      page->compression == COMPRESSION_NONE ? file_size : file_size * MAX_EXPANSION + SMALL_PICTURE;
  if (bytes > most)
    {
      pel_image_io_set_damaged (error,
                                _ ("it is cut off, or far too short for its size in pixels"));
      return FALSE;
    }
  return TRUE;
}

gboolean
pel_tiff_page_is_contiguous (const PelTiffPage *page, TIFF *tiff, guint64 *offset)
{
  if (page->compression != COMPRESSION_NONE || page->is_tiled ||
      (page->planar == PLANARCONFIG_SEPARATE && page->samples > 1) ||
      (page->bits != 8 && page->bits != 16 && page->bits != 32 && page->bits != 64))
    return FALSE;

  guint64 first = TIFFGetStrileOffset (tiff, 0), next = first;
  guint32 n = TIFFNumberOfStrips (tiff);
  for (guint32 i = 0; i < n; i++)
    {
      if (TIFFGetStrileOffset (tiff, i) != next)
        return FALSE;
      next += TIFFGetStrileByteCount (tiff, i);
    }
  *offset = first;
  return first > 0 && next - first >= pel_tiff_page_get_n_bytes (page);
}

/* ---- samples: from the bits of a row to numbers in memory ---- */

/* IEEE 754 binary16 to binary32; bit 15 sign, 5 exponent, 10 fraction. */
static float
half_to_float (guint16 half)
{
  guint32 sign = (guint32)(half & 0x8000) << 16;
  guint32 exponent = half >> 10 & 0x1f;
  guint32 fraction = half & 0x3ff;
  guint32 bits;

  if (exponent == 0x1f)
    bits = sign | 0x7f800000 | fraction << 13;
  else if (exponent != 0)
    bits = sign | (exponent + 112) << 23 | fraction << 13;
  else
    {
      float value = (float)fraction / 16777216.0f; /* subnormal: fraction times 2^-24 */
      return sign != 0 ? -value : value;
    }
  float value;
  memcpy (&value, &bits, sizeof value);
  return value;
}

/* Bits in the order of the file, the first in the highest place. */
static guint64
take_bits (const guint8 *row, guint64 first, guint n)
{
  guint64 value = 0;

  for (guint i = 0; i < n;)
    {
      guint64 bit = first + i;
      guint in_byte = (guint)(bit & 7);
      guint take = MIN (8 - in_byte, n - i);
      guint part = (guint)(row[bit >> 3] >> (8 - in_byte - take)) & ((1u << take) - 1);
      value = value << take | part;
      i += take;
    }
  return value;
}

static guint64
take_bytes (const guint8 *p, guint n, gboolean big_endian)
{
  guint64 value = 0;

  for (guint i = 0; i < n; i++)
    value = value << 8 | p[big_endian ? i : n - 1 - i];
  return value;
}

/* Copies every @step-th sample of @size bytes. */
static void
gather (guint8 *restrict out, const guint8 *restrict in, gsize n, gsize step, gsize size)
{
  if (step == 1)
    memcpy (out, in, n * size);
  else if (size == 1)
    for (gsize i = 0; i < n; i++)
      out[i] = in[i * step];
  else if (size == 2)
    for (gsize i = 0; i < n; i++)
      memcpy (out + 2 * i, in + 2 * i * step, 2);
  else if (size == 4)
    for (gsize i = 0; i < n; i++)
      memcpy (out + 4 * i, in + 4 * i * step, 4);
  else
    for (gsize i = 0; i < n; i++)
      memcpy (out + 8 * i, in + 8 * i * step, 8);
}

/* Writes @n samples of channel @channel out of the @n_channels interleaved in @row. */
static void
unpack (const PelTiffPage *page,
        const guint8 *row,
        guint channel,
        guint n_channels,
        gsize n,
        guint8 *out)
{
  gsize size = pel_sample_type_get_size (page->type);

  if (page->bits == 8 * size)
    {
      gather (out, row + channel * size, n, n_channels, size);
      return;
    }
  for (gsize i = 0; i < n; i++)
    {
      guint64 index = (guint64)i * n_channels + channel;
      if (page->format == SAMPLEFORMAT_IEEEFP)
        {
          guint16 half;
          memcpy (&half, row + 2 * index, 2);
          float value = half_to_float (half);
          memcpy (out + 4 * i, &value, 4);
          continue;
        }
      guint64 value;
      if (page->bits % 8 == 0)
        value = take_bytes (row + index * page->bits / 8, page->bits / 8,
                            page->bits == 24 ? G_BYTE_ORDER == G_BIG_ENDIAN : page->is_big_endian);
      else
        value = take_bits (row, index * page->bits, page->bits);
      if (page->format == SAMPLEFORMAT_INT && (value >> (page->bits - 1)) != 0)
        value |= G_MAXUINT64 << page->bits;
      switch (size)
        {
        case 1:
          out[i] = (guint8)value;
          break;
        case 2:
          ((guint16 *)(void *)out)[i] = (guint16)value;
          break;
        case 4:
          ((guint32 *)(void *)out)[i] = (guint32)value;
          break;
        default:
          ((guint64 *)(void *)out)[i] = value;
          break;
        }
    }
}

static guint8 *
sample_at (const PelTiffPage *page, PelImage *image, guint plane, guint32 x, guint32 y)
{
  guint8 *data = pel_image_get_writable_plane (image, plane);
  return data + ((gsize)y * page->width + x) * pel_sample_type_get_size (page->type);
}

static gboolean
set_decoding_failed (const PelTiffHandle *handle, GError **error)
{
  /* What libtiff says of data that end too soon counts bytes, and rows by a number that is none. */
  if (g_str_has_prefix (handle->problem, "Read error at "))
    pel_image_io_set_damaged (error, _ ("it is cut off"));
  else
    pel_image_io_set_damaged (error, handle->problem[0] != '\0'
                                         ? handle->problem
                                         : _ ("its pixels could not be decoded"));
  return FALSE;
}

static guint8 *
allocate_row (tmsize_t size, GError **error)
{
  guint8 *row = size > 0 ? g_try_malloc0 ((gsize)size) : NULL;
  if (row == NULL)
    g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                         _ ("there is not enough free memory to read it; close other programs and "
                            "try again"));
  return row;
}

static gboolean
decode_rows (const PelTiffPage *page,
             PelTiffHandle *handle,
             const PelReadRequest *request,
             PelImage *image,
             guint first_plane,
             GError **error)
{
  gboolean separate = page->planar == PLANARCONFIG_SEPARATE && page->samples > 1;
  guint n_passes = separate ? page->samples : 1;
  guint per_pass = separate ? 1 : page->samples;
  tmsize_t size = TIFFScanlineSize (handle->tiff);
  guint64 needed = ((guint64)page->width * per_pass * page->bits + 7) / 8;

  if (size < 0 || (guint64)size < needed)
    return set_decoding_failed (handle, error);
  g_autofree guint8 *row = allocate_row (size, error);
  if (row == NULL)
    return FALSE;
  for (guint pass = 0; pass < n_passes; pass++)
    for (guint32 y = 0; y < page->height; y++)
      {
        if ((y & 63) == 0 && pel_image_io_is_cancelled (request, error))
          return FALSE;
        if (TIFFReadScanline (handle->tiff, row, y, (guint16)pass) < 0)
          return set_decoding_failed (handle, error);
        for (guint c = 0; c < per_pass; c++)
          unpack (page, row, c, per_pass, page->width,
                  sample_at (page, image, first_plane + pass + c, 0, y));
      }
  return TRUE;
}

static gboolean
decode_tiles (const PelTiffPage *page,
              PelTiffHandle *handle,
              const PelReadRequest *request,
              PelImage *image,
              guint first_plane,
              GError **error)
{
  gboolean separate = page->planar == PLANARCONFIG_SEPARATE && page->samples > 1;
  guint n_passes = separate ? page->samples : 1;
  guint per_pass = separate ? 1 : page->samples;
  guint32 tile_w = 0, tile_h = 0;

  TIFFGetField (handle->tiff, TIFFTAG_TILEWIDTH, &tile_w);
  TIFFGetField (handle->tiff, TIFFTAG_TILELENGTH, &tile_h);
  tmsize_t row_size = TIFFTileRowSize (handle->tiff);
  tmsize_t size = TIFFTileSize (handle->tiff);
  guint64 needed = ((guint64)tile_w * per_pass * page->bits + 7) / 8;
  if (tile_w == 0 || tile_h == 0 || row_size <= 0 || (guint64)row_size < needed || size <= 0 ||
      (guint64)size / tile_h < (guint64)row_size)
    return set_decoding_failed (handle, error);
  /* Tiles may be larger than a small picture, but not without measure. */
  if (!pel_image_check_size (tile_w, tile_h, per_pass, (page->bits + 7u) / 8u, error))
    return FALSE;
  g_autofree guint8 *tile = allocate_row (size, error);
  if (tile == NULL)
    return FALSE;

  for (guint pass = 0; pass < n_passes; pass++)
    for (guint64 y = 0; y < page->height; y += tile_h)
      for (guint64 x = 0; x < page->width; x += tile_w)
        {
          if (pel_image_io_is_cancelled (request, error))
            return FALSE;
          guint32 index = TIFFComputeTile (handle->tiff, (guint32)x, (guint32)y, 0, (guint16)pass);
          if (TIFFReadEncodedTile (handle->tiff, index, tile, size) < 0)
            return set_decoding_failed (handle, error);
          guint32 w = (guint32)MIN (tile_w, page->width - x);
          guint32 h = (guint32)MIN (tile_h, page->height - y);
          for (guint32 i = 0; i < h; i++)
            for (guint c = 0; c < per_pass; c++)
              unpack (page, tile + (gsize)i * (gsize)row_size, c, per_pass, w,
                      sample_at (page, image, first_plane + pass + c, (guint32)x, (guint32)y + i));
        }
  return TRUE;
}

gboolean
pel_tiff_page_decode (const PelTiffPage *page,
                      PelTiffHandle *handle,
                      const PelReadRequest *request,
                      PelImage *image,
                      guint first_plane,
                      GError **error)
{
  handle->problem[0] = '\0';
  return page->is_tiled ? decode_tiles (page, handle, request, image, first_plane, error)
                        : decode_rows (page, handle, request, image, first_plane, error);
}

static void
swap_row (guint8 *row, gsize n, guint bits)
{
  if (bits == 16)
    TIFFSwabArrayOfShort ((uint16_t *)(void *)row, (tmsize_t)n);
  else if (bits == 32)
    TIFFSwabArrayOfLong ((uint32_t *)(void *)row, (tmsize_t)n);
  else if (bits == 64)
    TIFFSwabArrayOfLong8 ((uint64_t *)(void *)row, (tmsize_t)n);
}

gboolean
pel_tiff_page_decode_raw (const PelTiffPage *page,
                          const PelReadRequest *request,
                          guint64 offset,
                          gboolean swapped,
                          PelImage *image,
                          guint first_plane,
                          GError **error)
{
  gsize row_samples = (gsize)page->width * page->samples;
  gsize row_size = row_samples * page->bits / 8;
  int fd = open (request->path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    {
      int errsv = errno;
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errsv), g_strerror (errsv));
      return FALSE;
    }

  g_autofree guint8 *row = allocate_row ((tmsize_t)row_size, error);
  gboolean ok = row != NULL;
  for (guint32 y = 0; ok && y < page->height; y++)
    {
      if ((y & 63) == 0 && pel_image_io_is_cancelled (request, error))
        {
          ok = FALSE;
          break;
        }
      for (gsize have = 0; ok && have < row_size;)
        {
          gssize n = pread (fd, row + have, row_size - have, (off_t)(offset + y * row_size + have));
          if (n < 0 && errno == EINTR)
            continue;
          ok = n > 0;
          have += ok ? (gsize)n : 0;
        }
      if (!ok)
        {
          pel_image_io_set_damaged (error, _ ("it is cut off"));
          break;
        }
      if (swapped)
        swap_row (row, row_samples, page->bits);
      for (guint c = 0; c < page->samples; c++)
        unpack (page, row, c, page->samples, page->width,
                sample_at (page, image, first_plane + c, 0, y));
    }
  close (fd);
  return ok;
}
