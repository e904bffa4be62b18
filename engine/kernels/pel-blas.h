/* SPDX-License-Identifier: MIT */
#pragma once

/**
 * pel_blas_use_one_thread:
 *
 * Tells OpenBLAS to compute each product on the calling thread: the engine's own pool owns all
 * parallelism. Called once, before any other thread starts.
 */
void pel_blas_use_one_thread (void);
