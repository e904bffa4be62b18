/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-medial.h"

#include <math.h>
#include <string.h>

#include "engine/measure/pel-medial-tips.h"

/* Points of the centre line: about four over a length as long as the shape is wide. */
#define MIN_STEPS 8
#define MAX_STEPS 64
/* How often the line is moved towards the middle, before and after its ends are looked for anew. */
#define ROUNDS 5
/* Where the directions to the nearest points of both sides differ by less, a circle is in a cap. */
#define CAP_SPREAD 0.7

#define MAX_SEGMENTS (PEL_MEDIAL_MAX_RING + 4)

typedef struct
{
  double x, y;
} Point;

struct PelMedialScratch
{
  PelTipsScratch *tips;
  Point ring[MAX_SEGMENTS];
  guint n_ring;
  guint tip[2]; /* indices into the ring */
  /* The ring's segments, twice over, so that any run of them is one: where each begins, where it
   * goes, and one over its squared length. */
  double x[2 * MAX_SEGMENTS], y[2 * MAX_SEGMENTS];
  double ex[2 * MAX_SEGMENTS], ey[2 * MAX_SEGMENTS], inverse[2 * MAX_SEGMENTS];
  Point path[MAX_STEPS + 1], moved[MAX_STEPS + 1];
  double radius[MAX_STEPS + 1];
  guint n_steps;
};

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
      Point a = self->ring[i < n ? i : i - n], b = self->ring[(i + 1) % n];
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
                   Point p,
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

/* The distance of the nearest of the segments first to end, where end may run past the ring's last,
 * and which that is. */
static double
find_nearest (const PelMedialScratch *self, guint first, guint end, Point p, guint *at)
{
  double squared[2 * MAX_SEGMENTS], least;
  guint i = 0;

  least = measure_distances (self->x + first, self->y + first, self->ex + first, self->ey + first,
                             self->inverse + first, end - first, p, squared);
  while (i + 1 < end - first && squared[i] != least)
    i++;
  *at = first + i;
  return sqrt (least);
}

/* The nearest point of a segment. */
static Point
find_foot (const PelMedialScratch *self, guint at, Point p)
{
  double t =
      ((p.x - self->x[at]) * self->ex[at] + (p.y - self->y[at]) * self->ey[at]) * self->inverse[at];

  t = CLAMP (t, 0, 1);
  return (Point){ self->x[at] + t * self->ex[at], self->y[at] + t * self->ey[at] };
}

static double
nearest_on (const PelMedialScratch *self, guint first, guint end, Point p, Point *foot)
{
  guint at;
  double distance = find_nearest (self, first, end, p, &at);

  *foot = find_foot (self, at, p);
  return distance;
}

/* Distances to the two sides that the tips part. */
static void
nearest_sides (const PelMedialScratch *self, Point p, double distance[2], Point foot[2])
{
  guint a = self->tip[0], b = self->tip[1], n = self->n_ring;

  distance[0] = nearest_on (self, a, b > a ? b : b + n, p, &foot[0]);
  distance[1] = nearest_on (self, b, a > b ? a : a + n, p, &foot[1]);
}

/* ---- the line ---- */

/* Spreads n_steps + 1 points evenly over the line through n points. */
static void
spread (PelMedialScratch *self, const Point *from, guint n)
{
  double total = 0, passed = 0, next;
  guint segment = 0;
  Point *to = self->moved;

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
      to[i] = (Point){ from[segment].x + t * (from[segment + 1].x - from[segment].x),
                       from[segment].y + t * (from[segment + 1].y - from[segment].y) };
    }
  to[self->n_steps] = from[n - 1];
  memcpy (self->path, to, (self->n_steps + 1) * sizeof *to);
}

/* Moves a point to where both sides are equally far: Newton's method on the difference of the
 * distances, whose gradient is that of the unit vectors from the feet. */
static Point
centre (const PelMedialScratch *self, Point p)
{
  Point foot[2];
  double d[2], limit;

  nearest_sides (self, p, d, foot);
  limit = MIN (d[0], d[1]) / 2;
  if (d[0] > 1e-9 && d[1] > 1e-9)
    {
      double gx = (p.x - foot[0].x) / d[0] - (p.x - foot[1].x) / d[1];
      double gy = (p.y - foot[0].y) / d[0] - (p.y - foot[1].y) / d[1];
      double slope = MAX (hypot (gx, gy), 0.1);
      double step = CLAMP ((d[0] - d[1]) / slope, -limit, limit) / slope;

      return (Point){ p.x - step * gx, p.y - step * gy };
    }
  if (d[0] == d[1])
    return p;
  /* On one side already: half way to the other. */
  Point to = d[0] > d[1] ? foot[0] : foot[1];
  return (Point){ (p.x + to.x) / 2, (p.y + to.y) / 2 };
}

