/* SPDX-License-Identifier: MIT */
#include "tests/engine/true-cell.h"

#include <math.h>

#define N_OUTLINE 8192

const char *
true_kind_get_name (TrueKind kind)
{
  static const char *const names[] = { "ellipse", "rod", "bent rod", "star" };

  return names[kind];
}

static double
star_radius (const TrueCell *self, double angle)
{
  return self->size / 2 * (1 + self->depth * cos (self->aspect * angle)) / (1 + self->depth);
}

/* The radius of a bent rod's centre line. */
static double
bend_radius (const TrueCell *self)
{
  double width = self->size / self->aspect;

  return (self->size - width) / self->bend;
}

/* A point of the outline in the shape's own coordinates, y upwards; t from 0 to 1, the area at its
 * left. */
static void
outline_at (const TrueCell *self, double t, double *x, double *y)
{
  double a = self->size / 2, w = a / self->aspect, angle = 2 * G_PI * t;

  if (self->kind == TRUE_ELLIPSE)
    {
      *x = a * cos (angle);
      *y = w * sin (angle);
    }
  else if (self->kind == TRUE_STAR)
    {
      *x = star_radius (self, angle) * cos (angle);
      *y = star_radius (self, angle) * sin (angle);
    }
  else
    {
      /* Along the lower side, round the right cap, back along the upper side, round the left. */
      double straight = 2 * (a - w), at = t * (2 * straight + 2 * G_PI * w), s = 0, r = 0;

      if (at < straight)
        {
          s = at - straight / 2;
          r = -w;
        }
      else if ((at -= straight) < G_PI * w)
        {
          s = straight / 2 + w * sin (at / w);
          r = -w * cos (at / w);
        }
      else if ((at -= G_PI * w) < straight)
        {
          s = straight / 2 - at;
          r = w;
        }
      else
        {
          at -= straight;
          s = -straight / 2 - w * sin (at / w);
          r = w * cos (at / w);
        }
      *x = s;
      *y = r;
      if (self->kind == TRUE_BENT_ROD)
        {
          /* Caps stay half discs: they turn with the end of the centre line. */
          double radius = bend_radius (self), end = straight / 2;
          double on = CLAMP (s, -end, end), beyond = s - on, turned = on / radius;

          *x = (radius + r) * sin (turned) + beyond * cos (turned);
          *y = (radius + r) * cos (turned) - beyond * sin (turned) - radius;
        }
    }
}

/* Distance to a line of the given half length through the origin, straight or bent. */
static double
centre_line_distance (const TrueCell *self, double x, double y)
{
  double a = self->size / 2, w = a / self->aspect, half = a - w;

  if (self->kind == TRUE_ROD)
    return hypot (x - CLAMP (x, -half, half), y);
  double radius = bend_radius (self), turned = atan2 (x, y + radius);
  double end = half / radius, on = CLAMP (turned, -end, end);

  return hypot (x - radius * sin (on), y + radius - radius * cos (on));
}

static double
segment_distance (const double *a, const double *b, double x, double y)
{
  double ex = b[0] - a[0], ey = b[1] - a[1], dx = x - a[0], dy = y - a[1];
  double t = CLAMP ((dx * ex + dy * ey) / MAX (ex * ex + ey * ey, 1e-30), 0, 1);

  return hypot (dx - t * ex, dy - t * ey);
}

/* Positive inside; x and y in the shape's own coordinates. Far from the edge it may be anything
 * that is far. */
