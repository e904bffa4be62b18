/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-optimizer.h"

#include "engine/core/pel-arena.h"
#include "engine/core/pel-cpu.h"
#include "engine/core/pel-error.h"
#include "engine/kernels/pel-kernels.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define VALUES_PER_PIECE 16384

typedef struct
{
  const PelParameter *parameter;
  guint first_piece;
  float *state[2];
} Slot;

struct PelOptimizer
{
  PelOptimizerConfig config;
  PelUnet *unet;
  const PelKernels *kernels;
  guint64 n_steps;

  guint n_slots; /* parameters that have a gradient */
  Slot *slots;
  guint n_pieces;
  guint states_per_slot;
  guint n_states;
  PelParameter *states;
  float *memory;
};

/* One step's numbers, the same for all weights. */
typedef struct
{
  const PelOptimizer *optimizer;
  PelAdamStep adam;
  float learning_rate;
} Step;

void
pel_optimizer_config_init (PelOptimizerConfig *config, PelOptimizerKind kind)
{
  *config = (PelOptimizerConfig){
    .kind = kind,
    .beta1 = 0.9,
    .beta2 = 0.999,
    .eps = 1e-8,
    .weight_decay = kind == PEL_OPTIMIZER_ADAMW ? 0.01 : 0.0,
    .momentum = 0.9,
  };
}

static gboolean
check_config (const PelOptimizerConfig *config, GError **error)
{
  /* Written so that a NaN is refused too. */
  if (config->beta1 >= 0 && config->beta1 < 1 && config->beta2 >= 0 && config->beta2 < 1 &&
      config->eps > 0 && isfinite (config->eps) && config->weight_decay >= 0 &&
      isfinite (config->weight_decay) && config->momentum >= 0 && config->momentum < 1)
    return TRUE;
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
                       _ ("The optimiser's betas and momentum must lie in 0 to 1, its weight decay "
                          "must be 0 or more."));
  return FALSE;
}

static gboolean
is_trained (const PelParameter *parameter)
{
  return !g_str_has_suffix (parameter->name, ".running_mean") &&
         !g_str_has_suffix (parameter->name, ".running_var");
}

PelOptimizer *
pel_optimizer_new (const PelOptimizerConfig *config, PelUnet *unet, GError **error)
{
  static const char *const names[2] = { "mean", "square" };
  g_autoptr (PelOptimizer) self = NULL;
  guint n_parameters = pel_unet_get_n_parameters (unet);
  gsize n_values = 0;
  float *next;

  if (!check_config (config, error))
    return NULL;

  self = g_new0 (PelOptimizer, 1);
  self->config = *config;
  self->unet = unet;
  self->kernels = pel_kernels_select (pel_cpu_get_flags ());
  self->states_per_slot = config->kind == PEL_OPTIMIZER_SGD ? 1 : 2;
  self->slots = g_new0 (Slot, n_parameters);
  self->states = g_new0 (PelParameter, 2 * n_parameters);
  for (guint i = 0; i < n_parameters; i++)
    {
      const PelParameter *parameter = pel_unet_get_parameter (unet, i);

      if (!is_trained (parameter))
        continue;
      self->slots[self->n_slots].parameter = parameter;
      self->slots[self->n_slots].first_piece = self->n_pieces;
      self->n_slots++;
      self->n_pieces += (guint)((parameter->n_values + VALUES_PER_PIECE - 1) / VALUES_PER_PIECE);
      n_values += parameter->n_values;
    }

  self->memory = pel_try_alloc (n_values, self->states_per_slot * sizeof (float), error);
  if (self->memory == NULL)
    return NULL;
  memset (self->memory, 0, n_values * self->states_per_slot * sizeof (float));
  next = self->memory;
  for (guint i = 0; i < self->n_slots; i++)
    for (guint j = 0; j < self->states_per_slot; j++)
      {
        const PelParameter *parameter = self->slots[i].parameter;
        PelParameter *state = &self->states[self->n_states++];

        *state = *parameter;
        state->name = g_strconcat (parameter->name, ".",
                                   config->kind == PEL_OPTIMIZER_SGD ? "velocity" : names[j], NULL);
        state->value = next;
        state->gradient = NULL;
        self->slots[i].state[j] = next;
        next += parameter->n_values;
      }
  return g_steal_pointer (&self);
}

void
pel_optimizer_free (PelOptimizer *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_states; i++)
    g_free ((char *)self->states[i].name);
  pel_aligned_free (self->memory);
  g_free (self->states);
  g_free (self->slots);
  g_free (self);
}

const PelOptimizerConfig *
pel_optimizer_get_config (const PelOptimizer *self)
{
  return &self->config;
}

static void
step_piece (guint item, guint worker, gpointer data)
{
  const Step *step = data;
  const PelOptimizer *self = step->optimizer;
  guint low = 0, high = self->n_slots - 1;
  const Slot *slot;
  gsize begin, n;

  while (low < high)
    {
      guint middle = (low + high + 1) / 2;

      if (self->slots[middle].first_piece <= item)
        low = middle;
      else
        high = middle - 1;
    }
  slot = &self->slots[low];
  begin = (gsize)(item - slot->first_piece) * VALUES_PER_PIECE;
  n = MIN (VALUES_PER_PIECE, slot->parameter->n_values - begin);

  if (self->config.kind == PEL_OPTIMIZER_SGD)
    self->kernels->momentum (slot->parameter->value + begin, slot->parameter->gradient + begin,
                             slot->state[0] + begin, n, step->learning_rate,
                             (float)self->config.momentum, step->adam.decay);
  else
    self->kernels->adam (&step->adam, slot->parameter->value + begin,
                         slot->parameter->gradient + begin, slot->state[0] + begin,
                         slot->state[1] + begin, n);
}

void
pel_optimizer_step (PelOptimizer *self, float learning_rate)
{
  const PelOptimizerConfig *config = &self->config;
  PelPool *pool = pel_unet_get_pool (self->unet);
  gboolean decoupled = config->kind == PEL_OPTIMIZER_ADAMW;
  double rate = (double)learning_rate;
  double n;
  Step step;

  g_return_if_fail (pool != NULL && self->slots[0].parameter->gradient != NULL);

  self->n_steps++;
  n = (double)self->n_steps;
  step = (Step){
    .optimizer = self,
    .learning_rate = learning_rate,
    .adam = {
      .keep = (float)(decoupled ? 1.0 - rate * config->weight_decay : 1.0),
      .decay = (float)(decoupled ? 0.0 : config->weight_decay),
      .beta1 = (float)config->beta1,
      .fresh1 = (float)(1.0 - config->beta1),
      .beta2 = (float)config->beta2,
      .fresh2 = (float)(1.0 - config->beta2),
      .eps = (float)config->eps,
      .rate = (float)(rate / (1.0 - pow (config->beta1, n))),
      .root = (float)(1.0 / sqrt (1.0 - pow (config->beta2, n))),
    },
  };
  pel_pool_run (pool, self->n_pieces, step_piece, &step, NULL);
}

guint64
pel_optimizer_get_n_steps (const PelOptimizer *self)
{
  return self->n_steps;
}

void
pel_optimizer_set_n_steps (PelOptimizer *self, guint64 n_steps)
{
  self->n_steps = n_steps;
}

guint
pel_optimizer_get_n_state (const PelOptimizer *self)
{
  return self->n_states;
}

const PelParameter *
pel_optimizer_get_state (PelOptimizer *self, guint index)
{
  g_return_val_if_fail (index < self->n_states, NULL);
  return &self->states[index];
}
