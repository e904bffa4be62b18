/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-arena.h"
#include "engine/core/pel-cpu.h"
#include "engine/core/pel-random.h"
#include "engine/nn/pel-blocked-conv.h"

#include <math.h>
#include <string.h>

/* Convolutions on blocked maps against plain loops in double precision: all ways to cut the work,
 * odd sizes, one-pixel planes, two parts, with guard values around every result. */

#define GUARD 64
#define GUARD_VALUE 12345.0f

typedef struct
{
  guint n, h, w, in0, in1, out; /* channels in blocks of 16 */
} Case;

static const Case cases[] = {
  { 1, 1, 1, 1, 0, 1 },     { 1, 5, 3, 1, 0, 2 },    { 2, 7, 9, 1, 1, 1 },
  { 3, 8, 8, 2, 0, 3 },     { 1, 64, 64, 1, 0, 1 },  { 2, 50, 61, 1, 2, 1 },
  { 1, 72, 70, 5, 0, 13 },  { 1, 16, 16, 9, 0, 11 }, { 5, 33, 37, 2, 0, 1 },
  { 1, 100, 101, 3, 0, 3 },
};

typedef struct
{
  float *memory, *data;
  gsize size;
} Guarded;

static Guarded
guarded_new (gsize size)
{
  Guarded g = { .size = size };

  g.memory = pel_try_alloc (size + 2 * GUARD, sizeof (float), NULL);
  g_assert_nonnull (g.memory);
  for (gsize i = 0; i < size + 2 * GUARD; i++)
    g.memory[i] = GUARD_VALUE;
  g.data = g.memory + GUARD;
  return g;
}

static void
guarded_free (Guarded *g)
{
  for (gsize i = 0; i < GUARD; i++)
    {
      g_assert_true (g->memory[i] == GUARD_VALUE);
      g_assert_true (g->memory[GUARD + g->size + i] == GUARD_VALUE);
    }
  pel_aligned_free (g->memory);
}

static void
fill (Guarded *g, guint stream)
{
  PelRandom random;

  pel_random_init (&random, 7, stream);
  for (gsize i = 0; i < g->size; i++)
    g->data[i] = (float)(pel_random_uniform (&random) * 2 - 1);
}

static gsize
at (const Case *c, guint blocks, guint n, guint channel, guint y, guint x)
{
  return ((((gsize)n * blocks + channel / 16) * c->h + y) * c->w + x) * 16 + channel % 16;
}

/* What a layer reads, in double precision; zero outside. */
static double
read_input (const Case *c, const PelBlockedPart part[2], guint n, guint channel, gint y, gint x)
{
  guint second = channel >= part[0].n_blocks * 16;
  const PelBlockedPart *p = &part[second];
  double value;

  channel -= second * part[0].n_blocks * 16;
  if (y < 0 || x < 0 || y >= (gint)c->h || x >= (gint)c->w)
    return 0;
  value = (double)p->data[at (c, p->n_blocks, n, channel, (guint)y, (guint)x)];
  if (p->scale != NULL)
    value = value * (double)p->scale[channel] + (double)p->shift[channel];
  return value;
}

