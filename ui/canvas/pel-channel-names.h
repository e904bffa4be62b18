/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "engine/image/pel-image.h"

G_BEGIN_DECLS

/**
 * pel_channel_names_new:
 * @image: (nullable): an image
 *
 * What can be shown of an image, for a chooser: as it is, each channel, and where the channels are
 * no colours of a photograph all of them together.
 *
 * Returns: (transfer full): the names, translated
 */
GtkStringList *pel_channel_names_new (PelImage *image) G_GNUC_WARN_UNUSED_RESULT;

/* The row of a value of [property@Display:channel], and the other way round. */
guint pel_channel_names_find (PelImage *image, gint channel);
gint pel_channel_names_get (PelImage *image, guint row);

/* Lets a chooser offer the names, and shows the one in use. It keeps its list where that is the
 * same: the chooser may be the one that chose, and must not lose it meanwhile. */
void pel_channel_names_show (GtkDropDown *chooser, PelImage *image, gint channel);

G_END_DECLS
