/* SPDX-License-Identifier: MIT */
/* The keys that act while the canvas has the focus. Everything with Ctrl belongs to the window. */
#include "ui/canvas/pel-canvas-private.h"

#include <glib/gi18n-lib.h>

#include "ui/tools/pel-tool-util.h"

#define PAN_STEP 64.0
#define OPACITY_STEP 0.1

static gboolean
take_tool_of_key (PelCanvas *self, guint keyval)
{
  guint n;
  const PelToolInfo *infos = pel_tool_get_infos (&n);

  for (guint i = 0; i < n; i++)
    if (infos[i].keyval == keyval)
      {
        pel_canvas_set_tool_id (self, infos[i].id);
        return TRUE;
      }
  return FALSE;
}

static gboolean
escape (PelCanvas *self)
{
  guint n_predicted;

  if (self->tool && (self->pointer_mode == PEL_POINTER_TOOL || pel_tool_is_active (self->tool)))
    {
      pel_tool_cancel (self->tool);
      if (self->pointer_mode == PEL_POINTER_TOOL)
        self->pointer_mode = PEL_POINTER_IGNORE;
      return TRUE;
    }
  if (self->cross_hair)
    {
      pel_canvas_set_cross_hair (self, FALSE);
      return TRUE;
    }
  pel_display_get_predicted_selection (self->display, &n_predicted);
  if (pel_display_get_n_selected (self->display) > 0 || n_predicted > 0)
    {
      pel_display_set_selection (self->display, NULL, 0);
      return TRUE;
    }
  return FALSE;
}

/* The selected cells, or the one under the pointer. */
static gboolean
delete_cells (PelCanvas *self)
{
  const guint32 *labels;
  guint n;

  if (!self->mask || self->read_only || pel_mask_in_stroke (self->mask))
    return FALSE;
  labels = pel_display_get_selection (self->display, &n);
  if (n == 0 && self->hover_label != 0)
    {
      labels = &self->hover_label;
      n = 1;
    }
  if (n == 0)
    return FALSE;
  pel_tool_delete_labels (self->document, self->display, labels, n);
  pel_canvas_update_hover (self);
  return TRUE;
}

/* Several selected cells at once; otherwise the key takes the tool. */
static gboolean
merge_cells (PelCanvas *self)
{
  guint n;
  const guint32 *labels = pel_display_get_selection (self->display, &n);
  g_autofree guint32 *copy = g_memdup2 (labels, n * sizeof *labels);

  if (n < 2 || !pel_tool_merge_labels (self->document, self->display, copy, n))
    return FALSE;
  pel_canvas_update_hover (self);
  return TRUE;
}

/* The predicted cell under the pointer; the window does it. */
static gboolean
accept (PelCanvas *self)
{
  if (!self->document || !self->mask || self->read_only || pel_mask_in_stroke (self->mask) ||
      !pel_image_document_get_has_prediction (self->document) || self->hover_prediction == 0)
    return FALSE;
  return gtk_widget_activate_action (GTK_WIDGET (self), "win.accept-cell", "u",
                                     self->hover_prediction);
}

static gboolean
open_menu (PelCanvas *self)
{
  double x = self->pointer_inside ? self->pointer_x : self->view.width / 2;
  double y = self->pointer_inside ? self->pointer_y : self->view.height / 2;

  pel_canvas_show_menu (self, x, y);
  return TRUE;
}

static void
toggle (PelDisplay *display, gboolean (*get) (PelDisplay *), void (*set) (PelDisplay *, gboolean))
{
  set (display, !get (display));
}

static gboolean
press_with_shift (PelCanvas *self, guint keyval)
{
  double opacity = pel_display_get_fill_opacity (self->display);

  switch (keyval)
    {
    case GDK_KEY_less:
    case GDK_KEY_comma:
    case GDK_KEY_semicolon:
      pel_display_set_fill_opacity (self->display, opacity - OPACITY_STEP);
      return TRUE;
    case GDK_KEY_greater:
    case GDK_KEY_period:
    case GDK_KEY_colon:
      pel_display_set_fill_opacity (self->display, opacity + OPACITY_STEP);
      return TRUE;
    case GDK_KEY_F10:
      return open_menu (self);
    default:
      return FALSE;
    }
}

/* About the middle, or about the cross-hair: the mouse may rest anywhere meanwhile. */
static void
zoom_by (PelCanvas *self, double factor)
{
  pel_canvas_zoom_at (self, pel_viewport_step_zoom (&self->view, factor),
                      self->cross_hair
                          ? &GRAPHENE_POINT_INIT ((float)self->pointer_x, (float)self->pointer_y)
                          : NULL);
}

