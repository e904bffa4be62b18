/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-random.h"
#include "engine/nn/pel-loss.h"

#include <math.h>

#define N 2
#define C 3
#define PLANE 12
#define COUNT (N * C * PLANE)

typedef struct
{
  float scores[COUNT], targets[COUNT], weights[N * PLANE], d_scores[COUNT];
  PelTensor scores_view, targets_view, weights_view, d_scores_view;
} Data;

static void
init_data (Data *self)
{
  PelShape shape = { N, C, 3, 4 };
  PelRandom random;

  pel_random_init (&random, 41, 0);
  for (guint i = 0; i < COUNT; i++)
    {
      self->scores[i] = (float)(3 * pel_random_normal (&random));
      self->targets[i] = i % 5 == 0 ? 0.3f : (float)pel_random_below (&random, 2);
    }
  for (guint i = 0; i < N * PLANE; i++)
    self->weights[i] = i % 4 == 0 ? 0.0f : (float)pel_random_uniform (&random);
  self->scores_view = (PelTensor){ shape, self->scores };
  self->targets_view = (PelTensor){ shape, self->targets };
  self->d_scores_view = (PelTensor){ shape, self->d_scores };
  shape.c = 1;
  self->weights_view = (PelTensor){ shape, self->weights };
}

/* The definitions as they stand in the header, from probabilities, in double precision. */
static double
get_reference (PelLossKind kind,
               const Data *data,
               const double *scores,
               gboolean weighted,
               const float *channel_weights)
{
  double bce = 0, dice = 0, weight = 0, channels = 0;

  for (guint c = 0; c < C; c++)
    {
      double v = channel_weights != NULL ? (double)channel_weights[c] : 1;
      double overlap = 0, predicted = 0, wanted = 0;

      for (guint n = 0; n < N; n++)
        for (guint i = 0; i < PLANE; i++)
          {
            guint at = (n * C + c) * PLANE + i;
            double w = weighted ? (double)data->weights[n * PLANE + i] : 1;
            double p = 1 / (1 + exp (-scores[at])), t = (double)data->targets[at];

            bce -= v * w * (t * log (p) + (1 - t) * log (1 - p));
            weight += v * w;
            overlap += w * p * t;
            predicted += w * p;
            wanted += w * t;
          }
      dice += v * (1 - (2 * overlap + 1) / (predicted + wanted + 1));
      channels += v;
    }
  return (kind != PEL_LOSS_DICE ? bce / weight : 0) + (kind != PEL_LOSS_BCE ? dice / channels : 0);
}

static void
test_against_reference (void)
{
  static const float channel_weights[C] = { 1, 0, 0.25f };
  static const PelLossKind kinds[] = { PEL_LOSS_BCE, PEL_LOSS_DICE, PEL_LOSS_BCE_DICE };
  const double width = 1e-5;
  g_autoptr (PelPool) pool = pel_pool_new (1);
  Data data;

  init_data (&data);
  for (guint k = 0; k < 3; k++)
    for (guint variant = 0; variant < 4; variant++)
      {
        gboolean weighted = variant % 2 == 1;
        const float *channels = variant / 2 == 1 ? channel_weights : NULL;
        double scores[COUNT], loss, without;

        for (guint i = 0; i < COUNT; i++)
          {
            scores[i] = (double)data.scores[i];
            data.d_scores[i] = 1000;
          }
        loss = pel_loss (kinds[k], &data.scores_view, &data.targets_view,
                         weighted ? &data.weights_view : NULL, channels, &data.d_scores_view, pool);
        without = pel_loss (kinds[k], &data.scores_view, &data.targets_view,
                            weighted ? &data.weights_view : NULL, channels, NULL, pool);
        g_assert_true (loss == without);
        g_assert_cmpfloat_with_epsilon (
            loss, get_reference (kinds[k], &data, scores, weighted, channels), 1e-9);
        for (guint i = 0; i < COUNT; i++)
          {
            double value = scores[i], slope;

            scores[i] = value + width;
            slope = get_reference (kinds[k], &data, scores, weighted, channels);
            scores[i] = value - width;
            slope -= get_reference (kinds[k], &data, scores, weighted, channels);
            slope /= 2 * width;
            scores[i] = value;
            g_assert_cmpfloat_with_epsilon (data.d_scores[i], slope, 1e-8);
          }
      }
}

