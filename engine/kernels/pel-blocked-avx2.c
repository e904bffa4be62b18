/* SPDX-License-Identifier: MIT */
#if !defined(__AVX2__) || !defined(__FMA__)
#error "compile this file with -mavx2 -mfma"
#endif

#define TABLE pel_blocked_kernels_avx2
#define TABLE_NAME "avx2"
#define VL 8
/* Registers: groups of 6 tiles by 1 blocks; OUTER_INPUTS inputs by 1 blocks in outer products. */
#define PRODUCT_GROUP 6
#define PRODUCT_BLOCKS 1
#define OUTER_INPUTS 4
#define OUTER_BLOCKS 1
#include "engine/kernels/pel-blocked-body.h"
