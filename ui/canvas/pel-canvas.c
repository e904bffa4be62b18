/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-canvas-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define GLIDE_US 200000

enum
{
  PROP_0,
  PROP_DOCUMENT,
  PROP_DISPLAY,
  PROP_TOOL_ID,
  PROP_ZOOM,
  PROP_CONTEXT_MENU,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PelCanvas, pel_canvas, GTK_TYPE_WIDGET)

/* Where a document was looked at, kept with it. */
static G_DEFINE_QUARK (pel - canvas - view, view_memory)

    /* ---- the view ---- */

    void pel_canvas_view_changed (PelCanvas *self)
{
  if (self->tool)
    pel_tool_set_view (self->tool, &self->view);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit_by_name (self, "zoom-changed");
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ZOOM]);
}

void
pel_canvas_stop_glide (PelCanvas *self)
{
  if (self->glide_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->glide_tick);
  self->glide_tick = 0;
}

static void
move_glide (PelCanvas *self, double t)
{
  /* Slow at both ends; zoom moves evenly to the eye when its logarithm does. */
  double s = t * t * (3 - 2 * t);
  double zoom = self->glide_zoom_from * pow (self->glide_zoom_to / self->glide_zoom_from, s);

  pel_viewport_center (&self->view, zoom,
                       self->glide_from.x + (self->glide_to.x - self->glide_from.x) * s,
                       self->glide_from.y + (self->glide_to.y - self->glide_from.y) * s);
  pel_canvas_view_changed (self);
}

static gboolean
on_glide_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  PelCanvas *self = PEL_CANVAS (widget);
  double t = (gdk_frame_clock_get_frame_time (clock) - self->glide_start) / (double)GLIDE_US;

  move_glide (self, CLAMP (t, 0, 1));
  if (t < 1)
    return G_SOURCE_CONTINUE;
  self->glide_tick = 0;
  pel_canvas_pointer_refresh (self);
  return G_SOURCE_REMOVE;
}

static void
glide_to (PelCanvas *self, double zoom, double x, double y, gboolean glide)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));
  gboolean animations = TRUE;
  double from_x, from_y;

  pel_canvas_stop_glide (self);
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &animations,
                NULL);
  pel_viewport_to_image (&self->view, self->view.width / 2, self->view.height / 2, &from_x,
                         &from_y);
  graphene_point_init (&self->glide_from, (float)from_x, (float)from_y);
  graphene_point_init (&self->glide_to, (float)x, (float)y);
  self->glide_zoom_from = self->view.zoom;
  self->glide_zoom_to = CLAMP (zoom, PEL_CANVAS_ZOOM_MIN, PEL_CANVAS_ZOOM_MAX);
  if (!glide || !animations || !clock || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      move_glide (self, 1);
      pel_canvas_pointer_refresh (self);
      return;
    }
  self->glide_start = gdk_frame_clock_get_frame_time (clock);
  self->glide_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_glide_tick, NULL, NULL);
}

double
pel_canvas_get_zoom (PelCanvas *self)
{
  g_return_val_if_fail (PEL_IS_CANVAS (self), 1);
  return self->view.zoom;
}

void
pel_canvas_zoom_at (PelCanvas *self, double zoom, const graphene_point_t *fixed)
{
  g_return_if_fail (PEL_IS_CANVAS (self));
  pel_canvas_stop_glide (self);
  pel_viewport_zoom_at (&self->view, zoom, fixed ? fixed->x : self->view.width / 2,
                        fixed ? fixed->y : self->view.height / 2);
  pel_canvas_view_changed (self);
  pel_canvas_pointer_refresh (self);
}

void
pel_canvas_zoom_in (PelCanvas *self)
{
  g_return_if_fail (PEL_IS_CANVAS (self));
  pel_canvas_zoom_at (self, pel_viewport_step_zoom (&self->view, PEL_CANVAS_ZOOM_STEP), NULL);
}

