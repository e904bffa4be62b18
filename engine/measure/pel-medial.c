/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-medial.h"

#include <math.h>
#include <string.h>

#include "engine/measure/pel-medial-private.h"

/* Points of the centre line: about four over a length as long as the shape is wide. */
#define MIN_STEPS 8
/* How often the line is moved towards the middle, before and after its ends are looked for anew:
 * more often where it is still nearer to one side by more than a share of the width. */
#define ROUNDS 5
#define MOST_ROUNDS 20
#define OFF_MIDDLE 0.05

PelMedialScratch *
pel_medial_scratch_new (void)
{
  PelMedialScratch *self = g_try_new0 (PelMedialScratch, 1);

  if (!self)
    return NULL;
  self->tips = pel_tips_scratch_new ();
  if (!self->tips)
    g_clear_pointer (&self, pel_medial_scratch_free);
  return self;
}

void
pel_medial_scratch_free (PelMedialScratch *self)
{
  if (!self)
    return;
  pel_tips_scratch_free (self->tips);
  g_free (self);
}

/* ---- distances ---- */

/* To be called when the ring is another one. */
static void
list_segments (PelMedialScratch *self)
{
  guint n = self->n_ring;

  for (guint i = 0; i < 2 * n; i++)
    {
      PelMedialPoint a = self->ring[i < n ? i : i - n], b = self->ring[(i + 1) % n];
      double ex = b.x - a.x, ey = b.y - a.y, squared = ex * ex + ey * ey;

      self->x[i] = a.x;
      self->y[i] = a.y;
      self->ex[i] = ex;
      self->ey[i] = ey;
      self->inverse[i] = squared > 0 ? 1 / squared : 0;
    }
}

/* The squared distances of some segments, and the least of them. Most of the time of measuring goes
 * by here: no branch and no division, for the compiler to do several at once, and no number that is
 * not finite, so that a least one may be sought in several places at once. */
__attribute__ ((
    optimize ("O3", "finite-math-only", "no-signed-zeros", "no-trapping-math"))) static double
measure_distances (const double *restrict x,
                   const double *restrict y,
                   const double *restrict ex,
                   const double *restrict ey,
                   const double *restrict inverse,
                   guint n,
                   PelMedialPoint p,
                   double *restrict squared)
{
  double least = G_MAXDOUBLE;

  for (guint i = 0; i < n; i++)
    {
      double dx = p.x - x[i], dy = p.y - y[i];
      double t = (dx * ex[i] + dy * ey[i]) * inverse[i];

      t = t < 0 ? 0 : t;
      t = t > 1 ? 1 : t;
      dx -= t * ex[i];
      dy -= t * ey[i];
      squared[i] = dx * dx + dy * dy;
      least = squared[i] < least ? squared[i] : least;
    }
  return least;
}

double
pel_medial_find_nearest (const PelMedialScratch *self,
                         guint first,
                         guint end,
                         PelMedialPoint p,
                         guint *at)
{
  double squared[2 * PEL_MEDIAL_MAX_SEGMENTS], least;
  guint i = 0;

  least = measure_distances (self->x + first, self->y + first, self->ex + first, self->ey + first,
                             self->inverse + first, end - first, p, squared);
  while (i + 1 < end - first && squared[i] != least)
    i++;
  *at = first + i;
  return sqrt (least);
}

PelMedialPoint
pel_medial_find_foot (const PelMedialScratch *self, guint at, PelMedialPoint p)
{
  double t =
      ((p.x - self->x[at]) * self->ex[at] + (p.y - self->y[at]) * self->ey[at]) * self->inverse[at];

  t = CLAMP (t, 0, 1);
  return (PelMedialPoint){ self->x[at] + t * self->ex[at], self->y[at] + t * self->ey[at] };
}

static double
nearest_on (const PelMedialScratch *self,
            guint first,
            guint end,
            PelMedialPoint p,
            PelMedialPoint *foot)
{
  guint at;
  double distance = pel_medial_find_nearest (self, first, end, p, &at);

  *foot = pel_medial_find_foot (self, at, p);
  return distance;
}

void
pel_medial_nearest_sides (const PelMedialScratch *self,
                          PelMedialPoint p,
                          double distance[2],
                          PelMedialPoint foot[2])
{
  guint a = self->tip[0], b = self->tip[1], n = self->n_ring;

  distance[0] = nearest_on (self, a, b > a ? b : b + n, p, &foot[0]);
  distance[1] = nearest_on (self, b, a > b ? a : a + n, p, &foot[1]);
}

/* ---- the line ---- */

