/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelWandTool:
 *
 * A drag paints what looks like the places that the pointer passes, at the scale of the present
 * zoom; with Ctrl only pixels of exactly the same value. What is painted is seen at once, the
 * right button takes away, and one drag is one undo step. Enter takes what is under the pointer.
 */
#define PEL_TYPE_WAND_TOOL (pel_wand_tool_get_type ())
G_DECLARE_FINAL_TYPE (PelWandTool, pel_wand_tool, PEL, WAND_TOOL, PelTool)

PelTool *pel_wand_tool_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
