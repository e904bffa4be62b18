/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-warp.h"

#include <math.h>
#include <string.h>

/* The sum of |weights| of Keys' kernel is at most 1.25 along each axis, so a bicubic surface
 * overshoots its points by no more than this factor. */
#define OVERSHOOT (1.25 * 1.25)

void
pel_warp_init (PelWarp *warp, guint size, double cx, double cy)
{
  g_return_if_fail (warp != NULL && size > 0);
  memset (warp, 0, sizeof *warp);
  warp->size = size;
  warp->cx = cx;
  warp->cy = cy;
  warp->xx = 1.0;
  warp->yy = 1.0;
}

void
pel_warp_randomise (PelWarp *warp, const PelAugmentConfig *config, PelRandom *random)
{
  g_return_if_fail (warp != NULL && config != NULL && random != NULL);
  guint32 flips = pel_random_u32 (random) & 7;
  gboolean warped = pel_random_uniform (random) < config->warp_share;
  double angle = pel_random_range (random, -1.0, 1.0) * config->rotation * G_PI / 180.0;
  double zoom = pow (MAX (config->scale, 1.0), pel_random_range (random, -1.0, 1.0));

  if (config->flips)
    {
      if (flips & 1)
        {
          warp->xx = -warp->xx;
          warp->yx = -warp->yx;
        }
      if (flips & 2)
        {
          warp->xy = -warp->xy;
          warp->yy = -warp->yy;
        }
      if (flips & 4)
        {
          double xx = warp->xx, yx = warp->yx;
          warp->xx = warp->xy;
          warp->yx = warp->yy;
          warp->xy = xx;
          warp->yy = yx;
        }
    }
  if (!warped)
    return;

  double c = cos (angle) / zoom, s = sin (angle) / zoom;
  double xx = c * warp->xx - s * warp->yx, yx = s * warp->xx + c * warp->yx;
  double xy = c * warp->xy - s * warp->yy, yy = s * warp->xy + c * warp->yy;
  warp->xx = xx;
  warp->yx = yx;
  warp->xy = xy;
  warp->yy = yy;

  if (config->elastic > 0.0 && config->elastic_grid >= 2)
    {
      double sigma = config->elastic * warp->size / 512.0 / zoom;
      warp->grid = MIN (config->elastic_grid, PEL_WARP_MAX_GRID);
      for (guint i = 0; i < warp->grid * warp->grid; i++)
        {
          warp->dx[i] = sigma * pel_random_normal (random);
          warp->dy[i] = sigma * pel_random_normal (random);
        }
    }
}

void
pel_warp_get_source (const PelWarp *warp, PelRect *rect)
{
  g_return_if_fail (warp != NULL && rect != NULL);
  double half = 0.5 * (warp->size - 1);
  double rx = half * (fabs (warp->xx) + fabs (warp->xy));
  double ry = half * (fabs (warp->yx) + fabs (warp->yy));
  double max_dx = 0.0, max_dy = 0.0;
  for (guint i = 0; i < warp->grid * warp->grid; i++)
    {
      max_dx = MAX (max_dx, fabs (warp->dx[i]));
      max_dy = MAX (max_dy, fabs (warp->dy[i]));
    }
  rx += OVERSHOOT * max_dx;
  ry += OVERSHOOT * max_dy;

  /* A pixel on each side for the neighbours that bilinear sampling looks at. */
  gint x0 = (gint)floor (warp->cx - 0.5 - rx) - 1, x1 = (gint)floor (warp->cx - 0.5 + rx) + 2;
  gint y0 = (gint)floor (warp->cy - 0.5 - ry) - 1, y1 = (gint)floor (warp->cy - 0.5 + ry) + 2;
  *rect = (PelRect){ x0, y0, x1 - x0 + 1, y1 - y0 + 1 };
}

/* Keys' cubic convolution kernel with a = -1/2 ("Cubic convolution interpolation for digital
 * image processing", IEEE ASSP 29, 1981). */
static double
keys (double t)
{
  t = fabs (t);
  if (t < 1.0)
    return (1.5 * t - 2.5) * t * t + 1.0;
  if (t < 2.0)
    return ((-0.5 * t + 2.5) * t - 4.0) * t + 2.0;
  return 0.0;
}

