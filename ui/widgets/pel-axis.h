/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelAxis:
 * @low: where the axis starts
 * @high: where it ends; greater than @low
 * @first: the first tick
 * @step: the distance between ticks: 1, 2 or 5 times a power of ten
 * @n_ticks: how many ticks lie between @low and @high
 *
 * A range of values with ticks at round numbers.
 */
typedef struct
{
  double low;
  double high;
  double first;
  double step;
  guint n_ticks;
} PelAxis;

/**
 * pel_axis_fit:
 * @axis: (out caller-allocates): the axis to fill
 * @low: the least value shown
 * @high: the greatest value shown
 * @max_ticks: how many ticks there is room for, at least 2
 * @extend: whether the ends may be moved outwards to the next tick
 *
 * Chooses ticks for a range. A range that is empty or not finite is widened to one that can be
 * drawn.
 */
void pel_axis_fit (PelAxis *axis, double low, double high, guint max_ticks, gboolean extend);

/**
 * pel_axis_fraction:
 * @axis: the axis
 * @value: a value
 *
 * Returns: where @value stands between the ends, 0 to 1 inside the axis
 */
double pel_axis_fraction (const PelAxis *axis, double value);

/**
 * pel_axis_format:
 * @axis: the axis that gives the number of digits
 * @value: a value
 *
 * Writes a value with the digits that tell neighbouring ticks apart, in the user's locale.
 *
 * Returns: (transfer full): the text
 */
char *pel_axis_format (const PelAxis *axis, double value) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_format_number:
 * @value: a value
 * @digits: significant digits
 *
 * Writes a number with a fixed number of significant digits and without an exponent, in the user's
 * locale.
 *
 * Returns: (transfer full): the text; "–" for what is not a number
 */
char *pel_format_number (double value, int digits) G_GNUC_WARN_UNUSED_RESULT;
