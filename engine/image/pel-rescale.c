/* SPDX-License-Identifier: MIT */
#include "engine/image/pel-rescale.h"

#include <math.h>
#include <string.h>
#include "engine/core/pel-arena.h"
#include "engine/core/pel-stop.h"

/* Rows between two looks at whether to stop. */
#define ROWS_BETWEEN_LOOKS 32

/* What one new pixel along an axis takes from the old ones: @n of them from @first on. */
typedef struct
{
  guint first, n, weights;
} Tap;

/* Both steps are linear and separate: an axis is a list of weights for each new pixel. */
typedef struct
{
  Tap *taps;
  GArray *weights; /* floats; those of a tap sum to 1 */
  guint n_in, n_out;
} Axis;

static void
axis_add_mean (Axis *axis, guint i)
{
  double ratio = (double)axis->n_in / axis->n_out;
  double from = i * ratio, to = MIN ((i + 1) * ratio, (double)axis->n_in);
  guint first = (guint)from, last = MIN ((guint)ceil (to), axis->n_in);
  axis->taps[i] = (Tap){ first, last - first, axis->weights->len };
  for (guint k = first; k < last; k++)
    {
      float weight = (float)((MIN (to, k + 1.0) - MAX (from, (double)k)) / (to - from));
      g_array_append_val (axis->weights, weight);
    }
}

static void
axis_add_line (Axis *axis, guint i)
{
  double at = (i + 0.5) * axis->n_in / axis->n_out - 0.5;
  at = CLAMP (at, 0.0, axis->n_in - 1.0);
  guint first = MIN ((guint)at, axis->n_in >= 2 ? axis->n_in - 2 : 0);
  float weights[2] = { (float)(1.0 - (at - first)), (float)(at - first) };
  axis->taps[i] = (Tap){ first, MIN (2, axis->n_in), axis->weights->len };
  g_array_append_vals (axis->weights, weights, axis->taps[i].n);
}

static void
axis_init (Axis *axis, guint n_in, guint n_out)
{
  *axis = (Axis){ g_new (Tap, n_out), g_array_new (FALSE, FALSE, sizeof (float)), n_in, n_out };
  for (guint i = 0; i < n_out; i++)
    if (n_out < n_in)
      axis_add_mean (axis, i);
    else
      axis_add_line (axis, i);
}

static void
axis_clear (Axis *axis)
{
  g_free (axis->taps);
  g_array_unref (axis->weights);
}

static const float *
axis_get_weights (const Axis *axis, guint i)
{
  return &g_array_index (axis->weights, float, axis->taps[i].weights);
}

/* Where rows come from. */
typedef void (*RowFunc) (guint y, float *row, gconstpointer data);

/* FALSE where it was stopped. */
static gboolean
rescale (RowFunc read,
         gconstpointer data,
         const Axis *columns,
         const Axis *rows,
         float *out,
         GError **error)
{
  g_autofree float *row = g_new (float, columns->n_in);
  /* Rows that a new one needs are brought to the new width once and kept while they are needed. */
  guint n_kept = 1;
  for (guint y = 0; y < rows->n_out; y++)
    n_kept = MAX (n_kept, rows->taps[y].n);
  g_autofree float *kept = g_new (float, (gsize)n_kept * columns->n_out);
  guint ready = 0;
  for (guint y = 0; y < rows->n_out; y++)
    {
      const Tap *tap = &rows->taps[y];
      if (y % ROWS_BETWEEN_LOOKS == 0 && pel_stop_asked (error))
        return FALSE;
      for (guint k = MAX (ready, tap->first); k < tap->first + tap->n; k++)
        {
          float *to = kept + (gsize)(k % n_kept) * columns->n_out;
          read (k, row, data);
          for (guint x = 0; x < columns->n_out; x++)
            {
              const float *weights = axis_get_weights (columns, x);
              float sum = 0.0f;
              for (guint i = 0; i < columns->taps[x].n; i++)
                sum += weights[i] * row[columns->taps[x].first + i];
              to[x] = sum;
            }
          ready = k + 1;
        }
      float *line = out + (gsize)y * columns->n_out;
      const float *weights = axis_get_weights (rows, y);
      memset (line, 0, columns->n_out * sizeof *line);
      for (guint k = 0; k < tap->n; k++)
        {
          const float *from = kept + (gsize)((tap->first + k) % n_kept) * columns->n_out;
          for (guint x = 0; x < columns->n_out; x++)
            line[x] += weights[k] * from[x];
        }
    }
  return TRUE;
}

