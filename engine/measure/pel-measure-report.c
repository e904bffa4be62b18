/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-measure-report.h"

#include <math.h>
#include <string.h>
#include <glib/gi18n-lib.h>

#include "engine/io/pel-csv.h"
#include "engine/io/pel-file.h"
#include "engine/measure/pel-measure-csv.h"
#include "engine/measure/pel-statistics.h"

typedef struct
{
  char *image, *group, *calibration, *model;
  guint page;
  gboolean is_predicted, is_given;
  double threshold;
  PelErrorScale error_scale;
  double um_x, um_y; /* 0 where not known */
  guint n_cells;
  PelClassCounts counts;
  PelSummary px[PEL_N_QUANTITIES], um[PEL_N_QUANTITIES];
} Row;

struct PelMeasureReport
{
  PelRules *rules;
  PelDefinitions definitions;
  GPtrArray *rows; /* Row */
};

/* The mean of an angle or a place says nothing, nor does that of an uncertainty. */
static gboolean
is_summarised (const PelQuantity *quantity)
{
  return quantity->error_of == quantity->id && quantity->kind != PEL_QUANTITY_KIND_POSITION &&
         quantity->kind != PEL_QUANTITY_KIND_ANGLE && quantity->kind != PEL_QUANTITY_KIND_FLAG;
}

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->image);
  g_free (row->group);
  g_free (row->calibration);
  g_free (row->model);
  g_free (row);
}

PelMeasureReport *
pel_measure_report_new (const PelRules *rules)
{
  PelMeasureReport *self = g_new (PelMeasureReport, 1);

  self->rules = rules ? pel_rules_copy (rules) : pel_rules_new ();
  self->definitions = PEL_DEFINITIONS_PELLICLE;
  self->rows = g_ptr_array_new_with_free_func (row_free);
  return self;
}

void
pel_measure_report_free (PelMeasureReport *self)
{
  if (!self)
    return;
  pel_rules_free (self->rules);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

static void
summarise (Row *row, const PelCellTable *table)
{
  g_autofree double *values = g_new (double, MAX (row->n_cells, 1));

  for (guint id = 0; id < PEL_N_QUANTITIES; id++)
    {
      if (!is_summarised (pel_quantity_get ((PelQuantityId)id)))
        continue;
      for (guint um = 0; um < 2; um++)
        {
          guint n = 0;

          for (guint i = 0; i < row->n_cells; i++)
            {
              if (pel_cell_table_get (table, i, PEL_QUANTITY_TOUCHES_BORDER) != 0)
                continue;
              values[n++] = um ? pel_cell_table_get_um (table, i, (PelQuantityId)id)
                               : pel_cell_table_get (table, i, (PelQuantityId)id);
            }
          pel_summary_compute (values, n, um ? &row->um[id] : &row->px[id]);
        }
    }
}

void
pel_measure_report_add (PelMeasureReport *self,
                        const PelMeasuredImage *image,
                        const PelCellTable *table)
{
  const PelErrorScale none = PEL_ERROR_SCALE_NONE;
  Row *row = g_new0 (Row, 1);

  self->definitions = pel_cell_table_get_definitions (table);

  row->image = g_strdup (image->image);
  row->group = g_strdup (image->group);
  row->calibration = g_strdup (image->calibration);
  row->model = g_strdup (image->model);
  row->page = image->page;
  row->is_predicted = image->is_predicted;
  row->is_given = image->is_given;
  row->threshold = image->threshold;
  row->error_scale = image->error_scale ? *image->error_scale : none;
  pel_cell_table_get_calibration (table, &row->um_x, &row->um_y);
  row->n_cells = pel_cell_table_get_n_cells (table);
  pel_rules_count (self->rules, table, image->get_class, image->user_data, &row->counts);
  summarise (row, table);
  g_ptr_array_add (self->rows, row);
}

char *
pel_measure_report_sibling (const char *csv_path, const char *ending)
{
  gsize length = strlen (csv_path);

  if (g_str_has_suffix (csv_path, ".csv"))
    length -= 4;
  return g_strdup_printf ("%.*s%s", (int)length, csv_path, ending);
}

/* ---- the table of images ---- */

static void
add_three (PelCsv *csv, const PelSummary *summary)
{
  pel_csv_add_nine (csv, summary->n > 0 ? summary->mean : (double)NAN);
  pel_csv_add_nine (csv, summary->n > 0 ? summary->sd : (double)NAN);
  pel_csv_add_nine (csv, summary->n > 0 ? summary->median : (double)NAN);
}

static void
add_three_names (PelCsv *csv, const char *column)
{
  static const char *const endings[] = { "mean", "sd", "median" };

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s_%s", column, endings[i]);

      pel_csv_add_string (csv, name);
    }
}

