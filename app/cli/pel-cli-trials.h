/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-json.h"
#include "app/cli/pel-cli-train-options.h"
#include "app/cli/pel-cli-work.h"
#include "engine/train/pel-trial.h"

/* What learning-curve and cross-validate have in common. */

/* Tells how far the trials are. Any thread. */
void pel_cli_report_trial (PelCliWork *work, const PelTrialProgress *progress);

/* Adds members NAME (the mean), NAME_sd, NAME_min and NAME_max. */
void pel_cli_add_spread (PelCliJson *json, const char *name, const PelSpread *spread);

/* (transfer full): something like `0.812 ± 0.021`, padded to 13 characters */
char *pel_cli_format_spread (const PelSpread *spread, guint digits) G_GNUC_WARN_UNUSED_RESULT;

/**
 * PelCliTrials:
 * @run: does the trials, in a thread of its own
 * @print_json: prints what came of them as one JSON object
 * @print_table: prints it for people
 * @stopped: what is said where they were stopped before anything came of them, translated
 *
 * What such a command does.
 */
typedef struct
{
  PelCliWorkFunc run;
  void (*print_json) (gconstpointer data);
  void (*print_table) (gconstpointer data);
  const char *stopped;
} PelCliTrials;

/**
 * pel_cli_run_trials:
 * @command: the command
 * @trials: what it does
 * @data: for its functions
 * @problem: (nullable) (transfer full): why it cannot begin
 * @json: whether one JSON object is printed, and nothing else
 * @quiet: print no progress
 *
 * Does the trials and tells what came of them. Main thread.
 *
 * Returns: the exit status to end with
 */
int pel_cli_run_trials (const PelCliCommand *command,
                        const PelCliTrials *trials,
                        gpointer data,
                        GError *problem,
                        gboolean json,
                        gboolean quiet);

/* Fills @items (transfer full) where a project was named. Main thread. */
gboolean pel_cli_read_items (const PelCliTrainOptions *options, GPtrArray **items, GError **error);
