/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-pool.h"
#include "engine/kernels/pel-kernels.h"

/**
 * PelLayerContext:
 * @pool: who computes
 * @cancellable: (nullable): polled by the pool
 * @kernels: the inner loops to use
 * @shared: memory for partial results of all pieces of a layer, `PelLayerSpace.shared` bytes
 * @scratch: memory of the workers, one stretch after another
 * @scratch_bytes: bytes of each stretch, at least `PelLayerSpace.scratch`, a multiple of 64
 *
 * What each layer function computes with. Layer functions are pure functions on pointers: shapes
 * were checked and memory was reserved by the plan, and they return `FALSE` only where they were
 * cancelled. Work is cut into pieces by the shapes alone, never by the number of threads, and
 * partial sums are added in the order of the pieces.
 */
typedef struct
{
  PelPool *pool;
  GCancellable *cancellable;
  const PelKernels *kernels;
  void *shared;
  char *scratch;
  gsize scratch_bytes;
} PelLayerContext;

/**
 * PelLayerSpace:
 * @shared: bytes for partial results
 * @scratch: bytes for each worker
 *
 * The working memory that layers need: the largest need of those that were asked.
 */
typedef struct
{
  gsize shared;
  gsize scratch;
} PelLayerSpace;

/**
 * PelPlanes:
 * @data: stored values (n, channels, h, w)
 * @channels: how many planes an image has
 * @scale: (nullable): a factor for each channel; `NULL` is 1
 * @shift: (nullable): a term for each channel; `NULL` is 0
 *
 * Feature maps as a layer reads them: @data·@scale + @shift. Batch normalisation's affine part is
 * applied here, on reading, so that its result needs no memory of its own.
 */
typedef struct
{
  const float *data;
  guint channels;
  const float *scale;
  const float *shift;
} PelPlanes;

/**
 * pel_layer_scratch:
 * @context: a context
 * @worker: which worker
 *
 * Returns: (transfer none): the worker's stretch of memory
 */
static inline float *
pel_layer_scratch (const PelLayerContext *context, guint worker)
{
  return (float *)(void *)(context->scratch + worker * context->scratch_bytes);
}

/**
 * pel_layer_space_add:
 * @space: what is needed so far
 * @shared: bytes for partial results
 * @scratch: bytes for each worker
 */
static inline void
pel_layer_space_add (PelLayerSpace *space, gsize shared, gsize scratch)
{
  space->shared = MAX (space->shared, shared);
  space->scratch = MAX (space->scratch, scratch);
}
