/* SPDX-License-Identifier: MIT */
#pragma once

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
 * PelUndoStep:
 * @ref_count: main thread only
 * @name: for people
 * @resident: whether @tiles and @infos are in memory
 * @tiles, @infos: what to swap with the mask
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
  gsize bytes;
  goffset offset;
  gsize length;
} PelUndoStep;

PelUndoStep *pel_undo_step_new (const char *name) G_GNUC_WARN_UNUSED_RESULT;
/* A step that is in the journal only. */
PelUndoStep *pel_undo_step_new_on_disk (const char *name, goffset offset, gsize length)
    G_GNUC_WARN_UNUSED_RESULT;
PelUndoStep *pel_undo_step_ref (PelUndoStep *step);
void pel_undo_step_unref (PelUndoStep *step);
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
} PelUndoStore;

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
