/* SPDX-License-Identifier: MIT */

/* Each layer against plain loops in double precision (reference-nn.h): its output, and its
 * gradients by central differences of the sum of output times random factors. */

#include "reference-nn.h"

#include "engine/core/pel-arena.h"
#include "engine/core/pel-cpu.h"
#include "engine/core/pel-random.h"
#include "engine/nn/pel-conv.h"
#include "engine/nn/pel-head.h"
#include "engine/nn/pel-norm.h"
#include "engine/nn/pel-pooling.h"
#include "engine/nn/pel-upconv.h"

#include <string.h>

/* As a share of the largest value of an array. */
#define TOLERANCE 3e-6
#define GUARD 12345.0f
#define N_GUARDS 16

static PelPool *pool;

/* An array in both precisions, with guards behind the floats. */
typedef struct
{
  gsize n;
  float *f;
  double *d;
} Array;

static GPtrArray *garbage;

static Array
make (gsize n)
{
  Array array = { n, g_new (float, n + N_GUARDS), g_new0 (double, MAX (n, 1)) };

  for (gsize i = 0; i < n + N_GUARDS; i++)
    array.f[i] = GUARD;
  g_ptr_array_add (garbage, array.f);
  g_ptr_array_add (garbage, array.d);
  return array;
}

/* Random values that both precisions hold exactly. */
static Array
draw (PelRandom *random, gsize n, double mean)
{
  Array array = make (n);

  for (gsize i = 0; i < n; i++)
    {
      array.f[i] = (float)(mean + pel_random_normal (random));
      array.d[i] = (double)array.f[i];
    }
  return array;
}

static void
assert_close (const char *what, const float *f, const double *d, gsize n, double tolerance)
{
  double largest = 1e-30, worst = 0;

  for (gsize i = 0; i < n; i++)
    {
      g_assert_true (isfinite (f[i]));
      largest = fmax (largest, fabs (d[i]));
      worst = fmax (worst, fabs ((double)f[i] - d[i]));
    }
  if (worst > tolerance * largest)
    g_test_message ("%s: off by %.3g of %.3g", what, worst, largest);
  g_assert_cmpfloat (worst, <=, tolerance * largest);
}

static void
assert_array (const char *what, Array array, double tolerance)
{
  assert_close (what, array.f, array.d, array.n, tolerance);
  for (guint i = 0; i < N_GUARDS; i++)
    g_assert_true (array.f[array.n + i] == GUARD);
}

