/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-files.h"
#include "app/cli/pel-cli-train-data.h"
#include "app/cli/pel-cli-work.h"
#include "app/document/pel-project.h"
#include "app/document/pel-training-job.h"
#include "engine/pel-engine.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/* With so many images one in five is held out unless the user says otherwise, as in the window. */
#define HOLD_OUT_FROM 4
#define HOLD_OUT_SHARE 0.2

/* The options as given; 0, negative or NULL where not given. */
typedef struct
{
  char *images, *masks, *val_images, *val_masks;
  char *model, *init, *log, *project;
  char *preset, *loss, *optimizer, *task;
  double val_fraction, learning_rate, time_limit;
  gint base_channels, depth, patch, batch, epochs, steps_per_epoch;
  gint64 seed;
  gint threads, page, channel;
  gboolean resume, quiet;
} Options;

typedef struct
{
  const Options *options;
  PelTrainConfig config;
  gint64 started_us;
  GPtrArray *items; /* of the project, or NULL */
  PelCliWork *work;

  FILE *log;
  gboolean log_failed;
  PelTrainProgress last;
  gboolean stopped; /* by Ctrl-C, with a model written */
  double best_dice, best_ap50;
} Train;

static gboolean set_usage_error (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
set_usage_error (GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, PEL_CLI_ERROR, PEL_CLI_ERROR_USAGE, message);
  return FALSE;
}

/* Puts what was given over what the preset, or the training to go on with, says. */
static gboolean
apply_options (PelTrainConfig *config, const Options *options, GError **error)
{
  if (options->task != NULL && !pel_task_from_string (options->task, &config->task))
    return set_usage_error (error, _ ("--task cannot be “%s”; it is cells or mask"), options->task);
  if (options->loss != NULL && !pel_loss_kind_from_string (options->loss, &config->loss))
    return set_usage_error (error, _ ("--loss cannot be “%s”; it is bce, dice or bce+dice"),
                            options->loss);
  if (options->optimizer != NULL &&
      !pel_optimizer_kind_from_string (options->optimizer, &config->optimizer))
    return set_usage_error (error, _ ("--optimizer cannot be “%s”; it is adamw, adam or sgd"),
                            options->optimizer);
  if (options->base_channels > 0)
    config->base_channels = (guint)options->base_channels;
  if (options->depth > 0)
    config->depth = (guint)options->depth;
  if (options->patch > 0)
    config->patch = (guint)options->patch;
  if (options->batch > 0)
    config->batch = (guint)options->batch;
  if (options->steps_per_epoch > 0)
    config->steps_per_epoch = (guint)options->steps_per_epoch;
  if (options->learning_rate > 0)
    config->learning_rate = options->learning_rate;
  if (options->seed >= 0)
    config->seed = (guint64)options->seed;
  if (options->channel > 0)
    config->channel = options->channel - 1;
  if (options->time_limit > 0)
    pel_train_config_set_time_limit (config, options->time_limit);
  if (options->epochs > 0)
    config->epochs = (guint)options->epochs;
  return TRUE;
}

static gboolean
make_config (Train *train, GError **error)
{
  const Options *options = train->options;
  PelPreset preset = PEL_PRESET_QUICK;
  g_autoptr (GError) problem = NULL;

  if (options->preset != NULL && !pel_preset_from_string (options->preset, &preset))
    return set_usage_error (error,
                            _ ("--preset cannot be “%s”; it is quick, balanced, thorough or seed"),
                            options->preset);
  pel_train_config_init_preset (&train->config, preset);
  if (options->resume)
    {
      g_autofree char *path = pel_trainer_resume_path (options->model);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        {
          g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                       _ ("%s: there is no unfinished training to go on with; leave out --resume "
                          "to start one"),
                       path);
          return FALSE;
        }
      if (!pel_trainer_read_resume_config (path, &train->config, error))
        {
          g_prefix_error (error, "%s: ", path);
          return FALSE;
        }
    }
  if (!apply_options (&train->config, options, error))
    return FALSE;
  train->config.started_us = train->started_us;
  if (!pel_train_config_check (&train->config, &problem))
    return set_usage_error (error, "%s", problem->message);
  return TRUE;
}

