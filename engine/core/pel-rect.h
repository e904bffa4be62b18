/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelRect:
 * @x: first column
 * @y: first row
 * @width: columns; 0 or less is empty
 * @height: rows; 0 or less is empty
 *
 * A block of whole pixels.
 */
typedef struct
{
  gint x, y, width, height;
} PelRect;

/**
 * pel_rect_is_empty:
 * @rect: a rectangle
 *
 * Returns: whether @rect holds no pixel
 */
gboolean pel_rect_is_empty (const PelRect *rect);

/**
 * pel_rect_intersect:
 * @a: a rectangle
 * @b: another
 * @out: (out) (optional): the pixels in both; empty where there are none. May be @a or @b
 *
 * Returns: whether @out holds any pixel
 */
gboolean pel_rect_intersect (const PelRect *a, const PelRect *b, PelRect *out);

/**
 * pel_rect_union:
 * @a: a rectangle
 * @b: another; an empty one adds nothing
 * @out: (out): the smallest rectangle around both. May be @a or @b
 */
void pel_rect_union (const PelRect *a, const PelRect *b, PelRect *out);
