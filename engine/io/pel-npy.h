/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/io/pel-cell-set.h"

/* Label images in NumPy's container, above all Cellpose's NAME_seg.npy. */

/**
 * pel_npy_write_seg:
 * @path: (type filename): the file to create or replace, atomically
 * @labels: the cells
 * @image_path: (type filename) (nullable): the image that Cellpose is to open with them
 * @cancellable: (nullable): stops it
 * @error: return location for a `GError`
 *
 * Writes the labels as Cellpose's GUI saves them: a dictionary with the masks, their outlines and
 * what else the GUI looks for, pickled by protocol 3 with the constructors of NumPy alone.
 *
 * Returns: `FALSE` with @error set
 */
gboolean pel_npy_write_seg (const char *path,
                            PelLabels *labels,
                            const char *image_path,
                            GCancellable *cancellable,
                            GError **error);

/**
 * pel_npy_read:
 * @data: the file's content, not trusted
 * @length: its bytes
 * @error: return location for a `GError`
 *
 * Reads the masks of a `_seg.npy`, or a plain array of labels. Two dimensions are one page, three
 * are pages. Nothing in the file is carried out: see pel_pickle_read().
 *
 * Returns: (transfer full) (nullable): the cells, or `NULL` with `PEL_ENGINE_ERROR_BAD_FILE`,
 *   `PEL_ENGINE_ERROR_UNSUPPORTED` or `PEL_ENGINE_ERROR_NO_MEMORY`; the message does not name the
 *   file
 */
PelCellSet *pel_npy_read (const guint8 *data, gsize length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
