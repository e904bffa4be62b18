/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Labels this far apart have the same colour. */
#define PEL_LABEL_COLORS 48

/**
 * pel_label_color:
 * @label: a cell
 *
 * A stable colour for a label, bright enough for a dark surround. Neighbouring numbers differ in
 * hue and in lightness, so that they can be told apart by eyes that confuse some hues. 0 is black.
 *
 * Returns: 0xRRGGBB
 */
guint32 pel_label_color (guint32 label);

/* The same for GTK. */
void pel_label_color_rgba (guint32 label, GdkRGBA *rgba);

G_END_DECLS
