/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/io/pel-cell-set.h"
#include "engine/measure/pel-label-colour.h"

/* The regions of ImageJ's ROI Manager: a zip archive of .roi files. */

/**
 * pel_roi_zip_write:
 * @path: (type filename): the file to create or replace, atomically
 * @labels: the cells
 * @position: the slice of the stack that they belong to, from 1; 0 for none
 * @cancellable: (nullable): stops it
 * @error: return location for a `GError`
 *
 * Writes a region for each cell, named by its label.
 *
 * Returns: `FALSE` with @error set
 */
gboolean pel_roi_zip_write (const char *path,
                            PelLabels *labels,
                            guint position,
                            GCancellable *cancellable,
                            GError **error);

/**
 * pel_roi_zip_read:
 * @data: the content of a zip archive or of a single .roi file, not trusted
 * @length: its bytes
 * @cancellable: (nullable): polled between regions
 * @error: return location for a `GError`
 *
 * Reads all regions. Other files in the archive are overlooked. What the archive unpacks to is
 * limited.
 *
 * Returns: (transfer full) (nullable): the cells of one image, or `NULL` with
 *   `PEL_ENGINE_ERROR_BAD_FILE`; the message does not name the file
 */
PelCellSet *pel_roi_zip_read (const guint8 *data,
                              gsize length,
                              GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
