/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-canvas-view.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/canvas/pel-canvas-private.h"
#include "ui/canvas/pel-color-legend.h"
#include "ui/canvas/pel-minimap.h"
#include "ui/canvas/pel-scale-bar.h"
#include "ui/canvas/pel-tool-palette.h"
#include "ui/keys/pel-key-tooltips.h"

#define MARGIN 14
/* So near to what floats on the picture the cross-hair is under it, and so much is left of that. */
#define FLOAT_MARGIN 16
#define FLOAT_OPACITY 0.2

struct _PelCanvasView
{
  GtkWidget parent_instance;

  GtkWidget *overlay;
  PelCanvas *canvas;
  GtkWidget *palette;
  GtkWidget *zoom_label;
  GtkWidget *turn_button; /* there while the view is turned */
  GtkWidget *scrollbars[2];
  GtkAdjustment *adjustments[2];
  gboolean updating;
};

enum
{
  PROP_0,
  PROP_SHOW_TOOLS,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PelCanvasView, pel_canvas_view, GTK_TYPE_WIDGET)

/* The look of what floats on the picture: dark in both colour schemes, as the picture's surround
 * is. */
static const char style[] =
    ".canvas-float {"
    "  background: rgba(36, 36, 40, 0.88); color: white; border-radius: 10px; padding: 4px;"
    "  box-shadow: 0 1px 4px rgba(0, 0, 0, 0.45); }"
    ".canvas-float button { color: rgba(255, 255, 255, 0.9); border-radius: 7px;"
    "  background: none; box-shadow: none; min-height: 26px; min-width: 26px; padding: 3px; }"
    ".canvas-float button:hover { background: rgba(255, 255, 255, 0.12); }"
    ".canvas-float button:checked { background: @accent_bg_color; color: @accent_fg_color; }"
    ".canvas-float .pel-legend { margin: 6px 8px; }"
    ".pel-stack-bar { padding: 3px 12px; }"
    ".canvas-float .zoom-value { min-width: 44px; padding: 3px 4px; }"
    "minimap { border-radius: 8px; box-shadow: 0 1px 4px rgba(0, 0, 0, 0.45),"
    "  0 0 0 1px rgba(255, 255, 255, 0.25); }"
    "canvasview scrollbar { background: none; border: none; }"
    "canvasview scrollbar, canvasview scrollbar > range, canvasview scrollbar trough {"
    "  background: none; border: none; box-shadow: none; margin: 0; padding: 0; }"
    "canvasview scrollbar slider { background: rgba(255, 255, 255, 0.4); min-width: 4px;"
    "  min-height: 4px; margin: 2px; border: none; }"
    "canvasview scrollbar slider:hover { background: rgba(255, 255, 255, 0.75); }";

static void
add_style (GdkDisplay *display)
{
  static const char key[] = "pel-canvas-style";
  GtkCssProvider *provider;

  if (g_object_get_data (G_OBJECT (display), key))
    return;
  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_data (provider, style, -1);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION - 1);
  g_object_set_data_full (G_OBJECT (display), key, provider, g_object_unref);
}

/* Each axis: the scrollable extent is the image and whatever else is in view. */
static void
update_axis (PelCanvasView *self, guint axis, double position, double size, double view)
{
  double lower = MIN (0, -position);
  double upper = MAX (size, -position + view);

  gtk_adjustment_configure (self->adjustments[axis], -position, lower, upper, view / 10, view * 0.9,
                            view);
  gtk_widget_set_visible (self->scrollbars[axis], size > view + 0.5);
}

static void
update_turn (PelCanvasView *self)
{
  const double angle = pel_canvas_get_angle (self->canvas);
  const gboolean focused = gtk_widget_is_focus (self->turn_button);
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;

  if (angle != 0)
    {
      /* Translators: by how many degrees the view is turned. */
      text = g_strdup_printf (_ ("%.0f°"), angle);
      /* Translators: what a screen reader says of a button; %s is an angle such as "15°". */
      name = g_strdup_printf (_ ("View turned by %s: set upright"), text);
      adw_button_content_set_label (
          ADW_BUTTON_CONTENT (gtk_button_get_child (GTK_BUTTON (self->turn_button))), text);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->turn_button),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    }
  gtk_widget_set_visible (self->turn_button, angle != 0);
  if (angle == 0 && focused)
    gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
}

static void
on_zoom_changed (PelCanvasView *self)
{
  const PelViewport *view = &self->canvas->view;
  g_autofree char *text = NULL;
  double percent = view->zoom * 100;
  double width, height;

  pel_viewport_get_extent (view, &width, &height);
  self->updating = TRUE;
  update_axis (self, 0, view->x, width, view->width);
  update_axis (self, 1, view->y, height, view->height);
  self->updating = FALSE;
  /* Translators: the zoom. */
  text = g_strdup_printf (percent < 10 ? _ ("%.1f %%") : _ ("%.0f %%"), percent);
  gtk_button_set_label (GTK_BUTTON (self->zoom_label), text);
  update_turn (self);
}

