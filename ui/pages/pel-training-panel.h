/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelTrainingPanel:
 *
 * How a training stands: progress, time left, what it learns from, and its curves.
 * Without a training, the curves of a model.
 */
#define PEL_TYPE_TRAINING_PANEL (pel_training_panel_get_type ())
G_DECLARE_FINAL_TYPE (PelTrainingPanel, pel_training_panel, PEL, TRAINING_PANEL, GtkWidget)

/* @job: (nullable): what to follow; one that has finished is no longer shown */
void pel_training_panel_set_job (PelTrainingPanel *self, PelTrainingJob *job);
/* (transfer none) (nullable): the training under way */
PelTrainingJob *pel_training_panel_get_running (PelTrainingPanel *self);
/* @model: (nullable): whose curves are shown while there is no training */
void pel_training_panel_set_model (PelTrainingPanel *self, PelModelEntry *model);

G_END_DECLS
