/* SPDX-License-Identifier: MIT */
#include "ui/widgets/pel-chart.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "engine/measure/pel-statistics.h"
#include "ui/widgets/pel-axis.h"
#include "ui/widgets/pel-palette.h"

#define MAX_BARS 60
#define POINT 2.2
/* Of a group with more points than this, the strip would be a block. */
#define MAX_STRIP 2000
/* A saved chart, in points: 160 by 120 mm. */
#define SAVED_WIDTH 453.5
#define SAVED_HEIGHT 340.2
#define SAVED_DPI 300.0

struct _PelChart
{
  GtkWidget parent_instance;

  PelChartKind kind;
  double *x, *y;
  guint8 *group;
  guint n;
  GStrv names;
  char *x_title, *y_title;
  PelAxis x_axis, y_axis;
  guint bars[MAX_BARS], n_bars;

  gboolean has_brush;
  double brush[4]; /* x0, y0, x1, y1, rising */
  double start[2];
};

G_DEFINE_FINAL_TYPE (PelChart, pel_chart, GTK_TYPE_WIDGET)

static guint brushed_signal;

/* Where and how to draw: on the screen or on paper. */
typedef struct
{
  cairo_t *cr;
  PangoContext *pango;
  double left, top, right, bottom;
  double scale; /* of lines and points */
  GdkRGBA ink, colors[4];
} Page;

/* ---- drawing ---- */

static void
set_ink (const Page *page, const GdkRGBA *color, double alpha)
{
  cairo_set_source_rgba (page->cr, color->red, color->green, color->blue, alpha);
}

static void
draw_text (const Page *page,
           const char *text,
           double x,
           double y,
           double anchor_x,
           double anchor_y,
           gboolean upwards)
{
  g_autoptr (PangoLayout) layout = pango_layout_new (page->pango);
  int width, height;

  pango_layout_set_text (layout, text, -1);
  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_save (page->cr);
  cairo_move_to (page->cr, x, y);
  if (upwards)
    cairo_rotate (page->cr, -G_PI_2);
  cairo_rel_move_to (page->cr, -anchor_x * width, -anchor_y * height);
  pango_cairo_show_layout (page->cr, layout);
  cairo_restore (page->cr);
}

static double
place_x (const PelChart *self, const Page *page, double value)
{
  return page->left + pel_axis_fraction (&self->x_axis, value) * (page->right - page->left);
}

static double
place_y (const PelChart *self, const Page *page, double value)
{
  return page->bottom - pel_axis_fraction (&self->y_axis, value) * (page->bottom - page->top);
}

static double
text_height (const Page *page)
{
  g_autoptr (PangoLayout) layout = pango_layout_new (page->pango);
  int width, height;

  pango_layout_set_text (layout, "0", -1);
  pango_layout_get_pixel_size (layout, &width, &height);
  return height;
}

static void
draw_axes (PelChart *self, const Page *page)
{
  double line = text_height (page);

  cairo_set_line_width (page->cr, page->scale);
  for (guint i = 0; i < self->y_axis.n_ticks; i++)
    {
      double value = self->y_axis.first + i * self->y_axis.step;
      double y = place_y (self, page, value);
      g_autofree char *text = pel_axis_format (&self->y_axis, value);

      set_ink (page, &page->ink, 0.13);
      cairo_move_to (page->cr, page->left, y);
      cairo_line_to (page->cr, page->right, y);
      cairo_stroke (page->cr);
      set_ink (page, &page->ink, 0.8);
      draw_text (page, text, page->left - 6 * page->scale, y, 1, 0.5, FALSE);
    }
  set_ink (page, &page->ink, 0.8);
  for (guint i = 0; self->kind != PEL_CHART_BOXES && i < self->x_axis.n_ticks; i++)
    {
      double value = self->x_axis.first + i * self->x_axis.step;
      g_autofree char *text = pel_axis_format (&self->x_axis, value);

      draw_text (page, text, place_x (self, page, value), page->bottom + 4 * page->scale, 0.5, 0,
                 FALSE);
    }
  set_ink (page, &page->ink, 0.95);
  if (self->kind != PEL_CHART_BOXES)
    draw_text (page, self->x_title, (page->left + page->right) / 2,
               page->bottom + 6 * page->scale + line, 0.5, 0, FALSE);
  draw_text (page, self->kind == PEL_CHART_BARS ? _ ("Cells") : self->y_title, 2 * page->scale,
             (page->top + page->bottom) / 2, 0.5, 0, TRUE);
}

