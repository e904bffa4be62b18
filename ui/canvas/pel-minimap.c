/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-minimap.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/canvas/pel-canvas-private.h"

#define MAX_WIDTH 160
#define MAX_HEIGHT 120

struct _PelMinimap
{
  GtkWidget parent_instance;

  PelCanvas *canvas; /* weak */
};

G_DEFINE_FINAL_TYPE (PelMinimap, pel_minimap, GTK_TYPE_WIDGET)

static double
get_scale (PelMinimap *self)
{
  guint width, height;

  if (!self->canvas || !pel_canvas_get_image_size (self->canvas, &width, &height))
    return 0;
  return MIN (MAX_WIDTH / (double)width, MAX_HEIGHT / (double)height);
}

static void
update (PelMinimap *self)
{
  guint width, height;
  gboolean whole = TRUE;

  if (self->canvas && pel_canvas_get_image_size (self->canvas, &width, &height))
    whole = pel_canvas_sees (self->canvas, &GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height));
  gtk_widget_set_visible (GTK_WIDGET (self), !whole);
  if (!whole)
    {
      gtk_widget_queue_resize (GTK_WIDGET (self));
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }
}

static void
go_to (PelMinimap *self, double x, double y)
{
  double scale = get_scale (self);

  if (scale > 0)
    pel_canvas_look_at (self->canvas, x / scale, y / scale);
}

static void
on_drag_begin (PelMinimap *self, double x, double y, GtkGesture *gesture)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  go_to (self, x, y);
}

static void
on_drag_update (PelMinimap *self, double dx, double dy, GtkGestureDrag *gesture)
{
  double x, y;

  if (gtk_gesture_drag_get_start_point (gesture, &x, &y))
    go_to (self, x + dx, y + dy);
}

static void
pel_minimap_measure (GtkWidget *widget,
                     GtkOrientation orientation,
                     int for_size,
                     int *minimum,
                     int *natural,
                     int *minimum_baseline,
                     int *natural_baseline)
{
  PelMinimap *self = PEL_MINIMAP (widget);
  double scale = get_scale (self);
  guint width = 0;
  guint height = 0;

  if (scale > 0)
    pel_canvas_get_image_size (self->canvas, &width, &height);
  *minimum = *natural =
      (int)MAX (round ((orientation == GTK_ORIENTATION_HORIZONTAL ? width : height) * scale), 8);
}

static void
append_seen (PelMinimap *self, GtkSnapshot *snapshot, float width, float height)
{
  static const GdkRGBA veil = { 0, 0, 0, 0.45f };
  static const GdkRGBA light = { 1, 1, 1, 0.9f };
  const float scale = (float)get_scale (self);
  graphene_rect_t seen;
  GskRoundedRect frame;
  float widths[4] = { 1.5f, 1.5f, 1.5f, 1.5f };
  GdkRGBA colors[4] = { light, light, light, light };
  float x0, y0, x1, y1;

  pel_canvas_get_visible (self->canvas, &seen);
  x0 = CLAMP (seen.origin.x * scale, 0, width - 4);
  y0 = CLAMP (seen.origin.y * scale, 0, height - 4);
  x1 = CLAMP ((seen.origin.x + seen.size.width) * scale, x0 + 4, width);
  y1 = CLAMP ((seen.origin.y + seen.size.height) * scale, y0 + 4, height);
  gtk_snapshot_append_color (snapshot, &veil, &GRAPHENE_RECT_INIT (0, 0, width, y0));
  gtk_snapshot_append_color (snapshot, &veil, &GRAPHENE_RECT_INIT (0, y1, width, height - y1));
  gtk_snapshot_append_color (snapshot, &veil, &GRAPHENE_RECT_INIT (0, y0, x0, y1 - y0));
  gtk_snapshot_append_color (snapshot, &veil, &GRAPHENE_RECT_INIT (x1, y0, width - x1, y1 - y0));
  gsk_rounded_rect_init_from_rect (&frame, &GRAPHENE_RECT_INIT (x0, y0, x1 - x0, y1 - y0), 1);
  gtk_snapshot_append_border (snapshot, &frame, widths, colors);
}

/* The whole stays upright; what is seen of it is turned against it. */
static void
append_seen_turned (PelMinimap *self, GtkSnapshot *snapshot, float width, float height)
{
  const PelViewport *view = &self->canvas->view;
  const double scale = get_scale (self);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));

  cairo_rectangle (cr, 0, 0, (double)width, (double)height);
  for (guint outline = 0; outline < 2; outline++)
    {
      cairo_new_sub_path (cr);
      for (guint i = 0; i < 4; i++)
        {
          double x, y;

          pel_viewport_to_image (view, i == 1 || i == 2 ? view->width : 0,
                                 i >= 2 ? view->height : 0, &x, &y);
          cairo_line_to (cr, x * scale, y * scale);
        }
      cairo_close_path (cr);
      if (outline == 0)
        {
          cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
          cairo_set_source_rgba (cr, 0, 0, 0, 0.45);
          cairo_fill (cr);
        }
    }
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, 1.5);
  cairo_set_source_rgba (cr, 1, 1, 1, 0.9);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
pel_minimap_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PelMinimap *self = PEL_MINIMAP (widget);
  static const GdkRGBA back = { 0.1f, 0.1f, 0.1f, 1 };
  float width = gtk_widget_get_width (widget);
  float height = gtk_widget_get_height (widget);
  GdkTexture *base = self->canvas ? pel_canvas_get_base (self->canvas) : NULL;

  if (get_scale (self) <= 0)
    return;
  gtk_snapshot_append_color (snapshot, &back, &GRAPHENE_RECT_INIT (0, 0, width, height));
  if (base)
    gtk_snapshot_append_texture (snapshot, base, &GRAPHENE_RECT_INIT (0, 0, width, height));
  if (pel_canvas_get_angle (self->canvas) == 0)
    append_seen (self, snapshot, width, height);
  else
    append_seen_turned (self, snapshot, width, height);
}

static void
pel_minimap_dispose (GObject *object)
{
  g_clear_weak_pointer (&PEL_MINIMAP (object)->canvas);
  G_OBJECT_CLASS (pel_minimap_parent_class)->dispose (object);
}

static void
pel_minimap_class_init (PelMinimapClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_minimap_dispose;
  widget_class->measure = pel_minimap_measure;
  widget_class->snapshot = pel_minimap_snapshot;
  gtk_widget_class_set_css_name (widget_class, "minimap");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
pel_minimap_init (PelMinimap *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "crosshair");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), _ ("The whole image: click to go there"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Overview of the whole image"), -1);
}

GtkWidget *
pel_minimap_new (PelCanvas *canvas)
{
  PelMinimap *self = g_object_new (PEL_TYPE_MINIMAP, NULL);

  g_set_weak_pointer (&self->canvas, canvas);
  g_signal_connect_object (canvas, "zoom-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
