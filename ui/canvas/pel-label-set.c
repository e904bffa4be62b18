/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-label-set.h"

#include <string.h>

/* Labels are sorted by digits of so many bits. */
#define LABEL_DIGIT_BITS 11

/* Digit by digit from the lowest: as many steps whichever order they come in. */
static void
sort_labels (GArray *labels)
{
  g_autofree guint32 *other = g_new (guint32, MAX (labels->len, 1));
  guint32 *from = (guint32 *)(gpointer)labels->data, *to = other;

  for (guint shift = 0; shift < 32; shift += LABEL_DIGIT_BITS)
    {
      const guint32 mask = (1u << LABEL_DIGIT_BITS) - 1;
      guint starts[(1u << LABEL_DIGIT_BITS) + 1] = { 0 };
      guint32 *last = from;

      for (guint i = 0; i < labels->len; i++)
        starts[(from[i] >> shift & mask) + 1]++;
      for (guint digit = 0; digit < mask; digit++)
        starts[digit + 1] += starts[digit];
      for (guint i = 0; i < labels->len; i++)
        to[starts[from[i] >> shift & mask]++] = from[i];
      from = to;
      to = last;
    }
  if (from == other)
    memcpy (labels->data, other, labels->len * sizeof (guint32));
}

GArray *
pel_label_set_new (const guint32 *labels, guint n)
{
  GArray *made = g_array_sized_new (FALSE, FALSE, sizeof (guint32), n);
  gboolean is_rising = TRUE;
  guint kept = 0;

  for (guint i = 0; i < n; i++)
    {
      if (labels[i] == 0)
        continue;
      is_rising = is_rising && (i == 0 || labels[i] > labels[i - 1]);
      g_array_append_val (made, labels[i]);
    }
  if (!is_rising)
    sort_labels (made);
  for (guint i = 0; i < made->len; i++)
    if (i == 0 || g_array_index (made, guint32, i) != g_array_index (made, guint32, i - 1))
      g_array_index (made, guint32, kept++) = g_array_index (made, guint32, i);
  g_array_set_size (made, kept);
  return made;
}

gboolean
pel_label_set_equal (const GArray *a, const GArray *b)
{
  return a->len == b->len &&
         (a->len == 0 || memcmp (a->data, b->data, a->len * sizeof (guint32)) == 0);
}

gboolean
pel_label_set_find (const GArray *set, guint32 label, guint *at)
{
  guint first = 0, after = set->len;

  while (first < after)
    {
      const guint middle = first + (after - first) / 2;

      if (g_array_index (set, guint32, middle) < label)
        first = middle + 1;
      else
        after = middle;
    }
  if (at)
    *at = first;
  return first < set->len && g_array_index (set, guint32, first) == label;
}
