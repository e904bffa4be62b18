/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-blocked-upconv-few.h"

#include <string.h>

/* Pieces are chunks of blocks over all pixels, each with its own part of the weights, packed on
 * the fly. What they read of the maps is gathered first. */
#define CHUNK 2
#define CORNERS 4

typedef struct
{
  PelBlockedUpconv layer;
  guint in_blocks;
  guint n_pixels, rounded; /* of all images; a multiple of what products take */
  gsize block;             /* floats from block to block */
  float *v, *g;            /* shared: [block][pixel][16], [corner][block][pixel][16] */
  float *sums;             /* shared: [corner][block][32] */
} Few;

static gsize
get_block (const PelBlockedPlane *plane, guint *n_pixels, guint *rounded)
{
  *n_pixels = plane->n * plane->h * plane->w;
  *rounded = (*n_pixels + PEL_TILE_GROUP - 1) / PEL_TILE_GROUP * PEL_TILE_GROUP;
  /* A line more, so that blocks do not fall on the same sets of the cache. */
  return ((gsize)*rounded + 1) * PEL_LANES;
}

static void
point (Few *self)
{
  self->block = get_block (self->layer.plane, &self->n_pixels, &self->rounded);
  self->v = self->layer.context->shared;
  self->g = self->v + self->in_blocks * self->block;
  self->sums = self->g + CORNERS * self->layer.out_blocks * self->block;
}

void
pel_blocked_upconv_few_add_space (const PelBlockedPlane *plane,
                                  guint in_blocks,
                                  guint out_blocks,
                                  gboolean train,
                                  PelBlockedSpace *space)
{
  guint n_pixels, rounded;
  gsize block = get_block (plane, &n_pixels, &rounded);
  gsize forward = (gsize)CORNERS * CHUNK * in_blocks * 256 + CHUNK * block;
  gsize back = (gsize)CHUNK * CORNERS * out_blocks * 256 + CHUNK * block;

  pel_blocked_space_add (
      space, in_blocks * block + (train ? CORNERS * out_blocks * (block + 2 * PEL_LANES) : 0),
      train ? MAX (forward, back) : forward);
}

/* The pixels of one block through the affine part. */
static void
gather_input (guint item, guint worker, gpointer data)
{
  const Few *self = data;
  const PelBlockedPart *part = self->layer.input;
  gsize pixels = (gsize)self->layer.plane->h * self->layer.plane->w,
        channel = (gsize)item * PEL_LANES;

  for (guint image = 0; image < self->layer.plane->n; image++)
    self->layer.context->kernels->affine (
        self->v + item * self->block + image * pixels * PEL_LANES,
        pel_blocked_plane (part->data, self->layer.plane, part->n_blocks, image, item), pixels,
        part->scale != NULL ? part->scale + channel : NULL,
        part->shift != NULL ? part->shift + channel : NULL);
}

static const float *
get_output_row (const Few *self, const float *data, guint image, guint ob, guint row)
{
  gsize width = 2 * (gsize)self->layer.plane->w, height = 2 * (gsize)self->layer.plane->h;

  return data + (((gsize)image * self->layer.out_blocks + ob) * height + row) * width * PEL_LANES;
}

/* The derivatives at one corner of one block, and their sums. */
static void
gather_gradient (const Few *self, guint corner, guint ob)
{
  guint w = self->layer.plane->w;
  gsize index = (gsize)corner * self->layer.out_blocks + ob;
  float *g = self->g + index * self->block, *dst = g;

  for (guint image = 0; image < self->layer.plane->n; image++)
    for (guint y = 0; y < self->layer.plane->h; y++)
      {
        const float *src = get_output_row (self, self->layer.dy, image, ob, 2 * y + corner / 2) +
                           corner % 2 * PEL_LANES;

        for (guint x = 0; x < w; x++, dst += PEL_LANES)
          memcpy (dst, src + (gsize)x * 2 * PEL_LANES, PEL_LANES * sizeof (float));
      }
  memset (self->sums + index * 32, 0, 32 * sizeof (float));
  self->layer.context->kernels->sums_with (g, g, self->n_pixels, self->sums + index * 32);
}

static void
gather_both (guint item, guint worker, gpointer data)
{
  const Few *self = data;

  if (item < self->in_blocks)
    gather_input (item, worker, data);
  else
    gather_gradient (self, (item - self->in_blocks) / self->layer.out_blocks,
                     (item - self->in_blocks) % self->layer.out_blocks);
}

static void
forward_chunk (guint item, guint worker, gpointer data)
{
  const Few *self = data;
  const PelBlockedKernels *kernels = self->layer.context->kernels;
  guint ob = item * CHUNK, n_ob = MIN (CHUNK, self->layer.out_blocks - ob);
  gsize in = (gsize)self->in_blocks * PEL_LANES, out = (gsize)self->layer.out_blocks * PEL_LANES;
  gsize u_block = in * PEL_LANES, u_corner = CHUNK * u_block;
  float *u = pel_blocked_scratch (self->layer.context, worker);
  float *m = u + CORNERS * u_corner;

  for (guint o = 0; o < n_ob; o++)
    kernels->corners_split (self->layer.weight + (gsize)(ob + o) * PEL_LANES * CORNERS,
                            out * CORNERS, (int)in, u + o * u_block, u_corner);
  for (guint corner = 0; corner < CORNERS; corner++)
    {
      kernels->product (self->v, self->block, u + corner * u_corner, u_block, m, self->block,
                        (int)self->in_blocks, (int)n_ob, (int)self->rounded, FALSE);
      for (guint o = 0; o < n_ob; o++)
        {
          const float *src = m + o * self->block;

          for (guint image = 0; image < self->layer.plane->n; image++)
            for (guint y = 0; y < self->layer.plane->h;
                 y++, src += (gsize)self->layer.plane->w * PEL_LANES)
              kernels->add_bias (
                  (float *)get_output_row (self, self->layer.y, image, ob + o, 2 * y + corner / 2) +
                      corner % 2 * PEL_LANES,
                  src, self->layer.plane->w, 2, self->layer.bias + (gsize)(ob + o) * PEL_LANES);
        }
    }
}

