/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-flow-field.h"

#include <math.h>
#include <string.h>

#include "engine/core/pel-arena.h"
#include "engine/segment/pel-components.h"
#include "engine/segment/pel-distance.h"

#define UNIT 127.0f
/* How deep, beside the deepest, the middle lies at least. */
#define DEEP 0.5f
#define FAR INFINITY

struct PelFlowField
{
  guint width, height;
  gint8 *down, *right;
};

typedef struct
{
  guint x0, y0, x1, y1; /* the last ones included; x0 > x1 where there is nothing */
} Box;

typedef struct
{
  float cost;
  guint32 at;
} Step;

/* One cell at a time, in the box around it. */
typedef struct
{
  guint width, height; /* of the box */
  guint8 *mask;
  float *depth; /* to what is not the cell, in pixels */
  float *cost;  /* of the way to the middle */
  guint *counts;
  GArray *heap; /* Steps, the cheapest first */
} March;

static void
heap_push (GArray *heap, Step step)
{
  g_array_append_val (heap, step);
  Step *steps = (Step *)(void *)heap->data;
  guint i = heap->len - 1;
  while (i > 0 && steps[(i - 1) / 2].cost > step.cost)
    {
      steps[i] = steps[(i - 1) / 2];
      i = (i - 1) / 2;
    }
  steps[i] = step;
}

static Step
heap_pop (GArray *heap)
{
  Step *steps = (Step *)(void *)heap->data;
  Step first = steps[0], last = steps[heap->len - 1];
  guint n = heap->len - 1, i = 0;
  g_array_set_size (heap, n);
  for (guint child = 1; child < n; child = 2 * i + 1)
    {
      if (child + 1 < n && steps[child + 1].cost < steps[child].cost)
        child++;
      if (steps[child].cost >= last.cost)
        break;
      steps[i] = steps[child];
      i = child;
    }
  if (n > 0)
    steps[i] = last;
  return first;
}

/* The value of a neighbour, or FAR outside the box. What is not the cell is never reached. */
static float
cost_at (const March *march, guint x, guint y, gint dx, gint dy)
{
  if ((dx < 0 && x == 0) || (dx > 0 && x + 1 == march->width) || (dy < 0 && y == 0) ||
      (dy > 0 && y + 1 == march->height))
    return FAR;
  return march->cost[(gssize)y * march->width + x + (gssize)dy * march->width + dx];
}

/* What the way from a pixel costs, from the cheaper neighbour along each axis: the front is a
 * straight line there. */
static float
solve (const March *march, guint x, guint y)
{
  float price = 1.0f / march->depth[(gsize)y * march->width + x];
  float left = cost_at (march, x, y, -1, 0), right = cost_at (march, x, y, 1, 0);
  float above = cost_at (march, x, y, 0, -1), below = cost_at (march, x, y, 0, 1);
  float a = MIN (left, right), b = MIN (above, below);
  float low = MIN (a, b), gap = fabsf (a - b);
  if (!(gap < price))
    return low + price;
  return 0.5f * (a + b + sqrtf (2.0f * price * price - gap * gap));
}

/* Tries the way from a pixel over a neighbour that the front, which is at @front, has passed. */
static void
reach (March *march, guint x, guint y, float front)
{
  gsize at = (gsize)y * march->width + x;
  if (!march->mask[at] || march->cost[at] <= front)
    return;
  float cost = solve (march, x, y);
  if (cost < march->cost[at])
    {
      march->cost[at] = cost;
      heap_push (march->heap, (Step){ cost, (guint32)at });
    }
}

/* Costs of the ways from all pixels to the middle. Around the middle, where the front is no line,
 * they are those of straight ways. */
static void
march_from (March *march, guint mx, guint my)
{
  gsize n = (gsize)march->width * march->height, middle = (gsize)my * march->width + mx;
  float price = 1.0f / march->depth[middle];
  for (gsize i = 0; i < n; i++)
    march->cost[i] = FAR;
  g_array_set_size (march->heap, 0);
  march->cost[middle] = 0.0f;
  for (guint y = MAX (my, 1) - 1; y <= MIN (my + 1, march->height - 1); y++)
    for (guint x = MAX (mx, 1) - 1; x <= MIN (mx + 1, march->width - 1); x++)
      {
        gsize at = (gsize)y * march->width + x;
        gboolean aside = x != mx && y != my;
        /* A corner counts only where a neighbour leads to it. */
        if (!march->mask[at] || (aside && !march->mask[(gsize)my * march->width + x] &&
                                 !march->mask[(gsize)y * march->width + mx]))
          continue;
        if (at != middle)
          march->cost[at] = price * (aside ? (float)G_SQRT2 : 1.0f);
        heap_push (march->heap, (Step){ march->cost[at], (guint32)at });
      }
  while (march->heap->len > 0)
    {
      Step step = heap_pop (march->heap);
      guint x = step.at % march->width, y = step.at / march->width;
      if (step.cost > march->cost[step.at])
        continue;
      if (x > 0)
        reach (march, x - 1, y, step.cost);
      if (x + 1 < march->width)
        reach (march, x + 1, y, step.cost);
      if (y > 0)
        reach (march, x, y - 1, step.cost);
      if (y + 1 < march->height)
        reach (march, x, y + 1, step.cost);
    }
}

