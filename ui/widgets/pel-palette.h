/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

/**
 * pel_palette_is_dark:
 *
 * Returns: whether the window is drawn light on dark just now
 */
gboolean pel_palette_is_dark (void);

/**
 * pel_palette_get:
 * @index: any number; the palette repeats
 * @color: (out caller-allocates): the colour
 *
 * The colours of curves and bars, legible on the present background and told apart by colour-blind
 * eyes.
 */
void pel_palette_get (guint index, GdkRGBA *color);

/**
 * pel_palette_follow:
 * @widget: a widget that draws with the palette
 *
 * Redraws @widget whenever the window turns light or dark.
 */
void pel_palette_follow (GtkWidget *widget);