void
pel_canvas_zoom_out (PelCanvas *self)
{
  g_return_if_fail (PEL_IS_CANVAS (self));
  pel_canvas_zoom_at (self, pel_viewport_step_zoom (&self->view, 1 / PEL_CANVAS_ZOOM_STEP), NULL);
}

void
pel_canvas_zoom_to_fit (PelCanvas *self)
{
  g_return_if_fail (PEL_IS_CANVAS (self));
  pel_canvas_stop_glide (self);
  pel_viewport_fit (&self->view);
  pel_canvas_view_changed (self);
  pel_canvas_pointer_refresh (self);
}

void
pel_canvas_set_inset (PelCanvas *self, double inset)
{
  g_return_if_fail (PEL_IS_CANVAS (self));
  if (self->view.inset == inset)
    return;
  pel_viewport_set_inset (&self->view, inset);
  pel_canvas_view_changed (self);
}

double
pel_canvas_get_angle (PelCanvas *self)
{
  g_return_val_if_fail (PEL_IS_CANVAS (self), 0);
  return self->view.angle;
}

void
pel_canvas_set_angle (PelCanvas *self, double degrees, const graphene_point_t *fixed)
{
  double at_x, at_y, x, y;

  g_return_if_fail (PEL_IS_CANVAS (self));
  at_x = fixed ? (double)fixed->x : self->view.width / 2;
  at_y = fixed ? (double)fixed->y : self->view.height / 2;
  pel_canvas_stop_glide (self);
  pel_viewport_to_image (&self->view, at_x, at_y, &x, &y);
  pel_viewport_turn (&self->view, degrees, x, y, at_x, at_y);
  pel_canvas_view_changed (self);
  pel_canvas_pointer_refresh (self);
}

void
pel_canvas_turn_by (PelCanvas *self, double degrees)
{
  graphene_point_t point;
  gboolean has_point;

  g_return_if_fail (PEL_IS_CANVAS (self));
  has_point = pel_canvas_get_fixed_point (self, &point);
  pel_canvas_set_angle (self, pel_viewport_step_angle (&self->view, degrees),
                        has_point ? &point : NULL);
}

void
pel_canvas_turn_upright (PelCanvas *self)
{
  graphene_point_t point;
  gboolean has_point;

  g_return_if_fail (PEL_IS_CANVAS (self));
  has_point = pel_canvas_get_fixed_point (self, &point);
  pel_canvas_set_angle (self, 0, has_point ? &point : NULL);
}

void
pel_canvas_look_at (PelCanvas *self, double x, double y)
{
  g_return_if_fail (PEL_IS_CANVAS (self));
  pel_canvas_stop_glide (self);
  pel_viewport_center (&self->view, self->view.zoom, x, y);
  pel_canvas_view_changed (self);
  pel_canvas_pointer_refresh (self);
}

gboolean
pel_canvas_sees (PelCanvas *self, const graphene_rect_t *area)
{
  g_return_val_if_fail (PEL_IS_CANVAS (self), FALSE);
  return pel_viewport_sees (&self->view, area);
}

/* How much of the view something takes at the present zoom, along the side where it takes more;
 * 0 where there is no view yet. */
static double
get_share (PelCanvas *self, const PelRect *area)
{
  graphene_rect_t box;

  if (self->view.image_width == 0 || self->view.width <= 0 || pel_rect_is_empty (area))
    return 0;
  pel_viewport_get_bounds (
      &self->view, &GRAPHENE_RECT_INIT (0, 0, (float)area->width, (float)area->height), &box);
  return MAX ((double)box.size.width / self->view.width,
              (double)box.size.height / self->view.height);
}

void
pel_canvas_zoom_to_part (PelCanvas *self, const PelRect *area, gboolean glide)
{
  double current;

  g_return_if_fail (PEL_IS_CANVAS (self));
  g_return_if_fail (area);
  current = get_share (self, area);
  if (current > 0)
    glide_to (self, CLAMP (0.9 * self->view.zoom / current, PEL_CANVAS_ZOOM_MIN, 16),
              area->x + area->width / 2.0, area->y + area->height / 2.0, glide);
}

