/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-vertex-path.h"

#include <math.h>

#include "ui/tools/pel-tool-util.h"

/* With Shift an arrow goes so many times as far. */
#define BIG_STEP 8

typedef struct
{
  double x, y;
  gboolean is_vertex;
} Point;

struct PelVertexPath
{
  GArray *points;  /* Point */
  gint selected;   /* index of a vertex, or -1 */
  gboolean walked; /* keys selected it */
};

static Point *
get (PelVertexPath *self, guint i)
{
  return &g_array_index (self->points, Point, i);
}

PelVertexPath *
pel_vertex_path_new (void)
{
  PelVertexPath *self = g_new0 (PelVertexPath, 1);

  self->points = g_array_new (FALSE, FALSE, sizeof (Point));
  self->selected = -1;
  return self;
}

void
pel_vertex_path_free (PelVertexPath *self)
{
  g_array_unref (self->points);
  g_free (self);
}

void
pel_vertex_path_clear (PelVertexPath *self)
{
  g_array_set_size (self->points, 0);
  self->selected = -1;
}

guint
pel_vertex_path_get_length (PelVertexPath *self)
{
  return self->points->len;
}

guint
pel_vertex_path_get_n_vertices (PelVertexPath *self)
{
  guint n = 0;

  for (guint i = 0; i < self->points->len; i++)
    n += get (self, i)->is_vertex ? 1 : 0;
  return n;
}

void
pel_vertex_path_get_point (PelVertexPath *self, guint i, double *x, double *y)
{
  g_return_if_fail (i < self->points->len);
  *x = get (self, i)->x;
  *y = get (self, i)->y;
}

GArray *
pel_vertex_path_list_points (PelVertexPath *self)
{
  GArray *xy = g_array_sized_new (FALSE, FALSE, sizeof (double), 2 * self->points->len);

  for (guint i = 0; i < self->points->len; i++)
    {
      const double pair[2] = { get (self, i)->x, get (self, i)->y };

      g_array_append_vals (xy, pair, 2);
    }
  return xy;
}

void
pel_vertex_path_append (PelVertexPath *self, double x, double y, gboolean is_vertex)
{
  const Point point = { x, y, is_vertex };

  g_array_append_val (self->points, point);
}

void
pel_vertex_path_truncate (PelVertexPath *self, guint length)
{
  g_array_set_size (self->points, CLAMP (length, 1, self->points->len));
  if (self->selected >= (gint)self->points->len)
    self->selected = -1;
}

/* ---- vertices of a line ---- */

static double
distance_to_side (const Point *a, const Point *b, double x, double y)
{
  const double dx = b->x - a->x, dy = b->y - a->y;
  const double length = dx * dx + dy * dy;
  const double t = length > 0 ? ((x - a->x) * dx + (y - a->y) * dy) / length : 0;
  const double s = CLAMP (t, 0, 1);

  return hypot (x - a->x - s * dx, y - a->y - s * dy);
}

/* Marks what lies between two vertices; @last may be the number of points, which is the first one
 * again. A stack of ranges: a line may have many thousand points. */
static void
mark_between (PelVertexPath *self, guint first, guint last, double tolerance)
{
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (guint));
  guint range[2] = { first, last };

  g_array_append_vals (stack, range, 2);
  while (stack->len > 0)
    {
      guint from = g_array_index (stack, guint, stack->len - 2);
      guint to = g_array_index (stack, guint, stack->len - 1);
      double most = tolerance;
      guint at = 0;

      g_array_set_size (stack, stack->len - 2);
      for (guint i = from + 1; i < to; i++)
        {
          const double distance =
              distance_to_side (get (self, from), get (self, to % self->points->len),
                                get (self, i)->x, get (self, i)->y);

          if (distance > most)
            {
              most = distance;
              at = i;
            }
        }
      if (at == 0)
        continue;
      get (self, at)->is_vertex = TRUE;
      range[0] = from;
      range[1] = at;
      g_array_append_vals (stack, range, 2);
      range[0] = at;
      range[1] = to;
      g_array_append_vals (stack, range, 2);
    }
}

void
pel_vertex_path_close (PelVertexPath *self, double tolerance)
{
  const guint n = self->points->len;
  guint opposite = n / 2;
  double most = 0;

  g_return_if_fail (n >= 3);
  for (guint i = 0; i < n; i++)
    {
      const double distance =
          hypot (get (self, i)->x - get (self, 0)->x, get (self, i)->y - get (self, 0)->y);

      get (self, i)->is_vertex = FALSE;
      if (distance > most)
        {
          most = distance;
          opposite = i;
        }
    }
  get (self, 0)->is_vertex = TRUE;
  get (self, opposite)->is_vertex = TRUE;
  mark_between (self, 0, opposite, tolerance);
  mark_between (self, opposite, n, tolerance);
  /* Two vertices are no area to pull at: the one furthest from their line as well. */
  if (pel_vertex_path_get_n_vertices (self) < 3)
    get (self, opposite > n - opposite ? opposite / 2 : (opposite + n) / 2)->is_vertex = TRUE;
  self->selected = -1;
}

