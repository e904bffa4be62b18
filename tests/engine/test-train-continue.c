/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>
#include "engine/core/pel-error.h"
#include "engine/train/pel-trainer.h"
#include "engine/train/pel-validator.h"
#include "tests/engine/train-test-data.h"

typedef struct
{
  PelTrainer *trainer;
  GCancellable *cancellable;
  guint cancel_at; /* steps of this run; 0 for never */
  guint extend_at;
  double extension;
  PelTrainProgress first, before, last;
  guint n_reports, n_steps, last_step;
  gboolean went_back;
  gboolean extend_last; /* while the last weights are judged */
  guint extended_at;    /* step */
  gboolean closed;      /* no more time while the model is written */
} Watch;

static void
watch_training (const PelTrainProgress *progress, gpointer data)
{
  Watch *watch = data;
  if (watch->n_reports++ == 0)
    {
      watch->first = *progress;
      watch->last_step = progress->step;
    }
  watch->n_steps += progress->step - watch->last_step;
  watch->last_step = progress->step;
  watch->went_back |= progress->fraction < watch->last.fraction;
  if (watch->extend_at > 0 && watch->n_steps == watch->extend_at)
    {
      watch->extend_at = 0;
      watch->before = *progress;
      g_assert_true (pel_trainer_extend (watch->trainer, watch->extension));
    }
  if (watch->extend_last && progress->stage == PEL_TRAIN_STAGE_VALIDATING &&
      progress->fraction >= 1.0)
    {
      watch->extend_last = FALSE;
      watch->extended_at = progress->step;
      g_assert_true (pel_trainer_extend (watch->trainer, watch->extension));
    }
  if (progress->stage == PEL_TRAIN_STAGE_SAVING)
    watch->closed = !pel_trainer_extend (watch->trainer, 1.0);
  if (watch->cancel_at > 0 && watch->n_steps >= watch->cancel_at)
    g_cancellable_cancel (watch->cancellable);
  watch->last = *progress;
}

/* Trains @init's network on, or a new one; returns whether to the end. */
static gboolean
run (const PelTrainConfig *config,
     PelDataset *dataset,
     PelModel *init,
     gboolean go_on,
     PelTrainDataFunc func,
     const char *path,
     Watch *watch)
{
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (PelTrainer) trainer = pel_trainer_new (config, dataset, init, pool, &error);
  g_assert_no_error (error);
  if (go_on)
    {
      g_assert_true (pel_trainer_continue_from (trainer, init, &error));
      g_assert_no_error (error);
    }
  pel_trainer_set_data_func (trainer, func, NULL);
  watch->trainer = trainer;
  watch->cancellable = cancellable;
  gboolean done = pel_trainer_run (trainer, path, cancellable, watch_training, watch, &error);
  if (watch->cancel_at > 0)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  else
    g_assert_no_error (error);
  return done;
}

static double
score (const char *path, PelDataset *dataset)
{
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (PelModel) model = pel_model_load (path, NULL);
  g_assert_nonnull (model);
  g_autoptr (PelValidator) validator = pel_validator_new (
      dataset, pel_model_get_config (model), pel_model_get_normalisation (model), NULL, NULL);
  PelValidation result;
  g_assert_true (pel_validator_run (validator, model, pool, NULL, &result, NULL));
  return pel_validation_get_score (&result, PEL_TASK_CELLS);
}

