/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-labels-io.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <png.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-file.h"

/* Everything a jump out of libpng must not lose. */
typedef struct
{
  PelLabels *labels;
  double um_x, um_y;
  PelAtomicFile *file;
  guint32 *row;
  guint8 *bytes; /* of a row, big-endian */
  GError *error;
} Output;

static void
on_error (png_structp png, png_const_charp message)
{
  png_longjmp (png, 1);
}

static void
on_warning (png_structp png, png_const_charp message)
{
}

static void
write_bytes (png_structp png, png_bytep data, png_size_t length)
{
  Output *output = png_get_io_ptr (png);

  if (!pel_atomic_file_write (output->file, data, length, &output->error))
    png_error (png, "write");
}

static void
flush_bytes (png_structp png)
{
}

static void
write_header (png_structp png, png_infop info, const Output *output)
{
  png_text text = { .compression = PNG_TEXT_COMPRESSION_NONE,
                    .key = (char *)"Software",
                    .text = (char *)"Pellicle " PEL_VERSION " labels" };

  png_set_user_limits (png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR (png, info, pel_labels_get_width (output->labels),
                pel_labels_get_height (output->labels), 16, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_text (png, info, &text, 1);
  if (output->um_x > 1e-3 && output->um_y > 1e-3)
    png_set_pHYs (png, info, (png_uint_32)lround (1e6 / output->um_x),
                  (png_uint_32)lround (1e6 / output->um_y), PNG_RESOLUTION_METER);
  png_write_info (png, info);
}

static void
write_rows (png_structp png, const Output *output)
{
  guint width = pel_labels_get_width (output->labels);

  for (guint y = 0; y < pel_labels_get_height (output->labels); y++)
    {
      const PelRect line = { 0, (gint)y, (gint)width, 1 };

      pel_labels_read (output->labels, &line, output->row, width);
      for (guint x = 0; x < width; x++)
        {
          output->bytes[2 * (gsize)x] = (guint8)(output->row[x] >> 8);
          output->bytes[2 * (gsize)x + 1] = (guint8)output->row[x];
        }
      png_write_row (png, output->bytes);
    }
}

static gboolean
write_all (Output *output)
{
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
  png_infop info = png != NULL ? png_create_info_struct (png) : NULL;
  volatile gboolean ok = FALSE;

  if (info != NULL && setjmp (png_jmpbuf (png)) == 0)
    {
      png_set_write_fn (png, output, write_bytes, flush_bytes);
      write_header (png, info, output);
      write_rows (png, output);
      png_write_end (png, info);
      ok = TRUE;
    }
  png_destroy_write_struct (&png, &info);
  return ok;
}

gboolean
pel_labels_save_png (PelLabels *labels, const char *path, double um_x, double um_y, GError **error)
{
  g_return_val_if_fail (labels != NULL && path != NULL, FALSE);

  if (pel_labels_get_max (labels) > G_MAXUINT16)
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED,
                           _ ("its label numbers exceed the 65535 that a PNG can hold; export it "
                              "as TIFF"));
      return FALSE;
    }
  g_autoptr (PelAtomicFile) file = pel_atomic_file_new (path, error);
  if (file == NULL)
    return FALSE;
  g_autofree guint32 *row = g_new (guint32, pel_labels_get_width (labels));
  g_autofree guint8 *bytes = g_new (guint8, 2 * (gsize)pel_labels_get_width (labels));
  Output output = { labels, um_x, um_y, file, row, bytes, NULL };
  gboolean ok = write_all (&output);
  if (output.error != NULL)
    g_propagate_error (error, output.error);
  else if (!ok)
    pel_file_set_error (error, path, ENOMEM);
  return ok && pel_atomic_file_commit (file, error);
}