/* What each grid point adds at pixel @i: the points span the patch from edge to edge, those
 * beyond it repeat the outermost. */
static void
grid_weights (const PelWarp *warp, guint i, double *weights)
{
  guint n = warp->grid;
  double t = (i + 0.5) / warp->size * (n - 1);
  gint first = (gint)floor (t) - 1;
  memset (weights, 0, n * sizeof *weights);
  for (gint k = first; k < first + 4; k++)
    weights[CLAMP (k, 0, (gint)n - 1)] += keys (t - k);
}

/* Fills where a row of the patch lies, in pixel-edge coordinates of the area. @columns holds
 * grid_weights() of every column. */
static void
row_positions (const PelWarp *warp,
               const double *columns,
               const PelRect *area,
               guint y,
               float *px,
               float *py)
{
  double middle = 0.5 * warp->size, v = y + 0.5 - middle;
  double x0 = warp->cx - area->x + warp->xy * v, y0 = warp->cy - area->y + warp->yy * v;
  guint n = warp->grid;
  double gx[PEL_WARP_MAX_GRID], gy[PEL_WARP_MAX_GRID];
  if (n > 0)
    {
      double rows[PEL_WARP_MAX_GRID];
      grid_weights (warp, y, rows);
      for (guint i = 0; i < n; i++)
        {
          gx[i] = gy[i] = 0.0;
          for (guint j = 0; j < n; j++)
            {
              gx[i] += rows[j] * warp->dx[j * n + i];
              gy[i] += rows[j] * warp->dy[j * n + i];
            }
        }
    }
  for (guint x = 0; x < warp->size; x++)
    {
      double u = x + 0.5 - middle;
      double sx = x0 + warp->xx * u, sy = y0 + warp->yx * u;
      const double *w = columns + (gsize)x * n;
      for (guint i = 0; i < n; i++)
        {
          sx += w[i] * gx[i];
          sy += w[i] * gy[i];
        }
      px[x] = (float)sx;
      py[x] = (float)sy;
    }
}

static double *
column_weights (const PelWarp *warp)
{
  double *columns = g_new (double, MAX ((gsize)warp->size * warp->grid, 1));
  if (warp->grid > 0)
    for (guint x = 0; x < warp->size; x++)
      grid_weights (warp, x, columns + (gsize)x * warp->grid);
  return columns;
}

/* Where a value of the patch comes from: the first of four neighbours, and how far it is to the
 * others. */
typedef struct
{
  gsize at;
  float a, b;
} Spot;

static void
find_spots (const PelRect *area, const float *px, const float *py, guint n, Spot *spots)
{
  gint last_x = MAX (area->width - 2, 0), last_y = MAX (area->height - 2, 0);
  for (guint x = 0; x < n; x++)
    {
      float u = px[x] - 0.5f, v = py[x] - 0.5f;
      gint ix = CLAMP ((gint)floorf (u), 0, last_x), iy = CLAMP ((gint)floorf (v), 0, last_y);
      spots[x].at = (gsize)iy * (gsize)area->width + (gsize)ix;
      spots[x].a = CLAMP (u - (float)ix, 0.0f, 1.0f);
      spots[x].b = CLAMP (v - (float)iy, 0.0f, 1.0f);
    }
}

void
pel_warp_sample (const PelWarp *warp,
                 const float *source,
                 const PelRect *area,
                 guint n_planes,
                 float *out)
{
  g_return_if_fail (warp != NULL && source != NULL && area != NULL && out != NULL);
  g_autofree double *columns = column_weights (warp);
  g_autofree float *px = g_new (float, 2 * (gsize)warp->size);
  g_autofree Spot *spots = g_new (Spot, warp->size);
  float *py = px + warp->size;
  gsize size = warp->size, stride = (gsize)area->width, plane = stride * (gsize)area->height;
  gsize right = area->width > 1 ? 1 : 0, below = area->height > 1 ? stride : 0;

  for (gsize y = 0; y < size; y++)
    {
      row_positions (warp, columns, area, (guint)y, px, py);
      find_spots (area, px, py, warp->size, spots);
      /* All planes of a place are seen by one lens. */
      for (guint c = 0; c < n_planes; c++)
        {
          const float *from = source + c * plane;
          float *row = out + (c * size + y) * size;
          for (gsize x = 0; x < size; x++)
            {
              const float *s = from + spots[x].at;
              float top = s[0] + spots[x].a * (s[right] - s[0]);
              float bottom = s[below] + spots[x].a * (s[below + right] - s[below]);
              row[x] = top + spots[x].b * (bottom - top);
            }
        }
    }
}

