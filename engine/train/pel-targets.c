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

/* Spans along a row, over @reach pixels either way. */
static void
row_spans (const guint32 *labels, gint width, gint reach, Span *out)
{
  for (gint x = 0; x < width; x++)
    {
      Span span = { G_MAXUINT32, 0 };
      gint last = MIN (x + reach, width - 1);
      for (gint i = MAX (x - reach, 0); i <= last; i++)
        if (labels[i] != 0 && labels[i] != PEL_LABEL_IGNORED)
          span_add (&span, (Span){ labels[i], labels[i] });
      out[x] = span;
    }
}

static void
mark_border (const guint32 *labels, gint width, gint height, gint reach, float *border)
{
  /* The rows around the present one, each at its number modulo @n_rows. */
  gint n_rows = 2 * reach + 1;
  gsize stride = (gsize)width;
  g_autofree Span *ring = g_new (Span, stride * (gsize)n_rows);
  for (gint y = 0; y < MIN (reach, height); y++)
    row_spans (labels + (gsize)y * stride, width, reach, ring + (gsize)y * stride);
  for (gint y = 0; y < height; y++)
    {
      gint next = y + reach;
      if (next < height)
        row_spans (labels + (gsize)next * stride, width, reach,
                   ring + (gsize)(next % n_rows) * stride);
      gint first = MAX (y - reach, 0), last = MIN (next, height - 1);
      float *row = border + (gsize)y * (gsize)width;
      for (gint x = 0; x < width; x++)
        {
          Span span = { G_MAXUINT32, 0 };
          for (gint i = first; i <= last; i++)
            span_add (&span, ring[(gsize)(i % n_rows) * (gsize)width + (gsize)x]);
          row[x] = span.low < span.high ? 1.0f : 0.0f;
        }
    }
}

void
pel_targets_build (PelTask task,
                   const guint32 *labels,
                   guint width,
                   guint height,
                   guint reach,
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
  mark_border (labels, (gint)width, (gint)height, (gint)reach, border);
  for (gsize i = 0; i < n; i++)
    if (border[i] > 0.0f)
      weights[i] *= (float)border_weight;
}
