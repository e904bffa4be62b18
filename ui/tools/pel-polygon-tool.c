/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-polygon-tool.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/canvas/pel-label-colors.h"
#include "ui/tools/pel-tool-util.h"

/* How near, in widget pixels, the pointer has to be to a corner to take it. */
#define GRAB_DISTANCE 7.0

typedef struct
{
  double x, y;
} Corner;

struct _PelPolygonTool
{
  PelTool parent_instance;

  GArray *corners; /* Corner, image pixels */
  guint32 label;
  gint grabbed; /* index, or -1 */
  gboolean moved;
  gboolean hovering;
  double x, y;
};

G_DEFINE_FINAL_TYPE (PelPolygonTool, pel_polygon_tool, PEL_TYPE_TOOL)

static void
clear (PelPolygonTool *self)
{
  g_array_set_size (self->corners, 0);
  self->grabbed = -1;
  pel_tool_changed (PEL_TOOL (self));
}

static gint
find_corner (PelPolygonTool *self, double x, double y)
{
  double reach = GRAB_DISTANCE / pel_tool_get_zoom (PEL_TOOL (self));

  for (guint i = 0; i < self->corners->len; i++)
    {
      const Corner *corner = &g_array_index (self->corners, Corner, i);

      if (hypot (corner->x - x, corner->y - y) <= reach)
        return (gint)i;
    }
  return -1;
}

static void
finish (PelPolygonTool *self)
{
  g_autofree char *name = NULL;

  if (self->corners->len < 3)
    return;
  /* Translators: a step that can be undone; %u is the cell's number. */
  name = g_strdup_printf (_ ("Outline cell %u"), self->label);
  pel_tool_paint_outline (PEL_TOOL (self), (const double *)self->corners->data, self->corners->len,
                          self->label, FALSE, name);
  clear (self);
}

static gboolean
pel_polygon_tool_press (PelTool *tool, const PelToolEvent *event)
{
  PelPolygonTool *self = PEL_POLYGON_TOOL (tool);
  Corner corner = { event->x, event->y };

  if (event->erase || !pel_tool_get_mask (tool))
    return FALSE;
  self->x = event->x;
  self->y = event->y;
  self->hovering = TRUE;
  self->moved = FALSE;
  if (event->n_press == 2 && self->corners->len >= 3)
    {
      /* The first click of the two set a corner here already. */
      finish (self);
      return FALSE;
    }
  self->grabbed = find_corner (self, event->x, event->y);
  if (self->grabbed < 0)
    {
      if (self->corners->len == 0)
        self->label = pel_tool_choose_label (tool, event->x, event->y, 0);
      g_array_append_val (self->corners, corner);
      self->grabbed = (gint)self->corners->len - 1;
      self->moved = TRUE; /* a new one is not a click on an old one */
    }
  pel_tool_changed (tool);
  return TRUE;
}

static void
pel_polygon_tool_drag (PelTool *tool, const PelToolEvent *event)
{
  PelPolygonTool *self = PEL_POLYGON_TOOL (tool);
  Corner *corner;

  if (self->grabbed < 0)
    return;
  corner = &g_array_index (self->corners, Corner, self->grabbed);
  if (!self->moved && hypot (event->x - self->x, event->y - self->y) * pel_tool_get_zoom (tool) < 3)
    return;
  self->moved = TRUE;
  corner->x = self->x = event->x;
  corner->y = self->y = event->y;
  pel_tool_changed (tool);
}

static void
pel_polygon_tool_release (PelTool *tool, const PelToolEvent *event)
{
  PelPolygonTool *self = PEL_POLYGON_TOOL (tool);
  gboolean closes = self->grabbed == 0 && !self->moved;

  self->grabbed = -1;
  if (closes)
    finish (self);
  pel_tool_changed (tool);
}

static void
pel_polygon_tool_cancel (PelTool *tool)
{
  clear (PEL_POLYGON_TOOL (tool));
}

static void
pel_polygon_tool_motion (PelTool *tool, const PelToolEvent *event)
{
  PelPolygonTool *self = PEL_POLYGON_TOOL (tool);

  self->hovering = event != NULL;
  if (event)
    {
      self->x = event->x;
      self->y = event->y;
    }
  if (self->corners->len > 0)
    pel_tool_changed (tool);
}

static gboolean
pel_polygon_tool_key (PelTool *tool, guint keyval, GdkModifierType state)
{
  PelPolygonTool *self = PEL_POLYGON_TOOL (tool);

  if (self->corners->len == 0)
    return FALSE;
  if (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter)
    finish (self);
  else if (keyval == GDK_KEY_BackSpace)
    {
      self->grabbed = -1;
      g_array_set_size (self->corners, self->corners->len - 1);
      pel_tool_changed (tool);
    }
  else
    return FALSE;
  return TRUE;
}

static gboolean
pel_polygon_tool_is_active (PelTool *tool)
{
  return PEL_POLYGON_TOOL (tool)->corners->len > 0;
}

static void
pel_polygon_tool_snapshot_overlay (PelTool *tool, GtkSnapshot *snapshot, const PelToolView *view)
{
  PelPolygonTool *self = PEL_POLYGON_TOOL (tool);
  guint n = self->corners->len;
  g_autofree graphene_point_t *points = NULL;
  gboolean follows = self->hovering && self->grabbed < 0;
  static const GdkRGBA white = { 1, 1, 1, 1 };
  gint under;
  GdkRGBA color;

  if (n == 0)
    return;
  pel_label_color_rgba (self->label, &color);
  points = g_new (graphene_point_t, n + 1);
  for (guint i = 0; i < n; i++)
    {
      const Corner *corner = &g_array_index (self->corners, Corner, i);

      pel_tool_to_widget (view, corner->x, corner->y, &points[i]);
    }
  pel_tool_to_widget (view, self->x, self->y, &points[n]);
  under = follows ? find_corner (self, self->x, self->y) : self->grabbed;
  if (under == 0)
    pel_tool_append_line (snapshot, points, n, TRUE, &color);
  else
    pel_tool_append_line (snapshot, points, n + (follows && under < 0), FALSE, &color);
  for (guint i = 0; i < n; i++)
    pel_tool_append_handle (snapshot, &points[i], (gint)i == under ? &white : &color);
}

static const char *
pel_polygon_tool_get_cursor (PelTool *tool)
{
  return "crosshair";
}

static void
pel_polygon_tool_finalize (GObject *object)
{
  g_array_unref (PEL_POLYGON_TOOL (object)->corners);
  G_OBJECT_CLASS (pel_polygon_tool_parent_class)->finalize (object);
}

static void
pel_polygon_tool_class_init (PelPolygonToolClass *klass)
{
  PelToolClass *tool_class = PEL_TOOL_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_polygon_tool_finalize;
  tool_class->press = pel_polygon_tool_press;
  tool_class->drag = pel_polygon_tool_drag;
  tool_class->release = pel_polygon_tool_release;
  tool_class->cancel = pel_polygon_tool_cancel;
  tool_class->motion = pel_polygon_tool_motion;
  tool_class->key = pel_polygon_tool_key;
  tool_class->is_active = pel_polygon_tool_is_active;
  tool_class->snapshot_overlay = pel_polygon_tool_snapshot_overlay;
  tool_class->get_cursor = pel_polygon_tool_get_cursor;
}

static void
pel_polygon_tool_init (PelPolygonTool *self)
{
  self->corners = g_array_new (FALSE, FALSE, sizeof (Corner));
  self->grabbed = -1;
}

PelTool *
pel_polygon_tool_new (void)
{
  return g_object_new (PEL_TYPE_POLYGON_TOOL, NULL);
}