static void
on_scrolled (PelCanvasView *self, GtkAdjustment *adjustment)
{
  guint axis = adjustment == self->adjustments[1];
  double way = gtk_adjustment_get_value (adjustment) +
               (axis == 0 ? self->canvas->view.x : self->canvas->view.y);

  if (!self->updating)
    pel_canvas_scroll_by (self->canvas, axis == 0 ? way : 0, axis == 0 ? 0 : way);
}

static void
zoom_to_100 (PelCanvasView *self)
{
  pel_canvas_zoom_at (self->canvas, 1, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
}

static void
zoom_in (PelCanvasView *self)
{
  pel_canvas_zoom_in (self->canvas);
}

static void
zoom_out (PelCanvasView *self)
{
  pel_canvas_zoom_out (self->canvas);
}

static void
zoom_to_fit (PelCanvasView *self)
{
  pel_canvas_zoom_to_fit (self->canvas);
  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
}

static void
turn_upright (PelCanvasView *self)
{
  pel_canvas_turn_upright (self->canvas);
  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
}

/* What floats on the picture, but for what spans it, lets the cross-hair be seen through it. */
static void
update_floats (PelCanvasView *self)
{
  const gboolean on = pel_canvas_get_cross_hair (self->canvas);
  const double x = self->canvas->pointer_x, y = self->canvas->pointer_y;

  for (GtkWidget *below = GTK_WIDGET (self->canvas), *overlay = NULL;
       (overlay = gtk_widget_get_ancestor (gtk_widget_get_parent (below), GTK_TYPE_OVERLAY)) !=
       NULL;
       below = overlay)
    for (GtkWidget *child = gtk_widget_get_first_child (overlay); child != NULL;
         child = gtk_widget_get_next_sibling (child))
      {
        graphene_rect_t area;
        gboolean under;

        if (gtk_widget_get_halign (child) == GTK_ALIGN_FILL ||
            gtk_widget_get_valign (child) == GTK_ALIGN_FILL ||
            !gtk_widget_compute_bounds (child, GTK_WIDGET (self->canvas), &area))
          continue;
        graphene_rect_inset (&area, -FLOAT_MARGIN, -FLOAT_MARGIN);
        under =
            on && graphene_rect_contains_point (&area, &GRAPHENE_POINT_INIT ((float)x, (float)y));
        gtk_widget_set_opacity (child, under ? FLOAT_OPACITY : 1);
      }
}

static GtkWidget *
add_button (PelCanvasView *self,
            GtkWidget *box,
            const char *icon,
            const char *name,
            const char *tooltip,
            const char *command,
            void (*clicked) (PelCanvasView *))
{
  GtkWidget *button = gtk_button_new ();

  if (icon)
    gtk_button_set_icon_name (GTK_BUTTON (button), icon);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  pel_key_tooltips_add (button, pel_command_find (command));
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (clicked), self);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static GtkWidget *
make_zoom_controls (PelCanvasView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);

  gtk_widget_add_css_class (box, "canvas-float");
  add_button (self, box, "zoom-fit-best-symbolic", _ ("Fit to window"), _ ("Show the whole image"),
              "zoom-fit", zoom_to_fit);
  add_button (self, box, "zoom-out-symbolic", _ ("Zoom out"), _ ("Zoom out"), "zoom-out", zoom_out);
  self->zoom_label = add_button (self, box, NULL, _ ("Zoom to 100 %"), _ ("Show at 100 %"),
                                 "zoom-full", zoom_to_100);
  gtk_widget_add_css_class (self->zoom_label, "zoom-value");
  gtk_widget_add_css_class (self->zoom_label, "numeric");
  add_button (self, box, "zoom-in-symbolic", _ ("Zoom in"), _ ("Zoom in"), "zoom-in", zoom_in);
  self->turn_button = add_button (self, box, NULL, _ ("Set the view upright"),
                                  _ ("Set the view upright"), "turn-upright", turn_upright);
  gtk_button_set_child (GTK_BUTTON (self->turn_button), adw_button_content_new ());
  adw_button_content_set_icon_name (
      ADW_BUTTON_CONTENT (gtk_button_get_child (GTK_BUTTON (self->turn_button))),
      "object-rotate-left-symbolic");
  gtk_widget_add_css_class (self->turn_button, "numeric");
  gtk_widget_set_visible (self->turn_button, FALSE);
  return box;
}