static void
test_large_scores (void)
{
  g_autoptr (PelPool) pool = pel_pool_new (1);
  Data data;

  init_data (&data);
  for (guint i = 0; i < COUNT; i++)
    {
      data.scores[i] = i % 2 == 0 ? 1e30f : -1e30f;
      data.targets[i] = i % 2 == 0 ? 1 : 0;
    }
  g_assert_cmpfloat (pel_loss (PEL_LOSS_BCE_DICE, &data.scores_view, &data.targets_view, NULL, NULL,
                               &data.d_scores_view, pool),
                     <, 1e-9);
  for (guint i = 0; i < COUNT; i++)
    g_assert_true (data.d_scores[i] == 0.0f);

  /* All wrong, by 200: the cross-entropy is 200, where log (sigmoid) would be infinite. */
  for (guint i = 0; i < COUNT; i++)
    data.scores[i] = i % 2 == 0 ? -200 : 200;
  g_assert_cmpfloat_with_epsilon (
      pel_loss (PEL_LOSS_BCE, &data.scores_view, &data.targets_view, NULL, NULL, NULL, pool), 200,
      1e-9);
  g_assert_true (pel_sigmoid (1000) == 1.0f && pel_sigmoid (-1000) == 0.0f);
  g_assert_true (pel_sigmoid (0) == 0.5f);
}

/* Pixels without weight may hold anything; without any weight there is nothing to learn. */
static void
test_no_weight (void)
{
  static const float none[C] = { 0 };
  g_autoptr (PelPool) pool = pel_pool_new (1);
  Data data;
  double loss;

  init_data (&data);
  for (guint n = 0; n < N; n++)
    for (guint c = 0; c < C; c++)
      for (guint i = 0; i < PLANE; i++)
        if (data.weights[n * PLANE + i] == 0.0f)
          data.scores[(n * C + c) * PLANE + i] = NAN;
  loss = pel_loss (PEL_LOSS_BCE_DICE, &data.scores_view, &data.targets_view, &data.weights_view,
                   NULL, &data.d_scores_view, pool);
  g_assert_true (isfinite (loss) && loss > 0);
  for (guint i = 0; i < COUNT; i++)
    g_assert_true (isfinite (data.d_scores[i]));

  init_data (&data);
  g_assert_true (pel_loss (PEL_LOSS_BCE_DICE, &data.scores_view, &data.targets_view, NULL, none,
                           NULL, pool) == 0);
  for (guint i = 0; i < N * PLANE; i++)
    data.weights[i] = 0;
  g_assert_true (pel_loss (PEL_LOSS_BCE_DICE, &data.scores_view, &data.targets_view,
                           &data.weights_view, NULL, &data.d_scores_view, pool) == 0);
  for (guint i = 0; i < COUNT; i++)
    g_assert_true (data.d_scores[i] == 0.0f);
}

/* Values in several pieces, the last of them short, on one thread and on three. */
static void
test_threads (void)
{
  const PelShape shape = { 2, 2, 131, 197 };
  PelShape one = { 2, 1, 131, 197 };
  g_auto (PelTensor) scores = { 0 }, targets = { 0 }, weights = { 0 };
  PelTensor d[2];
  double loss[2];
  gsize n = (gsize)shape.n * shape.c * shape.h * shape.w;
  PelRandom random;

  g_assert_true (pel_tensor_init (&scores, shape, NULL) && pel_tensor_init (&targets, shape, NULL));
  g_assert_true (pel_tensor_init (&weights, one, NULL));
  pel_random_init (&random, 3, 0);
  for (gsize i = 0; i < n; i++)
    {
      scores.data[i] = (float)(5 * pel_random_normal (&random));
      targets.data[i] = (float)pel_random_below (&random, 2);
    }
  for (gsize i = 0; i < n / 2; i++)
    weights.data[i] = (float)pel_random_below (&random, 3);
  for (guint k = 0; k < 2; k++)
    {
      g_autoptr (PelPool) pool = pel_pool_new (1 + 2 * k);

      g_assert_true (pel_tensor_init (&d[k], shape, NULL));
      loss[k] = pel_loss (PEL_LOSS_BCE_DICE, &scores, &targets, &weights, NULL, &d[k], pool);
    }
  g_assert_true (loss[0] == loss[1]);
  g_assert_cmpmem (d[0].data, n * sizeof (float), d[1].data, n * sizeof (float));
  pel_tensor_clear (&d[0]);
  pel_tensor_clear (&d[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loss/against-reference", test_against_reference);
  g_test_add_func ("/loss/large-scores", test_large_scores);
  g_test_add_func ("/loss/no-weight", test_no_weight);
  g_test_add_func ("/loss/threads", test_threads);
  return g_test_run ();
}
