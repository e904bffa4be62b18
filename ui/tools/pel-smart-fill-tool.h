/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelSmartFillTool:
 *
 * A click inside a cell proposes its outline; + and - make it larger and smaller; Enter, or a click
 * inside the proposal, takes it.
 */
#define PEL_TYPE_SMART_FILL_TOOL (pel_smart_fill_tool_get_type ())
G_DECLARE_FINAL_TYPE (PelSmartFillTool, pel_smart_fill_tool, PEL, SMART_FILL_TOOL, PelTool)

PelTool *pel_smart_fill_tool_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Whether a proposal is being worked out; for tests. */
gboolean pel_smart_fill_tool_is_busy (PelSmartFillTool *self);
gboolean pel_smart_fill_tool_has_proposal (PelSmartFillTool *self);

G_END_DECLS