static void
write_log_row (Train *train, const PelTrainProgress *progress)
{
  g_autoptr (GString) row = g_string_new (NULL);
  g_autoptr (PelCsv) csv = pel_csv_new_for_string (row);

  pel_csv_add_int (csv, progress->step);
  pel_csv_add_int (csv, progress->epoch);
  pel_csv_add_number (csv, progress->seconds);
  pel_csv_add_number (csv, progress->learning_rate);
  pel_csv_add_number (csv, progress->loss);
  pel_csv_add_number (csv, progress->val_loss);
  pel_csv_add_number (csv, progress->val_dice);
  pel_csv_add_number (csv, progress->val_ap50);
  pel_csv_add_int (csv, progress->is_best ? 1 : 0);
  pel_csv_end_row (csv);
  if (fwrite (row->str, 1, row->len, train->log) != row->len || fflush (train->log) != 0)
    {
      if (!train->log_failed)
        pel_cli_work_warn (train->work,
                           _ ("%s: the log cannot be written: %s; the training goes on"),
                           train->options->log, g_strerror (errno));
      train->log_failed = TRUE;
    }
}

/* A row per epoch, at once on the disk, so that others can follow it. */
static gboolean
open_log (Train *train, GError **error)
{
  const char *path = train->options->log;
  gboolean append = train->options->resume && g_file_test (path, G_FILE_TEST_EXISTS);

  if (!pel_cli_make_parent (path, error))
    return FALSE;
  train->log = g_fopen (path, append ? "ae" : "we");
  if (train->log == NULL)
    {
      g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                   _ ("%s: the log cannot be written: %s; choose another place"), path,
                   g_strerror (errno));
      return FALSE;
    }
  if (!append)
    fputs ("step,epoch,seconds,learning_rate,loss,val_loss,val_dice,val_ap50,is_best\n",
           train->log);
  return TRUE;
}

static char *
describe (const PelTrainProgress *progress)
{
  guint epoch = progress->epoch + 1;

  /* After the last step there is no next epoch. */
  if (progress->n_epochs > 0)
    epoch = MIN (epoch, progress->n_epochs);
  switch (progress->stage)
    {
    case PEL_TRAIN_STAGE_PREPARING:
      return g_strdup (_ ("preparing"));
    case PEL_TRAIN_STAGE_SAVING:
    case PEL_TRAIN_STAGE_DONE:
      return g_strdup (_ ("saving"));
    case PEL_TRAIN_STAGE_TRAINING:
    case PEL_TRAIN_STAGE_VALIDATING:
    case PEL_TRAIN_STAGE_PAUSED:
    default:
      break;
    }
  if (!isfinite (progress->loss))
    return g_strdup_printf (_ ("epoch %u"), epoch);
  if (isfinite (progress->val_dice))
    /* Translators: “held out” are the images that the training does not see */
    return g_strdup_printf (_ ("epoch %u, loss %.3f, Dice held out %.3f"), epoch, progress->loss,
                            progress->val_dice);
  return g_strdup_printf (_ ("epoch %u, loss %.3f"), epoch, progress->loss);
}

static void
on_progress (const PelTrainProgress *progress, gpointer data)
{
  Train *train = data;
  g_autofree char *text = describe (progress);

  train->last = *progress;
  if (progress->is_best && isfinite (progress->val_dice))
    {
      train->best_dice = progress->val_dice;
      train->best_ap50 = progress->val_ap50;
    }
  if (progress->epoch_done && train->log != NULL)
    write_log_row (train, progress);
  pel_cli_work_report (train->work, progress->fraction, progress->seconds_left, text);
}

static char *
format_counts (guint images, guint cells)
{
  g_autofree char *cells_text = g_strdup_printf (ngettext ("%u cell", "%u cells", cells), cells);

  /* Translators: a number of images, and “12 cells” */
  return g_strdup_printf (ngettext ("%u image with %s", "%u images with %s", images), images,
                          cells_text);
}

