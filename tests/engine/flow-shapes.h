/* SPDX-License-Identifier: MIT */
#pragma once

#include <math.h>
#include <string.h>
#include "engine/pel-engine.h"

/* Cells of forms that are hard to tell apart, and the ways to their middles. */
enum
{
  SHAPES_SIDE = 160
};

/* Two discs that touch, a bent tube, a star, a ring, a bar of one pixel's width, a pixel, and two
 * long bars side by side. */
static inline guint32
shape_at (gint x, gint y)
{
  if (hypot (x - 20, y - 20) < 13.5)
    return 1;
  if (hypot (x - 46, y - 24) < 13.5)
    return 2;
  double r = hypot (x - 110, y - 45);
  if (r > 26 && r < 37 && !(x < 110 && y > 45))
    return 3;
  double angle = atan2 (y - 105, x - 40), away = hypot (x - 40, y - 105);
  if (away < 12 + 18 * pow (0.5 + 0.5 * cos (5 * angle), 4))
    return 4;
  r = hypot (x - 120, y - 120);
  if (r > 14 && r < 24)
    return 5;
  if (y == 150 && x > 10 && x < 60)
    return 6;
  if (x == 70 && y == 150)
    return 7;
  if (y >= 60 && y < 68 && x > 4 && x < 74)
    return 8;
  return y >= 68 && y < 76 && x > 8 && x < 70 ? 9 : 0;
}

static inline guint32 *
new_shapes (void)
{
  guint32 *labels = g_new (guint32, SHAPES_SIDE * SHAPES_SIDE);
  for (gint i = 0; i < SHAPES_SIDE * SHAPES_SIDE; i++)
    labels[i] = shape_at (i % SHAPES_SIDE, i / SHAPES_SIDE);
  return labels;
}

/* Foreground and flows, down and right, as a network without error would tell them. */
static inline float *
new_true_planes (const guint32 *labels, guint width, guint height)
{
  gsize n = (gsize)width * height;
  float *planes = g_new (float, 3 * n);
  g_autoptr (PelFlowField) field = pel_flow_field_new (labels, width, height, NULL, NULL);
  for (gsize i = 0; i < n; i++)
    planes[i] = labels[i] != 0 ? 1.0f : 0.0f;
  pel_flow_field_read_unit (field, planes + n, planes + 2 * n);
  return planes;
}
