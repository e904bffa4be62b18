/* SPDX-License-Identifier: MIT */
#include "engine/infer/pel-uncertainty.h"

#include <math.h>

/* The part is looked for at places this far apart, in shares of its side. */
#define GRID 16

static double
as_probability (float value)
{
  return value > 0.0f ? MIN ((double)value, 1.0) : 0.0;
}

static double
get_uncertainty (float value)
{
  return 1.0 - fabs (2.0 * as_probability (value) - 1.0);
}

void
pel_uncertainty_map (const float *foreground, gsize n_pixels, float *uncertainty)
{
  g_return_if_fail (n_pixels == 0 || (foreground != NULL && uncertainty != NULL));

  for (gsize i = 0; i < n_pixels; i++)
    uncertainty[i] = (float)get_uncertainty (foreground[i]);
}

double
pel_expected_dice (const float *foreground, gsize n_pixels, double threshold)
{
  double called = 0.0, right = 0.0, all = 0.0;

  g_return_val_if_fail (n_pixels == 0 || foreground != NULL, 0.0);

  for (gsize i = 0; i < n_pixels; i++)
    {
      double p = as_probability (foreground[i]);

      all += p;
      if (p >= threshold)
        {
          right += p;
          called += 1.0;
        }
    }
  return called + all > 0.0 ? 2.0 * right / (called + all) : 1.0;
}

/* Sums over blocks of @step pixels a side: @n_x by @n_y of them, the last ones cut off. */
static double *
sum_blocks (const float *foreground, guint width, guint height, guint step, guint *n_x, guint *n_y)
{
  double *sums;

  *n_x = (width + step - 1) / step;
  *n_y = (height + step - 1) / step;
  sums = g_new0 (double, (gsize)*n_x **n_y);
  for (guint y = 0; y < height; y++)
    {
      const float *row = foreground + (gsize)y * width;
      double *out = sums + (gsize)(y / step) * *n_x;

      for (guint x = 0; x < width; x++)
        out[x / step] += get_uncertainty (row[x]);
    }
  return sums;
}

double
pel_uncertain_part (const float *foreground, guint width, guint height, guint side, PelRect *part)
{
  const guint w = MIN (side, width), h = MIN (side, height);
  const guint step = MAX (side / GRID, 1);
  g_autofree double *sums = NULL;
  double best = -1.0;
  guint n_x, n_y;

  g_return_val_if_fail (foreground != NULL && part != NULL, 0.0);
  g_return_val_if_fail (width > 0 && height > 0 && side > 0, 0.0);

  sums = sum_blocks (foreground, width, height, step, &n_x, &n_y);
  for (guint y = 0;; y += step)
    {
      const guint top = MIN (y, height - h);

      for (guint x = 0;; x += step)
        {
          const guint left = MIN (x, width - w);
          double sum = 0.0;

          for (guint j = top / step; j <= (top + h - 1) / step; j++)
            for (guint i = left / step; i <= (left + w - 1) / step; i++)
              sum += sums[(gsize)j * n_x + i];
          if (sum > best)
            {
              best = sum;
              *part = (PelRect){ (gint)left, (gint)top, (gint)w, (gint)h };
            }
          if (left == width - w)
            break;
        }
      if (top == height - h)
        break;
    }
  return MIN (best / ((double)w * h), 1.0);
}