void
pel_canvas_zoom_to_rect (PelCanvas *self, const PelRect *area, gboolean glide)
{
  double wanted, current;

  g_return_if_fail (PEL_IS_CANVAS (self));
  g_return_if_fail (area);
  current = get_share (self, area);
  if (current <= 0)
    return;
  /* A third of the view is the cell, the rest is what lies around it. */
  wanted = self->view.zoom;
  if (current > 0.8 || current < 1.0 / 12)
    wanted = self->view.zoom / current / 3;
  wanted = CLAMP (wanted, pel_viewport_get_fit_zoom (&self->view), 16);
  glide_to (self, wanted, area->x + area->width / 2.0, area->y + area->height / 2.0, glide);
}

void
pel_canvas_scroll_by (PelCanvas *self, double dx, double dy)
{
  g_return_if_fail (PEL_IS_CANVAS (self));
  pel_canvas_stop_glide (self);
  pel_viewport_scroll (&self->view, dx, dy);
  pel_canvas_view_changed (self);
  pel_canvas_pointer_refresh (self);
}

void
pel_canvas_to_image (PelCanvas *self, const graphene_point_t *in, graphene_point_t *out)
{
  double x, y;

  g_return_if_fail (PEL_IS_CANVAS (self));
  pel_viewport_to_image (&self->view, in->x, in->y, &x, &y);
  graphene_point_init (out, (float)x, (float)y);
}

void
pel_canvas_from_image (PelCanvas *self, const graphene_rect_t *in, graphene_rect_t *out)
{
  g_return_if_fail (PEL_IS_CANVAS (self));
  pel_viewport_get_bounds (&self->view, in, out);
}

void
pel_canvas_get_visible (PelCanvas *self, graphene_rect_t *visible)
{
  g_return_if_fail (PEL_IS_CANVAS (self));
  pel_viewport_get_visible (&self->view, visible);
}

gboolean
pel_canvas_get_image_size (PelCanvas *self, guint *width, guint *height)
{
  g_return_val_if_fail (PEL_IS_CANVAS (self), FALSE);
  *width = self->view.image_width;
  *height = self->view.image_height;
  return *width > 0;
}

/* ---- document, display, tool ---- */

PelImageDocument *
pel_canvas_get_document (PelCanvas *self)
{
  g_return_val_if_fail (PEL_IS_CANVAS (self), NULL);
  return self->document;
}

void
pel_canvas_set_document (PelCanvas *self, PelImageDocument *document)
{
  g_return_if_fail (PEL_IS_CANVAS (self));
  g_return_if_fail (!document || PEL_IS_IMAGE_DOCUMENT (document));
  if (self->document == document)
    return;

  pel_canvas_finish_stroke (self);
  pel_canvas_stop_glide (self);
  if (self->document && self->view.image_width > 0)
    g_object_set_qdata_full (G_OBJECT (self->document), view_memory_quark (),
                             g_memdup2 (&self->view, sizeof self->view), g_free);
  g_set_object (&self->document, document);
  g_signal_group_set_target (self->document_signals, document);
  g_signal_group_set_target (self->cells_signals,
                             document ? pel_image_document_get_cells (document) : NULL);
  g_signal_group_set_target (self->prediction_signals,
                             document ? pel_image_document_get_prediction_cells (document) : NULL);
  g_signal_group_set_target (self->review_signals,
                             document ? pel_image_document_get_review (document) : NULL);
  pel_display_set_selection (self->display, NULL, 0);
  pel_display_set_current_label (self->display, 0);

  pel_viewport_forget_image (&self->view);
  if (self->tool)
    pel_tool_set_document (self->tool, document);
  pel_canvas_load_mask (self);
  pel_canvas_load_image (self);
  pel_canvas_load_cells (self);
  pel_canvas_update_description (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DOCUMENT]);
}

