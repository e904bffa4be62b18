/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/canvas/pel-canvas.h"

G_BEGIN_DECLS

/**
 * PelToolPalette:
 *
 * A column of buttons, one for each tool, that floats on the canvas. Every button has the tool's
 * name, its tooltip tells what it does and its key.
 */
#define PEL_TYPE_TOOL_PALETTE (pel_tool_palette_get_type ())
G_DECLARE_FINAL_TYPE (PelToolPalette, pel_tool_palette, PEL, TOOL_PALETTE, GtkWidget)

/* @canvas: outlives the palette, or goes with it. */
GtkWidget *pel_tool_palette_new (PelCanvas *canvas) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