static double
dot (const double *a, const double *b, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

/* What a layer's loss is, and which array is varied. */
typedef double (*Loss) (gpointer data);

/* Fills @gradient's doubles at up to @most places with the slope of @loss by @variable, and the
 * other places with what the engine found, so that they do not count. */
static void
differentiate (Array variable, Array gradient, Loss loss, gpointer data, double width, guint most)
{
  guint stride = variable.n > most ? (guint)(variable.n / most) : 1;

  for (gsize i = 0; i < variable.n; i++)
    {
      double value = variable.d[i], above, below;

      gradient.d[i] = (double)gradient.f[i];
      if (i % stride != 0 && i + 1 != variable.n)
        continue;
      variable.d[i] = value + width;
      above = loss (data);
      variable.d[i] = value - width;
      below = loss (data);
      variable.d[i] = value;
      gradient.d[i] = (above - below) / (2 * width);
    }
}

static PelLayerContext
make_context (PelLayerSpace space)
{
  PelLayerContext context = {
    .pool = pool,
    .kernels = pel_kernels_select (pel_cpu_get_flags ()),
    .scratch_bytes = (space.scratch + 63) & ~(gsize)63,
  };

  context.shared = pel_try_alloc (space.shared, 1, NULL);
  context.scratch = pel_try_alloc (context.scratch_bytes, pel_pool_get_n_threads (pool), NULL);
  return context;
}

static void
clear_context (PelLayerContext *context)
{
  pel_aligned_free (context->shared);
  pel_aligned_free (context->scratch);
}

/* x = stored·scale + shift, channel by channel. */
static void
apply_affine (Array stored, Array scale, Array shift, double *x, guint channels, gsize plane)
{
  for (gsize i = 0; i < stored.n; i++)
    x[i] = stored.d[i] * scale.d[i / plane % channels] + shift.d[i / plane % channels];
}

/* --- Convolution --- */

typedef struct
{
  guint n, h, w, in[2], out;
} ConvCase;

static const ConvCase conv_cases[] = {
  { 1, 1, 1, { 1, 0 }, 1 },   { 2, 1, 3, { 2, 0 }, 3 },     { 1, 5, 1, { 1, 1 }, 2 },
  { 2, 5, 7, { 3, 2 }, 4 },   { 3, 2, 2, { 5, 0 }, 17 },    { 5, 4, 4, { 7, 6 }, 9 },
  { 1, 2, 600, { 2, 0 }, 3 }, { 1, 37, 29, { 2, 1 }, 5 },   { 2, 24, 32, { 40, 0 }, 3 },
  { 1, 3, 3, { 4, 0 }, 131 }, { 1, 3, 5, { 150, 0 }, 2 },   { 1, 40, 64, { 16, 16 }, 16 },
  { 9, 3, 11, { 1, 0 }, 8 },  { 1, 16, 128, { 1, 0 }, 16 },
};

typedef struct
{
  ConvCase size;
  Array x, weight, factors;
  double *y;
} ConvLoss;

static double
get_conv_loss (gpointer data)
{
  ConvLoss *self = data;
  const ConvCase *size = &self->size;

  reference_conv (self->x.d, self->weight.d, NULL, self->y, size->n, size->in[0] + size->in[1],
                  size->out, (int)size->h, (int)size->w);
  return dot (self->y, self->factors.d, self->factors.n);
}

/* Puts the two parts behind each other, image by image, as the layer reads them. */
static void
join_parts (const ConvCase *size, const double *const parts[2], double *x)
{
  gsize plane = (gsize)size->h * size->w;

  for (guint n = 0; n < size->n; n++)
    for (guint part = 0; part < 2; part++)
      for (gsize i = 0; i < size->in[part] * plane; i++)
        *x++ = parts[part][n * size->in[part] * plane + i];
}

static void
test_conv (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (conv_cases); i++)
    {
      ConvCase size = conv_cases[i];
      guint in = size.in[0] + size.in[1], most = size.n * size.h * size.w * in > 20000 ? 12 : 60;
      gsize plane = (gsize)size.h * size.w;
      PelConvShape shape = { size.n, size.h, size.w, in, size.out };
      PelLayerSpace space = { 0, 0 };
      PelLayerContext context;
      PelRandom random;
      Array stored[2], affine[2][2], x, weight, bias, r, dy, d_weight, dx[2], joined;
      PelPlanes input[2];
      ConvLoss loss;
      g_autofree double *sums = g_new (double, 2 * size.out);
      g_autofree float *turned = NULL;
      double *parts[2];
      float *dx_data[2];

      pel_random_init (&random, 21, i);
      for (guint part = 0; part < 2; part++)
        {
          stored[part] = draw (&random, size.n * size.in[part] * plane, 0.3);
          for (guint j = 0; j < 2; j++)
            affine[part][j] = draw (&random, size.in[part], 0.5);
          dx[part] = make (stored[part].n);
          dx_data[part] = dx[part].f;
          parts[part] = g_new (double, MAX (1, stored[part].n));
          g_ptr_array_add (garbage, parts[part]);
          apply_affine (stored[part], affine[part][0], affine[part][1], parts[part],
                        MAX (1, size.in[part]), plane);
          input[part] =
              (PelPlanes){ stored[part].f, size.in[part], affine[part][0].f, affine[part][1].f };
        }
      /* Half of the cases read the first part as it is. */
      if (i % 2 == 0)
        {
          input[0].scale = input[0].shift = NULL;
          memcpy (parts[0], stored[0].d, stored[0].n * sizeof (double));
        }
      x = make (size.n * in * plane);
      join_parts (&size, (const double *const *)parts, x.d);
      weight = draw (&random, (gsize)size.out * in * 9, 0);
      bias = draw (&random, size.out, 0);
      r = make (size.n * size.out * plane);
      dy = draw (&random, r.n, 0);
      d_weight = make (weight.n);
      turned = g_new (float, weight.n);

      pel_conv_add_space (&shape, TRUE, &space);
      context = make_context (space);
      g_assert_true (pel_conv_forward (&context, &shape, input, weight.f, bias.f, r.f, sums));
      reference_conv (x.d, weight.d, bias.d, r.d, size.n, in, size.out, (int)size.h, (int)size.w);
      reference_relu (r.d, r.n);
      assert_array ("conv output", r, TOLERANCE);
      for (guint o = 0; o < size.out; o++)
        {
          double sum = 0, squares = 0;

          for (guint n = 0; n < size.n; n++)
            for (gsize j = 0; j < plane; j++)
              {
                double value = r.d[(n * size.out + o) * plane + j];

                sum += value;
                squares += value * value;
              }
          g_assert_cmpfloat (fabs (sums[2 * o] - sum), <=, 1e-5 * (1 + sum));
          g_assert_cmpfloat (fabs (sums[2 * o + 1] - squares), <=, 1e-5 * (1 + squares));
        }

      g_assert_true (pel_conv_backward_weight (&context, &shape, input, dy.f, d_weight.f));
      g_assert_true (
          pel_conv_backward_input (&context, &shape, dy.f, weight.f, turned, dx_data, size.in));
      loss = (ConvLoss){ size, x, weight, dy, g_new (double, r.n) };
      g_ptr_array_add (garbage, loss.y);
      /* The layer is linear in each, so that any width gives the exact slope. */
      differentiate (weight, d_weight, get_conv_loss, &loss, 1, most);
      assert_array ("conv weight gradient", d_weight, TOLERANCE);
      joined = make (x.n);
      for (guint part = 0; part < 2; part++)
        for (gsize j = 0; j < dx[part].n; j++)
          parts[part][j] = (double)dx[part].f[j];
      join_parts (&size, (const double *const *)parts, joined.d);
      for (gsize j = 0; j < joined.n; j++)
        joined.f[j] = (float)joined.d[j];
      differentiate (x, joined, get_conv_loss, &loss, 1, most);
      assert_array ("conv input gradient", joined, TOLERANCE);
      for (guint part = 0; part < 2; part++)
        for (guint j = 0; j < N_GUARDS; j++)
          g_assert_true (dx[part].f[dx[part].n + j] == GUARD);
      clear_context (&context);
      g_ptr_array_set_size (garbage, 0);
    }
}

