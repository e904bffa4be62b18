/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/cli/pel-cli-work.h"
#include "engine/train/pel-dataset.h"
#include "engine/train/pel-train-config.h"

/**
 * pel_cli_add_folders:
 * @dataset: receives the images with their labels, complete
 * @images: folder of images
 * @masks: folder of masks
 * @page: from 1, or 0 for every page of a stack
 * @validation: hold them out
 * @config: tells what the network will be shown
 * @work: for progress and warnings
 * @error: return location for a `GError`
 *
 * Reads the pairs of two folders. A pair that cannot be used, for a mask of another size for one,
 * is left out with a warning.
 *
 * Returns: whether at least one pair was added
 */
gboolean pel_cli_add_folders (PelDataset *dataset,
                              const char *images,
                              const char *masks,
                              guint page,
                              gboolean validation,
                              const PelTrainConfig *config,
                              PelCliWork *work,
                              GError **error);

/**
 * pel_cli_add_items:
 * @dataset: receives the images with their labels
 * @items: (element-type PelTrainingItem): from pel_project_list_training_items()
 * @config: tells what the network will be shown
 * @work: for progress and warnings
 * @error: return location for a `GError`
 *
 * Reads a project's images. One that cannot be used is left out with a warning.
 *
 * Returns: whether at least one was added
 */
gboolean pel_cli_add_items (PelDataset *dataset,
                            GPtrArray *items,
                            const PelTrainConfig *config,
                            PelCliWork *work,
                            GError **error);
