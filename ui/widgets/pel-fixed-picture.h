/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * PelFixedPicture:
 *
 * A square picture whose size never depends on what it shows: another one is drawn in the next
 * frame, and nothing around it is laid out anew, as it is for a GtkImage. For tables, where
 * pictures come one after the other while a hand moves. Main thread only.
 */
#define PEL_TYPE_FIXED_PICTURE (pel_fixed_picture_get_type ())
G_DECLARE_FINAL_TYPE (PelFixedPicture, pel_fixed_picture, PEL, FIXED_PICTURE, GtkWidget)

/* @size: of a side, in pixels of widgets */
GtkWidget *pel_fixed_picture_new (int size) G_GNUC_WARN_UNUSED_RESULT;

/* @texture: (nullable): shown as large as fits, %NULL for nothing; a reference is taken */
void pel_fixed_picture_set_texture (PelFixedPicture *self, GdkTexture *texture);
/* Returns: (transfer none) (nullable): what is shown */
GdkTexture *pel_fixed_picture_get_texture (PelFixedPicture *self);

G_END_DECLS
