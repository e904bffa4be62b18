/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-safetensors.h"
#include "engine/nn/pel-unet.h"

/**
 * PelAverage:
 *
 * The average of a network's weights over the latest part of its training. The reach grows with
 * the training, so that it needs no plan of its length: with t weights averaged so far, the newest
 * ones get 1 / (1 + share · t), the "polynomial-decay averaging" of Shamir and Zhang ("Stochastic
 * gradient descent for non-smooth optimization", ICML 2013), whose weights reach back over about
 * @share of all. Weights are taken at every fourth step.
 *
 * Batch normalisation's statistics are not averaged: they belong to the weights they were measured
 * with. Bring the average into the network by pel_average_swap() and measure them there.
 *
 * One owner, one thread.
 */
typedef struct PelAverage PelAverage;

/**
 * pel_average_new:
 * @unet: a network; only its sizes are taken
 * @share: of the weights so far that the average reaches back over, above 0 to 1
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): an average of nothing yet, or %NULL with
 *   `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
PelAverage *pel_average_new (const PelUnet *unet, double share, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void pel_average_free (PelAverage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelAverage, pel_average_free)

/**
 * pel_average_add:
 * @self: an average
 * @unet: the network after a step, of the sizes it had at pel_average_new()
 */
void pel_average_add (PelAverage *self, PelUnet *unet);

/**
 * pel_average_get_n_steps:
 * @self: an average
 *
 * Returns: how often pel_average_add() was called; there is no average while it is 0
 */
guint64 pel_average_get_n_steps (const PelAverage *self);

/**
 * pel_average_swap:
 * @self: an average of at least one step
 * @unet: a network of the same sizes
 *
 * Exchanges the network's parameters, running statistics included, with the average's. Called
 * again it undoes that; in between nothing may be added.
 */
void pel_average_swap (PelAverage *self, PelUnet *unet);

/**
 * pel_average_save_to:
 * @self: an average
 * @writer: where to
 * @prefix: put in front of each name
 *
 * Adds the averaged parameters, and the number of steps as the metadata string @prefix`steps`.
 * Nothing may be added until the file is written.
 */
void pel_average_save_to (PelAverage *self, PelSafetensorsWriter *writer, const char *prefix);

/**
 * pel_average_load_from:
 * @self: an average
 * @safetensors: a file's content, not trusted
 * @prefix: as it was given to pel_average_save_to()
 * @error: return location for a `GError`
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_BAD_CHECKPOINT` set; the average is then as it was
 */
gboolean pel_average_load_from (PelAverage *self,
                                const PelSafetensors *safetensors,
                                const char *prefix,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
