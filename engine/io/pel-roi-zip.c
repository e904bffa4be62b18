/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-roi-zip.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-roi.h"
#include "engine/io/pel-zip-reader.h"
#include "engine/io/pel-zip-writer.h"

#define SUFFIX ".roi"
/* The largest outline, and all of them together, that an archive may unpack to. */
#define MAX_ROI_BYTES ((gsize)64 << 20)
#define MAX_ALL_BYTES ((gsize)512 << 20)
#define MAX_ENTRIES 2000000

/* ---- writing ---- */

/* Where a cell's colour comes from: that of its edge in the window. */
static gboolean
write_cell (PelZipWriter *archive,
            const PelCellPolygons *polygons,
            const PelPolygonCell *cell,
            guint position,
            GError **error)
{
  guint8 rgb[3];
  g_autofree char *name = g_strdup_printf ("%04u" SUFFIX, cell->label);

  pel_label_colour (cell->label, PEL_LABEL_PALETTE_VIVID, rgb);
  g_autoptr (GByteArray) bytes = pel_roi_encode (polygons, cell, position, rgb);
  return pel_zip_writer_add (archive, name, bytes->data, bytes->len, error);
}

gboolean
pel_roi_zip_write (const char *path,
                   PelLabels *labels,
                   guint position,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (PelCellPolygons) polygons = pel_cell_polygons_new (labels, cancellable, error);
  g_autoptr (PelZipWriter) archive = polygons != NULL ? pel_zip_writer_new (path, error) : NULL;
  const PelPolygonCell *cells;
  guint n;

  if (archive == NULL)
    return FALSE;
  cells = pel_cell_polygons_get_cells (polygons, &n);
  for (guint i = 0; i < n; i++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
        !write_cell (archive, polygons, &cells[i], position, error))
      return FALSE;
  return pel_zip_writer_finish (archive, error);
}

/* ---- reading ---- */

static const char *
get_damage (void)
{
  return _ ("it is no archive of ImageJ regions, or damaged; save the regions in ImageJ’s ROI "
            "Manager anew");
}

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE, get_damage ());
  return FALSE;
}

static gboolean
refuse_bomb (GError **error)
{
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE,
                       _ ("it unpacks to far more than regions of cells need, so it was not read; "
                          "save the regions in ImageJ’s ROI Manager anew"));
  return FALSE;
}

/* The entry's name is the region's. */
static char *
get_name (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);

  return g_strndup (base, strlen (base) - strlen (SUFFIX));
}

static gboolean
read_entries (PelZipReader *archive, PelCellSet *cells, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gsize left = MAX_ALL_BYTES;
  const char *path;
  PelZipStep step;

  for (guint i = 0; (step = pel_zip_reader_next (archive, &path)) == PEL_ZIP_STEP_ENTRY; i++)
    {
      if (i >= MAX_ENTRIES)
        return refuse_bomb (error);
      if (path == NULL)
        return refuse (error);
      gsize n = strlen (path), most = MIN (left, MAX_ROI_BYTES);
      if (n < strlen (SUFFIX) || g_ascii_strcasecmp (path + n - strlen (SUFFIX), SUFFIX) != 0)
        continue;
      g_autofree char *name = get_name (path);
      if (!pel_zip_reader_read (archive, most, bytes))
        return bytes->len > most ? refuse_bomb (error)
                                 : pel_zip_reader_refuse (archive, get_damage (), error);
      left -= bytes->len;
      if (!pel_roi_decode (bytes->data, bytes->len, name, cells))
        return refuse (error);
    }
  return step == PEL_ZIP_STEP_END || pel_zip_reader_refuse (archive, get_damage (), error);
}

PelCellSet *
pel_roi_zip_read (const guint8 *data, gsize length, GCancellable *cancellable, GError **error)
{
  g_autoptr (PelCellSet) cells = pel_cell_set_new ();
  g_autoptr (PelZipReader) archive = NULL;

  pel_cell_set_add_image (cells, NULL);
  if (length >= 4 && memcmp (data, "Iout", 4) == 0)
    {
      if (!pel_roi_decode (data, length, NULL, cells))
        {
          refuse (error);
          return NULL;
        }
      return g_steal_pointer (&cells);
    }
  archive = pel_zip_reader_new (data, length, cancellable);
  if (archive == NULL && !g_cancellable_set_error_if_cancelled (cancellable, error))
    refuse (error);
  return archive != NULL && read_entries (archive, cells, error) ? g_steal_pointer (&cells) : NULL;
}
