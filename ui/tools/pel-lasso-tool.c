/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-lasso-tool.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/canvas/pel-label-colors.h"
#include "ui/tools/pel-tool-util.h"
#include "ui/tools/pel-vertex-path.h"

/* In widget pixels: the outline closes by itself this near its start, once it has been this far
 * away from it. */
#define CLOSE_DISTANCE 8.0
#define AWAY_DISTANCE 24.0
/* Points closer than this to the last one are left out. */
#define STEP 1.5
/* How many points Backspace takes back. */
#define BACK_POINTS 12
/* How near the pointer has to be to a vertex or a side to take it. */
#define GRAB_DISTANCE 7.0
#define SIDE_DISTANCE 5.0
/* A closed outline is nowhere further than this from the line through its vertices. */
#define VERTEX_TOLERANCE 2.5
/* Before it, a press is a click. */
#define DRAG_THRESHOLD 3.0

typedef enum
{
  IDLE,
  HOVERING, /* drawing without a button */
  DRAGGING, /* drawing with one */
  CLOSED,   /* waiting for changes, or to be taken */
  PULLING,  /* at a vertex of it */
} Mode;

struct _PelLassoTool
{
  PelTool parent_instance;

  Mode mode;
  PelVertexPath *path;
  guint32 label;
  gboolean erase;
  gboolean was_away;
  guint pulled; /* the vertex in the hand */
  gboolean moved;
  gboolean is_over;
  double x, y; /* of the pointer */
  double press_x, press_y;
};

G_DEFINE_FINAL_TYPE (PelLassoTool, pel_lasso_tool, PEL_TYPE_TOOL)

static void
clear (PelLassoTool *self)
{
  pel_vertex_path_clear (self->path);
  self->mode = IDLE;
  self->was_away = FALSE;
  pel_tool_changed (PEL_TOOL (self));
}

static void
take (PelLassoTool *self)
{
  g_autoptr (GArray) xy = pel_vertex_path_list_points (self->path);
  g_autofree char *name = NULL;

  if (self->erase)
    name = g_strdup (_ ("Erase"));
  else
    /* Translators: a step that can be undone; %u is the cell's number. */
    name = g_strdup_printf (_ ("Outline cell %u"), self->label);
  pel_tool_paint_outline (PEL_TOOL (self), (const double *)(void *)xy->data, xy->len / 2,
                          self->label, self->erase, name);
  clear (self);
}

/* The line is an area from here on; what erases needs no second look. */
static void
close_line (PelLassoTool *self)
{
  if (self->erase)
    {
      take (self);
      return;
    }
  if (pel_vertex_path_get_length (self->path) < 3)
    {
      clear (self);
      return;
    }
  pel_vertex_path_close (self->path, VERTEX_TOLERANCE / pel_tool_get_zoom (PEL_TOOL (self)));
  self->mode = CLOSED;
  pel_tool_changed (PEL_TOOL (self));
}

static double
get_distance (PelLassoTool *self, guint i, double x, double y)
{
  double at_x, at_y;

  pel_vertex_path_get_point (self->path, i, &at_x, &at_y);
  return hypot (at_x - x, at_y - y) * pel_tool_get_zoom (PEL_TOOL (self));
}

static void
add_point (PelLassoTool *self, double x, double y)
{
  if (get_distance (self, pel_vertex_path_get_length (self->path) - 1, x, y) < STEP)
    return;
  pel_vertex_path_append (self->path, x, y, FALSE);
  if (get_distance (self, 0, x, y) > AWAY_DISTANCE)
    self->was_away = TRUE;
  pel_tool_changed (PEL_TOOL (self));
}

static gint
find_vertex (PelLassoTool *self, double x, double y)
{
  return pel_vertex_path_find_vertex (self->path, x, y,
                                      GRAB_DISTANCE / pel_tool_get_zoom (PEL_TOOL (self)));
}

static gint
find_side (PelLassoTool *self, double x, double y)
{
  return pel_vertex_path_find_side (self->path, x, y,
                                    SIDE_DISTANCE / pel_tool_get_zoom (PEL_TOOL (self)), TRUE);
}

/* Whether the press was for the outline that waits; otherwise it is taken by now. */
static gboolean
press_closed (PelLassoTool *self, const PelToolEvent *event)
{
  gint vertex = event->erase ? -1 : find_vertex (self, event->x, event->y);

  if (event->n_press == 2)
    {
      take (self);
      return TRUE;
    }
  if (vertex < 0 && !event->erase)
    {
      const gint side = find_side (self, event->x, event->y);

      if (side >= 0)
        vertex = (gint)pel_vertex_path_insert (self->path, (guint)side, event->x, event->y);
    }
  if (vertex >= 0)
    {
      self->pulled = (guint)vertex;
      self->moved = FALSE;
      self->press_x = event->x;
      self->press_y = event->y;
      self->mode = PULLING;
      pel_vertex_path_select (self->path, vertex);
      pel_tool_changed (PEL_TOOL (self));
      return TRUE;
    }
  if (!event->erase && pel_vertex_path_contains (self->path, event->x, event->y))
    {
      take (self);
      return TRUE;
    }
  take (self);
  return FALSE;
}

