/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-blocked-upconv.h"

#include "engine/nn/pel-blocked-upconv-few.h"

#include <string.h>

/* Up to this many pixels of all images, the work is cut by channels. */
#define FEW_PIXELS 2048

/* A band is as many input rows as have about this many pixels. Its pixels are copied, so that
 * they are whole groups and batch normalisation is applied once. */
#define PIXELS_PER_BAND 96
#define MOST_PARTIALS (4 * 1024 * 1024)

typedef struct
{
  PelBlockedUpconv layer;
  guint in_blocks;
  guint rows, n_bands, pixels; /* of a band; pixels rounded up to whole groups */
  guint n_stretches;
  float *u;
  float *partials; /* [stretch]: sums of the weights' gradient, then of the bias's */
  gsize partial;   /* floats of one */
} Upconv;

static gboolean
are_few (const PelBlockedPlane *plane)
{
  return (gsize)plane->n * plane->h * plane->w <= FEW_PIXELS;
}

static void
cut (Upconv *self)
{
  const PelBlockedPlane *plane = self->layer.plane;
  guint n_all;
  gsize fit;

  self->rows = CLAMP (PIXELS_PER_BAND / plane->w, 1, plane->h);
  self->n_bands = (plane->h + self->rows - 1) / self->rows;
  self->pixels = (self->rows * plane->w + PEL_TILE_GROUP - 1) / PEL_TILE_GROUP * PEL_TILE_GROUP;

  n_all = plane->n * self->n_bands;
  self->partial = (gsize)4 * self->layer.out_blocks * (self->in_blocks * 256 + 32);
  fit = MOST_PARTIALS / self->partial;
  self->n_stretches = MIN (n_all, (guint)CLAMP (fit, 4, 8));
}

void
pel_blocked_upconv_add_space (const PelBlockedPlane *plane,
                              guint in_blocks,
                              guint out_blocks,
                              gboolean train,
                              PelBlockedSpace *space)
{
  Upconv self = { .layer = { .plane = plane, .out_blocks = out_blocks }, .in_blocks = in_blocks };
  gsize weights = (gsize)in_blocks * out_blocks * 4 * 256;

  if (are_few (plane))
    {
      pel_blocked_upconv_few_add_space (plane, in_blocks, out_blocks, train, space);
      return;
    }
  cut (&self);
  pel_blocked_space_add (space, weights + (train ? self.n_stretches * self.partial : 0),
                         (gsize)self.pixels * PEL_LANES * (in_blocks + 4 * out_blocks) +
                             (gsize)self.pixels * PEL_LANES * MAX (in_blocks, out_blocks));
}

/* The pixels of a band, through the affine part, to [block][pixel][16]. */
static void
read_band (const Upconv *self, guint image, guint row, guint n_pixels, float *v)
{
  for (guint cb = 0; cb < self->in_blocks; cb++)
    {
      const PelBlockedPart *part = self->layer.input;
      const float *src =
          pel_blocked_plane (part->data, self->layer.plane, part->n_blocks, image, cb) +
          (gsize)row * self->layer.plane->w * PEL_LANES;
      gsize channel = (gsize)cb * PEL_LANES;

      self->layer.context->kernels->affine (v + (gsize)cb * self->pixels * PEL_LANES, src, n_pixels,
                                            part->scale != NULL ? part->scale + channel : NULL,
                                            part->shift != NULL ? part->shift + channel : NULL);
    }
}

static const float *
get_output_row (const Upconv *self, const float *data, guint image, guint ob, guint row)
{
  gsize width = 2 * (gsize)self->layer.plane->w, height = 2 * (gsize)self->layer.plane->h;

  return data + (((gsize)image * self->layer.out_blocks + ob) * height + row) * width * PEL_LANES;
}

