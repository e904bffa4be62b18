/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-peer-figures.h"

#include <math.h>
#include <string.h>

/* What is known of a pixel in the plane of a piece. */
#define INSIDE 1
#define BORDER 2

/* A piece of the label with a pixel of nothing around it. */
typedef struct
{
  gsize stride;
  gint width, height;
  gint first_end; /* where the first run of the first row ends */
} Piece;

void
pel_peer_scratch_clear (PelPeerScratch *self)
{
  pel_label_pieces_clear (&self->pieces);
  g_clear_pointer (&self->plane, g_free);
  g_clear_pointer (&self->points, g_free);
  g_clear_pointer (&self->hull, g_free);
  self->plane_room = self->points_room = 0;
}

/* ---- pieces ---- */

static gboolean
reserve_plane (PelPeerScratch *self, gsize n)
{
  if (n <= self->plane_room)
    return TRUE;
  g_free (self->plane);
  self->plane = g_try_malloc (n);
  self->plane_room = self->plane ? n : 0;
  return self->plane != NULL;
}

static gboolean
draw_piece (PelPeerScratch *self, const PelLabelEntry *entry, guint index, Piece *piece)
{
  const guint *order = self->pieces.order;
  guint first = index > 0 ? self->pieces.ends[index - 1] : 0, end = self->pieces.ends[index];
  gint top = entry->runs[order[first]].y, bottom = entry->runs[order[end - 1]].y;
  gint left = G_MAXINT, right = 0;
  guint8 *pixels;

  for (guint i = first; i < end; i++)
    {
      left = MIN (left, entry->runs[order[i]].x0);
      right = MAX (right, entry->runs[order[i]].x1);
    }
  piece->width = right - left;
  piece->height = bottom + 1 - top;
  piece->stride = (gsize)piece->width + 2;
  piece->first_end = entry->runs[order[first]].x1 - left;
  gsize n = piece->stride * ((gsize)piece->height + 2);
  if (!reserve_plane (self, n))
    return FALSE;
  memset (self->plane, 0, n);
  pixels = self->plane + piece->stride + 1;
  for (guint i = first; i < end; i++)
    {
      const PelLabelRun *run = &entry->runs[order[i]];

      memset (pixels + (gsize)(run->y - top) * piece->stride + (run->x0 - left), INSIDE,
              (gsize)(run->x1 - run->x0));
    }
  return TRUE;
}

static guint8 *
pixel_at (const PelPeerScratch *self, const Piece *piece, gint x, gint y)
{
  return self->plane + (gsize)(y + 1) * piece->stride + (gsize)(x + 1);
}

/* ---- ImageJ ---- */

typedef struct
{
  guint64 across, upright, corners;
} Outline;

enum
{
  RIGHT,
  DOWN,
  LEFT,
  UP,
};

/* Follows the outer outline clockwise, from the right end of the first row downwards. A corner
 * counts unless the side before it is one pixel long and the corner before that was counted. */
static void
follow_outline (const PelPeerScratch *self, const Piece *piece, Outline *outline)
{
  static const gint step_x[4] = { 1, 0, -1, 0 }, step_y[4] = { 0, 1, 0, -1 };
  /* From a corner to the pixels ahead of it, at the left and at the right. */
  static const gint left_x[4] = { 0, 0, -1, -1 }, left_y[4] = { -1, 0, 0, -1 };
  static const gint right_x[4] = { 0, -1, -1, 0 }, right_y[4] = { 0, 0, -1, -1 };
  gint x = piece->first_end, y = 0;
  guint heading = DOWN;
  guint64 side = 0;
  gboolean was_counted = FALSE;

  do
    {
      guint next = heading;

      x += step_x[heading];
      y += step_y[heading];
      side++;
      if (*pixel_at (self, piece, x + left_x[heading], y + left_y[heading]) & INSIDE)
        next = (heading + 3) % 4;
      else if (!(*pixel_at (self, piece, x + right_x[heading], y + right_y[heading]) & INSIDE))
        next = (heading + 1) % 4;
      if (next == heading)
        continue;
      if (heading == RIGHT || heading == LEFT)
        outline->across += side;
      else
        outline->upright += side;
      was_counted = side > 1 || !was_counted;
      outline->corners += was_counted;
      side = 0;
      heading = next;
    }
  while (x != piece->first_end || y != 0 || heading != DOWN);
}

