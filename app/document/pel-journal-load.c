/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "app/document/pel-document-error.h"
#include "app/document/pel-journal-private.h"

static gboolean
read_at (int fd, goffset offset, void *data, gsize length)
{
  guint8 *out = data;

  while (length > 0)
    {
      gssize n = pread (fd, out, length, offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      out += n;
      offset += n;
      length -= (gsize)n;
    }
  return TRUE;
}

/* Lists the records by their headers, as far as these make sense. */
gboolean
pel_journal_reader_list (PelJournalReader *reader, const guint8 *mask_hash)
{
  guint8 head[PEL_JOURNAL_HEADER_SIZE];
  PelUnpacker in = { head + 8, 8, TRUE, NULL };

  if (!read_at (reader->fd, 0, head, sizeof head) || memcmp (head, PEL_JOURNAL_MAGIC, 8) != 0)
    return FALSE;
  if (pel_unpack_u32 (&in) != reader->width || pel_unpack_u32 (&in) != reader->height)
    return FALSE;
  reader->end = sizeof head;
  while (reader->size - reader->end >= PEL_RECORD_HEADER_SIZE)
    {
      guint8 header[PEL_RECORD_HEADER_SIZE];
      guint8 hash[PEL_JOURNAL_HASH_SIZE];
      PelJournalRecord record = { .offset = reader->end };

      if (!read_at (reader->fd, reader->end, header, sizeof header) ||
          memcmp (header, PEL_RECORD_MAGIC, 4) != 0)
        break;
      in = (PelUnpacker){ header + 4, sizeof header - 4, TRUE, NULL };
      record.kind = (PelRecordKind)pel_unpack_u32 (&in);
      record.length = pel_unpack_u64 (&in);
      record.position = pel_unpack_u32 (&in);
      if (record.length > (guint64)(reader->size - reader->end - (goffset)PEL_RECORD_HEADER_SIZE))
        break;
      if (record.kind == PEL_RECORD_SAVED && record.length == sizeof hash &&
          read_at (reader->fd, reader->end + PEL_RECORD_HEADER_SIZE, hash, sizeof hash))
        {
          reader->last_saved = (gint)reader->records->len;
          if (mask_hash != NULL && memcmp (hash, mask_hash, sizeof hash) == 0)
            reader->marker = (gint)reader->records->len;
        }
      g_array_append_val (reader->records, record);
      reader->end += PEL_RECORD_HEADER_SIZE + (goffset)record.length;
    }
  return reader->records->len > 0 &&
         g_array_index (reader->records, PelJournalRecord, 0).kind == PEL_RECORD_BASE;
}

/* (transfer full) (nullable): the payload, where header and checksum are right */
guint8 *
pel_journal_reader_read (PelJournalReader *reader, const PelJournalRecord *record)
{
  guint8 header[PEL_RECORD_HEADER_SIZE];
  g_autofree guint8 *payload = g_try_malloc (record->length + 1);
  guint64 stored;

  if (payload == NULL || !read_at (reader->fd, record->offset, header, sizeof header) ||
      !read_at (reader->fd, record->offset + PEL_RECORD_HEADER_SIZE, payload,
                (gsize)record->length))
    return NULL;
  memcpy (&stored, header + PEL_RECORD_HEADER_SIZE - 8, sizeof stored);
  if (GUINT64_FROM_LE (stored) != pel_journal_checksum (header, payload, record->length))
    return NULL;
  return g_steal_pointer (&payload);
}

/* A crash can only have spoilt what came after the last mask file was saved: cuts it off there. */
static void
drop_torn_records (PelJournalReader *reader)
{
  for (guint i = (guint)MAX (reader->last_saved, 0); i < reader->records->len; i++)
    {
      PelJournalRecord *record = &g_array_index (reader->records, PelJournalRecord, i);
      g_autofree guint8 *payload = pel_journal_reader_read (reader, record);

      if (payload != NULL)
        continue;
      reader->end = record->offset;
      g_array_set_size (reader->records, i);
      break;
    }
}

static void
entry_clear (gpointer data)
{
  g_clear_pointer (&((PelJournalEntry *)data)->name, g_free);
}

static char *
read_step_name (PelJournalReader *reader, const PelJournalRecord *record)
{
  guint8 head[1024];
  gsize length = MIN ((gsize)record->length, sizeof head);

  if (!read_at (reader->fd, record->offset + PEL_RECORD_HEADER_SIZE, head, length))
    return g_strdup ("");
  return pel_journal_unpack_step_name (head, length);
}

static void
apply_infos (PelJournalState *state, const PelJournalStep *step, gboolean forward)
{
  for (guint i = 0; i < step->infos->len; i++)
    {
      PelJournalInfo info = g_array_index (step->infos, PelJournalInfo, i);

      if (!forward)
        {
          PelJournalInfo back = info;

          back.had_before = info.has_after;
          back.before = info.after;
          back.has_after = info.had_before;
          back.after = info.before;
          info = back;
        }
      g_hash_table_insert (state->infos, GUINT_TO_POINTER (info.label),
                           g_memdup2 (&info, sizeof info));
    }
}

void
pel_journal_apply_tiles (PelLabelMap *map, const PelJournalStep *step, gboolean forward)
{
  guint n = pel_label_map_get_n_tiles_x (map) * pel_label_map_get_n_tiles_y (map);

  for (guint i = 0; i < step->tiles->len; i++)
    {
      const PelJournalTile *tile = &g_array_index (step->tiles, PelJournalTile, i);
      PelLabelTile *content = forward ? tile->after : tile->before;

      if (tile->tile < n)
        pel_label_tile_unref (
            pel_label_map_swap_tile (map, tile->tile, pel_label_tile_ref (content)));
    }
}

static gboolean
apply_record (PelJournalReader *reader,
              PelJournalState *state,
              PelLabelMap *map,
              const PelJournalRecord *record,
              gboolean forward,
              GError **error)
{
  g_autofree guint8 *payload = pel_journal_reader_read (reader, record);
  g_autoptr (PelJournalStep) step = NULL;

  if (payload == NULL)
    {
      pel_journal_set_damaged (error);
      return FALSE;
    }
  step = pel_journal_unpack_step (payload, (gsize)record->length,
                                  forward ? PEL_JOURNAL_AFTER : PEL_JOURNAL_BEFORE, error);
  if (step == NULL)
    return FALSE;
  pel_journal_apply_tiles (map, step, forward);
  apply_infos (state, step, forward);
  return TRUE;
}

/* Follows the records: the list of steps that can be undone or redone, and, from @from on, the
 * pixels. */
static gboolean
replay (PelJournalReader *reader,
        PelJournalState *state,
        PelLabelMap *map,
        guint from,
        GError **error)
{
  g_autoptr (GArray) live = g_array_new (FALSE, FALSE, sizeof (guint));
  guint position = 0;

  for (guint i = 0; i < reader->records->len; i++)
    {
      const PelJournalRecord *record = &g_array_index (reader->records, PelJournalRecord, i);
      gboolean pixels = map != NULL && i >= from;

      if (record->kind == PEL_RECORD_STEP)
        {
          if (pixels && !apply_record (reader, state, map, record, TRUE, error))
            return FALSE;
          g_array_set_size (live, MIN (position, live->len));
          g_array_append_val (live, i);
          position = live->len;
        }
      else if (record->kind == PEL_RECORD_DROPPED)
        state->n_dropped += record->position;
      else if (record->kind == PEL_RECORD_MOVE)
        {
          guint target = MIN (record->position, live->len);

          while (pixels && position != target)
            {
              gboolean forward = position < target;
              guint index = g_array_index (live, guint, forward ? position : position - 1);

              if (!apply_record (reader, state, map,
                                 &g_array_index (reader->records, PelJournalRecord, index), forward,
                                 error))
                return FALSE;
              position = forward ? position + 1 : position - 1;
            }
          position = target;
        }
    }
  for (guint i = 0; i < live->len; i++)
    {
      const PelJournalRecord *record =
          &g_array_index (reader->records, PelJournalRecord, g_array_index (live, guint, i));
      PelJournalEntry entry = { .name = read_step_name (reader, record),
                                .offset = record->offset,
                                .length = PEL_RECORD_HEADER_SIZE + (gsize)record->length };

      g_array_append_val (state->entries, entry);
    }
  state->position = position;
  return TRUE;
}

/* The last resort: the mask before the first step. */
PelLabelMap *
pel_journal_reader_read_base (PelJournalReader *reader, GError **error)
{
  const PelJournalRecord *record = &g_array_index (reader->records, PelJournalRecord, 0);
  g_autofree guint8 *payload = pel_journal_reader_read (reader, record);

  if (payload == NULL)
    {
      pel_journal_set_damaged (error);
      return NULL;
    }
  return pel_journal_unpack_base (payload, (gsize)record->length, reader->width, reader->height,
                                  error);
}

static gboolean
has_edits_after (PelJournalReader *reader, gint record)
{
  for (guint i = (guint)(record + 1); i < reader->records->len; i++)
    {
      PelRecordKind kind = g_array_index (reader->records, PelJournalRecord, i).kind;

      if (kind == PEL_RECORD_STEP || kind == PEL_RECORD_MOVE)
        return TRUE;
    }
  return FALSE;
}

/* The record up to which mask files hold everything. */
static gint
last_known (PelJournalReader *reader)
{
  return reader->marker >= 0 ? reader->marker : reader->last_saved;
}

static gboolean
load_state (PelJournalReader *reader,
            PelJournalState *state,
            PelLabels *mask,
            gboolean has_mask,
            GError **error)
{
  g_autoptr (PelLabelMap) map = NULL;
  guint from = 1;

  /* A mask file that is not there was never put in place, or was lost: the journal has it all. */
  state->mask_known = reader->marker >= 0 || !has_mask;
  state->recovered = has_edits_after (reader, has_mask ? last_known (reader) : -1);
  if (reader->marker >= 0)
    {
      from = (guint)reader->marker + 1;
      if (!state->recovered || mask == NULL)
        return replay (reader, state, NULL, 0, error);
      map = pel_label_map_new_from_labels (mask, error);
    }
  else
    map = pel_journal_reader_read_base (reader, error);
  if (map == NULL || !replay (reader, state, map, from, error))
    return FALSE;
  state->labels = pel_label_map_snapshot (map);
  return TRUE;
}

static PelJournalState *
journal_state_new (void)
{
  PelJournalState *state = g_new0 (PelJournalState, 1);

  state->infos = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  state->entries = g_array_new (FALSE, TRUE, sizeof (PelJournalEntry));
  g_array_set_clear_func (state->entries, entry_clear);
  return state;
}

void
pel_journal_state_free (PelJournalState *state)
{
  g_clear_pointer (&state->labels, pel_labels_unref);
  g_hash_table_unref (state->infos);
  g_array_unref (state->entries);
  g_free (state);
}

gboolean
pel_journal_reader_open (PelJournalReader *reader, const char *path, guint width, guint height)
{
  struct stat info;

  *reader = (PelJournalReader){ .width = width, .height = height, .marker = -1, .last_saved = -1 };
  reader->fd = open (path, O_RDWR | O_CLOEXEC);
  if (reader->fd < 0)
    reader->fd = open (path, O_RDONLY | O_CLOEXEC);
  if (reader->fd < 0 || fstat (reader->fd, &info) != 0)
    return FALSE;
  reader->size = info.st_size;
  reader->records = g_array_new (FALSE, FALSE, sizeof (PelJournalRecord));
  return TRUE;
}

void
pel_journal_reader_close (PelJournalReader *reader)
{
  g_clear_pointer (&reader->records, g_array_unref);
  if (reader->fd >= 0)
    close (reader->fd);
}

PelJournalState *
pel_journal_load (const char *path,
                  guint width,
                  guint height,
                  PelLabels *mask,
                  const guint8 *mask_hash,
                  gboolean repair,
                  GError **error)
{
  g_autoptr (PelJournalState) state = journal_state_new ();
  PelJournalReader reader;

  if (!pel_journal_reader_open (&reader, path, width, height))
    {
      pel_journal_reader_close (&reader);
      return g_steal_pointer (&state);
    }
  if (!pel_journal_reader_list (&reader, mask_hash))
    {
      /* Not of this image, or nothing got as far as the disk: out of the way, but not lost. */
      g_autofree char *aside = g_strconcat (path, ".old", NULL);

      pel_journal_reader_close (&reader);
      if (repair && rename (path, aside) != 0)
        g_debug ("%s: cannot be renamed", path);
      return g_steal_pointer (&state);
    }
  drop_torn_records (&reader);
  if (reader.records->len == 0)
    {
      pel_journal_reader_close (&reader);
      if (repair && unlink (path) != 0)
        g_debug ("%s: cannot be removed", path);
      return g_steal_pointer (&state);
    }
  if (repair && reader.end < reader.size &&
      (ftruncate (reader.fd, reader.end) != 0 || fdatasync (reader.fd) != 0))
    g_debug ("%s: cannot be shortened", path);
  state->exists = TRUE;
  if (!load_state (&reader, state, mask, mask_hash != NULL, error))
    {
      pel_journal_reader_close (&reader);
      return NULL;
    }
  pel_journal_reader_close (&reader);
  return g_steal_pointer (&state);
}

gboolean
pel_journal_is_ahead (const char *path, const guint8 *mask_hash)
{
  guint8 head[PEL_JOURNAL_HEADER_SIZE];
  PelJournalReader reader;
  gboolean ahead = FALSE;
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  PelUnpacker in = { head + 8, 8, TRUE, NULL };

  if (fd < 0)
    return FALSE;
  if (read_at (fd, 0, head, sizeof head))
    {
      guint width = pel_unpack_u32 (&in);
      guint height = pel_unpack_u32 (&in);

      if (pel_journal_reader_open (&reader, path, width, height))
        {
          if (pel_journal_reader_list (&reader, mask_hash))
            {
              drop_torn_records (&reader);
              ahead = has_edits_after (&reader, mask_hash != NULL ? last_known (&reader) : -1);
            }
        }
      pel_journal_reader_close (&reader);
    }
  close (fd);
  return ahead;
}
