/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-safetensors.h"
#include "engine/train/pel-model.h"

/* What the metadata's `format` says in the two kinds of file. */
#define PEL_MODEL_FORMAT "pellicle-model"
#define PEL_RESUME_FORMAT "pellicle-resume"

/* Adds the format, the version and the program's name to a file's metadata. */
void pel_model_add_header (PelSafetensorsWriter *writer, const char *format);

/* Refuses files of another kind and of newer versions. */
gboolean pel_model_check_header (const PelSafetensors *file, const char *format, GError **error);

/* Refuses files that are too short for the network that they claim to hold. */
gboolean pel_model_check_length (const char *path, const PelTrainConfig *config, GError **error);

/* Training curves as an array of arrays; numbers that are not finite as null. */
char *pel_history_to_json (const PelHistoryRow *rows, guint n_rows) G_GNUC_WARN_UNUSED_RESULT;
gboolean pel_history_from_json (GArray *history, const char *text);
