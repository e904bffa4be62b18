/* SPDX-License-Identifier: MIT */
#include "ui/widgets/pel-levels.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/widgets/pel-palette.h"

#define MARGIN 7.0
#define HANDLE 12.0

typedef enum
{
  GRAB_NONE,
  GRAB_LOW,
  GRAB_HIGH,
  GRAB_BOTH,
} Grab;

struct _PelLevels
{
  GtkWidget parent_instance;

  guint32 counts[PEL_LEVELS_BINS];
  gboolean has_image;
  double minimum;
  double maximum;
  double low;
  double high;
  double gamma;
  guint32 colour;

  Grab grab;
  double grab_low;
  double grab_high;
};

enum
{
  LEVELS_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PelLevels, pel_levels, GTK_TYPE_WIDGET)

/* The axis reaches a little beyond the image's values when the levels do. */
static void
get_span (PelLevels *self, double *from, double *to)
{
  *from = MIN (self->minimum, self->low);
  *to = MAX (self->maximum, self->high);
  if (!(*to > *from))
    *to = *from + 1.0;
}

static double
place (PelLevels *self, double value)
{
  double from, to, width = gtk_widget_get_width (GTK_WIDGET (self)) - 2.0 * MARGIN;

  get_span (self, &from, &to);
  return MARGIN + (value - from) / (to - from) * width;
}

static void
draw_handle (cairo_t *cr, double x, double y, gboolean filled, const GdkRGBA *color)
{
  cairo_move_to (cr, x, y);
  cairo_line_to (cr, x - 6.0, y + HANDLE - 1.0);
  cairo_line_to (cr, x + 6.0, y + HANDLE - 1.0);
  cairo_close_path (cr);
  if (filled)
    cairo_set_source_rgb (cr, 0.95, 0.95, 0.95);
  else
    cairo_set_source_rgb (cr, 0.12, 0.12, 0.12);
  cairo_fill_preserve (cr);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, 1.2);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke (cr);
}

static void
pel_levels_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PelLevels *self = PEL_LEVELS (widget);
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height);
  double bottom = height - HANDLE - 2.0, highest = 0.0, x_low, x_high;
  GdkRGBA color, faint;
  cairo_t *cr;

  if (!self->has_image)
    return;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  faint = color;
  faint.alpha = 0.07f;
  gdk_cairo_set_source_rgba (cr, &faint);
  cairo_rectangle (cr, MARGIN, 0, width - 2.0 * MARGIN, bottom);
  cairo_fill (cr);

  /* Square roots, so that a few bright cells still show beside much dark background. */
  for (guint i = 0; i < PEL_LEVELS_BINS; i++)
    highest = MAX (highest, sqrt (self->counts[i]));
  if (self->colour != 0)
    {
      /* Halfway, so that it shows on either background. */
      faint.red = (faint.red + (float)(self->colour >> 16 & 255) / 255.f) / 2;
      faint.green = (faint.green + (float)(self->colour >> 8 & 255) / 255.f) / 2;
      faint.blue = (faint.blue + (float)(self->colour & 255) / 255.f) / 2;
      faint.alpha = 0.85f;
    }
  else
    faint.alpha = 0.5f;
  gdk_cairo_set_source_rgba (cr, &faint);
  if (highest > 0.0)
    {
      double step = (self->maximum - self->minimum) / PEL_LEVELS_BINS;

      cairo_move_to (cr, place (self, self->minimum), bottom);
      for (guint i = 0; i < PEL_LEVELS_BINS; i++)
        {
          double y = bottom - sqrt (self->counts[i]) / highest * (bottom - 4.0);

          cairo_line_to (cr, place (self, self->minimum + i * step), y);
          cairo_line_to (cr, place (self, self->minimum + (i + 1) * step), y);
        }
      cairo_line_to (cr, place (self, self->maximum), bottom);
      cairo_close_path (cr);
      cairo_fill (cr);
    }

  x_low = place (self, self->low);
  x_high = place (self, self->high);
  pel_palette_get (0, &faint);
  gdk_cairo_set_source_rgba (cr, &faint);
  cairo_set_line_width (cr, 1.6);
  cairo_move_to (cr, MARGIN, bottom - 0.5);
  cairo_line_to (cr, x_low, bottom - 0.5);
  for (guint i = 1; i <= 32; i++)
    cairo_line_to (cr, x_low + (x_high - x_low) * i / 32.0,
                   bottom - 0.5 - pow (i / 32.0, 1.0 / self->gamma) * (bottom - 2.0));
  cairo_line_to (cr, width - MARGIN, 1.5);
  cairo_stroke (cr);

  draw_handle (cr, x_low, bottom + 1.0, FALSE, &color);
  draw_handle (cr, x_high, bottom + 1.0, TRUE, &color);
  cairo_destroy (cr);
}

