/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-job.h"

G_BEGIN_DECLS

#define PEL_TYPE_PREDICT_JOB (pel_predict_job_get_type ())
G_DECLARE_FINAL_TYPE (PelPredictJob, pel_predict_job, PEL, PREDICT_JOB, PelJob)

/**
 * PelPredictOverrides:
 * @threshold, @min_size, @separation: the user's choice, negative for the model's own
 * @diameter: of a typical cell in the images in pixels, or as in #PelPredictOptions
 * @n_views: of each image to average, as in #PelPredictOptions; 0 for one
 */
typedef struct
{
  double threshold;
  double min_size;
  double separation;
  double diameter;
  guint n_views;
} PelPredictOverrides;

/**
 * PelPredictJob:
 *
 * Predicts the cells of images with a model file, one after the other, in the background. Each
 * result is written to the project's predictions folder and shown in its document as it comes. An
 * image that cannot be read is left out and named; the others go on. On a full disk it ends with
 * `G_IO_ERROR_NO_SPACE`, and what is finished is kept. Never touches masks.
 *
 * Signals (main thread): `predicted` (PelImageDocument *image); `image-failed` (PelImageDocument
 * *image, const char *message).
 */

/**
 * pel_predict_job_new:
 * @project: where results are written, unless it is read-only
 * @images: (element-type PelImageDocument): what to predict, in this order
 * @model_path: the model's file, read when the job starts
 * @overrides: (nullable): thresholds; %NULL for the model's own
 *
 * Returns: (transfer full): a job for pel_job_runner_submit()
 */
PelPredictJob *pel_predict_job_new (PelProject *project,
                                    GPtrArray *images,
                                    const char *model_path,
                                    const PelPredictOverrides *overrides) G_GNUC_WARN_UNUSED_RESULT;

guint pel_predict_job_get_n_images (PelPredictJob *self);
guint pel_predict_job_get_n_done (PelPredictJob *self);
guint pel_predict_job_get_n_failed (PelPredictJob *self);
/* What was wrong with those that failed, a line for each of the first, which names it. */
const char *pel_predict_job_get_problems (PelPredictJob *self);
const char *pel_predict_job_get_model_name (PelPredictJob *self);

G_END_DECLS
