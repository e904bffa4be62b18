/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "app/document/pel-journal-private.h"
#include "engine/io/pel-file.h"

/* A journal is not written anew for less than this. */
#define WORTH_IT (16 << 20)

/* The steps that can still be undone or redone, as indices of records. */
typedef struct
{
  GArray *live; /* of guint */
  guint position;
  guint n_dropped; /* before the first one, so far */
} History;

static const PelJournalRecord *
get_record (const PelJournalReader *reader, guint index)
{
  return &g_array_index (reader->records, PelJournalRecord, index);
}

static guint64
get_size (const PelJournalReader *reader, const History *history, guint step)
{
  return PEL_RECORD_HEADER_SIZE +
         get_record (reader, g_array_index (history->live, guint, step))->length;
}

static void
follow (const PelJournalReader *reader, History *history)
{
  for (guint i = 0; i < reader->records->len; i++)
    {
      const PelJournalRecord *record = get_record (reader, i);

      if (record->kind == PEL_RECORD_STEP)
        {
          g_array_set_size (history->live, history->position);
          g_array_append_val (history->live, i);
          history->position++;
        }
      else if (record->kind == PEL_RECORD_MOVE)
        history->position = MIN (record->position, history->live->len);
      else if (record->kind == PEL_RECORD_DROPPED)
        history->n_dropped += record->position;
    }
}

/* How many of the oldest steps have to go, and whether anything is to be done at all. */
static gboolean
plan (const PelJournalReader *reader, const History *history, guint64 max_bytes, guint *n_drop)
{
  guint64 bytes = 0, dead;

  for (guint i = 0; i < history->live->len; i++)
    bytes += get_size (reader, history, i);
  dead = (guint64)reader->size - bytes - get_record (reader, 0)->length;
  *n_drop = 0;
  while (bytes > max_bytes && *n_drop < history->position)
    bytes -= get_size (reader, history, (*n_drop)++);
  return *n_drop > 0 || (dead > WORTH_IT && dead > (guint64)reader->size / 2);
}

/* (transfer full) (nullable): the mask before the first step that is kept */
static PelLabels *
find_base (PelJournalReader *reader, const History *history, guint n_drop, GError **error)
{
  g_autoptr (PelLabelMap) map = pel_journal_reader_read_base (reader, error);

  for (guint i = 0; map != NULL && i < n_drop; i++)
    {
      const PelJournalRecord *record = get_record (reader, g_array_index (history->live, guint, i));
      g_autofree guint8 *payload = pel_journal_reader_read (reader, record);
      g_autoptr (PelJournalStep) step = NULL;

      if (payload == NULL)
        {
          pel_journal_set_damaged (error);
          return NULL;
        }
      step = pel_journal_unpack_step (payload, (gsize)record->length, PEL_JOURNAL_AFTER, error);
      if (step == NULL)
        return NULL;
      pel_journal_apply_tiles (map, step, TRUE);
    }
  return map != NULL ? pel_label_map_snapshot (map) : NULL;
}

static gboolean
flush (int fd, GByteArray *data)
{
  gboolean good = pel_journal_write_all (fd, data->data, data->len);

  g_byte_array_set_size (data, 0);
  return good;
}

/* FALSE with errno set, or with @error where the old file cannot be read. */
static gboolean
write_journal (int fd,
               PelJournalReader *reader,
               const History *history,
               guint n_drop,
               PelLabels *base,
               const guint8 *mask_hash,
               GError **error)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autoptr (GByteArray) packed = pel_journal_pack_base (base);
  const guint n = history->live->len - n_drop, position = history->position - n_drop;

  g_byte_array_append (data, (const guint8 *)PEL_JOURNAL_MAGIC, 8);
  pel_pack_u32 (data, reader->width);
  pel_pack_u32 (data, reader->height);
  pel_journal_pack_record (data, PEL_RECORD_BASE, 0, packed->data, packed->len);
  if (history->n_dropped + n_drop > 0)
    pel_journal_pack_record (data, PEL_RECORD_DROPPED, history->n_dropped + n_drop, NULL, 0);
  for (guint i = 0; i < n; i++)
    {
      const PelJournalRecord *record =
          get_record (reader, g_array_index (history->live, guint, n_drop + i));
      g_autofree guint8 *payload = pel_journal_reader_read (reader, record);

      if (payload == NULL)
        {
          pel_journal_set_damaged (error);
          return FALSE;
        }
      pel_journal_pack_record (data, PEL_RECORD_STEP, i + 1, payload, (gsize)record->length);
      if (!flush (fd, data))
        return FALSE;
    }
  if (position != n)
    pel_journal_pack_record (data, PEL_RECORD_MOVE, position, NULL, 0);
  pel_journal_pack_record (data, PEL_RECORD_SAVED, position, mask_hash, PEL_JOURNAL_HASH_SIZE);
  return flush (fd, data) && fsync (fd) == 0;
}

static gboolean
replace_journal (const char *path,
                 PelJournalReader *reader,
                 const History *history,
                 guint n_drop,
                 const guint8 *mask_hash,
                 GError **error)
{
  g_autofree char *fresh = g_strconcat (path, ".new", NULL);
  g_autoptr (PelLabels) base = find_base (reader, history, n_drop, error);
  gboolean good;
  int fd;

  if (base == NULL)
    return FALSE;
  fd = open (fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  good = fd >= 0 && write_journal (fd, reader, history, n_drop, base, mask_hash, error);
  if (fd >= 0 && close (fd) != 0)
    good = FALSE;
  good = good && rename (fresh, path) == 0;
  if (!good)
    {
      int saved = errno;

      if (error == NULL || *error == NULL)
        pel_file_set_error (error, fresh, saved);
      unlink (fresh);
      return FALSE;
    }
  if (!pel_journal_sync_folder_of (path))
    g_debug ("%s: its folder cannot be synced", path);
  return TRUE;
}

gboolean
pel_journal_compact (const char *path,
                     guint width,
                     guint height,
                     const guint8 *mask_hash,
                     guint64 max_bytes,
                     guint *n_dropped,
                     GError **error)
{
  g_autoptr (GArray) live = g_array_new (FALSE, FALSE, sizeof (guint));
  History history = { live, 0, 0 };
  PelJournalReader reader;
  gboolean good = TRUE;
  guint n_drop = 0;

  *n_dropped = 0;
  if (pel_journal_reader_open (&reader, path, width, height) && mask_hash != NULL &&
      pel_journal_reader_list (&reader, mask_hash) && reader.end == reader.size &&
      reader.marker == (gint)reader.records->len - 1)
    {
      follow (&reader, &history);
      if (plan (&reader, &history, max_bytes, &n_drop))
        good = replace_journal (path, &reader, &history, n_drop, mask_hash, error);
      if (good)
        *n_dropped = n_drop;
    }
  pel_journal_reader_close (&reader);
  return good;
}
