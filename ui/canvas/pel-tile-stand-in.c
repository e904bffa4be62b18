/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-tile-stand-in.h"

#include <math.h>
#include <string.h>

#include "ui/canvas/pel-tile.h"

#define TILE PEL_TILE_SIDE
/* Pixels of a row that are turned before those of the next row. */
#define STRIP 32

/* Tiles from the upper left one to the lower right one. */
typedef struct
{
  gint x0, y0, x1, y1;
} Range;

void
pel_tile_place_init (PelTilePlace *self, guint width, guint height, double scale, double degrees)
{
  self->width = width;
  self->height = height;
  self->scale = scale;
  self->degrees = degrees;
  pel_turn_init (&self->turn, degrees, width * scale, height * scale);
}

void
pel_tile_stand_in_clear_tiles (PelTileStandIn *self)
{
  g_clear_pointer (&self->tiles, g_hash_table_unref);
  g_clear_pointer (&self->mosaic, g_free);
}

void
pel_tile_stand_in_set_base (PelTileStandIn *self, GdkTexture *base)
{
  if (g_set_object (&self->base, base))
    g_clear_pointer (&self->base_surface, cairo_surface_destroy);
}

void
pel_tile_stand_in_clear (PelTileStandIn *self)
{
  pel_tile_stand_in_clear_tiles (self);
  pel_tile_stand_in_set_base (self, NULL);
}

/* The software renderer would convert a texture anew for each tile that lacks. */
static cairo_surface_t *
get_base_surface (PelTileStandIn *self)
{
  if (!self->base_surface)
    {
      self->base_surface =
          cairo_image_surface_create (CAIRO_FORMAT_ARGB32, gdk_texture_get_width (self->base),
                                      gdk_texture_get_height (self->base));
      gdk_texture_download (self->base, cairo_image_surface_get_data (self->base_surface),
                            (gsize)cairo_image_surface_get_stride (self->base_surface));
      cairo_surface_mark_dirty (self->base_surface);
    }
  return self->base_surface;
}

static PelTile *
find_tile (PelTileStandIn *self, gint x, gint y)
{
  PelTile key = { .x = x, .y = y };

  return g_hash_table_lookup (self->tiles, &key);
}

/* FALSE where there are far more tiles in it than there are at all: the base does then. */
static gboolean
is_useful (PelTileStandIn *self, const Range *range)
{
  return (gint64)(range->x1 - range->x0 + 1) * (range->y1 - range->y0 + 1) <=
         (gint64)g_hash_table_size (self->tiles);
}

/* ---- upright, as before ---- */

static void
append_base (PelTileStandIn *self,
             const PelTilePlace *place,
             PelTileTarget target,
             GtkSnapshot *snapshot,
             const PelRect *area,
             const PelRect *visible,
             double device_scale)
{
  const double width = place->width * place->scale / device_scale;
  const double height = place->height * place->scale / device_scale;
  const double x = -visible->x / device_scale;
  const double y = -visible->y / device_scale;
  cairo_t *cr;

  if (target == PEL_TILE_TARGET_TEXTURES)
    {
      gtk_snapshot_append_texture (
          snapshot, self->base,
          &GRAPHENE_RECT_INIT ((float)x, (float)y, (float)width, (float)height));
      return;
    }
  cr = gtk_snapshot_append_cairo (
      snapshot, &GRAPHENE_RECT_INIT (
                    (float)(x + area->x / device_scale), (float)(y + area->y / device_scale),
                    (float)(area->width / device_scale), (float)(area->height / device_scale)));
  cairo_translate (cr, x, y);
  cairo_scale (cr, width / gdk_texture_get_width (self->base),
               height / gdk_texture_get_height (self->base));
  cairo_set_source_surface (cr, get_base_surface (self), 0, 0);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_BILINEAR);
  cairo_paint (cr);
  cairo_destroy (cr);
}

static void
append_upright (PelTileStandIn *self,
                const PelTilePlace *place,
                gboolean is_opaque,
                PelTileTarget target,
                GtkSnapshot *snapshot,
                const PelRect *area,
                const PelRect *visible,
                double device_scale)
{
  const double factor = self->tiles ? place->scale / self->place.scale : 1;
  const Range range = {
    (gint)floor (area->x / factor / TILE),
    (gint)floor (area->y / factor / TILE),
    (gint)floor ((area->x + area->width) / factor / TILE),
    (gint)floor ((area->y + area->height) / factor / TILE),
  };

  if (self->base)
    append_base (self, place, target, snapshot, area, visible, device_scale);
  if (!self->tiles || !is_useful (self, &range))
    return;
  for (gint y = range.y0; y <= range.y1; y++)
    for (gint x = range.x0; x <= range.x1; x++)
      {
        PelTile *tile = find_tile (self, x, y);

        if (tile)
          pel_tile_append_stretched (
              tile, is_opaque, target, snapshot, (x * TILE * factor - visible->x) / device_scale,
              (y * TILE * factor - visible->y) / device_scale, factor / device_scale);
      }
}

