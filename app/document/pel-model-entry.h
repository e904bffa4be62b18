/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-document-types.h"
#include "engine/train/pel-model.h"

G_BEGIN_DECLS

/**
 * PelCurvePoint:
 * @step, @epoch: where in the training
 * @seconds: time since its start
 * @loss: mean training loss since the point before
 * @val_loss, @val_dice, @val_ap50: on the held-out images; NAN where they were not computed
 * @is_best: whether these were the best weights so far
 *
 * One point of the curves of a training, finished or under way.
 */
typedef struct
{
  guint step, epoch;
  double seconds;
  double loss, val_loss, val_dice, val_ap50;
  gboolean is_best;
} PelCurvePoint;

#define PEL_TYPE_MODEL_ENTRY (pel_model_entry_get_type ())
G_DECLARE_FINAL_TYPE (PelModelEntry, pel_model_entry, PEL, MODEL_ENTRY, GObject)

/**
 * PelModelEntry:
 *
 * A model file of a project as lists show it; the weights stay on disk. Main thread only.
 * Properties: `name`, `path`, `created`, `task`, `resumable`.
 */
const char *pel_model_entry_get_name (PelModelEntry *self);
const char *pel_model_entry_get_path (PelModelEntry *self);
/* When it was written, as ISO 8601 in UTC. */
const char *pel_model_entry_get_created (PelModelEntry *self);
/* "cells" or "mask". */
const char *pel_model_entry_get_task (PelModelEntry *self);
/* By what it parts touching cells, where it does. */
PelSeparator pel_model_entry_get_separator (PelModelEntry *self);
guint pel_model_entry_get_base_channels (PelModelEntry *self);
/* How often the network halves the image; 0 where the file cannot be used. */
guint pel_model_entry_get_depth (PelModelEntry *self);
/* Micrometres per pixel of its training images, 0 where unknown. */
double pel_model_entry_get_um_per_px (PelModelEntry *self);
/* (transfer none): what it proposes for prediction; zeros where the file cannot be used */
const PelModelInfo *pel_model_entry_get_info (PelModelEntry *self);
/* Best held-out scores; NAN where there were no held-out images. */
double pel_model_entry_get_best_dice (PelModelEntry *self);
double pel_model_entry_get_best_ap50 (PelModelEntry *self);
/* Seconds of training so far. */
double pel_model_entry_get_seconds (PelModelEntry *self);
/* Whether an unfinished training can go on from it. */
gboolean pel_model_entry_get_resumable (PelModelEntry *self);
/* (transfer none): its curves */
const PelCurvePoint *pel_model_entry_get_curve (PelModelEntry *self, guint *n_points);
/**
 * pel_model_entry_get_identity:
 * @self: a model
 *
 * What stays the same while the project is open, however often the file is written again or
 * renamed: each time there is another entry in its place. Widgets may keep here, as object data,
 * what they know of a model.
 *
 * Returns: (transfer none): an object that is only compared
 */
GObject *pel_model_entry_get_identity (PelModelEntry *self);
/**
 * pel_model_entry_is_same:
 * @self: (nullable): a model
 * @other: (nullable): an entry of before, which may have left the list
 *
 * Whether both are the same model: it was written again, renamed, or deleted and brought back.
 */
gboolean pel_model_entry_is_same (PelModelEntry *self, PelModelEntry *other);
/* Why the file cannot be used, or NULL. */
const char *pel_model_entry_get_problem (PelModelEntry *self);

G_END_DECLS
