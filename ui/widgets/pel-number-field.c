/* SPDX-License-Identifier: MIT */
#include "ui/widgets/pel-number-field.h"

GtkWidget *
pel_number_field_new (double lowest, double highest, double step)
{
  GtkWidget *spin = gtk_spin_button_new_with_range (lowest, highest, step);
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (spin));

  g_return_val_if_fail (GTK_IS_TEXT (text), spin);
  gtk_text_set_activates_default (GTK_TEXT (text), TRUE);
  return spin;
}

double
pel_number_field_read (GtkSpinButton *spin)
{
  g_return_val_if_fail (GTK_IS_SPIN_BUTTON (spin), 0);

  gtk_spin_button_update (spin);
  return gtk_spin_button_get_value (spin);
}
