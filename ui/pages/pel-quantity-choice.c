/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-quantity-choice.h"

#include <glib/gi18n-lib.h>

static gboolean
is_listed (const PelQuantity *quantity)
{
  return quantity->error_of == quantity->id && quantity->kind != PEL_QUANTITY_KIND_POSITION;
}

GtkDropDown *
pel_quantity_choice_new (void)
{
  guint n;
  const PelQuantity *quantities = pel_quantities_get (&n);
  GtkStringList *names = gtk_string_list_new (NULL);
  GtkWidget *self;

  for (guint i = 0; i < n; i++)
    if (is_listed (&quantities[i]))
      gtk_string_list_append (names, _ (quantities[i].title));
  self = gtk_drop_down_new (G_LIST_MODEL (names),
                            gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string"));
  gtk_drop_down_set_enable_search (GTK_DROP_DOWN (self), TRUE);
  return GTK_DROP_DOWN (self);
}

PelQuantityId
pel_quantity_choice_get (GtkDropDown *self)
{
  guint n, at = gtk_drop_down_get_selected (self);
  const PelQuantity *quantities = pel_quantities_get (&n);

  for (guint i = 0; i < n; i++)
    if (is_listed (&quantities[i]) && at-- == 0)
      return quantities[i].id;
  return PEL_QUANTITY_EQUIVALENT_DIAMETER;
}

void
pel_quantity_choice_set (GtkDropDown *self, PelQuantityId id)
{
  guint n, at = 0;
  const PelQuantity *quantities = pel_quantities_get (&n);

  for (guint i = 0; i < n && quantities[i].id != id; i++)
    at += is_listed (&quantities[i]);
  gtk_drop_down_set_selected (self, at);
}
