/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>
#include "engine/core/pel-pool.h"
#include "engine/core/pel-rect.h"
#include "engine/image/pel-image.h"
#include "engine/train/pel-dataset.h"
#include "engine/train/pel-init.h"
#include "engine/train/pel-model.h"
#include "engine/train/pel-train-config.h"

typedef struct PelTrainer PelTrainer; /* opaque, one owner */

/**
 * PelTrainStage:
 * @PEL_TRAIN_STAGE_PREPARING: measuring images, reserving memory
 * @PEL_TRAIN_STAGE_TRAINING: steps are made
 * @PEL_TRAIN_STAGE_VALIDATING: looking at the images held out
 * @PEL_TRAIN_STAGE_PAUSED: waiting to go on
 * @PEL_TRAIN_STAGE_SAVING: writing files
 * @PEL_TRAIN_STAGE_DONE: the model is written
 */
typedef enum
{
  PEL_TRAIN_STAGE_PREPARING,
  PEL_TRAIN_STAGE_TRAINING,
  PEL_TRAIN_STAGE_VALIDATING,
  PEL_TRAIN_STAGE_PAUSED,
  PEL_TRAIN_STAGE_SAVING,
  PEL_TRAIN_STAGE_DONE,
} PelTrainStage;

/**
 * PelTrainMemory:
 * @plan: whether the largest maps are kept or computed again
 * @bytes: what training takes in all beyond the images: weights, the optimiser's states, maps and
 *   gradients, patches, and the models that are judged and kept
 *
 * How a training uses memory.
 */
typedef struct
{
  PelUnetMemory plan;
  gsize bytes;
} PelTrainMemory;

/**
 * PelTrainProgress:
 * @stage: what is being done
 * @step: steps done
 * @n_steps: steps in all; with a time limit an estimate, 0 while it cannot be told
 * @epoch: epochs done
 * @n_epochs: epochs in all; the same
 * @fraction: done, 0 to 1
 * @learning_rate: of the last step
 * @loss: mean over the epoch so far; NaN before the first step
 * @val_loss: of the last validation; NaN before it
 * @val_dice: the same
 * @val_ap50: the same
 * @seconds: training time so far, pauses left out
 * @seconds_left: estimate; negative while it cannot be told
 * @samples_per_second: patches trained on a second, lately
 * @waited: seconds that steps have waited for their patches in this run, which are made beside them
 * @memory: what training takes
 * @has_validation: whether images are held out
 * @val_share: the share of them that validations look at, see pel_validator_get_share(); 1 without
 * @epoch_done: this report ends an epoch: a point for the curves
 * @is_best: the model of this report was written as the best so far
 * @n_renewals: how often newer images and labels were taken up
 * @is_shortened: the score on the images held out stood still for long, so that the rest of the
 *   training is gone through in a quarter of the time
 * @is_untuned: in the end there was no time left to choose on the images held out how probabilities
 *   are cut into cells, and how far diameters may be off: the model cuts at the usual values, and
 *   tells no more of the diameters than the blur of the edges does
 *
 * What a training tells about itself.
 */
typedef struct
{
  PelTrainStage stage;
  guint step, n_steps;
  guint epoch, n_epochs;
  double fraction;
  double learning_rate;
  double loss;
  double val_loss, val_dice, val_ap50;
  double seconds, seconds_left;
  double samples_per_second;
  double waited;
  PelTrainMemory memory;
  gboolean has_validation;
  double val_share;
  gboolean epoch_done;
  gboolean is_best;
  guint n_renewals;
  gboolean is_shortened;
  gboolean is_untuned;
} PelTrainProgress;

/**
 * PelTrainFunc:
 * @progress: valid during the call
 * @data: the caller's
 *
 * Called on the thread of pel_trainer_run() with no lock held: after each step, and when the
 * stage changes. Should copy and return at once.
 */
typedef void (*PelTrainFunc) (const PelTrainProgress *progress, gpointer data);

/**
 * PelPreview:
 * @image: what was looked at
 * @rect: the part of it that was predicted
 * @foreground: rect's width x height probabilities of lying in a cell
 * @parting: (nullable): what parts touching cells, as in #PelPrediction; %NULL for masks
 * @separator: what @parting holds
 * @info: how the model proposes to cut them into cells
 * @step: steps done
 * @serial: of the request that this answers
 *
 * A glimpse of what the network tells by now.
 */
