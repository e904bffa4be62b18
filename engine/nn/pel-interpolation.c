/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-interpolation.h"

/* A piece is some rows of a plane: their number only balances the load, each pixel stands alone. */
#define PIECE_VALUES 32768

typedef struct
{
  const PelInterpolation *layer;
  guint seams_per_piece, pieces;
  gboolean is_backward;
  float *map;
} Work;

/* What the pixels on both sides of a seam take of each other. */
typedef struct
{
  float before, after;
} Share;

/* Pixel 2k - 1 lies a share of the way from pixel k - 1 to k, and 2k one of the way back. */
static Share
get_share (PelUpsampling kind, guint k, guint n)
{
  switch (kind)
    {
    case PEL_UPSAMPLING_HALF_PIXEL:
      return (Share){ 0.25f, 0.25f };
    case PEL_UPSAMPLING_ASYMMETRIC:
      return (Share){ 0.5f, 0.0f };
    case PEL_UPSAMPLING_ALIGN_CORNERS:
      return (Share){ (float)(n - k) / (float)(2 * n - 1), (float)k / (float)(2 * n - 1) };
    case PEL_UPSAMPLING_TRANSPOSED:
      break;
    }
  return (Share){ 0.0f, 0.0f };
}

/* Mixes @n numbers at @u with those at @v, on the other side of the seam; the way back is the
 * transposed mixture. */
static void
mix (float *restrict u, float *restrict v, gsize n, Share share, gboolean is_backward)
{
  float uu = 1.0f - share.before, uv = is_backward ? share.after : share.before;
  float vv = 1.0f - share.after, vu = is_backward ? share.before : share.after;

  for (gsize i = 0; i < n; i++)
    {
      float a = u[i], b = v[i];

      u[i] = uu * a + uv * b;
      v[i] = vu * a + vv * b;
    }
}

static void
mix_row (const Work *self, float *row)
{
  const PelInterpolation *layer = self->layer;

  for (guint k = 1; k < layer->w; k++)
    {
      float *u = row + (gsize)(2 * k - 1) * layer->lanes;

      mix (u, u + layer->lanes, layer->lanes, get_share (layer->kind, k, layer->w),
           self->is_backward);
    }
}

/* Seam k lies between rows 2k - 1 and 2k; the first and the last row of the map have one row each.
 */
static void
piece (guint item, guint worker, gpointer data)
{
  const Work *self = data;
  const PelInterpolation *layer = self->layer;
  gsize stride = (gsize)layer->w * 2 * layer->lanes;
  float *plane = self->map + item / self->pieces * stride * layer->h * 2;
  guint begin = item % self->pieces * self->seams_per_piece;
  guint end = MIN (begin + self->seams_per_piece, layer->h + 1);

  for (guint k = begin; k < end; k++)
    {
      float *above = k > 0 ? plane + (2 * k - 1) * stride : NULL;
      float *below = k < layer->h ? plane + 2 * k * stride : NULL;

      if (above != NULL && below != NULL)
        mix (above, below, stride, get_share (layer->kind, k, layer->h), self->is_backward);
      if (above != NULL)
        mix_row (self, above);
      if (below != NULL)
        mix_row (self, below);
    }
}

static gboolean
run (const PelInterpolation *layer, float *map, gboolean is_backward)
{
  gsize two_rows = (gsize)layer->w * 4 * layer->lanes;
  Work work = { .layer = layer, .is_backward = is_backward, .map = map };

  work.seams_per_piece = (guint)CLAMP (PIECE_VALUES / two_rows, 1, layer->h + 1);
  work.pieces = (layer->h + work.seams_per_piece) / work.seams_per_piece;
  return pel_pool_run (layer->pool, layer->n_planes * work.pieces, piece, &work,
                       layer->cancellable);
}

gboolean
pel_interpolation_forward (const PelInterpolation *self, float *y)
{
  return run (self, y, FALSE);
}

gboolean
pel_interpolation_backward (const PelInterpolation *self, float *dy)
{
  return run (self, dy, TRUE);
}

void
pel_interpolation_tie (float *values, gsize n)
{
  for (gsize i = 0; i < n; i++, values += 4)
    {
      float mean = (values[0] + values[1] + values[2] + values[3]) * 0.25f;

      for (guint place = 0; place < 4; place++)
        values[place] = mean;
    }
}
