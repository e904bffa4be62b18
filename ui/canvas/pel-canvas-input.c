/* SPDX-License-Identifier: MIT */
/* From events to the tool and the view: one path for mouse, pen and tests. */
#include "ui/canvas/pel-canvas-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/tools/pel-region-tool.h"
#include "ui/tools/pel-tool-util.h"

/* Four notches double, so that from 100 % they lead to 200 %. */
#define WHEEL_ZOOM 1.189207115002721
#define SCROLL_STEP 60.0
#define MOVE_THRESHOLD 4.0
#define DOUBLE_CLICK_US 400000

static PelToolEvent
make_event (PelCanvas *self,
            double x,
            double y,
            double pressure,
            gboolean erase,
            GdkModifierType state)
{
  PelToolEvent event = { .pressure = pressure, .erase = erase, .n_press = self->n_press };

  pel_viewport_to_image (&self->view, x, y, &event.x, &event.y);
  event.state = state;
  return event;
}

static gboolean
tool_takes_control (PelCanvas *self)
{
  const PelToolInfo *info = self->tool ? pel_tool_get_info (self->tool) : NULL;

  return info && info->takes_control;
}

/* Tools that leave the mask alone. */
static gboolean
tool_only_looks (PelCanvas *self)
{
  static const char *const ids[] = { "select", "pick", "measure", NULL };
  const char *id = pel_canvas_get_tool_id (self);

  return id && g_strv_contains (ids, id);
}

static gboolean
tool_pans (PelCanvas *self)
{
  const PelToolInfo *info = self->tool ? pel_tool_get_info (self->tool) : NULL;

  if (self->read_only && !tool_only_looks (self))
    return TRUE; /* where nothing can be painted, a drag still moves the view */
  return info && info->pans;
}

/* What a drag with this button does to the view; IDLE where it is for something else. */
static PelPointerMode
get_view_mode (PelCanvas *self, guint button, GdkModifierType state)
{
  if (button != GDK_BUTTON_MIDDLE &&
      (button != GDK_BUTTON_PRIMARY || !(self->space_held || self->turn_held || tool_pans (self))))
    return PEL_POINTER_IDLE;
  return self->turn_held || (state & GDK_SHIFT_MASK) ? PEL_POINTER_TURN : PEL_POINTER_PAN;
}

/* A key that moves or turns the view is held, or a drag does it. */
static gboolean
moves_view (PelCanvas *self)
{
  return self->pointer_mode == PEL_POINTER_PAN || self->pointer_mode == PEL_POINTER_TURN ||
         self->space_held || self->turn_held;
}

gboolean
pel_canvas_can_use_tool (PelCanvas *self)
{
  return self->tool && self->mask && self->view.image_width > 0 &&
         (!self->read_only || tool_only_looks (self));
}

static gboolean
is_erasing (PelCanvas *self)
{
  return self->pen_eraser || self->pointer_button == GDK_BUTTON_SECONDARY;
}

static void
tell_motion (PelCanvas *self, double pressure, GdkModifierType state)
{
  PelToolEvent event;

  if (!pel_canvas_can_use_tool (self))
    return;
  event = make_event (self, self->pointer_x, self->pointer_y, pressure, FALSE, state);
  pel_tool_motion (self->tool, &event);
}

/* ---- hover ---- */

static void
emit_hover (PelCanvas *self, double x, double y, const char *value, guint32 label)
{
  g_signal_emit_by_name (self, "hover-changed", x, y, value, label);
}

static char *
describe_value (PelImage *image, gint x, gint y)
{
  guint n = pel_image_is_rgb (image) ? 3 : pel_image_get_n_channels (image);
  PelSampleType type = pel_image_get_sample_type (image);
  gboolean real = type == PEL_SAMPLE_F32 || type == PEL_SAMPLE_F64;
  GString *text = g_string_new (NULL);
  PelRect rect = { x, y, 1, 1 };

  for (guint c = 0; c < MIN (n, 4); c++)
    {
      float value;

      pel_image_read_float (image, (gint)c, &rect, &value, 1);
      if (c > 0)
        g_string_append (text, " / ");
      g_string_append_printf (text, real ? "%.4g" : "%.0f", (double)value);
    }
  return g_string_free (text, FALSE);
}

