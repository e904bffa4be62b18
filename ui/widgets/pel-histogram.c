/* SPDX-License-Identifier: MIT */
#include "ui/widgets/pel-histogram.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "engine/measure/pel-statistics.h"
#include "ui/widgets/pel-axis.h"
#include "ui/widgets/pel-palette.h"

#define MAX_BARS 40
#define MIN_BARS 4

struct _PelHistogram
{
  GtkWidget parent_instance;

  char *title;
  guint counts[MAX_BARS];
  guint n_bars;
  guint n_values;
  double low;
  double high;
  double median;
  double mark;
  double limit;
  gboolean limit_above;
  double plot_x, plot_width; /* where the bars were drawn last */
};

enum
{
  LIMIT_MOVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PelHistogram, pel_histogram, GTK_TYPE_WIDGET)

static PangoLayout *
make_text (PelHistogram *self, const char *text, int *width, int *height)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (0.84));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_get_pixel_size (layout, width, height);
  return layout;
}

static void
draw_text (PelHistogram *self, cairo_t *cr, const char *text, double x, double y, double anchor)
{
  int width, height;
  g_autoptr (PangoLayout) layout = make_text (self, text, &width, &height);

  cairo_move_to (cr, round (x - anchor * width), round (y));
  pango_cairo_show_layout (cr, layout);
}

static void
pel_histogram_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PelHistogram *self = PEL_HISTOGRAM (widget);
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height);
  int text_width, text_height;
  g_autoptr (PangoLayout) probe = make_text (self, "0", &text_width, &text_height);
  double gutter, top, bottom, plot_width;
  guint highest = 1;
  PelAxis x_axis, y_axis;
  GdkRGBA color, bar_color;
  cairo_t *cr;

  if (self->n_values == 0 || width < 60.0 || height < 60.0)
    return;
  for (guint i = 0; i < self->n_bars; i++)
    highest = MAX (highest, self->counts[i]);
  top = text_height * 0.5 + text_height + 2.0;
  bottom = height - 2.0 * text_height - 6.0;
  pel_axis_fit (&y_axis, 0.0, highest, (guint)CLAMP ((bottom - top) / 28.0, 2.0, 5.0), FALSE);
  if (y_axis.step < 1.0)
    pel_axis_fit (&y_axis, 0.0, highest, 2, FALSE);
  gutter = 0.0;
  for (guint i = 0; i < y_axis.n_ticks; i++)
    {
      g_autofree char *text = pel_axis_format (&y_axis, y_axis.first + i * y_axis.step);
      g_autoptr (PangoLayout) layout = make_text (self, text, &text_width, &text_height);

      gutter = MAX (gutter, text_width + 6.0);
    }
  plot_width = width - gutter - 6.0;
  self->plot_x = gutter;
  self->plot_width = plot_width;
  pel_axis_fit (&x_axis, self->low, self->high, (guint)CLAMP (plot_width / 56.0, 2.0, 8.0), FALSE);

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  pel_palette_get (0, &bar_color);
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  cairo_set_line_width (cr, 1.0);
  for (guint i = 0; i < y_axis.n_ticks; i++)
    {
      double value = y_axis.first + i * y_axis.step;
      double y = round (bottom - pel_axis_fraction (&y_axis, value) * (bottom - top)) + 0.5;
      g_autofree char *text = pel_axis_format (&y_axis, value);

      if (fabs (value - round (value)) > 1e-6)
        continue;
      color.alpha = 0.14f;
      gdk_cairo_set_source_rgba (cr, &color);
      cairo_move_to (cr, gutter, y);
      cairo_line_to (cr, width - 6.0, y);
      cairo_stroke (cr);
      color.alpha = 0.75f;
      gdk_cairo_set_source_rgba (cr, &color);
      draw_text (self, cr, text, gutter - 6.0, y - text_height / 2.0, 1.0);
    }
  gdk_cairo_set_source_rgba (cr, &bar_color);
  for (guint i = 0; i < self->n_bars; i++)
    {
      double x0 = gutter + plot_width * i / self->n_bars;
      double x1 = gutter + plot_width * (i + 1) / self->n_bars;
      double y = bottom - pel_axis_fraction (&y_axis, self->counts[i]) * (bottom - top);

      if (self->counts[i] > 0)
        cairo_rectangle (cr, x0 + 0.5, y, MAX (1.0, x1 - x0 - 1.0), bottom - y);
    }
  cairo_fill (cr);

  if (isfinite (self->limit))
    {
      double x = gutter + CLAMP (pel_axis_fraction (&x_axis, self->limit), 0.0, 1.0) * plot_width;

      pel_palette_get (1, &bar_color);
      bar_color.alpha = 0.22f;
      gdk_cairo_set_source_rgba (cr, &bar_color);
      if (self->limit_above)
        cairo_rectangle (cr, x, top, gutter + plot_width - x, bottom - top);
      else
        cairo_rectangle (cr, gutter, top, x - gutter, bottom - top);
      cairo_fill (cr);
      bar_color.alpha = 1.0f;
      gdk_cairo_set_source_rgba (cr, &bar_color);
      cairo_rectangle (cr, x - 1.0, top, 2.0, bottom - top);
      cairo_fill (cr);
    }
  color.alpha = 0.75f;
  gdk_cairo_set_source_rgba (cr, &color);
  for (guint i = 0; i < x_axis.n_ticks; i++)
    {
      double value = x_axis.first + i * x_axis.step;
      double x = gutter + pel_axis_fraction (&x_axis, value) * plot_width;
      g_autofree char *text = pel_axis_format (&x_axis, value);

      draw_text (self, cr, text, CLAMP (x, gutter + 8.0, width - 14.0), bottom + 3.0, 0.5);
    }
  draw_text (self, cr, self->title, gutter + plot_width / 2.0, bottom + text_height + 4.0, 0.5);

  {
    double x =
        round (gutter + CLAMP (pel_axis_fraction (&x_axis, self->median), 0.0, 1.0) * plot_width) +
        0.5;
    g_autofree char *value = pel_format_number (self->median, 3);
    /* Translators: marks the median in a histogram; %s is a number. */
    g_autofree char *text = g_strdup_printf (_ ("median %s"), value);
    const double dashes[] = { 4.0, 3.0 };

    color.alpha = 0.9f;
    gdk_cairo_set_source_rgba (cr, &color);
    cairo_set_dash (cr, dashes, 2, 0.0);
    cairo_move_to (cr, x, top);
    cairo_line_to (cr, x, bottom);
    cairo_stroke (cr);
    cairo_set_dash (cr, NULL, 0, 0.0);
    draw_text (self, cr, text, x, 0.0, (x - gutter) / plot_width);
  }
  if (isfinite (self->mark))
    {
      double x = gutter + CLAMP (pel_axis_fraction (&x_axis, self->mark), 0.0, 1.0) * plot_width;

      pel_palette_get (1, &bar_color);
      gdk_cairo_set_source_rgba (cr, &bar_color);
      cairo_move_to (cr, x, bottom - 1.0);
      cairo_line_to (cr, x - 5.0, bottom + 7.0);
      cairo_line_to (cr, x + 5.0, bottom + 7.0);
      cairo_close_path (cr);
      cairo_fill (cr);
      cairo_rectangle (cr, x - 0.75, top, 1.5, bottom - top);
      cairo_fill (cr);
    }
  cairo_destroy (cr);
}

