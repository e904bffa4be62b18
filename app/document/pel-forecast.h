/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/train/pel-train-config.h"

G_BEGIN_DECLS

/* What a training that has not begun will come to, as far as that can be told honestly. */

/**
 * PelForecast:
 * @task: what is taught
 * @separator: by what touching cells are to be parted
 * @base_channels: of the network
 * @batch: patches a step
 * @step_pixels: pixels a step
 * @epoch_steps: steps from one judgement of the weights to the next
 * @fixed_steps: steps after which the training ends whatever time is left; 0 for none
 * @n_steps: steps that the trial made
 * @step_seconds: their median duration
 * @preparing_seconds: from the start until the first step: reading images, looking at them
 * @judging_seconds: what one judgement of the weights took in the trial, 0 where no image is held
 *   out
 * @judged_pixels: pixels that it looked at
 * @held_out_pixels: pixels that a judgement would look at without a limit of time
 * @bytes: memory that training takes
 * @n_images: images that are learnt from
 * @val_dice: on the held-out images, at the end of the trial; NaN where none are
 * @val_ap50: the same
 *
 * What a short trial of a training has shown.
 */
typedef struct
{
  PelTask task;
  PelSeparator separator;
  guint base_channels;
  guint batch;
  double step_pixels;
  guint epoch_steps;
  guint fixed_steps;
  guint n_steps;
  double step_seconds;
  double preparing_seconds;
  double judging_seconds;
  double judged_pixels;
  double held_out_pixels;
  guint64 bytes;
  guint n_images;
  double val_dice, val_ap50;
} PelForecast;

/**
 * pel_forecast_count_steps:
 * @self: what a trial has shown
 * @seconds: a time limit
 *
 * Steps that a training of the same kind makes within a time limit on this machine while nothing
 * else runs. What is taken off is the time for reading the images, and the trainer's own rules for
 * how much time goes into judging the weights.
 *
 * Returns: how many, at least 1
 */
guint pel_forecast_count_steps (const PelForecast *self, double seconds);

/**
 * PelExpectation:
 * @n_models: how many earlier models it is drawn from; 0 where it cannot be told
 * @low: the worst of their scores
 * @high: the best
 * @name: (nullable): where it is drawn from a single model, its name; belongs to the model
 * @n_images: images that the single model learnt from
 * @n_steps: steps of that model at which it had the score
 *
 * How good earlier models of the project were after as many steps.
 */
typedef struct
{
  guint n_models;
  double low, high;
  const char *name;
  guint n_images;
  guint n_steps;
} PelExpectation;

/**
 * pel_forecast_expect:
 * @self: what a trial has shown
 * @n_steps: steps that there is time for
 * @models: (element-type PelModelEntry): the models there are
 * @expectation: (out): what they tell
 *
 * Looks for models of the same task and network with scores on held-out images (AP for cells, Dice
 * for masks) and takes of each the best one up to @n_steps. A model that has made less than a third
 * of the steps tells nothing.
 */
void pel_forecast_expect (const PelForecast *self,
                          guint n_steps,
                          GListModel *models,
                          PelExpectation *expectation);

G_END_DECLS