static void
draw_bars (PelChart *self, const Page *page)
{
  double width = (self->x_axis.high - self->x_axis.low) / self->n_bars;

  for (guint i = 0; i < self->n_bars; i++)
    {
      double x0 = place_x (self, page, self->x_axis.low + i * width);
      double x1 = place_x (self, page, self->x_axis.low + (i + 1) * width);
      double y = place_y (self, page, self->bars[i]);

      if (self->bars[i] == 0)
        continue;
      set_ink (page, &page->colors[0], 1);
      cairo_rectangle (page->cr, x0 + 0.5 * page->scale, y, x1 - x0 - page->scale,
                       page->bottom - y);
      cairo_fill (page->cr);
    }
}

/* A square: many thousands are drawn, and at this size nobody tells it from a disc. Groups beyond
 * the first differ by their shape too. */
static void
add_mark (const PelChart *self, const Page *page, guint index, double x, double y)
{
  double r = POINT * page->scale * (self->n > 20000 ? 0.5 : self->n <= 100 ? 1.5 : 1);
  guint group = self->group != NULL ? self->group[index] : 0;

  if (group % 3 == 1)
    {
      cairo_move_to (page->cr, x, y - 1.4 * r);
      cairo_line_to (page->cr, x + 1.3 * r, y + r);
      cairo_line_to (page->cr, x - 1.3 * r, y + r);
      cairo_close_path (page->cr);
    }
  else if (group % 3 == 2)
    {
      cairo_rectangle (page->cr, x - 1.5 * r, y - 0.5 * r, 3 * r, r);
      cairo_rectangle (page->cr, x - 0.5 * r, y - 1.5 * r, r, 3 * r);
    }
  else
    cairo_rectangle (page->cr, x - r, y - r, 2 * r, 2 * r);
}

static void
draw_points (PelChart *self, const Page *page)
{
  guint n_groups = self->names != NULL ? g_strv_length (self->names) : 1;

  cairo_rectangle (page->cr, page->left, page->top, page->right - page->left,
                   page->bottom - page->top);
  cairo_save (page->cr);
  cairo_clip (page->cr);
  for (guint group = 0; group < MAX (n_groups, 1); group++)
    {
      for (guint i = 0; i < self->n; i++)
        {
          if ((self->group != NULL ? self->group[i] : 0) != group || !isfinite (self->x[i]) ||
              !isfinite (self->y[i]))
            continue;
          add_mark (self, page, i, place_x (self, page, self->x[i]),
                    place_y (self, page, self->y[i]));
        }
      set_ink (page, &page->colors[group % G_N_ELEMENTS (page->colors)],
               self->n > 2000 ? 0.45 : 0.75);
      cairo_fill (page->cr);
    }
  cairo_restore (page->cr);
}

static void
draw_box (const PelChart *self, const Page *page, double x, double half, const PelSummary *s)
{
  double q1 = place_y (self, page, s->q1), q3 = place_y (self, page, s->q3);
  double median = place_y (self, page, s->median);
  const double whiskers[2][2] = { { q1, place_y (self, page, s->low_whisker) },
                                  { q3, place_y (self, page, s->high_whisker) } };

  set_ink (page, &page->ink, 0.9);
  cairo_set_line_width (page->cr, 1.3 * page->scale);
  cairo_rectangle (page->cr, x - half, q3, 2 * half, q1 - q3);
  cairo_stroke (page->cr);
  for (guint i = 0; i < 2; i++)
    {
      cairo_move_to (page->cr, x, whiskers[i][0]);
      cairo_line_to (page->cr, x, whiskers[i][1]);
      cairo_move_to (page->cr, x - half / 2, whiskers[i][1]);
      cairo_line_to (page->cr, x + half / 2, whiskers[i][1]);
    }
  cairo_stroke (page->cr);
  cairo_set_line_width (page->cr, 2.6 * page->scale);
  cairo_move_to (page->cr, x - half, median);
  cairo_line_to (page->cr, x + half, median);
  cairo_stroke (page->cr);
}

