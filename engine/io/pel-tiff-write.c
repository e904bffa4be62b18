/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-tiff-write.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "engine/core/pel-stop.h"
#include "engine/io/pel-file.h"
#include "engine/io/pel-image-io.h"
#include "engine/io/pel-tiff-private.h"

#define STRIP_BYTES (256 * 1024)
#define CLASSIC_LIMIT ((guint64)4000 << 20)
/* Rows between two looks at whether to stop. */
#define ROWS_BETWEEN_LOOKS 16

static char *
describe (const PelTiffLayout *layout)
{
  char max[G_ASCII_DTOSTR_BUF_SIZE];
  gboolean calibrated = layout->um_x > 0.0 && layout->um_y > 0.0;

  g_ascii_formatd (max, sizeof max, "%.1f", layout->display_max);
  return g_strdup_printf ("ImageJ=1.53t\nimages=1\n%smin=0.0\nmax=%s\n",
                          calibrated ? "unit=\\u00B5m\n" : "", max);
}

static void
set_tags (TIFF *tiff, const PelTiffLayout *layout)
{
  g_autofree char *description = describe (layout);
  guint64 row_bytes = (guint64)layout->width * layout->bits / 8;

  TIFFSetField (tiff, TIFFTAG_IMAGEWIDTH, layout->width);
  TIFFSetField (tiff, TIFFTAG_IMAGELENGTH, layout->height);
  TIFFSetField (tiff, TIFFTAG_BITSPERSAMPLE, layout->bits);
  TIFFSetField (tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField (tiff, TIFFTAG_SAMPLEFORMAT,
                layout->is_float ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT);
  TIFFSetField (tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
  TIFFSetField (tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField (tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
  TIFFSetField (tiff, TIFFTAG_ROWSPERSTRIP,
                (guint)CLAMP (STRIP_BYTES / row_bytes, 1, layout->height));
  TIFFSetField (tiff, TIFFTAG_IMAGEDESCRIPTION, description);
  TIFFSetField (tiff, TIFFTAG_SOFTWARE, layout->software);
  if (layout->um_x > 0.0 && layout->um_y > 0.0)
    {
      TIFFSetField (tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_NONE);
      TIFFSetField (tiff, TIFFTAG_XRESOLUTION, 1.0 / layout->um_x);
      TIFFSetField (tiff, TIFFTAG_YRESOLUTION, 1.0 / layout->um_y);
    }
}

gboolean
pel_tiff_write_grey (const char *path,
                     const PelTiffLayout *layout,
                     PelTiffRowFunc row_func,
                     gpointer data,
                     GError **error)
{
  g_autoptr (PelAtomicFile) file = pel_atomic_file_new (path, error);
  if (file == NULL)
    return FALSE;

  /* libtiff closes the descriptor that it is given. */
  int fd = dup (pel_atomic_file_get_fd (file));
  if (fd < 0)
    {
      pel_file_set_error (error, path, errno);
      return FALSE;
    }
  PelTiffHandle handle;
  gsize row_bytes = (gsize)layout->width * layout->bits / 8;
  guint64 total = (guint64)row_bytes * layout->height;
  g_autofree guint8 *row = g_try_malloc (row_bytes);
  if (!pel_tiff_handle_open (&handle, path, fd, total > CLASSIC_LIMIT ? "w8" : "w", G_MAXINT64) ||
      row == NULL)
    {
      pel_tiff_handle_close (&handle);
      pel_file_set_error (error, path, ENOMEM);
      return FALSE;
    }

  gboolean ok = TRUE, stopped = FALSE;
  set_tags (handle.tiff, layout);
  for (guint y = 0; ok && y < layout->height; y++)
    {
      stopped = y % ROWS_BETWEEN_LOOKS == 0 && pel_stop_asked (error);
      if (stopped)
        break;
      row_func (y, row, data);
      ok = TIFFWriteScanline (handle.tiff, row, y, 0) >= 0;
    }
  /* Closing cannot fail any more once the directory has been written. */
  ok = ok && !stopped && TIFFWriteDirectory (handle.tiff) != 0;
  pel_tiff_handle_close (&handle);
  if (stopped)
    return FALSE;
  if (!ok || handle.problem[0] != '\0')
    {
      pel_file_set_error (error, path, handle.errsv != 0 ? handle.errsv : EIO);
      return FALSE;
    }
  return pel_atomic_file_commit (file, error);
}

typedef struct
{
  const float *samples;
  guint width;
} PelFloatRows;

static void
float_row (guint y, gpointer row, gpointer data)
{
  const PelFloatRows *rows = data;
  memcpy (row, rows->samples + (gsize)y * rows->width, rows->width * sizeof (float));
}

gboolean
pel_image_save_float_tiff (const char *path,
                           const float *data,
                           guint width,
                           guint height,
                           double um_x,
                           double um_y,
                           GError **error)
{
  g_return_val_if_fail (path != NULL && data != NULL && width > 0 && height > 0, FALSE);

  PelFloatRows rows = { data, width };
  PelTiffLayout layout = {
    .width = width,
    .height = height,
    .bits = 32,
    .is_float = TRUE,
    .um_x = um_x,
    .um_y = um_y,
    .display_max = 1.0,
    .software = "Pellicle " PEL_VERSION " probabilities",
  };
  return pel_tiff_write_grey (path, &layout, float_row, &rows, error);
}
