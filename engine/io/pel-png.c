/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-image-io-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h>

#include "engine/core/pel-error.h"
#include "engine/core/pel-stop.h"
#include "engine/io/pel-file.h"

/* Deflate cannot make more than 1032 bytes of one (RFC 1951: 258 bytes from two bits). */
#define MAX_EXPANSION 1032

typedef struct
{
  char message[160]; /* libpng's own words on what is wrong */
} PelPngProblem;

/* Everything a jump out of libpng must not lose. */
typedef struct
{
  const PelReadRequest *request;
  FILE *stream;
  png_structp png;
  png_infop png_info;
  PelPngProblem problem;
  guint8 *rows; /* one row, or the whole picture when it is interlaced */
  PelImage *image;
} PelPngReader;

static void
on_error (png_structp png, png_const_charp message)
{
  PelPngProblem *problem = png_get_error_ptr (png);
  g_strlcpy (problem->message, message, sizeof problem->message);
  png_longjmp (png, 1);
}

/* Harmless oddities, such as a colour profile that is not quite right: pixels do not depend on
 * them. */
static void
on_warning (png_structp png, png_const_charp message)
{
}

/* From interleaved bytes of libpng to the planes of the image. */
static void
store_row (PelImage *image, guint y, const guint8 *row)
{
  guint width = pel_image_get_width (image);
  guint n_channels = pel_image_get_n_channels (image);
  gsize offset = (gsize)y * width;

  for (guint c = 0; c < n_channels; c++)
    if (pel_image_get_sample_type (image) == PEL_SAMPLE_U16)
      {
        guint16 *out = (guint16 *)pel_image_get_writable_plane (image, c) + offset;
        const guint16 *in = (const guint16 *)(const void *)row;
        for (guint x = 0; x < width; x++)
          out[x] = in[(gsize)x * n_channels + c];
      }
    else
      {
        guint8 *out = (guint8 *)pel_image_get_writable_plane (image, c) + offset;
        for (guint x = 0; x < width; x++)
          out[x] = row[(gsize)x * n_channels + c];
      }
}

/* Whether Pellicle wrote it as labels. */
static gboolean
has_labels_tag (PelPngReader *self)
{
  png_textp texts = NULL;
  int n = 0;

  png_get_text (self->png, self->png_info, &texts, &n);
  for (int i = 0; i < n; i++)
    if (texts[i].key != NULL && texts[i].text != NULL && strcmp (texts[i].key, "Software") == 0)
      return g_str_has_prefix (texts[i].text, "Pellicle ") &&
             g_str_has_suffix (texts[i].text, " labels");
  return FALSE;
}

static void
read_facts (PelPngReader *self, PelImageInfo *info)
{
  png_byte colour = png_get_color_type (self->png, self->png_info);

  info->format = "PNG";
  info->width = png_get_image_width (self->png, self->png_info);
  info->height = png_get_image_height (self->png, self->png_info);
  info->pages = info->positions = info->position_channels = 1;
  info->channels = png_get_channels (self->png, self->png_info);
  info->bits = png_get_bit_depth (self->png, self->png_info);
  info->sample_format = PEL_SAMPLE_FORMAT_UINT;
  info->is_palette = colour == PNG_COLOR_TYPE_PALETTE;
  info->is_rgb = colour == PNG_COLOR_TYPE_RGB || colour == PNG_COLOR_TYPE_RGB_ALPHA;
  info->has_alpha = (colour & PNG_COLOR_MASK_ALPHA) != 0;
  info->orientation = 1;
  info->calibration = "none";
  info->is_labels = has_labels_tag (self);

  png_uint_32 per_x = 0, per_y = 0;
  int unit = PNG_RESOLUTION_UNKNOWN;
  if (png_get_pHYs (self->png, self->png_info, &per_x, &per_y, &unit) != 0 &&
      unit == PNG_RESOLUTION_METER && per_x > 0 && per_y > 0)
    {
      info->calibration = "resolution tags only";
      pel_image_info_suggest_um (info, 1e6 / per_x, 1e6 / per_y);
    }
}

/* Reads the header and, if asked for, the pixels; FALSE with @error, or with the reader's problem
 * when libpng gave up. Only calls to libpng may jump, and only to the caller. */
