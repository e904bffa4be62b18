/* SPDX-License-Identifier: MIT */
/* The commands and their keys: what the user makes of them, where that is kept, and who follows. */
#include <string.h>

#include <glib/gstdio.h>

#include "tests/document/pel-test-util.h"
#include "tests/ui/pel-ui-test.h"
#include "tests/ui/pel-widget-test.h"
#include "ui/canvas/pel-canvas-private.h"
#include "ui/canvas/pel-tool-palette.h"
#include "ui/keys/pel-key-map.h"
#include "ui/keys/pel-shortcuts.h"
#include "ui/window/pel-keys-window.h"
#include "ui/window/pel-window.h"

static const PelCommand *
command (const char *id)
{
  const PelCommand *found = pel_command_find (id);

  g_assert_nonnull (found);
  return found;
}

static char *
keys_of (PelKeyMap *map, const char *id)
{
  return g_strjoinv (" ", (char **)pel_key_map_get_keys (map, command (id)));
}

#define assert_keys(map, id, expected)                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *found_keys = keys_of (map, id);                                               \
    g_assert_cmpstr (found_keys, ==, expected);                                                    \
  }                                                                                                \
  G_STMT_END

/* The thread that wrote the file lets go of the map an instant after it has said so. */
static void
assert_finalizes (PelKeyMap *map)
{
  gpointer watched = map;

  g_object_add_weak_pointer (G_OBJECT (map), &watched);
  g_object_unref (map);
  for (guint i = 0; i < 5000 && watched != NULL; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_null (watched);
}

static void
assert_owner (PelKeyMap *map, guint keyval, GdkModifierType state, const char *id)
{
  const PelCommand *found = pel_key_map_find (map, keyval, state);

  g_assert_cmpstr (found != NULL ? found->id : NULL, ==, id);
}

static void
count (gpointer instance, guint *n)
{
  (*n)++;
}

/* Every command has a name and a place, no key belongs to two, and all of them can be typed. */
static void
test_table (void)
{
  g_autoptr (PelKeyMap) map = pel_key_map_new ();
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  guint n;
  const PelCommand *commands = pel_commands_get (&n);

  g_assert_cmpuint (n, >, 60);
  for (guint i = 0; i < n; i++)
    {
      const char *const *keys = pel_key_map_get_keys (map, &commands[i]);

      g_assert_true (g_hash_table_add (ids, (gpointer)commands[i].id));
      g_assert_cmpuint (strlen (commands[i].title), >, 2);
      g_assert_true (i == 0 || commands[i].group >= commands[i - 1].group);
      /* A key that another command has already would be missing here. */
      assert_keys (map, commands[i].id, commands[i].keys);
      g_assert_false (pel_key_map_is_changed (map, &commands[i]));
      for (guint k = 0; keys[k] != NULL; k++)
        {
          guint keyval;
          GdkModifierType state;

          g_assert_true (gtk_accelerator_parse (keys[k], &keyval, &state));
          if (commands[i].scope == PEL_COMMAND_FIXED)
            continue;
          g_assert_true (pel_key_map_find (map, keyval, state) == &commands[i]);
          g_assert_null (pel_key_map_check (map, &commands[i], keyval, state));
        }
    }
}

/* Whatever window shows them, the actions of the table are there. */
static void
test_actions_exist (void)
{
  PelWindow *window = pel_window_new (NULL);
  guint n;
  const PelCommand *commands = pel_commands_get (&n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = NULL;
      g_autoptr (GVariant) target = NULL;
      const GVariantType *type;

      if (commands[i].action == NULL || !g_str_has_prefix (commands[i].action, "win."))
        continue;
      g_assert_true (g_action_parse_detailed_name (commands[i].action, &name, &target, NULL));
      if (!g_action_group_has_action (G_ACTION_GROUP (window), name + 4))
        g_error ("there is no action %s", name);
      type = g_action_group_get_action_parameter_type (G_ACTION_GROUP (window), name + 4);
      g_assert_true ((type != NULL) == (target != NULL));
      g_assert_true (type == NULL || g_variant_is_of_type (target, type));
    }
  gtk_window_destroy (GTK_WINDOW (window));
  pel_widget_test_run (50);
}

/* Number pads, layouts and caps lock. */
static void
test_find (void)
{
  g_autoptr (PelKeyMap) map = pel_key_map_new ();

  assert_owner (map, GDK_KEY_b, 0, "tool-brush");
  assert_owner (map, GDK_KEY_B, GDK_LOCK_MASK, "tool-brush");
  assert_owner (map, GDK_KEY_B, GDK_SHIFT_MASK, "resize-cells");
  assert_owner (map, GDK_KEY_b, GDK_CONTROL_MASK, NULL);
  assert_owner (map, GDK_KEY_plus, 0, "zoom-in");
  assert_owner (map, GDK_KEY_plus, GDK_SHIFT_MASK, "zoom-in");
  assert_owner (map, GDK_KEY_KP_Add, 0, "zoom-in");
  assert_owner (map, GDK_KEY_KP_0, 0, "zoom-fit");
  assert_owner (map, GDK_KEY_1, GDK_SHIFT_MASK, "zoom-full"); /* as in France */
  assert_owner (map, GDK_KEY_KP_Enter, 0, "accept-selected");
  assert_owner (map, GDK_KEY_Return, GDK_SHIFT_MASK, "accept-all");
  assert_owner (map, GDK_KEY_question, GDK_SHIFT_MASK, "shortcuts");
  assert_owner (map, GDK_KEY_comma, GDK_SHIFT_MASK, "fill-less");
  assert_owner (map, GDK_KEY_comma, 0, "review-previous");
  assert_owner (map, GDK_KEY_z, GDK_CONTROL_MASK, "undo");
  assert_owner (map, GDK_KEY_Escape, 0, NULL);
}

static void
test_set (void)
{
  g_autoptr (PelKeyMap) map = pel_key_map_new ();
  const PelCommand *brush = command ("tool-brush");
  g_autofree char *label = NULL;
  g_autofree char *none = NULL;
  guint n_changed = 0;

  g_signal_connect (map, "changed", G_CALLBACK (count), &n_changed);
  /* A free one. */
  g_assert_null (pel_key_map_find_owner (map, brush, GDK_KEY_j, 0));
  pel_key_map_set_key (map, brush, GDK_KEY_j, 0);
  g_assert_cmpuint (n_changed, ==, 1);
  assert_keys (map, "tool-brush", "j");
  assert_owner (map, GDK_KEY_b, 0, NULL);
  g_assert_true (pel_key_map_is_changed (map, brush));
  label = pel_key_map_get_label (map, brush);
  g_assert_cmpstr (label, ==, "J");
  /* One of two that another has: that goes on with the other. */
  g_assert_true (pel_key_map_find_owner (map, brush, GDK_KEY_a, 0) == command ("previous-image"));
  pel_key_map_set_key (map, brush, GDK_KEY_A, 0);
  assert_owner (map, GDK_KEY_a, 0, "tool-brush");
  assert_keys (map, "previous-image", "Page_Up");
  g_assert_true (pel_key_map_is_changed (map, command ("previous-image")));
  /* The only one that another has. */
  pel_key_map_set_key (map, brush, GDK_KEY_e, 0);
  assert_keys (map, "tool-eraser", "");
  none = pel_key_map_get_label (map, command ("tool-eraser"));
  g_assert_null (none);
  assert_owner (map, GDK_KEY_a, 0, NULL);
  /* Its own once more is nobody else's. */
  g_assert_null (pel_key_map_find_owner (map, brush, GDK_KEY_e, 0));
  /* A sign that Shift may be needed for. */
  pel_key_map_set_key (map, brush, GDK_KEY_plus, 0);
  assert_keys (map, "zoom-in", "equal");
  assert_owner (map, GDK_KEY_plus, GDK_SHIFT_MASK, "tool-brush");
  /* None, and back: what the eraser lost comes back only when that is set back. */
  pel_key_map_clear_key (map, brush);
  assert_keys (map, "tool-brush", "");
  pel_key_map_reset (map, brush);
  assert_keys (map, "tool-brush", "b");
  g_assert_false (pel_key_map_is_changed (map, brush));
  assert_keys (map, "tool-eraser", "");
  /* Setting back takes the key from who has it since. */
  pel_key_map_set_key (map, brush, GDK_KEY_e, 0);
  pel_key_map_reset (map, command ("tool-eraser"));
  assert_keys (map, "tool-eraser", "e");
  assert_keys (map, "tool-brush", "");
  pel_key_map_reset (map, NULL);
  for (guint i = 0; i < 2; i++)
    g_assert_false (
        pel_key_map_is_changed (map, command (i == 0 ? "tool-brush" : "previous-image")));
  assert_keys (map, "zoom-in", "plus equal");
}

static gboolean
is_refused (PelKeyMap *map, const char *id, guint keyval, GdkModifierType state)
{
  g_autofree char *why = pel_key_map_check (map, command (id), keyval, state);

  return why != NULL;
}

static void
test_check (void)
{
  g_autoptr (PelKeyMap) map = pel_key_map_new ();

  g_assert_true (is_refused (map, "tool-brush", GDK_KEY_Escape, 0));
  g_assert_true (is_refused (map, "tool-brush", GDK_KEY_Shift_L, 0));
  g_assert_true (is_refused (map, "tool-brush", GDK_KEY_Control_R, GDK_CONTROL_MASK));
  g_assert_true (is_refused (map, "tool-brush", GDK_KEY_F10, 0));
  g_assert_true (is_refused (map, "save", GDK_KEY_c, GDK_CONTROL_MASK));
  g_assert_true (is_refused (map, "next-part", GDK_KEY_j, 0));
  g_assert_true (is_refused (map, "outline-take", GDK_KEY_j, 0));
  g_assert_false (is_refused (map, "next-part", GDK_KEY_j, GDK_CONTROL_MASK));
  g_assert_false (is_refused (map, "next-part", GDK_KEY_F4, 0));
  g_assert_false (is_refused (map, "save", GDK_KEY_j, 0));
  g_assert_false (is_refused (map, "hide-cells", GDK_KEY_Tab, 0));
  g_assert_false (is_refused (map, "tool-brush", GDK_KEY_Left, 0));
  g_assert_false (is_refused (map, "tool-brush", GDK_KEY_b, GDK_CONTROL_MASK));
}

/* ---- the file ---- */

static PelKeyMap *
open_map (const char *path, char **problem)
{
  PelKeyMap *map = pel_key_map_new ();
  g_autoptr (GError) error = NULL;
  gboolean good = pel_key_map_use_file (map, path, &error);

  g_assert_true (good == (error == NULL));
  if (problem != NULL)
    *problem = error != NULL ? g_strdup (error->message) : NULL;
  else
    g_assert_no_error (error);
  return map;
}

static void
close_map (PelKeyMap *map)
{
  g_autoptr (GError) error = NULL;

  pel_key_map_flush (map, &error);
  g_assert_no_error (error);
  assert_finalizes (map);
}

static void
test_file (void)
{
  g_autofree char *folder = test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "config", "keys.ini", NULL);
  g_autofree char *text = NULL;
  PelKeyMap *map = open_map (path, NULL);

  /* Nothing is written for nothing. */
  g_assert_true (pel_key_map_flush (map, NULL));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  pel_key_map_set_key (map, command ("tool-brush"), GDK_KEY_a, 0);
  pel_key_map_set_key (map, command ("save"), GDK_KEY_semicolon, GDK_CONTROL_MASK);
  pel_key_map_clear_key (map, command ("quit"));
  /* By itself, a moment later. */
  test_wait_for (g_file_test (path, G_FILE_TEST_EXISTS));
  close_map (map);

  map = open_map (path, NULL);
  assert_keys (map, "tool-brush", "a");
  assert_keys (map, "previous-image", "Page_Up");
  assert_keys (map, "save", "<Control>semicolon");
  assert_keys (map, "quit", "");
  assert_keys (map, "tool-eraser", "e");
  pel_key_map_reset (map, command ("save"));
  close_map (map);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_null (strstr (text, "save"));
  g_assert_null (strstr (text, "eraser"));
  g_assert_nonnull (strstr (text, "tool-brush=a;"));
  test_remove_tree (folder);
}

