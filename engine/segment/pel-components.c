/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-components.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#include "engine/core/pel-arena.h"
#include "engine/core/pel-stop.h"

/* Rows between two looks at whether to stop. */
#define ROWS_BETWEEN_LOOKS 64

/* Provisional numbers and what they were found to be the same as. The smaller number is always
 * the parent, so a root is the number given to the first pixel of its part. */
typedef struct
{
  guint32 *parent;
  gsize n, room;
} Forest;

static guint32
forest_root (Forest *forest, guint32 i)
{
  while (forest->parent[i] != i)
    {
      forest->parent[i] = forest->parent[forest->parent[i]];
      i = forest->parent[i];
    }
  return i;
}

static guint32
forest_join (Forest *forest, guint32 a, guint32 b)
{
  a = forest_root (forest, a);
  b = forest_root (forest, b);
  if (a > b)
    {
      forest->parent[a] = b;
      return b;
    }
  forest->parent[b] = a;
  return a;
}

static guint32
forest_add (Forest *forest)
{
  if (forest->n == forest->room)
    {
      gsize room = forest->room > 0 ? 2 * forest->room : 1024;
      guint32 *parent = g_try_realloc_n (forest->parent, room, sizeof *parent);

      if (!parent)
        return 0;
      forest->parent = parent;
      forest->room = room;
    }
  forest->parent[forest->n] = (guint32)forest->n;
  return (guint32)forest->n++;
}

/* Gives the pixels of one row provisional numbers. above and above_values are the row before,
 * or NULL. */
static gboolean
number_row (Forest *forest,
            const guint32 *values,
            const guint32 *above_values,
            const guint32 *above,
            guint32 *out,
            guint width,
            PelConnectivity connectivity)
{
  for (guint x = 0; x < width; x++)
    {
      guint32 value = values[x], number = 0;

      if (value == 0)
        {
          out[x] = 0;
          continue;
        }
      if (x > 0 && values[x - 1] == value)
        number = out[x - 1];
      if (above && above_values[x] == value && above[x] != number)
        number = number ? forest_join (forest, number, above[x]) : above[x];
      if (above && connectivity == PEL_CONNECTIVITY_8)
        {
          if (x > 0 && above_values[x - 1] == value)
            number = number ? forest_join (forest, number, above[x - 1]) : above[x - 1];
          if (x + 1 < width && above_values[x + 1] == value)
            number = number ? forest_join (forest, number, above[x + 1]) : above[x + 1];
        }
      if (number == 0)
        {
          number = forest_add (forest);
          if (number == 0)
            return FALSE;
        }
      out[x] = number;
    }
  return TRUE;
}

static gboolean
set_no_memory (guint width, guint height, GError **error)
{
  g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
               _ ("there is not enough memory to tell the parts of an image of %u x %u pixels"),
               width, height);
  return FALSE;
}

static gboolean
number_plane (Forest *forest,
              const guint32 *values,
              guint width,
              guint height,
              PelConnectivity connectivity,
              guint32 *out,
              guint32 *rows,
              GError **error)
{
  guint32 *above_values = rows, *row_values = rows + width;

  forest_add (forest); /* the background */
  if (forest->n == 0)
    return set_no_memory (width, height, error);
  for (guint y = 0; y < height; y++)
    {
      gsize at = (gsize)y * width;
      guint32 *swap = above_values;

      if (y % ROWS_BETWEEN_LOOKS == 0 && pel_stop_asked (error))
        return FALSE;
      memcpy (row_values, values + at, width * sizeof *row_values);
      if (!number_row (forest, row_values, above_values, y > 0 ? out + at - width : NULL, out + at,
                       width, connectivity))
        return set_no_memory (width, height, error);
      above_values = row_values;
      row_values = swap;
    }
  return TRUE;
}

gboolean
pel_components_plane (const guint32 *values,
                      guint width,
                      guint height,
                      PelConnectivity connectivity,
                      guint32 *out,
                      guint32 *n_parts,
                      GError **error)
{
  Forest forest = { NULL };
  gsize n = (gsize)width * height;
  guint32 n_found = 0;
  gboolean ok;

  g_return_val_if_fail (values != NULL && out != NULL, FALSE);
  if (n == 0 || n >= G_MAXUINT32)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
                   _ ("parts cannot be counted in an image of %u x %u pixels"), width, height);
      return FALSE;
    }

  guint32 *rows = pel_try_alloc (2 * (gsize)width, sizeof *rows, error);
  if (!rows)
    return FALSE;
  ok = number_plane (&forest, values, width, height, connectivity, out, rows, error);
  pel_aligned_free (rows);
  if (ok)
    {
      /* A parent comes before its children, so one pass down settles them all. */
      for (gsize i = 1; i < forest.n; i++)
        {
          guint32 parent = forest.parent[i];

          forest.parent[i] = parent == i ? ++n_found : forest.parent[parent];
        }
      for (gsize i = 0; i < n; i++)
        out[i] = forest.parent[out[i]];
      if (n_parts)
        *n_parts = n_found;
    }
  g_free (forest.parent);
  return ok;
}

PelLabels *
pel_components (const PelLabels *labels, PelConnectivity connectivity, GError **error)
{
  guint width = pel_labels_get_width (labels), height = pel_labels_get_height (labels);
  const PelRect all = { 0, 0, (gint)width, (gint)height };
  guint32 *plane = pel_try_alloc ((gsize)width * height, sizeof *plane, error);
  PelLabels *parts = NULL;

  if (!plane)
    return NULL;
  pel_labels_read (labels, &all, plane, width);
  if (pel_components_plane (plane, width, height, connectivity, plane, NULL, error))
    parts = pel_labels_new_from_data (width, height, plane, width, error);
  pel_aligned_free (plane);
  return parts;
}
