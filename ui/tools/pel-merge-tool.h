/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelMergeTool:
 *
 * A stroke across cells makes those that it touches one: all get the label of the first, in one
 * undo step. While it is drawn they are shown as chosen. Background never counts.
 */
#define PEL_TYPE_MERGE_TOOL (pel_merge_tool_get_type ())
G_DECLARE_FINAL_TYPE (PelMergeTool, pel_merge_tool, PEL, MERGE_TOOL, PelTool)

PelTool *pel_merge_tool_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