static void
say_counts (Train *train, PelDataset *dataset)
{
  PelDatasetCounts counts;
  g_autofree char *seen = NULL;
  g_autofree char *held = NULL;

  pel_dataset_get_counts (dataset, &counts);
  seen = format_counts (counts.images - counts.validation_images, counts.cells);
  held = format_counts (counts.validation_images, counts.validation_cells);
  if (counts.validation_images > 0)
    /* Translators: twice something like “3 images with 12 cells” */
    pel_cli_work_say (train->work, _ ("Training on %s; held out: %s"), seen, held);
  else
    /* Translators: something like “3 images with 12 cells” */
    pel_cli_work_say (train->work, _ ("Training on %s; none are held out"), seen);
}

static PelDataset *
load_data (Train *train, GError **error)
{
  const Options *options = train->options;
  g_autoptr (PelDataset) dataset = pel_dataset_new ();
  guint page = (guint)options->page;
  PelDatasetCounts counts;

  pel_cli_work_report (train->work, 0, -1, _ ("reading the images"));
  if (train->items != NULL
          ? !pel_cli_add_items (dataset, train->items, &train->config, train->work, error)
          : !pel_cli_add_folders (dataset, options->images, options->masks, page, FALSE,
                                  &train->config, train->work, error))
    return NULL;
  pel_dataset_get_counts (dataset, &counts);
  if (options->val_images != NULL)
    {
      if (!pel_cli_add_folders (dataset, options->val_images, options->val_masks, page, TRUE,
                                &train->config, train->work, error))
        return NULL;
    }
  else if (options->val_fraction > 0)
    pel_dataset_hold_out (dataset, options->val_fraction, train->config.seed);
  else if (options->val_fraction < 0 && counts.validation_images == 0 &&
           counts.images >= HOLD_OUT_FROM)
    pel_dataset_hold_out (dataset, HOLD_OUT_SHARE, train->config.seed);

  say_counts (train, dataset);
  return g_steal_pointer (&dataset);
}

static gboolean
prefix (GError **error, const char *path)
{
  g_prefix_error (error, "%s: ", path);
  return FALSE;
}

/* The network as it was in the end chosen, and the training itself. */
static gboolean
run_trainer (Train *train, PelTrainer *trainer, GError **error)
{
  const Options *options = train->options;
  const PelTrainConfig *config = pel_trainer_get_config (trainer);
  GCancellable *cancellable = pel_cli_work_get_cancellable (train->work);
  g_autoptr (GError) problem = NULL;
  guint kept, left;

  if (pel_trainer_get_init_report (trainer, &kept, &left) && left > 0)
    pel_cli_work_say (train->work,
                      _ ("%u arrays of weights fit and were taken over; %u start afresh"), kept,
                      left);
  pel_cli_work_say (
      train->work, _ ("U-Net: base %u, depth %u; %u patches of %u × %u pixels a step"),
      config->base_channels, config->depth, config->batch, config->patch, config->patch);
  if (pel_trainer_run (trainer, options->model, cancellable, on_progress, train, &problem))
    return TRUE;
  /* Before the first step there is nothing to keep, and a model of that name is an older one. */
  if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED) && train->last.step > 0)
    {
      train->stopped = TRUE;
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&problem));
  /* What comes from writing names its file already. */
  return g_str_has_prefix ((*error)->message, options->model) ? FALSE
                                                              : prefix (error, options->model);
}

/* Better to hear now than after hours of training that the model cannot be written there. */
static gboolean
check_writable (const char *path, GError **error)
{
  g_autoptr (PelAtomicFile) file = NULL;

  if (!pel_cli_make_parent (path, error))
    return FALSE;
  file = pel_atomic_file_new (path, error);
  return file != NULL;
}

