/* SPDX-License-Identifier: MIT */
#include "ui/widgets/pel-chart.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "app/document/pel-task.h"
#include "ui/widgets/pel-chart-draw.h"
#include "ui/widgets/pel-palette.h"

/* More points than this are drawn in a thread. */
#define MAX_AT_ONCE 2000

struct _PelChart
{
  GtkWidget parent_instance;

  PelChartData *data;
  GdkTexture *points; /* (nullable): many points, as last drawn */
  PelChartPage points_page;
  int points_scale;
  guint drawing;

  gboolean has_brush;
  double brush[4]; /* x0, y0, x1, y1, rising */
  double start[2];
};

G_DEFINE_FINAL_TYPE (PelChart, pel_chart, GTK_TYPE_WIDGET)

static guint brushed_signal;

static void
init_screen (PelChart *self, PelChartPage *page)
{
  *page = (PelChartPage){ .pango = gtk_widget_get_pango_context (GTK_WIDGET (self)), .scale = 1 };
  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &page->ink);
  for (guint i = 0; i < PEL_CHART_COLORS; i++)
    pel_palette_get (i, &page->colors[i]);
  pel_chart_lay_out (self->data, page, gtk_widget_get_width (GTK_WIDGET (self)),
                     gtk_widget_get_height (GTK_WIDGET (self)));
}

/* ---- many points, drawn in a thread ---- */

typedef struct
{
  PelChartData *data;
  PelChartPage page; /* its plot begins at 0, 0 */
  int scale;
  GdkTexture *texture;
} Drawing;

static void
drawing_free (gpointer memory)
{
  Drawing *drawing = memory;

  pel_chart_data_unref (drawing->data);
  g_clear_object (&drawing->texture);
  g_free (drawing);
}

static gboolean
draw_in_thread (gpointer memory, GCancellable *cancellable, GError **error)
{
  Drawing *drawing = memory;
  int width = (int)ceil (drawing->page.right) * drawing->scale;
  int height = (int)ceil (drawing->page.bottom) * drawing->scale;
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  g_autoptr (GBytes) bytes = NULL;

  drawing->page.cr = cairo_create (surface);
  cairo_scale (drawing->page.cr, drawing->scale, drawing->scale);
  pel_chart_draw_points (drawing->data, &drawing->page);
  cairo_destroy (drawing->page.cr);
  cairo_surface_flush (surface);
  if (cairo_surface_status (surface) == CAIRO_STATUS_SUCCESS)
    {
      bytes = g_bytes_new_with_free_func (
          cairo_image_surface_get_data (surface),
          (gsize)cairo_image_surface_get_stride (surface) * (gsize)height,
          (GDestroyNotify)cairo_surface_destroy, cairo_surface_reference (surface));
      drawing->texture = gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes,
                                                 (gsize)cairo_image_surface_get_stride (surface));
    }
  cairo_surface_destroy (surface);
  return TRUE;
}

static gboolean
is_same_page (const PelChartPage *a, const PelChartPage *b)
{
  return a->right - a->left == b->right - b->left && a->bottom - a->top == b->bottom - b->top &&
         memcmp (a->colors, b->colors, sizeof a->colors) == 0;
}

