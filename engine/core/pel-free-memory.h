/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * pel_free_memory_measure:
 *
 * What programs can still have without others being pushed out, as the kernel tells (MemAvailable),
 * within the limits of the container that the process runs in (both versions of control groups).
 * It reads a few small files; any thread.
 *
 * Returns: bytes
 */
double pel_free_memory_measure (void);

/**
 * pel_free_memory_measure_below:
 * @root: the folder that holds proc and sys; for tests
 *
 * Returns: bytes, as pel_free_memory_measure() tells them
 */
double pel_free_memory_measure_below (const char *root);