typedef struct
{
  PelImage *image;
  PelRect rect;
  const float *foreground;
  const float *parting;
  PelSeparator separator;
  const PelModelInfo *info;
  guint step;
  guint serial;
} PelPreview;

/**
 * PelPreviewFunc:
 * @preview: valid during the call
 * @data: the caller's
 *
 * Called on the thread of pel_trainer_run() with no lock held.
 */
typedef void (*PelPreviewFunc) (const PelPreview *preview, gpointer data);

/**
 * pel_trainer_new:
 * @config: how to train; copied. Values of 0 for "choose" are chosen here
 * @dataset: images and labels; a reference is kept, and it must not change any more
 * @init: (nullable): a model to start from; its weights are copied. A network of another shape
 *   keeps what fits, see pel_trainer_get_init_report()
 * @pool: threads to compute on; must outlive the trainer
 * @error: return location for a `GError`
 *
 * Checks the configuration, looks at every image (which may take seconds) and makes the model.
 * Memory for the steps is not yet reserved; pel_trainer_plan_memory() tells how much it will
 * be.
 *
 * Returns: (transfer full) (nullable): the trainer, or %NULL with
 *   `PEL_ENGINE_ERROR_NO_SAMPLES`, `BAD_ARGUMENT`, `BAD_SHAPE` or `NO_MEMORY` set
 */
