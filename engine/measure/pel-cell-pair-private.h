/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/image/pel-labels.h"
#include "engine/measure/pel-cell-errors.h"

/* Private to engine/measure: a prediction beside the truth, as regions numbered from 1. */

/**
 * PelCellPair:
 * @width: columns
 * @height: rows
 * @n_pixels: width x height
 * @predicted: (array length=n_pixels): regions of the prediction, 0 the background
 * @truth: (array length=n_pixels): the same of the truth
 * @known: (nullable): 0 where it is not known whether there is a cell; the caller's
 * @n_known: the other pixels
 * @n_predicted: regions
 * @n_truth: regions
 * @predicted_sizes: (array length=n_predicted+1): pixels of each region, index 0 the background
 * @truth_sizes: the same
 * @overlaps: (element-type PelOverlap): pairs that share pixels
 */
typedef struct
{
  guint width, height;
  gsize n_pixels;
  guint32 *predicted, *truth;
  const guint8 *known;
  gsize n_known;
  guint32 n_predicted, n_truth;
  guint64 *predicted_sizes, *truth_sizes;
  GArray *overlaps;
} PelCellPair;

/* Reads both and counts. FALSE with NO_MEMORY or BAD_SHAPE; clear it in any case. */
gboolean pel_cell_pair_init (PelCellPair *pair,
                             const PelLabels *prediction,
                             const PelLabels *truth,
                             const guint8 *known,
                             GError **error);
void pel_cell_pair_clear (PelCellPair *pair);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PelCellPair, pel_cell_pair_clear)

/* (array length=n_truth+1): the predicted region that each true one matches at this IoU, or 0. */
guint32 *pel_cell_pair_match (const PelCellPair *pair, guint percent, guint32 *n_matched)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * PelCellFinding:
 *
 * An error by the numbers of regions: a true and a predicted one, either 0. A merged or split cell
 * has a finding for each of its partners; @group is the region that they share.
 */
typedef struct
{
  PelCellErrorKind kind;
  guint32 group;
  guint32 truth, predicted;
} PelCellFinding;

/* (transfer full) (element-type PelCellFinding): sorted by kind and group; fills how many errors of
 * each kind there are. @partner: from pel_cell_pair_match() at 50. */
GArray *pel_cell_pair_find (const PelCellPair *pair,
                            const guint32 *partner,
                            guint n_of_kind[PEL_N_CELL_ERROR_KINDS]) G_GNUC_WARN_UNUSED_RESULT;
