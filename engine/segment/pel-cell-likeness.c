/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-cell-likeness.h"

#include <math.h>
#include <string.h>

#include "engine/core/pel-arena.h"
#include "engine/segment/pel-cell-guess.h"
#include "engine/segment/pel-cell-likeness-weights.h"

#define SIZE PEL_CELL_GUESS_SIZE
#define REACH PEL_CELL_GUESS_REACH
#define N ((gsize)SIZE * SIZE)
#define RAYS 96
#define RADII REACH
/* Steps of this share of the values are the rounding of floats. */
#define FLAT 2e-6f
#define MAX_BLUR 32

/* What is computed of a block once. */
typedef struct
{
  float *values;              /* brightness relative to the block, bent so that it stays within 4 */
  float *fine, *mid, *coarse; /* smoothed by 1.2, 3 and 8 samples */
  float *near, *wide;         /* logarithm of the roughness within 2.5 and 6 samples */
  float *dx, *dy;             /* gradient of the fine one */
  float *scratch, *other;
} Maps;

/* Along the ways from the middle; each is RADII x RAYS. */
typedef struct
{
  float brightest[RADII][RAYS];
  float darkest[RADII][RAYS];
  float down[RADII][RAYS];
  float up[RADII][RAYS];
  float deviation[RADII][RAYS];
  float smoothest[RADII][RAYS];
  float rough[RADII][RAYS];
} Ways;

static gint
mirror (gint i)
{
  i = ABS (i);
  return i < SIZE ? i : 2 * (SIZE - 1) - i;
}

static void
blur_lines (const float *in, float *out, gsize across, gsize step, const float *weights, gint reach)
{
  float line[SIZE + 2 * MAX_BLUR];

  for (gint l = 0; l < SIZE; l++)
    {
      const float *from = in + (gsize)l * across;
      float *to = out + (gsize)l * across;

      for (gint i = -reach; i < SIZE + reach; i++)
        line[i + reach] = from[(gsize)mirror (i) * step];
      for (gint i = 0; i < SIZE; i++)
        {
          float sum = weights[0] * line[i + reach];

          for (gint k = 1; k <= reach; k++)
            sum += weights[k] * (line[i + reach - k] + line[i + reach + k]);
          to[(gsize)i * step] = sum;
        }
    }
}

/* A Gaussian, mirrored at the border of the block. @in may be @out. */
static void
blur (const float *in, float *out, float *scratch, double sigma)
{
  const gint reach = MIN ((gint)lrint (4 * sigma), MAX_BLUR);
  float weights[MAX_BLUR + 1];
  double total = 0;

  for (gint i = 0; i <= reach; i++)
    {
      const double weight = exp (-i * i / (2 * sigma * sigma));

      weights[i] = (float)weight;
      total += i > 0 ? 2 * weight : weight;
    }
  for (gint i = 0; i <= reach; i++)
    weights[i] = (float)((double)weights[i] / total);
  blur_lines (in, scratch, SIZE, 1, weights, reach);
  blur_lines (scratch, out, 1, SIZE, weights, reach);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const float x = *(const float *)a, y = *(const float *)b;

  return (x > y) - (x < y);
}

/* The block's own middle and spread make brightness comparable between images. */
static gboolean
normalise (const float *samples, Maps *maps)
{
  float *sorted = maps->scratch;
  float middle, spread;
  gsize n = 0;

  for (gsize i = 0; i < N; i++)
    if (isfinite (samples[i]))
      sorted[n++] = samples[i];
  if (n == 0)
    return FALSE;
  qsort (sorted, n, sizeof *sorted, compare);
  middle = sorted[n / 2];
  spread = (sorted[(gsize)(0.84 * (double)(n - 1))] - sorted[(gsize)(0.16 * (double)(n - 1))]) / 2;
  /* A few bright cells on a flat ground. */
  if (spread <= FLAT * fabsf (middle))
    spread = (sorted[n - 1] - sorted[0]) / 8;
  if (spread <= FLAT * MAX (fabsf (sorted[0]), fabsf (sorted[n - 1])))
    return FALSE;
  for (gsize i = 0; i < N; i++)
    maps->values[i] = isfinite (samples[i]) ? 4 * tanhf ((samples[i] - middle) / spread / 4) : 0;
  return TRUE;
}

