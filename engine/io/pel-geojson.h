/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/io/pel-cell-set.h"

/* Cells as GeoJSON features (RFC 7946) with the properties that QuPath gives them. Coordinates are
 * pixels from the upper left corner of the image. */

/**
 * PelGeojsonCell:
 * @class_name: (nullable): its class
 * @rgb: colour
 * @measurements: (nullable): names and values in turn, ended by `NULL`: the names are utf8, the
 *   values pointers to double
 *
 * What a feature tells beside its outline.
 */
typedef struct
{
  const char *class_name;
  guint8 rgb[3];
  const gconstpointer *measurements;
} PelGeojsonCell;

/* Fills in @cell for a label; what it points to must stay until the next call. */
typedef void (*PelGeojsonFunc) (guint32 label, PelGeojsonCell *cell, gpointer data);

/**
 * pel_geojson_write:
 * @path: (type filename): the file to create or replace, atomically
 * @labels: the cells
 * @page: from 1, which becomes the plane of each outline; 0 for an image of one page
 * @func: (scope call) (nullable): tells more of each cell
 * @data: for @func
 * @cancellable: (nullable): stops it
 * @error: return location for a `GError`
 *
 * Writes a feature collection: a polygon, or several, for each cell, along the edges of its pixels.
 * Up to 5000 cells are annotations, which QuPath lets the user edit; more are detections, which it
 * shows faster. The label is the feature's name.
 *
 * Returns: `FALSE` with @error set
 */
gboolean pel_geojson_write (const char *path,
                            PelLabels *labels,
                            guint page,
                            PelGeojsonFunc func,
                            gpointer data,
                            GCancellable *cancellable,
                            GError **error);

/**
 * pel_geojson_read:
 * @data: the file's content, not trusted
 * @length: its bytes
 * @error: return location for a `GError`
 *
 * Reads the polygons of a feature collection, of a list of features, or of one feature; points and
 * lines are counted as skipped. A feature whose name is a number gets it as its label.
 *
 * Returns: (transfer full) (nullable): the cells of one image, or `NULL` with
 *   `PEL_ENGINE_ERROR_BAD_FILE`; the message does not name the file
 */
PelCellSet *pel_geojson_read (const char *data, gsize length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
