/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>
#include "engine/train/pel-sampler.h"

/**
 * PelFeeder:
 *
 * Makes batches on a thread of its own, ahead of the steps that use them: while the network
 * trains on one batch the next is prepared. The batches are those of pel_sampler_fill() in order,
 * whatever the timing. One owner; the functions below belong to one thread.
 */
typedef struct PelFeeder PelFeeder;

/**
 * pel_feeder_new:
 * @sampler: makes the batches; belongs to the feeder's thread until pel_feeder_free()
 * @config: sizes
 * @first_step: the step that pel_feeder_take() begins with
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): the feeder, at work, or %NULL with
 *   `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
PelFeeder *pel_feeder_new (PelSampler *sampler,
                           const PelTrainConfig *config,
                           guint64 first_step,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_feeder_free:
 * @self: a feeder
 *
 * Stops the thread after the patch in progress.
 */
void pel_feeder_free (PelFeeder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelFeeder, pel_feeder_free)

/**
 * pel_feeder_take:
 * @self: a feeder
 * @cancellable: (nullable): ends the wait
 * @error: return location for a `GError`
 *
 * Gives the batch taken before back to be filled anew and waits for the next.
 *
 * Returns: (transfer none) (nullable): the next batch, valid until the next call; %NULL when
 *   cancelled, without an error, or where pel_sampler_fill() failed, with its error set
 */
const PelBatch *pel_feeder_take (PelFeeder *self, GCancellable *cancellable, GError **error);

/**
 * pel_feeder_get_waited:
 * @self: a feeder
 *
 * Returns: seconds that pel_feeder_take() has waited in all: 0 where preparing never held the
 *   training up
 */
double pel_feeder_get_waited (const PelFeeder *self);
