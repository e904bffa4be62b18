/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelSmartEdgeTool:
 *
 * An outline that keeps to the strongest edge between clicks. Its corners can be moved until it is
 * closed: by Enter, a double click, or a click on the first corner. With Shift a corner stays where
 * the hand set it and the outline is straight up to it.
 */
#define PEL_TYPE_SMART_EDGE_TOOL (pel_smart_edge_tool_get_type ())
G_DECLARE_FINAL_TYPE (PelSmartEdgeTool, pel_smart_edge_tool, PEL, SMART_EDGE_TOOL, PelTool)

PelTool *pel_smart_edge_tool_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Whether ways are still being looked for; for tests. */
gboolean pel_smart_edge_tool_is_busy (PelSmartEdgeTool *self);

G_END_DECLS
