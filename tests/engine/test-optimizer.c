/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-error.h"
#include "engine/core/pel-random.h"
#include "engine/nn/pel-checkpoint.h"

#include <math.h>
#include <string.h>

static const PelUnetConfig config = { .in_channels = 1,
                                      .base_channels = 3,
                                      .depth = 1,
                                      .out_channels = 1,
                                      .seed = 5 };

typedef struct
{
  PelPool *pool;
  PelUnet *unet;
} Fixture;

static PelUnet *
new_unet (PelPool *pool)
{
  g_autoptr (GError) error = NULL;
  PelUnet *unet = pel_unet_new (&config, &error);
  gboolean planned = pel_unet_plan (unet, (PelShape){ 1, 1, 4, 4 }, PEL_PHASE_TRAIN, pool, &error);

  g_assert_no_error (error);
  g_assert_true (planned);
  return unet;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->pool = pel_pool_new (2);
  self->unet = new_unet (self->pool);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  pel_unet_free (self->unet);
  pel_pool_free (self->pool);
}

/* Step @step's gradient of value @i: some large, some tiny. */
static float
get_gradient (guint step, gsize i)
{
  PelRandom random;

  pel_random_init (&random, step, i);
  return (float)(pel_random_normal (&random) * pow (10, -(double)(i % 6)));
}

static void
set_gradients (PelUnet *unet, guint step)
{
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *parameter = pel_unet_get_parameter (unet, i);

      for (gsize j = 0; parameter->gradient != NULL && j < parameter->n_values; j++)
        parameter->gradient[j] = get_gradient (step, i * 1000 + j);
    }
}

/* The update rules as torch.optim's documentation states them, for one value. */
typedef struct
{
  double w, m, v;
} Value;

static void
update (Value *value, const PelOptimizerConfig *method, double g, double rate, guint step)
{
  if (method->kind == PEL_OPTIMIZER_ADAMW)
    value->w -= rate * method->weight_decay * value->w;
  else
    g += method->weight_decay * value->w;

  if (method->kind == PEL_OPTIMIZER_SGD)
    {
      value->m = step == 1 ? g : method->momentum * value->m + g;
      value->w -= rate * value->m;
      return;
    }
  value->m = method->beta1 * value->m + (1 - method->beta1) * g;
  value->v = method->beta2 * value->v + (1 - method->beta2) * g * g;
  value->w -= rate * (value->m / (1 - pow (method->beta1, step))) /
              (sqrt (value->v / (1 - pow (method->beta2, step))) + method->eps);
}

static void
test_rules (Fixture *self, gconstpointer data)
{
  static const PelOptimizerKind kinds[] = { PEL_OPTIMIZER_ADAMW, PEL_OPTIMIZER_ADAM,
                                            PEL_OPTIMIZER_SGD };

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (guint decays = 0; decays < 2; decays++)
      {
        g_autoptr (PelUnet) unet = new_unet (self->pool);
        g_autoptr (PelOptimizer) optimizer = NULL;
        g_autofree Value *values = NULL;
        PelOptimizerConfig method;
        gsize n = 0;

        pel_optimizer_config_init (&method, kinds[k]);
        if (decays == 1)
          method.weight_decay = 0.1;
        optimizer = pel_optimizer_new (&method, unet, NULL);
        values = g_new0 (Value, pel_unet_get_n_weights (unet));
        for (guint step = 1; step <= 20; step++)
          {
            double rate = 0.01 / step;

            set_gradients (unet, step);
            n = 0;
            for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
              {
                const PelParameter *parameter = pel_unet_get_parameter (unet, i);

                for (gsize j = 0; parameter->gradient != NULL && j < parameter->n_values; j++, n++)
                  {
                    if (step == 1)
                      values[n].w = (double)parameter->value[j];
                    update (&values[n], &method, (double)parameter->gradient[j],
                            (double)(float)rate, step);
                  }
              }
            pel_optimizer_step (optimizer, (float)rate);
          }
        g_assert_cmpuint (n, ==, pel_unet_get_n_weights (unet));
        g_assert_cmpuint (pel_optimizer_get_n_steps (optimizer), ==, 20);
        n = 0;
        for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
          {
            const PelParameter *parameter = pel_unet_get_parameter (unet, i);

            for (gsize j = 0; parameter->gradient != NULL && j < parameter->n_values; j++, n++)
              g_assert_cmpfloat_with_epsilon (parameter->value[j], values[n].w, 2e-6);
          }
      }
}

