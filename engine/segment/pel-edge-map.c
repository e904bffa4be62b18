/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-edge-map.h"

#include <math.h>
#include <string.h>

#include "engine/core/pel-arena.h"

#define SIGMA 1.5
#define RADIUS 5
#define PERCENTILE 0.98
#define N_BINS 1024
/* Steps of this share of the values are the rounding of floats. */
#define FLAT 2e-6f
/* What is left of the gradient where it is larger on either side. */
#define OFF_CREST (2 / 3.0f)
/* Places looked at along the side of a sample. */
#define MAX_PLACES 4

void
pel_image_read_scaled (const PelImage *image,
                       gint channel,
                       double scale,
                       const PelRect *area,
                       float *out)
{
  const gint width = (gint)pel_image_get_width (image), height = (gint)pel_image_get_height (image);
  const guint n_places = (guint)CLAMP (ceil (scale), 1, MAX_PLACES);
  const gint first = (gint)CLAMP (floor (area->x * scale), 0, width);
  const gint last = (gint)CLAMP (ceil ((area->x + area->width) * scale), first, width);
  g_autofree float *row = g_new (float, MAX (last - first, 1));
  g_autofree guint *counts = g_new (guint, MAX (area->width, 1));

  for (gint j = 0; j < area->height; j++)
    {
      float *line = out + (gsize)j * (gsize)area->width;
      const double middle = (area->y + j + 0.5) * scale;

      memset (counts, 0, (gsize)area->width * sizeof *counts);
      for (gint i = 0; i < area->width; i++)
        line[i] = 0;
      for (guint v = 0; v < n_places && middle >= 0 && middle < height; v++)
        {
          const gint y = (gint)floor ((area->y + j + (v + 0.5) / n_places) * scale);
          const PelRect source = { first, y, last - first, 1 };

          if (y < 0 || y >= height || last <= first)
            continue;
          pel_image_read_float (image, channel, &source, row, (gsize)source.width);
          for (gint i = 0; i < area->width; i++)
            for (guint u = 0; u < n_places; u++)
              {
                const gint x = (gint)floor ((area->x + i + (u + 0.5) / n_places) * scale);

                if (x < first || x >= last || !isfinite (row[x - first]))
                  continue;
                line[i] += row[x - first];
                counts[i]++;
              }
        }
      for (gint i = 0; i < area->width; i++)
        {
          const double at = (area->x + i + 0.5) * scale;

          line[i] = counts[i] > 0 && at >= 0 && at < width ? line[i] / (float)counts[i] : NAN;
        }
    }
}

/* One direction of the Gaussian. */
static void
blur (const float *in, float *out, gint n_lines, gint length, gsize across, gsize step)
{
  float weights[RADIUS + 1];

  for (gint i = 0; i <= RADIUS; i++)
    weights[i] = (float)exp (-i * i / (2 * SIGMA * SIGMA));
  for (gint line = 0; line < n_lines; line++)
    {
      const float *from = in + (gsize)line * across;
      float *to = out + (gsize)line * across;

      for (gint i = 0; i < length; i++)
        {
          const gint begin = MAX (i - RADIUS, 0), end = MIN (i + RADIUS, length - 1);
          float sum = 0, total = 0;

          for (gint k = begin; k <= end; k++)
            {
              const float value = from[(gsize)k * step], weight = weights[ABS (k - i)];

              if (isfinite (value))
                {
                  sum += weight * value;
                  total += weight;
                }
            }
          to[(gsize)i * step] = total > 0 ? sum / total : NAN;
        }
    }
}

static void
get_gradient (const float *smooth, gint width, gint height, gint x, gint y, float *dx, float *dy)
{
  const gsize at = (gsize)y * (gsize)width + (gsize)x;
  const gsize left = x > 0 ? at - 1 : at, right = x + 1 < width ? at + 1 : at;
  const gsize above = y > 0 ? at - (gsize)width : at;
  const gsize below = y + 1 < height ? at + (gsize)width : at;

  *dx = (smooth[right] - smooth[left]) / (right - left == 2 ? 2.0f : 1.0f);
  *dy = (smooth[below] - smooth[above]) / (below - above == 2 * (gsize)width ? 2.0f : 1.0f);
  if (!isfinite (*dx))
    *dx = 0;
  if (!isfinite (*dy))
    *dy = 0;
}

/* That of the channel where it is longest; returns how long. */
static float
find_gradient (const float *smooth,
               guint n_channels,
               gint width,
               gint height,
               gint x,
               gint y,
               float *dx,
               float *dy)
{
  const gsize n = (gsize)width * (gsize)height;
  float longest = 0;

  get_gradient (smooth, width, height, x, y, dx, dy);
  longest = *dx * *dx + *dy * *dy;
  for (guint i = 1; i < n_channels; i++)
    {
      float u, v;

      get_gradient (smooth + i * n, width, height, x, y, &u, &v);
      if (u * u + v * v > longest)
        {
          *dx = u;
          *dy = v;
          longest = u * u + v * v;
        }
    }
  return sqrtf (longest);
}

