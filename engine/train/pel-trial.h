/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>
#include "engine/core/pel-pool.h"
#include "engine/measure/pel-evaluation.h"
#include "engine/train/pel-dataset.h"
#include "engine/train/pel-model.h"
#include "engine/train/pel-train-config.h"
#include "engine/train/pel-trainer.h"

/* Trials: trainings whose models are scored on images that they never saw and are then thrown away.
 * Learning curves and cross-validation are made of them. */

/**
 * PelSpread:
 * @n: figures
 * @mean: of them; NaN where there is none
 * @sd: their standard deviation, with n - 1; NaN for fewer than two
 * @min: the smallest
 * @max: the largest
 *
 * One figure over several trials.
 */
typedef struct
{
  guint n;
  double mean, sd, min, max;
} PelSpread;

/**
 * pel_spread_init:
 * @spread: (out): the summary
 * @values: (array length=n_values): figures; those that are not finite are left out
 * @n_values: how many
 */
void pel_spread_init (PelSpread *spread, const double *values, guint n_values);

/**
 * PelTrialProgress:
 * @run: the trial under way, from 0
 * @n_runs: trials in all
 * @n_images: images that this one trains on
 * @fraction: of all trials done, 0 to 1
 * @seconds_left: for all of them, an estimate; negative while it cannot be told
 * @run_done: this trial has just been scored, and its figures can be read
 * @training: (nullable): how far this training is; %NULL while its model is being scored
 *
 * What a series of trials tells about itself.
 */
typedef struct
{
  guint run, n_runs;
  guint n_images;
  double fraction;
  double seconds_left;
  gboolean run_done;
  const PelTrainProgress *training;
} PelTrialProgress;

/**
 * PelTrialFunc:
 * @progress: valid during the call
 * @data: the caller's
 *
 * Called on the thread that runs the trials, with no lock held: after each step, and when a trial
 * is done. Should copy and return at once.
 */
typedef void (*PelTrialFunc) (const PelTrialProgress *progress, gpointer data);

/**
 * PelTrialSeries:
 * @dataset: all images
 * @config: how to train; its time limit is ignored
 * @init: (nullable): the model that every trial starts from
 * @pool: threads to compute on
 * @run_limit_s: seconds for each trial, its scoring included; 0 for as many steps as @config says
 * @n_runs: trials in all
 * @n_done: trials done, those of an earlier session included
 * @cancellable: (nullable): stops the trial under way
 * @func: (nullable): told about the progress
 * @data: for @func
 * @n_timed: trials whose duration is known
 * @run_seconds: they took together
 * @score_seconds: of which scoring, per image; 0 before the first
 * @started_us: when the trial under way began
 * @n_images: that it trains on
 *
 * What trials have in common, and what they learn about how long things take. The last five are
 * kept by pel_trial_run().
 */
typedef struct
{
  PelDataset *dataset;
  const PelTrainConfig *config;
  PelModel *init;
  PelPool *pool;
  double run_limit_s;
  guint n_runs, n_done;
  GCancellable *cancellable;
  PelTrialFunc func;
  gpointer data;
  guint n_timed;
  double run_seconds;
  double score_seconds;
  gint64 started_us;
  guint n_images;
} PelTrialSeries;

/**
 * pel_trial_train:
 * @config: how to train
 * @dataset: what on; a reference is kept meanwhile
 * @init: (nullable): a model to start from
 * @pool: threads to compute on
 * @cancellable: (nullable): stops the training
 * @func: (nullable): told about the progress
 * @data: for @func
 * @error: return location for a `GError`
 *
 * Trains a model of which no file stays: it is written to a folder of its own among the system's
 * temporary files and removed.
 *
 * Returns: (transfer full) (nullable): the best model, or %NULL with `G_IO_ERROR_CANCELLED` or an
 *   error of pel_trainer_new() or pel_trainer_run() set
 */
PelModel *pel_trial_train (const PelTrainConfig *config,
                           PelDataset *dataset,
                           PelModel *init,
                           PelPool *pool,
                           GCancellable *cancellable,
                           PelTrainFunc func,
                           gpointer data,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_trial_run:
 * @series: what the trials have in common
 * @train: (array length=n_train): indices of the images to train on
 * @n_train: how many, at least 1
 * @test: (array length=n_test): indices of the images to score on, none of them in @train
 * @n_test: how many
 * @seed: of the training, and of the choice of its own held-out images
 * @n_cells: (out) (optional): cells in the images of @train
 * @error: return location for a `GError`
 *
 * Trains a model as a user with just these images would, which means that some of them, or parts of
 * them, choose the best weights and how probabilities are cut as pel_dataset_hold_out_some() tells,
 * and scores it on @test. The
 * model is written to a folder of its own among the system's temporary files and removed.
 *
 * Returns: (transfer full) (nullable): the scores, or %NULL with `G_IO_ERROR_CANCELLED` or an error
 *   of the training set
 */
PelEvaluation *pel_trial_run (PelTrialSeries *series,
                              const guint *train,
                              guint n_train,
                              const guint *test,
                              guint n_test,
                              guint64 seed,
                              guint *n_cells,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_trial_report_done:
 * @series: what the trials have in common
 *
 * Counts the trial and tells that its figures can be read.
 */
void pel_trial_report_done (PelTrialSeries *series);

/**
 * pel_trial_shuffle:
 * @indices: (array length=n) (inout): put in a random order
 * @n: how many
 * @seed: which order
 * @stream: and which of the seed's
 */
void pel_trial_shuffle (guint *indices, guint n, guint64 seed, guint64 stream);
