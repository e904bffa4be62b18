/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-job.h"

G_BEGIN_DECLS

/**
 * PelRankReason:
 * @PEL_RANK_UNSURE: the model is not sure of its pixels
 * @PEL_RANK_DISAGREES: another model finds other cells
 * @PEL_RANK_UNUSUAL: far fewer or far more cells than in the other images
 *
 * Why an image would teach a model most.
 */
typedef enum
{
  PEL_RANK_UNSURE,
  PEL_RANK_DISAGREES,
  PEL_RANK_UNUSUAL,
} PelRankReason;

/**
 * PelRankEntry:
 * @image: an image that the user has not finished
 * @score: 0 to 1, the greater the more there is to learn
 * @reason: what contributes most
 * @expected_dice: the Dice score that the probabilities promise
 * @agreement: F1 at IoU 0.5 with another model's cells; not a number where there is none
 * @n_cells: predicted cells
 * @has_part: whether the image is too large to paint as a whole
 * @part: the part to paint then, in image pixels
 */
typedef struct
{
  PelImageDocument *image;
  double score;
  PelRankReason reason;
  double expected_dice;
  double agreement;
  guint n_cells;
  gboolean has_part;
  PelRect part;
} PelRankEntry;

/* Images with a longer side are offered in parts of this side. */
#define PEL_RANK_LARGE 1536
#define PEL_RANK_PART 512

#define PEL_TYPE_RANK_JOB (pel_rank_job_get_type ())
G_DECLARE_FINAL_TYPE (PelRankJob, pel_rank_job, PEL, RANK_JOB, PelJob)

/**
 * pel_rank_job_new:
 * @project: a project
 * @model_name: whose predictions are judged
 *
 * Ranks the images that have a prediction by that model and are neither complete nor reviewed, by
 * how much there would be to learn from annotating them. Files that cannot be read are left out.
 *
 * Returns: (transfer full): a job for pel_job_runner_submit()
 */
PelRankJob *pel_rank_job_new (PelProject *project, const char *model_name)
    G_GNUC_WARN_UNUSED_RESULT;
/* (transfer none) (element-type PelRankEntry): the best to annotate first; empty until done */
const GArray *pel_rank_job_get_entries (PelRankJob *self);
const char *pel_rank_job_get_model_name (PelRankJob *self);

G_END_DECLS
