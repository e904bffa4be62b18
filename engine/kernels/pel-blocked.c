/* SPDX-License-Identifier: MIT */
#include "engine/kernels/pel-blocked.h"

#include "engine/core/pel-cpu.h"

const PelBlockedKernels *
pel_blocked_kernels_select (unsigned flags)
{
#ifdef PEL_HAVE_X86_KERNELS
  if ((flags & PEL_CPU_AVX512) != 0)
    return &pel_blocked_kernels_avx512;
  if ((flags & PEL_CPU_AVX2) != 0)
    return &pel_blocked_kernels_avx2;
#endif
  return &pel_blocked_kernels_c;
}