/* The middle of @n counted pixels: the place up to which half of them lie. */
static guint
median_of (const guint *counts, guint length, gsize n)
{
  gsize sum = 0;
  for (guint i = 0; i < length; i++)
    {
      sum += counts[i];
      if (2 * sum >= n)
        return i;
    }
  return length - 1;
}

static void
find_middle (March *march, guint *mx, guint *my)
{
  guint *columns = march->counts, *rows = columns + march->width;
  gsize n = 0;
  float deepest = 0.0f;
  memset (columns, 0, ((gsize)march->width + march->height) * sizeof *columns);
  for (guint y = 0; y < march->height; y++)
    for (guint x = 0; x < march->width; x++)
      if (march->mask[(gsize)y * march->width + x])
        {
          columns[x]++;
          rows[y]++;
          n++;
          deepest = MAX (deepest, march->depth[(gsize)y * march->width + x]);
        }
  double cx = median_of (columns, march->width, n), cy = median_of (rows, march->height, n);
  double nearest = INFINITY;
  for (guint y = 0; y < march->height; y++)
    for (guint x = 0; x < march->width; x++)
      {
        gsize at = (gsize)y * march->width + x;
        double away = (x - cx) * (x - cx) + (y - cy) * (y - cy);
        if (march->mask[at] && march->depth[at] >= DEEP * deepest && away < nearest)
          {
            nearest = away;
            *mx = x;
            *my = y;
          }
      }
}

/* How the cost rises along an axis: from both neighbours, or from the one in the cell. */
static float
slope (float before, float here, float after)
{
  if (isfinite (before) && isfinite (after))
    return 0.5f * (after - before);
  if (isfinite (before))
    return here - before;
  return isfinite (after) ? after - here : 0.0f;
}

static void
write_directions (PelFlowField *self, const March *march, const Box *box, guint mx, guint my)
{
  for (guint y = 0; y < march->height; y++)
    for (guint x = 0; x < march->width; x++)
      {
        float here = march->cost[(gsize)y * march->width + x];
        if (!isfinite (here) || (x == mx && y == my))
          continue;
        float right = -slope (cost_at (march, x, y, -1, 0), here, cost_at (march, x, y, 1, 0));
        float down = -slope (cost_at (march, x, y, 0, -1), here, cost_at (march, x, y, 0, 1));
        float length = hypotf (down, right);
        gsize at = (gsize)(box->y0 + y) * self->width + box->x0 + x;
        if (!(length > 0.0f))
          continue;
        self->down[at] = (gint8)lrintf (UNIT * down / length);
        self->right[at] = (gint8)lrintf (UNIT * right / length);
      }
}

/* A box and a pixel around it, inside the image. */
static Box
widen (Box box, guint width, guint height)
{
  return (Box){ MAX (box.x0, 1) - 1, MAX (box.y0, 1) - 1, MIN (box.x1 + 1, width - 1),
                MIN (box.y1 + 1, height - 1) };
}

static gsize
box_area (const Box *box)
{
  return (gsize)(box->x1 - box->x0 + 1) * (box->y1 - box->y0 + 1);
}

static gboolean
direct_cell (PelFlowField *self,
             const guint32 *cells,
             guint32 cell,
             const Box *box,
             March *march,
             GError **error)
{
  march->width = box->x1 - box->x0 + 1;
  march->height = box->y1 - box->y0 + 1;
  for (guint y = 0; y < march->height; y++)
    {
      const guint32 *row = cells + (gsize)(box->y0 + y) * self->width + box->x0;
      for (guint x = 0; x < march->width; x++)
        march->mask[(gsize)y * march->width + x] = row[x] == cell;
    }
  if (!pel_distance_transform (march->mask, march->width, march->height, march->depth, error))
    return FALSE;
  float most = (float)(march->width + march->height);
  for (gsize i = 0; i < (gsize)march->width * march->height; i++)
    march->depth[i] = MIN (march->depth[i], most);
  guint mx = 0, my = 0;
  find_middle (march, &mx, &my);
  march_from (march, mx, my);
  write_directions (self, march, box, mx, my);
  return TRUE;
}

static Box *
find_boxes (const guint32 *cells, guint width, guint height, guint32 n_cells, GError **error)
{
  Box *boxes = pel_try_alloc ((gsize)n_cells + 1, sizeof *boxes, error);
  if (boxes == NULL)
    return NULL;
  for (guint32 i = 0; i <= n_cells; i++)
    boxes[i] = (Box){ width, height, 0, 0 };
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        Box *box = &boxes[cells[(gsize)y * width + x]];
        box->x0 = MIN (box->x0, x);
        box->x1 = MAX (box->x1, x);
        box->y0 = MIN (box->y0, y);
        box->y1 = MAX (box->y1, y);
      }
  for (guint32 i = 0; i <= n_cells; i++)
    boxes[i] = widen (boxes[i], width, height);
  return boxes;
}

