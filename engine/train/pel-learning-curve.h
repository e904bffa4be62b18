/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/train/pel-trial.h"

/**
 * PelLearningOptions:
 * @config: how to train; copied. Its seed also chooses the images
 * @time_limit_s: seconds for everything, from @started_us; 0 for as many steps as @config says
 * @started_us: g_get_monotonic_time() that @time_limit_s counts from; 0 is pel_learning_curve_new()
 * @sizes: (array length=n_sizes) (nullable): numbers of images to train on, in any order; copied.
 *   %NULL chooses: all there are, half of them and so on, as many as the time allows
 * @n_sizes: how many
 * @repeats: how often each number is trained on, each time with other images; 0 chooses
 * @hold_out: share of the images that each repeat scores on, where none is marked for validation; 0
 *   is a quarter
 *
 * What a learning curve is to be made of. pel_learning_options_init() fills it.
 */
typedef struct
{
  PelTrainConfig config;
  double time_limit_s;
  gint64 started_us;
  const guint *sizes;
  guint n_sizes;
  guint repeats;
  double hold_out;
} PelLearningOptions;

#define PEL_LEARNING_MAX_SIZES 16
#define PEL_LEARNING_MAX_REPEATS 100

/**
 * PelLearningRun:
 * @n_images: images trained on
 * @repeat: which repeat, from 0. The images of a small number are part of those of a larger one of
 *   the same repeat, and all its numbers are scored on the same images
 * @n_cells: cells in the images trained on
 * @n_held_out: images scored on
 * @ap50: average precision at IoU 0.5 on them
 * @ap75: at IoU 0.75
 * @dice: of the foreground, mean over images
 * @diameter_mape: mean error of the diameters in percent; NaN where nothing matched
 * @seconds: that training and scoring took
 *
 * One trial.
 */
typedef struct
{
  guint n_images;
  guint repeat;
  guint n_cells;
  guint n_held_out;
  double ap50, ap75, dice, diameter_mape;
  double seconds;
} PelLearningRun;

/**
 * PelLearningPoint:
 * @n_images: images trained on
 * @n_cells: cells in them, on the average
 * @ap50: over the repeats
 * @ap75: the same
 * @dice: the same
 * @diameter_mape: the same, in percent
 *
 * One point of the curve.
 */
typedef struct
{
  guint n_images;
  double n_cells;
  PelSpread ap50, ap75, dice, diameter_mape;
} PelLearningPoint;

/**
 * PelLearningVerdict:
 * @PEL_LEARNING_UNKNOWN: fewer than two points
 * @PEL_LEARNING_HELPS: more annotated images would help
 * @PEL_LEARNING_HELPS_LITTLE: they would help, but not much
 * @PEL_LEARNING_SATURATED: they would hardly help
 * @PEL_LEARNING_UNCLEAR: the gain is smaller than the trials differ among themselves, or they were
 *   too short: fewer images gave better models, or none learned much
 *
 * Whether more annotated images would help.
 */
typedef enum
{
  PEL_LEARNING_UNKNOWN,
  PEL_LEARNING_HELPS,
  PEL_LEARNING_HELPS_LITTLE,
  PEL_LEARNING_SATURATED,
  PEL_LEARNING_UNCLEAR,
} PelLearningVerdict;

/**
 * PelLearningAdvice:
 * @verdict: in a word
 * @gain: by how much the score has grown with the last doubling of the images
 * @margin: how far @gain may be off: half of its 80 % confidence interval over the repeats, by
 *   Student's t
 * @expected: by how much another doubling may let it grow; never negative
 *
 * What a curve tells. The score is AP50 for cells and Dice for masks. @gain is the mean over the
 * repeats of the difference between the two largest numbers of images, in which a repeat is
 * compared with itself, for one doubling. Gains shrink along a curve: @expected is @gain times the
 * ratio of the last two gains, which is kept between a quarter and 1, or times 0.7 where there are
 * only two points.
 */
typedef struct
{
  PelLearningVerdict verdict;
  double gain;
  double margin;
  double expected;
} PelLearningAdvice;

/**
 * PelLearningCurve:
 *
 * Trains on growing numbers of images and scores every model on images held out, to tell whether
 * more annotated images would help. One owner; one thread at a time.
 *
 * Where images are marked for validation they are what every trial is scored on. Otherwise each
 * repeat draws its own (see PelLearningOptions.hold_out) and leaves the rest to train on.
 */
