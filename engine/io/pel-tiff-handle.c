/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-tiff-private.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

/* Keeps the first complaint; the ones after it are mostly its consequences. */
G_GNUC_PRINTF (4, 0)
static int
on_error (TIFF *tiff, void *data, const char *module, const char *format, va_list arguments)
{
  PelTiffHandle *handle = data;

  if (handle->problem[0] == '\0')
    {
      handle->errsv = errno;
      g_vsnprintf (handle->problem, sizeof handle->problem, format, arguments);
      g_strdelimit (handle->problem, "\r\n", ' ');
      gsize length = strlen (handle->problem);
      if (length > 0 && handle->problem[length - 1] == '.')
        handle->problem[length - 1] = '\0';
      if (!g_utf8_validate (handle->problem, -1, NULL))
        g_strcanon (handle->problem,
                    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ,.:;()-", '?');
    }
  return 1;
}

/* Warnings are about unknown tags and the like. */
static int
on_warning (TIFF *tiff, void *data, const char *module, const char *format, va_list arguments)
{
  return 1;
}

gboolean
pel_tiff_handle_open (PelTiffHandle *handle,
                      const char *path,
                      int fd,
                      const char *mode,
                      guint64 memory)
{
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc ();

  *handle = (PelTiffHandle){ 0 };
  if (options != NULL)
    {
      TIFFOpenOptionsSetMaxSingleMemAlloc (options, (tmsize_t)MIN (memory, G_MAXSSIZE));
      TIFFOpenOptionsSetErrorHandlerExtR (options, on_error, handle);
      TIFFOpenOptionsSetWarningHandlerExtR (options, on_warning, handle);
      handle->tiff =
          fd >= 0 ? TIFFFdOpenExt (fd, path, mode, options) : TIFFOpenExt (path, mode, options);
      TIFFOpenOptionsFree (options);
    }
  if (handle->tiff == NULL && fd >= 0)
    close (fd);
  return handle->tiff != NULL;
}

void
pel_tiff_handle_close (PelTiffHandle *handle)
{
  if (handle->tiff != NULL)
    TIFFClose (handle->tiff);
  handle->tiff = NULL;
}