static gboolean
train_all (PelCliWork *work, gpointer data, GError **error)
{
  Train *train = data;
  const Options *options = train->options;
  g_autoptr (PelDataset) dataset = NULL;
  g_autoptr (PelModel) init = NULL;
  PelTrainer *trainer;
  PelPool *pool;
  gboolean done = FALSE;

  train->work = work;
  if (!check_writable (options->model, error))
    return FALSE;
  if (options->init != NULL && (init = pel_model_load (options->init, error)) == NULL)
    return prefix (error, options->init);
  dataset = load_data (train, error);
  if (dataset == NULL)
    return FALSE;
  if (options->log != NULL && !open_log (train, error))
    return FALSE;

  pool = pel_pool_new ((guint)options->threads);
  trainer = pel_trainer_new (&train->config, dataset, init, pool, error);
  if (trainer != NULL)
    {
      g_autofree char *path = pel_trainer_resume_path (options->model);

      if (!options->resume || pel_trainer_resume_from (trainer, path, error))
        done = run_trainer (train, trainer, error);
      else
        prefix (error, path);
    }
  pel_trainer_free (trainer);
  pel_pool_free (pool);
  if (train->log != NULL)
    fclose (train->log);
  return done;
}

static void
print_end (const Train *train)
{
  const char *model = train->options->model;
  guint step = train->last.step;
  g_autofree char *steps = g_strdup_printf (ngettext ("%u step", "%u steps", step), step);

  /* Translators: in all three, one of the placeholders is something like “12 steps” */
  if (train->stopped)
    pel_cli_print (_ ("Stopped after %s; the best model so far is in %s, and --resume goes on\n"),
                   steps, model);
  else if (isfinite (train->best_dice))
    pel_cli_print (_ ("Model written to %s after %s: Dice %.3f, AP50 %.3f held out\n"), model,
                   steps, train->best_dice, train->best_ap50);
  else
    pel_cli_print (_ ("Model written to %s after %s\n"), model, steps);
}

static gboolean
check_numbers (const PelCliCommand *command, Options *options)
{
  const struct
  {
    const char *option;
    gint *value;
  } counts[] = {
    { "--base-channels", &options->base_channels },
    { "--depth", &options->depth },
    { "--patch", &options->patch },
    { "--batch", &options->batch },
    { "--epochs", &options->epochs },
    { "--steps-per-epoch", &options->steps_per_epoch },
    { "--threads", &options->threads },
    { "--page", &options->page },
    { "--channel", &options->channel },
  };

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    if (!pel_cli_check_int (command, counts[i].option, 1, counts[i].value, 0))
      return FALSE;
  if (options->seed == G_MININT64)
    options->seed = -1;
  else if (options->seed < 0)
    {
      pel_cli_misused (command, _ ("%s must be %d or more"), "--seed", 0);
      return FALSE;
    }
  /* 0 is a share as well: nothing is held out. */
  return (options->val_fraction == 0.0 ||
          pel_cli_check_number (command, "--val-fraction", 1, &options->val_fraction, -1)) &&
         pel_cli_check_number (command, "--learning-rate", 100, &options->learning_rate, 0) &&
         pel_cli_check_number (command, "--time-limit", 1e9, &options->time_limit, 0);
}

static int
check_options (const PelCliCommand *command, Options *options, int argc, char **argv)
{
  if (!check_numbers (command, options))
    return PEL_CLI_USAGE;
  if (argc > 1)
    return pel_cli_misused (command, _ ("“%s” is not expected here"), argv[1]);
  if (options->project != NULL && (options->images != NULL || options->masks != NULL))
    return pel_cli_misused (command, "%s",
                            _ ("Give either --project or --images and --masks, not both"));
  if (options->project == NULL && (options->images == NULL || options->masks == NULL))
    return pel_cli_misused (command, "%s", _ ("Name the folders with --images and --masks"));
  if (options->model == NULL && (options->project == NULL || options->resume))
    return pel_cli_misused (command, "%s", _ ("Name the model to write with --model"));
  if (options->model != NULL && !g_str_has_suffix (options->model, ".safetensors"))
    return pel_cli_misused (command, "%s", _ ("The name after --model must end in .safetensors"));
  if ((options->val_images == NULL) != (options->val_masks == NULL))
    return pel_cli_misused (command, "%s", _ ("--val-images and --val-masks go together"));
  if (options->val_images != NULL && options->val_fraction >= 0)
    return pel_cli_misused (command, "%s",
                            _ ("Give either --val-images or --val-fraction, not both"));
  return PEL_CLI_DONE;
}