static void
on_drawn (GObject *source, GAsyncResult *result, gpointer data)
{
  PelChart *self = PEL_CHART (source);
  Drawing *drawing = g_task_get_task_data (G_TASK (result));

  self->drawing--;
  /* Where other points came meanwhile, the next frame begins with those. */
  if (drawing->data == self->data)
    {
      g_set_object (&self->points, drawing->texture);
      self->points_page = drawing->page;
      self->points_scale = drawing->scale;
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The points as they were drawn, and others begun where those are of another size or colour. */
static void
snapshot_points (PelChart *self, const PelChartPage *page, GtkSnapshot *snapshot)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  graphene_rect_t area = GRAPHENE_RECT_INIT ((float)page->left, (float)page->top,
                                             (float)ceil (page->right - page->left),
                                             (float)ceil (page->bottom - page->top));
  gboolean fresh = self->points != NULL && self->points_scale == scale &&
                   is_same_page (page, &self->points_page);

  if (self->points != NULL)
    gtk_snapshot_append_texture (snapshot, self->points, &area);
  if (!fresh && self->drawing == 0)
    {
      g_autoptr (GTask) task = g_task_new (self, NULL, on_drawn, NULL);
      Drawing *drawing = g_new0 (Drawing, 1);

      drawing->data = pel_chart_data_ref (self->data);
      drawing->page = *page;
      drawing->page.pango = NULL;
      drawing->page.right = page->right - page->left;
      drawing->page.bottom = page->bottom - page->top;
      drawing->page.left = drawing->page.top = 0;
      drawing->scale = scale;
      self->drawing++;
      g_task_set_task_data (task, drawing, drawing_free);
      pel_task_run (task, draw_in_thread);
    }
}

static void
forget_points (PelChart *self)
{
  g_clear_object (&self->points);
}

static void
pel_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PelChart *self = PEL_CHART (widget);
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height);
  PelChartPage page;

  init_screen (self, &page);
  if (!pel_chart_fits (self->data, &page))
    return;
  page.cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  pel_chart_draw_axes (self->data, &page);
  if (self->data->n <= MAX_AT_ONCE)
    pel_chart_draw_points (self->data, &page);
  cairo_destroy (page.cr);
  if (self->data->n > MAX_AT_ONCE && self->data->kind != PEL_CHART_BARS)
    snapshot_points (self, &page, snapshot);
  if (!self->has_brush && self->data->kind != PEL_CHART_BOXES)
    return;
  page.cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  pel_chart_draw_boxes (self->data, &page);
  if (self->has_brush)
    pel_chart_draw_brush (self->data, &page, self->brush);
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
  PelChartPage page;

  init_screen (self, &page);
  value[0] = self->data->x_axis.low + CLAMP ((x - page.left) / (page.right - page.left), 0, 1) *
                                          (self->data->x_axis.high - self->data->x_axis.low);
  value[1] = self->data->y_axis.low + CLAMP ((page.bottom - y) / (page.bottom - page.top), 0, 1) *
                                          (self->data->y_axis.high - self->data->y_axis.low);
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

  if (self->data->kind == PEL_CHART_BOXES || hypot (dx, dy) < 3)
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
  double width = self->data->x_axis.high - self->data->x_axis.low, step = width / 40;
  double *b = self->brush;

  if (self->data->kind == PEL_CHART_BOXES || self->data->n == 0)
    return FALSE;
  if (key == GDK_KEY_Escape && self->has_brush)
    {
      pel_chart_clear_brush (self);
      return TRUE;
    }
  if (key != GDK_KEY_Left && key != GDK_KEY_Right)
    return FALSE;
  if (!self->has_brush)
    pel_chart_set_brush (self, self->data->x_axis.low + 0.4 * width, self->data->y_axis.low,
                         self->data->x_axis.low + 0.6 * width, self->data->y_axis.high);
  else if (key == GDK_KEY_Right)
    pel_chart_set_brush (self, state & GDK_SHIFT_MASK ? b[0] : b[0] + step, b[1], b[2] + step,
                         b[3]);
  else
    pel_chart_set_brush (self, state & GDK_SHIFT_MASK ? b[0] : b[0] - step, b[1],
                         MAX (b[2] - step, b[0]), b[3]);
  return TRUE;
}

static void
pel_chart_finalize (GObject *object)
{
  PelChart *self = PEL_CHART (object);

  forget_points (self);
  pel_chart_data_unref (self->data);
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

  self->data = pel_chart_data_new (PEL_CHART_BARS, NULL, NULL, NULL, 0, NULL, "", "");
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

void
pel_chart_set_data (PelChart *self, PelChartData *data)
{
  g_autofree char *name = NULL;

  g_return_if_fail (PEL_IS_CHART (self));
  g_return_if_fail (data != NULL);

  pel_chart_data_ref (data);
  pel_chart_data_unref (self->data);
  self->data = data;
  self->has_brush = FALSE;
  forget_points (self);
  name = data->kind == PEL_CHART_SCATTER
             /* Translators: what a chart shows: one measurement over another. */
             ? g_strdup_printf (_ ("%s over %s"), data->y_title, data->x_title)
             : g_strdup (data->kind == PEL_CHART_BARS ? data->x_title : data->y_title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

PelChartData *
pel_chart_get_data (PelChart *self)
{
  g_return_val_if_fail (PEL_IS_CHART (self), NULL);

  return self->data;
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

  return self->has_brush && pel_chart_data_is_inside (self->data, index, self->brush);
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
pel_chart_is_settled (PelChart *self)
{
  g_return_val_if_fail (PEL_IS_CHART (self), TRUE);

  return self->drawing == 0;
}
