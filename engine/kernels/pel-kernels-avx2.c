/* SPDX-License-Identifier: MIT */
#if !defined(__AVX2__) || !defined(__FMA__)
#error "compile this file with -mavx2 -mfma"
#endif

#define TABLE pel_kernels_avx2
#define TABLE_NAME "avx2"
#include "engine/kernels/pel-kernels-body.h"