/* ---- turned ---- */

/* From the scaled image to the picture. */
static void
init_matrix (cairo_matrix_t *matrix, const PelTurn *turn)
{
  cairo_matrix_init (matrix, turn->cos, turn->sin, -turn->sin, turn->cos, turn->x, turn->y);
}

/* From the picture that the tiles are of to the present one. */
static void
init_tile_matrix (PelTileStandIn *self, const PelTilePlace *place, cairo_matrix_t *matrix)
{
  const double factor = place->scale / self->place.scale;
  cairo_matrix_t now;

  init_matrix (matrix, &self->place.turn);
  cairo_matrix_invert (matrix);
  init_matrix (&now, &place->turn);
  cairo_matrix_scale (&now, factor, factor);
  cairo_matrix_multiply (matrix, matrix, &now);
}

static Range
get_range (const cairo_matrix_t *matrix, const PelRect *area)
{
  cairo_matrix_t back = *matrix;
  double left = G_MAXDOUBLE, top = G_MAXDOUBLE, right = -G_MAXDOUBLE, bottom = -G_MAXDOUBLE;

  cairo_matrix_invert (&back);
  for (guint i = 0; i < 4; i++)
    {
      double x = area->x + (i & 1 ? area->width : 0);
      double y = area->y + (i & 2 ? area->height : 0);

      cairo_matrix_transform_point (&back, &x, &y);
      left = MIN (left, x);
      right = MAX (right, x);
      top = MIN (top, y);
      bottom = MAX (bottom, y);
    }
  return (Range){ (gint)floor (left / TILE), (gint)floor (top / TILE), (gint)floor (right / TILE),
                  (gint)floor (bottom / TILE) };
}

static void
paint_base (PelTileStandIn *self, const PelTilePlace *place, cairo_t *cr)
{
  const int width = gdk_texture_get_width (self->base);
  const int height = gdk_texture_get_height (self->base);
  cairo_matrix_t matrix;

  cairo_save (cr);
  init_matrix (&matrix, &place->turn);
  cairo_transform (cr, &matrix);
  cairo_scale (cr, place->width * place->scale / width, place->height * place->scale / height);
  cairo_set_source_surface (cr, get_base_surface (self), 0, 0);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_BILINEAR);
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_fill (cr);
  cairo_restore (cr);
}

/* The tiles that were on show in the last frame, and those beside them. */
static Range
get_shown (PelTileStandIn *self)
{
  Range range = { G_MAXINT, G_MAXINT, G_MININT, G_MININT };
  GHashTableIter iter;
  gpointer key;
  guint64 last = 0;

  g_hash_table_iter_init (&iter, self->tiles);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    last = MAX (last, ((PelTile *)key)->used);
  g_hash_table_iter_init (&iter, self->tiles);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const PelTile *tile = key;

      if (tile->used != last)
        continue;
      range.x0 = MIN (range.x0, tile->x - 1);
      range.y0 = MIN (range.y0, tile->y - 1);
      range.x1 = MAX (range.x1, tile->x + 1);
      range.y1 = MAX (range.y1, tile->y + 1);
    }
  return range;
}

/* Four pixels become one: their mean, channel by channel. */
static inline guint32
get_mean (guint32 a, guint32 b, guint32 c, guint32 d)
{
  const guint32 odd = 0x00ff00ff;
  const guint32 low = (a & odd) + (b & odd) + (c & odd) + (d & odd) + 0x00020002;
  const guint32 high =
      (a >> 8 & odd) + (b >> 8 & odd) + (c >> 8 & odd) + (d >> 8 & odd) + 0x00020002;

  return (low >> 2 & odd) | (high >> 2 & odd) << 8;
}

/* At the edge of the image a tile may have an odd number of pixels: the last one counts twice. */
static void
halve_tile (const PelTile *tile, guint32 *to, gsize stride)
{
  const guint32 *from = g_bytes_get_data (tile->bytes, NULL);

  for (gint y = 0; y < (tile->height + 1) / 2; y++)
    {
      const guint32 *upper = from + (gsize)(2 * y) * (gsize)tile->width;
      const guint32 *lower = 2 * y + 1 < tile->height ? upper + tile->width : upper;

      for (gint x = 0; x < tile->width / 2; x++)
        to[x] = get_mean (upper[2 * x], upper[2 * x + 1], lower[2 * x], lower[2 * x + 1]);
      if (tile->width % 2 != 0)
        to[tile->width / 2] = get_mean (upper[tile->width - 1], upper[tile->width - 1],
                                        lower[tile->width - 1], lower[tile->width - 1]);
      to += stride;
    }
}

