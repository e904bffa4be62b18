/* SPDX-License-Identifier: MIT */
#include "app/document/pel-cell-thumbnail.h"

#include <math.h>
#include <string.h>

/* Of the cell's longer side: what is shown around it on each side, and at least so many pixels. */
#define MARGIN 0.15
#define LEAST_MARGIN 3.0
/* More rows and columns of the image than this fall into a pixel of the picture no more closely. */
#define MAX_SAMPLES 4
/* Where the edge is drawn. */
static const guint8 edge_colour[3] = { 0xff, 0xd8, 0x3d };

void
pel_cell_levels_find (PelCellLevels *self, PelImage *image)
{
  PelSampleType type = pel_image_get_sample_type (image);

  for (guint k = 0; k < 3; k++)
    {
      if (pel_image_is_rgb (image) && (type == PEL_SAMPLE_U8 || type == PEL_SAMPLE_U16))
        {
          self->low[k] = 0;
          self->high[k] = type == PEL_SAMPLE_U8 ? 255 : 65535;
        }
      else if (k > 0 && !pel_image_is_rgb (image))
        {
          self->low[k] = self->low[0];
          self->high[k] = self->high[0];
        }
      else if (!pel_image_get_percentiles (image, (gint)k, 0.5, 99.5, &self->low[k],
                                           &self->high[k]))
        self->low[k] = self->high[k] = 0;
    }
}

/* The pixels of the image that make one row or column of the picture: from @begin, @n of them that
 * are @step apart. */
typedef struct
{
  gint begin, step;
  guint n;
} Span;

static void
lay_out_spans (Span *spans, guint size, double start, double side, gint limit)
{
  for (guint i = 0; i < size; i++)
    {
      gint begin = (gint)floor (start + side * i / size);
      gint end = MAX ((gint)floor (start + side * (i + 1) / size), begin + 1);
      gint step = MAX ((end - begin) / MAX_SAMPLES, 1);

      spans[i] = (Span){ begin, step, 0 };
      /* Beyond the image there is nothing: such a span has no pixels. */
      while (spans[i].begin < 0 && spans[i].begin < end)
        spans[i].begin += step;
      for (gint at = spans[i].begin; at < MIN (end, limit); at += step)
        spans[i].n++;
    }
}

static guint8
to_byte (double value, double low, double high)
{
  return high > low ? (guint8)lrint (CLAMP ((value - low) / (high - low), 0, 1) * 255) : 127;
}

typedef struct
{
  const PelImage *image;
  const PelLabels *labels;
  Span columns[PEL_CELL_THUMBNAIL_MAX], rows[PEL_CELL_THUMBNAIL_MAX];
  gint first, last; /* columns of the image that are read */
  guint size;
} Plan;

/* Fills the bytes from @first to @end of each pixel from one channel. */
static gboolean
fill_colour (const Plan *plan,
             gint channel,
             double low,
             double high,
             guint8 *out,
             guint first,
             guint end)
{
  gint width = plan->last - plan->first + 1;
  g_autofree float *line = g_try_new (float, (gsize)width);

  if (line == NULL)
    return FALSE;
  for (guint y = 0; y < plan->size; y++)
    {
      double sums[PEL_CELL_THUMBNAIL_MAX] = { 0 };
      guint counts[PEL_CELL_THUMBNAIL_MAX] = { 0 };

      for (guint k = 0; k < plan->rows[y].n; k++)
        {
          PelRect rect = { plan->first, plan->rows[y].begin + (gint)k * plan->rows[y].step, width,
                           1 };

          pel_image_read_float (plan->image, channel, &rect, line, (gsize)width);
          for (guint x = 0; x < plan->size; x++)
            for (guint i = 0; i < plan->columns[x].n; i++)
              {
                float value =
                    line[plan->columns[x].begin + (gint)i * plan->columns[x].step - plan->first];

                if (!isfinite (value))
                  continue;
                sums[x] += (double)value;
                counts[x]++;
              }
        }
      for (guint x = 0; x < plan->size; x++)
        for (guint k = first; k < end && counts[x] > 0; k++)
          {
            out[4 * (y * plan->size + x) + k] = to_byte (sums[x] / counts[x], low, high);
            out[4 * (y * plan->size + x) + 3] = 255;
          }
    }
  return TRUE;
}

/* The pixels of the cell that have one beside them which is not. */
static void
draw_edge (const Plan *plan, guint32 label, guint8 *out)
{
  const gint size = (gint)plan->size;
  guint8 inside[PEL_CELL_THUMBNAIL_MAX * PEL_CELL_THUMBNAIL_MAX];

  for (gint y = 0; y < size; y++)
    for (gint x = 0; x < size; x++)
      {
        const Span *column = &plan->columns[x], *row = &plan->rows[y];
        gint sx = column->begin + (gint)(column->n / 2) * column->step;
        gint sy = row->begin + (gint)(row->n / 2) * row->step;

        inside[y * size + x] =
            column->n > 0 && row->n > 0 && pel_labels_get (plan->labels, sx, sy) == label;
      }
  for (gint y = 0; y < size; y++)
    for (gint x = 0; x < size; x++)
      {
        gboolean alone = x == 0 || y == 0 || x == size - 1 || y == size - 1;

        if (!inside[y * size + x] ||
            (!alone && inside[y * size + x - 1] && inside[y * size + x + 1] &&
             inside[(y - 1) * size + x] && inside[(y + 1) * size + x]))
          continue;
        memcpy (&out[4 * (y * size + x)], edge_colour, 3);
        out[4 * (y * size + x) + 3] = 255;
      }
}

GBytes *
pel_cell_thumbnail_make (const PelImage *image,
                         const PelLabels *labels,
                         guint32 label,
                         const PelRect *bounds,
                         const PelCellLevels *levels,
                         guint size)
{
  double longer = MAX (bounds->width, bounds->height);
  double side = longer + 2 * MAX (MARGIN * longer, LEAST_MARGIN);
  gint width = (gint)pel_image_get_width (image), height = (gint)pel_image_get_height (image);
  Plan plan = { .image = image, .labels = labels, .first = width - 1, .size = size };
  g_autofree guint8 *out = NULL;
  gboolean good = TRUE;

  g_return_val_if_fail (size > 0 && size <= PEL_CELL_THUMBNAIL_MAX, NULL);
  g_return_val_if_fail (pel_labels_get_width (labels) == (guint)width &&
                            pel_labels_get_height (labels) == (guint)height,
                        NULL);

  lay_out_spans (plan.columns, size, bounds->x + bounds->width / 2.0 - side / 2, side, width);
  lay_out_spans (plan.rows, size, bounds->y + bounds->height / 2.0 - side / 2, side, height);
  for (guint i = 0; i < size; i++)
    {
      const Span *column = &plan.columns[i];

      if (column->n == 0)
        continue;
      plan.first = MIN (plan.first, column->begin);
      plan.last = MAX (plan.last, column->begin + (gint)(column->n - 1) * column->step);
    }
  out = g_malloc0 (4 * (gsize)size * size);
  if (plan.last < plan.first)
    return g_bytes_new_take (g_steal_pointer (&out), 4 * (gsize)size * size);
  if (pel_image_is_rgb (image))
    for (guint k = 0; k < 3 && good; k++)
      good = fill_colour (&plan, (gint)k, levels->low[k], levels->high[k], out, k, k + 1);
  else
    good = fill_colour (&plan, 0, levels->low[0], levels->high[0], out, 0, 3);
  if (!good)
    return NULL;
  draw_edge (&plan, label, out);
  return g_bytes_new_take (g_steal_pointer (&out), 4 * (gsize)size * size);
}