static void
pel_canvas_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SHOW_TOOLS)
    g_value_set_boolean (value, pel_canvas_view_get_show_tools (PEL_CANVAS_VIEW (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pel_canvas_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SHOW_TOOLS)
    pel_canvas_view_set_show_tools (PEL_CANVAS_VIEW (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

/* The cells at the left edge of a fitted image are not under the tools. */
static void
update_inset (PelCanvasView *self)
{
  int width = 0;

  if (gtk_widget_get_visible (self->palette))
    gtk_widget_measure (self->palette, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  pel_canvas_set_inset (self->canvas, width);
}

static void
pel_canvas_view_map (GtkWidget *widget)
{
  /* By now it is known how large the buttons are. */
  update_inset (PEL_CANVAS_VIEW (widget));
  GTK_WIDGET_CLASS (pel_canvas_view_parent_class)->map (widget);
}

static void
pel_canvas_view_dispose (GObject *object)
{
  PelCanvasView *self = PEL_CANVAS_VIEW (object);

  g_clear_pointer (&self->overlay, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_canvas_view_parent_class)->dispose (object);
}

static void
pel_canvas_view_class_init (PelCanvasViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = pel_canvas_view_get_property;
  object_class->set_property = pel_canvas_view_set_property;
  object_class->dispose = pel_canvas_view_dispose;
  widget_class->map = pel_canvas_view_map;
  props[PROP_SHOW_TOOLS] =
      g_param_spec_boolean ("show-tools", NULL, NULL, TRUE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "canvasview");
}

static void
place (GtkWidget *widget, GtkAlign halign, GtkAlign valign)
{
  gtk_widget_set_halign (widget, halign);
  gtk_widget_set_valign (widget, valign);
}

static void
pel_canvas_view_init (PelCanvasView *self)
{
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *corner = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *minimap;
  GtkWidget *zoom;
  GtkWidget *scale_bar;
  GtkWidget *legend;

  add_style (gtk_widget_get_display (GTK_WIDGET (self)));
  self->canvas = PEL_CANVAS (pel_canvas_new ());
  gtk_overlay_set_child (GTK_OVERLAY (overlay), GTK_WIDGET (self->canvas));

  self->palette = pel_tool_palette_new (self->canvas);
  gtk_widget_add_css_class (self->palette, "canvas-float");
  place (self->palette, GTK_ALIGN_START, GTK_ALIGN_START);
  gtk_widget_set_margin_start (self->palette, MARGIN);
  gtk_widget_set_margin_top (self->palette, MARGIN);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->palette);

  scale_bar = pel_scale_bar_new (self->canvas);
  place (scale_bar, GTK_ALIGN_START, GTK_ALIGN_END);
  gtk_widget_set_margin_start (scale_bar, MARGIN);
  gtk_widget_set_margin_bottom (scale_bar, MARGIN);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), scale_bar);

  legend = pel_color_legend_new (self->canvas);
  gtk_widget_add_css_class (legend, "canvas-float");
  place (legend, GTK_ALIGN_END, GTK_ALIGN_START);
  gtk_widget_set_margin_end (legend, MARGIN);
  gtk_widget_set_margin_top (legend, MARGIN);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), legend);

  minimap = pel_minimap_new (self->canvas);
  gtk_widget_set_halign (minimap, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (corner), minimap);
  zoom = make_zoom_controls (self);
  gtk_widget_set_halign (zoom, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (corner), zoom);
  place (corner, GTK_ALIGN_END, GTK_ALIGN_END);
  gtk_widget_set_margin_end (corner, MARGIN);
  gtk_widget_set_margin_bottom (corner, MARGIN);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), corner);

  /* Over the picture, so that the canvas keeps its size when they come and go. */
  for (guint axis = 0; axis < 2; axis++)
    {
      GtkOrientation orientation =
          axis == 0 ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL;

      self->adjustments[axis] = gtk_adjustment_new (0, 0, 1, 1, 1, 1);
      self->scrollbars[axis] = gtk_scrollbar_new (orientation, self->adjustments[axis]);
      gtk_widget_set_visible (self->scrollbars[axis], FALSE);
      place (self->scrollbars[axis], axis == 0 ? GTK_ALIGN_FILL : GTK_ALIGN_END,
             axis == 0 ? GTK_ALIGN_END : GTK_ALIGN_FILL);
      gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->scrollbars[axis]);
      g_signal_connect_swapped (self->adjustments[axis], "value-changed", G_CALLBACK (on_scrolled),
                                self);
    }
  self->overlay = overlay;
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
  g_signal_connect_object (self->canvas, "zoom-changed", G_CALLBACK (on_zoom_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->canvas, "cross-hair-moved", G_CALLBACK (update_floats), self,
                           G_CONNECT_SWAPPED);
  pel_canvas_set_tool_id (self->canvas, "brush");
  on_zoom_changed (self);
}

GtkWidget *
pel_canvas_view_new (void)
{
  return g_object_new (PEL_TYPE_CANVAS_VIEW, NULL);
}

PelCanvas *
pel_canvas_view_get_canvas (PelCanvasView *self)
{
  g_return_val_if_fail (PEL_IS_CANVAS_VIEW (self), NULL);
  return self->canvas;
}

gboolean
pel_canvas_view_get_show_tools (PelCanvasView *self)
{
  g_return_val_if_fail (PEL_IS_CANVAS_VIEW (self), FALSE);
  return gtk_widget_get_visible (self->palette);
}

void
pel_canvas_view_set_show_tools (PelCanvasView *self, gboolean show)
{
  g_return_if_fail (PEL_IS_CANVAS_VIEW (self));
  if (pel_canvas_view_get_show_tools (self) == !!show)
    return;
  gtk_widget_set_visible (self->palette, show);
  update_inset (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SHOW_TOOLS]);
}
