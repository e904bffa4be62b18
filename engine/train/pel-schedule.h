/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * pel_schedule_get_rate:
 * @max_rate: the highest learning rate
 * @fraction: of the training that is done, 0 to 1
 *
 * One cycle (Smith and Topin, "Super-convergence", 2019): from a tenth of @max_rate up to it over
 * the first tenth of the training, then down to a thousandth along half a cosine.
 *
 * Returns: the learning rate of the next step
 */
double pel_schedule_get_rate (double max_rate, double fraction);

/**
 * PelClock:
 * @limit_s: seconds until everything must be done; 0 for no limit
 * @started_us: monotonic time that the limit counts from
 * @paused_us: microseconds to leave out
 * @prepared_s: seconds that had passed when the first step was made
 * @before: fraction of the training done in earlier runs
 *
 * Turns elapsed time into a fraction of the training.
 */
typedef struct
{
  double limit_s;
  gint64 started_us;
  gint64 paused_us;
  double prepared_s;
  double before;
} PelClock;

/**
 * pel_clock_get_seconds:
 * @clock: a clock
 * @now_us: g_get_monotonic_time()
 *
 * Returns: seconds since the start, pauses left out
 */
double pel_clock_get_seconds (const PelClock *clock, gint64 now_us);

/**
 * pel_clock_get_fraction:
 * @clock: a clock with a limit
 * @now_us: g_get_monotonic_time()
 * @reserve_s: seconds that will be needed after the last step
 *
 * Returns: fraction of the training that is done, 0 to 1
 */
double pel_clock_get_fraction (const PelClock *clock, gint64 now_us, double reserve_s);
