/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/train/pel-model.h"
#include "engine/train/pel-train-config.h"

/* Starting a training from a model that there is. */

/**
 * PelInitReport:
 * @n_whole: arrays of weights that fitted and were copied as they are
 * @n_adapted: arrays of the first or the last layer that were copied in part
 * @n_fresh: arrays that found nothing to start from
 * @values: share of the network's values that came from the other model, 0 to 1
 * @inputs_before: input channels of the other model
 * @inputs: of this one
 * @outputs_before: outputs of the other model
 * @outputs: of this one
 * @outputs_kept: outputs that kept their weights
 * @base_before: channels of the other's first module
 * @base: of this one's
 *
 * What a network took over from another one.
 */
typedef struct
{
  guint n_whole, n_adapted, n_fresh;
  double values;
  guint inputs_before, inputs;
  guint outputs_before, outputs, outputs_kept;
  guint base_before, base;
} PelInitReport;

/**
 * pel_init_take_weights:
 * @model: a model
 * @other: another, of any shape
 * @report: (out) (optional): what fitted
 *
 * Starts from another model: copies every parameter that has the same name and shape. A first layer
 * that differs only in the number of input channels spreads the sum of the other's weights over its
 * channels, so that an image whose channels are alike looks as it did. A head with another number
 * of outputs takes those that both have, and of a model taught another task the foreground alone.
 */
void pel_init_take_weights (PelModel *model, PelModel *other, PelInitReport *report);

/**
 * pel_init_report_describe:
 * @report: what fitted
 *
 * Returns: (transfer full): the same in a few translated sentences
 */
char *pel_init_report_describe (const PelInitReport *report) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_init_adopt_shape:
 * @config: (inout): how to train
 * @model: the model to start from
 *
 * Makes the network that @config describes the same as that of @model, so that all weights fit:
 * task, channels, depth, and how images reach it. Fields of the training itself stay.
 */
void pel_init_adopt_shape (PelTrainConfig *config, const PelModel *model);
