/* SPDX-License-Identifier: MIT */
#include <glib/gi18n-lib.h>
#include <locale.h>

#include "tests/ui/pel-train-fixture.h"
#include "ui/canvas/pel-canvas.h"
#include "ui/keys/pel-key-map.h"
#include "ui/keys/pel-shortcuts.h"
#include "ui/window/pel-window-private.h"

/* The window on small screens, in the language of the environment: German has longer words. */

/* What an old projector shows, less a panel of the desktop's. */
#define SMALL_WIDTH 1024
#define SMALL_HEIGHT 690

static const char *const modes[] = { "annotate", "train", "review", "measure" };

static void
set_up (TrainFixture *fixture, gconstpointer data)
{
  g_autoptr (PelLabels) labels = test_disc_labels (96, 64, 9);

  train_set_up (fixture, data);
  train_add_model (fixture, "one", 3, 0.5);
  pel_workspace_set_model (fixture->workspace, pel_project_find_model (fixture->project, "one"));
  pel_image_document_set_prediction (pel_workspace_get_document (fixture->workspace), labels, NULL,
                                     0.5, "one");
}

/* Whether all of a button can be seen where it stands. */
static void
assert_in_sight (TrainFixture *fixture, const char *action, const char *label)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  GtkWidget *root = GTK_WIDGET (fixture->window);
  GtkWidget *button = NULL;
  graphene_rect_t bounds;

  g_ptr_array_add (open, fixture->window->modes);
  while (open->len > 0 && button == NULL)
    {
      GtkWidget *widget = g_ptr_array_steal_index (open, open->len - 1);

      if (!gtk_widget_get_mapped (widget))
        continue;
      if (GTK_IS_BUTTON (widget) &&
          (action != NULL
               ? g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)), action) == 0
               : g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0))
        button = widget;
      for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
           child = gtk_widget_get_next_sibling (child))
        g_ptr_array_add (open, child);
    }
  g_test_message ("%s", action != NULL ? action : label);
  g_assert_nonnull (button);
  g_assert_true (gtk_widget_compute_bounds (button, root, &bounds));
  g_assert_cmpfloat (bounds.origin.x, >=, 0);
  g_assert_cmpfloat (bounds.origin.x + bounds.size.width, <=, gtk_widget_get_width (root));
  g_assert_cmpfloat (bounds.origin.y + bounds.size.height, <=, gtk_widget_get_height (root));
  /* Nor is it hidden by what is scrolled. */
  for (GtkWidget *parent = gtk_widget_get_parent (button); parent != NULL;
       parent = gtk_widget_get_parent (parent))
    if (GTK_IS_VIEWPORT (parent))
      {
        g_assert_true (gtk_widget_compute_bounds (button, parent, &bounds));
        g_assert_cmpfloat (bounds.origin.y, >=, 0);
        g_assert_cmpfloat (bounds.origin.y + bounds.size.height, <=,
                           gtk_widget_get_height (parent));
      }
}

/* The size includes the frame that the toolkit draws. */
static gboolean
has_size (TrainFixture *fixture, int width, int height)
{
  int w = gtk_widget_get_width (GTK_WIDGET (fixture->window));
  int h = gtk_widget_get_height (GTK_WIDGET (fixture->window));

  return w <= width && w > width - 80 && h <= height && h > height - 80;
}

static void
show (TrainFixture *fixture, int width, int height)
{
  /* A window manager that still places the window may take the first wish back. */
  for (guint i = 0; i < 50 && !has_size (fixture, width, height); i++)
    {
      gtk_window_set_default_size (GTK_WINDOW (fixture->window), width - (int)(i % 2), height);
      pel_widget_test_run (200);
    }
  g_assert_true (has_size (fixture, width, height));
}

