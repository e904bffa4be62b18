/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "app/document/pel-model-entry.h"

G_BEGIN_DECLS

/**
 * PelCurvePlots:
 *
 * The curves of a training, one plot above the other: its losses, and its scores on held-out images
 * with the best one marked. The second is only there when there are scores.
 */
#define PEL_TYPE_CURVE_PLOTS (pel_curve_plots_get_type ())
G_DECLARE_FINAL_TYPE (PelCurvePlots, pel_curve_plots, PEL, CURVE_PLOTS, GtkWidget)

GtkWidget *pel_curve_plots_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* Shows these curves alone; marks their best point, whoever said which it was. */
void pel_curve_plots_show (PelCurvePlots *self, const PelCurvePoint *points, guint n_points);
/* One point more; marked where it says that it is the best. */
void pel_curve_plots_append (PelCurvePlots *self, const PelCurvePoint *point);
/* Whether they take all the height there is. */
void pel_curve_plots_set_tall (PelCurvePlots *self, gboolean tall);

G_END_DECLS