void
pel_canvas_set_image_size (PelCanvas *self, guint width, guint height)
{
  g_autofree PelViewport *memory = NULL;

  if (self->document && width > 0)
    memory = g_object_steal_qdata (G_OBJECT (self->document), view_memory_quark ());
  if (memory && memory->image_width == width && memory->image_height == height)
    pel_viewport_restore (&self->view, memory);
  else
    pel_viewport_set_image_size (&self->view, width, height);
}

PelDisplay *
pel_canvas_get_display (PelCanvas *self)
{
  g_return_val_if_fail (PEL_IS_CANVAS (self), NULL);
  return self->display;
}

void
pel_canvas_set_display (PelCanvas *self, PelDisplay *display)
{
  g_return_if_fail (PEL_IS_CANVAS (self));
  g_return_if_fail (PEL_IS_DISPLAY (display));
  if (!g_set_object (&self->display, display))
    return;
  g_signal_group_set_target (self->display_signals, display);
  if (self->tool)
    pel_tool_set_display (self->tool, display);
  self->style_dirty = TRUE;
  pel_canvas_load_image (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DISPLAY]);
}

PelTool *
pel_canvas_get_tool (PelCanvas *self)
{
  g_return_val_if_fail (PEL_IS_CANVAS (self), NULL);
  return self->tool;
}

void
pel_canvas_set_tool (PelCanvas *self, PelTool *tool)
{
  g_return_if_fail (PEL_IS_CANVAS (self));
  g_return_if_fail (!tool || PEL_IS_TOOL (tool));
  if (self->tool == tool)
    return;
  pel_canvas_finish_stroke (self);
  if (self->tool)
    {
      pel_tool_cancel (self->tool);
      pel_tool_set_document (self->tool, NULL);
    }
  g_set_object (&self->tool, tool);
  if (tool)
    {
      pel_tool_set_display (tool, self->display);
      pel_tool_set_document (tool, self->document);
      pel_tool_set_view (tool, &self->view);
    }
  g_signal_group_set_target (self->tool_signals, tool);
  pel_canvas_update_cursor (self);
  pel_canvas_pointer_refresh (self);
  pel_canvas_update_description (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TOOL_ID]);
}

void
pel_canvas_set_tool_id (PelCanvas *self, const char *id)
{
  PelTool *tool;

  g_return_if_fail (PEL_IS_CANVAS (self));
  g_return_if_fail (id);
  tool = g_hash_table_lookup (self->tools, id);
  if (!tool)
    {
      tool = pel_tool_new (id);
      if (!tool)
        return;
      g_hash_table_insert (self->tools, g_strdup (id), tool);
    }
  pel_canvas_set_tool (self, tool);
}

const char *
pel_canvas_get_tool_id (PelCanvas *self)
{
  const PelToolInfo *info;

  g_return_val_if_fail (PEL_IS_CANVAS (self), NULL);
  info = self->tool ? pel_tool_get_info (self->tool) : NULL;
  return info ? info->id : NULL;
}

GMenuModel *
pel_canvas_get_context_menu (PelCanvas *self)
{
  g_return_val_if_fail (PEL_IS_CANVAS (self), NULL);
  return self->context_menu;
}

void
pel_canvas_set_context_menu (PelCanvas *self, GMenuModel *menu)
{
  g_return_if_fail (PEL_IS_CANVAS (self));
  if (g_set_object (&self->context_menu, menu))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CONTEXT_MENU]);
}

