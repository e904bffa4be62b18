/* SPDX-License-Identifier: MIT */
#include "ui/widgets/pel-axis.h"

#include <math.h>

void
pel_axis_fit (PelAxis *axis, double low, double high, guint max_ticks, gboolean extend)
{
  double raw, power, step;

  g_return_if_fail (axis != NULL);

  if (!isfinite (low) || !isfinite (high))
    {
      low = 0.0;
      high = 1.0;
    }
  if (high < low)
    {
      double swap = low;

      low = high;
      high = swap;
    }
  if (high - low <= 1e-12 * MAX (fabs (low), fabs (high)) || high - low < 1e-300)
    {
      double widen = MAX (fabs (low) * 0.1, 1e-6);

      low -= widen;
      high += widen;
    }

  raw = (high - low) / MAX (max_ticks, 2);
  power = pow (10.0, floor (log10 (raw)));
  step = power;
  if (raw > 5.0 * power)
    step = 10.0 * power;
  else if (raw > 2.0 * power)
    step = 5.0 * power;
  else if (raw > power)
    step = 2.0 * power;

  if (extend)
    {
      low = floor (low / step + 1e-9) * step;
      high = ceil (high / step - 1e-9) * step;
    }

  axis->low = low;
  axis->high = high;
  axis->step = step;
  axis->first = ceil (low / step - 1e-9) * step;
  axis->n_ticks = (guint)(floor ((high - axis->first) / step + 1e-9) + 1.0);
}

double
pel_axis_fraction (const PelAxis *axis, double value)
{
  return (value - axis->low) / (axis->high - axis->low);
}

char *
pel_axis_format (const PelAxis *axis, double value)
{
  int decimals = (int)MAX (0.0, -floor (log10 (axis->step) + 1e-9));

  if (fabs (value) < axis->step * 1e-6)
    value = 0.0;
  return g_strdup_printf ("%.*f", MIN (decimals, 9), value);
}

char *
pel_format_number (double value, int digits)
{
  int decimals;

  if (!isfinite (value))
    return g_strdup ("–");
  if (value == 0.0)
    return g_strdup ("0");
  decimals = digits - 1 - (int)floor (log10 (fabs (value)));
  return g_strdup_printf ("%.*f", CLAMP (decimals, 0, 9), value);
}