static void
draw_boxes (PelChart *self, const Page *page)
{
  guint n_groups = self->names != NULL ? g_strv_length (self->names) : 0;
  double slot = (page->right - page->left) / MAX (n_groups, 1);
  double half = MIN (slot * 0.28, 46 * page->scale), line = text_height (page);
  g_autofree double *values = g_new (double, MAX (self->n, 1));

  for (guint group = 0; group < n_groups; group++)
    {
      double x = page->left + (group + 0.5) * slot;
      guint n = 0;
      PelSummary summary;
      g_autofree char *count = NULL;

      for (guint i = 0; i < self->n; i++)
        {
          if (self->group[i] != group || !isfinite (self->y[i]))
            continue;
          values[n++] = self->y[i];
          if (n > MAX_STRIP)
            continue;
          /* Spread by the golden ratio, so that equal values do not hide each other. */
          double aside = fmod (n * 0.618034, 1.0) - 0.5;
          add_mark (self, page, i, x + aside * 1.5 * half, place_y (self, page, self->y[i]));
        }
      set_ink (page, &page->colors[group % G_N_ELEMENTS (page->colors)], 0.6);
      cairo_fill (page->cr);
      pel_summary_compute (values, n, &summary);
      if (n > 0)
        draw_box (self, page, x, half, &summary);
      set_ink (page, &page->ink, 0.95);
      draw_text (page, self->names[group], x, page->bottom + 4 * page->scale, 0.5, 0, FALSE);
      /* Translators: how many values a group has. */
      count = g_strdup_printf (_ ("n = %u"), n);
      set_ink (page, &page->ink, 0.8);
      draw_text (page, count, x, page->bottom + 4 * page->scale + line, 0.5, 0, FALSE);
    }
}

static void
draw_legend (PelChart *self, const Page *page)
{
  double line = text_height (page), y = page->top + 2 * page->scale;

  if (self->names == NULL || self->names[0] == NULL || self->names[1] == NULL ||
      self->kind != PEL_CHART_SCATTER)
    return;
  for (guint i = 0; self->names[i] != NULL; i++, y += line)
    {
      PelChart mark = { .n = 1, .group = (guint8[]){ (guint8)i } };

      add_mark (&mark, page, 0, page->right - 8 * page->scale, y + line / 2);
      set_ink (page, &page->colors[i % G_N_ELEMENTS (page->colors)], 1);
      cairo_fill (page->cr);
      set_ink (page, &page->ink, 0.95);
      draw_text (page, self->names[i], page->right - 16 * page->scale, y, 1, 0, FALSE);
    }
}

static void
draw_brush (PelChart *self, const Page *page)
{
  double x0, x1, y0 = page->top, y1 = page->bottom;

  if (!self->has_brush)
    return;
  x0 = place_x (self, page, self->brush[0]);
  x1 = place_x (self, page, self->brush[2]);
  if (self->kind == PEL_CHART_SCATTER)
    {
      y0 = place_y (self, page, self->brush[3]);
      y1 = place_y (self, page, self->brush[1]);
    }
  cairo_rectangle (page->cr, x0, y0, x1 - x0, y1 - y0);
  set_ink (page, &page->colors[1], 0.2);
  cairo_fill_preserve (page->cr);
  set_ink (page, &page->colors[1], 0.9);
  cairo_set_line_width (page->cr, 1.5 * page->scale);
  cairo_stroke (page->cr);
}