static double
signed_distance (const TrueCell *self, double x, double y, double far)
{
  double a = self->size / 2, w = a / self->aspect, angle = atan2 (y, x), best = INFINITY;
  double inside;
  gint middle, reach = N_OUTLINE / 8;

  if (self->kind == TRUE_ROD || self->kind == TRUE_BENT_ROD)
    return w - centre_line_distance (self, x, y);
  if (self->kind == TRUE_ELLIPSE)
    {
      inside = 1 - hypot (x / a, y / w);
      /* Between the smallest and the largest slope of this function. */
      if (fabs (inside) * w > far)
        return inside * w;
      angle = atan2 (y / w, x / a);
      reach = N_OUTLINE / 2;
    }
  else
    {
      inside = star_radius (self, angle) - hypot (x, y);
      if (fabs (inside) > 3 * far)
        return inside;
    }
  middle = (gint)floor (angle / (2 * G_PI) * N_OUTLINE);
  /* First roughly, then between the points around the best. */
  gint at = middle;
  for (gint i = middle - reach; i <= middle + reach; i += 16)
    {
      const double *p = self->outline + 2 * (((i % N_OUTLINE) + N_OUTLINE) % N_OUTLINE);
      double d = (p[0] - x) * (p[0] - x) + (p[1] - y) * (p[1] - y);

      if (d < best)
        {
          best = d;
          at = i;
        }
    }
  best = INFINITY;
  for (gint i = at - 20; i <= at + 20; i++)
    {
      gint k = ((i % N_OUTLINE) + N_OUTLINE) % N_OUTLINE;

      best = MIN (best, segment_distance (self->outline + 2 * k,
                                          self->outline + 2 * ((k + 1) % N_OUTLINE), x, y));
    }
  return inside >= 0 ? best : -best;
}

static double
extent (const TrueCell *self, double angle)
{
  double low = INFINITY, high = -INFINITY;

  for (guint i = 0; i < N_OUTLINE; i++)
    {
      double along = self->outline[2 * i] * cos (angle) + self->outline[2 * i + 1] * sin (angle);

      low = MIN (low, along);
      high = MAX (high, along);
    }
  return high - low;
}

/* Area, perimeter and moments of the outline's many corners; calipers over many directions. */
static void
find_truth (TrueCell *self, double *middle_x, double *middle_y)
{
  double mx = 0, my = 0, xx = 0, yy = 0, xy = 0, least = 0;

  for (guint i = 0; i < N_OUTLINE; i++)
    {
      const double *a = self->outline + 2 * i, *b = self->outline + 2 * ((i + 1) % N_OUTLINE);
      double cross = a[0] * b[1] - b[0] * a[1];

      self->area += cross / 2;
      self->perimeter += hypot (b[0] - a[0], b[1] - a[1]);
      mx += cross * (a[0] + b[0]) / 6;
      my += cross * (a[1] + b[1]) / 6;
      xx += cross * (a[0] * a[0] + a[0] * b[0] + b[0] * b[0]) / 12;
      yy += cross * (a[1] * a[1] + a[1] * b[1] + b[1] * b[1]) / 12;
      xy += cross * (a[0] * b[1] + 2 * a[0] * a[1] + 2 * b[0] * b[1] + b[0] * a[1]) / 24;
    }
  mx /= self->area;
  my /= self->area;
  xx = xx / self->area - mx * mx;
  yy = yy / self->area - my * my;
  xy = xy / self->area - mx * my;
  double spread = hypot ((xx - yy) / 2, xy);
  self->major = 4 * sqrt ((xx + yy) / 2 + spread);
  self->minor = 4 * sqrt ((xx + yy) / 2 - spread);
  self->orientation = (atan2 (2 * xy, xx - yy) / 2 + self->turn) * 180 / G_PI;
  *middle_x = mx;
  *middle_y = my;

  self->max_feret = 0;
  self->min_feret = INFINITY;
  for (guint i = 0; i < 720; i++)
    {
      double width = extent (self, G_PI * i / 720);

      self->max_feret = MAX (self->max_feret, width);
      if (width < self->min_feret)
        least = G_PI * i / 720;
      self->min_feret = MIN (self->min_feret, width);
    }
  /* Along a side the width grows with the angle at once, so the least one is looked for closer. */
  for (double step = G_PI / 1440; step > 1e-7; step /= 2)
    {
      for (gint side = -1; side <= 1; side += 2)
        {
          double width = extent (self, least + side * step);

          if (width < self->min_feret)
            {
              self->min_feret = width;
              least += side * step;
            }
        }
    }
}

static void
find_medial_truth (TrueCell *self)
{
  double a = self->size / 2, b = a / self->aspect;

  self->length = self->mean_width = self->max_width = (double)NAN;
  if (self->kind == TRUE_STAR)
    return;
  self->length = self->size;
  self->mean_width = self->max_width = 2 * b;
  if (self->kind != TRUE_ELLIPSE || a == b)
    return;
  /* The axis ends where the circle of curvature of the tip has its centre. */
  double c = a * a - b * b, sum = 0;
  const guint n = 2000;
  for (guint i = 0; i < n; i++)
    {
      double x = (i + 0.5) / n * c / a;

      sum += b * sqrt (1 - x * x / c);
    }
  self->mean_width = 2 * sum / n;
}

