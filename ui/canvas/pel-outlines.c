/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-outlines.h"

#include <math.h>
#include <string.h>

#include "app/document/pel-task.h"

/* In widget pixels. */
#define LINE_WIDTH 1.6
#define CASING_WIDTH 3.4
#define DASH 10.0
#define DASH_GAP 3.5
#define MIN_STEP 0.6

#define USUAL_COLOR 0xffdb40
#define NOT_DRAWN G_MAXUINT32

struct PelOutlines
{
  gatomicrefcount refs;
  PelContourSet *contours;
  const PelContourCell *cells;
  guint n_cells;
  const PelContourRing *rings;
  const float *points;

  /* (nullable) in the place of the set's, where they are elsewhere in the picture. */
  PelContourCell *moved_cells;
  float *moved_points;
};

struct PelOutlineScene
{
  gatomicrefcount refs;
  PelOutlines *outlines;
  gint device_scale;
  guint32 *colors; /* (nullable) of each cell: 0xRRGGBB, or NOT_DRAWN */
};

PelOutlines *
pel_outlines_new (const PelContourSet *contours)
{
  PelOutlines *self = g_new0 (PelOutlines, 1);

  g_atomic_ref_count_init (&self->refs);
  self->contours = pel_contour_set_ref (contours);
  self->cells = pel_contour_set_get_cells (contours, &self->n_cells);
  self->rings = pel_contour_set_get_rings (contours);
  self->points = pel_contour_set_get_points (contours);
  return self;
}

PelOutlines *
pel_outlines_new_at (const PelContourSet *contours, gint dx, gint dy)
{
  PelOutlines *self = pel_outlines_new (contours);
  gsize n_points = 0;

  self->moved_cells = g_memdup2 (self->cells, self->n_cells * sizeof *self->cells);
  for (guint i = 0; i < self->n_cells; i++)
    {
      PelContourCell *cell = &self->moved_cells[i];

      for (guint k = 0; k < 4; k++)
        cell->bounds[k] += (float)(k % 2 == 0 ? dx : dy);
      for (guint r = 0; r < cell->n_rings; r++)
        {
          const PelContourRing *ring = &self->rings[cell->first_ring + r];

          n_points = MAX (n_points, (gsize)ring->first_point + ring->n_points);
        }
    }
  self->moved_points = g_new (float, MAX (2 * n_points, 1));
  for (gsize i = 0; i < n_points; i++)
    {
      self->moved_points[2 * i] = self->points[2 * i] + (float)dx;
      self->moved_points[2 * i + 1] = self->points[2 * i + 1] + (float)dy;
    }
  self->cells = self->moved_cells;
  self->points = self->moved_points;
  return self;
}

PelOutlines *
pel_outlines_ref (PelOutlines *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
outlines_free (gpointer data)
{
  PelOutlines *self = data;

  pel_contour_set_unref (self->contours);
  g_free (self->moved_cells);
  g_free (self->moved_points);
  g_free (self);
}

void
pel_outlines_unref (PelOutlines *self)
{
  if (g_atomic_ref_count_dec (&self->refs))
    pel_task_let_go (outlines_free, self);
}

static const PelContourCell *
find_cell (const PelOutlines *self, guint32 label)
{
  guint low = 0;
  guint high = self->n_cells;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (self->cells[middle].label < label)
        low = middle + 1;
      else
        high = middle;
    }
  return low < self->n_cells && self->cells[low].label == label ? &self->cells[low] : NULL;
}

static void
place_point (const cairo_matrix_t *matrix, const float *xy, double *x, double *y)
{
  *x = (double)xy[0];
  *y = (double)xy[1];
  cairo_matrix_transform_point (matrix, x, y);
}

gboolean
pel_outlines_get_bounds (const PelOutlines *self,
                         guint32 label,
                         const cairo_matrix_t *matrix,
                         graphene_rect_t *bounds)
{
  const PelContourCell *cell = find_cell (self, label);
  double left = G_MAXDOUBLE, top = G_MAXDOUBLE, right = -G_MAXDOUBLE, bottom = -G_MAXDOUBLE;

  if (!cell || cell->n_rings == 0)
    return FALSE;
  for (guint r = 0; r < cell->n_rings; r++)
    {
      const PelContourRing *ring = &self->rings[cell->first_ring + r];
      const float *xy = self->points + 2 * (gsize)ring->first_point;

      for (guint i = 0; i < ring->n_points; i++)
        {
          double x, y;

          place_point (matrix, xy + 2 * i, &x, &y);
          left = MIN (left, x);
          right = MAX (right, x);
          top = MIN (top, y);
          bottom = MAX (bottom, y);
        }
    }
  graphene_rect_init (bounds, (float)left, (float)top, (float)(right - left),
                      (float)(bottom - top));
  return TRUE;
}

static void
add_cell (const PelOutlines *self,
          const PelContourCell *cell,
          const cairo_matrix_t *matrix,
          cairo_t *cr)
{
  for (guint r = 0; r < cell->n_rings; r++)
    {
      const PelContourRing *ring = &self->rings[cell->first_ring + r];
      const float *xy = self->points + 2 * (gsize)ring->first_point;
      double last_x = -1e9;
      double last_y = -1e9;

      cairo_new_sub_path (cr);
      for (guint i = 0; i < ring->n_points; i++)
        {
          double x, y;

          place_point (matrix, xy + 2 * i, &x, &y);
          if (fabs (x - last_x) + fabs (y - last_y) < MIN_STEP)
            continue;
          cairo_line_to (cr, x, y);
          last_x = x;
          last_y = y;
        }
      cairo_close_path (cr);
    }
}