static void
check (const Case *c, const PelBlockedKernels *kernels, guint n_threads)
{
  g_autoptr (PelPool) pool = pel_pool_new (n_threads);
  PelBlockedPlane plane = { c->n, c->h, c->w };
  guint in = (c->in0 + c->in1) * 16, out = c->out * 16;
  gsize pixels = (gsize)c->n * c->h * c->w;
  Guarded x0 = guarded_new (pixels * c->in0 * 16), x1 = guarded_new (pixels * c->in1 * 16);
  Guarded dx0 = guarded_new (pixels * c->in0 * 16), dx1 = guarded_new (pixels * c->in1 * 16);
  Guarded r = guarded_new (pixels * out), dy = guarded_new (pixels * out);
  Guarded weight = guarded_new ((gsize)in * out * 9), d_weight = guarded_new (weight.size);
  Guarded bias = guarded_new (out), scale = guarded_new (in), shift = guarded_new (in);
  g_autofree double *sums = g_new0 (double, MAX (in, out) * 2);
  PelBlockedSpace space = { 0 };
  PelBlockedPart input[2] = { { x0.data, c->in0, scale.data, shift.data },
                              { x1.data, c->in1, NULL, NULL } };
  PelBlockedPart dx[2] = { { .data = dx0.data, .n_blocks = c->in0 },
                           { .data = dx1.data, .n_blocks = c->in1 } };
  double most = 0, error = 0;

  fill (&x0, 0);
  fill (&x1, 1);
  fill (&dy, 2);
  fill (&weight, 3);
  fill (&bias, 4);
  fill (&scale, 5);
  fill (&shift, 6);

  pel_blocked_conv_add_space (&plane, c->in0 + c->in1, c->out, TRUE, &space);
  Guarded shared = guarded_new (space.shared);
  Guarded scratch = guarded_new (space.scratch * pel_pool_get_n_threads (pool));
  PelBlockedContext context = {
    .pool = pool,
    .kernels = kernels,
    .shared = shared.data,
    .scratch = scratch.data,
    .scratch_size = space.scratch,
  };

  g_assert_true (pel_blocked_conv_forward (&context, &plane, input, weight.data, bias.data, c->out,
                                           r.data, sums));
  for (guint o = 0; o < out; o++)
    {
      double sum = 0, squares = 0;

      for (guint n = 0; n < c->n; n++)
        for (guint y = 0; y < c->h; y++)
          for (guint x = 0; x < c->w; x++)
            {
              gboolean sample = (o * 31 + y * 7 + x) % 11 == 0 || pixels < 200;
              double got = (double)r.data[at (c, c->out, n, o, y, x)];
              double want = (double)bias.data[o];

              sum += got;
              squares += got * got;
              if (!sample)
                continue;
              for (guint i = 0; i < in; i++)
                for (gint v = 0; v < 3; v++)
                  for (gint u = 0; u < 3; u++)
                    want += (double)weight.data[((gsize)o * in + i) * 9 + (gsize)(v * 3 + u)] *
                            read_input (c, input, n, i, (gint)y + v - 1, (gint)x + u - 1);
              want = MAX (want, 0);
              most = MAX (most, fabs (want));
              error = MAX (error, fabs (got - want));
            }
      g_assert_cmpfloat_with_epsilon (sums[o / 16 * 32 + o % 16], sum, 1e-4 * sum + 1e-6);
      g_assert_cmpfloat_with_epsilon (sums[o / 16 * 32 + 16 + o % 16], squares,
                                      1e-4 * squares + 1e-6);
    }
  g_assert_cmpfloat (error, <=, 3e-5 * most + 1e-7);

  /* The derivative by the input. */
  most = error = 0;
  g_assert_true (pel_blocked_conv_backward_input (&context, &plane, dy.data, c->out, weight.data,
                                                  dx, x0.data, sums));
  for (guint i = 0; i < in; i++)
    {
      gboolean second = i >= c->in0 * 16;
      guint channel = second ? i - c->in0 * 16 : i;
      double sum = 0, products = 0, size = 0;

      for (guint n = 0; n < c->n; n++)
        for (guint y = 0; y < c->h; y++)
          for (guint x = 0; x < c->w; x++)
            {
              gsize place = at (c, dx[second].n_blocks, n, channel, y, x);
              double got = (double)dx[second].data[place];
              double want = 0;

              if (!second)
                {
                  sum += got;
                  products += got * (double)x0.data[place];
                  size += fabs (got);
                }
              if ((i * 31 + y * 7 + x) % 11 != 0 && pixels >= 200)
                continue;
              for (guint o = 0; o < out; o++)
                for (gint v = 0; v < 3; v++)
                  for (gint u = 0; u < 3; u++)
                    {
                      gint yy = (gint)y - v + 1, xx = (gint)x - u + 1;

                      if (yy >= 0 && xx >= 0 && yy < (gint)c->h && xx < (gint)c->w)
                        want += (double)weight.data[((gsize)o * in + i) * 9 + (gsize)(v * 3 + u)] *
                                (double)dy.data[at (c, c->out, n, o, (guint)yy, (guint)xx)];
                    }
              most = MAX (most, fabs (want));
              error = MAX (error, fabs (got - want));
            }
      if (!second)
        {
          g_assert_cmpfloat_with_epsilon (sums[i / 16 * 32 + i % 16], sum, 1e-6 * size);
          g_assert_cmpfloat_with_epsilon (sums[i / 16 * 32 + 16 + i % 16], products, 1e-6 * size);
        }
    }
  g_assert_cmpfloat (error, <=, 3e-5 * most + 1e-7);

  /* The derivative by the weights. */
  most = error = 0;
  g_assert_true (
      pel_blocked_conv_backward_weight (&context, &plane, input, dy.data, c->out, d_weight.data));
  for (guint o = 0; o < out; o++)
    for (guint i = 0; i < in; i++)
      for (gint v = 0; v < 3; v++)
        for (gint u = 0; u < 3; u++)
          {
            double want = 0;

            if ((o * 13 + i * 5 + (guint)(v + u)) % 17 != 0)
              continue;
            for (guint n = 0; n < c->n; n++)
              for (guint y = 0; y < c->h; y++)
                for (guint x = 0; x < c->w; x++)
                  want += (double)dy.data[at (c, c->out, n, o, y, x)] *
                          read_input (c, input, n, i, (gint)y + v - 1, (gint)x + u - 1);
            most = MAX (most, fabs (want));
            error = MAX (
                error,
                fabs (want - (double)d_weight.data[((gsize)o * in + i) * 9 + (gsize)(v * 3 + u)]));
          }
  g_assert_cmpfloat (error, <=, 3e-5 * most + 1e-6);

  Guarded *all[] = { &x0,       &x1,   &dx0,   &dx1,   &r,      &dy,     &weight,
                     &d_weight, &bias, &scale, &shift, &shared, &scratch };
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    guarded_free (all[i]);
}

static void
test_case (gconstpointer data)
{
  const PelBlockedKernels *kernels = data;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check (&cases[i], kernels, 1 + i % 3);
}

int
main (int argc, char **argv)
{
  PelCpuFlags flags = pel_cpu_get_flags ();
  const PelCpuFlags sets[] = { PEL_CPU_NONE, PEL_CPU_AVX2, PEL_CPU_AVX2 | PEL_CPU_AVX512 };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    if ((flags & sets[i]) == sets[i])
      {
        const PelBlockedKernels *kernels = pel_blocked_kernels_select (sets[i]);
        g_autofree char *path = g_strconcat ("/blocked-conv/", kernels->name, NULL);

        g_test_add_data_func (path, kernels, test_case);
      }
  return g_test_run ();
}
