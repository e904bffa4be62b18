/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-keys-window.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ui/keys/pel-shortcuts.h"

/* A command's row. */
typedef struct
{
  const PelCommand *command;
  GtkWidget *row;
  GtkWidget *keys; /* a box of labels */
  GtkWidget *reset;
  char *needle; /* what a search looks in */
  char *shown;  /* (nullable) the keys as they are shown */
} Row;

struct _PelKeysWindow
{
  AdwWindow parent_instance;

  PelKeyMap *map;
  GKeyFile *before; /* (nullable) the user's keys before the last change, to go back to */
  GArray *rows;     /* of Row */
  GtkWidget *groups[PEL_N_COMMAND_GROUPS];
  AdwToastOverlay *toasts;
  AdwToast *toast; /* the last; weak */
  GtkSearchEntry *search;
  GtkWidget *list;
  GtkWidget *nothing;
  GtkWidget *reset_all;
};

G_DEFINE_FINAL_TYPE (PelKeysWindow, pel_keys_window, ADW_TYPE_WINDOW)

static void
row_clear (gpointer data)
{
  g_free (((Row *)data)->needle);
  g_free (((Row *)data)->shown);
}

static void
show_keys (PelKeysWindow *self, Row *row)
{
  const char *const *keys = pel_key_map_get_keys (self->map, row->command);
  const gboolean changed = pel_key_map_is_changed (self->map, row->command);
  g_autoptr (GString) spoken = g_string_new (NULL);
  g_autofree char *joined = g_strjoinv (" ", (char **)keys);
  GtkWidget *child;

  /* A change touches one row or two of them all. */
  if (g_strcmp0 (joined, row->shown) == 0)
    return;
  g_free (row->shown);
  row->shown = g_steal_pointer (&joined);
  while ((child = gtk_widget_get_first_child (row->keys)) != NULL)
    gtk_box_remove (GTK_BOX (row->keys), child);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      guint keyval;
      GdkModifierType state;
      g_autofree char *label = NULL;

      gtk_accelerator_parse (keys[i], &keyval, &state);
      label = gtk_accelerator_get_label (gdk_keyval_to_upper (keyval), state);
      g_string_append_printf (spoken, i > 0 ? ", %s" : "%s", label);
      gtk_box_append (GTK_BOX (row->keys), gtk_shortcut_label_new (keys[i]));
    }
  if (keys[0] == NULL)
    {
      GtkWidget *none = gtk_label_new (_ ("No key"));

      gtk_widget_add_css_class (none, "dim-label");
      gtk_box_append (GTK_BOX (row->keys), none);
      g_string_append (spoken, _ ("No key"));
    }
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row->row), changed ? _ ("changed") : NULL);
  gtk_widget_set_visible (row->reset, changed);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  spoken->str, -1);
}

/* What was typed may be part of a command's name, or of its key. */
static gboolean
is_found (const Row *row, PelKeyMap *map, const char *typed)
{
  g_autofree char *folded = g_utf8_casefold (typed, -1);
  g_autofree char *label = pel_key_map_get_label (map, row->command);
  g_autofree char *key = g_utf8_casefold (label != NULL ? label : "", -1);

  return strstr (row->needle, folded) != NULL || strstr (key, folded) != NULL;
}

static void
filter (PelKeysWindow *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->search));
  gboolean any[PEL_N_COMMAND_GROUPS] = { FALSE };
  gboolean anything = FALSE;

  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = &g_array_index (self->rows, Row, i);
      const gboolean found = is_found (row, self->map, typed);

      gtk_widget_set_visible (row->row, found);
      any[row->command->group] |= found;
    }
  for (guint i = 0; i < PEL_N_COMMAND_GROUPS; i++)
    {
      gtk_widget_set_visible (self->groups[i], any[i]);
      anything |= any[i];
    }
  gtk_widget_set_visible (self->list, anything);
  gtk_widget_set_visible (self->nothing, !anything);
}

static void
update (PelKeysWindow *self)
{
  gboolean changed = FALSE;

  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = &g_array_index (self->rows, Row, i);

      show_keys (self, row);
      changed |= pel_key_map_is_changed (self->map, row->command);
    }
  gtk_widget_set_sensitive (self->reset_all, changed);
  filter (self);
}

