/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/cli/pel-cli-label-options.h"
#include "app/cli/pel-cli-measure-reader.h"
#include "engine/pel-engine.h"

/**
 * PelCliLabelFunc:
 * @item: the labels with what belongs to them
 * @about: where the cells come from; its strings are the item's
 * @table: the cells
 * @pool: threads
 * @cancellable: polled by long work
 * @data: the caller's
 * @error: return location for a `GError`
 *
 * Takes in one label image that was measured.
 *
 * Returns: %FALSE where that failed
 */
typedef gboolean (*PelCliLabelFunc) (PelCliMeasureItem *item,
                                     const PelMeasuredImage *about,
                                     const PelCellTable *table,
                                     PelPool *pool,
                                     GCancellable *cancellable,
                                     gpointer data,
                                     GError **error);

/**
 * PelCliLabelWalk:
 * @options: what is measured
 * @out: the file that is written, which must be none of those that are read
 * @begin: called once, with the number of label images, before the first of them
 * @add: called for each
 * @data: for both
 * @n_images: images that were taken in
 * @n_cells: their cells
 * @n_failed: images that were not
 * @n_without_scale: images whose scale is not known
 *
 * Measures one label image after another. The counts are the walk's.
 */
typedef struct
{
  const PelCliLabelOptions *options;
  const char *out;
  gboolean (*begin) (guint n, gpointer data, GError **error);
  PelCliLabelFunc add;
  gpointer data;

  guint n_images, n_cells, n_failed, n_without_scale;
} PelCliLabelWalk;

/**
 * pel_cli_label_walk_run:
 * @self: what to do
 * @work: the work that this is part of
 * @error: return location for a `GError`
 *
 * One label image that cannot be measured is told and does not stop the others.
 *
 * Returns: %FALSE when cancelled, or where none could be measured
 */
gboolean pel_cli_label_walk_run (PelCliLabelWalk *self, PelCliWork *work, GError **error);
