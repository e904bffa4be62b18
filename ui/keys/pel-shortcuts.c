/* SPDX-License-Identifier: MIT */
#include "ui/keys/pel-shortcuts.h"

#include <glib/gi18n-lib.h>

#include "ui/keys/pel-key-map-private.h"

/* Of a section, titles of groups among them: what a screen of 720 pixels shows. */
#define MAX_LINES 14

/* ---- the list ---- */

static void
append_property (GString *xml, const char *name, const char *value)
{
  g_autofree char *escaped = g_markup_escape_text (value, -1);

  g_string_append_printf (xml, "<property name=\"%s\">%s</property>", name, escaped);
}

/* FALSE where no key leads to it. */
static gboolean
append_command (GString *xml, PelKeyMap *map, const PelCommand *command)
{
  g_autofree char *keys = g_strjoinv (" ", (char **)pel_key_map_get_keys (map, command));

  if (*keys == '\0')
    return FALSE;
  g_string_append (xml, "<child><object class=\"GtkShortcutsShortcut\">");
  append_property (xml, "title", pel_command_get_title (command));
  append_property (xml, "accelerator", keys);
  g_string_append (xml, "</object></child>");
  return TRUE;
}

/* The list in the making. A section is one column, which a small screen has room for. */
typedef struct
{
  GString *xml;
  PelKeyMap *map;
  guint n_sections;
  guint n_lines; /* in the section so far */
} List;

static void
end_section (List *self)
{
  if (self->n_lines > 0)
    g_string_append (self->xml, "</object></child>");
  self->n_lines = 0;
}

/* Commands of a group, from @first on, as many as a section holds; returns where they end. */
static guint
append_part (List *self, PelCommandGroup group, guint first, guint most, const char *title)
{
  g_autoptr (GString) part = g_string_new ("<child><object class=\"GtkShortcutsGroup\">");
  g_autofree char *name = NULL;
  guint n, n_lines = 1, i;
  const PelCommand *commands = pel_commands_get (&n);

  append_property (part, "title", title);
  for (i = first; i < n && n_lines <= most; i++)
    if (commands[i].group == group && append_command (part, self->map, &commands[i]))
      n_lines++;
  g_string_append (part, "</object></child>");
  if (n_lines == 1)
    return n;
  if (self->n_lines + n_lines > MAX_LINES)
    end_section (self);
  if (self->n_lines == 0)
    {
      g_string_append (self->xml, "<child><object class=\"GtkShortcutsSection\">");
      name = g_strdup_printf ("section-%u", ++self->n_sections);
      append_property (self->xml, "section-name", name);
      append_property (self->xml, "title", title);
      append_property (self->xml, "max-height", G_STRINGIFY (MAX_LINES));
    }
  g_string_append (self->xml, part->str);
  self->n_lines += n_lines;
  return i;
}

static guint
count_commands (PelKeyMap *map, PelCommandGroup group)
{
  guint n, count = 0;
  const PelCommand *commands = pel_commands_get (&n);

  for (guint i = 0; i < n; i++)
    count += commands[i].group == group && *pel_key_map_get_keys (map, &commands[i]) != NULL;
  return count;
}

/* A long group is cut into parts of about the same length. */
static void
append_group (List *self, PelCommandGroup group)
{
  const char *title = pel_command_group_get_title (group);
  guint count = count_commands (self->map, group);
  guint n_parts = (count + MAX_LINES - 2) / (MAX_LINES - 1), n, at = 0;

  pel_commands_get (&n);
  for (guint i = 0; i < n_parts && at < n; i++)
    {
      /* Translators: the title of a part of a long list, and which part it is. */
      g_autofree char *numbered =
          n_parts > 1 ? g_strdup_printf (_ ("%s, part %u"), title, i + 1) : g_strdup (title);

      at = append_part (self, group, at, (count + n_parts - 1) / n_parts, numbered);
    }
}

