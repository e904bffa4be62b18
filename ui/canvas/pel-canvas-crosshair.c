/* SPDX-License-Identifier: MIT */
/* A pointer that the keys move, so that whatever a mouse does with a tool can be done without one:
 * the arrows move it, Space is the left button for as long as it is held, Shift+Space the right.
 * Ctrl+Space is the left button with Shift, as lists have it, and with all three keys that with
 * Ctrl. Whoever cannot hold a key down and press others locks the left button instead. */
#include "ui/canvas/pel-canvas-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/tools/pel-tool-util.h"

/* Widget pixels an arrow moves by; with Shift it is one image pixel. */
#define STEP 8.0
/* So near to the view's edge the picture begins to move; what floats at the bottom, and at the side
 * where the tools are, must not hide the place. */
#define MARGIN 40.0
#define BOTTOM_MARGIN 64.0
#define INSET_MARGIN 16.0
/* How far a mouse has to move before it takes over again. */
#define MOUSE_THRESHOLD 4.0
#define ARM 12.f
#define GAP 4.f

static void
describe (PelCanvas *self)
{
  g_autofree char *text = NULL;
  double x, y;

  if (self->cross_hair)
    {
      pel_viewport_to_image (&self->view, self->pointer_x, self->pointer_y, &x, &y);
      if (self->cross_hair_locked)
        /* Translators: read by screen readers: the arrow keys draw; column and row. */
        text = g_strdup_printf (_ ("Drawing at %d, %d"), (int)floor (x), (int)floor (y));
      else if (self->hover_label != 0)
        /* Translators: read by screen readers: column, row, and the number of the cell there. */
        text = g_strdup_printf (_ ("Cross-hair at %d, %d on cell %u"), (int)floor (x),
                                (int)floor (y), self->hover_label);
      else
        /* Translators: read by screen readers: column and row. */
        text = g_strdup_printf (_ ("Cross-hair at %d, %d"), (int)floor (x), (int)floor (y));
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text ? text : "", -1);
}

