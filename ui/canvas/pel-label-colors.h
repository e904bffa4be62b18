/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Labels this far apart have the same colour here; those of the engine differ by a hair then. */
#define PEL_LABEL_COLORS 144

/**
 * pel_label_color:
 * @label: a cell
 *
 * The engine's pel_label_colour() from a table, packed, for drawing many pixels.
 *
 * Returns: 0xRRGGBB; 0 is black
 */
guint32 pel_label_color (guint32 label);

/* The same for GTK. */
void pel_label_color_rgba (guint32 label, GdkRGBA *rgba);

G_END_DECLS
