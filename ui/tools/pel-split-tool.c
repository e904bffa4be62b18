/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-split-tool.h"

#include <glib/gi18n-lib.h>

#include "ui/tools/pel-stroke-path.h"
#include "ui/tools/pel-tool-util.h"

struct _PelSplitTool
{
  PelTool parent_instance;

  PelStrokePath *path;
};

G_DEFINE_FINAL_TYPE (PelSplitTool, pel_split_tool, PEL_TYPE_TOOL)

static gboolean
pel_split_tool_press (PelTool *tool, const PelToolEvent *event)
{
  PelSplitTool *self = PEL_SPLIT_TOOL (tool);
  PelMask *mask = pel_tool_get_mask (tool);

  if (event->erase || !mask || pel_mask_in_stroke (mask))
    return FALSE;
  pel_stroke_path_begin (self->path, event);
  pel_tool_changed (tool);
  return TRUE;
}

static void
pel_split_tool_drag (PelTool *tool, const PelToolEvent *event)
{
  pel_stroke_path_extend (PEL_SPLIT_TOOL (tool)->path, event, pel_tool_get_zoom (tool));
  pel_tool_changed (tool);
}

static void
pel_split_tool_release (PelTool *tool, const PelToolEvent *event)
{
  PelSplitTool *self = PEL_SPLIT_TOOL (tool);
  PelMask *mask = pel_tool_get_mask (tool);
  g_autoptr (GError) error = NULL;
  guint n;
  const double *xy = pel_stroke_path_get (self->path, &n);

  if (n > 1 && mask && !pel_mask_in_stroke (mask) &&
      pel_mask_split_cells (mask, xy, n, _ ("Split cells"),
                            pel_image_document_get_undo (pel_tool_get_document (tool)), &error) < 0)
    g_debug ("split: %s", error->message);
  pel_stroke_path_clear (self->path);
  pel_tool_changed (tool);
}

static void
pel_split_tool_cancel (PelTool *tool)
{
  pel_stroke_path_clear (PEL_SPLIT_TOOL (tool)->path);
  pel_tool_changed (tool);
}

static gboolean
pel_split_tool_is_active (PelTool *tool)
{
  return pel_stroke_path_is_begun (PEL_SPLIT_TOOL (tool)->path);
}

static void
pel_split_tool_snapshot_overlay (PelTool *tool, GtkSnapshot *snapshot, const PelViewport *view)
{
  static const GdkRGBA red = { 1, 0.42f, 0.36f, 1 };

  pel_stroke_path_snapshot (PEL_SPLIT_TOOL (tool)->path, snapshot, view, &red);
}

static const char *
pel_split_tool_get_cursor (PelTool *tool)
{
  return "crosshair";
}

static void
pel_split_tool_finalize (GObject *object)
{
  pel_stroke_path_free (PEL_SPLIT_TOOL (object)->path);
  G_OBJECT_CLASS (pel_split_tool_parent_class)->finalize (object);
}

static void
pel_split_tool_class_init (PelSplitToolClass *klass)
{
  PelToolClass *tool_class = PEL_TOOL_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_split_tool_finalize;
  tool_class->press = pel_split_tool_press;
  tool_class->drag = pel_split_tool_drag;
  tool_class->release = pel_split_tool_release;
  tool_class->cancel = pel_split_tool_cancel;
  tool_class->is_active = pel_split_tool_is_active;
  tool_class->snapshot_overlay = pel_split_tool_snapshot_overlay;
  tool_class->get_cursor = pel_split_tool_get_cursor;
}

static void
pel_split_tool_init (PelSplitTool *self)
{
  self->path = pel_stroke_path_new ();
}

PelTool *
pel_split_tool_new (void)
{
  return g_object_new (PEL_TYPE_SPLIT_TOOL, NULL);
}
