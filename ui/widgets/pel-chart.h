/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/widgets/pel-chart-data.h"

/**
 * PelChart:
 *
 * A chart of measured cells, drawn with cairo. A drag over bars or points brushes them: the signal
 * `brushed` (no arguments) tells, and pel_chart_is_brushed() which they are. Esc takes the brush
 * away; with the keyboard, the arrow keys move it and Shift with them widens it.
 */
#define PEL_TYPE_CHART (pel_chart_get_type ())
G_DECLARE_FINAL_TYPE (PelChart, pel_chart, PEL, CHART, GtkWidget)

GtkWidget *pel_chart_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Shows other points and forgets the brush; of many the marks are drawn in a thread. */
void pel_chart_set_data (PelChart *self, PelChartData *data);
/* (transfer none): what it shows */
PelChartData *pel_chart_get_data (PelChart *self);

gboolean pel_chart_has_brush (PelChart *self);
gboolean pel_chart_is_brushed (PelChart *self, guint index);
/* The brush as values; for bars y has no meaning. */
void pel_chart_set_brush (PelChart *self, double x0, double y0, double x1, double y1);
void pel_chart_clear_brush (PelChart *self);

/* Whether no points are being drawn elsewhere; for tests and benchmarks. */
gboolean pel_chart_is_settled (PelChart *self);
