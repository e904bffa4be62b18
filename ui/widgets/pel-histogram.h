/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#define PEL_TYPE_HISTOGRAM (pel_histogram_get_type ())
G_DECLARE_FINAL_TYPE (PelHistogram, pel_histogram, PEL, HISTOGRAM, GtkWidget)

/**
 * pel_histogram_new:
 *
 * A histogram of measured values with a labelled axis, the median marked and the count of the bar
 * under the pointer in a tooltip.
 *
 * Returns: (transfer floating): the histogram
 */
GtkWidget *pel_histogram_new (void) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_histogram_set_values:
 * @self: a histogram
 * @title: what the values are, with their unit; translated
 * @values: (array length=n): the values, any order; what is not finite is left out
 * @n: how many
 *
 * Shows other values. The width of the bars follows the rule of Freedman and Diaconis (1981),
 * twice the interquartile range over the cube root of @n, between 4 and 40 bars.
 */
void pel_histogram_set_values (PelHistogram *self,
                               const char *title,
                               const double *values,
                               guint n);

/**
 * pel_histogram_set_mark:
 * @self: a histogram
 * @value: a value to point at, such as the selected cell's, or NaN for none
 */
void pel_histogram_set_mark (PelHistogram *self, double value);

/**
 * pel_histogram_set_limit:
 * @self: a histogram
 * @value: a limit, or NaN for none
 * @above: whether what is above it is marked, else what is below
 *
 * Marks the part of the values on one side of a limit. A hand can drag the limit: the signal
 * `limit-moved` (double) then tells where to, and what it is connected to sets the limit anew.
 */
void pel_histogram_set_limit (PelHistogram *self, double value, gboolean above);

guint pel_histogram_get_n_bars (PelHistogram *self);
guint pel_histogram_get_count (PelHistogram *self, guint bar);

/* The median of the values, NaN where there are none. */
double pel_histogram_get_median (PelHistogram *self);