/* --- Batch normalisation behind a ReLU --- */

typedef struct
{
  guint n, channels;
  gsize plane;
  Array z, gamma, beta, factors;
  double *r, *y;
} NormLoss;

static double
get_norm_loss (gpointer data)
{
  NormLoss *self = data;

  memcpy (self->r, self->z.d, self->z.n * sizeof (double));
  reference_relu (self->r, self->z.n);
  reference_norm (self->r, self->gamma.d, self->beta.d, self->y, self->n, self->channels,
                  self->plane);
  return dot (self->y, self->factors.d, self->factors.n);
}

static void
test_norm (void)
{
  static const struct
  {
    guint n, channels;
    gsize plane;
  } cases[] = {
    { 2, 3, 35 }, { 1, 1, 4 }, { 4, 1, 1 }, { 3, 70, 9 }, { 1, 2, 40000 }, { 2, 5, 700 }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint n = cases[i].n, channels = cases[i].channels;
      gsize plane = cases[i].plane, count = n * channels * plane;
      PelLayerSpace space = { 0, 0 };
      PelLayerContext context;
      PelRandom random;
      NormLoss loss = { .n = n, .channels = channels, .plane = plane };
      Array r = make (count), y = make (count), dz = make (count);
      Array d_gamma = make (channels), d_beta = make (channels), d_bias = make (channels);
      Array statistics = make (5 * (gsize)channels);
      g_autofree double *sums = g_new0 (double, 2 * channels);
      PelNorm norm = { .channels = channels, .mean = statistics.f };

      norm.variance = norm.mean + channels;
      norm.inv_std = norm.variance + channels;
      norm.scale = norm.inv_std + channels;
      norm.shift = norm.scale + channels;
      pel_random_init (&random, 22, i);
      loss.z = draw (&random, count, 0.5);
      loss.gamma = draw (&random, channels, 0.5);
      loss.beta = draw (&random, channels, 0);
      loss.factors = draw (&random, count, 0.2);
      loss.r = g_new (double, count);
      loss.y = g_new (double, count);
      g_ptr_array_add (garbage, loss.r);
      g_ptr_array_add (garbage, loss.y);
      norm.gamma = loss.gamma.f;
      norm.beta = loss.beta.f;
      for (gsize j = 0; j < count; j++)
        {
          double value = loss.z.d[j] > 0 ? loss.z.d[j] : 0;

          r.f[j] = (float)value;
          sums[2 * (j / plane % channels)] += value;
          sums[2 * (j / plane % channels) + 1] += value * value;
          dz.f[j] = loss.factors.f[j];
        }

      pel_norm_use_batch (&norm, sums, n * plane);
      get_norm_loss (&loss);
      for (gsize j = 0; j < count; j++)
        {
          gsize c = j / plane % channels;

          y.f[j] = r.f[j] * norm.scale[c] + norm.shift[c];
          y.d[j] = loss.y[j];
        }
      assert_array ("norm output", y, 1e-5);

      pel_norm_add_space (n, channels, plane, &space);
      context = make_context (space);
      g_assert_true (
          pel_norm_backward (&context, &norm, n, plane, r.f, dz.f, d_gamma.f, d_beta.f, d_bias.f));
      memcpy (dz.f, r.f, count * sizeof (float));
      differentiate (loss.z, dz, get_norm_loss, &loss, 1e-5, 60);
      differentiate (loss.gamma, d_gamma, get_norm_loss, &loss, 1e-5, 60);
      differentiate (loss.beta, d_beta, get_norm_loss, &loss, 1e-5, 60);
      /* A large plane is compared to values whose sums differ by rounding: 1e-5 of the largest. */
      assert_array ("norm input gradient", dz, 1e-5);
      assert_array ("norm gamma gradient", d_gamma, 1e-5);
      assert_array ("norm beta gradient", d_beta, 1e-5);
      for (guint c = 0; c < channels; c++)
        {
          double scale = 0;

          d_bias.d[c] = 0;
          for (guint m = 0; m < n; m++)
            for (gsize j = 0; j < plane; j++)
              {
                d_bias.d[c] += (double)dz.f[(m * channels + c) * plane + j];
                scale += fabs ((double)dz.f[(m * channels + c) * plane + j]);
              }
          g_assert_cmpfloat (fabs ((double)d_bias.f[c] - d_bias.d[c]), <=, 1e-6 * scale);
        }
      clear_context (&context);
      g_ptr_array_set_size (garbage, 0);
    }
}

