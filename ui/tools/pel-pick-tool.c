/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-pick-tool.h"

#include "ui/tools/pel-tool-util.h"

struct _PelPickTool
{
  PelTool parent_instance;
};

G_DEFINE_FINAL_TYPE (PelPickTool, pel_pick_tool, PEL_TYPE_TOOL)

static gboolean
pel_pick_tool_press (PelTool *tool, const PelToolEvent *event)
{
  if (!event->erase && pel_tool_get_mask (tool))
    pel_tool_pick_at (pel_tool_get_document (tool), pel_tool_get_display (tool), event->x,
                      event->y);
  return FALSE;
}

static const char *
pel_pick_tool_get_cursor (PelTool *tool)
{
  return "cell";
}

static void
pel_pick_tool_class_init (PelPickToolClass *klass)
{
  PEL_TOOL_CLASS (klass)->press = pel_pick_tool_press;
  PEL_TOOL_CLASS (klass)->get_cursor = pel_pick_tool_get_cursor;
}

static void
pel_pick_tool_init (PelPickTool *self)
{
}

PelTool *
pel_pick_tool_new (void)
{
  return g_object_new (PEL_TYPE_PICK_TOOL, NULL);
}
