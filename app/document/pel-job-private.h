/* SPDX-License-Identifier: MIT */
#pragma once

#include <pthread.h>

#include "app/document/pel-job.h"

G_BEGIN_DECLS

/**
 * PelJobContext:
 *
 * What the thread of a job may touch beside the job's own plain data. The job owns it and outlives
 * the work.
 */
struct _PelJobContext
{
  pthread_mutex_t lock;
  GCancellable *cancellable;
  GMainContext *main;
  PelJob *job; /* main thread only */

  /* Under the lock: */
  guint idle; /* the one source that tells the main thread; 0 where none is due */
  gboolean started;
  double fraction;
  double seconds_left;
  char message[256];

  /* Written by the thread at its end, read by the main thread afterwards. */
  GError *error;
};

void pel_job_set_title (PelJob *self, const char *title);
void pel_job_set_work (PelJob *self, gpointer data);
PelJobContext *pel_job_get_context (PelJob *self);
void pel_job_set_paused_state (PelJob *self, gboolean paused);
/* Whether it makes a model of the project. */
gboolean pel_job_is_training (PelJob *self);
/* Whether trainings queue for it rather than short jobs. */
gboolean pel_job_is_long (PelJob *self);

/* In the thread: news for the main thread. Any number of calls makes at most one idle source. */
void pel_job_context_report (PelJobContext *context,
                             double fraction,
                             double seconds_left,
                             const char *message);
void pel_job_context_poke (PelJobContext *context);
/* Main thread: it was given more time, which is told before its thread speaks again. */
void pel_job_context_add_time (PelJobContext *context, double seconds);

/* Main thread: what the class's settle() began is over. @error: (transfer full) (nullable) */
void pel_job_settled (PelJob *self, GError *error);

/* For the runner. */
gboolean pel_job_begin (PelJob *self);
/* Whether it needs a thread of the runner. */
gboolean pel_job_has_work (PelJob *self);
/* One that does not. */
void pel_job_run_here (PelJob *self);
void pel_job_run_in_thread (PelJob *self, PelPool *pool);
void pel_job_end (PelJob *self);

G_END_DECLS
