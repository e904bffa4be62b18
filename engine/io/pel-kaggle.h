/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/io/pel-cell-set.h"
#include "engine/io/pel-csv.h"

/* Cells as the run lengths of the Data Science Bowl 2018: a table with the columns ImageId and
 * EncodedPixels, a row for each cell, `start length start length …`, pixels counted from 1 down the
 * columns. */

/* Writes the heading. */
void pel_kaggle_write_header (PelCsv *csv);

/**
 * pel_kaggle_write:
 * @csv: a table with its heading
 * @image_id: the image's name
 * @labels: its cells, which get a row each by rising label
 * @cancellable: (nullable): stops it
 * @error: return location for a `GError`
 *
 * An image without cells gets one row without runs, so that it is not missed.
 *
 * Returns: `FALSE` with @error set
 */
gboolean pel_kaggle_write (PelCsv *csv,
                           const char *image_id,
                           PelLabels *labels,
                           GCancellable *cancellable,
                           GError **error);

/**
 * pel_kaggle_read:
 * @data: the file's content, not trusted
 * @length: its bytes
 * @error: return location for a `GError`
 *
 * The table does not tell how large the images are. Other columns are overlooked.
 *
 * Returns: (transfer full) (nullable): the cells by image, or `NULL` with
 *   `PEL_ENGINE_ERROR_BAD_FILE`; the message does not name the file
 */
PelCellSet *pel_kaggle_read (const char *data, gsize length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
