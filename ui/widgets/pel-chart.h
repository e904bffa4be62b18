/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

/**
 * PelChartKind:
 * @PEL_CHART_BARS: a histogram of x
 * @PEL_CHART_SCATTER: a point for each pair of x and y
 * @PEL_CHART_BOXES: for each group a box of its y over a strip of its points
 */
typedef enum
{
  PEL_CHART_BARS,
  PEL_CHART_SCATTER,
  PEL_CHART_BOXES,
} PelChartKind;

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

/**
 * pel_chart_set_points:
 * @self: a chart
 * @kind: how they are drawn
 * @x: (array length=n) (nullable): values along the axis; unused for boxes
 * @y: (array length=n) (nullable): values upwards; unused for bars
 * @group: (array length=n) (nullable): index of each point's group
 * @n: number of points
 * @group_names: (array zero-terminated=1) (nullable): names of the groups
 * @x_title: what @x is, with its unit; translated
 * @y_title: what @y is
 *
 * Shows other points; copies them and forgets the brush. What is not finite is not drawn.
 */
void pel_chart_set_points (PelChart *self,
                           PelChartKind kind,
                           const double *x,
                           const double *y,
                           const guint8 *group,
                           guint n,
                           const char *const *group_names,
                           const char *x_title,
                           const char *y_title);

gboolean pel_chart_has_brush (PelChart *self);
gboolean pel_chart_is_brushed (PelChart *self, guint index);
/* The brush as values; for bars y has no meaning. */
void pel_chart_set_brush (PelChart *self, double x0, double y0, double x1, double y1);
void pel_chart_clear_brush (PelChart *self);

/**
 * pel_chart_save:
 * @self: a chart
 * @path: ends in .svg, .pdf or .png
 * @error: return location for a `GError`
 *
 * Writes the chart dark on white, 160 by 120 mm; a PNG at 300 dots per inch.
 *
 * Returns: %FALSE with a `G_IO_ERROR`
 */
gboolean pel_chart_save (PelChart *self, const char *path, GError **error);
