/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-optimizer.h"
#include "engine/nn/pel-safetensors.h"
#include "engine/nn/pel-unet.h"

/**
 * pel_unet_save_to:
 * @self: a network; its weights must not change until the file is written
 * @writer: where to
 * @prefix: put in front of each parameter's name; may be empty
 *
 * Adds every parameter, running statistics included.
 */
void pel_unet_save_to (PelUnet *self, PelSafetensorsWriter *writer, const char *prefix);

/**
 * pel_unet_load_from:
 * @self: a network of the sizes that the file has
 * @safetensors: a file's content
 * @prefix: as it was given to pel_unet_save_to()
 * @error: return location for a `GError`
 *
 * Reads every parameter. Arrays of the file that the network does not know are left alone.
 *
 * Returns: `TRUE`, or `FALSE` with `PEL_ENGINE_ERROR_BAD_CHECKPOINT` set where one is missing, has
 *   another shape, or holds a number that is not finite or a negative variance; the network is
 *   then as it was
 */
gboolean pel_unet_load_from (PelUnet *self,
                             const PelSafetensors *safetensors,
                             const char *prefix,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_optimizer_save_to:
 * @self: an optimiser; its state must not change until the file is written
 * @writer: where to
 * @prefix: put in front of each name
 *
 * Adds the state's arrays, and the number of steps as the metadata string @prefix`steps`.
 */
void pel_optimizer_save_to (PelOptimizer *self, PelSafetensorsWriter *writer, const char *prefix);

/**
 * pel_optimizer_load_from:
 * @self: an optimiser of the same method, for a network of the same sizes
 * @safetensors: a file's content
 * @prefix: as it was given to pel_optimizer_save_to()
 * @error: return location for a `GError`
 *
 * Returns: `TRUE`, or `FALSE` with `PEL_ENGINE_ERROR_BAD_CHECKPOINT` set; the optimiser is then as
 *   it was
 */
gboolean pel_optimizer_load_from (PelOptimizer *self,
                                  const PelSafetensors *safetensors,
                                  const char *prefix,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
