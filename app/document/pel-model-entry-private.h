/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-model-entry.h"

G_BEGIN_DECLS

/* What is read of a model's file, in any thread: plain data. */
typedef struct
{
  char *path;
  gint64 time, size; /* of the file, to tell whether it changed */
  char *created;
  char *task;
  guint base_channels, depth;
  PelSeparator separator;
  double um_per_px;
  PelModelInfo info;
  GArray *curve; /* of PelCurvePoint */
  gboolean resumable;
  char *problem;
} PelModelFacts;

PelModelFacts *pel_model_facts_read (const char *path) G_GNUC_WARN_UNUSED_RESULT;
void pel_model_facts_free (PelModelFacts *facts);
/**
 * pel_model_entry_new:
 * @facts: (transfer full): what was read
 * @before: (nullable): the entry that this one takes the place of
 *
 * Returns: (transfer full): the entry, with the identity of @before
 */
PelModelEntry *pel_model_entry_new (PelModelFacts *facts, PelModelEntry *before)
    G_GNUC_WARN_UNUSED_RESULT;
/* The same model, whose file is at @path now. */
PelModelEntry *pel_model_entry_new_renamed (PelModelEntry *before, const char *path)
    G_GNUC_WARN_UNUSED_RESULT;
const PelModelFacts *pel_model_entry_peek_facts (PelModelEntry *self);

/* The name of a model from its file's: without folder and ".safetensors". */
char *pel_model_name_from_path (const char *path) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
