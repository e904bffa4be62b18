/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>
#include "engine/core/pel-tensor.h"
#include "engine/train/pel-dataset.h"
#include "engine/train/pel-normalisation.h"
#include "engine/train/pel-train-config.h"

/**
 * PelBatch:
 * @input: (n, in, patch, patch), normalised
 * @targets: (n, out, patch, patch): of the foreground and of the border class as
 *   pel_targets_build() has them; flows as unit vectors, down and right, 0 in the background
 * @weights: (n, 1, patch, patch)
 *
 * What one step trains on.
 */
typedef struct
{
  PelTensor input;
  PelTensor targets;
  PelTensor weights;
} PelBatch;

gboolean pel_batch_init (PelBatch *batch, const PelTrainConfig *config, GError **error);
void pel_batch_clear (PelBatch *batch);

/**
 * PelSampler:
 *
 * Chooses patches from the images to train on. Every image comes up once before any comes up
 * again, in an order that is drawn anew each time; large ones hold a few turns, as many as the
 * square root of their patches tells; with the configuration's kind_balance, images of rare looks
 * hold more (see pel_look_weigh()). Within an image three of four patches lie near a cell
 * that is drawn with all cells alike, the others anywhere that counts.
 *
 * Which patch is the i-th of step s, and how it is changed, depends on (seed, s, i) and the
 * images alone. One owner, one thread at a time.
 */
typedef struct PelSampler PelSampler;

/**
 * pel_sampler_new:
 * @dataset: images; a reference is kept
 * @config: with patch, batch and polarity chosen; copied
 * @normalisation: how grey values reach the network; copied
 * @cancellable: (nullable): polled between images
 * @error: return location for a `GError`
 *
 * Measures every image.
 *
 * Returns: (transfer full) (nullable): the sampler, or %NULL with `PEL_ENGINE_ERROR_NO_SAMPLES`,
 *   `BAD_SHAPE` or `G_IO_ERROR_CANCELLED` set
 */
PelSampler *pel_sampler_new (PelDataset *dataset,
                             const PelTrainConfig *config,
                             const PelNormalisation *normalisation,
                             GCancellable *cancellable,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_sampler_new_plain:
 * @other: a sampler
 * @error: return location for a `GError`
 *
 * A sampler for other patches of the same images, to measure batch normalisation's statistics on:
 * not warped, blurred or made noisy, as at prediction. Where cells are parted by flows these are
 * left 0 in its targets.
 *
 * Returns: (transfer full) (nullable): the sampler, or %NULL with `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
PelSampler *pel_sampler_new_plain (const PelSampler *other, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void pel_sampler_free (PelSampler *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelSampler, pel_sampler_free)

/**
 * pel_sampler_get_n_turns:
 * @self: a sampler
 *
 * Returns: patches until every image has had all its turns
 */
guint pel_sampler_get_n_turns (const PelSampler *self);

/**
 * pel_sampler_fill:
 * @self: a sampler
 * @step: which step, from 0
 * @batch: (inout): filled
 * @cancellable: (nullable): polled between patches
 * @error: return location for a `GError`
 *
 * Where cells are parted by flows, the first patch of an image waits until those of the whole image
 * are found.
 *
 * Returns: %FALSE with `G_IO_ERROR_CANCELLED` or `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
gboolean pel_sampler_fill (PelSampler *self,
                           guint64 step,
                           PelBatch *batch,
                           GCancellable *cancellable,
                           GError **error);

/**
 * pel_sampler_read_patch:
 * @self: a sampler
 * @number: of the patch; patch i of step s is s x batch + i
 * @augmented: with its random changes, or the same place as it is in the image
 * @input: (out): in x patch x patch values as the network sees them, channel by channel
 * @labels: (out): patch x patch labels; %PEL_LABEL_IGNORED where a pixel does not count
 *
 * One patch of the training, to be looked at.
 */
void pel_sampler_read_patch (PelSampler *self,
                             guint64 number,
                             gboolean augmented,
                             float *input,
                             guint32 *labels);
