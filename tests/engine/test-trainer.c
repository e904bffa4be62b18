/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include "engine/core/pel-error.h"
#include "engine/infer/pel-predict.h"
#include "engine/train/pel-schedule.h"
#include "engine/train/pel-trainer.h"
#include "tests/engine/train-test-data.h"

static void
assert_same_weights (PelModel *a, PelModel *b)
{
  PelUnet *u = pel_model_get_unet (a), *v = pel_model_get_unet (b);
  for (guint i = 0; i < pel_unet_get_n_parameters (u); i++)
    {
      const PelParameter *p = pel_unet_get_parameter (u, i), *q = pel_unet_get_parameter (v, i);
      g_assert_cmpmem (p->value, p->n_values * sizeof (float), q->value,
                       q->n_values * sizeof (float));
    }
}

/* Dice of a model's foreground on a synthetic image that it has not seen. */
static double
judge (PelModel *model, PelPool *pool)
{
  g_autoptr (PelImage) image = NULL;
  g_autoptr (PelLabels) labels = NULL;
  make_synthetic (160, 999, &image, &labels);
  g_autoptr (PelPrediction) prediction =
      pel_predict_image (model, image, NULL, pool, NULL, NULL, NULL, NULL);
  g_assert_nonnull (prediction);
  double both = 0.0, sum = 0.0;
  for (gint y = 0; y < 160; y++)
    for (gint x = 0; x < 160; x++)
      {
        gboolean a = pel_labels_get (prediction->labels, x, y) != 0;
        gboolean b = pel_labels_get (labels, x, y) != 0;
        both += a && b;
        sum += a + b;
      }
  return 2.0 * both / sum;
}

typedef struct
{
  guint n_epochs, n_best, last_step;
  guint pause_at, cancel_at;
  PelTrainer *trainer;
  GCancellable *cancellable;
  PelTrainProgress last;
} Watch;

static void
watch_training (const PelTrainProgress *progress, gpointer data)
{
  Watch *watch = data;
  g_assert_cmpuint (progress->step, >=, watch->last_step);
  g_assert_cmpfloat (progress->fraction, >=, watch->last.fraction);
  watch->last_step = progress->step;
  watch->last = *progress;
  watch->n_epochs += progress->epoch_done;
  watch->n_best += progress->is_best;
  if (watch->cancel_at > 0 && progress->step == watch->cancel_at)
    g_cancellable_cancel (watch->cancellable);
}

static PelModel *
train (const PelTrainConfig *config,
       PelDataset *dataset,
       guint n_threads,
       const char *path,
       const char *resume,
       guint cancel_at,
       Watch *result)
{
  g_autoptr (PelPool) pool = pel_pool_new (n_threads);
  g_autoptr (GError) error = NULL;
  g_autoptr (PelTrainer) trainer = pel_trainer_new (config, dataset, NULL, pool, &error);
  g_assert_no_error (error);
  if (resume != NULL)
    {
      g_assert_true (pel_trainer_resume_from (trainer, resume, &error));
      g_assert_no_error (error);
    }
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Watch watch = { .trainer = trainer, .cancellable = cancellable, .cancel_at = cancel_at };
  gboolean done = pel_trainer_run (trainer, path, cancellable, watch_training, &watch, &error);
  if (cancel_at > 0)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  else
    g_assert_no_error (error);
  g_assert_true (done == (cancel_at == 0));
  if (result != NULL)
    *result = watch;
  return pel_trainer_steal_best (trainer);
}

