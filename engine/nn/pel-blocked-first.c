/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-blocked-ends.h"

#include <string.h>

/* The rows of all images are counted through and cut into bands. Sums are taken row by row and
 * those of a band's rows added up: one long sum of equal values, such as those of an even
 * background, would lose its last digits, and with them the variance. */
#define MOST_BANDS 32
#define TAPS 9

typedef struct
{
  const PelBlockedContext *context;
  const PelBlockedPlane *plane;
  const float *image, *bias, *weight, *dy;
  guint in_channels, out_blocks;
  float *r;
  float *padded; /* (n, in, h + 2, w + 2) with a border of zeros */
  float *packed; /* [ob][input and tap][16] */
  float *partials;
  guint n_bands;
} First;

static gsize
get_padded_plane (const PelBlockedPlane *plane)
{
  return ((gsize)plane->h + 2) * (plane->w + 2);
}

static gsize
round_up (gsize n)
{
  return (n + 15) & ~(gsize)15;
}

static void
point (First *self)
{
  const PelBlockedPlane *plane = self->plane;
  gsize n_rows = (gsize)plane->n * plane->h;

  self->n_bands = (guint)MIN (n_rows, MOST_BANDS);
  self->padded = self->context->shared;
  self->packed =
      self->padded + round_up ((gsize)plane->n * self->in_channels * get_padded_plane (plane));
  self->partials = self->packed + (gsize)self->out_blocks * self->in_channels * TAPS * PEL_LANES;
}

void
pel_blocked_first_add_space (const PelBlockedPlane *plane,
                             guint in_channels,
                             guint out_blocks,
                             gboolean train,
                             PelBlockedSpace *space)
{
  gsize padded = round_up ((gsize)plane->n * in_channels * get_padded_plane (plane));
  gsize packed = (gsize)out_blocks * in_channels * TAPS * PEL_LANES;
  gsize partial = train ? MAX (packed, (gsize)out_blocks * 32) : (gsize)out_blocks * 32;

  pel_blocked_space_add (space, padded + packed + MOST_BANDS * partial, (gsize)in_channels * 3 * 2);
}

static void
pad_plane (guint item, guint worker, gpointer data)
{
  const First *self = data;
  gsize h = self->plane->h, w = self->plane->w;
  const float *src = self->image + item * h * w;
  float *dst = self->padded + item * get_padded_plane (self->plane);

  memset (dst, 0, get_padded_plane (self->plane) * sizeof (float));
  for (gsize y = 0; y < h; y++)
    memcpy (dst + (y + 1) * (w + 2) + 1, src + y * w, w * sizeof (float));
}

/* The row of plane @c that tap row @v needs for row @y of an image, from the column left of the
 * first. */
static const float *
get_row (const First *self, guint image, guint c, guint y, guint v)
{
  return self->padded + ((gsize)image * self->in_channels + c) * get_padded_plane (self->plane) +
         (gsize)(y + v) * (self->plane->w + 2);
}

static guint
get_band_row (const First *self, guint band)
{
  return (guint)((guint64)self->plane->n * self->plane->h * band / self->n_bands);
}

static void
forward_band (guint band, guint worker, gpointer data)
{
  const First *self = data;
  const float **rows = (const float **)(void *)pel_blocked_scratch (self->context, worker);
  float *partials = self->partials + (gsize)band * self->out_blocks * 32;
  guint taps = self->in_channels * TAPS;

  memset (partials, 0, (gsize)self->out_blocks * 32 * sizeof (float));
  for (guint row = get_band_row (self, band); row < get_band_row (self, band + 1); row++)
    {
      guint image = row / self->plane->h, y = row % self->plane->h;

      for (guint c = 0; c < self->in_channels; c++)
        for (guint v = 0; v < 3; v++)
          rows[c * 3 + v] = get_row (self, image, c, y, v);
      for (guint ob = 0; ob < self->out_blocks; ob++)
        {
          float sums[32] __attribute__ ((aligned (64))) = { 0 };

          self->context->kernels->direct_forward (
              rows, (int)self->in_channels, self->packed + (gsize)ob * taps * PEL_LANES,
              self->bias + (gsize)ob * PEL_LANES,
              pel_blocked_plane (self->r, self->plane, self->out_blocks, image, ob) +
                  (gsize)y * self->plane->w * PEL_LANES,
              (int)self->plane->w, sums);
          self->context->kernels->add (partials + (gsize)ob * 32, sums, 2);
        }
    }
}

