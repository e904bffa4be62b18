/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/canvas/pel-canvas.h"
#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelLivePreview:
 *
 * Shows on the canvas what the training under way would predict of the visible part by now, as
 * often as the training has time for it. A preview of another part, or of earlier, stays on show
 * dimmed until the next one is there. Main thread only.
 */
#define PEL_TYPE_LIVE_PREVIEW (pel_live_preview_get_type ())
G_DECLARE_FINAL_TYPE (PelLivePreview, pel_live_preview, PEL, LIVE_PREVIEW, GObject)

PelLivePreview *pel_live_preview_new (PelWorkspace *workspace, PelCanvas *canvas)
    G_GNUC_WARN_UNUSED_RESULT;

/* (transfer none): a switch to lay over the canvas, there while there is something to switch; it
 * tells how old the preview is. */
GtkWidget *pel_live_preview_get_button (PelLivePreview *self);

/* Lets go of everything; the window is about to close. */
void pel_live_preview_stop (PelLivePreview *self);

G_END_DECLS
