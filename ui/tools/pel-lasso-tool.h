/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelLassoTool:
 *
 * An outline drawn by moving round a cell: click, move without holding, and it closes by itself
 * near its start; a second click or Enter closes it anywhere, Backspace steps back, Esc leaves.
 * Dragging works too and closes where the button is let go.
 *
 * What is closed waits for changes: its vertices and sides can be dragged, Delete takes a vertex
 * away, and the keys of [struct@VertexPath] do the same. Enter, a click into it, a double click or
 * the beginning of the next outline take it, and so does turning to anything else. With the right
 * button the inside is erased, at once.
 */
#define PEL_TYPE_LASSO_TOOL (pel_lasso_tool_get_type ())
G_DECLARE_FINAL_TYPE (PelLassoTool, pel_lasso_tool, PEL, LASSO_TOOL, PelTool)

PelTool *pel_lasso_tool_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