guint
pel_rescale_length (guint length, double zoom)
{
  return (guint)MAX (floor (length * zoom + 0.5), 1.0);
}

typedef struct
{
  const float *values;
  gsize width;
} Plane;

static void
read_plane_row (guint y, float *row, gconstpointer data)
{
  const Plane *plane = data;
  memcpy (row, plane->values + y * plane->width, plane->width * sizeof *row);
}

gboolean
pel_rescale_plane (const float *in,
                   guint in_width,
                   guint in_height,
                   float *out,
                   guint out_width,
                   guint out_height,
                   GError **error)
{
  g_return_val_if_fail (in != NULL && out != NULL, FALSE);
  Plane plane = { in, in_width };
  Axis columns, rows;
  axis_init (&columns, in_width, out_width);
  axis_init (&rows, in_height, out_height);
  gboolean good = rescale (read_plane_row, &plane, &columns, &rows, out, error);
  axis_clear (&columns);
  axis_clear (&rows);
  return good;
}

typedef struct
{
  PelImage *image;
  PelRect area;
  gint channel;
} Source;

static void
read_image_row (guint y, float *row, gconstpointer data)
{
  const Source *source = data;
  PelRect line = { source->area.x, source->area.y + (gint)y, source->area.width, 1 };
  pel_image_read_float (source->image, source->channel, &line, row, (gsize)line.width);
}

PelImage *
pel_rescale_image (PelImage *image, const PelRect *area, guint width, guint height, GError **error)
{
  g_return_val_if_fail (image != NULL && width > 0 && height > 0, NULL);
  Source source = { image,
                    { 0, 0, (gint)pel_image_get_width (image), (gint)pel_image_get_height (image) },
                    0 };
  if (area != NULL)
    source.area = *area;
  guint n = pel_image_get_n_channels (image);
  PelImage *result = pel_image_new (width, height, n, PEL_SAMPLE_F32, error);
  if (result == NULL)
    return NULL;
  Axis columns, rows;
  axis_init (&columns, (guint)source.area.width, width);
  axis_init (&rows, (guint)source.area.height, height);
  gboolean good = TRUE;
  for (source.channel = 0; good && source.channel < (gint)n; source.channel++)
    good = rescale (read_image_row, &source, &columns, &rows,
                    pel_image_get_writable_plane (result, (guint)source.channel), error);
  axis_clear (&columns);
  axis_clear (&rows);
  if (!good)
    {
      pel_image_unref (result);
      return NULL;
    }
  pel_image_set_rgb (result, pel_image_is_rgb (image));
  pel_image_set_has_alpha (result, pel_image_has_alpha (image));
  pel_image_set_um (result, pel_image_get_um_x (image) * source.area.width / width,
                    pel_image_get_um_y (image) * source.area.height / height,
                    pel_image_get_calibration (image));
  return result;
}

PelLabels *
pel_rescale_labels (PelLabels *labels, guint width, guint height, GError **error)
{
  g_return_val_if_fail (labels != NULL && width > 0 && height > 0, NULL);
  guint n_columns = pel_labels_get_width (labels), n_rows = pel_labels_get_height (labels);
  guint32 *plane = pel_try_alloc ((gsize)width * height, sizeof *plane, error);
  if (plane == NULL)
    return NULL;
  g_autofree guint32 *row = g_new (guint32, n_columns);
  for (guint y = 0; y < height; y++)
    {
      PelRect line = { 0, (gint)((y + 0.5) * n_rows / height), (gint)n_columns, 1 };
      pel_labels_read (labels, &line, row, n_columns);
      for (guint x = 0; x < width; x++)
        plane[(gsize)y * width + x] = row[(guint)((x + 0.5) * n_columns / width)];
    }
  PelLabels *result = pel_labels_new_from_data (width, height, plane, width, error);
  pel_aligned_free (plane);
  return result;
}
