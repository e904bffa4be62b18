/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "engine/train/pel-trainer.h"
#include "tests/engine/train-test-data.h"

/* A process that trains is killed at a random moment, again and again. Whenever it was, the model
 * is whole as soon as there was one, and the training goes on from no earlier than what had been
 * written. The process is this program with other arguments, so that it shares nothing. */

#define INTERVAL_S 0.02

static void
init_config (PelTrainConfig *config)
{
  init_tiny (config);
  config->epochs = 100000;
  config->steps_per_epoch = 3;
  config->patch = 32;
  config->batch = 2;
}

/* One letter for each thing that is on disk from now on. */
static void
tell (const PelTrainProgress *progress, gpointer data)
{
  char line[64];
  int n = g_snprintf (line, sizeof line, "%c %u\n", progress->is_best ? 'b' : 's', progress->step);
  if (write (STDOUT_FILENO, line, (gsize)n) != n)
    _exit (3);
}

static int
train_until_killed (const char *path)
{
  PelTrainConfig config;
  init_config (&config);
  g_autoptr (PelPool) pool = pel_pool_new (1);
  g_autoptr (PelDataset) dataset = new_synthetic (2, 1, 48);
  g_autoptr (PelTrainer) trainer = pel_trainer_new (&config, dataset, NULL, pool, NULL);
  g_autofree char *resume = pel_trainer_resume_path (path);
  if (g_file_test (resume, G_FILE_TEST_EXISTS) && !pel_trainer_resume_from (trainer, resume, NULL))
    return 2;
  pel_trainer_set_resume_interval (trainer, INTERVAL_S);
  pel_trainer_run (trainer, path, NULL, tell, NULL, NULL);
  return 1;
}

typedef struct
{
  gboolean any;
  gboolean has_best;
  guint first, last; /* steps that it told of */
} Told;

static Told
run_and_kill (const char *path, guint after_lines, guint after_us)
{
  Told told = { 0 };
  char buffer[4096];
  int pipes[2];
  g_assert_cmpint (pipe (pipes), ==, 0);
  pid_t child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      dup2 (pipes[1], STDOUT_FILENO);
      close (pipes[0]);
      close (pipes[1]);
      execl ("/proc/self/exe", "test-train-kill", "--train", path, (char *)NULL);
      _exit (4);
    }
  close (pipes[1]);
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_lines = 0;
  gssize n;
  /* Counted in what was told, so that a slow machine gets as far; then a moment within a step. */
  while (n_lines <= after_lines && (n = read (pipes[0], buffer, sizeof buffer)) > 0)
    {
      g_string_append_len (text, buffer, n);
      for (gssize i = 0; i < n; i++)
        n_lines += buffer[i] == '\n';
    }
  g_usleep (after_us);
  kill (child, SIGKILL);
  while ((n = read (pipes[0], buffer, sizeof buffer)) > 0)
    g_string_append_len (text, buffer, n);
  close (pipes[0]);
  int status;
  waitpid (child, &status, 0);
  g_assert_true (WIFSIGNALED (status));

  g_auto (GStrv) lines = g_strsplit (text->str, "\n", -1);
  for (guint i = 0; lines[i] != NULL && lines[i + 1] != NULL; i++)
    {
      guint step = (guint)g_ascii_strtoull (lines[i] + 2, NULL, 10);
      if (!told.any)
        told.first = step;
      told.any = TRUE;
      told.last = step;
      told.has_best |= lines[i][0] == 'b';
    }
  return told;
}

static guint
count_files (const char *folder)
{
  guint n = 0;
  GDir *dir = g_dir_open (folder, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    n++;
  g_dir_close (dir);
  return n;
}

static guint step_reached;

static void
cancel_soon (const PelTrainProgress *progress, gpointer cancellable)
{
  step_reached = progress->step;
  if (progress->stage == PEL_TRAIN_STAGE_TRAINING)
    g_cancellable_cancel (cancellable);
}

/* Where the training goes on from in this process: the step. */
static guint
check_resume (const char *path, const char *resume)
{
  PelTrainConfig config;
  g_autoptr (GError) error = NULL;
  g_assert_true (pel_trainer_read_resume_config (resume, &config, &error));
  g_assert_no_error (error);
  g_autoptr (PelPool) pool = pel_pool_new (1);
  g_autoptr (PelDataset) dataset = new_synthetic (2, 1, 48);
  g_autoptr (PelTrainer) trainer = pel_trainer_new (&config, dataset, NULL, pool, &error);
  g_assert_no_error (error);
  g_assert_true (pel_trainer_resume_from (trainer, resume, &error));
  g_assert_no_error (error);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  step_reached = 0;
  g_assert_false (pel_trainer_run (trainer, path, cancellable, cancel_soon, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  return step_reached;
}

static void
test_kill (gconstpointer data)
{
  guint rounds = GPOINTER_TO_UINT (data), n_resumed = 0, n_models = 0, reached = 0;
  g_autofree char *path = test_path ("killed.safetensors");
  g_autofree char *resume = pel_trainer_resume_path (path);
  g_autoptr (GRand) random = g_rand_new_with_seed (g_test_rand_int ());
  for (guint round = 0; round < rounds; round++)
    {
      gint32 most = round % 5 == 4 ? 200 : 40;
      guint after_lines = (guint)g_rand_int_range (random, 0, most);
      Told told = run_and_kill (path, after_lines, (guint)g_rand_int_range (random, 0, 5000));
      g_autoptr (GError) error = NULL;
      g_assert_true (told.any);
      /* It went on from what was there, not from the beginning. */
      g_assert_cmpuint (told.first, >=, reached);
      if (g_file_test (path, G_FILE_TEST_EXISTS))
        {
          g_autoptr (PelModel) model = pel_model_load (path, &error);
          g_assert_no_error (error);
          g_assert_nonnull (model);
          n_models++;
        }
      else
        g_assert_false (told.has_best);
      if (g_file_test (resume, G_FILE_TEST_EXISTS))
        {
          reached = check_resume (path, resume);
          n_resumed++;
        }
      /* Halfway it begins anew, so that the first moments are met as well. */
      if (round % 10 == 9)
        {
          g_unlink (path);
          g_unlink (resume);
          reached = 0;
        }
    }
  g_test_message ("%u rounds, %u with a model, %u gone on with", rounds, n_models, n_resumed);
  g_assert_cmpuint (n_models, >, rounds / 4);
  g_assert_cmpuint (n_resumed, >, rounds / 4);
  /* What was half written is not left to fill the disk. */
  g_assert_cmpuint (count_files (*test_folder ()), <=, 6);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--train") == 0)
    return train_until_killed (argv[2]);
  g_test_init (&argc, &argv, NULL);
  if (g_test_slow ())
    g_test_add_data_func ("/train/kill-often", GUINT_TO_POINTER (300), test_kill);
  else
    g_test_add_data_func ("/train/kill", GUINT_TO_POINTER (10), test_kill);
  int status = g_test_run ();
  remove_test_files ();
  return status;
}
