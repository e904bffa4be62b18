/* SPDX-License-Identifier: MIT */

/* The network, its loss and Adam against numbers that PyTorch computed in double precision; see
 * tests/data/make-unet-fixture.py. */

#include "engine/pel-engine.h"

#include <math.h>
#include <string.h>

#define N_STEPS 10
/* Steps that every instruction set takes alike. */
#define N_ALIKE 5
#define LEARNING_RATE 0.01f

static const PelUnetConfig config = { .in_channels = 2,
                                      .base_channels = 4,
                                      .depth = 2,
                                      .out_channels = 2,
                                      .seed = 1 };

typedef struct
{
  PelSafetensors *file;
  PelPool *pool;
  PelUnet *unet;
  PelTensor input, target, pixel_weight, scores, d_scores;
  float channel_weight[2];
} Fixture;

static void
read_array (Fixture *self, const char *name, guint rank, const guint64 *shape, float *out)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pel_safetensors_read_floats (self->file, name, rank, shape, out, &error));
  g_assert_no_error (error);
}

static void
read_tensor (Fixture *self, const char *name, PelTensor *tensor)
{
  guint64 shape[4] = { tensor->shape.n, tensor->shape.c, tensor->shape.h, tensor->shape.w };

  read_array (self, name, 4, shape, tensor->data);
}

static void
init_tensor (PelTensor *tensor, guint channels)
{
  g_assert_true (pel_tensor_init (tensor, (PelShape){ 2, channels, 16, 16 }, NULL));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "data", "unet-fixture.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  guint64 two = 2;

  self->file = pel_safetensors_load (path, &error);
  g_assert_no_error (error);
  self->pool = pel_pool_new (2);
  self->unet = pel_unet_new (&config, &error);
  g_assert_no_error (error);
  g_assert_true (pel_unet_load_from (self->unet, self->file, "initial/", &error));
  init_tensor (&self->input, 2);
  init_tensor (&self->target, 2);
  init_tensor (&self->pixel_weight, 1);
  init_tensor (&self->scores, 2);
  init_tensor (&self->d_scores, 2);
  read_tensor (self, "input", &self->input);
  read_tensor (self, "target", &self->target);
  read_tensor (self, "pixel_weight", &self->pixel_weight);
  read_array (self, "channel_weight", 1, &two, self->channel_weight);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  pel_tensor_clear (&self->input);
  pel_tensor_clear (&self->target);
  pel_tensor_clear (&self->pixel_weight);
  pel_tensor_clear (&self->scores);
  pel_tensor_clear (&self->d_scores);
  pel_unet_free (self->unet);
  pel_pool_free (self->pool);
  pel_safetensors_free (self->file);
}

/* The largest difference, as a share of the largest expected value. */
static double
compare (const float *values, const float *expected, gsize n)
{
  double difference = 0, largest = 0;

  for (gsize i = 0; i < n; i++)
    {
      g_assert_true (isfinite (values[i]));
      difference = MAX (difference, fabs ((double)values[i] - (double)expected[i]));
      largest = MAX (largest, fabs ((double)expected[i]));
    }
  return difference / largest;
}

static void
assert_tensor (Fixture *self, const char *name, const PelTensor *tensor, double tolerance)
{
  PelTensor expected;
  double difference;

  init_tensor (&expected, tensor->shape.c);
  read_tensor (self, name, &expected);
  difference = compare (tensor->data, expected.data, 2 * tensor->shape.c * 256);
  g_test_message ("%s: %.2g", name, difference);
  g_assert_cmpfloat (difference, <, tolerance);
  pel_tensor_clear (&expected);
}

/* Compares each parameter's values or gradient with the array of that prefix. */
static void
assert_parameters (Fixture *self, const char *prefix, gboolean gradients, double tolerance)
{
  double worst = 0;

  for (guint i = 0; i < pel_unet_get_n_parameters (self->unet); i++)
    {
      const PelParameter *parameter = pel_unet_get_parameter (self->unet, i);
      g_autofree char *name = g_strconcat (prefix, parameter->name, NULL);
      g_autofree float *expected = g_new (float, parameter->n_values);
      const float *values = gradients ? parameter->gradient : parameter->value;
      guint64 shape[4] = { parameter->shape.n, parameter->shape.c, parameter->shape.h,
                           parameter->shape.w };
      double difference;

      if (values == NULL)
        continue;
      read_array (self, name, parameter->rank, shape, expected);
      difference = compare (values, expected, parameter->n_values);
      if (difference >= tolerance)
        g_test_message ("%s is off by %.3g of its largest value", name, difference);
      g_assert_cmpfloat (difference, <, tolerance);
      worst = MAX (worst, difference);
    }
  g_test_message ("%s: %.2g", prefix, worst);
}

