/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-cell-guess.h"

#include <math.h>
#include <string.h>

#include "engine/core/pel-arena.h"
#include "engine/image/pel-raster.h"

#define SIZE PEL_CELL_GUESS_SIZE
#define RAYS PEL_CELL_GUESS_RAYS
#define N_RADII PEL_CELL_GUESS_REACH
/* Smaller than this many samples across its radius nothing is taken for a cell. */
#define MIN_RADIUS 3
/* How many samples the radius may change from ray to ray, and what each costs. */
#define MAX_TURN 2
#define TURN_COST 0.06f
#define SIGMA 1.5
#define BLUR_RADIUS 5
/* Of a sample on the way to the next outline: a strong edge is worth about 18. */
#define WAY_COST 0.08f
/* Steps of this share of the values are the rounding of floats. */
#define FLAT 2e-6f
#define FORBIDDEN 1e6f
/* From here on an outline and a likeness are taken to mean the same cell. */
#define AGREEMENT 0.5

/* The block in polar coordinates: along each ray, how much darker it gets outwards. */
typedef struct
{
  float drop[RAYS][N_RADII];
  gint last[RAYS]; /* the last radius within the image */
  float unit;      /* a strong step */
} Polar;

static void
blur (const float *in, float *out, gsize across, gsize step)
{
  float weights[BLUR_RADIUS + 1];

  for (gint i = 0; i <= BLUR_RADIUS; i++)
    weights[i] = (float)exp (-i * i / (2 * SIGMA * SIGMA));
  for (gint line = 0; line < SIZE; line++)
    for (gint i = 0; i < SIZE; i++)
      {
        const gint begin = MAX (i - BLUR_RADIUS, 0), end = MIN (i + BLUR_RADIUS, SIZE - 1);
        const float *from = in + (gsize)line * across;
        float sum = 0, total = 0;

        for (gint k = begin; k <= end; k++)
          if (isfinite (from[(gsize)k * step]))
            {
              sum += weights[ABS (k - i)] * from[(gsize)k * step];
              total += weights[ABS (k - i)];
            }
        /* What lies outside the image stays outside. */
        out[(gsize)line * across + (gsize)i * step] =
            total > 0 && isfinite (from[(gsize)i * step]) ? sum / total : NAN;
      }
}

/* Bilinear between the centres of samples; NaN where one of the four is missing. */
static float
look (const float *samples, double x, double y)
{
  const double u = x - 0.5, v = y - 0.5;
  const gint i = (gint)floor (u), j = (gint)floor (v);
  const float s = (float)(u - i), t = (float)(v - j);
  const float *at;

  if (i < 0 || j < 0 || i + 1 >= SIZE || j + 1 >= SIZE)
    return NAN;
  at = samples + (gsize)j * SIZE + (gsize)i;
  return (1 - t) * ((1 - s) * at[0] + s * at[1]) + t * ((1 - s) * at[SIZE] + s * at[SIZE + 1]);
}

static void
get_direction (guint ray, double *dx, double *dy)
{
  const double angle = 2 * G_PI * ray / RAYS;

  *dx = cos (angle);
  *dy = sin (angle);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const float d = *(const float *)a - *(const float *)b;

  return (d > 0) - (d < 0);
}

/* Radius index r stands for r + 1 samples from the middle. */
static void
unroll (const float *smooth, double x, double y, Polar *polar, float *scratch)
{
  gsize n = 0;
  float largest = 0;

  for (guint ray = 0; ray < RAYS; ray++)
    {
      double dx, dy;

      get_direction (ray, &dx, &dy);
      polar->last[ray] = -1;
      for (gint r = 0; r < N_RADII; r++)
        {
          const float inner = look (smooth, x + r * dx, y + r * dy);
          const float outer = look (smooth, x + (r + 2) * dx, y + (r + 2) * dy);

          polar->drop[ray][r] = 0;
          if (!isfinite (inner))
            continue;
          if (polar->last[ray] == r - 1)
            polar->last[ray] = r;
          if (!isfinite (outer))
            continue;
          largest = MAX (largest, fabsf (inner));
          polar->drop[ray][r] = inner - outer;
          scratch[n++] = fabsf (inner - outer);
        }
    }
  /* A step as strong as the strongest twentieth counts whole. */
  qsort (scratch, n, sizeof *scratch, compare);
  polar->unit = n > 0 ? scratch[(gsize)((double)(n - 1) * 0.95)] : 0;
  if (polar->unit <= FLAT * largest)
    polar->unit = 0;
}

