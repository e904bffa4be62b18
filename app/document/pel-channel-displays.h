/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

#include "app/document/pel-image-document.h"

G_BEGIN_DECLS

/* Arrays of PelChannelDisplay, one for each channel from the first on: those of an image, and those
 * that the images of a project have in common. In project.json each is an array "display". */

/* (transfer full): without any */
GArray *pel_channel_displays_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* One of a channel that nobody has chosen anything for where there is none. */
PelChannelDisplay pel_channel_displays_get (const GArray *displays, guint channel);

/* Adds those of the channels before it, too, where there are none. */
void pel_channel_displays_set (GArray *displays, guint channel, const PelChannelDisplay *display);

/* Whether a contrast was chosen. */
gboolean pel_channel_display_has_contrast (const PelChannelDisplay *display);

/* The contrast of another one; colour and whether it is hidden stay. */
void pel_channel_display_take_contrast (PelChannelDisplay *display, const PelChannelDisplay *from);

/* Adds what an object of project.json holds. */
void pel_channel_displays_read (GArray *displays, JsonObject *json);
void pel_channel_displays_write (const GArray *displays, JsonObject *json);

G_END_DECLS
