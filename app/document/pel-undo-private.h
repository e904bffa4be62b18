/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-journal.h"
#include "app/document/pel-undo.h"
#include "engine/image/pel-label-map.h"

G_BEGIN_DECLS

/* One tile that a step replaced. `other` is what the mask does not hold at the moment. */
typedef struct
{
  guint tile;
  PelLabelTile *other;
} PelStepTile;

/* The same for what is known of a cell; `had` tells whether there is a record at all. */
typedef struct
{
  guint32 label;
  gboolean had;
  PelCellInfo info;
} PelStepInfo;

/**
 * PelStepWhole:
 * @labels: the labels that the mask does not hold at the moment
 * @counts: their pixels: label → PelLabelCount
 * @infos: label → PelCellInfo, all of them
 * @area: where the two differ
 * @bytes: of the tiles that only @labels holds
 * @bytes_now: of those that only the mask holds
 * @content: (nullable): both sides tile by tile, until the journal takes it
 *
 * What a step over the whole image exchanges, so that it costs the same for any number of tiles.
 * History is a line: a mask that is about to undo or redo the step is what it was when it was made.
 */
typedef struct
{
  PelLabels *labels;
  GHashTable *counts;
  GHashTable *infos;
  PelRect area;
  gsize bytes, bytes_now;
  PelJournalStep *content;
} PelStepWhole;

void pel_step_whole_free (PelStepWhole *whole);

/**
 * PelUndoStep:
 * @ref_count: main thread only
 * @name: for people
 * @resident: whether @tiles and @infos are in memory
 * @tiles, @infos: what to swap with the mask
 * @whole: (nullable): the same for a step over the whole image; @tiles and @infos are empty then
 * @bytes: memory that they take
 * @offset, @length: the step's record in the journal; @length 0 while there is none
 */
typedef struct
{
  guint ref_count;
  char *name;
  gboolean resident;
  GArray *tiles;
  GArray *infos;
  PelStepWhole *whole;
  gsize bytes;
  goffset offset;
  gsize length;
} PelUndoStep;

PelUndoStep *pel_undo_step_new (const char *name) G_GNUC_WARN_UNUSED_RESULT;
/* A step that is in the journal only. */
PelUndoStep *pel_undo_step_new_on_disk (const char *name, goffset offset, gsize length)
    G_GNUC_WARN_UNUSED_RESULT;
/* @whole: (transfer full): what becomes of the mask */
PelUndoStep *pel_undo_step_new_whole (const char *name, PelStepWhole *whole)
    G_GNUC_WARN_UNUSED_RESULT;
void pel_undo_step_set_whole (PelUndoStep *step, PelStepWhole *whole);
PelUndoStep *pel_undo_step_ref (PelUndoStep *step);
void pel_undo_step_unref (PelUndoStep *step);
/* From here on it is only on disk. */
void pel_undo_step_spill (PelUndoStep *step);
void pel_undo_step_add_tile (PelUndoStep *step, guint tile, PelLabelTile *other);
void pel_undo_step_add_info (PelUndoStep *step,
                             guint32 label,
                             gboolean had,
                             const PelCellInfo *info);

/* Where steps go that must outlive memory. Called on the main thread. */
typedef struct
{
  /* A step was made; the mask already holds its result. */
  void (*pushed) (PelUndo *undo, PelUndoStep *step, gpointer data);
  void (*moved) (PelUndo *undo, guint position, gpointer data);
  /* Fills a step that is not resident with what undoing (or redoing) it needs. */
  gboolean (
      *read) (PelUndo *undo, PelUndoStep *step, gboolean for_undo, gpointer data, GError **error);
  /* (transfer full) (nullable): the file where steps are kept, to be read in a thread */
  char *(*dup_path) (PelUndo *undo, gpointer data);
} PelUndoStore;

struct _PelUndo
{
  GObject parent_instance;

  PelMask *mask;
  GPtrArray *steps; /* of PelUndoStep */
  guint position;   /* how many of them are done */
  gsize budget;
  guint n_dropped;
  guint n_just_dropped;
  const PelUndoStore *store;
  gpointer store_data;
  gboolean walking;   /* pel_undo_go_to_async() */
  gsize small_record; /* what is on disk in fewer bytes is read on the spot */
  gboolean untold;    /* the journal does not know where the history is */
};

/* One step, without telling the journal; pel_undo_moved() tells it of all of them. */
gboolean pel_undo_move_by_one (PelUndo *self, gboolean for_undo, GError **error);
void pel_undo_moved (PelUndo *self);

void pel_undo_set_store (PelUndo *self, const PelUndoStore *store, gpointer data);
void pel_undo_push (PelUndo *self, PelUndoStep *step);
/* A history as it was found on disk. */
void pel_undo_restore (PelUndo *self,
                       GPtrArray *steps,
                       guint position,
                       guint n_dropped,
                       guint n_just_dropped);
/* To be called when a step has got its place in the journal. */
void pel_undo_trim (PelUndo *self);

G_END_DECLS
