/* SPDX-License-Identifier: MIT */
#include "engine/kernels/pel-blas.h"

#include <cblas.h>

void
pel_blas_use_one_thread (void)
{
  openblas_set_num_threads (1);
}
