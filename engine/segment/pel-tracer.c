/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-tracer.h"

#include <math.h>
#include <string.h>
#include <glib/gi18n-lib.h>

/* The outline runs along the sides of pixels, with the cell at its right: a side of an inside
 * pixel towards an outside one. For marching squares each side stands for the point
 * where the level crosses the line between the two pixels' centres, and the turns of the
 * outline are the cases of the squares; where inside pixels meet at a corner only, it turns
 * right and keeps them apart. */
enum
{
  SIDE_TOP,    /* heading right */
  SIDE_RIGHT,  /* heading down */
  SIDE_BOTTOM, /* heading left */
  SIDE_LEFT,   /* heading up */
};

/* In a pixel of the window: whether it is inside, and which of its sides have been followed. */
#define INSIDE 0x10

/* Pixels around a piece in its window: as far as a bend looks. */
#define MARGIN 2

/* Probabilities are taken no nearer to 0 and 1 than this. */
#define TINY 1e-7f

/* The outline bends away from the straight line between two crossings by no more than this. */
#define MAX_BEND 0.3

/* A crossing of a ring under way. */
typedef struct
{
  double x, y;
  gboolean is_free; /* where the map says, not where another label begins */
} Crossing;

struct PelTracer
{
  const PelLabels *labels;
  const float *probability;
  gint image_width, image_height;

  PelRect window; /* a piece with MARGIN pixels around it */
  guint8 *state;
  guint32 *around; /* the labels in the window */
  float level_logit;
  float *logits; /* of the probabilities; not a number until somebody asks */
  gsize room;

  PelLabelPieces pieces;
  GArray *ring;      /* Crossing */
  GArray *points;    /* double */
  GArray *ring_ends; /* gsize */
};

PelTracer *
pel_tracer_new (const PelLabels *labels, const float *probability)
{
  PelTracer *self = g_new0 (PelTracer, 1);

  self->labels = labels;
  self->probability = probability;
  self->image_width = (gint)pel_labels_get_width (labels);
  self->image_height = (gint)pel_labels_get_height (labels);
  self->ring = g_array_new (FALSE, FALSE, sizeof (Crossing));
  self->points = g_array_new (FALSE, FALSE, sizeof (double));
  self->ring_ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  return self;
}

void
pel_tracer_free (PelTracer *self)
{
  if (!self)
    return;
  pel_label_pieces_clear (&self->pieces);
  g_array_unref (self->ring);
  g_array_unref (self->points);
  g_array_unref (self->ring_ends);
  g_free (self->state);
  g_free (self->around);
  g_free (self->logits);
  g_free (self);
}

static gboolean
reserve_window (PelTracer *self, GError **error)
{
  gsize n = (gsize)self->window.width * (gsize)self->window.height;

  if (n <= self->room)
    return TRUE;
  g_free (self->state);
  g_free (self->around);
  g_free (self->logits);
  self->room = 0;
  self->state = g_try_malloc (n);
  self->around = g_try_new (guint32, n);
  self->logits = g_try_new (float, n);
  if (!self->state || !self->around || !self->logits)
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                           _ ("there is not enough memory to trace the outline of a cell"));
      return FALSE;
    }
  self->room = n;
  return TRUE;
}

static float
probability_at (const PelTracer *self, gint x, gint y)
{
  float p = self->probability[(gsize)y * (gsize)self->image_width + (gsize)x];

  return p > TINY ? MIN (p, 1 - TINY) : TINY;
}

static float
logit (float p)
{
  return logf (p / (1 - p));
}

/* How far above the level a pixel is, in logits. Outside of the image the nearest pixel counts; x
 * and y are within the window. */
static double
above_level (const PelTracer *self, gint x, gint y)
{
  gsize at = (gsize)(y - self->window.y) * (gsize)self->window.width + (gsize)(x - self->window.x);

  if (isnan (self->logits[at]))
    self->logits[at] = logit (probability_at (self, CLAMP (x, 0, self->image_width - 1),
                                              CLAMP (y, 0, self->image_height - 1)));
  return (double)(self->logits[at] - self->level_logit);
}

/* How far from the centre of an inside pixel towards an outside one the outline passes. */
static double
crossing_at (const PelTracer *self,
             guint32 label,
             float level,
             gint x,
             gint y,
             gint to_x,
             gint to_y,
             gboolean *is_free)
{
  guint32 beyond;
  float p;
  double at;

  *is_free = FALSE;
  if (to_x < 0 || to_y < 0 || to_x >= self->image_width || to_y >= self->image_height)
    return 0.5;
  p = probability_at (self, to_x, to_y);
  if (p >= level)
    return 0.5;
  double above = above_level (self, x, y), below = -above_level (self, to_x, to_y);
  at = above > 0 && below > 0 ? above / (above + below) : above > 0;
  beyond = self->around[(gsize)(to_y - self->window.y) * (gsize)self->window.width +
                        (gsize)(to_x - self->window.x)];
  *is_free = beyond == 0 || beyond == label;
  return *is_free ? at : MIN (at, 0.5);
}

