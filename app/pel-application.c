/* SPDX-License-Identifier: MIT */
#include "app/pel-application.h"

#include <glib/gi18n-lib.h>

#include "app/cli/pel-ready-model.h"
#include "app/cli/pel-sample.h"
#include "app/document/pel-task.h"
#include "ui/keys/pel-shortcuts.h"
#include "ui/window/pel-settings.h"
#include "ui/window/pel-ui.h"
#include "ui/window/pel-window.h"

struct _PelApplication
{
  AdwApplication parent_instance;

  GSettings *settings; /* NULL where the schema is not installed */
  GError *keys_error;  /* to be told in the first window */
};

G_DEFINE_FINAL_TYPE (PelApplication, pel_application, ADW_TYPE_APPLICATION)

static PelWindow *
get_window (PelApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  /* One beside it may have the focus. */
  while (window != NULL && !PEL_IS_WINDOW (window))
    window = gtk_window_get_transient_for (window);
  if (window != NULL)
    return PEL_WINDOW (window);
  return pel_window_new (GTK_APPLICATION (self));
}

/* A window without a project, or a new one. */
static PelWindow *
get_free_window (PelApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (PEL_IS_WINDOW (l->data) &&
        pel_workspace_get_project (pel_window_get_workspace (l->data)) == NULL)
      return l->data;
  return pel_window_new (GTK_APPLICATION (self));
}

/* The window that shows this folder already. */
static PelWindow *
find_window (PelApplication *self, GFile *folder)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    {
      PelProject *project = PEL_IS_WINDOW (l->data)
                                ? pel_workspace_get_project (pel_window_get_workspace (l->data))
                                : NULL;

      if (project != NULL && g_file_equal (pel_project_get_folder (project), folder))
        return l->data;
    }
  return NULL;
}

/* Appearance */

static void
apply_scheme (const char *scheme)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      g_str_equal (scheme, "dark")    ? ADW_COLOR_SCHEME_FORCE_DARK
                                      : g_str_equal (scheme, "light") ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                                                      : ADW_COLOR_SCHEME_DEFAULT);
}

static void
change_scheme (GSimpleAction *action, GVariant *value, gpointer data)
{
  PelApplication *self = data;
  const char *scheme = g_variant_get_string (value, NULL);

  apply_scheme (scheme);
  g_simple_action_set_state (action, value);
  if (self->settings != NULL)
    g_settings_set_string (self->settings, "colour-scheme", scheme);
}

static void
restore_scheme (PelApplication *self)
{
  g_autofree char *scheme = NULL;
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "colour-scheme");

  self->settings = pel_settings_new ();
  if (self->settings == NULL)
    return;
  scheme = g_settings_get_string (self->settings, "colour-scheme");
  apply_scheme (scheme);
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (scheme));
}

/* Sample project */

static gpointer
copy_sample (gpointer data, GCancellable *cancellable, GError **error)
{
  return pel_sample_install (NULL, error);
}

static void
on_sample_copied (GObject *source, GAsyncResult *result, gpointer data)
{
  PelApplication *self = PEL_APPLICATION (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) folder = g_task_propagate_pointer (G_TASK (result), &error);
  PelWindow *window;

  g_application_release (G_APPLICATION (self));
  if (folder == NULL)
    {
      pel_workspace_fail (pel_window_get_workspace (get_window (self)),
                          _ ("The sample project could not be copied"),
                          _ ("Your own projects are not touched. Make room on the disk, or open a "
                             "folder of your own images."),
                          error->message);
      return;
    }
  window = find_window (self, folder);
  if (window == NULL)
    {
      window = get_free_window (self);
      pel_window_open_folder (window, folder);
    }
  gtk_window_present (GTK_WINDOW (window));
}

static void
activate_open_sample (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (data, NULL, on_sample_copied, NULL);

  g_application_hold (data);
  pel_task_run_pointer (task, copy_sample, g_object_unref);
}

