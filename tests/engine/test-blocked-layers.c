/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-arena.h"
#include "engine/core/pel-cpu.h"
#include "engine/core/pel-random.h"
#include "engine/nn/pel-blocked-ends.h"
#include "engine/nn/pel-blocked-pixels.h"
#include "engine/nn/pel-blocked-upconv.h"

#include <math.h>
#include <string.h>

/* The layers on blocked maps besides convolutions, which have a test of their own, against plain
 * loops in double precision: with every table of kernels, at odd sizes, on one-pixel planes, on
 * either side of every change of method, with guard values around every array. Tolerances are
 * shares of the largest value: 2e-6 for one product and sum, 1e-5 for sums over a channel or a
 * plane. */

#define GUARD 64
#define GUARD_VALUE 12345.0f

typedef struct
{
  guint n, h, w, in, out; /* channels in blocks of 16, the first layer's inputs in planes */
} Case;

typedef struct
{
  float *memory, *data;
  gsize size;
} Guarded;

static Guarded
guarded_new (gsize size, guint stream)
{
  Guarded g = { .size = size };
  PelRandom random;

  g.memory = pel_try_alloc (size + 2 * GUARD, sizeof (float), NULL);
  g_assert_nonnull (g.memory);
  for (gsize i = 0; i < size + 2 * GUARD; i++)
    g.memory[i] = GUARD_VALUE;
  g.data = g.memory + GUARD;
  pel_random_init (&random, 17, stream);
  for (gsize i = 0; i < size; i++)
    g.data[i] = (float)(pel_random_uniform (&random) * 2 - 1);
  return g;
}

static void
guarded_clear (Guarded *g)
{
  for (gsize i = 0; i < GUARD; i++)
    {
      g_assert_true (g->memory[i] == GUARD_VALUE);
      g_assert_true (g->memory[GUARD + g->size + i] == GUARD_VALUE);
    }
  pel_aligned_free (g->memory);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Guarded, guarded_clear)

typedef struct
{
  PelPool *pool;
  Guarded shared, scratch;
  PelBlockedContext context;
} Setting;

static Setting
setting_new (const PelBlockedKernels *kernels, const PelBlockedSpace *space, guint n_threads)
{
  Setting self = { .pool = pel_pool_new (n_threads) };

  self.shared = guarded_new (space->shared, 100);
  self.scratch = guarded_new (space->scratch * pel_pool_get_n_threads (self.pool), 101);
  self.context = (PelBlockedContext){
    .pool = self.pool,
    .kernels = kernels,
    .shared = self.shared.data,
    .scratch = self.scratch.data,
    .scratch_size = space->scratch,
  };
  return self;
}

static void
setting_clear (Setting *self)
{
  guarded_clear (&self->shared);
  guarded_clear (&self->scratch);
  pel_pool_free (self->pool);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Setting, setting_clear)

/* The largest difference seen, and the largest value wanted. */
typedef struct
{
  double error, most;
} Match;

static void
match (Match *self, double got, double want)
{
  self->error = MAX (self->error, fabs (got - want));
  self->most = MAX (self->most, fabs (want));
}

static void
assert_match (const Match *self, double tolerance)
{
  g_assert_cmpfloat (self->error, <=, tolerance * self->most + 1e-7);
}

/* Where a value stands in a map of @blocks blocks. */
static gsize
at (guint blocks, guint h, guint w, guint n, guint channel, guint y, guint x)
{
  return ((((gsize)n * blocks + channel / 16) * h + y) * w + x) * 16 + channel % 16;
}

/* --- transposed convolution --- */

