/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-loss.h"

/**
 * PEL_FLOW_SCALE:
 *
 * What a network's scores of flows are, beside the vectors: large enough for them to weigh in the
 * loss beside the foreground (Stringer et al., Nature Methods 18, 2021, take the same).
 */
#define PEL_FLOW_SCALE 5.0f

/**
 * pel_output_read:
 * @score: what a network tells
 * @output: in which of its outputs
 * @has_flows: whether those after the first are flows
 *
 * Returns: what the score means: a probability, or a part of a vector
 */
float pel_output_read (float score, guint output, gboolean has_flows);

/**
 * pel_flow_loss:
 * @kind: which loss of the foreground
 * @scores: the network's scores (n, 3, h, w): a logit of the foreground, and %PEL_FLOW_SCALE times
 *   a vector, down and right
 * @targets: (n, 3, h, w): the foreground, 0 to 1, and the true vector
 * @weights: (nullable): how much each pixel counts, 0 or more, (n, 1, h, w); `NULL` is all 1
 * @d_scores: (inout) (nullable): receives the derivative by each score; the same shape
 * @pool: who computes
 *
 * pel_loss() of the foreground alone, and half the squared difference of the vectors' scores from
 * %PEL_FLOW_SCALE times the true ones, averaged over both and all pixels by their weights: in the
 * background they are to be 0. (Stringer, Wang, Michaelos and Pachitariu, Nature Methods 18,
 * 2021.) Sums run in double precision and in a fixed order, the same for any number of threads.
 *
 * Returns: the loss
 */
double pel_flow_loss (PelLossKind kind,
                      const PelTensor *scores,
                      const PelTensor *targets,
                      const PelTensor *weights,
                      PelTensor *d_scores,
                      PelPool *pool);
