/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-stroke-path.h"

#include <math.h>

#include "ui/tools/pel-tool-util.h"

/* Points closer than this in widget pixels replace the last one. */
#define STEP 1.5

typedef struct
{
  double x, y;
} Point;

struct PelStrokePath
{
  GArray *points; /* Point; the last one is where the pointer is */
};

PelStrokePath *
pel_stroke_path_new (void)
{
  PelStrokePath *self = g_new0 (PelStrokePath, 1);

  self->points = g_array_new (FALSE, FALSE, sizeof (Point));
  return self;
}

void
pel_stroke_path_free (PelStrokePath *self)
{
  g_array_unref (self->points);
  g_free (self);
}

void
pel_stroke_path_begin (PelStrokePath *self, const PelToolEvent *event)
{
  Point point = { event->x, event->y };

  g_array_set_size (self->points, 0);
  g_array_append_val (self->points, point);
}

void
pel_stroke_path_extend (PelStrokePath *self, const PelToolEvent *event, double zoom)
{
  Point point = { event->x, event->y };
  guint n = self->points->len;

  if (n == 0)
    return;
  if (event->state & GDK_SHIFT_MASK)
    g_array_set_size (self->points, 1);
  else if (n > 2)
    {
      const Point *a = &g_array_index (self->points, Point, n - 2);
      const Point *b = &g_array_index (self->points, Point, n - 1);

      if (hypot (b->x - a->x, b->y - a->y) * zoom < STEP)
        g_array_set_size (self->points, n - 1);
    }
  g_array_append_val (self->points, point);
}

void
pel_stroke_path_clear (PelStrokePath *self)
{
  g_array_set_size (self->points, 0);
}

gboolean
pel_stroke_path_is_begun (PelStrokePath *self)
{
  return self->points->len > 0;
}

const double *
pel_stroke_path_get (PelStrokePath *self, guint *n_points)
{
  *n_points = self->points->len;
  return (const double *)(void *)self->points->data;
}

void
pel_stroke_path_snapshot (PelStrokePath *self,
                          GtkSnapshot *snapshot,
                          const PelViewport *view,
                          const GdkRGBA *color)
{
  guint n = self->points->len;
  g_autofree graphene_point_t *points = g_new (graphene_point_t, MAX (n, 1));

  if (n == 0)
    return;
  for (guint i = 0; i < n; i++)
    {
      const Point *point = &g_array_index (self->points, Point, i);

      pel_tool_to_widget (view, point->x, point->y, &points[i]);
    }
  pel_tool_append_line (snapshot, points, n, FALSE, color);
  pel_tool_append_handle (snapshot, &points[0], color);
}