static void
lay_out (PelChart *self, Page *page, double width, double height)
{
  double line = text_height (page), gutter = 0;

  page->top = 0.5 * line + 4 * page->scale;
  page->bottom = height - 2 * line - 12 * page->scale;
  for (guint i = 0; i < self->y_axis.n_ticks; i++)
    {
      g_autofree char *text =
          pel_axis_format (&self->y_axis, self->y_axis.first + i * self->y_axis.step);
      g_autoptr (PangoLayout) layout = pango_layout_new (page->pango);
      int text_width, unused;

      pango_layout_set_text (layout, text, -1);
      pango_layout_get_pixel_size (layout, &text_width, &unused);
      gutter = MAX (gutter, text_width);
    }
  page->left = gutter + line + 14 * page->scale;
  page->right = width - 20 * page->scale;
}

static void
draw (PelChart *self, Page *page, double width, double height)
{
  lay_out (self, page, width, height);
  if (self->n == 0 || page->right - page->left < 40 || page->bottom - page->top < 40)
    return;
  draw_axes (self, page);
  if (self->kind == PEL_CHART_BARS)
    draw_bars (self, page);
  else if (self->kind == PEL_CHART_SCATTER)
    draw_points (self, page);
  else
    draw_boxes (self, page);
  draw_legend (self, page);
}

/* ---- the widget ---- */

static void
init_screen (PelChart *self, Page *page)
{
  *page = (Page){ .pango = gtk_widget_get_pango_context (GTK_WIDGET (self)), .scale = 1 };
  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &page->ink);
  for (guint i = 0; i < G_N_ELEMENTS (page->colors); i++)
    pel_palette_get (i, &page->colors[i]);
  lay_out (self, page, gtk_widget_get_width (GTK_WIDGET (self)),
           gtk_widget_get_height (GTK_WIDGET (self)));
}

static void
pel_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PelChart *self = PEL_CHART (widget);
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height);
  Page page;

  init_screen (self, &page);
  page.cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  draw (self, &page, width, height);
  if (self->n > 0)
    draw_brush (self, &page);
  cairo_destroy (page.cr);
}

static void
pel_chart_measure (GtkWidget *widget,
                   GtkOrientation orientation,
                   int for_size,
                   int *minimum,
                   int *natural,
                   int *minimum_baseline,
                   int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 260 : 200;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 560 : 400;
  *minimum_baseline = *natural_baseline = -1;
}

static void
value_at (PelChart *self, double x, double y, double value[2])
{
  Page page;

  init_screen (self, &page);
  value[0] = self->x_axis.low + CLAMP ((x - page.left) / (page.right - page.left), 0, 1) *
                                    (self->x_axis.high - self->x_axis.low);
  value[1] = self->y_axis.low + CLAMP ((page.bottom - y) / (page.bottom - page.top), 0, 1) *
                                    (self->y_axis.high - self->y_axis.low);
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, PelChart *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  value_at (self, x, y, self->start);
}

static void
on_drag (GtkGestureDrag *gesture, double dx, double dy, PelChart *self)
{
  double x, y, end[2];

  if (self->kind == PEL_CHART_BOXES || hypot (dx, dy) < 3)
    return;
  gtk_gesture_drag_get_start_point (gesture, &x, &y);
  value_at (self, x + dx, y + dy, end);
  pel_chart_set_brush (self, self->start[0], self->start[1], end[0], end[1]);
}

static void
on_drag_end (GtkGestureDrag *gesture, double dx, double dy, PelChart *self)
{
  if (hypot (dx, dy) < 3)
    pel_chart_clear_brush (self);
}

