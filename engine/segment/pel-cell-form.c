/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-cell-form.h"

#include <math.h>
#include <string.h>
#include "engine/core/pel-arena.h"
#include "engine/segment/pel-distance.h"

#define MOST_PIXELS ((gsize)1 << 21)
#define WINDOW 640
/* Farther from round than this is no more telling. */
#define MOST_SPREAD 20.0

typedef struct
{
  double weighted; /* spread of each pixel's cell */
  double pixels;
} Sums;

/* 1 where a pixel and its four neighbours belong to one cell; the window's edge is no end. */
static void
find_inside (const guint32 *plane, guint width, guint height, guint8 *inside)
{
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        gsize i = (gsize)y * width + x;
        guint32 label = plane[i];

        inside[i] = label != 0 && (x == 0 || plane[i - 1] == label) &&
                    (x + 1 == width || plane[i + 1] == label) &&
                    (y == 0 || plane[i - width] == label) &&
                    (y + 1 == height || plane[i + width] == label);
      }
}

static void
add_cells (Sums *sums,
           const guint32 *plane,
           const float *distance,
           gsize n,
           guint32 n_cells,
           double *cells)
{
  double *areas = cells, *radii = cells + n_cells;

  memset (cells, 0, 2 * (gsize)n_cells * sizeof *cells);
  for (gsize i = 0; i < n; i++)
    if (plane[i] != 0)
      {
        areas[plane[i] - 1] += 1.0;
        if (isfinite (distance[i]))
          radii[plane[i] - 1] = MAX (radii[plane[i] - 1], (double)distance[i]);
      }
  for (guint32 k = 0; k < n_cells; k++)
    {
      /* Distances are told to the middle of the outermost pixels. */
      double radius = radii[k] + 0.5;

      sums->weighted += areas[k] * MIN (MOST_SPREAD, areas[k] / (G_PI * radius * radius));
      sums->pixels += areas[k];
    }
}

static gboolean
add_window (Sums *sums, const PelLabels *labels, const PelRect *window, GError **error)
{
  guint width = (guint)window->width, height = (guint)window->height;
  guint32 n_cells = pel_labels_get_max (labels);
  gsize n = (gsize)width * height;
  guint32 *plane = pel_try_alloc (n, sizeof *plane, error);
  float *distance = plane != NULL ? pel_try_alloc (n, sizeof *distance, error) : NULL;
  guint8 *inside = distance != NULL ? pel_try_alloc (n, sizeof *inside, error) : NULL;
  double *cells = inside != NULL ? pel_try_alloc (n_cells, 2 * sizeof *cells, error) : NULL;
  gboolean good = cells != NULL;

  if (good)
    {
      pel_labels_read (labels, window, plane, width);
      find_inside (plane, width, height, inside);
      good = pel_distance_transform (inside, width, height, distance, error);
    }
  if (good)
    add_cells (sums, plane, distance, n, n_cells, cells);
  pel_aligned_free (cells);
  pel_aligned_free (inside);
  pel_aligned_free (distance);
  pel_aligned_free (plane);
  return good;
}

gboolean
pel_cell_form_measure (const PelLabels *labels, double *spread, GError **error)
{
  g_return_val_if_fail (labels != NULL && spread != NULL, FALSE);
  /* The middle, and four around it: quarters of the room left beside a window. */
  static const gint places[5][2] = { { 2, 2 }, { 1, 1 }, { 3, 1 }, { 1, 3 }, { 3, 3 } };
  gint width = (gint)pel_labels_get_width (labels), height = (gint)pel_labels_get_height (labels);
  gboolean whole = (gsize)width * (gsize)height <= MOST_PIXELS;
  Sums sums = { 0.0, 0.0 };

  *spread = 0.0;
  if (pel_labels_get_max (labels) == 0)
    return TRUE;
  for (guint i = 0; i < (whole ? 1 : G_N_ELEMENTS (places)); i++)
    {
      PelRect window = { 0, 0, width, height };

      if (!whole)
        {
          window.width = MIN (WINDOW, width);
          window.height = MIN (WINDOW, height);
          window.x = (width - window.width) * places[i][0] / 4;
          window.y = (height - window.height) * places[i][1] / 4;
        }
      if (!add_window (&sums, labels, &window, error))
        return FALSE;
    }
  if (sums.pixels > 0.0)
    *spread = sums.weighted / sums.pixels;
  return TRUE;
}