/* ---- under the pointer ---- */

gint
pel_vertex_path_find_vertex (PelVertexPath *self, double x, double y, double reach)
{
  double least = reach;
  gint found = -1;

  for (guint i = 0; i < self->points->len; i++)
    {
      const double distance = hypot (get (self, i)->x - x, get (self, i)->y - y);

      if (get (self, i)->is_vertex && distance <= least)
        {
          least = distance;
          found = (gint)i;
        }
    }
  return found;
}

gint
pel_vertex_path_find_side (PelVertexPath *self, double x, double y, double reach, gboolean closed)
{
  const guint n = self->points->len;
  double least = reach;
  gint found = -1;

  for (guint i = 0; i + (closed ? 0 : 1) < n && n >= 2; i++)
    {
      const double distance = distance_to_side (get (self, i), get (self, (i + 1) % n), x, y);

      if (distance <= least)
        {
          least = distance;
          found = (gint)i;
        }
    }
  return found;
}

guint
pel_vertex_path_insert (PelVertexPath *self, guint side, double x, double y)
{
  const Point point = { x, y, TRUE };

  g_array_insert_val (self->points, side + 1, point);
  if (self->selected > (gint)side)
    self->selected++;
  return side + 1;
}

/* The next vertex before or after a point, round the outline; the point itself if it is the only
 * one. */
static guint
find_neighbour (PelVertexPath *self, guint at, gint way)
{
  const guint n = self->points->len;
  guint i = at;

  do
    i = (i + n + (guint)way) % n;
  while (i != at && !get (self, i)->is_vertex);
  return i;
}

/* The points between a vertex and the next one follow it, the less the further along the line. */
static void
drag_between (PelVertexPath *self, guint vertex, gint way, double dx, double dy)
{
  const guint n = self->points->len;
  const guint end = find_neighbour (self, vertex, way);
  g_autoptr (GArray) lengths = g_array_new (FALSE, FALSE, sizeof (double));
  double total = 0;
  guint i = vertex, k = 0;

  do
    {
      const Point *from = get (self, i);

      i = (i + n + (guint)way) % n;
      total += hypot (get (self, i)->x - from->x, get (self, i)->y - from->y);
      g_array_append_val (lengths, total);
    }
  while (i != end);
  for (i = (vertex + n + (guint)way) % n; i != end && total > 0; i = (i + n + (guint)way) % n)
    {
      const double share = 1 - g_array_index (lengths, double, k++) / total;

      get (self, i)->x += share * dx;
      get (self, i)->y += share * dy;
    }
}

void
pel_vertex_path_move (PelVertexPath *self, guint vertex, double x, double y)
{
  double dx, dy;

  g_return_if_fail (vertex < self->points->len);
  dx = x - get (self, vertex)->x;
  dy = y - get (self, vertex)->y;
  drag_between (self, vertex, 1, dx, dy);
  drag_between (self, vertex, -1, dx, dy);
  get (self, vertex)->x = x;
  get (self, vertex)->y = y;
}

gboolean
pel_vertex_path_remove (PelVertexPath *self, guint vertex, guint n_least)
{
  const guint n = self->points->len;
  guint before, after, between, kept = 0;

  g_return_val_if_fail (vertex < n, FALSE);
  if (pel_vertex_path_get_n_vertices (self) <= n_least)
    return FALSE;
  before = find_neighbour (self, vertex, -1);
  after = find_neighbour (self, vertex, 1);
  /* How many points lie between the two, counted on from the first over the end of the list. */
  between = (after + n - before - 1) % n;
  for (guint i = 0; i < n; i++)
    {
      const guint place = (i + n - before - 1) % n;

      if (place >= between)
        *get (self, kept++) = *get (self, i);
    }
  g_array_set_size (self->points, kept);
  self->selected = -1;
  return TRUE;
}

gboolean
pel_vertex_path_contains (PelVertexPath *self, double x, double y)
{
  gboolean inside = FALSE;

  for (guint i = 0, j = self->points->len - 1; i < self->points->len; j = i++)
    {
      const Point *a = get (self, i), *b = get (self, j);

      if ((a->y > y) != (b->y > y) && x < (b->x - a->x) * (y - a->y) / (b->y - a->y) + a->x)
        inside = !inside;
    }
  return inside;
}

