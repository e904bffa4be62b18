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

/**
 * pel_number_field_read:
 * @spin: a spin button, of a dialog or elsewhere
 *
 * A spin button takes what was typed once Enter is pressed or the keys go elsewhere. A key of the
 * window or a letter with Alt does neither: whoever acts on the number takes it first.
 *
 * Returns: the number that can be read in the field
 */
double pel_number_field_read (GtkSpinButton *spin);

G_END_DECLS