void
pel_canvas_update_hover (PelCanvas *self)
{
  PelImage *image = self->document ? pel_image_document_get_image (self->document) : NULL;
  double x, y;
  guint32 label = 0;
  guint32 prediction = 0;
  PelLabels *predicted;
  g_autofree char *value = NULL;

  pel_viewport_to_image (&self->view, self->pointer_x, self->pointer_y, &x, &y);
  if (!self->pointer_inside || !image || x < 0 || y < 0 || x >= self->view.image_width ||
      y >= self->view.image_height)
    {
      if (self->hover_label != 0 || self->hover_prediction != 0)
        gtk_widget_queue_draw (GTK_WIDGET (self));
      self->hover_label = 0;
      self->hover_prediction = 0;
      emit_hover (self, -1, -1, "", 0);
      return;
    }
  if (self->mask)
    label = pel_mask_get_label (self->mask, (gint)x, (gint)y);
  predicted = pel_image_document_get_prediction_labels (self->document);
  if (label == 0 && predicted && pel_display_get_show_prediction (self->display))
    prediction = pel_labels_get (predicted, (gint)x, (gint)y);
  if (prediction != 0 &&
      pel_review_is_hidden (pel_image_document_get_review (self->document), prediction))
    prediction = 0;
  if (label != self->hover_label || prediction != self->hover_prediction)
    gtk_widget_queue_draw (GTK_WIDGET (self));
  self->hover_label = label;
  self->hover_prediction = prediction;
  value = describe_value (image, (gint)x, (gint)y);
  emit_hover (self, x, y, value, label ? label : prediction);
}

/* ---- cursor ---- */

void
pel_canvas_pointer_refresh (PelCanvas *self)
{
  if (self->pointer_inside && self->pointer_mode == PEL_POINTER_IDLE)
    tell_motion (self, 1, 0);
  pel_canvas_update_hover (self);
}

void
pel_canvas_update_cursor (PelCanvas *self)
{
  const char *name = "default";

  if (self->cross_hair)
    name = "none";
  else if (self->pointer_mode == PEL_POINTER_PAN || self->pointer_mode == PEL_POINTER_TURN)
    name = "grabbing";
  else if (moves_view (self) || tool_pans (self))
    name = "grab";
  else if (pel_canvas_can_use_tool (self))
    name = pel_tool_get_cursor (self->tool);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), name);
}

