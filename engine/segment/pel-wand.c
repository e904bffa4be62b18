/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-wand.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "engine/core/pel-arena.h"

#define SIZE PEL_WAND_SIZE
#define N (SIZE * SIZE)
/* In samples: brightness, the ground that texture stands out from, and how far texture reaches. */
#define BRIGHT_SIGMA 4.0
#define GROUND_SIGMA 1.5
#define TEXTURE_SIGMA 3.0
#define MAX_RADIUS 12
/* Brightness counts so much; found by experiment, as the widths. */
#define BRIGHT_WEIGHT 0.7
/* Of texture, below which it is rounding or noise, in standard deviations of the samples. */
#define LEAST_TEXTURE 1e-3
/* What is left of mere noise after smoothing is less of them than this. */
#define LEAST_BRIGHT 0.3
/* Of the logarithms of texture: where all is equally rough, no place differs from another. */
#define LEAST_SPREAD 0.3

/* The offsets within a disc of 5 samples across. */
static const gint disc[][2] = {
  { 0, -2 }, { -1, -1 }, { 0, -1 }, { 1, -1 }, { -2, 0 }, { -1, 0 }, { 0, 0 },
  { 1, 0 },  { 2, 0 },   { -1, 1 }, { 0, 1 },  { 1, 1 },  { 0, 2 },
};

/* One direction of a Gaussian as wide as three sigma; what is not finite has no weight. */
static void
blur_lines (const float *in, double sigma, float *out, gsize step, gsize across)
{
  const gint radius = (gint)(3 * sigma + 0.5);
  float weights[MAX_RADIUS + 1];

  for (gint i = 0; i <= radius; i++)
    weights[i] = (float)exp (-i * i / (2 * sigma * sigma));
  for (gint line = 0; line < SIZE; line++)
    {
      const float *from = in + (gsize)line * across;

      for (gint i = 0; i < SIZE; i++)
        {
          const gint first = MAX (i - radius, 0), last = MIN (i + radius, SIZE - 1);
          float sum = 0, total = 0;

          for (gint k = first; k <= last; k++)
            {
              const float value = from[(gsize)k * step], weight = weights[ABS (k - i)];

              if (isfinite (value))
                {
                  sum += weight * value;
                  total += weight;
                }
            }
          out[(gsize)line * across + (gsize)i * step] = total > 0 ? sum / total : NAN;
        }
    }
}

/* @half: room for as many values */
static void
blur (const float *in, double sigma, float *out, float *half)
{
  blur_lines (in, sigma, half, 1, SIZE);
  blur_lines (half, sigma, out, SIZE, 1);
}

/* The standard deviation of the finite values, in two passes. */
static double
get_deviation (const float *values)
{
  double sum = 0, squares = 0;
  guint n = 0;

  for (guint i = 0; i < N; i++)
    {
      if (isfinite (values[i]))
        {
          sum += (double)values[i];
          n++;
        }
    }
  if (n < 2)
    return 0;
  for (guint i = 0; i < N; i++)
    {
      if (isfinite (values[i]))
        squares += ((double)values[i] - sum / n) * ((double)values[i] - sum / n);
    }
  return sqrt (squares / n);
}

/* From the seed along edges, wherever @distance is no more than @most. */
static void
flood (const float *distance, float most, guint8 *inside, guint *stack)
{
  const guint seed = N / 2;
  guint n = 0;

  if (!isfinite (distance[seed]))
    return;
  inside[seed] = 1;
  stack[n++] = seed;
  while (n > 0)
    {
      const guint at = stack[--n], x = at % SIZE, y = at / SIZE;
      const guint next[4] = { x > 0 ? at - 1 : at, x + 1 < SIZE ? at + 1 : at,
                              y > 0 ? at - SIZE : at, y + 1 < SIZE ? at + SIZE : at };

      for (guint i = 0; i < 4; i++)
        {
          if (!inside[next[i]] && distance[next[i]] <= most)
            {
              inside[next[i]] = 1;
              stack[n++] = next[i];
            }
        }
    }
}

/* How far each sample is from the one in the middle; not finite outside the image. @room: three
 * times as many values */
static void
measure (const float *samples, float *distance, float *room)
{
  float *bright = room, *texture = room + N, *half = room + 2 * N;
  const double deviation = get_deviation (samples);
  double bright_spread, texture_spread, least;

  blur (samples, GROUND_SIGMA, bright, half);
  for (guint i = 0; i < N; i++)
    distance[i] = (samples[i] - bright[i]) * (samples[i] - bright[i]);
  blur (distance, TEXTURE_SIGMA, texture, half);
  blur (samples, BRIGHT_SIGMA, bright, half);
  /* On even ground the sums still round differently from place to place. */
  least = 1e-5 * fabs ((double)bright[N / 2]);
  for (guint i = 0; i < N; i++)
    {
      texture[i] =
          logf (sqrtf (texture[i]) + (float)(LEAST_TEXTURE * deviation + least + (double)FLT_MIN));
      if (!isfinite (samples[i]))
        bright[i] = texture[i] = NAN;
    }
  bright_spread = MAX (get_deviation (bright), LEAST_BRIGHT * deviation);
  bright_spread = MAX (bright_spread, MAX (least, (double)FLT_MIN));
  texture_spread = MAX (get_deviation (texture), LEAST_SPREAD);
  for (guint i = 0; i < N; i++)
    distance[i] = hypotf ((float)(BRIGHT_WEIGHT / bright_spread) * (bright[i] - bright[N / 2]),
                          (float)(1 / texture_spread) * MIN (texture[i] - texture[N / 2], 0));
}

/* Marks the samples whose disc has one, or has nothing but ones; beyond the edge counts for
 * neither, so that closing takes nothing away there. */
static void
spread (const guint8 *in, guint8 *out, gboolean all)
{
  for (gint y = 0; y < SIZE; y++)
    {
      for (gint x = 0; x < SIZE; x++)
        {
          gboolean result = all;

          for (guint i = 0; i < G_N_ELEMENTS (disc) && result == all; i++)
            {
              const gint u = x + disc[i][0], v = y + disc[i][1];

              if (u >= 0 && v >= 0 && u < SIZE && v < SIZE)
                result = in[v * SIZE + u] != 0;
            }
          out[y * SIZE + x] = (guint8)result;
        }
    }
}

gboolean
pel_wand_grow (const float *samples, const PelWandOptions *options, guint8 *inside, GError **error)
{
  float *distance, *room;
  guint *stack;
  guint8 *grown;

  g_return_val_if_fail (samples != NULL && options != NULL && inside != NULL, FALSE);
  g_return_val_if_fail (options->exact || options->sensitivity > 0, FALSE);

  memset (inside, 0, N);
  distance = pel_try_alloc (N, 4 * sizeof *distance + sizeof *stack + 1, error);
  if (!distance)
    return FALSE;
  room = distance + N;
  stack = (guint *)(void *)(room + 3 * N);
  grown = (guint8 *)(stack + N);
  if (options->exact)
    {
      for (guint i = 0; i < N; i++)
        distance[i] = fabsf (samples[i] - samples[N / 2]);
      flood (distance, 0, inside, stack);
    }
  else
    {
      measure (samples, distance, room);
      flood (distance, (float)(1 / options->sensitivity), inside, stack);
      spread (inside, grown, FALSE);
      spread (grown, inside, TRUE);
      for (guint i = 0; i < N; i++)
        {
          if (!isfinite (samples[i]))
            inside[i] = 0;
        }
    }
  pel_aligned_free (distance);
  return TRUE;
}
