/* SPDX-License-Identifier: MIT */
/* Where the keys go: from part to part of the window, and back from its menus to the work. */
#include "ui/window/pel-window-private.h"

static gboolean
has_focus_within (GtkWidget *widget, GtkWidget *focus)
{
  return focus != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget));
}

void
pel_window_move_focus (PelWindow *self, int by)
{
  GtkWidget *parts[] = { self->canvas_view, GTK_WIDGET (self->modes),
                         GTK_WIDGET (self->image_list) };
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));
  int n = G_N_ELEMENTS (parts), here = by > 0 ? n - 1 : 0;

  for (int i = 0; i < n; i++)
    if (has_focus_within (parts[i], focus))
      here = i;
  for (int i = 1; i <= n; i++)
    {
      GtkWidget *part = parts[(here + by * i + n * i) % n];

      if (!gtk_widget_get_mapped (part))
        continue;
      if (part == self->canvas_view ? gtk_widget_grab_focus (GTK_WIDGET (self->canvas))
                                    : gtk_widget_child_focus (part, GTK_DIR_TAB_FORWARD))
        return;
    }
}

/* The last widget that had the keys and is none of the menus and their buttons. */
static void
on_focus_changed (PelWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (gtk_widget_in_destruction (GTK_WIDGET (self)))
    return;
  if (focus != NULL && !has_focus_within (self->menu_button, focus) &&
      !has_focus_within (self->history_button, focus))
    g_set_weak_pointer (&self->worked_at, focus);
}

static gboolean
go_back (gpointer data)
{
  PelWindow *self = data;
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  GtkPopover *menu = gtk_menu_button_get_popover (GTK_MENU_BUTTON (self->menu_button));

  self->back_id = 0;
  /* One may have been opened again meanwhile, or its action have gone somewhere. */
  if (gtk_widget_get_visible (GTK_WIDGET (menu)) ||
      gtk_widget_get_visible (GTK_WIDGET (self->history_popover)) ||
      (focus != NULL && !has_focus_within (self->menu_button, focus) &&
       !has_focus_within (self->history_button, focus)))
    return G_SOURCE_REMOVE;
  if (self->worked_at == NULL || !gtk_widget_get_mapped (self->worked_at) ||
      !gtk_widget_grab_focus (self->worked_at))
    gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
  return G_SOURCE_REMOVE;
}

/* The button has the focus first; the next key is for the work already. */
static void
on_closed (PelWindow *self)
{
  if (self->back_id == 0 && !gtk_widget_in_destruction (GTK_WIDGET (self)))
    self->back_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, go_back, self, NULL);
}

gboolean
pel_window_is_stray_key (PelWindow *self, guint keyval, GdkModifierType state)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));
  gunichar letter = gdk_keyval_to_unicode (keyval);

  return focus != NULL && !has_focus_within (self->canvas_view, focus) && !GTK_IS_TEXT (focus) &&
         gtk_widget_get_native (focus) == GTK_NATIVE (self) && g_unichar_isgraph (letter) &&
         (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) == 0;
}

/* Letters and signs that nobody took are for the picture, also after a click into the list of
 * images or on a mode. */
static gboolean
on_stray_key (GtkEventControllerKey *keys,
              guint keyval,
              guint code,
              GdkModifierType state,
              PelWindow *self)
{
  return pel_window_is_stray_key (self, keyval, state) &&
         (gtk_event_controller_key_forward (keys, GTK_WIDGET (self->canvas)) ||
          gtk_event_controller_key_forward (keys, self->canvas_view));
}

void
pel_window_follow_focus (PelWindow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkPopover *menu = gtk_menu_button_get_popover (GTK_MENU_BUTTON (self->menu_button));

  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_stray_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect (self, "notify::focus-widget", G_CALLBACK (on_focus_changed), NULL);
  g_signal_connect_swapped (menu, "closed", G_CALLBACK (on_closed), self);
  g_signal_connect_swapped (self->history_popover, "closed", G_CALLBACK (on_closed), self);
}
