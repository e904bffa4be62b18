/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-unet-private.h"

/* The lean way does not keep what the first unit of a module makes, nor what it reads, at the
 * levels above this one: there maps are large, and the convolutions that make them cheap beside it.
 */
#define LEAN_LEVELS 2

/* A stretch of time during which a pointer means the same buffer. */
typedef struct
{
  float **slot;
  gsize n, size; /* elements and bytes of each */
  guint first, last;
  guint make; /* of the op @first */
} Life;

typedef struct
{
  PelUnet *unet;
  PelShape input;
  gboolean train, lean;
  GArray *ops;   /* PelUnetOp */
  GArray *lives; /* Life */
} Builder;

/* --- lifetimes --- */

static void
make (Builder *self, float **slot, gsize n, gsize size)
{
  PelUnetOp *op = &g_array_index (self->ops, PelUnetOp, self->ops->len - 1);
  guint now = self->ops->len - 1;
  Life life = { slot, n, size, now, now, op->n_makes };

  g_assert (op->n_makes < G_N_ELEMENTS (op->makes));
  op->makes[op->n_makes++].slot = slot;
  g_array_append_val (self->lives, life);
}

/* The op at hand uses what a pointer means at present. */
static void
use (Builder *self, float **slot)
{
  guint i = self->lives->len;

  while (i > 0 && g_array_index (self->lives, Life, i - 1).slot != slot)
    i--;
  g_assert (i > 0);
  g_array_index (self->lives, Life, i - 1).last = self->ops->len - 1;
}

static void
make_map (Builder *self, float **slot, guint channels, guint level)
{
  gsize pixels = (gsize)self->input.n * (self->input.h >> level) * (self->input.w >> level);

  make (self, slot, pixels, channels * sizeof (float));
}

static void
make_gradient (Builder *self, guint index)
{
  PelParameter *parameter = &self->unet->parameters[index];

  make (self, &parameter->gradient, parameter->n_values, sizeof (float));
}

/* --- what each op uses and makes --- */

static PelUnetUnit *
get_unit (Builder *self, guint index)
{
  return &self->unet->units[index];
}

/* The unit whose result goes through the skip connection. */
static PelUnetUnit *
get_skip (Builder *self, guint level)
{
  return get_unit (self, pel_unet_get_down_unit (level) + 1);
}

static void
use_input (Builder *self, guint index)
{
  guint level = get_unit (self, index)->level;

  if (pel_unet_is_second (index))
    use (self, &get_unit (self, index - 1)->r);
  else if (pel_unet_is_on_the_way_up (self->unet, index))
    {
      use (self, &get_skip (self, level)->r);
      use (self, &self->unet->ups[level].y);
    }
  else if (level > 0)
    use (self, &self->unet->pools[level - 1].y);
}

static void
make_d_input (Builder *self, guint index)
{
  const PelUnetUnit *unit = get_unit (self, index);
  guint level = unit->level;

  if (pel_unet_is_second (index))
    {
      PelUnetUnit *before = get_unit (self, index - 1);

      /* For the sums that batch normalisation wants. */
      use (self, &before->r);
      make_map (self, &before->dy, unit->in[0], level);
    }
  else if (pel_unet_is_on_the_way_up (self->unet, index))
    {
      make_map (self, &get_skip (self, level)->dy, unit->in[0], level);
      make_map (self, &self->unet->ups[level].dy, unit->in[1], level);
    }
  else
    make_map (self, &self->unet->pools[level - 1].dy, unit->in[0], level);
}

static void
add_norm (Builder *self, PelUnetUnit *unit)
{
  use (self, &unit->r);
  use (self, &unit->dy);
  make_gradient (self, unit->first + PEL_UNET_BIAS);
  make_gradient (self, unit->first + PEL_UNET_GAMMA);
  make_gradient (self, unit->first + PEL_UNET_BETA);
}

static void
add_head (Builder *self, gboolean back)
{
  PelUnetUnit *last = get_unit (self, self->unet->n_units - 1);

  use (self, &last->r);
  if (!back)
    return;
  make_map (self, &last->dy, last->out, 0);
  make_gradient (self, self->unet->head + PEL_UNET_WEIGHT);
  make_gradient (self, self->unet->head + PEL_UNET_BIAS);
}

