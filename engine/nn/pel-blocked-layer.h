/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-pool.h"
#include "engine/kernels/pel-blocked.h"

/* What the layers on blocked feature maps share: maps are (n, block, row, column, 16 lanes),
 * 64-byte aligned, with whole blocks of channels. Layer functions are pure functions on pointers;
 * they return `FALSE` only where they were cancelled. Work is cut by the shapes alone and partial
 * sums are added in the order of the pieces, so that results are the same bits for any number of
 * threads. */

/**
 * PelBlockedContext:
 * @pool: who computes
 * @cancellable: (nullable): polled by the pool
 * @kernels: the inner loops to use
 * @shared: memory for what all pieces of a layer share, `PelBlockedSpace.shared` floats
 * @scratch: memory of the workers, one stretch after another
 * @scratch_size: floats in each stretch, at least `PelBlockedSpace.scratch`, a multiple of 16
 *
 * What a layer computes with.
 */
typedef struct
{
  PelPool *pool;
  GCancellable *cancellable;
  const PelBlockedKernels *kernels;
  float *shared;
  float *scratch;
  gsize scratch_size;
} PelBlockedContext;

/**
 * PelBlockedSpace:
 * @shared: floats that all pieces share
 * @scratch: floats for each worker
 *
 * The working memory that layers need: the largest need of those that were asked.
 */
typedef struct
{
  gsize shared;
  gsize scratch;
} PelBlockedSpace;

/**
 * PelBlockedPart:
 * @data: values, or where they go
 * @n_blocks: how many blocks an image has; 0 for a part that is not there
 * @scale: (nullable): a factor for each channel, applied on reading; `NULL` is 1
 * @shift: (nullable): a term for each channel, likewise; `NULL` is 0
 *
 * Some channels of a feature map. Batch normalisation's affine part is applied on reading, so that
 * its result needs no memory; two parts in a row are a concatenation that is never copied.
 */
typedef struct
{
  float *data;
  guint n_blocks;
  const float *scale;
  const float *shift;
} PelBlockedPart;

/**
 * PelBlockedPlane:
 * @n: images
 * @h: rows
 * @w: columns
 */
typedef struct
{
  guint n, h, w;
} PelBlockedPlane;

static inline float *
pel_blocked_scratch (const PelBlockedContext *context, guint worker)
{
  return context->scratch + worker * context->scratch_size;
}

static inline void
pel_blocked_space_add (PelBlockedSpace *space, gsize shared, gsize scratch)
{
  space->shared = MAX (space->shared, shared);
  space->scratch = MAX (space->scratch, (scratch + 15) & ~(gsize)15);
}

/* The plane of block @block of image @image, of a map whose images have @n_blocks blocks. */
static inline float *
pel_blocked_plane (float *data,
                   const PelBlockedPlane *plane,
                   guint n_blocks,
                   guint image,
                   guint block)
{
  return data + ((gsize)image * n_blocks + block) * plane->h * plane->w * PEL_LANES;
}
