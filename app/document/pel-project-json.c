/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "app/document/pel-channel-displays.h"
#include "app/document/pel-project-private.h"

/* project.json:
 *   format          1; a greater number was written by a newer program
 *   application     who wrote it last
 *   masks_folder    where masks are, "masks" unless the folder was somebody else's before
 *   current_model   the model whose predictions are shown
 *   settings        strings by name
 *   display         how each channel is shown where an image has nothing of its own
 *   images          entries, see pel-image-document-json.c
 * Everything else stays as it was found. */

static const char *
get_text (JsonObject *json, const char *name)
{
  JsonNode *node = json_object_get_member (json, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

static void
read_setting (JsonObject *object, const char *name, JsonNode *node, gpointer data)
{
  GHashTable *settings = data;

  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    g_hash_table_insert (settings, g_strdup (name), g_strdup (json_node_get_string (node)));
}

/* A name decides on paths that are written, so only plain ones are believed. */
static gboolean
is_good_name (const char *name)
{
  return name != NULL && name[0] != '\0' && name[0] != '.' &&
         strchr (name, G_DIR_SEPARATOR) == NULL && strlen (name) < 250;
}

static void
read_image (PelProject *self, JsonObject *json)
{
  const char *name = get_text (json, "name");
  const char *path = get_text (json, "path");
  gint64 page = json_object_get_int_member_with_default (json, "page", 1);

  if (!is_good_name (name) || path == NULL || g_hash_table_contains (self->by_name, name))
    return;
  pel_project_add_image (self, name, path, (guint)CLAMP (page - 1, 0, G_MAXINT), json);
}

void
pel_project_read_json (PelProject *self)
{
  JsonNode *settings = json_object_get_member (self->root, "settings");
  JsonNode *images = json_object_get_member (self->root, "images");
  const char *masks = get_text (self->root, "masks_folder");

  if (is_good_name (masks))
    {
      g_free (self->masks_folder);
      self->masks_folder = g_strdup (masks);
    }
  if (is_good_name (get_text (self->root, "current_model")))
    self->current_model = g_strdup (get_text (self->root, "current_model"));
  if (settings != NULL && JSON_NODE_HOLDS_OBJECT (settings))
    json_object_foreach_member (json_node_get_object (settings), read_setting, self->settings);
  pel_channel_displays_read (self->host.displays, self->root);
  if (images == NULL || !JSON_NODE_HOLDS_ARRAY (images))
    return;
  for (guint i = 0; i < json_array_get_length (json_node_get_array (images)); i++)
    {
      JsonNode *node = json_array_get_element (json_node_get_array (images), i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        read_image (self, json_node_get_object (node));
    }
}

static void
write_settings (PelProject *self)
{
  JsonNode *node = json_object_get_member (self->root, "settings");
  JsonObject *object;
  GHashTableIter iter;
  gpointer key, value;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      if (g_hash_table_size (self->settings) == 0)
        return;
      json_object_set_object_member (self->root, "settings", json_object_new ());
    }
  object = json_object_get_object_member (self->root, "settings");
  g_hash_table_iter_init (&iter, self->settings);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      if (value != NULL)
        json_object_set_string_member (object, key, value);
      else if (json_object_has_member (object, key))
        json_object_remove_member (object, key);
    }
}

char *
pel_project_write_json (PelProject *self)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonArray *images = json_array_new ();

  json_object_set_int_member (self->root, "format", PEL_PROJECT_FORMAT);
  json_object_set_string_member (self->root, "application", "Pellicle " PEL_VERSION);
  json_object_set_string_member (self->root, "masks_folder", self->masks_folder);
  if (self->current_model != NULL)
    json_object_set_string_member (self->root, "current_model", self->current_model);
  else if (json_object_has_member (self->root, "current_model"))
    json_object_remove_member (self->root, "current_model");
  write_settings (self);
  pel_channel_displays_write (self->host.displays, self->root);
  for (guint i = 0; i < self->images->len; i++)
    {
      PelImageDocument *image = g_ptr_array_index (self->images, i);

      pel_image_document_write_json (image);
      json_array_add_object_element (images, json_object_ref (image->json));
    }
  json_object_set_array_member (self->root, "images", images);
  json_node_set_object (root, self->root);
  return json_to_string (root, TRUE);
}
