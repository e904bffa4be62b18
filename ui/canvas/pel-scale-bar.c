/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-scale-bar.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/document/pel-image-document.h"
#include "ui/canvas/pel-canvas-private.h"

#define MAX_LENGTH 140
#define THICKNESS 3
#define PADDING 8
#define GAP 3

struct _PelScaleBar
{
  GtkWidget parent_instance;

  PelCanvas *canvas; /* weak */
  PangoLayout *layout;
  double length; /* widget pixels; 0 while there is nothing to measure */
  double rise;   /* as long in truth, but upwards; 0 where pixels are square */
  GSignalGroup *document_signals;
  GSignalGroup *display_signals;
};

G_DEFINE_FINAL_TYPE (PelScaleBar, pel_scale_bar, GTK_TYPE_WIDGET)

double
pel_scale_bar_choose (double unit_pixels, double max_pixels)
{
  double longest = max_pixels / unit_pixels;
  double power;

  if (!(unit_pixels > 0) || !isfinite (longest) || longest <= 0)
    return 0;
  power = pow (10, floor (log10 (longest) + 1e-9));
  if (longest >= 5 * power)
    return 5 * power;
  return longest >= 2 * power ? 2 * power : power;
}

/* Of an image pixel along a way in the widget: in a turned view that is no row of the image. */
static double
get_um (PelScaleBar *self, double dx, double dy)
{
  PelImageDocument *document = self->canvas ? pel_canvas_get_document (self->canvas) : NULL;
  double x, y;

  if (!document)
    return 0;
  pel_viewport_way_to_image (&self->canvas->view, dx * self->canvas->view.zoom,
                             dy * self->canvas->view.zoom, &x, &y);
  return y == 0 ? pel_image_document_get_um_x (document)
                : hypot (x * pel_image_document_get_um_x (document),
                         y * pel_image_document_get_um_y (document));
}

static void
update (PelScaleBar *self)
{
  double um = get_um (self, 1, 0), um_up = get_um (self, 0, 1);
  gboolean calibrated, is_oblong;
  double unit, value, zoom;
  g_autofree char *text = NULL;
  g_autofree char *description = NULL;
  guint width, height;

  if (!self->canvas || !pel_canvas_get_image_size (self->canvas, &width, &height))
    {
      gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
      return;
    }
  calibrated =
      um > 0 && pel_display_get_unit (pel_canvas_get_display (self->canvas)) == PEL_LENGTH_UNIT_UM;
  is_oblong =
      calibrated && pel_image_document_has_oblong_pixels (pel_canvas_get_document (self->canvas));
  zoom = pel_canvas_get_zoom (self->canvas);
  unit = zoom / (calibrated ? um : 1);
  value = pel_scale_bar_choose (is_oblong ? MAX (unit, zoom / um_up) : unit, MAX_LENGTH);
  if (!calibrated && value < 1)
    value = 1;
  self->length = round (value * unit);
  self->rise = is_oblong ? round (value * zoom / um_up) : 0;
  if (!calibrated)
    /* Translators: the length of the scale bar in pixels. */
    text = g_strdup_printf (_ ("%g px"), value);
  else if (value >= 1000)
    /* Translators: the length of the scale bar in millimetres. */
    text = g_strdup_printf (_ ("%g mm"), value / 1000);
  else if (value >= 1)
    /* Translators: the length of the scale bar in micrometres. */
    text = g_strdup_printf (_ ("%g µm"), value);
  else
    /* Translators: the length of the scale bar in nanometres. */
    text = g_strdup_printf (_ ("%g nm"), value * 1000);
  pango_layout_set_text (self->layout, text, -1);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Scale bar"), -1);
  if (is_oblong)
    /* Translators: %s is the length of the scale bar with its unit. */
    description = g_strdup_printf (_ ("%s across and down: the pixels are not square"), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  description != NULL ? description : text, -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
on_document (PelScaleBar *self)
{
  g_signal_group_set_target (self->document_signals, pel_canvas_get_document (self->canvas));
  g_signal_group_set_target (self->display_signals, pel_canvas_get_display (self->canvas));
  update (self);
}

static void
pel_scale_bar_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  PelScaleBar *self = PEL_SCALE_BAR (widget);
  int width, height;

  pango_layout_get_pixel_size (self->layout, &width, &height);
  if (self->rise > 0)
    width += 2 * (THICKNESS + GAP);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = *natural = (int)MAX (self->length, width) + 2 * PADDING;
  else
    *minimum = *natural = (int)MAX (height + GAP + THICKNESS, self->rise) + PADDING;
}

static void
pel_scale_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PelScaleBar *self = PEL_SCALE_BAR (widget);
  static const GdkRGBA white = { 1, 1, 1, 1 };
  static const GdkRGBA back = { 0.08f, 0.08f, 0.09f, 0.6f };
  float w = gtk_widget_get_width (widget);
  float h = gtk_widget_get_height (widget);
  GskRoundedRect box;
  const float length = (float)self->length, rise = (float)self->rise;
  float left, bottom;
  int width, height;

  pango_layout_get_pixel_size (self->layout, &width, &height);
  left = rise > 0 ? PADDING : floorf ((w - length) / 2);
  bottom = h - PADDING + 2;
  gsk_rounded_rect_init_from_rect (&box, &GRAPHENE_RECT_INIT (0, 0, w, h), 6);
  gtk_snapshot_push_rounded_clip (snapshot, &box);
  gtk_snapshot_append_color (snapshot, &back, &box.bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot, &GRAPHENE_POINT_INIT (rise > 0 ? left + THICKNESS + GAP : floorf ((w - width) / 2),
                                      bottom - THICKNESS - GAP - height));
  gtk_snapshot_append_layout (snapshot, self->layout, &white);
  gtk_snapshot_restore (snapshot);
  gtk_snapshot_append_color (snapshot, &white,
                             &GRAPHENE_RECT_INIT (left, bottom - THICKNESS, length, THICKNESS));
  if (rise > 0)
    gtk_snapshot_append_color (snapshot, &white,
                               &GRAPHENE_RECT_INIT (left, bottom - rise, THICKNESS, rise));
}