static void
add_pool (Builder *self, guint level, gboolean back)
{
  PelUnetLink *pool = &self->unet->pools[level];
  PelUnetUnit *skip = get_skip (self, level);

  use (self, &skip->r);
  if (back)
    {
      use (self, &pool->dy);
      use (self, &skip->dy);
    }
  else
    make_map (self, &pool->y, pel_unet_get_channels (self->unet, level), level + 1);
}

static void
add_up (Builder *self, guint level, gboolean back)
{
  PelUnetLink *up = &self->unet->ups[level];
  PelUnetUnit *below = get_unit (self, pel_unet_get_unit_below (self->unet, level));

  use (self, &below->r);
  if (back)
    {
      use (self, &up->dy);
      make_map (self, &below->dy, below->out, level + 1);
      make_gradient (self, up->first + PEL_UNET_WEIGHT);
      make_gradient (self, up->first + PEL_UNET_BIAS);
    }
  else
    make_map (self, &up->y, pel_unet_get_channels (self->unet, level), level);
}

static void
add (Builder *self, PelUnetKind kind, guint index)
{
  PelUnetOp op = { .kind = kind, .index = index };

  g_array_append_val (self->ops, op);
  switch (kind)
    {
    case PEL_UNET_FORWARD_UNIT:
    case PEL_UNET_UNIT_AGAIN:
      use_input (self, index);
      make_map (self, &get_unit (self, index)->r, get_unit (self, index)->out,
                get_unit (self, index)->level);
      break;
    case PEL_UNET_BACKWARD_NORM:
      add_norm (self, get_unit (self, index));
      break;
    case PEL_UNET_BACKWARD_WEIGHT:
      use_input (self, index);
      use (self, &get_unit (self, index)->r);
      make_gradient (self, get_unit (self, index)->first + PEL_UNET_WEIGHT);
      break;
    case PEL_UNET_BACKWARD_INPUT:
      use (self, &get_unit (self, index)->r);
      make_d_input (self, index);
      break;
    case PEL_UNET_FORWARD_HEAD:
    case PEL_UNET_BACKWARD_HEAD:
      add_head (self, kind == PEL_UNET_BACKWARD_HEAD);
      break;
    case PEL_UNET_FORWARD_POOL:
    case PEL_UNET_BACKWARD_POOL:
      add_pool (self, index, kind == PEL_UNET_BACKWARD_POOL);
      break;
    case PEL_UNET_FORWARD_UP:
    case PEL_UNET_BACKWARD_UP:
    default:
      add_up (self, index, kind == PEL_UNET_BACKWARD_UP);
      break;
    }
}

/* --- the order --- */

static gboolean
is_computed_again (const Builder *self, guint level)
{
  return self->lean && level < LEAN_LEVELS;
}

static void
add_forward (Builder *self)
{
  const PelUnet *unet = self->unet;

  for (guint level = 0; level <= unet->config.depth; level++)
    {
      add (self, PEL_UNET_FORWARD_UNIT, pel_unet_get_down_unit (level));
      add (self, PEL_UNET_FORWARD_UNIT, pel_unet_get_down_unit (level) + 1);
      if (level < unet->config.depth)
        add (self, PEL_UNET_FORWARD_POOL, level);
    }
  for (guint level = unet->config.depth; level-- > 0;)
    {
      add (self, PEL_UNET_FORWARD_UP, level);
      add (self, PEL_UNET_FORWARD_UNIT, pel_unet_get_up_unit (unet, level));
      add (self, PEL_UNET_FORWARD_UNIT, pel_unet_get_up_unit (unet, level) + 1);
    }
  add (self, PEL_UNET_FORWARD_HEAD, 0);
}

static void
add_second_unit (Builder *self, guint index)
{
  add (self, PEL_UNET_BACKWARD_NORM, index);
  add (self, PEL_UNET_BACKWARD_WEIGHT, index);
  add (self, PEL_UNET_BACKWARD_INPUT, index);
}

