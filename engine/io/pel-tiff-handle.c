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

static TIFFOpenOptions *
make_options (PelTiffHandle *handle, guint64 memory)
{
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc ();

  *handle = (PelTiffHandle){ 0 };
  if (options == NULL)
    return NULL;
  TIFFOpenOptionsSetMaxSingleMemAlloc (options, (tmsize_t)MIN (memory, G_MAXSSIZE));
  TIFFOpenOptionsSetErrorHandlerExtR (options, on_error, handle);
  TIFFOpenOptionsSetWarningHandlerExtR (options, on_warning, handle);
  return options;
}

gboolean
pel_tiff_handle_open (PelTiffHandle *handle,
                      const char *path,
                      int fd,
                      const char *mode,
                      guint64 memory)
{
  TIFFOpenOptions *options = make_options (handle, memory);

  if (options != NULL)
    {
      handle->tiff =
          fd >= 0 ? TIFFFdOpenExt (fd, path, mode, options) : TIFFOpenExt (path, mode, options);
      TIFFOpenOptionsFree (options);
    }
  if (handle->tiff == NULL && fd >= 0)
    close (fd);
  return handle->tiff != NULL;
}

/* ---- a file in memory ---- */

typedef struct
{
  const guint8 *data;
  guint64 length, position;
} PelMemoryFile;

static tmsize_t
memory_read (thandle_t client, void *buffer, tmsize_t size)
{
  PelMemoryFile *file = client;
  guint64 left = file->position < file->length ? file->length - file->position : 0;
  gsize n = (gsize)MIN (left, (guint64)MAX (size, 0));

  memcpy (buffer, file->data + MIN (file->position, file->length), n);
  file->position += n;
  return (tmsize_t)n;
}

static tmsize_t
memory_write (thandle_t client, void *buffer, tmsize_t size)
{
  return -1;
}

static toff_t
memory_seek (thandle_t client, toff_t offset, int whence)
{
  PelMemoryFile *file = client;

  file->position = offset + (whence == SEEK_CUR   ? file->position
                             : whence == SEEK_END ? file->length
                                                  : 0);
  return file->position;
}

static int
memory_close (thandle_t client)
{
  g_free (client);
  return 0;
}

static toff_t
memory_size (thandle_t client)
{
  const PelMemoryFile *file = client;
  return file->length;
}

gboolean
pel_tiff_handle_open_memory (PelTiffHandle *handle, const void *data, gsize length)
{
  TIFFOpenOptions *options = make_options (handle, (guint64)64 * 1024 * 1024 + 4 * length);
  PelMemoryFile *file = g_new0 (PelMemoryFile, 1);

  file->data = data;
  file->length = length;
  if (options != NULL)
    {
      handle->tiff =
          TIFFClientOpenExt ("memory", "rm", file, memory_read, memory_write, memory_seek,
                             memory_close, memory_size, NULL, NULL, options);
      TIFFOpenOptionsFree (options);
    }
  if (handle->tiff == NULL)
    g_free (file);
  return handle->tiff != NULL;
}

void
pel_tiff_handle_close (PelTiffHandle *handle)
{
  if (handle->tiff != NULL)
    TIFFClose (handle->tiff);
  handle->tiff = NULL;
}