static void
check_upconv (const Case *c, const PelBlockedKernels *kernels, guint n_threads)
{
  PelBlockedPlane plane = { c->n, c->h, c->w };
  guint in = c->in * 16, out = c->out * 16;
  gsize pixels = (gsize)c->n * c->h * c->w;
  PelBlockedSpace space = { 0 };
  g_auto (Guarded) x = guarded_new (pixels * in, 0), dx = guarded_new (pixels * in, 1);
  g_auto (Guarded) y = guarded_new (pixels * 4 * out, 2), dy = guarded_new (pixels * 4 * out, 3);
  g_auto (Guarded) weight = guarded_new ((gsize)in * out * 4, 4);
  g_auto (Guarded) d_weight = guarded_new (weight.size, 5);
  g_auto (Guarded) bias = guarded_new (out, 6), d_bias = guarded_new (out, 7);
  g_auto (Guarded) scale = guarded_new (in, 8), shift = guarded_new (in, 9);
  PelBlockedPart input = { x.data, c->in, scale.data, shift.data };
  Match forward = { 0 }, back = { 0 }, weights = { 0 }, biases = { 0 };

  pel_blocked_upconv_add_space (&plane, c->in, c->out, TRUE, &space);
  g_auto (Setting) setting = setting_new (kernels, &space, n_threads);
  PelBlockedUpconv layer = { &setting.context, &plane,        &input,     c->out,
                             weight.data,      bias.data,     y.data,     dy.data,
                             dx.data,          d_weight.data, d_bias.data };
  g_assert_true (pel_blocked_upconv_forward (&layer));
  g_assert_true (pel_blocked_upconv_backward (&layer));

  for (guint o = 0; o < out; o++)
    {
      double sum = 0;

      for (guint n = 0; n < c->n; n++)
        for (guint i = 0; i < 2 * c->h; i++)
          for (guint j = 0; j < 2 * c->w; j++)
            {
              gsize place = at (c->out, 2 * c->h, 2 * c->w, n, o, i, j);
              double want = (double)bias.data[o];

              sum += (double)dy.data[place];
              if ((o * 7 + i * 3 + j) % 13 != 0 && pixels > 30)
                continue;
              for (guint k = 0; k < in; k++)
                want += ((double)x.data[at (c->in, c->h, c->w, n, k, i / 2, j / 2)] *
                             (double)scale.data[k] +
                         (double)shift.data[k]) *
                        (double)weight.data[((gsize)k * out + o) * 4 + i % 2 * 2 + j % 2];
              match (&forward, (double)y.data[place], want);
            }
      match (&biases, (double)d_bias.data[o], sum);
    }
  for (guint k = 0; k < in; k++)
    for (guint n = 0; n < c->n; n++)
      for (guint i = 0; i < c->h; i++)
        for (guint j = 0; j < c->w; j++)
          {
            double want = 0;

            if ((k * 7 + i * 3 + j) % 13 != 0 && pixels > 30)
              continue;
            for (guint o = 0; o < out; o++)
              for (guint q = 0; q < 4; q++)
                want +=
                    (double)weight.data[((gsize)k * out + o) * 4 + q] *
                    (double)dy
                        .data[at (c->out, 2 * c->h, 2 * c->w, n, o, 2 * i + q / 2, 2 * j + q % 2)];
            match (&back, (double)dx.data[at (c->in, c->h, c->w, n, k, i, j)], want);
          }
  for (gsize i = 0; i < weight.size; i++)
    {
      guint k = (guint)(i / 4 / out), o = (guint)(i / 4 % out), q = (guint)(i % 4);
      double want = 0;

      if (i % 37 != 0)
        continue;
      for (guint n = 0; n < c->n; n++)
        for (guint y0 = 0; y0 < c->h; y0++)
          for (guint x0 = 0; x0 < c->w; x0++)
            want +=
                ((double)x.data[at (c->in, c->h, c->w, n, k, y0, x0)] * (double)scale.data[k] +
                 (double)shift.data[k]) *
                (double)
                    dy.data[at (c->out, 2 * c->h, 2 * c->w, n, o, 2 * y0 + q / 2, 2 * x0 + q % 2)];
      match (&weights, (double)d_weight.data[i], want);
    }
  assert_match (&forward, 2e-6);
  assert_match (&back, 2e-6);
  assert_match (&weights, 1e-5);
  assert_match (&biases, 1e-5);
}

/* --- batch normalisation's way back --- */

