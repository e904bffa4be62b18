/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-coco.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-json-scan.h"
#include "engine/io/pel-rle.h"

#define MAX_NUMBER 9007199254740992.0 /* beyond it doubles are no longer whole numbers */

typedef struct
{
  PelJsonScan *scan;
  PelCellSet *cells;
  GHashTable *category_names; /* id → name */
  GPtrArray *category_ids;    /* of each cell, in turn; nullable */
  GArray *counts;             /* of the runs read last */
  gboolean has_annotations;
} Reader;

static gboolean
refuse (Reader *reader)
{
  return pel_json_scan_fail (
      reader->scan,
      _ ("it is no COCO file of cells as this program reads them; export the instances with their "
         "segmentation"));
}

/* An id, which is a number or a text, as a key. */
static char *
read_id (Reader *reader, PelJsonToken token)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (token == PEL_JSON_NUMBER)
    return g_strdup (g_ascii_formatd (buffer, sizeof buffer, "%.17g", reader->scan->number));
  if (token == PEL_JSON_STRING)
    return g_strconcat ("\"", reader->scan->text->str, NULL);
  return NULL;
}

static gboolean
read_count (Reader *reader, PelJsonToken token, double most, guint64 *count)
{
  double number = reader->scan->number;

  if (token != PEL_JSON_NUMBER || !(number >= 0 && number <= most) || floor (number) != number)
    return refuse (reader);
  *count = (guint64)number;
  return TRUE;
}

/* The members of an object in turn: whether there is another, and the token of its value. Its key
 * is copied, for reading the value overwrites it. */
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

static gboolean
read_image (Reader *reader)
{
  g_autoptr (GString) key = g_string_new (NULL);
  g_autofree char *id = NULL, *name = NULL;
  guint64 width = 0, height = 0;
  PelJsonToken token;

  while (next_member (reader, key, &token))
    {
      gboolean good = TRUE;

      if (strcmp (key->str, "id") == 0)
        {
          g_free (id);
          id = read_id (reader, token);
          good = id != NULL || refuse (reader);
        }
      else if (strcmp (key->str, "file_name") == 0 && token == PEL_JSON_STRING)
        {
          g_free (name);
          name = g_strdup (reader->scan->text->str);
        }
      else if (strcmp (key->str, "width") == 0)
        good = read_count (reader, token, PEL_LABELS_MAX_SIZE, &width);
      else if (strcmp (key->str, "height") == 0)
        good = read_count (reader, token, PEL_LABELS_MAX_SIZE, &height);
      else
        good = pel_json_scan_skip (reader->scan, token);
      if (!good)
        return FALSE;
    }
  if (reader->scan->error != NULL)
    return FALSE;
  if (id == NULL)
    return refuse (reader);
  pel_cell_set_describe_image (reader->cells, pel_cell_set_add_image (reader->cells, id), name,
                               (guint)width, (guint)height);
  return TRUE;
}

static gboolean
read_category (Reader *reader)
{
  g_autoptr (GString) key = g_string_new (NULL);
  g_autofree char *id = NULL, *name = NULL;
  PelJsonToken token;

  while (next_member (reader, key, &token))
    {
      if (strcmp (key->str, "id") == 0 && id == NULL)
        id = read_id (reader, token);
      else if (strcmp (key->str, "name") == 0 && token == PEL_JSON_STRING && name == NULL)
        name = g_strdup (reader->scan->text->str);
      else if (!pel_json_scan_skip (reader->scan, token))
        return FALSE;
    }
  if (reader->scan->error != NULL)
    return FALSE;
  if (id != NULL && name != NULL)
    g_hash_table_replace (reader->category_names, g_steal_pointer (&id), g_steal_pointer (&name));
  return TRUE;
}

/* x, y, x, y, … after the opening bracket. */
static gboolean
read_polygon (Reader *reader, PelJsonToken token)
{
  double x = 0;
  gboolean has_x = FALSE;

  pel_cell_set_begin_part (reader->cells);
  pel_cell_set_begin_ring (reader->cells);
  for (; token == PEL_JSON_NUMBER; token = pel_json_scan_next (reader->scan))
    {
      if (has_x)
        pel_cell_set_add_point (reader->cells, x, reader->scan->number);
      x = reader->scan->number;
      has_x = !has_x;
    }
  return token == PEL_JSON_END_ARRAY && !has_x ? TRUE : refuse (reader);
}

