/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-label-colors.h"

#include <math.h>

static double
to_srgb (double v)
{
  v = CLAMP (v, 0, 1);
  return v <= 0.0031308 ? 12.92 * v : 1.055 * pow (v, 1 / 2.4) - 0.055;
}

/* Oklab to sRGB, the matrices of B. Ottosson, "A perceptual color space for image processing"
 * (2020). */
static guint32
from_oklch (double lightness, double chroma, double hue)
{
  double a = chroma * cos (hue);
  double b = chroma * sin (hue);
  double l = pow (lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
  double m = pow (lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
  double s = pow (lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
  double red = to_srgb (4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  double green = to_srgb (-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  double blue = to_srgb (-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);

  return (guint32)lrint (255 * red) << 16 | (guint32)lrint (255 * green) << 8 |
         (guint32)lrint (255 * blue);
}

static gpointer
make_table (gpointer unused)
{
  static const double lightness[] = { 0.80, 0.68, 0.88 };
  guint32 *table = g_new (guint32, PEL_LABEL_COLORS);

  /* Steps of the golden angle keep any run of numbers far apart on the colour circle. */
  for (guint i = 0; i < PEL_LABEL_COLORS; i++)
    table[i] = from_oklch (lightness[i % G_N_ELEMENTS (lightness)], i % 3 == 2 ? 0.12 : 0.16,
                           0.6 + i * 2.399963229728653);
  return table;
}

guint32
pel_label_color (guint32 label)
{
  static GOnce once = G_ONCE_INIT;
  const guint32 *table = g_once (&once, make_table, NULL);

  return label == 0 ? 0 : table[(label - 1) % PEL_LABEL_COLORS];
}

void
pel_label_color_rgba (guint32 label, GdkRGBA *rgba)
{
  guint32 color = pel_label_color (label);

  rgba->red = (color >> 16 & 255) / 255.f;
  rgba->green = (color >> 8 & 255) / 255.f;
  rgba->blue = (color & 255) / 255.f;
  rgba->alpha = 1;
}
