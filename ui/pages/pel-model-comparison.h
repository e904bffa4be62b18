/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelModelComparison:
 *
 * Two or more models in a table, with their scores over training time in one plot. As every model's
 * own scores are from the images that were held out from it, a test compares them on the same ones:
 * in the background, one model after another.
 */
#define PEL_TYPE_MODEL_COMPARISON (pel_model_comparison_get_type ())
G_DECLARE_FINAL_TYPE (PelModelComparison, pel_model_comparison, PEL, MODEL_COMPARISON, GtkWidget)

GtkWidget *pel_model_comparison_new (PelWorkspace *workspace) G_GNUC_WARN_UNUSED_RESULT;
/* @models: (element-type PelModelEntry): which ones; ends a test under way where they are others.
 * What was tested before is remembered */
void pel_model_comparison_set_models (PelModelComparison *self, GPtrArray *models);
/* Tests those that were not tested yet, on the held-out images of the project. */
void pel_model_comparison_test (PelModelComparison *self);
void pel_model_comparison_stop (PelModelComparison *self);
gboolean pel_model_comparison_get_testing (PelModelComparison *self);
/* How many of the models have figures from the same images. */
guint pel_model_comparison_get_n_tested (PelModelComparison *self);
/* What the table holds, counted from 0 without its headings; NULL beyond its end. */
const char *pel_model_comparison_get_text (PelModelComparison *self, guint row, guint model);
/* What went wrong with a test, or how it was made. */
const char *pel_model_comparison_get_remark (PelModelComparison *self);

G_END_DECLS