static void
add_point (PelTracer *self, double x, double y)
{
  double xy[2] = { x, y };

  g_array_append_vals (self->points, xy, 2);
}

static void
add_crossing (PelTracer *self, guint32 label, float level, gint x, gint y, guint side)
{
  static const gint dx[4] = { 0, 1, 0, -1 };
  static const gint dy[4] = { -1, 0, 1, 0 };
  Crossing crossing;
  double at = crossing_at (self, label, level, x, y, x + dx[side], y + dy[side], &crossing.is_free);

  crossing.x = x + 0.5 + at * dx[side];
  crossing.y = y + 0.5 + at * dy[side];
  g_array_append_val (self->ring, crossing);
}

/* Weights of four samples at -1, 0, 1 and 2 for the value and the slope at t, from 0 to 1
 * (cubic convolution; Keys 1981). */
static void
cubic_weights (double t, double value[4], double slope[4])
{
  value[0] = ((2 - t) * t - 1) * t / 2;
  value[1] = ((3 * t - 5) * t * t + 2) / 2;
  value[2] = ((4 - 3 * t) * t + 1) * t / 2;
  value[3] = (t - 1) * t * t / 2;
  slope[0] = ((4 - 3 * t) * t - 1) / 2;
  slope[1] = (9 * t - 10) * t / 2;
  slope[2] = ((8 - 9 * t) * t + 1) / 2;
  slope[3] = (3 * t - 2) * t / 2;
}

/* Adds the point of the level beside the middle of two crossings: one Newton step on the logits,
 * interpolated by cubics, across the line. Without it the line would cut the tips of small
 * cells by a tenth of a pixel. */
static void
add_bend (PelTracer *self, const Crossing *a, const Crossing *b)
{
  double dx = b->x - a->x, dy = b->y - a->y, length = sqrt (dx * dx + dy * dy);
  double x = (a->x + b->x) / 2, y = (a->y + b->y) / 2;
  double wx[4], wy[4], sx[4], sy[4], value = 0, slope = 0;

  if (!a->is_free || !b->is_free || length < 1e-3)
    return;
  double nx = dy / length, ny = -dx / length; /* outwards */
  gint column = (gint)floor (x - 0.5), row = (gint)floor (y - 0.5);
  cubic_weights (x - 0.5 - column, wx, sx);
  cubic_weights (y - 0.5 - row, wy, sy);
  for (gint j = 0; j < 4; j++)
    {
      for (gint i = 0; i < 4; i++)
        {
          double above = above_level (self, column - 1 + i, row - 1 + j);

          value += above * wx[i] * wy[j];
          slope += above * (nx * sx[i] * wy[j] + ny * wx[i] * sy[j]);
        }
    }
  if (!(slope < 0))
    return;
  double bend = CLAMP (-value / slope, -MAX_BEND, MAX_BEND);
  add_point (self, x + bend * nx, y + bend * ny);
}

/* Turns the crossings of a ring into points. */
static void
finish_crossings (PelTracer *self)
{
  for (guint i = 0; i < self->ring->len; i++)
    {
      const Crossing *a = &g_array_index (self->ring, Crossing, i);
      const Crossing *b = &g_array_index (self->ring, Crossing, (i + 1) % self->ring->len);

      add_point (self, a->x, a->y);
      add_bend (self, a, b);
    }
  g_array_set_size (self->ring, 0);
}

/* The corner at which the outline leaves a side. */
static void
add_corner (PelTracer *self, gint x, gint y, guint side)
{
  add_point (self, x + (side == SIDE_TOP || side == SIDE_RIGHT),
             y + (side == SIDE_RIGHT || side == SIDE_BOTTOM));
}