/* A channel that is constant, or zero, stays finite, and running statistics are used as given. */
static void
test_norm_edges (void)
{
  float gamma[2] = { 2, 3 }, beta[2] = { 0.5f, -1 }, arrays[5][2];
  float mean[2] = { 1, 2 }, variance[2] = { 4, 0 };
  PelNorm norm = { 2, gamma, beta, arrays[0], arrays[1], arrays[2], arrays[3], arrays[4] };
  /* Ten values of 0, and ten of 100. */
  double sums[4] = { 0, 0, 1000, 100000 };

  pel_norm_use_batch (&norm, sums, 10);
  g_assert_cmpfloat_with_epsilon (0 * norm.scale[0] + norm.shift[0], 0.5, 1e-6);
  g_assert_cmpfloat_with_epsilon (100 * norm.scale[1] + norm.shift[1], -1, 2e-2);
  g_assert_true (norm.variance[1] == 0.0f);

  pel_norm_use_running (&norm, mean, variance);
  g_assert_cmpfloat_with_epsilon (5 * norm.scale[0] + norm.shift[0], 0.5 + 2 * 4 / 2.0, 1e-4);
  g_assert_cmpfloat_with_epsilon (norm.scale[1], 3 / sqrt (1e-5), 1e-2);
}

/* --- Pooling --- */

typedef struct
{
  guint n, channels, h, w;
  Array stored, scale, shift, factors;
  double *x, *y;
} PoolLoss;

static double
get_pool_loss (gpointer data)
{
  PoolLoss *self = data;

  reference_pool (self->x, self->y, self->n * self->channels, self->h, self->w);
  return dot (self->y, self->factors.d, self->factors.n);
}