static void
check_norm (const Case *c, const PelBlockedKernels *kernels, guint n_threads)
{
  PelBlockedPlane plane = { c->n, c->h, c->w };
  guint channels = c->in * 16;
  gsize pixels = (gsize)c->h * c->w, count = c->n * pixels;
  PelBlockedSpace space = { 0 };
  g_auto (Guarded) r = guarded_new (count * channels, 0), dy = guarded_new (count * channels, 1);
  g_auto (Guarded) figures = guarded_new ((gsize)channels * 10, 2);
  g_autofree float *before = NULL;
  g_autofree double *sums = g_new0 (double, 2 * channels);
  float *f = figures.data;
  PelNorm norm = { channels,         f,
                   f + channels,     f + 2 * channels,
                   f + 3 * channels, f + 4 * channels,
                   f + 5 * channels, f + 6 * channels };
  float *d_gamma = f + 7 * channels, *d_beta = f + 8 * channels, *d_bias = f + 9 * channels;
  Match values = { 0 }, gammas = { 0 }, betas = { 0 }, biases = { 0 };

  for (gsize i = 0; i < r.size; i++)
    r.data[i] = MAX (r.data[i], 0.0f);
  before = g_memdup2 (r.data, r.size * sizeof (float));
  for (guint k = 0; k < channels; k++)
    {
      norm.mean[k] = fabsf (norm.mean[k]);
      norm.inv_std[k] = 1.0f + fabsf (norm.inv_std[k]);
    }

  pel_blocked_norm_add_space (&plane, c->in, &space);
  g_auto (Setting) setting = setting_new (kernels, &space, n_threads);
  g_assert_true (pel_blocked_norm_backward (&setting.context, &norm, &plane, sums, FALSE, r.data,
                                            dy.data, d_gamma, d_beta, d_bias));

  for (guint k = 0; k < channels; k++)
    {
      double mean = (double)norm.mean[k], inv_std = (double)norm.inv_std[k];
      double sum = 0, products = 0, bias = 0;

      for (gsize i = 0; i < count; i++)
        {
          gsize place =
              at (c->in, 1, (guint)pixels, (guint)(i / pixels), k, 0, (guint)(i % pixels));

          sum += (double)dy.data[place];
          products += (double)dy.data[place] * ((double)before[place] - mean) * inv_std;
        }
      for (gsize i = 0; i < count; i++)
        {
          gsize place =
              at (c->in, 1, (guint)pixels, (guint)(i / pixels), k, 0, (guint)(i % pixels));
          double x = ((double)before[place] - mean) * inv_std;
          double want =
              (double)norm.gamma[k] * inv_std *
              ((double)dy.data[place] - sum / (double)count - x * products / (double)count);

          match (&values, (double)r.data[place], before[place] > 0.0f ? want : 0);
          bias += (double)r.data[place];
        }
      match (&gammas, (double)d_gamma[k], products);
      match (&betas, (double)d_beta[k], sum);
      match (&biases, (double)d_bias[k], bias);
    }
  assert_match (&values, 1e-5);
  assert_match (&gammas, 1e-5);
  assert_match (&betas, 1e-5);
  assert_match (&biases, 1e-5);
}

/* --- pooling --- */

