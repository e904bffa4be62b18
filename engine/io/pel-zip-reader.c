/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-zip-reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>

#include "engine/core/pel-error.h"

/* A byte of an archive unpacks to a thousand at most: each piece takes some milliseconds. */
#define PIECE ((gsize)4096)
/* Unpacked at a time. */
#define BLOCK ((gsize)65536)

struct PelZipReader
{
  struct archive *archive;
  const guint8 *data;
  gsize length, at;
  GCancellable *cancellable;
};

static la_ssize_t
give_piece (struct archive *archive, void *user_data, const void **piece)
{
  PelZipReader *self = user_data;
  gsize n = MIN (PIECE, self->length - self->at);

  if (g_cancellable_is_cancelled (self->cancellable))
    return ARCHIVE_FATAL;
  *piece = self->data + self->at;
  self->at += n;
  return (la_ssize_t)n;
}

static la_int64_t
skip (struct archive *archive, void *user_data, la_int64_t request)
{
  PelZipReader *self = user_data;
  gsize n = (gsize)CLAMP (request, 0, (la_int64_t)(self->length - self->at));

  self->at += n;
  return (la_int64_t)n;
}

static la_int64_t
seek (struct archive *archive, void *user_data, la_int64_t offset, int whence)
{
  PelZipReader *self = user_data;
  la_int64_t base = whence == SEEK_CUR   ? (la_int64_t)self->at
                    : whence == SEEK_END ? (la_int64_t)self->length
                                         : 0;

  /* Neither sum can overflow: the base is that of memory. */
  if (offset < -base || offset > (la_int64_t)self->length - base)
    return ARCHIVE_FATAL;
  self->at = (gsize)(base + offset);
  return (la_int64_t)self->at;
}

PelZipReader *
pel_zip_reader_new (const guint8 *data, gsize length, GCancellable *cancellable)
{
  g_autoptr (PelZipReader) self = NULL;

  g_return_val_if_fail (data != NULL || length == 0, NULL);

  if (length == 0)
    return NULL;
  self = g_new0 (PelZipReader, 1);
  self->data = data;
  self->length = length;
  self->cancellable = cancellable;
  self->archive = archive_read_new ();
  if (archive_read_support_format_zip (self->archive) != ARCHIVE_OK ||
      archive_read_set_read_callback (self->archive, give_piece) != ARCHIVE_OK ||
      archive_read_set_skip_callback (self->archive, skip) != ARCHIVE_OK ||
      archive_read_set_seek_callback (self->archive, seek) != ARCHIVE_OK ||
      archive_read_set_callback_data (self->archive, self) != ARCHIVE_OK ||
      archive_read_open1 (self->archive) != ARCHIVE_OK)
    return NULL;
  return g_steal_pointer (&self);
}

void
pel_zip_reader_free (PelZipReader *self)
{
  if (self == NULL)
    return;
  archive_read_free (self->archive);
  g_free (self);
}

PelZipStep
pel_zip_reader_next (PelZipReader *self, const char **name)
{
  struct archive_entry *entry;
  int status = archive_read_next_header (self->archive, &entry);

  if (g_cancellable_is_cancelled (self->cancellable))
    return PEL_ZIP_STEP_BAD;
  if (status == ARCHIVE_EOF)
    return PEL_ZIP_STEP_END;
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
    return PEL_ZIP_STEP_BAD;
  *name = archive_entry_pathname (entry);
  return PEL_ZIP_STEP_ENTRY;
}

gboolean
pel_zip_reader_read (PelZipReader *self, gsize most, GByteArray *bytes)
{
  g_autofree guint8 *block = g_malloc (BLOCK);
  la_ssize_t n;

  g_byte_array_set_size (bytes, 0);
  while ((n = archive_read_data (self->archive, block, BLOCK)) > 0)
    {
      if (g_cancellable_is_cancelled (self->cancellable))
        {
          g_byte_array_set_size (bytes, 0);
          return FALSE;
        }
      g_byte_array_append (bytes, block, (guint)n);
      if (bytes->len > most)
        return FALSE;
    }
  if (n < 0)
    g_byte_array_set_size (bytes, 0);
  return n == 0;
}

gboolean
pel_zip_reader_refuse (PelZipReader *self, const char *message, GError **error)
{
  if (!g_cancellable_set_error_if_cancelled (self->cancellable, error))
    g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE, message);
  return FALSE;
}
