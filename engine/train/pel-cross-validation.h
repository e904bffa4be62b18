/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/train/pel-trial.h"

/**
 * PelCrossValidation:
 *
 * How good a way of training is, where there are too few images to hold some out for good: the
 * images are dealt at random into folds of equal size (but for one image), and each fold is
 * predicted by a model trained on the others. So every image is scored once, by a model that never
 * saw it (Stone, Cross-validatory choice and assessment of statistical predictions, Journal of the
 * Royal Statistical Society B 36(2), 1974). Images marked for validation take part like all others.
 *
 * The figures are a little pessimistic for a model trained on all images, since each fold's has
 * fewer. One owner; one thread at a time.
 */
typedef struct PelCrossValidation PelCrossValidation;

#define PEL_MAX_FOLDS 100

/**
 * pel_cross_validation_new:
 * @dataset: all images; a reference is kept
 * @config: how to train; copied. Its seed also deals the folds
 * @n_folds: how many, at least 2; as many folds as images leave one out at a time
 * @time_limit_s: seconds for all folds together, from @started_us; 0 for as many steps as @config
 *   says
 * @started_us: g_get_monotonic_time() that @time_limit_s counts from; 0 is now
 * @init: (nullable): a model that every training starts from; must outlive this
 * @pool: threads to compute on; must outlive this
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): the plan, or %NULL with `PEL_ENGINE_ERROR_NO_SAMPLES` where
 *   there are fewer usable images than folds, or `PEL_ENGINE_ERROR_BAD_ARGUMENT` set
 */
PelCrossValidation *pel_cross_validation_new (PelDataset *dataset,
                                              const PelTrainConfig *config,
                                              guint n_folds,
                                              double time_limit_s,
                                              gint64 started_us,
                                              PelModel *init,
                                              PelPool *pool,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pel_cross_validation_free (PelCrossValidation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelCrossValidation, pel_cross_validation_free)

guint pel_cross_validation_get_n_folds (const PelCrossValidation *self);
/* Seconds for one fold; 0 where the configuration's steps tell. */
double pel_cross_validation_get_fold_limit (const PelCrossValidation *self);

/**
 * pel_cross_validation_run:
 * @self: a plan
 * @cancellable: (nullable): stops the fold under way, which is then lost; those done stay, and a
 *   later call goes on
 * @func: (nullable): told about the progress
 * @data: for @func
 * @error: return location for a `GError`
 *
 * Trains and scores the folds that are missing, on the calling thread and the pool.
 *
 * Returns: %TRUE when all are done; else %FALSE with `G_IO_ERROR_CANCELLED` or what went wrong set
 */
gboolean pel_cross_validation_run (PelCrossValidation *self,
                                   GCancellable *cancellable,
                                   PelTrialFunc func,
                                   gpointer data,
                                   GError **error);

/* Folds done so far. */
guint pel_cross_validation_get_n_done (const PelCrossValidation *self);

/**
 * pel_cross_validation_get_fold:
 * @self: a plan
 * @fold: from 0, below pel_cross_validation_get_n_done()
 * @scores: (out): over the images of this fold; its name is %NULL
 */
void pel_cross_validation_get_fold (const PelCrossValidation *self, guint fold, PelScores *scores);

/**
 * pel_cross_validation_get_evaluation:
 * @self: a plan
 *
 * Returns: (transfer none): all images of the folds done, each scored by a model that never saw it
 */
const PelEvaluation *pel_cross_validation_get_evaluation (const PelCrossValidation *self);
