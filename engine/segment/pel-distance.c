/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-distance.h"

#include <math.h>
#include <glib/gi18n-lib.h>

#include "engine/core/pel-arena.h"
#include "engine/core/pel-stop.h"

/* Distances within a column fit a float exactly up to here. */
#define MAX_SIZE (1u << 20)
/* Rows between two looks at whether to stop. */
#define ROWS_BETWEEN_LOOKS 64

/* Distance to the nearest background pixel in the same column. */
static void
columns_pass (const guint8 *mask, guint width, guint height, float *out)
{
  for (guint y = 0; y < height; y++)
    {
      float *row = out + (gsize)y * width;

      for (guint x = 0; x < width; x++)
        {
          if (!mask[(gsize)y * width + x])
            row[x] = 0;
          else
            row[x] = y > 0 ? row[(gssize)x - (gssize)width] + 1 : INFINITY;
        }
    }
  for (guint y = height - 1; y-- > 0;)
    {
      float *row = out + (gsize)y * width;

      for (guint x = 0; x < width; x++)
        row[x] = fminf (row[x], row[x + width] + 1);
    }
}

typedef struct
{
  guint centre;  /* column of the parabola's lowest point */
  double height; /* its squared distance there */
  double from;   /* where it becomes the lowest of all */
} Parabola;

/* Replaces the column distances of a row by distances in the plane. */
static void
row_pass (float *row, guint width, Parabola *lowest)
{
  gssize top = -1;

  for (guint x = 0; x < width; x++)
    {
      double height = (double)row[x] * (double)row[x];
      double from = -INFINITY;

      if (!isfinite (row[x]))
        continue;
      while (top >= 0)
        {
          const Parabola *p = &lowest[top];
          double gap = (double)x - p->centre;

          from = (height - p->height + (double)x * x - (double)p->centre * p->centre) / (2 * gap);
          if (from > p->from)
            break;
          top--;
          from = -INFINITY;
        }
      lowest[++top] = (Parabola){ x, height, from };
    }
  if (top < 0)
    return;

  gssize at = 0;
  for (guint x = 0; x < width; x++)
    {
      while (at < top && lowest[at + 1].from <= x)
        at++;
      double dx = (double)x - lowest[at].centre;

      row[x] = (float)sqrt (lowest[at].height + dx * dx);
    }
}

gboolean
pel_distance_transform (const guint8 *mask, guint width, guint height, float *out, GError **error)
{
  g_return_val_if_fail (mask != NULL && out != NULL, FALSE);
  if (width < 1 || height < 1 || width > MAX_SIZE || height > MAX_SIZE)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
                   _ ("distances cannot be computed in an image of %u x %u pixels"), width, height);
      return FALSE;
    }

  Parabola *lowest = pel_try_alloc (width, sizeof *lowest, error);
  if (!lowest)
    return FALSE;
  columns_pass (mask, width, height, out);
  gboolean good = TRUE;
  for (guint y = 0; good && y < height; y++)
    {
      good = y % ROWS_BETWEEN_LOOKS != 0 || !pel_stop_asked (error);
      row_pass (out + (gsize)y * width, width, lowest);
    }
  pel_aligned_free (lowest);
  return good;
}
