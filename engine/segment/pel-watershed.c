/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-watershed.h"

#include <math.h>
#include <string.h>
#include <glib/gi18n-lib.h>

#include "engine/core/pel-arena.h"

#define N_LEVELS 4096
#define NONE G_MAXUINT32
#define POLL_EVERY 65536

/* A queue for each level: pixels in the order in which they came, linked through next. */
typedef struct
{
  guint32 first[N_LEVELS], last[N_LEVELS];
  guint32 *next;
  float low, scale;
} Queue;

static void
queue_push (Queue *queue, guint level, guint32 pixel)
{
  queue->next[pixel] = NONE;
  if (queue->first[level] == NONE)
    queue->first[level] = pixel;
  else
    queue->next[queue->last[level]] = pixel;
  queue->last[level] = pixel;
}

static guint
level_of (const Queue *queue, float height)
{
  float level = (height - queue->low) * queue->scale;

  if (!(level < N_LEVELS - 1))
    return N_LEVELS - 1;
  return level > 0 ? (guint)level : 0;
}

static void
queue_init (Queue *queue, const float *relief, const guint8 *mask, gsize n, guint32 *next)
{
  float low = INFINITY, high = -INFINITY;

  for (gsize i = 0; i < n; i++)
    {
      if ((mask && !mask[i]) || !isfinite (relief[i]))
        continue;
      low = MIN (low, relief[i]);
      high = MAX (high, relief[i]);
    }
  memset (queue->first, 0xff, sizeof queue->first);
  queue->next = next;
  queue->low = low;
  queue->scale = high > low ? (float)N_LEVELS / (high - low) : 0;
}

typedef struct
{
  const float *relief;
  const guint8 *mask;
  guint width, height;
  guint32 *labels;
  Queue queue;
} Flood;

/* Offers a pixel's label to its neighbour. */
static void
spread (Flood *flood, guint level, guint32 from, guint32 to)
{
  if (flood->labels[to] != 0 || (flood->mask && !flood->mask[to]))
    return;
  flood->labels[to] = flood->labels[from];
  queue_push (&flood->queue, MAX (level, level_of (&flood->queue, flood->relief[to])), to);
}

static void
push_seeds (Flood *flood)
{
  gsize n = (gsize)flood->width * flood->height;

  for (gsize i = 0; i < n; i++)
    {
      if (flood->labels[i] != 0)
        queue_push (&flood->queue, level_of (&flood->queue, flood->relief[i]), (guint32)i);
    }
}

static gboolean
run (Flood *flood, GCancellable *cancellable, GError **error)
{
  const guint32 width = flood->width, height = flood->height;
  guint n_done = 0;

  for (guint level = 0; level < N_LEVELS; level++)
    {
      guint32 pixel;

      while ((pixel = flood->queue.first[level]) != NONE)
        {
          guint32 x = pixel % width, y = pixel / width;

          flood->queue.first[level] = flood->queue.next[pixel];
          if (y > 0)
            spread (flood, level, pixel, pixel - width);
          if (x > 0)
            spread (flood, level, pixel, pixel - 1);
          if (x + 1 < width)
            spread (flood, level, pixel, pixel + 1);
          if (y + 1 < height)
            spread (flood, level, pixel, pixel + width);
          if (++n_done % POLL_EVERY == 0 &&
              g_cancellable_set_error_if_cancelled (cancellable, error))
            return FALSE;
        }
    }
  return TRUE;
}

gboolean
pel_watershed (const float *relief,
               const guint8 *mask,
               guint width,
               guint height,
               guint32 *labels,
               GCancellable *cancellable,
               GError **error)
{
  gsize n = (gsize)width * height;
  gboolean ok = FALSE;

  g_return_val_if_fail (relief != NULL && labels != NULL, FALSE);
  if (n == 0 || n >= NONE)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
                   _ ("cells cannot be separated in an image of %u x %u pixels"), width, height);
      return FALSE;
    }

  guint32 *next = pel_try_alloc (n, sizeof *next, error);
  Flood *flood = next ? pel_try_alloc (1, sizeof *flood, error) : NULL;
  if (flood)
    {
      *flood = (Flood){ relief, mask, width, height, labels };
      queue_init (&flood->queue, relief, mask, n, next);
      if (!g_cancellable_is_cancelled (cancellable))
        push_seeds (flood);
      ok = !g_cancellable_set_error_if_cancelled (cancellable, error) &&
           run (flood, cancellable, error);
    }
  pel_aligned_free (flood);
  pel_aligned_free (next);
  return ok;
}