static void
pel_histogram_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 160 : 110;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 300 : 150;
  *minimum_baseline = *natural_baseline = -1;
}

static gboolean
pel_histogram_query_tooltip (GtkWidget *widget,
                             int x,
                             int y,
                             gboolean keyboard,
                             GtkTooltip *tooltip)
{
  PelHistogram *self = PEL_HISTOGRAM (widget);
  g_autofree char *low = NULL, *high = NULL, *text = NULL;
  double bar_width;
  int bar;

  if (self->n_values == 0 || keyboard)
    return FALSE;
  bar_width = (self->high - self->low) / self->n_bars;
  bar = (int)floor ((x - self->plot_x) / MAX (1.0, self->plot_width) * self->n_bars);
  if (bar < 0 || bar >= (int)self->n_bars)
    return FALSE;
  low = pel_format_number (self->low + bar * bar_width, 3);
  high = pel_format_number (self->low + (bar + 1) * bar_width, 3);
  /* Translators: a bar of a histogram: from %s to %s, and how many cells fall into it. */
  text = g_strdup_printf (ngettext ("%s to %s: %u cell", "%s to %s: %u cells", self->counts[bar]),
                          low, high, self->counts[bar]);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

/* The limit goes where the pointer is. */
static void
move_limit (PelHistogram *self, double x)
{
  double place = CLAMP ((x - self->plot_x) / MAX (1.0, self->plot_width), 0.0, 1.0);

  g_signal_emit (self, signals[LIMIT_MOVED], 0, self->low + place * (self->high - self->low));
}

static void
on_drag_begin (GtkGestureDrag *drag, double x, double y, PelHistogram *self)
{
  if (self->n_values == 0 || !isfinite (self->limit))
    {
      gtk_gesture_set_state (GTK_GESTURE (drag), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  gtk_gesture_set_state (GTK_GESTURE (drag), GTK_EVENT_SEQUENCE_CLAIMED);
  move_limit (self, x);
}

static void
on_drag_update (GtkGestureDrag *drag, double dx, double dy, PelHistogram *self)
{
  double x, y;

  if (gtk_gesture_drag_get_start_point (drag, &x, &y))
    move_limit (self, x + dx);
}

static void
pel_histogram_finalize (GObject *object)
{
  g_free (PEL_HISTOGRAM (object)->title);
  G_OBJECT_CLASS (pel_histogram_parent_class)->finalize (object);
}

static void
pel_histogram_class_init (PelHistogramClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = pel_histogram_finalize;
  widget_class->snapshot = pel_histogram_snapshot;
  widget_class->measure = pel_histogram_measure;
  widget_class->query_tooltip = pel_histogram_query_tooltip;
  signals[LIMIT_MOVED] = g_signal_new ("limit-moved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
  gtk_widget_class_set_css_name (widget_class, "histogram");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
pel_histogram_init (PelHistogram *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->median = NAN;
  self->mark = NAN;
  self->limit = NAN;
  self->n_bars = MIN_BARS;
  self->title = g_strdup ("");
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Histogram"), -1);
  pel_palette_follow (GTK_WIDGET (self));
}

GtkWidget *
pel_histogram_new (void)
{
  return g_object_new (PEL_TYPE_HISTOGRAM, NULL);
}

void
pel_histogram_set_values (PelHistogram *self, const char *title, const double *values, guint n)
{
  g_autofree char *median = NULL, *description = NULL;
  PelSummary summary;
  double width;

  g_return_if_fail (PEL_IS_HISTOGRAM (self));
  g_return_if_fail (values != NULL || n == 0);

  g_free (self->title);
  self->title = g_strdup (title);
  pel_summary_compute (values, n, &summary);
  memset (self->counts, 0, sizeof self->counts);
  self->n_values = summary.n;
  self->median = NAN;
  if (summary.n > 0)
    {
      self->median = summary.median;
      self->low = summary.min;
      self->high = summary.max;
      if (self->high - self->low < 1e-9 * MAX (1.0, fabs (self->high)))
        {
          self->low -= 0.5;
          self->high += 0.5;
        }
      width = 2.0 * (summary.q3 - summary.q1) / cbrt (summary.n);
      self->n_bars = MIN_BARS;
      if (width > 0.0)
        self->n_bars = (guint)CLAMP (ceil ((self->high - self->low) / width), MIN_BARS, MAX_BARS);
      for (guint i = 0; i < n; i++)
        {
          double place = (values[i] - self->low) / (self->high - self->low) * self->n_bars;

          if (isfinite (values[i]))
            self->counts[MIN ((guint)place, self->n_bars - 1)]++;
        }
    }

  median = pel_format_number (self->median, 3);
  description =
      summary.n == 0
          ? g_strdup (_ ("No values yet."))
          /* Translators: read aloud for a histogram: how many cells, and their median. */
          : g_strdup_printf (ngettext ("%u cell, median %s", "%u cells, median %s", summary.n),
                             summary.n, median);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pel_histogram_set_mark (PelHistogram *self, double value)
{
  g_return_if_fail (PEL_IS_HISTOGRAM (self));

  self->mark = value;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pel_histogram_set_limit (PelHistogram *self, double value, gboolean above)
{
  g_return_if_fail (PEL_IS_HISTOGRAM (self));

  if (isfinite (self->limit) != isfinite (value))
    gtk_widget_set_cursor_from_name (GTK_WIDGET (self), isfinite (value) ? "ew-resize" : NULL);
  self->limit = value;
  self->limit_above = above;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

guint
pel_histogram_get_n_bars (PelHistogram *self)
{
  g_return_val_if_fail (PEL_IS_HISTOGRAM (self), 0);

  return self->n_values > 0 ? self->n_bars : 0;
}

guint
pel_histogram_get_count (PelHistogram *self, guint bar)
{
  g_return_val_if_fail (PEL_IS_HISTOGRAM (self), 0);
  g_return_val_if_fail (bar < MAX_BARS, 0);

  return self->counts[bar];
}

double
pel_histogram_get_median (PelHistogram *self)
{
  g_return_val_if_fail (PEL_IS_HISTOGRAM (self), NAN);

  return self->median;
}