/* A finished model goes on from its own steps and history, and is never made worse. */
static void
test_goes_on (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  g_autoptr (PelDataset) dataset = new_synthetic (4, 2, 96);
  g_autofree char *path = test_path ("goes-on.safetensors");
  Watch watch = { 0 };
  g_assert_true (run (&config, dataset, NULL, FALSE, NULL, path, &watch));
  g_assert_cmpuint (watch.last.step, ==, 40);
  double before = score (path, dataset);

  g_autoptr (PelModel) model = pel_model_load (path, NULL);
  guint n_old, n_new;
  const PelHistoryRow *old = pel_model_get_history (model, &n_old);
  g_assert_cmpuint (n_old, ==, 4);
  config.epochs = 3;
  /* Steps so large that the weights suffer at first. */
  config.learning_rate = 0.2;
  watch = (Watch){ 0 };
  g_assert_true (run (&config, dataset, model, TRUE, NULL, path, &watch));
  g_assert_cmpuint (watch.first.step, ==, 40);
  g_assert_cmpuint (watch.last.step, ==, 70);
  g_assert_cmpfloat (watch.first.seconds, >=, old[3].seconds);
  g_autoptr (PelModel) after = pel_model_load (path, NULL);
  const PelHistoryRow *rows = pel_model_get_history (after, &n_new);
  g_assert_cmpuint (n_new, ==, 7);
  g_assert_cmpuint (rows[4].step, ==, 50);
  g_assert_cmpfloat (rows[4].seconds, >, rows[3].seconds);
  for (guint i = 0; i < n_old; i++)
    g_assert_true (rows[i].loss == old[i].loss && rows[i].step == old[i].step);
  g_assert_cmpfloat (score (path, dataset), >=, before - 1e-9);

  /* Stopped at once, the file is a whole model that is no worse, and can go on. */
  watch = (Watch){ .cancel_at = 2 };
  g_assert_false (run (&config, dataset, after, TRUE, NULL, path, &watch));
  g_assert_cmpfloat (score (path, dataset), >=, before - 1e-9);
  g_autofree char *resume = pel_trainer_resume_path (path);
  PelTrainConfig stored;
  g_assert_true (pel_trainer_read_resume_config (resume, &stored, NULL));

  /* Another network is not the same model. */
  config.base_channels = 8;
  g_autoptr (PelPool) pool = pel_pool_new (1);
  g_autoptr (PelTrainer) trainer = pel_trainer_new (&config, dataset, after, pool, NULL);
  g_autoptr (GError) error = NULL;
  g_assert_false (pel_trainer_continue_from (trainer, after, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE);
}

/* Without held-out images nothing tells which is better; a stop soon keeps the finished model. */
static void
test_goes_on_unseen (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  config.epochs = 30;
  g_autoptr (PelDataset) dataset = new_synthetic (4, 0, 96);
  g_autofree char *path = test_path ("unseen.safetensors");
  Watch watch = { 0 };
  g_assert_true (run (&config, dataset, NULL, FALSE, NULL, path, &watch));
  g_autoptr (PelModel) model = pel_model_load (path, NULL);
  config.learning_rate = 1.0;
  watch = (Watch){ .cancel_at = 15 };
  g_assert_false (run (&config, dataset, model, TRUE, NULL, path, &watch));
  g_autoptr (PelModel) after = pel_model_load (path, NULL);
  const PelParameter *p = pel_unet_get_parameter (pel_model_get_unet (model), 0);
  const PelParameter *q = pel_unet_get_parameter (pel_model_get_unet (after), 0);
  g_assert_cmpmem (p->value, p->n_values * sizeof (float), q->value, q->n_values * sizeof (float));
}

/* More time while it runs: it is planned as if it had been given from the start. What is left of it
 * is what a stopped training goes on with. */
static void
test_extends (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  pel_train_config_set_time_limit (&config, 1000.0);
  g_autoptr (PelDataset) dataset = new_synthetic (3, 1, 80);
  g_autofree char *path = test_path ("extends.safetensors");
  g_autofree char *resume = pel_trainer_resume_path (path);
  Watch watch = { .extend_at = 12, .extension = 5000.0, .cancel_at = 20 };
  g_assert_false (run (&config, dataset, NULL, FALSE, NULL, path, &watch));
  g_assert_cmpfloat (watch.before.seconds_left, <, 1000.0);
  g_assert_cmpfloat (watch.last.seconds_left, >, 5000.0);
  g_assert_cmpfloat (watch.last.seconds_left, <, 6000.0);
  g_assert_true (watch.went_back);
  g_assert_cmpfloat (watch.last.fraction, <, watch.before.fraction);
  g_assert_cmpfloat (watch.last.fraction, >, 0.0);
  g_assert_cmpfloat (watch.last.seconds, >, watch.before.seconds);
  PelTrainConfig stored;
  g_assert_true (pel_trainer_read_resume_config (resume, &stored, NULL));
  g_assert_cmpfloat (stored.time_limit_s, >, 5000.0);
  g_assert_cmpfloat (stored.time_limit_s, <=, watch.last.seconds_left);

  /* Gone on with, the time left does not begin anew. */
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (PelTrainer) trainer = pel_trainer_new (&stored, dataset, NULL, pool, &error);
  g_assert_true (pel_trainer_resume_from (trainer, resume, &error));
  Watch again = { .trainer = trainer, .cancellable = cancellable, .cancel_at = 3 };
  g_assert_false (pel_trainer_run (trainer, path, cancellable, watch_training, &again, &error));
  g_assert_cmpuint (again.first.step, ==, watch.last.step);
  g_assert_cmpfloat (again.last.seconds_left, <=, stored.time_limit_s);
  g_assert_cmpfloat (again.last.fraction, >=, watch.last.fraction);
  g_assert_cmpfloat (again.last.fraction, <, 0.5);
}

/* More time that is asked for while the last weights are judged is given; once they are written it
 * is refused, for nothing would come of it. */
static void
test_extends_at_the_end (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  pel_train_config_set_time_limit (&config, 1.0);
  g_autoptr (PelDataset) dataset = new_synthetic (4, 2, 96);
  g_autofree char *path = test_path ("extends-late.safetensors");
  Watch watch = { .extend_last = TRUE, .extension = 2.0 };
  g_assert_true (run (&config, dataset, NULL, FALSE, NULL, path, &watch));
  g_assert_false (watch.extend_last);
  g_assert_cmpuint (watch.extended_at, >, 0);
  g_assert_cmpuint (watch.last.step, >, watch.extended_at);
  g_assert_true (watch.closed);
  g_autoptr (PelModel) model = pel_model_load (path, NULL);
  guint n_rows;
  const PelHistoryRow *rows = pel_model_get_history (model, &n_rows);
  g_assert_cmpuint (rows[n_rows - 1].step, ==, watch.last.step);
}

static guint n_asked;

static PelDataset *
give_data (gpointer data)
{
  /* One with nothing in it, more images, and another held-out one. */
  switch (n_asked++)
    {
    case 0:
      return pel_dataset_new ();
    case 1:
      return new_synthetic (6, 1, 80);
    case 2:
      return new_synthetic (6, 2, 80);
    default:
      return NULL;
    }
}

static void
test_renews (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  config.epochs = 6;
  g_autoptr (PelDataset) dataset = new_synthetic (2, 1, 80);
  g_autofree char *path = test_path ("renews.safetensors");
  Watch watch = { 0 };
  n_asked = 0;
  g_assert_true (run (&config, dataset, NULL, FALSE, give_data, path, &watch));
  g_assert_cmpuint (n_asked, >=, 5);
  g_assert_cmpuint (watch.last.n_renewals, ==, 2);
  g_assert_cmpuint (watch.last.step, ==, 60);
  g_autoptr (PelModel) model = pel_model_load (path, NULL);
  g_assert_cmpuint (pel_model_get_info (model)->images, ==, 6);
  g_assert_cmpfloat (watch.last.val_dice, >, 0.6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train-continue/goes-on", test_goes_on);
  g_test_add_func ("/train-continue/goes-on-unseen", test_goes_on_unseen);
  g_test_add_func ("/train-continue/extends", test_extends);
  g_test_add_func ("/train-continue/extends-at-the-end", test_extends_at_the_end);
  g_test_add_func ("/train-continue/renews", test_renews);
  int status = g_test_run ();
  remove_test_files ();
  return status;
}
