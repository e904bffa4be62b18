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
  float *r,
      *dy; /* on the way back the derivative by what went into the ReLU takes the place of r */
} PelUnetUnit;

/* Max-pooling between a level and the next, or the transposed convolution back. */
typedef struct
{
  guint first; /* the transposed convolution's weight and bias */
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

/* What a run is made of. Backward takes a unit in three parts, so that memory is given back in
 * between. */
typedef enum
{
  PEL_UNET_FORWARD_UNIT,
  PEL_UNET_FORWARD_POOL,
  PEL_UNET_FORWARD_UP,
  PEL_UNET_FORWARD_HEAD,
  PEL_UNET_UNIT_AGAIN, /* computes what was not kept; statistics stay */
  PEL_UNET_BACKWARD_HEAD,
  PEL_UNET_BACKWARD_NORM,
  PEL_UNET_BACKWARD_WEIGHT,
  PEL_UNET_BACKWARD_INPUT,
  PEL_UNET_BACKWARD_POOL,
  PEL_UNET_BACKWARD_UP,
} PelUnetKind;

/**
 * PelUnetOp:
 * @kind: what to do
 * @index: of the unit, or the level
 * @n_makes: how many buffers begin here
 * @makes: which pointer to set to which buffer of the arena, before the work
 */
typedef struct
{
  PelUnetKind kind;
  guint index;
  guint n_makes;
  struct
  {
    float **slot;
    guint buffer;
  } makes[3];
} PelUnetOp;

/**
 * PelUnetSchedule:
 * @memory: what is kept and what is computed again
 * @n_forward: how many of @ops are the way forward
 * @n_ops: how many there are
 * @ops: (array): in the order in which they run
 * @arena: every buffer, with its lifetime counted in @ops; gradients live to the end
 * @shared: buffer that all pieces of a layer share
 * @scratch: buffer of the workers
 * @turned: buffer for a convolution's weights, turned for the way back
 * @scratch_bytes: what each worker has
 *
 * The order of a run and the memory it takes.
 */
typedef struct
{
  PelUnetMemory memory;
  guint n_forward, n_ops;
  PelUnetOp *ops;
  PelArena *arena;
  guint shared, scratch, turned;
  gsize scratch_bytes;
} PelUnetSchedule;

/* One way to compute the steps; maps are laid out as it likes. The functions return FALSE where
 * they were cancelled. Levels name pooling from a level to the next, and the transposed convolution
 * back to it. */
typedef struct
{
  PelUnetSpace (*get_space) (const PelUnet *self, PelShape input, PelPhase phase);
  gboolean (*forward_unit) (PelUnet *self, guint index, gboolean again);
  gboolean (*backward_norm) (PelUnet *self, guint index);
  gboolean (*backward_weight) (PelUnet *self, guint index);
  gboolean (*backward_input) (PelUnet *self, guint index);
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
  float *statistics;  /* the norms' arrays */
  double *sums;       /* [2 · most channels that a unit reads or makes] */
  gboolean have_sums; /* blocked: @sums holds those of the derivative that was made last */

  gboolean planned, forwarded;
  PelShape input;
  PelPhase phase;
  PelPool *pool;
  PelUnetMemory memory; /* of the next plan to train */
  PelUnetSchedule *schedule;
  float *shared, *scratch;
  float *turned;  /* a convolution's weights, turned for the way back */
  PelTensor seen; /* what forward read */
};

/* The schedule of a run, with its arena not yet committed: @self is not changed, but its pointers
 * are what the schedule will set. */
PelUnetSchedule *pel_unet_schedule_new (PelUnet *self,
                                        PelShape input,
                                        PelPhase phase,
                                        PelUnetMemory memory,
                                        guint n_threads);
void pel_unet_schedule_free (PelUnetSchedule *schedule);

/* Sets the pointers whose buffers begin with an op. */
void pel_unet_point (const PelUnetSchedule *schedule, guint op);

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
