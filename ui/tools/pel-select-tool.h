/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelSelectTool:
 *
 * A click selects a cell, with Shift one more or one less; a drag selects all cells that a box
 * touches. With the right button, or with Ctrl, the drag is a line round cells: those are selected
 * that lie inside by half or more. A click on empty ground selects nothing; with Ctrl it picks.
 */
#define PEL_TYPE_SELECT_TOOL (pel_select_tool_get_type ())
G_DECLARE_FINAL_TYPE (PelSelectTool, pel_select_tool, PEL, SELECT_TOOL, PelTool)

PelTool *pel_select_tool_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
