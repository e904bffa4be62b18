/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-turn.h"

#include <math.h>
#include <string.h>

/* Steps between two pixels, in a fixed point number. */
#define UNIT 65536.0
/* So far arithmetic may be beside a whole number. */
#define TINY 1e-6

static gboolean
is_quarter (const PelTurn *self)
{
  return self->cos == 0 || self->sin == 0;
}

/* Where an axis of the picture begins and ends: @a and @b are how far the sides of the image go
 * along it. */
static void
place_axis (double a, double b, gboolean whole, gint *origin, gint *size)
{
  const double low = MIN (a, 0) + MIN (b, 0);
  const double high = MAX (a, 0) + MAX (b, 0);

  if (whole)
    {
      *origin = (gint)lround (-low);
      *size = (gint)lround (high - low);
    }
  else
    {
      *origin = -(gint)floor (low + TINY);
      *size = *origin + (gint)ceil (high - TINY);
    }
  *size = MAX (*size, 1);
}

void
pel_turn_init (PelTurn *self, double degrees, double width, double height)
{
  static const double quarters[] = { 0, 1, 0, -1 };
  const double quarter = degrees / 90;

  if (quarter == floor (quarter))
    {
      const gint n = (gint)(fmod (quarter, 4) + 4) % 4;

      self->sin = quarters[n];
      self->cos = quarters[(n + 1) % 4];
    }
  else
    {
      self->sin = sin (degrees * G_PI / 180);
      self->cos = cos (degrees * G_PI / 180);
    }
  place_axis (self->cos * width, -self->sin * height, is_quarter (self), &self->x, &self->width);
  place_axis (self->sin * width, self->cos * height, is_quarter (self), &self->y, &self->height);
}

gboolean
pel_turn_is_upright (const PelTurn *self)
{
  return self->cos == 1;
}

void
pel_turn_forward (const PelTurn *self, double x, double y, double *to_x, double *to_y)
{
  *to_x = self->cos * x - self->sin * y + self->x;
  *to_y = self->sin * x + self->cos * y + self->y;
}

void
pel_turn_back (const PelTurn *self, double x, double y, double *to_x, double *to_y)
{
  x -= self->x;
  y -= self->y;
  *to_x = self->cos * x + self->sin * y;
  *to_y = self->cos * y - self->sin * x;
}

/* The smallest box round four corners. */
static void
get_box (void (*map) (const PelTurn *, double, double, double *, double *),
         const PelTurn *self,
         const PelRect *area,
         double reach,
         PelRect *box)
{
  double left = G_MAXDOUBLE, top = G_MAXDOUBLE, right = -G_MAXDOUBLE, bottom = -G_MAXDOUBLE;

  for (guint i = 0; i < 4; i++)
    {
      double x, y;

      map (self, (double)area->x + (i & 1 ? area->width : 0),
           (double)area->y + (i & 2 ? area->height : 0), &x, &y);
      left = MIN (left, x);
      right = MAX (right, x);
      top = MIN (top, y);
      bottom = MAX (bottom, y);
    }
  box->x = (gint)floor (left - reach + TINY);
  box->y = (gint)floor (top - reach + TINY);
  box->width = (gint)ceil (right + reach - TINY) - box->x;
  box->height = (gint)ceil (bottom + reach - TINY) - box->y;
}

void
pel_turn_get_bounds (const PelTurn *self, const PelRect *area, PelRect *bounds)
{
  get_box (pel_turn_forward, self, area, is_quarter (self) ? 0 : 1, bounds);
}

void
pel_turn_get_sources (const PelTurn *self, const PelRect *area, PelRect *sources)
{
  get_box (pel_turn_back, self, area, is_quarter (self) ? 0 : 1, sources);
}

/* The channels of a pixel, 16 bits for each, so that all are weighed at once. */
static inline guint64
spread (guint32 pixel)
{
  return (pixel | (guint64)pixel << 24) & G_GUINT64_CONSTANT (0x00ff00ff00ff00ff);
}

/* Weights are 256ths, and exactly 256 in all. */
static inline guint32
mix (const guint32 *upper, const guint32 *lower, guint fx, guint fy)
{
  const guint both = fx * fy >> 8;
  const guint64 sum = spread (upper[0]) * (256 - fx - fy + both) + spread (upper[1]) * (fx - both) +
                      spread (lower[0]) * (fy - both) + spread (lower[1]) * both +
                      G_GUINT64_CONSTANT (0x0080008000800080);
  const guint64 mean = sum >> 8 & G_GUINT64_CONSTANT (0x00ff00ff00ff00ff);

  return (guint32)(mean | mean >> 24);
}