static gboolean
direct_all (PelFlowField *self,
            const guint32 *cells,
            guint32 n_cells,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GArray) heap = g_array_new (FALSE, FALSE, sizeof (Step));
  March march = { .heap = heap };
  gsize largest = 1;
  Box *boxes = find_boxes (cells, self->width, self->height, n_cells, error);
  if (boxes == NULL)
    return FALSE;
  for (guint32 i = 1; i <= n_cells; i++)
    largest = MAX (largest, box_area (&boxes[i]));
  gboolean good = (march.mask = pel_try_alloc (largest, 1, error)) != NULL &&
                  (march.depth = pel_try_alloc (largest, sizeof (float), error)) != NULL &&
                  (march.cost = pel_try_alloc (largest, sizeof (float), error)) != NULL &&
                  (march.counts = pel_try_alloc ((gsize)self->width + self->height, sizeof (guint),
                                                 error)) != NULL;
  for (guint32 i = 1; good && i <= n_cells; i++)
    {
      good = !g_cancellable_set_error_if_cancelled (cancellable, error) &&
             direct_cell (self, cells, i, &boxes[i], &march, error);
    }
  pel_aligned_free (boxes);
  pel_aligned_free (march.mask);
  pel_aligned_free (march.depth);
  pel_aligned_free (march.cost);
  pel_aligned_free (march.counts);
  return good;
}

PelFlowField *
pel_flow_field_new (const guint32 *labels,
                    guint width,
                    guint height,
                    GCancellable *cancellable,
                    GError **error)
{
  g_return_val_if_fail (labels != NULL && width > 0 && height > 0, NULL);
  gsize n = (gsize)width * height;
  guint32 n_cells = 0;
  g_autoptr (PelFlowField) self = g_new0 (PelFlowField, 1);
  self->width = width;
  self->height = height;
  self->down = pel_try_alloc (n, sizeof *self->down, error);
  self->right = self->down != NULL ? pel_try_alloc (n, sizeof *self->right, error) : NULL;
  guint32 *cells = self->right != NULL ? pel_try_alloc (n, sizeof *cells, error) : NULL;
  if (cells == NULL)
    return NULL;
  memset (self->down, 0, n);
  memset (self->right, 0, n);
  for (gsize i = 0; i < n; i++)
    cells[i] = labels[i] == G_MAXUINT32 ? 0 : labels[i];
  gboolean good =
      pel_components_plane (cells, width, height, PEL_CONNECTIVITY_4, cells, &n_cells, error) &&
      direct_all (self, cells, n_cells, cancellable, error);
  pel_aligned_free (cells);
  return good ? g_steal_pointer (&self) : NULL;
}

void
pel_flow_field_free (PelFlowField *self)
{
  if (self == NULL)
    return;
  pel_aligned_free (self->down);
  pel_aligned_free (self->right);
  g_free (self);
}

/* Where an index outside falls when a row is mirrored at its ends, and whether it runs backwards
 * there. */
static gint
mirror (gint i, gint n, gboolean *backwards)
{
  gint period = 2 * (n - 1);
  *backwards = FALSE;
  if (n < 2)
    return 0;
  i %= period;
  if (i < 0)
    i += period;
  *backwards = i >= n;
  return *backwards ? period - i : i;
}

void
pel_flow_field_read (const PelFlowField *self, const PelRect *area, gint8 *down, gint8 *right)
{
  g_return_if_fail (self != NULL && area != NULL && down != NULL && right != NULL);
  for (gint y = 0; y < area->height; y++)
    {
      gboolean up, left;
      gsize row = (gsize)mirror (area->y + y, (gint)self->height, &up) * self->width;
      gsize out = (gsize)y * (gsize)area->width;
      for (gint x = 0; x < area->width; x++)
        {
          gsize at = row + (gsize)mirror (area->x + x, (gint)self->width, &left);
          down[out + (gsize)x] = up ? (gint8)-self->down[at] : self->down[at];
          right[out + (gsize)x] = left ? (gint8)-self->right[at] : self->right[at];
        }
    }
}

void
pel_flow_field_read_unit (const PelFlowField *self, float *down, float *right)
{
  g_return_if_fail (self != NULL && down != NULL && right != NULL);
  for (gsize i = 0; i < (gsize)self->width * self->height; i++)
    {
      float dy = self->down[i], dx = self->right[i], length = hypotf (dy, dx);
      down[i] = length > 0.0f ? dy / length : 0.0f;
      right[i] = length > 0.0f ? dx / length : 0.0f;
    }
}

void
pel_flow_field_get (const PelFlowField *self, guint x, guint y, float *down, float *right)
{
  gsize at = (gsize)y * self->width + x;
  *down = self->down[at] * (1.0f / UNIT);
  *right = self->right[at] * (1.0f / UNIT);
}