static gboolean
pel_lasso_tool_press (PelTool *tool, const PelToolEvent *event)
{
  PelLassoTool *self = PEL_LASSO_TOOL (tool);
  PelMask *mask = pel_tool_get_mask (tool);

  if (!mask)
    return FALSE;
  self->is_over = TRUE;
  self->x = event->x;
  self->y = event->y;
  if (self->mode == HOVERING)
    {
      add_point (self, event->x, event->y);
      if (self->was_away)
        close_line (self);
      else
        clear (self);
      return FALSE;
    }
  if (self->mode == CLOSED && press_closed (self, event))
    return self->mode == PULLING;
  self->erase = event->erase;
  self->label = !event->erase ? pel_tool_choose_label (tool, event->x, event->y, 0)
                : pel_display_get_protect (pel_tool_get_display (tool))
                    ? pel_mask_get_label (mask, (gint)floor (event->x), (gint)floor (event->y))
                    : 0;
  pel_vertex_path_clear (self->path);
  pel_vertex_path_append (self->path, event->x, event->y, FALSE);
  self->was_away = FALSE;
  self->mode = DRAGGING;
  pel_tool_changed (tool);
  return TRUE;
}

static void
pel_lasso_tool_drag (PelTool *tool, const PelToolEvent *event)
{
  PelLassoTool *self = PEL_LASSO_TOOL (tool);

  self->x = event->x;
  self->y = event->y;
  if (self->mode == DRAGGING)
    add_point (self, event->x, event->y);
  else if (self->mode == PULLING)
    {
      if (!self->moved &&
          hypot (event->x - self->press_x, event->y - self->press_y) * pel_tool_get_zoom (tool) <
              DRAG_THRESHOLD)
        return;
      self->moved = TRUE;
      pel_vertex_path_move (self->path, self->pulled, event->x, event->y);
      pel_tool_changed (tool);
    }
}

static void
pel_lasso_tool_release (PelTool *tool, const PelToolEvent *event)
{
  PelLassoTool *self = PEL_LASSO_TOOL (tool);

  if (self->mode == PULLING)
    {
      self->mode = CLOSED;
      pel_tool_changed (tool);
      return;
    }
  if (self->mode != DRAGGING)
    return;
  if (self->was_away)
    close_line (self);
  else if (self->erase)
    clear (self);
  else
    /* A click: the outline follows the pointer from here. */
    self->mode = HOVERING;
}

static void
pel_lasso_tool_cancel (PelTool *tool)
{
  clear (PEL_LASSO_TOOL (tool));
}

static void
pel_lasso_tool_confirm (PelTool *tool)
{
  PelLassoTool *self = PEL_LASSO_TOOL (tool);

  if (self->mode == CLOSED)
    take (self);
}

static void
pel_lasso_tool_motion (PelTool *tool, const PelToolEvent *event)
{
  PelLassoTool *self = PEL_LASSO_TOOL (tool);

  self->is_over = event != NULL;
  if (!event)
    return;
  self->x = event->x;
  self->y = event->y;
  if (self->mode == CLOSED)
    pel_tool_changed (tool);
  if (self->mode != HOVERING)
    return;
  add_point (self, event->x, event->y);
  if (self->was_away && get_distance (self, 0, event->x, event->y) < CLOSE_DISTANCE)
    close_line (self);
}

static gboolean
key_closed (PelLassoTool *self, guint keyval, GdkModifierType state)
{
  gboolean removes = keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete;

  if (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter)
    {
      take (self);
      return TRUE;
    }
  /* Without a vertex chosen by the keys, the one under the pointer is meant. */
  if ((removes || keyval == GDK_KEY_BackSpace) && pel_vertex_path_get_selected (self->path) < 0 &&
      self->is_over)
    pel_vertex_path_select (self->path, find_vertex (self, self->x, self->y));
  if (pel_vertex_path_key (self->path, keyval, state, pel_tool_get_view (PEL_TOOL (self)), TRUE))
    {
      pel_tool_changed (PEL_TOOL (self));
      return TRUE;
    }
  /* The cell below is not meant while an outline waits. */
  return removes || keyval == GDK_KEY_BackSpace;
}

