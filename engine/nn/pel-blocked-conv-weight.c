/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-blocked-conv.h"

#include "engine/nn/pel-blocked-tiles.h"

#include <string.h>

/* The weights' gradient is the adjoint of the forward transforms: for each of the 36 points an
 * outer product of transformed inputs and transformed derivatives, summed over all tiles, brought
 * back to 3x3 at the end.
 *
 * Few channels: pieces are stretches of tiles, each with sums of its own. Many channels: runs of
 * tiles are transformed by all threads, then multiplied point by point; where one run holds all
 * tiles, block by block, so that a block's 36 sums are brought back while they are in the cache. */
#define MOST_BLOCK_PAIRS 16
#define TILES_PER_GROUP 96
#define MOST_PARTIALS (4 * 1024 * 1024)
#define TILES_PER_RUN 288
/* Transformed inputs and derivatives are held for as many tiles (point by point), or for as many
 * inputs (block by block) at a time as about this many floats are enough for. */
#define MOST_OF_A_RUN (4 * 1024 * 1024)
#define MOST_OF_A_PASS (8 * 1024 * 1024)
#define OUT_CHUNK 4
#define IN_CHUNK 8

typedef enum
{
  BY_STRETCH,
  BY_POINT,
  BY_BLOCK,
} Way;

typedef struct
{
  const PelBlockedContext *context;
  const PelBlockedPlane *plane;
  const PelBlockedPart *input;
  guint in_blocks, out_blocks;
  const float *dy;
  float *d_weight;

  guint n_tiles;
  guint n_stretches;     /* BY_STRETCH */
  guint n_run, first, n; /* tiles of a run; the run under way */
  guint pass, block;     /* blocks of inputs of a pass; the first of the pass under way */
  float *du, *v, *g;     /* shared */
  gsize du_size;         /* floats of all 36 points of one set of sums */
} WeightGradient;

static Way
get_way (guint n_tiles, guint in_blocks, guint out_blocks)
{
  if (in_blocks * out_blocks <= MOST_BLOCK_PAIRS && n_tiles > 4 * TILES_PER_GROUP)
    return BY_STRETCH;
  return n_tiles <= TILES_PER_RUN ? BY_BLOCK : BY_POINT;
}

static gsize
get_du_point (guint in_blocks, guint out_blocks)
{
  return pel_tiles_point (out_blocks, in_blocks * PEL_LANES);
}

/* Tiles that are transformed at a time. */
static guint
get_run (Way way, guint n_tiles, guint in_blocks, guint out_blocks)
{
  guint fit = MOST_OF_A_RUN / (36 * PEL_LANES * (in_blocks + out_blocks));

  if (way == BY_BLOCK)
    return n_tiles;
  return MIN (n_tiles, CLAMP (fit / 8 * 8, 48, TILES_PER_RUN));
}

/* Blocks of inputs that are transformed at a time. */
static guint
get_pass (Way way, guint n_tiles, guint in_blocks, guint out_blocks)
{
  guint fit;

  if (way != BY_BLOCK)
    return in_blocks;
  fit = MOST_OF_A_PASS / (36 * PEL_LANES * n_tiles);
  fit = fit > out_blocks ? (fit - out_blocks) / IN_CHUNK * IN_CHUNK : 0;
  return MIN (in_blocks, MAX (fit, IN_CHUNK));
}

static guint
get_n_stretches (guint n_tiles, guint in_blocks, guint out_blocks)
{
  gsize fit = MOST_PARTIALS / (36 * get_du_point (in_blocks, out_blocks));

  return (guint)CLAMP (MIN (fit, n_tiles / TILES_PER_GROUP), 4, 8);
}

void
pel_blocked_conv_weight_add_space (const PelBlockedPlane *plane,
                                   guint in_blocks,
                                   guint out_blocks,
                                   PelBlockedSpace *space)
{
  guint n_tiles = pel_tiles_count (plane);
  Way way = get_way (n_tiles, in_blocks, out_blocks);
  guint n_run = get_run (way, n_tiles, in_blocks, out_blocks);
  guint pass = get_pass (way, n_tiles, in_blocks, out_blocks);
  gsize du = 36 * get_du_point (in_blocks, out_blocks);
  gsize runs = 36 * (pel_tiles_point (pass, n_run) + pel_tiles_point (out_blocks, n_run));
  gsize chunk = 36 * get_du_point (IN_CHUNK, OUT_CHUNK);

  switch (way)
    {
    case BY_STRETCH:
      pel_blocked_space_add (space, du * get_n_stretches (n_tiles, in_blocks, out_blocks),
                             36 * (pel_tiles_point (in_blocks, TILES_PER_GROUP) +
                                   pel_tiles_point (out_blocks, TILES_PER_GROUP)));
      break;
    case BY_POINT:
      pel_blocked_space_add (space, du + runs, 0);
      break;
    case BY_BLOCK:
    default:
      pel_blocked_space_add (space, runs, chunk);
      break;
    }
}

typedef struct
{
  const WeightGradient *self;
  guint block;
  float *g;
  gsize point;
} ReadRun;

