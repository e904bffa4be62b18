/* SPDX-License-Identifier: MIT */

/* Times the network: one CSV row for each case. `bench-unet [BASE SIZE BATCH THREADS [lean]]`
 * times one case; without arguments a fixed set is timed. A training step is forward, loss, backward and
 * Adam. */

#include "engine/pel-engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define DEPTH 4
#define MIN_REPEATS 5
#define MAX_REPEATS 50
#define SECONDS_PER_CASE 4.0

typedef struct
{
  guint base, size, batch, threads;
  PelUnetMemory memory;
} Case;

static const Case cases[] = {
  { 16, 128, 8, 1, PEL_UNET_FAST }, { 16, 128, 8, 2, PEL_UNET_FAST },
  { 16, 256, 1, 2, PEL_UNET_FAST }, { 32, 256, 1, 2, PEL_UNET_FAST },
  { 64, 256, 1, 2, PEL_UNET_FAST }, { 64, 256, 1, 2, PEL_UNET_LEAN },
};

static double
get_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return x < y ? -1 : x > y;
}

/* One result of each call, so that no work is left out. */
typedef double (*Work) (gpointer data);

static void
measure (const Case *what, const char *name, gsize bytes, Work work, gpointer data)
{
  double times[MAX_REPEATS], began = get_seconds (), result = work (data);
  guint n = 0;

  while (n < MIN_REPEATS || (n < MAX_REPEATS && get_seconds () - began < SECONDS_PER_CASE))
    {
      double start = get_seconds ();

      result = work (data);
      times[n++] = get_seconds () - start;
    }
  qsort (times, n, sizeof (double), compare);
  printf ("%s,%u,%u,%u,%u,%s,%.5f,%.5f,%u,%.1f,%.6g\n", name, what->base, what->size, what->batch,
          what->threads, what->memory == PEL_UNET_LEAN ? "lean" : "fast", times[0], times[n / 2], n, (double)bytes / (1024 * 1024), result);
  fflush (stdout);
}

typedef struct
{
  PelUnet *unet;
  PelOptimizer *optimizer;
  PelTensor input, target, scores, d_scores;
} Setting;

static double
forward (gpointer data)
{
  Setting *self = data;

  pel_unet_forward (self->unet, &self->input, &self->scores);
  return (double)self->scores.data[0];
}

static double
train (gpointer data)
{
  Setting *self = data;
  double loss;

  pel_unet_forward (self->unet, &self->input, &self->scores);
  loss = pel_loss (PEL_LOSS_BCE_DICE, &self->scores, &self->target, NULL, NULL, &self->d_scores,
                   pel_unet_get_pool (self->unet));
  pel_unet_backward (self->unet, &self->d_scores);
  pel_optimizer_step (self->optimizer, 1e-4f);
  return loss;
}

static gboolean
init (PelTensor *tensor, const Case *what, GError **error)
{
  PelShape shape = { what->batch, 1, what->size, what->size };

  return pel_tensor_init (tensor, shape, error);
}

static gboolean
run (const Case *what, GError **error)
{
  PelUnetConfig config = { 1, what->base, DEPTH, 1, 1 };
  PelOptimizerConfig adam;
  g_autoptr (PelPool) pool = pel_pool_new (what->threads);
  g_autoptr (PelUnet) unet = pel_unet_new (&config, error);
  g_autoptr (PelOptimizer) optimizer = NULL;
  g_auto (PelTensor) input = { 0 }, target = { 0 }, scores = { 0 }, d_scores = { 0 };
  Setting setting;
  PelRandom random;

  if (unet == NULL || !init (&input, what, error) || !init (&target, what, error) ||
      !init (&scores, what, error) || !init (&d_scores, what, error))
    return FALSE;
  pel_random_init (&random, 1, 1);
  for (gsize i = 0; i < (gsize)what->batch * what->size * what->size; i++)
    {
      input.data[i] = (float)pel_random_normal (&random);
      target.data[i] = input.data[i] > 0.5f ? 1.0f : 0.0f;
    }

  setting = (Setting){ unet, NULL, input, target, scores, d_scores };
  if (!pel_unet_plan (unet, input.shape, PEL_PHASE_PREDICT, pool, error))
    return FALSE;
  measure (what, "forward", pel_unet_get_planned_bytes (unet), forward, &setting);

  pel_optimizer_config_init (&adam, PEL_OPTIMIZER_ADAM);
  optimizer = pel_optimizer_new (&adam, unet, error);
  setting.optimizer = optimizer;
  pel_unet_set_memory (unet, what->memory);
  if (optimizer == NULL || !pel_unet_plan (unet, input.shape, PEL_PHASE_TRAIN, pool, error))
    return FALSE;
  measure (what, "train", pel_unet_get_planned_bytes (unet), train, &setting);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  gboolean done = TRUE;

  if (argc != 1 && argc != 5 && argc != 6)
    {
      fprintf (stderr, "usage: %s [BASE SIZE BATCH THREADS [lean]]\n", argv[0]);
      return 2;
    }
  printf ("what,base,size,batch,threads,plan,best_s,median_s,repeats,planned_mib,result\n");
  if (argc > 1)
    {
      Case what = { (guint)atoi (argv[1]), (guint)atoi (argv[2]), (guint)atoi (argv[3]),
                    (guint)atoi (argv[4]),
                    argc == 6 ? PEL_UNET_LEAN : PEL_UNET_FAST };

      done = run (&what, &error);
    }
  else
    for (gsize i = 0; i < G_N_ELEMENTS (cases) && done; i++)
      done = run (&cases[i], &error);
  if (!done)
    fprintf (stderr, "%s\n", error->message);
  return done ? 0 : 1;
}