/* ---- what can be taken back ---- */

static void
remember (PelKeysWindow *self)
{
  g_clear_pointer (&self->before, g_key_file_unref);
  self->before = pel_key_map_save (self->map);
}

static void
tell (PelKeysWindow *self, const char *text)
{
  AdwToast *toast;

  if (self->toast != NULL)
    adw_toast_dismiss (self->toast);
  toast = adw_toast_new (text);
  adw_toast_set_button_label (toast, _ ("Undo"));
  adw_toast_set_action_name (toast, "keys.undo");
  g_set_weak_pointer (&self->toast, toast);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
undo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  PelKeysWindow *self = PEL_KEYS_WINDOW (widget);
  g_autoptr (GKeyFile) before = g_steal_pointer (&self->before);

  if (before != NULL)
    pel_key_map_restore (self->map, before, NULL);
}

static void
on_reset_all (PelKeysWindow *self)
{
  remember (self);
  pel_key_map_reset (self->map, NULL);
  tell (self, _ ("All commands have the keys they had at first"));
}

static Row *
find_row (PelKeysWindow *self, gpointer widget)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = &g_array_index (self->rows, Row, i);

      if (row->row == widget || row->reset == widget)
        return row;
    }
  return NULL;
}

static void
on_reset (GtkButton *button, PelKeysWindow *self)
{
  const Row *row = find_row (self, button);

  remember (self);
  /* The button goes; the row stays. */
  gtk_widget_grab_focus (row->row);
  pel_key_map_reset (self->map, row->command);
  tell (self, _ ("The key is as it was at first"));
}

static void
on_response (AdwMessageDialog *dialog, const char *response, PelKeysWindow *self)
{
  if (g_str_equal (response, "set") || g_str_equal (response, "none"))
    tell (self, _ ("The key is changed"));
}

static void
on_activated (AdwActionRow *widget, PelKeysWindow *self)
{
  const Row *row = find_row (self, widget);
  GtkWidget *dialog = pel_key_dialog_new (self->map, row->command, GTK_WINDOW (self));

  remember (self);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), self, G_CONNECT_DEFAULT);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* ---- life ---- */

static void
add_row (PelKeysWindow *self, const PelCommand *command)
{
  const char *title = pel_command_get_title (command);
  Row row = { .command = command };
  g_autofree char *escaped = g_markup_escape_text (title, -1);
  /* Translators: %s is a command, such as "Zoom in". */
  g_autofree char *tooltip = g_strdup_printf (_ ("Set “%s” back to its first key"), title);

  row.row = adw_action_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row.row), escaped);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row.row), TRUE);
  gtk_widget_set_tooltip_text (row.row, _ ("Give it another key"));
  row.keys = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_set_valign (row.keys, GTK_ALIGN_CENTER);
  row.reset = gtk_button_new_from_icon_name ("edit-undo-symbolic");
  gtk_widget_set_tooltip_text (row.reset, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row.reset), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  tooltip, -1);
  gtk_widget_set_valign (row.reset, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (row.reset, "flat");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row.row), row.keys);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row.row), row.reset);
  row.needle = g_utf8_casefold (title, -1);
  g_signal_connect (row.row, "activated", G_CALLBACK (on_activated), self);
  g_signal_connect (row.reset, "clicked", G_CALLBACK (on_reset), self);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->groups[command->group]), row.row);
  g_array_append_val (self->rows, row);
}

static void
pel_keys_window_dispose (GObject *object)
{
  PelKeysWindow *self = PEL_KEYS_WINDOW (object);

  g_clear_weak_pointer (&self->toast);
  g_clear_pointer (&self->before, g_key_file_unref);
  g_clear_object (&self->map);
  G_OBJECT_CLASS (pel_keys_window_parent_class)->dispose (object);
}

static void
pel_keys_window_finalize (GObject *object)
{
  g_array_unref (PEL_KEYS_WINDOW (object)->rows);
  G_OBJECT_CLASS (pel_keys_window_parent_class)->finalize (object);
}