void
true_cell_init (TrueCell *self, guint edge)
{
  double middle_x, middle_y;

  self->outline = g_new (double, 2 * N_OUTLINE);
  self->n_outline = N_OUTLINE;
  self->area = self->perimeter = 0;
  for (guint i = 0; i < N_OUTLINE; i++)
    outline_at (self, (double)i / N_OUTLINE, &self->outline[2 * i], &self->outline[2 * i + 1]);
  find_truth (self, &middle_x, &middle_y);
  find_medial_truth (self);
  /* Its middle, not its origin, comes near the image's. */
  self->x = edge / 2.0 + self->x - (middle_x * cos (self->turn) - middle_y * sin (self->turn));
  self->y = edge / 2.0 + self->y + (middle_x * sin (self->turn) + middle_y * cos (self->turn));
}

void
true_cell_clear (TrueCell *self)
{
  g_clear_pointer (&self->outline, g_free);
}

guint
true_cell_get_edge (const TrueCell *self, double sigma)
{
  return (guint)ceil (self->size + 12 * sigma + 8);
}

static double
distance_at (const TrueCell *self, guint x, guint y, double far)
{
  double dx = x + 0.5 - self->x, dy = -(y + 0.5 - self->y);

  return signed_distance (self, dx * cos (self->turn) + dy * sin (self->turn),
                          dy * cos (self->turn) - dx * sin (self->turn), far);
}

PelLabels *
true_cell_draw_ideal (const TrueCell *self, guint edge, double sigma, float *map)
{
  g_autofree guint32 *plane = g_new (guint32, (gsize)edge * edge);

  for (guint y = 0; y < edge; y++)
    {
      for (guint x = 0; x < edge; x++)
        {
          double d = distance_at (self, x, y, 8 * sigma);

          map[(gsize)y * edge + x] = (float)(erfc (-d / sigma / G_SQRT2) / 2);
          plane[(gsize)y * edge + x] = d >= 0;
        }
    }
  return pel_labels_new_from_data (edge, edge, plane, edge, NULL);
}

PelLabels *
true_cell_draw_blurred (const TrueCell *self, guint edge, double sigma, float *map)
{
  g_autofree guint32 *plane = g_new (guint32, (gsize)edge * edge);
  g_autofree float *rows = g_new (float, (gsize)edge *edge);
  gint reach = (gint)ceil (5 * sigma);
  g_autofree double *kernel = g_new (double, 2 * (gsize)reach + 1);
  double sum = 0;

  for (gint i = -reach; i <= reach; i++)
    sum += kernel[i + reach] = exp (-i * i / (2 * sigma * sigma));
  for (guint y = 0; y < edge; y++)
    {
      for (guint x = 0; x < edge; x++)
        plane[(gsize)y * edge + x] = distance_at (self, x, y, 1) >= 0;
    }
  for (gint y = 0; y < (gint)edge; y++)
    {
      for (gint x = 0; x < (gint)edge; x++)
        {
          double value = 0;

          for (gint i = MAX (-reach, -x); i <= MIN (reach, (gint)edge - 1 - x); i++)
            value += kernel[i + reach] * plane[(gsize)y * edge + (gsize)(x + i)];
          rows[(gsize)y * edge + (gsize)x] = (float)(value / sum);
        }
    }
  for (gint y = 0; y < (gint)edge; y++)
    {
      for (gint x = 0; x < (gint)edge; x++)
        {
          double value = 0;

          for (gint i = MAX (-reach, -y); i <= MIN (reach, (gint)edge - 1 - y); i++)
            value += kernel[i + reach] * (double)rows[(gsize)(y + i) * edge + (gsize)x];
          map[(gsize)y * edge + (gsize)x] = (float)(value / sum);
        }
    }
  for (gsize i = 0; i < (gsize)edge * edge; i++)
    plane[i] = map[i] >= 0.5f;
  return pel_labels_new_from_data (edge, edge, plane, edge, NULL);
}
