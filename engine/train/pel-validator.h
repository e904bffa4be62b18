/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>
#include "engine/core/pel-pool.h"
#include "engine/train/pel-dataset.h"
#include "engine/train/pel-model.h"

/**
 * PEL_VALIDATION_TILE:
 *
 * Side of the tiles that models are judged on, beside the training's own memory.
 */
#define PEL_VALIDATION_TILE 512u

/**
 * PelValidation:
 * @loss: as in training, over all pixels that count
 * @dice: mean over images of the Dice coefficient of the foreground
 * @ap50: average precision at IoU 0.5, TP / (TP + FP + FN) over all cells
 * @n_images: images looked at
 * @n_pixels: pixels looked at
 */
typedef struct
{
  double loss;
  double dice;
  double ap50;
  guint n_images;
  gsize n_pixels;
} PelValidation;

/**
 * PelValidator:
 *
 * Looks at the images held out, always at the same ones: in an order drawn once, until a number
 * of pixels is reached. What does not count (see pel_sample_read_labels()) is cut away from the
 * prediction. One owner, one thread.
 */
typedef struct PelValidator PelValidator;

/**
 * pel_validator_new:
 * @dataset: images; a reference is kept
 * @config: with everything chosen; copied
 * @normalisation: how grey values reach the network; copied
 * @cancellable: (nullable): polled between images
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): the validator, or %NULL where no image with cells
 *   is held out (without an error) or one cannot be used (with one)
 */
PelValidator *pel_validator_new (PelDataset *dataset,
                                 const PelTrainConfig *config,
                                 const PelNormalisation *normalisation,
                                 GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pel_validator_free (PelValidator *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelValidator, pel_validator_free)

/**
 * pel_validator_set_max_pixels:
 * @self: a validator
 * @max_pixels: to look at, at most; 0 for all. One image is looked at in any case
 */
void pel_validator_set_max_pixels (PelValidator *self, gsize max_pixels);

/**
 * pel_validator_get_n_pixels:
 * @self: a validator
 *
 * Returns: pixels that a validation looks at
 */
gsize pel_validator_get_n_pixels (const PelValidator *self);

/**
 * pel_validator_get_n_images:
 * @self: a validator
 *
 * Returns: how many of the held-out images a validation looks at
 */
guint pel_validator_get_n_images (const PelValidator *self);

/**
 * pel_validator_get_share:
 * @self: a validator
 *
 * Returns: the share of the pixels held out that a validation looks at, above 0; 1 for all
 */
double pel_validator_get_share (const PelValidator *self);

/**
 * pel_validator_run:
 * @self: a validator
 * @model: what to judge; its network is planned anew
 * @pool: threads to compute on
 * @cancellable: (nullable): stops the work
 * @result: (out): how good the model is
 * @error: return location for a `GError`
 *
 * Returns: %FALSE with `G_IO_ERROR_CANCELLED` or `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
gboolean pel_validator_run (PelValidator *self,
                            PelModel *model,
                            PelPool *pool,
                            GCancellable *cancellable,
                            PelValidation *result,
                            GError **error);

/**
 * pel_validator_tune:
 * @self: a validator
 * @model: what to judge; its network is planned anew
 * @share: how much of the held-out pixels that a validation looks at may be used, from 0 to 1;
 * whole images are taken, at least one
 * @pool: threads to compute on
 * @cancellable: (nullable): stops the work
 * @info: (inout): threshold, smallest share and separation to begin with, and those found best
 * @error: return location for a `GError`
 *
 * Chooses how probabilities are cut into cells: tries thresholds and separations together, then
 * smallest shares, and keeps what makes the score better. Then finds the factors that make the
 * uncertainties of diameters 68 % intervals on these cells, and how surely the cells are found.
 *
 * Returns: %FALSE with `G_IO_ERROR_CANCELLED` or `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
gboolean pel_validator_tune (PelValidator *self,
                             PelModel *model,
                             double share,
                             PelPool *pool,
                             GCancellable *cancellable,
                             PelModelInfo *info,
                             GError **error);

/**
 * pel_validation_get_score:
 * @result: how good a model is
 * @task: what it was taught
 *
 * Returns: one figure to choose models by: for cells mostly @ap50, and a part of @dice to tell
 *   models apart while no cell is found yet; for masks @dice
 */
double pel_validation_get_score (const PelValidation *result, PelTask task);
