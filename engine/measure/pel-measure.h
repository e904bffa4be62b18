/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/core/pel-pool.h"
#include "engine/image/pel-image.h"
#include "engine/image/pel-labels.h"
#include "engine/measure/pel-definitions.h"
#include "engine/measure/pel-error-scale.h"
#include "engine/measure/pel-quantity.h"

/**
 * PelLabelOrigin:
 * @PEL_LABEL_ORIGIN_UNKNOWN: not known; measured from the probability map where there is one
 * @PEL_LABEL_ORIGIN_HAND: drawn by hand; measured from its label
 * @PEL_LABEL_ORIGIN_MODEL: predicted; measured from the probability map where there is one
 * @PEL_LABEL_ORIGIN_CORRECTED: predicted, then corrected by hand; measured from its label
 *
 * Where a cell's label comes from.
 */
typedef enum
{
  PEL_LABEL_ORIGIN_UNKNOWN,
  PEL_LABEL_ORIGIN_HAND,
  PEL_LABEL_ORIGIN_MODEL,
  PEL_LABEL_ORIGIN_CORRECTED,
} PelLabelOrigin;

/**
 * pel_label_origin_get_name:
 * @origin: an origin
 *
 * Returns: (transfer none): its name in files: `hand`, `model`, `corrected`, or nothing
 */
const char *pel_label_origin_get_name (PelLabelOrigin origin);

/**
 * PelMeasureOptions:
 * @um_x: width of a pixel in µm, 0 where it is not known
 * @um_y: height of a pixel in µm, 0 where it is not known
 * @threshold: probability of the contour that is measured; the one the labels were made with
 * @channel: image channel for the intensities; %PEL_CHANNEL_LUMINANCE fits all images
 * @origins: (nullable): a #PelLabelOrigin for each label, the label being the index
 * @n_origins: number of @origins; labels beyond have @default_origin
 * @default_origin: origin of the labels that @origins does not tell
 * @error_scale: (nullable): how blur becomes the half width of a 68 % interval
 * @least_agreement: a cell of which the contour holds a smaller share than this is measured from
 * its label; 0 for a map that the labels were cut from
 * @definitions: by whose definitions to measure
 */
typedef struct
{
  double um_x, um_y;
  float threshold;
  gint channel;
  const guint8 *origins;
  gsize n_origins;
  PelLabelOrigin default_origin;
  const PelErrorScale *error_scale;
  double least_agreement;
  PelDefinitions definitions;
} PelMeasureOptions;

/**
 * PEL_MEASURE_OPTIONS_DEFAULT:
 *
 * Initialiser: no calibration, threshold 0.5, luminance, origins unknown.
 */
#define PEL_MEASURE_OPTIONS_DEFAULT                                                                \
  {                                                                                                \
    0, 0, 0.5f, PEL_CHANNEL_LUMINANCE, NULL, 0, PEL_LABEL_ORIGIN_UNKNOWN, NULL, 0,                 \
        PEL_DEFINITIONS_PELLICLE                                                                   \
  }

/**
 * PelCellTable:
 *
 * The quantities of every cell of an image: a row per label, by rising label, and a column per
 * quantity. Never changes once made, so any thread may read it; one owner.
 */
typedef struct PelCellTable PelCellTable;

/**
 * pel_measure_cells:
 * @labels: the cells; all pieces of a label count together
 * @image: (nullable): the image, for the intensities; of the same size as @labels
 * @probability: (nullable): foreground probability, as many pixels as @labels, row by row
 * @options: (nullable): how to measure, or %NULL for the defaults
 * @pool: (nullable): threads that share the cells; the result does not depend on them
 * @cancellable: (nullable): polled between cells
 * @error: return location for a `GError`
 *
 * Measures every cell. The definitions stand in the table of quantities. Without @probability,
 * for cells by hand, and for cells whose probability stays below the threshold, area and axes
 * come from the label's pixels, Feret diameters from their corners, and the perimeter from the
 * Crofton formula. Otherwise all of them come from the sub-pixel contour of
 * pel_contours_trace() at the threshold.
 *
 * The uncertainty of a diameter is half of the difference between its values for the contours at
 * probability 0.25 and 0.75, times the model's factor where the options tell it. For these two
 * contours a cell may grow into background: each background pixel of probability 0.25 and more
 * counts to the cell that reaches it in the fewest steps through such pixels, at most 16, so
 * neighbours still stop at each other and at the labels' edge where they touch. A contour that
 * vanishes has diameter 0.
 *
 * By the definitions of other programs every cell is measured from its label's pixels, without
 * uncertainties; @probability then tells the edge confidence only.
 *
 * µm values come from coordinates scaled by @um_x and @um_y.
 *
 * Returns: (transfer full) (nullable): the table, empty where there is no cell, or %NULL with
 *   `PEL_ENGINE_ERROR_BAD_SHAPE`, `PEL_ENGINE_ERROR_NO_MEMORY` or `G_IO_ERROR_CANCELLED`
 */
PelCellTable *pel_measure_cells (const PelLabels *labels,
                                 PelImage *image,
                                 const float *probability,
                                 const PelMeasureOptions *options,
                                 PelPool *pool,
                                 GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

void pel_cell_table_free (PelCellTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelCellTable, pel_cell_table_free)

guint pel_cell_table_get_n_cells (const PelCellTable *self);

/**
 * pel_cell_table_get_label:
 * @self: a table
 * @row: a row, from 0
 *
 * Returns: the label of the cell in that row
 */
guint32 pel_cell_table_get_label (const PelCellTable *self, guint row);

/**
 * pel_cell_table_find:
 * @self: a table
 * @label: a label
 *
 * Returns: the row of that label, or -1
 */
gint pel_cell_table_find (const PelCellTable *self, guint32 label);

/**
 * pel_cell_table_get:
 * @self: a table
 * @row: a row, from 0
 * @id: a quantity
 *
 * Returns: its value in pixels or its only unit; not a number where it is empty
 */
double pel_cell_table_get (const PelCellTable *self, guint row, PelQuantityId id);

/**
 * pel_cell_table_get_um:
 * @self: a table
 * @row: a row, from 0
 * @id: a quantity
 *
 * Returns: its value in µm or µm²; not a number where it is empty, where the image has no
 *   calibration, and for quantities without a length
 */
double pel_cell_table_get_um (const PelCellTable *self, guint row, PelQuantityId id);

/**
 * pel_cell_table_get_origin:
 * @self: a table
 * @row: a row, from 0
 *
 * Returns: where the label comes from, as the options told
 */
PelLabelOrigin pel_cell_table_get_origin (const PelCellTable *self, guint row);

/**
 * pel_cell_table_get_bounds:
 * @self: a table
 * @row: a row, from 0
 *
 * Returns: (transfer none): the smallest block with all pixels of the label
 */
const PelRect *pel_cell_table_get_bounds (const PelCellTable *self, guint row);

/**
 * pel_cell_table_get_definitions:
 * @self: a table
 *
 * Returns: by whose definitions it was measured
 */
PelDefinitions pel_cell_table_get_definitions (const PelCellTable *self);

/**
 * pel_cell_table_get_calibration:
 * @self: a table
 * @um_x: (out) (optional): width of a pixel in µm, 0 where it is not known
 * @um_y: (out) (optional): height of a pixel in µm, 0 where it is not known
 *
 * Returns: whether both are known
 */
gboolean pel_cell_table_get_calibration (const PelCellTable *self, double *um_x, double *um_y);
