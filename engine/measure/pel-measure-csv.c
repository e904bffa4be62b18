/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-measure-csv.h"

#include <math.h>
#include <glib/gi18n-lib.h>

#include "engine/measure/pel-quantity-private.h"

/* Columns that are no quantities: those before, and those after the quantities of the first
 * version. Quantities added since follow at the very end. */
static const char *const first_columns[] = { "image", "page", "cell", "class", "group" };
static const char *const last_columns[] = { "um_per_px_x", "um_per_px_y", "origin" };
#define N_FIRST_QUANTITIES (PEL_QUANTITY_PIECES + 1)

/* Rows are made in blocks, by several threads; so many blocks at a time for each thread. */
#define ROWS_PER_BLOCK 256
#define BLOCKS_PER_THREAD 8

static void
add_value (PelCsv *csv, double value, PelQuantityKind kind)
{
  if (!isfinite (value))
    pel_csv_add_empty (csv);
  else if (kind == PEL_QUANTITY_KIND_COUNT || kind == PEL_QUANTITY_KIND_FLAG)
    pel_csv_add_int (csv, (gint64)value);
  else
    pel_csv_add_nine (csv, value);
}

static void
add_names (PelCsv *csv, guint first, guint end)
{
  for (guint i = first; i < end; i++)
    {
      const PelQuantity *quantity = pel_quantity_get ((PelQuantityId)i);

      pel_csv_add_string (csv, quantity->column);
      if (quantity->column_um)
        pel_csv_add_string (csv, quantity->column_um);
    }
}

void
pel_measure_write_csv_header (PelCsv *csv, PelDefinitions definitions)
{
  for (guint i = 0; i < G_N_ELEMENTS (first_columns); i++)
    pel_csv_add_string (csv, first_columns[i]);
  add_names (csv, 0, N_FIRST_QUANTITIES);
  for (guint i = 0; i < G_N_ELEMENTS (last_columns); i++)
    pel_csv_add_string (csv, last_columns[i]);
  add_names (csv, N_FIRST_QUANTITIES, PEL_N_QUANTITIES);
  if (definitions != PEL_DEFINITIONS_PELLICLE)
    pel_csv_add_string (csv, PEL_MEASURE_DEFINITIONS_COLUMN);
  pel_csv_end_row (csv);
}

static void
add_quantities (PelCsv *csv, const PelCellTable *table, guint row, guint first, guint end)
{
  for (guint i = first; i < end; i++)
    {
      const PelQuantity *quantity = pel_quantity_get ((PelQuantityId)i);

      add_value (csv, pel_cell_table_get (table, row, quantity->id), quantity->kind);
      if (quantity->column_um)
        add_value (csv, pel_cell_table_get_um (table, row, quantity->id), quantity->kind);
    }
}

static void
add_rows (PelCsv *csv,
          const PelCellTable *table,
          const PelMeasureCsvSource *source,
          guint first,
          guint end)
{
  double um_x, um_y;
  gboolean is_calibrated = pel_cell_table_get_calibration (table, &um_x, &um_y);
  PelDefinitions definitions = pel_cell_table_get_definitions (table);

  for (guint row = first; row < end; row++)
    {
      guint32 label = pel_cell_table_get_label (table, row);
      const char *class_name =
          source->get_class ? source->get_class (label, source->user_data) : NULL;

      if (!class_name && source->rules)
        class_name = pel_rules_get_class (source->rules, table, row);

      pel_csv_add_string (csv, source->image);
      pel_csv_add_int (csv, source->page);
      pel_csv_add_int (csv, label);
      pel_csv_add_string (csv, class_name);
      pel_csv_add_string (csv, source->group);
      add_quantities (csv, table, row, 0, N_FIRST_QUANTITIES);
      add_value (csv, is_calibrated ? um_x : (double)NAN, PEL_QUANTITY_KIND_NUMBER);
      add_value (csv, is_calibrated ? um_y : (double)NAN, PEL_QUANTITY_KIND_NUMBER);
      pel_csv_add_string (csv, pel_label_origin_get_name (pel_cell_table_get_origin (table, row)));
      add_quantities (csv, table, row, N_FIRST_QUANTITIES, PEL_N_QUANTITIES);
      if (definitions != PEL_DEFINITIONS_PELLICLE)
        pel_csv_add_string (csv, pel_definitions_get_name (definitions));
      pel_csv_end_row (csv);
    }
}

