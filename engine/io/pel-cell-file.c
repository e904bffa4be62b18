/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-cell-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-coco.h"
#include "engine/io/pel-geojson.h"
#include "engine/io/pel-json-scan.h"
#include "engine/io/pel-kaggle.h"
#include "engine/io/pel-npy.h"
#include "engine/io/pel-roi-zip.h"

/* What is read of a file at most: texts take several times as much in memory. Arrays are read where
 * they lie. */
#define MAX_TEXT_BYTES ((gsize)512 << 20)

static const char *const endings[] = { ".zip", ".roi", ".geojson", ".json", ".csv", ".npy" };

/* What programs add to the name of an image for that of its cells. */
static const char *const additions[] = { "_rois", "_seg",    "_cp_masks", "_masks",
                                         "_mask", "_labels", "_label",    ".ome" };

gboolean
pel_cell_file_is_candidate (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  gsize n = strlen (base);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      gsize m = strlen (endings[i]);

      if (base[0] != '.' && n > m && g_ascii_strcasecmp (base + n - m, endings[i]) == 0)
        return TRUE;
    }
  return FALSE;
}

char *
pel_cell_file_get_stem (const char *path)
{
  char *base = g_path_get_basename (path);
  char *dot = strrchr (base, '.');

  if (dot != NULL && dot != base)
    *dot = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (additions); i++)
    {
      gsize n = strlen (base), m = strlen (additions[i]);

      if (n > m && g_ascii_strcasecmp (base + n - m, additions[i]) == 0)
        base[n - m] = '\0';
    }
  return base;
}

/* ---- which format ---- */

/* COCO keeps its annotations in a member of the outermost object; GeoJSON has none of that name. */
static PelCellFileFormat
recognise_json (const guint8 *data, gsize length)
{
  g_auto (PelJsonScan) scan = { 0 };
  PelJsonToken token;

  pel_json_scan_init (&scan, (const char *)data, length);
  token = pel_json_scan_next (&scan);
  if (token == PEL_JSON_BEGIN_ARRAY)
    return PEL_CELL_FILE_GEOJSON;
  if (token != PEL_JSON_BEGIN_OBJECT)
    return PEL_CELL_FILE_UNKNOWN;
  while (pel_json_scan_next (&scan) == PEL_JSON_KEY)
    {
      const char *key = scan.text->str;

      if (strcmp (key, "annotations") == 0 || strcmp (key, "images") == 0 ||
          strcmp (key, "categories") == 0)
        return PEL_CELL_FILE_COCO;
      if (strcmp (key, "features") == 0 || strcmp (key, "geometry") == 0)
        return PEL_CELL_FILE_GEOJSON;
      if (!pel_json_scan_skip (&scan, pel_json_scan_next (&scan)))
        break;
    }
  return PEL_CELL_FILE_UNKNOWN;
}

/* The heading of a table is in its first line. */
static gboolean
is_kaggle (const guint8 *data, gsize length)
{
  g_autofree char *line = g_strndup ((const char *)data, MIN (length, 4096));
  char *stop = strpbrk (line, "\r\n");
  g_autofree char *small = NULL;

  if (stop != NULL)
    *stop = '\0';
  small = g_ascii_strdown (line, -1);
  return strstr (small, "imageid") != NULL && strstr (small, "encodedpixels") != NULL;
}

PelCellFileFormat
pel_cell_file_recognise (const guint8 *data, gsize length)
{
  gsize at = length >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

  if (length >= 4 && (memcmp (data, "PK\x03\x04", 4) == 0 || memcmp (data, "PK\x05\x06", 4) == 0 ||
                      memcmp (data, "Iout", 4) == 0))
    return PEL_CELL_FILE_ROI;
  if (length >= 6 && memcmp (data, "\x93NUMPY", 6) == 0)
    return PEL_CELL_FILE_NPY;
  while (at < length && g_ascii_isspace (data[at]))
    at++;
  if (at < length && (data[at] == '{' || data[at] == '['))
    return recognise_json (data, length);
  return is_kaggle (data, length) ? PEL_CELL_FILE_KAGGLE : PEL_CELL_FILE_UNKNOWN;
}

/* ---- reading ---- */

PelCellSet *
pel_cell_file_parse (const guint8 *data,
                     gsize length,
                     PelCellFileFormat format,
                     GCancellable *cancellable,
                     GError **error)
{
  if (format != PEL_CELL_FILE_NPY && length > MAX_TEXT_BYTES)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED,
                   /* Translators: a number of mebibytes */
                   _ ("it is larger than %u MiB; export the cells in several files"),
                   (guint)(MAX_TEXT_BYTES >> 20));
      return NULL;
    }
  switch (format)
    {
    case PEL_CELL_FILE_ROI:
      return pel_roi_zip_read (data, length, cancellable, error);
    case PEL_CELL_FILE_GEOJSON:
      return pel_geojson_read ((const char *)data, length, error);
    case PEL_CELL_FILE_COCO:
      return pel_coco_read ((const char *)data, length, error);
    case PEL_CELL_FILE_KAGGLE:
      return pel_kaggle_read ((const char *)data, length, error);
    case PEL_CELL_FILE_NPY:
      return pel_npy_read (data, length, error);
    case PEL_CELL_FILE_UNKNOWN:
    default:
      g_set_error_literal (
          error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED,
          _ ("it holds no cells in a form that this program reads: ImageJ regions, "
             "GeoJSON, COCO, run lengths (ImageId, EncodedPixels) or Cellpose’s "
             "_seg.npy; export them in one of these"));
      return NULL;
    }
}

PelCellSet *
pel_cell_file_read (const char *path, GCancellable *cancellable, GError **error)
{
  g_autofree char *content = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GError) local = NULL;
  PelCellSet *cells = NULL;
  gsize length = 0;

  g_return_val_if_fail (path != NULL, NULL);

  name = g_filename_display_name (path);
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR) ||
      !g_file_get_contents (path, &content, &length, &local))
    {
      /* Translators: a file */
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _ ("%s: the file cannot be read; check its name and its permissions"), name);
      return NULL;
    }
  if (length > 0)
    cells = pel_cell_file_parse ((const guint8 *)content, length,
                                 pel_cell_file_recognise ((const guint8 *)content, length),
                                 cancellable, &local);
  else
    g_set_error_literal (&local, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE,
                         _ ("the file is empty; export the cells anew"));
  if (cells == NULL)
    {
      g_prefix_error (&local, "%s: ", name);
      g_propagate_error (error, g_steal_pointer (&local));
    }
  return cells;
}
