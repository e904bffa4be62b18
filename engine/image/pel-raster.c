/* SPDX-License-Identifier: MIT */
#include "engine/image/pel-raster.h"

#include <math.h>
#include <stdlib.h>

/* The least column whose centre is not left of x, kept within [low, high]. */
static gint
column_from (double x, gint low, gint high)
{
  double column = ceil (x - 0.5);

  return column <= low ? low : column >= high ? high : (gint)column;
}

/* ---- discs and capsules ---- */

typedef struct
{
  double x0, y0, r0;
  double x1, y1, r1;
  double dx, dy, dr; /* from the first disc to the second */
  gboolean is_disc;  /* one disc holds the other; it is the first then */
} Capsule;

static void
capsule_init (Capsule *c, double x0, double y0, double r0, double x1, double y1, double r1)
{
  double dx = x1 - x0, dy = y1 - y0, dr = r1 - r0;

  *c = (Capsule){ x0, y0, r0, x1, y1, r1, dx, dy, dr, FALSE };
  if (dx * dx + dy * dy <= dr * dr)
    {
      c->is_disc = TRUE;
      if (r1 > r0)
        {
          c->x0 = x1;
          c->y0 = y1;
          c->r0 = r1;
        }
    }
}

static gboolean
disc_holds (double cx, double cy, double r, double x, double y)
{
  return (x - cx) * (x - cx) + (y - cy) * (y - cy) <= r * r;
}

/* The columns, as real numbers, that a disc covers on the row of centres at y. */
static gboolean
disc_row (double cx, double cy, double r, double y, double *left, double *right)
{
  double rest = r * r - (y - cy) * (y - cy);

  if (rest < 0)
    return FALSE;
  *left = MIN (*left, cx - sqrt (rest));
  *right = MAX (*right, cx + sqrt (rest));
  return TRUE;
}

/* The same for the four-sided figure between the points where the two common tangents touch. */
static gboolean
tangent_row (const Capsule *c, double y, double *left, double *right)
{
  double length_2 = c->dx * c->dx + c->dy * c->dy;
  double length = sqrt (length_2);
  double along = -c->dr / length; /* of the tangents' normals, in units of the radius */
  double across = sqrt (MAX (0, 1 - along * along));
  double ux = c->dx / length, uy = c->dy / length;
  double px[4], py[4];
  gboolean any = FALSE;

  for (guint side = 0; side < 2; side++)
    {
      double sign = side == 0 ? 1 : -1;
      double nx = along * ux - sign * across * uy;
      double ny = along * uy + sign * across * ux;
      guint first = side == 0 ? 0 : 3, second = side == 0 ? 1 : 2;

      px[first] = c->x0 + c->r0 * nx;
      py[first] = c->y0 + c->r0 * ny;
      px[second] = c->x1 + c->r1 * nx;
      py[second] = c->y1 + c->r1 * ny;
    }
  for (guint i = 0; i < 4; i++)
    {
      guint j = (i + 1) % 4;

      if ((py[i] <= y) == (py[j] <= y))
        continue;
      double x = px[i] + (px[j] - px[i]) * ((y - py[i]) / (py[j] - py[i]));
      *left = MIN (*left, x);
      *right = MAX (*right, x);
      any = TRUE;
    }
  return any;
}

static gboolean
capsule_row (const Capsule *c, double y, double *left, double *right)
{
  gboolean any;

  *left = INFINITY;
  *right = -INFINITY;
  any = disc_row (c->x0, c->y0, c->r0, y, left, right);
  if (c->is_disc)
    return any;
  any |= disc_row (c->x1, c->y1, c->r1, y, left, right);
  any |= tangent_row (c, y, left, right);
  return any;
}

static void
raster_capsule (const Capsule *c, const PelRect *clip, PelSpanFunc func, gpointer data)
{
  double top = c->y0 - c->r0, bottom = c->y0 + c->r0;

  if (pel_rect_is_empty (clip))
    return;
  if (!c->is_disc)
    {
      top = MIN (top, c->y1 - c->r1);
      bottom = MAX (bottom, c->y1 + c->r1);
    }
  gint clip_right = clip->x + clip->width, clip_bottom = clip->y + clip->height;
  gint y = column_from (top - 1, clip->y, clip_bottom);
  gint y_end = column_from (bottom + 1, clip->y, clip_bottom);

  for (; y < y_end; y++)
    {
      double left, right;

      if (!capsule_row (c, y + 0.5, &left, &right))
        continue;
      gint x0 = column_from (left, clip->x, clip_right);
      double last = floor (right - 0.5);
      gint x1 = last < clip->x ? clip->x : last >= clip_right ? clip_right : (gint)last + 1;

      /* The root may round outwards by one step: ask the circle itself. */
      if (c->is_disc)
        {
          while (x0 < x1 && !disc_holds (c->x0, c->y0, c->r0, x0 + 0.5, y + 0.5))
            x0++;
          while (x0 < x1 && !disc_holds (c->x0, c->y0, c->r0, x1 - 0.5, y + 0.5))
            x1--;
        }
      if (x0 < x1)
        func (y, x0, x1, data);
    }
}

void
pel_raster_disc (double cx,
                 double cy,
                 double radius,
                 const PelRect *clip,
                 PelSpanFunc func,
                 gpointer data)
{
  pel_raster_capsule (cx, cy, radius, cx, cy, radius, clip, func, data);
}

