/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "engine/measure/pel-statistics.h"
#include "ui/widgets/pel-axis.h"

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

#define PEL_CHART_MAX_BARS 60
#define PEL_CHART_MAX_GROUPS 64

/**
 * PelChartData:
 *
 * Points with their axes, bars and boxes: all that a chart shows, worked out once. Never changes
 * once made and is atomically counted: made, drawn and saved by any thread.
 */
typedef struct
{
  PelChartKind kind;
  guint n;
  double *x, *y; /* (array length=n) (nullable) */
  guint8 *group; /* (array length=n) (nullable) */
  GStrv names;   /* (nullable): of the groups */
  guint n_groups;
  char *x_title, *y_title;
  PelAxis x_axis, y_axis;
  guint bars[PEL_CHART_MAX_BARS], n_bars;
  PelSummary boxes[PEL_CHART_MAX_GROUPS];
} PelChartData;

/**
 * pel_chart_data_new:
 * @kind: how they are drawn
 * @x: (array length=n) (nullable): values along the axis; unused for boxes
 * @y: (array length=n) (nullable): values upwards; unused for bars
 * @group: (array length=n) (nullable): index of each point's group
 * @n: number of points
 * @group_names: (array zero-terminated=1) (nullable): names of the groups, at most
 *   %PEL_CHART_MAX_GROUPS; points of others are not drawn
 * @x_title: what @x is, with its unit; translated
 * @y_title: what @y is
 *
 * Copies all of it. What is not finite is not drawn. Any thread.
 *
 * Returns: (transfer full): the data
 */
PelChartData *pel_chart_data_new (PelChartKind kind,
                                  const double *x,
                                  const double *y,
                                  const guint8 *group,
                                  guint n,
                                  const char *const *group_names,
                                  const char *x_title,
                                  const char *y_title) G_GNUC_WARN_UNUSED_RESULT;
PelChartData *pel_chart_data_ref (PelChartData *self);
void pel_chart_data_unref (PelChartData *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelChartData, pel_chart_data_unref)

/* Whether a point lies in a brush: x0, y0, x1, y1, rising; for bars y has no meaning. */
gboolean pel_chart_data_is_inside (const PelChartData *self, guint index, const double brush[4]);

/**
 * pel_chart_data_save:
 * @self: data
 * @path: ends in .svg, .pdf or .png
 * @error: return location for a `GError`
 *
 * Writes the chart dark on white, 160 by 120 mm; a PNG at 300 dots per inch. Any thread.
 *
 * Returns: %FALSE with a `G_IO_ERROR`
 */
gboolean pel_chart_data_save (const PelChartData *self, const char *path, GError **error);