/* A tiny network learns discs in seconds; without images held out, and with. */
static void
test_learns (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  config.epochs = 8;
  g_autoptr (PelDataset) dataset = new_synthetic (6, 2, 96);
  g_autofree char *path = test_path ("learns.safetensors");
  Watch watch;
  g_autoptr (PelModel) model = train (&config, dataset, 2, path, NULL, 0, &watch);
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_assert_cmpfloat (judge (model, pool), >, 0.9);
  g_assert_cmpuint (watch.n_epochs, ==, 8);
  g_assert_cmpuint (watch.n_best, >=, 1);
  g_assert_cmpuint (watch.last.step, ==, 80);
  g_assert_cmpint (watch.last.stage, ==, PEL_TRAIN_STAGE_DONE);
  g_assert_true (watch.last.has_validation);
  g_assert_cmpfloat (watch.last.val_dice, >, 0.85);
  g_assert_cmpfloat (watch.last.val_ap50, >, 0.4);

  /* The file holds the same model, with its history; nothing is left to resume. */
  g_autoptr (PelModel) loaded = pel_model_load (path, NULL);
  assert_same_weights (model, loaded);
  guint n_rows;
  const PelHistoryRow *rows = pel_model_get_history (loaded, &n_rows);
  g_assert_cmpuint (n_rows, ==, 8);
  g_assert_cmpfloat (rows[7].loss, <, rows[0].loss);
  const PelModelInfo *info = pel_model_get_info (loaded);
  g_assert_cmpfloat (fabs (info->typical_diameter - 11.0), <, 2.0);
  /* From now on it looks how large cells are; how they are cut was tuned on the images held out. */
  g_assert_true (info->guess_size);
  g_assert_false (info->by_form);
  g_assert_cmpfloat (info->smallest_diameter, >, 7.0);
  g_assert_cmpfloat (info->smallest_diameter, <=, info->largest_diameter);
  g_assert_cmpfloat (info->largest_diameter, <, 15.0);
  g_assert_cmpfloat (info->usual_confidence, >, 0.5);
  g_assert_cmpfloat (info->usual_confidence, <=, 1.0);
  g_autofree char *resume = pel_trainer_resume_path (path);
  g_assert_false (g_file_test (resume, G_FILE_TEST_EXISTS));
}

/* Whether a model looks how large cells are follows from what it learnt itself, not from the model
 * that it starts from; and what fills most of an image has no size to look for. */
static void
test_size_mark (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  config.epochs = 1;
  config.steps_per_epoch = 2;
  g_autoptr (PelDataset) dataset = new_synthetic (3, 0, 80);
  g_autofree char *path = test_path ("mark.safetensors");
  g_autoptr (PelModel) cells = train (&config, dataset, 1, path, NULL, 0, NULL);
  PelModelInfo info = *pel_model_get_info (cells);
  g_assert_true (info.guess_size);
  g_assert_cmpfloat (info.usual_confidence, ==, 0.0);

  info.by_form = TRUE;
  info.guess_size = FALSE;
  pel_model_set_info (cells, &info);
  g_autoptr (PelPool) pool = pel_pool_new (1);
  g_autoptr (PelTrainer) trainer = pel_trainer_new (&config, dataset, cells, pool, NULL);
  g_assert_true (pel_trainer_run (trainer, path, NULL, NULL, NULL, NULL));
  g_autoptr (PelModel) tuned = pel_trainer_steal_best (trainer);
  g_assert_true (pel_model_get_info (tuned)->guess_size);
  g_assert_false (pel_model_get_info (tuned)->by_form);

  config.task = PEL_TASK_MASK;
  g_autoptr (PelModel) mask = train (&config, dataset, 1, path, NULL, 0, NULL);
  g_assert_false (pel_model_get_info (mask)->guess_size);
}

/* The same seed gives the same bits, whatever the number of threads; another seed does not. */
static void
test_repeats (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  config.epochs = 2;
  config.steps_per_epoch = 6;
  g_autoptr (PelDataset) dataset = new_synthetic (3, 1, 80);
  g_autofree char *path = test_path ("repeats.safetensors");
  g_autoptr (PelModel) one = train (&config, dataset, 1, path, NULL, 0, NULL);
  g_autoptr (PelModel) three = train (&config, dataset, 3, path, NULL, 0, NULL);
  assert_same_weights (one, three);
  config.seed++;
  g_autoptr (PelModel) other = train (&config, dataset, 1, path, NULL, 0, NULL);
  const PelParameter *p = pel_unet_get_parameter (pel_model_get_unet (one), 0);
  const PelParameter *q = pel_unet_get_parameter (pel_model_get_unet (other), 0);
  g_assert_cmpint (memcmp (p->value, q->value, p->n_values * sizeof (float)), !=, 0);
}