/* The pixel's own moments, and the ellipse as large as the pixels. */
static void
set_ellipse (PelCellFigures *self, double scale_x, double scale_y)
{
  double determinant, share;

  self->xx += scale_x * scale_x / 12;
  self->yy += scale_y * scale_y / 12;
  determinant = self->xx * self->yy - self->xy * self->xy;
  share = determinant > 0 ? self->area / (4 * G_PI * sqrt (determinant)) : 1;
  self->xx *= share;
  self->xy *= share;
  self->yy *= share;
}

/* ---- CellProfiler ---- */

/* Which pixels have a side to the outside. */
static void
mark_border (PelPeerScratch *self, const Piece *piece)
{
  for (gint y = 0; y < piece->height; y++)
    {
      guint8 *row = pixel_at (self, piece, 0, y);

      for (gint x = 0; x < piece->width; x++)
        {
          if ((row[x] & INSIDE) && !(row[x - 1] & row[x + 1] & row[x - (gssize)piece->stride] &
                                     row[x + (gssize)piece->stride] & INSIDE))
            row[x] |= BORDER;
        }
    }
}

/* What a border pixel adds, from its neighbours at the border: @n_sides beside it and @n_corners at
 * its corners. Straight pieces count 1, slanting ones the square root of 2, and those between the
 * two the mean. */
static double
border_weight (guint n_sides, guint n_corners)
{
  if ((n_sides == 2 || n_sides == 3) && n_corners <= 2)
    return 1;
  if ((n_sides == 0 && n_corners == 2) || (n_sides == 1 && n_corners == 3))
    return G_SQRT2;
  if (n_sides == 1 && (n_corners == 1 || n_corners == 2))
    return (1 + G_SQRT2) / 2;
  return 0;
}

static guint
is_border (const guint8 *pixel)
{
  return (*pixel & BORDER) / BORDER;
}

static double
border_length (const PelPeerScratch *self, const Piece *piece)
{
  const gssize stride = (gssize)piece->stride;
  double length = 0;

  for (gint y = 0; y < piece->height; y++)
    {
      const guint8 *row = pixel_at (self, piece, 0, y);

      for (const guint8 *at = row; at < row + piece->width; at++)
        {
          if (!is_border (at))
            continue;
          length += border_weight (is_border (at - 1) + is_border (at + 1) +
                                       is_border (at - stride) + is_border (at + stride),
                                   is_border (at - stride - 1) + is_border (at - stride + 1) +
                                       is_border (at + stride - 1) + is_border (at + stride + 1));
        }
    }
  return length;
}

static gboolean
reserve_points (PelPeerScratch *self, gsize n)
{
  if (n <= self->points_room)
    return TRUE;
  g_free (self->points);
  g_free (self->hull);
  self->points = g_try_malloc_n (n, 2 * sizeof (double));
  self->hull = g_try_malloc_n (n + 1, 2 * sizeof (double));
  self->points_room = self->points && self->hull ? n : 0;
  return self->points_room > 0;
}

/* From the middles of the pixels: the outermost of each run will do. */
static void
set_feret (PelCellFigures *self,
           const PelLabelEntry *entry,
           double scale_x,
           double scale_y,
           PelPeerScratch *scratch)
{
  double *to = scratch->points;
  gsize n;

  for (guint i = 0; i < entry->n_runs; i++)
    {
      const PelLabelRun *run = &entry->runs[i];

      for (guint end = 0; end < 2; end++)
        {
          *to++ = ((end ? run->x1 - 1 : run->x0) - entry->bounds.x) * scale_x;
          *to++ = (run->y - entry->bounds.y) * scale_y;
        }
    }
  n = pel_hull (scratch->points, 2 * (gsize)entry->n_runs, scratch->hull);
  pel_feret (scratch->hull, n, &self->feret);
}

static gint64
divide_down (gint64 a, gint64 b)
{
  return a / b - (a % b < 0);
}

