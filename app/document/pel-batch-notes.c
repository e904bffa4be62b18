/* SPDX-License-Identifier: MIT */
#include "app/document/pel-batch-notes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <glib/gstdio.h>

#include "engine/io/pel-csv.h"
#include "engine/io/pel-file.h"
#include "engine/measure/pel-measure-csv.h"

#define FOLDER ".pellicle-batch"
#define SETTINGS "settings"
#define SUFFIX ".rows"
/* A note begins with this, the stamp, and the number of cells, on one line. */
#define MAGIC "PELBATCH1"
#define MAX_HEAD 512

static char *
note_path (const char *out, const char *name)
{
  g_autofree char *file = g_strconcat (name, SUFFIX, NULL);

  return g_build_filename (out, FOLDER, file, NULL);
}

char *
pel_batch_notes_stamp (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info =
      g_file_query_info (file, "time::modified,time::modified-usec,standard::size", 0, NULL, NULL);

  if (info == NULL)
    return g_strdup ("-");
  return g_strdup_printf ("%" G_GOFFSET_FORMAT "-%" G_GUINT64_FORMAT ".%06u",
                          g_file_info_get_size (info),
                          g_file_info_get_attribute_uint64 (info, "time::modified"),
                          g_file_info_get_attribute_uint32 (info, "time::modified-usec"));
}

void
pel_batch_notes_clear (const char *out)
{
  g_autofree char *folder = g_build_filename (out, FOLDER, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      /* Nobody else's files. */
      if (g_str_has_suffix (name, SUFFIX) || g_str_equal (name, SETTINGS))
        g_unlink (path);
    }
  g_rmdir (folder);
}

gboolean
pel_batch_notes_open (const char *out, const char *settings, GError **error)
{
  g_autofree char *folder = g_build_filename (out, FOLDER, NULL);
  g_autofree char *path = g_build_filename (folder, SETTINGS, NULL);
  g_autofree char *known = NULL;

  if (g_file_get_contents (path, &known, NULL, NULL) && g_str_equal (known, settings))
    return TRUE;
  pel_batch_notes_clear (out);
  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      pel_file_set_error (error, folder, errno);
      return FALSE;
    }
  return pel_file_write_atomic (path, settings, strlen (settings), error);
}

/* The number of cells, and the file at its first row; NULL where there is no such note. */
static FILE *
open_note (const char *out, const char *name, const char *stamp, guint *n_cells)
{
  g_autofree char *path = note_path (out, name);
  FILE *file = g_fopen (path, "rb");
  char head[MAX_HEAD];
  g_auto (GStrv) words = NULL;
  guint64 n;

  if (file == NULL)
    return NULL;
  if (fgets (head, sizeof head, file) != NULL)
    {
      words = g_strsplit (g_strchomp (head), " ", -1);
      if (g_strv_length (words) == 3 && g_str_equal (words[0], MAGIC) &&
          (stamp == NULL || g_str_equal (words[1], stamp)) &&
          g_ascii_string_to_unsigned (words[2], 10, 0, G_MAXUINT, &n, NULL))
        {
          *n_cells = (guint)n;
          return file;
        }
    }
  fclose (file);
  return NULL;
}

gboolean
pel_batch_notes_check (const char *out, const char *name, const char *path, guint *n_cells)
{
  g_autofree char *stamp = pel_batch_notes_stamp (path);
  g_autofree char *file_name = g_strconcat (name, ".tif", NULL);
  g_autofree char *labels = g_build_filename (out, file_name, NULL);
  FILE *file;

  if (!g_file_test (labels, G_FILE_TEST_IS_REGULAR))
    return FALSE;
  file = open_note (out, name, stamp, n_cells);
  if (file == NULL)
    return FALSE;
  fclose (file);
  return TRUE;
}

gboolean
pel_batch_notes_write (const char *out,
                       const char *name,
                       const char *path,
                       guint n_cells,
                       const char *rows,
                       gsize length,
                       GError **error)
{
  g_autofree char *target = note_path (out, name);
  g_autofree char *stamp = pel_batch_notes_stamp (path);
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, MAGIC " %s %u\n", stamp, n_cells);
  g_string_append_len (text, rows, (gssize)length);
  return pel_file_write_atomic (target, text->str, text->len, error);
}

static gboolean
append_rows (FILE *to, const char *out, const char *name)
{
  char buffer[16384];
  guint n_cells;
  FILE *from = open_note (out, name, NULL, &n_cells);
  gboolean good = from != NULL;
  gsize n;

  while (good && (n = fread (buffer, 1, sizeof buffer, from)) > 0)
    good = fwrite (buffer, 1, n, to) == n;
  if (from != NULL)
    {
      good &= ferror (from) == 0;
      fclose (from);
    }
  return good;
}

gboolean
pel_batch_notes_join (const char *out, GPtrArray *names, PelDefinitions definitions, GError **error)
{
  g_autofree char *path = g_build_filename (out, "measurements.csv", NULL);
  g_autofree char *fresh = g_build_filename (out, ".measurements.csv.new", NULL);
  g_autofree char *companion = g_build_filename (out, "measurements.columns.txt", NULL);
  g_autofree char *columns = pel_measure_describe_columns (definitions);
  g_autoptr (GString) header = g_string_new (NULL);
  g_autoptr (PelCsv) csv = pel_csv_new_for_string (header);
  FILE *file = g_fopen (fresh, "wb");
  gboolean good = file != NULL;

  if (good)
    {
      pel_measure_write_csv_header (csv, definitions);
      good = fwrite (header->str, 1, header->len, file) == header->len;
      for (guint i = 0; good && i < names->len; i++)
        good = append_rows (file, out, g_ptr_array_index (names, i));
      good = good && fflush (file) == 0 && fsync (fileno (file)) == 0;
      good = fclose (file) == 0 && good;
      good = good && g_rename (fresh, path) == 0;
    }
  if (!good)
    {
      pel_file_set_error (error, path, errno);
      g_unlink (fresh);
      return FALSE;
    }
  return pel_file_write_atomic (companion, columns, strlen (columns), error);
}
