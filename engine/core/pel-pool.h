/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

/**
 * PelPool:
 *
 * A fork-join pool of threads that owns all parallelism of the engine. Any number of threads may
 * share one pool: their runs take turns in the order in which they came.
 */
typedef struct PelPool PelPool;

/**
 * PelPoolFunc:
 * @item: which piece of the work, from 0
 * @worker: which thread does it, below pel_pool_get_n_threads(): two calls at the same time have
 *   two different values, so it may number scratch memory
 * @data: what was given to pel_pool_run()
 *
 * One piece of work. Results must not depend on @worker, nor on the order of the pieces. It must
 * not call pel_pool_run() on the same pool.
 */
typedef void (*PelPoolFunc) (guint item, guint worker, gpointer data);

/**
 * pel_pool_new:
 * @n_threads: how many threads compute, the caller of pel_pool_run() included; 0 means one for
 *   each processor that the process may run on. There are never more than 256
 *
 * Its threads have the priority of the caller. Where the system refuses a thread, the pool works
 * with those it got.
 *
 * Returns: (transfer full): a pool
 */
PelPool *pel_pool_new (guint n_threads) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_pool_new_background:
 * @n_threads: as for pel_pool_new()
 *
 * A pool whose own threads run at nice 10, so that they give way to a window.
 *
 * Returns: (transfer full): a pool
 */
PelPool *pel_pool_new_background (guint n_threads) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_pool_free:
 * @self: (nullable) (transfer full): a pool in which no run is under way
 *
 * Ends the threads and waits for them.
 */
void pel_pool_free (PelPool *self);

/**
 * pel_pool_get_n_threads:
 * @self: a pool
 *
 * Returns: how many threads can compute at once, the caller's included; at least 1, never changes
 */
guint pel_pool_get_n_threads (const PelPool *self);

/**
 * pel_pool_set_limit:
 * @self: a pool
 * @limit: how many threads may compute from now on, the caller's included; 0 means all
 *
 * Lowers or restores the number of working threads, for instance while the user paints. Takes
 * effect at the next piece of a run that is under way (a raised limit: at the next run).
 * Callable from any thread at any time.
 */
void pel_pool_set_limit (PelPool *self, guint limit);

/**
 * pel_pool_get_limit:
 * @self: a pool
 *
 * Returns: the limit in force, from 1 to pel_pool_get_n_threads()
 */
guint pel_pool_get_limit (const PelPool *self);

/**
 * pel_pool_run:
 * @self: a pool
 * @n_items: how many pieces
 * @func: what to do for each
 * @data: handed to @func
 * @cancellable: (nullable): polled before each piece
 *
 * Calls @func once for each item, on several threads, and returns when all calls have. The
 * calling thread takes part as worker 0. Everything that the calls wrote is then visible to the
 * caller. Callable from any thread; while another run is under way it waits its turn.
 *
 * Returns: `TRUE`, or `FALSE` where @cancellable was triggered before every item was begun
 */
gboolean pel_pool_run (PelPool *self,
                       guint n_items,
                       PelPoolFunc func,
                       gpointer data,
                       GCancellable *cancellable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelPool, pel_pool_free)
