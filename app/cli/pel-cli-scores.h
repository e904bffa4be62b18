/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/cli/pel-cli-json.h"
#include "engine/measure/pel-evaluation.h"

/* How good predicted cells are, as the commands tell it. */

/* Adds a member for each score to the object that was begun last. */
void pel_cli_add_scores (PelCliJson *json, const PelScores *scores);

/* Adds `per_image`, the scores of each image with its name. */
void pel_cli_add_images (PelCliJson *json, const PelEvaluation *evaluation);

/* Prints a line for each score, with what it means. */
void pel_cli_print_scores (const PelScores *scores);