static gboolean
read_all (PelPngReader *self, PelImageInfo *info, GError **error)
{
  const PelReadRequest *request = self->request;

  png_init_io (self->png, self->stream);
  png_set_user_limits (self->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_chunk_malloc_max (self->png, 8 << 20);
  png_set_chunk_cache_max (self->png, 100);
  png_read_info (self->png, self->png_info);
  read_facts (self, info);

  if (!pel_image_check_size (info->width, info->height, info->channels, info->bits > 8 ? 2 : 1,
                             error))
    return FALSE;
  guint64 packed = ((guint64)info->width * info->channels * info->bits + 7) / 8 * info->height;
  if (!pel_image_io_check_expansion (request, packed, MAX_EXPANSION, error))
    return FALSE;
  if (request->mode == PEL_READ_FACTS)
    return TRUE;

  if (info->bits == 16 && G_BYTE_ORDER == G_LITTLE_ENDIAN)
    png_set_swap (self->png);
  if (request->mode == PEL_READ_SHOWN && !info->is_palette && (info->bits == 2 || info->bits == 4))
    png_set_expand_gray_1_2_4_to_8 (self->png);
  else if (info->bits < 8)
    png_set_packing (self->png);
  gboolean interlaced = png_set_interlace_handling (self->png) > 1;
  png_read_update_info (self->png, self->png_info);

  PelSampleType type = info->bits == 16 ? PEL_SAMPLE_U16 : PEL_SAMPLE_U8;
  gsize row_bytes = png_get_rowbytes (self->png, self->png_info);
  self->image = pel_image_new (info->width, info->height, info->channels, type, error);
  if (self->image == NULL)
    return FALSE;
  self->rows = g_try_malloc_n (interlaced ? info->height : 1, row_bytes);
  if (self->rows == NULL)
    {
      g_set_error_literal (
          error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
          _ ("there is not enough free memory to read it; close other programs and "
             "try again"));
      return FALSE;
    }

  for (guint pass = png_set_interlace_handling (self->png); pass > 0; pass--)
    for (guint y = 0; y < info->height; y++)
      {
        guint8 *row = self->rows + (interlaced ? (gsize)y * row_bytes : 0);
        if ((y & 63) == 0 && pel_image_io_is_cancelled (request, error))
          return FALSE;
        png_read_row (self->png, row, NULL);
        if (pass == 1)
          store_row (self->image, y, row);
      }

  pel_image_set_bits (self->image, info->bits);
  pel_image_set_rgb (self->image, info->is_rgb);
  pel_image_set_has_alpha (self->image, info->has_alpha);
  return TRUE;
}

/* Colours of the palette as 16-bit triples. */
static PelImage *
apply_palette (PelPngReader *self, PelImage *indices, GError **error)
{
  png_colorp colours = NULL;
  int n = 0;
  guint16 palette[3 * 256];

  png_get_PLTE (self->png, self->png_info, &colours, &n);
  for (int i = 0; i < n && i < 256; i++)
    {
      palette[3 * i] = (guint16)(colours[i].red * 257);
      palette[3 * i + 1] = (guint16)(colours[i].green * 257);
      palette[3 * i + 2] = (guint16)(colours[i].blue * 257);
    }
  return pel_image_apply_palette (indices, palette, (guint)CLAMP (n, 0, 256), error);
}

gboolean
pel_png_read (const PelReadRequest *request, PelImageInfo *info, PelImage **image, GError **error)
{
  /* On the heap: what changes between setjmp() and a jump must not live in this frame. */
  PelPngReader *self = g_new0 (PelPngReader, 1);
  volatile gboolean ok = FALSE;

  self->request = request;
  self->stream = g_fopen (request->path, "rbe");
  if (self->stream == NULL)
    {
      int errsv = errno;
      g_free (self);
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errsv), g_strerror (errsv));
      return FALSE;
    }
  self->png = png_create_read_struct (PNG_LIBPNG_VER_STRING, &self->problem, on_error, on_warning);
  self->png_info = self->png != NULL ? png_create_info_struct (self->png) : NULL;
  if (self->png_info == NULL)
    g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                         _ ("there is not enough free memory to read it; close other programs and "
                            "try again"));
  else if (setjmp (png_jmpbuf (self->png)) != 0)
    pel_image_io_set_damaged (error, g_str_equal (self->problem.message, "Read Error")
                                         ? _ ("it is cut off")
                                         : self->problem.message);
  else
    ok = read_all (self, info, error);

  if (ok && self->image != NULL && info->is_palette && request->mode == PEL_READ_SHOWN)
    {
      self->image = apply_palette (self, self->image, error);
      ok = self->image != NULL;
    }
  png_destroy_read_struct (&self->png, &self->png_info, NULL);
  g_free (self->rows);
  fclose (self->stream);
  if (ok && image != NULL)
    *image = g_steal_pointer (&self->image);
  pel_image_unref (self->image);
  g_free (self);
  return ok;
}

/* ---- writing ---- */

/* Rows between two looks at whether to stop. */
#define ROWS_BETWEEN_LOOKS 16

typedef struct
{
  PelAtomicFile *file;
  GError *error;
} PelPngOutput;

static void
write_bytes (png_structp png, png_bytep data, png_size_t length)
{
  PelPngOutput *output = png_get_io_ptr (png);

  if (!pel_atomic_file_write (output->file, data, length, &output->error))
    png_error (png, "write");
}

static void
flush_bytes (png_structp png)
{
}

gboolean
pel_image_save_png_rgba (const char *path,
                         const guint8 *rgba,
                         guint width,
                         guint height,
                         gsize stride,
                         GError **error)
{
  g_return_val_if_fail (path != NULL && rgba != NULL && width > 0 && height > 0, FALSE);
  g_return_val_if_fail (stride >= (gsize)width * 4, FALSE);

  g_autoptr (PelAtomicFile) file = pel_atomic_file_new (path, error);
  if (file == NULL)
    return FALSE;

  PelPngOutput output = { file, NULL };
  PelPngProblem problem = { "" };
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, &problem, on_error, on_warning);
  png_infop header = png != NULL ? png_create_info_struct (png) : NULL;
  volatile gboolean ok = FALSE;

  if (header != NULL && setjmp (png_jmpbuf (png)) == 0)
    {
      png_set_user_limits (png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
      png_set_write_fn (png, &output, write_bytes, flush_bytes);
      png_set_IHDR (png, header, width, height, 8, PNG_COLOR_TYPE_RGB_ALPHA, PNG_INTERLACE_NONE,
                    PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
      png_set_compression_level (png, 3);
      png_write_info (png, header);
      for (guint y = 0; y < height; y++)
        {
          if (y % ROWS_BETWEEN_LOOKS == 0 && pel_stop_asked (&output.error))
            png_error (png, "stopped");
          png_write_row (png, rgba + (gsize)y * stride);
        }
      png_write_end (png, header);
      ok = TRUE;
    }
  png_destroy_write_struct (&png, &header);
  if (output.error != NULL)
    g_propagate_error (error, output.error);
  else if (!ok)
    pel_file_set_error (error, path, ENOMEM);
  if (!ok)
    return FALSE;
  return pel_atomic_file_commit (file, error);
}
