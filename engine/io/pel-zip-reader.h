/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

/**
 * PelZipReader:
 *
 * The entries of a zip archive in memory, one after the other, none of it trusted. Even an entry
 * that is only passed over may have to be unpacked to be passed, since an archive need not have a
 * directory, and may unpack to anything: the archive is given out in small pieces, and no more of
 * them after a cancel. One owner, one thread at a time.
 */
typedef struct PelZipReader PelZipReader;

/**
 * PelZipStep:
 * @PEL_ZIP_STEP_ENTRY: there is another entry
 * @PEL_ZIP_STEP_END: there was none left
 * @PEL_ZIP_STEP_BAD: the archive is damaged, or it was cancelled
 */
typedef enum
{
  PEL_ZIP_STEP_ENTRY,
  PEL_ZIP_STEP_END,
  PEL_ZIP_STEP_BAD,
} PelZipStep;

/**
 * pel_zip_reader_new:
 * @data: (array length=length): the archive; has to stay until the reader is freed
 * @length: its bytes
 * @cancellable: (nullable): polled about every 20 ms of unpacking; must stay as well
 *
 * Returns: (transfer full) (nullable): a reader before the first entry, or %NULL where it is no
 *   zip archive
 */
PelZipReader *pel_zip_reader_new (const guint8 *data, gsize length, GCancellable *cancellable)
    G_GNUC_WARN_UNUSED_RESULT;
void pel_zip_reader_free (PelZipReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelZipReader, pel_zip_reader_free)

/* @name: (out) (nullable): of the entry, as the archive has it, until the next call; %NULL where it
 *   is no UTF-8 */
PelZipStep pel_zip_reader_next (PelZipReader *self, const char **name);

/**
 * pel_zip_reader_read:
 * @self: a reader at an entry
 * @most: bytes that the content may have
 * @bytes: (out caller-allocates): the content; emptied first
 *
 * Unpacks the whole of an entry; what the archive says of its size need not be true.
 *
 * Returns: %TRUE where it is whole. Else @bytes has more than @most where it is too long, and less
 *   where the archive is damaged or it was cancelled
 */
gboolean pel_zip_reader_read (PelZipReader *self, gsize most, GByteArray *bytes);

/**
 * pel_zip_reader_refuse:
 * @self: a reader that does not get on
 * @message: what is wrong with the archive, and what helps; translated
 * @error: return location for a `GError`
 *
 * Sets `PEL_ENGINE_ERROR_BAD_FILE` with @message, or `G_IO_ERROR_CANCELLED` where it was cancelled.
 *
 * Returns: %FALSE
 */
gboolean pel_zip_reader_refuse (PelZipReader *self, const char *message, GError **error);