void
pel_raster_capsule (double x0,
                    double y0,
                    double r0,
                    double x1,
                    double y1,
                    double r1,
                    const PelRect *clip,
                    PelSpanFunc func,
                    gpointer data)
{
  Capsule c;

  g_return_if_fail (clip != NULL && func != NULL);
  if (!isfinite (x0 + y0 + r0 + x1 + y1 + r1) || r0 < 0 || r1 < 0)
    return;
  capsule_init (&c, x0, y0, r0, x1, y1, r1);
  raster_capsule (&c, clip, func, data);
}

/* ---- polygons ---- */

typedef struct
{
  double x0, y0, x1, y1; /* y0 < y1 */
  gint first, end;       /* rows whose centres it crosses */
  gint winding;
} Edge;

typedef struct
{
  double x;
  gint winding;
} Crossing;

static int
compare_edges (const void *a, const void *b)
{
  const Edge *ea = a, *eb = b;

  return (ea->first > eb->first) - (ea->first < eb->first);
}

/* Edges that cross a row within the clip; the centre of a row at the lower end is not crossed,
 * so an edge above and one below a corner never both count. */
static gsize
collect_edges (const double *xy,
               const gsize *ring_ends,
               gsize n_rings,
               const PelRect *clip,
               Edge *edges)
{
  gsize n = 0, start = 0;

  for (gsize ring = 0; ring < n_rings; start = ring_ends[ring++])
    {
      for (gsize i = start; i < ring_ends[ring]; i++)
        {
          gsize j = i + 1 < ring_ends[ring] ? i + 1 : start;
          gint winding = xy[2 * i + 1] < xy[2 * j + 1] ? 1 : -1;
          const double *upper = xy + 2 * (winding > 0 ? i : j);
          const double *lower = xy + 2 * (winding > 0 ? j : i);
          gint first = column_from (upper[1], clip->y, clip->y + clip->height);
          gint end = column_from (lower[1], clip->y, clip->y + clip->height);

          if (first < end)
            edges[n++] = (Edge){ upper[0], upper[1], lower[0], lower[1], first, end, winding };
        }
    }
  qsort (edges, n, sizeof *edges, compare_edges);
  return n;
}

static void
sort_crossings (Crossing *crossings, gsize n)
{
  for (gsize i = 1; i < n; i++)
    {
      Crossing c = crossings[i];
      gsize j = i;

      for (; j > 0 && crossings[j - 1].x > c.x; j--)
        crossings[j] = crossings[j - 1];
      crossings[j] = c;
    }
}

static void
emit_row (gint y,
          const Crossing *crossings,
          gsize n,
          PelFillRule rule,
          const PelRect *clip,
          PelSpanFunc func,
          gpointer data)
{
  gint winding = 0, from = 0;

  for (gsize i = 0; i < n; i++)
    {
      gboolean was_inside = rule == PEL_FILL_NON_ZERO ? winding != 0 : winding & 1;
      winding += crossings[i].winding;
      gboolean is_inside = rule == PEL_FILL_NON_ZERO ? winding != 0 : winding & 1;

      if (was_inside == is_inside)
        continue;
      gint x = column_from (crossings[i].x, clip->x, clip->x + clip->width);
      if (is_inside)
        from = x;
      else if (from < x)
        func (y, from, x, data);
    }
}

gboolean
pel_raster_rings (const double *xy,
                  const gsize *ring_ends,
                  gsize n_rings,
                  PelFillRule rule,
                  const PelRect *clip,
                  PelSpanFunc func,
                  gpointer data)
{
  gsize n_points = n_rings > 0 ? ring_ends[n_rings - 1] : 0;

  g_return_val_if_fail (clip != NULL && func != NULL, FALSE);
  if (n_points < 3 || pel_rect_is_empty (clip))
    return TRUE;
  for (gsize i = 0; i < 2 * n_points; i++)
    {
      if (!isfinite (xy[i]))
        return TRUE;
    }

  Edge *edges = g_try_new (Edge, n_points);
  Edge **active = g_try_new (Edge *, n_points);
  Crossing *crossings = g_try_new (Crossing, n_points);
  gboolean ok = edges && active && crossings;

  if (ok)
    {
      gsize n_edges = collect_edges (xy, ring_ends, n_rings, clip, edges);
      gsize next = 0, n_active = 0;

      for (gint y = n_edges > 0 ? edges[0].first : 0; next < n_edges || n_active > 0; y++)
        {
          gsize n = 0;

          if (n_active == 0)
            y = edges[next].first;
          while (next < n_edges && edges[next].first <= y)
            active[n_active++] = &edges[next++];
          for (gsize i = 0; i < n_active; i++)
            {
              Edge *e = active[i];

              if (e->end > y)
                active[n++] = e;
            }
          n_active = n;
          for (gsize i = 0; i < n; i++)
            {
              Edge *e = active[i];
              double t = (y + 0.5 - e->y0) / (e->y1 - e->y0);

              crossings[i] = (Crossing){ e->x0 + t * (e->x1 - e->x0), e->winding };
            }
          sort_crossings (crossings, n);
          emit_row (y, crossings, n, rule, clip, func, data);
        }
    }
  g_free (edges);
  g_free (active);
  g_free (crossings);
  return ok;
}

gboolean
pel_raster_polygon (const double *xy,
                    gsize n_points,
                    PelFillRule rule,
                    const PelRect *clip,
                    PelSpanFunc func,
                    gpointer data)
{
  return pel_raster_rings (xy, &n_points, 1, rule, clip, func, data);
}