void
pel_canvas_set_read_only (PelCanvas *self, gboolean read_only)
{
  g_return_if_fail (PEL_IS_CANVAS (self));
  if (self->read_only == read_only)
    return;
  pel_canvas_finish_stroke (self);
  self->read_only = read_only;
  pel_canvas_update_cursor (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* What a screen reader says: image, tool and how many cells there are. */
void
pel_canvas_update_description (PelCanvas *self)
{
  const PelToolInfo *info = self->tool ? pel_tool_get_info (self->tool) : NULL;
  const char *tool = info ? g_dgettext (GETTEXT_PACKAGE, info->title) : _ ("no tool");
  g_autofree char *text = NULL;
  guint n = self->mask ? pel_mask_get_n_cells (self->mask) : 0;

  if (!self->document)
    text = g_strdup (_ ("No image"));
  else
    /* Translators: read by screen readers: the image's name, the tool in the hand, how many cells
     * the image has. */
    text = g_strdup_printf (ngettext ("Image %s, %s, %u cell", "Image %s, %s, %u cells", n),
                            pel_image_document_get_name (self->document), tool, n);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

void
pel_canvas_announce (PelCanvas *self, const char *text)
{
  g_return_if_fail (PEL_IS_CANVAS (self));
  g_return_if_fail (text);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text,
                                  -1);
  g_signal_emit_by_name (self, "announced", text);
}

/* ---- widget ---- */

static void
pel_canvas_measure (GtkWidget *widget,
                    GtkOrientation orientation,
                    int for_size,
                    int *minimum,
                    int *natural,
                    int *minimum_baseline,
                    int *natural_baseline)
{
  *minimum = 160;
  *natural = 640;
}

static void
pel_canvas_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PelCanvas *self = PEL_CANVAS (widget);
  gint scale = gtk_widget_get_scale_factor (widget);

  if (self->view.device_scale != scale)
    self->style_dirty = TRUE;
  if (self->view.width != width || self->view.height != height || self->view.device_scale != scale)
    {
      pel_viewport_set_widget_size (&self->view, width, height, scale);
      pel_canvas_view_changed (self);
    }
  if (self->popover)
    gtk_popover_present (GTK_POPOVER (self->popover));
}

static void
pel_canvas_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (pel_canvas_parent_class)->realize (widget);
  pel_canvas_choose_target (PEL_CANVAS (widget));
}

static void
pel_canvas_unrealize (GtkWidget *widget)
{
  pel_canvas_drop_shared_pixels (PEL_CANVAS (widget));
  GTK_WIDGET_CLASS (pel_canvas_parent_class)->unrealize (widget);
}

static void
pel_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PelCanvas *self = PEL_CANVAS (widget);

  pel_canvas_hold_shared_pixels (self);
  pel_canvas_snapshot_picture (self, snapshot);
  pel_canvas_snapshot_tool (self, snapshot);
  pel_canvas_snapshot_cross_hair (self, snapshot);
  if (self->popover)
    gtk_widget_snapshot_child (widget, self->popover, snapshot);
}

