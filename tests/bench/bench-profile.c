/* SPDX-License-Identifier: MIT */

/* Where the time of a training step goes: `bench-profile [BASE SIZE BATCH THREADS]` prints a row
 * for each layer and direction, with the milliseconds that its threads spent in each kind of
 * kernel, on average over the threads, each row in its fastest round, and what is left: waiting for
 * each other, and work outside of kernels. The share of the peak counts the products that the
 * algorithm needs, not those of a direct convolution, and takes as peak what one core reaches on
 * registers alone, measured first.
 *
 * Both tables of the network, its steps and its kernels, are replaced by tables that take the time
 * and call the real ones; reading the clock costs about 1 % of a small network's step. */

#include "engine/nn/pel-unet-private.h"
#include "engine/pel-engine.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DEPTH 4
#define MOST_THREADS 64
#define MOST_ROWS 256
#define SECONDS 2.0
#define WARM_UP 2
#define MIN_STEPS 5

typedef enum
{
  KIND_INPUT,
  KIND_PRODUCT,
  KIND_OUTPUT,
  KIND_WEIGHT,
  KIND_PIXELS,
  N_KINDS,
} Kind;

static const char *const kind_names[N_KINDS] = { "transform", "product", "result", "weights",
                                                 "pixels" };

typedef struct
{
  double seconds[N_KINDS];
  double flops;
  char padding[64];
} Counter;

static Counter counters[MOST_THREADS];
static atomic_uint n_counters;
static _Thread_local Counter *counter;
static const PelBlockedKernels *real_kernels;
static const PelUnetSteps *real_steps;

static double
get_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void
count (Kind kind, double start, double flops)
{
  if (counter == NULL)
    counter = &counters[atomic_fetch_add (&n_counters, 1)];
  counter->seconds[kind] += get_seconds () - start;
  counter->flops += flops;
}

/* --- kernels --- */

#define TIMED(name, kind, flops, parameters, arguments)                                            \
  static void timed_##name parameters                                                              \
  {                                                                                                \
    double start = get_seconds ();                                                                 \
                                                                                                   \
    real_kernels->name arguments;                                                                  \
    count (kind, start, flops);                                                                    \
  }

TIMED (winograd_input,
       KIND_INPUT,
       0,
       (const float *plane,
        int h,
        int w,
        int first,
        int n,
        const float *scale,
        const float *shift,
        float *v,
        size_t point),
       (plane, h, w, first, n, scale, shift, v, point))
TIMED (winograd_gradient,
       KIND_INPUT,
       0,
       (const float *plane, int h, int w, int first, int n, float *v, size_t point),
       (plane, h, w, first, n, v, point))
TIMED (winograd_output,
       KIND_OUTPUT,
       0,
       (const float *m,
        size_t point,
        float *plane,
        int h,
        int w,
        int first,
        int n,
        const float *bias,
        float sums[32]),
       (m, point, plane, h, w, first, n, bias, sums))
TIMED (winograd_output_gradient,
       KIND_OUTPUT,
       0,
       (const float *m,
        size_t point,
        float *plane,
        int h,
        int w,
        int first,
        int n,
        const float *r,
        float sums[32]),
       (m, point, plane, h, w, first, n, r, sums))
TIMED (winograd_weight,
       KIND_WEIGHT,
       0,
       (const float *weight, size_t output, int n, float *u, size_t point),
       (weight, output, n, u, point))
TIMED (winograd_weight_flipped,
       KIND_WEIGHT,
       0,
       (const float *weight, size_t output, int n, float *u, size_t point),
       (weight, output, n, u, point))
TIMED (winograd_weight_gradient,
       KIND_WEIGHT,
       0,
       (const float *du, size_t point, float *weight, size_t output, int n),
       (du, point, weight, output, n))
TIMED (corners_split,
       KIND_WEIGHT,
       0,
       (const float *weight, size_t input, int n, float *u, size_t corner),
       (weight, input, n, u, corner))
TIMED (corners_turn,
       KIND_WEIGHT,
       0,
       (const float *weight, size_t input, int n, float *u, size_t corner),
       (weight, input, n, u, corner))
TIMED (corners_join,
       KIND_WEIGHT,
       0,
       (const float *du, size_t corner, int n, float *weight, size_t input),
       (du, corner, n, weight, input))
TIMED (product,
       KIND_PRODUCT,
       2.0 * 256 * n_cb * n_ob * n_tiles,
       (const float *v,
        size_t v_block,
        const float *u,
        size_t u_block,
        float *m,
        size_t m_block,
        int n_cb,
        int n_ob,
        int n_tiles,
        int accumulate),
       (v, v_block, u, u_block, m, m_block, n_cb, n_ob, n_tiles, accumulate))
