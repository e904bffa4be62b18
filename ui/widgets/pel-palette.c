/* SPDX-License-Identifier: MIT */
#include "ui/widgets/pel-palette.h"

#include <adwaita.h>

static const guint32 light_colors[] = { 0x1c71d8, 0xc64600, 0x1b8553, 0x813d9c };
static const guint32 dark_colors[] = { 0x78aeed, 0xffa348, 0x57e389, 0xdc8add };

gboolean
pel_palette_is_dark (void)
{
  return adw_style_manager_get_dark (adw_style_manager_get_default ());
}

void
pel_palette_get (guint index, GdkRGBA *color)
{
  guint32 rgb;

  g_return_if_fail (color != NULL);

  index %= G_N_ELEMENTS (light_colors);
  rgb = pel_palette_is_dark () ? dark_colors[index] : light_colors[index];
  color->red = (float)((rgb >> 16) & 0xff) / 255.0f;
  color->green = (float)((rgb >> 8) & 0xff) / 255.0f;
  color->blue = (float)(rgb & 0xff) / 255.0f;
  color->alpha = 1.0f;
}

void
pel_palette_follow (GtkWidget *widget)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));

  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (gtk_widget_queue_draw), widget, G_CONNECT_SWAPPED);
}
