/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/image/pel-labels.h"

/* Thresholds that the average precision is told at: IoU 0.50, 0.55, … 0.95. */
#define PEL_N_AP_THRESHOLDS 10

/**
 * PelScores:
 * @name: (nullable): the image's name, %NULL for all images together
 * @n_images: number of images
 * @n_truth: cells in the truth
 * @n_predicted: cells predicted
 * @n_matched: cells matched one to one at IoU 0.5
 * @dice: 2 |P and T| / (|P| + |T|) of the foreground; mean over images. 1 where both are empty
 * @iou: |P and T| / |P or T| of the foreground; mean over images. 1 where both are empty
 * @pixel_accuracy: share of pixels that are foreground in both or background in both; over all
 *   pixels of all images
 * @ap50: TP / (TP + FP + FN) at IoU 0.5, counts over all images. Each AP is 1 where there
 *   is no cell in either
 * @ap75: the same at IoU 0.75
 * @ap50_95: mean of the same at IoU 0.5, 0.55, … 0.95
 * @ap: the same at each of them: ap[0] is @ap50, ap[5] is @ap75
 * @f1_50: 2 TP / (2 TP + FP + FN) at IoU 0.5; 1 where there is no cell in either
 * @precision_50: TP / (TP + FP) at IoU 0.5; not a number where nothing was predicted
 * @recall_50: TP / (TP + FN) at IoU 0.5; not a number where there is nothing to find
 * @diameter_mape: mean of |d - t| / t over the cells matched at IoU 0.5, of the equivalent
 *   diameters of their pixels, in percent; not a number without a match
 * @rand_foreground: the foreground-restricted Rand score of ISBI 2012; mean over images, not a
 *   number where no image has foreground in its truth
 * @n_missed: true cells where nothing was predicted. These five are defined at #PelCellErrors
 * @n_false: predicted cells where there is none
 * @n_merged: predicted cells that cover several true ones
 * @n_split: true cells cut into several predicted ones
 * @n_inexact: pairs of cells whose outlines differ so much that they do not match
 *
 * How well predicted cells agree with the truth.
 */
typedef struct
{
  const char *name;
  guint n_images;
  guint n_truth, n_predicted, n_matched;
  double dice, iou, pixel_accuracy;
  double ap50, ap75, ap50_95;
  double ap[PEL_N_AP_THRESHOLDS];
  double f1_50, precision_50, recall_50;
  double diameter_mape;
  double rand_foreground;
  guint n_missed, n_false, n_merged, n_split, n_inexact;
} PelScores;

/**
 * PelEvaluation:
 *
 * Compares predicted label images with true ones, one pair after another, without keeping them.
 * One owner, one thread at a time.
 *
 * A predicted and a true cell match at a threshold when their intersection over union is at
 * least the threshold; a cell has one match at most. Above one half a cell
 * overlaps no second one that much, so matching is unique; at exactly one half the largest
 * possible number of matches is found.
 *
 * The Rand score is pel_rand_score() of the 4-connected parts of the foreground, cells of different
 * labels included.
 */
typedef struct PelEvaluation PelEvaluation;

PelEvaluation *pel_evaluation_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pel_evaluation_free (PelEvaluation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelEvaluation, pel_evaluation_free)

/**
 * pel_evaluation_add:
 * @self: an evaluation
 * @name: name of the image
 * @prediction: the predicted cells
 * @truth: the true ones, of the same size
 * @error: return location for a `GError`
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_BAD_SHAPE` where the sizes differ, or
 *   `PEL_ENGINE_ERROR_NO_MEMORY`; the pair does not count then
 */
gboolean pel_evaluation_add (PelEvaluation *self,
                             const char *name,
                             const PelLabels *prediction,
                             const PelLabels *truth,
                             GError **error);

/**
 * pel_evaluation_add_known:
 * @self: an evaluation
 * @name: name of the image
 * @prediction: the predicted cells
 * @truth: the true ones, of the same size
 * @known: (nullable): width x height values row by row, 0 where it is not known whether there is a
 *   cell: such pixels are left out of both, and so are predicted cells that lie there by more than
 *   half. %NULL: all is known
 * @error: return location for a `GError`
 *
 * As pel_evaluation_add(), for an image that is painted in parts.
 *
 * Returns: %FALSE as pel_evaluation_add()
 */
gboolean pel_evaluation_add_known (PelEvaluation *self,
                                   const char *name,
                                   const PelLabels *prediction,
                                   const PelLabels *truth,
                                   const guint8 *known,
                                   GError **error);

/**
 * pel_evaluation_append:
 * @self: an evaluation
 * @other: another, of other images; left as it is
 *
 * Adds the images of @other to those of @self, as if they had been added one by one.
 */
void pel_evaluation_append (PelEvaluation *self, const PelEvaluation *other);

/**
 * pel_evaluation_get_total:
 * @self: an evaluation
 * @scores: (out): the scores over all images so far; without any image all scores are not a
 *   number
 */
void pel_evaluation_get_total (const PelEvaluation *self, PelScores *scores);

/**
 * pel_evaluation_get_images:
 * @self: an evaluation
 * @n_images: (out): number of images
 *
 * Returns: (transfer none) (array length=n_images): the scores of each image, as they were added
 */
const PelScores *pel_evaluation_get_images (const PelEvaluation *self, guint *n_images);
