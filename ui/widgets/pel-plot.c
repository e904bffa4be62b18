/* SPDX-License-Identifier: MIT */
#include "ui/widgets/pel-plot.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/widgets/pel-axis.h"
#include "ui/widgets/pel-palette.h"

#define MAX_SERIES 4
#define PAD 6.0

typedef struct
{
  double x;
  double y;
} Point;

typedef struct
{
  char *name;
  PelPlotStyle style;
  GArray *points; /* of Point, in order of x */
  double best;    /* x of the best point, NaN for none */
} Series;

struct _PelPlot
{
  GtkWidget parent_instance;

  char *title;
  char *x_title;
  Series series[MAX_SERIES];
  guint n_series;
  double y_low;
  double y_high;
  double cursor; /* x that is being read, NaN for none */

  /* As last drawn: where the curves are, for the pointer. */
  graphene_rect_t area;
  PelAxis x_axis;
};

G_DEFINE_FINAL_TYPE (PelPlot, pel_plot, GTK_TYPE_WIDGET)

static const Point *
series_at (const Series *series, double x)
{
  guint low = 0, high = series->points->len;

  if (high == 0)
    return NULL;
  while (high - low > 1)
    {
      guint middle = (low + high) / 2;

      if (g_array_index (series->points, Point, middle).x <= x)
        low = middle;
      else
        high = middle;
    }
  if (low + 1 < series->points->len)
    {
      const Point *a = &g_array_index (series->points, Point, low);
      const Point *b = a + 1;

      return x - a->x <= b->x - x ? a : b;
    }
  return &g_array_index (series->points, Point, low);
}

static void
find_range (PelPlot *self, double *x_high, double *y_low, double *y_high)
{
  *x_high = 0.0;
  *y_low = INFINITY;
  *y_high = -INFINITY;
  for (guint s = 0; s < self->n_series; s++)
    {
      GArray *points = self->series[s].points;

      for (guint i = 0; i < points->len; i++)
        {
          const Point *p = &g_array_index (points, Point, i);

          *x_high = MAX (*x_high, p->x);
          *y_low = MIN (*y_low, p->y);
          *y_high = MAX (*y_high, p->y);
        }
    }
  if (!isnan (self->y_low))
    *y_low = self->y_low;
  if (!isnan (self->y_high))
    *y_high = self->y_high;
}

/* (nullable): the words at a curve's best point */
static char *
describe_best (const Series *series)
{
  const Point *p = isnan (series->best) ? NULL : series_at (series, series->best);
  g_autofree char *value = p != NULL ? pel_format_number (p->y, 2) : NULL;

  /* Translators: marks the best value of a curve; %s is the value. */
  return value != NULL ? g_strdup_printf (_ ("best %s"), value) : NULL;
}

static void
update_description (PelPlot *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint s = 0; s < self->n_series; s++)
    {
      const Series *series = &self->series[s];
      const Point *last;
      g_autofree char *value = NULL;
      g_autofree char *best = NULL;

      if (series->points->len == 0)
        continue;
      last = &g_array_index (series->points, Point, series->points->len - 1);
      value = pel_format_number (last->y, 3);
      if (text->len > 0)
        g_string_append (text, "; ");
      g_string_append_printf (text, "%s %s", series->name, value);
      best = describe_best (series);
      if (best != NULL)
        g_string_append_printf (text, ", %s", best);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text->len > 0 ? text->str : _ ("No values yet."), -1);
}

/* Drawing */

static void
set_color (cairo_t *cr, const GdkRGBA *color, double alpha)
{
  cairo_set_source_rgba (cr, (double)color->red, (double)color->green, (double)color->blue, alpha);
}

static PangoLayout *
make_text (PelPlot *self, const char *text, gboolean bold, int *width, int *height)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (0.84));
  if (bold)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  else
    pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_get_pixel_size (layout, width, height);
  return layout;
}