static gboolean
on_key (GtkEventControllerKey *controller,
        guint key,
        guint code,
        GdkModifierType state,
        PelChart *self)
{
  double width = self->x_axis.high - self->x_axis.low, step = width / 40;
  double *b = self->brush;

  if (self->kind == PEL_CHART_BOXES || self->n == 0)
    return FALSE;
  if (key == GDK_KEY_Escape && self->has_brush)
    {
      pel_chart_clear_brush (self);
      return TRUE;
    }
  if (key != GDK_KEY_Left && key != GDK_KEY_Right)
    return FALSE;
  if (!self->has_brush)
    pel_chart_set_brush (self, self->x_axis.low + 0.4 * width, self->y_axis.low,
                         self->x_axis.low + 0.6 * width, self->y_axis.high);
  else if (key == GDK_KEY_Right)
    pel_chart_set_brush (self, state & GDK_SHIFT_MASK ? b[0] : b[0] + step, b[1], b[2] + step,
                         b[3]);
  else
    pel_chart_set_brush (self, state & GDK_SHIFT_MASK ? b[0] : b[0] - step, b[1],
                         MAX (b[2] - step, b[0]), b[3]);
  return TRUE;
}

static void
forget_points (PelChart *self)
{
  g_clear_pointer (&self->x, g_free);
  g_clear_pointer (&self->y, g_free);
  g_clear_pointer (&self->group, g_free);
  g_clear_pointer (&self->names, g_strfreev);
  g_clear_pointer (&self->x_title, g_free);
  g_clear_pointer (&self->y_title, g_free);
  self->n = 0;
}

static void
pel_chart_finalize (GObject *object)
{
  forget_points (PEL_CHART (object));
  G_OBJECT_CLASS (pel_chart_parent_class)->finalize (object);
}