static gboolean
read_polygons (Reader *reader)
{
  PelJsonToken token = pel_json_scan_next (reader->scan);

  /* Some programs leave the outer brackets away. */
  if (token == PEL_JSON_NUMBER)
    return read_polygon (reader, token);
  for (; token == PEL_JSON_BEGIN_ARRAY; token = pel_json_scan_next (reader->scan))
    {
      token = pel_json_scan_next (reader->scan);
      /* A polygon of no points is none. */
      if (token != PEL_JSON_END_ARRAY && !read_polygon (reader, token))
        return FALSE;
    }
  return token == PEL_JSON_END_ARRAY ? TRUE : refuse (reader);
}

static gboolean
read_counts (Reader *reader, PelJsonToken token)
{
  g_array_set_size (reader->counts, 0);
  if (token == PEL_JSON_STRING)
    return pel_rle_unpack (reader->scan->text->str, reader->counts) ? TRUE : refuse (reader);
  if (token != PEL_JSON_BEGIN_ARRAY)
    return refuse (reader);
  while ((token = pel_json_scan_next (reader->scan)) == PEL_JSON_NUMBER)
    {
      guint64 count;

      if (!read_count (reader, token, MAX_NUMBER, &count))
        return FALSE;
      g_array_append_val (reader->counts, count);
    }
  return token == PEL_JSON_END_ARRAY ? TRUE : refuse (reader);
}

static gboolean
read_size (Reader *reader, PelJsonToken token, guint64 size[2])
{
  for (guint i = 0; i < 2; i++)
    if (token != PEL_JSON_BEGIN_ARRAY ||
        !read_count (reader, pel_json_scan_next (reader->scan), PEL_LABELS_MAX_SIZE, &size[i]))
      return refuse (reader);
  return pel_json_scan_next (reader->scan) == PEL_JSON_END_ARRAY ? TRUE : refuse (reader);
}

static gboolean
add_runs (Reader *reader, const guint64 size[2])
{
  guint64 at = 0, all = size[0] * size[1];

  for (guint i = 0; i < reader->counts->len; i++)
    {
      guint64 count = g_array_index (reader->counts, guint64, i);

      if (count > all - at)
        return refuse (reader);
      if (i % 2 == 1 && count > 0)
        pel_cell_set_add_run (reader->cells, (PelCellRun){ at, count });
      at += count;
    }
  return at == all ? TRUE : refuse (reader);
}

static gboolean
read_runs (Reader *reader, guint64 size[2])
{
  g_autoptr (GString) key = g_string_new (NULL);
  gboolean has_size = FALSE, has_counts = FALSE;
  PelJsonToken token;

  while (next_member (reader, key, &token))
    {
      gboolean good;

      if (strcmp (key->str, "size") == 0)
        good = has_size = read_size (reader, token, size);
      else if (strcmp (key->str, "counts") == 0)
        good = has_counts = read_counts (reader, token);
      else
        good = pel_json_scan_skip (reader->scan, token);
      if (!good)
        return FALSE;
    }
  if (reader->scan->error != NULL)
    return FALSE;
  return has_size && has_counts ? add_runs (reader, size) : refuse (reader);
}

static gboolean
read_annotation_member (Reader *reader,
                        const char *key,
                        PelJsonToken token,
                        char **image,
                        char **category,
                        guint64 size[2])
{
  if (strcmp (key, "image_id") == 0 && *image == NULL)
    {
      *image = read_id (reader, token);
      return *image != NULL || refuse (reader);
    }
  if (strcmp (key, "category_id") == 0 && *category == NULL)
    {
      *category = read_id (reader, token);
      return pel_json_scan_skip (reader->scan, token);
    }
  if (strcmp (key, "label") == 0 && token == PEL_JSON_NUMBER)
    {
      guint64 label = 0;

      if (!read_count (reader, token, G_MAXUINT32, &label))
        return FALSE;
      pel_cell_set_set_label (reader->cells, (guint32)label);
      return TRUE;
    }
  if (strcmp (key, "segmentation") == 0 && token == PEL_JSON_BEGIN_ARRAY)
    return read_polygons (reader);
  if (strcmp (key, "segmentation") == 0 && token == PEL_JSON_BEGIN_OBJECT)
    return read_runs (reader, size);
  return pel_json_scan_skip (reader->scan, token);
}

