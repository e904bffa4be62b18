/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-arena.h"
#include "engine/core/pel-cpu.h"
#include "engine/core/pel-random.h"
#include "engine/nn/pel-unet.h"

#include <math.h>
#include <string.h>

/* The network on blocked maps against the same network on plain ones, whose own gradients are
 * checked elsewhere; and the same bits for any number of threads. */

typedef struct
{
  PelUnetConfig config;
  PelShape input;
} Case;

static const Case cases[] = {
  { { 1, 16, 2, 1, 3 }, { 2, 1, 20, 28 } },
  { { 3, 32, 1, 2, 4 }, { 1, 3, 34, 18 } },
  { { 2, 16, 4, 2, 5 }, { 1, 2, 112, 96 } },
  { { 1, 48, 3, 1, 6 }, { 3, 1, 16, 8 } },
  { { 1, 16, 2, 1, 7, PEL_UPSAMPLING_HALF_PIXEL }, { 2, 1, 20, 28 } },
  { { 1, 32, 1, 2, 8, PEL_UPSAMPLING_ALIGN_CORNERS }, { 1, 1, 34, 18 } },
  { { 2, 16, 3, 1, 9, PEL_UPSAMPLING_ASYMMETRIC }, { 1, 2, 8, 72 } },
};

typedef struct
{
  PelUnet *unet;
  PelPool *pool;
  PelTensor input, scores, d_scores;
} Run;

static PelTensor
make (PelShape shape, guint stream)
{
  PelTensor tensor = { shape, NULL };
  gsize n = (gsize)shape.n * shape.c * shape.h * shape.w;
  PelRandom random;

  tensor.data = pel_try_alloc (n, sizeof (float), NULL);
  g_assert_nonnull (tensor.data);
  pel_random_init (&random, 11, stream);
  for (gsize i = 0; i < n; i++)
    tensor.data[i] = (float)pel_random_normal (&random);
  return tensor;
}

static Run
run_new (const Case *c, PelCpuFlags mask, guint n_threads, PelUnetMemory memory)
{
  Run run;
  PelShape out = c->input;
  GError *error = NULL;

  out.c = c->config.out_channels;
  pel_cpu_set_mask (mask);
  run.unet = pel_unet_new (&c->config, &error);
  pel_cpu_set_mask (PEL_CPU_ALL);
  g_assert_no_error (error);
  run.pool = pel_pool_new (n_threads);
  pel_unet_set_memory (run.unet, memory);
  run.input = make (c->input, 1);
  run.scores = make (out, 2);
  run.d_scores = make (out, 3);

  g_assert_true (pel_unet_plan (run.unet, c->input, PEL_PHASE_TRAIN, run.pool, &error));
  g_assert_no_error (error);
  g_assert_true (pel_unet_forward (run.unet, &run.input, &run.scores));
  pel_unet_commit_statistics (run.unet);
  g_assert_true (pel_unet_backward (run.unet, &run.d_scores));
  return run;
}

static void
run_free (Run *run)
{
  pel_unet_free (run->unet);
  pel_pool_free (run->pool);
  pel_aligned_free (run->input.data);
  pel_aligned_free (run->scores.data);
  pel_aligned_free (run->d_scores.data);
}

static gsize
count (const PelTensor *tensor)
{
  return (gsize)tensor->shape.n * tensor->shape.c * tensor->shape.h * tensor->shape.w;
}

/* The cosine of the angle between two arrays. */
static double
get_cosine (const float *a, const float *b, gsize n)
{
  double ab = 0, aa = 1e-30, bb = 1e-30;

  for (gsize i = 0; i < n; i++)
    {
      ab += (double)a[i] * (double)b[i];
      aa += (double)a[i] * (double)a[i];
      bb += (double)b[i] * (double)b[i];
    }
  return ab / sqrt (aa * bb);
}

/* The largest difference, as a share of the largest value. */
static double
compare (const float *a, const float *b, gsize n)
{
  double most = 1e-12, difference = 0;

  for (gsize i = 0; i < n; i++)
    {
      most = MAX (most, fabs ((double)b[i]));
      difference = MAX (difference, fabs ((double)a[i] - (double)b[i]));
    }
  return difference / most;
}

static void
predict (Run *run, const Case *c)
{
  g_assert_true (pel_unet_plan (run->unet, c->input, PEL_PHASE_PREDICT, run->pool, NULL));
  g_assert_true (pel_unet_forward (run->unet, &run->input, &run->scores));
}