static void
on_tool_changed (PelCanvas *self)
{
  pel_canvas_update_cursor (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pel_canvas_snapshot_tool (PelCanvas *self, GtkSnapshot *snapshot)
{
  const PelViewport *view = &self->view;

  if (self->document && self->view.image_width > 0 &&
      !pel_display_get_labels_hidden (self->display) &&
      g_strcmp0 (pel_canvas_get_tool_id (self), "region") != 0)
    pel_region_tool_append_regions (snapshot, self->document, view, FALSE);
  if (!pel_canvas_can_use_tool (self) || moves_view (self))
    return;
  pel_tool_snapshot_overlay (self->tool, snapshot, view);
}

/* ---- pointer ---- */

static gboolean
start_tool (PelCanvas *self, double pressure, gboolean erase)
{
  PelToolEvent event =
      make_event (self, self->press_x, self->press_y, pressure, erase, self->press_state);

  return pel_tool_press (self->tool, &event);
}

void
pel_canvas_pointer_press (PelCanvas *self,
                          double x,
                          double y,
                          guint button,
                          double pressure,
                          GdkModifierType state)
{
  gint64 now = g_get_monotonic_time ();

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (self->pointer_mode != PEL_POINTER_IDLE)
    return; /* a second button while one is down */
  pel_canvas_stop_glide (self);
  self->n_press = button == self->pointer_button && now - self->press_time < DOUBLE_CLICK_US &&
                          hypot (x - self->press_x, y - self->press_y) < MOVE_THRESHOLD
                      ? self->n_press + 1
                      : 1;
  self->press_time = now;
  self->pointer_button = button;
  self->pointer_inside = TRUE;
  self->press_x = self->pointer_x = x;
  self->press_y = self->pointer_y = y;
  self->press_state = state;

  if (get_view_mode (self, button, state) != PEL_POINTER_IDLE)
    {
      self->pointer_mode = get_view_mode (self, button, state);
      pel_canvas_begin_turn (self, x, y);
    }
  else if (button == GDK_BUTTON_SECONDARY)
    self->pointer_mode = PEL_POINTER_SECONDARY;
  else if (button != GDK_BUTTON_PRIMARY || !pel_canvas_can_use_tool (self))
    self->pointer_mode = PEL_POINTER_IGNORE;
  else if ((state & GDK_CONTROL_MASK) && ((state & GDK_SHIFT_MASK) || !tool_takes_control (self)))
    {
      double ix, iy;

      pel_viewport_to_image (&self->view, x, y, &ix, &iy);
      if ((state & GDK_SHIFT_MASK) && !self->read_only)
        pel_tool_delete_at (self->document, self->display, ix, iy);
      else
        pel_tool_pick_at (self->document, self->display, ix, iy);
      self->pointer_mode = PEL_POINTER_IGNORE;
    }
  else
    self->pointer_mode =
        start_tool (self, pressure, self->pen_eraser) ? PEL_POINTER_TOOL : PEL_POINTER_IGNORE;
  pel_canvas_update_cursor (self);
}

void
pel_canvas_pointer_motion (PelCanvas *self,
                           double x,
                           double y,
                           double pressure,
                           GdkModifierType state)
{
  double dx = x - self->pointer_x;
  double dy = y - self->pointer_y;
  PelToolEvent event;

  self->pointer_x = x;
  self->pointer_y = y;
  self->pointer_inside = TRUE;
  switch (self->pointer_mode)
    {
    case PEL_POINTER_PAN:
      pel_canvas_scroll_by (self, -dx, -dy);
      return;
    case PEL_POINTER_TURN:
      pel_canvas_drag_turn (self, x, y, state);
      return;
    case PEL_POINTER_SECONDARY:
      if (hypot (x - self->press_x, y - self->press_y) < MOVE_THRESHOLD ||
          !pel_canvas_can_use_tool (self))
        return;
      self->pointer_mode =
          start_tool (self, pressure, TRUE) ? PEL_POINTER_TOOL : PEL_POINTER_IGNORE;
      if (self->pointer_mode != PEL_POINTER_TOOL)
        return;
      G_GNUC_FALLTHROUGH;
    case PEL_POINTER_TOOL:
      event = make_event (self, x, y, pressure, is_erasing (self), state);
      pel_tool_drag (self->tool, &event);
      break;
    case PEL_POINTER_IDLE:
      tell_motion (self, pressure, state);
      break;
    case PEL_POINTER_IGNORE:
    default:
      break;
    }
  pel_canvas_update_hover (self);
}

void
pel_canvas_show_menu (PelCanvas *self, double x, double y)
{
  gboolean handled = FALSE;
  guint32 label = self->hover_label, predicted = self->hover_prediction;

  if (label != 0 && !pel_display_is_selected (self->display, label))
    pel_display_set_selection (self->display, &label, 1);
  else if (label == 0 && predicted != 0 &&
           !pel_display_is_predicted_selected (self->display, predicted))
    pel_display_set_predicted_selection (self->display, &predicted, 1);
  g_signal_emit_by_name (self, "context-menu", x, y, label, &handled);
  if (handled || !self->context_menu)
    return;
  if (!self->popover)
    {
      self->popover = gtk_popover_menu_new_from_model (self->context_menu);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
      gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
      gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
    }
  else
    gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->popover), self->context_menu);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover),
                               &(GdkRectangle){ (int)x, (int)y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

void
pel_canvas_pointer_release (PelCanvas *self,
                            double x,
                            double y,
                            guint button,
                            double pressure,
                            GdkModifierType state)
{
  PelPointerMode mode = self->pointer_mode;
  PelToolEvent event;

  if (button != self->pointer_button || mode == PEL_POINTER_IDLE)
    return;
  self->pointer_x = x;
  self->pointer_y = y;
  self->pointer_mode = PEL_POINTER_IDLE;
  if (mode == PEL_POINTER_TOOL)
    {
      event = make_event (self, x, y, pressure, is_erasing (self), state);
      pel_tool_release (self->tool, &event);
      if (self->n_press == 2 && self->hover_label != 0 &&
          g_strcmp0 (pel_canvas_get_tool_id (self), "select") == 0)
        g_signal_emit_by_name (self, "cell-activated", self->hover_label);
    }
  else if (mode == PEL_POINTER_SECONDARY)
    pel_canvas_show_menu (self, x, y);
  tell_motion (self, pressure, state);
  pel_canvas_update_cursor (self);
  pel_canvas_update_hover (self);
}

void
pel_canvas_pointer_leave (PelCanvas *self)
{
  self->pointer_inside = FALSE;
  if (self->tool && self->pointer_mode == PEL_POINTER_IDLE)
    pel_tool_motion (self->tool, NULL);
  pel_canvas_update_hover (self);
}

void
pel_canvas_finish_stroke (PelCanvas *self)
{
  PelToolEvent event;

  g_return_if_fail (PEL_IS_CANVAS (self));
  /* Nor does a key hold anything down any longer. */
  pel_canvas_release_cross_hair (self);
  if (self->pointer_mode == PEL_POINTER_TOOL)
    {
      event = make_event (self, self->pointer_x, self->pointer_y, 1, is_erasing (self), 0);
      pel_tool_release (self->tool, &event);
    }
  if (self->pointer_mode != PEL_POINTER_IDLE)
    self->pointer_mode = PEL_POINTER_IGNORE;
  if (pel_canvas_can_use_tool (self))
    pel_tool_confirm (self->tool);
}

/* ---- events ---- */

/* From surface to widget coordinates, as events and their history give the former. */
static gboolean
get_surface_offset (PelCanvas *self, double *x, double *y)
{
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self));
  double nx, ny, wx, wy;

  if (!native ||
      !gtk_widget_translate_coordinates (GTK_WIDGET (native), GTK_WIDGET (self), 0, 0, &wx, &wy))
    return FALSE;
  gtk_native_get_surface_transform (native, &nx, &ny);
  *x = wx - nx;
  *y = wy - ny;
  return TRUE;
}

