/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/widgets/pel-chart-data.h"

#define PEL_CHART_COLORS 4

/* Where and how a chart is drawn: on the screen or on paper. */
typedef struct
{
  cairo_t *cr;
  PangoContext *pango;
  double left, top, right, bottom; /* of the plot, set by pel_chart_lay_out() */
  double scale;                    /* of lines and points */
  GdkRGBA ink, colors[PEL_CHART_COLORS];
} PelChartPage;

/* Places the plot within a page of that size; needs @page's pango and scale. */
void pel_chart_lay_out (const PelChartData *self, PelChartPage *page, double width, double height);
/* Whether there is anything to draw, and room for it. */
gboolean pel_chart_fits (const PelChartData *self, const PelChartPage *page);

/* What is around and over the points: axes, bars, texts, boxes. */
void pel_chart_draw_axes (const PelChartData *self, const PelChartPage *page);
/* The points themselves; needs no text, so that a thread can do it where there are many. */
void pel_chart_draw_points (const PelChartData *self, const PelChartPage *page);
void pel_chart_draw_boxes (const PelChartData *self, const PelChartPage *page);
/* @brush: x0, y0, x1, y1 as values, rising */
void pel_chart_draw_brush (const PelChartData *self,
                           const PelChartPage *page,
                           const double brush[4]);
