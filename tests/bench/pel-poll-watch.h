/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

/* How long work goes on between two looks at its GCancellable.
 *
 * A program that is linked with this has a g_cancellable_is_cancelled() and a
 * g_cancellable_set_error_if_cancelled() of its own, which do what GIO's do and note how much
 * processor time the calling thread took since it looked at the same cancellable before. Other
 * threads' work, waiting and a slow host do not count. */

/**
 * pel_poll_watch_begin:
 * @cancellable: whose polls count from now on; another that was watched is forgotten
 *
 * Main thread, whose own work is not watched.
 */
void pel_poll_watch_begin (GCancellable *cancellable);

/**
 * pel_poll_watch_end:
 * @limit: seconds
 * @stretches: (nullable): for a line about each stretch longer than @limit, the longest first: its
 *   length, and return addresses within this program when the limit was passed, for addr2line
 *
 * Main thread, when the watched work is over. What threads did after their last look counts too.
 *
 * Returns: the longest stretch in seconds
 */
double pel_poll_watch_end (double limit, GString *stretches);