static void
pel_levels_measure (GtkWidget *widget,
                    GtkOrientation orientation,
                    int for_size,
                    int *minimum,
                    int *natural,
                    int *minimum_baseline,
                    int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 120 : 72;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 240 : 84;
  *minimum_baseline = *natural_baseline = -1;
}

static void
on_drag_begin (GtkGestureDrag *drag, double x, double y, PelLevels *self)
{
  double to_low = fabs (x - place (self, self->low));
  double to_high = fabs (x - place (self, self->high));

  if (!self->has_image)
    {
      gtk_gesture_set_state (GTK_GESTURE (drag), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  self->grab_low = self->low;
  self->grab_high = self->high;
  /* Between the handles and away from both, the whole window moves. */
  if (x > place (self, self->low) && x < place (self, self->high) && MIN (to_low, to_high) > 14.0)
    self->grab = GRAB_BOTH;
  else if (to_low < to_high || (to_low - to_high < 0.5 && x < place (self, self->low)))
    self->grab = GRAB_LOW;
  else
    self->grab = GRAB_HIGH;
}

static void
on_drag_update (GtkGestureDrag *drag, double dx, double dy, PelLevels *self)
{
  double width = MAX (1.0, gtk_widget_get_width (GTK_WIDGET (self)) - 2.0 * MARGIN);
  double span = self->maximum - self->minimum;
  double by = dx / width * span, least = MAX (span / 1000.0, 1e-9);

  switch (self->grab)
    {
    case GRAB_LOW:
      self->low = CLAMP (self->grab_low + by, self->minimum, self->high - least);
      break;
    case GRAB_HIGH:
      self->high = CLAMP (self->grab_high + by, self->low + least, self->maximum);
      break;
    case GRAB_BOTH:
      by = CLAMP (by, MIN (0.0, self->minimum - self->grab_low),
                  MAX (0.0, self->maximum - self->grab_high));
      self->low = self->grab_low + by;
      self->high = self->grab_high + by;
      break;
    case GRAB_NONE:
    default:
      return;
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[LEVELS_CHANGED], 0, self->low, self->high);
}

static void
on_drag_end (GtkGestureDrag *drag, double dx, double dy, PelLevels *self)
{
  self->grab = GRAB_NONE;
}

static void
pel_levels_class_init (PelLevelsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = pel_levels_snapshot;
  widget_class->measure = pel_levels_measure;
  gtk_widget_class_set_css_name (widget_class, "levels");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  signals[LEVELS_CHANGED] =
      g_signal_new ("levels-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
}

static void
pel_levels_init (PelLevels *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->high = 1.0;
  self->maximum = 1.0;
  self->gamma = 1.0;
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (on_drag_end), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self),
                               _ ("Drag the black and the white handle to stretch the contrast"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Histogram of the grey values"), -1);
  pel_palette_follow (GTK_WIDGET (self));
}

GtkWidget *
pel_levels_new (void)
{
  return g_object_new (PEL_TYPE_LEVELS, NULL);
}

void
pel_levels_set_histogram (PelLevels *self, const guint32 *counts, double minimum, double maximum)
{
  g_return_if_fail (PEL_IS_LEVELS (self));

  self->has_image = counts != NULL;
  if (counts != NULL)
    {
      memcpy (self->counts, counts, sizeof self->counts);
      self->minimum = minimum;
      self->maximum = maximum > minimum ? maximum : minimum + 1.0;
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pel_levels_set_colour (PelLevels *self, guint32 colour)
{
  g_return_if_fail (PEL_IS_LEVELS (self));

  if (self->colour == colour)
    return;
  self->colour = colour;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pel_levels_set_levels (PelLevels *self, double low, double high, double gamma)
{
  g_return_if_fail (PEL_IS_LEVELS (self));

  self->low = low;
  self->high = high;
  self->gamma = gamma > 0.0 ? gamma : 1.0;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

double
pel_levels_get_low (PelLevels *self)
{
  g_return_val_if_fail (PEL_IS_LEVELS (self), 0.0);

  return self->low;
}

double
pel_levels_get_high (PelLevels *self)
{
  g_return_val_if_fail (PEL_IS_LEVELS (self), 1.0);

  return self->high;
}
