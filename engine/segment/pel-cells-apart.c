/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-cells-apart.h"

#include <string.h>
#include "engine/core/pel-arena.h"
#include "engine/core/pel-stop.h"

/* Of two pixels side by side, takes away the one whose cell gives way. */
static inline gboolean
part_pair (guint32 *a, guint32 *b, const guint32 *sizes)
{
  if (*a == 0 || *b == 0 || *a == *b)
    return FALSE;
  gboolean second = sizes[*a] != sizes[*b] ? sizes[*b] > sizes[*a] : *b > *a;
  *(second ? b : a) = 0;
  return TRUE;
}

static gboolean
part_all (guint32 *plane, guint width, guint height, const guint32 *sizes)
{
  gboolean changed = FALSE;
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        guint32 *at = plane + (gsize)y * width + x;
        if (x + 1 < width)
          changed |= part_pair (at, at + 1, sizes);
        if (y + 1 < height)
          changed |= part_pair (at, at + width, sizes);
      }
  return changed;
}

static void
count_sizes (const guint32 *plane, gsize n_pixels, guint32 n, guint32 *sizes)
{
  memset (sizes, 0, ((gsize)n + 1) * sizeof *sizes);
  for (gsize i = 0; i < n_pixels; i++)
    sizes[plane[i]]++;
}

/* A cell one pixel wide may have gone as a whole. */
static void
number_again (guint32 *plane, gsize n_pixels, guint32 n, guint32 *sizes)
{
  guint32 number = 0;
  count_sizes (plane, n_pixels, n, sizes);
  sizes[0] = 0;
  for (guint32 k = 1; k <= n; k++)
    sizes[k] = sizes[k] > 0 ? ++number : 0;
  for (gsize i = 0; i < n_pixels; i++)
    plane[i] = sizes[plane[i]];
}

PelLabels *
pel_cells_set_apart (PelLabels *labels, GError **error)
{
  g_return_val_if_fail (labels != NULL, NULL);
  guint width = pel_labels_get_width (labels), height = pel_labels_get_height (labels);
  gsize n_pixels = (gsize)width * height;
  guint32 n = pel_labels_get_max (labels);
  if (pel_stop_asked (error))
    return NULL;

  guint32 *plane = pel_try_alloc (n_pixels, sizeof *plane, error);
  guint32 *sizes = plane != NULL ? pel_try_alloc ((gsize)n + 1, sizeof *sizes, error) : NULL;
  PelLabels *parted = NULL;
  if (sizes != NULL)
    {
      PelRect all = { 0, 0, (gint)width, (gint)height };
      pel_labels_read (labels, &all, plane, width);
      count_sizes (plane, n_pixels, n, sizes);
      gboolean changed = part_all (plane, width, height, sizes);
      if (changed)
        number_again (plane, n_pixels, n, sizes);
      if (!pel_stop_asked (error))
        parted = changed ? pel_labels_new_from_data (width, height, plane, width, error)
                         : pel_labels_ref (labels);
    }
  pel_aligned_free (plane);
  pel_aligned_free (sizes);
  return parted;
}
