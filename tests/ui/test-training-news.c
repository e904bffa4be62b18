/* SPDX-License-Identifier: MIT */
/* What the desktop is told when a training ends and nobody looks at the window. */
#include <glib/gstdio.h>

#include "tests/document/pel-test-util.h"
#include "tests/ui/pel-widget-test.h"
#include "ui/pages/pel-training-news.h"

static const char interface[] =
    "<node><interface name='org.freedesktop.Notifications'>"
    "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
    "<method name='Notify'>"
    "<arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>"
    "<arg type='a{sv}' direction='in'/><arg type='i' direction='in'/>"
    "<arg type='u' direction='out'/></method>"
    "</interface></node>";

/* There is one for the program: GLib keeps what it knows of a session. */
typedef struct
{
  GTestDBus *bus;
  GDBusConnection *connection;
  guint name, object;
  gboolean ready;
  char *title, *body; /* of what it was last told */
  guint n_told;
  GtkApplication *application; /* (nullable): the first test's and all others' */
} Desktop;

typedef struct
{
  Desktop *desktop;
  GtkWidget *window;
  PelWorkspace *workspace;
  PelJobRunner *runner;
  char *folder;
  char *heading, *advice; /* what the workspace said of a failure */
} Fixture;

static void
on_call (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface_name,
         const char *method,
         GVariant *arguments,
         GDBusMethodInvocation *invocation,
         gpointer data)
{
  Desktop *desktop = data;

  if (g_str_equal (method, "GetCapabilities"))
    {
      const char *none[] = { NULL };

      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(^as)", none));
      return;
    }
  g_free (desktop->title);
  g_free (desktop->body);
  g_variant_get_child (arguments, 3, "s", &desktop->title);
  g_variant_get_child (arguments, 4, "s", &desktop->body);
  desktop->n_told++;
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", 1));
}

static void
on_name (GDBusConnection *connection, const char *name, gpointer data)
{
  ((Desktop *)data)->ready = TRUE;
}

static void
on_failure (PelWorkspace *workspace,
            const char *heading,
            const char *advice,
            const char *details,
            Fixture *fixture)
{
  fixture->heading = g_strdup (heading);
  fixture->advice = g_strdup (advice);
  g_assert_cmpstr (details, !=, "");
}

static void
begin_desktop (Desktop *desktop)
{
  static const GDBusInterfaceVTable table = { .method_call = on_call };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (interface, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *display = g_strdup (g_getenv ("DISPLAY"));

  desktop->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (desktop->bus);
  /* Which a bus for tests takes away. */
  if (display != NULL)
    g_setenv ("DISPLAY", display, TRUE);
  desktop->connection =
      g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (desktop->bus),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);
  g_assert_no_error (error);
  desktop->object =
      g_dbus_connection_register_object (desktop->connection, "/org/freedesktop/Notifications",
                                         node->interfaces[0], &table, desktop, NULL, &error);
  g_assert_no_error (error);
  desktop->name = g_bus_own_name_on_connection (
      desktop->connection, "org.freedesktop.Notifications", 0, on_name, NULL, desktop, NULL);
  test_wait_for (desktop->ready);
}

static void
end_desktop (Desktop *desktop)
{
  g_clear_object (&desktop->application);
  g_bus_unown_name (desktop->name);
  g_dbus_connection_unregister_object (desktop->connection, desktop->object);
  g_dbus_connection_close_sync (desktop->connection, NULL, NULL);
  g_object_unref (desktop->connection);
  g_free (desktop->title);
  g_free (desktop->body);
  /* It would wait for those in the toolkit who hold the session's connection. */
  g_test_dbus_stop (desktop->bus);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->desktop = (Desktop *)data;
  fixture->desktop->n_told = 0;
  if (fixture->desktop->application == NULL)
    {
      fixture->desktop->application =
          gtk_application_new ("io.github.pellicle.Pellicle.Test", G_APPLICATION_DEFAULT_FLAGS);
      g_assert_true (
          g_application_register (G_APPLICATION (fixture->desktop->application), NULL, &error));
      g_assert_no_error (error);
    }
  fixture->window = gtk_application_window_new (fixture->desktop->application);
  fixture->workspace = pel_workspace_new ();
  g_signal_connect (fixture->workspace, "failure", G_CALLBACK (on_failure), fixture);
  fixture->runner = pel_job_runner_new (1);
  fixture->folder = test_make_folder ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->runner);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->workspace);
  test_remove_tree (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->heading);
  g_free (fixture->advice);
}

/* There is nothing to learn from. */
static PelTrainingJob *
fail_training (Fixture *fixture)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autofree char *path = g_build_filename (fixture->folder, "Model 1.safetensors", NULL);
  PelTrainConfig config;
  PelTrainingJob *job;

  pel_train_config_init_preset (&config, PEL_PRESET_QUICK);
  job = pel_training_job_new (&config, none, path, NULL, FALSE);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (pel_job_get_is_finished (PEL_JOB (job)));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_FAILED);
  return job;
}

static void
test_failed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PelTrainingJob) job = fail_training (fixture);

  pel_training_news_tell (job, fixture->workspace, fixture->window);
  test_wait_for (fixture->desktop->n_told == 1);
  g_assert_nonnull (strstr (fixture->desktop->title, "Model 1"));
  /* The same as the window says. */
  g_assert_cmpstr (fixture->desktop->title, ==, fixture->heading);
  g_assert_cmpstr (fixture->desktop->body, ==, fixture->advice);
  g_assert_nonnull (strstr (fixture->desktop->body, "masks"));
}

/* Where there is no application, as in a window of a test, the window alone is told. */
static void
test_without_application (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PelTrainingJob) job = fail_training (fixture);
  GtkWidget *window = gtk_window_new ();

  pel_training_news_tell (job, fixture->workspace, window);
  g_assert_nonnull (fixture->heading);
  pel_widget_test_run (200);
  g_assert_cmpuint (fixture->desktop->n_told, ==, 0);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  static Desktop desktop;
  int status;

  /* Before anything else asks for the session. */
  begin_desktop (&desktop);
  if (!pel_widget_test_init (&argc, &argv))
    {
      end_desktop (&desktop);
      return 0;
    }
  g_test_add ("/training-news/failed", Fixture, &desktop, set_up, test_failed, tear_down);
  g_test_add ("/training-news/without-application", Fixture, &desktop, set_up,
              test_without_application, tear_down);
  status = g_test_run ();
  end_desktop (&desktop);
  return status;
}
