/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-cell-figures.h"

#include <math.h>
#include <string.h>

/* Pixels that a slanting line passes at most from one of its points to the next. */
#define MAX_STEPS 8

void
pel_figures_scratch_clear (PelFiguresScratch *self)
{
  g_clear_pointer (&self->points, g_free);
  g_clear_pointer (&self->hull, g_free);
  self->room = 0;
}

static gboolean
scratch_reserve (PelFiguresScratch *self, gsize n_points)
{
  if (n_points <= self->room)
    return TRUE;
  pel_figures_scratch_clear (self);
  self->points = g_try_malloc_n (n_points, 2 * sizeof (double));
  self->hull = g_try_malloc_n (n_points + 1, 2 * sizeof (double));
  if (!self->points || !self->hull)
    {
      pel_figures_scratch_clear (self);
      return FALSE;
    }
  self->room = n_points;
  return TRUE;
}

/* Sums of the moments about an origin near the shape, so that no digits are lost far from the
 * image's corner. */
typedef struct
{
  double area, x, y, xx, xy, yy;
} Sums;

static void
finish_sums (PelCellFigures *self, const Sums *sums, double origin_x, double origin_y)
{
  double mx = sums->x / sums->area, my = sums->y / sums->area;

  self->area = sums->area;
  self->x = origin_x + mx;
  self->y = origin_y + my;
  self->xx = MAX (0, sums->xx / sums->area - mx * mx);
  self->yy = MAX (0, sums->yy / sums->area - my * my);
  self->xy = sums->xy / sums->area - mx * my;
}

void
pel_cell_figures_set_rings (PelCellFigures *self,
                            const double *xy,
                            const gsize *ring_ends,
                            gsize n_rings,
                            double scale_x,
                            double scale_y)
{
  double origin_x = n_rings > 0 ? xy[0] * scale_x : 0;
  double origin_y = n_rings > 0 ? xy[1] * scale_y : 0;
  Sums sums = { 0 };
  gsize start = 0;

  self->perimeter = 0;
  for (gsize ring = 0; ring < n_rings; start = ring_ends[ring++])
    {
      const double *last = xy + 2 * (ring_ends[ring] - 1);
      double ax = last[0] * scale_x - origin_x, ay = last[1] * scale_y - origin_y;

      for (gsize i = start; i < ring_ends[ring]; i++)
        {
          double bx = xy[2 * i] * scale_x - origin_x, by = xy[2 * i + 1] * scale_y - origin_y;
          double cross = ax * by - bx * ay;

          sums.area += cross / 2;
          sums.x += cross * (ax + bx) / 6;
          sums.y += cross * (ay + by) / 6;
          sums.xx += cross * (ax * ax + ax * bx + bx * bx) / 12;
          sums.yy += cross * (ay * ay + ay * by + by * by) / 12;
          sums.xy += cross * (ax * by + 2 * ax * ay + 2 * bx * by + bx * ay) / 24;
          self->perimeter += sqrt ((bx - ax) * (bx - ax) + (by - ay) * (by - ay));
          ax = bx;
          ay = by;
        }
    }
  if (sums.area > 0)
    {
      finish_sums (self, &sums, origin_x, origin_y);
      return;
    }
  self->area = self->perimeter = self->xx = self->xy = self->yy = 0;
  self->x = origin_x;
  self->y = origin_y;
}

/* Pixels of the label whose neighbour dy rows above, dx columns on, is of the label too. */
static guint64
count_pairs (const PelLabelEntry *entry, gint dx, gint dy)
{
  const PelLabelRun *runs = entry->runs;
  guint64 n = 0;
  guint above = 0;

  for (guint i = 0; i < entry->n_runs; i++)
    {
      gint x0 = runs[i].x0 + dx, x1 = runs[i].x1 + dx, y = runs[i].y - dy;

      while (above < i && (runs[above].y < y || (runs[above].y == y && runs[above].x1 <= x0)))
        above++;
      for (guint j = above; j < i && runs[j].y == y && runs[j].x0 < x1; j++)
        n += (guint64)(MIN (x1, runs[j].x1) - MAX (x0, runs[j].x0));
    }
  return n;
}

/* How often lines enter the label that go dx columns on for dy rows up, and those that go back. */
static double
count_entries (const PelLabelEntry *entry, gint dx, gint dy)
{
  double n_falling = (double)(entry->n_pixels - count_pairs (entry, -dx, dy));
  double n_rising = (double)(entry->n_pixels - count_pairs (entry, dx, dy));

  return n_falling + n_rising;
}