/* Pixels of a row whose middles lie in the hull or on it. Twice the hull's coordinates are whole
 * numbers, so nothing is rounded. */
static gint64
count_in_hull (const double *hull, gsize n, gint64 y)
{
  gint64 first = G_MAXINT64, last = G_MININT64;

  for (gsize i = 0; i < n; i++)
    {
      const double *a = hull + 2 * i, *b = hull + 2 * ((i + 1) % n);
      const double *high = a[1] < b[1] ? a : b, *low = a[1] < b[1] ? b : a;
      gint64 x0 = (gint64)(2 * high[0]), y0 = (gint64)(2 * high[1]);
      gint64 x1 = (gint64)(2 * low[0]), y1 = (gint64)(2 * low[1]);

      /* Level sides lie between two others. */
      if (y0 == y1 || 2 * y < y0 || 2 * y > y1)
        continue;
      gint64 above = x0 * (y1 - y0) + (x1 - x0) * (2 * y - y0), below = 2 * (y1 - y0);
      first = MIN (first, -divide_down (-above, below));
      last = MAX (last, divide_down (above, below));
    }
  return MAX (last - first + 1, 0);
}

/* The pixels of the hull of the middles of the pixels' sides. */
static double
count_convex (const PelLabelEntry *entry, PelPeerScratch *scratch)
{
  static const double side_x[4] = { -0.5, 0.5, 0, 0 }, side_y[4] = { 0, 0, -0.5, 0.5 };
  double *to = scratch->points;
  gint64 sum = 0;
  gsize n;

  for (guint i = 0; i < entry->n_runs; i++)
    {
      const PelLabelRun *run = &entry->runs[i];

      for (guint k = 0; k < 8; k++)
        {
          *to++ = (k < 4 ? run->x0 : run->x1 - 1) - entry->bounds.x + side_x[k % 4];
          *to++ = run->y - entry->bounds.y + side_y[k % 4];
        }
    }
  n = pel_hull (scratch->points, 8 * (gsize)entry->n_runs, scratch->hull);
  for (gint64 y = 0; y < entry->bounds.height; y++)
    sum += count_in_hull (scratch->hull, n, y);
  return (double)sum;
}

static gboolean
set_cellprofiler (PelCellFigures *self,
                  const PelLabelEntry *entry,
                  double scale_x,
                  double scale_y,
                  double length,
                  PelPeerScratch *scratch)
{
  if (!reserve_points (scratch, 8 * (gsize)entry->n_runs))
    return FALSE;
  self->perimeter = scale_x == scale_y ? length * scale_x : (double)NAN;
  set_feret (self, entry, scale_x, scale_y, scratch);
  self->feret.area = count_convex (entry, scratch) * scale_x * scale_y;
  return TRUE;
}

/* ---- both ---- */

gboolean
pel_peer_figures_set (PelCellFigures *self,
                      PelDefinitions definitions,
                      const PelLabelEntry *entry,
                      double scale_x,
                      double scale_y,
                      PelPeerScratch *scratch)
{
  Outline outline = { 0 };
  double length = 0;

  self->definitions = definitions;
  if (definitions == PEL_DEFINITIONS_PELLICLE)
    return TRUE;
  if (!pel_label_pieces_find (&scratch->pieces, entry, PEL_CONNECTIVITY_8, NULL))
    return FALSE;
  for (guint i = 0; i < scratch->pieces.n_pieces; i++)
    {
      Piece piece;

      if (!draw_piece (scratch, entry, i, &piece))
        return FALSE;
      if (definitions == PEL_DEFINITIONS_IMAGEJ)
        {
          follow_outline (scratch, &piece, &outline);
          continue;
        }
      mark_border (scratch, &piece);
      length += border_length (scratch, &piece);
    }
  if (definitions == PEL_DEFINITIONS_CELLPROFILER)
    return set_cellprofiler (self, entry, scale_x, scale_y, length, scratch);
  self->perimeter = (double)outline.across * scale_x + (double)outline.upright * scale_y -
                    (double)outline.corners * (scale_x + scale_y - hypot (scale_x, scale_y));
  set_ellipse (self, scale_x, scale_y);
  return TRUE;
}
