/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-live-wire.h"

#include <math.h>
#include <string.h>
#include <glib/gi18n-lib.h>

#include "engine/core/pel-arena.h"

#define UNIT 1024
#define LEAST (UNIT / 64)
#define MOST (LEAST + UNIT)
/* The queue is a ring of buckets, one for each cost from the least open one on. No step costs more
 * than a diagonal between the two dearest samples. */
#define N_BUCKETS 2048
#define NONE G_MAXUINT32
#define UNSEEN G_MAXUINT32
#define POLL_EVERY 16384

struct PelLiveWire
{
  guint width, height;
  guint32 begin;
  guint32 *costs;  /* of the way to each sample, in UNITths */
  guint8 *parents; /* which of the eight neighbours the way comes from */
};

static const gint steps[8][2] = { { 1, 0 }, { 0, 1 },  { -1, 0 },  { 0, -1 },
                                  { 1, 1 }, { -1, 1 }, { -1, -1 }, { 1, -1 } };

/* What the search needs and the result does not. */
typedef struct
{
  guint32 *next, *previous; /* in the bucket */
  guint32 *weights;
  guint32 heads[N_BUCKETS];
  gsize n_open;
} Queue;

static void
queue_free (Queue *queue)
{
  pel_aligned_free (queue->next);
  g_free (queue);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Queue, queue_free)

static void
queue_add (Queue *queue, guint32 at, guint32 cost)
{
  const guint bucket = cost % N_BUCKETS;

  queue->next[at] = queue->heads[bucket];
  queue->previous[at] = NONE;
  if (queue->heads[bucket] != NONE)
    queue->previous[queue->heads[bucket]] = at;
  queue->heads[bucket] = at;
  queue->n_open++;
}

static void
queue_remove (Queue *queue, guint32 at, guint32 cost)
{
  if (queue->previous[at] != NONE)
    queue->next[queue->previous[at]] = queue->next[at];
  else
    queue->heads[cost % N_BUCKETS] = queue->next[at];
  if (queue->next[at] != NONE)
    queue->previous[queue->next[at]] = queue->previous[at];
  queue->n_open--;
}

/* The ways that lead on from a sample whose own is settled. */
static void
spread (PelLiveWire *self, Queue *queue, guint32 at)
{
  const gint x = (gint)(at % self->width), y = (gint)(at / self->width);

  for (guint i = 0; i < 8; i++)
    {
      const gint u = x + steps[i][0], v = y + steps[i][1];
      guint32 to, sum, cost;

      if (u < 0 || v < 0 || u >= (gint)self->width || v >= (gint)self->height)
        continue;
      to = (guint32)v * self->width + (guint32)u;
      sum = queue->weights[at] + queue->weights[to];
      /* Half of the sum, times the length: 181/256 is half of the root of two. */
      cost = self->costs[at] + (i < 4 ? (sum + 1) / 2 : (sum * 181 + 128) / 256);
      if (cost >= self->costs[to])
        continue;
      if (self->costs[to] != UNSEEN)
        queue_remove (queue, to, self->costs[to]);
      self->costs[to] = cost;
      self->parents[to] = (guint8)(i < 4 ? (i + 2) % 4 : 4 + (i - 2) % 4);
      queue_add (queue, to, cost);
    }
}

static gboolean
search (PelLiveWire *self, Queue *queue, GCancellable *cancellable, GError **error)
{
  guint32 cost = 0;
  gsize n_settled = 0;

  self->costs[self->begin] = 0;
  queue_add (queue, self->begin, 0);
  while (queue->n_open > 0)
    {
      guint32 at = queue->heads[cost % N_BUCKETS];

      if (at == NONE)
        {
          cost++;
          continue;
        }
      queue_remove (queue, at, cost);
      spread (self, queue, at);
      if (++n_settled % POLL_EVERY == 0 &&
          g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
    }
  return TRUE;
}

PelLiveWire *
pel_live_wire_new (const float *edge,
                   guint width,
                   guint height,
                   guint x,
                   guint y,
                   GCancellable *cancellable,
                   GError **error)
{
  const gsize n = (gsize)width * height;
  g_autoptr (PelLiveWire) self = NULL;
  g_autoptr (Queue) queue = NULL;

  G_STATIC_ASSERT (MOST * 1.4143 + 2 < N_BUCKETS);
  if (x >= width || y >= height || n >= NONE / (2 * MOST))
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
                           _ ("An outline cannot be looked for in a block of this size."));
      return NULL;
    }
  self = g_new0 (PelLiveWire, 1);
  self->width = width;
  self->height = height;
  self->begin = y * width + x;
  queue = g_new0 (Queue, 1);
  if (!(self->costs = pel_try_alloc (n, sizeof *self->costs, error)) ||
      !(self->parents = pel_try_alloc (n, sizeof *self->parents, error)) ||
      !(queue->next = pel_try_alloc (n, 3 * sizeof *queue->next, error)))
    return NULL;
  queue->previous = queue->next + n;
  queue->weights = queue->next + 2 * n;
  memset (queue->heads, 0xff, sizeof queue->heads);
  memset (self->costs, 0xff, n * sizeof *self->costs);
  for (gsize i = 0; i < n; i++)
    {
      const double flat = isfinite (edge[i]) ? 1 - CLAMP ((double)edge[i], 0, 1) : 1;

      queue->weights[i] = (guint32)lrint (LEAST + UNIT * flat * flat);
    }
  if (!search (self, queue, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
pel_live_wire_free (PelLiveWire *self)
{
  pel_aligned_free (self->costs);
  pel_aligned_free (self->parents);
  g_free (self);
}

double
pel_live_wire_get_cost (const PelLiveWire *self, guint x, guint y)
{
  g_return_val_if_fail (x < self->width && y < self->height, 0);

  return self->costs[(gsize)y * self->width + x] / (double)UNIT;
}

GArray *
pel_live_wire_get_path (const PelLiveWire *self, guint x, guint y)
{
  GArray *path = g_array_new (FALSE, FALSE, sizeof (gint32));
  gint32 *xy;
  guint n;

  g_return_val_if_fail (x < self->width && y < self->height, path);

  for (guint32 at = y * self->width + x;;)
    {
      const gint32 here[2] = { (gint32)(at % self->width), (gint32)(at / self->width) };
      const gint *step;

      g_array_append_vals (path, here, 2);
      if (at == self->begin)
        break;
      step = steps[self->parents[at]];
      at = (guint32)(here[1] + step[1]) * self->width + (guint32)(here[0] + step[0]);
    }
  /* From the end to the beginning so far. */
  xy = (gint32 *)(void *)path->data;
  n = path->len / 2;
  for (guint i = 0; i < n / 2; i++)
    for (guint k = 0; k < 2; k++)
      {
        const gint32 other = xy[2 * (n - 1 - i) + k];

        xy[2 * (n - 1 - i) + k] = xy[2 * i + k];
        xy[2 * i + k] = other;
      }
  return path;
}