GtkShortcutsWindow *
pel_shortcuts_window_new (PelKeyMap *map)
{
  g_autoptr (GString) xml = g_string_new ("<interface><object class=\"GtkShortcutsWindow\" "
                                          "id=\"shortcuts\"><property name=\"modal\">1</property>");
  g_autoptr (GtkBuilder) builder = NULL;
  List list = { .xml = xml, .map = map };
  GtkShortcutsWindow *window;

  for (guint i = 0; i < PEL_N_COMMAND_GROUPS; i++)
    append_group (&list, (PelCommandGroup)i);
  end_section (&list);
  g_string_append (xml, "</object></interface>");
  builder = gtk_builder_new_from_string (xml->str, (gssize)xml->len);
  /* Windows belong to the toolkit, not to their builder. */
  window = GTK_SHORTCUTS_WINDOW (gtk_builder_get_object (builder, "shortcuts"));
  g_object_set (window, "section-name", "section-1", NULL);
  pel_shortcuts_install_side (GTK_WINDOW (window));
  return window;
}

/* ---- keys of actions ---- */

typedef struct
{
  GtkWidget *widget; /* owns it */
  GtkEventController *controller;
  gboolean canvas;
} Installed;

static void
add_shortcut (GtkEventController *controller, const char *accelerator, const char *action)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;
  GtkShortcut *shortcut;
  guint keyval;
  GdkModifierType state;

  if (!g_action_parse_detailed_name (action, &name, &target, NULL) ||
      !gtk_accelerator_parse (accelerator, &keyval, &state))
    g_return_if_reached ();
  /* With Shift the key has another name. */
  if (keyval == GDK_KEY_Tab && (state & GDK_SHIFT_MASK))
    keyval = GDK_KEY_ISO_Left_Tab;
  shortcut = gtk_shortcut_new (gtk_keyval_trigger_new (keyval, state), gtk_named_action_new (name));
  if (target != NULL)
    gtk_shortcut_set_arguments (shortcut, target);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), shortcut);
}

/* A sign may be typed with Shift or without, and the number pad has keys of its own. */
static void
add_twins (GtkEventController *controller, const char *accelerator, const char *action)
{
  guint keyval;
  GdkModifierType state;

  gtk_accelerator_parse (accelerator, &keyval, &state);
  if (keyval == GDK_KEY_Return)
    {
      g_autofree char *twin = gtk_accelerator_name (GDK_KEY_KP_Enter, state);

      add_shortcut (controller, twin, action);
    }
  if (keyval == GDK_KEY_question && !(state & GDK_SHIFT_MASK))
    {
      g_autofree char *twin = gtk_accelerator_name (keyval, state | GDK_SHIFT_MASK);

      add_shortcut (controller, twin, action);
    }
}

static gboolean
belongs (const Installed *installed, const PelCommand *command, const char *accelerator)
{
  if (command->action == NULL)
    return FALSE;
  if (installed->canvas)
    return pel_key_map_is_for_canvas (command, accelerator);
  return command->scope == PEL_COMMAND_ANYWHERE &&
         !pel_key_map_is_for_canvas (command, accelerator);
}

static void
fill (PelKeyMap *map, Installed *installed)
{
  guint n;
  const PelCommand *commands = pel_commands_get (&n);

  if (installed->controller != NULL)
    gtk_widget_remove_controller (installed->widget, installed->controller);
  installed->controller = gtk_shortcut_controller_new ();
  if (!installed->canvas)
    {
      gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (installed->controller),
                                         GTK_SHORTCUT_SCOPE_GLOBAL);
      gtk_event_controller_set_propagation_phase (installed->controller, GTK_PHASE_CAPTURE);
    }
  for (guint i = 0; i < n; i++)
    {
      const char *const *keys = pel_key_map_get_keys (map, &commands[i]);
      guint n_keys = g_strv_length ((char **)keys);

      /* Menus show the last key of an action. */
      for (guint k = n_keys; k-- > 0;)
        if (belongs (installed, &commands[i], keys[k]))
          {
            add_twins (installed->controller, keys[k], commands[i].action);
            add_shortcut (installed->controller, keys[k], commands[i].action);
          }
    }
  gtk_widget_add_controller (installed->widget, installed->controller);
}

static void
on_changed (PelKeyMap *map, GtkWidget *widget)
{
  fill (map, g_object_get_data (G_OBJECT (widget), "pel-shortcuts"));
}

void
pel_shortcuts_install (GtkWidget *widget, PelKeyMap *map, gboolean canvas)
{
  Installed *installed;

  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (PEL_IS_KEY_MAP (map));
  g_return_if_fail (g_object_get_data (G_OBJECT (widget), "pel-shortcuts") == NULL);

  installed = g_new0 (Installed, 1);
  installed->widget = widget;
  installed->canvas = canvas;
  g_object_set_data_full (G_OBJECT (widget), "pel-shortcuts", installed, g_free);
  g_signal_connect_object (map, "changed", G_CALLBACK (on_changed), widget, G_CONNECT_DEFAULT);
  fill (map, installed);
}

