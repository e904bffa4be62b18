/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-label-scene.h"

#include <math.h>
#include <string.h>

#include "app/document/pel-task.h"
#include "ui/canvas/pel-label-colors.h"

/* Widths in widget pixels. */
#define LINE_WIDTH 1.5
#define SELECTED_LINE_WIDTH 2.5
#define CASING_WIDTH 1.0
#define CASING_ALPHA 0.55
#define INNER_CASING_ALPHA 0.35
/* Distances are kept in sixteenths of a device pixel. */
#define DISTANCE_UNIT 16
#define FAR 255
/* The farthest, see get_reach(). */
#define MAX_REACH 12

/* What scenes of one style share: the selection, and for each colour the pixel to write at each
 * distance from the edge. */
typedef struct
{
  gatomicrefcount refs;
  gint device_scale;
  gboolean outlines;
  gboolean only_selected;
  double fill_opacity;
  guint32 *selected;
  guint n_selected;
  guint8 *slots; /* nullable */
  guint n_slots;
  guint32 background[FAR + 1];
  guint32 plain[PEL_LABEL_COLORS][FAR + 1];
  guint32 emphasised[PEL_LABEL_COLORS][FAR + 1];
} Paint;

struct PelLabelScene
{
  gatomicrefcount refs;
  PelLabels *labels;
  Paint *paint;
};

/* As it is kept, of the square of a distance in pixels. */
static guint8
get_distance (guint square)
{
  return (guint8)MIN (lrint (sqrt (square) * DISTANCE_UNIT), FAR - 1);
}

/* How far, in device pixels, the widest line with its casing and a pixel of smoothing goes. */
static gint
get_reach (gint device_scale)
{
  return (gint)ceil (device_scale * (SELECTED_LINE_WIDTH + CASING_WIDTH) + 1);
}

/* How much of a pixel at @distance from the nearest foreign one lies within @width of the edge. */
static double
cover (guint distance, double width)
{
  double depth = distance / (double)DISTANCE_UNIT - 0.5;

  return distance == FAR ? 0 : CLAMP (width - depth + 0.5, 0, 1);
}

/* Line over casing over fill at one distance from the edge. */
static guint32
make_pixel (const Paint *paint, guint32 color, gboolean selected, guint distance)
{
  double unit = paint->device_scale;
  double line = unit * (selected ? SELECTED_LINE_WIDTH : LINE_WIDTH);
  gboolean outlined = paint->outlines || selected;
  double in_line = outlined ? cover (distance, line) : 0;
  double in_casing =
      outlined ? INNER_CASING_ALPHA * cover (distance, line + CASING_WIDTH * unit) : 0;
  double fill = paint->fill_opacity;
  guint32 top = selected ? 0xffffff : color;
  guint32 pixel = 0;

  if (selected && fill > 0)
    fill = MIN (fill + 0.15, 1);
  for (guint shift = 0; shift <= 24; shift += 8)
    {
      double below = shift == 24 ? 255 : color >> shift & 255;
      double above = shift == 24 ? 255 : top >> shift & 255;
      double value = below * fill * (1 - in_casing) + (shift == 24 ? 255 * in_casing : 0);

      value = value * (1 - in_line) + above * in_line;
      pixel |= (guint32)lrint (value) << shift;
    }
  return pixel;
}

static Paint *
paint_new (const PelLabelStyle *style)
{
  Paint *paint = g_new0 (Paint, 1);
  gint reach;

  g_atomic_ref_count_init (&paint->refs);
  paint->device_scale = CLAMP (style->device_scale, 1, 3);
  paint->outlines = style->outlines;
  paint->only_selected = style->only_selected && style->n_selected > 0;
  paint->fill_opacity = CLAMP (style->fill_opacity, 0, 1);
  paint->n_selected = style->n_selected;
  paint->selected = g_memdup2 (style->selected, style->n_selected * sizeof (guint32));
  if (style->palette)
    {
      paint->slots = g_memdup2 (style->slots, style->n_slots);
      paint->n_slots = style->n_slots;
    }
  /* Only so many distances can be measured; the pixels of the others are never looked up. */
  reach = get_reach (paint->device_scale);
  for (gint square = 1; square <= reach * reach + 1; square++)
    {
      guint d = square <= reach * reach ? get_distance ((guint)square) : FAR;

      if (paint->outlines && !paint->only_selected)
        paint->background[d] =
            (guint32)lrint (255 * CASING_ALPHA * cover (d, CASING_WIDTH * paint->device_scale))
            << 24;
      for (guint i = 0; i < PEL_LABEL_COLORS; i++)
        {
          guint32 color = style->palette ? style->palette[i] : pel_label_color (i + 1);

          if (!paint->only_selected)
            paint->plain[i][d] = make_pixel (paint, color, FALSE, d);
          paint->emphasised[i][d] = make_pixel (paint, color, TRUE, d);
        }
    }
  return paint;
}