static void
test_pooling (void)
{
  static const guint sizes[][4] = {
    { 1, 1, 1, 1 }, { 2, 3, 5, 7 }, { 1, 2, 130, 67 }, { 3, 40, 2, 3 }, { 1, 5, 1, 33 }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      guint n = sizes[i][0], channels = sizes[i][1], h = sizes[i][2], w = sizes[i][3];
      gsize plane = (gsize)h * w;
      PelLayerContext context = make_context ((PelLayerSpace){ 0, 0 });
      PelRandom random;
      Array y = make (n * channels * plane), dx;
      PoolLoss loss = { .n = n, .channels = channels, .h = h, .w = w };
      PelPlanes input;

      pel_random_init (&random, 23, i);
      loss.stored = draw (&random, 4 * y.n, 0);
      loss.scale = draw (&random, channels, 0); /* negative ones turn the order */
      loss.shift = draw (&random, channels, 0);
      loss.factors = draw (&random, y.n, 0);
      dx = draw (&random, 4 * y.n, 0);
      loss.x = g_new (double, 4 * y.n);
      loss.y = y.d;
      g_ptr_array_add (garbage, loss.x);
      apply_affine (loss.stored, loss.scale, loss.shift, loss.x, channels, 4 * plane);
      input = (PelPlanes){ loss.stored.f, channels, loss.scale.f, loss.shift.f };
      g_assert_true (pel_pooling_forward (&context, &input, n, h, w, y.f));
      get_pool_loss (&loss);
      assert_array ("pooling output", y, TOLERANCE);

      /* It adds to what is there. */
      g_assert_true (pel_pooling_backward (&context, &input, n, h, w, loss.factors.f, dx.f));
      for (gsize j = 0; j < dx.n; j++)
        dx.f[j] -= (float)dx.d[j];
      differentiate ((Array){ dx.n, NULL, loss.x }, dx, get_pool_loss, &loss, 1e-7, 60);
      assert_array ("pooling gradient", dx, TOLERANCE);
      clear_context (&context);
      g_ptr_array_set_size (garbage, 0);
    }
}

/* Of equal values the first gets the gradient, as in PyTorch. */
static void
test_pooling_ties (void)
{
  PelLayerContext context = make_context ((PelLayerSpace){ 0, 0 });
  const float x[16] = { 0, 0, 1, 1, 0, 0, 0, 1, 0, 2, 0, 0, 2, 2, 3, 3 }, dy[4] = { 1, 2, 3, 4 };
  const float expected[16] = { 1, 0, 2, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 4, 0 };
  float dx[16] = { 0 };
  PelPlanes input = { x, 1, NULL, NULL };

  g_assert_true (pel_pooling_backward (&context, &input, 1, 2, 2, dy, dx));
  g_assert_cmpmem (dx, sizeof (dx), expected, sizeof (expected));
  clear_context (&context);
}

/* --- Transposed convolution and head --- */

typedef struct
{
  guint n, in, out, h, w;
  Array x, weight, bias, factors;
  double *y;
} LinearLoss;

static double
get_upconv_loss (gpointer data)
{
  LinearLoss *self = data;

  reference_upconv (self->x.d, self->weight.d, self->bias.d, self->y, self->n, self->in, self->out,
                    self->h, self->w);
  return dot (self->y, self->factors.d, self->factors.n);
}

static double
get_head_loss (gpointer data)
{
  LinearLoss *self = data;

  reference_head (self->x.d, self->weight.d, self->bias.d, self->y, self->n, self->in, self->out,
                  (gsize)self->h * self->w);
  return dot (self->y, self->factors.d, self->factors.n);
}

