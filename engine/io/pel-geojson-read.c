/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-geojson.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-json-scan.h"

typedef struct
{
  PelJsonScan *scan;
  PelCellSet *cells;
  guint n_features;
  gboolean is_geojson; /* there is a list of features, or a geometry */
} Reader;

/* A list of coordinates whose kind is known once the first numbers are met. */
typedef struct
{
  guint leaf_depth;  /* of the brackets around a point; 0 before the first */
  guint outer_depth; /* of the outermost */
} Coordinates;

static gboolean
refuse (Reader *reader)
{
  return pel_json_scan_fail (
      reader->scan,
      _ ("it holds no GeoJSON features as this program reads them; export the cells as "
         "a feature collection"));
}

static gboolean
next_member (Reader *reader, GString *key, PelJsonToken *value)
{
  PelJsonToken token = pel_json_scan_next (reader->scan);

  if (token != PEL_JSON_KEY)
    return FALSE;
  g_string_assign (key, reader->scan->text->str);
  *value = pel_json_scan_next (reader->scan);
  return *value != PEL_JSON_ERROR;
}

/* A point's numbers after its bracket; what follows x and y is a height, and overlooked. */
static gboolean
read_point (Reader *reader, Coordinates *list, PelJsonToken token)
{
  double xy[2] = { 0, 0 };
  guint n = 0;

  if (list->leaf_depth == 0)
    list->leaf_depth = reader->scan->depth;
  if (list->leaf_depth != reader->scan->depth)
    return refuse (reader);
  for (; token == PEL_JSON_NUMBER; token = pel_json_scan_next (reader->scan), n++)
    if (n < 2)
      xy[n] = reader->scan->number;
  if (token != PEL_JSON_END_ARRAY || n < 2)
    return refuse (reader);
  /* Points, and lines of them, are no areas. */
  if (list->leaf_depth - list->outer_depth >= 2)
    pel_cell_set_add_point (reader->cells, xy[0], xy[1]);
  return TRUE;
}

/* After the bracket of "coordinates": brackets in brackets, rings of points within, where three or
 * more are nested. The kind of geometry may be told before or after, so it is judged by its depth:
 * polygons nest three brackets, several of them four. */
static gboolean
read_coordinates (Reader *reader, guint *kind)
{
  PelJsonScan *scan = reader->scan;
  Coordinates list = { 0, scan->depth };
  gboolean ring_begins = FALSE;

  *kind = 0;
  while (scan->depth >= list.outer_depth)
    {
      PelJsonToken token = pel_json_scan_next (scan);

      if (token == PEL_JSON_BEGIN_ARRAY)
        {
          guint level = scan->depth - list.outer_depth;

          if (level > 3)
            return refuse (reader);
          if (list.leaf_depth != 0 && scan->depth == list.leaf_depth - 1)
            ring_begins = TRUE;
          if (list.leaf_depth != 0 && scan->depth + 2 == list.leaf_depth)
            pel_cell_set_begin_part (reader->cells);
        }
      else if (token == PEL_JSON_NUMBER)
        {
          guint level = scan->depth - list.outer_depth;

          if (level >= 2 && (ring_begins || list.leaf_depth == 0))
            pel_cell_set_begin_ring (reader->cells);
          ring_begins = FALSE;
          *kind = level + 1;
          if (!read_point (reader, &list, token))
            return FALSE;
        }
      else if (token != PEL_JSON_END_ARRAY)
        return refuse (reader);
    }
  return TRUE;
}

static gboolean
read_plane (Reader *reader, guint *page)
{
  g_autoptr (GString) key = g_string_new (NULL);
  PelJsonToken token;
  double z = 0, t = 0;

  while (next_member (reader, key, &token))
    {
      if (strcmp (key->str, "z") == 0 && token == PEL_JSON_NUMBER)
        z = reader->scan->number;
      else if (strcmp (key->str, "t") == 0 && token == PEL_JSON_NUMBER)
        t = reader->scan->number;
      else if (!pel_json_scan_skip (reader->scan, token))
        return FALSE;
    }
  /* A time series has no depth, and the reverse; of both, the file does not tell how many. */
  if (z >= 0 && t >= 0 && z + t < PEL_LABELS_MAX_SIZE)
    *page = (guint)(z + t) + 1;
  return reader->scan->error == NULL;
}

static gboolean
read_geometry (Reader *reader, PelJsonToken token)
{
  g_autoptr (GString) key = g_string_new (NULL);
  guint page = 0, kind = 0;

  if (token == PEL_JSON_NULL)
    return TRUE;
  if (token != PEL_JSON_BEGIN_OBJECT)
    return refuse (reader);
  while (next_member (reader, key, &token))
    {
      gboolean good;

      if (strcmp (key->str, "coordinates") == 0 && token == PEL_JSON_BEGIN_ARRAY)
        {
          pel_cell_set_begin_part (reader->cells);
          good = read_coordinates (reader, &kind);
        }
      else if (strcmp (key->str, "plane") == 0 && token == PEL_JSON_BEGIN_OBJECT)
        good = read_plane (reader, &page);
      else
        good = pel_json_scan_skip (reader->scan, token);
      if (!good)
        return FALSE;
    }
  if (page > 0)
    pel_cell_set_set_page (reader->cells, page);
  return reader->scan->error == NULL;
}

