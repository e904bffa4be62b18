/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelImageList:
 *
 * The images of the project at the side of the window. Choosing one shows it; a filter leaves only
 * the images in one state. Property: `workspace`.
 */
#define PEL_TYPE_IMAGE_LIST (pel_image_list_get_type ())
G_DECLARE_FINAL_TYPE (PelImageList, pel_image_list, PEL, IMAGE_LIST, GtkWidget)

void pel_image_list_set_workspace (PelImageList *self, PelWorkspace *workspace);
/* How many images the filter leaves. */
guint pel_image_list_get_n_visible (PelImageList *self);
/* 0 for all images, else 1 + #PelImageState, or 6 for held-out images. */
void pel_image_list_set_filter (PelImageList *self, guint filter);

G_END_DECLS
