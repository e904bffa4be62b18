/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-blocked-conv.h"

#include "engine/nn/pel-blocked-tiles.h"

#include <string.h>

/* Two ways to go about it. Where there are many tiles, all weights are transformed first and
 * pieces are groups of tiles, whose transforms stay in the second-level cache. Where there are
 * few (the deep layers, with most of the weights), all inputs are transformed first and pieces are
 * blocks of outputs, each of which transforms its own weights, a chunk at a time, on the fly:
 * transformed they would be four times as large as the weights, and would not fit a cache. */
#define MOST_TILES_ON_THE_FLY 144
#define TILES_PER_GROUP 32
/* Transformed weights are held for as many outputs as this many floats are enough for. */
#define MOST_WEIGHTS (5 * 1024 * 1024)
#define OUT_CHUNK 2
#define TAPS 9
#define IN_CHUNK 4

typedef struct
{
  const PelBlockedContext *context;
  const PelBlockedPlane *plane;
  const PelBlockedPart *input;
  guint in_blocks, out_blocks;
  PelBlockedPart output[2];

  const float *weight;
  gboolean back; /* whether outputs are the weights' inputs */

  const float *bias; /* NULL: the gradient's outputs */
  const float *r;
  float *u, *v;    /* shared: transformed weights or inputs */
  float *partials; /* sums: [group][out block][32] */
  guint n_tiles, group, n_groups;
  guint first, pass; /* many tiles: the outputs at hand, in blocks */
} Conv;

static gboolean
on_the_fly (guint n_tiles)
{
  return n_tiles <= MOST_TILES_ON_THE_FLY;
}

/* Blocks of outputs whose weights are transformed at a time. */
static guint
get_pass (guint in_blocks, guint out_blocks)
{
  gsize fit = MOST_WEIGHTS / (36 * pel_tiles_point (1, in_blocks * PEL_LANES));

  return (guint)MIN (out_blocks, MAX (fit / OUT_CHUNK * OUT_CHUNK, OUT_CHUNK));
}

static void
add_space (const PelBlockedPlane *plane, guint in_blocks, guint out_blocks, PelBlockedSpace *space)
{
  guint n_tiles = pel_tiles_count (plane);

  if (on_the_fly (n_tiles))
    {
      guint n = pel_tiles_round (n_tiles);

      pel_blocked_space_add (space, 36 * pel_tiles_point (in_blocks, n) + (gsize)out_blocks * 32,
                             36 * (pel_tiles_point (OUT_CHUNK, n) +
                                   pel_tiles_point (OUT_CHUNK, IN_CHUNK * PEL_LANES)));
    }
  else
    {
      guint group = TILES_PER_GROUP;
      guint n_groups = (n_tiles + group - 1) / group;

      guint pass = get_pass (in_blocks, out_blocks);

      pel_blocked_space_add (
          space,
          36 * pel_tiles_point (pass, in_blocks * PEL_LANES) + (gsize)n_groups * out_blocks * 32,
          36 * (pel_tiles_point (in_blocks, group) + pel_tiles_point (pass, group)));
    }
}

typedef struct
{
  const PelBlockedContext *context;
  const PelBlockedPlane *plane;
  const PelBlockedPart *part;
  guint block;
  float *v;
  gsize point;
} ReadRun;

static void
read_run (guint image, guint first, guint n, guint offset, gpointer data)
{
  const ReadRun *run = data;
  const PelBlockedPart *part = run->part;
  gsize channel = (gsize)run->block * PEL_LANES;

  run->context->kernels->winograd_input (
      pel_blocked_plane (part->data, run->plane, part->n_blocks, image, run->block),
      (int)run->plane->h, (int)run->plane->w, (int)first, (int)n,
      part->scale != NULL ? part->scale + channel : NULL,
      part->shift != NULL ? part->shift + channel : NULL, run->v + (gsize)offset * PEL_LANES,
      run->point);
}

void
pel_tiles_read_input (const PelBlockedContext *context,
                      const PelBlockedPlane *plane,
                      const PelBlockedPart input[2],
                      guint block,
                      guint first,
                      guint n,
                      float *v,
                      gsize point)
{
  gboolean second = block >= input[0].n_blocks;
  ReadRun run = {
    context, plane, &input[second], second ? block - input[0].n_blocks : block, v, point,
  };

  pel_tiles_foreach_image (plane, first, n, read_run, &run);
}

typedef struct
{
  const Conv *conv;
  const float *m;
  gsize point;
  guint block;
  float *sums;
} WriteRun;

