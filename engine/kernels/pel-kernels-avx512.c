/* SPDX-License-Identifier: MIT */
#if !defined(__AVX512F__) || !defined(__AVX512BW__) || !defined(__AVX512DQ__) ||                   \
    !defined(__AVX512VL__)
#error "compile this file with the flags for AVX-512 F, BW, DQ and VL"
#endif

#define TABLE pel_kernels_avx512
#define TABLE_NAME "avx512"
#include "engine/kernels/pel-kernels-body.h"
