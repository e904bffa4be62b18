/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-roi.h"

#include <math.h>
#include <string.h>

#define HEADER_BYTES 64
#define FIRST_SUBPIXEL_VERSION 222
#define OPTION_SUBPIXEL 128
#define SUBTYPE_TEXT 1
#define SUBTYPE_ARROW 2
#define SUBTYPE_IMAGE 4
/* Lines in place of a curve. */
#define CURVE_STEPS 16

enum
{
  TYPE_POLYGON = 0,
  TYPE_RECTANGLE = 1,
  TYPE_OVAL = 2,
  TYPE_FREEHAND = 7,
  TYPE_TRACED = 8,
};

typedef struct
{
  const guint8 *data;
  gsize length;
  PelCellSet *cells;
  double left, top, right, bottom; /* of its frame */
} Roi;

static gint
get16 (const Roi *roi, gsize at)
{
  return (gint16)(roi->data[at] << 8 | roi->data[at + 1]);
}

static guint
get_u16 (const Roi *roi, gsize at)
{
  return (guint)roi->data[at] << 8 | roi->data[at + 1];
}

static guint32
get32 (const Roi *roi, gsize at)
{
  return (guint32)get_u16 (roi, at) << 16 | get_u16 (roi, at + 2);
}

static double
get_float (const Roi *roi, gsize at)
{
  guint32 bits = get32 (roi, at);
  float value;

  memcpy (&value, &bits, sizeof value);
  return (double)value;
}

/* Coordinates are signed, but far below zero they are meant as large ones. */
static double
get_coordinate (const Roi *roi, gsize at)
{
  gint value = get16 (roi, at);

  return value < -5000 ? value + 65536 : value;
}

/* ---- shapes ---- */

static void
add_rectangle (const Roi *roi)
{
  pel_cell_set_begin_ring (roi->cells);
  pel_cell_set_add_point (roi->cells, roi->left, roi->top);
  pel_cell_set_add_point (roi->cells, roi->right, roi->top);
  pel_cell_set_add_point (roi->cells, roi->right, roi->bottom);
  pel_cell_set_add_point (roi->cells, roi->left, roi->bottom);
}

/* A rectangle whose corners are quarters of ellipses; where they meet it is an ellipse. */
static void
add_rounded (const Roi *roi, double arc_width, double arc_height)
{
  double width = roi->right - roi->left, height = roi->bottom - roi->top;
  double rx = MIN (arc_width, width) / 2, ry = MIN (arc_height, height) / 2;
  guint steps = (guint)CLAMP (2 * MAX (rx, ry), CURVE_STEPS, 4096);

  pel_cell_set_begin_ring (roi->cells);
  for (guint corner = 0; corner < 4; corner++)
    for (guint i = 0; i <= steps; i++)
      {
        double angle = G_PI / 2 * (corner + (double)i / steps);
        double x = corner == 0 || corner == 3 ? roi->right - rx : roi->left + rx;
        double y = corner < 2 ? roi->bottom - ry : roi->top + ry;

        pel_cell_set_add_point (roi->cells, x + rx * cos (angle), y + ry * sin (angle));
      }
}

/* x of all points, then y: relative to the frame's corner, or beyond them once more, absolute and
 * exact. */
static gboolean
add_polygon (const Roi *roi)
{
  gsize n = get_u16 (roi, 16), at = HEADER_BYTES;
  gboolean exact =
      get_u16 (roi, 4) >= FIRST_SUBPIXEL_VERSION && (get_u16 (roi, 50) & OPTION_SUBPIXEL) != 0;

  if (n == 0)
    n = get32 (roi, 18);
  if (n > (roi->length - HEADER_BYTES) / 4)
    return FALSE;
  if (exact)
    {
      at += 4 * n;
      if (n > (roi->length - at) / 8)
        return FALSE;
    }
  pel_cell_set_begin_ring (roi->cells);
  for (gsize i = 0; i < n; i++)
    {
      double x, y;

      if (exact)
        {
          x = get_float (roi, at + 4 * i);
          y = get_float (roi, at + 4 * (n + i));
        }
      else
        {
          x = roi->left + MAX (get16 (roi, at + 2 * i), 0);
          y = roi->top + MAX (get16 (roi, at + 2 * (n + i)), 0);
        }
      pel_cell_set_add_point (roi->cells, x, y);
    }
  return TRUE;
}

/* A curve of two or three more points, by de Casteljau's construction. */
static void
add_curve (PelCellSet *cells, const double *from, const double *controls, guint n_controls)
{
  for (guint i = 1; i <= CURVE_STEPS; i++)
    {
      double t = (double)i / CURVE_STEPS, xy[8];

      memcpy (xy, from, 2 * sizeof (double));
      memcpy (xy + 2, controls, 2 * n_controls * sizeof (double));
      for (guint left = n_controls; left > 0; left--)
        for (guint k = 0; k < 2 * left; k++)
          xy[k] += t * (xy[k + 2] - xy[k]);
      pel_cell_set_add_point (cells, xy[0], xy[1]);
    }
}