static void
check_pooling (const Case *c, const PelBlockedKernels *kernels, guint n_threads)
{
  PelBlockedPlane plane = { c->n, c->h, c->w };
  guint channels = c->in * 16;
  gsize pixels = (gsize)c->n * c->h * c->w;
  PelBlockedSpace space = { 0 };
  g_auto (Guarded) x = guarded_new (pixels * 4 * channels, 0);
  g_auto (Guarded) dx = guarded_new (pixels * 4 * channels, 1);
  g_auto (Guarded) y = guarded_new (pixels * channels, 2), dy = guarded_new (pixels * channels, 3);
  g_auto (Guarded) scale = guarded_new (channels, 4), shift = guarded_new (channels, 5);
  g_autofree float *before = g_memdup2 (dx.data, dx.size * sizeof (float));
  PelBlockedPart input = { x.data, c->in, scale.data, shift.data };
  g_auto (Setting) setting = setting_new (kernels, &space, n_threads);

  /* Ties, which the first in reading order wins. */
  for (gsize i = 0; i < x.size; i++)
    x.data[i] = roundf (x.data[i] * 4.0f);
  g_assert_true (pel_blocked_pooling_forward (&setting.context, &plane, &input, y.data));
  g_assert_true (pel_blocked_pooling_backward (&setting.context, &plane, &input, dy.data, dx.data));

  for (guint k = 0; k < channels; k++)
    for (guint n = 0; n < c->n; n++)
      for (guint i = 0; i < c->h; i++)
        for (guint j = 0; j < c->w; j++)
          {
            gsize place = at (c->in, c->h, c->w, n, k, i, j);
            double most = -INFINITY;
            guint winner = 0;

            for (guint q = 0; q < 4; q++)
              {
                double value = (double)x.data[at (c->in, 2 * c->h, 2 * c->w, n, k, 2 * i + q / 2,
                                                  2 * j + q % 2)] *
                                   (double)scale.data[k] +
                               (double)shift.data[k];

                if (value > most)
                  {
                    most = value;
                    winner = q;
                  }
              }
            g_assert_cmpfloat_with_epsilon ((double)y.data[place], most, 2e-6);
            for (guint q = 0; q < 4; q++)
              {
                gsize from = at (c->in, 2 * c->h, 2 * c->w, n, k, 2 * i + q / 2, 2 * j + q % 2);

                g_assert_true (dx.data[from] ==
                               (q == winner ? before[from] + dy.data[place] : before[from]));
              }
          }
}

/* --- the first layer and the head --- */

static double
read_image (const Guarded *image, const Case *c, guint n, guint channel, gint y, gint x)
{
  if (y < 0 || x < 0 || y >= (gint)c->h || x >= (gint)c->w)
    return 0;
  return (double)image->data[(((gsize)n * c->in + channel) * c->h + (guint)y) * c->w + (guint)x];
}

static void
check_first (const Case *c, const PelBlockedKernels *kernels, guint n_threads)
{
  PelBlockedPlane plane = { c->n, c->h, c->w };
  guint out = c->out * 16;
  gsize pixels = (gsize)c->n * c->h * c->w;
  PelBlockedSpace space = { 0 };
  g_auto (Guarded) image = guarded_new (pixels * c->in, 0), r = guarded_new (pixels * out, 1);
  g_auto (Guarded) dy = guarded_new (pixels * out, 2), bias = guarded_new (out, 3);
  g_auto (Guarded) weight = guarded_new ((gsize)out * c->in * 9, 4);
  g_auto (Guarded) d_weight = guarded_new (weight.size, 5);
  g_autofree double *sums = g_new0 (double, 2 * out);
  Match forward = { 0 }, totals = { 0 }, weights = { 0 };

  pel_blocked_first_add_space (&plane, c->in, c->out, TRUE, &space);
  g_auto (Setting) setting = setting_new (kernels, &space, n_threads);
  g_assert_true (pel_blocked_first_forward (&setting.context, &plane, image.data, c->in,
                                            weight.data, bias.data, c->out, r.data, sums));
  g_assert_true (pel_blocked_first_backward_weight (&setting.context, &plane, image.data, c->in,
                                                    dy.data, c->out, d_weight.data));
  for (guint o = 0; o < out; o++)
    {
      double sum = 0, squares = 0;

      for (guint n = 0; n < c->n; n++)
        for (guint y = 0; y < c->h; y++)
          for (guint x = 0; x < c->w; x++)
            {
              double want = (double)bias.data[o];

              for (guint k = 0; k < c->in; k++)
                for (gint t = 0; t < 9; t++)
                  want += (double)weight.data[((gsize)o * c->in + k) * 9 + (gsize)t] *
                          read_image (&image, c, n, k, (gint)y + t / 3 - 1, (gint)x + t % 3 - 1);
              want = MAX (want, 0);
              sum += want;
              squares += want * want;
              match (&forward, (double)r.data[at (c->out, c->h, c->w, n, o, y, x)], want);
            }
      match (&totals, sums[o / 16 * 32 + o % 16], sum);
      match (&totals, sums[o / 16 * 32 + 16 + o % 16], squares);
      for (guint k = 0; k < c->in; k++)
        for (gint t = 0; t < 9; t++)
          {
            double want = 0;

            for (guint n = 0; n < c->n; n++)
              for (guint y = 0; y < c->h; y++)
                for (guint x = 0; x < c->w; x++)
                  want += (double)dy.data[at (c->out, c->h, c->w, n, o, y, x)] *
                          read_image (&image, c, n, k, (gint)y + t / 3 - 1, (gint)x + t % 3 - 1);
            match (&weights, (double)d_weight.data[((gsize)o * c->in + k) * 9 + (gsize)t], want);
          }
    }
  assert_match (&forward, 2e-6);
  assert_match (&totals, 1e-5);
  assert_match (&weights, 1e-5);
}

