/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-smart-edge-tool.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/canvas/pel-label-colors.h"
#include "ui/tools/pel-edge-search.h"
#include "ui/tools/pel-tool-util.h"

/* How near, in widget pixels, the pointer has to be to a corner to take it. */
#define GRAB_DISTANCE 7.0
#define DRAG_THRESHOLD 3.0
/* Widget pixels that an arrow key moves a corner with Shift. */
#define FAR_STEP 8

typedef enum
{
  STRAIGHT, /* as the user wants it */
  WAITING,  /* straight until a way was found */
  FOUND,
} Way;

typedef struct
{
  double x, y;
  guint serial; /* another one after each move */
  Way way;      /* from the corner before */
  GArray *path; /* x and y (double), both ends included; NULL unless FOUND */
} Corner;

struct _PelSmartEdgeTool
{
  PelTool parent_instance;

  GArray *corners; /* Corner */
  guint32 label;
  guint last_serial;
  gint grabbed;  /* index, or -1 */
  gint selected; /* the one that keys have chosen, or -1 */
  gint moved_on; /* moved again while its ways were looked for, or -1 */
  gboolean moved;
  gboolean hovering;
  gboolean straight; /* Shift is held */
  gboolean closing;  /* to be closed as soon as all ways are found */
  double x, y;       /* of the pointer */
  double press_x, press_y;

  GCancellable *cancellable;
  guint n_searching;
  PelEdgeSearch *live; /* from the last corner */
  guint live_serial;
};

G_DEFINE_FINAL_TYPE (PelSmartEdgeTool, pel_smart_edge_tool, PEL_TYPE_TOOL)

static void
corner_clear (gpointer data)
{
  g_clear_pointer (&((Corner *)data)->path, g_array_unref);
}

static Corner *
get_corner (PelSmartEdgeTool *self, guint i)
{
  return &g_array_index (self->corners, Corner, i);
}

static void
clear (PelSmartEdgeTool *self)
{
  g_cancellable_cancel (self->cancellable);
  g_set_object (&self->cancellable, NULL);
  g_clear_pointer (&self->live, pel_edge_search_free);
  g_array_set_size (self->corners, 0);
  self->grabbed = self->selected = self->moved_on = -1;
  self->closing = FALSE;
  pel_tool_changed (PEL_TOOL (self));
}

/* ---- ways ---- */

static void
take_path (PelSmartEdgeTool *self, guint i, GArray *path)
{
  Corner *corner = get_corner (self, i);

  g_clear_pointer (&corner->path, g_array_unref);
  corner->path = path;
  corner->way = FOUND;
}

static void
reverse (GArray *path)
{
  double *xy = (double *)(void *)path->data;
  guint n = path->len / 2;

  for (guint i = 0; i < n / 2; i++)
    for (guint k = 0; k < 2; k++)
      {
        double other = xy[2 * (n - 1 - i) + k];

        xy[2 * (n - 1 - i) + k] = xy[2 * i + k];
        xy[2 * i + k] = other;
      }
}

static void finish (PelSmartEdgeTool *self);
static void renew_moved (PelSmartEdgeTool *self);

typedef struct
{
  PelSmartEdgeTool *self;
  guint serial;
} Request;

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  Request *request = data;
  PelSmartEdgeTool *self = request->self;
  g_autoptr (PelEdgeSearch) search = pel_edge_search_finish (result, NULL);
  gboolean current = g_task_get_cancellable (G_TASK (result)) == self->cancellable;

  self->n_searching--;
  for (guint i = 0; current && i < self->corners->len; i++)
    {
      Corner *corner = get_corner (self, i);

      if (corner->serial != request->serial)
        continue;
      /* Where nothing was found, straight will do. */
      if (corner->way == WAITING && i > 0)
        {
          Corner *before = get_corner (self, i - 1);

          corner->way = STRAIGHT;
          if (search)
            {
              GArray *path = pel_edge_search_get_path (search, before->x, before->y);

              reverse (path);
              take_path (self, i, path);
            }
        }
      if (i + 1 < self->corners->len && get_corner (self, i + 1)->way == WAITING)
        {
          Corner *next = get_corner (self, i + 1);

          next->way = STRAIGHT;
          if (search)
            take_path (self, i + 1, pel_edge_search_get_path (search, next->x, next->y));
        }
      if (i + 1 == self->corners->len && search)
        {
          g_clear_pointer (&self->live, pel_edge_search_free);
          self->live = g_steal_pointer (&search);
          self->live_serial = request->serial;
        }
      break;
    }
  /* Both are of the outline there is now, though the last to end may be a search of an older one.
   */
  if (self->n_searching == 0 && self->moved_on >= 0)
    renew_moved (self);
  if (self->n_searching == 0 && self->closing)
    finish (self);
  pel_tool_changed (PEL_TOOL (self));
  g_object_unref (self);
  g_free (request);
}