static void
write_header (const PelMeasureReport *self, PelCsv *csv)
{
  static const char *const names[] = {
    "image",       "page",        "group",       "cells",  "cells_at_border", "cells_counted",
    "um_per_px_x", "um_per_px_y", "calibration", "origin", "model",           "threshold"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    pel_csv_add_string (csv, names[i]);
  for (guint i = 0; i < PEL_N_QUANTITIES; i++)
    {
      const PelQuantity *quantity = pel_quantity_get ((PelQuantityId)i);

      if (!is_summarised (quantity))
        continue;
      add_three_names (csv, quantity->column);
      if (quantity->column_um)
        add_three_names (csv, quantity->column_um);
    }
  if (self->definitions != PEL_DEFINITIONS_PELLICLE)
    pel_csv_add_string (csv, PEL_MEASURE_DEFINITIONS_COLUMN);
  /* Last, because they are the user's. */
  for (guint i = 0; i < pel_rules_get_n (self->rules); i++)
    {
      const char *class_name = pel_rules_get (self->rules, i)->name;
      g_autofree char *count = g_strdup_printf ("%s_cells", class_name);
      g_autofree char *share = g_strdup_printf ("%s_fraction", class_name);

      pel_csv_add_string (csv, count);
      pel_csv_add_string (csv, share);
    }
  pel_csv_end_row (csv);
}

static void
write_row (const PelMeasureReport *self, PelCsv *csv, const Row *row)
{
  guint n = row->n_cells - row->counts.n_at_border;

  pel_csv_add_string (csv, row->image);
  pel_csv_add_int (csv, row->page);
  pel_csv_add_string (csv, row->group);
  pel_csv_add_int (csv, row->n_cells);
  pel_csv_add_int (csv, row->counts.n_at_border);
  pel_csv_add_int (csv, n);
  pel_csv_add_nine (csv, row->um_x > 0 ? row->um_x : (double)NAN);
  pel_csv_add_nine (csv, row->um_y > 0 ? row->um_y : (double)NAN);
  pel_csv_add_string (csv, row->um_x > 0 ? row->calibration : NULL);
  pel_csv_add_string (csv, row->is_given ? "file" : row->is_predicted ? "predicted" : "painted");
  pel_csv_add_string (csv, row->model);
  pel_csv_add_nine (csv, row->model ? row->threshold : (double)NAN);
  for (guint i = 0; i < PEL_N_QUANTITIES; i++)
    {
      const PelQuantity *quantity = pel_quantity_get ((PelQuantityId)i);

      if (!is_summarised (quantity))
        continue;
      add_three (csv, &row->px[i]);
      if (quantity->column_um)
        add_three (csv, &row->um[i]);
    }
  if (self->definitions != PEL_DEFINITIONS_PELLICLE)
    pel_csv_add_string (csv, pel_definitions_get_name (self->definitions));
  for (guint i = 0; i < pel_rules_get_n (self->rules); i++)
    {
      pel_csv_add_int (csv, row->counts.n[i]);
      pel_csv_add_nine (csv, pel_class_counts_get_fraction (&row->counts, i));
    }
  pel_csv_end_row (csv);
}

static gboolean
write_images (const PelMeasureReport *self, const char *path, GError **error)
{
  g_autoptr (PelCsv) csv = pel_csv_new (path, error);

  if (!csv)
    return FALSE;
  write_header (self, csv);
  for (guint i = 0; i < self->rows->len; i++)
    write_row (self, csv, self->rows->pdata[i]);
  return pel_csv_finish (csv, error);
}

/* ---- the text ---- */

static void
describe_scale (GString *text, const Row *row)
{
  char x[G_ASCII_DTOSTR_BUF_SIZE], y[G_ASCII_DTOSTR_BUF_SIZE];

  if (row->um_x > 0)
    g_string_append_printf (
        text,
        /* Translators: width and height of a pixel, and where they are known from */
        _ ("%s x %s µm per pixel (%s)"), g_ascii_formatd (x, sizeof x, "%.6g", row->um_x),
        g_ascii_formatd (y, sizeof y, "%.6g", row->um_y),
        row->calibration && row->calibration[0] ? row->calibration : _ ("source not known"));
  else
    g_string_append (text, _ ("no scale is known: lengths are in pixels only"));
}

static void
describe_image (GString *text, const Row *row)
{
  char threshold[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (text, "%s", row->image);
  if (row->group && row->group[0])
    g_string_append_printf (text, " [%s]", row->group);
  g_string_append (text, ": ");
  g_string_append_printf (text,
                          ngettext ("%u cell, %u of them at the border",
                                    "%u cells, %u of them at the border", row->n_cells),
                          row->n_cells, row->counts.n_at_border);
  g_string_append (text, "; ");
  describe_scale (text, row);
  g_string_append (text, "; ");
  if (row->is_given)
    g_string_append (text, _ ("cells of a file of labels, which does not tell who made them"));
  else if (!row->model)
    g_string_append (text, row->is_predicted ? _ ("predicted") : _ ("painted"));
  else
    g_string_append_printf (text,
                            row->is_predicted
                                /* Translators: the name of a model, and a number */
                                ? _ ("predicted by %s, contours at probability %s")
                                : _ ("painted, or accepted from %s, whose contours are at "
                                     "probability %s"),
                            row->model,
                            g_ascii_formatd (threshold, sizeof threshold, "%.4g", row->threshold));
  g_string_append (text, "\n");
}

static void
describe_intervals (GString *text, const Row *row)
{
  g_string_append_printf (text, "%s: ", row->model);
  if (row->error_scale.n_cells == 0)
    {
      g_string_append (text, _ ("no factors are known; uncertainties are half of the way between "
                                "probability 0.25 and 0.75, not intervals of 68 in 100.\n"));
      return;
    }
  for (guint i = 0; i < PEL_N_ERRORS; i++)
    {
      char digits[G_ASCII_DTOSTR_BUF_SIZE];

      g_string_append_printf (
          text, "%s %s, ", pel_quantity_get (pel_error_scale_get_quantity (i))->name,
          g_ascii_formatd (digits, sizeof digits, "%.3f", row->error_scale.factors[i]));
    }
  g_string_append_printf (text,
                          ngettext ("from %u validation cell.\n", "from %u validation cells.\n",
                                    row->error_scale.n_cells),
                          row->error_scale.n_cells);
}

static void
describe_models (GString *text, const PelMeasureReport *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = self->rows->pdata[i];

      if (!row->model || !g_hash_table_add (seen, row->model))
        continue;
      if (g_hash_table_size (seen) == 1)
        g_string_append_printf (text, "\n%s\n", _ ("Factors of the uncertainties, by model"));
      describe_intervals (text, row);
    }
}

static char *
make_text (const PelMeasureReport *self)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format_iso8601 (now);
  g_autofree char *columns = pel_measure_describe_columns (self->definitions);
  guint n_without = 0;

  for (guint i = 0; i < self->rows->len; i++)
    n_without += !(((const Row *)self->rows->pdata[i])->um_x > 0);
  /* Translators: the program's version, and a date */
  g_string_append_printf (text, _ ("Measured by Pellicle %s, %s\n"), PEL_VERSION, date);
  if (n_without > 0 && n_without < self->rows->len)
    g_string_append_printf (text,
                            ngettext ("%u image has no scale: its columns in µm are empty.\n",
                                      "%u images have no scale: their columns in µm are empty.\n",
                                      n_without),
                            n_without);
  /* Translators: the name of a program, such as ImageJ, and then what that means */
  g_string_append_printf (text, _ ("\nDefinitions: %s\n%s\n"),
                          pel_definitions_get_title (self->definitions),
                          pel_definitions_describe (self->definitions));
  g_string_append_printf (text, "\n%s\n", _ ("Images"));
  for (guint i = 0; i < self->rows->len; i++)
    describe_image (text, self->rows->pdata[i]);
  describe_models (text, self);
  if (pel_rules_get_n (self->rules) > 0)
    {
      g_autofree char *rules = pel_rules_to_text (self->rules);

      g_string_append_printf (text, "\n%s\n%s",
                              _ ("Classes: a cell belongs to the first rule that holds for it"),
                              rules);
    }
  g_string_append_printf (
      text, "\n%s\n%s\n", _ ("The table of images"),
      _ ("Each mean, standard deviation (divided by n - 1), median, count and fraction of a class "
         "leaves out the cells that touch the border, since they may be cut; \"cells_counted\" is "
         "the number of the others. Cells of one image are not independent of each other: where "
         "images are compared, each counts once."));
  g_string_append_printf (text, "\n%s\n%s", _ ("Columns"), columns);
  return g_string_free (text, FALSE);
}

gboolean
pel_measure_report_write (const PelMeasureReport *self, const char *csv_path, GError **error)
{
  g_autofree char *images = pel_measure_report_sibling (csv_path, ".images.csv");
  g_autofree char *columns = pel_measure_report_sibling (csv_path, ".columns.txt");
  g_autofree char *text = make_text (self);

  return write_images (self, images, error) &&
         pel_file_write_atomic (columns, text, strlen (text), error);
}