/* Sums of an even picture are sums of many equal values, and its variance, which is only the
 * border's, is a small difference of them. */
static void
check_even (const Case *c, const PelBlockedKernels *kernels, guint n_threads)
{
  PelBlockedPlane plane = { c->n, c->h, c->w };
  guint out = c->out * 16;
  gsize pixels = (gsize)c->n * c->h * c->w;
  double count = (double)pixels;
  PelBlockedSpace space = { 0 };
  g_auto (Guarded) image = guarded_new (pixels * c->in, 0), r = guarded_new (pixels * out, 1);
  g_auto (Guarded) bias = guarded_new (out, 3);
  g_auto (Guarded) weight = guarded_new ((gsize)out * c->in * 9, 4);
  g_autofree double *sums = g_new0 (double, 2 * out);

  for (gsize i = 0; i < image.size; i++)
    image.data[i] = 1.1f;
  pel_blocked_first_add_space (&plane, c->in, c->out, TRUE, &space);
  g_auto (Setting) setting = setting_new (kernels, &space, n_threads);
  g_assert_true (pel_blocked_first_forward (&setting.context, &plane, image.data, c->in,
                                            weight.data, bias.data, c->out, r.data, sums));
  for (guint o = 0; o < out; o++)
    {
      double sum = 0, squares = 0, want, got;

      for (gsize i = 0; i < pixels; i++)
        {
          double value =
              (double)r.data[at (c->out, 1, (guint)(pixels / c->n), (guint)(i / (pixels / c->n)), o,
                                 0, (guint)(i % (pixels / c->n)))];

          sum += value;
          squares += value * value;
        }
      want = squares / count - sum * sum / count / count;
      sum = sums[o / 16 * 32 + o % 16];
      squares = sums[o / 16 * 32 + 16 + o % 16];
      got = squares / count - sum * sum / count / count;
      g_assert_cmpfloat (fabs (got - want), <=, 0.02 * want + 1e-6 * squares / count);
    }
}