typedef struct PelLearningCurve PelLearningCurve;

void pel_learning_options_init (PelLearningOptions *options);

/**
 * pel_learning_curve_new:
 * @dataset: all images; a reference is kept
 * @options: what to do; copied
 * @init: (nullable): a model that every trial starts from; must outlive the curve
 * @pool: threads to compute on; must outlive the curve
 * @error: return location for a `GError`
 *
 * Plans the trials.
 *
 * Returns: (transfer full) (nullable): the curve, or %NULL with `PEL_ENGINE_ERROR_NO_SAMPLES` where
 *   there are fewer than four usable images (or two besides those for validation), or
 *   `PEL_ENGINE_ERROR_BAD_ARGUMENT` set
 */
PelLearningCurve *pel_learning_curve_new (PelDataset *dataset,
                                          const PelLearningOptions *options,
                                          PelModel *init,
                                          PelPool *pool,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pel_learning_curve_free (PelLearningCurve *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelLearningCurve, pel_learning_curve_free)

/* (array length=n_sizes) (transfer none): the numbers of images, rising */
const guint *pel_learning_curve_get_sizes (const PelLearningCurve *self, guint *n_sizes);
guint pel_learning_curve_get_n_repeats (const PelLearningCurve *self);
/* Images that a repeat is scored on. */
guint pel_learning_curve_get_n_held_out (const PelLearningCurve *self);
/* Seconds for one trial; 0 where the configuration's steps tell. */
double pel_learning_curve_get_run_limit (const PelLearningCurve *self);
PelTask pel_learning_curve_get_task (const PelLearningCurve *self);

/**
 * pel_learning_curve_get_key:
 * @self: a curve
 *
 * Returns: (transfer none): a digest of everything its figures depend on: images, plan,
 *   configuration and seed. Runs of a curve of another key are of no use to this one
 */
const char *pel_learning_curve_get_key (const PelLearningCurve *self);

/**
 * pel_learning_curve_add_run:
 * @self: a curve that does not run
 * @run: a trial of an earlier session, of a curve of the same key
 *
 * Returns: whether it belongs to the plan and was not there yet; its trial will then be left out
 */
gboolean pel_learning_curve_add_run (PelLearningCurve *self, const PelLearningRun *run);

/**
 * pel_learning_curve_run:
 * @self: a curve
 * @cancellable: (nullable): stops the trial under way, which is then lost; those done stay, and a
 *   later call goes on
 * @func: (nullable): told about the progress
 * @data: for @func
 * @error: return location for a `GError`
 *
 * Makes the trials that are missing, on the calling thread and the pool: all numbers of the first
 * repeat, the largest first, then those of the next one.
 *
 * Returns: %TRUE when all are done; else %FALSE with `G_IO_ERROR_CANCELLED` or what went wrong set
 */
gboolean pel_learning_curve_run (PelLearningCurve *self,
                                 GCancellable *cancellable,
                                 PelTrialFunc func,
                                 gpointer data,
                                 GError **error);

/**
 * pel_learning_curve_get_runs:
 * @self: a curve
 * @n_runs: (out): how many
 *
 * Returns: (array length=n_runs) (transfer none): the trials done, as they were made. May be called
 *   from the progress function; valid until the next trial is done
 */
const PelLearningRun *pel_learning_curve_get_runs (const PelLearningCurve *self, guint *n_runs);

/**
 * pel_learning_curve_get_points:
 * @self: a curve
 * @n_points: (out): how many
 *
 * Returns: (array length=n_points) (transfer full): the curve so far, by rising number of images;
 *   free with g_free()
 */
PelLearningPoint *pel_learning_curve_get_points (const PelLearningCurve *self, guint *n_points)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_learning_curve_get_advice:
 * @self: a curve
 * @advice: (out): what it tells by now
 */
void pel_learning_curve_get_advice (const PelLearningCurve *self, PelLearningAdvice *advice);

/**
 * pel_learning_curve_describe:
 * @self: a curve
 *
 * Returns: (transfer full): what it tells by now, in a few translated sentences
 */
char *pel_learning_curve_describe (const PelLearningCurve *self) G_GNUC_WARN_UNUSED_RESULT;

/* Its name in files: `unknown`, `helps`, `helps-little`, `saturated` or `unclear`; not translated.
 */
const char *pel_learning_verdict_to_string (PelLearningVerdict verdict);
