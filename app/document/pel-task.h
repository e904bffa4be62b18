/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PelTaskFunc:
 * @data: the task's data, which nobody else touches meanwhile
 * @cancellable: (nullable): the task's, to be polled
 * @error: return location for a `GError`
 *
 * What a task does in a thread. It knows neither the task nor its source, so neither a document nor
 * a widget can be let go of there.
 *
 * Returns: the boolean that the task returns, where no error was set
 */
typedef gboolean (*PelTaskFunc) (gpointer data, GCancellable *cancellable, GError **error);

/**
 * PelTaskPointerFunc:
 *
 * The same for a task that returns a pointer.
 *
 * Returns: (transfer full) (nullable): the pointer, where no error was set
 */
typedef gpointer (*PelTaskPointerFunc) (gpointer data, GCancellable *cancellable, GError **error);

/**
 * pel_task_run:
 * @task: a task with its data, made on the calling thread
 * @func: what to do
 *
 * g_task_run_in_thread() with three differences: work and result change hands by atomic
 * variables, which ThreadSanitizer understands (GLib's own lock it cannot see) and which never make
 * the calling thread wait; the task returns on the
 * thread that began it, so that its references are never dropped elsewhere; and a task that was
 * cancelled before its turn is not begun.
 */
void pel_task_run (GTask *task, PelTaskFunc func);
/* @destroy: (nullable): frees a result that nobody takes */
void pel_task_run_pointer (GTask *task, PelTaskPointerFunc func, GDestroyNotify destroy);

/**
 * pel_task_let_go:
 * @destroy: frees @data, in a thread
 * @data: (transfer full): plain data of any size that nobody else holds, or that is counted
 *
 * Gives back what takes longer to free than the main thread has time for. Any thread.
 */
void pel_task_let_go (GDestroyNotify destroy, gpointer data);

G_END_DECLS
