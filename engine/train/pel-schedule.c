/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-schedule.h"

#include <math.h>

#define RISE 0.1
#define FIRST 0.1
#define LAST 0.001

double
pel_schedule_get_rate (double max_rate, double fraction)
{
  fraction = CLAMP (fraction, 0.0, 1.0);
  if (fraction < RISE)
    return max_rate * (FIRST + (1.0 - FIRST) * fraction / RISE);
  double t = (fraction - RISE) / (1.0 - RISE);
  return max_rate * (LAST + (1.0 - LAST) * 0.5 * (1.0 + cos (G_PI * t)));
}

double
pel_clock_get_seconds (const PelClock *clock, gint64 now_us)
{
  return (double)(now_us - clock->started_us - clock->paused_us) / 1e6;
}

double
pel_clock_get_fraction (const PelClock *clock, gint64 now_us, double reserve_s)
{
  double usable = clock->limit_s - reserve_s - clock->prepared_s;
  double used = pel_clock_get_seconds (clock, now_us) - clock->prepared_s;
  if (usable <= 0.0)
    return 1.0;
  return CLAMP (clock->before + (1.0 - clock->before) * used / usable, 0.0, 1.0);
}
