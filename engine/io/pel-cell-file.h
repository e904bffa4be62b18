/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/io/pel-cell-set.h"

/**
 * PelCellFileFormat:
 * @PEL_CELL_FILE_UNKNOWN: none of them
 * @PEL_CELL_FILE_ROI: ImageJ's regions, in a zip archive or single
 * @PEL_CELL_FILE_GEOJSON: GeoJSON features, as QuPath writes them
 * @PEL_CELL_FILE_COCO: COCO instances
 * @PEL_CELL_FILE_KAGGLE: run lengths in a table
 * @PEL_CELL_FILE_NPY: Cellpose's masks, or an array of NumPy
 *
 * Files of cells that are no pictures. Label images, Cellpose's `_cp_masks` among them, are read by
 * pel_labels_load().
 */
typedef enum
{
  PEL_CELL_FILE_UNKNOWN,
  PEL_CELL_FILE_ROI,
  PEL_CELL_FILE_GEOJSON,
  PEL_CELL_FILE_COCO,
  PEL_CELL_FILE_KAGGLE,
  PEL_CELL_FILE_NPY,
} PelCellFileFormat;

/**
 * pel_cell_file_is_candidate:
 * @path: (type filename): a path
 *
 * Returns: whether its name ends like that of a file of cells
 */
gboolean pel_cell_file_is_candidate (const char *path);

/**
 * pel_cell_file_get_stem:
 * @path: (type filename): a file of cells
 *
 * The name of the image that a file for one image goes with: without folder and ending, and without
 * `_seg`, `_rois`, `_cp_masks` and the like.
 *
 * Returns: (transfer full): the name
 */
char *pel_cell_file_get_stem (const char *path) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_cell_file_recognise:
 * @data: the beginning of a file, or all of it
 * @length: its bytes
 *
 * Returns: its format, judged by its content
 */
PelCellFileFormat pel_cell_file_recognise (const guint8 *data, gsize length);

/**
 * pel_cell_file_parse:
 * @data: a file's content, not trusted
 * @length: its bytes
 * @format: what it is
 * @cancellable: (nullable): stops it
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): its cells, at least one image of them; or `NULL` with an
 *   error of one sentence that does not name the file
 */
PelCellSet *pel_cell_file_parse (const guint8 *data,
                                 gsize length,
                                 PelCellFileFormat format,
                                 GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_cell_file_read:
 * @path: (type filename): a file of cells, not trusted
 * @cancellable: (nullable): stops it
 * @error: return location for a `GError`
 *
 * Recognises the format by the content and reads it.
 *
 * Returns: (transfer full) (nullable): the cells, or `NULL` with an error of one sentence that
 *   names the file
 */
PelCellSet *pel_cell_file_read (const char *path, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