static void
test_main_actions (TrainFixture *fixture, gconstpointer data)
{
  static const struct
  {
    int width, height;
  } sizes[] = { { SMALL_WIDTH, SMALL_HEIGHT }, { 1280, 720 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      show (fixture, sizes[i].width, sizes[i].height);
      for (guint k = 0; k < G_N_ELEMENTS (modes); k++)
        {
          pel_window_set_mode (fixture->window, modes[k]);
          pel_widget_test_run (200);
          if (g_str_equal (modes[k], "train"))
            assert_in_sight (fixture, NULL, _ ("_Train"));
          else if (g_str_equal (modes[k], "review"))
            {
              assert_in_sight (fixture, "win.predict", NULL);
              assert_in_sight (fixture, "win.predict-all", NULL);
              assert_in_sight (fixture, "win.batch", NULL);
              assert_in_sight (fixture, "win.quality", NULL);
              assert_in_sight (fixture, NULL, _ ("_Start Looking"));
              assert_in_sight (fixture, "win.accept-all", NULL);
              assert_in_sight (fixture, "win.accept-selected", NULL);
            }
          else if (g_str_equal (modes[k], "measure"))
            {
              assert_in_sight (fixture, "win.export-csv", NULL);
              assert_in_sight (fixture, "win.export-labels", NULL);
            }
        }
    }
}

/* No page makes the window larger than the screen, nor the picture change its place. */
static void
test_widths (TrainFixture *fixture, gconstpointer data)
{
  int narrowest = 0;

  show (fixture, SMALL_WIDTH, SMALL_HEIGHT);
  for (guint k = 0; k < G_N_ELEMENTS (modes); k++)
    {
      int width;
      int height;

      pel_window_set_mode (fixture->window, modes[k]);
      pel_widget_test_run (200);
      gtk_widget_measure (GTK_WIDGET (fixture->window), GTK_ORIENTATION_HORIZONTAL, -1, &width,
                          NULL, NULL, NULL);
      gtk_widget_measure (GTK_WIDGET (fixture->window), GTK_ORIENTATION_VERTICAL, SMALL_WIDTH,
                          &height, NULL, NULL, NULL);
      g_test_message ("%s: %d × %d", modes[k], width, height);
      g_assert_cmpint (width, <=, SMALL_WIDTH);
      g_assert_cmpint (height, <=, SMALL_HEIGHT);
      width = gtk_widget_get_width (GTK_WIDGET (fixture->window->canvas));
      if (k == 0)
        narrowest = width;
      g_assert_cmpint (width, ==, narrowest);
      g_assert_cmpint (width, >=, 320);
    }
}

static int
get_least_width (TrainFixture *fixture)
{
  int width;

  gtk_widget_measure (GTK_WIDGET (fixture->window->modes), GTK_ORIENTATION_HORIZONTAL, -1, &width,
                      NULL, NULL, NULL);
  return width;
}

/* The picture keeps its place when the first model brings its curves and its row. */
static void
test_model_takes_no_width (TrainFixture *fixture, gconstpointer data)
{
  int before, after, canvas;

  pel_window_set_mode (fixture->window, "train");
  pel_widget_test_run (200);
  before = get_least_width (fixture);
  canvas = gtk_widget_get_width (GTK_WIDGET (fixture->window->canvas));
  train_add_model (fixture, "A model with quite a long name", 3, 0.5);
  pel_workspace_set_model (
      fixture->workspace,
      pel_project_find_model (fixture->project, "A model with quite a long name"));
  pel_widget_test_run (200);
  after = get_least_width (fixture);
  g_test_message ("%d before, %d after", before, after);
  g_assert_cmpint (after, ==, before);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (fixture->window->canvas)), ==, canvas);
}

/* A page is rolled by with the pointer over a scale: what it says stays. */
static void
test_wheel (TrainFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  guint n = 0;

  g_ptr_array_add (open, fixture->window->modes);
  while (open->len > 0)
    {
      GtkWidget *widget = g_ptr_array_steal_index (open, open->len - 1);
      g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

      for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
        {
          g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

          if (!GTK_IS_EVENT_CONTROLLER_SCROLL (controller) ||
              (!GTK_IS_SCALE (widget) && !GTK_IS_SPIN_BUTTON (widget)))
            continue;
          g_assert_cmpint (gtk_event_controller_get_propagation_phase (controller), ==,
                           GTK_PHASE_NONE);
          n++;
        }
      for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
           child = gtk_widget_get_next_sibling (child))
        g_ptr_array_add (open, child);
      if (GTK_IS_EXPANDER (widget) && !gtk_expander_get_expanded (GTK_EXPANDER (widget)))
        g_ptr_array_add (open, gtk_expander_get_child (GTK_EXPANDER (widget)));
    }
  g_assert_cmpuint (n, >=, 20);
}

/* The list of keys fits, whatever its language, and no key is left out of it. */
static void
test_keys (TrainFixture *fixture, gconstpointer data)
{
  PelKeyMap *map = pel_key_map_get_for_display (gdk_display_get_default ());
  GtkWidget *list = GTK_WIDGET (pel_shortcuts_window_new (map));
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  const PelCommand *commands;
  gint width, height;
  guint n, n_listed = 0, n_with_keys = 0;

  gtk_widget_show (list);
  pel_widget_test_run (100);
  gtk_widget_measure (list, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
  gtk_widget_measure (list, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
  g_test_message ("%d x %d", width, height);
  g_assert_cmpint (width, <=, 1280);
  g_assert_cmpint (height, <=, 720);

  commands = pel_commands_get (&n);
  for (guint i = 0; i < n; i++)
    n_with_keys += *pel_key_map_get_keys (map, &commands[i]) != NULL;
  g_ptr_array_add (open, list);
  while (open->len > 0)
    {
      GtkWidget *widget = g_ptr_array_steal_index (open, open->len - 1);

      n_listed += GTK_IS_SHORTCUTS_SHORTCUT (widget);
      for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
           child = gtk_widget_get_next_sibling (child))
        g_ptr_array_add (open, child);
    }
  /* Each a second time where they are searched. */
  g_assert_cmpuint (n_listed, ==, 2 * n_with_keys);
  gtk_window_destroy (GTK_WINDOW (list));
}

int
main (int argc, char **argv)
{
  g_autofree char *catalogues = NULL;

  setlocale (LC_ALL, "");
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
  catalogues = g_test_build_filename (G_TEST_BUILT, "..", "po", NULL);
  bindtextdomain (GETTEXT_PACKAGE, catalogues);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  if (g_strcmp0 (g_getenv ("LANGUAGE"), "de") == 0)
    g_assert_cmpstr (_ ("_Train"), !=, "_Train");
  g_test_add ("/layout/main-actions", TrainFixture, NULL, set_up, test_main_actions,
              train_tear_down);
  g_test_add ("/layout/widths", TrainFixture, NULL, set_up, test_widths, train_tear_down);
  g_test_add ("/layout/model-takes-no-width", TrainFixture, NULL, train_set_up,
              test_model_takes_no_width, train_tear_down);
  g_test_add ("/layout/keys", TrainFixture, NULL, set_up, test_keys, train_tear_down);
  g_test_add ("/layout/wheel", TrainFixture, NULL, set_up, test_wheel, train_tear_down);
  return g_test_run ();
}
