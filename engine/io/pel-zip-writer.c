/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-zip-writer.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <gio/gio.h>

#include "engine/io/pel-file.h"

/* 1980-01-02, UTC: nowhere before the first day that the format knows. */
#define EARLIEST 315619200

struct PelZipWriter
{
  PelAtomicFile *file;
  struct archive *archive;
  struct archive_entry *entry;
};

static la_ssize_t
on_write (struct archive *archive, void *data, const void *bytes, size_t n)
{
  g_autoptr (GError) error = NULL;

  if (pel_atomic_file_write (data, bytes, n, &error))
    return (la_ssize_t)n;
  archive_set_error (archive,
                     g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ? ENOSPC : EIO, "%s",
                     error->message);
  return -1;
}

static gboolean
set_error (PelZipWriter *self, GError **error)
{
  int number = archive_errno (self->archive);

  pel_file_set_error (error, pel_atomic_file_get_path (self->file), number != 0 ? number : EIO);
  return FALSE;
}

PelZipWriter *
pel_zip_writer_new (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  PelAtomicFile *file = pel_atomic_file_new (path, error);
  if (file == NULL)
    return NULL;
  g_autoptr (PelZipWriter) self = g_new0 (PelZipWriter, 1);
  self->file = file;
  self->archive = archive_write_new ();
  self->entry = archive_entry_new ();
  if (archive_write_set_format_zip (self->archive) != ARCHIVE_OK ||
      archive_write_set_bytes_in_last_block (self->archive, 1) != ARCHIVE_OK ||
      archive_write_open (self->archive, file, NULL, on_write, NULL) != ARCHIVE_OK)
    {
      set_error (self, error);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
pel_zip_writer_free (PelZipWriter *self)
{
  if (self == NULL)
    return;
  archive_entry_free (self->entry);
  /* What is not finished is not to be flushed either. */
  archive_write_fail (self->archive);
  archive_write_free (self->archive);
  pel_atomic_file_free (self->file);
  g_free (self);
}

gboolean
pel_zip_writer_begin (PelZipWriter *self,
                      const char *name,
                      guint64 length,
                      gboolean compress,
                      GError **error)
{
  g_return_val_if_fail (self != NULL && name != NULL && length <= G_MAXINT64, FALSE);

  archive_entry_clear (self->entry);
  archive_entry_set_pathname (self->entry, name);
  archive_entry_set_size (self->entry, (la_int64_t)length);
  archive_entry_set_filetype (self->entry, AE_IFREG);
  archive_entry_set_perm (self->entry, 0644);
  archive_entry_set_mtime (self->entry, EARLIEST, 0);
  if ((compress ? archive_write_zip_set_compression_deflate (self->archive)
                : archive_write_zip_set_compression_store (self->archive)) != ARCHIVE_OK ||
      archive_write_header (self->archive, self->entry) != ARCHIVE_OK)
    return set_error (self, error);
  return TRUE;
}

gboolean
pel_zip_writer_append (PelZipWriter *self, const void *data, gsize length, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return length == 0 || archive_write_data (self->archive, data, length) == (la_ssize_t)length ||
         set_error (self, error);
}

gboolean
pel_zip_writer_add (PelZipWriter *self,
                    const char *name,
                    const void *data,
                    gsize length,
                    GError **error)
{
  return pel_zip_writer_begin (self, name, length, TRUE, error) &&
         pel_zip_writer_append (self, data, length, error);
}

gboolean
pel_zip_writer_finish (PelZipWriter *self, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (archive_write_close (self->archive) != ARCHIVE_OK)
    return set_error (self, error);
  return pel_atomic_file_commit (self->file, error);
}
