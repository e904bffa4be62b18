/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/io/pel-cell-set.h"

/* Cells as COCO instances, the JSON of cocodataset.org's “format data”. */

/**
 * PelCocoShape:
 * @PEL_COCO_POLYGONS: outlines along the edges of pixels; a cell with a hole, which polygons cannot
 *   tell, as plain runs
 * @PEL_COCO_RUNS: run lengths as lists of numbers
 * @PEL_COCO_PACKED_RUNS: run lengths packed into text, the smallest
 *
 * How a cell's pixels are written. Each of them gives back the same pixels.
 */
typedef enum
{
  PEL_COCO_POLYGONS,
  PEL_COCO_RUNS,
  PEL_COCO_PACKED_RUNS,
} PelCocoShape;

/**
 * PelCocoWriter:
 *
 * Gathers the cells of any number of images in one file. One owner, one thread at a time.
 */
typedef struct PelCocoWriter PelCocoWriter;

PelCocoWriter *pel_coco_writer_new (PelCocoShape shape) G_GNUC_WARN_UNUSED_RESULT;
void pel_coco_writer_free (PelCocoWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelCocoWriter, pel_coco_writer_free)

/**
 * pel_coco_writer_add:
 * @self: a writer
 * @file_name: the image's file, as the reader will find it; a page of a stack with the suffix
 *   `_p003` that its label image would have
 * @labels: its cells
 * @classes: (nullable) (element-type guint32 utf8): classes of labels; others are `cell`
 * @cancellable: (nullable): stops it
 * @error: return location for a `GError`
 *
 * Adds an image. Annotations carry the cell's label as `label`, which others may overlook.
 *
 * Returns: `FALSE` with @error set
 */
gboolean pel_coco_writer_add (PelCocoWriter *self,
                              const char *file_name,
                              PelLabels *labels,
                              GHashTable *classes,
                              GCancellable *cancellable,
                              GError **error);

/* Writes the file, atomically. To be called once. */
gboolean pel_coco_writer_finish (PelCocoWriter *self, const char *path, GError **error);

/**
 * pel_coco_read:
 * @data: the file's content, not trusted
 * @length: its bytes
 * @error: return location for a `GError`
 *
 * Reads annotations with polygons, runs or packed runs. Those without an outline (a box, key
 * points) are counted as skipped.
 *
 * Returns: (transfer full) (nullable): the cells by image, or `NULL` with
 *   `PEL_ENGINE_ERROR_BAD_FILE`; the message does not name the file
 */
PelCellSet *pel_coco_read (const char *data, gsize length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
