/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/canvas/pel-canvas.h"

G_BEGIN_DECLS

/**
 * PelMinimap:
 *
 * The whole image small, with a frame around what the canvas shows of it; a click or a drag goes
 * there. Hides itself while the whole image is in view.
 */
#define PEL_TYPE_MINIMAP (pel_minimap_get_type ())
G_DECLARE_FINAL_TYPE (PelMinimap, pel_minimap, PEL, MINIMAP, GtkWidget)

/* @canvas: outlives the minimap, or goes with it. */
GtkWidget *pel_minimap_new (PelCanvas *canvas) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
