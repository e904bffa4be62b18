/* SPDX-License-Identifier: MIT */
#pragma once

/* The network's layers, forward only, in double precision and in the plainest loops: what the
 * engine's results and, by finite differences, its gradients are compared with. Nothing here is
 * shared with the engine. Arrays are (n, channels, h, w). */

#include <glib.h>
#include <math.h>

static inline void
reference_conv (const double *x,
                const double *weight,
                const double *bias,
                double *y,
                guint n,
                guint in,
                guint out,
                int h,
                int w)
{
  for (guint m = 0; m < n; m++)
    for (guint o = 0; o < out; o++)
      for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++)
          {
            double sum = bias != NULL ? bias[o] : 0;

            for (guint c = 0; c < in; c++)
              for (int u = -1; u <= 1; u++)
                for (int v = -1; v <= 1; v++)
                  if (i + u >= 0 && i + u < h && j + v >= 0 && j + v < w)
                    sum +=
                        weight[((o * in + c) * 3 + (guint)(u + 1)) * 3 + (guint)(v + 1)] *
                        x[((m * in + c) * (guint)h + (guint)(i + u)) * (guint)w + (guint)(j + v)];
            *y++ = sum;
          }
}

static inline void
reference_relu (double *x, gsize count)
{
  for (gsize i = 0; i < count; i++)
    x[i] = x[i] > 0 ? x[i] : 0;
}

/* Batch statistics, in two passes. */
static inline void
reference_norm (const double *x,
                const double *gamma,
                const double *beta,
                double *y,
                guint n,
                guint channels,
                gsize plane)
{
  for (guint c = 0; c < channels; c++)
    {
      double mean = 0, variance = 0, count = (double)n * (double)plane;

      for (guint m = 0; m < n; m++)
        for (gsize i = 0; i < plane; i++)
          mean += x[(m * channels + c) * plane + i] / count;
      for (guint m = 0; m < n; m++)
        for (gsize i = 0; i < plane; i++)
          variance += pow (x[(m * channels + c) * plane + i] - mean, 2) / count;
      for (guint m = 0; m < n; m++)
        for (gsize i = 0; i < plane; i++)
          {
            gsize at = (m * channels + c) * plane + i;

            y[at] = gamma[c] * (x[at] - mean) / sqrt (variance + 1e-5) + beta[c];
          }
    }
}

/* @h and @w are the output's. */
static inline void
reference_pool (const double *x, double *y, guint n_planes, guint h, guint w)
{
  for (guint p = 0; p < n_planes; p++)
    for (guint i = 0; i < h; i++)
      for (guint j = 0; j < w; j++)
        {
          const double *block = x + ((gsize)p * 2 * h + 2 * i) * 2 * w + 2 * j;

          y[((gsize)p * h + i) * w + j] =
              fmax (fmax (block[0], block[1]), fmax (block[2 * w], block[2 * w + 1]));
        }
}

/* @h and @w are the input's. */
static inline void
reference_upconv (const double *x,
                  const double *weight,
                  const double *bias,
                  double *y,
                  guint n,
                  guint in,
                  guint out,
                  guint h,
                  guint w)
{
  for (guint m = 0; m < n; m++)
    for (guint o = 0; o < out; o++)
      for (guint i = 0; i < 2 * h; i++)
        for (guint j = 0; j < 2 * w; j++)
          {
            double sum = bias[o];

            for (guint c = 0; c < in; c++)
              sum += weight[((c * out + o) * 2 + i % 2) * 2 + j % 2] *
                     x[((gsize)(m * in + c) * h + i / 2) * w + j / 2];
            *y++ = sum;
          }
}

static inline void
reference_head (const double *x,
                const double *weight,
                const double *bias,
                double *y,
                guint n,
                guint in,
                guint out,
                gsize plane)
{
  for (guint m = 0; m < n; m++)
    for (guint o = 0; o < out; o++)
      for (gsize i = 0; i < plane; i++)
        {
          double sum = bias[o];

          for (guint c = 0; c < in; c++)
            sum += weight[o * in + c] * x[(m * in + c) * plane + i];
          *y++ = sum;
        }
}
