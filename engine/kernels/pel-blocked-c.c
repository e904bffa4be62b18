/* SPDX-License-Identifier: MIT */

#define TABLE pel_blocked_kernels_c
#define TABLE_NAME "c"
#define VL 4
/* Registers: groups of 2 tiles by 1 blocks; OUTER_INPUTS inputs by 1 blocks in outer products. */
#define PRODUCT_GROUP 2
#define PRODUCT_BLOCKS 1
#define OUTER_INPUTS 2
#define OUTER_BLOCKS 1
#include "engine/kernels/pel-blocked-body.h"
