/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/io/pel-cell-set.h"

/* Masks as run lengths in the order of columns: what COCO and Kaggle keep them as. */

/**
 * PelRunCell:
 * @label: a label
 * @n_pixels: its pixels
 * @bounds: the smallest block around them
 * @first_run: index of its first run
 * @n_runs: number of its runs
 */
typedef struct
{
  guint32 label;
  guint64 n_pixels;
  PelRect bounds;
  gsize first_run, n_runs;
} PelRunCell;

/**
 * PelRunIndex:
 *
 * The runs of every cell of a label image, found in one pass. Runs that meet across the foot of a
 * column and the head of the next are one. One owner; any thread may read it.
 */
typedef struct PelRunIndex PelRunIndex;

/**
 * pel_run_index_new:
 * @labels: labels
 * @cancellable: (nullable): polled between columns of tiles
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): the runs, or `NULL` with `PEL_ENGINE_ERROR_NO_MEMORY` or
 *   `G_IO_ERROR_CANCELLED`
 */
PelRunIndex *pel_run_index_new (const PelLabels *labels, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void pel_run_index_free (PelRunIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelRunIndex, pel_run_index_free)

/* (transfer none): the cells, by rising label */
const PelRunCell *pel_run_index_get_cells (const PelRunIndex *self, guint *n_cells);
/* (transfer none): a cell's runs, rising */
const PelCellRun *pel_run_index_get_runs (const PelRunIndex *self, const PelRunCell *cell);

/**
 * pel_rle_pack:
 * @counts: lengths in turn of what is outside and inside, beginning outside
 * @n_counts: their number
 *
 * Packs counts into text as COCO does: each is written in groups of five bits, the lowest first,
 * as a character from `0` on, with a sixth bit where more follow; from the fourth on it is the
 * difference to the count before the last.
 *
 * Returns: (transfer full): the text
 */
char *pel_rle_pack (const guint64 *counts, gsize n_counts) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_rle_unpack:
 * @text: packed counts
 * @counts: (element-type guint64): where they are appended
 *
 * Returns: whether @text is sound
 */
gboolean pel_rle_unpack (const char *text, GArray *counts);