/* The derivatives by a chunk of the inputs. */
static void
derive_input (const Few *self, guint item, guint worker)
{
  const PelBlockedKernels *kernels = self->layer.context->kernels;
  guint cb = item * CHUNK, n_cb = MIN (CHUNK, self->in_blocks - cb);
  gsize out = (gsize)self->layer.out_blocks * PEL_LANES;
  gsize pixels = (gsize)self->layer.plane->h * self->layer.plane->w;
  gsize u_corner = out * PEL_LANES, u_block = CORNERS * u_corner;
  float *u = pel_blocked_scratch (self->layer.context, worker);
  float *m = u + CHUNK * u_block;

  for (guint c = 0; c < n_cb; c++)
    kernels->corners_turn (self->layer.weight + (gsize)(cb + c) * PEL_LANES * out * CORNERS,
                           out * CORNERS, (int)out, u + c * u_block, u_corner);
  kernels->product (self->g, self->block, u, u_block, m, self->block,
                    (int)(CORNERS * self->layer.out_blocks), (int)n_cb, (int)self->rounded, FALSE);
  for (guint c = 0; c < n_cb; c++)
    for (guint image = 0; image < self->layer.plane->n; image++)
      memcpy (pel_blocked_plane (self->layer.dx, self->layer.plane, self->in_blocks, image, cb + c),
              m + c * self->block + image * pixels * PEL_LANES,
              pixels * PEL_LANES * sizeof (float));
}

/* The derivatives by the weights of a chunk of the outputs. */
static void
derive_weights (const Few *self, guint item, guint worker)
{
  const PelBlockedKernels *kernels = self->layer.context->kernels;
  guint ob = item * CHUNK, n_ob = MIN (CHUNK, self->layer.out_blocks - ob);
  gsize in = (gsize)self->in_blocks * PEL_LANES, out = (gsize)self->layer.out_blocks * PEL_LANES;
  gsize du_block = in * PEL_LANES, du_corner = CHUNK * du_block;
  float *du = pel_blocked_scratch (self->layer.context, worker);

  memset (du, 0, CORNERS * du_corner * sizeof (float));
  for (guint corner = 0; corner < CORNERS; corner++)
    kernels->outer_product (self->v, self->block,
                            self->g + ((gsize)corner * self->layer.out_blocks + ob) * self->block,
                            self->block, du + corner * du_corner, du_block, (int)self->in_blocks,
                            (int)n_ob, (int)self->n_pixels);
  for (guint o = 0; o < n_ob; o++)
    kernels->corners_join (du + o * du_block, du_corner, (int)in,
                           self->layer.d_weight + (gsize)(ob + o) * PEL_LANES * CORNERS,
                           out * CORNERS);
}

static void
backward_chunk (guint item, guint worker, gpointer data)
{
  const Few *self = data;
  guint n_input = (self->in_blocks + CHUNK - 1) / CHUNK;

  if (item < n_input)
    derive_input (self, item, worker);
  else
    derive_weights (self, item - n_input, worker);
}

gboolean
pel_blocked_upconv_few_forward (const PelBlockedUpconv *layer)
{
  Few self = { .layer = *layer, .in_blocks = layer->input->n_blocks };

  point (&self);
  return pel_pool_run (layer->context->pool, self.in_blocks, gather_input, &self,
                       layer->context->cancellable) &&
         pel_pool_run (layer->context->pool, (layer->out_blocks + CHUNK - 1) / CHUNK, forward_chunk,
                       &self, layer->context->cancellable);
}

gboolean
pel_blocked_upconv_few_backward (const PelBlockedUpconv *layer)
{
  Few self = { .layer = *layer, .in_blocks = layer->input->n_blocks };

  point (&self);
  if (!pel_pool_run (layer->context->pool, self.in_blocks + CORNERS * layer->out_blocks,
                     gather_both, &self, layer->context->cancellable) ||
      !pel_pool_run (layer->context->pool,
                     (self.in_blocks + CHUNK - 1) / CHUNK + (layer->out_blocks + CHUNK - 1) / CHUNK,
                     backward_chunk, &self, layer->context->cancellable))
    return FALSE;

  for (guint o = 0; o < layer->out_blocks * PEL_LANES; o++)
    {
      double sum = 0;

      for (guint corner = 0; corner < CORNERS; corner++)
        sum +=
            (double)
                self.sums[((gsize)corner * layer->out_blocks + o / PEL_LANES) * 32 + o % PEL_LANES];
      layer->d_bias[o] = (float)sum;
    }
  return TRUE;
}
