/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-mask.h"
#include "app/document/pel-undo-private.h"

G_BEGIN_DECLS

#define LABEL_KEY(label) GUINT_TO_POINTER (label)

/* How many pixels a label has, and in which block of tiles all of them are: it may be larger than
 * need be, since erasing does not shrink it. */
typedef struct
{
  gsize n;
  PelRect tiles;
} PelLabelCount;

struct _PelMask
{
  GObject parent_instance;

  PelLabelMap *map;
  GHashTable *counts; /* label → PelLabelCount; only labels that have pixels */
  GHashTable *infos;  /* label → PelCellInfo */
  guint32 max_label;
  gboolean max_known;
  guint64 revision;
  guint64 state; /* grows with every step, also those that leave the pixels alone */

  /* The open stroke: what was there before it, and whom it touched. */
  gboolean in_stroke;
  char *stroke_name;
  GHashTable *saved_tiles; /* tile index → PelLabelTile */
  GHashTable *saved_infos; /* label → PelStepInfo */
  GHashTable *touched;     /* label → whether it existed before (0 or 1) */
  GHashTable *explicit;    /* labels whose record was set in the stroke */
  guint32 last_touched;
  gboolean written, written_twice; /* anything; labels of more than one kind */
  guint32 written_label;
  guint n_cells_before;

  /* Tiles of ended strokes that may be stored in less; done while the loop is idle. */
  GHashTable *loose; /* tile index */
  guint compact_source;
};

/* For the files of the mask alone. */
void pel_mask_touch_label (PelMask *self, guint32 label);
void pel_mask_save_tile (PelMask *self, guint tile);
/* Pixels of other labels become @label. As long as a stroke writes one label only, what it wrote on
 * is different for certain. */
void pel_mask_note_written (PelMask *self, guint32 label);
void pel_mask_note_count (PelMask *self, guint32 label, gssize n, const PelRect *tiles);
void pel_mask_emit_changed (PelMask *self, const PelRect *area);
PelRect pel_mask_full_area (PelMask *self);
PelRect pel_mask_tile_area (PelMask *self, guint tile);
GHashTable *pel_label_counts_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* @tiles: where the pixels are, in tiles; of no account where @n is negative */
void pel_label_counts_add (GHashTable *counts, guint32 label, gssize n, const PelRect *tiles);
/* @touched: (nullable): gets every label met, with whether it existed before */
void pel_label_counts_add_tile (GHashTable *counts,
                                const PelLabelTile *tile,
                                gint tile_x,
                                gint tile_y,
                                gssize sign,
                                GHashTable *touched);

/* How many pixels each label has, and where; made in any thread. Label → PelLabelCount. */
GHashTable *pel_labels_count (const PelLabels *labels) G_GNUC_WARN_UNUSED_RESULT;

/* @counts: (transfer full): of @labels; @infos: (nullable) (transfer full): label → PelCellInfo */
PelMask *pel_mask_new_counted (PelLabels *labels, GHashTable *counts, GHashTable *infos)
    G_GNUC_WARN_UNUSED_RESULT;
/* Swaps what a step holds with what the mask holds. */
void pel_mask_swap_step (PelMask *self, PelUndoStep *step);
/* (transfer none): label → PelCellInfo; what is not there is as pel_cell_info_init() says */
GHashTable *pel_mask_peek_infos (PelMask *self);
gboolean pel_mask_has_tile (PelMask *self, guint tile);
/* (transfer full): the tile as it is now */
PelLabelTile *pel_mask_ref_tile (PelMask *self, guint tile) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
