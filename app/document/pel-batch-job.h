/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-job.h"
#include "engine/measure/pel-definitions.h"

G_BEGIN_DECLS

/**
 * PelBatchOptions:
 * @probabilities: also write NAME.prob.tif
 * @overlays: also draw edges and diameters into NAME.overlay.png
 * @definitions: by whose definitions cells are measured
 *
 * What a batch writes beside the label images and the table.
 */
typedef struct
{
  gboolean probabilities;
  gboolean overlays;
  PelDefinitions definitions;
} PelBatchOptions;

/**
 * PelBatchSummary:
 * @n_images: images found; pages of stacks count one by one
 * @n_done: images predicted and measured now
 * @n_kept: images that an earlier, interrupted run had finished
 * @n_failed: images left out
 * @n_cells: cells of all that is finished
 * @seconds: how long it took
 *
 * What came of a batch.
 */
typedef struct
{
  guint n_images, n_done, n_kept, n_failed;
  guint64 n_cells;
  double seconds;
} PelBatchSummary;

#define PEL_TYPE_BATCH_JOB (pel_batch_job_get_type ())
G_DECLARE_FINAL_TYPE (PelBatchJob, pel_batch_job, PEL, BATCH_JOB, PelJob)

/**
 * PelBatchJob:
 *
 * Predicts, measures and exports whole folders without taking them into a project. For each image
 * NAME.tif is written, and at the end `measurements.csv` with all cells, the companion that
 * explains its columns, and `batch.txt`, which tells the model, its thresholds, and what was left
 * out and why. A file that cannot be read stops nothing.
 *
 * What is finished is noted in a hidden folder of the results as it is finished: the same batch
 * started again after an interruption, whatever that was, goes on with the rest. A changed image, a
 * changed model or other options are done anew.
 */

/**
 * pel_batch_job_new:
 * @inputs: (element-type filename): folders and image files
 * @model_path: the model, read when the job starts
 * @out: the folder for the results, made where needed
 * @options: what to write
 *
 * Returns: (transfer full): a job for pel_job_runner_submit()
 */
PelBatchJob *pel_batch_job_new (GPtrArray *inputs,
                                const char *model_path,
                                const char *out,
                                const PelBatchOptions *options) G_GNUC_WARN_UNUSED_RESULT;
/* Grows while the job runs. */
void pel_batch_job_get_summary (PelBatchJob *self, PelBatchSummary *summary);
const char *pel_batch_job_get_out (PelBatchJob *self);
/* (transfer none) (element-type utf8): a sentence for everything left out; once finished */
GPtrArray *pel_batch_job_get_warnings (PelBatchJob *self);

G_END_DECLS
