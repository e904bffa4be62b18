/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-geojson.h"

#include <string.h>

#include "engine/io/pel-cell-polygons.h"
#include "engine/io/pel-file.h"
#include "engine/io/pel-json-text.h"

#define MAX_ANNOTATIONS 5000
#define FLUSH_BYTES (1 << 20)

/* The first point once more at the end, as GeoJSON wants it. */
static void
append_ring (GString *out, const PelCellPolygons *polygons, const PelCornerRing *ring)
{
  const gint32 *xy = pel_cell_polygons_get_corners (polygons, ring);

  g_string_append_c (out, '[');
  for (gsize i = 0; i <= ring->n_corners; i++)
    {
      gsize k = i < ring->n_corners ? i : 0;

      g_string_append_printf (out, "%s[%d,%d]", i > 0 ? "," : "", xy[2 * k], xy[2 * k + 1]);
    }
  g_string_append_c (out, ']');
}

static void
append_geometry (GString *out,
                 const PelCellPolygons *polygons,
                 const PelPolygonCell *cell,
                 guint page)
{
  const PelCornerRing *rings = pel_cell_polygons_get_rings (polygons, cell);
  gboolean many = cell->n_polygons > 1;

  g_string_append_printf (out, "{\"type\":\"%s\",\"coordinates\":[",
                          many ? "MultiPolygon" : "Polygon");
  for (gsize r = 0; r < cell->n_rings; r++)
    {
      if (rings[r].is_hole)
        g_string_append_c (out, ',');
      else if (many)
        g_string_append (out, r > 0 ? "],[" : "[");
      append_ring (out, polygons, &rings[r]);
    }
  g_string_append (out, many ? "]]" : "]");
  if (page > 0)
    g_string_append_printf (out, ",\"plane\":{\"c\":-1,\"z\":%u,\"t\":0}", page - 1);
  g_string_append_c (out, '}');
}

static void
append_properties (GString *out,
                   const PelPolygonCell *polygon,
                   gboolean annotation,
                   PelGeojsonFunc func,
                   gpointer data)
{
  PelGeojsonCell cell = { NULL, { 255, 255, 0 }, NULL };

  if (func != NULL)
    func (polygon->label, &cell, data);
  g_string_append_printf (out, "{\"objectType\":\"%s\",\"name\":\"%u\",\"color\":[%u,%u,%u]",
                          annotation ? "annotation" : "detection", polygon->label, cell.rgb[0],
                          cell.rgb[1], cell.rgb[2]);
  if (cell.class_name != NULL && *cell.class_name != '\0')
    {
      g_string_append (out, ",\"classification\":{\"name\":");
      pel_json_append_string (out, cell.class_name);
      g_string_append_c (out, '}');
    }
  if (cell.measurements != NULL && cell.measurements[0] != NULL)
    {
      g_string_append (out, ",\"measurements\":{");
      for (gsize i = 0; cell.measurements[i] != NULL; i += 2)
        {
          if (i > 0)
            g_string_append_c (out, ',');
          pel_json_append_string (out, cell.measurements[i]);
          g_string_append_c (out, ':');
          pel_json_append_number (out, *(const double *)cell.measurements[i + 1]);
        }
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, '}');
}

gboolean
pel_geojson_write (const char *path,
                   PelLabels *labels,
                   guint page,
                   PelGeojsonFunc func,
                   gpointer data,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (PelCellPolygons) polygons = pel_cell_polygons_new (labels, cancellable, error);
  g_autoptr (PelAtomicFile) file = NULL;
  g_autoptr (GString) out = g_string_new ("{\"type\":\"FeatureCollection\",\"features\":[");
  const PelPolygonCell *cells;
  guint n;

  if (polygons == NULL)
    return FALSE;
  file = pel_atomic_file_new (path, error);
  if (file == NULL)
    return FALSE;
  cells = pel_cell_polygons_get_cells (polygons, &n);
  for (guint i = 0; i < n; i++)
    {
      g_string_append (out, i > 0 ? ",\n" : "\n");
      g_string_append (out, "{\"type\":\"Feature\",\"geometry\":");
      append_geometry (out, polygons, &cells[i], page);
      g_string_append (out, ",\"properties\":");
      append_properties (out, &cells[i], n <= MAX_ANNOTATIONS, func, data);
      g_string_append_c (out, '}');
      if (out->len < FLUSH_BYTES)
        continue;
      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !pel_atomic_file_write (file, out->str, out->len, error))
        return FALSE;
      g_string_truncate (out, 0);
    }
  g_string_append (out, "\n]}\n");
  return pel_atomic_file_write (file, out->str, out->len, error) &&
         pel_atomic_file_commit (file, error);
}
