/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelEngineError:
 * @PEL_ENGINE_ERROR_NO_MEMORY: memory was refused, or a size would overflow
 * @PEL_ENGINE_ERROR_BAD_SHAPE: sizes that do not fit together
 * @PEL_ENGINE_ERROR_BAD_CHECKPOINT: a model file that cannot be used
 * @PEL_ENGINE_ERROR_UNSUPPORTED: a file or request that is sound but not supported
 * @PEL_ENGINE_ERROR_NO_SAMPLES: nothing to train on or to measure
 * @PEL_ENGINE_ERROR_DIVERGED: the loss is no longer a finite number
 * @PEL_ENGINE_ERROR_BAD_FILE: a damaged or foreign file
 * @PEL_ENGINE_ERROR_BAD_ARGUMENT: a value outside its range
 *
 * What can go wrong inside the engine. Messages are one translated sentence that says what is
 * wrong and what to do; the layer that knows the file's name puts it in front.
 */
typedef enum
{
  PEL_ENGINE_ERROR_NO_MEMORY,
  PEL_ENGINE_ERROR_BAD_SHAPE,
  PEL_ENGINE_ERROR_BAD_CHECKPOINT,
  PEL_ENGINE_ERROR_UNSUPPORTED,
  PEL_ENGINE_ERROR_NO_SAMPLES,
  PEL_ENGINE_ERROR_DIVERGED,
  PEL_ENGINE_ERROR_BAD_FILE,
  PEL_ENGINE_ERROR_BAD_ARGUMENT,
} PelEngineError;

#define PEL_ENGINE_ERROR (pel_engine_error_quark ())
GQuark pel_engine_error_quark (void);