static void
read_run (guint image, guint first, guint n, guint offset, gpointer data)
{
  const ReadRun *run = data;
  const WeightGradient *self = run->self;

  self->context->kernels->winograd_gradient (
      pel_blocked_plane ((float *)self->dy, self->plane, self->out_blocks, image, run->block),
      (int)self->plane->h, (int)self->plane->w, (int)first, (int)n,
      run->g + (gsize)offset * PEL_LANES, run->point);
}

static void
read_gradient (const WeightGradient *self, guint block, guint first, guint n, float *g, gsize point)
{
  ReadRun run = { self, block, g, point };

  pel_tiles_foreach_image (self->plane, first, n, read_run, &run);
}

/* --- few channels --- */

static void
sum_stretch (guint item, guint worker, gpointer data)
{
  const WeightGradient *self = data;
  guint begin = (guint)((guint64)self->n_tiles * item / self->n_stretches);
  guint end = (guint)((guint64)self->n_tiles * (item + 1) / self->n_stretches);
  gsize block = (gsize)TILES_PER_GROUP * PEL_LANES;
  gsize v_point = pel_tiles_point (self->in_blocks, TILES_PER_GROUP);
  gsize g_point = pel_tiles_point (self->out_blocks, TILES_PER_GROUP);
  gsize du_point = get_du_point (self->in_blocks, self->out_blocks);
  gsize du_block = (gsize)self->in_blocks * PEL_LANES * PEL_LANES;
  float *v = pel_blocked_scratch (self->context, worker);
  float *g = v + 36 * v_point;
  float *du = self->du + item * self->du_size;

  memset (du, 0, self->du_size * sizeof (float));
  for (guint first = begin; first < end; first += TILES_PER_GROUP)
    {
      guint n = MIN (TILES_PER_GROUP, end - first);

      for (guint cb = 0; cb < self->in_blocks; cb++)
        pel_tiles_read_input (self->context, self->plane, self->input, cb, first, n, v + cb * block,
                              v_point);
      for (guint ob = 0; ob < self->out_blocks; ob++)
        read_gradient (self, ob, first, n, g + ob * block, g_point);
      for (guint k = 0; k < 36; k++)
        self->context->kernels->outer_product (v + k * v_point, block, g + k * g_point, block,
                                               du + k * du_point, du_block, (int)self->in_blocks,
                                               (int)self->out_blocks, (int)n);
    }
}

static void
write_weights (const WeightGradient *self,
               const float *du,
               gsize point,
               guint ob,
               guint cb,
               guint n_cb)
{
  gsize output = (gsize)self->in_blocks * PEL_LANES * 9;

  self->context->kernels->winograd_weight_gradient (
      du, point, self->d_weight + ob * PEL_LANES * output + (gsize)cb * PEL_LANES * 9, output,
      (int)n_cb * PEL_LANES);
}

/* Adds the stretches' sums for one block of outputs and one of inputs, and brings them back. */
static void
finish_pair (guint item, guint worker, gpointer data)
{
  const WeightGradient *self = data;
  guint ob = item / self->in_blocks, cb = item % self->in_blocks;
  gsize point = get_du_point (self->in_blocks, self->out_blocks);
  float *du = self->du + ((gsize)ob * self->in_blocks + cb) * PEL_LANES * PEL_LANES;

  for (guint s = 1; s < self->n_stretches; s++)
    for (guint k = 0; k < 36; k++)
      self->context->kernels->add (du + k * point, du + k * point + s * self->du_size, PEL_LANES);
  write_weights (self, du, point, ob, cb, 1);
}

/* --- many channels --- */

/* The inputs of a pass, then all derivatives. */
static void
transform_run (guint item, guint worker, gpointer data)
{
  const WeightGradient *self = data;
  gsize block = (gsize)self->n_run * PEL_LANES;
  guint n_cb = MIN (self->pass, self->in_blocks - self->block);

  if (item < n_cb)
    pel_tiles_read_input (self->context, self->plane, self->input, self->block + item, self->first,
                          self->n, self->v + item * block,
                          pel_tiles_point (self->pass, self->n_run));
  else
    read_gradient (self, item - n_cb, self->first, self->n, self->g + (item - n_cb) * block,
                   pel_tiles_point (self->out_blocks, self->n_run));
}

static void
multiply_point (guint item, guint worker, gpointer data)
{
  const WeightGradient *self = data;
  guint n_chunks = (self->in_blocks + IN_CHUNK - 1) / IN_CHUNK;
  guint k = item / n_chunks, cb = item % n_chunks * IN_CHUNK;
  guint n_cb = MIN (IN_CHUNK, self->in_blocks - cb);
  gsize block = (gsize)self->n_run * PEL_LANES;
  gsize du_block = (gsize)self->in_blocks * PEL_LANES * PEL_LANES;
  float *du = self->du + k * get_du_point (self->in_blocks, self->out_blocks) +
              (gsize)cb * PEL_LANES * PEL_LANES;

  if (self->first == 0)
    for (guint ob = 0; ob < self->out_blocks; ob++)
      memset (du + ob * du_block, 0, (gsize)n_cb * PEL_LANES * PEL_LANES * sizeof (float));
  self->context->kernels->outer_product (
      self->v + k * pel_tiles_point (self->in_blocks, self->n_run) + cb * block, block,
      self->g + k * pel_tiles_point (self->out_blocks, self->n_run), block, du, du_block, (int)n_cb,
      (int)self->out_blocks, (int)self->n);
}

