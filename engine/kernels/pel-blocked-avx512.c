/* SPDX-License-Identifier: MIT */
#if !defined(__AVX512F__) || !defined(__AVX512BW__) || !defined(__AVX512DQ__) ||                   \
    !defined(__AVX512VL__)
#error "compile this file with the flags for AVX-512 F, BW, DQ and VL"
#endif

#define TABLE pel_blocked_kernels_avx512
#define TABLE_NAME "avx512"
#define VL 16
/* Registers: groups of 12 tiles by 2 blocks; OUTER_INPUTS inputs by 2 blocks in outer products. */
#define PRODUCT_GROUP 12
#define PRODUCT_BLOCKS 2
#define OUTER_INPUTS 8
#define OUTER_BLOCKS 2
#include "engine/kernels/pel-blocked-body.h"