static double
get_pressure (GdkEvent *event)
{
  double pressure;

  if (gdk_event_get_device_tool (event) && gdk_event_get_axis (event, GDK_AXIS_PRESSURE, &pressure))
    return pressure;
  return 1;
}

static gboolean
is_eraser_end (GdkEvent *event)
{
  GdkDeviceTool *tool = gdk_event_get_device_tool (event);

  return tool && gdk_device_tool_get_tool_type (tool) == GDK_DEVICE_TOOL_TYPE_ERASER;
}

static void
replay_history (PelCanvas *self, GdkEvent *event, double ox, double oy)
{
  GdkModifierType state = gdk_event_get_modifier_state (event);
  guint n = 0;
  g_autofree GdkTimeCoord *history = NULL;

  if (self->pointer_mode != PEL_POINTER_TOOL)
    return;
  history = gdk_event_get_history (event, &n);
  for (guint i = 0; i < n; i++)
    {
      gboolean has_pressure = (history[i].flags & GDK_AXIS_FLAG_PRESSURE) != 0;

      if ((history[i].flags & (GDK_AXIS_FLAG_X | GDK_AXIS_FLAG_Y)) ==
          (GDK_AXIS_FLAG_X | GDK_AXIS_FLAG_Y))
        pel_canvas_pointer_motion (self, history[i].axes[GDK_AXIS_X] + ox,
                                   history[i].axes[GDK_AXIS_Y] + oy,
                                   has_pressure ? history[i].axes[GDK_AXIS_PRESSURE] : 1, state);
    }
}