static void
multiply_block (guint item, guint worker, gpointer data)
{
  const WeightGradient *self = data;
  guint pass = MIN (self->pass, self->in_blocks - self->block);
  guint n_chunks = (pass + IN_CHUNK - 1) / IN_CHUNK;
  guint ob = item / n_chunks * OUT_CHUNK, cb = item % n_chunks * IN_CHUNK;
  guint n_ob = MIN (OUT_CHUNK, self->out_blocks - ob);
  guint n_cb = MIN (IN_CHUNK, pass - cb);
  gsize block = (gsize)self->n_tiles * PEL_LANES;
  gsize point = get_du_point (IN_CHUNK, OUT_CHUNK);
  gsize du_block = (gsize)IN_CHUNK * PEL_LANES * PEL_LANES;
  float *du = pel_blocked_scratch (self->context, worker);

  for (guint k = 0; k < 36; k++)
    {
      memset (du + k * point, 0, n_ob * du_block * sizeof (float));
      self->context->kernels->outer_product (
          self->v + k * pel_tiles_point (self->pass, self->n_tiles) + cb * block, block,
          self->g + k * pel_tiles_point (self->out_blocks, self->n_tiles) + ob * block, block,
          du + k * point, du_block, (int)n_cb, (int)n_ob, (int)self->n_tiles);
    }
  for (guint o = 0; o < n_ob; o++)
    write_weights (self, du + o * du_block, point, ob + o, self->block + cb, n_cb);
}

static gboolean
run_stretches (WeightGradient *self)
{
  const PelBlockedContext *context = self->context;

  self->n_stretches = get_n_stretches (self->n_tiles, self->in_blocks, self->out_blocks);
  return pel_pool_run (context->pool, self->n_stretches, sum_stretch, self, context->cancellable) &&
         pel_pool_run (context->pool, self->in_blocks * self->out_blocks, finish_pair, self,
                       context->cancellable);
}

static gboolean
run_points (WeightGradient *self)
{
  const PelBlockedContext *context = self->context;
  guint in_chunks = (self->in_blocks + IN_CHUNK - 1) / IN_CHUNK;

  for (; self->first < self->n_tiles; self->first += self->n_run)
    {
      self->n = MIN (self->n_run, self->n_tiles - self->first);
      if (!pel_pool_run (context->pool, self->in_blocks + self->out_blocks, transform_run, self,
                         context->cancellable) ||
          !pel_pool_run (context->pool, 36 * in_chunks, multiply_point, self, context->cancellable))
        return FALSE;
    }
  return pel_pool_run (context->pool, self->in_blocks * self->out_blocks, finish_pair, self,
                       context->cancellable);
}

static gboolean
run_blocks (WeightGradient *self)
{
  const PelBlockedContext *context = self->context;
  guint out_chunks = (self->out_blocks + OUT_CHUNK - 1) / OUT_CHUNK;

  self->n = self->n_tiles;
  for (; self->block < self->in_blocks; self->block += self->pass)
    {
      guint pass = MIN (self->pass, self->in_blocks - self->block);

      /* The derivatives stay from pass to pass. */
      if (!pel_pool_run (context->pool, pass + (self->block == 0 ? self->out_blocks : 0),
                         transform_run, self, context->cancellable) ||
          !pel_pool_run (context->pool, out_chunks * ((pass + IN_CHUNK - 1) / IN_CHUNK),
                         multiply_block, self, context->cancellable))
        return FALSE;
    }
  return TRUE;
}

gboolean
pel_blocked_conv_backward_weight (const PelBlockedContext *context,
                                  const PelBlockedPlane *plane,
                                  const PelBlockedPart input[2],
                                  const float *dy,
                                  guint out_blocks,
                                  float *d_weight)
{
  guint in_blocks = input[0].n_blocks + input[1].n_blocks;
  guint n_tiles = pel_tiles_count (plane);
  Way way = get_way (n_tiles, in_blocks, out_blocks);
  WeightGradient self = {
    .context = context,
    .plane = plane,
    .input = input,
    .in_blocks = in_blocks,
    .out_blocks = out_blocks,
    .dy = dy,
    .d_weight = d_weight,
    .n_tiles = n_tiles,
    .n_stretches = 1,
    .n_run = get_run (way, n_tiles, in_blocks, out_blocks),
    .pass = get_pass (way, n_tiles, in_blocks, out_blocks),
    .du_size = 36 * get_du_point (in_blocks, out_blocks),
    .du = context->shared,
  };

  if (way == BY_STRETCH)
    return run_stretches (&self);
  self.v = context->shared + (way == BY_POINT ? self.du_size : 0);
  self.g = self.v + 36 * pel_tiles_point (self.pass, self.n_run);
  return way == BY_POINT ? run_points (&self) : run_blocks (&self);
}
