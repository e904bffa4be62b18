/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/image/pel-labels.h"
#include "engine/segment/pel-components.h"

/**
 * PelLabelRun:
 * @label: the label
 * @y: row
 * @x0: first column
 * @x1: the column after the last
 *
 * Pixels of one label side by side in a row.
 */
typedef struct
{
  guint32 label;
  gint32 y, x0, x1;
} PelLabelRun;

/**
 * PelLabelEntry:
 * @label: a label
 * @runs: its pixels, in reading order
 * @n_runs: number of runs
 * @n_pixels: number of pixels
 * @bounds: the smallest block with all of them
 */
typedef struct
{
  guint32 label;
  const PelLabelRun *runs;
  guint n_runs;
  guint64 n_pixels;
  PelRect bounds;
} PelLabelEntry;

/**
 * PelLabelIndex:
 *
 * Where each label's pixels are: found in one pass over the image, so that work on a cell
 * costs the cell's pixels and not the image's. One owner; any thread may read it.
 */
typedef struct PelLabelIndex PelLabelIndex;

/**
 * pel_label_index_new:
 * @labels: labels
 * @area: (nullable): look only here
 * @label: the one label to look for, or 0 for all
 * @cancellable: (nullable): polled between rows
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): the index, or %NULL with `PEL_ENGINE_ERROR_NO_MEMORY` or
 *   `G_IO_ERROR_CANCELLED`
 */
PelLabelIndex *pel_label_index_new (const PelLabels *labels,
                                    const PelRect *area,
                                    guint32 label,
                                    GCancellable *cancellable,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

void pel_label_index_free (PelLabelIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelLabelIndex, pel_label_index_free)

/**
 * pel_label_index_get_entries:
 * @self: an index
 * @n_entries: (out): number of labels
 *
 * Returns: (transfer none) (array length=n_entries): the labels, rising
 */
const PelLabelEntry *pel_label_index_get_entries (const PelLabelIndex *self, guint *n_entries);

/**
 * pel_label_index_find:
 * @self: an index
 * @label: a label
 *
 * Returns: (transfer none) (nullable): its entry
 */
const PelLabelEntry *pel_label_index_find (const PelLabelIndex *self, guint32 label);

/**
 * PelLabelPieces:
 * @order: the entry's runs piece by piece, those of a piece in reading order
 * @ends: for each piece the number of runs up to and with its last
 * @n_pieces: number of pieces
 *
 * How a label falls apart. Zero-initialise, use for any number of entries, clear at the end.
 */
typedef struct
{
  guint *order;
  guint *ends;
  guint n_pieces;
  gsize room;
} PelLabelPieces;

/**
 * pel_label_pieces_find:
 * @self: where to put the pieces; earlier ones are forgotten
 * @entry: a label
 * @connectivity: what belongs to one piece
 * @error: return location for a `GError`
 *
 * Numbers the pieces of a label by their first pixel in reading order.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_NO_MEMORY`
 */
gboolean pel_label_pieces_find (PelLabelPieces *self,
                                const PelLabelEntry *entry,
                                PelConnectivity connectivity,
                                GError **error);

void pel_label_pieces_clear (PelLabelPieces *self);