static void
search_from (PelSmartEdgeTool *self, guint i)
{
  Corner *corner = get_corner (self, i);
  Request *request = g_new (Request, 1);

  if (!self->cancellable)
    self->cancellable = g_cancellable_new ();
  corner->serial = ++self->last_serial;
  request->self = g_object_ref (self);
  request->serial = corner->serial;
  self->n_searching++;
  pel_edge_search_async (PEL_TOOL (self), corner->x, corner->y, self->cancellable, on_found,
                         request);
}

static PelEdgeSearch *
get_live (PelSmartEdgeTool *self)
{
  guint n = self->corners->len;

  return n > 0 && self->live && get_corner (self, n - 1)->serial == self->live_serial ? self->live
                                                                                      : NULL;
}

static void
add_corner (PelSmartEdgeTool *self, double x, double y, gboolean straight)
{
  PelEdgeSearch *live = get_live (self);
  Corner corner = { .x = x, .y = y, .way = straight ? STRAIGHT : WAITING };

  g_array_append_val (self->corners, corner);
  if (live && !straight)
    take_path (self, self->corners->len - 1, pel_edge_search_get_path (live, x, y));
  search_from (self, self->corners->len - 1);
}

/* The ways to and from a corner that was moved are other ones. */
static void
renew_ways (PelSmartEdgeTool *self, guint i)
{
  for (guint k = i; k <= i + 1 && k < self->corners->len; k++)
    {
      Corner *corner = get_corner (self, k);

      g_clear_pointer (&corner->path, g_array_unref);
      if (corner->way == FOUND)
        corner->way = WAITING;
    }
  search_from (self, i);
}

/* What waited for a search to end; or corners are about to have other numbers. */
static void
renew_moved (PelSmartEdgeTool *self)
{
  if (self->moved_on >= 0)
    renew_ways (self, (guint)self->moved_on);
  self->moved_on = -1;
}

/* ---- the keys ---- */

/* A key that is held down moves faster than ways are found. */
static void
move_by_key (PelSmartEdgeTool *self, gint dx, gint dy, gboolean far)
{
  Corner *corner = get_corner (self, (guint)self->selected);
  double way_x, way_y;

  pel_viewport_way_to_image (pel_tool_get_view (PEL_TOOL (self)), dx * (far ? FAR_STEP : 1),
                             dy * (far ? FAR_STEP : 1), &way_x, &way_y);
  corner->x += way_x;
  corner->y += way_y;
  for (guint k = (guint)self->selected; k <= (guint)self->selected + 1 && k < self->corners->len;
       k++)
    if (get_corner (self, k)->way == FOUND)
      get_corner (self, k)->way = WAITING;
  if (self->n_searching > 0)
    self->moved_on = self->selected;
  else
    renew_ways (self, (guint)self->selected);
}

static void
remove_corner (PelSmartEdgeTool *self, guint i)
{
  renew_moved (self);
  g_array_remove_index (self->corners, i);
  if (i < self->corners->len)
    {
      /* The way past it is another one; the first corner has none before it. */
      Corner *next = get_corner (self, i);

      g_clear_pointer (&next->path, g_array_unref);
      if (i == 0)
        next->way = STRAIGHT;
      renew_ways (self, i);
    }
  else if (i > 0)
    {
      g_clear_pointer (&self->live, pel_edge_search_free);
      search_from (self, i - 1);
    }
  self->selected = MIN ((gint)i, (gint)self->corners->len) - 1;
  if (self->selected < 0 && self->corners->len > 0)
    self->selected = 0;
}

/* In the middle of the way that leads on from the selected one. */
static void
insert_corner (PelSmartEdgeTool *self)
{
  const guint i = (guint)self->selected;
  const Corner *from = get_corner (self, i), *to;
  Corner fresh = { .way = WAITING };

  if (i + 1 >= self->corners->len)
    return;
  renew_moved (self);
  to = get_corner (self, i + 1);
  fresh.x = (from->x + to->x) / 2;
  fresh.y = (from->y + to->y) / 2;
  if (to->way == FOUND && to->path->len >= 6)
    {
      const double *xy = &g_array_index (to->path, double, to->path->len / 4 * 2);

      fresh.x = xy[0];
      fresh.y = xy[1];
    }
  else if (to->way == STRAIGHT)
    fresh.way = STRAIGHT;
  g_array_insert_val (self->corners, i + 1, fresh);
  self->selected = (gint)i + 1;
  renew_ways (self, i + 1);
}

