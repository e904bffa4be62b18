/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-wand.h"

#include <math.h>
#include <string.h>

#include "engine/core/pel-arena.h"

#define SIZE PEL_WAND_SIZE
#define N (SIZE * SIZE)
#define SIGMA 4.0
#define RADIUS 12 /* three sigma */

/* The offsets within a disc of 5 samples across. */
static const gint disc[][2] = {
  { 0, -2 }, { -1, -1 }, { 0, -1 }, { 1, -1 }, { -2, 0 }, { -1, 0 }, { 0, 0 },
  { 1, 0 },  { 2, 0 },   { -1, 1 }, { 0, 1 },  { 1, 1 },  { 0, 2 },
};

/* One direction of the Gaussian; what is not finite has no weight. */
static void
blur (const float *in, float *out, gsize step, gsize across)
{
  float weights[RADIUS + 1];

  for (gint i = 0; i <= RADIUS; i++)
    weights[i] = (float)exp (-i * i / (2 * SIGMA * SIGMA));
  for (gint line = 0; line < SIZE; line++)
    {
      const float *from = in + (gsize)line * across;

      for (gint i = 0; i < SIZE; i++)
        {
          const gint first = MAX (i - RADIUS, 0), last = MIN (i + RADIUS, SIZE - 1);
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

static void
flood (const float *values, float tolerance, guint8 *inside, guint *stack)
{
  const guint seed = N / 2;
  guint n = 0;

  if (!isfinite (values[seed]))
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
          if (!inside[next[i]] && fabsf (values[next[i]] - values[seed]) <= tolerance)
            {
              inside[next[i]] = 1;
              stack[n++] = next[i];
            }
        }
    }
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
  float *smooth, *half;
  guint *stack;
  guint8 *grown;

  g_return_val_if_fail (samples != NULL && options != NULL && inside != NULL, FALSE);
  g_return_val_if_fail (options->exact || options->sensitivity > 0, FALSE);

  memset (inside, 0, N);
  smooth = pel_try_alloc (N, 2 * sizeof *smooth + sizeof *stack + 1, error);
  if (!smooth)
    return FALSE;
  half = smooth + N;
  stack = (guint *)(void *)(half + N);
  grown = (guint8 *)(stack + N);
  if (options->exact)
    {
      flood (samples, 0, inside, stack);
    }
  else
    {
      blur (samples, half, 1, SIZE);
      blur (half, smooth, SIZE, 1);
      for (guint i = 0; i < N; i++)
        {
          if (!isfinite (samples[i]))
            smooth[i] = NAN;
        }
      /* On even ground the sums still round differently from place to place. */
      const double least = 1e-5 * fabs ((double)smooth[N / 2]);

      flood (smooth, (float)MAX (get_deviation (smooth) / options->sensitivity, least), inside,
             stack);
      spread (inside, grown, FALSE);
      spread (grown, inside, TRUE);
      for (guint i = 0; i < N; i++)
        {
          if (!isfinite (samples[i]))
            inside[i] = 0;
        }
    }
  pel_aligned_free (smooth);
  return TRUE;
}