/* Both layers have the same arrays; @growth is how many times larger the output's planes are. */
static void
test_linear (const guint sizes[5], guint64 stream, gboolean is_head)
{
  guint n = sizes[0], in = sizes[1], out = sizes[2], h = sizes[3], w = sizes[4];
  guint growth = is_head ? 1 : 4, taps = is_head ? 1 : 4;
  gsize plane = (gsize)h * w;
  Loss get_loss = is_head ? get_head_loss : get_upconv_loss;
  PelUpconvShape shape = { n, h, w, in, out };
  PelHeadShape head = { n, plane, in, out };
  PelLayerSpace space = { 0, 0 };
  PelLayerContext context;
  PelRandom random;
  Array stored, scale, shift, y, dx, d_weight, d_bias;
  LinearLoss loss = { .n = n, .in = in, .out = out, .h = h, .w = w };
  PelPlanes input;

  pel_random_init (&random, 24, stream);
  stored = draw (&random, n * in * plane, 0.2);
  scale = draw (&random, in, 0.5);
  shift = draw (&random, in, 0);
  input = (PelPlanes){ stored.f, in, scale.f, shift.f };
  loss.x = make (stored.n);
  apply_affine (stored, scale, shift, loss.x.d, in, plane);
  if (stream % 2 == 0)
    {
      input.scale = input.shift = NULL;
      memcpy (loss.x.d, stored.d, stored.n * sizeof (double));
    }
  loss.weight = draw (&random, (gsize)in * out * taps, 0);
  loss.bias = draw (&random, out, 0);
  y = make (n * out * plane * growth);
  loss.y = y.d;
  loss.factors = draw (&random, y.n, 0.1);
  dx = make (stored.n);
  d_weight = make (loss.weight.n);
  d_bias = make (out);

  if (is_head)
    pel_head_add_space (&head, &space);
  else
    pel_upconv_add_space (&shape, TRUE, &space);
  context = make_context (space);
  if (is_head)
    {
      g_assert_true (pel_head_forward (&context, &head, &input, loss.weight.f, loss.bias.f, y.f));
      g_assert_true (pel_head_backward (&context, &head, &input, loss.factors.f, loss.weight.f,
                                        dx.f, d_weight.f, d_bias.f));
    }
  else
    {
      g_assert_true (
          pel_upconv_forward (&context, &shape, &input, loss.weight.f, loss.bias.f, y.f));
      g_assert_true (
          pel_upconv_backward_input (&context, &shape, loss.factors.f, loss.weight.f, dx.f));
      g_assert_true (pel_upconv_backward_weight (&context, &shape, &input, loss.factors.f,
                                                 d_weight.f, d_bias.f));
    }

  get_loss (&loss);
  assert_array ("output", y, TOLERANCE);
  differentiate (loss.x, dx, get_loss, &loss, 1, 40);
  differentiate (loss.weight, d_weight, get_loss, &loss, 1, 40);
  differentiate (loss.bias, d_bias, get_loss, &loss, 1, 40);
  assert_array ("input gradient", dx, TOLERANCE);
  assert_array ("weight gradient", d_weight, TOLERANCE);
  assert_array ("bias gradient", d_bias, TOLERANCE);
  clear_context (&context);
  g_ptr_array_set_size (garbage, 0);
}