static void
add_backward (Builder *self)
{
  const PelUnet *unet = self->unet;
  guint top = pel_unet_get_up_unit (unet, 0);

  /* Before there is a derivative, memory is least. */
  if (is_computed_again (self, 0))
    {
      add (self, PEL_UNET_FORWARD_UP, 0);
      add (self, PEL_UNET_UNIT_AGAIN, top);
    }
  add (self, PEL_UNET_BACKWARD_HEAD, 0);
  for (guint level = 0; level < unet->config.depth; level++)
    {
      guint unit = pel_unet_get_up_unit (unet, level);

      if (is_computed_again (self, level) && level > 0)
        {
          add (self, PEL_UNET_FORWARD_UP, level);
          add (self, PEL_UNET_UNIT_AGAIN, unit);
        }
      add_second_unit (self, unit + 1);
      add (self, PEL_UNET_BACKWARD_NORM, unit);
      if (is_computed_again (self, level) && level == 0)
        add (self, PEL_UNET_FORWARD_UP, 0);
      add (self, PEL_UNET_BACKWARD_WEIGHT, unit);
      add (self, PEL_UNET_BACKWARD_INPUT, unit);
      add (self, PEL_UNET_BACKWARD_UP, level);
    }
  for (guint level = unet->config.depth + 1; level-- > 0;)
    {
      guint unit = pel_unet_get_down_unit (level);

      if (level < unet->config.depth)
        add (self, PEL_UNET_BACKWARD_POOL, level);
      if (is_computed_again (self, level))
        {
          if (level > 0)
            add (self, PEL_UNET_FORWARD_POOL, level - 1);
          add (self, PEL_UNET_UNIT_AGAIN, unit);
        }
      add_second_unit (self, unit + 1);
      add (self, PEL_UNET_BACKWARD_NORM, unit);
      add (self, PEL_UNET_BACKWARD_WEIGHT, unit);
      /* Nobody asks for the derivative by the image. */
      if (unit > 0)
        add (self, PEL_UNET_BACKWARD_INPUT, unit);
    }
}

/* The optimiser uses all gradients after the last op. */
static void
reserve (Builder *self, PelUnetSchedule *schedule)
{
  const PelUnet *unet = self->unet;

  for (guint i = 0; i < self->lives->len; i++)
    {
      Life *life = &g_array_index (self->lives, Life, i);
      PelUnetOp *op = &schedule->ops[life->first];

      for (guint p = 0; p < unet->n_parameters; p++)
        if (life->slot == &unet->parameters[p].gradient)
          life->last = schedule->n_ops;
      op->makes[life->make].buffer =
          pel_arena_reserve (schedule->arena, life->n, life->size, life->first, life->last);
    }
}

PelUnetSchedule *
pel_unet_schedule_new (PelUnet *self,
                       PelShape input,
                       PelPhase phase,
                       PelUnetMemory memory,
                       guint n_threads)
{
  PelUnetSchedule *schedule = g_new0 (PelUnetSchedule, 1);
  PelUnetSpace space = self->steps->get_space (self, input, phase);
  Builder builder = {
    .unet = self,
    .input = input,
    .train = phase == PEL_PHASE_TRAIN,
    .lean = memory == PEL_UNET_LEAN,
    .ops = g_array_new (FALSE, FALSE, sizeof (PelUnetOp)),
    .lives = g_array_new (FALSE, FALSE, sizeof (Life)),
  };

  add_forward (&builder);
  schedule->n_forward = builder.ops->len;
  if (builder.train)
    add_backward (&builder);
  schedule->memory = memory;
  schedule->n_ops = builder.ops->len;
  schedule->ops = (PelUnetOp *)(void *)g_array_free (builder.ops, FALSE);
  schedule->arena = pel_arena_new ();
  reserve (&builder, schedule);
  g_array_unref (builder.lives);

  schedule->scratch_bytes = (space.scratch + 63) & ~(gsize)63;
  schedule->shared = pel_arena_reserve (schedule->arena, space.shared, 1, 0, schedule->n_ops - 1);
  schedule->scratch = pel_arena_reserve (schedule->arena, schedule->scratch_bytes, n_threads, 0,
                                         schedule->n_ops - 1);
  schedule->turned = pel_arena_reserve (schedule->arena, builder.train ? space.turned : 0, 1,
                                        schedule->n_forward - 1, schedule->n_ops - 1);
  return schedule;
}

void
pel_unet_schedule_free (PelUnetSchedule *schedule)
{
  if (schedule == NULL)
    return;
  pel_arena_free (schedule->arena);
  g_free (schedule->ops);
  g_free (schedule);
}
