/* SPDX-License-Identifier: MIT */
/* Tools have keys of one letter, which only the picture takes: whoever clicked beside it, chose a
 * step of the history or left the menu goes on with them. */
#include "tests/ui/pel-train-fixture.h"
#include "ui/window/pel-window-private.h"

static gboolean
canvas_has_focus (TrainFixture *fixture)
{
  return gtk_window_get_focus (GTK_WINDOW (fixture->window)) ==
         GTK_WIDGET (fixture->window->canvas);
}

static void
test_history (TrainFixture *fixture, gconstpointer data)
{
  PelWindow *window = fixture->window;

  test_wait_for (canvas_has_focus (fixture));
  for (guint round = 0; round < 2; round++)
    {
      gtk_widget_activate_action (GTK_WIDGET (window), "win.history", NULL);
      test_wait_for (gtk_widget_get_mapped (GTK_WIDGET (window->history_popover)));
      pel_widget_test_run (50);
      g_assert_false (canvas_has_focus (fixture));
      if (round == 0)
        gtk_popover_popdown (window->history_popover);
      else
        g_signal_emit_by_name (window->history_list, "chosen");
      test_wait_for (!gtk_widget_get_mapped (GTK_WIDGET (window->history_popover)));
      test_wait_for (canvas_has_focus (fixture));
      pel_widget_test_run (100);
      g_assert_true (canvas_has_focus (fixture));
    }
}

/* Back to where the keys were, be it the picture or a field beside it. */
static void
test_menu (TrainFixture *fixture, gconstpointer data)
{
  PelWindow *window = fixture->window;
  GtkPopover *menu = gtk_menu_button_get_popover (GTK_MENU_BUTTON (window->menu_button));

  test_wait_for (canvas_has_focus (fixture));
  for (guint round = 0; round < 2; round++)
    {
      GtkWidget *before = gtk_window_get_focus (GTK_WINDOW (window));

      gtk_menu_button_popup (GTK_MENU_BUTTON (window->menu_button));
      test_wait_for (gtk_widget_get_mapped (GTK_WIDGET (menu)));
      pel_widget_test_run (50);
      g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) != before);
      gtk_popover_popdown (menu);
      test_wait_for (!gtk_widget_get_mapped (GTK_WIDGET (menu)));
      test_wait_for (gtk_window_get_focus (GTK_WINDOW (window)) == before);
      pel_widget_test_run (100);
      g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) == before);
      if (round == 0)
        gtk_widget_activate_action (GTK_WIDGET (window), "win.next-part", NULL);
      g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) != before || round == 1);
    }
}

static guint
count_greedy_buttons (GtkWidget *widget)
{
  guint n = GTK_IS_BUTTON (widget) && gtk_widget_get_mapped (widget) &&
            gtk_widget_get_focus_on_click (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_greedy_buttons (child);
  return n;
}

static GtkWidget *
find_toast (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "AdwToastWidget"))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_toast (child);
  return found;
}

/* Buttons that act on the picture, and those that are gone once they were clicked. */
static void
test_clicks (TrainFixture *fixture, gconstpointer data)
{
  PelWindow *window = fixture->window;

  g_assert_false (gtk_widget_get_focus_on_click (window->undo_button));
  g_assert_false (gtk_widget_get_focus_on_click (window->redo_button));
  pel_workspace_toast (fixture->workspace, "something to click away");
  test_wait_for (find_toast (GTK_WIDGET (window)) != NULL);
  g_assert_cmpuint (count_greedy_buttons (find_toast (GTK_WIDGET (window))), ==, 0);
}

/* Letters and signs typed beside the picture are for it; what a list or a field needs is not. */
static void
test_stray_keys (TrainFixture *fixture, gconstpointer data)
{
  PelWindow *window = fixture->window;
  GtkWidget *text = pel_widget_test_find (GTK_WIDGET (window->annotate_page), GTK_TYPE_TEXT);

  gtk_widget_grab_focus (GTK_WIDGET (window->canvas));
  g_assert_false (pel_window_is_stray_key (window, GDK_KEY_b, 0));
  g_assert_true (gtk_widget_child_focus (GTK_WIDGET (window->image_list), GTK_DIR_TAB_FORWARD));
  g_assert_true (pel_window_is_stray_key (window, GDK_KEY_b, 0));
  g_assert_true (pel_window_is_stray_key (window, GDK_KEY_period, 0));
  g_assert_true (pel_window_is_stray_key (window, GDK_KEY_F, GDK_SHIFT_MASK));
  g_assert_false (pel_window_is_stray_key (window, GDK_KEY_b, GDK_CONTROL_MASK));
  g_assert_false (pel_window_is_stray_key (window, GDK_KEY_Delete, 0));
  g_assert_false (pel_window_is_stray_key (window, GDK_KEY_Return, 0));
  g_assert_false (pel_window_is_stray_key (window, GDK_KEY_space, 0));
  g_assert_false (pel_window_is_stray_key (window, GDK_KEY_Down, 0));
  g_assert_nonnull (text);
  g_assert_true (gtk_widget_grab_focus (text));
  g_assert_false (pel_window_is_stray_key (window, GDK_KEY_5, 0));
}

int
main (int argc, char *argv[])
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func)                                                                            \
  g_test_add ("/window-focus/" name, TrainFixture, NULL, train_set_up, func, train_tear_down)
  ADD ("history", test_history);
  ADD ("menu", test_menu);
  ADD ("clicks", test_clicks);
  ADD ("stray-keys", test_stray_keys);
#undef ADD
  return g_test_run ();
}