TIMED (outer_product,
       KIND_PRODUCT,
       2.0 * 256 * n_cb * n_ob * n_tiles,
       (const float *v,
        size_t v_block,
        const float *g,
        size_t g_block,
        float *du,
        size_t du_block,
        int n_cb,
        int n_ob,
        int n_tiles),
       (v, v_block, g, g_block, du, du_block, n_cb, n_ob, n_tiles))
TIMED (affine,
       KIND_PIXELS,
       0,
       (float *dst, const float *src, size_t n, const float *scale, const float *shift),
       (dst, src, n, scale, shift))
TIMED (norm_relu_backward,
       KIND_PIXELS,
       0,
       (const float *d,
        float *r,
        size_t n,
        const float *a,
        const float *b,
        const float *c,
        float sums[16]),
       (d, r, n, a, b, c, sums))
TIMED (max_pool,
       KIND_PIXELS,
       0,
       (float *dst,
        const float *row0,
        const float *row1,
        size_t n,
        const float *scale,
        const float *shift),
       (dst, row0, row1, n, scale, shift))
TIMED (max_pool_backward,
       KIND_PIXELS,
       0,
       (float *d0,
        float *d1,
        const float *d_pool,
        const float *row0,
        const float *row1,
        size_t n,
        const float *scale,
        const float *shift),
       (d0, d1, d_pool, row0, row1, n, scale, shift))
TIMED (sums_with,
       KIND_PIXELS,
       0,
       (const float *d, const float *r, size_t n, float sums[32]),
       (d, r, n, sums))
TIMED (add, KIND_PIXELS, 0, (float *dst, const float *src, size_t n), (dst, src, n))
TIMED (add_bias,
       KIND_PIXELS,
       0,
       (float *dst, const float *src, size_t n, size_t step, const float *bias),
       (dst, src, n, step, bias))
TIMED (direct_forward,
       KIND_PIXELS,
       0,
       (const float *const *rows,
        int n_in,
        const float *weight,
        const float *bias,
        float *dst,
        int n,
        float sums[32]),
       (rows, n_in, weight, bias, dst, n, sums))
TIMED (direct_weight_gradient,
       KIND_PIXELS,
       0,
       (const float *const rows[3], const float *d, int n, float *dw),
       (rows, d, n, dw))
TIMED (head_forward,
       KIND_PIXELS,
       0,
       (const float *x, const float *weight, float *score, size_t n),
       (x, weight, score, n))
TIMED (head_backward,
       KIND_PIXELS,
       0,
       (const float *const *ds,
        int n_out,
        const float *weight,
        const float *r,
        float *d,
        size_t n,
        float *products),
       (ds, n_out, weight, r, d, n, products))

static const PelBlockedKernels timed_kernels = {
  .name = "timed",
  .winograd_input = timed_winograd_input,
  .winograd_gradient = timed_winograd_gradient,
  .winograd_output = timed_winograd_output,
  .winograd_output_gradient = timed_winograd_output_gradient,
  .winograd_weight = timed_winograd_weight,
  .winograd_weight_flipped = timed_winograd_weight_flipped,
  .winograd_weight_gradient = timed_winograd_weight_gradient,
  .corners_split = timed_corners_split,
  .corners_turn = timed_corners_turn,
  .corners_join = timed_corners_join,
  .product = timed_product,
  .outer_product = timed_outer_product,
  .affine = timed_affine,
  .norm_relu_backward = timed_norm_relu_backward,
  .max_pool = timed_max_pool,
  .max_pool_backward = timed_max_pool_backward,
  .sums_with = timed_sums_with,
  .add = timed_add,
  .add_bias = timed_add_bias,
  .direct_forward = timed_direct_forward,
  .direct_weight_gradient = timed_direct_weight_gradient,
  .head_forward = timed_head_forward,
  .head_backward = timed_head_backward,
};

/* --- steps --- */

typedef struct
{
  char name[32];
  double wall;
  Counter sum;
} Row;

static Row rows[MOST_ROWS], best[MOST_ROWS]; /* of a step, and of the fastest */
static guint n_rows, next_row;

static Counter
add_counters (void)
{
  Counter sum = { 0 };

  for (guint i = 0; i < atomic_load (&n_counters); i++)
    {
      for (guint k = 0; k < N_KINDS; k++)
        sum.seconds[k] += counters[i].seconds[k];
      sum.flops += counters[i].flops;
    }
  return sum;
}