static void
on_scale_factor (PelCanvas *self)
{
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
pel_canvas_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PelCanvas *self = PEL_CANVAS (object);

  switch (id)
    {
    case PROP_DOCUMENT:
      g_value_set_object (value, self->document);
      break;
    case PROP_DISPLAY:
      g_value_set_object (value, self->display);
      break;
    case PROP_TOOL_ID:
      g_value_set_string (value, pel_canvas_get_tool_id (self));
      break;
    case PROP_ZOOM:
      g_value_set_double (value, self->view.zoom);
      break;
    case PROP_CONTEXT_MENU:
      g_value_set_object (value, self->context_menu);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pel_canvas_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PelCanvas *self = PEL_CANVAS (object);

  switch (id)
    {
    case PROP_DOCUMENT:
      pel_canvas_set_document (self, g_value_get_object (value));
      break;
    case PROP_DISPLAY:
      pel_canvas_set_display (self, g_value_get_object (value));
      break;
    case PROP_TOOL_ID:
      if (g_value_get_string (value))
        pel_canvas_set_tool_id (self, g_value_get_string (value));
      break;
    case PROP_ZOOM:
      pel_canvas_zoom_at (self, g_value_get_double (value), NULL);
      break;
    case PROP_CONTEXT_MENU:
      pel_canvas_set_context_menu (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pel_canvas_dispose (GObject *object)
{
  PelCanvas *self = PEL_CANVAS (object);

  if (self->tool)
    pel_canvas_finish_stroke (self);
  pel_canvas_stop_glide (self);
  g_clear_object (&self->document_signals);
  g_clear_object (&self->mask_signals);
  g_clear_object (&self->cells_signals);
  g_clear_object (&self->prediction_signals);
  g_clear_object (&self->review_signals);
  g_clear_object (&self->display_signals);
  g_clear_object (&self->tool_signals);
  pel_canvas_dispose_input (self);
  pel_canvas_dispose_picture (self);
  pel_canvas_dispose_cells (self);
  pel_canvas_dispose_preview (self);
  pel_canvas_dispose_uncertainty (self);
  pel_canvas_dispose_comparison (self);
  g_clear_object (&self->document);
  g_clear_object (&self->display);
  g_clear_object (&self->context_menu);
  G_OBJECT_CLASS (pel_canvas_parent_class)->dispose (object);
}

#define RW (G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS)

static void
pel_canvas_class_init (PelCanvasClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->get_property = pel_canvas_get_property;
  object_class->set_property = pel_canvas_set_property;
  object_class->dispose = pel_canvas_dispose;
  widget_class->measure = pel_canvas_measure;
  widget_class->size_allocate = pel_canvas_size_allocate;
  widget_class->realize = pel_canvas_realize;
  widget_class->unrealize = pel_canvas_unrealize;
  widget_class->snapshot = pel_canvas_snapshot;
  gtk_widget_class_set_css_name (widget_class, "canvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);

  props[PROP_DOCUMENT] = g_param_spec_object ("document", NULL, NULL, PEL_TYPE_IMAGE_DOCUMENT, RW);
  props[PROP_DISPLAY] = g_param_spec_object ("display", NULL, NULL, PEL_TYPE_DISPLAY, RW);
  props[PROP_TOOL_ID] = g_param_spec_string ("tool-id", NULL, NULL, NULL, RW);
  props[PROP_ZOOM] =
      g_param_spec_double ("zoom", NULL, NULL, PEL_CANVAS_ZOOM_MIN, PEL_CANVAS_ZOOM_MAX, 1, RW);
  props[PROP_CONTEXT_MENU] =
      g_param_spec_object ("context-menu", NULL, NULL, G_TYPE_MENU_MODEL, RW);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_signal_new ("hover-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4,
                G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_STRING, G_TYPE_UINT);
  g_signal_new ("zoom-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("context-menu", type, G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled, NULL,
                NULL, G_TYPE_BOOLEAN, 3, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_UINT);
  g_signal_new ("announced", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_STRING);
  g_signal_new ("cross-hair-moved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("colors-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("cell-activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_UINT);
}

static void
pel_canvas_init (PelCanvas *self)
{
  self->document_signals = g_signal_group_new (PEL_TYPE_IMAGE_DOCUMENT);
  self->mask_signals = g_signal_group_new (PEL_TYPE_MASK);
  self->cells_signals = g_signal_group_new (PEL_TYPE_CELL_LIST);
  self->prediction_signals = g_signal_group_new (PEL_TYPE_CELL_LIST);
  self->review_signals = g_signal_group_new (PEL_TYPE_REVIEW);
  self->display_signals = g_signal_group_new (PEL_TYPE_DISPLAY);
  self->tool_signals = g_signal_group_new (PEL_TYPE_TOOL);
  self->display = pel_display_new ();
  g_signal_group_connect_swapped (self->mask_signals, "notify::n-cells",
                                  G_CALLBACK (pel_canvas_update_description), self);
  pel_canvas_init_picture (self);
  pel_canvas_init_cells (self);
  pel_canvas_init_preview (self);
  pel_canvas_init_uncertainty (self);
  pel_canvas_init_input (self);
  g_signal_group_set_target (self->display_signals, self->display);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (on_scale_factor), NULL);

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  pel_canvas_update_description (self);
}

GtkWidget *
pel_canvas_new (void)
{
  return g_object_new (PEL_TYPE_CANVAS, NULL);
}
