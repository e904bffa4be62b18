/* SPDX-License-Identifier: MIT */
#pragma once

/* What the tests of widgets share. */

#include <adwaita.h>

#include "ui/window/pel-ui.h"

/* To be called first; FALSE where there is no display to test on, and the test is then skipped. */
static inline gboolean
pel_widget_test_init (int *argc, char ***argv)
{
  g_test_init (argc, argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return FALSE;
    }
  adw_init ();
  pel_ui_init ();
  gtk_test_register_all_types ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  return TRUE;
}

static inline gboolean
pel_widget_test_set_flag (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Lets the main loop run for so long. */
static inline void
pel_widget_test_run (guint milliseconds)
{
  gboolean over = FALSE;

  g_timeout_add (milliseconds, pel_widget_test_set_flag, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

/* The first widget of a type: @widget itself or one below it; NULL where there is none. */
static inline GtkWidget *
pel_widget_test_find (GtkWidget *widget, GType type)
{
  GtkWidget *found = NULL;

  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); found == NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    found = pel_widget_test_find (child, type);
  return found;
}

/* The same by what it is called in its template. */
static inline GtkWidget *
pel_widget_test_find_id (GtkWidget *widget, const char *id)
{
  GtkWidget *found = NULL;

  if (g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), id) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = pel_widget_test_find_id (child, id);
  return found;
}

/* The message dialog that is on show, or NULL. */
static inline AdwMessageDialog *
pel_widget_test_find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      /* GTK holds it. */
      if (ADW_IS_MESSAGE_DIALOG (window) && gtk_widget_get_visible (window))
        return ADW_MESSAGE_DIALOG (window);
    }
  return NULL;
}

/* Shows a widget in a window of its own, of this size, and returns what it draws: 4 bytes a pixel,
 * blue, green, red, alpha. The window is closed again. */
static inline guint8 *
pel_widget_test_render (GtkWidget *widget, int width, int height)
{
  GtkWidget *window = gtk_window_new ();
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GskRenderer) renderer = gsk_cairo_renderer_new ();
  g_autoptr (GdkTexture) texture = NULL;
  graphene_rect_t area = GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height);
  guint8 *pixels = g_malloc0 ((gsize)width * height * 4);

  gtk_widget_set_size_request (widget, width, height);
  gtk_widget_set_halign (widget, GTK_ALIGN_START);
  gtk_widget_set_valign (widget, GTK_ALIGN_START);
  gtk_window_set_child (GTK_WINDOW (window), widget);
  gtk_window_present (GTK_WINDOW (window));
  for (guint i = 0; i < 100 && gtk_widget_get_width (widget) < width; i++)
    pel_widget_test_run (10);
  g_assert_cmpint (gtk_widget_get_width (widget), ==, width);
  paintable = gtk_widget_paintable_new (widget);
  /* The first frame may still be on its way; a widget that draws nothing never has one. */
  for (guint i = 0; i < 50 && node == NULL; i++)
    {
      GtkSnapshot *snapshot = gtk_snapshot_new ();

      gdk_paintable_snapshot (paintable, snapshot, width, height);
      node = gtk_snapshot_free_to_node (snapshot);
      if (node == NULL)
        pel_widget_test_run (10);
    }
  if (node != NULL)
    {
      g_assert_true (gsk_renderer_realize (renderer, NULL, NULL));
      texture = gsk_renderer_render_texture (renderer, node, &area);
      gdk_texture_download (texture, pixels, (gsize)width * 4);
      gsk_renderer_unrealize (renderer);
    }
  gtk_window_set_child (GTK_WINDOW (window), NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  return pixels;
}

/* How many pixels of a part come near a colour. */
static inline guint
pel_widget_test_count (const guint8 *pixels,
                       int stride,
                       const GdkRectangle *area,
                       const GdkRGBA *color)
{
  guint n = 0;

  for (int y = area->y; y < area->y + area->height; y++)
    for (int x = area->x; x < area->x + area->width; x++)
      {
        const guint8 *p = pixels + ((gsize)y * stride + x) * 4;

        if (ABS (p[2] - (int)(color->red * 255)) < 24 &&
            ABS (p[1] - (int)(color->green * 255)) < 24 &&
            ABS (p[0] - (int)(color->blue * 255)) < 24 && p[3] > 200)
          n++;
      }
  return n;
}