static gboolean
on_event (PelCanvas *self, GdkEvent *event)
{
  GdkEventType type = gdk_event_get_event_type (event);
  GdkModifierType state = gdk_event_get_modifier_state (event);
  double x, y, ox, oy;
  guint button;

  if (type != GDK_BUTTON_PRESS && type != GDK_BUTTON_RELEASE && type != GDK_MOTION_NOTIFY)
    return GDK_EVENT_PROPAGATE;
  if (!gdk_event_get_position (event, &x, &y) || !get_surface_offset (self, &ox, &oy))
    return GDK_EVENT_PROPAGATE;
  if (type == GDK_MOTION_NOTIFY)
    {
      if (pel_canvas_cross_hair_takes_mouse (self, x + ox, y + oy))
        return GDK_EVENT_PROPAGATE;
      replay_history (self, event, ox, oy);
      pel_canvas_pointer_motion (self, x + ox, y + oy, get_pressure (event), state);
      return GDK_EVENT_PROPAGATE;
    }
  button = gdk_button_event_get_button (event);
  if (type == GDK_BUTTON_PRESS)
    {
      pel_canvas_set_cross_hair (self, FALSE);
      self->pen_eraser = is_eraser_end (event);
      pel_canvas_pointer_press (self, x + ox, y + oy, button, get_pressure (event), state);
    }
  else
    pel_canvas_pointer_release (self, x + ox, y + oy, button, get_pressure (event), state);
  return GDK_EVENT_STOP;
}

static void
on_leave (PelCanvas *self)
{
  if (!self->cross_hair)
    pel_canvas_pointer_leave (self);
}

static gboolean
on_scroll (PelCanvas *self, double dx, double dy, GtkEventControllerScroll *controller)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));
  GdkDevice *device = event ? gdk_event_get_device (event) : NULL;
  gboolean touchpad =
      gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_SURFACE ||
      (device && gdk_device_get_source (device) == GDK_SOURCE_TOUCHPAD);

  if (self->view.image_width == 0)
    return GDK_EVENT_PROPAGATE;
  if ((state & GDK_SHIFT_MASK) && !(state & GDK_CONTROL_MASK) && !touchpad)
    {
      /* With Shift some systems turn the wheel sideways. */
      double delta = dy != 0 ? dy : dx;

      if (delta != 0)
        pel_display_step_brush (self->display, delta < 0 ? 1 : -1);
    }
  else if (touchpad && !(state & GDK_CONTROL_MASK))
    {
      double unit = gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_SURFACE
                        ? 1
                        : SCROLL_STEP;

      pel_canvas_scroll_by (self, dx * unit, dy * unit);
    }
  else if (dy != 0)
    {
      double unit =
          gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_SURFACE ? 0.02 : 1;

      pel_canvas_zoom_at (self, pel_viewport_step_zoom (&self->view, pow (WHEEL_ZOOM, -dy * unit)),
                          &GRAPHENE_POINT_INIT ((float)self->pointer_x, (float)self->pointer_y));
    }
  return GDK_EVENT_STOP;
}

static void
on_pinch_begin (PelCanvas *self, GdkEventSequence *sequence, GtkGesture *gesture)
{
  /* Two fingers: whatever the first one had begun was not meant. */
  if (self->tool && self->pointer_mode == PEL_POINTER_TOOL)
    {
      pel_tool_cancel (self->tool);
      self->pointer_mode = PEL_POINTER_IGNORE;
    }
  self->pinch_zoom = self->view.zoom;
  pel_canvas_begin_finger_turn (self);
}

static void
on_pinch (PelCanvas *self, double scale, GtkGesture *gesture)
{
  double x = self->pointer_x;
  double y = self->pointer_y;

  gtk_gesture_get_bounding_box_center (gesture, &x, &y);
  pel_canvas_zoom_at (self, self->pinch_zoom * scale, &GRAPHENE_POINT_INIT ((float)x, (float)y));
}

