/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PelWorker:
 *
 * One background thread with a queue, for files: what is pushed runs there in order and is then
 * handed back on the main thread. What is handed over is plain data, so that no document is ever
 * let go of elsewhere. Guarded by pthread mutexes throughout, which ThreadSanitizer understands.
 */
typedef struct PelWorker PelWorker;

/* Called once in the thread, then once on the main thread. */
typedef void (*PelWorkFunc) (gpointer data);

/* @name: of the thread, for debuggers; at most 15 letters */
PelWorker *pel_worker_new (const char *name) G_GNUC_WARN_UNUSED_RESULT;
/* For what is computed, not read or written: takes no processor from the main thread or the display
 * when it wakes up. */
PelWorker *pel_worker_new_background (const char *name) G_GNUC_WARN_UNUSED_RESULT;
/* Finishes all that is queued, hands it back, and ends the thread. Main thread only. */
void pel_worker_free (PelWorker *self);

/**
 * pel_worker_push:
 * @self: a worker
 * @work: what to do, in the thread
 * @done: (nullable): called afterwards on the main thread; frees @data
 * @data: plain data; not to be touched until @done
 */
void pel_worker_push (PelWorker *self, PelWorkFunc work, PelWorkFunc done, gpointer data);
/* The same, before everything that waits. */
void pel_worker_push_urgent (PelWorker *self, PelWorkFunc work, PelWorkFunc done, gpointer data);
/* Waits until all is done that was pushed, and hands it back. */
void pel_worker_drain (PelWorker *self);
/* Whether anything is queued, running, or waits to be handed back. */
gboolean pel_worker_is_busy (PelWorker *self);

G_END_DECLS