static void
check_head (const Case *c, const PelBlockedKernels *kernels, guint n_threads)
{
  PelBlockedPlane plane = { c->n, c->h, c->w };
  guint in = c->in * 16, out = c->out;
  gsize pixels = (gsize)c->h * c->w;
  PelBlockedSpace space = { 0 };
  g_auto (Guarded) x = guarded_new (c->n * pixels * in, 0), dx = guarded_new (x.size, 1);
  g_auto (Guarded) scores = guarded_new (c->n * pixels * out, 2);
  g_auto (Guarded) d_scores = guarded_new (scores.size, 3);
  g_auto (Guarded) weight = guarded_new ((gsize)in * out, 4), bias = guarded_new (out, 5);
  g_auto (Guarded) d_weight = guarded_new ((gsize)in * out, 6), d_bias = guarded_new (out, 7);
  g_auto (Guarded) scale = guarded_new (in, 8), shift = guarded_new (in, 9);
  g_autofree double *sums = g_new0 (double, 2 * in);
  PelBlockedPart input = { x.data, c->in, scale.data, shift.data };
  Match forward = { 0 }, back = { 0 }, totals = { 0 }, weights = { 0 }, biases = { 0 };

  pel_blocked_head_add_space (&plane, c->in, out, &space);
  g_auto (Setting) setting = setting_new (kernels, &space, n_threads);
  g_assert_true (pel_blocked_head_forward (&setting.context, &plane, &input, weight.data, bias.data,
                                           out, scores.data));
  g_assert_true (pel_blocked_head_backward (&setting.context, &plane, &input, d_scores.data,
                                            weight.data, out, dx.data, sums, d_weight.data,
                                            d_bias.data));
  for (guint o = 0; o < out; o++)
    {
      double sum = 0;

      for (gsize i = 0; i < c->n * pixels; i++)
        {
          guint n = (guint)(i / pixels), p = (guint)(i % pixels);
          double want = (double)bias.data[o];

          for (guint k = 0; k < in; k++)
            want +=
                (double)weight.data[(gsize)o * in + k] *
                ((double)x.data[at (c->in, 1, (guint)pixels, n, k, 0, p)] * (double)scale.data[k] +
                 (double)shift.data[k]);
          match (&forward, (double)scores.data[((gsize)n * out + o) * pixels + p], want);
          sum += (double)d_scores.data[((gsize)n * out + o) * pixels + p];
        }
      match (&biases, (double)d_bias.data[o], sum);
    }
  for (guint k = 0; k < in; k++)
    {
      double sum = 0, products = 0;

      for (gsize i = 0; i < c->n * pixels; i++)
        {
          guint n = (guint)(i / pixels), p = (guint)(i % pixels);
          gsize place = at (c->in, 1, (guint)pixels, n, k, 0, p);
          double want = 0;

          for (guint o = 0; o < out; o++)
            want += (double)weight.data[(gsize)o * in + k] *
                    (double)d_scores.data[((gsize)n * out + o) * pixels + p];
          match (&back, (double)dx.data[place], want);
          sum += want;
          products += want * (double)x.data[place];
        }
      match (&totals, sums[k / 16 * 32 + k % 16], sum);
      match (&totals, sums[k / 16 * 32 + 16 + k % 16], products);
      for (guint o = 0; o < out; o++)
        {
          double want = 0;

          for (gsize i = 0; i < c->n * pixels; i++)
            {
              guint n = (guint)(i / pixels), p = (guint)(i % pixels);

              want += (double)d_scores.data[((gsize)n * out + o) * pixels + p] *
                      ((double)x.data[at (c->in, 1, (guint)pixels, n, k, 0, p)] *
                           (double)scale.data[k] +
                       (double)shift.data[k]);
            }
          match (&weights, (double)d_weight.data[(gsize)o * in + k], want);
        }
    }
  assert_match (&forward, 2e-6);
  assert_match (&back, 2e-6);
  assert_match (&totals, 1e-5);
  assert_match (&weights, 1e-5);
  assert_match (&biases, 1e-5);
}

typedef struct
{
  const char *name;
  void (*check) (const Case *c, const PelBlockedKernels *kernels, guint n_threads);
  Case cases[6];
} Layer;