/* One surface in place of many, half as large: each frame of a turn reads from it, and so from one
 * tile to the next without a seam. Nothing is where a tile lacks, and round it all. */
static void
make_mosaic (PelTileStandIn *self)
{
  const gint half = TILE / 2;
  const Range range = get_shown (self);
  PelRect *area = &self->mosaic_area;

  if (self->mosaic || range.x1 < range.x0)
    return;
  area->x = range.x0 * half;
  area->y = range.y0 * half;
  area->width = (range.x1 - range.x0 + 1) * half;
  area->height = (range.y1 - range.y0 + 1) * half;
  /* Fixed point numbers reach so far. */
  if (MAX (area->width, area->height) > 16384)
    return;
  self->mosaic = g_try_new0 (guint32, (gsize)area->width * (gsize)area->height);
  for (gint y = range.y0; y <= range.y1 && self->mosaic; y++)
    for (gint x = range.x0; x <= range.x1; x++)
      {
        const PelTile *tile = find_tile (self, x, y);

        if (tile && tile->bytes)
          halve_tile (tile,
                      self->mosaic + (gsize)(y - range.y0) * (gsize)half * (gsize)area->width +
                          (gsize)(x - range.x0) * (gsize)half,
                      (gsize)area->width);
      }
}

/* Of n places, from @at by @step each, those from 0 up to @end. */
static void
clip (double at, double step, double end, gint *first, gint *last)
{
  double low, high;

  if (fabs (step) < 1e-9)
    {
      if (at < 0 || at > end)
        *last = *first - 1;
      return;
    }
  low = (step > 0 ? -at : end - at) / step;
  high = (step > 0 ? end - at : -at) / step;
  *first = (gint)MAX (*first, ceil (MIN (low, 1e6)));
  *last = (gint)MIN (*last, floor (MAX (high, -1e6)));
}

/* What the mosaic has for a part of a row that begins at @x, @y of it, and goes on by @dx, @dy. */
static void
pick_part (const PelTileStandIn *self,
           double x,
           double y,
           double dx,
           double dy,
           guint32 *out,
           gint n)
{
  const double right = self->mosaic_area.width - 0.01, bottom = self->mosaic_area.height - 0.01;
  const double end_x = x + (n - 1) * dx, end_y = y + (n - 1) * dy;
  gint first = 0, last = n - 1;

  /* A hair within, for what the steps are rounded by. */
  if (MIN (x, end_x) < 0.01 || MAX (x, end_x) > right || MIN (y, end_y) < 0.01 ||
      MAX (y, end_y) > bottom)
    {
      clip (x - 0.01, dx, right - 0.01, &first, &last);
      clip (y - 0.01, dy, bottom - 0.01, &first, &last);
    }
  if (first <= last)
    pel_turn_pick_row (self->mosaic, self->mosaic_area.width, (gint)((x + first * dx) * 65536),
                       (gint)((y + first * dy) * 65536), (gint)lround (dx * 65536),
                       (gint)lround (dy * 65536), out + first, last - first + 1);
}

/* What it has for @area, at half the size as well; returns whether that hides all below it. It is
 * seen while the view moves, and made anew in each frame: the nearest pixels will do. Strip by
 * strip: along a whole row each pixel would come from other memory than its neighbours. */
static gboolean
pick_area (PelTileStandIn *self,
           const cairo_matrix_t *matrix,
           const PelRect *area,
           cairo_surface_t *to)
{
  const gint width = cairo_image_surface_get_width (to);
  const gint height = cairo_image_surface_get_height (to);
  const gsize stride = (gsize)cairo_image_surface_get_stride (to) / sizeof (guint32);
  guint32 *out = (guint32 *)(gpointer)cairo_image_surface_get_data (to);
  cairo_matrix_t back = *matrix;
  guint32 opaque = 0xff000000;

  cairo_matrix_invert (&back);
  for (gint left = 0; left < width; left += STRIP)
    {
      double x = area->x + 2 * left + 1, y = area->y + 1;

      cairo_matrix_transform_point (&back, &x, &y);
      x = x / 2 - self->mosaic_area.x;
      y = y / 2 - self->mosaic_area.y;
      for (gint row = 0; row < height; row++)
        pick_part (self, x + row * back.xy, y + row * back.yy, back.xx, back.yx,
                   out + (gsize)row * stride + left, MIN (STRIP, width - left));
    }
  for (gint row = 0; row < height; row++)
    for (gint i = 0; i < width; i++)
      opaque &= out[(gsize)row * stride + (gsize)i];
  cairo_surface_mark_dirty (to);
  return opaque == 0xff000000;
}

