/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-pan-tool.h"

struct _PelPanTool
{
  PelTool parent_instance;
};

G_DEFINE_FINAL_TYPE (PelPanTool, pel_pan_tool, PEL_TYPE_TOOL)

static const char *
pel_pan_tool_get_cursor (PelTool *tool)
{
  return "grab";
}

static void
pel_pan_tool_class_init (PelPanToolClass *klass)
{
  PEL_TOOL_CLASS (klass)->get_cursor = pel_pan_tool_get_cursor;
}

static void
pel_pan_tool_init (PelPanTool *self)
{
}

PelTool *
pel_pan_tool_new (void)
{
  return g_object_new (PEL_TYPE_PAN_TOOL, NULL);
}
