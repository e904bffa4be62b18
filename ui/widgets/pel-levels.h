/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#define PEL_LEVELS_BINS 256

#define PEL_TYPE_LEVELS (pel_levels_get_type ())
G_DECLARE_FINAL_TYPE (PelLevels, pel_levels, PEL, LEVELS, GtkWidget)

/**
 * pel_levels_new:
 *
 * The histogram of an image's grey values with a handle at either end of the part that is stretched
 * from black to white, and the curve of the stretch drawn over it.
 *
 * Signal "levels-changed" (double low, double high): the user moved a handle.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *pel_levels_new (void) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_levels_set_histogram:
 * @self: the widget
 * @counts: (array fixed-size=256) (nullable): pixels per bin, or %NULL for no image
 * @minimum: the value where the first bin starts
 * @maximum: the value where the last bin ends
 */
void pel_levels_set_histogram (PelLevels *self,
                               const guint32 *counts,
                               double minimum,
                               double maximum);

/* 0xRRGGBB that the histogram has a shade of; 0 for none. */
void pel_levels_set_colour (PelLevels *self, guint32 colour);

/* What is shown, in the image's own values; emits nothing. */
void pel_levels_set_levels (PelLevels *self, double low, double high, double gamma);
double pel_levels_get_low (PelLevels *self);
double pel_levels_get_high (PelLevels *self);
