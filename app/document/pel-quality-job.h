/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-job.h"
#include "engine/measure/pel-cell-errors.h"
#include "engine/measure/pel-evaluation.h"

G_BEGIN_DECLS

/**
 * PelQualityError:
 * @image: where
 * @kind: what is wrong
 * @box: around the cells concerned, in image pixels
 * @n_truth: how many true cells it concerns
 * @n_predicted: how many predicted ones
 *
 * One thing that a model does wrong.
 */
typedef struct
{
  PelImageDocument *image;
  PelCellErrorKind kind;
  PelRect box;
  guint n_truth, n_predicted;
} PelQualityError;

#define PEL_TYPE_QUALITY_JOB (pel_quality_job_get_type ())
G_DECLARE_FINAL_TYPE (PelQualityJob, pel_quality_job, PEL, QUALITY_JOB, PelJob)

/**
 * pel_quality_job_new:
 * @project: a project
 * @model_path: the model, read when an image must be predicted
 *
 * Compares what a model finds with the masks of the images that are held out and complete, as the
 * command `evaluate` does. Where none is held out, all complete images are taken, which flatters
 * the model if it learned from them. Predictions that are stored and no older than the model are
 * used; the others are made, and not stored. Fails with `PEL_DOCUMENT_ERROR_NO_IMAGES` where there
 * is nothing to compare with.
 *
 * Returns: (transfer full): a job for pel_job_runner_submit()
 */
PelQualityJob *pel_quality_job_new (PelProject *project, const char *model_path)
    G_GNUC_WARN_UNUSED_RESULT;
const char *pel_quality_job_get_model_name (PelQualityJob *self);
/* Whether the images were held out from training. */
gboolean pel_quality_job_get_held_out (PelQualityJob *self);
/* FALSE until it is done. */
gboolean pel_quality_job_get_scores (PelQualityJob *self, PelScores *scores);
/* (transfer none) (element-type PelQualityError): by image, then by kind; empty until done */
const GArray *pel_quality_job_get_errors (PelQualityJob *self);
/* (transfer none) (element-type utf8): a sentence for each image left out */
GPtrArray *pel_quality_job_get_warnings (PelQualityJob *self);

G_END_DECLS