/* Segments: what they are as a number, then their points. */
static gboolean
add_composite (const Roi *roi, guint32 n)
{
  double last[2] = { 0, 0 };
  gboolean open = FALSE;

  if (n > (roi->length - HEADER_BYTES) / 4)
    return FALSE;
  for (guint32 i = 0; i < n;)
    {
      double kind = get_float (roi, HEADER_BYTES + 4 * (gsize)i), xy[6];
      guint n_points = kind == 2 ? 2 : kind == 3 ? 3 : kind == 4 ? 0 : 1;

      if (!(kind == 0 || kind == 1 || kind == 2 || kind == 3 || kind == 4) ||
          2 * n_points > n - i - 1 || (!open && kind != 0))
        return FALSE;
      for (guint k = 0; k < 2 * n_points; k++)
        xy[k] = get_float (roi, HEADER_BYTES + 4 * ((gsize)i + 1 + k));
      i += 1 + 2 * n_points;
      if (kind == 4)
        continue; /* rings close by themselves; after it may come a line from the same place */
      if (kind == 0)
        pel_cell_set_begin_ring (roi->cells);
      open = TRUE;
      if (kind <= 1)
        pel_cell_set_add_point (roi->cells, xy[0], xy[1]);
      else
        add_curve (roi->cells, last, xy, n_points);
      memcpy (last, xy + 2 * (n_points - 1), sizeof last);
    }
  return TRUE;
}

/* ---- the whole ---- */

static gboolean
add_shape (const Roi *roi, gboolean *is_cell)
{
  guint type = roi->data[6];
  guint subtype = get_u16 (roi, 4) >= 217 ? get_u16 (roi, 48) : 0;
  guint32 n_floats = get32 (roi, 36);

  *is_cell = TRUE;
  if (n_floats > 0)
    return add_composite (roi, n_floats);
  switch (type)
    {
    case TYPE_RECTANGLE:
      if (subtype == SUBTYPE_TEXT || subtype == SUBTYPE_IMAGE)
        break;
      if (get16 (roi, 54) > 0)
        add_rounded (roi, get16 (roi, 54), get16 (roi, 54));
      else
        add_rectangle (roi);
      return TRUE;
    case TYPE_OVAL:
      add_rounded (roi, roi->right - roi->left, roi->bottom - roi->top);
      return TRUE;
    case TYPE_POLYGON:
    case TYPE_FREEHAND:
    case TYPE_TRACED:
      return add_polygon (roi);
    default:
      break;
    }
  *is_cell = FALSE;
  return TRUE;
}

/* Where it lies in a stack: its slice, or in a hyperstack z and t, which are counted on. */
static guint
get_page (const Roi *roi)
{
  guint32 header2 = get32 (roi, 60), position = get32 (roi, 56);

  if (position == 0 && header2 >= HEADER_BYTES && (gsize)header2 + 16 <= roi->length)
    {
      guint32 z = get32 (roi, header2 + 8), t = get32 (roi, header2 + 12);

      position = t > 1 ? t : z > 0 ? z : t;
    }
  return position <= PEL_LABELS_MAX_SIZE ? position : 0;
}

gboolean
pel_roi_decode (const guint8 *data, gsize length, const char *name, PelCellSet *cells)
{
  Roi roi = { .data = data, .length = length, .cells = cells };
  guint64 label = 0;
  gboolean is_cell;

  if (length < HEADER_BYTES || memcmp (data, "Iout", 4) != 0)
    return FALSE;
  roi.top = get_coordinate (&roi, 8);
  roi.left = get_coordinate (&roi, 10);
  roi.bottom = get_coordinate (&roi, 12);
  roi.right = get_coordinate (&roi, 14);
  /* Rectangles and ovals may have exact sides. */
  if (get_u16 (&roi, 4) >= 223 && (get_u16 (&roi, 50) & OPTION_SUBPIXEL) != 0 &&
      (data[6] == TYPE_RECTANGLE || data[6] == TYPE_OVAL))
    {
      roi.left = get_float (&roi, 18);
      roi.top = get_float (&roi, 22);
      roi.right = roi.left + get_float (&roi, 26);
      roi.bottom = roi.top + get_float (&roi, 30);
    }
  if (name != NULL)
    g_ascii_string_to_unsigned (name, 10, 1, G_MAXUINT32, &label, NULL);
  pel_cell_set_begin_cell (cells, 0, get_page (&roi), (guint32)label);
  if (!add_shape (&roi, &is_cell))
    return FALSE;
  if (is_cell && pel_cell_set_has_shape (cells))
    return TRUE;
  pel_cell_set_drop_cell (cells);
  pel_cell_set_add_skipped (cells, 1);
  return TRUE;
}
