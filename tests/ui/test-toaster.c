/* SPDX-License-Identifier: MIT */
#include "tests/document/pel-test-util.h"
#include "tests/ui/pel-widget-test.h"
#include "ui/window/pel-toaster.h"

/* Messages one after the other, in frames that come in time and late. */

typedef struct
{
  GtkWidget *window, *overlay;
  PelToaster *toaster;
  AdwToast *toasts[12]; /* weak */
  guint n_gone;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->window = g_object_ref_sink (adw_window_new ());
  fixture->overlay = adw_toast_overlay_new ();
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (fixture->overlay), gtk_label_new ("below"));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 400, 300);
  adw_window_set_content (ADW_WINDOW (fixture->window), fixture->overlay);
  gtk_window_present (GTK_WINDOW (fixture->window));
  fixture->toaster = pel_toaster_new (ADW_TOAST_OVERLAY (fixture->overlay));
  test_wait_for (gtk_widget_get_mapped (fixture->overlay));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->toaster != NULL)
    {
      pel_toaster_close (fixture->toaster);
      g_assert_finalize_object (fixture->toaster);
    }
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  pel_widget_test_run (20);
  g_assert_finalize_object (fixture->window);
  for (guint i = 0; i < G_N_ELEMENTS (fixture->toasts); i++)
    g_assert_null (fixture->toasts[i]);
}

static void
on_dismissed (AdwToast *toast, Fixture *fixture)
{
  fixture->n_gone++;
}

/* What is at @index becomes NULL when the toast is gone for good. */
static void
tell (Fixture *fixture, const char *text, guint index)
{
  AdwToast *toast = adw_toast_new (text);
  gpointer *weak = (gpointer *)&fixture->toasts[index];

  adw_toast_set_timeout (toast, 0);
  g_signal_connect (toast, "dismissed", G_CALLBACK (on_dismissed), fixture);
  *weak = toast;
  g_object_add_weak_pointer (G_OBJECT (toast), weak);
  pel_toaster_show (fixture->toaster, toast);
  g_object_unref (toast);
}

static gboolean
is_seen (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget) &&
      g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), text))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (is_seen (child, text))
      return TRUE;
  return FALSE;
}

/* The first one comes up whatever is told meanwhile, and then the last one takes its place. */
static void
test_newest (Fixture *fixture, gconstpointer data)
{
  tell (fixture, "first", 0);
  tell (fixture, "second", 1);
  g_assert_true (is_seen (fixture->overlay, "first"));
  g_assert_true (pel_toaster_get_newest (fixture->toaster) == fixture->toasts[1]);
  tell (fixture, "third", 2);
  g_assert_null (fixture->toasts[1]);
  g_assert_cmpuint (fixture->n_gone, ==, 0);
  test_wait_for (is_seen (fixture->overlay, "third"));
  g_assert_cmpuint (fixture->n_gone, ==, 1);
  test_wait_for (fixture->toasts[0] == NULL);
  g_assert_true (pel_toaster_get_newest (fixture->toaster) == fixture->toasts[2]);
  pel_toaster_dismiss (fixture->toaster);
  test_wait_for (fixture->toasts[2] == NULL);
  g_assert_null (pel_toaster_get_newest (fixture->toaster));
  /* And anew. */
  tell (fixture, "first", 0);
  g_assert_true (is_seen (fixture->overlay, "first"));
}

/* One soon after the other, as when a key is held, and frames that come late between them.
 * Libadwaita 1.2 writes to a freed toast where one that replaces another is dismissed within 0.2 s.
 */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (fixture->toasts); i++)
    {
      tell (fixture, "told", i);
      pel_widget_test_run (60);
      if (i % 4 == 2)
        g_usleep (200000);
      if (i % 4 == 3)
        pel_widget_test_run (700);
    }
  for (guint i = 0; i + 1 < G_N_ELEMENTS (fixture->toasts); i++)
    test_wait_for (fixture->toasts[i] == NULL);
  g_assert_true (pel_toaster_get_newest (fixture->toaster) ==
                 fixture->toasts[G_N_ELEMENTS (fixture->toasts) - 1]);
}

/* The window goes while one comes up and one waits. */
static void
test_closed (Fixture *fixture, gconstpointer data)
{
  tell (fixture, "first", 0);
  tell (fixture, "second", 1);
  pel_widget_test_run (20);
  pel_toaster_close (fixture->toaster);
  g_assert_null (fixture->toasts[1]);
  g_assert_finalize_object (g_steal_pointer (&fixture->toaster));
}

/* Nobody sees it: nothing comes up, and nothing is waited for. */
static void
test_unmapped (Fixture *fixture, gconstpointer data)
{
  gtk_widget_set_visible (fixture->window, FALSE);
  test_wait_for (!gtk_widget_get_mapped (fixture->overlay));
  tell (fixture, "first", 0);
  tell (fixture, "second", 1);
  g_assert_cmpuint (fixture->n_gone, ==, 1);
  test_wait_for (fixture->toasts[0] == NULL);
  g_assert_true (pel_toaster_get_newest (fixture->toaster) == fixture->toasts[1]);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
  /* They are what this is about. */
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
#define ADD(name, func) g_test_add ("/toaster/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("newest", test_newest);
  ADD ("many", test_many);
  ADD ("closed", test_closed);
  ADD ("unmapped", test_unmapped);
#undef ADD
  return g_test_run ();
}