/* ---- by keys ---- */

gint
pel_vertex_path_get_selected (PelVertexPath *self)
{
  return self->selected;
}

void
pel_vertex_path_select (PelVertexPath *self, gint vertex)
{
  self->selected = vertex;
  self->walked = FALSE;
}

gboolean
pel_vertex_path_get_walked (PelVertexPath *self)
{
  return self->walked && self->selected >= 0;
}

static void
select_next (PelVertexPath *self, gint way)
{
  const guint n = self->points->len;

  if (n == 0)
    return;
  self->walked = TRUE;
  /* The first press takes the last one that was set, or the first. */
  if (self->selected < 0)
    self->selected = (gint)find_neighbour (self, way > 0 ? n - 1 : 0, way);
  else
    self->selected = (gint)find_neighbour (self, (guint)self->selected, way);
}

/* In the middle of the side after the selected vertex. */
static void
insert_after (PelVertexPath *self, gboolean closed)
{
  const guint n = self->points->len, at = (guint)self->selected;
  const guint next = find_neighbour (self, at, 1);
  const guint sides = (next + n - at) % n;
  const guint middle = (at + sides / 2) % n;
  const Point *a = get (self, at), *b = get (self, next);

  if (sides == 0 || (!closed && next < at))
    return;
  if (sides > 1)
    {
      /* A point that the hand drew. */
      get (self, middle)->is_vertex = TRUE;
      self->selected = (gint)middle;
    }
  else
    self->selected = (gint)pel_vertex_path_insert (self, at, (a->x + b->x) / 2, (a->y + b->y) / 2);
}

gboolean
pel_vertex_path_key (PelVertexPath *self,
                     guint keyval,
                     GdkModifierType state,
                     const PelViewport *view,
                     gboolean closed)
{
  gint dx = 0, dy = 0;
  double x, y, step = 1, way_x, way_y;

  switch (keyval)
    {
    case GDK_KEY_Escape:
      if (!pel_vertex_path_get_walked (self))
        return FALSE;
      pel_vertex_path_select (self, -1);
      return TRUE;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      select_next (self, -1);
      return TRUE;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      select_next (self, 1);
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
    case GDK_KEY_Insert:
    case GDK_KEY_KP_Insert:
    case GDK_KEY_Delete:
    case GDK_KEY_KP_Delete:
    case GDK_KEY_BackSpace:
      break;
    default:
      return FALSE;
    }
  if (self->selected < 0 || self->selected >= (gint)self->points->len)
    return FALSE;
  if (dx != 0 || dy != 0)
    {
      if (state & GDK_SHIFT_MASK)
        step = BIG_STEP;
      pel_vertex_path_get_point (self, (guint)self->selected, &x, &y);
      pel_viewport_way_to_image (view, dx * step, dy * step, &way_x, &way_y);
      pel_vertex_path_move (self, (guint)self->selected, x + way_x, y + way_y);
    }
  else if (keyval == GDK_KEY_Insert || keyval == GDK_KEY_KP_Insert)
    insert_after (self, closed);
  else
    {
      const gint at = self->selected;

      if (pel_vertex_path_remove (self, (guint)at, closed ? 3 : 1))
        self->selected = (gint)find_neighbour (self, (guint)at % self->points->len, -1);
    }
  return TRUE;
}

/* ---- drawing ---- */

void
pel_vertex_path_snapshot (PelVertexPath *self,
                          GtkSnapshot *snapshot,
                          const PelViewport *view,
                          const GdkRGBA *color,
                          const graphene_point_t *follow,
                          gboolean closed,
                          gint hovered)
{
  static const GdkRGBA white = { 1, 1, 1, 1 };
  const guint n = self->points->len;
  g_autofree graphene_point_t *points = g_new (graphene_point_t, n + 1);

  if (n == 0)
    return;
  for (guint i = 0; i < n; i++)
    pel_tool_to_widget (view, get (self, i)->x, get (self, i)->y, &points[i]);
  if (follow)
    pel_tool_to_widget (view, (double)follow->x, (double)follow->y, &points[n]);
  if (closed)
    pel_tool_append_area (snapshot, points, n, color);
  else
    pel_tool_append_line (snapshot, points, n + (follow ? 1 : 0), FALSE, color);
  for (guint i = 0; i < n; i++)
    {
      if (!get (self, i)->is_vertex)
        continue;
      pel_tool_append_handle (snapshot, &points[i], (gint)i == hovered ? &white : color);
      /* The selected one is told by its ring, not by its colour. */
      if ((gint)i == self->selected)
        pel_tool_append_ring (snapshot, &points[i]);
    }
}
