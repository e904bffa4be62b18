/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelPolygonTool:
 *
 * Clicks set the corners of an outline. Until it is taken corners can be dragged, a drag on a side
 * makes one there, Delete removes the one under the pointer, and the keys of [struct@VertexPath] do
 * the same. Enter, a double click or a click on the first corner makes the cell; Backspace takes
 * the last corner back, Esc leaves.
 */
#define PEL_TYPE_POLYGON_TOOL (pel_polygon_tool_get_type ())
G_DECLARE_FINAL_TYPE (PelPolygonTool, pel_polygon_tool, PEL, POLYGON_TOOL, PelTool)

PelTool *pel_polygon_tool_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
