/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-ui.h"

#include <adwaita.h>

#include "pel-resources.h"

void
pel_ui_init (void)
{
  GdkDisplay *display = gdk_display_get_default ();
  g_autoptr (GtkCssProvider) style = NULL;

  g_resources_register (pel_get_resource ());
  if (display == NULL || g_object_get_data (G_OBJECT (display), "pel-ui") != NULL)
    return;
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (display),
                                    "/io/github/pellicle/Pellicle/icons");
  style = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (style, "/io/github/pellicle/Pellicle/style.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  g_object_set_data (G_OBJECT (display), "pel-ui", GINT_TO_POINTER (TRUE));
}
