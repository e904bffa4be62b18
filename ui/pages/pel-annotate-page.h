/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelAnnotatePage:
 *
 * The inspector while painting: the brush, what is shown of the cells, the contrast, and what is
 * said about the image. Every control shows and sets a property of the display or of the document,
 * so that a key, a tool and the page agree.
 */
#define PEL_TYPE_ANNOTATE_PAGE (pel_annotate_page_get_type ())
G_DECLARE_FINAL_TYPE (PelAnnotatePage, pel_annotate_page, PEL, ANNOTATE_PAGE, GtkWidget)

GtkWidget *pel_annotate_page_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pel_annotate_page_set_workspace (PelAnnotatePage *self, PelWorkspace *workspace);

G_END_DECLS
