/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelFillTool:
 *
 * A click into a gap that cells enclose fills it with the cell that has most of its border; a click
 * on a cell fills that cell's holes. Ground that is open, or reaches far around, is left alone.
 */
#define PEL_TYPE_FILL_TOOL (pel_fill_tool_get_type ())
G_DECLARE_FINAL_TYPE (PelFillTool, pel_fill_tool, PEL, FILL_TOOL, PelTool)

PelTool *pel_fill_tool_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