/* The derivatives under a band, to [corner][block][pixel][16]. */
static void
read_gradient (const Upconv *self, guint image, guint row, guint n_rows, float *g)
{
  guint w = self->layer.plane->w;

  for (guint corner = 0; corner < 4; corner++)
    for (guint ob = 0; ob < self->layer.out_blocks; ob++)
      {
        float *dst = g + ((gsize)corner * self->layer.out_blocks + ob) * self->pixels * PEL_LANES;

        for (guint y = 0; y < n_rows; y++)
          {
            const float *src =
                get_output_row (self, self->layer.dy, image, ob, 2 * (row + y) + corner / 2) +
                corner % 2 * PEL_LANES;

            for (guint x = 0; x < w; x++)
              memcpy (dst + ((gsize)y * w + x) * PEL_LANES, src + (gsize)x * 2 * PEL_LANES,
                      PEL_LANES * sizeof (float));
          }
      }
}

/* u[corner][ob][c][16]: lanes are outputs. */
static void
pack_forward (guint item, guint worker, gpointer data)
{
  const Upconv *self = data;
  gsize in = (gsize)self->in_blocks * PEL_LANES, out = (gsize)self->layer.out_blocks * PEL_LANES;

  self->layer.context->kernels->corners_split (self->layer.weight + (gsize)item * PEL_LANES * 4,
                                               out * 4, (int)in, self->u + item * in * PEL_LANES,
                                               out * in);
}

/* u[cb][corner][o][16]: lanes are inputs. */
static void
pack_backward (guint item, guint worker, gpointer data)
{
  const Upconv *self = data;
  gsize out = (gsize)self->layer.out_blocks * PEL_LANES;

  self->layer.context->kernels->corners_turn (
      self->layer.weight + item * PEL_LANES * out * 4, out * 4, (int)out,
      self->u + item * 4 * out * PEL_LANES, out * PEL_LANES);
}

static void
forward_band (guint item, guint worker, gpointer data)
{
  const Upconv *self = data;
  guint image = item / self->n_bands, row = item % self->n_bands * self->rows;
  guint n_rows = MIN (self->rows, self->layer.plane->h - row), w = self->layer.plane->w;
  gsize block = (gsize)self->pixels * PEL_LANES;
  gsize u_block = (gsize)self->in_blocks * PEL_LANES * PEL_LANES;
  float *v = pel_blocked_scratch (self->layer.context, worker);
  float *m = v + self->in_blocks * block;

  read_band (self, image, row, n_rows * w, v);
  for (guint corner = 0; corner < 4; corner++)
    {
      self->layer.context->kernels->product (
          v, block, self->u + corner * self->layer.out_blocks * u_block, u_block, m, block,
          (int)self->in_blocks, (int)self->layer.out_blocks, (int)self->pixels, FALSE);
      for (guint ob = 0; ob < self->layer.out_blocks; ob++)
        for (guint y = 0; y < n_rows; y++)
          self->layer.context->kernels->add_bias (
              (float *)get_output_row (self, self->layer.y, image, ob, 2 * (row + y) + corner / 2) +
                  corner % 2 * PEL_LANES,
              m + ob * block + (gsize)y * w * PEL_LANES, w, 2,
              self->layer.bias + (gsize)ob * PEL_LANES);
    }
}

