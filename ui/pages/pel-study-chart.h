/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-study-job.h"
#include "ui/widgets/pel-chart-data.h"

/**
 * PelStudyChoice:
 * @kind: how the cells are shown
 * @by_image: for boxes, whether an image counts once, with the median of its cells, else each cell
 * @leave_border: whether cells that touch the border are left out
 * @x: what is shown along the axis, and compared between groups
 * @y: for points, what is shown upwards
 * @want_um: whether lengths are in µm where every image has a scale
 *
 * What a chart of many images shows.
 */
typedef struct
{
  PelChartKind kind;
  gboolean by_image;
  gboolean leave_border;
  PelQuantityId x, y;
  gboolean want_um;
} PelStudyChoice;

/* Where a point of a chart comes from. */
typedef struct
{
  guint image; /* index into the study */
  guint row;   /* of its table */
} PelStudyOrigin;

/**
 * PelStudyChart:
 * @data: the chart
 * @origins: of #PelStudyOrigin, one for each point
 * @text: what is told beside it: medians, tests, classes
 *
 * A chart with where its points come from. One owner.
 */
typedef struct
{
  PelChartData *data;
  GArray *origins;
  char *text;
} PelStudyChart;

/**
 * pel_study_chart_new:
 * @images: (element-type PelStudyImage): what was measured
 * @choice: what to show
 * @rules: (nullable): classes that are counted for each group
 *
 * Works the whole chart out. Any thread.
 *
 * Returns: (transfer full): the chart
 */
PelStudyChart *pel_study_chart_new (GPtrArray *images,
                                    const PelStudyChoice *choice,
                                    const PelRules *rules) G_GNUC_WARN_UNUSED_RESULT;
void pel_study_chart_free (PelStudyChart *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelStudyChart, pel_study_chart_free)