static Row *
begin_row (const char *name, Counter *before)
{
  Row *row = &rows[next_row++];

  g_assert (next_row <= MOST_ROWS);
  n_rows = MAX (n_rows, next_row);
  g_strlcpy (row->name, name, sizeof row->name);
  *before = add_counters ();
  row->wall -= get_seconds ();
  return row;
}

static void
end_row (Row *row, const Counter *before)
{
  Counter after;

  row->wall += get_seconds ();
  after = add_counters ();
  for (guint k = 0; k < N_KINDS; k++)
    row->sum.seconds[k] += after.seconds[k] - before->seconds[k];
  row->sum.flops += after.flops - before->flops;
}

#define TIMED_STEP(name, label, parameters, arguments)                                             \
  static gboolean timed_##name parameters                                                          \
  {                                                                                                \
    Counter before;                                                                                \
    g_autofree char *text = label;                                                                 \
    Row *row = begin_row (text, &before);                                                          \
    gboolean done = real_steps->name arguments;                                                    \
                                                                                                   \
    end_row (row, &before);                                                                        \
    return done;                                                                                   \
  }

static char *
label_unit (const PelUnet *self, const char *way, guint index)
{
  const PelUnetUnit *unit = &self->units[index];

  return g_strdup_printf ("%s %u+%u>%u @%u", way, unit->in[0], unit->in[1], unit->out,
                          self->input.h >> unit->level);
}

TIMED_STEP (forward_unit,
            label_unit (self, again ? "again" : "fwd", index),
            (PelUnet * self, guint index, gboolean again),
            (self, index, again))
TIMED_STEP (backward_norm,
            label_unit (self, "norm", index),
            (PelUnet * self, guint index),
            (self, index))
TIMED_STEP (backward_weight,
            label_unit (self, "d weight", index),
            (PelUnet * self, guint index),
            (self, index))
TIMED_STEP (backward_input,
            label_unit (self, "d input", index),
            (PelUnet * self, guint index),
            (self, index))
TIMED_STEP (forward_pool,
            g_strdup_printf ("fwd pool %u", level),
            (PelUnet * self, guint level),
            (self, level))
TIMED_STEP (backward_pool,
            g_strdup_printf ("bwd pool %u", level),
            (PelUnet * self, guint level),
            (self, level))
TIMED_STEP (forward_up,
            g_strdup_printf ("fwd up %u", level),
            (PelUnet * self, guint level),
            (self, level))
TIMED_STEP (backward_up,
            g_strdup_printf ("bwd up %u", level),
            (PelUnet * self, guint level),
            (self, level))
TIMED_STEP (forward_head, g_strdup ("fwd head"), (PelUnet * self, float *scores), (self, scores))
TIMED_STEP (backward_head,
            g_strdup ("bwd head"),
            (PelUnet * self, const float *d_scores),
            (self, d_scores))

static PelUnetSpace
get_space (const PelUnet *self, PelShape input, PelPhase phase)
{
  return real_steps->get_space (self, input, phase);
}

static const PelUnetSteps timed_steps = {
  .get_space = get_space,
  .forward_unit = timed_forward_unit,
  .backward_norm = timed_backward_norm,
  .backward_weight = timed_backward_weight,
  .backward_input = timed_backward_input,
  .forward_pool = timed_forward_pool,
  .backward_pool = timed_backward_pool,
  .forward_up = timed_forward_up,
  .backward_up = timed_backward_up,
  .forward_head = timed_forward_head,
  .backward_head = timed_backward_head,
};

/* --- the run --- */

/* What one core reaches on a product that stays in the first-level cache. */
static double
measure_peak (void)
{
  enum
  {
    BLOCKS = 4,
    TILES = 24,
    V = BLOCKS * TILES * 16,
    U = BLOCKS * 256,
    ALL = V + 2 * U + 2 * TILES * 16,
    REPEATS = 200
  };
  float *memory = pel_try_alloc (ALL, sizeof (float), NULL);
  double fastest = INFINITY;

  g_assert (memory != NULL);
  for (gsize i = 0; i < ALL; i++)
    memory[i] = 1e-3f;
  for (guint round = 0; round < 50; round++)
    {
      double start = get_seconds ();

      for (guint i = 0; i < REPEATS; i++)
        real_kernels->product (memory, TILES * 16, memory + V, U, memory + V + 2 * U, TILES * 16,
                               BLOCKS, 2, TILES, FALSE);
      fastest = MIN (fastest, get_seconds () - start);
    }
  pel_aligned_free (memory);
  return 2.0 * 256 * BLOCKS * 2 * TILES * REPEATS / fastest;
}

