/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-region.h"

#include <glib/gi18n-lib.h>

#include "engine/core/pel-arena.h"
#include "engine/image/pel-labels-private.h"
#include "engine/segment/pel-components.h"

/* ---- holes ---- */

#define SEVERAL G_MAXUINT32

/* What surrounds a part of the background: 0 as long as nothing was seen, then the one label
 * that it touches, or SEVERAL, also for what reaches the edge of the block. */
static void
note_neighbour (guint32 *around, guint32 label)
{
  if (label == 0 || *around == label)
    return;
  *around = *around == 0 ? label : SEVERAL;
}

static void
look_around (const guint32 *labels,
             gsize stride,
             const guint32 *parts,
             guint width,
             guint height,
             guint32 *around)
{
  for (guint y = 0; y < height; y++)
    {
      for (guint x = 0; x < width; x++)
        {
          guint32 part = parts[(gsize)y * width + x];
          const guint32 *here = labels + y * stride + x;

          if (part == 0)
            continue;
          if (x == 0 || y == 0 || x + 1 == width || y + 1 == height)
            {
              around[part] = SEVERAL;
              continue;
            }
          note_neighbour (&around[part], here[-1]);
          note_neighbour (&around[part], here[1]);
          note_neighbour (&around[part], *(here - stride));
          note_neighbour (&around[part], *(here + stride));
        }
    }
}

gint64
pel_fill_holes (guint32 *labels,
                guint width,
                guint height,
                gsize stride,
                guint32 label,
                GError **error)
{
  guint32 n_parts;
  gint64 n_filled = -1;

  g_return_val_if_fail (labels != NULL && stride >= width, -1);
  if (width == 0 || height == 0)
    return 0;
  guint32 *parts = pel_try_alloc ((gsize)width * height, sizeof *parts, error);
  if (!parts)
    return -1;
  for (guint y = 0; y < height; y++)
    {
      for (guint x = 0; x < width; x++)
        parts[(gsize)y * width + x] = labels[y * stride + x] == 0;
    }
  guint32 *around = NULL;
  if (pel_components_plane (parts, width, height, PEL_CONNECTIVITY_4, parts, &n_parts, error))
    around = pel_try_alloc ((gsize)n_parts + 1, sizeof *around, error);
  if (around)
    {
      for (guint32 i = 0; i <= n_parts; i++)
        around[i] = 0;
      look_around (labels, stride, parts, width, height, around);
      n_filled = 0;
      for (guint y = 0; y < height; y++)
        {
          for (guint x = 0; x < width; x++)
            {
              guint32 filler = around[parts[(gsize)y * width + x]];

              if (filler == 0 || filler == SEVERAL || (label != 0 && filler != label))
                continue;
              labels[y * stride + x] = filler;
              n_filled++;
            }
        }
    }
  pel_aligned_free (around);
  pel_aligned_free (parts);
  return n_filled;
}

/* ---- regions ---- */

typedef struct
{
  gint x, y;
} Pixel;

typedef struct
{
  const PelLabels *labels;
  guint32 label;
  PelRect clip;
  guint8 *seen; /* a bit a pixel of the clip */
  GArray *stack;
} Region;

static gboolean
region_wants (const Region *region, gint x, gint y)
{
  gsize bit = (gsize)(y - region->clip.y) * (gsize)region->clip.width + (gsize)(x - region->clip.x);

  return !(region->seen[bit / 8] & (1u << (bit % 8))) &&
         pel_labels_get (region->labels, x, y) == region->label;
}

static void
region_take (Region *region, gint x, gint y)
{
  gsize bit = (gsize)(y - region->clip.y) * (gsize)region->clip.width + (gsize)(x - region->clip.x);

  region->seen[bit / 8] |= (guint8)(1u << (bit % 8));
}

/* Puts the first pixel of each run that the row y offers between two columns on the stack. */
static void
region_look (Region *region, gint y, gint x0, gint x1)
{
  gboolean in_run = FALSE;

  if (y < region->clip.y || y >= region->clip.y + region->clip.height)
    return;
  for (gint x = x0; x < x1; x++)
    {
      gboolean wanted = region_wants (region, x, y);

      if (wanted && !in_run)
        {
          Pixel pixel = { x, y };
          g_array_append_val (region->stack, pixel);
        }
      in_run = wanted;
    }
}

gboolean
pel_flood_region (const PelLabels *labels,
                  gint x,
                  gint y,
                  const PelRect *clip,
                  PelSpanFunc func,
                  gpointer data,
                  GError **error)
{
  PelRect all = { 0, 0, (gint)labels->width, (gint)labels->height };
  PelRect start = { x, y, 1, 1 };
  Region region = { labels, pel_labels_get (labels, x, y), all };

  g_return_val_if_fail (func != NULL, FALSE);
  if ((clip && !pel_rect_intersect (clip, &all, &region.clip)) ||
      !pel_rect_intersect (&start, &region.clip, NULL))
    return TRUE;
  gsize n_bytes = ((gsize)region.clip.width * (gsize)region.clip.height + 7) / 8;
  region.seen = g_try_malloc0 (n_bytes);
  if (!region.seen)
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                           _ ("there is not enough memory to fill a region of this size"));
      return FALSE;
    }
  region.stack = g_array_new (FALSE, FALSE, sizeof (Pixel));
  region_look (&region, y, x, x + 1);
  while (region.stack->len > 0)
    {
      Pixel p = g_array_index (region.stack, Pixel, region.stack->len - 1);
      gint x0 = p.x, x1 = p.x;

      g_array_set_size (region.stack, region.stack->len - 1);
      if (!region_wants (&region, p.x, p.y))
        continue;
      while (x0 > region.clip.x && region_wants (&region, x0 - 1, p.y))
        x0--;
      while (x1 < region.clip.x + region.clip.width && region_wants (&region, x1, p.y))
        region_take (&region, x1++, p.y);
      for (gint left = x0; left < p.x; left++)
        region_take (&region, left, p.y);
      func (p.y, x0, x1, data);
      region_look (&region, p.y - 1, x0, x1);
      region_look (&region, p.y + 1, x0, x1);
    }
  g_array_unref (region.stack);
  g_free (region.seen);
  return TRUE;
}
