/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelBrushTool:
 *
 * Paints a cell with a round brush, or erases: with the right button, the eraser end of a pen, or
 * always if it was made as an eraser. A stroke is a chain of capsules whose ends meet, so it has no
 * gaps however fast the hand was; a pen's pressure sets its width. Shift and a drag set the size.
 *
 * Erasing that begins on a cell takes only from that cell while cells are protected; where it
 * begins on empty ground it takes from all.
 */
#define PEL_TYPE_BRUSH_TOOL (pel_brush_tool_get_type ())
G_DECLARE_FINAL_TYPE (PelBrushTool, pel_brush_tool, PEL, BRUSH_TOOL, PelTool)

PelTool *pel_brush_tool_new (void) G_GNUC_WARN_UNUSED_RESULT;
PelTool *pel_brush_tool_new_eraser (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
