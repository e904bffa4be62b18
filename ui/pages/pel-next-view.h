/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelNextView:
 *
 * Which images to annotate next, those first that would teach the model most, each with the reason;
 * of images too large to paint, a part. Follows the predictions of the model in use while it is
 * seen.
 */
#define PEL_TYPE_NEXT_VIEW (pel_next_view_get_type ())
G_DECLARE_FINAL_TYPE (PelNextView, pel_next_view, PEL, NEXT_VIEW, GtkWidget)

void pel_next_view_set_workspace (PelNextView *self, PelWorkspace *workspace);
/* Goes to the first image of the list that is not on show, or once the list is there. */
void pel_next_view_go (PelNextView *self);
guint pel_next_view_get_n_rows (PelNextView *self);

G_END_DECLS