/* Commands of a later version, and keys that the table gives to others by now. */
static void
test_other_versions (void)
{
  g_autofree char *folder = test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "keys.ini", NULL);
  g_autofree char *text = NULL;
  PelKeyMap *map;

  g_assert_true (g_file_set_contents (
      path, "[keys]\nteleport=<Control>j;\ntool-brush=e;\ntool-wand=e;x;\n", -1, NULL));
  map = open_map (path, NULL);
  assert_keys (map, "tool-brush", "e");
  assert_keys (map, "tool-eraser", "");
  assert_keys (map, "tool-wand", "x");
  assert_keys (map, "cross-hair", "");
  pel_key_map_reset (map, command ("tool-brush"));
  close_map (map);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "teleport=<Control>j;"));
  test_remove_tree (folder);
}

/* What cannot be understood is kept under another name, and said so. */
static void
test_damaged (void)
{
  static const char *const texts[] = {
    "tool-brush=a;\n",
    "[keys]\ntool-brush\n",
    "[keys]\ntool-brush=<Foo>a;\n",
    "[keys\n\xff\xfe",
    "[keys]\ntool-brush=a;a;a;a;a;a;a;a;a;a;\n",
  };

  for (gsize i = 0; i <= G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *folder = test_make_folder ();
      g_autofree char *path = g_build_filename (folder, "keys.ini", NULL);
      g_autofree char *aside = g_strconcat (path, ".damaged-2", NULL);
      g_autofree char *earlier = g_strconcat (path, ".damaged-1", NULL);
      g_autofree char *large = g_strnfill (200000, '#');
      const char *text = i < G_N_ELEMENTS (texts) ? texts[i] : large;
      g_autofree char *problem = NULL;
      g_autofree char *kept = NULL;
      g_autofree char *old = NULL;
      PelKeyMap *map;

      g_assert_true (g_file_set_contents (path, text, -1, NULL));
      g_assert_true (g_file_set_contents (earlier, "earlier", -1, NULL));
      map = open_map (path, &problem);
      g_assert_nonnull (problem);
      g_assert_nonnull (strstr (problem, aside));
      g_assert_true (g_file_get_contents (aside, &kept, NULL, NULL));
      g_assert_cmpstr (kept, ==, text);
      g_assert_true (g_file_get_contents (earlier, &old, NULL, NULL));
      g_assert_cmpstr (old, ==, "earlier");
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
      assert_keys (map, "tool-brush", "b");
      /* And the next one is written as ever. */
      pel_key_map_set_key (map, command ("tool-brush"), GDK_KEY_j, 0);
      close_map (map);
      map = open_map (path, NULL);
      assert_keys (map, "tool-brush", "j");
      close_map (map);
      test_remove_tree (folder);
    }
}

