/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "app/document/pel-document-types.h"
#include "engine/image/pel-label-map.h"

G_BEGIN_DECLS

/* The journal of one image: a file to which every edit is appended and synced at once. It is the
 * undo history on disk, and what brings back the work after a crash.
 *
 * It begins with "PELJRNL1" and the image's width and height, then records: a header of 32 bytes
 * (mark "PJR1", kind, payload length, number of steps done after the record, two zero bytes kept
 * for later, and an FNV-1a checksum of all of these and the payload), then the payload. All numbers
 * are little endian. Kinds: base (the whole mask as it was before the first step), step (name, and
 * compressed: every tile and cell record before and after), move (an undo or redo; no payload),
 * saved (SHA-256 of the mask file that holds the state reached here; written before that file is
 * put in place) and dropped (so many steps were before the first one here; no payload). The state
 * is found from the mask file where its hash is in one of the saved records, plus what follows that
 * record; else from the base and all steps.
 *
 * Plain functions without state: any thread, one at a time for one file. */

#define PEL_JOURNAL_HASH_SIZE 32

typedef struct
{
  guint tile;
  PelLabelTile *before, *after;
} PelJournalTile;

typedef struct
{
  guint32 label;
  gboolean had_before, has_after;
  PelCellInfo before, after;
} PelJournalInfo;

/* Both sides of a step. */
typedef struct
{
  char *name;
  GArray *tiles; /* of PelJournalTile */
  GArray *infos; /* of PelJournalInfo */
} PelJournalStep;

PelJournalStep *pel_journal_step_new (const char *name) G_GNUC_WARN_UNUSED_RESULT;
void pel_journal_step_free (PelJournalStep *step);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelJournalStep, pel_journal_step_free)

/**
 * pel_journal_append_step:
 * @path: the journal; made where it is not there, and then @base is written first
 * @base: the mask before the step
 * @base_hash: (nullable): the hash of the mask file that holds @base, where there is one
 * @step: what was done
 * @position: how many steps are done now
 * @offset: (out): where the record is
 * @length: (out): its length
 * @error: return location for an error
 *
 * Returns: %TRUE where the record is on disk for good; else the file is as it was
 */
gboolean pel_journal_append_step (const char *path,
                                  PelLabels *base,
                                  const guint8 *base_hash,
                                  const PelJournalStep *step,
                                  guint position,
                                  goffset *offset,
                                  gsize *length,
                                  GError **error);
gboolean pel_journal_append_move (const char *path, guint position, GError **error);
/* @hash: PEL_JOURNAL_HASH_SIZE bytes. Does nothing where there is no journal. */
gboolean pel_journal_append_saved (const char *path,
                                   const guint8 *hash,
                                   guint position,
                                   GError **error);

/* Of a step's tiles: what was there before it, and what it made of them. */
typedef enum
{
  PEL_JOURNAL_BEFORE = 1 << 0,
  PEL_JOURNAL_AFTER = 1 << 1,
  PEL_JOURNAL_BOTH = PEL_JOURNAL_BEFORE | PEL_JOURNAL_AFTER,
} PelJournalSides;

/* @sides: which tiles are wanted; the others are %NULL, and take no memory */
PelJournalStep *pel_journal_read_step (const char *path,
                                       goffset offset,
                                       gsize length,
                                       PelJournalSides sides,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct
{
  char *name;
  goffset offset;
  gsize length;
} PelJournalEntry;

/**
 * PelJournalState:
 * @exists: whether there is a journal of this size
 * @mask_known: whether the mask file's hash is in the journal, or there is no such file; otherwise
 *   someone else wrote it
 * @recovered: whether the state holds edits that the mask file lacks
 * @labels: (nullable): the state; %NULL where it is that of the mask file
 * @infos: changes to cell records since the mask file was saved: label → PelJournalInfo
 * @entries: (element-type PelJournalEntry): the history
 * @position: how many of it are done
 * @n_dropped: how many older steps there were that are no longer kept
 */
typedef struct
{
  gboolean exists;
  gboolean mask_known;
  gboolean recovered;
  PelLabels *labels;
  GHashTable *infos;
  GArray *entries;
  guint position;
  guint n_dropped;
} PelJournalState;

void pel_journal_state_free (PelJournalState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelJournalState, pel_journal_state_free)

/**
 * pel_journal_load:
 * @path: the journal, not trusted
 * @width: the image's size
 * @height: the image's size
 * @mask: (nullable): what the mask file holds
 * @mask_hash: (nullable): the hash of that file
 * @repair: whether to cut off a record that a crash left half written
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): what the journal tells; %NULL for errors of reading
 */
PelJournalState *pel_journal_load (const char *path,
                                   guint width,
                                   guint height,
                                   PelLabels *mask,
                                   const guint8 *mask_hash,
                                   gboolean repair,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * PEL_JOURNAL_MAX_BYTES:
 *
 * What the steps of one image may take on disk before the oldest are dropped.
 */
#define PEL_JOURNAL_MAX_BYTES (G_GUINT64_CONSTANT (2) << 30)

/**
 * pel_journal_compact:
 * @path: the journal; nobody may append to it meanwhile
 * @width: the image's size
 * @height: the image's size
 * @mask_hash: (nullable): the hash of the mask file
 * @max_bytes: what the steps may take, usually %PEL_JOURNAL_MAX_BYTES
 * @n_dropped: (out): how many steps were dropped just now
 * @error: return location for an error
 *
 * Writes the journal anew, and shorter, where more than half of it belongs to steps that were
 * undone and painted over, and that is worth it; or where its steps take more than @max_bytes: then
 * the oldest are dropped, never one that is undone at the moment. Only a journal that ends with the
 * mask file is touched, since then that file alone holds the work. The new file takes the old one's
 * place at once or not at all.
 *
 * Returns: %FALSE for errors of reading or writing; the journal is as it was then
 */
gboolean pel_journal_compact (const char *path,
                              guint width,
                              guint height,
                              const guint8 *mask_hash,
                              guint64 max_bytes,
                              guint *n_dropped,
                              GError **error);
/* Whether the journal ends with something else than a saved record of this hash: work to be put
 * back. */
gboolean pel_journal_is_ahead (const char *path, const guint8 *mask_hash);

/* SHA-256 of a file; FALSE where it cannot be read. */
gboolean pel_journal_hash_file (const char *path, guint8 *hash, GError **error);

G_END_DECLS
