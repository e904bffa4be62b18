/* SPDX-License-Identifier: MIT */
#include "app/document/pel-mask-private.h"
#include "engine/image/pel-raster.h"

/* Pixels of a row that are looked at in one piece. */
#define ROW_PIECE 512

/* What a span does: which pixels it may take and what they become. */
typedef struct
{
  PelMask *mask;
  guint32 label;  /* what to write */
  guint32 only;   /* with protect: what may be overwritten beside background */
  gboolean erase; /* only: 0 means everything */
  gboolean protect;
  PelRect area; /* where pixels changed */
} Brush;

static gboolean
may_overwrite (const Brush *brush, guint32 old)
{
  if (old == brush->label)
    return FALSE;
  if (brush->erase)
    return brush->only == 0 || old == brush->only;
  return !brush->protect || old == 0;
}

static void
save_span_tiles (PelMask *self, gint y, gint x0, gint x1)
{
  guint n_x = pel_label_map_get_n_tiles_x (self->map);
  guint row = (guint)y / PEL_LABEL_TILE_SIZE * n_x;
  guint last = (guint)(x1 - 1) / PEL_LABEL_TILE_SIZE;

  for (guint t = (guint)x0 / PEL_LABEL_TILE_SIZE; t <= last; t++)
    pel_mask_save_tile (self, row + t);
}

static void
brush_write (Brush *brush, gint y, gint x0, gint x1, guint32 old)
{
  PelMask *self = brush->mask;
  PelRect span = { x0, y, x1 - x0, 1 };
  const gint first = x0 / PEL_LABEL_TILE_SIZE;
  const PelRect tiles = { first, y / PEL_LABEL_TILE_SIZE,
                          (x1 - 1) / PEL_LABEL_TILE_SIZE - first + 1, 1 };

  pel_mask_touch_label (self, old);
  pel_mask_touch_label (self, brush->label);
  pel_mask_note_written (self, brush->label);
  save_span_tiles (self, y, x0, x1);
  pel_mask_note_count (self, old, -(gssize)span.width, &tiles);
  pel_mask_note_count (self, brush->label, span.width, &tiles);
  pel_label_map_fill_span (self->map, y, x0, x1, brush->label);
  pel_rect_union (&brush->area, &span, &brush->area);
}

static void
brush_span (gint y, gint x0, gint x1, gpointer data)
{
  Brush *brush = data;
  PelMask *self = brush->mask;
  guint32 old[ROW_PIECE];

  if (y < 0 || y >= (gint)pel_label_map_get_height (self->map))
    return;
  x0 = MAX (x0, 0);
  x1 = MIN (x1, (gint)pel_label_map_get_width (self->map));
  for (gint x = x0; x < x1; x += ROW_PIECE)
    {
      PelRect piece = { x, y, MIN (ROW_PIECE, x1 - x), 1 };
      gint begin = 0;

      pel_label_map_read (self->map, &piece, old, ROW_PIECE);
      for (gint i = 1; i <= piece.width; i++)
        {
          if (i < piece.width && old[i] == old[begin])
            continue;
          if (may_overwrite (brush, old[begin]))
            brush_write (brush, y, x + begin, x + i, old[begin]);
          begin = i;
        }
    }
}

static void
brush_done (Brush *brush)
{
  pel_mask_emit_changed (brush->mask, &brush->area);
}

static Brush
brush_for (PelMask *self, guint32 label, gboolean erase, gboolean protect)
{
  return (Brush){
    .mask = self, .label = erase ? 0 : label, .only = label, .erase = erase, .protect = protect
  };
}

void
pel_mask_paint (PelMask *self, const PelDab *dab)
{
  g_return_if_fail (PEL_IS_MASK (self));
  g_return_if_fail (self->in_stroke);
  g_return_if_fail (dab->erase || dab->label != 0);

  Brush brush = brush_for (self, dab->label, dab->erase, dab->protect);
  PelRect clip = pel_mask_full_area (self);

  if (dab->x0 == dab->x1 && dab->y0 == dab->y1 && dab->radius0 == dab->radius1)
    pel_raster_disc (dab->x0, dab->y0, dab->radius0, &clip, brush_span, &brush);
  else
    pel_raster_capsule (dab->x0, dab->y0, dab->radius0, dab->x1, dab->y1, dab->radius1, &clip,
                        brush_span, &brush);
  brush_done (&brush);
}

void
pel_mask_paint_polygon (PelMask *self,
                        const double *xy,
                        guint n_points,
                        guint32 label,
                        gboolean erase,
                        gboolean protect)
{
  g_return_if_fail (PEL_IS_MASK (self));
  g_return_if_fail (self->in_stroke);
  g_return_if_fail (erase || label != 0);

  Brush brush = brush_for (self, label, erase, protect);
  PelRect clip = pel_mask_full_area (self);

  if (!pel_raster_polygon (xy, n_points, PEL_FILL_EVEN_ODD, &clip, brush_span, &brush))
    g_warning ("Out of memory for an outline of %u points", n_points);
  brush_done (&brush);
}

void
pel_mask_fill_span (PelMask *self, gint y, gint x0, gint x1, guint32 label, gboolean protect)
{
  g_return_if_fail (PEL_IS_MASK (self));
  g_return_if_fail (self->in_stroke);

  Brush brush = brush_for (self, label, FALSE, protect);

  brush_span (y, x0, x1, &brush);
  brush_done (&brush);
}

void
pel_mask_fill_region (PelMask *self,
                      const PelRect *area,
                      const guint8 *inside,
                      gsize stride,
                      guint32 label,
                      gboolean protect)
{
  g_return_if_fail (PEL_IS_MASK (self));
  g_return_if_fail (self->in_stroke);

  Brush brush = brush_for (self, label, FALSE, protect);

  for (gint y = 0; y < area->height; y++)
    {
      const guint8 *row = inside + (gsize)y * stride;

      for (gint x = 0; x < area->width; x++)
        {
          gint begin = x;

          while (x < area->width && row[x] != 0)
            x++;
          if (x > begin)
            brush_span (area->y + y, area->x + begin, area->x + x, &brush);
        }
    }
  brush_done (&brush);
}

void
pel_mask_write (PelMask *self, const PelRect *area, const guint32 *labels, gsize stride)
{
  g_return_if_fail (PEL_IS_MASK (self));
  g_return_if_fail (self->in_stroke);

  Brush brush = { .mask = self };

  for (gint y = 0; y < area->height; y++)
    {
      const guint32 *row = labels + (gsize)y * stride;
      gint begin = 0;

      for (gint x = 1; x <= area->width; x++)
        {
          if (x < area->width && row[x] == row[begin])
            continue;
          brush.label = row[begin];
          brush_span (area->y + y, area->x + begin, area->x + x, &brush);
          begin = x;
        }
    }
  brush_done (&brush);
}