static gboolean
read_classification (Reader *reader)
{
  g_autoptr (GString) key = g_string_new (NULL);
  PelJsonToken token;

  while (next_member (reader, key, &token))
    {
      if (strcmp (key->str, "name") == 0 && token == PEL_JSON_STRING)
        pel_cell_set_set_class (reader->cells, reader->scan->text->str);
      else if (!pel_json_scan_skip (reader->scan, token))
        return FALSE;
    }
  return reader->scan->error == NULL;
}

static gboolean
read_properties (Reader *reader, PelJsonToken token)
{
  g_autoptr (GString) key = g_string_new (NULL);

  if (token == PEL_JSON_NULL)
    return TRUE;
  if (token != PEL_JSON_BEGIN_OBJECT)
    return refuse (reader);
  while (next_member (reader, key, &token))
    {
      guint64 label;

      if (strcmp (key->str, "classification") == 0 && token == PEL_JSON_BEGIN_OBJECT)
        {
          if (!read_classification (reader))
            return FALSE;
        }
      else if (strcmp (key->str, "name") == 0 && token == PEL_JSON_STRING)
        {
          if (g_ascii_string_to_unsigned (reader->scan->text->str, 10, 1, G_MAXUINT32, &label,
                                          NULL))
            pel_cell_set_set_label (reader->cells, (guint32)label);
        }
      else if (!pel_json_scan_skip (reader->scan, token))
        return FALSE;
    }
  return reader->scan->error == NULL;
}

/* After the brace of a feature, or of a collection: only what is met tells which. */
static gboolean read_object (Reader *reader);

static gboolean
read_features (Reader *reader)
{
  PelJsonToken token;

  reader->is_geojson = TRUE;
  while ((token = pel_json_scan_next (reader->scan)) == PEL_JSON_BEGIN_OBJECT)
    if (!read_object (reader))
      return FALSE;
  return token == PEL_JSON_END_ARRAY ? TRUE : refuse (reader);
}

/* Ends the feature's cell. Features within features follow it, so it must be whole by then. */
static void
end_feature (Reader *reader, gboolean has_geometry)
{
  if (pel_cell_set_has_shape (reader->cells))
    return;
  pel_cell_set_drop_cell (reader->cells);
  if (has_geometry)
    pel_cell_set_add_skipped (reader->cells, 1);
}

static gboolean
read_object (Reader *reader)
{
  g_autoptr (GString) key = g_string_new (NULL);
  gboolean open = TRUE, has_geometry = FALSE;
  PelJsonToken token;

  reader->n_features++;
  pel_cell_set_begin_cell (reader->cells, 0, 0, 0);
  while (next_member (reader, key, &token))
    {
      gboolean good;

      if (open && !has_geometry && strcmp (key->str, "geometry") == 0)
        good = has_geometry = reader->is_geojson = read_geometry (reader, token);
      else if (open && strcmp (key->str, "properties") == 0)
        good = read_properties (reader, token);
      else if (strcmp (key->str, "features") == 0 && token != PEL_JSON_BEGIN_ARRAY)
        good = refuse (reader);
      else if (token == PEL_JSON_BEGIN_ARRAY &&
               (strcmp (key->str, "features") == 0 || strcmp (key->str, "childObjects") == 0))
        {
          if (open)
            end_feature (reader, has_geometry);
          open = FALSE;
          good = read_features (reader);
        }
      else
        good = pel_json_scan_skip (reader->scan, token);
      if (!good)
        return FALSE;
    }
  if (open && reader->scan->error == NULL)
    end_feature (reader, has_geometry);
  return reader->scan->error == NULL;
}

PelCellSet *
pel_geojson_read (const char *data, gsize length, GError **error)
{
  g_auto (PelJsonScan) scan = { 0 };
  g_autoptr (PelCellSet) cells = pel_cell_set_new ();
  Reader reader = { .scan = &scan, .cells = cells };
  PelJsonToken token;
  gboolean good;

  pel_json_scan_init (&scan, data, length);
  pel_cell_set_add_image (cells, NULL);
  token = pel_json_scan_next (&scan);
  good = token == PEL_JSON_BEGIN_OBJECT  ? read_object (&reader)
         : token == PEL_JSON_BEGIN_ARRAY ? read_features (&reader)
                                         : refuse (&reader);
  /* Some other JSON is no picture without cells. */
  if (!good || !reader.is_geojson || pel_json_scan_next (&scan) != PEL_JSON_END)
    {
      refuse (&reader);
      pel_json_scan_take_error (&scan, error);
      return NULL;
    }
  return g_steal_pointer (&cells);
}
