/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-lasso-tool.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/canvas/pel-label-colors.h"
#include "ui/tools/pel-tool-util.h"

/* In widget pixels: the outline closes by itself this near its start, once it has been this far
 * away from it. */
#define CLOSE_DISTANCE 8.0
#define AWAY_DISTANCE 24.0
/* Points closer than this to the last one are left out. */
#define STEP 1.5
/* How many points Backspace takes back. */
#define BACK_POINTS 12

typedef enum
{
  IDLE,
  HOVERING, /* drawing without a button */
  DRAGGING, /* drawing with one */
} Mode;

typedef struct
{
  double x, y;
} Point;

struct _PelLassoTool
{
  PelTool parent_instance;

  Mode mode;
  GArray *points; /* Point, image pixels */
  guint32 label;
  gboolean erase;
  gboolean was_away;
};

G_DEFINE_FINAL_TYPE (PelLassoTool, pel_lasso_tool, PEL_TYPE_TOOL)

static void
clear (PelLassoTool *self)
{
  g_array_set_size (self->points, 0);
  self->mode = IDLE;
  self->was_away = FALSE;
  pel_tool_changed (PEL_TOOL (self));
}

static void
finish (PelLassoTool *self)
{
  g_autofree char *name = NULL;

  if (self->erase)
    name = g_strdup (_ ("Erase"));
  else
    /* Translators: a step that can be undone; %u is the cell's number. */
    name = g_strdup_printf (_ ("Outline cell %u"), self->label);
  pel_tool_paint_outline (PEL_TOOL (self), (const double *)self->points->data, self->points->len,
                          self->label, self->erase, name);
  clear (self);
}

static double
get_distance_to_start (PelLassoTool *self, double x, double y)
{
  const Point *first = &g_array_index (self->points, Point, 0);

  return hypot (first->x - x, first->y - y) * pel_tool_get_zoom (PEL_TOOL (self));
}

static void
add_point (PelLassoTool *self, double x, double y)
{
  const Point *last = &g_array_index (self->points, Point, self->points->len - 1);
  Point point = { x, y };

  if (hypot (last->x - x, last->y - y) * pel_tool_get_zoom (PEL_TOOL (self)) < STEP)
    return;
  g_array_append_val (self->points, point);
  if (get_distance_to_start (self, x, y) > AWAY_DISTANCE)
    self->was_away = TRUE;
  pel_tool_changed (PEL_TOOL (self));
}

static gboolean
pel_lasso_tool_press (PelTool *tool, const PelToolEvent *event)
{
  PelLassoTool *self = PEL_LASSO_TOOL (tool);
  PelMask *mask = pel_tool_get_mask (tool);
  Point point = { event->x, event->y };

  if (!mask)
    return FALSE;
  if (self->mode == HOVERING)
    {
      add_point (self, event->x, event->y);
      if (self->was_away)
        finish (self);
      else
        clear (self);
      return FALSE;
    }
  self->erase = event->erase;
  self->label = !event->erase ? pel_tool_choose_label (tool, event->x, event->y, 0)
                : pel_display_get_protect (pel_tool_get_display (tool))
                    ? pel_mask_get_label (mask, (gint)floor (event->x), (gint)floor (event->y))
                    : 0;
  g_array_set_size (self->points, 0);
  g_array_append_val (self->points, point);
  self->was_away = FALSE;
  self->mode = DRAGGING;
  pel_tool_changed (tool);
  return TRUE;
}

static void
pel_lasso_tool_drag (PelTool *tool, const PelToolEvent *event)
{
  PelLassoTool *self = PEL_LASSO_TOOL (tool);

  if (self->mode == DRAGGING)
    add_point (self, event->x, event->y);
}

static void
pel_lasso_tool_release (PelTool *tool, const PelToolEvent *event)
{
  PelLassoTool *self = PEL_LASSO_TOOL (tool);

  if (self->mode != DRAGGING)
    return;
  if (self->was_away)
    finish (self);
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
pel_lasso_tool_motion (PelTool *tool, const PelToolEvent *event)
{
  PelLassoTool *self = PEL_LASSO_TOOL (tool);

  if (self->mode != HOVERING || !event)
    return;
  add_point (self, event->x, event->y);
  if (self->was_away && get_distance_to_start (self, event->x, event->y) < CLOSE_DISTANCE)
    finish (self);
}

static gboolean
pel_lasso_tool_key (PelTool *tool, guint keyval, GdkModifierType state)
{
  PelLassoTool *self = PEL_LASSO_TOOL (tool);

  if (self->mode != HOVERING)
    return FALSE;
  if (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter)
    {
      if (self->was_away)
        finish (self);
      return TRUE;
    }
  if (keyval == GDK_KEY_BackSpace)
    {
      g_array_set_size (self->points,
                        self->points->len > BACK_POINTS ? self->points->len - BACK_POINTS : 1);
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

static void
pel_lasso_tool_snapshot_overlay (PelTool *tool, GtkSnapshot *snapshot, const PelToolView *view)
{
  PelLassoTool *self = PEL_LASSO_TOOL (tool);
  guint n = self->points->len;
  g_autofree graphene_point_t *points = NULL;
  GdkRGBA color = { 1, 1, 1, 1 };

  if (n == 0)
    return;
  if (!self->erase)
    pel_label_color_rgba (self->label, &color);
  points = g_new (graphene_point_t, n);
  for (guint i = 0; i < n; i++)
    {
      const Point *point = &g_array_index (self->points, Point, i);

      pel_tool_to_widget (view, point->x, point->y, &points[i]);
    }
  pel_tool_append_line (snapshot, points, n, FALSE, &color);
  pel_tool_append_handle (snapshot, &points[0], &color);
}

static const char *
pel_lasso_tool_get_cursor (PelTool *tool)
{
  return "crosshair";
}

static void
pel_lasso_tool_finalize (GObject *object)
{
  g_array_unref (PEL_LASSO_TOOL (object)->points);
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
  tool_class->motion = pel_lasso_tool_motion;
  tool_class->key = pel_lasso_tool_key;
  tool_class->is_active = pel_lasso_tool_is_active;
  tool_class->snapshot_overlay = pel_lasso_tool_snapshot_overlay;
  tool_class->get_cursor = pel_lasso_tool_get_cursor;
}

static void
pel_lasso_tool_init (PelLassoTool *self)
{
  self->points = g_array_new (FALSE, FALSE, sizeof (Point));
}

PelTool *
pel_lasso_tool_new (void)
{
  return g_object_new (PEL_TYPE_LASSO_TOOL, NULL);
}
