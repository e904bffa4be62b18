/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelZipWriter:
 *
 * A zip archive that is being written, atomically: nothing is there until
 * pel_zip_writer_finish(). Every entry carries the earliest date of the format, so that the same
 * content gives the same file. One owner, one thread at a time.
 */
typedef struct PelZipWriter PelZipWriter;

/**
 * pel_zip_writer_new:
 * @path: (type filename): the file to create or replace
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): the archive, or `NULL` with a `G_IO_ERROR` set
 */
PelZipWriter *pel_zip_writer_new (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pel_zip_writer_free (PelZipWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelZipWriter, pel_zip_writer_free)

/**
 * pel_zip_writer_begin:
 * @self: an archive
 * @name: of the entry
 * @length: the bytes that pel_zip_writer_append() will be given in all
 * @compress: whether it is worth the time
 * @error: return location for a `GError`
 *
 * Begins an entry; the one before ends with it.
 *
 * Returns: `FALSE` with a `G_IO_ERROR` set
 */
gboolean pel_zip_writer_begin (PelZipWriter *self,
                               const char *name,
                               guint64 length,
                               gboolean compress,
                               GError **error);
gboolean pel_zip_writer_append (PelZipWriter *self, const void *data, gsize length, GError **error);

/* An entry that is whole in memory. */
gboolean pel_zip_writer_add (PelZipWriter *self,
                             const char *name,
                             const void *data,
                             gsize length,
                             GError **error);

/* Writes the directory and puts the file in its place; once, and last. */
gboolean pel_zip_writer_finish (PelZipWriter *self, GError **error);
