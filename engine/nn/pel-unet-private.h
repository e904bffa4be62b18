/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-arena.h"
#include "engine/kernels/pel-blocked.h"
#include "engine/nn/pel-norm.h"
#include "engine/nn/pel-unet.h"

/* A convolution, its ReLU and its batch normalisation. Only the ReLU's result r is stored. */
typedef struct
{
  guint level; /* how often the size was halved */
  guint in[2]; /* channels of the two parts of what it reads */
  guint out;   /* channels that it makes */
  guint first; /* index of its first parameter: weight, bias, then the norm's four */
  PelNorm norm;
  guint r_buffer, dy_buffer;
  float *r, *dy;
} PelUnetUnit;

/* Max-pooling between a level and the next, or the transposed convolution back. */
typedef struct
{
  guint first; /* the transposed convolution's weight and bias */
  guint y_buffer, dy_buffer;
  float *y, *dy;
} PelUnetLink;

enum
{
  PEL_UNET_WEIGHT,
  PEL_UNET_BIAS,
  PEL_UNET_GAMMA,
  PEL_UNET_BETA,
  PEL_UNET_RUNNING_MEAN,
  PEL_UNET_RUNNING_VARIANCE,
};

/* Working memory in bytes: what all pieces of a layer share, what each worker has, and what the way
 * back needs besides. */
typedef struct
{
  gsize shared, scratch, turned;
} PelUnetSpace;

/* One way to compute the steps; maps are laid out as it likes. The functions return FALSE where they
 * were cancelled. Levels name pooling from a level to the next, and the transposed convolution
 * back to it. */
typedef struct
{
  PelUnetSpace (*get_space) (const PelUnet *self);
  gboolean (*forward_unit) (PelUnet *self, guint index);
  gboolean (*backward_unit) (PelUnet *self, guint index);
  gboolean (*forward_pool) (PelUnet *self, guint level);
  gboolean (*backward_pool) (PelUnet *self, guint level);
  gboolean (*forward_up) (PelUnet *self, guint level);
  gboolean (*backward_up) (PelUnet *self, guint level);
  gboolean (*forward_head) (PelUnet *self, float *scores);
  gboolean (*backward_head) (PelUnet *self, const float *d_scores);
} PelUnetSteps;

extern const PelUnetSteps pel_unet_steps_plain;
extern const PelUnetSteps pel_unet_steps_blocked;

/* Whether pel_unet_steps_blocked can compute such a network, with kernels worth using. */
gboolean pel_unet_can_block (const PelUnetConfig *config);

struct PelUnet
{
  PelUnetConfig config;
  const PelKernels *kernels;
  const PelBlockedKernels *blocked_kernels;
  const PelUnetSteps *steps;
  GCancellable *cancellable;

  /* Units in the order in which they run: two for each level down, two at the bottom, two for
   * each level up again. */
  guint n_units;
  PelUnetUnit *units;
  PelUnetLink *pools; /* [level]: from a level to the next */
  PelUnetLink *ups;   /* [level]: from the next level back to this one */
  guint head;         /* the head's weight and bias */

  guint n_parameters;
  PelParameter *parameters;
  gsize n_values; /* with the padding between parameters */
  float *values;
  float *gradients;  /* NULL until the first plan to train */
  float *statistics; /* the norms' arrays */
  double *sums;      /* [2 · most channels that a unit reads or makes] */
  gboolean have_sums; /* blocked: @sums holds those of the derivative that was made last */

  gboolean planned, forwarded;
  PelShape input;
  PelPhase phase;
  PelPool *pool;
  PelArena *arena;
  guint shared_buffer, scratch_buffer, turned_buffer;
  gsize scratch_bytes;
  float *turned;  /* a convolution's weights, turned for the way back */
  PelTensor seen; /* what forward read */
};

/* Memory for the gradients, from the first plan to train on. */
gboolean pel_unet_ensure_gradients (PelUnet *self, GError **error);

/* Channels of a level's module. */
static inline guint
pel_unet_get_channels (const PelUnet *self, guint level)
{
  return self->config.base_channels << level;
}

/* Indices of a level's first unit on the way down (the bottom included), and up. */
static inline guint
pel_unet_get_down_unit (guint level)
{
  return 2 * level;
}

static inline guint
pel_unet_get_up_unit (const PelUnet *self, guint level)
{
  return 2 * self->config.depth + 2 + 2 * (self->config.depth - 1 - level);
}

static inline const float *
pel_unet_get_value (const PelUnet *self, guint index)
{
  return self->parameters[index].value;
}

static inline float *
pel_unet_get_gradient (const PelUnet *self, guint index)
{
  return self->parameters[index].gradient;
}

/* The second of a module's two units. */
static inline gboolean
pel_unet_is_second (guint index)
{
  return index % 2 == 1;
}

static inline gboolean
pel_unet_is_on_the_way_up (const PelUnet *self, guint index)
{
  return index >= 2 * self->config.depth + 2;
}

/* The unit that feeds the transposed convolution into @level. */
static inline guint
pel_unet_get_unit_below (const PelUnet *self, guint level)
{
  return pel_unet_get_up_unit (self, level) - 1;
}