static void
paint_unref (Paint *paint)
{
  if (!g_atomic_ref_count_dec (&paint->refs))
    return;
  g_free (paint->selected);
  g_free (paint->slots);
  g_free (paint);
}

static PelLabelScene *
scene_new (PelLabels *labels, Paint *paint)
{
  PelLabelScene *self = g_new (PelLabelScene, 1);

  g_atomic_ref_count_init (&self->refs);
  self->labels = pel_labels_ref (labels);
  self->paint = paint;
  return self;
}

PelLabelScene *
pel_label_scene_new (PelLabels *labels, const PelLabelStyle *style)
{
  return scene_new (labels, paint_new (style));
}

PelLabelScene *
pel_label_scene_new_like (const PelLabelScene *other, PelLabels *labels)
{
  g_atomic_ref_count_inc (&other->paint->refs);
  return scene_new (labels, other->paint);
}

PelLabelScene *
pel_label_scene_ref (PelLabelScene *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
scene_free (gpointer data)
{
  PelLabelScene *self = data;

  pel_labels_unref (self->labels);
  paint_unref (self->paint);
  g_free (self);
}

void
pel_label_scene_unref (PelLabelScene *self)
{
  /* It may be the last who knows a hundred thousand tiles. */
  if (g_atomic_ref_count_dec (&self->refs))
    pel_task_let_go (scene_free, self);
}

static guint
get_slot (const Paint *paint, guint32 label)
{
  if (!paint->slots)
    return (label - 1) % PEL_LABEL_COLORS;
  return label < paint->n_slots ? paint->slots[label] : PEL_LABEL_COLORS - 1;
}

static const guint32 *
get_ramp (const Paint *paint, guint32 label)
{
  guint low = 0;
  guint high = paint->n_selected;

  if (label == 0)
    return paint->background;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (paint->selected[middle] < label)
        low = middle + 1;
      else
        high = middle;
    }
  if (low < paint->n_selected && paint->selected[low] == label)
    return paint->emphasised[get_slot (paint, label)];
  return paint->plain[get_slot (paint, label)];
}

/* The label under the centre of each device pixel; those outside the image continue its border, so
 * that the border itself is no edge. Returns whether there is any cell. */
static gboolean
sample_labels (const PelLabelScene *self, double scale, const PelRect *area, guint32 *out)
{
  gint width = (gint)pel_labels_get_width (self->labels);
  gint height = (gint)pel_labels_get_height (self->labels);
  g_autofree gint *columns = g_new (gint, area->width);
  g_autofree guint32 *row = NULL;
  gint x0, n_source;
  gint last = -1;
  gboolean any = FALSE;

  for (gint i = 0; i < area->width; i++)
    columns[i] = (gint)CLAMP (floor ((area->x + i + 0.5) / scale), 0, width - 1);
  x0 = columns[0];
  n_source = columns[area->width - 1] - x0 + 1;
  /* Far below 1:1 single labels are looked up instead of reading rows that are mostly skipped. */
  if (n_source <= 4 * area->width)
    row = g_new (guint32, n_source);
  for (gint j = 0; j < area->height; j++)
    {
      gint y = (gint)CLAMP (floor ((area->y + j + 0.5) / scale), 0, height - 1);
      guint32 *to = out + (gsize)j * area->width;

      if (y == last)
        {
          memcpy (to, to - area->width, sizeof *to * area->width);
          continue;
        }
      last = y;
      if (row)
        {
          PelRect line = { x0, y, n_source, 1 };

          pel_labels_read (self->labels, &line, row, n_source);
          for (gint i = 0; i < area->width; i++)
            to[i] = row[columns[i] - x0];
        }
      else
        for (gint i = 0; i < area->width; i++)
          to[i] = pel_labels_get (self->labels, columns[i], y);
      for (gint i = 0; i < area->width && !any; i++)
        any = to[i] != 0;
    }
  return any;
}