static void
paint_turned (PelTileStandIn *self, const PelTilePlace *place, const PelRect *area, cairo_t *cr)
{
  cairo_surface_t *surface = NULL;
  gboolean hides = FALSE;

  if (self->tiles)
    make_mosaic (self);
  if (self->mosaic)
    {
      cairo_matrix_t matrix;

      init_tile_matrix (self, place, &matrix);
      surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (area->width + 1) / 2,
                                            (area->height + 1) / 2);
      hides = pick_area (self, &matrix, area, surface);
    }
  if (self->base && !hides)
    paint_base (self, place, cr);
  if (!surface)
    return;
  cairo_rectangle (cr, area->x, area->y, area->width, area->height);
  cairo_translate (cr, area->x, area->y);
  cairo_scale (cr, 2, 2);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  if (hides)
    cairo_set_operator (cr, CAIRO_OPERATOR_SOURCE);
  cairo_fill (cr);
  cairo_surface_destroy (surface);
}

/* Textures, which the renderer turns. */
static void
append_turned (PelTileStandIn *self,
               const PelTilePlace *place,
               gboolean is_opaque,
               GtkSnapshot *snapshot,
               const PelRect *area,
               double device_scale)
{
  const double factor = self->tiles ? place->scale / self->place.scale : 1;
  cairo_matrix_t matrix;
  Range range;

  if (self->base)
    {
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot,
                              &GRAPHENE_POINT_INIT ((float)(place->turn.x / device_scale),
                                                    (float)(place->turn.y / device_scale)));
      gtk_snapshot_rotate (snapshot, (float)place->degrees);
      gtk_snapshot_append_texture (
          snapshot, self->base,
          &GRAPHENE_RECT_INIT (0, 0, (float)(place->width * place->scale / device_scale),
                               (float)(place->height * place->scale / device_scale)));
      gtk_snapshot_restore (snapshot);
    }
  if (!self->tiles)
    return;
  init_tile_matrix (self, place, &matrix);
  range = get_range (&matrix, area);
  if (!is_useful (self, &range))
    return;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)(matrix.x0 / device_scale),
                                                          (float)(matrix.y0 / device_scale)));
  gtk_snapshot_rotate (snapshot, (float)(place->degrees - self->place.degrees));
  for (gint y = range.y0; y <= range.y1; y++)
    for (gint x = range.x0; x <= range.x1; x++)
      {
        PelTile *tile = find_tile (self, x, y);

        if (tile)
          pel_tile_append_stretched (tile, is_opaque, PEL_TILE_TARGET_TEXTURES, snapshot,
                                     x * TILE * factor / device_scale,
                                     y * TILE * factor / device_scale, factor / device_scale);
      }
  gtk_snapshot_restore (snapshot);
}

void
pel_tile_stand_in_append (PelTileStandIn *self,
                          const PelTilePlace *place,
                          gboolean is_opaque,
                          PelTileTarget target,
                          GtkSnapshot *snapshot,
                          const PelRect *area,
                          const PelRect *visible,
                          double device_scale)
{
  const gboolean upright = pel_turn_is_upright (&place->turn) &&
                           (!self->tiles || pel_turn_is_upright (&self->place.turn));
  graphene_rect_t box;

  if (!self->base && !self->tiles)
    return;
  graphene_rect_init (&box, (float)((area->x - visible->x) / device_scale),
                      (float)((area->y - visible->y) / device_scale),
                      (float)(area->width / device_scale), (float)(area->height / device_scale));
  if (!upright && target == PEL_TILE_TARGET_SURFACES)
    {
      cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &box);

      cairo_scale (cr, 1 / device_scale, 1 / device_scale);
      cairo_translate (cr, -visible->x, -visible->y);
      paint_turned (self, place, area, cr);
      cairo_destroy (cr);
      return;
    }
  gtk_snapshot_push_clip (snapshot, &box);
  if (upright)
    append_upright (self, place, is_opaque, target, snapshot, area, visible, device_scale);
  else
    {
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)(-visible->x / device_scale),
                                                              (float)(-visible->y / device_scale)));
      append_turned (self, place, is_opaque, snapshot, area, device_scale);
      gtk_snapshot_restore (snapshot);
    }
  gtk_snapshot_pop (snapshot);
}
