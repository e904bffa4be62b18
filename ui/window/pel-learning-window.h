/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/train/pel-train-config.h"
#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelLearningWindow:
 *
 * Whether more annotated images would help: trains on fewer and on more of them, and shows how the
 * score on images held out grows, with advice in words. Closing the window leaves the work going
 * on; the status bar shows it and can stop it, and the window can be opened again.
 */
#define PEL_TYPE_LEARNING_WINDOW (pel_learning_window_get_type ())
G_DECLARE_FINAL_TYPE (PelLearningWindow, pel_learning_window, PEL, LEARNING_WINDOW, AdwWindow)

GtkWidget *pel_learning_window_new (PelWorkspace *workspace, GtkWindow *parent)
    G_GNUC_WARN_UNUSED_RESULT;

/* How every training would be, from now on. @init_path: (nullable): the model that each starts from
 */
void pel_learning_window_set_plan (PelLearningWindow *self,
                                   const PelTrainConfig *config,
                                   const char *init_path);
/* Begins, with the minutes chosen in the window, in place of what may be under way. */
void pel_learning_window_start (PelLearningWindow *self);
void pel_learning_window_stop (PelLearningWindow *self);
/* Minutes for everything; 0 for as many steps as the plan says. */
void pel_learning_window_set_minutes (PelLearningWindow *self, double minutes);

/* "start", "result" while it runs and afterwards, or "problem" */
const char *pel_learning_window_get_page (PelLearningWindow *self);
gboolean pel_learning_window_get_running (PelLearningWindow *self);
/* Points on the curve. */
guint pel_learning_window_get_n_points (PelLearningWindow *self);
/* The advice as it stands. */
const char *pel_learning_window_get_advice (PelLearningWindow *self);

G_END_DECLS
