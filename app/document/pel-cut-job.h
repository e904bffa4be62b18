/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-job.h"
#include "engine/infer/pel-cut.h"

G_BEGIN_DECLS

/**
 * PelCutJob:
 *
 * Cuts the probabilities of predictions that are there into cells anew, without the network. Each
 * image's labels and settings are written, and shown where the image is in memory. An image whose
 * probabilities cannot be read is left as it was and counted; the others go on. Never touches
 * masks.
 */
#define PEL_TYPE_CUT_JOB (pel_cut_job_get_type ())
G_DECLARE_FINAL_TYPE (PelCutJob, pel_cut_job, PEL, CUT_JOB, PelJob)

/**
 * pel_cut_job_new:
 * @project: one that may be written
 * @images: (element-type PelImageDocument): images; those without a prediction of @model_name are
 *   passed over
 * @model_name: whose predictions
 * @options: how to cut; copied. A negative @min_share leaves each image's own,
 *   and whether cells are set apart always is its own
 *
 * Returns: (transfer full): a job to submit to a runner
 */
PelCutJob *pel_cut_job_new (PelProject *project,
                            GPtrArray *images,
                            const char *model_name,
                            const PelCutOptions *options) G_GNUC_WARN_UNUSED_RESULT;

/* The job that brings back what @self changed, once it is finished or stopped. */
PelCutJob *pel_cut_job_new_undo (PelCutJob *self) G_GNUC_WARN_UNUSED_RESULT;

/* Images cut anew so far, and images that could not be. */
guint pel_cut_job_get_n_done (PelCutJob *self);
guint pel_cut_job_get_n_failed (PelCutJob *self);

G_END_DECLS