/* Spreads n_steps + 1 points evenly over the line through n points. */
static void
spread (PelMedialScratch *self, const PelMedialPoint *from, guint n)
{
  double total = 0, passed = 0, next;
  guint segment = 0;
  PelMedialPoint *to = self->moved;

  for (guint i = 1; i < n; i++)
    total += hypot (from[i].x - from[i - 1].x, from[i].y - from[i - 1].y);
  to[0] = from[0];
  for (guint i = 1; i < self->n_steps; i++)
    {
      double at = total * i / self->n_steps, length = 0;

      for (;; passed = next, segment++)
        {
          length =
              hypot (from[segment + 1].x - from[segment].x, from[segment + 1].y - from[segment].y);
          next = passed + length;
          if (at <= next || segment + 2 >= n)
            break;
        }
      double t = length > 0 ? CLAMP ((at - passed) / length, 0, 1) : 0;
      to[i] = (PelMedialPoint){ from[segment].x + t * (from[segment + 1].x - from[segment].x),
                                from[segment].y + t * (from[segment + 1].y - from[segment].y) };
    }
  to[self->n_steps] = from[n - 1];
  memcpy (self->path, to, (self->n_steps + 1) * sizeof *to);
}

PelMedialPoint
pel_medial_centre (const PelMedialScratch *self, PelMedialPoint p, double *off)
{
  PelMedialPoint foot[2];
  double d[2], limit;

  pel_medial_nearest_sides (self, p, d, foot);
  *off = fabs (d[0] - d[1]) / MAX (d[0] + d[1], 1e-12);
  limit = MIN (d[0], d[1]) / 2;
  if (d[0] > 1e-9 && d[1] > 1e-9)
    {
      double gx = (p.x - foot[0].x) / d[0] - (p.x - foot[1].x) / d[1];
      double gy = (p.y - foot[0].y) / d[0] - (p.y - foot[1].y) / d[1];
      double slope = MAX (hypot (gx, gy), 0.1);
      double step = CLAMP ((d[0] - d[1]) / slope, -limit, limit) / slope;

      return (PelMedialPoint){ p.x - step * gx, p.y - step * gy };
    }
  if (d[0] == d[1])
    return p;
  /* On one side already: half way to the other. */
  PelMedialPoint to = d[0] > d[1] ? foot[0] : foot[1];
  return (PelMedialPoint){ (p.x + to.x) / 2, (p.y + to.y) / 2 };
}

static void
move_to_middle (PelMedialScratch *self)
{
  PelMedialPoint moved[PEL_MEDIAL_MAX_STEPS + 1];
  double off, most = 1;

  for (guint round = 0; round < ROUNDS || (round < MOST_ROUNDS && most > OFF_MIDDLE); round++)
    {
      most = 0;
      moved[0] = self->path[0];
      moved[self->n_steps] = self->path[self->n_steps];
      for (guint i = 1; i < self->n_steps; i++)
        {
          moved[i] = pel_medial_centre (self, self->path[i], &off);
          most = MAX (most, off);
        }
      spread (self, moved, self->n_steps + 1);
    }
}

double
pel_medial_get_length (const PelMedialScratch *self)
{
  double sum = 0;

  for (guint i = 1; i <= self->n_steps; i++)
    sum += hypot (self->path[i].x - self->path[i - 1].x, self->path[i].y - self->path[i - 1].y);
  return sum;
}

PelMedialPoint
pel_medial_get_node (const PelMedialScratch *self, guint which, guint i)
{
  return self->path[which == 0 ? i : self->n_steps - i];
}

PelMedialPoint
pel_medial_get_point (const PelMedialScratch *self, guint which, double way)
{
  double at = CLAMP (way / pel_medial_get_length (self), 0, 1) * self->n_steps;
  guint i = MIN ((guint)at, self->n_steps - 1);
  PelMedialPoint a = pel_medial_get_node (self, which, i),
                 b = pel_medial_get_node (self, which, i + 1);

  return (PelMedialPoint){ a.x + (at - i) * (b.x - a.x), a.y + (at - i) * (b.y - a.y) };
}

static void
find_radii (PelMedialScratch *self)
{
  self->radius[0] = self->radius[self->n_steps] = 0;
  for (guint i = 1; i < self->n_steps; i++)
    {
      PelMedialPoint foot[2];
      double d[2];

      pel_medial_nearest_sides (self, self->path[i], d, foot);
      self->radius[i] = MIN (d[0], d[1]);
    }
}

/* ---- tips ---- */