/* Follows one ring from the top side of a pixel; start is its index in the window. */
static void
follow_ring (PelTracer *self, guint32 label, float level, gsize start)
{
  const gssize width = self->window.width;
  const gssize ahead[4] = { 1, width, -1, -width };
  gsize at = start, n_points;
  guint side = SIDE_TOP;

  do
    {
      gint x = self->window.x + (gint)(at % (gsize)width);
      gint y = self->window.y + (gint)(at / (gsize)width);
      gsize front = at + (gsize)ahead[side];
      gsize front_left = front + (gsize)ahead[(side + 3) % 4];
      guint next_side = side;

      self->state[at] |= (guint8)(1u << side);
      if (level > 0)
        add_crossing (self, label, level, x, y, side);
      if (!(self->state[front] & INSIDE))
        {
          next_side = (side + 1) % 4;
        }
      else if (self->state[front_left] & INSIDE)
        {
          next_side = (side + 3) % 4;
          front = front_left;
        }
      if (level <= 0 && next_side != side)
        add_corner (self, x, y, side);
      if (next_side != (side + 1) % 4)
        at = front;
      side = next_side;
    }
  while (at != start || side != SIDE_TOP);

  if (level > 0)
    finish_crossings (self);
  n_points = self->points->len / 2;
  g_array_append_val (self->ring_ends, n_points);
}

/* Marks what is inside of the piece in the window. */
static void
mark_inside (PelTracer *self, const PelLabelEntry *entry, guint piece, float level)
{
  const PelRect *window = &self->window;

  memset (self->state, 0, (gsize)window->width * (gsize)window->height);
  for (guint i = piece > 0 ? self->pieces.ends[piece - 1] : 0; i < self->pieces.ends[piece]; i++)
    {
      const PelLabelRun *run = &entry->runs[self->pieces.order[i]];
      guint8 *row = self->state + (gsize)(run->y - window->y) * (gsize)window->width;

      for (gint x = run->x0; x < run->x1; x++)
        {
          if (level <= 0 || probability_at (self, x, run->y) >= level)
            row[x - window->x] = INSIDE;
        }
    }
}

/* The smallest block around a piece. */
static PelRect
piece_bounds (const PelTracer *self, const PelLabelEntry *entry, guint piece)
{
  PelRect bounds = { 0 };

  for (guint i = piece > 0 ? self->pieces.ends[piece - 1] : 0; i < self->pieces.ends[piece]; i++)
    {
      const PelLabelRun *run = &entry->runs[self->pieces.order[i]];
      PelRect rect = { run->x0, run->y, run->x1 - run->x0, 1 };

      pel_rect_union (&bounds, &rect, &bounds);
    }
  return bounds;
}

static gboolean
trace_piece (PelTracer *self, const PelLabelEntry *entry, guint piece, float level, GError **error)
{
  PelRect bounds = piece_bounds (self, entry, piece);

  self->window = (PelRect){ bounds.x - MARGIN, bounds.y - MARGIN, bounds.width + 2 * MARGIN,
                            bounds.height + 2 * MARGIN };
  if (!reserve_window (self, error))
    return FALSE;
  mark_inside (self, entry, piece, level);
  if (level > 0)
    {
      pel_labels_read (self->labels, &self->window, self->around, (gsize)self->window.width);
      /* All bits set: not a number. */
      memset (self->logits, 0xff,
              (gsize)self->window.width * (gsize)self->window.height * sizeof *self->logits);
    }

  gsize width = (gsize)self->window.width;
  gsize end = width * (gsize)(self->window.height - 1);
  for (gsize at = width; at < end; at++)
    {
      if ((self->state[at] & (INSIDE | 1u << SIDE_TOP)) == INSIDE &&
          !(self->state[at - width] & INSIDE))
        follow_ring (self, entry->label, level, at);
    }
  return TRUE;
}

gboolean
pel_tracer_trace (PelTracer *self, const PelLabelEntry *entry, float level, GError **error)
{
  g_return_val_if_fail (level <= 0 || self->probability != NULL, FALSE);

  g_array_set_size (self->points, 0);
  g_array_set_size (self->ring_ends, 0);
  if (level > 0)
    self->level_logit = logit (level);
  if (!pel_label_pieces_find (&self->pieces, entry, PEL_CONNECTIVITY_4, error))
    return FALSE;
  for (guint piece = 0; piece < self->pieces.n_pieces; piece++)
    {
      if (!trace_piece (self, entry, piece, level, error))
        return FALSE;
    }
  return TRUE;
}

const double *
pel_tracer_get_points (const PelTracer *self, gsize *n_points)
{
  *n_points = self->points->len / 2;
  return (const double *)(gconstpointer)self->points->data;
}

const gsize *
pel_tracer_get_ring_ends (const PelTracer *self, gsize *n_rings)
{
  *n_rings = self->ring_ends->len;
  return (const gsize *)(gconstpointer)self->ring_ends->data;
}

guint
pel_tracer_get_n_pieces (const PelTracer *self)
{
  return self->pieces.n_pieces;
}
