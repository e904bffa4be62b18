/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-kaggle.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/io/pel-rle.h"

/* ---- writing ---- */

void
pel_kaggle_write_header (PelCsv *csv)
{
  pel_csv_add_string (csv, "ImageId");
  pel_csv_add_string (csv, "EncodedPixels");
  pel_csv_end_row (csv);
}

gboolean
pel_kaggle_write (PelCsv *csv,
                  const char *image_id,
                  PelLabels *labels,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (PelRunIndex) index = pel_run_index_new (labels, cancellable, error);
  g_autoptr (GString) text = g_string_new (NULL);
  const PelRunCell *cells;
  guint n;

  if (index == NULL)
    return FALSE;
  cells = pel_run_index_get_cells (index, &n);
  for (guint i = 0; i < n; i++)
    {
      const PelCellRun *runs = pel_run_index_get_runs (index, &cells[i]);

      g_string_truncate (text, 0);
      for (gsize k = 0; k < cells[i].n_runs; k++)
        g_string_append_printf (text, "%s%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
                                k > 0 ? " " : "", runs[k].start + 1, runs[k].length);
      pel_csv_add_string (csv, image_id);
      pel_csv_add_string (csv, text->str);
      pel_csv_end_row (csv);
    }
  if (n == 0)
    {
      pel_csv_add_string (csv, image_id);
      pel_csv_add_empty (csv);
      pel_csv_end_row (csv);
    }
  return TRUE;
}

/* ---- reading ---- */

typedef struct
{
  const char *at, *end;
  GString *field;
  guint row;
} Table;

static gboolean
refuse (const Table *table, GError **error)
{
  g_set_error (
      error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE,
      _ ("row %u holds no run lengths: a column “ImageId” and a column “EncodedPixels” with "
         "pairs of a first pixel and a length are needed"),
      table->row);
  return FALSE;
}

/* Reads a field of a row; @last tells whether the row ends after it. FALSE where quotes are left
 * open. */
static gboolean
read_field (Table *table, gboolean *last)
{
  gboolean quoted = table->at < table->end && *table->at == '"';

  g_string_truncate (table->field, 0);
  if (quoted)
    for (table->at++;;)
      {
        const char *from = table->at;

        while (table->at < table->end && *table->at != '"')
          table->at++;
        g_string_append_len (table->field, from, table->at - from);
        if (table->at >= table->end)
          return FALSE;
        table->at++;
        if (table->at >= table->end || *table->at != '"')
          break;
        g_string_append_c (table->field, '"');
        table->at++;
      }
  const char *from = table->at;
  while (table->at < table->end && memchr (",\r\n", *table->at, 3) == NULL)
    table->at++;
  g_string_append_len (table->field, from, table->at - from);
  *last = table->at >= table->end || *table->at != ',';
  if (table->at < table->end && *table->at == '\r')
    table->at++;
  if (table->at < table->end && *table->at != '\r')
    table->at++;
  return TRUE;
}

/* Which columns hold what; they may stand in any order. */
static gboolean
read_header (Table *table, guint *image_column, guint *runs_column, GError **error)
{
  gboolean last = FALSE, has_image = FALSE, has_runs = FALSE;

  if (table->end - table->at >= 3 && memcmp (table->at, "\xef\xbb\xbf", 3) == 0)
    table->at += 3;
  table->row = 1;
  for (guint column = 0; !last; column++)
    {
      if (table->at >= table->end || !read_field (table, &last))
        return refuse (table, error);
      if (g_ascii_strcasecmp (table->field->str, "ImageId") == 0)
        {
          *image_column = column;
          has_image = TRUE;
        }
      else if (g_ascii_strcasecmp (table->field->str, "EncodedPixels") == 0)
        {
          *runs_column = column;
          has_runs = TRUE;
        }
    }
  return (has_image && has_runs) || refuse (table, error);
}

/* A whole number after spaces; 0 where there is none, or one beyond any image. */
static guint64
read_number (const char **p)
{
  guint64 value = 0;

  while (**p == ' ')
    (*p)++;
  if (!g_ascii_isdigit (**p))
    return 0;
  for (; g_ascii_isdigit (**p); (*p)++)
    value = value < ((guint64)1 << 50) ? value * 10 + (guint64)(**p - '0') : value;
  return value < ((guint64)1 << 50) ? value : 0;
}

static gboolean
read_runs (Table *table, PelCellSet *cells, GError **error)
{
  const char *p = table->field->str;

  for (;;)
    {
      guint64 start, length;

      while (*p == ' ')
        p++;
      if (p == table->field->str + table->field->len)
        return TRUE;
      start = read_number (&p);
      length = *p == ' ' ? read_number (&p) : 0;
      if (start == 0 || length == 0 || (*p != ' ' && *p != '\0'))
        return refuse (table, error);
      pel_cell_set_add_run (cells, (PelCellRun){ start - 1, length });
    }
}

static gboolean
read_row (Table *table, PelCellSet *cells, guint image_column, guint runs_column, GError **error)
{
  gboolean last = FALSE, has_image = FALSE;
  guint image = 0;

  pel_cell_set_begin_cell (cells, 0, 0, 0);
  for (guint column = 0; !last; column++)
    {
      if (!read_field (table, &last))
        return refuse (table, error);
      if (column == image_column && table->field->len > 0)
        {
          g_autofree char *key = g_strconcat ("#", table->field->str, NULL);

          image = pel_cell_set_add_image (cells, key);
          /* An id may hold dots; it is no file's name. */
          if (pel_cell_set_get_image (cells, image)->name == NULL)
            pel_cell_set_name_image (cells, image, table->field->str);
          has_image = TRUE;
        }
      else if (column == runs_column && !read_runs (table, cells, error))
        return FALSE;
    }
  if (!has_image)
    return refuse (table, error);
  if (pel_cell_set_has_shape (cells))
    pel_cell_set_set_image (cells, image);
  else
    pel_cell_set_drop_cell (cells);
  return TRUE;
}

PelCellSet *
pel_kaggle_read (const char *data, gsize length, GError **error)
{
  g_autoptr (PelCellSet) cells = pel_cell_set_new ();
  g_autoptr (GString) field = g_string_new (NULL);
  Table table = { data, data + length, field, 1 };
  guint image_column = 0, runs_column = 0;

  pel_cell_set_add_image (cells, NULL);
  if (!read_header (&table, &image_column, &runs_column, error))
    return NULL;
  while (table.at < table.end)
    {
      table.row++;
      /* An empty line, such as the last, is no row. */
      if (*table.at == '\n' || *table.at == '\r')
        {
          table.at++;
          continue;
        }
      if (!read_row (&table, cells, image_column, runs_column, error))
        return NULL;
    }
  return g_steal_pointer (&cells);
}
