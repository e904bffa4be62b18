/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-pool.h"
#include "engine/io/pel-csv.h"
#include "engine/measure/pel-measure.h"
#include "engine/measure/pel-rules.h"

/* The column that tables by another program's definitions end with. */
#define PEL_MEASURE_DEFINITIONS_COLUMN "definitions"

/**
 * PelMeasureCsvSource:
 * @image: name of the image
 * @page: page within its file, from 1
 * @group: (nullable): group of the image, such as `control`
 * @get_class: (nullable): tells the class of a cell by its label; may return %NULL. Called in
 *   several threads at once where there is a pool
 * @user_data: passed to @get_class
 * @rules: (nullable): classes of the cells that @get_class knows none of
 *
 * What a row of the CSV says beyond the measurements.
 */
typedef struct
{
  const char *image;
  guint page;
  const char *group;
  const char *(*get_class) (guint32 label, gpointer user_data);
  gpointer user_data;
  const PelRules *rules;
} PelMeasureCsvSource;

/**
 * pel_measure_write_csv_header:
 * @csv: a writer at the start of a row
 * @definitions: by whose definitions the rows are measured
 *
 * Writes the row of column names. They are stable for good, and new ones are only ever added
 * at the end. A table by another program's definitions has a last column that names it in each row.
 */
void pel_measure_write_csv_header (PelCsv *csv, PelDefinitions definitions);

/**
 * pel_measure_write_csv_rows:
 * @csv: a writer at the start of a row
 * @table: the cells
 * @source: where they come from
 * @pool: (nullable): threads that share the rows; what is written does not depend on them
 *
 * Writes a row for each cell. What is not known is left empty.
 */
void pel_measure_write_csv_rows (PelCsv *csv,
                                 const PelCellTable *table,
                                 const PelMeasureCsvSource *source,
                                 PelPool *pool);

/**
 * pel_measure_describe_columns:
 * @definitions: by whose definitions the rows are measured
 *
 * Returns: (transfer full): the text of the file that goes with the CSV: each column with its
 *   unit, definition and source, translated
 */
char *pel_measure_describe_columns (PelDefinitions definitions) G_GNUC_WARN_UNUSED_RESULT;
