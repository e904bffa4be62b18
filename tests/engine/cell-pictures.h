/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/image/pel-label-map.h"

/* Label images that are hard on whoever traces and fills them, and files of them. */

static inline guint32
noise (guint32 *state)
{
  *state = *state * 1664525u + 1013904223u;
  return *state >> 16;
}

/* Blocks of a few labels among single pixels of them: touching at corners, holes within holes,
 * pieces, and pixels at every edge of the image. */
static inline PelLabels *
make_noise_labels (guint width, guint height, guint32 n_labels, guint32 seed)
{
  g_autofree guint32 *values = g_new (guint32, (gsize)width * height);
  PelLabels *labels;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        guint32 block = (x / 5 * 7 + y / 4 * 13 + seed) % (n_labels + 2);

        values[(gsize)y * width + x] = noise (&seed) % 4 == 0 ? noise (&seed) % (n_labels + 1)
                                       : block <= n_labels    ? block
                                                              : 0;
      }
  labels = pel_labels_new_from_data (width, height, values, width, NULL);
  g_assert_nonnull (labels);
  return labels;
}

/* From a drawing: letters are labels from 1 on, a line for each row. */
static inline PelLabels *
make_drawn_labels (const char *const *rows, guint height)
{
  guint width = (guint)strlen (rows[0]);
  g_autofree guint32 *values = g_new0 (guint32, (gsize)width * height);
  PelLabels *labels;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      if (g_ascii_isalpha (rows[y][x]))
        values[(gsize)y * width + x] = (guint32)(g_ascii_tolower (rows[y][x]) - 'a' + 1);
  labels = pel_labels_new_from_data (width, height, values, width, NULL);
  g_assert_nonnull (labels);
  return labels;
}

static const char *const hard_rows[] = {
  "aaaaa..bbbbb..cccccc.d", "a...a..b..b...c.cc.c.d", "a.e.a..b.b....cccccc..",
  "a...a..bb.....c.c.c..d", "aaaaa..b.b....cccccc.d", "......ff..b...........",
  "g.g.g.f.f..hhhhhhhhhh.", ".g.g..ff...h........h.", "g.g.g......h.iiii...h.",
  "...........h.i..i.j.h.", "kkkkkkkkkk.h.iiii...h.", "kkkkkkkkkk.hhhhhhhhhh.",
};

static inline PelLabels *
make_hard_labels (void)
{
  return make_drawn_labels (hard_rows, G_N_ELEMENTS (hard_rows));
}

/* Two labels alike but for their numbers, which rise in the same order. */
static inline void
assert_same_cells (PelLabels *a, PelLabels *b)
{
  g_autoptr (GHashTable) forth = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) back = g_hash_table_new (NULL, NULL);

  g_assert_cmpuint (pel_labels_get_width (a), ==, pel_labels_get_width (b));
  g_assert_cmpuint (pel_labels_get_height (a), ==, pel_labels_get_height (b));
  for (guint y = 0; y < pel_labels_get_height (a); y++)
    for (guint x = 0; x < pel_labels_get_width (a); x++)
      {
        gpointer p = GUINT_TO_POINTER (pel_labels_get (a, (gint)x, (gint)y));
        gpointer q = GUINT_TO_POINTER (pel_labels_get (b, (gint)x, (gint)y));

        if (g_hash_table_contains (forth, p))
          g_assert_true (g_hash_table_lookup (forth, p) == q);
        else
          {
            g_assert_false (g_hash_table_contains (back, q));
            g_hash_table_insert (forth, p, q);
            g_hash_table_insert (back, q, p);
          }
      }
  g_assert_true (g_hash_table_lookup (forth, NULL) == NULL);
}
