/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-work.h"
#include "engine/train/pel-dataset.h"
#include "engine/train/pel-model.h"
#include "engine/train/pel-train-config.h"

/**
 * PelCliTrainOptions:
 *
 * What train, learning-curve and cross-validate have in common: where the images are, and how to
 * train on them. As given on the command line; after pel_cli_train_options_check() numbers that
 * were not given are 0 or negative.
 */
typedef struct
{
  char *images, *masks, *val_images, *val_masks, *project;
  char *init, *preset, *loss, *optimizer, *task, *separator, *random_changes;
  char **settings;
  double val_fraction, learning_rate, time_limit, memory;
  gint base_channels, depth, patch, batch, epochs, steps_per_epoch;
  gint64 seed;
  gint threads, page, channel;
  gboolean colour, grey;
} PelCliTrainOptions;

void pel_cli_train_options_init (PelCliTrainOptions *options);
void pel_cli_train_options_clear (PelCliTrainOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PelCliTrainOptions, pel_cli_train_options_clear)

/**
 * pel_cli_train_options_list:
 * @options: what the entries fill
 * @own: (array zero-terminated=1): entries of the command itself, which come first
 *
 * Returns: (transfer full): all entries, ended by an empty one; free with g_free()
 */
GOptionEntry *pel_cli_train_options_list (PelCliTrainOptions *options, const GOptionEntry *own)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether numbers are possible and the images named; otherwise says what is not. */
gboolean pel_cli_train_options_check (const PelCliCommand *command, PelCliTrainOptions *options);

/* Puts what was given over what @config says. FALSE with a usage error. */
gboolean pel_cli_train_options_apply (const PelCliTrainOptions *options,
                                      PelTrainConfig *config,
                                      GError **error);

/**
 * pel_cli_train_options_make:
 * @options: what was given
 * @started_us: when the program started
 * @config: (out): how to train
 * @init: (out) (transfer full) (nullable): the model to start from; unless something else was
 *   given, @config describes a network of its shape
 * @error: return location for a `GError`
 *
 * Returns: %FALSE with a usage error, or where the model cannot be read
 */
gboolean pel_cli_train_options_make (const PelCliTrainOptions *options,
                                     gint64 started_us,
                                     PelTrainConfig *config,
                                     PelModel **init,
                                     GError **error);

/* Checks @config; what is wrong with it is a usage error. */
gboolean pel_cli_check_config (const PelTrainConfig *config, GError **error);

/* (transfer full) (element-type PelTrainingItem): what a project has to train on. Main thread. */
GPtrArray *pel_cli_list_items (const PelCliTrainOptions *options, PelProject *project)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_cli_load_data:
 * @options: where the images are
 * @items: (nullable) (element-type PelTrainingItem): of the project, from pel_cli_list_items()
 * @config: tells what the network will be shown
 * @work: for progress and warnings
 * @error: return location for a `GError`
 *
 * Reads images and masks, and those to hold out where they were named.
 *
 * Returns: (transfer full) (nullable): all of them
 */
PelDataset *pel_cli_load_data (const PelCliTrainOptions *options,
                               GPtrArray *items,
                               const PelTrainConfig *config,
                               PelCliWork *work,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): something like “3 images with 12 cells” */
char *pel_cli_format_counts (guint images, guint cells) G_GNUC_WARN_UNUSED_RESULT;
