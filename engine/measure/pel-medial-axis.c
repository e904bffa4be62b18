/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-medial-private.h"

#include <math.h>

/* Where the directions to the nearest points of both sides differ by less, a circle is in a cap. */
#define CAP_SPREAD 0.7
/* How far towards the tip an axis may end at most, as a share of the way to the cap's centre. */
#define CAP_REACH 0.7
/* How often the circle in a cap is fitted, and how far around its tip: 75 degrees to each side. */
#define CAP_ROUNDS 5
#define CAP_COSINE 0.26
/* Half of the stretch that the greatest width of an outline of pixels is taken over, in pixels. */
#define STRETCH 1.5

/* ---- the largest circle ---- */

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
is_too_near (const PelMedialScratch *self,
             const Touching *touching,
             PelMedialPoint q,
             double radius)
{
  for (guint i = 0; i < touching->n; i++)
    {
      PelMedialPoint foot = pel_medial_find_foot (self, touching->segments[i], q);
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
  PelMedialPoint p = self->path[widest];
  double best = pel_medial_find_nearest (self, 0, self->n_ring, p, &at);
  double step = 0.25 * self->radius[widest], least = step / 256;

  add_touching (&touching, at);
  while (step > least)
    {
      gboolean better = FALSE;

      for (guint k = 0; k < 8; k++)
        {
          static const double dx[8] = { 1, 0.7, 0, -0.7, -1, -0.7, 0, 0.7 };
          static const double dy[8] = { 0, 0.7, 1, 0.7, 0, -0.7, -1, -0.7 };
          PelMedialPoint q = { p.x + step * dx[k], p.y + step * dy[k] };

          if (is_too_near (self, &touching, q, best))
            continue;
          double d = pel_medial_find_nearest (self, 0, self->n_ring, q, &at);
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

/* ---- the ends of the axis ---- */

/* How an end of the shape is capped: where on the line, from the tip on, the centre of the circle
 * lies that fits the outline around the tip best. */
static double
find_cap (const PelMedialScratch *self, guint which)
{
  guint n = self->n_ring, tip = self->tip[which];
  double length = pel_medial_get_length (self), spacing = length / self->n_steps, at = 0;

  for (guint i = 1; i < self->n_steps / 2 && at <= 0; i++)
    {
      double r = self->radius[which == 0 ? i : self->n_steps - i];

      if (i * spacing >= r)
        at = i * spacing;
    }
  if (at <= 0)
    at = length / 2;
  for (guint round = 0; round < CAP_ROUNDS; round++)
    {
      PelMedialPoint c = pel_medial_get_point (self, which, at),
                     back = pel_medial_get_point (self, which, at + spacing);
      PelMedialPoint t = pel_medial_get_point (self, which, at - spacing);
      double ux = t.x - back.x, uy = t.y - back.y, norm = MAX (hypot (ux, uy), 1e-12);
      double w = 0, sc = 0, sd = 0, scc = 0, scd = 0;

      for (gint side = -1; side <= 1; side += 2)
        {
          for (guint k = 0; k < n; k++)
            {
              guint i = side > 0 ? (tip + k) % n : (tip + 2 * n - k - 1) % n;
              PelMedialPoint a = self->ring[i], b = self->ring[(i + 1) % n];
              double dx = (a.x + b.x) / 2 - c.x, dy = (a.y + b.y) / 2 - c.y;
              double d = hypot (dx, dy), weight = hypot (b.x - a.x, b.y - a.y);
              double cosine = d > 0 ? (dx * ux + dy * uy) / (d * norm) : 0;

              if (cosine < CAP_COSINE)
                break;
              w += weight;
              sc += weight * cosine;
              sd += weight * d;
              scc += weight * cosine * cosine;
              scd += weight * cosine * d;
            }
        }
      double variance = w * scc - sc * sc;

      if (!(variance > 1e-9 * w * w))
        break;
      double move = -(w * scd - sc * sd) / variance;

      at = CLAMP (at + CLAMP (move, -at / 2, at / 2), 0, length / 2);
    }
  return at;
}

/* How far apart the directions to the two sides are: 2 between parallel sides, 0 where both are
 * nearest at the same place, which is so within a cap. */
static double
get_spread (const PelMedialScratch *self, PelMedialPoint p, double *radius)
{
  PelMedialPoint foot[2];
  double d[2];

  pel_medial_nearest_sides (self, p, d, foot);
  *radius = MIN (d[0], d[1]);
  if (!(d[0] > 1e-9 && d[1] > 1e-9))
    return 0;
  return hypot ((p.x - foot[0].x) / d[0] - (p.x - foot[1].x) / d[1],
                (p.y - foot[0].y) / d[0] - (p.y - foot[1].y) / d[1]);
}

/* Where the axis ends: at some way along the line from the tip. */
typedef struct
{
  double way, radius;
} AxisEnd;

/* The last circle towards one end of the line that touches two sides: from the middle on along the
 * line's points, and from the last good one in shorter and shorter steps. */
static AxisEnd
find_last_circle (const PelMedialScratch *self, guint which)
{
  double spacing = pel_medial_get_length (self) / self->n_steps, next, beyond = 0, off;
  guint at = self->n_steps / 2;
  AxisEnd end;

  get_spread (self, pel_medial_get_node (self, which, at), &end.radius);
  while (at > 1 &&
         get_spread (self, pel_medial_get_node (self, which, at - 1), &next) >= CAP_SPREAD)
    {
      at--;
      end.radius = next;
    }

  PelMedialPoint p = pel_medial_get_node (self, which, at),
                 before = pel_medial_get_node (self, which, at + 1);
  double dx = p.x - before.x, dy = p.y - before.y;
  for (double step = spacing / 2; step > spacing / 64 && beyond < 2 * spacing;)
    {
      double length = MAX (hypot (dx, dy), 1e-12);
      PelMedialPoint q = { p.x + dx / length * step, p.y + dy / length * step };

      q = pel_medial_centre (self, pel_medial_centre (self, q, &off), &off);
      if (get_spread (self, q, &next) < CAP_SPREAD)
        {
          step /= 2;
          continue;
        }
      dx = q.x - p.x;
      dy = q.y - p.y;
      if (hypot (dx, dy) < step / 4)
        break;
      beyond += hypot (dx, dy);
      end.radius = next;
      p = q;
    }
  end.way = at * spacing - beyond;
  return end;
}

/* On a smooth outline the last circle that touches two sides tells where the axis ends. Noise of
 * the outline leads that into the cap, where every corner seems to be the end of a branch: not much
 * farther than to the centre of the cap then, and where the outline comes from pixels just there.
 */
static AxisEnd
find_axis_end (const PelMedialScratch *self, guint which, gboolean is_from_pixels)
{
  double cap = (is_from_pixels ? 1 : CAP_REACH) * find_cap (self, which);
  AxisEnd end = { 0 };

  if (!is_from_pixels)
    end = find_last_circle (self, which);
  if (end.way < cap)
    {
      end.way = cap;
      get_spread (self, pel_medial_get_point (self, which, cap), &end.radius);
    }
  return end;
}

/* ---- widths ---- */

/* The mean radius between two places on the line. */
static double
get_mean_radius (const PelMedialScratch *self, double from, double to)
{
  double spacing = pel_medial_get_length (self) / self->n_steps, sum = 0, passed = from;
  guint i = (guint)(from / spacing);

  while (passed < to && i < self->n_steps)
    {
      double begin = i * spacing, end = MIN (to, begin + spacing);
      double slope = (self->radius[i + 1] - self->radius[i]) / spacing;

      sum += (end - passed) * (self->radius[i] + slope * ((passed + end) / 2 - begin));
      passed = end;
      i++;
    }
  return sum / (to - from);
}

/* How much the widest point of the axis owes to the steps of the outline: by so much it is wider
 * than the widest stretch of some pixels. Not where the axis is short against the width: there the
 * width of the shape itself differs within a stretch. */
static double
get_roughness (const PelMedialScratch *self, double from, double to, double pixel)
{
  double spacing = pel_medial_get_length (self) / self->n_steps;
  double half = MIN (STRETCH * pixel, (to - from) / 4), widest = 0, smooth = 0;

  for (guint i = 0; i <= self->n_steps; i++)
    {
      double way = i * spacing;

      if (way < from || way > to)
        continue;
      widest = MAX (widest, self->radius[i]);
      way = CLAMP (way, from + half, to - half);
      smooth = MAX (smooth, get_mean_radius (self, way - half, way + half));
    }
  return MAX (widest - smooth, 0) * CLAMP ((to - from) / (2 * widest) - 0.5, 0, 1);
}

void
pel_medial_measure_axis (const PelMedialScratch *self, double pixel, PelMedial *medial)
{
  gboolean is_from_pixels = pixel > 0;
  double largest = find_largest (self);
  double all = pel_medial_get_length (self), spacing = all / self->n_steps, sum = 0;
  AxisEnd first = find_axis_end (self, 0, is_from_pixels);
  AxisEnd last = find_axis_end (self, 1, is_from_pixels);
  double length = all - first.way - last.way, passed = first.way, radius = first.radius;

  /* A disc's axis is a point. */
  if (!(length > 0))
    {
      *medial = (PelMedial){ all, 2 * largest, 2 * largest };
      return;
    }
  for (guint i = 0; i <= self->n_steps; i++)
    {
      double way = i * spacing;

      if (way <= first.way || way >= all - last.way)
        continue;
      sum += (way - passed) * (radius + self->radius[i]) / 2;
      passed = way;
      radius = self->radius[i];
    }
  sum += (all - last.way - passed) * (radius + last.radius) / 2;
  medial->length = is_from_pixels ? all : length + first.radius + last.radius;
  medial->mean_width = 2 * MIN (sum / length, largest);
  if (is_from_pixels)
    largest -= get_roughness (self, first.way, all - last.way, pixel);
  medial->max_width = MAX (2 * largest, medial->mean_width);
}