/* Draws @text; @anchor_x tells which part of it stands at @x: 0 its start, 1 its end. */
static void
draw_text (PelPlot *self,
           cairo_t *cr,
           const char *text,
           gboolean bold,
           double x,
           double y,
           double anchor_x)
{
  int width, height;
  g_autoptr (PangoLayout) layout = make_text (self, text, bold, &width, &height);

  cairo_move_to (cr, round (x - anchor_x * width), round (y));
  pango_cairo_show_layout (cr, layout);
}

static double
place_x (PelPlot *self, double x)
{
  return (double)self->area.origin.x +
         pel_axis_fraction (&self->x_axis, x) * (double)self->area.size.width;
}

static double
place_y (PelPlot *self, const PelAxis *axis, double y)
{
  double bottom = (double)(self->area.origin.y + self->area.size.height);

  return bottom - pel_axis_fraction (axis, y) * (double)self->area.size.height;
}

static void
draw_curve (PelPlot *self, cairo_t *cr, const Series *series, const PelAxis *y_axis)
{
  GArray *points = series->points;
  gboolean started = FALSE;
  guint i = 0;

  /* What falls into one column of pixels is drawn as its mean. */
  while (i < points->len)
    {
      double column = floor (place_x (self, g_array_index (points, Point, i).x));
      double sum_x = 0.0, sum_y = 0.0;
      guint n = 0;

      while (i < points->len)
        {
          const Point *p = &g_array_index (points, Point, i);
          double x = place_x (self, p->x);

          if (n > 0 && (series->style == PEL_PLOT_POINTS || floor (x) > column))
            break;
          sum_x += x;
          sum_y += p->y;
          n++;
          i++;
        }
      if (started)
        cairo_line_to (cr, sum_x / n, place_y (self, y_axis, sum_y / n));
      else
        cairo_move_to (cr, sum_x / n, place_y (self, y_axis, sum_y / n));
      started = TRUE;
    }
  cairo_stroke (cr);

  if (series->style == PEL_PLOT_POINTS || points->len == 1)
    {
      for (i = 0; i < points->len; i++)
        {
          const Point *p = &g_array_index (points, Point, i);

          cairo_arc (cr, place_x (self, p->x), place_y (self, y_axis, p->y), 2.4, 0, 2 * G_PI);
          cairo_fill (cr);
        }
    }
}

/* How many pieces of curves pass through a part of the plot. */
static guint
count_crossings (PelPlot *self, const PelAxis *y_axis, const graphene_rect_t *part)
{
  const double left = (double)part->origin.x, right = left + (double)part->size.width;
  const double top = (double)part->origin.y, bottom = top + (double)part->size.height;
  guint n = 0;

  for (guint s = 0; s < self->n_series; s++)
    {
      const GArray *points = self->series[s].points;

      for (guint i = 1; i < points->len; i++)
        {
          const Point *p = &g_array_index (points, Point, i);
          double x0 = place_x (self, p[-1].x), x1 = place_x (self, p->x);
          double y0 = place_y (self, y_axis, p[-1].y), y1 = place_y (self, y_axis, p->y);
          double slope = x1 > x0 ? (y1 - y0) / (x1 - x0) : 0.0;
          double a = y0 + slope * (MAX (left, x0) - x0), b = y0 + slope * (MIN (right, x1) - x0);

          n += x1 >= left && x0 <= right && MAX (a, b) >= top && MIN (a, b) <= bottom;
        }
    }
  return n;
}

