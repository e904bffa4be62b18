/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#define PEL_TYPE_PLOT (pel_plot_get_type ())
G_DECLARE_FINAL_TYPE (PelPlot, pel_plot, PEL, PLOT, GtkWidget)

/**
 * PelPlotStyle:
 * @PEL_PLOT_LINE: a plain line, for values that come at every step
 * @PEL_PLOT_POINTS: a line through marked points, for values that come now and then
 */
typedef enum
{
  PEL_PLOT_LINE,
  PEL_PLOT_POINTS,
} PelPlotStyle;

/**
 * pel_plot_new:
 * @title: what the values are, such as "Loss"; translated
 * @x_title: what they are drawn over, such as "step"; translated
 *
 * A plot of one or more curves with axes, a legend, and the values under the pointer. It can take
 * the focus: the arrow keys then move the line that reads the values.
 *
 * Returns: (transfer floating): the plot
 */
GtkWidget *pel_plot_new (const char *title, const char *x_title) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_plot_set_y_range:
 * @self: a plot
 * @low: the least value
 * @high: the greatest; NaN for either end to fit it to the curves
 */
void pel_plot_set_y_range (PelPlot *self, double low, double high);

/**
 * pel_plot_add_series:
 * @self: a plot
 * @name: the name in the legend; translated
 * @style: how it is drawn
 *
 * Returns: the number of the curve, for the other calls
 */
guint pel_plot_add_series (PelPlot *self, const char *name, PelPlotStyle style);

/**
 * pel_plot_append:
 * @self: a plot
 * @series: a curve
 * @x: where; greater than the last one
 * @y: the value; one that is not finite is left out
 */
void pel_plot_append (PelPlot *self, guint series, double x, double y);

guint pel_plot_get_n_points (PelPlot *self, guint series);

/**
 * pel_plot_set_best:
 * @self: a plot
 * @series: a curve
 * @x: the position of its best point, or NaN for none
 *
 * Marks the point of @series at @x as the best one: by a ring and in words, also for those who hear
 * the plot.
 */
void pel_plot_set_best (PelPlot *self, guint series, double x);

/* Takes every point away; the curves stay. */
void pel_plot_clear (PelPlot *self);
