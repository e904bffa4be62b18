/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-files.h"
#include "app/cli/pel-cli-json.h"
#include "app/cli/pel-cli-train-options.h"
#include "app/cli/pel-cli-work.h"
#include "app/document/pel-project.h"
#include "app/document/pel-training-job.h"
#include "engine/pel-engine.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/* With so many images one in five is held out unless the user says otherwise, as in the window. */

typedef struct
{
  PelCliTrainOptions shared;
  char *model, *log;
  gboolean resume, json, quiet;
} Options;

typedef struct
{
  const Options *options;
  PelTrainConfig config;
  PelModel *init;   /* or NULL */
  GPtrArray *items; /* of the project, or NULL */
  PelCliWork *work;

  FILE *log;
  gboolean log_failed;
  gboolean shortened; /* and told so */
  PelTrainProgress last;
  gboolean stopped; /* by Ctrl-C, with a model written */
  double best_dice, best_ap50;
  PelDatasetCounts counts;
  PelTrainMemory memory;
  gboolean has_init;
  PelInitReport init_report;
} Train;

/* How to train: what was given, over what the preset or the training to go on with says. */
static gboolean
make_config (Train *train, gint64 started_us, GError **error)
{
  const Options *options = train->options;
  g_autofree char *path = NULL;

  if (!options->resume)
    return pel_cli_train_options_make (&options->shared, started_us, &train->config, &train->init,
                                       error);
  path = pel_trainer_resume_path (options->model);
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
  train->config.started_us = started_us;
  return pel_cli_train_options_apply (&options->shared, &train->config, error) &&
         pel_cli_check_config (&train->config, error);
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
  if (progress->is_shortened && !train->shortened)
    {
      train->shortened = TRUE;
      pel_cli_work_say (train->work,
                        _ ("The score on the images held out has not become better for long: the "
                           "learning rate is brought down now, and the training ends earlier "
                           "(--set patience=0 keeps to the plan)"));
    }
  pel_cli_work_report (train->work, progress->fraction, progress->seconds_left, text);
}

static void
say_counts (Train *train, PelDataset *dataset, gboolean in_parts)
{
  PelDatasetCounts counts;
  g_autofree char *seen = NULL;
  g_autofree char *held = NULL;
  g_autofree char *held_cells = NULL;

  pel_dataset_get_counts (dataset, &counts);
  seen = pel_cli_format_counts (counts.images - counts.validation_images, counts.cells);
  held = pel_cli_format_counts (counts.validation_images, counts.validation_cells);
  held_cells = g_strdup_printf (ngettext ("%u cell", "%u cells", counts.validation_cells),
                                counts.validation_cells);
  if (in_parts)
    /* Translators: something like “3 images with 12 cells”, and “8 cells” */
    pel_cli_work_say (train->work, _ ("Training on %s; held out: a part of them with %s"), seen,
                      held_cells);
  else if (counts.validation_images > 0)
    /* Translators: twice something like “3 images with 12 cells” */
    pel_cli_work_say (train->work, _ ("Training on %s; held out: %s"), seen, held);
  else
    /* Translators: something like “3 images with 12 cells” */
    pel_cli_work_say (train->work, _ ("Training on %s; none are held out"), seen);
}

static PelDataset *
load_data (Train *train, GError **error)
{
  const PelCliTrainOptions *options = &train->options->shared;
  g_autoptr (PelDataset) dataset =
      pel_cli_load_data (options, train->items, &train->config, train->work, error);
  g_autoptr (PelDataset) parts = NULL;

  if (dataset == NULL)
    return NULL;
  if (options->val_fraction > 0)
    pel_dataset_hold_out (dataset, options->val_fraction, train->config.seed);
  parts = options->val_fraction < 0 && pel_train_config_holds_out (&train->config)
              ? pel_dataset_hold_out_some (dataset, train->config.seed, error)
              : pel_dataset_ref (dataset);
  if (parts == NULL)
    return NULL;
  pel_dataset_get_counts (parts, &train->counts);
  say_counts (train, parts,
              pel_dataset_get_n_samples (parts) > pel_dataset_get_n_samples (dataset));
  return g_steal_pointer (&parts);
}

static gboolean
prefix (GError **error, const char *path)
{
  g_prefix_error (error, "%s: ", path);
  return FALSE;
}

