/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * pel_number_field_new:
 * @lowest: the least number it takes
 * @highest: the largest
 * @step: what its buttons and the arrow keys add
 *
 * For dialogs: Enter takes what was typed and gives the dialog's default answer, as in fields of
 * text, for which a spin button of GTK 4.8 has no property.
 *
 * Returns: (transfer floating): a spin button
 */
GtkWidget *pel_number_field_new (double lowest, double highest, double step)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