/* Stopped anywhere and gone on with: the same bits as without a stop. */
static void
test_resume (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  config.epochs = 3;
  config.steps_per_epoch = 5;
  g_autoptr (PelDataset) dataset = new_synthetic (3, 1, 80);
  g_autofree char *path = test_path ("whole.safetensors");
  g_autoptr (PelModel) whole = train (&config, dataset, 2, path, NULL, 0, NULL);
  const guint stops[] = { 3, 5, 11 };
  for (guint i = 0; i < G_N_ELEMENTS (stops); i++)
    {
      g_autofree char *part_path = test_path ("part.safetensors");
      g_autofree char *resume = pel_trainer_resume_path (part_path);
      g_autoptr (PelModel) part = train (&config, dataset, 2, part_path, NULL, stops[i], NULL);
      /* Stopped, there is a model that works and a state to go on from. */
      g_autoptr (PelModel) loaded = pel_model_load (part_path, NULL);
      g_assert_nonnull (loaded);
      assert_same_weights (part, loaded);
      PelTrainConfig stored;
      g_assert_true (pel_trainer_read_resume_config (resume, &stored, NULL));
      g_assert_cmpuint (stored.patch, ==, config.patch);
      Watch watch;
      g_autoptr (PelModel) rest = train (&config, dataset, 1, part_path, resume, 0, &watch);
      assert_same_weights (whole, rest);
      g_assert_false (g_file_test (resume, G_FILE_TEST_EXISTS));
      guint n_rows, n_whole;
      const PelHistoryRow *rows = pel_model_get_history (rest, &n_rows);
      const PelHistoryRow *all = pel_model_get_history (whole, &n_whole);
      g_assert_cmpuint (n_rows, ==, n_whole);
      for (guint k = 0; k < n_rows; k++)
        g_assert_true (rows[k].loss == all[k].loss && rows[k].val_ap50 == all[k].val_ap50);
    }

  /* What is not a state, or one of another network, is refused and changes nothing. */
  g_autoptr (PelPool) pool = pel_pool_new (1);
  g_autoptr (PelTrainer) trainer = pel_trainer_new (&config, dataset, NULL, pool, NULL);
  g_autoptr (GError) error = NULL;
  g_assert_false (pel_trainer_resume_from (trainer, path, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT);
}

/* A score that stands still shortens the rest, by steps and by the clock alike, unless that is not
 * wanted; stopped after that and gone on with, the bits are the same. */
static void
test_patience (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  config.epochs = 40;
  config.steps_per_epoch = 2;
  config.patience = 0.24;
  config.learning_rate = 1e-12;
  g_autoptr (PelDataset) dataset = new_synthetic (2, 1, 64);
  g_autofree char *path = test_path ("patience.safetensors");
  g_autofree char *resume = pel_trainer_resume_path (path);
  Watch watch;
  g_autoptr (PelModel) whole = train (&config, dataset, 2, path, NULL, 0, &watch);
  /* The first judgement, ten more until a quarter of 80 steps is over, and a quarter of the rest.
   */
  g_assert_true (watch.last.is_shortened);
  g_assert_cmpuint (watch.last.step, ==, 22 + (80 - 22 + 3) / 4);
  g_assert_cmpuint (watch.last.n_steps, ==, watch.last.step);
  g_assert_cmpfloat (watch.last.learning_rate, <, 0.01 * config.learning_rate);

  g_autoptr (PelModel) part = train (&config, dataset, 2, path, NULL, 29, NULL);
  g_autoptr (PelModel) rest = train (&config, dataset, 2, path, resume, 0, &watch);
  g_assert_cmpuint (watch.last.step, ==, 22 + (80 - 22 + 3) / 4);
  assert_same_weights (whole, rest);

  config.patience = 0.0;
  gint64 before = g_get_monotonic_time ();
  g_autoptr (PelModel) patient = train (&config, dataset, 2, path, NULL, 0, &watch);
  double seconds = (double)(g_get_monotonic_time () - before) / 1e6;
  g_assert_false (watch.last.is_shortened);
  g_assert_cmpuint (watch.last.step, ==, 80);

  /* Judging may take an eighth of the time: on a slow machine only a longer one has room for as
   * many judgements as it takes to lose patience. */
  double limit = MAX (30.0, 6.0 * seconds);
  config.patience = 0.05;
  pel_train_config_set_time_limit (&config, limit);
  g_autoptr (PelModel) timed = train (&config, dataset, 2, path, NULL, 0, &watch);
  g_assert_true (watch.last.is_shortened);
  g_assert_cmpfloat (watch.last.seconds, <, 0.8 * limit);
}

/* Scores are of as many pixels of the images held out as they may be, and it is said how much of
 * them that is. */
static void
test_share (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  config.epochs = 1;
  g_autoptr (PelDataset) dataset = new_synthetic (2, 4, 64);
  g_autofree char *path = test_path ("share.safetensors");
  Watch watch;
  config.validation_pixels = 0;
  g_autoptr (PelModel) all = train (&config, dataset, 2, path, NULL, 0, &watch);
  g_assert_cmpfloat (watch.last.val_share, ==, 1.0);
  config.validation_pixels = 3 * 64 * 64 + 1;
  g_autoptr (PelModel) most = train (&config, dataset, 2, path, NULL, 0, &watch);
  g_assert_cmpfloat (watch.last.val_share, ==, 0.75);
  /* One image is looked at in any case. */
  config.validation_pixels = 1;
  g_autoptr (PelModel) one = train (&config, dataset, 2, path, NULL, 0, &watch);
  g_assert_cmpfloat (watch.last.val_share, ==, 0.25);
}

/* What is averaged is judged and kept: with a rate that makes the weights jump about, the average
 * is another model than the latest weights, and no worse at the images held out. */
static void
test_averaging (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  config.epochs = 6;
  config.patience = 0.0;
  g_autoptr (PelDataset) dataset = new_synthetic (4, 2, 96);
  g_autofree char *path = test_path ("averaging.safetensors");
  Watch plain, averaged;
  config.averaging = 0.0;
  g_autoptr (PelModel) one = train (&config, dataset, 2, path, NULL, 0, &plain);
  config.averaging = 0.1;
  g_autoptr (PelModel) other = train (&config, dataset, 2, path, NULL, 0, &averaged);
  g_assert_cmpuint (plain.last.step, ==, averaged.last.step);
  /* At the end both are judged, and the better one counts. */
  g_assert_cmpfloat (0.75 * averaged.last.val_ap50 + 0.25 * averaged.last.val_dice, >=,
                     0.75 * plain.last.val_ap50 + 0.25 * plain.last.val_dice - 1e-9);
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_assert_cmpfloat (judge (other, pool), >, 0.85);
}

typedef struct
{
  PelTrainer *trainer;
  GCancellable *cancellable;
  atomic_bool paused_seen;
  atomic_uint n_previews;
  guint last_serial;
} Remote;

static void
remote_progress (const PelTrainProgress *progress, gpointer data)
{
  Remote *remote = data;
  if (progress->stage == PEL_TRAIN_STAGE_PAUSED)
    atomic_store (&remote->paused_seen, TRUE);
}

static void
remote_preview (const PelPreview *preview, gpointer data)
{
  Remote *remote = data;
  g_assert_cmpint (preview->rect.x, ==, 10);
  g_assert_cmpint (preview->rect.width, ==, 70);
  g_assert_cmpint (preview->rect.height, ==, 60);
  g_assert_nonnull (preview->parting);
  for (guint i = 0; i < 70 * 60; i++)
    g_assert_true (preview->foreground[i] >= 0.0f && preview->foreground[i] <= 1.0f);
  remote->last_serial = preview->serial;
  atomic_fetch_add (&remote->n_previews, 1);
}

/* Another thread pauses, goes on, and stops the training. */
static gpointer
remote_thread (gpointer data)
{
  Remote *remote = data;
  g_usleep (300000);
  pel_trainer_set_paused (remote->trainer, TRUE);
  while (!atomic_load (&remote->paused_seen))
    g_usleep (1000);
  g_usleep (100000);
  pel_trainer_set_paused (remote->trainer, FALSE);
  while (atomic_load (&remote->n_previews) == 0)
    g_usleep (1000);
  g_cancellable_cancel (remote->cancellable);
  return NULL;
}

static void
assert_no_file (const PelTrainProgress *progress, gpointer data)
{
  if (progress->step > 0)
    g_assert_false (g_file_test (data, G_FILE_TEST_EXISTS));
}

/* A training that begins anew leaves nothing of an older one of its name to be taken for it. */
static void
test_begins_anew (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  config.epochs = 1;
  config.steps_per_epoch = 2;
  g_autoptr (PelDataset) dataset = new_synthetic (2, 1, 80);
  g_autoptr (PelPool) pool = pel_pool_new (1);
  g_autoptr (PelTrainer) trainer = pel_trainer_new (&config, dataset, NULL, pool, NULL);
  g_autofree char *path = test_path ("anew.safetensors");
  g_autofree char *resume = pel_trainer_resume_path (path);
  g_assert_true (g_file_set_contents (resume, "old", -1, NULL));
  g_assert_true (pel_trainer_run (trainer, path, NULL, assert_no_file, resume, NULL));
}

static void
test_remote_control (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  config.epochs = 100000;
  config.steps_per_epoch = 7;
  g_autoptr (PelDataset) dataset = new_synthetic (3, 1, 80);
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (PelTrainer) trainer = pel_trainer_new (&config, dataset, NULL, pool, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *path = test_path ("remote.safetensors");
  Remote remote = { .trainer = trainer, .cancellable = cancellable };
  atomic_init (&remote.paused_seen, FALSE);
  atomic_init (&remote.n_previews, 0);
  PelRect rect = { 10, 20, 100, 100 };
  pel_trainer_set_preview_func (trainer, remote_preview, &remote);
  guint serial =
      pel_trainer_request_preview (trainer, pel_dataset_get_sample (dataset, 0)->image, &rect);
  pthread_t thread;
  g_assert_cmpint (pthread_create (&thread, NULL, remote_thread, &remote), ==, 0);
  g_autoptr (GError) error = NULL;
  g_assert_false (pel_trainer_run (trainer, path, cancellable, remote_progress, &remote, &error));
  pthread_join (thread, NULL);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (atomic_load (&remote.paused_seen));
  g_assert_cmpuint (remote.last_serial, ==, serial);
  g_autoptr (PelModel) model = pel_model_load (path, NULL);
  g_assert_nonnull (model);
}

static void
test_time_limit (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  config.epochs = 100000;
  pel_train_config_set_time_limit (&config, 3.0);
  g_autoptr (PelDataset) dataset = new_synthetic (4, 1, 96);
  g_autofree char *path = test_path ("limit.safetensors");
  Watch watch;
  /* Its epochs would take hours, so coming back is the point. */
  g_autoptr (PelModel) model = train (&config, dataset, 2, path, NULL, 0, &watch);
  g_assert_nonnull (model);
  g_assert_cmpuint (watch.last.step, >=, 1);
}

static void
keep_last (const PelTrainProgress *progress, gpointer data)
{
  *(PelTrainProgress *)data = *progress;
}

/* As a busy machine does: all that was left of the time is gone when the last check begins. */
static void
take_time (const PelTrainProgress *progress, gpointer data)
{
  PelTrainProgress *last = data;
  *last = *progress;
  if (progress->stage == PEL_TRAIN_STAGE_VALIDATING && progress->fraction >= 1.0)
    g_usleep ((gulong)(progress->seconds_left * 1e6) + 100000);
}

/* A model whose cut was not chosen is told to be one; not so where there was time for it. */
static void
test_untuned (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  g_autoptr (PelDataset) dataset = new_synthetic (4, 1, 96);
  g_autofree char *path = test_path ("untuned.safetensors");
  g_autoptr (PelPool) pool = pel_pool_new (2);
  for (guint limited = 0; limited < 2; limited++)
    {
      g_autoptr (GError) error = NULL;
      PelTrainProgress last = { 0 };
      config.epochs = 1;
      if (limited)
        {
          pel_train_config_set_time_limit (&config, 1.5);
          /* No epoch ends before the time does. */
          config.steps_per_epoch = 1000000;
        }
      g_autoptr (PelTrainer) trainer = pel_trainer_new (&config, dataset, NULL, pool, &error);
      g_assert_no_error (error);
      g_assert_true (
          pel_trainer_run (trainer, path, NULL, limited ? take_time : keep_last, &last, &error));
      g_assert_no_error (error);
      g_assert_cmpint (last.stage, ==, PEL_TRAIN_STAGE_DONE);
      g_assert_true (last.is_untuned == (limited == 1));
    }
}

/* Cells painted in one corner, the rest unpainted: the network must still learn cells. */
static void
test_partial_labels (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  config.epochs = 8;
  config.task = PEL_TASK_MASK;
  g_autoptr (PelDataset) dataset = pel_dataset_new ();
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (PelImage) image = NULL;
      g_autoptr (PelLabels) labels = NULL;
      make_synthetic (128, i, &image, &labels);
      g_autofree guint32 *plane = g_new0 (guint32, 128 * 128);
      PelRect corner = { 0, 0, 128, 128 };
      pel_labels_read (labels, &corner, plane, 128);
      /* A third of the cells are painted; where the others are, nothing is said. */
      for (guint k = 0; k < 128 * 128; k++)
        if (plane[k] % 3 != 0)
          plane[k] = 0;
      g_autoptr (PelLabels) part = pel_labels_new_from_data (128, 128, plane, 128, NULL);
      g_assert_true (pel_dataset_add (dataset, "part", image, part, NULL, 0, FALSE, FALSE, NULL));
    }
  g_autofree char *path = test_path ("partial.safetensors");
  g_autoptr (PelModel) model = train (&config, dataset, 2, path, NULL, 0, NULL);
  g_autoptr (PelPool) pool = pel_pool_new (2);
  /* Taken as background, two cells of three would be lost: a Dice of about one half. */
  g_assert_cmpfloat (judge (model, pool), >, 0.85);
}

static void
test_fine_tune (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  g_autoptr (PelDataset) dataset = new_synthetic (4, 0, 96);
  g_autofree char *path = test_path ("init.safetensors");
  g_autoptr (PelModel) init = train (&config, dataset, 2, path, NULL, 0, NULL);
  g_autoptr (PelPool) pool = pel_pool_new (2);
  config.epochs = 1;
  config.steps_per_epoch = 2;
  config.learning_rate = 1e-5;
  config.seed = 99;
  g_autoptr (PelTrainer) trainer = pel_trainer_new (&config, dataset, init, pool, NULL);
  PelInitReport report;
  g_assert_true (pel_trainer_get_init_report (trainer, &report));
  g_assert_cmpuint (report.n_whole, >, 10);
  g_assert_cmpuint (report.n_adapted + report.n_fresh, ==, 0);
  g_assert_true (pel_trainer_run (trainer, path, NULL, NULL, NULL, NULL));
  g_autoptr (PelModel) tuned = pel_trainer_steal_best (trainer);
  g_assert_cmpfloat (judge (tuned, pool), >, judge (init, pool) - 0.05);
}

static void
test_refuses (void)
{
  g_autoptr (PelPool) pool = pel_pool_new (1);
  g_autoptr (PelDataset) empty = pel_dataset_new ();
  g_autoptr (PelDataset) held_out = new_synthetic (0, 1, 32);
  g_autoptr (PelDataset) good = new_synthetic (1, 0, 32);
  g_autoptr (PelDataset) bare = pel_dataset_new ();
  g_autoptr (PelImage) image = pel_image_new (32, 32, 1, PEL_SAMPLE_U8, NULL);
  g_autoptr (PelLabels) nothing = pel_labels_new (32, 32, NULL);
  PelTrainConfig config;
  init_tiny (&config);
  g_autoptr (GError) error = NULL;
  /* Complete, and without a cell. */
  g_assert_true (pel_dataset_add (bare, "bare", image, nothing, NULL, 0, TRUE, FALSE, &error));
  g_assert_null (pel_trainer_new (&config, bare, NULL, pool, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_SAMPLES);
  g_clear_error (&error);
  g_assert_null (pel_trainer_new (&config, empty, NULL, pool, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_SAMPLES);
  g_clear_error (&error);
  g_assert_null (pel_trainer_new (&config, held_out, NULL, pool, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_SAMPLES);
  g_clear_error (&error);

  /* More memory than any machine of today: told before it is taken. */
  config.base_channels = 64;
  config.patch = 2048;
  config.batch = 1024;
  g_autoptr (PelTrainer) large = pel_trainer_new (&config, good, NULL, pool, &error);
  g_assert_no_error (error);
  g_autofree char *path = test_path ("large.safetensors");
  g_assert_false (pel_trainer_run (large, path, NULL, NULL, NULL, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* The plan goes by what may be used, is told before and while training, and changes nothing of what
 * is learnt. */
static void
test_memory (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  config.base_channels = 16;
  config.depth = 3;
  config.epochs = 1;
  g_autoptr (PelDataset) dataset = new_synthetic (2, 0, 64);
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (GError) error = NULL;
  PelTrainMemory memory[2];
  g_autofree float *weights = NULL;
  gsize n = 0;

  for (guint i = 0; i < 2; i++)
    {
      /* The second may use what the first took, less a little. */
      config.memory_limit = i == 0 ? 0 : memory[0].bytes - 1;
      g_autoptr (PelTrainer) trainer = pel_trainer_new (&config, dataset, NULL, pool, &error);
      g_assert_no_error (error);
      g_assert_true (pel_trainer_plan_memory (trainer, &memory[i], &error));
      g_assert_cmpint (memory[i].plan, ==, i == 0 ? PEL_UNET_FAST : PEL_UNET_LEAN);
      g_autofree char *path = test_path ("memory.safetensors");
      g_assert_true (pel_trainer_run (trainer, path, NULL, NULL, NULL, &error));
      g_autoptr (PelModel) model = pel_model_load (path, &error);
      g_assert_no_error (error);
      const PelParameter *last = pel_unet_get_parameter (
          pel_model_get_unet (model), pel_unet_get_n_parameters (pel_model_get_unet (model)) - 2);
      if (i == 0)
        weights = g_memdup2 (last->value, (n = last->n_values) * sizeof (float));
      g_assert_cmpmem (weights, n * sizeof (float), last->value, last->n_values * sizeof (float));
    }
  g_assert_cmpuint (memory[1].bytes, <, memory[0].bytes);

  config.memory_limit = 1000000;
  g_autoptr (PelTrainer) refused = pel_trainer_new (&config, dataset, NULL, pool, &error);
  g_assert_no_error (error);
  g_assert_false (pel_trainer_plan_memory (refused, NULL, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY);
}

/* A rate beyond reason runs away; that is told, and no broken model is left. */
static void
test_diverges (void)
{
  PelTrainConfig config;
  init_tiny (&config);
  config.optimizer = PEL_OPTIMIZER_SGD;
  config.momentum = 0.999;
  config.learning_rate = 10.0;
  config.weight_decay = 10.0;
  config.epochs = 40;
  g_autoptr (PelDataset) dataset = new_synthetic (2, 0, 64);
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (PelTrainer) trainer = pel_trainer_new (&config, dataset, NULL, pool, NULL);
  g_autofree char *path = test_path ("diverges.safetensors");
  g_autoptr (GError) error = NULL;
  gboolean done = pel_trainer_run (trainer, path, NULL, NULL, NULL, &error);
  g_assert_false (done);
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_DIVERGED);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_autoptr (PelModel) model = pel_model_load (path, NULL);
      g_assert_nonnull (model);
    }
}

static void
test_schedule (void)
{
  g_assert_cmpfloat (fabs (pel_schedule_get_rate (2.0, 0.0) - 0.2), <, 1e-12);
  g_assert_cmpfloat (fabs (pel_schedule_get_rate (2.0, 0.1) - 2.0), <, 1e-12);
  g_assert_cmpfloat (fabs (pel_schedule_get_rate (2.0, 1.0) - 0.002), <, 1e-12);
  for (guint i = 11; i <= 100; i++)
    g_assert_cmpfloat (pel_schedule_get_rate (2.0, i / 100.0), <,
                       pel_schedule_get_rate (2.0, (i - 1) / 100.0));

  /* Ten seconds, of which two went by before the first step and one is needed at the end. */
  PelClock clock = { .limit_s = 10.0, .started_us = 5000000, .prepared_s = 2.0 };
  g_assert_cmpfloat (pel_clock_get_fraction (&clock, 7000000, 1.0), ==, 0.0);
  g_assert_cmpfloat (fabs (pel_clock_get_fraction (&clock, 10500000, 1.0) - 0.5), <, 1e-9);
  g_assert_cmpfloat (pel_clock_get_fraction (&clock, 14000000, 1.0), ==, 1.0);
  clock.paused_us = 3500000;
  g_assert_cmpfloat (fabs (pel_clock_get_fraction (&clock, 14000000, 1.0) - 0.5), <, 1e-9);
  clock.before = 0.5;
  g_assert_cmpfloat (fabs (pel_clock_get_fraction (&clock, 14000000, 1.0) - 0.75), <, 1e-9);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trainer/schedule", test_schedule);
  g_test_add_func ("/trainer/learns", test_learns);
  g_test_add_func ("/trainer/size-mark", test_size_mark);
  g_test_add_func ("/trainer/repeats", test_repeats);
  g_test_add_func ("/trainer/resume", test_resume);
  g_test_add_func ("/trainer/patience", test_patience);
  g_test_add_func ("/trainer/share", test_share);
  g_test_add_func ("/trainer/averaging", test_averaging);
  g_test_add_func ("/trainer/begins-anew", test_begins_anew);
  g_test_add_func ("/trainer/remote-control", test_remote_control);
  g_test_add_func ("/trainer/time-limit", test_time_limit);
  g_test_add_func ("/trainer/untuned", test_untuned);
  g_test_add_func ("/trainer/partial-labels", test_partial_labels);
  g_test_add_func ("/trainer/fine-tune", test_fine_tune);
  g_test_add_func ("/trainer/refuses", test_refuses);
  g_test_add_func ("/trainer/memory", test_memory);
  g_test_add_func ("/trainer/diverges", test_diverges);
  int status = g_test_run ();
  remove_test_files ();
  return status;
}
