/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-medial-tips.h"

#include <math.h>
#include <string.h>

#include "engine/measure/pel-hull.h"

/* From this share of its hull's area on a shape counts as convex. */
#define CONVEX 0.94
#define WANTED_CELLS 256
#define MAX_CELLS 16384
/* Lengths of a step to a side and to a corner, in fifths. */
#define SIDE_STEP 5
#define CORNER_STEP 7
#define N_BUCKETS (CORNER_STEP + 1)
#define NOT_REACHED G_MAXINT32

struct PelTipsScratch
{
  double sorted[2 * PEL_MEDIAL_MAX_RING], hull[2 * (PEL_MEDIAL_MAX_RING + 1)];
  double path[2 * (MAX_CELLS / 4 + 2)];

  /* The grid: cells as wide as high, with a frame of outer ones. */
  double left, top, side;
  gint width, height;
  guint8 inside[MAX_CELLS];
  gint32 way[MAX_CELLS], before[MAX_CELLS];
  gint32 next[MAX_CELLS], heads[N_BUCKETS]; /* lists of cells to go on from, by way */
};

PelTipsScratch *
pel_tips_scratch_new (void)
{
  return g_try_new (PelTipsScratch, 1);
}

void
pel_tips_scratch_free (PelTipsScratch *self)
{
  g_free (self);
}

/* ---- convex shapes ---- */

static guint
farthest_from (const double *ring, guint n, guint from)
{
  double best = -1;
  guint at = from;

  for (guint i = 0; i < n; i++)
    {
      double dx = ring[2 * i] - ring[2 * from], dy = ring[2 * i + 1] - ring[2 * from + 1];

      if (dx * dx + dy * dy > best)
        {
          best = dx * dx + dy * dy;
          at = i;
        }
    }
  return at;
}

static double
hull_area (PelTipsScratch *self, const double *ring, guint n)
{
  PelFeret feret;

  memcpy (self->sorted, ring, 2 * n * sizeof *ring);
  pel_feret (self->hull, pel_hull (self->sorted, n, self->hull), &feret);
  return feret.area;
}

static const double *
find_convex (PelTipsScratch *self, const double *ring, guint n, guint tips[2], guint *n_path)
{
  tips[0] = farthest_from (ring, n, 0);
  for (guint round = 0; round < 8; round++)
    {
      tips[1] = farthest_from (ring, n, tips[0]);
      if (farthest_from (ring, n, tips[1]) == tips[0])
        break;
      tips[0] = tips[1];
    }
  tips[1] = farthest_from (ring, n, tips[0]);
  for (guint i = 0; i < 2; i++)
    {
      self->path[2 * i] = ring[2 * tips[i]];
      self->path[2 * i + 1] = ring[2 * tips[i] + 1];
    }
  *n_path = 2;
  return tips[0] != tips[1] ? self->path : NULL;
}

/* ---- other shapes ---- */

static void
lay_grid (PelTipsScratch *self, const double *ring, guint n, double area)
{
  double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;

  for (guint i = 0; i < n; i++)
    {
      left = MIN (left, ring[2 * i]);
      right = MAX (right, ring[2 * i]);
      top = MIN (top, ring[2 * i + 1]);
      bottom = MAX (bottom, ring[2 * i + 1]);
    }
  self->side = sqrt (area / WANTED_CELLS);
  while ((ceil ((right - left) / self->side) + 3) * (ceil ((bottom - top) / self->side) + 3) >
         MAX_CELLS)
    self->side *= 1.25;
  self->width = (gint)ceil ((right - left) / self->side) + 2;
  self->height = (gint)ceil ((bottom - top) / self->side) + 2;
  self->left = left - self->side;
  self->top = top - self->side;
}

/* Marks the cells whose middle lies within the outline: each of its segments turns over what is
 * right of it in the rows that it crosses. */
static void
fill_grid (PelTipsScratch *self, const double *ring, guint n)
{
  memset (self->inside, 0, (gsize)self->width * (gsize)self->height);
  for (guint i = 0; i < n; i++)
    {
      const double *a = ring + 2 * i, *b = ring + 2 * ((i + 1) % n);
      double ay = (a[1] - self->top) / self->side - 0.5, by = (b[1] - self->top) / self->side - 0.5;
      double ax = (a[0] - self->left) / self->side - 0.5;
      double bx = (b[0] - self->left) / self->side - 0.5;

      for (gint y = (gint)ceil (MIN (ay, by)); y < MAX (ay, by); y++)
        {
          double x = ax + (bx - ax) * (y - ay) / (by - ay);
          gint column = (gint)ceil (x);

          if (y >= 0 && y < self->height && column < self->width)
            self->inside[y * self->width + MAX (column, 0)] ^= 1;
        }
    }
  for (gint y = 0; y < self->height; y++)
    {
      guint8 *row = self->inside + y * self->width;

      for (gint x = 1; x < self->width; x++)
        row[x] ^= row[x - 1];
      row[0] = row[self->width - 1] = 0;
    }
  memset (self->inside, 0, (gsize)self->width);
  memset (self->inside + (self->height - 1) * self->width, 0, (gsize)self->width);
}

