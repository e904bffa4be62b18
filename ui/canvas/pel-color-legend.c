/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-color-legend.h"

#include <glib/gi18n-lib.h>

#include "ui/canvas/pel-canvas-private.h"
#include "ui/canvas/pel-cell-colors.h"

#define RAMP_WIDTH 150
#define RAMP_HEIGHT 10
#define MAX_CLASSES 10

struct _PelColorLegend
{
  GtkWidget parent_instance;

  PelCanvas *canvas; /* weak */
  GtkWidget *box;
  GtkLabel *title;
  GtkWidget *ramp;
  GtkWidget *ends;
  GtkLabel *low;
  GtkLabel *high;
  GtkWidget *classes;
};

G_DEFINE_FINAL_TYPE (PelColorLegend, pel_color_legend, GTK_TYPE_WIDGET)

static void
set_source (cairo_t *cr, guint32 color)
{
  cairo_set_source_rgb (cr, (color >> 16 & 255) / 255.0, (color >> 8 & 255) / 255.0,
                        (color & 255) / 255.0);
}

static void
draw_ramp (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  PelColorLegend *self = data;
  const PelCellColors *colors = self->canvas ? self->canvas->colors : NULL;

  for (int x = 0; colors && x < width; x++)
    {
      set_source (cr, pel_cell_colors_get_ramp (colors, (x + 0.5) / width));
      cairo_rectangle (cr, x, 0, 1, height);
      cairo_fill (cr);
    }
}

static void
draw_swatch (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  set_source (cr, GPOINTER_TO_UINT (data));
  cairo_arc (cr, width / 2.0, height / 2.0, MIN (width, height) / 2.0, 0, 2 * G_PI);
  cairo_fill (cr);
}

static void
add_class (PelColorLegend *self, guint32 color, const char *name)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *swatch = gtk_drawing_area_new ();
  GtkWidget *label = gtk_label_new (name);

  gtk_widget_set_size_request (swatch, 10, 10);
  gtk_widget_set_valign (swatch, GTK_ALIGN_CENTER);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (swatch), draw_swatch, GUINT_TO_POINTER (color),
                                  NULL);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  gtk_box_append (GTK_BOX (row), swatch);
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (self->classes), row);
}

static void
show_classes (PelColorLegend *self, const PelCellColors *colors)
{
  guint n;
  const PelClassColor *classes = pel_cell_colors_get_classes (colors, &n);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->classes)) != NULL)
    gtk_box_remove (GTK_BOX (self->classes), child);
  for (guint i = 0; i < MIN (n, MAX_CLASSES); i++)
    add_class (self, classes[i].color, classes[i].name != NULL ? classes[i].name : _ ("no class"));
}

static char *
format_end (double value, PelColorBy by, gboolean in_um)
{
  if (by == PEL_COLOR_BY_CONFIDENCE)
    return g_strdup_printf ("%.2f", value);
  /* Translators: an end of a scale, a length in micrometres or in pixels. */
  return g_strdup_printf (in_um ? _ ("%.*f µm") : _ ("%.*f px"), value < 10 ? 1 : 0, value);
}

static void
update (PelColorLegend *self)
{
  const PelCellColors *colors = self->canvas ? self->canvas->colors : NULL;
  PelColorBy by;
  double low, high;
  gboolean in_um, has_range;
  const char *title;

  gtk_widget_set_visible (GTK_WIDGET (self), colors != NULL);
  if (!colors)
    return;
  by = pel_cell_colors_get_by (colors);
  has_range = pel_cell_colors_get_range (colors, &low, &high, &in_um);
  title = by == PEL_COLOR_BY_CLASS        ? _ ("Class")
          : by == PEL_COLOR_BY_CONFIDENCE ? _ ("Confidence of the edge")
                                          : _ ("Diameter");
  gtk_label_set_text (self->title, title);
  gtk_widget_set_visible (self->ramp, has_range);
  gtk_widget_set_visible (self->ends, has_range);
  gtk_widget_set_visible (self->classes, by == PEL_COLOR_BY_CLASS);
  if (has_range)
    {
      g_autofree char *left = format_end (low, by, in_um);
      g_autofree char *right = format_end (high, by, in_um);
      g_autofree char *text = NULL;

      gtk_label_set_text (self->low, left);
      gtk_label_set_text (self->high, right);
      /* Translators: a scale of colours for those who do not see it: its two ends. */
      text = g_strdup_printf (_ ("Colours from %s to %s"), left, right);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->ramp), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      text, -1);
      gtk_widget_queue_draw (self->ramp);
    }
  else if (by == PEL_COLOR_BY_CLASS)
    show_classes (self, colors);
}

static void
pel_color_legend_dispose (GObject *object)
{
  PelColorLegend *self = PEL_COLOR_LEGEND (object);

  g_clear_weak_pointer (&self->canvas);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_color_legend_parent_class)->dispose (object);
}

static void
pel_color_legend_class_init (PelColorLegendClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pel_color_legend_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
pel_color_legend_init (PelColorLegend *self)
{
  GtkWidget *title = gtk_label_new (NULL);
  GtkWidget *low = gtk_label_new (NULL);
  GtkWidget *high = gtk_label_new (NULL);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_add_css_class (self->box, "pel-legend");
  self->title = GTK_LABEL (title);
  gtk_label_set_xalign (self->title, 0.0f);
  gtk_widget_add_css_class (title, "caption-heading");
  self->ramp = gtk_drawing_area_new ();
  gtk_widget_set_size_request (self->ramp, RAMP_WIDTH, RAMP_HEIGHT);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->ramp), draw_ramp, self, NULL);
  self->ends = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  self->low = GTK_LABEL (low);
  self->high = GTK_LABEL (high);
  gtk_label_set_xalign (self->low, 0.0f);
  gtk_label_set_xalign (self->high, 1.0f);
  gtk_widget_set_hexpand (low, TRUE);
  gtk_widget_add_css_class (low, "caption");
  gtk_widget_add_css_class (high, "caption");
  gtk_box_append (GTK_BOX (self->ends), low);
  gtk_box_append (GTK_BOX (self->ends), high);
  self->classes = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_widget_add_css_class (self->classes, "caption");
  gtk_box_append (GTK_BOX (self->box), title);
  gtk_box_append (GTK_BOX (self->box), self->ramp);
  gtk_box_append (GTK_BOX (self->box), self->ends);
  gtk_box_append (GTK_BOX (self->box), self->classes);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_set_hexpand (GTK_WIDGET (self), FALSE);
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

GtkWidget *
pel_color_legend_new (PelCanvas *canvas)
{
  PelColorLegend *self = g_object_new (PEL_TYPE_COLOR_LEGEND, NULL);

  g_set_weak_pointer (&self->canvas, canvas);
  g_signal_connect_object (canvas, "colors-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