static void
print_row (const char *name, double wall, const Counter *sum, guint n_threads, double peak)
{
  double rest = wall;

  printf ("%-22s %8.2f", name, 1e3 * wall);
  for (guint k = 0; k < N_KINDS; k++)
    {
      rest -= sum->seconds[k] / n_threads;
      printf (" %9.2f", 1e3 * sum->seconds[k] / n_threads);
    }
  printf (" %9.2f %8.3f %6.1f\n", 1e3 * rest, 1e-9 * sum->flops,
          100 * sum->flops / (wall * n_threads * peak));
}

static gboolean
run (guint base, guint size, guint batch, guint n_threads, GError **error)
{
  PelUnetConfig config = { 1, base, DEPTH, 1, 1 };
  PelShape shape = { batch, 1, size, size };
  PelOptimizerConfig adam;
  g_autoptr (PelPool) pool = pel_pool_new (n_threads);
  g_autoptr (PelUnet) unet = pel_unet_new (&config, error);
  g_autoptr (PelOptimizer) optimizer = NULL;
  g_auto (PelTensor) input = { 0 }, target = { 0 }, scores = { 0 }, d_scores = { 0 };
  PelRandom random;
  double began, peak, all = INFINITY, sum = 0;
  Counter total = { 0 };

  if (unet == NULL || !pel_tensor_init (&input, shape, error) ||
      !pel_tensor_init (&target, shape, error) || !pel_tensor_init (&scores, shape, error) ||
      !pel_tensor_init (&d_scores, shape, error))
    return FALSE;
  pel_random_init (&random, 1, 1);
  for (gsize i = 0; i < (gsize)batch * size * size; i++)
    {
      input.data[i] = (float)pel_random_normal (&random);
      target.data[i] = input.data[i] > 0.5f ? 1.0f : 0.0f;
    }
  pel_optimizer_config_init (&adam, PEL_OPTIMIZER_ADAM);
  optimizer = pel_optimizer_new (&adam, unet, error);
  if (optimizer == NULL)
    return FALSE;

  real_kernels = unet->blocked_kernels;
  real_steps = unet->steps;
  peak = measure_peak ();
  unet->blocked_kernels = &timed_kernels;
  unet->steps = &timed_steps;
  if (!pel_unet_plan (unet, shape, PEL_PHASE_TRAIN, pool, error))
    return FALSE;

  began = get_seconds ();
  for (guint i = 0; i < WARM_UP + MIN_STEPS || get_seconds () - began < SECONDS; i++)
    {
      Counter before;
      Row *row;
      double start = get_seconds (), seconds;

      next_row = 0;
      memset (rows, 0, sizeof rows);
      pel_unet_forward (unet, &input, &scores);
      row = begin_row ("loss", &before);
      pel_loss (PEL_LOSS_BCE, &scores, &target, NULL, NULL, &d_scores, pool);
      end_row (row, &before);
      pel_unet_backward (unet, &d_scores);
      row = begin_row ("adam", &before);
      pel_optimizer_step (optimizer, 1e-4f);
      end_row (row, &before);
      seconds = get_seconds () - start;
      if (i < WARM_UP)
        continue;
      all = MIN (all, seconds);
      for (guint k = 0; k < n_rows; k++)
        if (best[k].wall == 0 || rows[k].wall < best[k].wall)
          best[k] = rows[k];
    }

  printf ("base %u, %ux%u, batch %u, %u threads, %s kernels, peak of a core %.0f GFLOPS, %.2f ms a "
          "step\n",
          base, size, size, batch, n_threads, real_kernels->name, 1e-9 * peak, 1e3 * all);
  printf ("%-22s %8s", "milliseconds", "wall");
  for (guint k = 0; k < N_KINDS; k++)
    printf (" %9s", kind_names[k]);
  printf (" %9s %8s %6s\n", "rest", "GFLOP", "peak%");
  for (guint i = 0; i < n_rows; i++)
    {
      const Row *row = &best[i];

      for (guint k = 0; k < N_KINDS; k++)
        total.seconds[k] += row->sum.seconds[k];
      total.flops += row->sum.flops;
      sum += row->wall;
      print_row (row->name, row->wall, &row->sum, n_threads, peak);
    }
  print_row ("sum of the rows", sum, &total, n_threads, peak);
  print_row ("the fastest step", all, &total, n_threads, peak);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  guint what[4] = { 16, 256, 1, 2 };

  if (argc != 1 && argc != 5)
    {
      fprintf (stderr, "usage: %s [BASE SIZE BATCH THREADS]\n", argv[0]);
      return 2;
    }
  for (int i = 1; i < argc; i++)
    what[i - 1] = (guint)atoi (argv[i]);
  if (run (what[0], what[1], what[2], what[3], &error))
    return 0;
  fprintf (stderr, "%s\n", error->message);
  return 1;
}
