/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-veil.h"

#include <math.h>

guint32
pel_veil_make_color (double alpha, const double color[3])
{
  guint32 pixel = (guint32)lrint (255 * alpha) << 24;

  for (guint k = 0; k < 3; k++)
    pixel |= (guint32)lrint (255 * alpha * color[k]) << (16 - 8 * k);
  return pixel;
}

/* Where a position lies between the pixels of a row: the two next to it and the second's share. */
typedef struct
{
  gint first, second;
  float share;
} Between;

static Between
find_between (double position, gint n)
{
  double at = CLAMP (position - 0.5, 0, n - 1);
  gint first = (gint)floor (at);

  return (Between){ first, MIN (first + 1, n - 1), (float)(at - first) };
}

gboolean
pel_veil_draw (const PelVeil *self, double scale, const PelRect *tile, guint32 *out, gsize stride)
{
  const float *p = pel_image_get_plane (self->plane, 0);
  const PelRect *area = &self->area;
  gint left = MAX (tile->x, (gint)ceil (area->x * scale - 0.5));
  gint top = MAX (tile->y, (gint)ceil (area->y * scale - 0.5));
  gint right = MIN (tile->x + tile->width, (gint)ceil ((area->x + area->width) * scale - 0.5));
  gint bottom = MIN (tile->y + tile->height, (gint)ceil ((area->y + area->height) * scale - 0.5));
  g_autofree Between *columns = NULL;

  if (left >= right || top >= bottom)
    return FALSE;
  columns = g_new (Between, right - left);
  for (gint x = left; x < right; x++)
    columns[x - left] = find_between ((x + 0.5) / scale - area->x, area->width);
  for (gint y = top; y < bottom; y++)
    {
      Between row = find_between ((y + 0.5) / scale - area->y, area->height);
      const float *above = p + (gsize)row.first * area->width;
      const float *below = p + (gsize)row.second * area->width;
      guint32 *to = out + (gsize)(y - tile->y) * stride - tile->x;

      for (gint x = left; x < right; x++)
        {
          Between column = columns[x - left];
          float a =
              above[column.first] + column.share * (above[column.second] - above[column.first]);
          float b =
              below[column.first] + column.share * (below[column.second] - below[column.first]);
          float value = a + row.share * (b - a);

          to[x] = self->color[value > 0 ? (guint)(MIN (value, 1.0f) * PEL_VEIL_LEVELS + 0.5f) : 0];
        }
    }
  return TRUE;
}