static void
test_upconv (void)
{
  static const guint sizes[][5] = {
    { 1, 1, 1, 1, 1 }, { 2, 6, 3, 3, 5 },   { 1, 2, 1, 2, 600 }, { 1, 8, 4, 40, 33 },
    { 5, 4, 2, 4, 4 }, { 1, 130, 3, 2, 3 }, { 1, 3, 65, 3, 2 },  { 2, 32, 16, 16, 32 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    test_linear (sizes[i], i, FALSE);
}

static void
test_head (void)
{
  static const guint sizes[][5] = {
    { 1, 1, 1, 1, 1 }, { 2, 6, 3, 3, 5 }, { 1, 16, 1, 70, 90 }, { 2, 5, 2, 64, 64 }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    test_linear (sizes[i], 100 + i, TRUE);
}

/* --- The inner loops of each instruction set --- */

static void
test_kernels (void)
{
  static const guint flags[] = { PEL_CPU_NONE, PEL_CPU_AVX2, PEL_CPU_ALL };
  static const char *const names[] = { "c", "avx2", "avx512" };

  for (gsize set = 0; set < G_N_ELEMENTS (flags); set++)
    {
      const PelKernels *kernels = pel_kernels_select (flags[set] & pel_cpu_get_flags ());
      PelRandom random;

      if ((flags[set] & pel_cpu_get_flags ()) != flags[set])
        {
          g_test_message ("this machine or mask has no %s", names[set]);
          continue;
        }
      g_assert_cmpstr (kernels->name, ==, names[set]);
      pel_random_init (&random, 25, set);
      for (gsize n = 0; n < 70; n++)
        {
          Array a = draw (&random, n, 0), b = draw (&random, n, 1), y = make (n), z = make (2 * n);
          Array even = make (n), odd = make (n), dy;
          double sums[2] = { 3, 4 }, expected[2] = { 3, 4 }, total = 0, back = 0, sum;
          g_autofree float *copy = NULL;

          kernels->affine (y.f, a.f, n, 1.5f, -0.25f);
          for (gsize i = 0; i < n; i++)
            y.d[i] = a.d[i] * 1.5 - 0.25;
          assert_array ("affine", y, 1e-6);

          kernels->bias_relu (y.f, a.f, n, 0.5f, sums);
          for (gsize i = 0; i < n; i++)
            {
              y.d[i] = fmax (a.d[i] + 0.5, 0);
              expected[0] += y.d[i];
              expected[1] += y.d[i] * y.d[i];
            }
          assert_array ("bias_relu", y, 1e-6);
          assert_close ("bias_relu sums", (float[]){ (float)sums[0], (float)sums[1] }, expected, 2,
                        1e-6);

          sums[0] = expected[0] = 1;
          sums[1] = expected[1] = 2;
          kernels->norm_sums (a.f, b.f, n, 0.75f, 1.25f, sums);
          for (gsize i = 0; i < n; i++)
            {
              expected[0] += a.d[i];
              expected[1] += a.d[i] * (b.d[i] - 0.75) * 1.25;
            }
          g_assert_cmpfloat (fabs (sums[0] - expected[0]), <, 1e-5);
          g_assert_cmpfloat (fabs (sums[1] - expected[1]), <, 1e-4);

          dy = draw (&random, n, 0);
          copy = g_memdup2 (b.f, n * sizeof (float));
          sum = kernels->norm_relu_backward (dy.f, copy, n, 0.75f, 1.5f, 0.3f, -0.2f);
          if (n > 0)
            memcpy (dy.f, copy, n * sizeof (float));
          for (gsize i = 0; i < n; i++)
            {
              dy.d[i] = b.d[i] > 0 ? 1.5 * dy.d[i] + 0.3 * (b.d[i] - 0.75) - 0.2 : 0;
              total += dy.d[i];
            }
          assert_array ("norm_relu_backward", dy, 1e-6);
          g_assert_cmpfloat (fabs (sum - total), <, 1e-4);

          kernels->interleave (z.f, a.f, b.f, n, 0.5f);
          for (gsize i = 0; i < n; i++)
            {
              z.d[2 * i] = a.d[i] + 0.5;
              z.d[2 * i + 1] = b.d[i] + 0.5;
            }
          assert_array ("interleave", z, 1e-6);
          kernels->deinterleave (even.f, odd.f, z.f, n);
          for (gsize i = 0; i < n; i++)
            {
              even.d[i] = (double)z.f[2 * i];
              odd.d[i] = (double)z.f[2 * i + 1];
            }
          assert_array ("deinterleave", even, 0);
          assert_array ("deinterleave", odd, 0);

          memcpy (y.f, b.f, n * sizeof (float));
          kernels->add_scaled (y.f, a.f, n, -1.75f);
          for (gsize i = 0; i < n; i++)
            y.d[i] = b.d[i] - 1.75 * a.d[i];
          assert_array ("add_scaled", y, 1e-6);

          total = dot (a.d, b.d, n);
          for (gsize i = 0; i < n; i++)
            back += a.d[i];
          g_assert_cmpfloat (fabs (kernels->dot (a.f, b.f, n) - total), <, 1e-10);
          g_assert_cmpfloat (fabs (kernels->sum (a.f, n) - back), <, 1e-10);
          g_ptr_array_set_size (garbage, 0);
        }
    }
}

/* A NaN is not hidden by the ReLU: the loss must show that a training went wrong. */
static void
test_nan (void)
{
  const PelKernels *kernels = pel_kernels_select (pel_cpu_get_flags ());
  float x[20] = { 0 };
  double sums[2] = { 0, 0 };

  x[3] = x[18] = NAN;
  kernels->bias_relu (x, x, 20, 1, sums);
  g_assert_true (isnan (x[3]) && isnan (x[18]) && isnan (sums[0]) && isnan (sums[1]));
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  pool = pel_pool_new (3);
  garbage = g_ptr_array_new_with_free_func (g_free);
  g_test_add_func ("/layers/kernels", test_kernels);
  g_test_add_func ("/layers/nan", test_nan);
  g_test_add_func ("/layers/conv", test_conv);
  g_test_add_func ("/layers/norm", test_norm);
  g_test_add_func ("/layers/norm-edges", test_norm_edges);
  g_test_add_func ("/layers/pooling", test_pooling);
  g_test_add_func ("/layers/pooling-ties", test_pooling_ties);
  g_test_add_func ("/layers/upconv", test_upconv);
  g_test_add_func ("/layers/head", test_head);
  result = g_test_run ();
  g_ptr_array_unref (garbage);
  pel_pool_free (pool);
  return result;
}