/* What the network will take, before anything is taken. */
static gboolean
say_memory (Train *train, PelTrainer *trainer, GError **error)
{
  g_autofree char *size = NULL;

  if (!pel_trainer_plan_memory (trainer, &train->memory, error))
    return FALSE;
  size = g_format_size (train->memory.bytes);
  if (train->memory.plan == PEL_UNET_LEAN)
    /* Translators: %s is an amount of memory such as “1.2 GB” */
    pel_cli_work_say (train->work,
                      _ ("Memory: %s beyond the images; maps are computed again to save more"),
                      size);
  else
    /* Translators: %s is an amount of memory such as “1.2 GB” */
    pel_cli_work_say (train->work, _ ("Memory: %s beyond the images"), size);
  return TRUE;
}

/* A model that cuts at values nobody chose for it is as good as its training, but not better. */
static void
say_untuned (const Train *train)
{
  if (train->last.is_untuned)
    pel_cli_work_say (train->work,
                      _ ("There was no time left to choose how cells are cut and to check their "
                         "uncertainties: the usual values stand; allow more time, or train it "
                         "further with --init"));
}

/* The network as it was in the end chosen, and the training itself. */
static gboolean
run_trainer (Train *train, PelTrainer *trainer, GError **error)
{
  const Options *options = train->options;
  const PelTrainConfig *config = pel_trainer_get_config (trainer);
  GCancellable *cancellable = pel_cli_work_get_cancellable (train->work);
  g_autoptr (GError) problem = NULL;

  train->has_init = pel_trainer_get_init_report (trainer, &train->init_report);
  if (train->has_init)
    {
      g_autofree char *text = pel_init_report_describe (&train->init_report);

      pel_cli_work_say (train->work, "%s", text);
    }
  pel_cli_work_say (
      train->work, _ ("U-Net: base %u, depth %u; %u patches of %u × %u pixels a step"),
      config->base_channels, config->depth, config->batch, config->patch, config->patch);
  if (config->in_channels == 3)
    pel_cli_work_say (train->work, _ ("It sees red, green and blue"));
  if (!say_memory (train, trainer, error))
    return FALSE;
  if (pel_trainer_run (trainer, options->model, cancellable, on_progress, train, &problem))
    {
      say_untuned (train);
      return TRUE;
    }
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
  PelTrainer *trainer;
  PelPool *pool;
  gboolean done = FALSE;

  train->work = work;
  if (!check_writable (options->model, error))
    return FALSE;
  dataset = load_data (train, error);
  if (dataset == NULL)
    return FALSE;
  if (options->log != NULL && !open_log (train, error))
    return FALSE;

  pool = pel_pool_new ((guint)options->shared.threads);
  trainer = pel_trainer_new (&train->config, dataset, train->init, pool, error);
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

/* What was trained and what came of it, as one object. */
static void
print_json (const Train *train)
{
  g_autoptr (PelCliJson) json = pel_cli_json_new ();
  const PelInitReport *report = &train->init_report;
  const PelTrainProgress *last = &train->last;

  pel_cli_json_begin_object (json, NULL);
  pel_cli_json_add_string (json, "model", train->options->model);
  pel_cli_json_add_boolean (json, "finished", !train->stopped);
  pel_cli_json_add_int (json, "images", train->counts.images - train->counts.validation_images);
  pel_cli_json_add_int (json, "cells", train->counts.cells);
  pel_cli_json_add_int (json, "held_out_images", train->counts.validation_images);
  pel_cli_json_add_int (json, "held_out_cells", train->counts.validation_cells);
  pel_cli_json_add_int (json, "steps", last->step);
  pel_cli_json_add_number (json, "seconds", last->seconds);
  pel_cli_json_add_number (json, "loss", last->loss);
  pel_cli_json_add_number (json, "val_dice", train->best_dice);
  pel_cli_json_add_number (json, "val_ap50", train->best_ap50);
  pel_cli_json_add_boolean (json, "tuned",
                            !train->stopped && last->has_validation && !last->is_untuned);
  pel_cli_json_add_int (json, "memory_bytes", (gint64)train->memory.bytes);
  pel_cli_json_add_string (json, "plan", train->memory.plan == PEL_UNET_LEAN ? "lean" : "fast");
  pel_cli_json_add_number (json, "waiting_share",
                           last->seconds > 0 ? last->waited / last->seconds : (double)NAN);
  if (train->has_init)
    {
      g_autofree char *text = pel_init_report_describe (report);

      pel_cli_json_begin_object (json, "init");
      pel_cli_json_add_string (json, "model", train->options->shared.init);
      pel_cli_json_add_number (json, "kept_share", report->values);
      pel_cli_json_add_int (json, "arrays_kept", report->n_whole);
      pel_cli_json_add_int (json, "arrays_adapted", report->n_adapted);
      pel_cli_json_add_int (json, "arrays_fresh", report->n_fresh);
      pel_cli_json_add_int (json, "inputs_before", report->inputs_before);
      pel_cli_json_add_int (json, "inputs", report->inputs);
      pel_cli_json_add_int (json, "outputs_before", report->outputs_before);
      pel_cli_json_add_int (json, "outputs", report->outputs);
      pel_cli_json_add_int (json, "outputs_kept", report->outputs_kept);
      pel_cli_json_add_string (json, "text", text);
      pel_cli_json_end (json);
    }
  pel_cli_json_end (json);
  pel_cli_json_print (json);
}

static int
check_options (const PelCliCommand *command, Options *options, int argc, char **argv)
{
  if (!pel_cli_train_options_check (command, &options->shared))
    return PEL_CLI_USAGE;
  if (argc > 1)
    return pel_cli_misused (command, _ ("“%s” is not expected here"), argv[1]);
  if (options->model == NULL && (options->shared.project == NULL || options->resume))
    return pel_cli_misused (command, "%s", _ ("Name the model to write with --model"));
  if (options->model != NULL && !g_str_has_suffix (options->model, ".safetensors"))
    return pel_cli_misused (command, "%s", _ ("The name after --model must end in .safetensors"));
  if (options->resume && options->shared.init != NULL)
    return pel_cli_misused (command, "%s",
                            _ ("--resume goes on from the training’s own state; leave out --init"));
  return PEL_CLI_DONE;
}

/* What a project has to train on, and where its model goes unless the user names another place. */
static gboolean
read_project (Train *train, Options *options, GError **error)
{
  g_autoptr (PelProject) project = pel_cli_open_project (options->shared.project, TRUE, error);

  if (project == NULL)
    return FALSE;
  train->items = pel_cli_list_items (&options->shared, project);
  if (options->model == NULL)
    options->model = pel_project_new_model_path (project, "model");
  return pel_project_close (project, error);
}

static int
train_with (const PelCliCommand *command, Options *options, gint64 started_us)
{
  Train train = { .options = options, .best_dice = NAN, .best_ap50 = NAN };
  g_autoptr (GError) error = NULL;
  gboolean done = options->shared.project == NULL || read_project (&train, options, &error);

  done = done && make_config (&train, started_us, &error) &&
         pel_cli_work_run (train_all, &train, options->quiet || options->json, &error);
  g_clear_pointer (&train.items, g_ptr_array_unref);
  g_clear_pointer (&train.init, pel_model_free);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      pel_cli_complain ("%s", _ ("Stopped before the first step, so no model was written; start "
                                 "the training again"));
      return PEL_CLI_FAILED;
    }
  if (!done)
    return pel_cli_fail (command, error);
  if (options->json)
    print_json (&train);
  else if (!options->quiet)
    print_end (&train);
  return PEL_CLI_DONE;
}

