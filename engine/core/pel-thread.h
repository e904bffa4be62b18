/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* The nice value of long work, such as training, and of what a user waits for meanwhile. */
#define PEL_THREAD_LONG 10
#define PEL_THREAD_SHORT 8

/**
 * pel_thread_give_way:
 * @level: the nice value, unless the calling thread has a higher one already
 *
 * Makes the calling thread give way to a window's main thread and to the display, which wake each
 * other many times a frame: it has less of a processor where several want it, and does not take one
 * from a running thread when it wakes up itself. Threads that it begins do the same. For good; on
 * other systems than Linux, or where it is refused, nothing happens.
 */
void pel_thread_give_way (int level);