static void
pel_keys_window_class_init (PelKeysWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_keys_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = pel_keys_window_finalize;
  gtk_widget_class_install_action (widget_class, "keys.undo", NULL, undo);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static GtkWidget *
make_header (PelKeysWindow *self)
{
  GtkWidget *header = adw_header_bar_new ();

  self->reset_all = gtk_button_new_with_mnemonic (_ ("Set _All Back"));
  gtk_widget_set_tooltip_text (self->reset_all,
                               _ ("Give every command the key that it had at first"));
  g_signal_connect_swapped (self->reset_all, "clicked", G_CALLBACK (on_reset_all), self);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), self->reset_all);
  return header;
}

static GtkWidget *
make_search (PelKeysWindow *self)
{
  GtkWidget *clamp = adw_clamp_new ();

  self->search = GTK_SEARCH_ENTRY (gtk_search_entry_new ());
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->search),
                               _ ("Part of what it does, or of its key"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Search the commands"), -1);
  g_object_set (self->search, "placeholder-text", _ ("Search the commands"), NULL);
  gtk_widget_set_margin_top (GTK_WIDGET (self->search), 6);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self->search), 6);
  gtk_widget_set_margin_start (GTK_WIDGET (self->search), 12);
  gtk_widget_set_margin_end (GTK_WIDGET (self->search), 12);
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (filter), self);
  adw_clamp_set_child (ADW_CLAMP (clamp), GTK_WIDGET (self->search));
  return clamp;
}

static void
pel_keys_window_init (PelKeysWindow *self)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();
  guint n;
  const PelCommand *commands = pel_commands_get (&n);

  pel_shortcuts_install_side (GTK_WINDOW (self));
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_array_set_clear_func (self->rows, row_clear);
  gtk_window_set_title (GTK_WINDOW (self), _ ("Keys"));
  gtk_window_set_default_size (GTK_WINDOW (self), 640, 720);
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);
  gtk_widget_set_margin_top (self->list, 12);
  gtk_widget_set_margin_bottom (self->list, 24);
  gtk_widget_set_margin_start (self->list, 12);
  gtk_widget_set_margin_end (self->list, 12);
  for (guint i = 0; i < PEL_N_COMMAND_GROUPS; i++)
    {
      self->groups[i] = adw_preferences_group_new ();
      adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->groups[i]),
                                       pel_command_group_get_title ((PelCommandGroup)i));
      gtk_box_append (GTK_BOX (self->list), self->groups[i]);
    }
  for (guint i = 0; i < n; i++)
    if (commands[i].scope != PEL_COMMAND_FIXED)
      add_row (self, &commands[i]);
  self->nothing = adw_status_page_new ();
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (self->nothing), "system-search-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (self->nothing), _ ("No Such Command"));
  adw_clamp_set_child (ADW_CLAMP (clamp), self->list);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_widget_set_vexpand (self->nothing, TRUE);
  gtk_box_append (GTK_BOX (page), make_header (self));
  gtk_box_append (GTK_BOX (page), make_search (self));
  gtk_box_append (GTK_BOX (page), self->nothing);
  gtk_box_append (GTK_BOX (page), scrolled);
  g_object_bind_property (self->list, "visible", scrolled, "visible", G_BINDING_SYNC_CREATE);
  self->toasts = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  adw_toast_overlay_set_child (self->toasts, page);
  adw_window_set_content (ADW_WINDOW (self), GTK_WIDGET (self->toasts));
}

GtkWidget *
pel_keys_window_new (PelKeyMap *map, GtkWindow *parent)
{
  PelKeysWindow *self;

  g_return_val_if_fail (PEL_IS_KEY_MAP (map), NULL);

  self = g_object_new (PEL_TYPE_KEYS_WINDOW, "transient-for", parent, "destroy-with-parent", TRUE,
                       NULL);
  self->map = g_object_ref (map);
  g_signal_connect_object (map, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

void
pel_keys_window_set_search (PelKeysWindow *self, const char *text)
{
  g_return_if_fail (PEL_IS_KEYS_WINDOW (self));

  gtk_editable_set_text (GTK_EDITABLE (self->search), text);
  filter (self);
}