static void
write_run (guint image, guint first, guint n, guint offset, gpointer data)
{
  const WriteRun *run = data;
  const Conv *conv = run->conv;
  const PelBlockedPlane *plane = conv->plane;
  gboolean second = run->block >= conv->output[0].n_blocks;
  const PelBlockedPart *part = &conv->output[second];
  guint block = second ? run->block - conv->output[0].n_blocks : run->block;
  float *dst = pel_blocked_plane (part->data, plane, part->n_blocks, image, block);
  const float *m = run->m + (gsize)offset * PEL_LANES;

  if (conv->bias != NULL)
    {
      conv->context->kernels->winograd_output (
          m, run->point, dst, (int)plane->h, (int)plane->w, (int)first, (int)n,
          conv->bias + (gsize)run->block * PEL_LANES, run->sums);
    }
  else
    {
      const float *r = NULL;

      if (conv->r != NULL && !second)
        r = conv->r + (dst - part->data);
      conv->context->kernels->winograd_output_gradient (
          m, run->point, dst, (int)plane->h, (int)plane->w, (int)first, (int)n, r, run->sums);
    }
}

static void
write_output (const Conv *conv,
              guint block,
              guint first,
              guint n,
              const float *m,
              gsize point,
              float *sums)
{
  WriteRun run = { conv, m, point, block, sums };

  memset (sums, 0, 32 * sizeof (float));
  pel_tiles_foreach_image (conv->plane, first, n, write_run, &run);
}

/* --- many tiles --- */

/* Transforms the weights from @n_cb blocks on @cb to block @ob. */
static void
transform_weights (const Conv *conv, guint ob, guint cb, guint n_cb, float *u, gsize point)
{
  const PelBlockedKernels *kernels = conv->context->kernels;
  gsize input = TAPS * PEL_LANES; /* a block of inputs, in the plain weights */

  if (conv->back)
    kernels->winograd_weight_flipped (conv->weight +
                                          (cb * conv->out_blocks * PEL_LANES + ob) * input,
                                      conv->out_blocks * input, (int)n_cb * PEL_LANES, u, point);
  else
    kernels->winograd_weight (conv->weight + (ob * conv->in_blocks * PEL_LANES + cb) * input,
                              conv->in_blocks * input, (int)n_cb * PEL_LANES, u, point);
}

static void
transform_pair (guint item, guint worker, gpointer data)
{
  const Conv *conv = data;
  guint ob = item / conv->in_blocks, cb = item % conv->in_blocks;
  gsize u_block = (gsize)conv->in_blocks * PEL_LANES * PEL_LANES;

  transform_weights (conv, conv->first + ob, cb, 1,
                     conv->u + ob * u_block + (gsize)cb * PEL_LANES * PEL_LANES,
                     pel_tiles_point (conv->pass, conv->in_blocks * PEL_LANES));
}

static void
convolve_group (guint item, guint worker, gpointer data)
{
  const Conv *conv = data;
  const PelBlockedKernels *kernels = conv->context->kernels;
  guint first = item * conv->group;
  guint n = MIN (conv->group, conv->n_tiles - first);
  guint rounded = pel_tiles_round (n);
  guint n_ob = MIN (conv->pass, conv->out_blocks - conv->first);
  gsize block = (gsize)conv->group * PEL_LANES;
  gsize u_block = (gsize)conv->in_blocks * PEL_LANES * PEL_LANES;
  gsize v_point = pel_tiles_point (conv->in_blocks, conv->group);
  gsize m_point = pel_tiles_point (conv->pass, conv->group);
  gsize u_point = pel_tiles_point (conv->pass, conv->in_blocks * PEL_LANES);
  float *v = pel_blocked_scratch (conv->context, worker);
  float *m = v + 36 * v_point;

  for (guint cb = 0; cb < conv->in_blocks; cb++)
    pel_tiles_read_input (conv->context, conv->plane, conv->input, cb, first, n, v + cb * block,
                          v_point);
  for (guint k = 0; k < 36; k++)
    kernels->product (v + k * v_point, block, conv->u + k * u_point, u_block, m + k * m_point,
                      block, (int)conv->in_blocks, (int)n_ob, (int)rounded, FALSE);
  for (guint ob = 0; ob < n_ob; ob++)
    write_output (conv, conv->first + ob, first, n, m + ob * block, m_point,
                  conv->partials + ((gsize)item * conv->out_blocks + conv->first + ob) * 32);
}

/* --- few tiles --- */

static void
transform_inputs (guint item, guint worker, gpointer data)
{
  const Conv *conv = data;
  guint n = pel_tiles_round (conv->n_tiles);

  pel_tiles_read_input (conv->context, conv->plane, conv->input, item, 0, conv->n_tiles,
                        conv->v + (gsize)item * n * PEL_LANES,
                        pel_tiles_point (conv->in_blocks, n));
}

