/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-hull.h"

#include <math.h>
#include <stdlib.h>

static int
compare_points (const void *a, const void *b)
{
  const double *p = a, *q = b;

  if (p[0] != q[0])
    return p[0] < q[0] ? -1 : 1;
  return (p[1] > q[1]) - (p[1] < q[1]);
}

/* Twice the area of the triangle o, a, b: above 0 where the way turns clockwise as seen. */
static double
turn (const double *o, const double *a, const double *b)
{
  return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
}

static gsize
chain (const double *xy, gsize from, gssize step, gsize n, double *hull, gsize n_hull)
{
  gsize start = n_hull;

  for (gsize i = 0; i < n; i++, from = (gsize)((gssize)from + step))
    {
      const double *p = xy + 2 * from;

      while (n_hull >= start + 2 && turn (hull + 2 * (n_hull - 2), hull + 2 * (n_hull - 1), p) <= 0)
        n_hull--;
      hull[2 * n_hull] = p[0];
      hull[2 * n_hull + 1] = p[1];
      n_hull++;
    }
  return n_hull - 1; /* the last point begins the other chain */
}

gsize
pel_hull (double *xy, gsize n_points, double *hull)
{
  gsize n = 0;

  qsort (xy, n_points, 2 * sizeof *xy, compare_points);
  for (gsize i = 0; i < n_points; i++)
    {
      if (n > 0 && compare_points (xy + 2 * i, xy + 2 * (n - 1)) == 0)
        continue;
      xy[2 * n] = xy[2 * i];
      xy[2 * n + 1] = xy[2 * i + 1];
      n++;
    }
  if (n < 2)
    {
      for (gsize i = 0; i < 2 * n; i++)
        hull[i] = xy[i];
      return n;
    }
  gsize n_hull = chain (xy, 0, 1, n, hull, 0);
  return chain (xy, n - 1, -1, n, hull, n_hull);
}

double
pel_angle_seen (double dx, double dy)
{
  double angle = atan2 (-dy, dx) * (180 / G_PI);

  if (angle < 0)
    angle += 180;
  return angle >= 180 ? 0 : angle + 0.0;
}

/* The longest way between two corners so far. */
typedef struct
{
  double dx, dy, squared;
} Longest;

static void
offer (Longest *longest, const double *a, const double *b)
{
  double dx = b[0] - a[0], dy = b[1] - a[1], squared = dx * dx + dy * dy;

  if (squared > longest->squared)
    *longest = (Longest){ dx, dy, squared };
}

void
pel_feret (const double *hull, gsize n_points, PelFeret *feret)
{
  Longest longest = { 0 };
  double least_x = 0, least_y = 0;

  *feret = (PelFeret){ 0 };
  if (n_points < 2)
    return;
  if (n_points == 2)
    {
      offer (&longest, hull, hull + 2);
      feret->max = sqrt (longest.squared);
      feret->max_angle = pel_angle_seen (longest.dx, longest.dy);
      feret->min_angle = pel_angle_seen (hull[3] - hull[1], hull[0] - hull[2]);
      return;
    }

  gsize far = 1;
  feret->min = INFINITY;
  for (gsize i = 0; i < n_points; i++)
    {
      const double *a = hull + 2 * i, *b = hull + 2 * ((i + 1) % n_points);
      double ex = b[0] - a[0], ey = b[1] - a[1], edge = sqrt (ex * ex + ey * ey);

      if (i > 1)
        feret->area += turn (hull, hull + 2 * (i - 1), a) / 2;
      if (far == i)
        far = (i + 1) % n_points;
      /* On to the corner farthest from this edge; each corner on the way is one that some
       * pair of parallel lines touches opposite to a. */
      for (gsize steps = 0; steps < n_points; steps++)
        {
          gsize next = (far + 1) % n_points;

          offer (&longest, a, hull + 2 * far);
          if (turn (a, b, hull + 2 * next) < turn (a, b, hull + 2 * far))
            break;
          far = next;
        }
      offer (&longest, b, hull + 2 * far);
      double width = turn (a, b, hull + 2 * far) / edge;
      if (width < feret->min)
        {
          feret->min = width;
          least_x = -ey;
          least_y = ex;
        }
    }
  feret->max = sqrt (longest.squared);
  feret->max_angle = pel_angle_seen (longest.dx, longest.dy);
  feret->min_angle = pel_angle_seen (least_x, least_y);
}
