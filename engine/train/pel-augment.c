/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-augment.h"

#include <math.h>

#define MAX_SIGMA 8.0
#define MAX_RADIUS 24

/* Blurs a row or column of @n values that lie @stride apart into @out, edges repeated. */
static void
blur_line (const float *in,
           float *out,
           gsize n,
           gsize stride,
           const float *kernel,
           gint radius,
           float *line)
{
  for (gsize i = 0; i < n; i++)
    line[i + (gsize)radius] = in[i * stride];
  for (gint k = 0; k < radius; k++)
    {
      line[k] = in[0];
      line[n + (gsize)radius + (gsize)k] = in[(n - 1) * stride];
    }
  for (gsize i = 0; i < n; i++)
    {
      float sum = kernel[0] * line[i + (gsize)radius];
      for (gint k = 1; k <= radius; k++)
        sum += kernel[k] * (line[i + (gsize)(radius - k)] + line[i + (gsize)(radius + k)]);
      out[i * stride] = sum;
    }
}

void
pel_augment_blur (float *data, float *scratch, guint width, guint height, double sigma)
{
  g_return_if_fail (data != NULL && scratch != NULL && width > 0 && height > 0);
  if (!(sigma > 0.0))
    return;
  sigma = MIN (sigma, MAX_SIGMA);
  gint radius = CLAMP ((gint)ceil (3.0 * sigma), 1, MAX_RADIUS);
  float kernel[MAX_RADIUS + 1];
  double sum = 0.0;
  for (gint k = 0; k <= radius; k++)
    sum += (k > 0 ? 2.0 : 1.0) * exp (-0.5 * k * k / (sigma * sigma));
  for (gint k = 0; k <= radius; k++)
    kernel[k] = (float)(exp (-0.5 * k * k / (sigma * sigma)) / sum);

  g_autofree float *line = g_new (float, (gsize)MAX (width, height) + 2 * MAX_RADIUS);
  for (gsize y = 0; y < height; y++)
    blur_line (data + y * width, scratch + y * width, width, 1, kernel, radius, line);
  for (gsize x = 0; x < width; x++)
    blur_line (scratch + x, data + x, height, width, kernel, radius, line);
}

/* A factor from 1/@limit to @limit, evenly on a log scale. */
static double
random_factor (PelRandom *random, double limit)
{
  return pow (MAX (limit, 1.0), pel_random_range (random, -1.0, 1.0));
}

void
pel_augment_intensity (const PelAugmentConfig *config,
                       PelRandom *random,
                       float *data,
                       float *scratch,
                       guint size,
                       guint n_channels)
{
  g_return_if_fail (config != NULL && random != NULL && data != NULL && scratch != NULL);
  gsize n = (gsize)size * size;
  gboolean invert = pel_random_uniform (random) < config->invert_share;
  gboolean all_blurred = FALSE;
  double all_sigma = 0.0;

  for (guint c = 0; c < n_channels; c++)
    {
      float *plane = data + c * n;
      float gamma = (float)random_factor (random, config->gamma);
      float contrast = (float)random_factor (random, config->contrast);
      float shift = (float)(pel_random_range (random, -1.0, 1.0) * config->brightness);
      gboolean blurred = pel_random_uniform (random) < config->blur_share;
      double sigma = pel_random_uniform (random) * config->blur;
      /* All channels went through one lens. */
      if (c == 0)
        {
          all_blurred = blurred;
          all_sigma = sigma;
        }
      gboolean noisy = pel_random_uniform (random) < config->noise_share;
      float noise = (float)(pel_random_uniform (random) * config->noise);

      if (gamma < 1.0f || gamma > 1.0f)
        for (gsize i = 0; i < n; i++)
          if (plane[i] > 0.0f)
            plane[i] = powf (plane[i], gamma);

      double sum = 0.0;
      for (gsize i = 0; i < n; i++)
        sum += (double)plane[i];
      float mean = (float)(sum / (double)n);
      if (contrast < 1.0f || contrast > 1.0f || shift < 0.0f || shift > 0.0f)
        for (gsize i = 0; i < n; i++)
          plane[i] = mean + (plane[i] - mean) * contrast + shift;

      if (all_blurred)
        pel_augment_blur (plane, scratch, size, size, all_sigma);
      if (noisy && noise > 0.0f)
        for (gsize i = 0; i < n; i++)
          plane[i] += noise * (float)pel_random_normal (random);
      if (invert)
        for (gsize i = 0; i < n; i++)
          plane[i] = 1.0f - plane[i];
    }
}
