/* SPDX-License-Identifier: MIT */
#include "app/document/pel-journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-document-error.h"
#include "app/document/pel-journal-private.h"
#include "engine/io/pel-file.h"

guint64
pel_journal_checksum (const guint8 *header, const guint8 *payload, gsize length)
{
  guint64 hash = G_GUINT64_CONSTANT (14695981039346656037);

  /* All of the header but the checksum itself. */
  for (gsize i = 0; i < PEL_RECORD_HEADER_SIZE - 8; i++)
    hash = (hash ^ header[i]) * G_GUINT64_CONSTANT (1099511628211);
  for (gsize i = 0; i < length; i++)
    hash = (hash ^ payload[i]) * G_GUINT64_CONSTANT (1099511628211);
  return hash;
}

gboolean
pel_journal_write_all (int fd, const guint8 *data, gsize length)
{
  while (length > 0)
    {
      gssize n = write (fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      data += n;
      length -= (gsize)n;
    }
  return TRUE;
}

void
pel_journal_pack_record (GByteArray *out,
                         PelRecordKind kind,
                         guint position,
                         const guint8 *payload,
                         gsize length)
{
  gsize begin = out->len;
  guint64 checksum;

  g_byte_array_append (out, (const guint8 *)PEL_RECORD_MAGIC, 4);
  pel_pack_u32 (out, kind);
  pel_pack_u64 (out, length);
  pel_pack_u32 (out, position);
  pel_pack_u32 (out, 0);
  checksum = pel_journal_checksum (out->data + begin, payload, length);
  pel_pack_u64 (out, checksum);
  if (length > 0)
    g_byte_array_append (out, payload, (guint)length);
}

static void
pack_record (GByteArray *out, PelRecordKind kind, guint position, const GByteArray *payload)
{
  pel_journal_pack_record (out, kind, position, payload != NULL ? payload->data : NULL,
                           payload != NULL ? payload->len : 0);
}

gboolean
pel_journal_sync_folder_of (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean good = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return good;
}

/* Appends and syncs. Where that fails the file gets its old length back. */
static gboolean
append (const char *path, gboolean create, const GByteArray *data, goffset *begin, GError **error)
{
  int fd = open (path, O_WRONLY | O_APPEND | O_CLOEXEC | (create ? O_CREAT : 0), 0666);
  struct stat info;

  if (fd < 0 || fstat (fd, &info) != 0)
    {
      pel_file_set_error (error, path, errno);
      if (fd >= 0)
        close (fd);
      return FALSE;
    }
  *begin = info.st_size;
  if (!pel_journal_write_all (fd, data->data, data->len) || fdatasync (fd) != 0)
    {
      int saved = errno;

      if (ftruncate (fd, info.st_size) != 0)
        g_debug ("%s: cannot be shortened: %s", path, g_strerror (errno));
      close (fd);
      pel_file_set_error (error, path, saved);
      return FALSE;
    }
  close (fd);
  if (info.st_size == 0 && !pel_journal_sync_folder_of (path))
    g_debug ("%s: its folder cannot be synced", path);
  return TRUE;
}

gboolean
pel_journal_append_step (const char *path,
                         PelLabels *base,
                         const guint8 *base_hash,
                         const PelJournalStep *step,
                         guint position,
                         goffset *offset,
                         gsize *length,
                         GError **error)
{
  g_autoptr (GByteArray) payload = pel_journal_pack_step (step);
  g_autoptr (GByteArray) data = g_byte_array_new ();
  goffset begin;
  gsize front;

  if (access (path, F_OK) != 0)
    {
      g_autoptr (GByteArray) packed = pel_journal_pack_base (base);

      g_byte_array_append (data, (const guint8 *)PEL_JOURNAL_MAGIC, 8);
      pel_pack_u32 (data, pel_labels_get_width (base));
      pel_pack_u32 (data, pel_labels_get_height (base));
      pack_record (data, PEL_RECORD_BASE, 0, packed);
      if (base_hash != NULL)
        {
          g_autoptr (GByteArray) hash = g_byte_array_new ();

          g_byte_array_append (hash, base_hash, PEL_JOURNAL_HASH_SIZE);
          pack_record (data, PEL_RECORD_SAVED, 0, hash);
        }
    }
  front = data->len;
  pack_record (data, PEL_RECORD_STEP, position, payload);
  if (!append (path, TRUE, data, &begin, error))
    return FALSE;
  *offset = begin + (goffset)front;
  *length = data->len - front;
  return TRUE;
}

gboolean
pel_journal_append_move (const char *path, guint position, GError **error)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  goffset begin;

  pack_record (data, PEL_RECORD_MOVE, position, NULL);
  return append (path, FALSE, data, &begin, error);
}

gboolean
pel_journal_append_saved (const char *path, const guint8 *hash, guint position, GError **error)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  goffset begin;

  if (access (path, F_OK) != 0)
    return TRUE;
  g_byte_array_append (payload, hash, PEL_JOURNAL_HASH_SIZE);
  pack_record (data, PEL_RECORD_SAVED, position, payload);
  return append (path, FALSE, data, &begin, error);
}

PelJournalStep *
pel_journal_read_step (const char *path,
                       goffset offset,
                       gsize length,
                       PelJournalSides sides,
                       GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  g_autofree guint8 *data = NULL;
  gsize filled = 0;
  guint64 stored;

  if (fd < 0)
    {
      int saved = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "%s: %s", path,
                   g_strerror (saved));
      return NULL;
    }
  data = g_try_malloc (length);
  while (data != NULL && filled < length)
    {
      gssize n = pread (fd, data + filled, length - filled, offset + (goffset)filled);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      filled += (gsize)n;
    }
  close (fd);
  if (data == NULL || filled < length || length < PEL_RECORD_HEADER_SIZE)
    {
      pel_journal_set_damaged (error);
      return NULL;
    }
  memcpy (&stored, data + PEL_RECORD_HEADER_SIZE - 8, sizeof stored);
  if (memcmp (data, PEL_RECORD_MAGIC, 4) != 0 ||
      GUINT64_FROM_LE (stored) != pel_journal_checksum (data, data + PEL_RECORD_HEADER_SIZE,
                                                        length - PEL_RECORD_HEADER_SIZE))
    {
      pel_journal_set_damaged (error);
      return NULL;
    }
  return pel_journal_unpack_step (data + PEL_RECORD_HEADER_SIZE, length - PEL_RECORD_HEADER_SIZE,
                                  sides, error);
}

gboolean
pel_journal_hash_file (const char *path, guint8 *hash, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  guint8 buffer[65536];
  gsize size = PEL_JOURNAL_HASH_SIZE;
  gssize n = 0;

  while (fd >= 0 && ((n = read (fd, buffer, sizeof buffer)) > 0 || (n < 0 && errno == EINTR)))
    {
      if (n > 0)
        g_checksum_update (checksum, buffer, n);
    }
  if (fd < 0 || n < 0)
    {
      int saved = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "%s: %s", path,
                   g_strerror (saved));
      if (fd >= 0)
        close (fd);
      return FALSE;
    }
  close (fd);
  g_checksum_get_digest (checksum, hash, &size);
  return TRUE;
}
