/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelPickTool:
 *
 * A click makes the cell under the pointer the current one.
 */
#define PEL_TYPE_PICK_TOOL (pel_pick_tool_get_type ())
G_DECLARE_FINAL_TYPE (PelPickTool, pel_pick_tool, PEL, PICK_TOOL, PelTool)

PelTool *pel_pick_tool_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
