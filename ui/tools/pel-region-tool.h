/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelRegionTool:
 *
 * Boxes in which every cell is painted: what is unpainted there is background for training. A drag
 * makes one, the right button or Delete takes away the one under the pointer, a drag of a corner
 * changes it.
 */
#define PEL_TYPE_REGION_TOOL (pel_region_tool_get_type ())
G_DECLARE_FINAL_TYPE (PelRegionTool, pel_region_tool, PEL, REGION_TOOL, PelTool)

PelTool *pel_region_tool_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Draws the regions of a document, faintly; for all tools. */
void pel_region_tool_append_regions (GtkSnapshot *snapshot,
                                     PelImageDocument *document,
                                     const PelViewport *view,
                                     gboolean strong);

G_END_DECLS
