/* SPDX-License-Identifier: MIT */
#include <string.h>
#include "engine/core/pel-pool.h"
#include "engine/train/pel-init.h"
#include "engine/train/pel-trainer.h"
#include "tests/engine/train-test-data.h"

/* Starting a training from a model of the same shape and of others. */

static PelModel *
new_model (const PelTrainConfig *config, guint64 seed, guint in_channels, PelTask task)
{
  PelTrainConfig changed = *config;
  changed.seed = seed;
  changed.in_channels = in_channels;
  changed.task = task;
  PelModel *model = pel_model_new (&changed, NULL);
  g_assert_nonnull (model);
  return model;
}

static const PelParameter *
parameter_of (PelModel *model, const char *prefix)
{
  PelUnet *unet = pel_model_get_unet (model);
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    if (g_str_has_prefix (pel_unet_get_parameter (unet, i)->name, prefix))
      return pel_unet_get_parameter (unet, i);
  g_assert_not_reached ();
}

static guint
n_parameters (PelModel *model)
{
  return pel_unet_get_n_parameters (pel_model_get_unet (model));
}

static void
assert_tells (const PelInitReport *report, const char *part)
{
  g_autofree char *text = pel_init_report_describe (report);
  g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, part));
}

static void
test_same (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  g_autoptr (PelModel) a = new_model (&config, 1, 1, PEL_TASK_CELLS);
  g_autoptr (PelModel) b = new_model (&config, 2, 1, PEL_TASK_CELLS);
  PelInitReport report;
  pel_init_take_weights (b, a, &report);
  g_assert_cmpuint (report.n_whole, ==, n_parameters (a));
  g_assert_cmpuint (report.n_adapted + report.n_fresh, ==, 0);
  g_assert_cmpfloat (report.values, ==, 1.0);
  assert_tells (&report, "All weights");
  for (guint i = 0; i < n_parameters (a); i++)
    {
      const PelParameter *p = pel_unet_get_parameter (pel_model_get_unet (a), i);
      const PelParameter *q = pel_unet_get_parameter (pel_model_get_unet (b), i);
      g_assert_cmpmem (p->value, p->n_values * sizeof (float), q->value,
                       q->n_values * sizeof (float));
    }
}

/* Equal inputs give what the grey network gave, and outputs of both tasks are foreground first. */
static void
test_channels (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  g_autoptr (PelModel) grey = new_model (&config, 1, 1, PEL_TASK_MASK);
  g_autoptr (PelModel) colour = new_model (&config, 2, 3, PEL_TASK_CELLS);
  g_autoptr (PelModel) untouched = new_model (&config, 2, 3, PEL_TASK_CELLS);
  g_autoptr (PelModel) back = new_model (&config, 3, 1, PEL_TASK_MASK);
  PelInitReport report;
  pel_init_take_weights (colour, grey, &report);
  /* The first layer's weights and the head's weights and bias. */
  g_assert_cmpuint (report.n_adapted, ==, 3);
  g_assert_cmpuint (report.n_fresh, ==, 0);
  g_assert_cmpuint (report.inputs_before, ==, 1);
  g_assert_cmpuint (report.inputs, ==, 3);
  g_assert_cmpuint (report.outputs_kept, ==, 1);
  g_assert_cmpfloat (report.values, >, 0.9);
  g_assert_cmpfloat (report.values, <, 1.0);
  assert_tells (&report, "from 1 to 3 input channels");
  assert_tells (&report, "2 now, 1 of them kept");

  const PelParameter *first = parameter_of (colour, "down0.conv0.");
  const PelParameter *from = parameter_of (grey, "down0.conv0.");
  for (guint o = 0; o < first->shape.n; o++)
    for (guint k = 0; k < 9; k++)
      {
        float sum = 0.0f;
        for (guint c = 0; c < 3; c++)
          sum += first->value[(o * 3 + c) * 9 + k];
        g_assert_cmpfloat (fabsf (sum - from->value[o * 9 + k]), <, 1e-6f);
      }
  const PelParameter *head = parameter_of (colour, "head."), *old = parameter_of (grey, "head.");
  const PelParameter *fresh = parameter_of (untouched, "head.");
  gsize n = old->n_values;
  g_assert_cmpuint (head->n_values, ==, 2 * n);
  g_assert_cmpmem (head->value, n * sizeof (float), old->value, n * sizeof (float));
  g_assert_cmpmem (head->value + n, n * sizeof (float), fresh->value + n, n * sizeof (float));

  pel_init_take_weights (back, colour, &report);
  g_assert_cmpuint (report.outputs_kept, ==, 1);
  assert_tells (&report, "Outputs: 2 before, 1 now, 1 of them kept");
  const PelParameter *returned = parameter_of (back, "down0.conv0.");
  for (gsize i = 0; i < from->n_values; i++)
    g_assert_cmpfloat (fabsf (returned->value[i] - from->value[i]), <, 1e-6f);
}

