/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "app/document/pel-image-document.h"

G_BEGIN_DECLS

/**
 * PelImageRow:
 *
 * An image in the list: its thumbnail, its name, how many cells it has, and the mark of its state.
 * Property: `document`.
 */
#define PEL_TYPE_IMAGE_ROW (pel_image_row_get_type ())
G_DECLARE_FINAL_TYPE (PelImageRow, pel_image_row, PEL, IMAGE_ROW, GtkWidget)

GtkWidget *pel_image_row_new (void) G_GNUC_WARN_UNUSED_RESULT;
PelImageDocument *pel_image_row_get_document (PelImageRow *self);
void pel_image_row_set_document (PelImageRow *self, PelImageDocument *document);

/* The icon of a state's mark. */
const char *pel_image_state_get_icon_name (PelImageState state);

G_END_DECLS
