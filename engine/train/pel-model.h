/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include "engine/measure/pel-error-scale.h"
#include "engine/nn/pel-unet.h"
#include "engine/train/pel-normalisation.h"
#include "engine/train/pel-train-config.h"

typedef struct PelModel PelModel; /* opaque, one owner, one thread at a time */

/* Of the files that pel_model_save() writes. Newer files are refused, older ones are read. What a
 * program of version 1 can read is still written as that: all but models with flows. */
#define PEL_MODEL_VERSION 2

/**
 * PelHistoryRow:
 * @step: steps done
 * @epoch: epochs done
 * @seconds: training time so far, pauses left out
 * @loss: mean training loss of the steps since the row before
 * @val_loss: loss on the images held out; NaN where none are
 * @val_dice: Dice of the foreground there; NaN where none are
 * @val_ap50: average precision at IoU 0.5 of the cells there; NaN where none are
 *
 * One point of the training curves.
 */
typedef struct
{
  guint step;
  guint epoch;
  double seconds;
  double loss;
  double val_loss;
  double val_dice;
  double val_ap50;
} PelHistoryRow;

/**
 * PelModelInfo:
 * @um_per_px: pixel size of the training images in µm; 0 where unknown
 * @typical_diameter: median diameter of the training cells in pixels; 0 where unknown
 * @threshold: foreground probability from which a pixel belongs to a cell
 * @min_size: smallest cell in pixels that is kept
 * @min_share: smallest cell that is kept, as a share of the image's typical one, as in
 *   #PelCutOptions
 * @separation: how easily touching cells are cut apart, as in #PelSegmentOptions
 * @error_scale: how the blur of an edge becomes the uncertainty of a diameter
 * @images: images trained on
 * @cells: cells trained on
 * @created: seconds since 1970 UTC when training ended; 0 where unknown
 * @smallest_diameter: the lower end of the median diameters of the images trained on, in pixels; 0
 *   where unknown. See pel_dataset_get_diameter_range()
 * @largest_diameter: and the upper one
 * @usual_confidence: how surely it finds the cells of images held out: the foreground's
 *   probability, averaged over cells, that nine of ten images exceed; 0 where unknown
 * @guess_size: how large the cells are in an image is found out where nobody tells it
 * @apart: the cells it learnt from lie close and never touch, see pel_dataset_cells_lie_apart(),
 * and those it finds are cut so
 * @by_form: the cut is chosen by the form of the cells, as in #PelCutOptions
 *
 * What a model remembers about its training and proposes for prediction.
 */
typedef struct
{
  double um_per_px;
  double typical_diameter;
  double threshold;
  guint min_size;
  double min_share;
  double separation;
  PelErrorScale error_scale;
  guint images;
  guint cells;
  gint64 created;
  double smallest_diameter;
  double largest_diameter;
  double usual_confidence;
  gboolean guess_size;
  gboolean by_form;
  gboolean apart;
} PelModelInfo;

/**
 * pel_model_new:
 * @config: what the network is to be and how it will be trained; copied. Fields that are 0 for
 *   "choose" may stay so
 * @error: return location for a `GError`
 *
 * A model with fresh weights, seeded by the configuration.
 *
 * Returns: (transfer full) (nullable): the model, or %NULL with `PEL_ENGINE_ERROR_BAD_ARGUMENT`,
 *   `BAD_SHAPE` or `NO_MEMORY` set
 */
PelModel *pel_model_new (const PelTrainConfig *config, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pel_model_free (PelModel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelModel, pel_model_free)

/**
 * pel_model_duplicate:
 * @self: a model
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): an independent copy, or %NULL with
 *   `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
PelModel *pel_model_duplicate (PelModel *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_model_load:
 * @path: a safetensors file that pel_model_save() wrote, not trusted
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): the model, or %NULL with
 *   `PEL_ENGINE_ERROR_BAD_CHECKPOINT`, `NO_MEMORY` or a `G_FILE_ERROR` set. The message does not
 *   name @path
 */
PelModel *pel_model_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_model_save:
 * @self: a model
 * @path: where to; a file that is there is replaced in one piece or left as it was
 * @error: return location for a `GError`
 *
 * Writes the weights, and in the metadata the whole configuration, the normalisation, the
 * training history and the version, as safetensors.
 *
 * Returns: %FALSE with @error set
 */
gboolean pel_model_save (PelModel *self, const char *path, GError **error);

PelUnet *pel_model_get_unet (PelModel *self);
const PelTrainConfig *pel_model_get_config (const PelModel *self);
PelTask pel_model_get_task (const PelModel *self);
const PelNormalisation *pel_model_get_normalisation (const PelModel *self);
void pel_model_set_normalisation (PelModel *self, const PelNormalisation *normalisation);
const PelModelInfo *pel_model_get_info (const PelModel *self);
void pel_model_set_info (PelModel *self, const PelModelInfo *info);

/**
 * pel_model_get_history:
 * @self: a model
 * @n_rows: (out): how many
 *
 * Returns: (array length=n_rows) (transfer none): the training curves, oldest first
 */
const PelHistoryRow *pel_model_get_history (const PelModel *self, guint *n_rows);
void pel_model_add_history (PelModel *self, const PelHistoryRow *row);
void pel_model_clear_history (PelModel *self);
