/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-pool.h"
#include "engine/core/pel-tensor.h"

/**
 * PelLossKind:
 * @PEL_LOSS_BCE: weighted binary cross-entropy
 * @PEL_LOSS_DICE: weighted soft Dice
 * @PEL_LOSS_BCE_DICE: their sum
 */
typedef enum
{
  PEL_LOSS_BCE,
  PEL_LOSS_DICE,
  PEL_LOSS_BCE_DICE,
} PelLossKind;

/**
 * pel_loss:
 * @kind: which loss
 * @scores: the network's logits (n, c, h, w)
 * @targets: what the sigmoid of each score should be, 0 to 1; the same shape
 * @weights: (nullable): how much each pixel counts, 0 or more, (n, 1, h, w); `NULL` is all 1
 * @channel_weights: (nullable) (array): how much each channel counts; `NULL` is all 1
 * @d_scores: (inout) (nullable): receives the derivative by each score; the same shape
 * @pool: who computes
 *
 * With p = sigmoid (score), w = the pixel's weight and v = the channel's:
 *
 * - binary cross-entropy is the mean, weighted by v·w, of -t·log p - (1 - t)·log (1 - p), computed
 *   from the score so that large ones stay exact;
 * - soft Dice is 1 - (2·Σ w·p·t + 1) / (Σ w·p + Σ w·t + 1), the sums over the whole batch and one
 *   channel (Milletari, Navab and Ahmadi: "V-Net", 2016, here without the squares), and the
 *   channels' mean weighted by v. The 1 keeps a batch without cells defined.
 *
 * Where no pixel has any weight the loss and all derivatives are 0. The sums run in double
 * precision and in a fixed order, the same for any number of threads.
 *
 * Returns: the loss
 */
double pel_loss (PelLossKind kind,
                 const PelTensor *scores,
                 const PelTensor *targets,
                 const PelTensor *weights,
                 const float *channel_weights,
                 PelTensor *d_scores,
                 PelPool *pool);

/**
 * pel_sigmoid:
 * @score: a logit
 *
 * Returns: the probability 1 / (1 + exp (-@score)), without overflow
 */
float pel_sigmoid (float score);