/* Where a pixel is much longer than wide, its diagonals lie near its long side: a second pair of
 * directions, over as many pixels as come nearest to 45 degrees, fills the gap. Entries times the
 * distance between lines times the direction's share of the half circle. */
static double
crofton_oblong (const PelLabelEntry *entry, double scale_x, double scale_y, gint steps)
{
  gboolean is_wide = scale_x > scale_y;
  gint dx = is_wide ? 1 : steps, dy = is_wide ? steps : 1;
  double n_rows = entry->n_runs;
  double n_columns = (double)(entry->n_pixels - count_pairs (entry, 0, 1));
  double near = atan2 (scale_y, scale_x), far = atan2 (dy * scale_y, dx * scale_x);
  double low = MIN (near, far), high = MAX (near, far), middle = (low + high) / 2;
  double low_share = middle - low / 2, high_share = G_PI / 4 + high / 2 - middle;
  double near_share = is_wide ? low_share : high_share;
  double far_share = is_wide ? high_share : low_share;

  return n_rows * scale_y * low + n_columns * scale_x * (G_PI / 2 - high) +
         count_entries (entry, 1, 1) * (scale_x * scale_y / hypot (scale_x, scale_y)) * near_share +
         count_entries (entry, dx, dy) * (scale_x * scale_y / hypot (dx * scale_x, dy * scale_y)) *
             far_share;
}

static double
crofton (const PelLabelEntry *entry, double scale_x, double scale_y)
{
  double diagonal = hypot (scale_x, scale_y), angle = atan2 (scale_y, scale_x);
  double n_rows = entry->n_runs, n_columns;
  gint steps = (gint)rint (MIN (MAX (scale_x / scale_y, scale_y / scale_x), MAX_STEPS));

  if (steps > 1)
    return crofton_oblong (entry, scale_x, scale_y, steps);
  n_columns = (double)(entry->n_pixels - count_pairs (entry, 0, 1));
  return n_rows * scale_y * angle + n_columns * scale_x * (G_PI / 2 - angle) +
         count_entries (entry, 1, 1) * (scale_x * scale_y / diagonal) * (G_PI / 4);
}

void
pel_cell_figures_set_pixels (PelCellFigures *self,
                             const PelLabelEntry *entry,
                             double scale_x,
                             double scale_y)
{
  double left = entry->bounds.x, top = entry->bounds.y;
  Sums sums = { 0 };

  for (guint i = 0; i < entry->n_runs; i++)
    {
      const PelLabelRun *run = &entry->runs[i];
      double n = run->x1 - run->x0, y = run->y - top;
      double middle = (run->x0 + run->x1 - 1) / 2.0 - left;

      sums.area += n;
      sums.x += n * middle;
      sums.y += n * y;
      sums.xx += n * middle * middle + n * (n * n - 1) / 12;
      sums.xy += n * middle * y;
      sums.yy += n * y * y;
    }
  finish_sums (self, &sums, left + 0.5, top + 0.5);
  self->area *= scale_x * scale_y;
  self->x *= scale_x;
  self->y *= scale_y;
  self->xx *= scale_x * scale_x;
  self->xy *= scale_x * scale_y;
  self->yy *= scale_y * scale_y;
  self->perimeter = crofton (entry, scale_x, scale_y);
}

gboolean
pel_cell_figures_set_hull (PelCellFigures *self,
                           PelCellFigures *scaled,
                           const double *xy,
                           gsize n_points,
                           double scale_x,
                           double scale_y,
                           PelFiguresScratch *scratch)
{
  gsize n_hull;

  if (!scratch_reserve (scratch, MAX (n_points, 1)))
    return FALSE;
  if (n_points > 0)
    memcpy (scratch->points, xy, n_points * 2 * sizeof *xy);
  n_hull = pel_hull (scratch->points, n_points, scratch->hull);
  pel_feret (scratch->hull, n_hull, &self->feret);
  if (scaled)
    {
      for (gsize i = 0; i < n_hull; i++)
        {
          scratch->hull[2 * i] *= scale_x;
          scratch->hull[2 * i + 1] *= scale_y;
        }
      pel_feret (scratch->hull, n_hull, &scaled->feret);
    }
  return TRUE;
}