static void
backward_stretch (guint item, guint worker, gpointer data)
{
  const Upconv *self = data;
  const PelBlockedKernels *kernels = self->layer.context->kernels;
  guint n_all = self->layer.plane->n * self->n_bands, w = self->layer.plane->w;
  guint begin = (guint)((guint64)n_all * item / self->n_stretches);
  guint end = (guint)((guint64)n_all * (item + 1) / self->n_stretches);
  gsize block = (gsize)self->pixels * PEL_LANES;
  gsize du_block = (gsize)self->in_blocks * PEL_LANES * PEL_LANES;
  guint g_blocks = 4 * self->layer.out_blocks;
  float *v = pel_blocked_scratch (self->layer.context, worker);
  float *g = v + self->in_blocks * block;
  float *m = g + g_blocks * block;
  float *du = self->partials + item * self->partial;
  float *sums = du + g_blocks * du_block;

  memset (du, 0, self->partial * sizeof (float));
  for (guint i = begin; i < end; i++)
    {
      guint image = i / self->n_bands, row = i % self->n_bands * self->rows;
      guint n_rows = MIN (self->rows, self->layer.plane->h - row);
      guint n_pixels = n_rows * w;

      read_band (self, image, row, n_pixels, v);
      read_gradient (self, image, row, n_rows, g);
      kernels->product (g, block, self->u, g_blocks * PEL_LANES * PEL_LANES, m, block,
                        (int)g_blocks, (int)self->in_blocks, (int)self->pixels, FALSE);
      for (guint cb = 0; cb < self->in_blocks; cb++)
        memcpy (pel_blocked_plane (self->layer.dx, self->layer.plane, self->in_blocks, image, cb) +
                    (gsize)row * w * PEL_LANES,
                m + cb * block, (gsize)n_pixels * PEL_LANES * sizeof (float));
      kernels->outer_product (v, block, g, block, du, du_block, (int)self->in_blocks, (int)g_blocks,
                              (int)n_pixels);
      for (guint ob = 0; ob < g_blocks; ob++)
        kernels->sums_with (g + ob * block, g + ob * block, n_pixels, sums + ob * 32);
    }
}

/* Adds the stretches' sums for one block of outputs. */
static void
finish_block (guint item, guint worker, gpointer data)
{
  const Upconv *self = data;
  const PelBlockedKernels *kernels = self->layer.context->kernels;
  gsize in = (gsize)self->in_blocks * PEL_LANES, out = (gsize)self->layer.out_blocks * PEL_LANES;
  float *du = self->partials + item * in * PEL_LANES;

  for (guint s = 1; s < self->n_stretches; s++)
    for (guint corner = 0; corner < 4; corner++)
      kernels->add (du + corner * out * in, du + corner * out * in + s * self->partial, in);
  kernels->corners_join (du, out * in, (int)in, self->layer.d_weight + (gsize)item * PEL_LANES * 4,
                         out * 4);
}

gboolean
pel_blocked_upconv_forward (const PelBlockedUpconv *layer)
{
  Upconv self = { .layer = *layer,
                  .in_blocks = layer->input->n_blocks,
                  .u = layer->context->shared };

  if (are_few (layer->plane))
    return pel_blocked_upconv_few_forward (layer);
  cut (&self);
  return pel_pool_run (layer->context->pool, layer->out_blocks, pack_forward, &self,
                       layer->context->cancellable) &&
         pel_pool_run (layer->context->pool, layer->plane->n * self.n_bands, forward_band, &self,
                       layer->context->cancellable);
}

gboolean
pel_blocked_upconv_backward (const PelBlockedUpconv *layer)
{
  Upconv self = { .layer = *layer,
                  .in_blocks = layer->input->n_blocks,
                  .u = layer->context->shared };
  gsize sums_at;

  if (are_few (layer->plane))
    return pel_blocked_upconv_few_backward (layer);
  cut (&self);
  self.partials = self.u + (gsize)self.in_blocks * layer->out_blocks * 4 * 256;
  if (!pel_pool_run (layer->context->pool, self.in_blocks, pack_backward, &self,
                     layer->context->cancellable) ||
      !pel_pool_run (layer->context->pool, self.n_stretches, backward_stretch, &self,
                     layer->context->cancellable) ||
      !pel_pool_run (layer->context->pool, layer->out_blocks, finish_block, &self,
                     layer->context->cancellable))
    return FALSE;

  sums_at = (gsize)4 * layer->out_blocks * self.in_blocks * PEL_LANES * PEL_LANES;
  for (guint o = 0; o < layer->out_blocks * PEL_LANES; o++)
    {
      double sum = 0;

      for (guint s = 0; s < self.n_stretches; s++)
        for (guint corner = 0; corner < 4; corner++)
          sum += (double)self.partials[s * self.partial + sums_at +
                                       ((gsize)corner * layer->out_blocks + o / PEL_LANES) * 32 +
                                       o % PEL_LANES];
      layer->d_bias[o] = (float)sum;
    }
  return TRUE;
}
