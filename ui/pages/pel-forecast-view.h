/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelForecastView:
 *
 * What may be expected of a training that has not begun: steps in the time there is, memory, and a
 * score, with what each is drawn from. A button makes a short trial.
 *
 * Signal: `wanted` (no argument) when the user asks for a trial; answer with
 * pel_forecast_view_start().
 */
#define PEL_TYPE_FORECAST_VIEW (pel_forecast_view_get_type ())
G_DECLARE_FINAL_TYPE (PelForecastView, pel_forecast_view, PEL, FORECAST_VIEW, GtkWidget)

void pel_forecast_view_set_workspace (PelForecastView *self, PelWorkspace *workspace);
/* The time limit in seconds; what is known is told for it at once, without another trial. */
void pel_forecast_view_set_limit (PelForecastView *self, double seconds);

/**
 * pel_forecast_view_start:
 * @self: a view
 * @config: how the training would be
 * @items: (element-type PelTrainingItem): what it would learn from
 * @init_path: (nullable): the model that it would start from
 *
 * Begins a trial, in place of one that may be under way.
 */
void pel_forecast_view_start (PelForecastView *self,
                              const PelTrainConfig *config,
                              GPtrArray *items,
                              const char *init_path);
/* Stops a trial and forgets what is known: the settings are others now, or a training begins. */
void pel_forecast_view_reset (PelForecastView *self);
/* Stops a trial; what is known stays. */
void pel_forecast_view_stop (PelForecastView *self);
gboolean pel_forecast_view_get_running (PelForecastView *self);
/* What is told at present: steps and memory, then the score; empty where nothing is known. */
const char *pel_forecast_view_get_summary (PelForecastView *self);
const char *pel_forecast_view_get_expectation (PelForecastView *self);

G_END_DECLS
