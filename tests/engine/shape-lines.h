/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/image/pel-label-map.h"

/* The cells of tests/data/shapes.txt, and the numbers that other programs gave for them. */

static inline double
next_number (char **at)
{
  char *end;
  double value = g_ascii_strtod (*at, &end);

  g_assert_true (end != *at);
  *at = end;
  return value;
}

/* A cell of shapes.txt: width, height, number of runs, and of each its row, start and end. */
static inline PelLabels *
read_shape (char *line)
{
  guint w = (guint)next_number (&line), h = (guint)next_number (&line);
  guint n_runs = (guint)next_number (&line);
  g_autoptr (PelLabelMap) map = pel_label_map_new (w, h, NULL);

  for (guint i = 0; i < n_runs; i++)
    {
      gint y = (gint)next_number (&line), x0 = (gint)next_number (&line);

      pel_label_map_fill_span (map, y, x0, (gint)next_number (&line), 90000);
    }
  return pel_label_map_snapshot (map);
}

static inline void
check_digits (double value, double truth, double share, double least)
{
  g_assert_cmpfloat (fabs (value - truth), <=, share * fabs (truth) + least);
}