static void
draw_best (PelPlot *self,
           cairo_t *cr,
           const Series *series,
           const PelAxis *y_axis,
           const GdkRGBA *color,
           const GdkRGBA *text_color)
{
  const Point *p = isnan (series->best) ? NULL : series_at (series, series->best);
  g_autofree char *text = describe_best (series);
  g_autoptr (PangoLayout) layout = NULL;
  double x, y, first;
  guint fewest = G_MAXUINT;
  graphene_rect_t place = { 0 };
  int width, height;

  if (p == NULL)
    return;
  x = place_x (self, p->x);
  y = place_y (self, y_axis, p->y);
  set_color (cr, color, 1.0);
  cairo_arc (cr, x, y, 5.5, 0, 2 * G_PI);
  cairo_set_line_width (cr, 1.8);
  cairo_stroke (cr);

  layout = make_text (self, text, TRUE, &width, &height);
  /* Above or below, to the left or to the right: where the fewest curves pass. */
  first = pel_axis_fraction (&self->x_axis, p->x) > 0.5 ? 1.0 : 0.0;
  for (guint i = 0; i < 4; i++)
    {
      double side = i < 2 ? first : 1.0 - first;
      double left = round (x + (side > 0.5 ? 5.0 : -5.0) - side * width);
      double top = round (i % 2 == 0 ? y - 7.0 - height : y + 7.0);
      graphene_rect_t part =
          GRAPHENE_RECT_INIT ((float)left, (float)top, (float)width, (float)height);
      graphene_rect_t whole = self->area;
      guint n;

      graphene_rect_inset (&whole, -PAD, 0.0f);
      n = graphene_rect_contains_rect (&whole, &part) ? count_crossings (self, y_axis, &part)
                                                      : G_MAXUINT - 1;
      if (n < fewest)
        {
          fewest = n;
          place = part;
        }
    }
  set_color (cr, text_color, 1.0);
  cairo_move_to (cr, (double)place.origin.x, (double)place.origin.y);
  pango_cairo_show_layout (cr, layout);
}

static void
draw_cursor (PelPlot *self, cairo_t *cr, const PelAxis *y_axis, const GdkRGBA *text_color)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  const Point *nearest = NULL;
  double x, box_width = 0.0, box_height, box_x, box_y, line_height = 0.0;
  gboolean dark = pel_palette_is_dark ();

  for (guint s = 0; s < self->n_series; s++)
    {
      const Point *p = series_at (&self->series[s], self->cursor);

      if (p != NULL &&
          (nearest == NULL || fabs (p->x - self->cursor) < fabs (nearest->x - self->cursor)))
        nearest = p;
    }
  if (nearest == NULL)
    return;

  x = round (place_x (self, nearest->x)) + 0.5;
  set_color (cr, text_color, 0.55);
  cairo_set_line_width (cr, 1.0);
  cairo_move_to (cr, x, (double)self->area.origin.y);
  cairo_line_to (cr, x, (double)(self->area.origin.y + self->area.size.height));
  cairo_stroke (cr);

  g_ptr_array_add (lines, g_strdup_printf ("%s %.0f", self->x_title, nearest->x));
  for (guint s = 0; s < self->n_series; s++)
    {
      const Point *p = series_at (&self->series[s], nearest->x);
      g_autofree char *value = NULL;

      if (p == NULL)
        continue;
      value = pel_format_number (p->y, 3);
      g_ptr_array_add (lines, g_strdup_printf ("%s %s", self->series[s].name, value));
    }
  for (guint i = 0; i < lines->len; i++)
    {
      int width, height;
      g_autoptr (PangoLayout) layout =
          make_text (self, g_ptr_array_index (lines, i), i == 0, &width, &height);

      box_width = MAX (box_width, width);
      line_height = MAX (line_height, height);
    }
  box_width += 16.0;
  box_height = line_height * lines->len + 10.0;
  box_x = x + 8.0;
  if (box_x + box_width > (double)(self->area.origin.x + self->area.size.width))
    box_x = MAX (0.0, x - 8.0 - box_width);
  box_y = (double)self->area.origin.y + 2.0;

  cairo_new_sub_path (cr);
  cairo_arc (cr, box_x + 6, box_y + 6, 6, G_PI, 1.5 * G_PI);
  cairo_arc (cr, box_x + box_width - 6, box_y + 6, 6, 1.5 * G_PI, 2 * G_PI);
  cairo_arc (cr, box_x + box_width - 6, box_y + box_height - 6, 6, 0, 0.5 * G_PI);
  cairo_arc (cr, box_x + 6, box_y + box_height - 6, 6, 0.5 * G_PI, G_PI);
  cairo_close_path (cr);
  if (dark)
    cairo_set_source_rgba (cr, 0.1, 0.1, 0.1, 0.92);
  else
    cairo_set_source_rgba (cr, 1.0, 1.0, 1.0, 0.95);
  cairo_fill_preserve (cr);
  set_color (cr, text_color, 0.25);
  cairo_stroke (cr);
  set_color (cr, text_color, 1.0);
  for (guint i = 0; i < lines->len; i++)
    draw_text (self, cr, g_ptr_array_index (lines, i), i == 0, box_x + 8.0,
               box_y + 5.0 + i * line_height, 0.0);

  for (guint s = 0; s < self->n_series; s++)
    {
      const Point *p = series_at (&self->series[s], nearest->x);
      GdkRGBA color;

      if (p == NULL)
        continue;
      pel_palette_get (s, &color);
      set_color (cr, &color, 1.0);
      cairo_arc (cr, place_x (self, p->x), place_y (self, y_axis, p->y), 4.0, 0, 2 * G_PI);
      cairo_fill (cr);
    }
}