static double
step (Fixture *self)
{
  double loss;

  g_assert_true (pel_unet_forward (self->unet, &self->input, &self->scores));
  loss = pel_loss (PEL_LOSS_BCE_DICE, &self->scores, &self->target, &self->pixel_weight,
                   self->channel_weight, &self->d_scores, self->pool);
  g_assert_true (pel_unet_backward (self->unet, &self->d_scores));
  return loss;
}

static void
test_gradients (Fixture *self, gconstpointer data)
{
  g_assert_true (pel_unet_plan (self->unet, self->input.shape, PEL_PHASE_TRAIN, self->pool, NULL));
  step (self);
  assert_tensor (self, "scores", &self->scores, 3e-6);
  assert_parameters (self, "gradient/", TRUE, 1e-5);
  /* Nothing but the gradients has changed, and a second pass gives the same. */
  assert_parameters (self, "initial/", FALSE, 1e-9);
  step (self);
  assert_parameters (self, "gradient/", TRUE, 1e-5);
}

/* PyTorch lets the statistics of a channel that was silent in a batch shrink, which
 * pel_unet_commit_statistics() does not: here they do. Returns how many were silent. */
static guint
commit_as_pytorch (PelUnet *unet)
{
  guint n = pel_unet_get_n_parameters (unet), n_silent = 0;
  g_autoptr (GPtrArray) before = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++)
    {
      const PelParameter *p = pel_unet_get_parameter (unet, i);
      g_ptr_array_add (before, g_memdup2 (p->value, p->n_values * sizeof (float)));
    }
  pel_unet_commit_statistics (unet);
  for (guint i = 0; i + 1 < n; i++)
    {
      const PelParameter *mean = pel_unet_get_parameter (unet, i);
      const PelParameter *variance = pel_unet_get_parameter (unet, i + 1);
      const float *old_mean = before->pdata[i], *old_variance = before->pdata[i + 1];
      if (!g_str_has_suffix (mean->name, ".running_mean"))
        continue;
      g_assert_true (g_str_has_suffix (variance->name, ".running_var"));
      for (gsize c = 0; c < mean->n_values; c++)
        if (mean->value[c] == old_mean[c] && variance->value[c] == old_variance[c])
          {
            mean->value[c] *= (float)(1 - PEL_UNET_STATISTICS_MOMENTUM);
            variance->value[c] *= (float)(1 - PEL_UNET_STATISTICS_MOMENTUM);
            n_silent++;
          }
    }
  return n_silent;
}

static void
test_training (Fixture *self, gconstpointer data)
{
  g_autoptr (PelOptimizer) optimizer = NULL;
  PelOptimizerConfig adam;
  float expected[N_STEPS];
  guint n_silent = 0;
  guint64 n_steps = N_STEPS;
  /* Adam moves weights whose gradient is hardly more than rounding by a whole step as well. Plain C
   * rounds otherwise than what the losses were computed with, without fused products: after some
   * steps a ReLU or a maximum falls to the other side, and the two go different ways. */
  gboolean is_plain = g_strcmp0 (g_getenv ("PELLICLE_CPU"), "c") == 0;

  pel_optimizer_config_init (&adam, PEL_OPTIMIZER_ADAM);
  optimizer = pel_optimizer_new (&adam, self->unet, NULL);
  read_array (self, "losses", 1, &n_steps, expected);
  g_assert_true (pel_unet_plan (self->unet, self->input.shape, PEL_PHASE_TRAIN, self->pool, NULL));
  for (guint i = 0; i < N_STEPS; i++)
    {
      double loss = step (self);

      g_test_message ("step %u: loss %.7f, expected %.7f", i, loss, (double)expected[i]);
      g_assert_cmpfloat (fabs (loss / (double)expected[i] - 1), <,
                         i < N_ALIKE || !is_plain ? 1e-5 : 3e-3);
      n_silent += commit_as_pytorch (self->unet);
      pel_optimizer_step (optimizer, LEARNING_RATE);
    }
  /* Adam divides each gradient by its own size, so that in the few weights whose gradient is
   * nearly 0 rounding grows to a part of a step; a step is 0.01. */
  if (!is_plain)
    assert_parameters (self, "final/", FALSE, 1e-3);
  g_test_message ("%u times a channel was silent", n_silent);
}

static void
test_prediction (Fixture *self, gconstpointer data)
{
  g_assert_true (pel_unet_load_from (self->unet, self->file, "final/", NULL));
  g_assert_true (
      pel_unet_plan (self->unet, self->input.shape, PEL_PHASE_PREDICT, self->pool, NULL));
  g_assert_true (pel_unet_forward (self->unet, &self->input, &self->scores));
  assert_tensor (self, "prediction", &self->scores, 3e-6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/unet-fixture/gradients", Fixture, NULL, set_up, test_gradients, tear_down);
  g_test_add ("/unet-fixture/training", Fixture, NULL, set_up, test_training, tear_down);
  g_test_add ("/unet-fixture/prediction", Fixture, NULL, set_up, test_prediction, tear_down);
  return g_test_run ();
}