static void
select_next (PelSmartEdgeTool *self, gint by)
{
  const gint n = (gint)self->corners->len;

  if (self->selected < 0)
    self->selected = by < 0 ? n - 1 : 0;
  else
    self->selected = (self->selected + by + n) % n;
}

/* What keys do to corners: as in a polygon. */
static gboolean
corner_key (PelSmartEdgeTool *self, guint keyval, GdkModifierType state)
{
  const gboolean far = (state & GDK_SHIFT_MASK) != 0;

  if (keyval == GDK_KEY_Home || keyval == GDK_KEY_KP_Home)
    {
      select_next (self, -1);
      return TRUE;
    }
  if (keyval == GDK_KEY_End || keyval == GDK_KEY_KP_End)
    {
      select_next (self, 1);
      return TRUE;
    }
  if (self->selected < 0)
    return FALSE;
  switch (keyval)
    {
    case GDK_KEY_Escape:
      self->selected = -1;
      return TRUE;
    case GDK_KEY_Left:
      move_by_key (self, -1, 0, far);
      return TRUE;
    case GDK_KEY_Right:
      move_by_key (self, 1, 0, far);
      return TRUE;
    case GDK_KEY_Up:
      move_by_key (self, 0, -1, far);
      return TRUE;
    case GDK_KEY_Down:
      move_by_key (self, 0, 1, far);
      return TRUE;
    case GDK_KEY_Insert:
    case GDK_KEY_KP_Insert:
      insert_corner (self);
      return TRUE;
    case GDK_KEY_Delete:
    case GDK_KEY_KP_Delete:
    case GDK_KEY_BackSpace:
      remove_corner (self, (guint)self->selected);
      return TRUE;
    default:
      return FALSE;
    }
}

/* ---- the outline ---- */

static void
add_way (GArray *points, const Corner *corner)
{
  const double xy[2] = { corner->x, corner->y };

  if (corner->path && corner->way == FOUND)
    /* All but where it begins: the corner before is there already. */
    g_array_append_vals (points, &g_array_index (corner->path, double, 2), corner->path->len - 2);
  else
    g_array_append_vals (points, xy, 2);
}

/* x and y of all points up to the last corner. */
static GArray *
list_points (PelSmartEdgeTool *self)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < self->corners->len; i++)
    {
      const Corner *corner = get_corner (self, i);

      if (i == 0)
        g_array_append_vals (points, &corner->x, 2);
      else
        add_way (points, corner);
    }
  return points;
}

static void
append_live (PelSmartEdgeTool *self, GArray *points, double x, double y)
{
  PelEdgeSearch *live = self->straight ? NULL : get_live (self);
  g_autoptr (GArray) path = live ? pel_edge_search_get_path (live, x, y) : NULL;
  const double xy[2] = { x, y };

  if (path)
    g_array_append_vals (points, &g_array_index (path, double, 2), path->len - 2);
  else
    g_array_append_vals (points, xy, 2);
}

/* As it is: straight where no way was found yet. */
static void
close_outline (PelSmartEdgeTool *self)
{
  g_autoptr (GArray) points = NULL;
  g_autofree char *name = NULL;
  const Corner *first;

  self->straight = FALSE;
  first = get_corner (self, 0);
  points = list_points (self);
  append_live (self, points, first->x, first->y);
  /* Translators: a step that can be undone; %u is the cell's number. */
  name = g_strdup_printf (_ ("Outline cell %u"), self->label);
  pel_tool_paint_outline (PEL_TOOL (self), (const double *)(void *)points->data, points->len / 2,
                          self->label, FALSE, name);
  clear (self);
}

static void
finish (PelSmartEdgeTool *self)
{
  if (self->corners->len < 2)
    return;
  if (self->n_searching > 0)
    self->closing = TRUE;
  else
    close_outline (self);
}

/* ---- the pointer ---- */

static gint
find_corner (PelSmartEdgeTool *self, double x, double y)
{
  double reach = GRAB_DISTANCE / pel_tool_get_zoom (PEL_TOOL (self));

  for (guint i = 0; i < self->corners->len; i++)
    if (hypot (get_corner (self, i)->x - x, get_corner (self, i)->y - y) <= reach)
      return (gint)i;
  return -1;
}