static gboolean
press_view_key (PelCanvas *self, guint keyval)
{
  switch (keyval)
    {
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      zoom_by (self, PEL_CANVAS_ZOOM_STEP);
      return TRUE;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      zoom_by (self, 1 / PEL_CANVAS_ZOOM_STEP);
      return TRUE;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
      pel_canvas_zoom_to_fit (self);
      return TRUE;
    case GDK_KEY_1:
    case GDK_KEY_KP_1:
      pel_canvas_zoom_at (self, 1,
                          self->pointer_inside ? &GRAPHENE_POINT_INIT ((float)self->pointer_x,
                                                                       (float)self->pointer_y)
                                               : NULL);
      return TRUE;
    case GDK_KEY_Left:
      pel_canvas_scroll_by (self, -PAN_STEP, 0);
      return TRUE;
    case GDK_KEY_Right:
      pel_canvas_scroll_by (self, PAN_STEP, 0);
      return TRUE;
    case GDK_KEY_Up:
      pel_canvas_scroll_by (self, 0, -PAN_STEP);
      return TRUE;
    case GDK_KEY_Down:
      pel_canvas_scroll_by (self, 0, PAN_STEP);
      return TRUE;
    case GDK_KEY_o:
      toggle (self->display, pel_display_get_show_outlines, pel_display_set_show_outlines);
      return TRUE;
    case GDK_KEY_g:
      toggle (self->display, pel_display_get_show_fill, pel_display_set_show_fill);
      return TRUE;
    case GDK_KEY_c:
      pel_canvas_auto_levels (self);
      return TRUE;
    case GDK_KEY_Tab:
      self->tab_held = TRUE;
      pel_display_set_labels_hidden (self->display, TRUE);
      return TRUE;
    default:
      return FALSE;
    }
}

gboolean
pel_canvas_key_press (PelCanvas *self, guint keyval, GdkModifierType state)
{
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();
  guint lower = gdk_keyval_to_lower (keyval);

  if (self->view.image_width == 0)
    return FALSE;
  /* Whether the layout needs Shift to type + or = is no business of ours. */
  if (modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK))
    return FALSE;
  if (pel_canvas_cross_hair_key (self, keyval, state))
    return TRUE;
  if (pel_canvas_can_use_tool (self) && pel_tool_key (self->tool, keyval, state))
    return TRUE;
  if ((modifiers & GDK_SHIFT_MASK) && press_with_shift (self, keyval))
    return TRUE;
  if ((modifiers & GDK_SHIFT_MASK) && lower != keyval)
    return FALSE; /* Shift and a letter */
  if (press_view_key (self, lower))
    return TRUE;

  switch (lower)
    {
    case GDK_KEY_Escape:
      return escape (self);
    case GDK_KEY_Delete:
    case GDK_KEY_KP_Delete:
    case GDK_KEY_BackSpace:
      return delete_cells (self);
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      return accept (self);
    case GDK_KEY_Menu:
      return open_menu (self);
    case GDK_KEY_bracketleft:
      pel_display_step_brush (self->display, -1);
      return TRUE;
    case GDK_KEY_bracketright:
      pel_display_step_brush (self->display, 1);
      return TRUE;
    case GDK_KEY_m:
      return merge_cells (self) || take_tool_of_key (self, lower);
    case GDK_KEY_n:
      pel_tool_new_cell (self->document, self->display);
      return TRUE;
    case GDK_KEY_x:
      pel_canvas_set_cross_hair (self, !self->cross_hair);
      return TRUE;
    case GDK_KEY_k:
      toggle (self->display, pel_display_get_protect, pel_display_set_protect);
      return TRUE;
    case GDK_KEY_space:
      self->space_held = TRUE;
      pel_canvas_update_cursor (self);
      gtk_widget_queue_draw (GTK_WIDGET (self));
      return TRUE;
    default:
      return take_tool_of_key (self, lower);
    }
}

void
pel_canvas_key_release (PelCanvas *self, guint keyval)
{
  pel_canvas_cross_hair_key_released (self, keyval);
  if ((keyval == GDK_KEY_Tab || keyval == GDK_KEY_ISO_Left_Tab) && self->tab_held)
    {
      self->tab_held = FALSE;
      pel_display_set_labels_hidden (self->display, FALSE);
    }
  if (keyval == GDK_KEY_space && self->space_held)
    {
      self->space_held = FALSE;
      pel_canvas_update_cursor (self);
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }
}
