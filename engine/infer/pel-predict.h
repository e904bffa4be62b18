/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>
#include "engine/core/pel-pool.h"
#include "engine/image/pel-image.h"
#include "engine/image/pel-labels.h"
#include "engine/infer/pel-tiler.h"
#include "engine/train/pel-model.h"

/**
 * PelPredictOptions:
 * @threshold: foreground probability from which a pixel belongs to a cell; negative: the model's
 * @min_size: smallest cell in pixels; negative: the model's, together with its @min_share. A size
 *   that is given alone means just that: no cell is left out for being small beside others
 * @min_share: smallest cell as a share of the image's typical one, as in #PelCutOptions; negative:
 *   as told by @min_size
 * @separation: how easily touching cells are cut apart; negative: the model's
 * @tile: side of the tiles in pixels; 0 chooses. Smaller ones need less memory
 * @diameter: of a typical cell in the image in pixels: the image is shown to the network at the
 *   size at which such cells look as those it was trained on; %PEL_PREDICT_MODEL_SIZE takes cells
 * to be as large as those, in µm where both pixel sizes are known and in pixels else;
 *   %PEL_PREDICT_GUESS_SIZE looks how large they are, see pel_size_guess_run(); 0 does so where
 *   the model says so and pixel sizes do not tell, and else is as %PEL_PREDICT_MODEL_SIZE
 * @um_per_px: pixel size of the image in µm where it is known better than the image tells; 0 else
 * @n_views: of the image to predict and average, as for pel_tiler_run(): 1, 4 or 8, which takes so
 *   many times as long and is a little more accurate
 * @channel: image channel for a one-channel model; %PEL_PREDICT_MODEL_CHANNEL: the model's
 */
typedef struct
{
  double threshold;
  gint min_size;
  double min_share;
  double separation;
  guint tile;
  double diameter;
  double um_per_px;
  guint n_views;
  gint channel;
} PelPredictOptions;

#define PEL_PREDICT_MODEL_CHANNEL (-2)
#define PEL_PREDICT_MODEL_SIZE (-1.0)
#define PEL_PREDICT_GUESS_SIZE (-2.0)

/**
 * PelPrediction:
 * @width: of the image
 * @height: of the image
 * @foreground: probability of lying in a cell, row by row
 * @parting: (nullable): what parts touching cells, as @separator has it, a plane after the other:
 *   the probability of lying between them, or vectors, down and right; %NULL for masks
 * @labels: the cells, numbered from 1
 * @task: of the model
 * @separator: what @parting holds
 * @magnification: sides in pixels of this image, per pixels of those trained on, that the
 *   prediction was made for: 2 where cells were taken to be twice as large
 * @guessed: that size was found by looking at the image
 * @by_form: the cut may be chosen by the form of the cells
 * @stretched: and was, since they are far from round, see pel_cut_options_stretch()
 * @apart: cells are cut so that none touch
 * @threshold: that @labels were cut at
 * @min_size: that was used
 * @min_share: that was used
 * @separation: that was used
 * @error_scale: the model's
 *
 * What a model tells about one image.
 */
typedef struct
{
  guint width, height;
  float *foreground;
  float *parting;
  PelLabels *labels;
  PelTask task;
  PelSeparator separator;
  double magnification;
  gboolean guessed;
  gboolean by_form;
  gboolean stretched;
  gboolean apart;
  double threshold;
  guint min_size;
  double min_share;
  double separation;
  PelErrorScale error_scale;
} PelPrediction;

/**
 * pel_predict_options_init:
 * @options: (out): the model's own choices
 */
void pel_predict_options_init (PelPredictOptions *options);

/**
 * pel_predict_get_zoom:
 * @model: a model
 * @image: what it is to look at
 * @options: with the diameter of the cells, where it is known
 *
 * Returns: pixels that the network is to see per pixel of @image
 */
double pel_predict_get_zoom (const PelModel *model,
                             const PelImage *image,
                             const PelPredictOptions *options);

/**
 * pel_predict_guesses_size:
 * @info: of a model
 * @um_per_px: pixel size of an image in µm; 0 where unknown
 * @diameter: as in #PelPredictOptions
 *
 * Returns: whether a prediction looks how large the cells are in the image: where it is told to, or
 *   where the model does so by itself and pixel sizes do not tell
 */
gboolean pel_predict_guesses_size (const PelModelInfo *info, double um_per_px, double diameter);

/**
 * pel_predict_image:
 * @model: what to predict with; its network stays planned for the tiles, unless the
 *   image is large
 * @image: any size; colour becomes luminance for a one-channel model
 * @options: (nullable): %NULL for the model's own
 * @pool: threads to compute on
 * @cancellable: (nullable): polled at least every 100 ms
 * @func: (nullable): told about the progress
 * @data: for @func
 * @error: return location for a `GError`
 *
 * Predicts in overlapping tiles, whose grid is aligned to the network's pooling and whose
 * overlaps are blended, with the image mirrored at its edges: no seams. Memory is that of the
 * planes returned and of one tile.
 *
 * Returns: (transfer full) (nullable): the prediction; free with pel_prediction_free(). Else %NULL
 *   with `G_IO_ERROR_CANCELLED`, `PEL_ENGINE_ERROR_NO_MEMORY` or `PEL_ENGINE_ERROR_BAD_SHAPE` set
 */
PelPrediction *pel_predict_image (PelModel *model,
                                  PelImage *image,
                                  const PelPredictOptions *options,
                                  PelPool *pool,
                                  GCancellable *cancellable,
                                  PelProgressFunc func,
                                  gpointer data,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_prediction_resegment:
 * @self: a prediction
 * @model: (nullable): what negative options stand for; %NULL keeps what @self was made with
 * @options: thresholds and sizes to cut with
 * @cancellable: (nullable): stops the work
 * @error: return location for a `GError`
 *
 * Cuts the probabilities into cells anew, without the network.
 *
 * Returns: %FALSE with @error set and @self as it was
 */
gboolean pel_prediction_resegment (PelPrediction *self,
                                   const PelModel *model,
                                   const PelPredictOptions *options,
                                   GCancellable *cancellable,
                                   GError **error);
void pel_prediction_free (PelPrediction *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelPrediction, pel_prediction_free)