static void
test_width (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  g_autoptr (PelModel) narrow = new_model (&config, 1, 1, PEL_TASK_CELLS);
  config.base_channels = 6;
  g_autoptr (PelModel) wide = new_model (&config, 2, 1, PEL_TASK_CELLS);
  g_autoptr (PelModel) same = new_model (&config, 2, 1, PEL_TASK_CELLS);
  PelInitReport report;
  pel_init_take_weights (wide, narrow, &report);
  g_assert_cmpuint (report.base_before, ==, 4);
  g_assert_cmpuint (report.base, ==, 6);
  g_assert_cmpuint (report.n_fresh + report.n_adapted + report.n_whole, ==, n_parameters (wide));
  g_assert_cmpfloat (report.values, <, 0.05);
  assert_tells (&report, "has 4 channels and the new one 6");

  pel_init_adopt_shape (&config, narrow);
  g_assert_cmpuint (config.base_channels, ==, 4);
  g_autoptr (PelModel) adopted = new_model (&config, 5, 1, PEL_TASK_CELLS);
  pel_init_take_weights (adopted, narrow, &report);
  g_assert_cmpuint (report.n_fresh + report.n_adapted, ==, 0);
}

/* A training that starts from a model of another shape runs, and starts well. */
static void
test_training (void)
{
  g_autoptr (PelDataset) dataset = new_synthetic (3, 1, 64);
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autofree char *path = test_path ("first.safetensors");
  g_autofree char *next = test_path ("next.safetensors");
  PelTrainConfig config;
  PelInitReport report;
  g_autoptr (GError) error = NULL;
  init_tiny (&config);
  config.task = PEL_TASK_MASK;
  config.epochs = 6;
  g_autoptr (PelTrainer) first = pel_trainer_new (&config, dataset, NULL, pool, &error);
  g_assert_no_error (error);
  g_assert_false (pel_trainer_get_init_report (first, &report));
  g_assert_true (pel_trainer_run (first, path, NULL, NULL, NULL, &error));
  g_autoptr (PelModel) init = pel_model_load (path, &error);
  g_assert_no_error (error);

  double loss[2];
  for (guint with = 0; with < 2; with++)
    {
      config.task = PEL_TASK_CELLS;
      config.in_channels = 3;
      config.epochs = 1;
      config.steps_per_epoch = 5;
      g_autoptr (PelTrainer) trainer =
          pel_trainer_new (&config, dataset, with ? init : NULL, pool, &error);
      g_assert_no_error (error);
      g_assert_cmpint (pel_trainer_get_init_report (trainer, &report), ==, (gint)with);
      g_assert_true (pel_trainer_run (trainer, next, NULL, NULL, NULL, &error));
      g_autoptr (PelModel) best = pel_trainer_steal_best (trainer);
      guint n_rows;
      loss[with] = pel_model_get_history (best, &n_rows)[0].loss;
    }
  g_test_message ("loss afresh %.3f, from a model %.3f", loss[0], loss[1]);
  g_assert_cmpfloat (loss[1], <, loss[0]);
}

static double
chosen_rate (const PelTrainConfig *config, const PelDataset *dataset, PelModel *init)
{
  PelTrainConfig complete = *config;
  complete.learning_rate = 0.0;
  pel_trainer_complete_config (&complete, dataset, init);
  return complete.learning_rate;
}

/* A model that tells the same is adapted at a lower rate, unless one is given; one that has to
 * learn something else is not. */
static void
test_rate (void)
{
  g_autoptr (PelDataset) dataset = new_synthetic (2, 0, 64);
  PelTrainConfig config;
  init_tiny (&config);
  config.task = PEL_TASK_CELLS;
  config.separator = PEL_SEPARATOR_FLOWS;
  g_autoptr (PelModel) same = new_model (&config, 1, 1, PEL_TASK_CELLS);
  g_autoptr (PelModel) mask = new_model (&config, 1, 1, PEL_TASK_MASK);
  config.separator = PEL_SEPARATOR_BORDER;
  g_autoptr (PelModel) border = new_model (&config, 1, 1, PEL_TASK_CELLS);
  config.separator = PEL_SEPARATOR_FLOWS;

  double usual = chosen_rate (&config, dataset, NULL);
  g_assert_cmpfloat (usual, >, 0.0);
  g_assert_cmpfloat (chosen_rate (&config, dataset, same), <, 0.5 * usual);
  g_assert_cmpfloat (chosen_rate (&config, dataset, mask), ==, usual);
  g_assert_cmpfloat (chosen_rate (&config, dataset, border), ==, usual);
  config.learning_rate = 0.01;
  pel_trainer_complete_config (&config, dataset, same);
  g_assert_cmpfloat (config.learning_rate, ==, 0.01);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/init/same", test_same);
  g_test_add_func ("/init/channels", test_channels);
  g_test_add_func ("/init/width", test_width);
  g_test_add_func ("/init/training", test_training);
  g_test_add_func ("/init/rate", test_rate);
  int status = g_test_run ();
  remove_test_files ();
  return status;
}