static void
on_finger_turn (PelCanvas *self, double angle, double radians, GtkGesture *gesture)
{
  double x = self->pointer_x;
  double y = self->pointer_y;

  gtk_gesture_get_bounding_box_center (gesture, &x, &y);
  pel_canvas_finger_turn (self, radians, &GRAPHENE_POINT_INIT ((float)x, (float)y));
}

static gboolean
on_key_pressed (PelCanvas *self,
                guint keyval,
                guint keycode,
                GdkModifierType state,
                GtkEventController *c)
{
  guint bare;

  if (pel_canvas_key_press (self, keyval, state))
    return TRUE;
  /* A key may be named by what is printed on it, whatever Shift makes of it. */
  return (state & GDK_SHIFT_MASK) != 0 &&
         gdk_display_translate_key (
             gtk_widget_get_display (GTK_WIDGET (self)), keycode, state & ~GDK_SHIFT_MASK,
             (gint)gdk_key_event_get_layout (gtk_event_controller_get_current_event (c)), &bare,
             NULL, NULL, NULL) &&
         bare != gdk_keyval_to_lower (keyval) && pel_canvas_key_press (self, bare, state);
}

static void
on_key_released (PelCanvas *self,
                 guint keyval,
                 guint keycode,
                 GdkModifierType state,
                 GtkEventController *c)
{
  pel_canvas_key_release (self, keyval);
}

static void
on_focus_leave (PelCanvas *self)
{
  pel_canvas_release_keys (self);
  if (self->pointer_mode == PEL_POINTER_IDLE && pel_canvas_can_use_tool (self))
    pel_tool_confirm (self->tool);
}

void
pel_canvas_init_input (PelCanvas *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *controller;
  GtkGesture *pinch;

  self->cross_hair_x = self->cross_hair_y = NAN;
  self->tools = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_signal_group_connect_swapped (self->tool_signals, "changed", G_CALLBACK (on_tool_changed),
                                  self);

  controller = gtk_event_controller_legacy_new ();
  g_signal_connect_swapped (controller, "event", G_CALLBACK (on_event), self);
  gtk_widget_add_controller (widget, controller);

  controller = gtk_event_controller_motion_new ();
  g_signal_connect_swapped (controller, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (widget, controller);

  controller = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  g_signal_connect_swapped (controller, "scroll", G_CALLBACK (on_scroll), self);
  gtk_widget_add_controller (widget, controller);

  pinch = gtk_gesture_zoom_new ();
  g_signal_connect_swapped (pinch, "begin", G_CALLBACK (on_pinch_begin), self);
  g_signal_connect_swapped (pinch, "scale-changed", G_CALLBACK (on_pinch), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (pinch));

  controller = GTK_EVENT_CONTROLLER (gtk_gesture_rotate_new ());
  g_signal_connect_swapped (controller, "angle-changed", G_CALLBACK (on_finger_turn), self);
  gtk_widget_add_controller (widget, controller);
  /* The same two fingers do both. */
  gtk_gesture_group (GTK_GESTURE (controller), pinch);

  controller = gtk_event_controller_key_new ();
  g_signal_connect_swapped (controller, "key-pressed", G_CALLBACK (on_key_pressed), self);
  g_signal_connect_swapped (controller, "key-released", G_CALLBACK (on_key_released), self);
  gtk_widget_add_controller (widget, controller);

  controller = gtk_event_controller_focus_new ();
  g_signal_connect_swapped (controller, "leave", G_CALLBACK (on_focus_leave), self);
  gtk_widget_add_controller (widget, controller);
}

void
pel_canvas_dispose_input (PelCanvas *self)
{
  if (self->tool)
    pel_tool_set_document (self->tool, NULL);
  g_clear_object (&self->tool);
  g_clear_pointer (&self->tools, g_hash_table_unref);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_pointer (&self->hover_text, g_free);
}