void
pel_outlines_add_to_path (const PelOutlines *self,
                          guint32 label,
                          const cairo_matrix_t *matrix,
                          cairo_t *cr)
{
  const PelContourCell *cell = find_cell (self, label);

  if (cell)
    add_cell (self, cell, matrix, cr);
}

PelOutlineScene *
pel_outline_scene_new_colored (PelOutlines *outlines,
                               gint device_scale,
                               PelOutlineColorFunc func,
                               gpointer data)
{
  PelOutlineScene *self = pel_outline_scene_new (outlines, device_scale);

  self->colors = g_new (guint32, MAX (outlines->n_cells, 1));
  for (guint i = 0; i < outlines->n_cells; i++)
    {
      guint32 color = USUAL_COLOR;

      self->colors[i] = func (outlines->cells[i].label, &color, data) ? color : NOT_DRAWN;
    }
  return self;
}

PelOutlineScene *
pel_outline_scene_new (PelOutlines *outlines, gint device_scale)
{
  PelOutlineScene *self = g_new0 (PelOutlineScene, 1);

  g_atomic_ref_count_init (&self->refs);
  self->outlines = pel_outlines_ref (outlines);
  self->device_scale = device_scale;
  return self;
}

PelOutlineScene *
pel_outline_scene_ref (PelOutlineScene *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
pel_outline_scene_unref (PelOutlineScene *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  pel_outlines_unref (self->outlines);
  g_free (self->colors);
  g_free (self);
}

/* A cell that is small on the screen gets a solid line: dashes of its own length would hide it. */
static void
stroke_cell (const PelOutlineScene *self,
             const PelContourCell *cell,
             guint32 color,
             double scale,
             cairo_t *cr)
{
  double unit = self->device_scale;
  cairo_matrix_t matrix;
  double dashes[2] = { DASH * unit, DASH_GAP * unit };
  double size =
      scale * (double)MAX (cell->bounds[2] - cell->bounds[0], cell->bounds[3] - cell->bounds[1]);

  cairo_matrix_init_scale (&matrix, scale, scale);
  add_cell (self->outlines, cell, &matrix, cr);
  cairo_set_dash (cr, NULL, 0, 0);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.55);
  cairo_set_line_width (cr, CASING_WIDTH * unit);
  cairo_stroke_preserve (cr);
  if (size > 4 * dashes[0])
    cairo_set_dash (cr, dashes, 2, 0);
  cairo_set_source_rgb (cr, (color >> 16 & 255) / 255.0, (color >> 8 & 255) / 255.0,
                        (color & 255) / 255.0);
  cairo_set_line_width (cr, LINE_WIDTH * unit);
  cairo_stroke (cr);
}

gboolean
pel_outline_scene_draw_over (const PelOutlineScene *self,
                             double scale,
                             const PelRect *area,
                             guint32 *out,
                             gsize stride)
{
  const PelOutlines *outlines = self->outlines;
  double reach = PEL_OUTLINE_SCENE_MARGIN / scale;
  double left = area->x / scale - reach;
  double top = area->y / scale - reach;
  double right = (area->x + area->width) / scale + reach;
  double bottom = (area->y + area->height) / scale + reach;
  cairo_surface_t *surface = NULL;
  cairo_t *cr = NULL;

  for (guint i = 0; i < outlines->n_cells; i++)
    {
      const PelContourCell *cell = &outlines->cells[i];
      guint32 color = self->colors ? self->colors[i] : USUAL_COLOR;

      if (color == NOT_DRAWN || cell->n_rings == 0 || cell->bounds[2] < left ||
          cell->bounds[0] > right || cell->bounds[3] < top || cell->bounds[1] > bottom)
        continue;
      if (!cr)
        {
          surface = cairo_image_surface_create_for_data (
              (guchar *)out, CAIRO_FORMAT_ARGB32, area->width, area->height, (int)(stride * 4));
          cr = cairo_create (surface);
          cairo_translate (cr, -area->x, -area->y);
          cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
          cairo_set_tolerance (cr, 0.25);
        }
      stroke_cell (self, cell, color, scale, cr);
    }
  if (!cr)
    return FALSE;
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  cairo_surface_destroy (surface);
  return TRUE;
}

static gboolean
draw_outlines (gconstpointer scene, double scale, const PelRect *area, guint32 *out, gsize stride)
{
  for (gint y = 0; y < area->height; y++)
    memset (out + y * stride, 0, sizeof *out * area->width);
  return pel_outline_scene_draw_over (scene, scale, area, out, stride);
}

static gpointer
ref_scene (gpointer scene)
{
  return pel_outline_scene_ref (scene);
}

static void
unref_scene (gpointer scene)
{
  pel_outline_scene_unref (scene);
}

const PelTileSource pel_outline_tile_source = { FALSE, draw_outlines, ref_scene, unref_scene };
