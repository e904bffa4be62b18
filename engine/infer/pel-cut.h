/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>
#include "engine/image/pel-labels.h"
#include "engine/segment/pel-separator.h"

/**
 * PelCutOptions:
 * @threshold: foreground probability from which a pixel belongs to a cell, 0 to 1
 * @min_size: cells of fewer pixels are left out
 * @min_share: cells smaller than this share of the image's typical cell are left out, 0 to 1. The
 *   typical cell is the one that the median pixel of all cells lies in, so that no number of
 *   fragments makes itself typical
 * @separation: how readily touching cells are split, as in #PelSegmentOptions and for
 *   pel_flow_cut_cells()
 * @by_form: pel_cut_cells_by_form() may choose the last two by the form of the cells
 * @apart: a line of background is left between cells that touch, as pel_cells_set_apart() does
 * @separator: what the planes are by which cells are parted
 *
 * How what a model tells becomes cells.
 */
typedef struct
{
  double threshold;
  guint min_size;
  double min_share;
  double separation;
  gboolean by_form;
  gboolean apart;
  PelSeparator separator;
} PelCutOptions;

/**
 * pel_cut_cells:
 * @foreground: probabilities, row by row
 * @parting: (nullable): what parts touching cells, as @options' separator has it: probabilities of
 *   lying between them, or flows, down and then right; %NULL where nothing does
 * @width: columns
 * @height: rows
 * @options: how to cut
 * @cancellable: (nullable): stops the work
 * @error: return location for a `GError`
 *
 * pel_segment_cells() or pel_flow_cut_cells(); then cells are set apart and fragments are left out
 * by @min_share, as told.
 *
 * Returns: (transfer full) (nullable): the cells, numbered from 1, or %NULL with
 *   `G_IO_ERROR_CANCELLED` or `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
PelLabels *pel_cut_cells (const float *foreground,
                          const float *parting,
                          guint width,
                          guint height,
                          const PelCutOptions *options,
                          GCancellable *cancellable,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_cut_options_stretch:
 * @options: how to cut cells that are about round
 *
 * Changes them to what suits stretched and star-shaped cells: their thin ends touch in many places,
 * so all that the border tells is believed, and what is cut off of ends is left out.
 */
void pel_cut_options_stretch (PelCutOptions *options);

/**
 * pel_cut_cells_by_form:
 * @foreground: as for pel_cut_cells()
 * @parting: (nullable): as for pel_cut_cells()
 * @width: columns
 * @height: rows
 * @options: (inout): how to cut; changed to what was done, and @by_form to whether it was that
 * @cancellable: (nullable): stops the work
 * @error: return location for a `GError`
 *
 * As pel_cut_cells(). With @by_form, cells that come out far from round are cut once more as
 * pel_cut_options_stretch() says, unless flows part them, which serve all forms alike.
 *
 * Returns: (transfer full) (nullable): the cells, or %NULL as pel_cut_cells()
 */
PelLabels *pel_cut_cells_by_form (const float *foreground,
                                  const float *parting,
                                  guint width,
                                  guint height,
                                  PelCutOptions *options,
                                  GCancellable *cancellable,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_cut_drop_fragments:
 * @labels: cells
 * @min_share: as in #PelCutOptions
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): @labels without cells that are small beside the typical one,
 *   the others renumbered from 1 in their order; or %NULL with `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
PelLabels *pel_cut_drop_fragments (PelLabels *labels, double min_share, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