/* A folder where nothing can be written is told of, and harms nothing. */
static void
test_unwritable (void)
{
  g_autofree char *folder = test_make_folder ();
  g_autofree char *in_the_way = g_build_filename (folder, "file", NULL);
  g_autofree char *path = g_build_filename (in_the_way, "keys.ini", NULL);
  g_autoptr (GError) error = NULL;
  PelKeyMap *map;

  g_assert_true (g_file_set_contents (in_the_way, "x", -1, NULL));
  map = open_map (path, NULL);
  pel_key_map_set_key (map, command ("tool-brush"), GDK_KEY_j, 0);
  assert_keys (map, "tool-brush", "j");
  g_assert_false (pel_key_map_flush (map, &error));
  g_assert_nonnull (error);
  assert_finalizes (map);
  test_remove_tree (folder);
}

/* ---- who follows ---- */

static PelKeyMap *
shared_map (void)
{
  return pel_key_map_get_for_display (gdk_display_get_default ());
}

static guint8
grey (guint x, guint y)
{
  return 100;
}

static void
test_canvas_follows (void)
{
  g_autoptr (PelImage) image = pel_test_image_new (64, 48, grey);
  PelTestDocument *document = pel_test_document_new (image, NULL);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  PelCanvas *canvas = PEL_CANVAS (pel_canvas_new ());
  GtkWidget *palette = pel_tool_palette_new (canvas);
  PelKeyMap *map = shared_map ();
  GtkWidget *brush;

  gtk_box_append (GTK_BOX (box), palette);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (canvas));
  gtk_window_set_child (GTK_WINDOW (window), box);
  pel_canvas_set_document (canvas, pel_test_document_get (document));
  gtk_window_present (GTK_WINDOW (window));
  pel_test_iterate (100);
  brush = gtk_widget_get_next_sibling (gtk_widget_get_first_child (palette));
  g_assert_true (g_str_has_prefix (gtk_widget_get_tooltip_text (brush), "Brush (B)\n"));

  pel_key_map_set_key (map, command ("tool-brush"), GDK_KEY_j, GDK_CONTROL_MASK);
  g_assert_true (g_str_has_prefix (gtk_widget_get_tooltip_text (brush), "Brush (Ctrl+J)\n"));
  g_assert_true (pel_canvas_key_press (canvas, GDK_KEY_v, 0));
  g_assert_cmpstr (pel_canvas_get_tool_id (canvas), ==, "select");
  g_assert_false (pel_canvas_key_press (canvas, GDK_KEY_b, 0));
  g_assert_cmpstr (pel_canvas_get_tool_id (canvas), ==, "select");
  g_assert_true (pel_canvas_key_press (canvas, GDK_KEY_j, GDK_CONTROL_MASK));
  g_assert_cmpstr (pel_canvas_get_tool_id (canvas), ==, "brush");
  pel_key_map_clear_key (map, command ("tool-brush"));
  g_assert_true (g_str_has_prefix (gtk_widget_get_tooltip_text (brush), "Brush\n"));
  /* What is held is let go by the key it was taken with. */
  pel_key_map_set_key (map, command ("hide-cells"), GDK_KEY_j, 0);
  g_assert_true (pel_canvas_key_press (canvas, GDK_KEY_j, 0));
  g_assert_true (pel_display_get_labels_hidden (pel_canvas_get_display (canvas)));
  pel_canvas_key_release (canvas, GDK_KEY_Tab);
  g_assert_true (pel_display_get_labels_hidden (pel_canvas_get_display (canvas)));
  pel_canvas_key_release (canvas, GDK_KEY_J);
  g_assert_false (pel_display_get_labels_hidden (pel_canvas_get_display (canvas)));
  pel_key_map_reset (map, NULL);
  g_assert_true (g_str_has_prefix (gtk_widget_get_tooltip_text (brush), "Brush (B)\n"));
  gtk_window_destroy (GTK_WINDOW (window));
  pel_test_iterate (50);
  pel_test_document_free (document);
}

