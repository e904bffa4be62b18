/* SPDX-License-Identifier: MIT */
/* The keys that every window of a program has, in each of those beside the one of the picture. */
#include "tests/ui/pel-train-fixture.h"
#include "ui/keys/pel-command.h"
#include "ui/keys/pel-key-map.h"
#include "ui/pages/pel-plot-window.h"
#include "ui/window/pel-window-private.h"

typedef struct
{
  const char *name;
  void (*open) (TrainFixture *fixture);
} Side;

#define OPENER(name, action)                                                                       \
  static void name (TrainFixture *fixture)                                                         \
  {                                                                                                \
    g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), action, NULL));       \
  }

OPENER (open_models, "win.models")
OPENER (open_augmentation, "win.augmentation")
OPENER (open_learning_curve, "win.learning-curve")
OPENER (open_shortcuts, "win.show-help-overlay")
OPENER (open_keys, "win.keys")

/* It needs a model to predict with. */
static void
open_batch (TrainFixture *fixture)
{
  train_add_model (fixture, "plain", 3, 0.5);
  test_wait_for (pel_workspace_get_model (fixture->workspace) != NULL);
  test_wait_for (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.batch", NULL));
}

static void
open_charts (TrainFixture *fixture)
{
  pel_plot_window_show (GTK_WINDOW (fixture->window), fixture->workspace);
}

static const Side sides[] = {
  { "models", open_models },
  { "augmentation", open_augmentation },
  { "learning-curve", open_learning_curve },
  { "batch", open_batch },
  { "charts", open_charts },
  { "shortcuts", open_shortcuts },
  { "keys", open_keys },
};

/* The one on show that is not the window of the project, or NULL. */
static GtkWindow *
find_side (TrainFixture *fixture, GtkWindow *but)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (window != GTK_WINDOW (fixture->window) && window != but &&
          gtk_widget_get_visible (GTK_WIDGET (window)))
        return window;
    }
  return NULL;
}

static GtkWindow *
open_side (TrainFixture *fixture, const Side *side)
{
  side->open (fixture);
  test_wait_for (find_side (fixture, NULL) != NULL);
  test_wait_for (gtk_widget_get_mapped (GTK_WIDGET (find_side (fixture, NULL))));
  return find_side (fixture, NULL);
}

/* Whether a key reaches something before whatever has the focus, and if so does it. */
static gboolean
press (GtkWindow *window, guint keyval, GdkModifierType state)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (window));
  g_autoptr (GtkShortcutTrigger) trigger =
      g_object_ref_sink (gtk_keyval_trigger_new (keyval, state));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_SHORTCUT_CONTROLLER (controller) ||
          gtk_event_controller_get_propagation_phase (controller) != GTK_PHASE_CAPTURE)
        continue;
      for (guint k = 0; k < g_list_model_get_n_items (G_LIST_MODEL (controller)); k++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), k);

          if (gtk_shortcut_trigger_equal (gtk_shortcut_get_trigger (shortcut), trigger))
            return gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0,
                                                 GTK_WIDGET (window), NULL);
        }
    }
  return FALSE;
}

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  (*(guint *)data)++;
}

static void
test_keys (TrainFixture *fixture, gconstpointer data)
{
  const Side *side = data;
  g_autoptr (GSimpleActionGroup) program = g_simple_action_group_new ();
  const GActionEntry entries[] = { { "quit", on_quit } };
  guint n_quit = 0;
  gboolean is_list = side->open == open_shortcuts;
  GtkWindow *window, *list;
  gpointer gone;

  g_action_map_add_action_entries (G_ACTION_MAP (program), entries, G_N_ELEMENTS (entries),
                                   &n_quit);
  gtk_widget_insert_action_group (GTK_WIDGET (fixture->window), "app", G_ACTION_GROUP (program));
  window = open_side (fixture, side);

  g_assert_true (press (window, GDK_KEY_q, GDK_CONTROL_MASK));
  g_assert_cmpuint (n_quit, ==, 1);

  /* The keys are listed, by F1 and by the other one, typed as it is on most keyboards. */
  for (guint i = 0; i < 2 && !is_list; i++)
    {
      g_assert_true (i == 0 ? press (window, GDK_KEY_F1, 0)
                            : press (window, GDK_KEY_question, GDK_CONTROL_MASK | GDK_SHIFT_MASK));
      test_wait_for (find_side (fixture, window) != NULL);
      list = find_side (fixture, window);
      g_assert_true (GTK_IS_SHORTCUTS_WINDOW (list));
      g_assert_true (press (list, GDK_KEY_w, GDK_CONTROL_MASK));
      test_wait_for (find_side (fixture, window) == NULL);
    }

  /* What is for a text stays one, and what is for the picture does nothing here. */
  g_assert_false (press (window, GDK_KEY_question, 0));
  g_assert_false (press (window, GDK_KEY_z, GDK_CONTROL_MASK));

  /* It closes itself, and not what it lies before. */
  gone = window;
  g_object_add_weak_pointer (G_OBJECT (window), &gone);
  g_assert_true (press (window, GDK_KEY_w, GDK_CONTROL_MASK));
  test_wait_for (gone == NULL || !gtk_widget_get_visible (gone));
  g_clear_weak_pointer (&gone);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (fixture->window)));
  gtk_widget_insert_action_group (GTK_WIDGET (fixture->window), "app", NULL);
}

/* A key that the user changed is the key at once, and the one before none any more. */
static void
test_changed (TrainFixture *fixture, gconstpointer data)
{
  PelKeyMap *map = pel_key_map_get_for_display (gdk_display_get_default ());
  const PelCommand *command = pel_command_find ("close");
  GtkWindow *window = open_side (fixture, &sides[0]);
  gpointer gone = window;

  g_object_add_weak_pointer (G_OBJECT (window), &gone);
  pel_key_map_set_key (map, command, GDK_KEY_F4, GDK_CONTROL_MASK);
  g_assert_false (press (window, GDK_KEY_w, GDK_CONTROL_MASK));
  g_assert_nonnull (gone);
  g_assert_true (press (window, GDK_KEY_F4, GDK_CONTROL_MASK));
  test_wait_for (gone == NULL);
  pel_key_map_reset (map, command);
}

int
main (int argc, char *argv[])
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      g_autofree char *path = g_strdup_printf ("/side-windows/%s", sides[i].name);

      g_test_add (path, TrainFixture, &sides[i], train_set_up, test_keys, train_tear_down);
    }
  g_test_add ("/side-windows/changed", TrainFixture, NULL, train_set_up, test_changed,
              train_tear_down);
  return g_test_run ();
}
