/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "app/document/pel-document-types.h"

G_BEGIN_DECLS

/**
 * PelJobState:
 * @PEL_JOB_STATE_QUEUED: waits for its turn
 * @PEL_JOB_STATE_RUNNING: at work
 * @PEL_JOB_STATE_PAUSED: asked to wait
 * @PEL_JOB_STATE_DONE: finished
 * @PEL_JOB_STATE_FAILED: could not be done; see pel_job_get_error()
 * @PEL_JOB_STATE_CANCELLED: given up at the user's wish
 */
typedef enum
{
  PEL_JOB_STATE_QUEUED,
  PEL_JOB_STATE_RUNNING,
  PEL_JOB_STATE_PAUSED,
  PEL_JOB_STATE_DONE,
  PEL_JOB_STATE_FAILED,
  PEL_JOB_STATE_CANCELLED,
} PelJobState;

#define PEL_TYPE_JOB (pel_job_get_type ())
G_DECLARE_DERIVABLE_TYPE (PelJob, pel_job, PEL, JOB, GObject)

/* What the thread of a job works with; see pel-job-private.h. */
typedef struct _PelJobContext PelJobContext;

struct _PelJobClass
{
  GObjectClass parent_class;

  /* Main thread, before the work begins: makes the plain data that it needs. FALSE fails the job.
   */
  gboolean (*prepare) (PelJob *self, GError **error);
  /* In the thread. @data is what pel_job_set_work() was given. Sets @error where it fails or is
   * cancelled. */
  void (*work) (PelJobContext *context, gpointer data, PelPool *pool, GError **error);
  /* Main thread: news that the work left in @data under its own lock. */
  void (*update) (PelJob *self);
  /* Main thread, after work that went well: TRUE where more is to be done without holding up the
   * queue, until pel_job_settled(). A job without @work does all of it here. */
  gboolean (*settle) (PelJob *self);
  /* Main thread, after the last update and before the state tells. */
  void (*ended) (PelJob *self, const GError *error);
  /* Whether nothing of a cancelled one is of use to anybody. It is told to be over soon after it
   * was cancelled, whatever its thread still has to come out of; @ended is not called then. */
  gboolean leaves_nothing;
};

/**
 * PelJob:
 *
 * Long work in a background thread, as the main thread sees it. Properties (all notify, always on
 * the main thread): `state`, `fraction`, `message`, `seconds-left`, `title`. Signal: `finished`,
 * once, when the state has become done, failed or cancelled.
 */
const char *pel_job_get_title (PelJob *self);
PelJobState pel_job_get_state (PelJob *self);
/* Done, failed or cancelled. */
gboolean pel_job_get_is_finished (PelJob *self);
/* 0 … 1, or negative where it cannot be told. */
double pel_job_get_fraction (PelJob *self);
/* What it does just now, a short translated text; may be empty. */
const char *pel_job_get_message (PelJob *self);
/* Negative where it cannot be told. */
double pel_job_get_seconds_left (PelJob *self);
/* (transfer none) (nullable): set where the state is failed */
const GError *pel_job_get_error (PelJob *self);
/* Asks the job to stop; it answers within a tenth of a second. Once more does no harm. */
void pel_job_cancel (PelJob *self);

G_END_DECLS