static gboolean
shows (GtkWidget *widget, const char *accelerator)
{
  if (GTK_IS_SHORTCUTS_SHORTCUT (widget))
    {
      g_autofree char *keys = NULL;

      g_object_get (widget, "accelerator", &keys, NULL);
      if (g_strcmp0 (keys, accelerator) == 0)
        return TRUE;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (shows (child, accelerator))
      return TRUE;
  return FALSE;
}

static GtkWidget *
open_list (PelWindow *window)
{
  /* The toolkit warns of the width of its own labels in such a window. */
  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);

  g_action_group_activate_action (G_ACTION_GROUP (window), "show-help-overlay", NULL);
  pel_widget_test_run (50);
  g_log_set_always_fatal (fatal);
  return GTK_WIDGET (gtk_application_window_get_help_overlay (GTK_APPLICATION_WINDOW (window)));
}

/* The window lists them, its tooltips tell them, and the application's accelerators are theirs. */
static void
test_window_follows (void)
{
  g_autoptr (GtkApplication) application =
      gtk_application_new ("org.example.Keys", G_APPLICATION_NON_UNIQUE);
  PelWindow *window;
  PelKeyMap *map = shared_map ();
  GtkWidget *list;

  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  pel_shortcuts_install_application (application, map);
  window = pel_window_new (application);
  list = open_list (window);
  g_assert_true (shows (list, "<Control>z"));
  g_assert_true (shows (list, "v"));
  g_assert_false (shows (list, "<Control>j"));
  {
    g_auto (GStrv) keys = gtk_application_get_accels_for_action (application, "win.undo");

    g_assert_cmpstr (keys[0], ==, "<Control>z");
    g_assert_null (keys[1]);
  }
  pel_key_map_set_key (map, command ("undo"), GDK_KEY_j, GDK_CONTROL_MASK);
  {
    g_auto (GStrv) keys = gtk_application_get_accels_for_action (application, "win.undo");

    g_assert_cmpstr (keys[0], ==, "<Control>j");
    g_assert_null (keys[1]);
  }
  list = open_list (window);
  g_assert_true (shows (list, "<Control>j"));
  g_assert_false (shows (list, "<Control>z"));
  /* A letter alone is the picture's, not the whole window's. */
  pel_key_map_set_key (map, command ("undo"), GDK_KEY_j, 0);
  {
    g_auto (GStrv) keys = gtk_application_get_accels_for_action (application, "win.undo");

    g_assert_null (keys[0]);
  }
  pel_key_map_reset (map, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  pel_widget_test_run (50);
}

/* ---- where they are changed ---- */

static GtkWidget *
find_row (GtkWidget *widget, const char *title)
{
  if (ADW_IS_ACTION_ROW (widget) &&
      g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_row (child, title);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
answer (GtkWidget *dialog, const char *response)
{
  g_assert_true (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), response));
  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *)&dialog);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  /* As the button does after it. */
  gtk_window_destroy (GTK_WINDOW (dialog));
  for (guint i = 0; i < 500 && dialog != NULL; i++)
    pel_widget_test_run (10);
  g_assert_null (dialog);
}

