/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-job.h"
#include "engine/image/pel-image.h"
#include "engine/image/pel-labels.h"
#include "engine/segment/pel-contour.h"

G_BEGIN_DECLS

/**
 * PelCompareSide:
 * @outlines: the cells' edges, in image pixels
 * @n_cells: how many cells it found
 * @diameter: median of their equivalent diameters in pixels; NAN without cells
 * @ap50, @dice: against the mask; NAN where there is none to compare with
 * @seconds: that the prediction took
 *
 * What one model says about an image; belongs to the job.
 */
typedef struct
{
  const PelContourSet *outlines;
  guint n_cells;
  double diameter;
  double ap50, dice;
  double seconds;
} PelCompareSide;

#define PEL_TYPE_COMPARE_JOB (pel_compare_job_get_type ())
G_DECLARE_FINAL_TYPE (PelCompareJob, pel_compare_job, PEL, COMPARE_JOB, PelJob)

/**
 * pel_compare_job_new:
 * @image: what to look at; a reference is kept
 * @truth: (nullable): a mask in which every cell is painted, as large as @image; a reference is
 *   kept
 * @first_path: a model
 * @second_path: another
 *
 * Predicts one image with two models, for the eye: nothing is written, and no document changes.
 *
 * Returns: (transfer full): a job for pel_job_runner_submit()
 */
PelCompareJob *pel_compare_job_new (PelImage *image,
                                    PelLabels *truth,
                                    const char *first_path,
                                    const char *second_path) G_GNUC_WARN_UNUSED_RESULT;

/* What the first (0) or second (1) model says, once the job is done; FALSE before. */
gboolean pel_compare_job_get_side (PelCompareJob *self, guint side, PelCompareSide *result);

G_END_DECLS