static void
draw_legend (PelPlot *self, cairo_t *cr, double right, const GdkRGBA *text_color)
{
  double x = right;

  for (guint i = self->n_series; i > 0; i--)
    {
      const Series *series = &self->series[i - 1];
      int width, height;
      g_autoptr (PangoLayout) layout = make_text (self, series->name, FALSE, &width, &height);
      GdkRGBA color;

      if (series->points->len == 0)
        continue;
      pel_palette_get (i - 1, &color);
      x -= width;
      set_color (cr, text_color, 0.85);
      cairo_move_to (cr, round (x), 0);
      pango_cairo_show_layout (cr, layout);
      x -= 22.0;
      set_color (cr, &color, 1.0);
      cairo_set_line_width (cr, 2.0);
      cairo_move_to (cr, x, height / 2.0);
      cairo_line_to (cr, x + 16.0, height / 2.0);
      cairo_stroke (cr);
      if (series->style == PEL_PLOT_POINTS)
        {
          cairo_arc (cr, x + 8.0, height / 2.0, 3.0, 0, 2 * G_PI);
          cairo_fill (cr);
        }
      x -= 12.0;
    }
}

static void
pel_plot_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PelPlot *self = PEL_PLOT (widget);
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  double x_high, y_low, y_high, gutter = 0.0, top, bottom;
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height);
  PelAxis y_axis;
  GdkRGBA text_color;
  cairo_t *cr;
  int text_width, text_height;
  g_autoptr (PangoLayout) probe = make_text (self, "0", FALSE, &text_width, &text_height);

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &text_color);
  find_range (self, &x_high, &y_low, &y_high);
  top = text_height + 8.0;
  bottom = height - text_height - 4.0;
  if (bottom - top < 16.0 || width < 80.0)
    return;

  pel_axis_fit (&y_axis, y_low, y_high,
                (guint)CLAMP ((bottom - top) / (text_height * 1.8), 2.0, 6.0),
                isnan (self->y_low) || isnan (self->y_high));
  for (guint i = 0; i < y_axis.n_ticks; i++)
    {
      g_autofree char *text = pel_axis_format (&y_axis, y_axis.first + i * y_axis.step);
      g_autoptr (PangoLayout) layout = make_text (self, text, FALSE, &text_width, &text_height);

      gutter = MAX (gutter, text_width);
    }
  gutter += PAD;
  graphene_rect_init (&self->area, (float)gutter, (float)top, (float)(width - gutter - PAD),
                      (float)(bottom - top));
  pel_axis_fit (&self->x_axis, 0.0, x_high > 0.0 ? x_high : 1.0,
                (guint)CLAMP ((width - gutter) / 64.0, 2.0, 8.0), FALSE);

  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  set_color (cr, &text_color, 1.0);
  draw_text (self, cr, self->title, TRUE, 0.0, 0.0, 0.0);
  draw_legend (self, cr, width - PAD, &text_color);

  /* Axes without a curve would only look like a result. */
  if (x_high <= 0.0)
    {
      set_color (cr, &text_color, 0.6);
      draw_text (self, cr, _ ("No values yet"), FALSE, width / 2.0, (top + bottom) / 2.0 - 8.0,
                 0.5);
      cairo_destroy (cr);
      return;
    }

  cairo_set_line_width (cr, 1.0);
  for (guint i = 0; i < y_axis.n_ticks; i++)
    {
      double value = y_axis.first + i * y_axis.step;
      double y = round (place_y (self, &y_axis, value)) + 0.5;
      g_autofree char *text = pel_axis_format (&y_axis, value);

      set_color (cr, &text_color, 0.14);
      cairo_move_to (cr, gutter, y);
      cairo_line_to (cr, width - PAD, y);
      cairo_stroke (cr);
      set_color (cr, &text_color, 0.75);
      draw_text (self, cr, text, FALSE, gutter - PAD, y - text_height / 2.0, 1.0);
    }
  if (x_high > 0.0)
    {
      double label_start;
      int title_width, title_height;
      g_autoptr (PangoLayout) title =
          make_text (self, self->x_title, FALSE, &title_width, &title_height);

      label_start = width - PAD - title_width;
      set_color (cr, &text_color, 0.75);
      cairo_move_to (cr, label_start, bottom + 3.0);
      pango_cairo_show_layout (cr, title);
      for (guint i = 0; i < self->x_axis.n_ticks; i++)
        {
          double value = self->x_axis.first + i * self->x_axis.step;
          g_autofree char *text = pel_axis_format (&self->x_axis, value);

          if (place_x (self, value) + 24.0 > label_start)
            break;
          draw_text (self, cr, text, FALSE, place_x (self, value), bottom + 3.0,
                     i == 0 ? 0.0 : 0.5);
        }
    }

  cairo_save (cr);
  cairo_rectangle (cr, gutter - 4.0, top - 4.0, width - gutter + 2.0, bottom - top + 8.0);
  cairo_clip (cr);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  for (guint s = 0; s < self->n_series; s++)
    {
      GdkRGBA color;

      pel_palette_get (s, &color);
      set_color (cr, &color, 1.0);
      cairo_set_line_width (cr, 1.8);
      draw_curve (self, cr, &self->series[s], &y_axis);
    }
  cairo_restore (cr);
  for (guint s = 0; s < self->n_series; s++)
    {
      GdkRGBA color;

      pel_palette_get (s, &color);
      draw_best (self, cr, &self->series[s], &y_axis, &color, &text_color);
    }
  if (!isnan (self->cursor))
    draw_cursor (self, cr, &y_axis, &text_color);
  cairo_destroy (cr);
}

