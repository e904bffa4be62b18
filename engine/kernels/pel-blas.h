/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * pel_blas_use_one_thread:
 *
 * Tells OpenBLAS to compute each product on the calling thread: the engine's own pool owns all
 * parallelism. The first product does it too, so that none is ever spread over other threads;
 * calling it early spares them. May be called again; only the first call does anything.
 */
void pel_blas_use_one_thread (void);

/**
 * PelMatrix:
 * @data: the first value
 * @stride: how far a row is from the next, in values
 * @transposed: whether rows and columns change places in the product
 *
 * A factor of a product, stored row after row.
 */
typedef struct
{
  const float *data;
  gsize stride;
  gboolean transposed;
} PelMatrix;

/**
 * pel_blas_multiply:
 * @m: rows of the result
 * @n: columns of the result
 * @k: columns of @a, rows of @b
 * @a: m x k, after transposition
 * @b: k x n, after transposition
 * @add: whether the product is added to @c; otherwise it replaces it
 * @c: m x n
 * @c_stride: how far a row of @c is from the next
 *
 * c = a·b or c += a·b, on the calling thread. The same sizes and values give the same bits.
 */
void pel_blas_multiply (guint m,
                        guint n,
                        guint k,
                        PelMatrix a,
                        PelMatrix b,
                        gboolean add,
                        float *c,
                        gsize c_stride);