/* log (standard deviation within a Gaussian). */
static void
measure_roughness (Maps *maps, float *out, double sigma)
{
  blur (maps->values, maps->other, maps->scratch, sigma);
  for (gsize i = 0; i < N; i++)
    out[i] = maps->values[i] * maps->values[i];
  blur (out, out, maps->scratch, sigma);
  for (gsize i = 0; i < N; i++)
    out[i] = logf (sqrtf (MAX (out[i] - maps->other[i] * maps->other[i], 0)) + 0.03f);
}

static void
measure_gradient (Maps *maps)
{
  for (gint y = 0; y < SIZE; y++)
    {
      const float *above = maps->fine + (gsize)mirror (y - 1) * SIZE;
      const float *here = maps->fine + (gsize)y * SIZE;
      const float *below = maps->fine + (gsize)mirror (y + 1) * SIZE;

      for (gint x = 0; x < SIZE; x++)
        {
          const gint l = mirror (x - 1), r = mirror (x + 1);
          const gsize at = (gsize)y * SIZE + (gsize)x;

          maps->dx[at] = (above[r] - above[l] + 2 * (here[r] - here[l]) + below[r] - below[l]) / 8;
          maps->dy[at] =
              (below[l] - above[l] + 2 * (below[x] - above[x]) + below[r] - above[r]) / 8;
        }
    }
}

static gboolean
measure (const float *samples, Maps *maps)
{
  if (!normalise (samples, maps))
    return FALSE;
  blur (maps->values, maps->fine, maps->scratch, 1.2);
  blur (maps->values, maps->mid, maps->scratch, 3);
  blur (maps->values, maps->coarse, maps->scratch, 8);
  measure_roughness (maps, maps->near, 2.5);
  measure_roughness (maps, maps->wide, 6);
  measure_gradient (maps);
  return TRUE;
}

/* Bilinear between samples, within the block. */
static float
look (const float *map, float x, float y)
{
  const gint i = CLAMP ((gint)x, 0, SIZE - 2), j = CLAMP ((gint)y, 0, SIZE - 2);
  const float s = x - (float)i, t = y - (float)j;
  const float *at = map + (gsize)j * SIZE + (gsize)i;

  return (1 - t) * ((1 - s) * at[0] + s * at[1]) + t * ((1 - s) * at[SIZE] + s * at[SIZE + 1]);
}

static void
walk (const Maps *maps, float seed, Ways *ways)
{
  for (guint ray = 0; ray < RAYS; ray++)
    {
      const double angle = 2 * G_PI * ray / RAYS;
      const float dx = (float)cos (angle), dy = (float)sin (angle);
      float brightness[RADII];
      float sum_deviation = 0, sum_rough = 0;

      for (gint r = 0; r < RADII; r++)
        brightness[r] = look (maps->fine, REACH + (float)r * dx, REACH + (float)r * dy);
      for (gint r = 0; r < RADII; r++)
        {
          const float x = REACH + (float)r * dx, y = REACH + (float)r * dy;
          const float drop = r > 0 && r + 1 < RADII ? brightness[r - 1] - brightness[r + 1] : 0;
          const float wide = look (maps->wide, x, y);
          const gint before = MAX (r - 1, 0);
          const gboolean first = r == 0;

          sum_deviation += fabsf (look (maps->mid, x, y) - seed);
          sum_rough += look (maps->near, x, y);
          ways->brightest[r][ray] =
              first ? brightness[0] : MAX (ways->brightest[before][ray], brightness[r]);
          ways->darkest[r][ray] =
              first ? brightness[0] : MIN (ways->darkest[before][ray], brightness[r]);
          ways->down[r][ray] = first ? 0 : MAX (ways->down[before][ray], drop);
          ways->up[r][ray] = first ? 0 : MAX (ways->up[before][ray], -drop);
          ways->smoothest[r][ray] = first ? wide : MIN (ways->smoothest[before][ray], wide);
          ways->deviation[r][ray] = sum_deviation / (float)(r + 1);
          ways->rough[r][ray] = sum_rough / (float)(r + 1);
        }
    }
}

/* Where a sample lies among rays and radii: two of each, and how far between them. */
typedef struct
{
  gint ray, next_ray, radius, next_radius;
  float s, t;
} Place;

static float
find (float way[RADII][RAYS], const Place *at)
{
  const float inner =
      (1 - at->s) * way[at->radius][at->ray] + at->s * way[at->radius][at->next_ray];
  const float outer =
      (1 - at->s) * way[at->next_radius][at->ray] + at->s * way[at->next_radius][at->next_ray];

  return (1 - at->t) * inner + at->t * outer;
}

