/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-unet.h"

/**
 * PelOptimizerKind:
 * @PEL_OPTIMIZER_ADAMW: Adam with decoupled weight decay (Loshchilov and Hutter, 2019)
 * @PEL_OPTIMIZER_ADAM: Adam (Kingma and Ba, 2015); weight decay is added to the gradient
 * @PEL_OPTIMIZER_SGD: gradient descent with momentum; weight decay is added to the gradient
 */
typedef enum
{
  PEL_OPTIMIZER_ADAMW,
  PEL_OPTIMIZER_ADAM,
  PEL_OPTIMIZER_SGD,
} PelOptimizerKind;

/**
 * PelOptimizerConfig:
 * @kind: which method
 * @beta1: Adam: how much of the mean is kept in a step
 * @beta2: Adam: how much of the mean square is kept in a step
 * @eps: Adam: added to the root of the mean square
 * @weight_decay: how fast weights shrink by themselves
 * @momentum: gradient descent: how much of the velocity is kept in a step
 *
 * Start from pel_optimizer_config_init(). The definitions are those of `torch.optim`.
 */
typedef struct
{
  PelOptimizerKind kind;
  double beta1, beta2, eps;
  double weight_decay;
  double momentum;
} PelOptimizerConfig;

/**
 * PelOptimizer:
 *
 * Changes a network's weights by their gradients. One owner, one thread at a time.
 */
typedef struct PelOptimizer PelOptimizer;

/**
 * pel_optimizer_config_init:
 * @config: (out caller-allocates): a configuration
 * @kind: which method
 *
 * Sets PyTorch's defaults: betas 0.9 and 0.999, eps 1e-8, weight decay 0.01 for AdamW and 0 for
 * the others; and a momentum of 0.9.
 */
void pel_optimizer_config_init (PelOptimizerConfig *config, PelOptimizerKind kind);

/**
 * pel_optimizer_new:
 * @config: the method; copied
 * @unet: (transfer none): the network to train; must outlive the optimiser, and be planned to
 *   train before the first step
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): an optimiser at step 0, or `NULL` with
 *   `PEL_ENGINE_ERROR_BAD_ARGUMENT` or `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
PelOptimizer *pel_optimizer_new (const PelOptimizerConfig *config, PelUnet *unet, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_optimizer_free:
 * @self: (nullable) (transfer full): an optimiser
 */
void pel_optimizer_free (PelOptimizer *self);

/**
 * pel_optimizer_get_config:
 * @self: an optimiser
 *
 * Returns: (transfer none): the method
 */
const PelOptimizerConfig *pel_optimizer_get_config (const PelOptimizer *self);

/**
 * pel_optimizer_step:
 * @self: an optimiser whose network has fresh gradients
 * @learning_rate: the size of the step
 *
 * Changes every trained weight, spread over the pool of the network's plan. It can't be
 * cancelled: a step is done whole or not at all.
 */
void pel_optimizer_step (PelOptimizer *self, float learning_rate);

/**
 * pel_optimizer_get_n_steps:
 * @self: an optimiser
 *
 * Returns: how many steps were made
 */
guint64 pel_optimizer_get_n_steps (const PelOptimizer *self);

/**
 * pel_optimizer_set_n_steps:
 * @self: an optimiser
 * @n_steps: the count that belongs to a state that was put back
 */
void pel_optimizer_set_n_steps (PelOptimizer *self, guint64 n_steps);

/**
 * pel_optimizer_get_n_state:
 * @self: an optimiser
 *
 * Returns: how many arrays of state there are
 */
guint pel_optimizer_get_n_state (const PelOptimizer *self);

/**
 * pel_optimizer_get_state:
 * @self: an optimiser
 * @index: below pel_optimizer_get_n_state()
 *
 * An array of state, named after its weight, such as `down0.conv0.weight.mean`. Saved and put back
 * together with the weights and the number of steps, it continues the training exactly.
 *
 * Returns: (transfer none): the array; its gradient is `NULL`
 */
const PelParameter *pel_optimizer_get_state (PelOptimizer *self, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelOptimizer, pel_optimizer_free)