static void
release (PelCanvas *self)
{
  if (self->cross_hair_button == 0)
    return;
  pel_canvas_pointer_release (self, self->pointer_x, self->pointer_y, self->cross_hair_button, 1,
                              self->cross_hair_state);
  self->cross_hair_button = 0;
  self->cross_hair_state = 0;
  self->cross_hair_locked = FALSE;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pel_canvas_release_cross_hair (PelCanvas *self)
{
  release (self);
}

void
pel_canvas_set_cross_hair (PelCanvas *self, gboolean on)
{
  if (self->cross_hair == on || self->view.image_width == 0)
    return;
  if (!on)
    release (self);
  self->cross_hair = on;
  if (on)
    {
      double x = self->pointer_x, y = self->pointer_y;

      /* Where it was before is where the work is. */
      if (!self->pointer_inside)
        pel_viewport_from_image (&self->view, self->cross_hair_x, self->cross_hair_y, &x, &y);
      if (!(x >= 0 && y >= 0 && x < self->view.width && y < self->view.height))
        {
          x = self->view.width / 2;
          y = self->view.height / 2;
        }
      self->mouse_x = self->mouse_y = NAN;
      pel_canvas_pointer_motion (self, x, y, 1, 0);
    }
  else
    {
      /* The mouse may be anywhere: nothing is pointed at until it moves. */
      pel_viewport_to_image (&self->view, self->pointer_x, self->pointer_y, &self->cross_hair_x,
                             &self->cross_hair_y);
      pel_canvas_pointer_leave (self);
    }
  describe (self);
  pel_canvas_update_cursor (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit_by_name (self, "cross-hair-moved");
}

gboolean
pel_canvas_get_cross_hair (PelCanvas *self)
{
  return self->cross_hair;
}

/* One axis: within the image, and within the view after moving the picture if need be. */
static double
keep_in (double at,
         double offset,
         double image,
         double view,
         double before,
         double after,
         double *scroll)
{
  before = MIN (before, view / 4);
  after = MIN (after, view / 4);
  at = CLAMP (at, offset, offset + image - 1e-3);
  *scroll = at < before ? at - before : at > view - after ? at - (view - after) : 0;
  /* No further than the image goes. */
  if (*scroll < 0)
    *scroll = MIN (MAX (*scroll, offset - before), 0);
  if (*scroll > 0)
    *scroll = MAX (MIN (*scroll, offset + image + after - view), 0);
  return at - *scroll;
}

/* The corners of a turned picture are beside the image. */
static void
keep_on_image (PelCanvas *self, double *x, double *y)
{
  const double edge = 1e-3 / self->view.zoom;

  pel_viewport_to_image (&self->view, *x, *y, x, y);
  *x = CLAMP (*x, 0, self->view.image_width - edge);
  *y = CLAMP (*y, 0, self->view.image_height - edge);
  pel_viewport_from_image (&self->view, *x, *y, x, y);
}

static void
move (PelCanvas *self, gint dx, gint dy, gboolean fine)
{
  const double step = fine ? MAX (self->view.zoom, 0.25) : STEP;
  double x = self->pointer_x + dx * step, y = self->pointer_y + dy * step;
  double width, height, scroll_x, scroll_y;

  if (self->view.angle != 0)
    keep_on_image (self, &x, &y);
  pel_viewport_get_extent (&self->view, &width, &height);
  x = keep_in (x, self->view.x, width, self->view.width,
               MAX (MARGIN, self->view.inset + INSET_MARGIN), MARGIN, &scroll_x);
  y = keep_in (y, self->view.y, height, self->view.height, MARGIN, BOTTOM_MARGIN, &scroll_y);
  if (scroll_x != 0 || scroll_y != 0)
    pel_canvas_scroll_by (self, scroll_x, scroll_y);
  if (self->view.angle != 0)
    keep_on_image (self, &x, &y);
  pel_canvas_pointer_motion (self, x, y, 1, self->cross_hair_state);
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit_by_name (self, "cross-hair-moved");
}

static void
press (PelCanvas *self, GdkModifierType state)
{
  const gboolean shift = (state & GDK_SHIFT_MASK) != 0;
  const gboolean control = (state & GDK_CONTROL_MASK) != 0;

  /* The key repeats while it is held. */
  if (self->cross_hair_button != 0)
    return;
  self->cross_hair_button = shift && !control ? GDK_BUTTON_SECONDARY : GDK_BUTTON_PRIMARY;
  self->cross_hair_state = !control ? 0 : shift ? GDK_CONTROL_MASK : GDK_SHIFT_MASK;
  pel_canvas_pointer_press (self, self->pointer_x, self->pointer_y, self->cross_hair_button, 1,
                            self->cross_hair_state);
}

gboolean
pel_canvas_cross_hair_key (PelCanvas *self, guint keyval, GdkModifierType state)
{
  const gboolean shift = (state & GDK_SHIFT_MASK) != 0;
  const gboolean control = (state & GDK_CONTROL_MASK) != 0;

  if (!self->cross_hair || (state & (GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK)) != 0)
    return FALSE;
  if (keyval == GDK_KEY_space)
    {
      if (self->cross_hair_locked)
        release (self);
      else
        press (self, state);
      return TRUE;
    }
  /* What the tool has chosen goes before, and Ctrl may only still be down from the press. */
  if ((control && self->cross_hair_button == 0) ||
      (self->cross_hair_button == 0 && pel_canvas_can_use_tool (self) &&
       pel_tool_wants_arrows (self->tool)))
    return FALSE;
  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      move (self, -1, 0, shift);
      return TRUE;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      move (self, 1, 0, shift);
      return TRUE;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      move (self, 0, -1, shift);
      return TRUE;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      move (self, 0, 1, shift);
      return TRUE;
    default:
      return FALSE;
    }
}

void
pel_canvas_cross_hair_key_released (PelCanvas *self, guint keyval)
{
  if (keyval == GDK_KEY_space && !self->cross_hair_locked)
    release (self);
}

void
pel_canvas_toggle_cross_hair_lock (PelCanvas *self)
{
  if (self->cross_hair_button != 0)
    {
      release (self);
      return;
    }
  pel_canvas_set_cross_hair (self, TRUE);
  if (!self->cross_hair)
    return;
  press (self, 0);
  self->cross_hair_locked = TRUE;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
pel_canvas_cross_hair_takes_mouse (PelCanvas *self, double x, double y)
{
  if (!self->cross_hair)
    return FALSE;
  if (isnan (self->mouse_x))
    {
      self->mouse_x = x;
      self->mouse_y = y;
    }
  /* What rests on the table trembles; the window moving under it makes events as well. */
  if (hypot (x - self->mouse_x, y - self->mouse_y) < MOUSE_THRESHOLD)
    return TRUE;
  pel_canvas_set_cross_hair (self, FALSE);
  return FALSE;
}

static void
append_bar (GtkSnapshot *snapshot, float x, float y, float width, float height)
{
  static const GdkRGBA dark = { 0, 0, 0, 0.7f };
  static const GdkRGBA white = { 1, 1, 1, 1 };

  gtk_snapshot_append_color (snapshot, &dark,
                             &GRAPHENE_RECT_INIT (x - 1, y - 1, width + 2, height + 2));
  gtk_snapshot_append_color (snapshot, &white, &GRAPHENE_RECT_INIT (x, y, width, height));
}

void
pel_canvas_snapshot_cross_hair (PelCanvas *self, GtkSnapshot *snapshot)
{
  float x = (float)floor (self->pointer_x), y = (float)floor (self->pointer_y);

  if (!self->cross_hair)
    return;
  append_bar (snapshot, x - ARM, y, ARM - GAP, 1);
  append_bar (snapshot, x + GAP + 1, y, ARM - GAP, 1);
  append_bar (snapshot, x, y - ARM, 1, ARM - GAP);
  append_bar (snapshot, x, y + GAP + 1, 1, ARM - GAP);
  if (self->cross_hair_locked)
    pel_tool_append_ring (snapshot, &GRAPHENE_POINT_INIT (x + 0.5f, y + 0.5f));
}