static void
test_against_plain (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Run plain = run_new (&cases[i], PEL_CPU_NONE, 2, PEL_UNET_FAST);
      Run blocked = run_new (&cases[i], PEL_CPU_ALL, 2, PEL_UNET_FAST);
      guint n = pel_unet_get_n_parameters (plain.unet);

      g_assert_cmpfloat (compare (blocked.scores.data, plain.scores.data, count (&plain.scores)),
                         <=, 2e-4);
      for (guint p = 0; p < n; p++)
        {
          const PelParameter *want = pel_unet_get_parameter (plain.unet, p);
          const PelParameter *got = pel_unet_get_parameter (blocked.unet, p);
          g_assert_cmpstr (got->name, ==, want->name);
          if (want->gradient != NULL)
            {
              /* In a deep network a few values fall on the other side of a ReLU or a maximum by
               * rounding alone, and change single terms of a gradient. */
              if (cases[i].config.depth <= 2)
                g_assert_cmpfloat (compare (got->gradient, want->gradient, want->n_values), <=,
                                   1e-4);
              else
                g_assert_cmpfloat (get_cosine (got->gradient, want->gradient, want->n_values), >=,
                                   0.98);
            }
          else
            g_assert_cmpfloat (compare (got->value, want->value, want->n_values), <=, 1e-3);
        }

      predict (&plain, &cases[i]);
      predict (&blocked, &cases[i]);
      g_assert_cmpfloat (compare (blocked.scores.data, plain.scores.data, count (&plain.scores)),
                         <=, 2e-4);
      run_free (&plain);
      run_free (&blocked);
    }
}

/* Scores, statistics and gradients are the same bits. */
static void
assert_equal (Run *one, Run *other)
{
  g_assert_cmpmem (one->scores.data, count (&one->scores) * sizeof (float), other->scores.data,
                   count (&other->scores) * sizeof (float));
  for (guint p = 0; p < pel_unet_get_n_parameters (one->unet); p++)
    {
      const PelParameter *a = pel_unet_get_parameter (one->unet, p);
      const PelParameter *b = pel_unet_get_parameter (other->unet, p);
      const float *x = a->gradient != NULL ? a->gradient : a->value;
      const float *y = a->gradient != NULL ? b->gradient : b->value;

      g_assert_cmpmem (x, a->n_values * sizeof (float), y, b->n_values * sizeof (float));
    }
}

static void
test_threads (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Run one = run_new (&cases[i], PEL_CPU_ALL, 1, PEL_UNET_FAST);

      for (guint threads = 2; threads <= 5; threads++)
        {
          Run many = run_new (&cases[i], PEL_CPU_ALL, threads, PEL_UNET_FAST);

          assert_equal (&one, &many);
          run_free (&many);
        }
      run_free (&one);
    }
}

/* What is computed again on the way back is what was computed first, on either way to compute; the
 * plan told its size beforehand, and the lean one is smaller where maps are large. */
static void
test_memory (void)
{
  static const PelCpuFlags masks[] = { PEL_CPU_NONE, PEL_CPU_ALL };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i / 2];
      Run fast = run_new (c, masks[i % 2], 3, PEL_UNET_FAST);
      Run lean = run_new (c, masks[i % 2], 2, PEL_UNET_LEAN);
      gsize fast_bytes = pel_unet_get_planned_bytes (fast.unet);
      gsize lean_bytes = pel_unet_get_planned_bytes (lean.unet);
      PelShape large = { 1, c->config.in_channels, 512, 512 };

      assert_equal (&fast, &lean);
      g_assert_cmpuint (
          pel_unet_measure_plan (lean.unet, c->input, PEL_PHASE_TRAIN, PEL_UNET_FAST, 3), ==,
          fast_bytes);
      g_assert_cmpuint (
          pel_unet_measure_plan (fast.unet, c->input, PEL_PHASE_TRAIN, PEL_UNET_LEAN, 2), ==,
          lean_bytes);
      g_assert_cmpuint (
          lean_bytes, <=,
          pel_unet_measure_plan (fast.unet, c->input, PEL_PHASE_TRAIN, PEL_UNET_FAST, 2));
      g_assert_cmpuint (
          pel_unet_measure_plan (fast.unet, large, PEL_PHASE_TRAIN, PEL_UNET_LEAN, 2), <,
          pel_unet_measure_plan (fast.unet, large, PEL_PHASE_TRAIN, PEL_UNET_FAST, 2) / 10 * 9);
      run_free (&fast);
      run_free (&lean);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/unet-blocked/against-plain", test_against_plain);
  g_test_add_func ("/unet-blocked/threads", test_threads);
  g_test_add_func ("/unet-blocked/memory", test_memory);
  return g_test_run ();
}
