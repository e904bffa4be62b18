/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-hull.h"

#include <math.h>
#include <string.h>

static inline gboolean
is_before (const double *p, const double *q)
{
  return p[0] < q[0] || (p[0] == q[0] && p[1] < q[1]);
}

static inline void
copy_points (double *to, const double *from, gsize n)
{
  memcpy (to, from, n * 2 * sizeof *to);
}

/* The end of the points from start on that rise; those that fall are turned round to rise. */
static gsize
find_run (double *xy, gsize start, gsize n)
{
  gsize end = start + 1;
  gboolean falls = end < n && is_before (xy + 2 * end, xy + 2 * start);

  while (end < n && is_before (xy + 2 * end, xy + 2 * (end - 1)) == falls)
    end++;
  for (gsize i = start, j = end - 1; falls && i < j; i++, j--)
    {
      double point[2];

      copy_points (point, xy + 2 * i, 1);
      copy_points (xy + 2 * i, xy + 2 * j, 1);
      copy_points (xy + 2 * j, point, 1);
    }
  return end;
}

/* Where the run that begins at start ends. */
static gsize
get_run_end (const double *xy, gsize start, gsize n)
{
  gsize end = start + 1;

  while (end < n && !is_before (xy + 2 * end, xy + 2 * (end - 1)))
    end++;
  return end;
}

static void
merge (const double *xy, gsize start, gsize middle, gsize end, double *to)
{
  gsize i = start, j = middle;

  for (gsize k = start; k < end; k++)
    {
      gsize *from = j < end && (i == middle || is_before (xy + 2 * j, xy + 2 * i)) ? &j : &i;

      copy_points (to + 2 * k, xy + 2 * *from, 1);
      ++*from;
    }
}

/* Sorts by x, then y. Outlines rise and fall in few runs, so runs that are there already are merged
 * (Knuth, The Art of Computer Programming 3, 5.2.4). @other: room for as many points. */
static void
sort_points (double *xy, gsize n, double *other)
{
  double *from = xy, *to = other;
  gsize n_runs = 0;

  for (gsize i = 0; i < n; n_runs++)
    i = find_run (xy, i, n);
  while (n_runs > 1)
    {
      double *swap = from;

      n_runs = 0;
      for (gsize i = 0; i < n; n_runs++)
        {
          gsize middle = get_run_end (from, i, n);
          gsize end = middle < n ? get_run_end (from, middle, n) : n;

          merge (from, i, middle, end, to);
          i = end;
        }
      from = to;
      to = swap;
    }
  if (from != xy)
    copy_points (xy, from, n);
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

  sort_points (xy, n_points, hull);
  for (gsize i = 0; i < n_points; i++)
    {
      if (n > 0 && !is_before (xy + 2 * (n - 1), xy + 2 * i))
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
