/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-tool-palette.h"

#include <glib/gi18n-lib.h>

#include "ui/keys/pel-key-tooltips.h"

struct _PelToolPalette
{
  GtkWidget parent_instance;

  PelCanvas *canvas;  /* weak */
  GPtrArray *buttons; /* in the order of pel_tool_get_infos() */
};

G_DEFINE_FINAL_TYPE (PelToolPalette, pel_tool_palette, GTK_TYPE_WIDGET)

static void
show_tool (PelToolPalette *self)
{
  const char *id = self->canvas ? pel_canvas_get_tool_id (self->canvas) : NULL;
  guint n;
  const PelToolInfo *infos = pel_tool_get_infos (&n);

  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (infos[i].id, id) == 0)
      gtk_toggle_button_set_active (g_ptr_array_index (self->buttons, i), TRUE);
}

static void
on_toggled (GtkToggleButton *button, PelToolPalette *self)
{
  guint n;
  const PelToolInfo *infos = pel_tool_get_infos (&n);
  guint at;

  if (!self->canvas || !gtk_toggle_button_get_active (button) ||
      !g_ptr_array_find (self->buttons, button, &at))
    return;
  pel_canvas_set_tool_id (self->canvas, infos[at].id);
}

/* After a click the keys go to the picture again. */
static void
on_clicked (PelToolPalette *self)
{
  if (self->canvas)
    gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
}

static void
add_button (PelToolPalette *self, const PelToolInfo *info, GtkToggleButton *group)
{
  GtkWidget *button = gtk_toggle_button_new ();
  g_autofree char *command = g_strconcat ("tool-", info->id, NULL);
  const char *title = g_dgettext (GETTEXT_PACKAGE, info->title);
  g_autofree char *tooltip = NULL;
  GtkGesture *click = gtk_gesture_click_new ();

  /* The name with the key, and what it does. */
  tooltip = g_strconcat (title, "\n", g_dgettext (GETTEXT_PACKAGE, info->tooltip), NULL);
  gtk_button_set_icon_name (GTK_BUTTON (button), info->icon_name);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  /* GTK tells it only once it has changed. */
  gtk_accessible_update_state (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_STATE_PRESSED,
                               GTK_ACCESSIBLE_TRISTATE_FALSE, -1);
  pel_key_tooltips_add (button, pel_command_find (command));
  if (group)
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), group);
  g_signal_connect (button, "toggled", G_CALLBACK (on_toggled), self);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (click, "released", G_CALLBACK (on_clicked), self);
  gtk_widget_add_controller (button, GTK_EVENT_CONTROLLER (click));
  gtk_widget_set_parent (button, GTK_WIDGET (self));
  g_ptr_array_add (self->buttons, button);
}

static void
pel_tool_palette_dispose (GObject *object)
{
  PelToolPalette *self = PEL_TOOL_PALETTE (object);
  GtkWidget *child;

  g_clear_weak_pointer (&self->canvas);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_pointer (&self->buttons, g_ptr_array_unref);
  G_OBJECT_CLASS (pel_tool_palette_parent_class)->dispose (object);
}

static void
pel_tool_palette_class_init (PelToolPaletteClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_tool_palette_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "toolpalette");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
pel_tool_palette_init (PelToolPalette *self)
{
  GtkBoxLayout *layout = GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self)));
  guint n;
  const PelToolInfo *infos = pel_tool_get_infos (&n);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (layout, 2);
  self->buttons = g_ptr_array_new ();
  for (guint i = 0; i < n; i++)
    add_button (self, &infos[i], i > 0 ? g_ptr_array_index (self->buttons, 0) : NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Tools"),
                                  -1);
}

GtkWidget *
pel_tool_palette_new (PelCanvas *canvas)
{
  PelToolPalette *self = g_object_new (PEL_TYPE_TOOL_PALETTE, NULL);

  g_set_weak_pointer (&self->canvas, canvas);
  g_signal_connect_object (canvas, "notify::tool-id", G_CALLBACK (show_tool), self,
                           G_CONNECT_SWAPPED);
  show_tool (self);
  return GTK_WIDGET (self);
}