static float
get_step (const Polar *polar, guint ray, gint r, gint polarity)
{
  return CLAMP ((float)polarity * polar->drop[ray][r] / polar->unit, 0.0f, 1.5f);
}

/* What it costs to pass at each radius of a ray: less where the step is strong, and more once a
 * step lies behind. A blurry one lies behind when half of it has come down again. */
static void
get_costs (const Polar *polar, guint ray, gint polarity, float *costs)
{
  float before = 0, peak = 0;

  for (gint r = 0; r < N_RADII; r++)
    {
      const float step = get_step (polar, ray, r, polarity);

      peak = MAX (peak, step);
      if (step < peak / 2)
        {
          before = MAX (before, peak);
          peak = step;
        }
      costs[r] = before - step;
      if (r + 1 < MIN_RADIUS || r > polar->last[ray])
        costs[r] = FORBIDDEN;
    }
}

/* The cheapest closed outline, @from being the radius of ray 0, or -1 for any. */
static float
find_open (float costs[RAYS][N_RADII], gint from, gint *radii, float *sums, guint8 *turns)
{
  float least = FORBIDDEN;
  gint at = -1;

  for (gint r = 0; r < N_RADII; r++)
    sums[r] = from < 0 || r == from ? costs[0][r] : FORBIDDEN * RAYS;
  for (guint ray = 1; ray < RAYS; ray++)
    {
      const float *old = sums + (gsize)((ray - 1) % 2) * N_RADII;
      float *fresh = sums + (gsize)(ray % 2) * N_RADII;

      for (gint r = 0; r < N_RADII; r++)
        {
          float best = G_MAXFLOAT;
          guint8 turn = 0;

          for (gint k = MAX (r - MAX_TURN, 0); k <= MIN (r + MAX_TURN, N_RADII - 1); k++)
            {
              const float sum = old[k] + TURN_COST * (float)((k - r) * (k - r));

              if (sum < best)
                {
                  best = sum;
                  turn = (guint8)(k - r + MAX_TURN);
                }
            }
          fresh[r] = best + costs[ray][r];
          turns[ray * N_RADII + (guint)r] = turn;
        }
    }
  for (gint r = 0; r < N_RADII; r++)
    {
      float sum = sums[(gsize)((RAYS - 1) % 2) * N_RADII + (gsize)r];

      if (from >= 0 && ABS (r - from) > MAX_TURN)
        continue;
      if (from >= 0)
        sum += TURN_COST * (float)((r - from) * (r - from));
      if (sum < least || at < 0)
        {
          least = sum;
          at = r;
        }
    }
  for (guint ray = RAYS; ray-- > 0;)
    {
      radii[ray] = at;
      if (ray > 0)
        at += (gint)turns[ray * N_RADII + (guint)at] - MAX_TURN;
    }
  return least;
}

/* First where the outline is when it need not close, then with the radius that it has opposite to
 * the seam at both ends of the seam: nearly always the best closed one. */
static float
find_closed (float costs[RAYS][N_RADII], gint *radii)
{
  g_autofree float *sums = g_new (float, 2 * N_RADII);
  g_autofree guint8 *turns = g_new (guint8, RAYS * N_RADII);
  float (*turned)[N_RADII] = g_malloc (sizeof (float) * RAYS * N_RADII);
  float least;
  gint from;

  memcpy (turned, costs + RAYS / 2, sizeof (float) * (RAYS / 2) * N_RADII);
  memcpy (turned + RAYS / 2, costs, sizeof (float) * (RAYS / 2) * N_RADII);
  find_open (turned, -1, radii, sums, turns);
  from = radii[RAYS / 2];
  least = find_open (costs, from, radii, sums, turns);
  g_free (turned);
  return least;
}

static void
set_outline (PelCellGuess *guess, const gint *radii)
{
  for (guint ray = 0; ray < RAYS; ray++)
    {
      const gint before = radii[(ray + RAYS - 1) % RAYS], after = radii[(ray + 1) % RAYS];
      double dx, dy;

      get_direction (ray, &dx, &dy);
      /* Whole radii in steps are smoothed a little. */
      guess->radii[ray] = (before + 2 * radii[ray] + after) / 4.0 + 1;
      guess->xy[2 * ray] = guess->center_x + guess->radii[ray] * dx;
      guess->xy[2 * ray + 1] = guess->center_y + guess->radii[ray] * dy;
    }
}

static double
get_score (const Polar *polar, gint polarity, const gint *radii)
{
  double sum = 0;

  for (guint ray = 0; ray < RAYS; ray++)
    sum += (double)get_step (polar, ray, radii[ray], polarity);
  return sum / RAYS;
}