static gboolean
pel_lasso_tool_key (PelTool *tool, guint keyval, GdkModifierType state)
{
  PelLassoTool *self = PEL_LASSO_TOOL (tool);
  guint n = pel_vertex_path_get_length (self->path);

  if (self->mode == CLOSED)
    return key_closed (self, keyval, state);
  if (self->mode != HOVERING)
    return FALSE;
  if (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter)
    {
      if (self->was_away)
        close_line (self);
      return TRUE;
    }
  if (keyval == GDK_KEY_BackSpace)
    {
      pel_vertex_path_truncate (self->path, n > BACK_POINTS ? n - BACK_POINTS : 1);
      pel_tool_changed (tool);
      return TRUE;
    }
  return FALSE;
}

static gboolean
pel_lasso_tool_is_active (PelTool *tool)
{
  return PEL_LASSO_TOOL (tool)->mode != IDLE;
}

static gboolean
pel_lasso_tool_wants_arrows (PelTool *tool)
{
  return pel_vertex_path_get_walked (PEL_LASSO_TOOL (tool)->path);
}

static void
pel_lasso_tool_snapshot_overlay (PelTool *tool, GtkSnapshot *snapshot, const PelViewport *view)
{
  PelLassoTool *self = PEL_LASSO_TOOL (tool);
  GdkRGBA color = { 1, 1, 1, 1 };
  gboolean closed = self->mode == CLOSED || self->mode == PULLING;
  gint hovered = -1;
  graphene_point_t start;
  double x, y;

  if (self->mode == IDLE)
    return;
  if (!self->erase)
    pel_label_color_rgba (self->label, &color);
  if (self->mode == PULLING)
    hovered = (gint)self->pulled;
  else if (closed && self->is_over)
    hovered = find_vertex (self, self->x, self->y);
  pel_vertex_path_snapshot (self->path, snapshot, view, &color, NULL, closed, hovered);
  if (closed && self->is_over && hovered < 0 && find_side (self, self->x, self->y) >= 0)
    {
      static const GdkRGBA white = { 1, 1, 1, 1 };

      pel_tool_to_widget (view, self->x, self->y, &start);
      pel_tool_append_handle (snapshot, &start, &white);
    }
  if (closed)
    return;
  pel_vertex_path_get_point (self->path, 0, &x, &y);
  pel_tool_to_widget (view, x, y, &start);
  pel_tool_append_handle (snapshot, &start, &color);
}

static const char *
pel_lasso_tool_get_cursor (PelTool *tool)
{
  PelLassoTool *self = PEL_LASSO_TOOL (tool);

  if (self->mode == PULLING)
    return "grabbing";
  if (self->mode != CLOSED || !self->is_over)
    return "crosshair";
  if (find_vertex (self, self->x, self->y) >= 0)
    return "grab";
  if (find_side (self, self->x, self->y) >= 0)
    return "copy";
  return pel_vertex_path_contains (self->path, self->x, self->y) ? "cell" : "crosshair";
}

static char *
pel_lasso_tool_dup_status (PelTool *tool)
{
  PelLassoTool *self = PEL_LASSO_TOOL (tool);

  if (self->mode != CLOSED && self->mode != PULLING)
    return NULL;
  return g_strdup (_ ("drag a corner or a side; Delete removes a corner, Enter takes the outline"));
}

static void
pel_lasso_tool_finalize (GObject *object)
{
  pel_vertex_path_free (PEL_LASSO_TOOL (object)->path);
  G_OBJECT_CLASS (pel_lasso_tool_parent_class)->finalize (object);
}

static void
pel_lasso_tool_class_init (PelLassoToolClass *klass)
{
  PelToolClass *tool_class = PEL_TOOL_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_lasso_tool_finalize;
  tool_class->press = pel_lasso_tool_press;
  tool_class->drag = pel_lasso_tool_drag;
  tool_class->release = pel_lasso_tool_release;
  tool_class->cancel = pel_lasso_tool_cancel;
  tool_class->confirm = pel_lasso_tool_confirm;
  tool_class->motion = pel_lasso_tool_motion;
  tool_class->key = pel_lasso_tool_key;
  tool_class->is_active = pel_lasso_tool_is_active;
  tool_class->wants_arrows = pel_lasso_tool_wants_arrows;
  tool_class->snapshot_overlay = pel_lasso_tool_snapshot_overlay;
  tool_class->get_cursor = pel_lasso_tool_get_cursor;
  tool_class->dup_status = pel_lasso_tool_dup_status;
}

static void
pel_lasso_tool_init (PelLassoTool *self)
{
  self->path = pel_vertex_path_new ();
}

PelTool *
pel_lasso_tool_new (void)
{
  return g_object_new (PEL_TYPE_LASSO_TOOL, NULL);
}