static void
push (PelTipsScratch *self, gint32 cell, gint32 way)
{
  self->next[cell] = self->heads[way % N_BUCKETS];
  self->heads[way % N_BUCKETS] = cell;
}

/* Shortest ways from a cell (Dial 1969); the cell with the longest, and how many were reached. */
static gint
walk (PelTipsScratch *self, gint start, guint *n_reached)
{
  const gint w = self->width;
  const gint around[8] = { -1, 1, -w, w, -w - 1, -w + 1, w - 1, w + 1 };
  gint farthest = start;
  guint empty = 0;

  for (gint i = 0; i < self->width * self->height; i++)
    self->way[i] = NOT_REACHED;
  for (guint i = 0; i < N_BUCKETS; i++)
    self->heads[i] = -1;
  *n_reached = 0;
  self->way[start] = 0;
  self->before[start] = -1;
  push (self, start, 0);
  for (gint32 way = 0; empty < N_BUCKETS; way++)
    {
      empty++;
      while (self->heads[way % N_BUCKETS] >= 0)
        {
          gint cell = self->heads[way % N_BUCKETS];

          self->heads[way % N_BUCKETS] = self->next[cell];
          empty = 0;
          farthest = cell;
          ++*n_reached;
          for (guint k = 0; k < 8; k++)
            {
              gint to = cell + around[k];
              gint32 longer = way + (k < 4 ? SIDE_STEP : CORNER_STEP);

              if (!self->inside[to] || self->way[to] <= longer)
                continue;
              /* Already in the list of a longer way: out of that. */
              if (self->way[to] != NOT_REACHED)
                {
                  gint32 *link = &self->heads[self->way[to] % N_BUCKETS];

                  while (*link != to)
                    link = &self->next[*link];
                  *link = self->next[to];
                }
              self->way[to] = longer;
              self->before[to] = cell;
              push (self, to, longer);
            }
        }
    }
  return farthest;
}

static void
cell_middle (const PelTipsScratch *self, gint cell, double *xy)
{
  xy[0] = self->left + (cell % self->width + 0.5) * self->side;
  xy[1] = self->top + (cell / self->width + 0.5) * self->side;
}

static guint
nearest_corner (const double *ring, guint n, double x, double y)
{
  double best = INFINITY;
  guint at = 0;

  for (guint i = 0; i < n; i++)
    {
      double dx = ring[2 * i] - x, dy = ring[2 * i + 1] - y;

      if (dx * dx + dy * dy < best)
        {
          best = dx * dx + dy * dy;
          at = i;
        }
    }
  return at;
}

/* The corner ahead of a way that ends at xy and came from the other point. */
static guint
corner_ahead (const PelTipsScratch *self,
              const double *ring,
              guint n,
              const double *xy,
              double dx,
              double dy)
{
  double length = MAX (hypot (dx, dy), 1e-12);

  return nearest_corner (ring, n, xy[0] + dx / length * self->side,
                         xy[1] + dy / length * self->side);
}

static const double *
find_bent (PelTipsScratch *self, const double *ring, guint n, guint tips[2], guint *n_path)
{
  guint most = 0, n_reached, n_inside = 0, n_seen = 0, length = 1;
  gint start = -1;

  for (gint i = 0; i < self->width * self->height; i++)
    n_inside += self->inside[i];
  /* The largest part, where a neck is too thin for the grid. */
  for (gint i = 0; i < self->width * self->height && n_seen < n_inside && most <= n_inside / 2; i++)
    {
      if (!self->inside[i])
        continue;
      gint far = walk (self, i, &n_reached);
      n_seen += n_reached;
      if (n_reached > most)
        {
          most = n_reached;
          start = far;
        }
    }
  if (start < 0)
    return NULL;
  gint end = walk (self, start, &n_reached);
  start = end;
  end = walk (self, start, &n_reached);
  if (end == start)
    return NULL;
  for (gint cell = end; cell >= 0 && length < G_N_ELEMENTS (self->path) / 2 - 1;
       cell = self->before[cell])
    cell_middle (self, cell, self->path + 2 * length++);

  double *path = self->path;
  guint back = MIN (3, length - 1), last = length - 1;
  tips[0] = corner_ahead (self, ring, n, path + 2, path[2] - path[2 * back],
                          path[3] - path[2 * back + 1]);
  back = last > 3 ? last - 2 : 1;
  tips[1] = corner_ahead (self, ring, n, path + 2 * last, path[2 * last] - path[2 * back],
                          path[2 * last + 1] - path[2 * back + 1]);
  memcpy (path, ring + 2 * tips[0], 2 * sizeof *path);
  memcpy (path + 2 * length, ring + 2 * tips[1], 2 * sizeof *path);
  *n_path = length + 1;
  return tips[0] != tips[1] ? path : NULL;
}

const double *
pel_tips_find (PelTipsScratch *self,
               const double *ring,
               guint n_ring,
               double area,
               guint tips[2],
               guint *n_path)
{
  const double *path;

  if (area < CONVEX * hull_area (self, ring, n_ring))
    {
      lay_grid (self, ring, n_ring, area);
      fill_grid (self, ring, n_ring);
      path = find_bent (self, ring, n_ring, tips, n_path);
      if (path)
        return path;
    }
  return find_convex (self, ring, n_ring, tips, n_path);
}