/* What a project has to train on, and where its model goes unless the user names another place. */
static gboolean
read_project (Train *train, Options *options, GError **error)
{
  g_autoptr (PelProject) project = pel_cli_open_project (options->project, error);

  if (project == NULL)
    return FALSE;
  train->items = pel_project_list_training_items (project);
  for (guint i = train->items->len; i > 0; i--)
    {
      const PelTrainingItem *item = train->items->pdata[i - 1];

      if (options->page > 0 && item->page + 1 != (guint)options->page)
        g_ptr_array_remove_index (train->items, i - 1);
    }
  if (options->model == NULL)
    options->model = pel_project_new_model_path (project, "model");
  return pel_project_close (project, error);
}

static int
train_with (const PelCliCommand *command, Options *options, gint64 started_us)
{
  Train train = { .options = options, .started_us = started_us, .best_dice = NAN };
  g_autoptr (GError) error = NULL;
  gboolean done = options->project == NULL || read_project (&train, options, &error);

  done = done && make_config (&train, &error) &&
         pel_cli_work_run (train_all, &train, options->quiet, &error);
  g_clear_pointer (&train.items, g_ptr_array_unref);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      pel_cli_complain ("%s", _ ("Stopped before the first step, so no model was written; start "
                                 "the training again"));
      return PEL_CLI_FAILED;
    }
  if (!done)
    return pel_cli_fail (command, error);
  if (!options->quiet)
    print_end (&train);
  return PEL_CLI_DONE;
}

