/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-rect.h"

gboolean
pel_rect_is_empty (const PelRect *rect)
{
  return rect->width <= 0 || rect->height <= 0;
}

gboolean
pel_rect_intersect (const PelRect *a, const PelRect *b, PelRect *out)
{
  gint64 x0 = MAX (a->x, b->x);
  gint64 y0 = MAX (a->y, b->y);
  gint64 x1 = MIN ((gint64) a->x + a->width, (gint64) b->x + b->width);
  gint64 y1 = MIN ((gint64) a->y + a->height, (gint64) b->y + b->height);
  gboolean any = x1 > x0 && y1 > y0;

  if (out != NULL)
    {
      out->x = (gint) x0;
      out->y = (gint) y0;
      out->width = any ? (gint) (x1 - x0) : 0;
      out->height = any ? (gint) (y1 - y0) : 0;
    }
  return any;
}

void
pel_rect_union (const PelRect *a, const PelRect *b, PelRect *out)
{
  if (pel_rect_is_empty (a))
    {
      *out = *b;
      return;
    }
  if (pel_rect_is_empty (b))
    {
      *out = *a;
      return;
    }

  gint x0 = MIN (a->x, b->x);
  gint y0 = MIN (a->y, b->y);
  gint x1 = MAX (a->x + a->width, b->x + b->width);
  gint y1 = MAX (a->y + a->height, b->y + b->height);

  *out = (PelRect){ x0, y0, x1 - x0, y1 - y0 };
}
