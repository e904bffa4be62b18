/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/measure/pel-measure.h"
#include "engine/measure/pel-rules.h"

/**
 * PelMeasuredImage:
 * @image: name of the image
 * @page: page within its file, from 1
 * @group: (nullable): group of the image
 * @calibration: (nullable): where its scale comes from
 * @is_predicted: whether its cells are a model's as they are, not the user's
 * @is_given: whether its cells come from a file of labels that does not say who made it
 * @model: (nullable): the model whose probabilities were measured
 * @threshold: the probability of the contours; unused without a model
 * @error_scale: (nullable): the model's
 * @width: its width in pixels, 0 where that is not told
 * @height: its height in pixels, 0 where that is not told
 * @get_class: (nullable): the user's own classes of cells, which go before the rules
 * @user_data: for @get_class
 *
 * Where a table of cells comes from.
 */
typedef struct
{
  const char *image;
  guint page;
  const char *group;
  const char *calibration;
  gboolean is_predicted, is_given;
  const char *model;
  double threshold;
  const PelErrorScale *error_scale;
  guint width, height;
  PelClassFunc get_class;
  gpointer user_data;
} PelMeasuredImage;

/**
 * PelMeasureReport:
 *
 * What goes beside a table of cells, `cells.csv`: a table with a row per image, `cells.images.csv`,
 * and a text, `cells.columns.txt`, that says what was measured how, with what. One owner.
 */
typedef struct PelMeasureReport PelMeasureReport;

/* @rules: (nullable): the classes that are counted; copied */
PelMeasureReport *pel_measure_report_new (const PelRules *rules) G_GNUC_WARN_UNUSED_RESULT;
void pel_measure_report_free (PelMeasureReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelMeasureReport, pel_measure_report_free)

/* Adds an image with its cells; all tables of a report are measured by the same definitions. */
void pel_measure_report_add (PelMeasureReport *self,
                             const PelMeasuredImage *image,
                             const PelCellTable *table);

/**
 * pel_measure_report_write:
 * @self: a report
 * @csv_path: the table of cells that it goes with
 * @error: return location for a `GError`
 *
 * Writes both files. Cells that touch the border count in `cells` and `cells_at_border` but in no
 * mean, median or class.
 *
 * Returns: %FALSE with a `G_IO_ERROR`
 */
gboolean pel_measure_report_write (const PelMeasureReport *self,
                                   const char *csv_path,
                                   GError **error);

/* (transfer full): the name of a file beside a table: `cells.csv` and `.images.csv` give
 * `cells.images.csv` */
char *pel_measure_report_sibling (const char *csv_path, const char *ending)
    G_GNUC_WARN_UNUSED_RESULT;