static void
move_to_middle (PelMedialScratch *self)
{
  Point moved[MAX_STEPS + 1];

  for (guint i = 0; i <= self->n_steps; i++)
    moved[i] = i == 0 || i == self->n_steps ? self->path[i] : centre (self, self->path[i]);
  spread (self, moved, self->n_steps + 1);
}

static double
get_length (const PelMedialScratch *self)
{
  double sum = 0;

  for (guint i = 1; i <= self->n_steps; i++)
    sum += hypot (self->path[i].x - self->path[i - 1].x, self->path[i].y - self->path[i - 1].y);
  return sum;
}

static void
find_radii (PelMedialScratch *self)
{
  self->radius[0] = self->radius[self->n_steps] = 0;
  for (guint i = 1; i < self->n_steps; i++)
    {
      Point foot[2];
      double d[2];

      nearest_sides (self, self->path[i], d, foot);
      self->radius[i] = MIN (d[0], d[1]);
    }
}

/* ---- tips ---- */

/* Where the ray from p along the direction leaves the ring first; the segment's index, or -1. */
static gint
cast_ray (const PelMedialScratch *self, Point p, Point direction, Point *hit)
{
  double best = INFINITY;
  gint segment = -1;

  for (guint i = 0; i < self->n_ring; i++)
    {
      Point a = self->ring[i], b = self->ring[(i + 1) % self->n_ring];
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
          *hit = (Point){ p.x + t * direction.x, p.y + t * direction.y };
        }
    }
  return segment;
}

/* Makes a point of the ring's segment one of its corners; returns its index. */
static guint
insert_corner (PelMedialScratch *self, guint segment, Point p)
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
  Point tip = self->ring[self->tip[which]], hit;
  guint from = 1;
#define AT(i) (which == 0 ? (i) : n - (i))

  while (from < n / 2 && hypot (self->path[AT (from)].x - tip.x, self->path[AT (from)].y - tip.y) <
                             1.05 * self->radius[AT (from)])
    from++;
  guint before = MIN (from + MAX (n / 12, 1), n - 1);
  Point a = self->path[AT (before)], b = self->path[AT (from)];
  Point direction = { b.x - a.x, b.y - a.y };
  gint segment = cast_ray (self, b, direction, &hit);

  if (segment < 0 || hypot (hit.x - tip.x, hit.y - tip.y) > 0.8 * self->radius[AT (from)])
    return;
  self->tip[which] = insert_corner (self, (guint)segment, hit);
  self->path[AT (0)] = hit;
#undef AT
}

/* ---- widths ---- */

/* Segments that were nearest to some place tried before. Around the largest circle it is always one
 * of the few that touch it, so most places are out of the question without looking at the others.
 */
typedef struct
{
  guint segments[4];
  guint n, next;
} Touching;

static void
add_touching (Touching *touching, guint segment)
{
  touching->segments[touching->next] = segment;
  touching->next = (touching->next + 1) % G_N_ELEMENTS (touching->segments);
  touching->n = MIN (touching->n + 1, (guint)G_N_ELEMENTS (touching->segments));
}

static gboolean
is_too_near (const PelMedialScratch *self, const Touching *touching, Point q, double radius)
{
  for (guint i = 0; i < touching->n; i++)
    {
      Point foot = find_foot (self, touching->segments[i], q);
      double dx = q.x - foot.x, dy = q.y - foot.y;

      if (dx * dx + dy * dy < 0.999999 * radius * radius)
        return TRUE;
    }
  return FALSE;
}

/* The radius of the largest circle: from the widest point of the line towards wider places. */
static double
find_largest (const PelMedialScratch *self)
{
  Touching touching = { .n = 0 };
  guint widest = 1, at;

  for (guint i = 1; i < self->n_steps; i++)
    {
      if (self->radius[i] > self->radius[widest])
        widest = i;
    }
  Point p = self->path[widest];
  double best = find_nearest (self, 0, self->n_ring, p, &at);
  double step = 0.25 * self->radius[widest], least = step / 256;

  add_touching (&touching, at);
  while (step > least)
    {
      gboolean better = FALSE;

      for (guint k = 0; k < 8; k++)
        {
          static const double dx[8] = { 1, 0.7, 0, -0.7, -1, -0.7, 0, 0.7 };
          static const double dy[8] = { 0, 0.7, 1, 0.7, 0, -0.7, -1, -0.7 };
          Point q = { p.x + step * dx[k], p.y + step * dy[k] };

          if (is_too_near (self, &touching, q, best))
            continue;
          double d = find_nearest (self, 0, self->n_ring, q, &at);
          add_touching (&touching, at);

          /* Out of the shape it grows again; a step is too short to get there. */
          if (d > best)
            {
              best = d;
              p = q;
              better = TRUE;
            }
        }
      if (!better)
        step /= 2;
    }
  return best;
}