static gboolean
guess_at (const float *smooth, double x, double y, PelCellGuess *guess, float *scratch)
{
  g_autofree Polar *polar = g_new (Polar, 1);
  float (*costs)[N_RADII] = g_malloc (sizeof (float) * RAYS * N_RADII);
  float least = G_MAXFLOAT;
  gint radii[RAYS];

  unroll (smooth, x, y, polar, scratch);
  guess->center_x = x;
  guess->center_y = y;
  for (gint polarity = -1; polarity <= 1 && polar->unit > 0; polarity += 2)
    {
      float cost;

      for (guint ray = 0; ray < RAYS; ray++)
        get_costs (polar, ray, polarity, costs[ray]);
      cost = find_closed (costs, radii);
      if (cost >= least)
        continue;
      least = cost;
      guess->polarity = polarity;
      guess->score = get_score (polar, polarity, radii);
      set_outline (guess, radii);
    }
  g_free (costs);
  return least < FORBIDDEN;
}

static void
find_middle (const PelCellGuess *guess, double *x, double *y)
{
  double area = 0, sum_x = 0, sum_y = 0;

  for (guint i = 0; i < RAYS; i++)
    {
      const double *a = guess->xy + 2 * i, *b = guess->xy + 2 * ((i + 1) % RAYS);
      const double cross = a[0] * b[1] - b[0] * a[1];

      area += cross;
      sum_x += (a[0] + b[0]) * cross;
      sum_y += (a[1] + b[1]) * cross;
    }
  *x = area > 0 ? sum_x / (3 * area) : guess->center_x;
  *y = area > 0 ? sum_y / (3 * area) : guess->center_y;
}

/* Whether the seed is still inside an outline that is seen from elsewhere. */
static gboolean
holds_seed (const PelCellGuess *guess)
{
  const double dx = SIZE / 2.0 - guess->center_x, dy = SIZE / 2.0 - guess->center_y;
  const guint ray = (guint)lround ((atan2 (dy, dx) / (2 * G_PI) + 1) * RAYS) % RAYS;

  return hypot (dx, dy) <= guess->radii[ray];
}

/* (nullable): the smoothed block and room for as many values as there are places on rays */
static float *
prepare (const float *samples, float **scratch, GError **error)
{
  const gsize n = (gsize)SIZE * SIZE, n_polar = (gsize)RAYS * N_RADII;
  float *smooth = pel_try_alloc (n + MAX (n, n_polar), sizeof *smooth, error);

  if (smooth == NULL)
    return NULL;
  *scratch = smooth + n;
  blur (samples, *scratch, SIZE, 1);
  blur (*scratch, smooth, 1, SIZE);
  return smooth;
}

gboolean
pel_cell_guess_from_image (const float *samples, PelCellGuess *guess, GError **error)
{
  float *scratch;
  float *smooth = prepare (samples, &scratch, error);
  gboolean good;

  if (smooth == NULL)
    return FALSE;
  good = guess_at (smooth, SIZE / 2.0, SIZE / 2.0, guess, scratch);
  if (good)
    {
      PelCellGuess again;
      double x, y;

      find_middle (guess, &x, &y);
      if (guess_at (smooth, x, y, &again, scratch) && holds_seed (&again) &&
          again.score >= guess->score)
        *guess = again;
    }
  pel_aligned_free (smooth);
  return good;
}

gboolean
pel_cell_guess_resize (const float *samples, gboolean outwards, PelCellGuess *guess, GError **error)
{
  float *scratch;
  float *smooth = prepare (samples, &scratch, error);
  g_autofree Polar *polar = NULL;
  float (*costs)[N_RADII];
  gint radii[RAYS];
  gboolean good;

  if (smooth == NULL)
    return FALSE;
  polar = g_new (Polar, 1);
  costs = g_malloc (sizeof (float) * RAYS * N_RADII);
  unroll (smooth, guess->center_x, guess->center_y, polar, scratch);
  for (guint ray = 0; ray < RAYS; ray++)
    for (gint r = 0; r < N_RADII; r++)
      {
        const double way = outwards ? r + 1 - guess->radii[ray] : guess->radii[ray] - r - 1;
        const float step = polar->unit > 0 ? get_step (polar, ray, r, guess->polarity) : 0;

        costs[ray][r] = (float)way * WAY_COST - step;
        if (way < 0.99 || r + 1 < MIN_RADIUS || r > polar->last[ray])
          costs[ray][r] = FORBIDDEN;
      }
  good = find_closed (costs, radii) < FORBIDDEN / 2;
  if (good)
    {
      guess->score = polar->unit > 0 ? get_score (polar, guess->polarity, radii) : 0;
      set_outline (guess, radii);
    }
  g_free (costs);
  pel_aligned_free (smooth);
  return good;
}

