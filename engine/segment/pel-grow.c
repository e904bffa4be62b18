/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-grow.h"

#include "engine/core/pel-arena.h"
#include "engine/image/pel-label-map.h"

typedef struct
{
  gint x, y;
  guint32 label;
} Taken;

typedef struct
{
  PelLabelMap *map;
  const float *probability;
  float level;
  gint width, height;
  GArray *taken; /* Taken, in the last step */
} Growth;

static void
take (Growth *growth, gint x, gint y, guint32 label)
{
  Taken taken = { x, y, label };

  if (x < 0 || y < 0 || x >= growth->width || y >= growth->height ||
      !(growth->probability[(gsize)y * (gsize)growth->width + (gsize)x] >= growth->level) ||
      pel_label_map_get (growth->map, x, y) != 0)
    return;
  pel_label_map_fill_span (growth->map, y, x, x + 1, label);
  g_array_append_val (growth->taken, taken);
}

static void
take_around (Growth *growth, gint x, gint y, guint32 label)
{
  take (growth, x, y - 1, label);
  take (growth, x - 1, y, label);
  take (growth, x + 1, y, label);
  take (growth, x, y + 1, label);
}

/* The first step, from the labels themselves: rows holds three rows of them. */
static gboolean
first_step (Growth *growth,
            const PelLabels *labels,
            guint32 *rows,
            GCancellable *cancellable,
            GError **error)
{
  const gsize stride = (gsize)growth->width + 2;

  for (gint y = 0; y < growth->height; y++)
    {
      const PelRect block = { -1, y - 1, growth->width + 2, 3 };

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      pel_labels_read (labels, &block, rows, stride);
      for (gint x = 0; x < growth->width; x++)
        {
          const guint32 *here = rows + stride + x + 1;

          if (here[0] != 0 && (!here[-1] || !here[1] || !*(here - stride) || !*(here + stride)))
            take_around (growth, x, y, here[0]);
        }
    }
  return TRUE;
}

PelLabels *
pel_labels_grow (const PelLabels *labels,
                 const float *probability,
                 float level,
                 guint max_steps,
                 GCancellable *cancellable,
                 GError **error)
{
  gint width = (gint)pel_labels_get_width (labels), height = (gint)pel_labels_get_height (labels);
  g_autoptr (PelLabelMap) map = pel_label_map_new_from_labels (labels, error);
  guint32 *rows = map ? pel_try_alloc (3 * ((gsize)width + 2), sizeof *rows, error) : NULL;
  gboolean ok;

  if (!rows)
    return NULL;
  Growth growth = { map, probability, level, width, height };
  growth.taken = g_array_new (FALSE, FALSE, sizeof (Taken));
  ok = max_steps == 0 || first_step (&growth, labels, rows, cancellable, error);
  for (guint step = 1; ok && step < max_steps && growth.taken->len > 0; step++)
    {
      g_autoptr (GArray) last = growth.taken;

      growth.taken = g_array_new (FALSE, FALSE, sizeof (Taken));
      for (guint i = 0; i < last->len; i++)
        {
          const Taken *taken = &g_array_index (last, Taken, i);

          take_around (&growth, taken->x, taken->y, taken->label);
        }
      ok = !g_cancellable_set_error_if_cancelled (cancellable, error);
    }
  g_array_unref (growth.taken);
  pel_aligned_free (rows);
  return ok ? pel_label_map_snapshot (map) : NULL;
}
