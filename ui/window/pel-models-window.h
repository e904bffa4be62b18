/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/pages/pel-model-comparison.h"
#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelModelsWindow:
 *
 * Every model of the project in a table that can be sorted. Below it, of one chosen model its
 * curves, its facts, the note and what can be done with it; of two or more a comparison.
 */
#define PEL_TYPE_MODELS_WINDOW (pel_models_window_get_type ())
G_DECLARE_FINAL_TYPE (PelModelsWindow, pel_models_window, PEL, MODELS_WINDOW, AdwWindow)

/* @parent: the window whose actions are meant by "win." */
GtkWidget *pel_models_window_new (PelWorkspace *workspace, GtkWindow *parent)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether such a window of @parent is in front, and shows what the workspace tells in its place. */
gboolean pel_models_window_tells (GtkWindow *parent);
/* Chooses models by their names, and no others. */
void pel_models_window_choose (PelModelsWindow *self, const char *const *names);
/* (transfer full) (element-type PelModelEntry): those that are chosen, in the table's order */
GPtrArray *pel_models_window_get_chosen (PelModelsWindow *self) G_GNUC_WARN_UNUSED_RESULT;
/* Models in the table. */
guint pel_models_window_get_n_models (PelModelsWindow *self);
/* "empty" where there is no model, else by how many are chosen "none", "one" or "several" */
const char *pel_models_window_get_page (PelModelsWindow *self);
/* (transfer none): what is shown of several models */
PelModelComparison *pel_models_window_get_comparison (PelModelsWindow *self);

G_END_DECLS