/* The model that comes with Pellicle */

static gboolean
copy_ready_model (gpointer data, GCancellable *cancellable, GError **error)
{
  return pel_ready_model_install (data, error);
}

static void
on_ready_model_copied (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PelProject) project = data;
  PelApplication *self = PEL_APPLICATION (source);
  g_autoptr (GError) error = NULL;

  g_application_release (G_APPLICATION (self));
  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      pel_project_refresh_models (project);
      return;
    }
  pel_workspace_fail (pel_window_get_workspace (get_window (self)),
                      _ ("The ready-made model could not be copied into the project"),
                      _ ("Make room on the disk, or train a model from the cells you painted."),
                      error->message);
}

static void
activate_use_ready_model (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWorkspace *workspace = pel_window_get_workspace (get_window (data));
  PelProject *project = pel_workspace_get_project (workspace);
  g_autoptr (GTask) task = NULL;

  if (project == NULL || pel_project_get_read_only (project))
    {
      pel_workspace_toast (workspace, _ ("Open a project that can be changed first."));
      return;
    }
  task = g_task_new (data, NULL, on_ready_model_copied, g_object_ref (project));
  g_task_set_task_data (task, pel_project_get_models_path (project), g_free);
  g_application_hold (data);
  pel_task_run (task, copy_ready_model);
}

/* Others */

static void
activate_about (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *parent = gtk_application_get_active_window (data);
  GtkWindow *window = g_object_new (
      ADW_TYPE_ABOUT_WINDOW, "transient-for", parent, "destroy-with-parent", TRUE, "modal", TRUE,
      "application-name", _ ("Pellicle"), "application-icon", PEL_APPLICATION_ID, "version",
      PEL_VERSION, "comments",
      _ ("Learns to find the cells in your microscope images, and measures "
         "them."),
      "license-type", GTK_LICENSE_MIT_X11, "developer-name", _ ("The Pellicle developers"), NULL);

  pel_shortcuts_install_side (window);
  gtk_window_present (window);
}

static void
activate_show_file (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const char *path = g_variant_get_string (parameter, NULL);
  g_autofree char *folder =
      g_file_test (path, G_FILE_TEST_IS_DIR) ? g_strdup (path) : g_path_get_dirname (path);
  g_autofree char *uri = g_filename_to_uri (folder, NULL, NULL);

  if (uri != NULL)
    gtk_show_uri (gtk_application_get_active_window (data), uri, GDK_CURRENT_TIME);
}

/* Every window may ask whether to stop its training. */
static void
activate_quit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (data));

  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_close (l->data);
}

static const GActionEntry entries[] = {
  { "open-sample", activate_open_sample },
  { "use-ready-model", activate_use_ready_model },
  { "about", activate_about },
  { "show-file", activate_show_file, "s" },
  { "quit", activate_quit },
  { "colour-scheme", NULL, "s", "'default'", change_scheme },
};

/* The user's own keys, before there is a window to tell whether that worked. */
static void
use_keys (PelApplication *self)
{
  GdkDisplay *display = gdk_display_get_default ();
  g_autofree char *path = g_build_filename (g_get_user_config_dir (), "pellicle", "keys.ini", NULL);
  PelKeyMap *map;

  if (display == NULL)
    return;
  map = pel_key_map_get_for_display (display);
  pel_key_map_use_file (map, path, &self->keys_error);
  pel_shortcuts_install_application (GTK_APPLICATION (self), map);
}

/* Once it is there: what is told earlier would lie behind it. */
static void
on_window_mapped (PelApplication *self, GtkWidget *window)
{
  if (self->keys_error == NULL)
    return;
  pel_workspace_fail (
      pel_window_get_workspace (PEL_WINDOW (window)), _ ("Your own keys could not be read"),
      _ ("The commands have the keys they have at first. You can give them your own "
         "again under “Change Keys” in the menu."),
      self->keys_error->message);
  g_clear_error (&self->keys_error);
}