static void
test_keys_window (void)
{
  g_autoptr (PelKeyMap) map = pel_key_map_new ();
  GtkWidget *window = pel_keys_window_new (map, NULL);
  GtkWidget *row, *dialog;

  gtk_window_present (GTK_WINDOW (window));
  pel_widget_test_run (50);
  row = find_row (window, "Brush");
  g_assert_nonnull (row);
  g_assert_null (find_row (window, "Take the outline"));
  g_assert_true (gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (row)));
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "B");

  /* A key that is free. */
  adw_action_row_activate (ADW_ACTION_ROW (row));
  pel_widget_test_run (50);
  dialog = GTK_WIDGET (pel_widget_test_find_dialog ());
  g_assert_nonnull (dialog);
  g_assert_false (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "set"));
  g_assert_false (pel_key_dialog_press (dialog, GDK_KEY_c, GDK_CONTROL_MASK));
  g_assert_false (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "set"));
  g_assert_true (pel_key_dialog_press (dialog, GDK_KEY_j, 0));
  g_assert_cmpint (adw_message_dialog_get_response_appearance (ADW_MESSAGE_DIALOG (dialog), "set"),
                   ==, ADW_RESPONSE_SUGGESTED);
  /* From then on keys are the dialog's. */
  g_assert_false (pel_key_dialog_press (dialog, GDK_KEY_i, 0));
  answer (dialog, "set");
  assert_keys (map, "tool-brush", "j");
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "J");

  /* One of another command's: said at once, and taken only when that is confirmed. */
  adw_action_row_activate (ADW_ACTION_ROW (row));
  pel_widget_test_run (50);
  dialog = GTK_WIDGET (pel_widget_test_find_dialog ());
  g_assert_true (pel_key_dialog_press (dialog, GDK_KEY_s, GDK_CONTROL_MASK));
  g_assert_cmpint (adw_message_dialog_get_response_appearance (ADW_MESSAGE_DIALOG (dialog), "set"),
                   ==, ADW_RESPONSE_DESTRUCTIVE);
  g_assert_cmpstr (adw_message_dialog_get_default_response (ADW_MESSAGE_DIALOG (dialog)), ==,
                   "cancel");
  answer (dialog, "again");
  assert_keys (map, "tool-brush", "j");
  assert_keys (map, "save", "<Control>s");
  dialog = GTK_WIDGET (pel_widget_test_find_dialog ());
  g_assert_true (pel_key_dialog_press (dialog, GDK_KEY_S, GDK_CONTROL_MASK));
  answer (dialog, "set");
  assert_keys (map, "tool-brush", "<Control>s");
  assert_keys (map, "save", "");
  gtk_test_accessible_assert_property (find_row (window, "Save now"),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "No key");

  /* All of it goes back in one step. */
  gtk_widget_activate_action (window, "keys.undo", NULL);
  assert_keys (map, "tool-brush", "j");
  assert_keys (map, "save", "<Control>s");
  adw_action_row_activate (ADW_ACTION_ROW (row));
  pel_widget_test_run (50);
  answer (GTK_WIDGET (pel_widget_test_find_dialog ()), "none");
  assert_keys (map, "tool-brush", "");

  pel_keys_window_set_search (PEL_KEYS_WINDOW (window), "ctrl+z");
  g_assert_true (gtk_widget_get_visible (find_row (window, "Undo")));
  g_assert_false (gtk_widget_get_visible (row));
  pel_keys_window_set_search (PEL_KEYS_WINDOW (window), "BRUSH");
  g_assert_true (gtk_widget_get_visible (row));
  g_assert_false (gtk_widget_get_visible (find_row (window, "Undo")));
  pel_keys_window_set_search (PEL_KEYS_WINDOW (window), "");

  gtk_window_destroy (GTK_WINDOW (window));
  pel_widget_test_run (50);
  g_assert_cmpuint (G_OBJECT (map)->ref_count, ==, 1);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
  g_test_add_func ("/keys/table", test_table);
  g_test_add_func ("/keys/actions-exist", test_actions_exist);
  g_test_add_func ("/keys/find", test_find);
  g_test_add_func ("/keys/set", test_set);
  g_test_add_func ("/keys/check", test_check);
  g_test_add_func ("/keys/file", test_file);
  g_test_add_func ("/keys/other-versions", test_other_versions);
  g_test_add_func ("/keys/damaged", test_damaged);
  g_test_add_func ("/keys/unwritable", test_unwritable);
  g_test_add_func ("/keys/canvas-follows", test_canvas_follows);
  g_test_add_func ("/keys/window-follows", test_window_follows);
  g_test_add_func ("/keys/window", test_keys_window);
  return g_test_run ();
}