/* For each pixel of a row how far the nearest one with another label is within it, at most @reach,
 * or @reach + 1. */
static void
measure_row (const guint32 *labels, gint width, gint reach, guint8 *sideways)
{
  gint far = reach + 1;

  sideways[0] = (guint8)far;
  for (gint x = 1; x < width; x++)
    sideways[x] = (guint8)(labels[x] != labels[x - 1] ? 1 : MIN (sideways[x - 1] + 1, far));
  for (gint x = width - 2; x >= 0; x--)
    sideways[x] =
        (guint8)MIN (sideways[x], labels[x] != labels[x + 1] ? 1 : MIN (sideways[x + 1] + 1, far));
}

/* The square of how far the nearest pixel with another label is from one that has none beside it
 * in its row or right above and below it. In each row near it that is either the pixel of its own
 * column, or the one that is nearest to that pixel within the row. */
static guint
measure_pixel (const guint32 *labels, const guint8 *sideways, gint width, gint up, gint down)
{
  guint best = (guint)sideways[0] * sideways[0];

  for (gint dy = 1; dy <= MAX (up, down) && (guint)(dy * dy) < best; dy++)
    {
      const gssize step = (gssize)dy * width;

      if (dy <= up)
        {
          guint beside = labels[-step] == labels[0] ? sideways[-step] : 0;

          best = MIN (best, (guint)(dy * dy) + beside * beside);
        }
      if (dy <= down)
        {
          guint beside = labels[step] == labels[0] ? sideways[step] : 0;

          best = MIN (best, (guint)(dy * dy) + beside * beside);
        }
    }
  return best;
}

/* For each pixel the distance to the nearest one with another label, up to @reach. */
static void
measure_distances (const guint32 *labels, gint width, gint height, gint reach, guint8 *distances)
{
  g_autofree guint8 *sideways = g_malloc ((gsize)width * height);
  guint limit = (guint)(reach * reach);
  guint8 by_square[MAX_REACH * MAX_REACH + 1];

  for (guint square = 1; square <= limit; square++)
    by_square[square] = get_distance (square);
  for (gint y = 0; y < height; y++)
    measure_row (labels + (gsize)y * width, width, reach, sideways + (gsize)y * width);
  for (gint y = 0; y < height; y++)
    for (gint x = 0; x < width; x++)
      {
        gsize at = (gsize)y * width + x;
        guint square = 1;

        if (sideways[at] > 1)
          square = measure_pixel (labels + at, sideways + at, width, MIN (y, reach),
                                  MIN (height - 1 - y, reach));
        distances[at] = square <= limit ? by_square[square] : FAR;
      }
}

static gboolean
draw_labels (gconstpointer scene, double scale, const PelRect *area, guint32 *out, gsize stride)
{
  const PelLabelScene *self = scene;
  gint reach = get_reach (self->paint->device_scale);
  PelRect around = { area->x - reach, area->y - reach, area->width + 2 * reach,
                     area->height + 2 * reach };
  g_autofree guint32 *labels = g_new (guint32, (gsize)around.width * around.height);
  g_autofree guint8 *distances = NULL;
  const guint32 *ramp = self->paint->background;
  guint32 last = 0;

  if (!sample_labels (self, scale, &around, labels))
    {
      for (gint y = 0; y < area->height; y++)
        memset (out + y * stride, 0, sizeof *out * area->width);
      return FALSE;
    }
  distances = g_malloc ((gsize)around.width * around.height);
  measure_distances (labels, around.width, around.height, reach, distances);
  for (gint y = 0; y < area->height; y++)
    {
      gsize at = (gsize)(y + reach) * around.width + reach;
      guint32 *to = out + y * stride;

      for (gint x = 0; x < area->width; x++)
        {
          if (labels[at + x] != last)
            {
              last = labels[at + x];
              ramp = get_ramp (self->paint, last);
            }
          to[x] = ramp[distances[at + x]];
        }
    }
  return TRUE;
}

static gpointer
ref_scene (gpointer scene)
{
  return pel_label_scene_ref (scene);
}

static void
unref_scene (gpointer scene)
{
  pel_label_scene_unref (scene);
}

const PelTileSource pel_label_tile_source = { FALSE, draw_labels, ref_scene, unref_scene };