static gboolean
pel_smart_edge_tool_press (PelTool *tool, const PelToolEvent *event)
{
  PelSmartEdgeTool *self = PEL_SMART_EDGE_TOOL (tool);
  double x = event->x, y = event->y;

  if (event->erase || !pel_tool_get_mask (tool))
    return FALSE;
  /* The hand is at the next cell already, and must not be made to wait. */
  if (self->closing)
    close_outline (self);
  self->x = self->press_x = event->x;
  self->y = self->press_y = event->y;
  self->hovering = TRUE;
  self->moved = FALSE;
  self->straight = (event->state & GDK_SHIFT_MASK) != 0;
  if (event->n_press == 2 && self->corners->len >= 2)
    {
      /* The first click of the two set a corner here already. */
      finish (self);
      return FALSE;
    }
  self->selected = -1;
  self->grabbed = find_corner (self, x, y);
  if (self->grabbed < 0)
    {
      if (!self->straight)
        pel_edge_search_find_strongest (tool, &x, &y);
      if (self->corners->len == 0)
        self->label = pel_tool_choose_label (tool, event->x, event->y, 0);
      add_corner (self, x, y, self->straight);
      self->grabbed = (gint)self->corners->len - 1;
      self->moved = TRUE; /* a new one is not a click on an old one */
    }
  pel_tool_changed (tool);
  return TRUE;
}

static void
pel_smart_edge_tool_drag (PelTool *tool, const PelToolEvent *event)
{
  PelSmartEdgeTool *self = PEL_SMART_EDGE_TOOL (tool);
  Corner *corner;

  self->x = event->x;
  self->y = event->y;
  if (self->grabbed < 0 ||
      hypot (event->x - self->press_x, event->y - self->press_y) * pel_tool_get_zoom (tool) <
          DRAG_THRESHOLD)
    return;
  self->press_x = self->press_y = -1e9; /* beyond the threshold for good */
  self->moved = TRUE;
  corner = get_corner (self, (guint)self->grabbed);
  corner->x = event->x;
  corner->y = event->y;
  for (guint k = (guint)self->grabbed; k <= (guint)self->grabbed + 1 && k < self->corners->len; k++)
    if (get_corner (self, k)->way == FOUND)
      get_corner (self, k)->way = WAITING;
  pel_tool_changed (tool);
}

static void
pel_smart_edge_tool_release (PelTool *tool, const PelToolEvent *event)
{
  PelSmartEdgeTool *self = PEL_SMART_EDGE_TOOL (tool);
  gint at = self->grabbed;

  self->grabbed = -1;
  if (at < 0 || (guint)at >= self->corners->len)
    return;
  if (at == 0 && !self->moved)
    finish (self);
  else if (self->press_x == -1e9)
    {
      Corner *corner = get_corner (self, (guint)at);

      if (!(event->state & GDK_SHIFT_MASK))
        pel_edge_search_find_strongest (tool, &corner->x, &corner->y);
      renew_ways (self, (guint)at);
    }
  pel_tool_changed (tool);
}

static void
pel_smart_edge_tool_cancel (PelTool *tool)
{
  clear (PEL_SMART_EDGE_TOOL (tool));
}

static void
pel_smart_edge_tool_motion (PelTool *tool, const PelToolEvent *event)
{
  PelSmartEdgeTool *self = PEL_SMART_EDGE_TOOL (tool);

  self->hovering = event != NULL;
  if (event)
    {
      self->x = event->x;
      self->y = event->y;
      self->straight = (event->state & GDK_SHIFT_MASK) != 0;
    }
  if (self->corners->len > 0)
    pel_tool_changed (tool);
}

static gboolean
pel_smart_edge_tool_key (PelTool *tool, guint keyval, GdkModifierType state)
{
  PelSmartEdgeTool *self = PEL_SMART_EDGE_TOOL (tool);

  if (self->corners->len == 0)
    return FALSE;
  if (!self->closing && corner_key (self, keyval, state))
    {
      self->grabbed = -1;
      pel_tool_changed (tool);
      return TRUE;
    }
  if (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter)
    finish (self);
  else if (keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete)
    return TRUE; /* the cell below is not meant while an outline is drawn */
  else if (keyval == GDK_KEY_BackSpace)
    {
      self->grabbed = -1;
      renew_moved (self);
      g_array_set_size (self->corners, self->corners->len - 1);
      g_clear_pointer (&self->live, pel_edge_search_free);
      if (self->corners->len > 0)
        search_from (self, self->corners->len - 1);
      pel_tool_changed (tool);
    }
  else
    return FALSE;
  return TRUE;
}

