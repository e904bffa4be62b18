/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-journal.h"

G_BEGIN_DECLS

typedef enum
{
  PEL_RECORD_BASE = 1,
  PEL_RECORD_STEP = 2,
  PEL_RECORD_MOVE = 3,
  PEL_RECORD_SAVED = 4,
  PEL_RECORD_DROPPED = 5,
} PelRecordKind;

#define PEL_JOURNAL_MAGIC "PELJRNL1"
#define PEL_JOURNAL_HEADER_SIZE 16
#define PEL_RECORD_MAGIC "PJR1"
#define PEL_RECORD_HEADER_SIZE 32
/* No single edit of the largest image we open takes more. */
#define PEL_RECORD_MAX_SIZE (G_GUINT64_CONSTANT (1) << 32)

void pel_pack_u32 (GByteArray *out, guint32 value);
void pel_pack_u64 (GByteArray *out, guint64 value);
void pel_pack_bytes (GByteArray *out, const void *data, gsize length); /* length first */

/* Reads packed values; after the first that does not fit, `good` is FALSE and all read as 0. What
 * is deflated comes from @source piece by piece: @data and @left are only what is there of it. */
typedef struct
{
  const guint8 *data;
  gsize left;
  gboolean good;
  struct PelInflater *source; /* nullable */
} PelUnpacker;

guint32 pel_unpack_u32 (PelUnpacker *in);
guint64 pel_unpack_u64 (PelUnpacker *in);
const guint8 *pel_unpack_bytes (PelUnpacker *in, gsize *length);

/* Payloads. Packing may take long; unpacking checks everything. */
GByteArray *pel_journal_pack_base (PelLabels *labels) G_GNUC_WARN_UNUSED_RESULT;
PelLabelMap *pel_journal_unpack_base (const guint8 *data,
                                      gsize length,
                                      guint width,
                                      guint height,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
GByteArray *pel_journal_pack_step (const PelJournalStep *step) G_GNUC_WARN_UNUSED_RESULT;
PelJournalStep *pel_journal_unpack_step (const guint8 *data,
                                         gsize length,
                                         PelJournalSides sides,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The name alone, which stands uncompressed in front. */
char *pel_journal_unpack_step_name (const guint8 *data, gsize length) G_GNUC_WARN_UNUSED_RESULT;

/* A record by its header. */
typedef struct
{
  PelRecordKind kind;
  goffset offset; /* of the header */
  guint64 length; /* of the payload */
  guint position;
} PelJournalRecord;

/* A journal opened to be read. */
typedef struct
{
  int fd;
  goffset size;
  guint width, height;
  GArray *records; /* of PelJournalRecord */
  goffset end;     /* where the good part ends */
  gint marker;     /* the last record that names the mask file, or -1 */
  gint last_saved; /* the last record that names any mask file, or -1 */
} PelJournalReader;

/* To be closed whatever is returned. */
gboolean pel_journal_reader_open (PelJournalReader *reader,
                                  const char *path,
                                  guint width,
                                  guint height);
void pel_journal_reader_close (PelJournalReader *reader);
/* Lists the records by their headers, as far as these make sense. @mask_hash: (nullable) */
gboolean pel_journal_reader_list (PelJournalReader *reader, const guint8 *mask_hash);
/* (transfer full) (nullable): the payload, where header and checksum are right */
guint8 *pel_journal_reader_read (PelJournalReader *reader, const PelJournalRecord *record);
/* The mask before the first step. */
PelLabelMap *pel_journal_reader_read_base (PelJournalReader *reader, GError **error);
void pel_journal_apply_tiles (PelLabelMap *map, const PelJournalStep *step, gboolean forward);
/* Appends a record to @out. @payload: (nullable) */
void pel_journal_pack_record (GByteArray *out,
                              PelRecordKind kind,
                              guint position,
                              const guint8 *payload,
                              gsize length);
gboolean pel_journal_write_all (int fd, const guint8 *data, gsize length);
gboolean pel_journal_sync_folder_of (const char *path);

void pel_journal_set_damaged (GError **error);
guint64 pel_journal_checksum (const guint8 *header, const guint8 *payload, gsize length);

G_END_DECLS
