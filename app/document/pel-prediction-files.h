/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/image/pel-image.h"
#include "engine/infer/pel-cut.h"
#include "engine/infer/pel-predict.h"
#include "engine/measure/pel-error-scale.h"

G_BEGIN_DECLS

/* What lies beside the labels of a prediction, `predictions/MODEL/NAME.tif`: probabilities and the
 * settings that the labels were cut with. Plain data, any thread. */

/**
 * PelPredictionSettings:
 * @cut: how the probabilities were cut into cells; a negative @min_share is not known, as in files
 *   of older versions
 * @magnification: as in #PelPrediction; 1 where that is not known
 * @error_scale: how the blur of edges becomes the uncertainty of diameters
 * @guessed: @magnification was found by looking at the image
 * @stretched: the model found the cells far from round, see pel_cut_options_stretch()
 *
 * `NAME.json` of a prediction.
 */
typedef struct
{
  PelCutOptions cut;
  double magnification;
  PelErrorScale error_scale;
  gboolean guessed;
  gboolean stretched;
} PelPredictionSettings;

/* The path of a prediction's probabilities and of its settings, from that of its labels. */
char *pel_prediction_sibling (const char *labels_path, const char *suffix)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_prediction_settings_read:
 * @labels_path: the labels of a prediction; what lies beside them is not trusted
 * @settings: (out): what the prediction was cut with
 *
 * Returns: whether there are settings that say so; else @settings are those of nobody
 */
gboolean pel_prediction_settings_read (const char *labels_path, PelPredictionSettings *settings);

/* Writes them in one piece, beside the labels. */
gboolean pel_prediction_settings_write (const char *labels_path,
                                        const PelPredictionSettings *settings,
                                        GError **error);

/**
 * pel_prediction_read_probability:
 * @labels_path: the labels of a prediction
 * @width: columns that are expected, 0 for any
 * @height: rows that are expected, 0 for any
 *
 * Returns: (transfer full) (nullable): the probability of cell and, where the model tells touching
 *   cells apart, what parts them: the probability of the border between them as a second channel,
 *   or flows as a second and a third; %NULL where there is none
 */
PelImage *pel_prediction_read_probability (const char *labels_path, guint width, guint height)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_probability_image_new:
 * @foreground: probability of lying in a cell, row by row
 * @parting: (nullable): what parts touching cells, as in #PelPrediction
 * @separator: what @parting holds
 * @width: columns
 * @height: rows
 *
 * Returns: (transfer full) (nullable): all of them as the channels of an image of floats; %NULL
 * where there is no memory
 */
PelImage *pel_probability_image_new (const float *foreground,
                                     const float *parting,
                                     PelSeparator separator,
                                     guint width,
                                     guint height) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_probability_image_get_separator:
 * @probability: as from pel_probability_image_new()
 *
 * Returns: by what cells are parted in it, which the number of its channels tells
 */
PelSeparator pel_probability_image_get_separator (PelImage *probability);

/**
 * pel_prediction_write_planes:
 * @labels_path: the labels of a prediction
 * @prediction: what a model told
 * @um_x: width of a pixel in µm, 0 where unknown
 * @um_y: height of a pixel
 * @error: return location for a `GError`
 *
 * Writes the probability and what parts cells beside the labels, and removes what another kind of
 * model left there.
 *
 * Returns: %FALSE with @error set
 */
gboolean pel_prediction_write_planes (const char *labels_path,
                                      const PelPrediction *prediction,
                                      double um_x,
                                      double um_y,
                                      GError **error);

/**
 * pel_probability_image_cut:
 * @probability: as from pel_probability_image_new()
 * @options: how to cut; by what cells are parted @probability tells
 * @cancellable: (nullable): stops the work
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): as pel_cut_cells()
 */
PelLabels *pel_probability_image_cut (PelImage *probability,
                                      const PelCutOptions *options,
                                      GCancellable *cancellable,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
