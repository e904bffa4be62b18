/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-polygon-tool.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/canvas/pel-label-colors.h"
#include "ui/tools/pel-tool-util.h"
#include "ui/tools/pel-vertex-path.h"

/* How near, in widget pixels, the pointer has to be to a corner or a side to take it. */
#define GRAB_DISTANCE 7.0
#define SIDE_DISTANCE 4.0
#define DRAG_THRESHOLD 3.0

struct _PelPolygonTool
{
  PelTool parent_instance;

  PelVertexPath *path;
  guint32 label;
  gint grabbed; /* index, or -1 */
  gint side;    /* that the press was on, or -1: a drag makes a corner there, a click goes on */
  gboolean moved;
  gboolean hovering;
  double x, y;
};

G_DEFINE_FINAL_TYPE (PelPolygonTool, pel_polygon_tool, PEL_TYPE_TOOL)

static void
clear (PelPolygonTool *self)
{
  pel_vertex_path_clear (self->path);
  self->grabbed = -1;
  pel_tool_changed (PEL_TOOL (self));
}

static gint
find_corner (PelPolygonTool *self, double x, double y)
{
  return pel_vertex_path_find_vertex (self->path, x, y,
                                      GRAB_DISTANCE / pel_tool_get_zoom (PEL_TOOL (self)));
}

static gint
find_side (PelPolygonTool *self, double x, double y)
{
  return pel_vertex_path_find_side (self->path, x, y,
                                    SIDE_DISTANCE / pel_tool_get_zoom (PEL_TOOL (self)), FALSE);
}

static void
finish (PelPolygonTool *self)
{
  g_autoptr (GArray) xy = NULL;
  g_autofree char *name = NULL;

  if (pel_vertex_path_get_length (self->path) < 3)
    return;
  xy = pel_vertex_path_list_points (self->path);
  /* Translators: a step that can be undone; %u is the cell's number. */
  name = g_strdup_printf (_ ("Outline cell %u"), self->label);
  pel_tool_paint_outline (PEL_TOOL (self), (const double *)(void *)xy->data, xy->len / 2,
                          self->label, FALSE, name);
  clear (self);
}

static gboolean
pel_polygon_tool_press (PelTool *tool, const PelToolEvent *event)
{
  PelPolygonTool *self = PEL_POLYGON_TOOL (tool);
  guint n = pel_vertex_path_get_length (self->path);

  if (event->erase || !pel_tool_get_mask (tool))
    return FALSE;
  self->x = event->x;
  self->y = event->y;
  self->hovering = TRUE;
  self->moved = FALSE;
  if (event->n_press == 2 && n >= 3)
    {
      /* The first click of the two set a corner here already. */
      finish (self);
      return FALSE;
    }
  self->side = -1;
  self->grabbed = find_corner (self, event->x, event->y);
  if (self->grabbed < 0)
    {
      self->side = find_side (self, event->x, event->y);
      if (n == 0)
        self->label = pel_tool_choose_label (tool, event->x, event->y, 0);
      pel_vertex_path_append (self->path, event->x, event->y, TRUE);
      self->grabbed = (gint)n;
      self->moved = TRUE; /* a new one is not a click on an old one */
    }
  pel_vertex_path_select (self->path, -1);
  pel_tool_changed (tool);
  return TRUE;
}

static void
pel_polygon_tool_drag (PelTool *tool, const PelToolEvent *event)
{
  PelPolygonTool *self = PEL_POLYGON_TOOL (tool);

  if (self->grabbed < 0)
    return;
  if ((!self->moved || self->side >= 0) &&
      hypot (event->x - self->x, event->y - self->y) * pel_tool_get_zoom (tool) < DRAG_THRESHOLD)
    return;
  if (self->side >= 0)
    {
      pel_vertex_path_truncate (self->path, pel_vertex_path_get_length (self->path) - 1);
      self->grabbed =
          (gint)pel_vertex_path_insert (self->path, (guint)self->side, event->x, event->y);
      self->side = -1;
    }
  self->moved = TRUE;
  self->x = event->x;
  self->y = event->y;
  pel_vertex_path_move (self->path, (guint)self->grabbed, event->x, event->y);
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
  if (pel_vertex_path_get_length (self->path) > 0)
    pel_tool_changed (tool);
}

