/* SPDX-License-Identifier: MIT */

#define TABLE pel_kernels_c
#define TABLE_NAME "c"
#include "engine/kernels/pel-kernels-body.h"
