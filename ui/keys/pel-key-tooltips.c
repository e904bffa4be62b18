/* SPDX-License-Identifier: MIT */
#include "ui/keys/pel-key-tooltips.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ui/keys/pel-key-map-private.h"

#define DATA "pel-key-tooltip"

typedef struct
{
  GtkWidget *widget; /* owns it */
  const PelCommand *command;
  char *text; /* without the key */
} Tooltip;

static void
tooltip_free (gpointer data)
{
  g_free (((Tooltip *)data)->text);
  g_free (data);
}

/* Signs that nobody else takes reach the picture from anywhere; the other keys do something of
 * their own in most parts of the window, such as Enter on a button. */
static gboolean
is_for_picture_alone (PelKeyMap *map, const PelCommand *command)
{
  const char *const *keys = pel_key_map_get_keys (map, command);
  guint keyval;
  GdkModifierType state;

  return keys[0] != NULL && pel_key_map_is_for_canvas (command, keys[0]) &&
         gtk_accelerator_parse (keys[0], &keyval, &state) &&
         !g_unichar_isgraph (gdk_keyval_to_unicode (keyval));
}

/* The key comes after the name, which is all of the text or its first line. */
static char *
join (const char *text, const char *key, gboolean on_picture)
{
  const char *end = text + strcspn (text, "\n");
  g_autofree char *name = g_strndup (text, (gsize)(end - text));
  g_autofree char *first = NULL;

  if (key == NULL)
    return g_strdup (text);
  if (on_picture)
    /* Translators: what a control does, and its key, for which the picture must have the focus. */
    first = g_strdup_printf (_ ("%s (%s on the picture)"), name, key);
  else
    /* Translators: what a control does, and its key. */
    first = g_strdup_printf (_ ("%s (%s)"), name, key);
  return g_strconcat (first, end, NULL);
}

static void
update (Tooltip *tooltip)
{
  PelKeyMap *map = pel_key_map_get_for_display (gtk_widget_get_display (tooltip->widget));
  g_autofree char *key = pel_key_map_get_label (map, tooltip->command);
  g_autofree char *text = join (tooltip->text, key, is_for_picture_alone (map, tooltip->command));

  gtk_widget_set_tooltip_text (tooltip->widget, text);
  if (key != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (tooltip->widget),
                                    GTK_ACCESSIBLE_PROPERTY_KEY_SHORTCUTS, key, -1);
  else
    gtk_accessible_reset_property (GTK_ACCESSIBLE (tooltip->widget),
                                   GTK_ACCESSIBLE_PROPERTY_KEY_SHORTCUTS);
}

static void
on_changed (GtkWidget *widget)
{
  update (g_object_get_data (G_OBJECT (widget), DATA));
}

void
pel_key_tooltips_add (GtkWidget *widget, const PelCommand *command)
{
  Tooltip *tooltip;
  const char *text;

  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (command != NULL);

  if (g_object_get_data (G_OBJECT (widget), DATA) != NULL)
    return;
  text = gtk_widget_get_tooltip_text (widget);
  tooltip = g_new (Tooltip, 1);
  tooltip->widget = widget;
  tooltip->command = command;
  tooltip->text = g_strdup (text != NULL ? text : pel_command_get_title (command));
  g_object_set_data_full (G_OBJECT (widget), DATA, tooltip, tooltip_free);
  g_signal_connect_object (pel_key_map_get_for_display (gtk_widget_get_display (widget)), "changed",
                           G_CALLBACK (on_changed), widget, G_CONNECT_SWAPPED);
  update (tooltip);
}

static const PelCommand *
find_command (GtkWidget *widget)
{
  const char *action;
  GVariant *target;
  g_autofree char *detailed = NULL;

  if (!GTK_IS_ACTIONABLE (widget))
    return NULL;
  action = gtk_actionable_get_action_name (GTK_ACTIONABLE (widget));
  if (action == NULL)
    return NULL;
  target = gtk_actionable_get_action_target_value (GTK_ACTIONABLE (widget));
  detailed = g_action_print_detailed_name (action, target);
  return pel_command_find_action (detailed);
}

void
pel_key_tooltips_add_all (GtkWidget *widget)
{
  const PelCommand *command;

  g_return_if_fail (GTK_IS_WIDGET (widget));

  command = find_command (widget);
  if (command != NULL && gtk_widget_get_tooltip_text (widget) != NULL)
    pel_key_tooltips_add (widget, command);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    pel_key_tooltips_add_all (child);
}

void
pel_key_tooltips_set_text (GtkWidget *widget, const char *text)
{
  Tooltip *tooltip;

  g_return_if_fail (GTK_IS_WIDGET (widget));

  tooltip = g_object_get_data (G_OBJECT (widget), DATA);
  if (tooltip == NULL)
    {
      gtk_widget_set_tooltip_text (widget, text);
      return;
    }
  g_free (tooltip->text);
  tooltip->text = g_strdup (text);
  update (tooltip);
}
