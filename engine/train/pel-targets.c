/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-targets.h"

#include <string.h>
#include "engine/train/pel-dataset.h"

/* The lowest and the highest label near a pixel; background and what is ignored do not count.
 * Empty where low > high. */
typedef struct
{
  guint32 low, high;
} Span;

static inline void
span_add (Span *span, Span other)
{
  span->low = MIN (span->low, other.low);
  span->high = MAX (span->high, other.high);
}

/* Spans along a row, over PEL_TARGETS_REACH pixels either way. */
static void
row_spans (const guint32 *labels, gint width, Span *out)
{
  for (gint x = 0; x < width; x++)
    {
      Span span = { G_MAXUINT32, 0 };
      gint last = MIN (x + PEL_TARGETS_REACH, width - 1);
      for (gint i = MAX (x - PEL_TARGETS_REACH, 0); i <= last; i++)
        if (labels[i] != 0 && labels[i] != PEL_LABEL_IGNORED)
          span_add (&span, (Span){ labels[i], labels[i] });
      out[x] = span;
    }
}

static void
mark_border (const guint32 *labels, gint width, gint height, float *border)
{
  enum
  {
    N_ROWS = 2 * PEL_TARGETS_REACH + 1
  };
  /* The rows around the present one, each at its number modulo N_ROWS. */
  g_autofree Span *ring = g_new (Span, (gsize)width * N_ROWS);
  for (gint y = 0; y < MIN (PEL_TARGETS_REACH, height); y++)
    row_spans (labels + (gsize)y * (gsize)width, width, ring + (gsize)y * (gsize)width);
  for (gint y = 0; y < height; y++)
    {
      gint next = y + PEL_TARGETS_REACH;
      if (next < height)
        row_spans (labels + (gsize)next * (gsize)width, width,
                   ring + (gsize)(next % N_ROWS) * (gsize)width);
      gint first = MAX (y - PEL_TARGETS_REACH, 0), last = MIN (next, height - 1);
      float *row = border + (gsize)y * (gsize)width;
      for (gint x = 0; x < width; x++)
        {
          Span span = { G_MAXUINT32, 0 };
          for (gint i = first; i <= last; i++)
            span_add (&span, ring[(gsize)(i % N_ROWS) * (gsize)width + (gsize)x]);
          row[x] = span.low < span.high ? 1.0f : 0.0f;
        }
    }
}

void
pel_targets_build (PelTask task,
                   const guint32 *labels,
                   guint width,
                   guint height,
                   double border_weight,
                   float *targets,
                   float *weights)
{
  g_return_if_fail (labels != NULL && targets != NULL && weights != NULL);
  gsize n = (gsize)width * height;
  for (gsize i = 0; i < n; i++)
    {
      gboolean known = labels[i] != PEL_LABEL_IGNORED;
      targets[i] = known && labels[i] != 0 ? 1.0f : 0.0f;
      weights[i] = known ? 1.0f : 0.0f;
    }
  if (task != PEL_TASK_CELLS)
    return;
  float *border = targets + n;
  mark_border (labels, (gint)width, (gint)height, border);
  for (gsize i = 0; i < n; i++)
    if (border[i] > 0.0f)
      weights[i] *= (float)border_weight;
}
