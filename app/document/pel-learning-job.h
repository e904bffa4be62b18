/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-job.h"
#include "engine/train/pel-cross-validation.h"
#include "engine/train/pel-learning-curve.h"

G_BEGIN_DECLS

#define PEL_TYPE_LEARNING_JOB (pel_learning_job_get_type ())
G_DECLARE_FINAL_TYPE (PelLearningJob, pel_learning_job, PEL, LEARNING_JOB, PelJob)

/**
 * PelLearningJob:
 *
 * A series of trainings in the background, to tell whether more annotated images would help (a
 * learning curve), or how good a way of training is where images are few (cross-validation). No
 * model stays. It takes its turn among the trainings, since it keeps the processor as busy.
 * Cancelling ends the training under way; what is known by then can still be read.
 *
 * Signal (main thread): `news` (no argument) when another training has been scored.
 */

/**
 * pel_learning_job_new:
 * @config: how to train; copied
 * @items: (element-type PelTrainingItem): from pel_project_list_training_items(); a reference is
 *   kept, and it must not change
 * @time_limit_s: seconds for everything; 0 for as many steps as @config says
 * @init_path: (nullable): a model that every training starts from
 *
 * A learning curve. Images marked for validation are what it is scored on; where there are none,
 * each repeat draws a quarter of the images.
 *
 * Returns: (transfer full): a job for pel_job_runner_submit()
 */
PelLearningJob *pel_learning_job_new (const PelTrainConfig *config,
                                      GPtrArray *items,
                                      double time_limit_s,
                                      const char *init_path) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_learning_job_new_folds:
 * @config: how to train; copied
 * @items: (element-type PelTrainingItem): as for pel_learning_job_new()
 * @n_folds: how many, at least 2
 * @time_limit_s: seconds for everything; 0 for as many steps as @config says
 * @init_path: (nullable): a model that every training starts from
 *
 * A cross-validation.
 *
 * Returns: (transfer full): a job for pel_job_runner_submit()
 */
PelLearningJob *pel_learning_job_new_folds (const PelTrainConfig *config,
                                            GPtrArray *items,
                                            guint n_folds,
                                            double time_limit_s,
                                            const char *init_path) G_GNUC_WARN_UNUSED_RESULT;

/* Whether it is a cross-validation. */
gboolean pel_learning_job_get_is_folds (PelLearningJob *self);
/* Trainings scored so far, and all of them (0 before they are planned). */
guint pel_learning_job_get_n_done (PelLearningJob *self);
guint pel_learning_job_get_n_runs (PelLearningJob *self);
/* Images that could not be read and were left out. */
guint pel_learning_job_get_n_skipped (PelLearningJob *self);

/* (transfer none) (array length=n_points): of a learning curve, so far; valid until the next `news`
 */
const PelLearningPoint *pel_learning_job_get_points (PelLearningJob *self, guint *n_points);
/* What a learning curve tells so far. */
void pel_learning_job_get_advice (PelLearningJob *self, PelLearningAdvice *advice);
/* (transfer none): the outcome so far in translated sentences; empty before the first `news` */
const char *pel_learning_job_get_text (PelLearningJob *self);

/**
 * pel_learning_job_get_scores:
 * @self: a cross-validation
 * @scores: (out): over all images scored so far; its name is %NULL
 * @ap50: (out) (optional): the same figure over the folds, for its spread
 *
 * Returns: whether a fold was scored yet
 */
gboolean pel_learning_job_get_scores (PelLearningJob *self, PelScores *scores, PelSpread *ap50);

G_END_DECLS
