/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/image/pel-image.h"
#include "engine/measure/pel-label-colour.h"
#include "engine/measure/pel-measure.h"
#include "engine/segment/pel-contour.h"

/**
 * PelOverlayOptions:
 * @quantity: the quantity that the tags show, in µm where the table is calibrated
 * @show_tags: whether to write it beside the cells
 * @fill: opacity of the cells' fill, 0 to 1
 * @palette: the cells' colours
 */
typedef struct
{
  PelQuantityId quantity;
  gboolean show_tags;
  double fill;
  PelLabelPalette palette;
} PelOverlayOptions;

/**
 * PEL_OVERLAY_OPTIONS_DEFAULT:
 *
 * Initialiser: edges, and the equivalent diameter beside each.
 */
#define PEL_OVERLAY_OPTIONS_DEFAULT                                                                \
  {                                                                                                \
    PEL_QUANTITY_EQUIVALENT_DIAMETER, TRUE, 0, PEL_LABEL_PALETTE_VIVID                             \
  }

/**
 * pel_overlay_render:
 * @image: the image; its contrast is stretched between the 0.5th and the 99.5th percentile
 * @contours: the cells' edges
 * @table: (nullable): what the tags say; none are drawn without it
 * @options: (nullable): what to draw, or %NULL for the defaults
 * @error: return location for a `GError`
 *
 * Draws the cells' edges, in bright colours within a thin dark casing, and their diameters over
 * the image.
 *
 * Returns: (transfer full) (nullable): red, green, blue and alpha of each pixel, row by row, the
 *   size of the image; to be freed with g_free(). %NULL with `PEL_ENGINE_ERROR_UNSUPPORTED`
 *   where the image has more than 32767 pixels either way, or `PEL_ENGINE_ERROR_NO_MEMORY`
 */
guint8 *pel_overlay_render (PelImage *image,
                            const PelContourSet *contours,
                            const PelCellTable *table,
                            const PelOverlayOptions *options,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_overlay_save_svg:
 * @path: (type filename): the file to create or replace, atomically
 * @image: the image; its contrast is stretched as by pel_overlay_render()
 * @contours: the cells' edges
 * @table: (nullable): what the tags say; none are drawn without it
 * @options: (nullable): what to draw, or %NULL for the defaults
 * @error: return location for a `GError`
 *
 * The same picture with edges and tags as vectors, which stay sharp however far they are enlarged,
 * over the image as pixels.
 *
 * Returns: `FALSE` with @error set
 */
gboolean pel_overlay_save_svg (const char *path,
                               PelImage *image,
                               const PelContourSet *contours,
                               const PelCellTable *table,
                               const PelOverlayOptions *options,
                               GError **error);

/**
 * pel_overlay_format_tag:
 * @table: the cells
 * @row: a cell's row
 * @quantity: what to show
 * @with_error: whether to add the uncertainty, where there is one
 *
 * The text of a cell's tag: the value, in µm where the table is calibrated, with no more digits
 * than it deserves, such as `12.4` or `12.4 ± 0.3`.
 *
 * Returns: (transfer full): the text, without a unit; empty where the value is
 */
char *pel_overlay_format_tag (const PelCellTable *table,
                              guint row,
                              PelQuantityId quantity,
                              gboolean with_error) G_GNUC_WARN_UNUSED_RESULT;