/* The value that PERCENTILE of the lengths do not exceed, to a thousandth of the largest; 0 where
 * there is nothing but what rounding leaves. */
static float
get_strong (const float *smooth, guint n_channels, const float *lengths, gsize n)
{
  guint64 bins[N_BINS] = { 0 };
  guint64 seen = 0;
  float most = 0, largest = 0;

  for (gsize i = 0; i < n; i++)
    most = MAX (most, lengths[i]);
  for (gsize i = 0; i < n * n_channels; i++)
    if (isfinite (smooth[i]))
      largest = MAX (largest, fabsf (smooth[i]));
  if (most <= FLAT * largest)
    return 0;
  for (gsize i = 0; i < n; i++)
    bins[MIN ((guint)(lengths[i] / most * N_BINS), N_BINS - 1)]++;
  for (guint b = 0; b < N_BINS; b++)
    {
      seen += bins[b];
      if ((double)seen >= PERCENTILE * (double)n)
        return most * (float)(b + 1) / N_BINS;
    }
  return most;
}

/* Whether the gradient is larger at the neighbour that it points to, or at the opposite one. */
static gboolean
is_off_crest (const float *lengths, gint width, gint height, gint x, gint y, float dx, float dy)
{
  const float size = MAX (fabsf (dx), fabsf (dy));
  const gint step_x = size > 0 ? (gint)lroundf (dx / size) : 0;
  const gint step_y = size > 0 ? (gint)lroundf (dy / size) : 0;
  const float here = lengths[(gsize)y * (gsize)width + (gsize)x];

  for (gint side = -1; side <= 1; side += 2)
    {
      const gint u = x + side * step_x, v = y + side * step_y;

      if (u >= 0 && v >= 0 && u < width && v < height &&
          lengths[(gsize)v * (gsize)width + (gsize)u] > here * 1.0001f)
        return TRUE;
    }
  return FALSE;
}

gboolean
pel_edge_map_from_channels (const float *samples,
                            guint n_channels,
                            guint width,
                            guint height,
                            float *edge,
                            GError **error)
{
  const gsize n = (gsize)width * height;
  float *smooth, *lengths;
  float strong;

  g_return_val_if_fail (n_channels > 0, FALSE);

  smooth = pel_try_alloc (n, (n_channels + 1) * sizeof (float), error);
  if (smooth == NULL)
    return FALSE;
  lengths = smooth + n_channels * n;
  for (guint i = 0; i < n_channels; i++)
    {
      blur (samples + i * n, lengths, (gint)height, (gint)width, width, 1);
      blur (lengths, smooth + i * n, (gint)width, (gint)height, 1, width);
    }
  for (gint y = 0; y < (gint)height; y++)
    for (gint x = 0; x < (gint)width; x++)
      {
        float dx, dy;

        lengths[(gsize)y * width + (gsize)x] =
            find_gradient (smooth, n_channels, (gint)width, (gint)height, x, y, &dx, &dy);
      }
  strong = get_strong (smooth, n_channels, lengths, n);
  for (gint y = 0; y < (gint)height; y++)
    for (gint x = 0; x < (gint)width; x++)
      {
        const gsize at = (gsize)y * width + (gsize)x;
        float dx, dy;

        find_gradient (smooth, n_channels, (gint)width, (gint)height, x, y, &dx, &dy);
        edge[at] = strong > 0 ? MIN (lengths[at] / strong, 1.0f) : 0;
        if (is_off_crest (lengths, (gint)width, (gint)height, x, y, dx, dy))
          edge[at] *= OFF_CREST;
      }
  pel_aligned_free (smooth);
  return TRUE;
}

gboolean
pel_edge_map_from_image (const float *samples,
                         guint width,
                         guint height,
                         float *edge,
                         GError **error)
{
  return pel_edge_map_from_channels (samples, 1, width, height, edge, error);
}

void
pel_edge_map_from_probability (const float *foreground, const float *border, gsize n, float *edge)
{
  for (gsize i = 0; i < n; i++)
    {
      const float p = foreground[i];
      const float e = isfinite (p) ? CLAMP (4 * p * (1 - p), 0.0f, 1.0f) : 0;

      edge[i] = border != NULL && isfinite (border[i]) ? MAX (e, MIN (border[i], 1.0f)) : e;
    }
}

void
pel_edge_map_part_flows (const float *down,
                         const float *right,
                         guint width,
                         guint height,
                         float *border)
{
  g_return_if_fail (down != NULL && right != NULL && border != NULL);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        gsize at = (gsize)y * width + x;
        gsize before = x > 0 ? at - 1 : at, after = x + 1 < width ? at + 1 : at;
        gsize above = y > 0 ? at - width : at, below = y + 1 < height ? at + width : at;
        float apart = 0.5f * (right[after] - right[before] + down[below] - down[above]);
        border[at] = isfinite (apart) ? CLAMP (apart, 0.0f, 1.0f) : 0.0f;
      }
}