static gboolean
pel_smart_edge_tool_is_active (PelTool *tool)
{
  return PEL_SMART_EDGE_TOOL (tool)->corners->len > 0;
}

static gboolean
pel_smart_edge_tool_wants_arrows (PelTool *tool)
{
  return PEL_SMART_EDGE_TOOL (tool)->selected >= 0;
}

static char *
pel_smart_edge_tool_dup_status (PelTool *tool)
{
  return g_strdup (pel_edge_search_uses_model (tool) ? _ ("edges of the model")
                                                     : _ ("edges of the image"));
}

static void
pel_smart_edge_tool_snapshot_overlay (PelTool *tool, GtkSnapshot *snapshot, const PelViewport *view)
{
  PelSmartEdgeTool *self = PEL_SMART_EDGE_TOOL (tool);
  static const GdkRGBA white = { 1, 1, 1, 1 };
  g_autoptr (GArray) points = NULL;
  g_autofree graphene_point_t *line = NULL;
  gboolean follows = self->hovering && self->grabbed < 0 && !self->closing;
  gint under = follows ? find_corner (self, self->x, self->y) : self->grabbed;
  GdkRGBA color;
  guint n;

  if (self->corners->len == 0)
    return;
  pel_label_color_rgba (self->label, &color);
  points = list_points (self);
  if (under == 0 || self->closing)
    append_live (self, points, get_corner (self, 0)->x, get_corner (self, 0)->y);
  else if (follows && under < 0)
    append_live (self, points, self->x, self->y);
  n = points->len / 2;
  line = g_new (graphene_point_t, n);
  for (guint i = 0; i < n; i++)
    pel_tool_to_widget (view, g_array_index (points, double, 2 * i),
                        g_array_index (points, double, 2 * i + 1), &line[i]);
  pel_tool_append_line (snapshot, line, n, FALSE, &color);
  for (guint i = 0; i < self->corners->len; i++)
    {
      graphene_point_t at;

      pel_tool_to_widget (view, get_corner (self, i)->x, get_corner (self, i)->y, &at);
      pel_tool_append_handle (snapshot, &at,
                              (gint)i == under || (gint)i == self->selected ? &white : &color);
      if ((gint)i == self->selected)
        pel_tool_append_ring (snapshot, &at);
    }
}

static const char *
pel_smart_edge_tool_get_cursor (PelTool *tool)
{
  return "crosshair";
}

static void
pel_smart_edge_tool_finalize (GObject *object)
{
  PelSmartEdgeTool *self = PEL_SMART_EDGE_TOOL (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->live, pel_edge_search_free);
  g_array_unref (self->corners);
  G_OBJECT_CLASS (pel_smart_edge_tool_parent_class)->finalize (object);
}

static void
pel_smart_edge_tool_class_init (PelSmartEdgeToolClass *klass)
{
  PelToolClass *tool_class = PEL_TOOL_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_smart_edge_tool_finalize;
  tool_class->press = pel_smart_edge_tool_press;
  tool_class->drag = pel_smart_edge_tool_drag;
  tool_class->release = pel_smart_edge_tool_release;
  tool_class->cancel = pel_smart_edge_tool_cancel;
  tool_class->motion = pel_smart_edge_tool_motion;
  tool_class->key = pel_smart_edge_tool_key;
  tool_class->is_active = pel_smart_edge_tool_is_active;
  tool_class->wants_arrows = pel_smart_edge_tool_wants_arrows;
  tool_class->dup_status = pel_smart_edge_tool_dup_status;
  tool_class->snapshot_overlay = pel_smart_edge_tool_snapshot_overlay;
  tool_class->get_cursor = pel_smart_edge_tool_get_cursor;
}

static void
pel_smart_edge_tool_init (PelSmartEdgeTool *self)
{
  self->corners = g_array_new (FALSE, FALSE, sizeof (Corner));
  g_array_set_clear_func (self->corners, corner_clear);
  self->grabbed = self->selected = self->moved_on = -1;
}

PelTool *
pel_smart_edge_tool_new (void)
{
  return g_object_new (PEL_TYPE_SMART_EDGE_TOOL, NULL);
}

gboolean
pel_smart_edge_tool_is_busy (PelSmartEdgeTool *self)
{
  g_return_val_if_fail (PEL_IS_SMART_EDGE_TOOL (self), FALSE);
  return self->n_searching > 0;
}
