/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <json-glib/json-glib.h>

#include "app/document/pel-document-files.h"
#include "engine/io/pel-file.h"

/* masks/NAME.json: {"format": 1, "cells": {"12": {"class": "round", "origin": "model", "reviewed":
 * true, "confidence": 0.97}}}. A cell that is not listed was drawn by hand. A label without pixels
 * and with "rejected": [x, y, size] is a predicted cell that the user said is none. */

static gint64
array_int (JsonArray *array, guint index)
{
  JsonNode *node = json_array_get_element (array, index);

  return JSON_NODE_HOLDS_VALUE (node) ? json_node_get_int (node) : -1;
}

static void
read_rejected (JsonObject *object, PelCellInfo *info)
{
  JsonNode *node = json_object_get_member (object, "rejected");
  JsonArray *array;
  gint64 x, y, size;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return;
  array = json_node_get_array (node);
  if (json_array_get_length (array) != 3)
    return;
  x = array_int (array, 0);
  y = array_int (array, 1);
  size = array_int (array, 2);
  if (x < 0 || x > G_MAXINT32 || y < 0 || y > G_MAXINT32 || size < 1 || size > G_MAXUINT32)
    return;
  info->rejected_x = (gint32)x;
  info->rejected_y = (gint32)y;
  info->rejected_size = (guint32)size;
}

static void
read_cell (JsonObject *cells, const char *key, JsonNode *node, gpointer data)
{
  GHashTable *infos = data;
  guint64 label;
  JsonObject *object;
  PelCellInfo info;
  const char *class_name;

  if (!g_ascii_string_to_unsigned (key, 10, 1, G_MAXUINT32, &label, NULL) ||
      !JSON_NODE_HOLDS_OBJECT (node))
    return;
  object = json_node_get_object (node);
  pel_cell_info_init (&info);
  class_name = json_object_get_string_member_with_default (object, "class", NULL);
  if (class_name != NULL && class_name[0] != '\0')
    info.class_name = g_intern_string (class_name);
  info.origin = pel_cell_origin_from_string (
      json_object_get_string_member_with_default (object, "origin", "hand"));
  info.reviewed = json_object_get_boolean_member_with_default (object, "reviewed", FALSE);
  info.confidence = json_object_get_double_member_with_default (object, "confidence", -1);
  read_rejected (object, &info);
  g_hash_table_insert (infos, GUINT_TO_POINTER ((guint32)label), g_memdup2 (&info, sizeof info));
}

GHashTable *
pel_cell_infos_read (const char *path)
{
  GHashTable *infos = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root, *cells;

  if (!json_parser_load_from_file (parser, path, NULL))
    return infos;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return infos;
  cells = json_object_get_member (json_node_get_object (root), "cells");
  if (cells != NULL && JSON_NODE_HOLDS_OBJECT (cells))
    json_object_foreach_member (json_node_get_object (cells), read_cell, infos);
  return infos;
}

static gint
compare_labels (gconstpointer a, gconstpointer b)
{
  guint32 x = GPOINTER_TO_UINT (a), y = GPOINTER_TO_UINT (b);

  return x < y ? -1 : x > y;
}

gboolean
pel_cell_infos_write (const char *path, GHashTable *infos, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GList) labels = g_list_sort (g_hash_table_get_keys (infos), compare_labels);
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "format");
  json_builder_add_int_value (builder, 1);
  json_builder_set_member_name (builder, "cells");
  json_builder_begin_object (builder);
  for (GList *l = labels; l != NULL; l = l->next)
    {
      const PelCellInfo *info = g_hash_table_lookup (infos, l->data);
      g_autofree char *key = g_strdup_printf ("%u", GPOINTER_TO_UINT (l->data));

      json_builder_set_member_name (builder, key);
      json_builder_begin_object (builder);
      if (info->class_name != NULL)
        {
          json_builder_set_member_name (builder, "class");
          json_builder_add_string_value (builder, info->class_name);
        }
      json_builder_set_member_name (builder, "origin");
      json_builder_add_string_value (builder, pel_cell_origin_to_string (info->origin));
      json_builder_set_member_name (builder, "reviewed");
      json_builder_add_boolean_value (builder, info->reviewed);
      if (info->confidence >= 0)
        {
          json_builder_set_member_name (builder, "confidence");
          json_builder_add_double_value (builder, info->confidence);
        }
      if (info->rejected_size > 0)
        {
          json_builder_set_member_name (builder, "rejected");
          json_builder_begin_array (builder);
          json_builder_add_int_value (builder, info->rejected_x);
          json_builder_add_int_value (builder, info->rejected_y);
          json_builder_add_int_value (builder, info->rejected_size);
          json_builder_end_array (builder);
        }
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  return pel_file_write_atomic (path, text, strlen (text), error);
}

GHashTable *
pel_cell_infos_copy (GHashTable *infos)
{
  GHashTable *copy = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, infos);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (copy, key, g_memdup2 (value, sizeof (PelCellInfo)));
  return copy;
}
