/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-wand.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "engine/core/pel-arena.h"

#define SIZE PEL_WAND_SIZE
#define N (SIZE * SIZE)
/* In samples: brightness, the slopes of it that are edges, the ground that texture stands out from,
 * and how far texture reaches. */
#define BRIGHT_SIGMA 4.0
#define SLOPE_SIGMA 2.0
#define GROUND_SIGMA 1.5
#define TEXTURE_SIGMA 3.0
#define MAX_RADIUS 12
/* What a step to the next sample costs: the squares of how far its brightness is from the seed's
 * and of how steep that is count so much beside the square of how much smoother it is, and each
 * step at least this. How far one gets at a sensitivity of 1; all by experiment, as the widths. */
#define BRIGHT_WEIGHT 0.25
#define SLOPE_WEIGHT 0.25
#define LEAST_STEP 0.04
#define REACH 6.65
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

/* Central differences; beyond the image there is no slope. */
static float
get_slope (const float *values, guint at, guint before, guint after)
{
  const float low = isfinite (values[before]) ? values[before] : values[at];
  const float high = isfinite (values[after]) ? values[after] : values[at];

  return (high - low) / 2;
}

/* What a step onto each sample costs; not finite outside the image. @room: three times as many
 * values */
static void
measure (const float *samples, float *costs, float *room)
{
  float *bright = room, *texture = room + N, *half = room + 2 * N;
  const double deviation = get_deviation (samples);
  double bright_spread, texture_spread, least, steep;

  blur (samples, GROUND_SIGMA, bright, half);
  for (guint i = 0; i < N; i++)
    costs[i] = (samples[i] - bright[i]) * (samples[i] - bright[i]);
  blur (costs, TEXTURE_SIGMA, texture, half);
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
    {
      const float brighter = (bright[i] - bright[N / 2]) / (float)bright_spread;
      const float smoother = MIN (texture[i] - texture[N / 2], 0) / (float)texture_spread;

      costs[i] =
          (float)BRIGHT_WEIGHT * brighter * brighter + smoother * smoother + (float)LEAST_STEP;
    }
  blur (samples, SLOPE_SIGMA, bright, half);
  steep = SLOPE_SIGMA / MAX (deviation, MAX (least, (double)FLT_MIN));
  for (guint i = 0; i < N; i++)
    {
      const guint x = i % SIZE, y = i / SIZE;
      const float dx = get_slope (bright, i, x > 0 ? i - 1 : i, x + 1 < SIZE ? i + 1 : i);
      const float dy = get_slope (bright, i, y > 0 ? i - SIZE : i, y + 1 < SIZE ? i + SIZE : i);

      costs[i] += (float)(SLOPE_WEIGHT * steep * steep) * (dx * dx + dy * dy);
    }
}

/* ---- the cheapest ways from the seed ---- */

/* A binary heap of samples, the cheapest to reach first. */
typedef struct
{
  float *ways;   /* what it costs to get to each */
  guint *queue;  /* samples */
  guint *places; /* where in the queue each is, counted from 1; 0 for none */
  guint n;
} Front;

static void
put (Front *front, guint place, guint sample)
{
  front->queue[place] = sample;
  front->places[sample] = place + 1;
}

static void
rise (Front *front, guint sample)
{
  guint place = front->places[sample] != 0 ? front->places[sample] - 1 : front->n++;

  while (place > 0 && front->ways[front->queue[(place - 1) / 2]] > front->ways[sample])
    {
      put (front, place, front->queue[(place - 1) / 2]);
      place = (place - 1) / 2;
    }
  put (front, place, sample);
}

static guint
take_first (Front *front)
{
  const guint first = front->queue[0], last = front->queue[--front->n];
  guint place = 0, child;

  front->places[first] = 0;
  if (front->n == 0)
    return first;
  while ((child = 2 * place + 1) < front->n)
    {
      if (child + 1 < front->n &&
          front->ways[front->queue[child + 1]] < front->ways[front->queue[child]])
        child++;
      if (front->ways[front->queue[child]] >= front->ways[last])
        break;
      put (front, place, front->queue[child]);
      place = child;
    }
  put (front, place, last);
  return first;
}

/* Dijkstra's algorithm over the eight neighbours, as far as @most: a step costs the mean of what
 * both of its ends do, times its length. @ways: room for as many values */
static void
travel (const float *costs, float most, guint8 *inside, float *ways, guint *queue, guint *places)
{
  Front front = { ways, queue, places, 0 };

  for (guint i = 0; i < N; i++)
    ways[i] = FLT_MAX;
  memset (places, 0, N * sizeof *places);
  if (!isfinite (costs[N / 2]))
    return;
  ways[N / 2] = 0;
  rise (&front, N / 2);
  while (front.n > 0)
    {
      const guint at = take_first (&front);
      const gint x = (gint)(at % SIZE), y = (gint)(at / SIZE);

      inside[at] = 1;
      for (gint v = MAX (y - 1, 0); v <= MIN (y + 1, SIZE - 1); v++)
        for (gint u = MAX (x - 1, 0); u <= MIN (x + 1, SIZE - 1); u++)
          {
            const guint next = (guint)(v * SIZE + u);
            const float length = u != x && v != y ? (float)G_SQRT2 : 1;
            const float way = ways[at] + length * (costs[at] + costs[next]) / 2;

            /* What is not finite is never less. */
            if (!inside[next] && way <= most && way < ways[next])
              {
                ways[next] = way;
                rise (&front, next);
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
  float *costs, *room;
  guint *queue, *places;
  guint8 *grown;

  g_return_val_if_fail (samples != NULL && options != NULL && inside != NULL, FALSE);
  g_return_val_if_fail (options->exact || options->sensitivity > 0, FALSE);

  memset (inside, 0, N);
  costs = pel_try_alloc (N, 4 * sizeof *costs + 2 * sizeof *queue + 1, error);
  if (!costs)
    return FALSE;
  room = costs + N;
  queue = (guint *)(void *)(room + 3 * N);
  places = queue + N;
  grown = (guint8 *)(places + N);
  if (options->exact)
    {
      for (guint i = 0; i < N; i++)
        costs[i] = fabsf (samples[i] - samples[N / 2]);
      flood (costs, 0, inside, queue);
    }
  else
    {
      measure (samples, costs, room);
      travel (costs, (float)(REACH / (options->sensitivity * options->sensitivity)), inside, room,
              queue, places);
      spread (inside, grown, FALSE);
      spread (grown, inside, TRUE);
      for (guint i = 0; i < N; i++)
        {
          if (!isfinite (samples[i]))
            inside[i] = 0;
        }
    }
  pel_aligned_free (costs);
  return TRUE;
}