/* Running statistics are nobody's to train. */
static void
test_statistics_stay (Fixture *self, gconstpointer data)
{
  g_autoptr (PelOptimizer) optimizer = NULL;
  PelOptimizerConfig method;

  pel_optimizer_config_init (&method, PEL_OPTIMIZER_ADAMW);
  optimizer = pel_optimizer_new (&method, self->unet, NULL);
  set_gradients (self->unet, 1);
  pel_optimizer_step (optimizer, 0.1f);
  for (guint i = 0; i < pel_unet_get_n_parameters (self->unet); i++)
    {
      const PelParameter *parameter = pel_unet_get_parameter (self->unet, i);

      if (g_str_has_suffix (parameter->name, "running_var"))
        g_assert_true (parameter->value[0] == 1.0f);
      for (guint j = 0; j < pel_optimizer_get_n_state (optimizer); j++)
        g_assert_false (
            g_str_has_prefix (pel_optimizer_get_state (optimizer, j)->name, parameter->name) &&
            parameter->gradient == NULL);
    }
}

/* Saved after three steps and continued elsewhere, the next two give the same bits. */
static void
test_resume (Fixture *self, gconstpointer data)
{
  for (guint kind = 0; kind < 3; kind++)
    {
      g_autoptr (PelUnet) unet = new_unet (self->pool), other = new_unet (self->pool);
      g_autoptr (PelOptimizer) optimizer = NULL, resumed = NULL;
      g_autoptr (PelSafetensorsWriter) writer = pel_safetensors_writer_new ();
      g_autoptr (PelSafetensors) file = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;
      PelOptimizerConfig method;

      pel_optimizer_config_init (&method, (PelOptimizerKind)kind);
      optimizer = pel_optimizer_new (&method, unet, NULL);
      resumed = pel_optimizer_new (&method, other, NULL);
      for (guint step = 1; step <= 3; step++)
        {
          set_gradients (unet, step);
          pel_optimizer_step (optimizer, 0.01f);
        }
      pel_unet_save_to (unet, writer, "net.");
      pel_optimizer_save_to (optimizer, writer, "optimizer.");
      bytes = pel_safetensors_writer_to_bytes (writer, NULL);
      file = pel_safetensors_new_from_bytes (bytes, &error);
      g_assert_no_error (error);

      g_assert_false (pel_optimizer_load_from (resumed, file, "net.", &error));
      g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT);
      g_clear_error (&error);
      g_assert_true (pel_unet_load_from (other, file, "net.", &error));
      g_assert_true (pel_optimizer_load_from (resumed, file, "optimizer.", &error));
      g_assert_cmpuint (pel_optimizer_get_n_steps (resumed), ==, 3);
      for (guint step = 4; step <= 5; step++)
        {
          set_gradients (unet, step);
          set_gradients (other, step);
          pel_optimizer_step (optimizer, 0.01f);
          pel_optimizer_step (resumed, 0.01f);
        }
      for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
        {
          const PelParameter *x = pel_unet_get_parameter (unet, i);
          const PelParameter *y = pel_unet_get_parameter (other, i);

          g_assert_cmpmem (x->value, x->n_values * 4, y->value, y->n_values * 4);
        }
    }
}

static void
test_arguments (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 8; i++)
    {
      g_autoptr (GError) error = NULL;
      PelOptimizerConfig method;

      pel_optimizer_config_init (&method, PEL_OPTIMIZER_ADAM);
      if (i == 0)
        method.beta1 = 1;
      else if (i == 1)
        method.beta2 = -0.1;
      else if (i == 2)
        method.eps = 0;
      else if (i == 3)
        method.eps = NAN;
      else if (i == 4)
        method.weight_decay = -1;
      else if (i == 5)
        method.weight_decay = INFINITY;
      else if (i == 6)
        method.momentum = 1;
      else
        method.beta1 = NAN;
      g_assert_null (pel_optimizer_new (&method, self->unet, &error));
      g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/optimizer/rules", Fixture, NULL, set_up, test_rules, tear_down);
  g_test_add ("/optimizer/statistics-stay", Fixture, NULL, set_up, test_statistics_stay, tear_down);
  g_test_add ("/optimizer/resume", Fixture, NULL, set_up, test_resume, tear_down);
  g_test_add ("/optimizer/arguments", Fixture, NULL, set_up, test_arguments, tear_down);
  return g_test_run ();
}