static const Layer layers[] = {
  /* Below and above 2048 pixels; one band and many. */
  { "upconv",
    check_upconv,
    { { 1, 1, 1, 1, 1 },
      { 2, 3, 5, 2, 1 },
      { 1, 9, 7, 5, 3 },
      { 3, 26, 27, 2, 1 },
      { 1, 31, 97, 3, 2 },
      { 2, 70, 17, 1, 3 } } },
  { "norm",
    check_norm,
    { { 1, 1, 1, 1, 0 },
      { 2, 3, 5, 2, 0 },
      { 1, 67, 71, 1, 0 },
      { 3, 33, 129, 3, 0 },
      { 1, 1, 129, 2, 0 },
      { 5, 17, 2, 1, 0 } } },
  { "pooling",
    check_pooling,
    { { 1, 1, 1, 1, 0 },
      { 2, 3, 5, 2, 0 },
      { 1, 33, 35, 1, 0 },
      { 3, 17, 65, 3, 0 },
      { 1, 1, 129, 2, 0 },
      { 5, 17, 2, 1, 0 } } },
  { "first",
    check_first,
    { { 1, 1, 1, 1, 1 },
      { 2, 3, 5, 2, 1 },
      { 1, 33, 35, 3, 2 },
      { 3, 17, 9, 1, 3 },
      { 1, 1, 29, 5, 1 },
      { 2, 40, 2, 1, 2 } } },
  { "even",
    check_even,
    { { 1, 512, 512, 1, 1 },
      { 4, 256, 256, 1, 1 },
      { 1, 37, 1024, 2, 2 },
      { 1, 1024, 37, 1, 1 },
      { 2, 100, 300, 1, 1 },
      { 1, 1, 1, 1, 1 } } },
  { "head",
    check_head,
    { { 1, 1, 1, 1, 1 },
      { 2, 3, 5, 2, 3 },
      { 1, 33, 35, 1, 2 },
      { 1, 65, 67, 2, 1 },
      { 3, 1, 29, 3, 5 },
      { 2, 40, 2, 1, 2 } } },
};

static const PelBlockedKernels *tables[3];
static guint n_tables;

/* What is not a number stays so behind the ReLU, and in the sums, so that the loss shows it. */
static void
test_nan (void)
{
  float plane[4 * 4 * 16] __attribute__ ((aligned (64))) = { 0 };
  float points[36 * 16] __attribute__ ((aligned (64))) = { 0 };
  float weight[9 * 16] __attribute__ ((aligned (64))) = { 0 };
  float bias[16] __attribute__ ((aligned (64))) = { 0 };
  float row[6] = { 0, 0, NAN, 0, 0, 0 };
  const float *rows[3] = { row, row, row };

  for (guint t = 0; t < n_tables; t++)
    {
      float sums[32] __attribute__ ((aligned (64))) = { 0 };

      tables[t]->direct_forward (rows, 1, weight, bias, plane, 4, sums);
      g_assert_true (isnan (plane[0]) && isnan (plane[15]) && isnan (plane[2 * 16]));
      g_assert_true (plane[3 * 16] == 0.0f);
      g_assert_true (isnan (sums[0]) && isnan (sums[31]));

      memset (sums, 0, sizeof sums);
      points[7 * 16 + 5] = NAN;
      tables[t]->winograd_output (points, 16, plane, 4, 4, 0, 1, bias, sums);
      for (guint i = 0; i < 16; i++)
        for (guint l = 0; l < 16; l++)
          g_assert_true (l == 5 ? isnan (plane[i * 16 + l]) : plane[i * 16 + l] == 0.0f);
      g_assert_true (isnan (sums[5]) && isnan (sums[16 + 5]) && sums[4] == 0.0f);
    }
}

static void
test_layer (gconstpointer data)
{
  const Layer *layer = data;

  for (guint t = 0; t < n_tables; t++)
    for (guint i = 0; i < G_N_ELEMENTS (layer->cases); i++)
      layer->check (&layer->cases[i], tables[t], 1 + i % 3);
}

int
main (int argc, char **argv)
{
  const PelCpuFlags sets[] = { PEL_CPU_NONE, PEL_CPU_AVX2, PEL_CPU_AVX2 | PEL_CPU_AVX512 };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    if ((pel_cpu_get_flags () & sets[i]) == sets[i])
      tables[n_tables++] = pel_blocked_kernels_select (sets[i]);
  g_test_add_func ("/blocked-layers/nan", test_nan);
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    {
      g_autofree char *path = g_strconcat ("/blocked-layers/", layers[i].name, NULL);

      g_test_add_data_func (path, &layers[i], test_layer);
    }
  return g_test_run ();
}