static void
pel_chart_class_init (PelChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_chart_finalize;
  widget_class->snapshot = pel_chart_snapshot;
  widget_class->measure = pel_chart_measure;
  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  brushed_signal = g_signal_new ("brushed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
pel_chart_init (PelChart *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "crosshair");
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (on_drag_end), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  pel_palette_follow (GTK_WIDGET (self));
}

GtkWidget *
pel_chart_new (void)
{
  return g_object_new (PEL_TYPE_CHART, NULL);
}

static void
fit (PelAxis *axis, const double *values, guint n)
{
  double low = INFINITY, high = -INFINITY;

  for (guint i = 0; i < n; i++)
    {
      if (!isfinite (values[i]))
        continue;
      low = MIN (low, values[i]);
      high = MAX (high, values[i]);
    }
  pel_axis_fit (axis, low, high, 6, TRUE);
}

static void
count_bars (PelChart *self)
{
  PelSummary summary;
  double width, most = 0, range = self->x_axis.high - self->x_axis.low;

  pel_summary_compute (self->x, self->n, &summary);
  /* Freedman and Diaconis 1981. */
  width = summary.n > 0 ? 2 * (summary.q3 - summary.q1) / cbrt (summary.n) : 0;
  self->n_bars = width > 0 ? (guint)CLAMP (ceil (range / width), 4, MAX_BARS) : 10;
  memset (self->bars, 0, sizeof self->bars);
  for (guint i = 0; i < self->n; i++)
    {
      double at = pel_axis_fraction (&self->x_axis, self->x[i]) * self->n_bars;

      if (isfinite (self->x[i]))
        self->bars[MIN ((guint)MAX (at, 0), self->n_bars - 1)]++;
    }
  for (guint i = 0; i < self->n_bars; i++)
    most = MAX (most, self->bars[i]);
  pel_axis_fit (&self->y_axis, 0, MAX (most, 4), 5, TRUE);
}

void
pel_chart_set_points (PelChart *self,
                      PelChartKind kind,
                      const double *x,
                      const double *y,
                      const guint8 *group,
                      guint n,
                      const char *const *group_names,
                      const char *x_title,
                      const char *y_title)
{
  g_autofree char *name = NULL;

  g_return_if_fail (PEL_IS_CHART (self));

  forget_points (self);
  self->kind = kind;
  self->n = n;
  self->x = x != NULL ? g_memdup2 (x, n * sizeof *x) : NULL;
  self->y = y != NULL ? g_memdup2 (y, n * sizeof *y) : NULL;
  self->group = group != NULL ? g_memdup2 (group, n) : NULL;
  self->names = g_strdupv ((char **)group_names);
  self->x_title = g_strdup (x_title);
  self->y_title = g_strdup (y_title);
  self->has_brush = FALSE;
  if (self->x != NULL)
    fit (&self->x_axis, self->x, n);
  else
    pel_axis_fit (&self->x_axis, 0, 1, 2, FALSE);
  if (self->y != NULL)
    fit (&self->y_axis, self->y, n);
  if (kind == PEL_CHART_BARS)
    count_bars (self);
  name = kind == PEL_CHART_SCATTER
             /* Translators: what a chart shows: one measurement over another. */
             ? g_strdup_printf (_ ("%s over %s"), y_title, x_title)
             : g_strdup (kind == PEL_CHART_BARS ? x_title : y_title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
pel_chart_has_brush (PelChart *self)
{
  g_return_val_if_fail (PEL_IS_CHART (self), FALSE);

  return self->has_brush;
}

gboolean
pel_chart_is_brushed (PelChart *self, guint index)
{
  g_return_val_if_fail (PEL_IS_CHART (self), FALSE);

  if (!self->has_brush || index >= self->n || self->x == NULL ||
      !(self->x[index] >= self->brush[0] && self->x[index] <= self->brush[2]))
    return FALSE;
  return self->kind != PEL_CHART_SCATTER ||
         (self->y[index] >= self->brush[1] && self->y[index] <= self->brush[3]);
}

void
pel_chart_set_brush (PelChart *self, double x0, double y0, double x1, double y1)
{
  g_return_if_fail (PEL_IS_CHART (self));

  self->has_brush = TRUE;
  self->brush[0] = MIN (x0, x1);
  self->brush[1] = MIN (y0, y1);
  self->brush[2] = MAX (x0, x1);
  self->brush[3] = MAX (y0, y1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, brushed_signal, 0);
}

void
pel_chart_clear_brush (PelChart *self)
{
  g_return_if_fail (PEL_IS_CHART (self));

  if (!self->has_brush)
    return;
  self->has_brush = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, brushed_signal, 0);
}

gboolean
pel_chart_save (PelChart *self, const char *path, GError **error)
{
  static const guint32 rgb[] = { 0x1c71d8, 0xc64600, 0x1b8553, 0x813d9c };
  gboolean png = g_str_has_suffix (path, ".png");
  double zoom = png ? SAVED_DPI / 72 : 1;
  PangoContext *pango;
  PangoFontDescription *font = pango_font_description_from_string ("Sans 9");
  cairo_surface_t *surface;
  cairo_status_t status;
  Page page = { .scale = 1, .ink = { 0, 0, 0, 1 } };

  g_return_val_if_fail (PEL_IS_CHART (self), FALSE);

  if (png)
    surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int)ceil (SAVED_WIDTH * zoom),
                                          (int)ceil (SAVED_HEIGHT * zoom));
  else if (g_str_has_suffix (path, ".pdf"))
    surface = cairo_pdf_surface_create (path, SAVED_WIDTH, SAVED_HEIGHT);
  else
    surface = cairo_svg_surface_create (path, SAVED_WIDTH, SAVED_HEIGHT);
  page.cr = cairo_create (surface);
  cairo_scale (page.cr, zoom, zoom);
  cairo_set_source_rgb (page.cr, 1, 1, 1);
  cairo_paint (page.cr);
  for (guint i = 0; i < G_N_ELEMENTS (rgb); i++)
    page.colors[i] = (GdkRGBA){ (float)(rgb[i] >> 16) / 255.f, (float)(rgb[i] >> 8 & 255) / 255.f,
                                (float)(rgb[i] & 255) / 255.f, 1 };
  pango = pango_cairo_create_context (page.cr);
  pango_cairo_context_set_resolution (pango, 72);
  pango_context_set_font_description (pango, font);
  pango_font_description_free (font);
  page.pango = pango;
  draw (self, &page, SAVED_WIDTH, SAVED_HEIGHT);
  g_object_unref (pango);
  status = cairo_status (page.cr);
  cairo_destroy (page.cr);
  if (png && status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_write_to_png (surface, path);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", path,
               cairo_status_to_string (status));
  return FALSE;
}