static void
convolve_chunk (guint item, guint worker, gpointer data)
{
  const Conv *conv = data;
  const PelBlockedKernels *kernels = conv->context->kernels;
  guint n = pel_tiles_round (conv->n_tiles);
  guint ob = item * OUT_CHUNK;
  guint n_ob = MIN (OUT_CHUNK, conv->out_blocks - ob);
  gsize t_block = (gsize)n * PEL_LANES;
  gsize u_block = (gsize)IN_CHUNK * PEL_LANES * PEL_LANES;
  gsize v_point = pel_tiles_point (conv->in_blocks, n);
  gsize m_point = pel_tiles_point (OUT_CHUNK, n);
  gsize u_point = pel_tiles_point (OUT_CHUNK, IN_CHUNK * PEL_LANES);
  float *m = pel_blocked_scratch (conv->context, worker);
  float *u = m + 36 * m_point;

  for (guint cb = 0; cb < conv->in_blocks; cb += IN_CHUNK)
    {
      guint n_cb = MIN (IN_CHUNK, conv->in_blocks - cb);

      for (guint o = 0; o < n_ob; o++)
        transform_weights (conv, ob + o, cb, n_cb, u + o * u_block, u_point);
      for (guint k = 0; k < 36; k++)
        kernels->product (conv->v + k * v_point + cb * t_block, t_block, u + k * u_point, u_block,
                          m + k * m_point, t_block, (int)n_cb, (int)n_ob, (int)n, cb > 0);
    }
  for (guint o = 0; o < n_ob; o++)
    write_output (conv, ob + o, 0, conv->n_tiles, m + o * t_block, m_point,
                  conv->partials + (gsize)(ob + o) * 32);
}

static gboolean
run_many (Conv *conv)
{
  PelPool *pool = conv->context->pool;
  GCancellable *cancellable = conv->context->cancellable;

  conv->group = TILES_PER_GROUP;
  conv->n_groups = (conv->n_tiles + conv->group - 1) / conv->group;
  conv->pass = get_pass (conv->in_blocks, conv->out_blocks);
  conv->u = conv->context->shared;
  conv->partials = conv->u + 36 * pel_tiles_point (conv->pass, conv->in_blocks * PEL_LANES);
  for (; conv->first < conv->out_blocks; conv->first += conv->pass)
    if (!pel_pool_run (pool, conv->in_blocks * MIN (conv->pass, conv->out_blocks - conv->first),
                       transform_pair, conv, cancellable) ||
        !pel_pool_run (pool, conv->n_groups, convolve_group, conv, cancellable))
      return FALSE;
  return TRUE;
}

static gboolean
run_few (Conv *conv)
{
  PelPool *pool = conv->context->pool;
  GCancellable *cancellable = conv->context->cancellable;

  conv->n_groups = 1;
  conv->v = conv->context->shared;
  conv->partials =
      conv->v + 36 * pel_tiles_point (conv->in_blocks, pel_tiles_round (conv->n_tiles));
  return pel_pool_run (pool, conv->in_blocks, transform_inputs, conv, cancellable) &&
         pel_pool_run (pool, (conv->out_blocks + OUT_CHUNK - 1) / OUT_CHUNK, convolve_chunk, conv,
                       cancellable);
}

static gboolean
run (Conv *conv, double *sums)
{
  gboolean done;

  conv->n_tiles = pel_tiles_count (conv->plane);
  done = on_the_fly (conv->n_tiles) ? run_few (conv) : run_many (conv);
  if (done && sums != NULL)
    {
      memset (sums, 0, (gsize)conv->out_blocks * 32 * sizeof (double));
      for (guint i = 0; i < conv->n_groups; i++)
        for (guint j = 0; j < conv->out_blocks * 32; j++)
          sums[j] += (double)conv->partials[(gsize)i * conv->out_blocks * 32 + j];
    }
  return done;
}

void
pel_blocked_conv_add_space (const PelBlockedPlane *plane,
                            guint in_blocks,
                            guint out_blocks,
                            gboolean train,
                            PelBlockedSpace *space)
{
  add_space (plane, in_blocks, out_blocks, space);
  if (train)
    {
      add_space (plane, out_blocks, in_blocks, space);
      pel_blocked_conv_weight_add_space (plane, in_blocks, out_blocks, space);
    }
}

gboolean
pel_blocked_conv_forward (const PelBlockedContext *context,
                          const PelBlockedPlane *plane,
                          const PelBlockedPart input[2],
                          const float *weight,
                          const float *bias,
                          guint out_blocks,
                          float *r,
                          double *sums)
{
  guint in_blocks = input[0].n_blocks + input[1].n_blocks;
  Conv conv = {
    .context = context,
    .plane = plane,
    .input = input,
    .in_blocks = in_blocks,
    .out_blocks = out_blocks,
    .output = { { .data = r, .n_blocks = out_blocks } },
    .weight = weight,
    .bias = bias,
  };

  return run (&conv, sums);
}

gboolean
pel_blocked_conv_backward_input (const PelBlockedContext *context,
                                 const PelBlockedPlane *plane,
                                 const float *dy,
                                 guint out_blocks,
                                 const float *weight,
                                 const PelBlockedPart dx[2],
                                 const float *r,
                                 double *sums)
{
  guint in_blocks = dx[0].n_blocks + dx[1].n_blocks;
  PelBlockedPart input[2] = { { .data = (float *)dy, .n_blocks = out_blocks } };
  Conv conv = {
    .context = context,
    .plane = plane,
    .input = input,
    .in_blocks = out_blocks,
    .out_blocks = in_blocks,
    .output = { dx[0], dx[1] },
    .weight = weight,
    .back = TRUE,
    .r = r,
  };

  return run (&conv, r != NULL ? sums : NULL);
}