typedef struct
{
  const float *likeness;
  double inside, n_inside;
} Agreement;

static void
add_likeness (gint y, gint x0, gint x1, gpointer data)
{
  Agreement *agreement = data;

  for (gint x = x0; x < x1; x++)
    agreement->inside += (double)agreement->likeness[(gsize)y * SIZE + (gsize)x];
  agreement->n_inside += x1 - x0;
}

gboolean
pel_cell_guess_agrees (const PelCellGuess *guess, const float *likeness)
{
  const PelRect clip = { 0, 0, SIZE, SIZE };
  Agreement agreement = { likeness };
  g_autofree guint8 *region = g_malloc ((gsize)SIZE * SIZE);
  double all = 0;

  if (!pel_raster_polygon (guess->xy, RAYS, PEL_FILL_EVEN_ODD, &clip, add_likeness, &agreement))
    return FALSE;
  /* Likeness elsewhere in the block belongs to other cells. */
  if (pel_cell_guess_from_probability (likeness, NULL, SIZE, SIZE, SIZE / 2, SIZE / 2, 0.5f, region,
                                       NULL) <= 0)
    return TRUE;
  for (gsize i = 0; i < (gsize)SIZE * SIZE; i++)
    all += region[i] ? (double)likeness[i] : 0;
  /* A soft intersection over union. */
  return agreement.inside >= AGREEMENT * (all + agreement.n_inside - agreement.inside);
}

/* Marks with @value what hangs together with a pixel along edges and is @from now. */
static void
flood (guint8 *map,
       guint width,
       guint height,
       guint32 seed,
       guint8 from,
       guint8 value,
       guint32 *stack)
{
  gsize n = 0;

  if (map[seed] != from)
    return;
  map[seed] = value;
  stack[n++] = seed;
  while (n > 0)
    {
      const guint32 at = stack[--n], x = at % width, y = at / width;
      const guint32 next[4] = { x > 0 ? at - 1 : at, x + 1 < width ? at + 1 : at,
                                y > 0 ? at - width : at, y + 1 < height ? at + width : at };

      for (guint i = 0; i < 4; i++)
        if (map[next[i]] == from)
          {
            map[next[i]] = value;
            stack[n++] = next[i];
          }
    }
}

gint64
pel_cell_guess_from_probability (const float *probability,
                                 const guint8 *allowed,
                                 guint width,
                                 guint height,
                                 guint x,
                                 guint y,
                                 float level,
                                 guint8 *inside,
                                 GError **error)
{
  enum
  {
    OUT,
    HIGH,
    CELL,
    AROUND,
  };
  const gsize n = (gsize)width * height;
  guint32 *stack;
  gint64 count = 0;

  memset (inside, 0, n);
  if (x >= width || y >= height)
    return 0;
  stack = pel_try_alloc (n, sizeof *stack, error);
  if (stack == NULL)
    return -1;
  for (gsize i = 0; i < n; i++)
    inside[i] = probability[i] >= level && (allowed == NULL || allowed[i]) ? HIGH : OUT;
  flood (inside, width, height, y * width + x, HIGH, CELL, stack);
  for (gsize i = 0; i < n; i++)
    if (inside[i] == HIGH)
      inside[i] = OUT;
  /* What the border of the block reaches lies around; what is left is holes. */
  for (guint32 i = 0; i < width; i++)
    {
      flood (inside, width, height, i, OUT, AROUND, stack);
      flood (inside, width, height, (height - 1) * width + i, OUT, AROUND, stack);
    }
  for (guint32 i = 0; i < height; i++)
    {
      flood (inside, width, height, i * width, OUT, AROUND, stack);
      flood (inside, width, height, i * width + width - 1, OUT, AROUND, stack);
    }
  for (gsize i = 0; i < n; i++)
    {
      inside[i] =
          inside[i] == CELL || (inside[i] == OUT && (allowed == NULL || allowed[i])) ? 1 : 0;
      count += inside[i];
    }
  pel_aligned_free (stack);
  /* Without the seed's pixel there is no cell, and nothing but "around". */
  if (!inside[(gsize)y * width + x])
    {
      memset (inside, 0, n);
      return 0;
    }
  return count;
}