/* Turned by quarters each pixel is one of the image. */
static void
copy_row (const guint32 *from, gint x, gint y, gint dx, gint dy, gint stride, guint32 *out, gint n)
{
  for (gint i = 0; i < n; i++)
    out[i] = from[(gsize)(y + dy * i) * (gsize)stride + (gsize)(x + dx * i)];
}

/* Each between the four pixels nearest to its place. From @x, @y on in steps of @dx, @dy, all in
 * 65536ths of a pixel from the middle of the first of @from; from all places on the way and the
 * pixels right of and below them is read. */
static void
mix_row (const guint32 *from, gint stride, gint x, gint y, gint dx, gint dy, guint32 *out, gint n)
{
  for (gint i = 0; i < n; i++)
    {
      const guint32 *at = from + (gsize)(y >> 16) * (gsize)stride + (gsize)(x >> 16);

      out[i] = mix (at, at + stride, (guint)x >> 8 & 255, (guint)y >> 8 & 255);
      x += dx;
      y += dy;
    }
}

void
pel_turn_pick_row (const guint32 *from,
                   gint stride,
                   gint x,
                   gint y,
                   gint dx,
                   gint dy,
                   guint32 *out,
                   gint n)
{
  for (gint i = 0; i < n; i++)
    {
      out[i] = from[(gsize)(y >> 16) * (gsize)stride + (gsize)(x >> 16)];
      x += dx;
      y += dy;
    }
}

/* @from: the pixels of the image in @sources */
static void
turn_pixels (const PelTurn *self,
             const guint32 *from,
             const PelRect *sources,
             const PelRect *area,
             guint32 *out,
             gsize stride)
{
  for (gint row = 0; row < area->height; row++)
    {
      double x, y;

      /* From middle to middle of pixels. */
      pel_turn_back (self, area->x + 0.5, area->y + row + 0.5, &x, &y);
      x -= sources->x + 0.5;
      y -= sources->y + 0.5;
      if (is_quarter (self))
        copy_row (from, (gint)lround (x), (gint)lround (y), (gint)self->cos, -(gint)self->sin,
                  sources->width, out + (gsize)row * stride, area->width);
      else
        mix_row (from, sources->width, (gint)lround (x * UNIT), (gint)lround (y * UNIT),
                 (gint)lround (self->cos * UNIT), (gint)lround (-self->sin * UNIT),
                 out + (gsize)row * stride, area->width);
    }
}

gboolean
pel_turn_draw (const PelTurn *self,
               const PelTileSource *source,
               gconstpointer scene,
               double scale,
               gint width,
               gint height,
               const PelRect *area,
               guint32 *out,
               gsize stride)
{
  const PelRect all = { 0, 0, width, height };
  const guint32 beside = source->is_opaque ? PEL_TILE_SURROUND : 0;
  PelRect sources, part;
  g_autofree guint32 *pixels = NULL;
  gboolean any = FALSE;

  if (pel_turn_is_upright (self))
    return source->draw (scene, scale, area, out, stride);
  pel_turn_get_sources (self, area, &sources);
  /* Fixed point numbers reach so far. */
  g_return_val_if_fail (sources.width < 16384 && sources.height < 16384, FALSE);
  if (pel_rect_intersect (&sources, &all, &part))
    {
      const gsize n = (gsize)sources.width * (gsize)sources.height;

      pixels = g_new (guint32, n);
      for (gsize i = 0; i < n && memcmp (&part, &sources, sizeof part) != 0; i++)
        pixels[i] = beside;
      any = source->draw (scene, scale, &part,
                          pixels + (gsize)(part.y - sources.y) * (gsize)sources.width +
                              (gsize)(part.x - sources.x),
                          (gsize)sources.width);
    }
  if (any)
    turn_pixels (self, pixels, &sources, area, out, stride);
  else
    for (gint row = 0; row < area->height; row++)
      for (gint i = 0; i < area->width; i++)
        out[(gsize)row * stride + (gsize)i] = beside;
  return any || source->is_opaque;
}