static gboolean
pel_polygon_tool_key (PelTool *tool, guint keyval, GdkModifierType state)
{
  PelPolygonTool *self = PEL_POLYGON_TOOL (tool);
  guint n = pel_vertex_path_get_length (self->path);
  gboolean removes = keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete;

  if (n == 0)
    return FALSE;
  self->grabbed = -1;
  if (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter)
    {
      finish (self);
      return TRUE;
    }
  /* Without a corner chosen by the keys, the one under the pointer is meant. */
  if (removes && pel_vertex_path_get_selected (self->path) < 0 && self->hovering)
    pel_vertex_path_select (self->path, find_corner (self, self->x, self->y));
  if (!pel_vertex_path_key (self->path, keyval, state, pel_tool_get_view (tool), FALSE))
    {
      if (keyval != GDK_KEY_BackSpace)
        return removes; /* the cell below is not meant while an outline is drawn */
      if (n == 1)
        pel_vertex_path_clear (self->path);
      else
        pel_vertex_path_truncate (self->path, n - 1);
    }
  pel_tool_changed (tool);
  return TRUE;
}

static gboolean
pel_polygon_tool_is_active (PelTool *tool)
{
  return pel_vertex_path_get_length (PEL_POLYGON_TOOL (tool)->path) > 0;
}

static gboolean
pel_polygon_tool_wants_arrows (PelTool *tool)
{
  return pel_vertex_path_get_walked (PEL_POLYGON_TOOL (tool)->path);
}

static void
pel_polygon_tool_snapshot_overlay (PelTool *tool, GtkSnapshot *snapshot, const PelViewport *view)
{
  PelPolygonTool *self = PEL_POLYGON_TOOL (tool);
  guint n = pel_vertex_path_get_length (self->path);
  gboolean follows = self->hovering && self->grabbed < 0;
  graphene_point_t at;
  GdkRGBA color;
  gint under, side;

  if (n == 0)
    return;
  pel_label_color_rgba (self->label, &color);
  under = follows ? find_corner (self, self->x, self->y) : self->grabbed;
  side = follows && under < 0 ? find_side (self, self->x, self->y) : -1;
  graphene_point_init (&at, (float)self->x, (float)self->y);
  pel_vertex_path_snapshot (self->path, snapshot, view, &color,
                            follows && under < 0 && side < 0 ? &at : NULL, under == 0 && n >= 3,
                            under);
  if (side >= 0)
    {
      static const GdkRGBA white = { 1, 1, 1, 1 };

      pel_tool_to_widget (view, self->x, self->y, &at);
      pel_tool_append_handle (snapshot, &at, &white);
    }
}

static const char *
pel_polygon_tool_get_cursor (PelTool *tool)
{
  PelPolygonTool *self = PEL_POLYGON_TOOL (tool);

  if (self->grabbed >= 0 || !self->hovering || pel_vertex_path_get_length (self->path) == 0)
    return "crosshair";
  if (find_corner (self, self->x, self->y) > 0)
    return "grab";
  return find_side (self, self->x, self->y) >= 0 ? "copy" : "crosshair";
}

static char *
pel_polygon_tool_dup_status (PelTool *tool)
{
  if (!pel_polygon_tool_is_active (tool))
    return NULL;
  return g_strdup (_ ("drag a corner or a side; Delete removes a corner, Enter takes the outline"));
}

static void
pel_polygon_tool_finalize (GObject *object)
{
  pel_vertex_path_free (PEL_POLYGON_TOOL (object)->path);
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
  tool_class->wants_arrows = pel_polygon_tool_wants_arrows;
  tool_class->snapshot_overlay = pel_polygon_tool_snapshot_overlay;
  tool_class->get_cursor = pel_polygon_tool_get_cursor;
  tool_class->dup_status = pel_polygon_tool_dup_status;
}

static void
pel_polygon_tool_init (PelPolygonTool *self)
{
  self->path = pel_vertex_path_new ();
  self->grabbed = -1;
}

PelTool *
pel_polygon_tool_new (void)
{
  return g_object_new (PEL_TYPE_POLYGON_TOOL, NULL);
}