typedef struct
{
  const PelCellTable *table;
  const PelMeasureCsvSource *source;
  guint first;
  GString **texts;
} Batch;

static void
make_block (guint item, guint worker, gpointer data)
{
  const Batch *batch = data;
  guint n = pel_cell_table_get_n_cells (batch->table);
  guint first = batch->first + item * ROWS_PER_BLOCK;
  g_autoptr (PelCsv) csv = NULL;

  g_string_truncate (batch->texts[item], 0);
  csv = pel_csv_new_for_string (batch->texts[item]);
  add_rows (csv, batch->table, batch->source, first, MIN (first + ROWS_PER_BLOCK, n));
}

void
pel_measure_write_csv_rows (PelCsv *csv,
                            const PelCellTable *table,
                            const PelMeasureCsvSource *source,
                            PelPool *pool)
{
  guint n = pel_cell_table_get_n_cells (table);
  guint n_texts = pool ? pel_pool_get_n_threads (pool) * BLOCKS_PER_THREAD : 0;
  g_autofree GString **texts = g_new (GString *, MAX (n_texts, 1));

  if (n_texts <= BLOCKS_PER_THREAD || n <= ROWS_PER_BLOCK)
    {
      add_rows (csv, table, source, 0, n);
      return;
    }
  for (guint i = 0; i < n_texts; i++)
    texts[i] = g_string_new (NULL);
  for (guint first = 0; first < n; first += n_texts * ROWS_PER_BLOCK)
    {
      Batch batch = { table, source, first, texts };
      guint n_blocks = MIN (n_texts, (n - first + ROWS_PER_BLOCK - 1) / ROWS_PER_BLOCK);

      pel_pool_run (pool, n_blocks, make_block, &batch, NULL);
      for (guint i = 0; i < n_blocks; i++)
        pel_csv_add_rows (csv, texts[i]->str, texts[i]->len);
    }
  for (guint i = 0; i < n_texts; i++)
    g_string_free (texts[i], TRUE);
}

char *
pel_measure_describe_columns (PelDefinitions definitions)
{
  GString *text = g_string_new (NULL);
  guint n;
  const PelQuantity *quantities = pel_quantities_get (&n);

  g_string_append_printf (text, "image: %s %s\n", _ ("Name of the image."),
                          _ ("Names of images, classes and groups are written as they are, so that "
                             "they can be paired with files; a spreadsheet may take one that "
                             "begins with =, +, - or @ for a formula, so read these columns as "
                             "text."));
  g_string_append_printf (text, "page: %s\n", _ ("Page within its file, from 1."));
  g_string_append_printf (text, "cell: %s\n", _ ("Label of the cell in the label image."));
  g_string_append_printf (text, "class: %s\n", _ ("Class of the cell, if it has one."));
  g_string_append_printf (text, "group: %s\n", _ ("Group of the image, if it has one."));
  for (guint i = 0; i < n; i++)
    {
      const char *description, *source;

      g_string_append (text, quantities[i].column);
      if (quantities[i].column_um)
        g_string_append_printf (text, ", %s", quantities[i].column_um);
      description = pel_definitions_describe_quantity (definitions, quantities[i].id, &source);
      g_string_append_printf (text, ": %s", description);
      if (source)
        /* Translators: where a definition comes from, such as a book or a standard */
        g_string_append_printf (text, _ (" Source: %s."), source);
      if (pel_quantity_follows_pixel_shape (quantities[i].id))
        /* Translators: stands behind the definition of a ratio or an angle */
        g_string_append (text, _ (" Where pixels are not square, from lengths in µm."));
      g_string_append_c (text, '\n');
    }
  g_string_append_printf (text, "um_per_px_x, um_per_px_y: %s\n",
                          _ ("Width and height of a pixel in µm; empty where they are not known. "
                             "Columns in µm come from coordinates scaled in x and y separately."));
  g_string_append_printf (text, "origin: %s\n",
                          _ ("Where the label comes from: drawn by hand, predicted by a model, or "
                             "predicted and then corrected."));
  if (definitions != PEL_DEFINITIONS_PELLICLE)
    g_string_append_printf (text, "%s: %s\n", PEL_MEASURE_DEFINITIONS_COLUMN,
                            _ ("By whose definitions the row was measured; only tables by another "
                               "program’s definitions than Pellicle’s have this column."));
  return g_string_free (text, FALSE);
}
