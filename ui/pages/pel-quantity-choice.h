/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "engine/measure/pel-quantity.h"

G_BEGIN_DECLS

/* A drop-down with everything that is measured but places and uncertainties. */
GtkDropDown *pel_quantity_choice_new (void) G_GNUC_WARN_UNUSED_RESULT;
PelQuantityId pel_quantity_choice_get (GtkDropDown *self);
void pel_quantity_choice_set (GtkDropDown *self, PelQuantityId id);

G_END_DECLS
