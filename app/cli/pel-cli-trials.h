/* SPDX-License-Identifier: MIT */
#pragma once

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

/* Fills @items (transfer full) where a project was named. Main thread. */
gboolean pel_cli_read_items (const PelCliTrainOptions *options, GPtrArray **items, GError **error);
