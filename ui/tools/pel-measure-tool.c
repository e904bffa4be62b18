/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-measure-tool.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/tools/pel-tool-util.h"

/* Widget pixels around an end in which it is taken hold of. */
#define GRAB 8.0
/* Image pixels that an arrow key moves an end by with Shift. */
#define BIG_STEP 10

struct _PelMeasureTool
{
  PelTool parent_instance;

  gboolean has_line;
  gboolean pressed;
  guint end; /* the one that moves */
  double x[2], y[2];
  double old_x[2], old_y[2]; /* before the press */
  gboolean old_has_line;
};

G_DEFINE_FINAL_TYPE (PelMeasureTool, pel_measure_tool, PEL_TYPE_TOOL)

static gboolean
pel_measure_tool_press (PelTool *tool, const PelToolEvent *event)
{
  PelMeasureTool *self = PEL_MEASURE_TOOL (tool);
  double nearest = GRAB;

  if (event->erase || !pel_tool_get_mask (tool))
    return FALSE;
  self->old_has_line = self->has_line;
  for (guint i = 0; i < 2; i++)
    {
      self->old_x[i] = self->x[i];
      self->old_y[i] = self->y[i];
    }
  self->end = 2;
  for (guint i = 0; i < 2 && self->has_line; i++)
    {
      double distance =
          hypot (self->x[i] - event->x, self->y[i] - event->y) * pel_tool_get_zoom (tool);

      if (distance < nearest)
        {
          nearest = distance;
          self->end = i;
        }
    }
  if (self->end == 2)
    {
      self->x[0] = self->x[1] = event->x;
      self->y[0] = self->y[1] = event->y;
      self->end = 1;
    }
  self->has_line = TRUE;
  self->pressed = TRUE;
  pel_tool_changed (tool);
  return TRUE;
}

static void
pel_measure_tool_drag (PelTool *tool, const PelToolEvent *event)
{
  PelMeasureTool *self = PEL_MEASURE_TOOL (tool);
  guint other = 1 - self->end;
  double x = event->x, y = event->y;

  if (!self->pressed)
    return;
  if (event->state & GDK_SHIFT_MASK)
    {
      double angle = atan2 (y - self->y[other], x - self->x[other]);
      double length = hypot (x - self->x[other], y - self->y[other]);

      angle = round (angle / G_PI_4) * G_PI_4;
      x = self->x[other] + length * cos (angle);
      y = self->y[other] + length * sin (angle);
    }
  self->x[self->end] = x;
  self->y[self->end] = y;
  pel_tool_changed (tool);
}

static void
pel_measure_tool_release (PelTool *tool, const PelToolEvent *event)
{
  PelMeasureTool *self = PEL_MEASURE_TOOL (tool);

  if (!self->pressed)
    return;
  self->pressed = FALSE;
  /* A click takes the line away. */
  if (self->x[0] == self->x[1] && self->y[0] == self->y[1])
    self->has_line = FALSE;
  pel_tool_changed (tool);
}

static void
pel_measure_tool_cancel (PelTool *tool)
{
  PelMeasureTool *self = PEL_MEASURE_TOOL (tool);

  if (self->pressed && self->old_has_line)
    for (guint i = 0; i < 2; i++)
      {
        self->x[i] = self->old_x[i];
        self->y[i] = self->old_y[i];
      }
  else
    self->has_line = FALSE;
  self->pressed = FALSE;
  pel_tool_changed (tool);
}

static void
lay_line (PelMeasureTool *self)
{
  PelMask *mask = pel_tool_get_mask (PEL_TOOL (self));
  double width = pel_mask_get_width (mask), height = pel_mask_get_height (mask);

  self->x[0] = width * 0.375;
  self->x[1] = width * 0.625;
  self->y[0] = self->y[1] = height * 0.5;
  self->end = 1;
  self->has_line = TRUE;
}