static int
run_train (const PelCliCommand *command, int argc, char **argv)
{
  gint64 started_us = g_get_monotonic_time ();
  Options o = { 0 };
  const GOptionEntry own[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &o.model,
      N_ ("The model to write (with --project, one in its models folder)"), "OUT.safetensors" },
    { "resume", 0, 0, G_OPTION_ARG_NONE, &o.resume,
      N_ ("Go on with the unfinished training beside the model"), NULL },
    { "log", 0, 0, G_OPTION_ARG_FILENAME, &o.log, N_ ("Write the curves, a row per epoch"),
      "FILE.csv" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &o.json, N_ ("Print one JSON object at the end"), NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &o.quiet, N_ ("Print errors only"), NULL },
    { NULL },
  };
  g_autofree GOptionEntry *entries = pel_cli_train_options_list (&o.shared, own);
  int status;

  pel_cli_train_options_init (&o.shared);
  if (pel_cli_parse (command, entries, &argc, &argv, &status))
    {
      status = check_options (command, &o, argc, argv);
      if (status == PEL_CLI_DONE)
        status = train_with (command, &o, started_us);
    }
  pel_cli_train_options_clear (&o.shared);
  g_free (o.model);
  g_free (o.log);
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
          "were. --time-limit covers reading, training and writing. Of four images "
          "or more a fifth is held out, of fewer a quarter of each, unless --val-fraction or "
          "--val-images says otherwise."),
  .run = run_train,
};