static void
backward_band (guint band, guint worker, gpointer data)
{
  const First *self = data;
  gsize packed = (gsize)self->out_blocks * self->in_channels * TAPS * PEL_LANES;
  float *dw = self->partials + band * packed;

  memset (dw, 0, packed * sizeof (float));
  for (guint row = get_band_row (self, band); row < get_band_row (self, band + 1); row++)
    {
      guint image = row / self->plane->h, y = row % self->plane->h;

      for (guint ob = 0; ob < self->out_blocks; ob++)
        for (guint c = 0; c < self->in_channels; c++)
          {
            const float *rows[3] = { get_row (self, image, c, y, 0), get_row (self, image, c, y, 1),
                                     get_row (self, image, c, y, 2) };
            float sums[TAPS * PEL_LANES] __attribute__ ((aligned (64))) = { 0 };

            self->context->kernels->direct_weight_gradient (
                rows,
                pel_blocked_plane ((float *)self->dy, self->plane, self->out_blocks, image, ob) +
                    (gsize)y * self->plane->w * PEL_LANES,
                (int)self->plane->w, sums);
            self->context->kernels->add (
                dw + ((gsize)ob * self->in_channels + c) * TAPS * PEL_LANES, sums, TAPS);
          }
    }
}

static gboolean
run (First *self, PelPoolFunc func)
{
  const PelBlockedContext *context = self->context;

  return pel_pool_run (context->pool, self->plane->n * self->in_channels, pad_plane, self,
                       context->cancellable) &&
         pel_pool_run (context->pool, self->n_bands, func, self, context->cancellable);
}

gboolean
pel_blocked_first_forward (const PelBlockedContext *context,
                           const PelBlockedPlane *plane,
                           const float *image,
                           guint in_channels,
                           const float *weight,
                           const float *bias,
                           guint out_blocks,
                           float *r,
                           double *sums)
{
  First self = {
    .context = context,
    .plane = plane,
    .image = image,
    .in_channels = in_channels,
    .weight = weight,
    .bias = bias,
    .out_blocks = out_blocks,
    .r = r,
  };
  guint taps = in_channels * TAPS;

  point (&self);
  for (guint o = 0; o < out_blocks * PEL_LANES; o++)
    for (guint t = 0; t < taps; t++)
      self.packed[((gsize)(o / PEL_LANES) * taps + t) * PEL_LANES + o % PEL_LANES] =
          weight[(gsize)o * taps + t];
  if (!run (&self, forward_band))
    return FALSE;

  memset (sums, 0, (gsize)out_blocks * 32 * sizeof (double));
  for (guint i = 0; i < self.n_bands; i++)
    for (guint j = 0; j < out_blocks * 32; j++)
      sums[j] += (double)self.partials[(gsize)i * out_blocks * 32 + j];
  return TRUE;
}

gboolean
pel_blocked_first_backward_weight (const PelBlockedContext *context,
                                   const PelBlockedPlane *plane,
                                   const float *image,
                                   guint in_channels,
                                   const float *dy,
                                   guint out_blocks,
                                   float *d_weight)
{
  First self = {
    .context = context,
    .plane = plane,
    .image = image,
    .in_channels = in_channels,
    .dy = dy,
    .out_blocks = out_blocks,
  };
  guint taps = in_channels * TAPS;
  gsize packed = (gsize)out_blocks * taps * PEL_LANES;

  point (&self);
  if (!run (&self, backward_band))
    return FALSE;
  for (guint o = 0; o < out_blocks * PEL_LANES; o++)
    for (guint t = 0; t < taps; t++)
      {
        gsize at = ((gsize)(o / PEL_LANES) * taps + t) * PEL_LANES + o % PEL_LANES;
        double sum = 0;

        for (guint i = 0; i < self.n_bands; i++)
          sum += (double)self.partials[i * packed + at];
        d_weight[(gsize)o * taps + t] = (float)sum;
      }
  return TRUE;
}
