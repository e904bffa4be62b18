/* SPDX-License-Identifier: MIT */
#pragma once

/**
 * PelCpuFlags:
 * @PEL_CPU_NONE: portable C only
 * @PEL_CPU_AVX2: AVX2 and FMA, the system saves the 256-bit registers
 * @PEL_CPU_AVX512: AVX-512 F, BW, DQ and VL, the system saves the 512-bit registers
 * @PEL_CPU_ALL: everything that is known
 *
 * Instruction sets for which there are kernels.
 */
typedef enum
{
  PEL_CPU_NONE = 0,
  PEL_CPU_AVX2 = 1 << 0,
  PEL_CPU_AVX512 = 1 << 1,
  PEL_CPU_ALL = PEL_CPU_AVX2 | PEL_CPU_AVX512,
} PelCpuFlags;

/**
 * pel_cpu_get_flags:
 *
 * What this processor and system can do, less what the mask hides. The environment variable
 * `PELLICLE_CPU` (`c`, `avx2` or `avx512`) hides everything above the set that it names; any other
 * value hides nothing, and is warned of. OpenBLAS chooses for itself, by `OPENBLAS_CORETYPE`.
 *
 * Returns: a set of flags
 */
PelCpuFlags pel_cpu_get_flags (void);

/**
 * pel_cpu_set_mask:
 * @mask: the sets that may be used
 *
 * For tests: to be called before the first network is made and before other threads start.
 */
void pel_cpu_set_mask (PelCpuFlags mask);