static int
run_train (const PelCliCommand *command, int argc, char **argv)
{
  gint64 started_us = g_get_monotonic_time ();
  Options o = { .val_fraction = PEL_CLI_NO_NUMBER,
                .learning_rate = PEL_CLI_NO_NUMBER,
                .time_limit = PEL_CLI_NO_NUMBER,
                .base_channels = PEL_CLI_NO_INT,
                .depth = PEL_CLI_NO_INT,
                .patch = PEL_CLI_NO_INT,
                .batch = PEL_CLI_NO_INT,
                .epochs = PEL_CLI_NO_INT,
                .steps_per_epoch = PEL_CLI_NO_INT,
                .seed = G_MININT64,
                .threads = PEL_CLI_NO_INT,
                .page = PEL_CLI_NO_INT,
                .channel = PEL_CLI_NO_INT };
  int status;
  const GOptionEntry entries[] = {
    { "images", 'i', 0, G_OPTION_ARG_FILENAME, &o.images, N_ ("Folder of images"), N_ ("DIR") },
    { "masks", 0, 0, G_OPTION_ARG_FILENAME, &o.masks, N_ ("Folder of their masks"), N_ ("DIR") },
    { "project", 0, 0, G_OPTION_ARG_FILENAME, &o.project,
      N_ ("Train on this project’s painted cells, into its models folder"), N_ ("DIR") },
    { "val-images", 0, 0, G_OPTION_ARG_FILENAME, &o.val_images, N_ ("Folder of images to hold out"),
      N_ ("DIR") },
    { "val-masks", 0, 0, G_OPTION_ARG_FILENAME, &o.val_masks, N_ ("Folder of their masks"),
      N_ ("DIR") },
    { "val-fraction", 0, 0, G_OPTION_ARG_DOUBLE, &o.val_fraction,
      N_ ("Share of the images to hold out (0.2 from 4 images on)"), "F" },
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &o.model, N_ ("The model to write"),
      "OUT.safetensors" },
    { "init", 0, 0, G_OPTION_ARG_FILENAME, &o.init, N_ ("A model to start from"), N_ ("MODEL") },
    { "preset", 0, 0, G_OPTION_ARG_STRING, &o.preset,
      N_ ("quick, balanced, thorough or seed (quick)"), N_ ("NAME") },
    { "task", 0, 0, G_OPTION_ARG_STRING, &o.task, N_ ("cells or mask (cells)"), N_ ("NAME") },
    { "base-channels", 0, 0, G_OPTION_ARG_INT, &o.base_channels,
      N_ ("Channels of the first module"), "N" },
    { "depth", 0, 0, G_OPTION_ARG_INT, &o.depth, N_ ("How often the size is halved"), "N" },
    { "patch", 0, 0, G_OPTION_ARG_INT, &o.patch, N_ ("Side of a training patch in pixels"), "N" },
    { "batch", 0, 0, G_OPTION_ARG_INT, &o.batch, N_ ("Patches in a step"), "N" },
    { "epochs", 0, 0, G_OPTION_ARG_INT, &o.epochs, N_ ("Epochs at most"), "N" },
    { "steps-per-epoch", 0, 0, G_OPTION_ARG_INT, &o.steps_per_epoch, N_ ("Steps in an epoch"),
      "N" },
    { "learning-rate", 0, 0, G_OPTION_ARG_DOUBLE, &o.learning_rate,
      N_ ("Highest rate of the schedule"), "X" },
    { "loss", 0, 0, G_OPTION_ARG_STRING, &o.loss, N_ ("bce, dice or bce+dice"), N_ ("NAME") },
    { "optimizer", 0, 0, G_OPTION_ARG_STRING, &o.optimizer, N_ ("adamw, adam or sgd"),
      N_ ("NAME") },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &o.seed, N_ ("Of everything random"), "N" },
    { "time-limit", 0, 0, G_OPTION_ARG_DOUBLE, &o.time_limit,
      N_ ("From the start until the model is written"), N_ ("SECONDS") },
    { "threads", 0, 0, G_OPTION_ARG_INT, &o.threads,
      N_ ("Threads to compute on (one per processor)"), "N" },
    { "page", 0, 0, G_OPTION_ARG_INT, &o.page, N_ ("Only this page of each file, from 1 (all)"),
      "N" },
    { "channel", 0, 0, G_OPTION_ARG_INT, &o.channel,
      N_ ("Image channel to train on, from 1 (luminance)"), "N" },
    { "resume", 0, 0, G_OPTION_ARG_NONE, &o.resume,
      N_ ("Go on with the unfinished training beside the model"), NULL },
    { "log", 0, 0, G_OPTION_ARG_FILENAME, &o.log, N_ ("Write the curves, a row per epoch"),
      "FILE.csv" },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &o.quiet, N_ ("Print errors only"), NULL },
    { NULL },
  };

  switch (pel_cli_parse (command, entries, &argc, &argv))
    {
    case PEL_CLI_PARSE_HELP:
      status = PEL_CLI_DONE;
      break;
    case PEL_CLI_PARSE_BAD:
      status = PEL_CLI_USAGE;
      break;
    case PEL_CLI_PARSE_RUN:
    default:
      status = check_options (command, &o, argc, argv);
      if (status == PEL_CLI_DONE)
        status = train_with (command, &o, started_us);
      break;
    }
  g_free (o.images);
  g_free (o.masks);
  g_free (o.val_images);
  g_free (o.val_masks);
  g_free (o.model);
  g_free (o.init);
  g_free (o.log);
  g_free (o.project);
  g_free (o.preset);
  g_free (o.loss);
  g_free (o.optimizer);
  g_free (o.task);
  return status;
}

const PelCliCommand pel_cli_train = {
  .name = "train",
  .arguments = NULL,
  .summary = N_ ("Train a U-Net on images and their masks"),
  .description =
      N_ ("Images and masks pair by name without extension; everything unpainted in them is "
          "background. The best model so far is always in the file. Ctrl-C stops and keeps it, "
          "and --resume goes on later; with it, options that shape the network stay as they "
          "were. --time-limit covers reading, training and writing."),
  .run = run_train,
};
