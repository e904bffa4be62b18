/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-error.h"
#include "engine/core/pel-random.h"
#include "engine/nn/pel-checkpoint.h"
#include "engine/train/pel-average.h"
#include "tests/engine/train-test-data.h"

static PelUnet *
new_unet (void)
{
  const PelUnetConfig config = { 2, 3, 1, 2, 7 };
  PelUnet *unet = pel_unet_new (&config, NULL);
  g_assert_nonnull (unet);
  return unet;
}

/* Weights as they could be after a step: each wanders on its own. */
static void
set_weights (PelUnet *unet, guint step)
{
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *parameter = pel_unet_get_parameter (unet, i);
      for (gsize k = 0; k < parameter->n_values; k++)
        {
          PelRandom random;
          pel_random_init (&random, i, k);
          double phase = pel_random_range (&random, 0.0, 6.0);
          parameter->value[k] = (float)(2.0 + sin (phase + 0.05 * step));
        }
    }
}

static void
assert_same (PelUnet *a, PelUnet *b)
{
  for (guint i = 0; i < pel_unet_get_n_parameters (a); i++)
    {
      const PelParameter *p = pel_unet_get_parameter (a, i), *q = pel_unet_get_parameter (b, i);
      g_assert_cmpmem (p->value, p->n_values * sizeof (float), q->value,
                       q->n_values * sizeof (float));
    }
}

/* Against the sum with all weights written out, in double precision: after t additions the i-th
 * has 1 / (1 + share i) of what the later ones left over. */
static void
test_values (void)
{
  const double shares[] = { 0.1, 0.5, 1.0 };
  enum
  {
    STEPS = 101,
    APART = 4,
  };
  for (guint s = 0; s < G_N_ELEMENTS (shares); s++)
    {
      g_autoptr (PelUnet) unet = new_unet ();
      g_autoptr (PelAverage) average = pel_average_new (unet, shares[s], NULL);
      double weights[STEPS] = { 0.0 }, left = 1.0, sum = 0.0;
      for (gint i = (STEPS - 1) / APART; i >= 0; i--)
        {
          weights[i * APART] = left / (1.0 + shares[s] * i);
          left -= weights[i * APART];
          sum += weights[i * APART];
        }
      g_assert_cmpfloat_with_epsilon (sum, 1.0, 1e-12);
      for (guint step = 0; step < STEPS; step++)
        {
          set_weights (unet, step);
          pel_average_add (average, unet);
        }
      g_assert_cmpuint (pel_average_get_n_steps (average), ==, STEPS);
      pel_average_swap (average, unet);
      for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
        {
          const PelParameter *parameter = pel_unet_get_parameter (unet, i);
          for (gsize k = 0; k < parameter->n_values; k++)
            {
              PelRandom random;
              pel_random_init (&random, i, k);
              double phase = pel_random_range (&random, 0.0, 6.0), wanted = 0.0;
              for (guint step = 0; step < STEPS; step++)
                wanted += weights[step] * (2.0 + sin (phase + 0.05 * step));
              g_assert_cmpfloat_with_epsilon ((double)parameter->value[k], wanted, 2e-6);
            }
        }
      /* Swapped back, the network is what it was. */
      g_autoptr (PelUnet) last = new_unet ();
      set_weights (last, STEPS - 1);
      pel_average_swap (average, unet);
      assert_same (unet, last);
    }
}

/* Written and read, an average goes on as if it had never stopped; what is damaged changes none. */
static void
test_file (void)
{
  g_autoptr (PelUnet) unet = new_unet ();
  g_autoptr (PelUnet) other = new_unet ();
  g_autoptr (PelAverage) whole = pel_average_new (unet, 0.2, NULL);
  g_autoptr (PelAverage) part = pel_average_new (unet, 0.2, NULL);
  g_autoptr (PelAverage) rest = pel_average_new (unet, 0.2, NULL);
  g_autoptr (PelSafetensorsWriter) writer = pel_safetensors_writer_new ();
  g_autofree char *path = test_path ("average.safetensors");
  g_autoptr (GError) error = NULL;
  for (guint step = 0; step < 30; step++)
    {
      set_weights (unet, step);
      pel_average_add (whole, unet);
      if (step < 14)
        pel_average_add (part, unet);
    }
  pel_average_save_to (part, writer, "a.");
  g_assert_true (pel_safetensors_writer_write (writer, path, NULL));
  g_autoptr (PelSafetensors) file = pel_safetensors_load (path, NULL);
  g_assert_false (pel_average_load_from (rest, file, "b.", &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT);
  g_assert_cmpuint (pel_average_get_n_steps (rest), ==, 0);
  g_assert_true (pel_average_load_from (rest, file, "a.", NULL));
  for (guint step = 14; step < 30; step++)
    {
      set_weights (unet, step);
      pel_average_add (rest, unet);
    }
  pel_average_swap (whole, unet);
  pel_average_swap (rest, other);
  assert_same (unet, other);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/average/values", test_values);
  g_test_add_func ("/average/file", test_file);
  int status = g_test_run ();
  remove_test_files ();
  return status;
}
