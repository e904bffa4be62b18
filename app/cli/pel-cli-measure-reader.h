/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/cli/pel-cli-files.h"

/**
 * PelCliMeasureItem:
 * @input: the label image
 * @image_name: name for the table
 * @image_path: (nullable): the image
 * @image_page: its page, from 0
 * @labels: the cells
 * @image: (nullable): the image, of the labels' size
 * @probability: (nullable): the probabilities, of the labels' size
 * @infos: (nullable): what is known of each label
 * @settings: how the labels were predicted, where they were
 * @predicted: whether they were
 * @um_x: width of a pixel in µm, 0 where it is not known
 * @um_y: height of a pixel in µm, 0 where it is not known
 * @calibration: (nullable): where the scale comes from
 *
 * One label image with what belongs to it.
 */
typedef struct
{
  const PelCliInput *input;
  char *image_name;
  char *image_path;
  guint image_page;
  PelLabels *labels;
  PelImage *image;
  PelImage *probability;
  GHashTable *infos;
  PelCliSettings settings;
  gboolean predicted;
  double um_x, um_y;
  char *calibration;
} PelCliMeasureItem;

void pel_cli_measure_item_free (PelCliMeasureItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelCliMeasureItem, pel_cli_measure_item_free)

/**
 * PelCliMeasureSources:
 * @inputs: (element-type PelCliInput): the label images
 * @images: (nullable): paths of images by their names
 * @probabilities: (nullable): folder of the probabilities
 * @pixel_size: µm per pixel for all, or 0 for what the files say
 * @threshold: probability at the cells' edge, or 0 for the prediction's own
 * @channel: channel that the images must have, from 1, or 0
 *
 * Where the items come from; the caller's, and unchanged while the reader is there.
 */
typedef struct
{
  GPtrArray *inputs;
  GHashTable *images;
  const char *probabilities;
  double pixel_size, threshold;
  gint channel;
} PelCliMeasureSources;

/**
 * PelCliMeasureReader:
 *
 * Reads one label image after another. With more than one thread the files of an item are read at
 * the same time, and an item of moderate size is read while the one before it is measured; so at
 * most two items are in memory, and two large ones never are. One owner, one thread.
 */
typedef struct PelCliMeasureReader PelCliMeasureReader;

PelCliMeasureReader *pel_cli_measure_reader_new (const PelCliMeasureSources *sources,
                                                 guint n_threads,
                                                 GCancellable *cancellable)
    G_GNUC_WARN_UNUSED_RESULT;

/* Waits for what is being read. */
void pel_cli_measure_reader_free (PelCliMeasureReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelCliMeasureReader, pel_cli_measure_reader_free)

/**
 * pel_cli_measure_reader_next:
 * @self: a reader that has not been called for every input yet
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): the next item, or %NULL where it cannot be read
 */
PelCliMeasureItem *pel_cli_measure_reader_next (PelCliMeasureReader *self, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
