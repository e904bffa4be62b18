/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-merge-tool.h"

#include "engine/segment/pel-line.h"
#include "ui/tools/pel-stroke-path.h"
#include "ui/tools/pel-tool-util.h"

struct _PelMergeTool
{
  PelTool parent_instance;

  PelStrokePath *path;
  PelLabels *labels; /* as they were at the press */
  GArray *before;    /* guint32: what was selected then */
};

G_DEFINE_FINAL_TYPE (PelMergeTool, pel_merge_tool, PEL_TYPE_TOOL)

/* The cells that the stroke touches so far, the first first. */
static GArray *
find_cells (PelMergeTool *self)
{
  guint n;
  const double *xy = pel_stroke_path_get (self->path, &n);

  return pel_line_find_labels (self->labels, xy, n);
}

static void
clear (PelMergeTool *self)
{
  pel_stroke_path_clear (self->path);
  g_clear_pointer (&self->labels, pel_labels_unref);
  g_clear_pointer (&self->before, g_array_unref);
  pel_tool_changed (PEL_TOOL (self));
}

static void
show_cells (PelMergeTool *self)
{
  g_autoptr (GArray) cells = find_cells (self);

  pel_display_set_selection (pel_tool_get_display (PEL_TOOL (self)),
                             (const guint32 *)(void *)cells->data, cells->len);
}

static gboolean
pel_merge_tool_press (PelTool *tool, const PelToolEvent *event)
{
  PelMergeTool *self = PEL_MERGE_TOOL (tool);
  PelMask *mask = pel_tool_get_mask (tool);
  PelDisplay *display = pel_tool_get_display (tool);
  const guint32 *selection;
  guint n;

  if (event->erase || !mask || !display || pel_mask_in_stroke (mask))
    return FALSE;
  clear (self);
  selection = pel_display_get_selection (display, &n);
  self->before = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_array_append_vals (self->before, selection, n);
  self->labels = pel_mask_snapshot (mask);
  pel_stroke_path_begin (self->path, event);
  show_cells (self);
  return TRUE;
}

static void
pel_merge_tool_drag (PelTool *tool, const PelToolEvent *event)
{
  PelMergeTool *self = PEL_MERGE_TOOL (tool);

  if (!self->labels)
    return;
  pel_stroke_path_extend (self->path, event, pel_tool_get_zoom (tool));
  show_cells (self);
  pel_tool_changed (tool);
}

static void
pel_merge_tool_release (PelTool *tool, const PelToolEvent *event)
{
  PelMergeTool *self = PEL_MERGE_TOOL (tool);
  g_autoptr (GArray) cells = NULL;

  if (!self->labels)
    return;
  cells = find_cells (self);
  if (cells->len > 1)
    {
      clear (self);
      pel_tool_merge_labels (pel_tool_get_document (tool), pel_tool_get_display (tool),
                             (const guint32 *)(void *)cells->data, cells->len);
    }
  else
    pel_tool_cancel (tool);
}

static void
pel_merge_tool_cancel (PelTool *tool)
{
  PelMergeTool *self = PEL_MERGE_TOOL (tool);

  if (self->before)
    pel_display_set_selection (pel_tool_get_display (tool),
                               (const guint32 *)(void *)self->before->data, self->before->len);
  clear (self);
}

static gboolean
pel_merge_tool_is_active (PelTool *tool)
{
  return pel_stroke_path_is_begun (PEL_MERGE_TOOL (tool)->path);
}

static void
pel_merge_tool_snapshot_overlay (PelTool *tool, GtkSnapshot *snapshot, const PelViewport *view)
{
  static const GdkRGBA green = { 0.55f, 0.92f, 0.6f, 1 };

  pel_stroke_path_snapshot (PEL_MERGE_TOOL (tool)->path, snapshot, view, &green);
}

static const char *
pel_merge_tool_get_cursor (PelTool *tool)
{
  return "crosshair";
}

static void
pel_merge_tool_finalize (GObject *object)
{
  PelMergeTool *self = PEL_MERGE_TOOL (object);

  pel_stroke_path_free (self->path);
  g_clear_pointer (&self->labels, pel_labels_unref);
  g_clear_pointer (&self->before, g_array_unref);
  G_OBJECT_CLASS (pel_merge_tool_parent_class)->finalize (object);
}

static void
pel_merge_tool_class_init (PelMergeToolClass *klass)
{
  PelToolClass *tool_class = PEL_TOOL_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_merge_tool_finalize;
  tool_class->press = pel_merge_tool_press;
  tool_class->drag = pel_merge_tool_drag;
  tool_class->release = pel_merge_tool_release;
  tool_class->cancel = pel_merge_tool_cancel;
  tool_class->is_active = pel_merge_tool_is_active;
  tool_class->snapshot_overlay = pel_merge_tool_snapshot_overlay;
  tool_class->get_cursor = pel_merge_tool_get_cursor;
}

static void
pel_merge_tool_init (PelMergeTool *self)
{
  self->path = pel_stroke_path_new ();
}

PelTool *
pel_merge_tool_new (void)
{
  return g_object_new (PEL_TYPE_MERGE_TOOL, NULL);
}
