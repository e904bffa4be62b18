/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-yaml.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <yaml.h>

#include "engine/core/pel-error.h"

#define MAX_BYTES ((gsize)1 << 20)
#define MAX_NODES 20000
#define MAX_DEPTH 32
#define MAX_KEY 200

typedef struct
{
  yaml_parser_t parser;
  yaml_event_t event; /* the last one */
  gboolean has_event;
  guint n_nodes;
} Reader;

static void
clear_event (Reader *self)
{
  if (self->has_event)
    yaml_event_delete (&self->event);
  self->has_event = FALSE;
}

static void
reader_clear (Reader *self)
{
  clear_event (self);
  yaml_parser_delete (&self->parser);
}

static gboolean
refuse (Reader *self, const char *why, GError **error)
{
  gsize line = self->has_event ? self->event.start_mark.line : self->parser.problem_mark.line;

  g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE,
               /* Translators: a number, and a sentence about what stands in that line. */
               _ ("line %u: %s"), (guint)MIN (line, G_MAXUINT - 1) + 1, why);
  return FALSE;
}

static gboolean
next (Reader *self, GError **error)
{
  clear_event (self);
  self->has_event = yaml_parser_parse (&self->parser, &self->event) != 0;
  return self->has_event ||
         refuse (self, _ ("this is no YAML that can be read; export the model anew"), error);
}

/* ---- nodes ---- */

static JsonNode *read_node (Reader *self, guint depth, GError **error);

/* NULL where it holds what no text does. */
static const char *
get_scalar (const Reader *self)
{
  const char *value = (const char *)self->event.data.scalar.value;

  return strlen (value) == self->event.data.scalar.length && g_utf8_validate (value, -1, NULL)
             ? value
             : NULL;
}

static JsonNode *
read_scalar (Reader *self, GError **error)
{
  const char *value = get_scalar (self);
  gboolean plain = self->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  JsonNode *node;

  if (value == NULL)
    {
      refuse (self, _ ("this is no text; export the model anew"), error);
      return NULL;
    }
  if (plain && (value[0] == '\0' || strcmp (value, "~") == 0 || strcmp (value, "null") == 0))
    return json_node_new (JSON_NODE_NULL);
  node = json_node_new (JSON_NODE_VALUE);
  json_node_set_string (node, value);
  return node;
}

static JsonNode *
read_sequence (Reader *self, guint depth, GError **error)
{
  g_autoptr (JsonArray) array = json_array_new ();
  JsonNode *node;

  for (;;)
    {
      if (!next (self, error))
        return NULL;
      if (self->event.type == YAML_SEQUENCE_END_EVENT)
        break;
      node = read_node (self, depth + 1, error);
      if (node == NULL)
        return NULL;
      json_array_add_element (array, node);
    }
  node = json_node_new (JSON_NODE_ARRAY);
  json_node_set_array (node, array);
  return node;
}

static JsonNode *
read_mapping (Reader *self, guint depth, GError **error)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonNode *node;

  for (;;)
    {
      g_autofree char *key = NULL;

      if (!next (self, error))
        return NULL;
      if (self->event.type == YAML_MAPPING_END_EVENT)
        break;
      if (self->event.type == YAML_SCALAR_EVENT)
        key = g_strdup (get_scalar (self));
      if (key == NULL || strlen (key) > MAX_KEY || json_object_has_member (object, key))
        {
          refuse (self, _ ("a name is missing, too long or there twice; export the model anew"),
                  error);
          return NULL;
        }
      if (!next (self, error))
        return NULL;
      node = read_node (self, depth + 1, error);
      if (node == NULL)
        return NULL;
      json_object_set_member (object, key, node);
    }
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_set_object (node, object);
  return node;
}

/* The node that the last event begins. */
static JsonNode *
read_node (Reader *self, guint depth, GError **error)
{
  if (depth > MAX_DEPTH || ++self->n_nodes > MAX_NODES)
    {
      refuse (self, _ ("it says more than a description of a model does, so it was not read"),
              error);
      return NULL;
    }
  /* Not all kinds of events begin a node. */
  if (self->event.type == YAML_SCALAR_EVENT)
    return read_scalar (self, error);
  if (self->event.type == YAML_SEQUENCE_START_EVENT)
    return read_sequence (self, depth, error);
  if (self->event.type == YAML_MAPPING_START_EVENT)
    return read_mapping (self, depth, error);
  refuse (self, _ ("it refers to another part of itself, which is not read; write it out"), error);
  return NULL;
}

/* ---- documents ---- */

static gboolean
expect (Reader *self, yaml_event_type_t type, GError **error)
{
  if (!next (self, error))
    return FALSE;
  return self->event.type == type ||
         refuse (self, _ ("one description is expected here, and no more"), error);
}

static JsonNode *
read_document (Reader *self, GError **error)
{
  g_autoptr (JsonNode) root = NULL;

  if (!expect (self, YAML_STREAM_START_EVENT, error) ||
      !expect (self, YAML_DOCUMENT_START_EVENT, error) || !next (self, error))
    return NULL;
  root = read_node (self, 0, error);
  if (root == NULL || !expect (self, YAML_DOCUMENT_END_EVENT, error) ||
      !expect (self, YAML_STREAM_END_EVENT, error))
    return NULL;
  return g_steal_pointer (&root);
}

JsonNode *
pel_yaml_parse (const guint8 *data, gsize length, GError **error)
{
  Reader self = { .n_nodes = 0 };
  JsonNode *root;

  g_return_val_if_fail (data != NULL, NULL);

  if (length > MAX_BYTES)
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE,
                           _ ("the description is longer than 1 MiB, so it was not read"));
      return NULL;
    }
  if (yaml_parser_initialize (&self.parser) == 0)
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                           _ ("there is not enough memory to read the description"));
      return NULL;
    }
  yaml_parser_set_input_string (&self.parser, data, length);
  root = read_document (&self, error);
  reader_clear (&self);
  return root;
}