/* How far apart the directions to the two sides are: 2 between parallel sides, 0 where both are
 * nearest at the same place, which is so within a cap. */
static double
get_spread (const PelMedialScratch *self, Point p, double *radius)
{
  Point foot[2];
  double d[2];

  nearest_sides (self, p, d, foot);
  *radius = MIN (d[0], d[1]);
  if (!(d[0] > 1e-9 && d[1] > 1e-9))
    return 0;
  return hypot ((p.x - foot[0].x) / d[0] - (p.x - foot[1].x) / d[1],
                (p.y - foot[0].y) / d[0] - (p.y - foot[1].y) / d[1]);
}

/* The last circle towards one end of the line that touches two sides: from the middle on along the
 * line's points, and from the last good one in shorter and shorter steps. */
typedef struct
{
  guint at; /* the last good point of the line */
  double beyond, radius;
} AxisEnd;

static AxisEnd
find_axis_end (const PelMedialScratch *self, gint direction)
{
  AxisEnd end = { self->n_steps / 2, 0, 0 };
  double spacing = get_length (self) / self->n_steps, next;

  get_spread (self, self->path[end.at], &end.radius);
  while (end.at > 1 && end.at + 1 < self->n_steps &&
         get_spread (self, self->path[(gint)end.at + direction], &next) >= CAP_SPREAD)
    {
      end.at = (guint)((gint)end.at + direction);
      end.radius = next;
    }

  Point p = self->path[end.at], before = self->path[(gint)end.at - direction];
  double dx = p.x - before.x, dy = p.y - before.y;
  for (double step = spacing / 2; step > spacing / 64 && end.beyond < 2 * spacing;)
    {
      double length = MAX (hypot (dx, dy), 1e-12);
      Point q = { p.x + dx / length * step, p.y + dy / length * step };

      q = centre (self, centre (self, q));
      if (get_spread (self, q, &next) < CAP_SPREAD)
        {
          step /= 2;
          continue;
        }
      dx = q.x - p.x;
      dy = q.y - p.y;
      if (hypot (dx, dy) < step / 4)
        break;
      end.beyond += hypot (dx, dy);
      end.radius = next;
      p = q;
    }
  return end;
}

/* The axis with the radii at its ends is the length, the mean radius along it the width. */
static void
measure_axis (const PelMedialScratch *self, double largest, PelMedial *medial)
{
  AxisEnd first = find_axis_end (self, -1), last = find_axis_end (self, 1);
  double spacing = get_length (self) / self->n_steps;
  double length = first.beyond + last.beyond + (last.at - first.at) * spacing;
  double sum = first.beyond * (first.radius + self->radius[first.at]) / 2 +
               last.beyond * (last.radius + self->radius[last.at]) / 2;

  for (guint i = first.at; i < last.at; i++)
    sum += spacing * (self->radius[i] + self->radius[i + 1]) / 2;
  medial->length = length + first.radius + last.radius;
  /* A disc's axis is a point. */
  medial->mean_width = length > spacing / 4 ? 2 * MIN (sum / length, largest) : 2 * largest;
  medial->max_width = 2 * largest;
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
      Point p = { xy[2 * from] * sx, xy[2 * from + 1] * sy };

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
                    PelMedial *medial)
{
  const double *first;
  double area = 0, largest;
  guint n_first;

  *medial = (PelMedial){ 0 };
  if (!take_ring (self, xy, n_points, scale_x, scale_y))
    return;
  for (guint i = 0; i < self->n_ring; i++)
    {
      Point a = self->ring[i], b = self->ring[(i + 1) % self->n_ring], o = self->ring[0];

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
  double steps = CLAMP (4 * length * length / area, MIN_STEPS, MAX_STEPS);
  self->n_steps = 2 * (guint)ceil (steps / 2);
  spread (self, (const Point *)(gconstpointer)first, n_first);
  for (guint i = 0; i < ROUNDS; i++)
    move_to_middle (self);
  find_radii (self);
  correct_tip (self, 0);
  correct_tip (self, 1);
  for (guint i = 0; i < ROUNDS; i++)
    move_to_middle (self);
  find_radii (self);
  largest = find_largest (self);
  measure_axis (self, largest, medial);
}

void
pel_medial_add_middles (const double *corners, gsize n_corners, GArray *points)
{
  for (gsize i = 0; i < n_corners; i++)
    {
      const double *a = corners + 2 * i, *b = corners + 2 * ((i + 1) % n_corners);
      double dx = b[0] - a[0], dy = b[1] - a[1], length = fabs (dx) + fabs (dy);

      for (double k = 0.5; k < length; k++)
        {
          double xy[2] = { a[0] + dx * k / length, a[1] + dy * k / length };

          g_array_append_vals (points, xy, 2);
        }
    }
}
