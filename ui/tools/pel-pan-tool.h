/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelPanTool:
 *
 * Drags move the view. The canvas does it: see the `pans` of #PelToolInfo.
 */
#define PEL_TYPE_PAN_TOOL (pel_pan_tool_get_type ())
G_DECLARE_FINAL_TYPE (PelPanTool, pel_pan_tool, PEL, PAN_TOOL, PelTool)

PelTool *pel_pan_tool_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
