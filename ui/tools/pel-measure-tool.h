/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelMeasureTool:
 *
 * A dragged line and its length. The line stays until the next one, Esc or another image; its
 * ends can be dragged. With Shift it keeps to steps of 45 degrees. By keys: Enter lays a line over
 * the middle of the image and then changes the end that the arrow keys move by a pixel, with Shift
 * by ten.
 */
#define PEL_TYPE_MEASURE_TOOL (pel_measure_tool_get_type ())
G_DECLARE_FINAL_TYPE (PelMeasureTool, pel_measure_tool, PEL, MEASURE_TOOL, PelTool)

PelTool *pel_measure_tool_new (void) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_measure_tool_get_length:
 * @self: the tool
 * @px: (out): in image pixels
 * @um: (out): in micrometres, 0 where the image has no scale
 *
 * Returns: whether there is a line
 */
gboolean pel_measure_tool_get_length (PelMeasureTool *self, double *px, double *um);

/**
 * pel_measure_tool_get_way:
 * @self: the tool
 * @dx: (out): how far the line goes to the right, in image pixels
 * @dy: (out): how far it goes down
 *
 * Returns: whether there is a line
 */
gboolean pel_measure_tool_get_way (PelMeasureTool *self, double *dx, double *dy);

G_END_DECLS
