/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/core/pel-pool.h"
#include "engine/exchange/pel-export-format.h"
#include "engine/image/pel-image.h"
#include "engine/measure/pel-measure.h"

/**
 * PelExporterItem:
 * @name: what its files are called
 * @image_path: (nullable) (type filename): the image's file
 * @page: from 1 for a page of a stack; 0 for an image of one page
 * @labels: the cells
 * @image: (nullable): the pixels
 * @probability: (nullable): foreground probabilities, row by row
 * @measure: pixel size, threshold and origins of the cells
 * @table: (nullable): what was measured; otherwise measured by @measure where it is needed
 * @classes: (nullable) (element-type guint32 utf8): the class of each label that has one
 *
 * An image, or a page of one, with its cells. Owns nothing.
 */
typedef struct
{
  const char *name;
  const char *image_path;
  guint page;
  PelLabels *labels;
  PelImage *image;
  const float *probability;
  PelMeasureOptions measure;
  const PelCellTable *table;
  GHashTable *classes;
} PelExporterItem;

/**
 * PelExporter:
 *
 * Writes the cells of any number of images in a format of other programs: a file for each, or one
 * for all, which is written by pel_exporter_finish(). One owner, one thread at a time.
 */
typedef struct PelExporter PelExporter;

/**
 * pel_exporter_new:
 * @format: what to write
 * @path: (type filename): a folder, made where needed; or a file where its name ends like the
 *   format's, which several images cannot share unless the format has one file for all
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): the exporter, or `NULL` with a `G_IO_ERROR` that names @path
 */
PelExporter *pel_exporter_new (PelExportFormat format, const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void pel_exporter_free (PelExporter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelExporter, pel_exporter_free)

/**
 * pel_exporter_add:
 * @self: an exporter
 * @item: an image
 * @pool: (nullable): threads to measure on, where the format tells measurements
 * @cancellable: (nullable): stops it
 * @error: return location for a `GError`
 *
 * Takes an image. After a failure others can still be added.
 *
 * Returns: `FALSE` with @error set, an error of one sentence that names the image or the file
 */
gboolean pel_exporter_add (PelExporter *self,
                           const PelExporterItem *item,
                           PelPool *pool,
                           GCancellable *cancellable,
                           GError **error);

/* Writes what all images share. To be called once; FALSE with @error set. */
gboolean pel_exporter_finish (PelExporter *self, GError **error);

guint pel_exporter_get_n_images (const PelExporter *self);
guint pel_exporter_get_n_cells (const PelExporter *self);

/**
 * pel_exporter_get_target:
 * @self: an exporter
 * @name: (nullable): an image's name
 *
 * Returns: (transfer full): the file that the image goes to, or that all go to; where they have
 *   files of their own and @name is `NULL`, the folder
 */
char *pel_exporter_get_target (const PelExporter *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;
