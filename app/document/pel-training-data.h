/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-training-job.h"
#include "engine/train/pel-dataset.h"
#include "engine/train/pel-model.h"

G_BEGIN_DECLS

/**
 * PelTrainingData:
 *
 * What a training has read so far, so that newer masks cost only what is new. Belongs to the
 * training's thread.
 */
typedef struct PelTrainingData PelTrainingData;

/* Told about an image that is left out because it cannot be used, once for each image. */
typedef void (*PelTrainingSkipFunc) (const char *message, gpointer data);

PelTrainingData *pel_training_data_new (PelTrainingSkipFunc skipped, gpointer data)
    G_GNUC_WARN_UNUSED_RESULT;
void pel_training_data_free (PelTrainingData *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelTrainingData, pel_training_data_free)

/**
 * pel_training_data_read:
 * @self: what was read before; afterwards what is read now
 * @items: (element-type PelTrainingItem): what to train on
 * @hold_out: at the first time, the share of images that is held out where none is marked for it
 *   and there are at least four. Images held out then stay so
 * @in_parts: whether, at the first time, a part of each image is held out where none is and they
 * are fewer, as pel_dataset_hold_out_some() does; these parts then stay so
 * @seed: which
 * @changed: (out): whether anything is different from the time before
 * @cancellable: (nullable): polled between images
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): a data set, in which images and labels that are the same as
 *   the time before are the very same objects; %NULL with `G_IO_ERROR_CANCELLED` set
 */
PelDataset *pel_training_data_read (PelTrainingData *self,
                                    GPtrArray *items,
                                    double hold_out,
                                    gboolean in_parts,
                                    guint64 seed,
                                    gboolean *changed,
                                    GCancellable *cancellable,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Of how many images a part is held out. */
guint pel_training_data_get_n_parts (PelTrainingData *self);

/**
 * pel_training_read_init:
 * @path: a model, not trusted
 * @config: (inout): how to train; afterwards for a network of the model's shape, so that all its
 *   weights are taken over
 * @error: return location for a `GError`, which names the file
 *
 * Returns: (transfer full) (nullable): the model to start from
 */
PelModel *pel_training_read_init (const char *path, PelTrainConfig *config, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