static void
pel_plot_measure (GtkWidget *widget,
                  GtkOrientation orientation,
                  int for_size,
                  int *minimum,
                  int *natural,
                  int *minimum_baseline,
                  int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 180 : 110;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 300 : 150;
  *minimum_baseline = *natural_baseline = -1;
}

/* Reading values */

static void
set_cursor (PelPlot *self, double x)
{
  self->cursor = x;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_motion (GtkEventControllerMotion *motion, double x, double y, PelPlot *self)
{
  double fraction;

  if (self->area.size.width <= 0.0f)
    return;
  fraction = (x - (double)self->area.origin.x) / (double)self->area.size.width;
  set_cursor (self, self->x_axis.low +
                        CLAMP (fraction, 0.0, 1.0) * (self->x_axis.high - self->x_axis.low));
}

static void
on_leave (GtkEventController *controller, PelPlot *self)
{
  set_cursor (self, NAN);
}

static gboolean
on_key (GtkEventControllerKey *keys,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        PelPlot *self)
{
  double step = (self->x_axis.high - self->x_axis.low) / 50.0;
  double start = isnan (self->cursor) ? self->x_axis.high : self->cursor;

  if (keyval == GDK_KEY_Left)
    set_cursor (self, MAX (self->x_axis.low, start - step));
  else if (keyval == GDK_KEY_Right)
    set_cursor (self, MIN (self->x_axis.high, start + step));
  else if (keyval == GDK_KEY_Escape && !isnan (self->cursor))
    set_cursor (self, NAN);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
pel_plot_finalize (GObject *object)
{
  PelPlot *self = PEL_PLOT (object);

  for (guint s = 0; s < self->n_series; s++)
    {
      g_free (self->series[s].name);
      g_array_unref (self->series[s].points);
    }
  g_free (self->title);
  g_free (self->x_title);
  G_OBJECT_CLASS (pel_plot_parent_class)->finalize (object);
}

static void
pel_plot_class_init (PelPlotClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = pel_plot_finalize;
  widget_class->snapshot = pel_plot_snapshot;
  widget_class->measure = pel_plot_measure;
  gtk_widget_class_set_css_name (widget_class, "plot");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
pel_plot_init (PelPlot *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->cursor = NAN;
  self->y_low = NAN;
  self->y_high = NAN;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect (motion, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect (focus, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  pel_palette_follow (GTK_WIDGET (self));
}

GtkWidget *
pel_plot_new (const char *title, const char *x_title)
{
  PelPlot *self = g_object_new (PEL_TYPE_PLOT, NULL);

  self->title = g_strdup (title);
  self->x_title = g_strdup (x_title);
  update_description (self);
  return GTK_WIDGET (self);
}

void
pel_plot_set_y_range (PelPlot *self, double low, double high)
{
  g_return_if_fail (PEL_IS_PLOT (self));

  self->y_low = low;
  self->y_high = high;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

guint
pel_plot_add_series (PelPlot *self, const char *name, PelPlotStyle style)
{
  Series *series;

  g_return_val_if_fail (PEL_IS_PLOT (self), 0);
  g_return_val_if_fail (self->n_series < MAX_SERIES, 0);

  series = &self->series[self->n_series];
  series->name = g_strdup (name);
  series->style = style;
  series->points = g_array_new (FALSE, FALSE, sizeof (Point));
  series->best = NAN;
  return self->n_series++;
}

void
pel_plot_append (PelPlot *self, guint series, double x, double y)
{
  Point point = { x, y };

  g_return_if_fail (PEL_IS_PLOT (self));
  g_return_if_fail (series < self->n_series);

  if (!isfinite (x) || !isfinite (y))
    return;
  g_array_append_val (self->series[series].points, point);
  update_description (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

guint
pel_plot_get_n_points (PelPlot *self, guint series)
{
  g_return_val_if_fail (PEL_IS_PLOT (self), 0);
  g_return_val_if_fail (series < self->n_series, 0);

  return self->series[series].points->len;
}

void
pel_plot_set_best (PelPlot *self, guint series, double x)
{
  g_return_if_fail (PEL_IS_PLOT (self));
  g_return_if_fail (series < self->n_series);

  self->series[series].best = x;
  update_description (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pel_plot_clear (PelPlot *self)
{
  g_return_if_fail (PEL_IS_PLOT (self));

  for (guint s = 0; s < self->n_series; s++)
    {
      g_array_set_size (self->series[s].points, 0);
      self->series[s].best = NAN;
    }
  self->cursor = NAN;
  update_description (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
