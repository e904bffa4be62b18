/* SPDX-License-Identifier: MIT */
/* The keys that act while the canvas has the focus. */
#include "ui/canvas/pel-canvas-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "ui/keys/pel-key-map-private.h"
#include "ui/tools/pel-tool-util.h"

#define PAN_STEP 64.0
#define OPACITY_STEP 0.1
/* Before the names of commands that take a tool. */
#define TOOL_PREFIX "tool-"

static gboolean
escape (PelCanvas *self)
{
  guint n_predicted;

  if (self->tool && (self->pointer_mode == PEL_POINTER_TOOL || pel_tool_is_active (self->tool)))
    {
      pel_tool_cancel (self->tool);
      if (self->pointer_mode == PEL_POINTER_TOOL)
        self->pointer_mode = PEL_POINTER_IGNORE;
      if (self->cross_hair_locked)
        pel_canvas_release_cross_hair (self);
      return TRUE;
    }
  if (self->cross_hair_locked)
    {
      pel_canvas_release_cross_hair (self);
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
    pel_canvas_set_tool_id (self, "merge");
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

gboolean
pel_canvas_get_fixed_point (PelCanvas *self, graphene_point_t *point)
{
  graphene_point_init (point, (float)self->pointer_x, (float)self->pointer_y);
  return self->cross_hair;
}

static void
zoom_by (PelCanvas *self, double factor)
{
  graphene_point_t point;
  const gboolean has_point = pel_canvas_get_fixed_point (self, &point);

  pel_canvas_zoom_at (self, pel_viewport_step_zoom (&self->view, factor),
                      has_point ? &point : NULL);
}

static gboolean
turn_left (PelCanvas *self)
{
  pel_canvas_turn_by (self, -PEL_CANVAS_TURN_STEP);
  return TRUE;
}

static gboolean
turn_right (PelCanvas *self)
{
  pel_canvas_turn_by (self, PEL_CANVAS_TURN_STEP);
  return TRUE;
}

static gboolean
turn_upright (PelCanvas *self)
{
  pel_canvas_turn_upright (self);
  return TRUE;
}

static gboolean
zoom_in (PelCanvas *self)
{
  zoom_by (self, PEL_CANVAS_ZOOM_STEP);
  return TRUE;
}

static gboolean
zoom_out (PelCanvas *self)
{
  zoom_by (self, 1 / PEL_CANVAS_ZOOM_STEP);
  return TRUE;
}

static gboolean
zoom_fit (PelCanvas *self)
{
  pel_canvas_zoom_to_fit (self);
  return TRUE;
}

static gboolean
zoom_full (PelCanvas *self)
{
  pel_canvas_zoom_at (self, 1,
                      self->pointer_inside
                          ? &GRAPHENE_POINT_INIT ((float)self->pointer_x, (float)self->pointer_y)
                          : NULL);
  return TRUE;
}

static gboolean
pan_left (PelCanvas *self)
{
  pel_canvas_scroll_by (self, -PAN_STEP, 0);
  return TRUE;
}

static gboolean
pan_right (PelCanvas *self)
{
  pel_canvas_scroll_by (self, PAN_STEP, 0);
  return TRUE;
}

static gboolean
pan_up (PelCanvas *self)
{
  pel_canvas_scroll_by (self, 0, -PAN_STEP);
  return TRUE;
}

static gboolean
pan_down (PelCanvas *self)
{
  pel_canvas_scroll_by (self, 0, PAN_STEP);
  return TRUE;
}

/* What a key did can be seen on the page beside the picture, but that may be folded away. */
static gboolean
toggle_outlines (PelCanvas *self)
{
  toggle (self->display, pel_display_get_show_outlines, pel_display_set_show_outlines);
  pel_canvas_announce (self, pel_display_get_show_outlines (self->display) ? _ ("Outlines shown")
                                                                           : _ ("Outlines hidden"));
  return TRUE;
}

static gboolean
toggle_fill (PelCanvas *self)
{
  toggle (self->display, pel_display_get_show_fill, pel_display_set_show_fill);
  pel_canvas_announce (self, pel_display_get_show_fill (self->display) ? _ ("Fill shown")
                                                                       : _ ("Fill hidden"));
  return TRUE;
}

static gboolean
toggle_protect (PelCanvas *self)
{
  toggle (self->display, pel_display_get_protect, pel_display_set_protect);
  pel_canvas_announce (self, pel_display_get_protect (self->display)
                                 ? _ ("Other cells are protected")
                                 : _ ("Other cells can be painted over"));
  return TRUE;
}

static gboolean
fill_by (PelCanvas *self, double by)
{
  g_autofree char *text = NULL;

  pel_display_set_fill_opacity (self->display,
                                CLAMP (pel_display_get_fill_opacity (self->display) + by, 0, 1));
  /* Translators: how dense the fill of the cells is. */
  text = g_strdup_printf (_ ("Fill %.0f %%"), 100 * pel_display_get_fill_opacity (self->display));
  pel_canvas_announce (self, text);
  return TRUE;
}

static gboolean
fill_less (PelCanvas *self)
{
  return fill_by (self, -OPACITY_STEP);
}

static gboolean
fill_more (PelCanvas *self)
{
  return fill_by (self, OPACITY_STEP);
}

static gboolean
auto_levels (PelCanvas *self)
{
  pel_canvas_auto_levels (self);
  pel_canvas_announce (self, _ ("Contrast stretched to what the image holds"));
  return TRUE;
}

static gboolean
brush_by (PelCanvas *self, gint steps)
{
  g_autofree char *text = NULL;

  pel_display_step_brush (self->display, steps);
  /* Translators: the brush's diameter in pixels of the image, or of the screen. */
  text = g_strdup_printf (pel_display_get_brush_mode (self->display) == PEL_BRUSH_MODE_SCREEN
                              ? _ ("Brush %.0f px on the screen")
                              : _ ("Brush %.0f px"),
                          pel_display_get_brush_size (self->display));
  pel_canvas_announce (self, text);
  return TRUE;
}

static gboolean
smaller_brush (PelCanvas *self)
{
  return brush_by (self, -1);
}

static gboolean
larger_brush (PelCanvas *self)
{
  return brush_by (self, 1);
}

static gboolean
new_cell (PelCanvas *self)
{
  pel_tool_new_cell (self->document, self->display);
  pel_canvas_announce (self, _ ("The next stroke paints a new cell"));
  return TRUE;
}

static gboolean
toggle_cross_hair (PelCanvas *self)
{
  pel_canvas_set_cross_hair (self, !self->cross_hair);
  if (!self->cross_hair)
    pel_canvas_announce (self, _ ("The mouse points again"));
  return TRUE;
}

static gboolean
lock_cross_hair (PelCanvas *self)
{
  pel_canvas_toggle_cross_hair_lock (self);
  return TRUE;
}

static gboolean
hold_pan (PelCanvas *self)
{
  self->space_held = TRUE;
  pel_canvas_update_cursor (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return TRUE;
}

static gboolean
hold_turn (PelCanvas *self)
{
  self->turn_held = TRUE;
  pel_canvas_update_cursor (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return TRUE;
}

static gboolean
hide_cells (PelCanvas *self)
{
  self->tab_held = TRUE;
  pel_display_set_labels_hidden (self->display, TRUE);
  return TRUE;
}

/* What the canvas itself does; FALSE leaves the key to the window. */
static const struct
{
  const char *command;
  gboolean (*run) (PelCanvas *self);
} own_commands[] = {
  { "accept-selected", accept },
  { "auto-levels", auto_levels },
  { "brush-larger", larger_brush },
  { "brush-smaller", smaller_brush },
  { "cross-hair", toggle_cross_hair },
  { "cross-hair-lock", lock_cross_hair },
  { "delete-selected", delete_cells },
  { "fill-less", fill_less },
  { "fill-more", fill_more },
  { "hide-cells", hide_cells },
  { "hold-pan", hold_pan },
  { "hold-turn", hold_turn },
  { "new-cell", new_cell },
  { "pan-down", pan_down },
  { "pan-left", pan_left },
  { "pan-right", pan_right },
  { "pan-up", pan_up },
  { "protect", toggle_protect },
  { "show-fill", toggle_fill },
  { "show-outlines", toggle_outlines },
  { "tool-merge", merge_cells },
  { "turn-left", turn_left },
  { "turn-right", turn_right },
  { "turn-upright", turn_upright },
  { "zoom-fit", zoom_fit },
  { "zoom-full", zoom_full },
  { "zoom-in", zoom_in },
  { "zoom-out", zoom_out },
};

static gboolean
run (PelCanvas *self, const PelCommand *command)
{
  for (gsize i = 0; i < G_N_ELEMENTS (own_commands); i++)
    if (g_str_equal (own_commands[i].command, command->id))
      return own_commands[i].run (self);
  if (!g_str_has_prefix (command->id, TOOL_PREFIX))
    return FALSE;
  pel_canvas_set_tool_id (self, command->id + strlen (TOOL_PREFIX));
  return TRUE;
}

/* Held keys do what they do until they are let go, whatever else is held by then. */
static void
note_held (PelCanvas *self, const PelCommand *command, guint keyval)
{
  if (g_str_equal (command->id, "hold-pan"))
    self->pan_key = pel_key_map_plain_key (keyval);
  else if (g_str_equal (command->id, "hold-turn"))
    self->turn_key = pel_key_map_plain_key (keyval);
  else if (g_str_equal (command->id, "hide-cells"))
    self->hide_key = pel_key_map_plain_key (keyval);
}

gboolean
pel_canvas_key_press (PelCanvas *self, guint keyval, GdkModifierType state)
{
  const GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();
  const gboolean plain = (modifiers & ~GDK_SHIFT_MASK) == 0;
  const PelCommand *command;

  if (self->view.image_width == 0)
    return FALSE;
  /* What is begun has keys of its own, which come first. */
  if (pel_canvas_cross_hair_key (self, keyval, state))
    return TRUE;
  if (plain && pel_canvas_can_use_tool (self) && pel_tool_key (self->tool, keyval, state))
    return TRUE;
  if (plain && keyval == GDK_KEY_Escape)
    return escape (self);
  if ((modifiers == 0 && keyval == GDK_KEY_Menu) ||
      (modifiers == GDK_SHIFT_MASK && keyval == GDK_KEY_F10))
    return open_menu (self);
  command = pel_key_map_find (
      pel_key_map_get_for_display (gtk_widget_get_display (GTK_WIDGET (self))), keyval, modifiers);
  if (command == NULL || !run (self, command))
    return FALSE;
  note_held (self, command, keyval);
  return TRUE;
}

static void
let_go (PelCanvas *self, gboolean pan, gboolean turn, gboolean hide)
{
  if (hide && self->tab_held)
    {
      self->tab_held = FALSE;
      pel_display_set_labels_hidden (self->display, FALSE);
    }
  if ((pan && self->space_held) || (turn && self->turn_held))
    {
      self->space_held = self->space_held && !pan;
      self->turn_held = self->turn_held && !turn;
      pel_canvas_update_cursor (self);
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }
}

void
pel_canvas_key_release (PelCanvas *self, guint keyval)
{
  const guint key = pel_key_map_plain_key (keyval);

  pel_canvas_cross_hair_key_released (self, keyval);
  let_go (self, key == self->pan_key, key == self->turn_key, key == self->hide_key);
}

void
pel_canvas_release_keys (PelCanvas *self)
{
  pel_canvas_release_cross_hair (self);
  let_go (self, TRUE, TRUE, TRUE);
}
