/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-job-runner.h"

/**
 * PelCliWork:
 *
 * Long work of a command. It runs in a background thread while the main thread shows how far it is
 * and listens for Ctrl-C: the first asks the work to stop, through its cancellable; the second ends
 * the program at once with status 130. On a terminal a bar with the time left stays in the last
 * line; elsewhere a plain line is printed now and then. All of it goes to standard output, so that
 * standard error holds nothing but complaints.
 */
typedef struct PelCliWork PelCliWork;

/**
 * PelCliWorkFunc:
 * @work: for reports; any thread may use it
 * @data: the caller's
 * @error: return location for a `GError`
 *
 * Does the work, in a thread of its own.
 *
 * Returns: whether it was done
 */
typedef gboolean (*PelCliWorkFunc) (PelCliWork *work, gpointer data, GError **error);

/**
 * pel_cli_work_run:
 * @func: the work
 * @data: for @func
 * @quiet: print neither progress nor pel_cli_work_say()
 * @error: return location for a `GError`
 *
 * Runs @func and waits for it. Main thread.
 *
 * Returns: what @func returned
 */
gboolean pel_cli_work_run (PelCliWorkFunc func, gpointer data, gboolean quiet, GError **error);

/**
 * pel_cli_work_run_job:
 * @runner: what runs it
 * @job: a job that was not yet submitted
 * @quiet: print no progress
 * @error: return location for a `GError`
 *
 * Submits a job, the same that the window would, and waits until it has finished. The first Ctrl-C
 * cancels it. Main thread.
 *
 * Returns: whether the job's state is done
 */
gboolean pel_cli_work_run_job (PelJobRunner *runner, PelJob *job, gboolean quiet, GError **error);

/* (transfer none): cancelled by the first Ctrl-C */
GCancellable *pel_cli_work_get_cancellable (PelCliWork *self);

/**
 * pel_cli_work_report:
 * @self: work under way
 * @fraction: done, 0 to 1
 * @seconds_left: negative to have it told from the speed so far
 * @text: what is being done, such as a file's name; copied
 *
 * Any thread; cheap enough to be called at every step.
 */
void pel_cli_work_report (PelCliWork *self, double fraction, double seconds_left, const char *text);

/* Prints a line on standard output above the bar, unless quiet. Any thread. */
void pel_cli_work_say (PelCliWork *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Prints a line on standard error above the bar, quiet or not. Any thread. */
void pel_cli_work_warn (PelCliWork *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* (transfer full): a time for people: `0:07`, `12:30`, `1:02:03` */
char *pel_cli_format_time (double seconds) G_GNUC_WARN_UNUSED_RESULT;
