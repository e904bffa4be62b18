/* SPDX-License-Identifier: MIT */
#include "app/document/pel-channel-displays.h"

#define MAX_CHANNELS 4096

GArray *
pel_channel_displays_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (PelChannelDisplay));
}

PelChannelDisplay
pel_channel_displays_get (const GArray *displays, guint channel)
{
  if (channel < displays->len)
    return g_array_index (displays, PelChannelDisplay, channel);
  return (PelChannelDisplay){ .gamma = 1 };
}

void
pel_channel_displays_set (GArray *displays, guint channel, const PelChannelDisplay *display)
{
  g_return_if_fail (channel < MAX_CHANNELS);

  while (displays->len <= channel)
    {
      PelChannelDisplay fresh = pel_channel_displays_get (displays, displays->len);

      g_array_append_val (displays, fresh);
    }
  g_array_index (displays, PelChannelDisplay, channel) = *display;
}

gboolean
pel_channel_display_has_contrast (const PelChannelDisplay *display)
{
  return display->high > display->low || display->gamma != 1 || display->invert;
}

void
pel_channel_display_take_contrast (PelChannelDisplay *display, const PelChannelDisplay *from)
{
  display->low = from->low;
  display->high = from->high;
  display->gamma = from->gamma;
  display->invert = from->invert;
}

static PelChannelDisplay
read_display (JsonObject *object)
{
  PelChannelDisplay display = { .gamma = 1 };

  display.low = json_object_get_double_member_with_default (object, "low", 0);
  display.high = json_object_get_double_member_with_default (object, "high", 0);
  display.gamma =
      CLAMP (json_object_get_double_member_with_default (object, "gamma", 1), 0.01, 100);
  display.invert = json_object_get_boolean_member_with_default (object, "invert", FALSE);
  display.hidden = json_object_get_boolean_member_with_default (object, "hidden", FALSE);
  display.colour =
      (guint32)CLAMP (json_object_get_int_member_with_default (object, "colour", 0), 0, 0xffffff);
  return display;
}

void
pel_channel_displays_read (GArray *displays, JsonObject *json)
{
  JsonNode *node = json_object_get_member (json, "display");
  JsonArray *array =
      node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < MIN (json_array_get_length (array), MAX_CHANNELS); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      PelChannelDisplay display = { .gamma = 1 };

      if (JSON_NODE_HOLDS_OBJECT (element))
        display = read_display (json_node_get_object (element));
      pel_channel_displays_set (displays, i, &display);
    }
}

void
pel_channel_displays_write (const GArray *displays, JsonObject *json)
{
  JsonArray *array;

  if (displays->len == 0)
    {
      if (json_object_has_member (json, "display"))
        json_object_remove_member (json, "display");
      return;
    }
  array = json_array_new ();
  for (guint i = 0; i < displays->len; i++)
    {
      const PelChannelDisplay *display = &g_array_index (displays, PelChannelDisplay, i);
      JsonObject *object = json_object_new ();

      json_object_set_double_member (object, "low", display->low);
      json_object_set_double_member (object, "high", display->high);
      json_object_set_double_member (object, "gamma", display->gamma);
      json_object_set_boolean_member (object, "invert", display->invert);
      if (display->colour != 0)
        json_object_set_int_member (object, "colour", display->colour);
      if (display->hidden)
        json_object_set_boolean_member (object, "hidden", TRUE);
      json_array_add_object_element (array, object);
    }
  json_object_set_array_member (json, "display", array);
}
