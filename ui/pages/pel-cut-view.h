/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelCutView:
 *
 * How the probabilities of the prediction on show are cut into cells: sliders that act on the
 * picture at once, without the network. What they say is kept for the image; it can be used for all
 * images, and become the model's own.
 */
#define PEL_TYPE_CUT_VIEW (pel_cut_view_get_type ())
G_DECLARE_FINAL_TYPE (PelCutView, pel_cut_view, PEL, CUT_VIEW, GtkWidget)

void pel_cut_view_set_workspace (PelCutView *self, PelWorkspace *workspace);
/* Whether a slider's last move is still to be worked out. */
gboolean pel_cut_view_get_busy (PelCutView *self);

G_END_DECLS
