/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-roi.h"

#include <string.h>

#define VERSION 228
#define HEADER_BYTES 64
#define HEADER2_BYTES 64

enum
{
  TYPE_RECTANGLE = 1,
  TYPE_TRACED = 8,
};

/* Beyond it ImageJ's 16-bit coordinates are not safe. */
#define MAX_SHORT 60000
#define MAX_SHORT_POINTS 65535

/* All numbers are big-endian. */
static void
put16 (GByteArray *out, guint at, gint value)
{
  out->data[at] = (guint8)((guint)value >> 8);
  out->data[at + 1] = (guint8)value;
}

static void
put32 (GByteArray *out, guint at, guint32 value)
{
  guint32 big = GUINT32_TO_BE (value);

  memcpy (out->data + at, &big, sizeof big);
}

static void
put_float (GByteArray *out, guint at, float value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  put32 (out, at, bits);
}

/* Makes room at the end, zeroed; returns where it is. */
static guint
extend (GByteArray *out, gsize n)
{
  guint at = out->len;

  g_byte_array_set_size (out, (guint)(at + n));
  memset (out->data + at, 0, n);
  return at;
}

static void
put_header (GByteArray *out, guint8 type, const PelRect *bounds, guint position, const guint8 *rgb)
{
  extend (out, HEADER_BYTES);
  memcpy (out->data, "Iout", 4);
  put16 (out, 4, VERSION);
  out->data[6] = type;
  put16 (out, 8, bounds->y);
  put16 (out, 10, bounds->x);
  put16 (out, 12, bounds->y + bounds->height);
  put16 (out, 14, bounds->x + bounds->width);
  put32 (out, 40, 0xff000000u | (guint)rgb[0] << 16 | (guint)rgb[1] << 8 | rgb[2]);
  put32 (out, 56, position);
}

/* The second header says that there is nothing more to say. */
static void
put_header2 (GByteArray *out)
{
  guint at = extend (out, HEADER2_BYTES);

  put32 (out, 60, at);
}

static void
put_traced (GByteArray *out, const gint32 *xy, gsize n, const PelRect *bounds)
{
  guint at = extend (out, 4 * n);

  put16 (out, 16, (gint)n);
  for (gsize i = 0; i < n; i++)
    {
      put16 (out, at + 2 * (guint)i, xy[2 * i] - bounds->x);
      put16 (out, at + 2 * (guint)(n + i), xy[2 * i + 1] - bounds->y);
    }
}

/* Move, lines, close for each ring: 0, x, y; 1, x, y; …; 4. */
static void
put_composite (GByteArray *out, const PelCellPolygons *polygons, const PelPolygonCell *cell)
{
  const PelCornerRing *rings = pel_cell_polygons_get_rings (polygons, cell);
  gsize n_floats = 0;

  for (gsize r = 0; r < cell->n_rings; r++)
    {
      const gint32 *xy = pel_cell_polygons_get_corners (polygons, &rings[r]);
      gsize n = rings[r].n_corners;
      guint at = extend (out, (3 * n + 1) * 4);

      for (gsize i = 0; i < n; i++, at += 12)
        {
          put_float (out, at, i > 0 ? 1.0f : 0.0f);
          put_float (out, at + 4, (float)xy[2 * i]);
          put_float (out, at + 8, (float)xy[2 * i + 1]);
        }
      put_float (out, at, 4.0f);
      n_floats += 3 * n + 1;
    }
  put32 (out, 36, (guint32)n_floats);
}

GByteArray *
pel_roi_encode (const PelCellPolygons *polygons,
                const PelPolygonCell *cell,
                guint position,
                const guint8 rgb[3])
{
  GByteArray *out = g_byte_array_new ();
  const PelCornerRing *ring = pel_cell_polygons_get_rings (polygons, cell);
  gboolean small = cell->bounds.x + cell->bounds.width <= MAX_SHORT &&
                   cell->bounds.y + cell->bounds.height <= MAX_SHORT;

  if (cell->n_rings == 1 && small && ring->n_corners <= MAX_SHORT_POINTS)
    {
      put_header (out, TYPE_TRACED, &cell->bounds, position, rgb);
      put_traced (out, pel_cell_polygons_get_corners (polygons, ring), ring->n_corners,
                  &cell->bounds);
    }
  else
    {
      put_header (out, TYPE_RECTANGLE, &cell->bounds, position, rgb);
      put_composite (out, polygons, cell);
    }
  put_header2 (out);
  return out;
}