static void
fill_application (PelKeyMap *map, GtkApplication *application)
{
  guint n;
  const PelCommand *commands = pel_commands_get (&n);

  for (guint i = 0; i < n; i++)
    {
      const char *const *keys = pel_key_map_get_keys (map, &commands[i]);
      g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
      g_auto (GStrv) accelerators = NULL;

      if (commands[i].action == NULL || commands[i].scope != PEL_COMMAND_WINDOW)
        continue;
      for (guint k = 0; keys[k] != NULL; k++)
        if (!pel_key_map_is_for_canvas (&commands[i], keys[k]))
          g_strv_builder_add (builder, keys[k]);
      accelerators = g_strv_builder_end (builder);
      gtk_application_set_accels_for_action (application, commands[i].action,
                                             (const char *const *)accelerators);
    }
}

void
pel_shortcuts_install_application (GtkApplication *application, PelKeyMap *map)
{
  g_return_if_fail (GTK_IS_APPLICATION (application));
  g_return_if_fail (PEL_IS_KEY_MAP (map));

  g_signal_connect_object (map, "changed", G_CALLBACK (fill_application), application,
                           G_CONNECT_DEFAULT);
  fill_application (map, application);
}

/* ---- windows beside the one of the picture ---- */

/* What is of use there; the first acts on the window itself. */
static const char *const side_commands[] = { "close", "quit", "shortcuts", "keys" };

static gboolean
close_side (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

/* The window that the others lie before knows the actions: these don't belong to the application,
 * whose accelerators would reach past them for the picture. */
static gboolean
act_on_main (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  GtkWindow *main = GTK_WINDOW (widget);

  while (gtk_window_get_transient_for (main) != NULL)
    main = gtk_window_get_transient_for (main);
  return gtk_widget_activate_action (GTK_WIDGET (main), data, NULL);
}

static void
add_side_key (GtkEventController *controller,
              guint keyval,
              GdkModifierType state,
              const PelCommand *command,
              gboolean close)
{
  GtkShortcutAction *action =
      gtk_callback_action_new (close ? close_side : act_on_main, (gpointer)command->action, NULL);

  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_keyval_trigger_new (keyval, state), action));
}

static void
fill_side (PelKeyMap *map, GtkWidget *widget)
{
  GtkEventController *controller = g_object_get_data (G_OBJECT (widget), "pel-side-shortcuts");

  if (controller != NULL)
    gtk_widget_remove_controller (widget, controller);
  controller = gtk_shortcut_controller_new ();
  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (controller),
                                     GTK_SHORTCUT_SCOPE_GLOBAL);
  /* Before the accelerators of the application, where a window belongs to it after all. */
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  for (gsize i = 0; i < G_N_ELEMENTS (side_commands); i++)
    {
      const PelCommand *command = pel_command_find (side_commands[i]);
      const char *const *keys = pel_key_map_get_keys (map, command);

      for (guint k = 0; keys[k] != NULL; k++)
        {
          guint keyval;
          GdkModifierType state;

          /* A letter or a sign may be for a text. */
          if (pel_key_map_is_for_canvas (command, keys[k]) ||
              !gtk_accelerator_parse (keys[k], &keyval, &state))
            continue;
          add_side_key (controller, keyval, state, command, i == 0);
          if (keyval == GDK_KEY_question)
            add_side_key (controller, keyval, state | GDK_SHIFT_MASK, command, i == 0);
        }
    }
  g_object_set_data (G_OBJECT (widget), "pel-side-shortcuts", controller);
  gtk_widget_add_controller (widget, controller);
}

void
pel_shortcuts_install_side (GtkWindow *window)
{
  PelKeyMap *map;

  g_return_if_fail (GTK_IS_WINDOW (window));
  g_return_if_fail (g_object_get_data (G_OBJECT (window), "pel-side-shortcuts") == NULL);

  map = pel_key_map_get_for_display (gtk_widget_get_display (GTK_WIDGET (window)));
  g_signal_connect_object (map, "changed", G_CALLBACK (fill_side), window, G_CONNECT_DEFAULT);
  fill_side (map, GTK_WIDGET (window));
}