PelTrainer *pel_trainer_new (const PelTrainConfig *config,
                             PelDataset *dataset,
                             PelModel *init,
                             PelPool *pool,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pel_trainer_free (PelTrainer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelTrainer, pel_trainer_free)

/**
 * pel_trainer_complete_config:
 * @config: (inout): how to train; values of 0 for "choose" are replaced by what is chosen
 * @dataset: images and labels
 * @init: (nullable): a model to start from
 *
 * What pel_trainer_new() does first. Looks at the images, which may take seconds.
 */
void pel_trainer_complete_config (PelTrainConfig *config,
                                  const PelDataset *dataset,
                                  PelModel *init);

/**
 * pel_trainer_get_config:
 * @self: a trainer
 *
 * Returns: (transfer none): the configuration with everything chosen
 */
const PelTrainConfig *pel_trainer_get_config (const PelTrainer *self);

/**
 * pel_trainer_get_init_report:
 * @self: a trainer
 * @report: (out): what was taken over from the model to start from
 *
 * Returns: whether there was one
 */
gboolean pel_trainer_get_init_report (const PelTrainer *self, PelInitReport *report);

/**
 * pel_trainer_plan_memory:
 * @self: a trainer that does not run
 * @memory: (out) (optional): what pel_trainer_run() will use
 * @error: return location for a `GError`
 *
 * Chooses between the fast and the lean plan, by the configuration's limit or, without one, by the
 * memory that is free. pel_trainer_run() does it too, before anything else.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_NO_MEMORY`, which tells both amounts, set where even the
 *   lean plan does not fit
 */
gboolean pel_trainer_plan_memory (PelTrainer *self, PelTrainMemory *memory, GError **error);

/**
 * pel_trainer_get_needed_bytes:
 * @self: a trainer that does not run
 *
 * Returns: what pel_trainer_run() will take beyond the images, with the plan that
 *   pel_trainer_plan_memory() chooses; the least that it could take where nothing fits
 */
gsize pel_trainer_get_needed_bytes (PelTrainer *self);

/**
 * pel_trainer_resume_path:
 * @model_path: where the model goes
 *
 * Returns: (transfer full): where the state of an unfinished training goes:
 *   `NAME.resume.safetensors` beside `NAME.safetensors`
 */
char *pel_trainer_resume_path (const char *model_path) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_trainer_resume_from:
 * @self: a trainer that has not run, with the same configuration as the one that wrote @path
 * @path: a `.resume` file, not trusted
 * @error: return location for a `GError`
 *
 * Goes on where a training stopped. With the same images, configuration and machine the outcome
 * is, bit for bit, that of a training that did not stop, unless a time limit drives the schedule.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_BAD_CHECKPOINT` set; the trainer is then as before
 */
gboolean pel_trainer_resume_from (PelTrainer *self, const char *path, GError **error);

/**
 * pel_trainer_read_resume_config:
 * @path: a `.resume` file, not trusted
 * @config: (out): the configuration it was written with; where there was a time limit, with what
 *   is left of it
 * @error: return location for a `GError`
 *
 * Returns: %FALSE with @error set
 */
gboolean pel_trainer_read_resume_config (const char *path, PelTrainConfig *config, GError **error);

/**
 * pel_trainer_continue_from:
 * @self: a trainer that has not run and was given @model to start from
 * @model: the model that is to be trained further; copied
 * @error: return location for a `GError`
 *
 * Trains a finished model on, instead of another one that starts from it: steps, time and history
 * go on from its own, the learning rate stands where it would had the time limit been given on top
 * of the time trained before, and the model is replaced only by a better one.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_BAD_SHAPE` set where the configuration is of another
 *   network, or `PEL_ENGINE_ERROR_NO_MEMORY`
 */
gboolean pel_trainer_continue_from (PelTrainer *self, PelModel *model, GError **error);

/**
 * pel_trainer_extend:
 * @self: a trainer with a time limit
 * @seconds: to train longer
 *
 * Puts time on top of the limit of the run in progress, before its next step; where it has made its
 * last one and is being judged, it goes on after that. The learning rate goes back to where it
 * would stand had the longer time been given from the start. May be called from any thread.
 *
 * Returns: %FALSE where the run is at its end and only writes its model
 */
gboolean pel_trainer_extend (PelTrainer *self, double seconds);

/**
 * PelTrainDataFunc:
 * @data: the caller's
 *
 * Called on the thread of pel_trainer_run() with no lock held, after each epoch.
 *
 * Returns: (transfer full) (nullable): what to train on from now on, or %NULL for the same as
 *   before
 */
typedef PelDataset *(*PelTrainDataFunc) (gpointer data);

/**
 * pel_trainer_set_data_func:
 * @self: a trainer that does not run
 * @func: (nullable): asked for newer images and labels
 * @data: for @func
 *
 * What has nothing to train on is not taken. A run whose data changed does not repeat bit for bit.
 */
void pel_trainer_set_data_func (PelTrainer *self, PelTrainDataFunc func, gpointer data);

/**
 * pel_trainer_run:
 * @self: a trainer
 * @model_path: where the best model goes; written whenever there is a better one
 * @cancellable: (nullable): stops the training: the step in progress is thrown away, the best
 *   model stays (the present one is written where there is none yet) and so does the `.resume`
 *   file
 * @func: (nullable): told about the progress
 * @data: for @func
 * @error: return location for a `GError`
 *
 * Trains, on the calling thread and the pool. While it runs, state to resume from is written
 * beside the model at most a minute apart; it is removed when the training ends by itself.
 *
 * Returns: %TRUE when trained to the end; else %FALSE with `G_IO_ERROR_CANCELLED`,
 *   `PEL_ENGINE_ERROR_DIVERGED` (the best model stays), `PEL_ENGINE_ERROR_NO_MEMORY`, or an error
 *   of writing set
 */
gboolean pel_trainer_run (PelTrainer *self,
                          const char *model_path,
                          GCancellable *cancellable,
                          PelTrainFunc func,
                          gpointer data,
                          GError **error);

/**
 * pel_trainer_set_resume_interval:
 * @self: a trainer that does not run
 * @seconds: between two writings of the state to resume from; 45 unless set, so that with the step
 *   in progress and the writing itself at most a minute is lost
 */
void pel_trainer_set_resume_interval (PelTrainer *self, double seconds);

/**
 * pel_trainer_set_paused:
 * @self: a trainer
 * @paused: whether to wait between steps
 *
 * May be called from any thread. State to resume from is written before waiting.
 */
void pel_trainer_set_paused (PelTrainer *self, gboolean paused);

/**
 * pel_trainer_set_preview_func:
 * @self: a trainer that does not run
 * @func: (nullable): receives previews
 * @data: for @func
 */
void pel_trainer_set_preview_func (PelTrainer *self, PelPreviewFunc func, gpointer data);

/**
 * pel_trainer_request_preview:
 * @self: a trainer
 * @image: (nullable): what to look at; a reference is kept until the next request. %NULL: nothing
 * @rect: (nullable): the part that is visible; %NULL for all of it
 *
 * Asks for previews of a part of an image, the first one soon and then again and again, within a
 * tenth of the training's time. May be called from any thread; a new request replaces the old.
 *
 * Returns: the serial number that its answers carry
 */
guint pel_trainer_request_preview (PelTrainer *self, PelImage *image, const PelRect *rect);

/**
 * pel_trainer_steal_best:
 * @self: a trainer that has run
 *
 * Returns: (transfer full) (nullable): the best model, or %NULL where there is none
 */
PelModel *pel_trainer_steal_best (PelTrainer *self) G_GNUC_WARN_UNUSED_RESULT;
