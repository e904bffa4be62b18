/* SPDX-License-Identifier: MIT */
#include "engine/kernels/pel-blas.h"

#include <cblas.h>
#include <pthread.h>

static void
set_one_thread (void)
{
  openblas_set_num_threads (1);
}

void
pel_blas_use_one_thread (void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  pthread_once (&once, set_one_thread);
}

void
pel_blas_multiply (guint m,
                   guint n,
                   guint k,
                   PelMatrix a,
                   PelMatrix b,
                   gboolean add,
                   float *c,
                   gsize c_stride)
{
  pel_blas_use_one_thread ();
  cblas_sgemm (CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans,
               b.transposed ? CblasTrans : CblasNoTrans, (blasint)m, (blasint)n, (blasint)k, 1.0f,
               a.data, (blasint)a.stride, b.data, (blasint)b.stride, add ? 1.0f : 0.0f, c,
               (blasint)c_stride);
}
