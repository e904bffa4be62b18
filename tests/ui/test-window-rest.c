/* SPDX-License-Identifier: MIT */
/* A window that shows something still makes no frames: whatever moves out of sight would take the
 * processor from a training for good. */
#include "tests/ui/pel-train-fixture.h"
#include "ui/pages/pel-train-page.h"
#include "ui/window/pel-window-private.h"

/* So long nothing must happen, and so long it may take to get there. */
#define REST_MS 700
#define TRIES 60

static void
count_frame (GdkFrameClock *clock, guint *n)
{
  (*n)++;
}

/* Whether there comes a while without any frame. */
static gboolean
comes_to_rest (TrainFixture *fixture)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (fixture->window));
  guint n = 0;
  gulong handler = g_signal_connect (clock, "update", G_CALLBACK (count_frame), &n);
  gboolean rests = FALSE;

  for (guint i = 0; i < TRIES && !rests; i++)
    {
      n = 0;
      pel_widget_test_run (REST_MS);
      rests = n == 0;
    }
  g_signal_handler_disconnect (clock, handler);
  return rests;
}

static void
test_pages (TrainFixture *fixture, gconstpointer data)
{
  PelWindow *window = fixture->window;
  GtkWidget *pages[] = { GTK_WIDGET (window->annotate_page), GTK_WIDGET (window->train_page),
                         GTK_WIDGET (window->review_page), GTK_WIDGET (window->measure_page) };

  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_test_message ("page %u", i);
      adw_view_stack_set_visible_child (window->modes, pages[i]);
      g_assert_true (comes_to_rest (fixture));
    }
  /* The next step is marked where it is in sight, and only there. */
  pel_train_page_set_suggested (window->train_page, TRUE);
  g_assert_true (comes_to_rest (fixture));
  adw_view_stack_set_visible_child (window->modes, pages[1]);
  g_assert_true (comes_to_rest (fixture));
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}

int
main (int argc, char *argv[])
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
  g_test_add ("/window-rest/pages", TrainFixture, NULL, train_set_up, test_pages, train_tear_down);
  return g_test_run ();
}