void
pel_warp_sample_labels (const PelWarp *warp,
                        const guint32 *source,
                        const PelRect *area,
                        guint32 *out)
{
  g_return_if_fail (warp != NULL && source != NULL && area != NULL && out != NULL);
  g_autofree double *columns = column_weights (warp);
  g_autofree float *px = g_new (float, 2 * (gsize)warp->size);
  float *py = px + warp->size;

  for (guint y = 0; y < warp->size; y++)
    {
      guint32 *row = out + (gsize)y * warp->size;
      row_positions (warp, columns, area, y, px, py);
      for (guint x = 0; x < warp->size; x++)
        {
          gint ix = CLAMP ((gint)floorf (px[x]), 0, area->width - 1);
          gint iy = CLAMP ((gint)floorf (py[x]), 0, area->height - 1);
          row[x] = source[(gsize)iy * (gsize)area->width + (gsize)ix];
        }
    }
}

/* The flow at a place of the area, from the neighbours of its own label. */
static void
flow_at (const guint32 *labels,
         const gint8 *down,
         const gint8 *right,
         const PelRect *area,
         const Spot *spot,
         guint32 label,
         float *v)
{
  gsize across = area->width > 1 ? 1 : 0, below = area->height > 1 ? (gsize)area->width : 0;
  const gsize at[4] = { spot->at, spot->at + across, spot->at + below, spot->at + below + across };
  const float shares[4] = { (1.0f - spot->a) * (1.0f - spot->b), spot->a * (1.0f - spot->b),
                            (1.0f - spot->a) * spot->b, spot->a * spot->b };
  v[0] = v[1] = 0.0f;
  for (guint i = 0; i < 4; i++)
    if (labels[at[i]] == label)
      {
        v[0] += shares[i] * down[at[i]];
        v[1] += shares[i] * right[at[i]];
      }
}

void
pel_warp_sample_flows (const PelWarp *warp,
                       const guint32 *labels,
                       const gint8 *down,
                       const gint8 *right,
                       const PelRect *area,
                       float *out)
{
  g_return_if_fail (warp != NULL && labels != NULL && down != NULL && right != NULL);
  g_return_if_fail (area != NULL && out != NULL);
  gsize size = warp->size, plane = size * size;
  g_autofree double *columns = column_weights (warp);
  g_autofree float *rows = g_new (float, 4 * size);
  g_autofree Spot *spots = g_new (Spot, size);
  /* Two rows of positions, for how they change downwards. */
  float *px = rows, *py = rows + size, *next_x = rows + 2 * size, *next_y = rows + 3 * size;

  row_positions (warp, columns, area, 0, px, py);
  for (guint y = 0; y < size; y++)
    {
      row_positions (warp, columns, area, y + 1, next_x, next_y);
      find_spots (area, px, py, (guint)size, spots);
      for (gsize x = 0; x < size; x++)
        {
          gsize i = y * size + x, a = x + 1 < size ? x : x - (x > 0), b = MIN (a + 1, size - 1);
          gint ix = CLAMP ((gint)floorf (px[x]), 0, area->width - 1);
          gint iy = CLAMP ((gint)floorf (py[x]), 0, area->height - 1);
          guint32 label = labels[(gsize)iy * (gsize)area->width + (gsize)ix];
          float v[2];
          out[i] = out[plane + i] = 0.0f;
          if (label == 0 || label == G_MAXUINT32)
            continue;
          flow_at (labels, down, right, area, &spots[x], label, v);
          float falls_down = (next_y[x] - py[x]) * v[0] + (next_x[x] - px[x]) * v[1];
          float falls_right = (py[b] - py[a]) * v[0] + (px[b] - px[a]) * v[1];
          float length = hypotf (falls_down, falls_right);
          if (length > 1e-3f)
            {
              out[i] = falls_down / length;
              out[plane + i] = falls_right / length;
            }
        }
      float *swap_x = px, *swap_y = py;
      px = next_x;
      py = next_y;
      next_x = swap_x;
      next_y = swap_y;
    }
}
