/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-safetensors.h"
#include "engine/train/pel-model.h"

/* What the metadata's `format` says in the two kinds of file. */
#define PEL_MODEL_FORMAT "pellicle-model"
#define PEL_RESUME_FORMAT "pellicle-resume"

/* Adds the format, the version that a model of this configuration needs and the program's name to a
 * file's metadata. */
void pel_model_add_header (PelSafetensorsWriter *writer,
                           const char *format,
                           const PelTrainConfig *config);

/* Refuses files of another kind and of newer versions. */
gboolean pel_model_check_header (const PelSafetensors *file, const char *format, GError **error);

/* Refuses files that are too short for the network that they claim to hold. */
gboolean pel_model_check_length (const char *path, const PelTrainConfig *config, GError **error);

/* Training curves as an array of arrays; numbers that are not finite as null. */
char *pel_history_to_json (const PelHistoryRow *rows, guint n_rows) G_GNUC_WARN_UNUSED_RESULT;
gboolean pel_history_from_json (GArray *history, const char *text);

/* The parts of a model's metadata as JSON objects. What is read is not trusted: FALSE where it
 * cannot be, and what was there before may be half overwritten. */
char *pel_model_info_to_json (const PelModelInfo *info) G_GNUC_WARN_UNUSED_RESULT;
gboolean pel_model_info_from_json (PelModelInfo *info, const char *text);
char *pel_normalisation_to_json (const PelNormalisation *normalisation) G_GNUC_WARN_UNUSED_RESULT;
gboolean pel_normalisation_from_json (PelNormalisation *normalisation, const char *text);
