/* SPDX-License-Identifier: MIT */
#include "app/document/pel-channel-displays.h"
#include "app/document/pel-image-document-private.h"

/* One entry of project.json's "images". What is not listed here is kept as it is. */

static gboolean
read_bool (JsonObject *json, const char *name)
{
  return json_object_get_boolean_member_with_default (json, name, FALSE);
}

static double
read_positive (JsonObject *json, const char *name)
{
  double value = json_object_get_double_member_with_default (json, name, 0);

  return value > 0 && value < G_MAXDOUBLE ? value : 0;
}

static JsonArray *
get_array (JsonObject *json, const char *name)
{
  JsonNode *node = json_object_get_member (json, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static double
array_double (JsonArray *array, guint index)
{
  JsonNode *node = json_array_get_element (array, index);

  return JSON_NODE_HOLDS_VALUE (node) ? json_node_get_double (node) : 0;
}

static void
read_regions (PelImageDocument *self)
{
  JsonArray *array = get_array (self->json, "complete_regions");

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      double v[4];
      PelRect rect;

      if (!JSON_NODE_HOLDS_ARRAY (node) || json_array_get_length (json_node_get_array (node)) != 4)
        continue;
      for (guint k = 0; k < 4; k++)
        v[k] = CLAMP (array_double (json_node_get_array (node), k), -1e8, 1e8);
      rect = (PelRect){ (gint)v[0], (gint)v[1], (gint)v[2], (gint)v[3] };
      if (rect.width > 0 && rect.height > 0)
        g_array_append_val (self->regions, rect);
    }
}

void
pel_image_document_read_json (PelImageDocument *self)
{
  JsonObject *json = self->json;
  const char *group = json_object_get_string_member_with_default (json, "group", NULL);
  const char *mask = json_object_get_string_member_with_default (json, "mask", NULL);
  const char *source = json_object_get_string_member_with_default (json, "calibration", NULL);

  self->group = group != NULL && group[0] != '\0' ? g_strdup (group) : NULL;
  self->foreign_mask = g_strdup (mask);
  self->validation = read_bool (json, "validation");
  self->complete = read_bool (json, "complete");
  self->reviewed = read_bool (json, "reviewed");
  self->um_x = read_positive (json, "um_per_px_x");
  self->um_y = read_positive (json, "um_per_px_y");
  if (self->um_x <= 0 || self->um_y <= 0)
    self->um_x = self->um_y = 0;
  self->line_um = read_positive (json, "scale_line_um");
  self->line_px = read_positive (json, "scale_line_px");
  if (self->line_um <= 0 || self->line_px <= 0)
    self->line_um = self->line_px = 0;
  self->file_um_x = read_positive (json, "file_um_per_px_x");
  self->file_um_y = read_positive (json, "file_um_per_px_y");
  self->file_calibration = g_strdup (source);
  self->n_cells =
      (guint)CLAMP (json_object_get_int_member_with_default (json, "cells", 0), 0, G_MAXINT);
  self->n_from_model = (guint)CLAMP (
      json_object_get_int_member_with_default (json, "cells_from_model", 0), 0, self->n_cells);
  self->width =
      (guint)CLAMP (json_object_get_int_member_with_default (json, "width", 0), 0, G_MAXINT);
  self->height =
      (guint)CLAMP (json_object_get_int_member_with_default (json, "height", 0), 0, G_MAXINT);
  read_regions (self);
  pel_channel_displays_read (self->displays, self->json);
  self->last_state = pel_image_document_get_state (self);
}

/* Sets a member, or takes it away where it says nothing, so that entries stay short. */
static void
write_flag (JsonObject *json, const char *name, gboolean value)
{
  if (value)
    json_object_set_boolean_member (json, name, TRUE);
  else if (json_object_has_member (json, name))
    json_object_remove_member (json, name);
}

static void
write_text (JsonObject *json, const char *name, const char *value)
{
  if (value != NULL && value[0] != '\0')
    json_object_set_string_member (json, name, value);
  else if (json_object_has_member (json, name))
    json_object_remove_member (json, name);
}

static void
write_number (JsonObject *json, const char *name, double value)
{
  if (value > 0)
    json_object_set_double_member (json, name, value);
  else if (json_object_has_member (json, name))
    json_object_remove_member (json, name);
}

static void
write_regions (PelImageDocument *self)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < self->regions->len; i++)
    {
      const PelRect *rect = &g_array_index (self->regions, PelRect, i);
      JsonArray *box = json_array_new ();

      json_array_add_int_element (box, rect->x);
      json_array_add_int_element (box, rect->y);
      json_array_add_int_element (box, rect->width);
      json_array_add_int_element (box, rect->height);
      json_array_add_array_element (array, box);
    }
  json_object_set_array_member (self->json, "complete_regions", array);
}

static const char *
state_name (PelImageState state)
{
  static const char *const names[] = { "unlabelled", "in-work", "labelled", "predicted",
                                       "reviewed" };

  return names[state];
}

void
pel_image_document_write_json (PelImageDocument *self)
{
  JsonObject *json = self->json;
  guint from_model = pel_image_document_get_n_from_model (self);

  json_object_set_string_member (json, "name", self->name);
  json_object_set_string_member (json, "path",
                                 self->stored_path != NULL ? self->stored_path : self->path);
  /* Pages count from 1 wherever people see them. */
  json_object_set_int_member (json, "page", (gint64)self->page + 1);
  json_object_set_string_member (json, "state", state_name (pel_image_document_get_state (self)));
  write_text (json, "group", self->group);
  write_text (json, "mask", self->foreign_mask);
  write_flag (json, "validation", self->validation);
  write_flag (json, "complete", self->complete);
  write_flag (json, "reviewed", self->reviewed);
  write_number (json, "um_per_px_x", self->um_x);
  write_number (json, "um_per_px_y", self->um_y);
  write_number (json, "scale_line_um", self->line_um);
  write_number (json, "scale_line_px", self->line_px);
  write_number (json, "file_um_per_px_x", self->file_um_x);
  write_number (json, "file_um_per_px_y", self->file_um_y);
  write_text (json, "calibration", self->file_um_x > 0 ? self->file_calibration : NULL);
  json_object_set_int_member (json, "cells", self->n_cells);
  if (from_model > 0 || json_object_has_member (json, "cells_from_model"))
    json_object_set_int_member (json, "cells_from_model", from_model);
  json_object_set_int_member (json, "width", self->width);
  json_object_set_int_member (json, "height", self->height);
  if (self->regions->len > 0 || json_object_has_member (json, "complete_regions"))
    write_regions (self);
  pel_channel_displays_write (self->displays, json);
}