static void
pel_application_window_added (GtkApplication *application, GtkWindow *window)
{
  GTK_APPLICATION_CLASS (pel_application_parent_class)->window_added (application, window);
  if (PEL_APPLICATION (application)->keys_error != NULL && PEL_IS_WINDOW (window))
    g_signal_connect_object (window, "map", G_CALLBACK (on_window_mapped), application,
                             G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

static void
pel_application_shutdown (GApplication *application)
{
  GdkDisplay *display = gdk_display_get_default ();
  g_autoptr (GError) error = NULL;

  if (display != NULL && !pel_key_map_flush (pel_key_map_get_for_display (display), &error))
    g_printerr ("pellicle: %s\n", error->message);
  G_APPLICATION_CLASS (pel_application_parent_class)->shutdown (application);
}

static void
pel_application_startup (GApplication *application)
{
  PelApplication *self = PEL_APPLICATION (application);

  G_APPLICATION_CLASS (pel_application_parent_class)->startup (application);
  pel_ui_init ();
  g_set_application_name (_ ("Pellicle"));
  gtk_window_set_default_icon_name (PEL_APPLICATION_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  use_keys (self);
  restore_scheme (self);
}

static void
pel_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (get_window (PEL_APPLICATION (application))));
}

static gboolean
is_project (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);

  return g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_DIRECTORY ||
         g_strcmp0 (name, "project.json") == 0;
}

/* Folders are projects, each in its own window; single images become one project together. */
static void
pel_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  PelApplication *self = PEL_APPLICATION (application);
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func (g_object_unref);
  PelWindow *window;

  for (int i = 0; i < n_files; i++)
    {
      if (!is_project (files[i]))
        {
          g_ptr_array_add (images, g_object_ref (files[i]));
          continue;
        }
      window = find_window (self, files[i]);
      if (window == NULL)
        {
          window = i == 0 ? get_free_window (self) : pel_window_new (GTK_APPLICATION (self));
          pel_window_open_folder (window, files[i]);
        }
      gtk_window_present (GTK_WINDOW (window));
    }
  if (images->len > 0)
    {
      window = get_free_window (self);
      gtk_window_present (GTK_WINDOW (window));
      pel_window_add_files (window, images);
    }
}

/* The sample is opened by whichever process already has windows. */
static int
pel_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  g_autoptr (GError) error = NULL;

  if (!g_variant_dict_contains (options, "sample"))
    return -1;
  if (!g_application_register (application, NULL, &error))
    {
      g_printerr ("pellicle: %s\n", error->message);
      return 1;
    }
  g_action_group_activate_action (G_ACTION_GROUP (application), "open-sample", NULL);
  return -1;
}

static void
pel_application_dispose (GObject *object)
{
  g_clear_object (&PEL_APPLICATION (object)->settings);
  g_clear_error (&PEL_APPLICATION (object)->keys_error);
  G_OBJECT_CLASS (pel_application_parent_class)->dispose (object);
}

static void
pel_application_class_init (PelApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_application_dispose;
  application_class->startup = pel_application_startup;
  application_class->shutdown = pel_application_shutdown;
  GTK_APPLICATION_CLASS (klass)->window_added = pel_application_window_added;
  application_class->activate = pel_application_activate;
  application_class->open = pel_application_open;
  application_class->handle_local_options = pel_application_handle_local_options;
}

static void
pel_application_init (PelApplication *self)
{
  g_application_add_main_option (G_APPLICATION (self), "sample", 0, G_OPTION_FLAG_NONE,
                                 G_OPTION_ARG_NONE, N_ ("Open a copy of the sample project"), NULL);
}

PelApplication *
pel_application_new (void)
{
  return g_object_new (PEL_TYPE_APPLICATION, "application-id", PEL_APPLICATION_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path",
                       "/io/github/pellicle/Pellicle", NULL);
}
