/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelSplitTool:
 *
 * A line drawn across cells cuts those that it separates, in one undo step. Free as the hand
 * draws it; straight while Shift is held.
 */
#define PEL_TYPE_SPLIT_TOOL (pel_split_tool_get_type ())
G_DECLARE_FINAL_TYPE (PelSplitTool, pel_split_tool, PEL, SPLIT_TOOL, PelTool)

PelTool *pel_split_tool_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