static gboolean
pel_measure_tool_key (PelTool *tool, guint keyval, GdkModifierType state)
{
  PelMeasureTool *self = PEL_MEASURE_TOOL (tool);
  double step = state & GDK_SHIFT_MASK ? BIG_STEP : 1;
  double way_x, way_y;
  gint dx = 0, dy = 0;

  if (self->pressed || !pel_tool_get_mask (tool))
    return FALSE;
  switch (keyval)
    {
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      if (!self->has_line)
        lay_line (self);
      else
        self->end = 1 - self->end;
      pel_tool_changed (tool);
      return TRUE;
    case GDK_KEY_Left:
      dx = -1;
      break;
    case GDK_KEY_Right:
      dx = 1;
      break;
    case GDK_KEY_Up:
      dy = -1;
      break;
    case GDK_KEY_Down:
      dy = 1;
      break;
    default:
      return FALSE;
    }
  if (!self->has_line)
    return FALSE;
  /* By image pixels, and as the arrow points on the screen. */
  step *= pel_tool_get_zoom (tool);
  pel_viewport_way_to_image (pel_tool_get_view (tool), dx * step, dy * step, &way_x, &way_y);
  self->x[self->end] += way_x;
  self->y[self->end] += way_y;
  pel_tool_changed (tool);
  return TRUE;
}

static gboolean
pel_measure_tool_is_active (PelTool *tool)
{
  return PEL_MEASURE_TOOL (tool)->has_line;
}

gboolean
pel_measure_tool_get_way (PelMeasureTool *self, double *dx, double *dy)
{
  g_return_val_if_fail (PEL_IS_MEASURE_TOOL (self), FALSE);

  *dx = self->x[1] - self->x[0];
  *dy = self->y[1] - self->y[0];
  return self->has_line;
}

gboolean
pel_measure_tool_get_length (PelMeasureTool *self, double *px, double *um)
{
  PelImageDocument *document;
  double dx, dy, um_x, um_y;

  g_return_val_if_fail (PEL_IS_MEASURE_TOOL (self), FALSE);

  document = pel_tool_get_document (PEL_TOOL (self));
  pel_measure_tool_get_way (self, &dx, &dy);
  um_x = document ? pel_image_document_get_um_x (document) : 0;
  um_y = document ? pel_image_document_get_um_y (document) : 0;
  *px = hypot (dx, dy);
  *um = um_x > 0 && um_y > 0 ? hypot (dx * um_x, dy * um_y) : 0;
  return self->has_line;
}

static char *
pel_measure_tool_dup_status (PelTool *tool)
{
  double px, um;

  if (!pel_measure_tool_get_length (PEL_MEASURE_TOOL (tool), &px, &um))
    return NULL;
  if (um > 0)
    /* Translators: a length in pixels and in micrometres. */
    return g_strdup_printf (_ ("%.1f px = %.*f µm"), px, um < 10 ? 2 : 1, um);
  /* Translators: a length in pixels. */
  return g_strdup_printf (_ ("%.1f px"), px);
}

static void
pel_measure_tool_snapshot_overlay (PelTool *tool, GtkSnapshot *snapshot, const PelViewport *view)
{
  static const GdkRGBA yellow = { 1, 0.87f, 0.35f, 1 };
  static const GdkRGBA white = { 1, 1, 1, 1 };
  PelMeasureTool *self = PEL_MEASURE_TOOL (tool);
  g_autofree char *text = pel_measure_tool_dup_status (tool);
  graphene_point_t points[2];

  if (!text)
    return;
  for (guint i = 0; i < 2; i++)
    pel_tool_to_widget (view, self->x[i], self->y[i], &points[i]);
  pel_tool_append_line (snapshot, points, 2, FALSE, &yellow);
  for (guint i = 0; i < 2; i++)
    pel_tool_append_handle (snapshot, &points[i], i == self->end ? &white : &yellow);
  pel_tool_append_text (snapshot, text, (points[0].x + points[1].x) / 2,
                        MAX (points[0].y, points[1].y) + 12);
}

static const char *
pel_measure_tool_get_cursor (PelTool *tool)
{
  return "crosshair";
}

static void
pel_measure_tool_class_init (PelMeasureToolClass *klass)
{
  PelToolClass *tool_class = PEL_TOOL_CLASS (klass);

  tool_class->press = pel_measure_tool_press;
  tool_class->drag = pel_measure_tool_drag;
  tool_class->release = pel_measure_tool_release;
  tool_class->cancel = pel_measure_tool_cancel;
  tool_class->key = pel_measure_tool_key;
  tool_class->is_active = pel_measure_tool_is_active;
  tool_class->dup_status = pel_measure_tool_dup_status;
  tool_class->snapshot_overlay = pel_measure_tool_snapshot_overlay;
  tool_class->get_cursor = pel_measure_tool_get_cursor;
}

static void
pel_measure_tool_init (PelMeasureTool *self)
{
  self->end = 1;
}

PelTool *
pel_measure_tool_new (void)
{
  return g_object_new (PEL_TYPE_MEASURE_TOOL, NULL);
}