/* Where the ray from p along the direction leaves the ring first; the segment's index, or -1. */
static gint
cast_ray (const PelMedialScratch *self,
          PelMedialPoint p,
          PelMedialPoint direction,
          PelMedialPoint *hit)
{
  double best = INFINITY;
  gint segment = -1;

  for (guint i = 0; i < self->n_ring; i++)
    {
      PelMedialPoint a = self->ring[i], b = self->ring[(i + 1) % self->n_ring];
      double ex = b.x - a.x, ey = b.y - a.y;
      double across = direction.x * ey - direction.y * ex;

      if (across == 0)
        continue;
      double t = ((a.x - p.x) * ey - (a.y - p.y) * ex) / across;
      double u = ((a.x - p.x) * direction.y - (a.y - p.y) * direction.x) / across;
      if (t > 0 && u >= 0 && u < 1 && t < best)
        {
          best = t;
          segment = (gint)i;
          *hit = (PelMedialPoint){ p.x + t * direction.x, p.y + t * direction.y };
        }
    }
  return segment;
}

/* Makes a point of the ring's segment one of its corners; returns its index. */
static guint
insert_corner (PelMedialScratch *self, guint segment, PelMedialPoint p)
{
  guint at = segment + 1;

  memmove (self->ring + at + 1, self->ring + at, (self->n_ring - at) * sizeof *self->ring);
  self->ring[at] = p;
  self->n_ring++;
  list_segments (self);
  for (guint i = 0; i < 2; i++)
    self->tip[i] += self->tip[i] >= at;
  return at;
}

/* The tip is where the line, prolonged straight from a radius before its end, meets the outline. */
static void
correct_tip (PelMedialScratch *self, guint which)
{
  guint n = self->n_steps;
  PelMedialPoint tip = self->ring[self->tip[which]], hit;
  guint from = 1;
#define AT(i) (which == 0 ? (i) : n - (i))

  while (from < n / 2 && hypot (self->path[AT (from)].x - tip.x, self->path[AT (from)].y - tip.y) <
                             1.05 * self->radius[AT (from)])
    from++;
  guint before = MIN (from + MAX (n / 12, 1), n - 1);
  PelMedialPoint a = self->path[AT (before)], b = self->path[AT (from)];
  PelMedialPoint direction = { b.x - a.x, b.y - a.y };
  gint segment = cast_ray (self, b, direction, &hit);

  if (segment < 0 || hypot (hit.x - tip.x, hit.y - tip.y) > 0.8 * self->radius[AT (from)])
    return;
  self->tip[which] = insert_corner (self, (guint)segment, hit);
  self->path[AT (0)] = hit;
#undef AT
}

/* ---- all together ---- */

/* Takes the outline over, thinned out where it has very many points. */
static gboolean
take_ring (PelMedialScratch *self, const double *xy, gsize n_points, double sx, double sy)
{
  gsize n = MIN (n_points, PEL_MEDIAL_MAX_RING);

  self->n_ring = 0;
  for (gsize i = 0; i < n; i++)
    {
      gsize from = n == n_points ? i : i * n_points / n;
      PelMedialPoint p = { xy[2 * from] * sx, xy[2 * from + 1] * sy };

      if (self->n_ring > 0 && p.x == self->ring[self->n_ring - 1].x &&
          p.y == self->ring[self->n_ring - 1].y)
        continue;
      self->ring[self->n_ring++] = p;
    }
  if (self->n_ring < 3)
    return FALSE;
  list_segments (self);
  return TRUE;
}

void
pel_medial_measure (PelMedialScratch *self,
                    const double *xy,
                    gsize n_points,
                    double scale_x,
                    double scale_y,
                    gboolean is_from_pixels,
                    PelMedial *medial)
{
  const double *first;
  double area = 0;
  guint n_first;

  *medial = (PelMedial){ 0 };
  if (!take_ring (self, xy, n_points, scale_x, scale_y))
    return;
  for (guint i = 0; i < self->n_ring; i++)
    {
      PelMedialPoint a = self->ring[i], b = self->ring[(i + 1) % self->n_ring], o = self->ring[0];

      area += ((a.x - o.x) * (b.y - o.y) - (b.x - o.x) * (a.y - o.y)) / 2;
    }
  if (!(area > 0))
    return;
  first = pel_tips_find (self->tips, (const double *)self->ring, self->n_ring, area, self->tip,
                         &n_first);
  if (!first)
    return;

  double length = 0;
  for (guint i = 1; i < n_first; i++)
    length += hypot (first[2 * i] - first[2 * i - 2], first[2 * i + 1] - first[2 * i - 1]);
  /* As many points as the shape is long against its width. */
  double steps = CLAMP (4 * length * length / area, MIN_STEPS, PEL_MEDIAL_MAX_STEPS);
  self->n_steps = 2 * (guint)ceil (steps / 2);
  spread (self, (const PelMedialPoint *)(gconstpointer)first, n_first);
  move_to_middle (self);
  find_radii (self);
  correct_tip (self, 0);
  correct_tip (self, 1);
  move_to_middle (self);
  find_radii (self);
  pel_medial_measure_axis (self, is_from_pixels ? sqrt (scale_x * scale_y) : 0, medial);
}
