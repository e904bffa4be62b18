/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-label-colors.h"

#include "engine/measure/pel-label-colour.h"

static gpointer
make_table (gpointer unused)
{
  guint32 *table = g_new (guint32, PEL_LABEL_COLORS);

  for (guint i = 0; i < PEL_LABEL_COLORS; i++)
    {
      guint8 rgb[3];

      pel_label_colour (i + 1, PEL_LABEL_PALETTE_VIVID, rgb);
      table[i] = (guint32)rgb[0] << 16 | (guint32)rgb[1] << 8 | rgb[2];
    }
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