static void
pel_scale_bar_dispose (GObject *object)
{
  PelScaleBar *self = PEL_SCALE_BAR (object);

  g_clear_weak_pointer (&self->canvas);
  g_clear_object (&self->document_signals);
  g_clear_object (&self->display_signals);
  g_clear_object (&self->layout);
  G_OBJECT_CLASS (pel_scale_bar_parent_class)->dispose (object);
}

static void
pel_scale_bar_class_init (PelScaleBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_scale_bar_dispose;
  widget_class->measure = pel_scale_bar_measure;
  widget_class->snapshot = pel_scale_bar_snapshot;
  gtk_widget_class_set_css_name (widget_class, "scalebar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
pel_scale_bar_init (PelScaleBar *self)
{
  PangoFontDescription *font = pango_font_description_from_string ("Sans Bold 9");

  self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  pango_layout_set_font_description (self->layout, font);
  pango_font_description_free (font);
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
  self->display_signals = g_signal_group_new (PEL_TYPE_DISPLAY);
  g_signal_group_connect_swapped (self->display_signals, "notify::unit", G_CALLBACK (update), self);
  self->document_signals = g_signal_group_new (PEL_TYPE_IMAGE_DOCUMENT);
  g_signal_group_connect_swapped (self->document_signals, "calibration-changed",
                                  G_CALLBACK (update), self);
}

GtkWidget *
pel_scale_bar_new (PelCanvas *canvas)
{
  PelScaleBar *self = g_object_new (PEL_TYPE_SCALE_BAR, NULL);

  g_set_weak_pointer (&self->canvas, canvas);
  g_signal_connect_object (canvas, "zoom-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (canvas, "notify::document", G_CALLBACK (on_document), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (canvas, "notify::display", G_CALLBACK (on_document), self,
                           G_CONNECT_SWAPPED);
  on_document (self);
  return GTK_WIDGET (self);
}
