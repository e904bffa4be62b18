/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-summary.h"

#include "engine/io/pel-csv.h"
#include "engine/measure/pel-measure-csv.h"

#include <math.h>

/* The values of one quantity in one unit over the cells of one image. */
typedef struct
{
  PelQuantityId id;
  gboolean um;
  GArray *values; /* double */
} Column;

typedef struct
{
  char *image; /* NULL for all images */
  guint page;
  GArray *columns; /* Column */
} Sheet;

struct PelCliSummary
{
  PelDefinitions definitions; /* of the tables */
  GPtrArray *sheets;          /* Sheet; the first is that of all images */
};

/* A mean angle or place says nothing, nor does that of an uncertainty. */
static gboolean
is_summarised (const PelQuantity *quantity)
{
  if (quantity->error_of != quantity->id)
    return FALSE;
  switch (quantity->kind)
    {
    case PEL_QUANTITY_KIND_POSITION:
    case PEL_QUANTITY_KIND_ANGLE:
    case PEL_QUANTITY_KIND_FLAG:
      return FALSE;
    case PEL_QUANTITY_KIND_NUMBER:
    case PEL_QUANTITY_KIND_COUNT:
    case PEL_QUANTITY_KIND_LENGTH:
    case PEL_QUANTITY_KIND_AREA:
    case PEL_QUANTITY_KIND_INTENSITY:
    default:
      return TRUE;
    }
}

static const char *
get_unit (const PelQuantity *quantity, gboolean um)
{
  if (quantity->kind == PEL_QUANTITY_KIND_LENGTH)
    return um ? "um" : "px";
  if (quantity->kind == PEL_QUANTITY_KIND_AREA)
    return um ? "um2" : "px2";
  return "";
}

static void
clear_column (gpointer data)
{
  Column *column = data;

  g_array_unref (column->values);
}

static Sheet *
sheet_new (const char *image, guint page)
{
  Sheet *sheet = g_new0 (Sheet, 1);
  guint n_quantities;
  const PelQuantity *quantities = pel_quantities_get (&n_quantities);

  sheet->image = g_strdup (image);
  sheet->page = page;
  sheet->columns = g_array_new (FALSE, FALSE, sizeof (Column));
  g_array_set_clear_func (sheet->columns, clear_column);
  for (guint i = 0; i < n_quantities; i++)
    {
      if (!is_summarised (&quantities[i]))
        continue;
      for (guint um = 0; um < (quantities[i].column_um != NULL ? 2u : 1u); um++)
        {
          Column column = { quantities[i].id, um == 1,
                            g_array_new (FALSE, FALSE, sizeof (double)) };

          g_array_append_val (sheet->columns, column);
        }
    }
  return sheet;
}

static void
sheet_free (gpointer data)
{
  Sheet *sheet = data;

  g_free (sheet->image);
  g_array_unref (sheet->columns);
  g_free (sheet);
}

PelCliSummary *
pel_cli_summary_new (void)
{
  PelCliSummary *self = g_new0 (PelCliSummary, 1);

  self->definitions = PEL_DEFINITIONS_PELLICLE;
  self->sheets = g_ptr_array_new_with_free_func (sheet_free);
  g_ptr_array_add (self->sheets, sheet_new (NULL, 0));
  return self;
}

void
pel_cli_summary_free (PelCliSummary *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->sheets);
  g_free (self);
}

static void
sheet_add (Sheet *sheet, const PelCellTable *table)
{
  for (guint i = 0; i < sheet->columns->len; i++)
    {
      Column *column = &g_array_index (sheet->columns, Column, i);

      for (guint row = 0; row < pel_cell_table_get_n_cells (table); row++)
        {
          double value = column->um ? pel_cell_table_get_um (table, row, column->id)
                                    : pel_cell_table_get (table, row, column->id);

          if (isfinite (value))
            g_array_append_val (column->values, value);
        }
    }
}

void
pel_cli_summary_add (PelCliSummary *self, const char *image, guint page, const PelCellTable *table)
{
  Sheet *sheet = sheet_new (image, page);

  self->definitions = pel_cell_table_get_definitions (table);
  sheet_add (sheet, table);
  g_ptr_array_add (self->sheets, sheet);
  sheet_add (self->sheets->pdata[0], table);
}

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static void
write_column (PelCsv *csv, PelDefinitions definitions, const Sheet *sheet, Column *column)
{
  const PelQuantity *quantity = pel_quantity_get (column->id);
  guint n = column->values->len;
  const double *values;
  double sum = 0, squares = 0, mean;

  /* Without a calibration there is nothing in µm to tell. */
  if (n == 0 && column->um)
    return;
  pel_csv_add_string (csv, sheet->image);
  if (sheet->image != NULL)
    pel_csv_add_int (csv, sheet->page);
  else
    pel_csv_add_empty (csv);
  pel_csv_add_string (csv, quantity->name);
  pel_csv_add_string (csv, get_unit (quantity, column->um));
  pel_csv_add_int (csv, n);

  g_array_sort (column->values, compare_doubles);
  values = (const double *)(const void *)column->values->data;
  for (guint i = 0; i < n; i++)
    sum += values[i];
  mean = n > 0 ? sum / n : NAN;
  for (guint i = 0; i < n; i++)
    squares += (values[i] - mean) * (values[i] - mean);
  pel_csv_add_number (csv, mean);
  pel_csv_add_number (csv, n > 1 ? sqrt (squares / (n - 1)) : NAN);
  pel_csv_add_number (csv, n > 0 ? (values[(n - 1) / 2] + values[n / 2]) / 2 : NAN);
  pel_csv_add_number (csv, n > 0 ? values[0] : NAN);
  pel_csv_add_number (csv, n > 0 ? values[n - 1] : NAN);
  if (definitions != PEL_DEFINITIONS_PELLICLE)
    pel_csv_add_string (csv, pel_definitions_get_name (definitions));
  pel_csv_end_row (csv);
}

static void
write_sheet (PelCsv *csv, PelDefinitions definitions, const Sheet *sheet)
{
  for (guint i = 0; i < sheet->columns->len; i++)
    write_column (csv, definitions, sheet, &g_array_index (sheet->columns, Column, i));
}

gboolean
pel_cli_summary_write (const PelCliSummary *self, const char *path, GError **error)
{
  static const char *const header[] = { "image", "page", "quantity", "unit", "cells",
                                        "mean",  "sd",   "median",   "min",  "max" };
  g_autoptr (PelCsv) csv = pel_csv_new (path, error);

  if (csv == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (header); i++)
    pel_csv_add_string (csv, header[i]);
  if (self->definitions != PEL_DEFINITIONS_PELLICLE)
    pel_csv_add_string (csv, PEL_MEASURE_DEFINITIONS_COLUMN);
  pel_csv_end_row (csv);
  for (guint i = 1; i < self->sheets->len; i++)
    write_sheet (csv, self->definitions, self->sheets->pdata[i]);
  write_sheet (csv, self->definitions, self->sheets->pdata[0]);
  return pel_csv_finish (csv, error);
}
