/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/io/pel-cell-set.h"

/**
 * PelImportTarget:
 * @name: what the image is called, `a_p003` for a page of a stack
 * @stem: what its file is called, without folder and extension
 * @page: from 1 for a page of a stack; 0 for an image of one page
 * @width: its columns
 * @height: its rows
 * @is_open: it gets the cells of a file that names no image and has the name of none
 *
 * An image that cells can be given to.
 */
typedef struct
{
  char *name;
  char *stem;
  guint page;
  guint width, height;
  gboolean is_open;
} PelImportTarget;

void pel_import_target_free (PelImportTarget *target);

/**
 * PelImportFound:
 * @path: the file that the cells come from
 * @name: the image that they belong to
 * @target: its index among the targets, or -1 where there are none
 * @labels: the cells
 * @drawing: what became of them
 */
typedef struct
{
  const char *path;
  const char *name;
  gint target;
  PelLabels *labels;
  const PelCellDrawing *drawing;
} PelImportFound;

/* Takes what was found for an image; FALSE with @error set ends the reading of the file. */
typedef gboolean (*PelImportFunc) (const PelImportFound *found, gpointer data, GError **error);

/**
 * pel_importer_list_files:
 * @paths: (array zero-terminated=1): files and folders
 * @error: return location for a `GError`
 *
 * Lists what may hold cells: the files named, and those in the folders named whose name ends like
 * that of a label image or of one of the formats.
 *
 * Returns: (transfer full) (element-type filename) (nullable): the files, at least one
 */
GPtrArray *pel_importer_list_files (char **paths, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_importer_read:
 * @path: (type filename): a label image, or a file of cells of another program; not trusted
 * @targets: (nullable) (element-type PelImportTarget): the images; `NULL` to take what the file
 *   tells of its images, where it tells their size
 * @func: (scope call): gets the cells, image by image
 * @data: for @func
 * @warnings: (element-type utf8): receives a sentence for whatever was left out
 * @cancellable: (nullable): stops it
 * @error: return location for a `GError`
 *
 * Reads a file and finds the images that its cells belong to: by the names in it, or where it holds
 * the cells of one image, by its own name without what programs add (`_seg`, `_rois`, …). Cells
 * that name a page go to that page of a stack. A single file for a single image belongs to it
 * whatever both are called, and so does one for the image that is open.
 *
 * Returns: whether it was read; otherwise an error of one sentence that names the file. A file
 *   without cells for any of the images is told by a warning
 */
gboolean pel_importer_read (const char *path,
                            GPtrArray *targets,
                            PelImportFunc func,
                            gpointer data,
                            GPtrArray *warnings,
                            GCancellable *cancellable,
                            GError **error);