static gboolean
read_annotation (Reader *reader)
{
  g_autoptr (GString) key = g_string_new (NULL);
  g_autofree char *image = NULL, *category = NULL;
  guint64 size[2] = { 0, 0 };
  PelJsonToken token;
  guint index;

  pel_cell_set_begin_cell (reader->cells, 0, 0, 0);
  while (next_member (reader, key, &token))
    if (!read_annotation_member (reader, key->str, token, &image, &category, size))
      return FALSE;
  if (reader->scan->error != NULL)
    return FALSE;
  if (image == NULL)
    return refuse (reader);
  if (!pel_cell_set_has_shape (reader->cells))
    {
      pel_cell_set_drop_cell (reader->cells);
      pel_cell_set_add_skipped (reader->cells, 1);
      return TRUE;
    }
  index = pel_cell_set_add_image (reader->cells, image);
  pel_cell_set_set_image (reader->cells, index);
  if (size[0] > 0)
    {
      const PelCellImage *known = pel_cell_set_get_image (reader->cells, index);

      if ((known->height != 0 && known->height != size[0]) ||
          (known->width != 0 && known->width != size[1]))
        return refuse (reader);
      pel_cell_set_describe_image (reader->cells, index, NULL, (guint)size[1], (guint)size[0]);
    }
  g_ptr_array_add (reader->category_ids, g_steal_pointer (&category));
  return TRUE;
}

static gboolean
read_list (Reader *reader, PelJsonToken token, gboolean (*read_one) (Reader *reader))
{
  if (token != PEL_JSON_BEGIN_ARRAY)
    return refuse (reader);
  while ((token = pel_json_scan_next (reader->scan)) == PEL_JSON_BEGIN_OBJECT)
    if (!read_one (reader))
      return FALSE;
  return token == PEL_JSON_END_ARRAY ? TRUE : refuse (reader);
}

static gboolean
read_top (Reader *reader)
{
  g_autoptr (GString) key = g_string_new (NULL);
  PelJsonToken token;

  if (pel_json_scan_next (reader->scan) != PEL_JSON_BEGIN_OBJECT)
    return refuse (reader);
  while (next_member (reader, key, &token))
    {
      gboolean good;

      if (strcmp (key->str, "images") == 0)
        good = read_list (reader, token, read_image);
      else if (strcmp (key->str, "annotations") == 0)
        {
          reader->has_annotations = TRUE;
          good = read_list (reader, token, read_annotation);
        }
      else if (strcmp (key->str, "categories") == 0)
        good = read_list (reader, token, read_category);
      else
        good = pel_json_scan_skip (reader->scan, token);
      if (!good)
        return FALSE;
    }
  return reader->scan->error == NULL && pel_json_scan_next (reader->scan) == PEL_JSON_END &&
         (reader->has_annotations || refuse (reader));
}

/* A single category says nothing of a cell but that it is one. */
static void
name_classes (Reader *reader)
{
  if (g_hash_table_size (reader->category_names) < 2)
    return;
  for (guint i = 0; i < reader->category_ids->len; i++)
    {
      const char *id = reader->category_ids->pdata[i];

      if (id != NULL)
        pel_cell_set_set_class_of (reader->cells, i,
                                   g_hash_table_lookup (reader->category_names, id));
    }
}

PelCellSet *
pel_coco_read (const char *data, gsize length, GError **error)
{
  g_auto (PelJsonScan) scan = { 0 };
  g_autoptr (PelCellSet) cells = pel_cell_set_new ();
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (guint64));
  Reader reader = {
    .scan = &scan, .cells = cells, .category_names = names, .category_ids = ids, .counts = counts
  };

  pel_json_scan_init (&scan, data, length);
  /* Cells are begun before their image is known; this one has no name. */
  pel_cell_set_add_image (cells, NULL);
  if (!read_top (&reader))
    {
      refuse (&reader);
      pel_json_scan_take_error (&scan, error);
      return NULL;
    }
  name_classes (&reader);
  return g_steal_pointer (&cells);
}
