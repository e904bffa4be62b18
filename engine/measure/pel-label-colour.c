/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-label-colour.h"

#include <math.h>

static guint8
to_byte (double value)
{
  return (guint8)(CLAMP (value, 0, 1) * 255 + 0.5);
}

/* One of red, green and blue from hue, saturation and lightness, all from 0 to 1. */
static double
part (double hue, double saturation, double lightness, double offset)
{
  double k = fmod (offset + hue * 12, 12);
  double range = saturation * MIN (lightness, 1 - lightness);

  return lightness - range * CLAMP (MIN (k - 3, 9 - k), -1, 1);
}

/* Steps by the golden ratio of the colour circle keep any few labels in a row well apart. */
static void
vivid (guint32 label, guint8 rgb[3])
{
  double hue = fmod (label * 0.61803398874989485, 1);
  double lightness = 0.56 + 0.08 * (label % 3);

  rgb[0] = to_byte (part (hue, 0.9, lightness, 0));
  rgb[1] = to_byte (part (hue, 0.9, lightness, 8));
  rgb[2] = to_byte (part (hue, 0.9, lightness, 4));
}

/* The colours of Okabe and Ito without black; every seven labels a step lighter or darker. */
static void
safe (guint32 label, guint8 rgb[3])
{
  static const guint8 colours[7][3] = {
    { 230, 159, 0 }, { 86, 180, 233 }, { 0, 158, 115 },   { 240, 228, 66 },
    { 0, 114, 178 }, { 213, 94, 0 },   { 204, 121, 167 },
  };
  static const double lighter[3] = { 0, 0.35, -0.25 };
  const guint8 *colour = colours[label % 7];
  double step = lighter[label / 7 % 3];

  for (guint i = 0; i < 3; i++)
    {
      double value = colour[i] / 255.0;

      rgb[i] = to_byte (step > 0 ? value + (1 - value) * step : value * (1 + step));
    }
}

void
pel_label_colour (guint32 label, PelLabelPalette palette, guint8 rgb[3])
{
  if (label == 0)
    rgb[0] = rgb[1] = rgb[2] = 0;
  else if (palette == PEL_LABEL_PALETTE_SAFE)
    safe (label, rgb);
  else
    vivid (label, rgb);
}
