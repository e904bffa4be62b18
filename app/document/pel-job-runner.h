/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-job.h"

G_BEGIN_DECLS

#define PEL_TYPE_JOB_RUNNER (pel_job_runner_get_type ())
G_DECLARE_FINAL_TYPE (PelJobRunner, pel_job_runner, PEL, JOB_RUNNER, GObject)

/**
 * PelJobRunner:
 *
 * Two background threads, one for trainings and one for all shorter jobs, and the pool that both
 * use. Jobs of one thread run in the order in which they were submitted. Main thread only. Letting
 * go of the last reference cancels what runs and waits for it.
 *
 * Properties: `busy`, `training` (the training job under way or waiting, or NULL).
 * Signals: `job-added` (PelJob *), `job-finished` (PelJob *).
 */
/* @n_threads: 0 for one per processor */
PelJobRunner *pel_job_runner_new (guint n_threads) G_GNUC_WARN_UNUSED_RESULT;

/* Takes a reference until the job has finished. */
void pel_job_runner_submit (PelJobRunner *self, PelJob *job);
/* (transfer none) (nullable) */
PelJob *pel_job_runner_get_training (PelJobRunner *self);
gboolean pel_job_runner_get_busy (PelJobRunner *self);
/* (transfer none): jobs waiting or running; a GListModel of PelJob */
GListModel *pel_job_runner_get_jobs (PelJobRunner *self);
/* (transfer none): the engine's threads */
PelPool *pel_job_runner_get_pool (PelJobRunner *self);
/* While the user paints or pans, the engine leaves one processor free. */
void pel_job_runner_set_interactive (PelJobRunner *self, gboolean interactive);
/* Asks every job to stop, and waits until all have. */
void pel_job_runner_cancel_all (PelJobRunner *self);

G_END_DECLS