static Place
get_place (float dx, float dy, float distance)
{
  float turn = atan2f (dy, dx) / (float)(2 * G_PI);
  const float radius = MIN (distance, (float)(RADII - 1));
  Place at;

  turn = (turn < 0 ? turn + 1 : turn) * RAYS;
  at.ray = (gint)turn;
  at.s = turn - (float)at.ray;
  at.ray %= RAYS;
  at.next_ray = (at.ray + 1) % RAYS;
  at.radius = (gint)radius;
  at.t = radius - (float)at.radius;
  at.next_radius = MIN (at.radius + 1, RADII - 1);
  return at;
}

static float
judge (const float *features)
{
  float first[PEL_LIKENESS_UNITS], second[PEL_LIKENESS_UNITS];
  float sum = pel_likeness_bias3;

  for (guint u = 0; u < PEL_LIKENESS_UNITS; u++)
    first[u] = pel_likeness_bias1[u];
  for (guint f = 0; f < PEL_LIKENESS_FEATURES; f++)
    for (guint u = 0; u < PEL_LIKENESS_UNITS; u++)
      first[u] += pel_likeness_weights1[f][u] * features[f];
  for (guint u = 0; u < PEL_LIKENESS_UNITS; u++)
    second[u] = pel_likeness_bias2[u];
  for (guint f = 0; f < PEL_LIKENESS_UNITS; f++)
    {
      const float value = MAX (first[f], 0);

      for (guint u = 0; u < PEL_LIKENESS_UNITS; u++)
        second[u] += pel_likeness_weights2[f][u] * value;
    }
  for (guint u = 0; u < PEL_LIKENESS_UNITS; u++)
    sum += pel_likeness_weights3[u] * MAX (second[u], 0);
  return sum;
}

static float
get_seed (const float *map)
{
  float sum = 0;

  for (gint j = -2; j <= 2; j++)
    for (gint i = -2; i <= 2; i++)
      sum += map[(gsize)(REACH + j) * SIZE + (gsize)(REACH + i)];
  return sum / 25;
}

static void
judge_all (const Maps *maps, Ways *ways, float *logits)
{
  const gsize middle = (gsize)REACH * SIZE + REACH;
  const float seed = get_seed (maps->mid), seed_rough = maps->wide[middle];
  const float seed_around = maps->coarse[middle] - seed;

  walk (maps, seed, ways);
  for (gsize at = 0; at < N; at++)
    {
      const float dx = (float)(at % SIZE) - REACH, dy = (float)(at / SIZE) - REACH;
      const float distance = hypotf (dx, dy);
      const float gradient = hypotf (maps->dx[at], maps->dy[at]);
      const Place place = get_place (dx, dy, distance);
      const float features[PEL_LIKENESS_FEATURES] = {
        maps->fine[at],
        maps->mid[at],
        maps->coarse[at],
        logf (gradient + 0.01f),
        maps->near[at],
        maps->wide[at],
        maps->fine[at] - maps->mid[at],
        maps->mid[at] - seed,
        maps->wide[at] - seed_rough,
        find (ways->brightest, &place),
        find (ways->darkest, &place),
        find (ways->down, &place),
        find (ways->up, &place),
        find (ways->deviation, &place),
        find (ways->smoothest, &place),
        find (ways->rough, &place),
        distance / 40,
        logf (distance + 3) - 3,
        (maps->dx[at] * dx + maps->dy[at] * dy) / MAX (distance, 1),
        seed,
        seed_rough,
        seed_around,
      };

      logits[at] = judge (features);
    }
}

gboolean
pel_cell_likeness (const float *samples, float *likeness, GError **error)
{
  float *memory = pel_try_alloc (10 * N, sizeof *memory, error);
  Ways *ways = memory != NULL ? pel_try_alloc (1, sizeof *ways, error) : NULL;
  gboolean good = FALSE;
  Maps maps;

  if (ways != NULL)
    {
      float **places[] = { &maps.values, &maps.fine, &maps.mid, &maps.coarse,  &maps.near,
                           &maps.wide,   &maps.dx,   &maps.dy,  &maps.scratch, &maps.other };

      for (guint i = 0; i < G_N_ELEMENTS (places); i++)
        *places[i] = memory + i * N;
      good = measure (samples, &maps);
    }
  if (good)
    {
      judge_all (&maps, ways, likeness);
      blur (likeness, likeness, maps.scratch, 1);
      for (gsize i = 0; i < N; i++)
        likeness[i] = isfinite (samples[i]) ? 1 / (1 + expf (-likeness[i])) : 0;
    }
  pel_aligned_free (ways);
  pel_aligned_free (memory);
  return good;
}
